//! The visible tree of one trace: which rows are collapsed and which rows stand on which line.
//!
//! Everything is expanded at first, whatever the size: structure is what a waterfall is opened for, and only visible
//! lines cost anything. Rows stand in depth-first order, so the lines are an ascending list of rows: the line of a row
//! is a binary search, and the last line at or before a hidden row is the ancestor that hides it.
//!
//! A toggle at a million rows moves at most 4 MB and walks the rows it shows, some milliseconds at worst.
//!
//! At a [`Level`] other than everything, rows that do not belong to it are hidden and what stands below them stands below
//! the nearest row that is shown: depth, parent and children are those of the shown tree. A hidden row can be shown all
//! the same, with those that are folded into one row ([`Outline::unfold`]) or by itself ([`Outline::reveal`]).
//!
//! A filter can narrow what is shown to the rows that it lets pass and those above them ([`Outline::set_matches`]).

mod bits;
mod matches;

pub use matches::Stamp;

use super::levels::{Level, Levels};
use super::row_set::RowSet;
use crate::model::{SpanRow, TraceRow, TraceStore};
use bits::Bits;
use matches::Matches;
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
    level: Level,
    /// Rows of the level and those shown beside it, counted from the first row of the trace; `None` for all.
    at_level: Option<RowSet>,
    /// Those of them that a filter leaves; `None` while none narrows.
    narrowed: Option<RowSet>,
    /// What a filter lets pass.
    matches: Option<Matches>,
    /// Spans of the level that the filter hides.
    hidden: u32,
    /// Rows whose folded spans are shown.
    unfolded: Vec<u32>,
    /// A row of another level that is shown by itself.
    revealed: Option<u32>,
    /// The row that heads stitched traces: it stands above all others.
    head: Option<SpanRow>,
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
            level: Level::Everything,
            at_level: None,
            narrowed: None,
            matches: None,
            hidden: 0,
            unfolded: Vec::new(),
            revealed: None,
            head: store.stitched_head(trace),
        }
    }

    /// The level shown.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Shows the rows of a level, or of the nearest that has any; says whether it is another one. What is collapsed stays
    /// so, what was shown beside the level does not.
    pub fn set_level(&mut self, store: &TraceStore, levels: &Levels, level: Level) -> bool {
        let level = levels.nearest(level);
        if level == self.level {
            return false;
        }
        self.level = level;
        self.unfolded.clear();
        self.revealed = None;
        self.show(levels);
        self.lay(store);
        true
    }

    /// Shows only the rows that pass and those above them from now on, or with `None` all of the level; says whether they
    /// are others than before. `rows` are numbered as in the document; `stamp` tells sets of them apart.
    pub fn set_matches(
        &mut self,
        store: &TraceStore,
        levels: &Levels,
        passing: Option<(&RowSet, Stamp)>,
    ) -> bool {
        let known = self.matches.as_ref().map(Matches::stamp);
        if known == passing.map(|(_, stamp)| stamp) {
            return false;
        }
        self.matches =
            passing.map(|(rows, stamp)| Matches::new(store, levels, &self.rows, rows, stamp));
        self.show(levels);
        self.lay(store);
        true
    }

    /// How many spans of the level a filter hides; `None` while none narrows.
    pub fn hidden_by_filter(&self) -> Option<u32> {
        self.matches.as_ref().map(|_| self.hidden)
    }

    /// Whether a row is shown though a filter does not let it pass: for what stands below it, or because it was asked for.
    pub fn is_aside(&self, row: SpanRow) -> bool {
        let at = SpanRow(row.0.wrapping_sub(self.rows.start));
        let matches = self.matches.as_ref();
        matches.is_some_and(|matches| !matches.passes(at))
    }

    /// Shows what is folded into a row, or hides it again.
    pub fn unfold(&mut self, store: &TraceStore, levels: &Levels, row: SpanRow) {
        if self.level == Level::Everything || levels.folded_into(row).next().is_none() {
            return;
        }
        match self.unfolded.iter().position(|&at| at == row.0) {
            Some(at) => {
                self.unfolded.remove(at);
                // It may be one of those that go.
                self.revealed = self
                    .revealed
                    .filter(|&at| levels.folded_into(row).all(|folded| folded.0 != at));
            }
            None => self.unfolded.push(row.0),
        }
        self.show(levels);
        self.lay(store);
    }

    /// Whether what is folded into a row is shown.
    pub fn is_unfolded(&self, row: SpanRow) -> bool {
        self.unfolded.contains(&row.0)
    }

    /// Finds out which rows are shown.
    fn show(&mut self, levels: &Levels) {
        let level = levels.at(self.level);
        let matches = self.matches.as_ref();
        self.hidden = matches.map_or(0, |matches| matches.hides(levels, self.level));
        self.narrowed = matches.map(|matches| matches.within(level));
        self.at_level = level.cloned();
        let unfolded = self.unfolded.iter();
        let folded = unfolded.flat_map(|&row| levels.folded_into(SpanRow(row)));
        let revealed = self.revealed.map(SpanRow);
        let beside: Vec<SpanRow> = (folded.chain(revealed))
            .map(|row| SpanRow(row.0.wrapping_sub(self.rows.start)))
            .collect();
        if let Some(narrowed) = &mut self.narrowed {
            let back = beside.iter().filter(|&&row| narrowed.insert(row));
            let of_level = |row: &&SpanRow| level.is_none_or(|level| level.contains(**row));
            let back = back.filter(of_level).count() as u32;
            self.hidden = self.hidden.saturating_sub(back);
            narrowed.seal();
        }
        if let Some(shown) = &mut self.at_level {
            for &row in &beside {
                shown.insert(row);
            }
            shown.seal();
        }
    }

    /// The rows that are shown, collapsed or not, counted from the first row of the trace; `None` for all.
    fn shown(&self) -> Option<&RowSet> {
        self.narrowed.as_ref().or(self.at_level.as_ref())
    }

    /// Whether rows are hidden that nobody has collapsed.
    pub fn is_partial(&self) -> bool {
        self.shown().is_some()
    }

    /// Whether a row of the trace is one of those shown, collapsed or not.
    pub fn is_shown(&self, row: SpanRow) -> bool {
        let at = SpanRow(row.0.wrapping_sub(self.rows.start));
        self.shown().is_none_or(|shown| shown.contains(at))
    }

    /// The nearest row above that is shown.
    pub fn parent(&self, store: &TraceStore, row: SpanRow) -> Option<SpanRow> {
        let above = std::iter::successors(store.parent(row), |&above| store.parent(above));
        let found = above.into_iter().find(|&above| self.is_shown(above));
        found.or_else(|| self.head_above(row))
    }

    /// The row that heads stitched traces, where it is shown above a row.
    fn head_above(&self, row: SpanRow) -> Option<SpanRow> {
        self.head.filter(|&head| head != row && self.is_shown(head))
    }

    /// How many shown rows stand above a row.
    pub fn depth(&self, store: &TraceStore, row: SpanRow) -> u32 {
        let head = u32::from(self.head_above(row).is_some());
        if !self.is_partial() {
            return store.depth(row) + head;
        }
        let above = std::iter::successors(store.parent(row), |&above| store.parent(above));
        above.filter(|&above| self.is_shown(above)).count() as u32 + head
    }

    /// How many shown rows stand below a row.
    pub fn descendants(&self, store: &TraceStore, row: SpanRow) -> u32 {
        self.below(store, row, self.shown())
    }

    /// How many rows of the level stand below a row, a filter hides them or not.
    pub fn descendants_at_level(&self, store: &TraceStore, row: SpanRow) -> u32 {
        self.below(store, row, self.at_level.as_ref())
    }

    fn below(&self, store: &TraceStore, row: SpanRow, among: Option<&RowSet>) -> u32 {
        let below = store.subtree(row);
        match among {
            None => below.len() as u32 - 1,
            Some(shown) => shown.count_in(row.0 + 1 - self.rows.start..below.end - self.rows.start),
        }
    }

    /// The shown rows directly below a row, in order of rows.
    pub fn children(&self, store: &TraceStore, row: SpanRow) -> impl Iterator<Item = SpanRow> {
        self.nearest(store, row, self.shown())
    }

    /// The rows of the level directly below a row, a filter hides them or not, in order of rows.
    pub fn children_at_level(
        &self,
        store: &TraceStore,
        row: SpanRow,
    ) -> impl Iterator<Item = SpanRow> {
        self.nearest(store, row, self.at_level.as_ref())
    }

    fn nearest(
        &self,
        store: &TraceStore,
        row: SpanRow,
        among: Option<&RowSet>,
    ) -> impl Iterator<Item = SpanRow> {
        let below = store.subtree(row);
        let first = self.rows.start;
        let mut at = row.0 + 1;
        std::iter::from_fn(move || {
            let next = match among {
                None => (at < below.end).then_some(at)?,
                Some(shown) => {
                    let left = at.wrapping_sub(first)..below.end.wrapping_sub(first);
                    shown.iter_in(left).next()?.0 + first
                }
            };
            at = store.subtree(SpanRow(next)).end.max(next + 1);
            Some(SpanRow(next))
        })
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
            if outline.has_children(to, row) && to.span_id(row).is_some_and(is_known) {
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

    /// The row itself when it is visible, else the ancestor that stands for it, or where there is none a row close by.
    /// `None` for a row of another trace.
    pub fn visible(&self, store: &TraceStore, row: SpanRow) -> Option<(u32, SpanRow)> {
        if !self.rows.contains(&row.0) {
            return None;
        }
        // Of rows that are not of the level the nearest above counts.
        let nearest = if self.is_shown(row) {
            row
        } else {
            self.parent(store, row).unwrap_or(row)
        };
        let before = self.lines.partition_point(|&at| at <= nearest.0);
        let line = before.saturating_sub(1);
        Some((line as u32, SpanRow(*self.lines.get(line)?)))
    }

    /// Whether the row has children and shows them.
    pub fn is_expanded(&self, store: &TraceStore, row: SpanRow) -> bool {
        self.has_children(store, row) && !self.is_collapsed(row.0)
    }

    /// Whether shown rows stand below a row.
    pub fn has_children(&self, store: &TraceStore, row: SpanRow) -> bool {
        self.descendants(store, row) > 0
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
    pub fn expand_all(&mut self, store: &TraceStore) {
        self.collapsed = Bits::new(self.rows.len());
        self.lay(store);
    }

    /// Shows rows down to this depth, roots being 0; everything deeper is collapsed level by level.
    pub fn to_depth(&mut self, store: &TraceStore, depth: u32) {
        // Ends of the shown rows around the one at hand.
        let mut around: Vec<u32> = Vec::new();
        for row in self.rows.clone() {
            let span = SpanRow(row);
            let is_shown = self.is_shown(span);
            while around.last().is_some_and(|&end| end <= row) {
                around.pop();
            }
            let collapsed =
                is_shown && around.len() as u32 >= depth && self.has_children(store, span);
            self.set_collapsed(row, collapsed);
            if is_shown {
                around.push(store.subtree(span).end);
            }
        }
        self.lay(store);
    }

    /// Lays all lines anew.
    fn lay(&mut self, store: &TraceStore) {
        let mut lines = std::mem::take(&mut self.lines);
        lines.clear();
        self.push_visible(store, self.rows.clone(), &mut lines);
        self.lines = lines;
    }

    /// Shows a row and expands every ancestor of it, so that it has a line. A row that was revealed before and is not of the
    /// level is hidden again.
    pub fn reveal(&mut self, store: &TraceStore, levels: &Levels, row: SpanRow) {
        if !self.rows.contains(&row.0) {
            return;
        }
        let is_hidden = !self.is_shown(row);
        if is_hidden {
            self.revealed = Some(row.0);
            self.show(levels);
        }
        let mut top = None;
        let mut above = self.parent(store, row);
        while let Some(ancestor) = above {
            if self.is_collapsed(ancestor.0) {
                self.set_collapsed(ancestor.0, false);
                top = Some(ancestor);
            }
            above = self.parent(store, ancestor);
        }
        if is_hidden {
            self.lay(store);
        } else if let Some(top) = top {
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
            self.push_visible(store, below, &mut lines);
        }
        self.lines.splice(first..first + shown, lines);
    }

    /// Shown rows of a range (whose own ancestors are expanded) that no collapsed row hides.
    fn push_visible(&self, store: &TraceStore, rows: Range<u32>, lines: &mut Vec<u32>) {
        let first = self.rows.start;
        let mut row = rows.start;
        while row < rows.end {
            let next = self.next_collapsed(row, rows.end);
            // Up to the next collapsed row everything shows, that row included.
            let open = row..rows.end.min(next + 1);
            match self.shown() {
                None => lines.extend(open),
                Some(shown) => {
                    let open = open.start - first..open.end - first;
                    lines.extend(shown.iter_in(open).map(|row| row.0 + first));
                }
            }
            row = store.subtree(SpanRow(next)).end.max(next + 1);
        }
    }

    /// The first shown and collapsed row from `row` on, `end` when there is none before it.
    fn next_collapsed(&self, row: u32, end: u32) -> u32 {
        let first = self.rows.start;
        let mut at = row - first;
        loop {
            let next = self.collapsed.next(at, end - first);
            let row = next + first;
            if row >= end || self.is_shown(SpanRow(row)) {
                return row;
            }
            at = next + 1;
        }
    }

    fn is_collapsed(&self, row: u32) -> bool {
        self.collapsed.get(row.wrapping_sub(self.rows.start))
    }

    fn set_collapsed(&mut self, row: u32, collapsed: bool) {
        self.collapsed
            .set(row.wrapping_sub(self.rows.start), collapsed);
    }
}

#[cfg(test)]
mod tests;
