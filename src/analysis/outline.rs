//! The visible tree of one trace: which rows are collapsed and which rows stand on which line.
//!
//! Everything is expanded at first, whatever the size: structure is what a waterfall is opened for, and only visible
//! lines cost anything. Rows stand in depth-first order, so the lines are an ascending list of rows: the line of a row
//! is a binary search, and the last line at or before a hidden row is the ancestor that hides it.
//!
//! A toggle at a million rows moves at most 4 MB and walks the rows it shows, some milliseconds at worst.

use crate::model::{SpanRow, TraceRow, TraceStore};
use std::ops::Range;

/// What is expanded and visible in one trace.
#[derive(Debug, Clone)]
pub struct Outline {
    trace: TraceRow,
    rows: Range<u32>,
    /// Counted from the first row of the trace.
    collapsed: Bits,
    /// Visible rows in order.
    lines: Vec<u32>,
}

impl Outline {
    /// Everything expanded. A trace that is not in the store has no lines.
    pub fn new(store: &TraceStore, trace: TraceRow) -> Self {
        let rows = store.trace(trace).map_or(0..0, |trace| trace.rows.clone());
        Self {
            trace,
            collapsed: Bits::new(rows.len()),
            lines: rows.clone().collect(),
            rows,
        }
    }

    /// The same trace in another document with the same spans collapsed, as far as it has them; `None` when it does not
    /// have the trace, or when nothing is collapsed.
    pub fn carried(&self, from: &TraceStore, to: &TraceStore) -> Option<Self> {
        let collapsed = self.rows.clone().filter(|&row| self.is_collapsed(row));
        let mut ids: Vec<_> = collapsed
            .filter_map(|row| from.span_id(SpanRow(row)))
            .collect();
        ids.sort_unstable();
        let id = from.trace(self.trace)?.id;
        let trace = to.traces().iter().position(|trace| trace.id == id)?;
        let mut outline = Self::new(to, TraceRow(trace as u32));
        for row in outline.rows.clone().map(SpanRow) {
            let is_known = |id| ids.binary_search(&id).is_ok();
            if has_children(to, row) && to.span_id(row).is_some_and(is_known) {
                outline.set_collapsed(row.0, true);
            }
        }
        outline.lay(to);
        (!ids.is_empty()).then_some(outline)
    }

    /// The trace.
    pub fn trace(&self) -> TraceRow {
        self.trace
    }

    /// All rows of the trace.
    pub fn rows(&self) -> Range<u32> {
        self.rows.clone()
    }

    /// Lines in all.
    pub fn total_lines(&self) -> u32 {
        self.lines.len() as u32
    }

    /// The rows on these lines; what lies beyond the last line is left out.
    pub fn rows_on(&self, lines: Range<u32>) -> &[u32] {
        let end = (lines.end as usize).min(self.lines.len());
        let start = (lines.start as usize).min(end);
        &self.lines[start..end]
    }

    /// The row on a line.
    pub fn row_at(&self, line: u32) -> Option<SpanRow> {
        self.lines.get(line as usize).copied().map(SpanRow)
    }

    /// The line of a row; `None` while a collapsed ancestor hides it, and for a row of another trace.
    pub fn line_of(&self, row: SpanRow) -> Option<u32> {
        self.lines.binary_search(&row.0).ok().map(|at| at as u32)
    }

    /// The row itself when it is visible, else the collapsed ancestor that hides it. `None` for a row of another trace.
    pub fn visible(&self, row: SpanRow) -> Option<(u32, SpanRow)> {
        if !self.rows.contains(&row.0) {
            return None;
        }
        let line = self
            .lines
            .partition_point(|&at| at <= row.0)
            .checked_sub(1)?;
        Some((line as u32, SpanRow(self.lines[line])))
    }

    /// Whether the row has children and shows them.
    pub fn is_expanded(&self, store: &TraceStore, row: SpanRow) -> bool {
        has_children(store, row) && !self.is_collapsed(row.0)
    }

    /// Shows the children of a row (those below them as they were before).
    pub fn expand(&mut self, store: &TraceStore, row: SpanRow) {
        if self.rows.contains(&row.0) && self.is_collapsed(row.0) {
            self.set_collapsed(row.0, false);
            self.relay(store, row);
        }
    }

    /// Hides the children of a row; a leaf has none to hide.
    pub fn collapse(&mut self, store: &TraceStore, row: SpanRow) {
        if self.rows.contains(&row.0) && self.is_expanded(store, row) {
            self.set_collapsed(row.0, true);
            self.relay(store, row);
        }
    }

    /// Shows everything.
    pub fn expand_all(&mut self) {
        self.collapsed = Bits::new(self.rows.len());
        self.lines.clear();
        self.lines.extend(self.rows.clone());
    }

    /// Shows rows down to this depth, roots being 0; everything deeper is collapsed level by level.
    pub fn to_depth(&mut self, store: &TraceStore, depth: u32) {
        for row in self.rows.clone() {
            let collapsed = store.depth(SpanRow(row)) >= depth && has_children(store, SpanRow(row));
            self.set_collapsed(row, collapsed);
        }
        self.lay(store);
    }

    /// Lays all lines anew.
    fn lay(&mut self, store: &TraceStore) {
        self.lines.clear();
        let rows = self.rows.clone();
        push_visible(store, &self.collapsed, rows.start, rows, &mut self.lines);
    }

    /// Expands every ancestor of a row, so that it has a line.
    pub fn reveal(&mut self, store: &TraceStore, row: SpanRow) {
        if !self.rows.contains(&row.0) {
            return;
        }
        let mut top = None;
        let mut above = store.parent(row);
        while let Some(ancestor) = above {
            if self.is_collapsed(ancestor.0) {
                self.set_collapsed(ancestor.0, false);
                top = Some(ancestor);
            }
            above = store.parent(ancestor);
        }
        if let Some(top) = top {
            self.relay(store, top);
        }
    }

    /// Lays the lines below a row anew, after it or rows below it changed. Does nothing while the row is hidden.
    fn relay(&mut self, store: &TraceStore, row: SpanRow) {
        let Some(line) = self.line_of(row) else {
            return;
        };
        let below = row.0 + 1..store.subtree(row).end;
        let first = line as usize + 1;
        let shown = self.lines[first..].partition_point(|&at| at < below.end);
        let mut lines = Vec::new();
        if !self.is_collapsed(row.0) {
            push_visible(store, &self.collapsed, self.rows.start, below, &mut lines);
        }
        self.lines.splice(first..first + shown, lines);
    }

    fn is_collapsed(&self, row: u32) -> bool {
        self.collapsed.get(row.wrapping_sub(self.rows.start))
    }

    fn set_collapsed(&mut self, row: u32, collapsed: bool) {
        self.collapsed
            .set(row.wrapping_sub(self.rows.start), collapsed);
    }
}

fn has_children(store: &TraceStore, row: SpanRow) -> bool {
    store.subtree(row).len() > 1
}

/// Rows of a range (whose own ancestors are expanded) that no collapsed row hides.
fn push_visible(
    store: &TraceStore,
    collapsed: &Bits,
    first_row: u32,
    rows: Range<u32>,
    lines: &mut Vec<u32>,
) {
    let mut row = rows.start;
    while row < rows.end {
        let at = row - first_row;
        let next = collapsed.next(at, rows.end - first_row) + first_row;
        // Up to the next collapsed row everything shows, that row included.
        lines.extend(row..rows.end.min(next + 1));
        row = store.subtree(SpanRow(next)).end.max(next + 1);
    }
}

/// Bits without counts.
#[derive(Debug, Clone)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    fn get(&self, at: u32) -> bool {
        let word = self.0.get(at as usize / 64).copied().unwrap_or(0);
        word >> (at % 64) & 1 == 1
    }

    fn set(&mut self, at: u32, on: bool) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word = *word & !(1 << (at % 64)) | u64::from(on) << (at % 64);
        }
    }

    /// The first set bit from `at` on, `end` when there is none before it.
    fn next(&self, at: u32, end: u32) -> u32 {
        let mut at = at;
        while at < end {
            let word = self.0.get(at as usize / 64).copied().unwrap_or(0) >> (at % 64);
            if word != 0 {
                return end.min(at + word.trailing_zeros());
            }
            at = (at / 64 + 1) * 64;
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    const TREE: &str = "a 0..100\n  b 0..50\n    c 1..2\n    d 3..4\n  e 60..70\n    f 61..62\ng 200..300\n  h 210..220";

    /// The visible rows by name, two spaces a level, `+` before what is collapsed.
    fn picture(store: &TraceStore, outline: &Outline) -> String {
        let rows = outline.rows_on(0..u32::MAX);
        let lines: Vec<String> = (rows.iter().copied().map(SpanRow))
            .map(|row| {
                let mark = if outline.is_collapsed(row.0) { "+" } else { "" };
                let indent = "  ".repeat(store.depth(row) as usize);
                format!("{indent}{mark}{}", store.name(row))
            })
            .collect();
        lines.join("\n")
    }

    fn row(store: &TraceStore, name: &str) -> SpanRow {
        let rows = 0..store.rows();
        rows.map(SpanRow)
            .find(|&row| store.name(row) == name)
            .unwrap()
    }

    #[test]
    fn everything_shows_at_first() {
        let store = parse(TREE).finish();
        let outline = Outline::new(&store, TraceRow(0));
        assert_eq!(
            picture(&store, &outline),
            "a\n  b\n    c\n    d\n  e\n    f\ng\n  h"
        );
    }

    #[test]
    fn collapsing_hides_the_subtree_and_expanding_restores_what_was() {
        let store = parse(TREE).finish();
        let mut outline = Outline::new(&store, TraceRow(0));
        outline.collapse(&store, row(&store, "b"));
        assert_eq!(picture(&store, &outline), "a\n  +b\n  e\n    f\ng\n  h");
        outline.collapse(&store, row(&store, "a"));
        assert_eq!(picture(&store, &outline), "+a\ng\n  h");
        outline.expand(&store, row(&store, "a"));
        assert_eq!(picture(&store, &outline), "a\n  +b\n  e\n    f\ng\n  h");
        outline.collapse(&store, row(&store, "c"));
        assert_eq!(outline.total_lines(), 6, "a leaf cannot be collapsed");
    }

    #[test]
    fn a_hidden_row_changes_without_a_line() {
        let store = parse(TREE).finish();
        let mut outline = Outline::new(&store, TraceRow(0));
        outline.collapse(&store, row(&store, "a"));
        outline.collapse(&store, row(&store, "b"));
        assert_eq!(picture(&store, &outline), "+a\ng\n  h");
        outline.expand(&store, row(&store, "a"));
        assert_eq!(picture(&store, &outline), "a\n  +b\n  e\n    f\ng\n  h");
    }

    #[test]
    fn to_depth_collapses_level_by_level() {
        let store = parse(TREE).finish();
        let mut outline = Outline::new(&store, TraceRow(0));
        outline.to_depth(&store, 1);
        assert_eq!(picture(&store, &outline), "a\n  +b\n  +e\ng\n  h");
        outline.to_depth(&store, 0);
        assert_eq!(picture(&store, &outline), "+a\n+g");
        outline.expand(&store, row(&store, "a"));
        assert_eq!(picture(&store, &outline), "a\n  +b\n  +e\n+g");
        outline.expand_all();
        assert_eq!(outline.total_lines(), 8);
    }

    #[test]
    fn reveal_opens_every_ancestor_and_leaves_the_rest() {
        let store = parse(TREE).finish();
        let mut outline = Outline::new(&store, TraceRow(0));
        outline.to_depth(&store, 0);
        outline.reveal(&store, row(&store, "f"));
        assert_eq!(picture(&store, &outline), "a\n  +b\n  e\n    f\n+g");
        assert_eq!(outline.line_of(row(&store, "f")), Some(3));
    }

    #[test]
    fn a_hidden_row_is_found_at_the_ancestor_that_hides_it() {
        let store = parse(TREE).finish();
        let mut outline = Outline::new(&store, TraceRow(0));
        outline.to_depth(&store, 0);
        outline.expand(&store, row(&store, "a"));
        assert_eq!(outline.line_of(row(&store, "d")), None);
        assert_eq!(
            outline.visible(row(&store, "d")),
            Some((1, row(&store, "b")))
        );
        assert_eq!(
            outline.visible(row(&store, "h")),
            Some((3, row(&store, "g")))
        );
    }

    #[test]
    fn what_is_collapsed_stays_so_when_spans_join() {
        let store = parse(TREE).finish();
        let mut outline = Outline::new(&store, TraceRow(0));
        assert!(outline.carried(&store, &store).is_none());
        outline.collapse(&store, row(&store, "b"));
        outline.collapse(&store, row(&store, "g"));
        let more = parse(&format!("{TREE}\n  late 250..260\nother 0..1 trace=2")).finish();
        let carried = outline.carried(&store, &more).unwrap();
        assert_eq!(picture(&more, &carried), "a\n  +b\n  e\n    f\n+g");
        let elsewhere = parse("z 0..1 trace=9").finish();
        assert!(outline.carried(&store, &elsewhere).is_none());
    }

    #[test]
    fn rows_of_another_trace_are_left_alone() {
        let store = parse("a 0..9 trace=1\nb 10..20 trace=2\n  c 11..12 trace=2").finish();
        let mut outline = Outline::new(&store, TraceRow(1));
        assert_eq!(picture(&store, &outline), "b\n  c");
        outline.collapse(&store, SpanRow(0));
        outline.reveal(&store, SpanRow(0));
        outline.expand(&store, SpanRow(99));
        assert_eq!(picture(&store, &outline), "b\n  c");
        assert_eq!(outline.visible(SpanRow(0)), None);
        outline.collapse(&store, SpanRow(1));
        assert_eq!(picture(&store, &outline), "+b");
        assert_eq!(Outline::new(&store, TraceRow(7)).total_lines(), 0);
    }
}
