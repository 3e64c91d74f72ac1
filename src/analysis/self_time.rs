//! Self time: when a span is at work and none of its children is.
//!
//! ```text
//! parent    ├──────────────────────────┤
//! children     ├─────┤  ├──────────────────┤   clipped to the parent, overlaps counted once
//!                 ├─────┤
//! self      ███         █
//! ```
//!
//! A running span counts to the end of its trace, as it is drawn. A placeholder is no span and has no self time. Self
//! time is therefore never negative and never more than the span's extent.
//!
//! Children stand by start, so one pass merges them. The result is kept for spans with many children, so that a frame
//! with a parent of a million children costs two binary searches and one step a pixel.

use super::gallop::gallop;
use super::outline::Outline;
use crate::model::order::RowMap;
use crate::model::{Nanos, SpanFlags, SpanRow, TimeRange, Timestamp, TraceStore};

/// Rows with more children than this are kept; all of them together hold at most one interval a span.
const WIDE: u32 = 128;

/// When the children of one span are at work: merged, sorted, clipped to the span.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    extent: TimeRange,
    children: u32,
    /// Starts of the covered intervals, in nanoseconds since the epoch.
    starts: Vec<i64>,
    /// Covered time before each interval, and all of it at the end.
    before: Vec<i64>,
}

impl Coverage {
    /// Looks at the children of a row.
    pub fn new(store: &TraceStore, row: SpanRow) -> Self {
        let mut coverage = Self::default();
        coverage.fill(store, row);
        coverage
    }

    /// Direct children.
    pub fn children(&self) -> u32 {
        self.children
    }

    /// Time in which a child is at work.
    pub fn covered(&self) -> Nanos {
        Nanos(self.before.last().copied().unwrap_or(0))
    }

    /// Time in which no child is at work.
    pub fn self_time(&self) -> Nanos {
        Nanos(self.extent.duration().0.saturating_sub(self.covered().0))
    }

    /// The covered intervals in order; none touch.
    pub fn intervals(&self) -> impl Iterator<Item = TimeRange> {
        (0..self.starts.len())
            .map(|at| TimeRange::new(Timestamp(self.starts[at]), Timestamp(self.end(at))))
    }

    /// Where no child is at work within `window`, for drawing: what is narrower than `pixel` nanoseconds is decided by
    /// majority pixel by pixel, everything wider has its exact bounds. At most two parts a pixel.
    pub fn self_parts(&self, window: TimeRange, pixel: i64) -> Vec<TimeRange> {
        let pixel = pixel.max(1);
        let end = window.end.min(self.extent.end).0;
        let mut at = window.start.max(self.extent.start).0;
        // The first interval that ends after `at`.
        let mut next = self.first_after(0, at);
        let mut parts: Vec<TimeRange> = Vec::new();
        while at < end {
            let (covered, until) = match self.starts.get(next) {
                Some(&start) if start <= at => (true, self.end(next).min(end)),
                Some(&start) => (false, start.min(end)),
                None => (false, end),
            };
            let (covered, until) = if until.saturating_sub(at) >= pixel || until == end {
                next += usize::from(covered);
                (covered, until)
            } else {
                let until = at.saturating_add(pixel).min(end);
                let after = self.first_after(next, until);
                let at_work = self.covered_before(after, until) - self.covered_before(next, at);
                next = after;
                (at_work > (until - at) / 2, until)
            };
            if !covered {
                match parts.last_mut() {
                    Some(last) if last.end.0 == at => last.end = Timestamp(until),
                    _ => parts.push(TimeRange::new(Timestamp(at), Timestamp(until))),
                }
            }
            at = until;
        }
        parts
    }

    /// Looks at these rows in the place of the children of a row, in whatever order they start.
    pub fn among(store: &TraceStore, row: SpanRow, rows: impl Iterator<Item = SpanRow>) -> Self {
        let rows: Vec<u32> = rows.map(|row| row.0).collect();
        let start = |at: u32| store.start(SpanRow(rows.get(at as usize).copied().unwrap_or(0)));
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        if !rows.is_sorted_by_key(|&row| store.start(SpanRow(row))) {
            crate::model::order::sort(&mut order, &|a, b| start(a).cmp(&start(b)));
        }
        let ordered = order.iter().filter_map(|&at| rows.get(at as usize));
        let mut coverage = Self::default();
        coverage.take(store, row, ordered.map(|&row| store.extent(SpanRow(row))));
        coverage
    }

    fn fill(&mut self, store: &TraceStore, row: SpanRow) {
        let children = store.children(row).map(|child| store.extent(child));
        self.take(store, row, children);
    }

    fn take(
        &mut self,
        store: &TraceStore,
        row: SpanRow,
        children: impl Iterator<Item = TimeRange>,
    ) {
        self.extent = store.extent(row);
        self.children = 0;
        self.starts.clear();
        self.before.clear();
        self.before.push(0);
        let mut open: Option<(i64, i64)> = None;
        for child in children {
            self.children += 1;
            let start = child.start.max(self.extent.start).0;
            let end = child.end.min(self.extent.end).0;
            if start >= end {
                continue;
            }
            // Clipping keeps the order of starts, so a child either extends the open interval or opens the next.
            open = Some(match open {
                Some((first, last)) if start <= last => (first, last.max(end)),
                Some(done) => {
                    self.push(done);
                    (start, end)
                }
                None => (start, end),
            });
        }
        if let Some(done) = open {
            self.push(done);
        }
        if store.flags(row).contains(SpanFlags::PLACEHOLDER) {
            // Covered in full: a placeholder does no work of its own.
            let (start, end) = (self.extent.start.0, self.extent.end.0);
            self.starts.clear();
            self.before.truncate(1);
            if start < end {
                self.push((start, end));
            }
        }
    }

    fn push(&mut self, (start, end): (i64, i64)) {
        self.starts.push(start);
        let total = self.covered().0.saturating_add(end.saturating_sub(start));
        self.before.push(total);
    }

    fn end(&self, at: usize) -> i64 {
        self.starts[at].saturating_add(self.before[at + 1] - self.before[at])
    }

    /// Covered time before `time`, where `next` is the first interval that ends after it.
    fn covered_before(&self, next: usize, time: i64) -> i64 {
        let inside = self
            .starts
            .get(next)
            .map_or(0, |&start| (time.saturating_sub(start)).max(0));
        self.before
            .get(next)
            .copied()
            .unwrap_or(0)
            .saturating_add(inside)
    }

    /// The first interval, not before `from`, that ends after `time`.
    fn first_after(&self, from: usize, time: i64) -> usize {
        gallop(from, self.starts.len(), |at| self.end(at) <= time)
    }
}

/// Coverage of rows on demand, kept for rows with many children. One per document.
#[derive(Debug, Clone, Default)]
pub struct SelfTimes {
    wide: RowMap<Coverage>,
    last: Coverage,
}

impl SelfTimes {
    /// The coverage of a row: at most `WIDE` steps, except the first time for a row with more children.
    pub fn of(&mut self, store: &TraceStore, row: SpanRow) -> &Coverage {
        if store.subtree(row).len() as u32 <= WIDE {
            self.last.fill(store, row);
            return &self.last;
        }
        // Looked up twice, because a borrow that may be returned cannot be given up (the compiler's known limit).
        if self.wide.find(row.0).is_none() {
            self.last.fill(store, row);
            if self.last.children <= WIDE {
                return &self.last;
            }
            let mut kept = std::mem::take(&mut self.last);
            kept.starts.shrink_to_fit();
            kept.before.shrink_to_fit();
            self.wide.insert(row.0, kept);
        }
        self.wide.find(row.0).unwrap_or(&self.last)
    }

    /// The coverage of a row by the rows directly below it at the level of an outline. Kept for rows with many of them, so that
    /// these values hold for one state of one outline: begin with others when it changes.
    pub fn at_level(&mut self, store: &TraceStore, outline: &Outline, row: SpanRow) -> &Coverage {
        if self.wide.find(row.0).is_none() {
            self.last = Coverage::among(store, row, outline.children_at_level(store, row));
            if self.last.children <= WIDE {
                return &self.last;
            }
            self.wide.insert(row.0, std::mem::take(&mut self.last));
        }
        self.wide.find(row.0).unwrap_or(&self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    /// Self parts of the first row, in nanoseconds.
    #[track_caller]
    fn parts(drawing: &str, window: (i64, i64), pixel: i64) -> Vec<(i64, i64)> {
        let store = parse(drawing).finish();
        let window = TimeRange::new(Timestamp(window.0), Timestamp(window.1));
        Coverage::new(&store, SpanRow(0))
            .self_parts(window, pixel)
            .into_iter()
            .map(|part| (part.start.0, part.end.0))
            .collect()
    }

    #[test]
    fn children_are_merged_and_clipped() {
        let store =
            parse("a 10..100\n  b 0..20\n  c 30..50\n  d 40..60\n  e 60..70\n  f 90..200").finish();
        let coverage = Coverage::new(&store, SpanRow(0));
        let intervals: Vec<_> = coverage
            .intervals()
            .map(|part| (part.start.0, part.end.0))
            .collect();
        assert_eq!(intervals, [(10, 20), (30, 70), (90, 100)]);
        assert_eq!((coverage.children(), coverage.covered().0), (5, 60));
        assert_eq!(coverage.self_time(), Nanos(30));
    }

    #[test]
    fn wide_parts_have_exact_bounds_and_the_window_cuts_them() {
        let drawing = "a 0..100\n  b 10..40\n  c 60..90";
        assert_eq!(parts(drawing, (0, 100), 1), [(0, 10), (40, 60), (90, 100)]);
        assert_eq!(parts(drawing, (-50, 50), 1), [(0, 10), (40, 50)]);
        assert!(parts(drawing, (20, 30), 1).is_empty());
        assert_eq!(parts(drawing, (45, 50), 1), [(45, 50)]);
        assert!(parts(drawing, (500, 600), 1).is_empty());
    }

    #[test]
    fn below_a_pixel_the_majority_decides() {
        use std::fmt::Write as _;
        // Ninety per cent covered in the first half, ten per cent in the second.
        let mut drawing = String::from("a 0..2000\n");
        for at in 0..200 {
            let busy = if at < 100 { 9 } else { 1 };
            let _ = writeln!(drawing, "  c {}..{}", at * 10, at * 10 + busy);
        }
        assert_eq!(parts(&drawing, (0, 2000), 100), [(1000, 2000)]);
    }

    #[test]
    fn leaves_running_spans_and_placeholders() {
        let store = parse("a 0..100\n  run 40..\n    b 50..60\nlone 70..90 parent=ff").finish();
        let self_time = |row| Coverage::new(&store, SpanRow(row)).self_time().0;
        assert_eq!(self_time(0), 40);
        assert_eq!(self_time(1), 50, "running: to the end of the trace");
        assert_eq!(self_time(2), 10);
        assert_eq!(self_time(3), 0, "placeholder");
    }

    #[test]
    fn wide_rows_are_kept_and_say_the_same() {
        use std::fmt::Write as _;
        let mut drawing = String::from("a 0..9000\n");
        for at in 0..300 {
            let _ = writeln!(drawing, "  c {}..{}", at * 30, at * 30 + 10);
        }
        let store = parse(&drawing).finish();
        let mut times = SelfTimes::default();
        for _ in 0..2 {
            let coverage = times.of(&store, SpanRow(0));
            assert_eq!((coverage.children(), coverage.self_time().0), (300, 6000));
            assert_eq!(times.of(&store, SpanRow(5)).children(), 0);
        }
        assert_eq!(times.wide.rows().len(), 1);
    }
}
