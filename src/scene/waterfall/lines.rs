//! Makes the scene of the waterfall: looks at the lines asked for and nothing else.
//!
//! A line costs a few look-ups whatever stands below it: counts of a subtree are differences of running counts
//! ([`RowSet`]), and what a span with many children or events needs is kept ([`SelfTimes`], [`EventTimes`]).

use super::hidden::HiddenCounts;
use super::told::Told;
use super::{Crossed, Line, Waterfall, WaterfallRequest};
use crate::analysis::budget::Crossing;
use crate::analysis::critical_path::CriticalPath;
use crate::analysis::facts::TraceFacts;
use crate::analysis::levels::{Level, Levels};
use crate::analysis::outline::Outline;
use crate::analysis::row_set::RowSet;
use crate::analysis::self_time::SelfTimes;
use crate::model::{SpanFlags, SpanRow, StatusCode, TimeRange, Timestamp, TraceStore};
use crate::scene::events::EventTimes;
use crate::scene::stitched::told_of;

/// How many ancestors stay pinned at most: indent stops at this depth too.
pub const MAX_PINNED: usize = 12;

/// Longest name or id of a line in bytes; details have the whole.
pub const MAX_TEXT: usize = 512;

/// What a waterfall is made from, beside the request.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// The document.
    pub store: &'a TraceStore,
    /// Which rows are visible.
    pub outline: &'a Outline,
    /// What is folded into what.
    pub levels: &'a Levels,
    /// Facts of the trace.
    pub facts: &'a TraceFacts,
    /// Rows with status error.
    pub errors: &'a RowSet,
    /// Self time, kept over frames.
    pub self_times: &'a mut SelfTimes,
    /// Self time among the spans of a level, kept while the outline stays as it is.
    pub level_times: &'a mut SelfTimes,
    /// What lines of the outline stand for, kept as long.
    pub hidden: &'a mut HiddenCounts,
    /// Events, kept over frames.
    pub events: &'a mut EventTimes,
    /// The critical path of the trace; `None` when not asked for.
    pub critical: Option<&'a CriticalPath>,
    /// Rows that match the search; `None` without one.
    pub hits: Option<&'a RowSet>,
    /// The call with which the run cost more than it may.
    pub crossed: Option<Crossing>,
}

/// The lines asked for. A trace that is not in the store gives an empty scene; `document` is left to the caller.
pub fn waterfall(inputs: &mut Inputs<'_>, request: &WaterfallRequest) -> Waterfall {
    let store = inputs.store;
    let Some(trace) = store.trace(request.trace) else {
        return Waterfall {
            trace: request.trace,
            window: request.window,
            ..Waterfall::default()
        };
    };
    let view = View {
        crossed: crossed(inputs),
        ..View::new(trace.range.start, request)
    };
    let total_lines = inputs.outline.total_lines();
    let first_line = request.first_line.min(total_lines);
    let rows = inputs
        .outline
        .rows_on(first_line..first_line.saturating_add(request.lines));
    let pinned = rows
        .first()
        .map(|&row| ancestors(store, inputs.outline, SpanRow(row)))
        .unwrap_or_default();
    Waterfall {
        document: 0,
        trace: request.trace,
        origin_ns: trace.range.start.0,
        duration_ns: trace.range.duration().0,
        total_lines,
        first_line,
        window: request.window,
        lines: (first_line..)
            .zip(rows)
            .map(|(number, &row)| line(inputs, &view, SpanRow(row), number))
            .collect(),
        pinned: pinned
            .into_iter()
            .filter_map(|row| {
                let number = inputs.outline.line_of(row)?;
                Some(line(inputs, &view, row, number))
            })
            .collect(),
        placeholders: inputs.facts.placeholders,
        max_depth: inputs.facts.max_depth,
        is_told: false,
        services: services(store, inputs.facts),
        level: inputs.outline.level(),
        hidden_by_filter: inputs.outline.hidden_by_filter(),
        at_level: inputs.levels.counts(),
        colour: request.colour,
        legend: Vec::new(),
        crossed: inputs.crossed.map(|crossed| {
            let end = store.extent(crossed.row).end;
            (view.offset(end), crossed.budget.0)
        }),
    }
}

/// The visible time, with room to pan before the next scene arrives.
struct View {
    origin: Timestamp,
    window: TimeRange,
    /// Nanoseconds a pixel, at least one.
    pixel: i64,
    /// The line that stands for the call that crossed the budget.
    crossed: Option<(SpanRow, Crossed)>,
}

impl View {
    fn new(origin: Timestamp, request: &WaterfallRequest) -> Self {
        let (start, end) = request.window;
        let len = end.saturating_sub(start).max(1);
        let width = if request.width.is_finite() {
            request.width.max(1.0)
        } else {
            1.0
        };
        let at = |offset: i64| Timestamp(origin.0.saturating_add(offset));
        Self {
            origin,
            window: TimeRange::new(
                at(start.saturating_sub(len / 2)),
                at(end.saturating_add(len / 2)),
            ),
            pixel: ((len as f64 / width).ceil() as i64).max(1),
            crossed: None,
        }
    }

    fn offset(&self, time: Timestamp) -> i64 {
        time.since(self.origin).0
    }

    fn offsets(&self, part: TimeRange) -> (i64, i64) {
        (self.offset(part.start), self.offset(part.end))
    }
}

fn line(inputs: &mut Inputs<'_>, view: &View, row: SpanRow, number: u32) -> Line {
    let store = inputs.store;
    let flags = store.flags(row);
    let extent = store.extent(row);
    let below = row.0 + 1..store.subtree(row).end;
    let outline = inputs.outline;
    let at_level = outline.level() != Level::Everything;
    let descendants = outline.descendants(store, row);
    let expanded = descendants > 0 && outline.is_expanded(store, row);
    let (hidden_errors, hidden_hits) = if !expanded {
        let hits = inputs.hits.map_or(0, |hits| hits.count_in(below.clone()));
        (inputs.errors.count_in(below), hits)
    } else if outline.is_partial() {
        let counts = &mut *inputs.hidden;
        let hits = inputs
            .hits
            .map_or(0, |hits| counts.hits(store, outline, hits, row));
        (counts.errors(store, outline, inputs.errors, row), hits)
    } else {
        (0, 0)
    };
    let id = store.span_id_text(row).unwrap_or_default();
    let stitch = flags
        .contains(SpanFlags::STITCHED)
        .then(|| store.stitch(store.trace_of(row)));
    let name = if let Some(stitch) = stitch.flatten() {
        cut(&told_of(store, stitch))
    } else if flags.contains(SpanFlags::PLACEHOLDER) {
        cut(&id)
    } else {
        cut(store.name(row))
    };
    let (children, self_parts) = if descendants == 0 {
        (0, Vec::new())
    } else {
        let coverage = if at_level {
            inputs.level_times.at_level(store, outline, row)
        } else {
            inputs.self_times.of(store, row)
        };
        let parts = coverage.self_parts(view.window, view.pixel);
        let children = match outline.hidden_by_filter() {
            None => coverage.children(),
            Some(_) => outline.children(store, row).take(MANY).count() as u32,
        };
        (children, parts)
    };
    let folded = if at_level {
        inputs.levels.folded_into(row).count() as u32
    } else {
        0
    };
    Line {
        row,
        line: number,
        depth: inputs.outline.depth(store, row),
        name,
        span_id: cut(&id),
        service: store.service(row),
        kind: store.kind(row),
        status: store.status(row),
        flags,
        start: view.offset(extent.start),
        end: view.offset(extent.end),
        children,
        descendants,
        folded,
        unfolded: folded > 0 && inputs.outline.is_unfolded(row),
        expanded,
        error: error_label(inputs, row),
        hidden_errors,
        self_parts: self_parts
            .into_iter()
            .map(|part| view.offsets(part))
            .collect(),
        critical: inputs.critical.map_or_else(Vec::new, |path| {
            let parts = path.parts_within(row, view.window, view.pixel);
            parts.into_iter().map(|part| view.offsets(part)).collect()
        }),
        events: inputs
            .events
            .of(store, row)
            .within(view.window, view.pixel.saturating_mul(2))
            .map(|time| view.offset(time))
            .collect(),
        hit: inputs.hits.is_some_and(|hits| hits.contains(row)),
        aside: outline.is_aside(row),
        crossed: match view.crossed {
            Some((at, how)) if at == row => how,
            _ => Crossed::No,
        },
        hidden_hits,
        told: Told::default(),
    }
}

/// The line that stands for the call that crossed the budget: its own, that of the span it is folded into, or the nearest
/// above it that is shown.
fn crossed(inputs: &Inputs<'_>) -> Option<(SpanRow, Crossed)> {
    let (call, outline) = (inputs.crossed?.row, inputs.outline);
    let mut shown = call;
    if outline.level() != Level::Everything && outline.line_of(call).is_none() {
        let folds = inputs.levels.folds().iter();
        let mut into = folds.filter(|(_, folded)| *folded == call.0);
        shown = into.next().map_or(call, |&(into, _)| SpanRow(into));
    }
    let (_, row) = outline.visible(inputs.store, shown)?;
    // Where nothing above is shown, something else close by would stand for it.
    if !inputs.store.subtree(row).contains(&shown.0) {
        return None;
    }
    let how = if row == shown {
        Crossed::Here
    } else {
        Crossed::Below
    };
    Some((row, how))
}

/// The type of the first exception, or "error" for status error without one.
fn error_label(inputs: &mut Inputs<'_>, row: SpanRow) -> String {
    match inputs.events.of(inputs.store, row).exception() {
        Some(exception) => cut(inputs.store.text(exception)),
        None if inputs.store.status(row) == StatusCode::Error => "error".to_owned(),
        None => String::new(),
    }
}

/// Children that a filter leaves are counted so far: nobody sees how many there are, only whether there are any.
const MANY: usize = 64;

/// The innermost ancestors that are shown, outermost first.
fn ancestors(store: &TraceStore, outline: &Outline, row: SpanRow) -> Vec<SpanRow> {
    let above = |&row: &SpanRow| outline.parent(store, row);
    let mut ancestors: Vec<SpanRow> = std::iter::successors(above(&row), above)
        .take(MAX_PINNED)
        .collect();
    ancestors.reverse();
    ancestors
}

fn services(store: &TraceStore, facts: &TraceFacts) -> Vec<(u16, String, u32)> {
    facts
        .services
        .iter()
        .filter_map(|&(index, spans)| {
            let service = store.services().get(usize::from(index))?;
            Some((index, cut(store.text(service.name)), spans))
        })
        .collect()
}

/// The text, or its beginning and `…`.
pub(super) fn cut(text: &str) -> String {
    if text.len() <= MAX_TEXT {
        return text.to_owned();
    }
    let end = (0..=MAX_TEXT)
        .rev()
        .find(|&end| text.is_char_boundary(end))
        .unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests;
