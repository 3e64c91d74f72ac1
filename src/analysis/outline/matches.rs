//! What a filter leaves of a trace: the rows that pass, and the rows above them, so that the tree keeps its shape.

use crate::analysis::levels::{Level, Levels};
use crate::analysis::row_set::RowSet;
use crate::model::{SpanFlags, SpanRow, TraceStore};
use std::ops::Range;

/// Tells the answers of filters apart: another one whenever other rows pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp(pub [u32; 4]);

/// Rows that a filter lets pass, counted from the first row of the trace.
#[derive(Debug, Clone)]
pub(super) struct Matches {
    stamp: Stamp,
    /// Those that pass, and those into which one that passes is folded.
    passing: RowSet,
    /// These and all above them.
    kept: RowSet,
    /// Spans of `kept`: placeholders are none.
    spans: u32,
}

impl Matches {
    /// Looks at every row of the trace that passes, and climbs from it as far as nobody did before.
    pub fn new(
        store: &TraceStore,
        levels: &Levels,
        rows: &Range<u32>,
        passing: &RowSet,
        stamp: Stamp,
    ) -> Self {
        let empty = RowSet::new(rows.len() as u32);
        let mut matches = Self {
            stamp,
            passing: empty.clone(),
            kept: empty,
            spans: 0,
        };
        for row in passing.iter_in(rows.clone()) {
            matches.pass(store, rows.start, row);
        }
        for &(into, folded) in levels.folds() {
            if passing.contains(SpanRow(folded)) {
                matches.pass(store, rows.start, SpanRow(into));
            }
        }
        matches.passing.seal();
        matches.kept.seal();
        matches
    }

    fn pass(&mut self, store: &TraceStore, first: u32, row: SpanRow) {
        self.passing.insert(SpanRow(row.0.wrapping_sub(first)));
        let mut next = Some(row);
        while let Some(row) = next.filter(|row| self.kept.insert(SpanRow(row.0 - first))) {
            let is_span = !store.flags(row).contains(SpanFlags::PLACEHOLDER);
            self.spans += u32::from(is_span);
            next = store.parent(row).filter(|parent| parent.0 >= first);
        }
    }

    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    pub fn passes(&self, at: SpanRow) -> bool {
        self.passing.contains(at)
    }

    /// The rows of a level that stay.
    pub fn within(&self, level: Option<&RowSet>) -> RowSet {
        level.map_or_else(|| self.kept.clone(), |level| level.both(&self.kept))
    }

    /// How many spans of a level do not stay.
    pub fn hides(&self, levels: &Levels, level: Level) -> u32 {
        let stay = match levels.at(level) {
            None => self.spans,
            Some(rows) => rows.both(&self.kept).len(),
        };
        levels.counts()[level as usize].saturating_sub(stay)
    }
}
