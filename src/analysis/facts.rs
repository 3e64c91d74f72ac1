//! What a view says of a whole trace, worked out once per trace.

use super::row_set::RowSet;
use crate::model::{SpanFlags, SpanRow, StatusCode, TraceRow, TraceStore};

/// Facts of one trace that take a pass over its rows: 1 to 2 ms for a million of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceFacts {
    /// Rows that stand for a parent that is in no file.
    pub placeholders: u32,
    /// Deepest depth, zero for roots.
    pub max_depth: u32,
    /// Services by span count (ties by index): index in [`TraceStore::services`], spans.
    pub services: Vec<(u16, u32)>,
    /// Spans without a `service.name`.
    pub without_service: u32,
}

impl TraceFacts {
    /// Looks at every row of the trace; empty for a trace that is not in the store.
    pub fn new(store: &TraceStore, trace: TraceRow) -> Self {
        let rows = store.trace(trace).map_or(0..0, |trace| trace.rows.clone());
        let mut facts = Self::default();
        let mut spans = vec![0_u32; store.services().len()];
        for row in rows.map(SpanRow) {
            facts.max_depth = facts.max_depth.max(store.depth(row));
            if store.flags(row).contains(SpanFlags::PLACEHOLDER) {
                facts.placeholders += 1;
                continue;
            }
            let service = store.service(row).map(usize::from);
            match service.and_then(|service| spans.get_mut(service)) {
                Some(count) => *count += 1,
                None => facts.without_service += 1,
            }
        }
        // What is stitched stands a level deeper than in its own trace.
        facts.max_depth += u32::from(store.stitched_head(trace).is_some());
        facts.services = (0..).zip(spans).filter(|&(_, count)| count > 0).collect();
        facts
            .services
            .sort_by_key(|&(index, count)| (std::cmp::Reverse(count), index));
        facts
    }
}

/// The rows with status error, to count them in collapsed subtrees.
pub fn error_rows(store: &TraceStore) -> RowSet {
    RowSet::from_rows(store.rows(), |row| {
        store.status(SpanRow(row)) == StatusCode::Error
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    #[test]
    fn services_are_counted_within_the_trace() {
        let store = parse(
            "x 0..1 trace=2 service=db\ny 0..1 trace=2 service=db\nz 0..1 trace=2 service=db\n\
             a 10..19\n  b 11..12 service=db\n  c 13..14\nlost 15..16 parent=ff service=db error",
        )
        .finish();
        let facts = TraceFacts::new(&store, TraceRow(1));
        assert_eq!((facts.placeholders, facts.max_depth), (1, 1));
        assert_eq!(
            facts.services,
            [(0, 2), (1, 2)],
            "db is first in the document"
        );
        assert_eq!(error_rows(&store).count_in(0..store.rows()), 1);
        assert_eq!(TraceFacts::new(&store, TraceRow(9)), TraceFacts::default());
    }
}
