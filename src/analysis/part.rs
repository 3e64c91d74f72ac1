//! The part of a document that a view is about: all runs, some of them, or one.

use super::row_set::RowSet;
use super::totals::within;
use crate::model::{SpanFlags, SpanRow, TraceRow, TraceStore};
use std::ops::Range;

/// Rows of whole traces, as ranges that ascend and do not touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part(Vec<Range<u32>>);

impl Part {
    /// Everything.
    pub fn whole(store: &TraceStore) -> Self {
        Self(std::iter::once(0..store.rows()).collect())
    }

    /// One trace; nothing for one that is not in the store.
    pub fn trace(store: &TraceStore, trace: TraceRow) -> Self {
        let trace = store.trace(trace).map(|trace| trace.rows.clone());
        Self(trace.into_iter().collect())
    }

    /// The traces of a set whose rows are traces.
    pub fn runs(store: &TraceStore, runs: &RowSet) -> Self {
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for (trace, row) in store.traces().iter().zip(0..) {
            if !runs.contains(SpanRow(row)) {
                continue;
            }
            match ranges.last_mut() {
                Some(last) if last.end == trace.rows.start => last.end = trace.rows.end,
                _ => ranges.push(trace.rows.clone()),
            }
        }
        Self(ranges)
    }

    /// Its ranges of rows.
    pub fn ranges(&self) -> &[Range<u32>] {
        &self.0
    }

    /// Its rows, placeholders left out.
    pub fn spans<'a>(&'a self, store: &'a TraceStore) -> impl Iterator<Item = SpanRow> + 'a {
        let rows = self.0.iter().cloned().flatten().map(SpanRow);
        rows.filter(|&row| !store.flags(row).contains(SpanFlags::PLACEHOLDER))
    }

    /// Those of some rows in order that are in it.
    pub fn among<'a>(&'a self, rows: &'a [u32]) -> impl Iterator<Item = SpanRow> + 'a {
        let parts = self.0.iter();
        parts.flat_map(|range| within(rows, range).iter().map(|&row| SpanRow(row)))
    }

    /// Whether a row is in it.
    pub fn contains(&self, row: SpanRow) -> bool {
        let after = self.0.partition_point(|range| range.end <= row.0);
        self.0
            .get(after)
            .is_some_and(|range| range.contains(&row.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    #[test]
    fn neighbours_are_one_range() {
        let store =
            parse("a 0..1\nb 1..2 trace=2\n  c 1..2\nd 5..6 trace=3 parent=ff\ne 9..10 trace=4")
                .finish();
        let runs = RowSet::from_rows(4, |trace| trace != 2);
        let part = Part::runs(&store, &runs);
        assert_eq!(part.ranges(), [0..3, 5..6]);
        assert_eq!(part.spans(&store).count(), 4);
        assert_eq!(
            Part::whole(&store).spans(&store).count(),
            5,
            "the placeholder is no span"
        );
        let among: Vec<u32> = part.among(&[0, 2, 4, 5]).map(|row| row.0).collect();
        assert_eq!(among, [0, 2, 5]);
        assert!(part.contains(SpanRow(5)) && !part.contains(SpanRow(4)));
        assert_eq!(Part::trace(&store, TraceRow(1)).spans(&store).count(), 2);
        assert_eq!(Part::trace(&store, TraceRow(7)), Part::default());
    }
}
