//! How many errors and hits a line stands for though it is expanded: those of rows that are not shown.

use crate::analysis::outline::Outline;
use crate::analysis::row_set::RowSet;
use crate::model::order::RowMap;
use crate::model::{SpanRow, TraceStore};

/// Rows with more shown children than this are counted once and kept.
const WIDE: u32 = 128;

/// Counts of one state of one outline; begin with others when it changes.
#[derive(Debug, Default)]
pub struct HiddenCounts {
    /// By row.
    errors: RowMap<u32>,
    hits: RowMap<u32>,
}

impl HiddenCounts {
    /// Errors in rows below one that are not shown, and not below another shown one.
    pub fn errors(
        &mut self,
        store: &TraceStore,
        outline: &Outline,
        set: &RowSet,
        row: SpanRow,
    ) -> u32 {
        count(&mut self.errors, store, outline, set, row)
    }

    /// The same of hits.
    pub fn hits(
        &mut self,
        store: &TraceStore,
        outline: &Outline,
        set: &RowSet,
        row: SpanRow,
    ) -> u32 {
        count(&mut self.hits, store, outline, set, row)
    }

    /// Other rows are hits now.
    pub fn forget_hits(&mut self) {
        self.hits = RowMap::default();
    }
}

fn count(
    kept: &mut RowMap<u32>,
    store: &TraceStore,
    outline: &Outline,
    set: &RowSet,
    row: SpanRow,
) -> u32 {
    let mut left = set.count_in(row.0 + 1..store.subtree(row).end);
    if left == 0 {
        return 0;
    }
    if let Some(known) = kept.find(row.0) {
        return *known;
    }
    let mut looked = 0;
    for child in outline.children(store, row) {
        left = left.saturating_sub(set.count_in(store.subtree(child)));
        looked += 1;
        if left == 0 {
            break;
        }
    }
    if looked > WIDE {
        kept.insert(row.0, left);
    }
    left
}
