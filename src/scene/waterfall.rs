//! The waterfall: visible lines of the tree with what their bars show.
//!
//! All times of a scene are offsets from the start of the trace in nanoseconds, so the page can redraw it under
//! another window while the next scene is on its way. [`lines`] makes the scene; this file is what it is made of.

pub mod hidden;
pub mod lines;
pub mod preview;
pub mod told;

pub use super::members::ColourBy;
use crate::analysis::budget::Limit;
pub use crate::analysis::levels::Level;
use crate::model::{SpanFlags, SpanKind, SpanRow, StatusCode, TraceRow};
use serde::{Deserialize, Serialize};
use told::Told;

/// What part of which trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaterfallRequest {
    /// The trace.
    pub trace: TraceRow,
    /// First visible line, from zero.
    pub first_line: u32,
    /// How many lines.
    pub lines: u32,
    /// Visible time, as offsets from the start of the trace in nanoseconds.
    pub window: (i64, i64),
    /// Width of the bar area in CSS pixels; parts narrower than a pixel are merged.
    pub width: f64,
    /// Whether to work out the critical path.
    pub critical_path: bool,
    /// Which spans are shown.
    pub level: Level,
    /// Only spans that the filter lets pass, and those above them. Without a filter all.
    pub only_matches: bool,
    /// What colours stand for.
    pub colour: ColourBy,
    /// What the run may cost.
    pub budget: Limit,
}

/// Lines to draw.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Waterfall {
    /// The document the rows are valid for.
    pub document: u32,
    /// The trace.
    pub trace: TraceRow,
    /// Start of the trace since the epoch in nanoseconds.
    pub origin_ns: i64,
    /// Length of the trace.
    pub duration_ns: i64,
    /// Lines in all, collapsed ones not counted.
    pub total_lines: u32,
    /// Number of the first line of `lines`.
    pub first_line: u32,
    /// The window it was made for.
    pub window: (i64, i64),
    /// The lines asked for.
    pub lines: Vec<Line>,
    /// Ancestors of the first line, outermost first, to stay pinned on top; the innermost [`lines::MAX_PINNED`] of a
    /// deeper chain.
    pub pinned: Vec<Line>,
    /// Placeholders in the trace (in no count).
    pub placeholders: u32,
    /// Deepest depth in the trace.
    pub max_depth: u32,
    /// Whether the trace has calls, agents or anything else of an agent run.
    pub is_told: bool,
    /// Services of the trace by span count: index and name and spans.
    pub services: Vec<(u16, String, u32)>,
    /// The level shown: the one asked for, or where it has no spans the nearest finer one.
    pub level: Level,
    /// Spans of the level that are hidden because the filter does not let them pass, as far as is known; `None` where all of
    /// the level are shown.
    pub hidden_by_filter: Option<u32>,
    /// How many spans the trace has at each level, in the order of [`Level::ALL`].
    pub at_level: [u32; 3],
    /// What colours stand for: as asked, or what the trace can tell.
    pub colour: ColourBy,
    /// Members of that by span count: number, name and spans.
    pub legend: Vec<(u16, String, u32)>,
    /// When the run had cost more than it may, as an offset, and what it may cost; `None` while it has not, as far as is known.
    pub crossed: Option<(i64, i64)>,
}

/// One line of the waterfall.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is said of a line by itself"
)]
pub struct Line {
    /// The span.
    pub row: SpanRow,
    /// Number of the line, from zero; of a pinned ancestor too, which stands above the lines asked for.
    pub line: u32,
    /// Distance from the root, as many shown spans as there are between.
    pub depth: u32,
    /// Name; for a placeholder the id of the missing parent. Cut with `…` beyond [`lines::MAX_TEXT`] bytes.
    pub name: String,
    /// Span id as written; empty when absent. Cut like the name, which only an odd id can be.
    pub span_id: String,
    /// Index of the service's colour.
    pub service: Option<u16>,
    /// OTLP kind.
    pub kind: SpanKind,
    /// OTLP status.
    pub status: StatusCode,
    /// What is special about it.
    pub flags: SpanFlags,
    /// Start, offset.
    pub start: i64,
    /// Where the bar ends, offset: the end of the trace for a running span.
    pub end: i64,
    /// Direct children, of those shown; up to 64 where a filter hides others.
    pub children: u32,
    /// Spans below, of those shown.
    pub descendants: u32,
    /// Spans that tell the same thing and are, or may be, folded into this one at the level shown.
    pub folded: u32,
    /// They are shown nevertheless.
    pub unfolded: bool,
    /// Children are shown.
    pub expanded: bool,
    /// Type of the first exception, or "error" for status error without one; empty when there is none.
    pub error: String,
    /// Errors among the spans below that it stands for: all when collapsed, else those of no shown span's.
    pub hidden_errors: u32,
    /// Where no child is at work, offsets, within the window and half of it on either side; below a pixel the majority
    /// decides. Empty for a leaf.
    pub self_parts: Vec<(i64, i64)>,
    /// Parts on the critical path, offsets, within the window and half of it on either side, joined across less than a
    /// pixel; empty when not asked for.
    pub critical: Vec<(i64, i64)>,
    /// Event times, offsets, within the window and half of it on either side, one of those within two pixels.
    pub events: Vec<i64>,
    /// Matches the search.
    pub hit: bool,
    /// Shown though the filter does not let it pass: for what stands below it, or because it was asked for.
    pub aside: bool,
    /// With it the run cost more than it may.
    pub crossed: Crossed,
    /// Search hits among the spans below that it stands for.
    pub hidden_hits: u32,
    /// What it says of an agent run; see [`told::Teller`].
    pub told: Told,
}

/// Whether a line stands for the call with which the run cost more than it may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Crossed {
    /// It does not.
    #[default]
    No,
    /// It is that call.
    Here,
    /// The call is among the spans that it stands for.
    Below,
}

/// A change of what is expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlineAction {
    /// Nothing; just say the state.
    Get,
    /// Show the children of a row.
    Expand(SpanRow),
    /// Hide the children of a row.
    Collapse(SpanRow),
    /// Show everything.
    ExpandAll,
    /// Show roots only.
    CollapseAll,
    /// Show rows down to this depth, roots being 0.
    ToDepth(u32),
    /// Expand what hides a row, show it whatever the level, and say its line.
    Reveal(SpanRow),
    /// Show what is folded into a row, or fold it again.
    Unfold(SpanRow),
    /// The line of a row without expanding: its own, or that of the nearest visible ancestor.
    LineOf(SpanRow),
    /// The row at a line.
    RowAt(u32),
}

/// The outline after an action.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutlineState {
    /// The document the rows are valid for.
    pub document: u32,
    /// Lines in all.
    pub total_lines: u32,
    /// Line of the row the action names, where it is visible.
    pub line: Option<u32>,
    /// The row at that line.
    pub row: Option<SpanRow>,
    /// Its ids as written, to be kept over documents.
    pub span_id: String,
    /// Its bar: start and end as offsets from the start of the trace.
    pub extent: (i64, i64),
    /// Its parent.
    pub parent: Option<SpanRow>,
    /// Whether it has children, and whether they are shown.
    pub children: bool,
    /// Children are shown.
    pub expanded: bool,
}
