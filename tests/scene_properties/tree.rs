//! The visible tree, self time and the critical path against plain definitions.

use super::drawing::{lines, store};
use proptest::prelude::*;
use spanlight::analysis::critical_path::CriticalPath;
use spanlight::analysis::levels::Levels;
use spanlight::analysis::outline::Outline;
use spanlight::analysis::self_time::{Coverage, SelfTimes};
use spanlight::model::{SpanFlags, SpanRow, TimeRange, Timestamp, TraceRow, TraceStore};
use std::collections::BTreeSet;

/// A change of the outline, with a row to be taken modulo the rows.
#[derive(Debug, Clone)]
enum Change {
    Expand(u32),
    Collapse(u32),
    ToDepth(u32),
    Reveal(u32),
    ExpandAll,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        4 => any::<u32>().prop_map(Change::Collapse),
        3 => any::<u32>().prop_map(Change::Expand),
        1 => (0..4_u32).prop_map(Change::ToDepth),
        2 => any::<u32>().prop_map(Change::Reveal),
        1 => Just(Change::ExpandAll),
    ];
    proptest::collection::vec(change, 0..20)
}

fn ancestors(store: &TraceStore, row: SpanRow) -> impl Iterator<Item = SpanRow> {
    std::iter::successors(store.parent(row), |&above| store.parent(above))
}

proptest! {
    #[test]
    fn the_outline_shows_what_no_ancestor_hides(lines in lines(), changes in changes()) {
        let store = store(&lines);
        let rows = store.rows();
        let mut outline = Outline::new(&store, TraceRow(0));
        let mut collapsed: BTreeSet<SpanRow> = BTreeSet::new();
        let parents: BTreeSet<SpanRow> =
            (0..rows).map(SpanRow).filter(|&row| store.children(row).next().is_some()).collect();
        for change in changes {
            match change {
                Change::Expand(row) => {
                    outline.expand(&store, SpanRow(row % rows));
                    collapsed.remove(&SpanRow(row % rows));
                }
                Change::Collapse(row) => {
                    outline.collapse(&store, SpanRow(row % rows));
                    collapsed.insert(SpanRow(row % rows));
                    collapsed.retain(|row| parents.contains(row));
                }
                Change::ToDepth(depth) => {
                    outline.to_depth(&store, depth);
                    collapsed = parents.iter().copied().filter(|&row| store.depth(row) >= depth).collect();
                }
                Change::Reveal(row) => {
                    outline.reveal(&store, &Levels::default(), SpanRow(row % rows));
                    for above in ancestors(&store, SpanRow(row % rows)) {
                        collapsed.remove(&above);
                    }
                    prop_assert!(outline.line_of(SpanRow(row % rows)).is_some());
                }
                Change::ExpandAll => {
                    outline.expand_all(&store);
                    collapsed.clear();
                }
            }
            let visible: Vec<u32> = (0..rows)
                .filter(|&row| !ancestors(&store, SpanRow(row)).any(|above| collapsed.contains(&above)))
                .collect();
            prop_assert_eq!(outline.rows_on(0..u32::MAX), visible.as_slice());
            for row in (0..rows).map(SpanRow) {
                let shown = ancestors(&store, row)
                    .filter(|above| collapsed.contains(above))
                    .last()
                    .unwrap_or(row);
                prop_assert_eq!(outline.visible(&store, row).map(|(_, row)| row), Some(shown));
                prop_assert_eq!(
                    outline.is_expanded(&store, row),
                    parents.contains(&row) && !collapsed.contains(&row)
                );
            }
        }
    }

    #[test]
    fn self_time_is_what_no_child_covers(lines in lines()) {
        let store = store(&lines);
        let mut times = SelfTimes::default();
        for row in (0..store.rows()).map(SpanRow) {
            let extent = store.extent(row);
            let is_span = !store.flags(row).contains(SpanFlags::PLACEHOLDER);
            let alone = |time: i64| {
                is_span && !store.children(row).any(|child| store.extent(child).contains(Timestamp(time)))
            };
            let plain = (extent.start.0..extent.end.0).filter(|&time| alone(time)).count();
            let self_time = times.of(&store, row).self_time().0;
            prop_assert_eq!(self_time.unsigned_abs(), plain as u64);
            prop_assert!(self_time <= extent.duration().0);
            let parts = Coverage::new(&store, row).self_parts(extent, 1);
            let in_parts = |time: i64| parts.iter().any(|part| part.contains(Timestamp(time)));
            for time in extent.start.0..extent.end.0 {
                prop_assert_eq!(in_parts(time), alone(time), "{}", time);
            }
        }
    }

    #[test]
    fn self_parts_are_apart_and_within(
        lines in lines(),
        window in (-100..1500_i64, 0..1500_i64),
        pixel in 1..200_i64,
    ) {
        let store = store(&lines);
        let start = store.traces()[0].range.start;
        let at = |offset: i64| Timestamp(start.0 + offset);
        let window = TimeRange::new(at(window.0), at(window.0 + window.1));
        for row in (0..store.rows()).map(SpanRow) {
            let extent = store.extent(row);
            let parts = Coverage::new(&store, row).self_parts(window, pixel);
            let most = 2 + 2 * window.duration().0 / pixel;
            prop_assert!(parts.len() as u64 <= most.unsigned_abs());
            for part in &parts {
                prop_assert!(part.start < part.end);
                prop_assert!(part.start >= extent.start.max(window.start));
                prop_assert!(part.end <= extent.end.min(window.end));
            }
            for pair in parts.windows(2) {
                prop_assert!(pair[0].end < pair[1].start);
            }
        }
    }

    #[test]
    fn the_critical_path_never_overlaps_and_lies_in_its_spans(lines in lines()) {
        let store = store(&lines);
        let path = CriticalPath::new(&store, TraceRow(0));
        let mut all = Vec::new();
        for row in (0..store.rows()).map(SpanRow) {
            for &part in path.parts_of(row) {
                prop_assert!(part.start < part.end);
                let extent = store.extent(row);
                prop_assert!(extent.start <= part.start && part.end <= extent.end);
                prop_assert!(!store.flags(row).contains(SpanFlags::PLACEHOLDER));
                all.push(part);
            }
        }
        all.sort_by_key(|part| part.start);
        for pair in all.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start, "{:?}", pair);
        }
        let end = all.last().map(|part| part.end);
        let last = (0..store.rows()).map(SpanRow)
            .filter(|&row| store.extent(row).duration().0 > 0)
            .map(|row| store.extent(row).end)
            .max();
        // Ends with the trace, unless what ends last takes no time.
        if last == Some(store.traces()[0].range.end) && !store.flags(SpanRow(0)).contains(SpanFlags::PLACEHOLDER) {
            let instants = (0..store.rows()).map(SpanRow)
                .any(|row| store.extent(row).duration().0 == 0 && Some(store.extent(row).end) == last);
            prop_assert!(instants || end == last, "{:?} {:?}", end, last);
        }
    }

    #[test]
    fn a_root_that_contains_its_spans_is_covered_whole(
        spans in proptest::collection::vec((0..20_usize, 0.0..1.0_f64, 0.0..1.0_f64), 0..40),
    ) {
        // Each span lies within an earlier one.
        let mut placed = vec![(0_i64, 100_000_i64)];
        let mut lines = vec!["root 0..100000 id=1".to_owned()];
        for (parent, from, len) in spans {
            let parent = parent % placed.len();
            let (start, end) = placed[parent];
            let start = start + ((end - start) as f64 * from) as i64;
            let end = start + ((end - start) as f64 * len) as i64;
            placed.push((start, end));
            lines.push(format!("s {start}..{end} id={:x} parent={:x}", placed.len(), parent + 1));
        }
        let store = store(&lines);
        prop_assert_eq!(CriticalPath::new(&store, TraceRow(0)).duration().0, 100_000);
    }
}
