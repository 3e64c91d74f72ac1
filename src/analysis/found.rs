//! What a search or a filter has found so far: rows that match, rows that only the sources can decide, and what is left
//! to read.

use super::row_set::RowSet;
use super::search::{SourceRows, SourceScan, SpanTest, source_of_log};
use crate::model::{SpanRow, TraceRow, TraceStore};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Rows found so far, in document order, and the way to the others.
///
/// [`Self::narrow`] leaves some of them out for as long as that holds: what is counted and gone to are then the others.
#[derive(Debug, Clone)]
pub struct Found {
    all: Hits,
    /// Those that another set has, too, while there is one.
    narrowed: Option<Hits>,
    /// Rows that the source may still turn into hits.
    open: RowSet,
    /// What the JSON of those is put to.
    test: Arc<dyn SpanTest>,
    complete: bool,
}

/// Rows and their traces.
#[derive(Debug, Clone)]
struct Hits {
    rows: RowSet,
    /// Rows here are traces.
    runs: RowSet,
}

impl Hits {
    fn new(store: &TraceStore, rows: RowSet) -> Self {
        let mut runs = RowSet::new(store.traces().len() as u32);
        for (trace, row) in store.traces().iter().zip(0..) {
            if rows.count_in(trace.rows.clone()) > 0 {
                runs.insert(SpanRow(row));
            }
        }
        runs.seal();
        Self { rows, runs }
    }
}

impl Found {
    /// What the columns say: rows that match, and rows that may, of which none matches yet. Both are sealed.
    pub(super) fn new(
        store: &TraceStore,
        hits: RowSet,
        open: RowSet,
        test: Arc<dyn SpanTest>,
    ) -> Self {
        Self {
            complete: open.is_empty(),
            all: Hits::new(store, hits),
            narrowed: None,
            open,
            test,
        }
    }

    fn shown(&self) -> &Hits {
        self.narrowed.as_ref().unwrap_or(&self.all)
    }

    /// Leaves out what is not in `others`, until it is called again; `None` leaves out nothing. To be called again after
    /// [`Self::add`] and when the others change.
    pub fn narrow(&mut self, store: &TraceStore, others: Option<&RowSet>) {
        self.narrowed = others.map(|others| Hits::new(store, self.all.rows.both(others)));
    }

    /// The rows that match so far.
    pub fn hits(&self) -> &RowSet {
        &self.shown().rows
    }

    /// The traces with a row that matches; rows here are traces.
    pub fn runs(&self) -> &RowSet {
        &self.shown().runs
    }

    /// How many spans match so far.
    pub fn count(&self) -> u32 {
        self.hits().len()
    }

    /// Whether nothing more will be found.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether a row matches.
    pub fn hit(&self, row: SpanRow) -> bool {
        self.hits().contains(row)
    }

    /// The next match after (or before) a row; from `None` the first (or last) of all. At the end it goes on from the
    /// other end, so there is one as long as anything matches.
    pub fn next(&self, from: Option<SpanRow>, forward: bool) -> Option<SpanRow> {
        let hits = self.hits();
        let count = hits.len();
        let number = match (from, forward) {
            (None, true) => 0,
            (None, false) => count.checked_sub(1)?,
            (Some(row), true) => match hits.rank(row.0.saturating_add(1)) {
                after if after < count => after,
                _ => 0,
            },
            (Some(row), false) => match hits.rank(row.0) {
                0 => count.checked_sub(1)?,
                before => before - 1,
            },
        };
        hits.nth(number)
    }

    /// The match with this number, counted from zero.
    pub fn nth(&self, number: u32) -> Option<SpanRow> {
        self.hits().nth(number)
    }

    /// The number of a match, counted from zero; of any other row that of the next match.
    pub fn rank(&self, row: SpanRow) -> u32 {
        self.hits().rank(row.0)
    }

    /// How many of these rows match.
    pub fn count_in(&self, rows: Range<u32>) -> u32 {
        self.hits().count_in(rows)
    }

    /// How many spans of a trace match.
    pub fn hits_of_trace(&self, store: &TraceStore, trace: TraceRow) -> u32 {
        store
            .trace(trace)
            .map_or(0, |trace| self.count_in(trace.rows.clone()))
    }

    /// How many rows hang on what only the source has.
    pub fn open_rows(&self) -> u32 {
        if self.complete { 0 } else { self.open.len() }
    }

    /// The sources to be scanned, ascending; none when complete.
    pub fn sources(&self, store: &TraceStore) -> Vec<u16> {
        let ranges = self.open.iter().filter_map(|row| store.source(row));
        let mut sources: BTreeSet<u16> = ranges.map(|range| range.source).collect();
        if self.test.wants_logs() {
            let logs = store.all_logs().iter().filter_map(source_of_log);
            let open = logs.filter(|(row, _)| self.open.contains(*row));
            sources.extend(open.map(|(_, source)| source.source));
        }
        sources.into_iter().collect()
    }

    /// A scan of one source for the rows that may still match.
    pub fn scan(&self, store: &TraceStore, order: &SourceRows, source: u16) -> SourceScan {
        SourceScan::new(store, order, source, &self.open, Arc::clone(&self.test))
    }

    /// Adds what a scan found, and empties it; says how many rows are new.
    pub fn add(&mut self, store: &TraceStore, found: &mut Vec<SpanRow>) -> u32 {
        let Hits { rows, runs } = &mut self.all;
        let before = rows.len();
        if found.is_empty() {
            return 0;
        }
        for row in found.drain(..) {
            rows.insert(row);
            runs.insert(SpanRow(store.trace_of(row).0));
        }
        rows.seal();
        runs.seal();
        rows.len() - before
    }

    /// Says that all sources were scanned, or that the rest cannot be.
    pub fn finish(&mut self) {
        self.complete = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::search::Search;
    use crate::model::text::parse;

    #[test]
    fn narrowed_hits_are_those_that_are_counted_and_gone_to() {
        let store = parse("a 0..9 trace=1\n  b 1..2\n  c 3..4\nb 10..11 trace=2").finish();
        let mut found = Search::new(&store, "b");
        assert_eq!((found.count(), found.runs().len()), (2, 2));
        found.narrow(&store, Some(&RowSet::from_rows(4, |row| row < 3)));
        assert_eq!((found.count(), found.runs().len()), (1, 1));
        assert_eq!(found.next(Some(SpanRow(1)), true), Some(SpanRow(1)));
        assert_eq!(found.hits_of_trace(&store, TraceRow(1)), 0);
        found.narrow(&store, None);
        assert_eq!(found.count(), 2);
    }
}
