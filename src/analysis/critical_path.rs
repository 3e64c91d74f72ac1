//! The critical path: the chain of work that decides when a trace ends.
//!
//! Walked from the end back to the start. At each moment the span at hand asks which of its children finished last
//! before that moment: the time since then is its own, then the child is walked the same way down to its start, and
//! the span goes on from there. A child that was still at work when the next one began is passed over: it did not
//! hold it up.
//!
//! ```text
//! root  ├────────────────────────────┤    the spans
//! a       ├──────┤                        ends while c is at work: passed over
//! b            ├────────┤                 ends while c is at work: passed over
//! c             ├──────────┤
//! d                           ├───┤
//!
//! root  ▬▬▬▬▬▬▬▬            ▬▬     ▬▬▬    the path
//! c             ▬▬▬▬▬▬▬▬▬▬▬▬
//! d                           ▬▬▬▬▬
//! ```
//!
//! - Children are clipped to their parents: one that outlives its parent counts as finishing with it.
//! - Except where that decides the end: when the last span to end is not a root (work that was started and not waited
//!   for), the path begins with that span, leads to its start, goes on in its parent from there, and so on up. Between
//!   the end of a parent and the later start of its child lies a gap.
//! - Several roots are walked like children of a span that does no work: the root that ends last, then the root that
//!   ended last before that one started. Between them lie gaps. A placeholder is such a span as well.
//! - A running span ends with its trace. An instant takes no time and is never on the path.
//!
//! Ties go to the span that starts first. Cost: a sort of the children of every span on the path, O(n log n).

use super::gallop::gallop;
use crate::model::{Nanos, SpanFlags, SpanRow, TimeRange, Timestamp, TraceRow, TraceStore};
use std::cmp::Reverse;

/// The critical path of one trace: parts of time, each with the span that is at work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CriticalPath {
    first_row: u32,
    /// First part per row of the trace, and the end.
    bounds: Vec<u32>,
    /// By row, then time.
    parts: Vec<TimeRange>,
}

impl CriticalPath {
    /// Walks a trace; empty for a trace that is not in the store.
    pub fn new(store: &TraceStore, trace: TraceRow) -> Self {
        let Some(trace) = store.trace(trace) else {
            return Self::default();
        };
        let mut walk = Walk::new(store);
        walk.enter_spine(trace.rows.clone());
        walk.run();
        Self::from_parts(trace.rows.start, trace.rows.len(), &walk.parts)
    }

    /// The parts of a row in order; empty when it is not on the path.
    pub fn parts_of(&self, row: SpanRow) -> &[TimeRange] {
        let at = row.0.wrapping_sub(self.first_row) as usize;
        match (self.bounds.get(at), self.bounds.get(at.wrapping_add(1))) {
            (Some(&from), Some(&to)) => self.parts.get(from as usize..to as usize).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// The parts of a row that touch `window`, joined across less than `pixel` nanoseconds.
    pub fn parts_within(&self, row: SpanRow, window: TimeRange, pixel: i64) -> Vec<TimeRange> {
        let parts = self.parts_of(row);
        let mut at = parts.partition_point(|part| part.end <= window.start);
        let mut joined = Vec::new();
        while let Some(&first) = parts.get(at).filter(|part| part.start < window.end) {
            let mut whole = first;
            at += 1;
            loop {
                // Parts do not overlap, so of those that start within a pixel the last one ends last.
                let until = Timestamp(whole.end.0.saturating_add(pixel.max(1)));
                let past = gallop(at, parts.len(), |part| parts[part].start < until);
                if past == at || whole.end >= window.end {
                    break;
                }
                at = past;
                whole.end = parts[at - 1].end;
            }
            joined.push(whole);
        }
        joined
    }

    /// Whether nothing is on the path.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Time on the path: the length of the trace minus gaps.
    pub fn duration(&self) -> Nanos {
        let parts = self.parts.iter().map(|part| part.duration().0);
        Nanos(parts.fold(0, i64::saturating_add))
    }

    /// Sorts parts that come from the last to the first.
    fn from_parts(first_row: u32, rows: usize, parts: &[(SpanRow, TimeRange)]) -> Self {
        let mut bounds = vec![0_u32; rows + 1];
        for (row, _) in parts {
            bounds[(row.0 - first_row) as usize + 1] += 1;
        }
        for at in 0..rows {
            bounds[at + 1] += bounds[at];
        }
        let mut next = bounds.clone();
        let mut sorted = vec![TimeRange::default(); parts.len()];
        for &(row, part) in parts.iter().rev() {
            let next = &mut next[(row.0 - first_row) as usize];
            sorted[*next as usize] = part;
            *next += 1;
        }
        Self {
            first_row,
            bounds,
            parts: sorted,
        }
    }
}

/// A child within the bounds of its parent.
#[derive(Clone, Copy)]
struct Child {
    row: SpanRow,
    start: i64,
    end: i64,
}

/// A span being walked.
struct Frame {
    /// `None` for what holds the roots together.
    row: Option<SpanRow>,
    start: i64,
    /// Everything after is done.
    cursor: i64,
    /// Its children begin here in `Walk::children`.
    children: usize,
}

struct Walk<'a> {
    store: &'a TraceStore,
    frames: Vec<Frame>,
    /// Children of all frames that are still to be looked at; a frame's own by end, the last first to go.
    children: Vec<Child>,
    /// From the last to the first.
    parts: Vec<(SpanRow, TimeRange)>,
}

impl<'a> Walk<'a> {
    fn new(store: &'a TraceStore) -> Self {
        Self {
            store,
            frames: Vec::new(),
            children: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Enters the span that ends last and all its ancestors, each to go on where the next one starts.
    fn enter_spine(&mut self, rows: std::ops::Range<u32>) {
        let store = self.store;
        let end = |row: SpanRow| store.extent(row).end;
        let last = (rows.clone().map(SpanRow)).max_by_key(|&row| (end(row), Reverse(row)));
        let Some(last) = last else {
            return;
        };
        let mut spine: Vec<SpanRow> =
            std::iter::successors(Some(last), |&row| store.parent(row)).collect();
        spine.reverse();
        let roots = std::iter::successors(Some(SpanRow(rows.start)), |&root| {
            Some(SpanRow(store.subtree(root).end))
        });
        let roots = roots.take_while(|root| root.0 < rows.end);
        let mut next = spine.iter().copied();
        let mut forced = next.next();
        self.enter(None, i64::MIN, end(last).0, i64::MAX, roots, forced);
        while let Some(row) = forced {
            forced = next.next();
            let extent = store.extent(row);
            let cursor = match forced {
                Some(child) => store.extent(child).start.min(extent.end),
                None => extent.end,
            };
            let (start, end) = (extent.start.0, extent.end.0);
            self.enter(Some(row), start, cursor.0, end, store.children(row), forced);
        }
    }

    fn enter(
        &mut self,
        row: Option<SpanRow>,
        start: i64,
        cursor: i64,
        end: i64,
        children: impl Iterator<Item = SpanRow>,
        without: Option<SpanRow>,
    ) {
        let base = self.children.len();
        for child in children.filter(|&child| Some(child) != without) {
            let extent = self.store.extent(child);
            let child = Child {
                row: child,
                start: extent.start.0.max(start),
                end: extent.end.0.min(end),
            };
            if child.start < child.end && child.end <= cursor {
                self.children.push(child);
            }
        }
        // Stable, and fast where children come by end already, as they mostly do.
        self.children[base..].sort_by_key(|child| (child.end, Reverse(child.row)));
        self.frames.push(Frame {
            row,
            start,
            cursor,
            children: base,
        });
    }

    fn run(&mut self) {
        while let Some(frame) = self.frames.last_mut() {
            let mut next = None;
            while next.is_none() && self.children.len() > frame.children {
                next = (self.children.pop()).filter(|child| child.end <= frame.cursor);
            }
            let until = next.map_or(frame.start, |child| child.end);
            let (row, from) = (frame.row, frame.cursor);
            frame.cursor = until.min(from);
            self.work(row, until, from);
            if let Some(child) = next {
                let below = self.store.children(child.row);
                self.enter(
                    Some(child.row),
                    child.start,
                    child.end,
                    child.end,
                    below,
                    None,
                );
            } else if let Some(done) = self.frames.pop()
                && let Some(above) = self.frames.last_mut()
            {
                above.cursor = above.cursor.min(done.cursor);
            }
        }
    }

    /// Notes a part, unless it is empty or nothing is at work.
    fn work(&mut self, row: Option<SpanRow>, from: i64, to: i64) {
        if let Some(row) = row
            && from < to
            && !self.store.flags(row).contains(SpanFlags::PLACEHOLDER)
        {
            let part = TimeRange::new(Timestamp(from), Timestamp(to));
            self.parts.push((row, part));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    /// Rows on the path with their parts.
    #[track_caller]
    fn picture(drawing: &str, expected: &str) {
        let store = parse(drawing).finish();
        let path = CriticalPath::new(&store, TraceRow(0));
        let mut lines = Vec::new();
        for row in (0..store.rows()).map(SpanRow) {
            let parts: Vec<String> = (path.parts_of(row).iter())
                .map(|part| format!("{}..{}", part.start.0, part.end.0))
                .collect();
            if !parts.is_empty() {
                lines.push(format!("{} {}", store.name(row), parts.join(" ")));
            }
        }
        assert_eq!(lines.join("\n"), expected);
    }

    #[test]
    fn the_last_to_finish_before_each_moment_is_on_the_path() {
        picture(
            "root 0..100\n  a 10..40\n  b 20..70\n  c 25..80\n  d 85..95",
            "root 0..25 80..85 95..100\nc 25..80\nd 85..95",
        );
    }

    #[test]
    fn one_after_the_other_all_are_on_the_path() {
        picture(
            "root 0..100\n  a 10..40\n    x 12..30\n    y 30..38\n  b 40..90",
            "root 0..10 90..100\na 10..12 38..40\nx 12..30\ny 30..38\nb 40..90",
        );
    }

    #[test]
    fn a_child_that_outlives_its_parent_counts_as_finishing_with_it() {
        picture(
            "root 0..100\n  a 10..50\n    late 20..60\n  b 50..100",
            "root 0..10\na 10..20\nlate 20..50\nb 50..100",
        );
    }

    #[test]
    fn work_that_nobody_waits_for_decides_the_end() {
        picture(
            "root 0..50\n  a 10..40\n    later 60..100\n      x 70..90\n  b 15..45",
            "root 0..10\na 10..40\nlater 60..70 90..100\nx 70..90",
        );
    }

    #[test]
    fn a_child_before_its_parent_is_clipped() {
        picture(
            "root 0..100\n  a 50..100\n    early 20..90",
            "root 0..50\na 90..100\nearly 50..90",
        );
        picture("root 10..50\n  early 0..100", "early 0..100");
    }

    #[test]
    fn roots_follow_one_another_with_gaps() {
        picture(
            "a 0..30\nb 10..40\nc 45..60\nlost 70..90 parent=ff\n  x 75..80",
            "a 0..30\nc 45..60\nlost 70..75 80..90\nx 75..80"
                .replace("a 0..30", "b 10..40")
                .as_str(),
        );
    }

    #[test]
    fn running_spans_reach_the_end_and_instants_take_no_time() {
        picture(
            "root 0..\n  a 10..40\n  i 40..40\n  end 90..100",
            "root 0..10 40..90\na 10..40\nend 90..100",
        );
    }

    #[test]
    fn parts_are_joined_below_a_pixel_and_cut_to_the_window() {
        let drawing = "root 0..100\n  a 10..20\n  b 22..40\n  c 41..60";
        let store = parse(drawing).finish();
        let path = CriticalPath::new(&store, TraceRow(0));
        let within = |from, to, pixel| {
            let window = TimeRange::new(Timestamp(from), Timestamp(to));
            let parts = path.parts_within(SpanRow(0), window, pixel);
            parts
                .iter()
                .map(|part| (part.start.0, part.end.0))
                .collect::<Vec<_>>()
        };
        assert_eq!(within(0, 100, 1), [(0, 10), (20, 22), (40, 41), (60, 100)]);
        assert_eq!(within(0, 100, 11), [(0, 22), (40, 41), (60, 100)]);
        assert_eq!(within(0, 100, 20), [(0, 100)]);
        assert_eq!(within(21, 41, 1), [(20, 22), (40, 41)]);
        assert_eq!(path.duration(), Nanos(100));
    }

    #[test]
    fn a_deep_chain_does_not_overflow_the_stack() {
        use std::fmt::Write as _;
        let mut drawing = String::new();
        for at in 0..100_000 {
            let _ = writeln!(
                drawing,
                "s {at}..{} id={:x} parent={at:x}",
                300_000 - at,
                at + 1
            );
        }
        let drawing = drawing.replacen(" parent=0", "", 1);
        let store = parse(&drawing).finish();
        let path = CriticalPath::new(&store, TraceRow(0));
        assert_eq!(path.duration(), Nanos(300_000));
        assert_eq!(path.parts_of(SpanRow(99_999)).len(), 1);
    }
}
