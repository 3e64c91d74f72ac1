//! Where the time of a run went: models, tools, retrieval, its own code, waiting.
//!
//! Wall-clock time, cut into parts that sum to the run exactly. What counts is *leaf-most* work: a span that has a child at
//! work waits for it, so only its self time is its own.
//!
//! ```text
//! agent  ├────────────────────────┤          own code where nothing below is at work
//! chat     ├───────┤                         model
//! POST       ├──┤                            below a model and of no kind itself: model, too
//! tool          ├────────┤     ├──┤          tool; while the model is at work as well, the model counts
//! next                             ├──┤      another root: between the roots the run waits
//!
//!        OMMMMMMMTTTTTTTTOOOOOOTTTTWWOOO
//! ```
//!
//! - A span is of its own kind: a call of a model; a tool; a search, vectors or an order of documents. One that is none
//!   of these takes part in what the span above it does, as a request of a client library does. An agent, a workflow or
//!   a check is no part of the tool that started it: its self time is its own code.
//! - Where several are at work at once the first of these counts: model, tool, retrieval, own code.
//! - Waiting is time in which no span is at work: between the roots of a run, and before a span that outlives its parent's
//!   end. A run says nothing of a wait inside of a span: that is the span's own.
//! - A running span is at work to the end of its trace, as it is drawn. A placeholder is no span.

use crate::model::order::sort_items;
use crate::model::{OperationKind, SpanFlags, SpanRow, TraceRow, TraceStore};

/// What a moment of a run was spent on, in order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Activity {
    /// Calls of models.
    Llm,
    /// Tools.
    Tool,
    /// Retrieval: searches, vectors, orders of documents.
    Retrieval,
    /// The run's own code.
    Own,
    /// Nothing is at work.
    Waiting,
}

impl Activity {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Llm,
        Self::Tool,
        Self::Retrieval,
        Self::Own,
        Self::Waiting,
    ];

    /// What a span's self time is spent on, below one of the activity `above`.
    fn of(kind: OperationKind, above: Self) -> Self {
        match kind {
            OperationKind::Llm => Self::Llm,
            OperationKind::Tool => Self::Tool,
            OperationKind::Retrieval | OperationKind::Embedding | OperationKind::Rerank => {
                Self::Retrieval
            }
            OperationKind::Agent
            | OperationKind::Setup
            | OperationKind::Workflow
            | OperationKind::Guardrail
            | OperationKind::Evaluator
            | OperationKind::Handoff => Self::Own,
            OperationKind::Other
            | OperationKind::Chain
            | OperationKind::Prompt
            | OperationKind::Event => above,
        }
    }
}

/// Nanoseconds of a run by [`Activity`]; their sum is its duration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeSplit(pub [i64; Activity::ALL.len()]);

/// A part of time: first nanosecond, and the one behind the last.
type Part = (i64, i64);

impl TimeSplit {
    /// Splits the time of a trace; all zero for one that is not in the store. Takes a sort of all self times.
    pub fn new(store: &TraceStore, trace: TraceRow) -> Self {
        let Some(trace) = store.trace(trace) else {
            return Self::default();
        };
        let mut parts: [Vec<Part>; 4] = Default::default();
        let mut activities: Vec<Activity> = Vec::with_capacity(trace.rows.len());
        for row in trace.rows.clone().map(SpanRow) {
            let above = store
                .parent(row)
                .and_then(|parent| parent.0.checked_sub(trace.rows.start))
                .and_then(|at| activities.get(at as usize).copied());
            let kind = store.operation_kind(row);
            let activity = Activity::of(kind, above.unwrap_or(Activity::Own));
            activities.push(activity);
            if store.flags(row).contains(SpanFlags::PLACEHOLDER) {
                continue;
            }
            if let Some(parts) = parts.get_mut(activity as usize) {
                push_self_time(store, row, parts);
            }
        }
        let mut split = [0; Activity::ALL.len()];
        let mut covered: Vec<Part> = Vec::new();
        let mut before = 0;
        for (parts, ns) in parts.into_iter().zip(&mut split) {
            covered.extend(parts);
            covered = merged(covered);
            let lengths = covered
                .iter()
                .map(|(start, end)| end.saturating_sub(*start));
            let now = lengths.fold(0_i64, i64::saturating_add);
            *ns = now.saturating_sub(before);
            before = now;
        }
        split[Activity::Waiting as usize] = trace.range.duration().0.saturating_sub(before);
        Self(split)
    }
}

/// Adds the parts of a row's extent in which no child is at work.
fn push_self_time(store: &TraceStore, row: SpanRow, parts: &mut Vec<Part>) {
    let extent = store.extent(row);
    let (mut at, end) = (extent.start.0, extent.end.0);
    // Children stand by start.
    for child in store.children(row) {
        let child = store.extent(child);
        let until = child.start.0.min(end);
        if until > at {
            parts.push((at, until));
        }
        at = at.max(child.end.0);
        if at >= end {
            return;
        }
    }
    if at < end {
        parts.push((at, end));
    }
}

/// Parts in order, none of which touch.
fn merged(mut parts: Vec<Part>) -> Vec<Part> {
    sort_items(&mut parts, |a, b| a.0.cmp(&b.0));
    let mut merged: Vec<Part> = Vec::new();
    for (start, end) in parts {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;
    use proptest::prelude::*;

    fn split(drawing: &str) -> [i64; 5] {
        let store = parse(drawing).finish();
        TimeSplit::new(&store, TraceRow(0)).0
    }

    #[test]
    fn leaf_most_work_counts_and_the_rest_is_own_code_or_waiting() {
        // llm, tool, retrieval, own, waiting
        assert_eq!(
            split(
                "agent 0..25 is=agent\n  chat 1..9 is=llm\n    POST 3..6\n  tool 8..15 is=tool\n  tool 20..25 is=tool\n\
                 next 27..30 trace=1"
            ),
            [8, 11, 0, 9, 2]
        );
        assert_eq!(
            split("run 0..10 is=workflow\n  search 2..6 is=retrieval\n    embed 3..4 is=embedding"),
            [0, 0, 4, 6, 0]
        );
    }

    #[test]
    fn an_agent_in_a_tool_is_own_code_and_a_plain_span_is_part_of_the_tool() {
        assert_eq!(
            split("t 0..10 is=tool\n  sub 2..8 is=agent\n    c 3..5 is=llm\n  http 8..9"),
            [2, 4, 0, 4, 0]
        );
    }

    #[test]
    fn models_come_before_tools_and_tools_before_search() {
        assert_eq!(
            split("a 0..10\n  c 0..4 is=llm\n  t 2..6 is=tool\n  r 5..9 is=retrieval"),
            [4, 2, 3, 1, 0]
        );
    }

    #[test]
    fn orphans_wait_before_each_other_and_a_child_may_outlive_its_parent() {
        assert_eq!(
            split("a 0..4 parent=ff\nb 6..9 parent=ff is=llm"),
            [3, 0, 0, 4, 2]
        );
        assert_eq!(split("a 0..4\n  b 2..9 is=tool"), [0, 7, 0, 2, 0]);
        assert_eq!(split("a 5..5"), [0; 5]);
        let store = parse("a 0..4").finish();
        assert_eq!(TimeSplit::new(&store, TraceRow(7)), TimeSplit::default());
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_run(spans in proptest::collection::vec((0..60_i64, 0..40_i64, 0..4_usize, 0..15_usize), 1..40)) {
            let lines = spans.iter().map(|(start, length, depth, kind)| {
                let kind = OperationKind::ALL[*kind].as_str();
                format!("{}x {start}..{} is={kind}", " ".repeat(*depth), start + length)
            });
            let store = parse(&lines.collect::<Vec<_>>().join("\n")).finish();
            let TimeSplit(split) = TimeSplit::new(&store, TraceRow(0));
            prop_assert!(split.iter().all(|ns| *ns >= 0));
            prop_assert_eq!(split.iter().sum::<i64>(), store.traces()[0].range.duration().0);
        }
    }
}
