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

use crate::model::{OperationKind, SpanFlags, SpanRow, TraceRow, TraceStore, order};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

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

/// Activities but waiting.
const WORK: usize = Activity::Waiting as usize;

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
    pub fn of(kind: OperationKind, above: Self) -> Self {
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

impl TimeSplit {
    /// Splits the time of a trace; all zero for one that is not in the store. Takes a sort of its spans by start.
    pub fn new(store: &TraceStore, trace: TraceRow) -> Self {
        let Some(trace) = store.trace(trace) else {
            return Self::default();
        };
        let mut rows: Vec<u32> = trace.rows.clone().collect();
        let start = |row: u32| store.start(SpanRow(row));
        order::sort(&mut rows, &|a, b| start(a).cmp(&start(b)));
        let mut sweep = Sweep::new(store, &trace.rows);
        for row in rows.into_iter().map(SpanRow) {
            if !store.flags(row).contains(SpanFlags::PLACEHOLDER) {
                sweep.begin(row);
            }
        }
        let mut split = sweep.finish();
        let worked = split.iter().copied().fold(0, i64::saturating_add);
        split[Activity::Waiting as usize] = trace.range.duration().0.saturating_sub(worked);
        Self(split)
    }
}

/// A walk through the time of a trace from one start or end of a span to the next. It holds four numbers a span and what is
/// at work at its moment.
struct Sweep<'s> {
    store: &'s TraceStore,
    /// The trace's first row.
    first: u32,
    activities: Vec<Activity>,
    /// Per span, its children at work.
    below: Vec<u32>,
    /// Per span, whether it is at work.
    is_open: Vec<bool>,
    /// Ends of spans at work, the next one first.
    ends: BinaryHeap<Reverse<(i64, u32)>>,
    /// How many spans without a child at work are at work, by activity.
    at_work: [u32; WORK],
    /// The moment that was come to.
    now: i64,
    split: [i64; Activity::ALL.len()],
}

impl<'s> Sweep<'s> {
    fn new(store: &'s TraceStore, rows: &Range<u32>) -> Self {
        let mut activities: Vec<Activity> = Vec::with_capacity(rows.len());
        for row in rows.clone().map(SpanRow) {
            let above = store
                .parent(row)
                .and_then(|parent| parent.0.checked_sub(rows.start))
                .and_then(|at| activities.get(at as usize).copied());
            let kind = store.operation_kind(row);
            activities.push(Activity::of(kind, above.unwrap_or(Activity::Own)));
        }
        Self {
            store,
            first: rows.start,
            activities,
            below: vec![0; rows.len()],
            is_open: vec![false; rows.len()],
            ends: BinaryHeap::new(),
            at_work: [0; WORK],
            now: i64::MIN,
            split: Default::default(),
        }
    }

    /// Goes to the start of a span, which none that came before it follows.
    fn begin(&mut self, row: SpanRow) {
        let extent = self.store.extent(row);
        if extent.end <= extent.start {
            return;
        }
        self.end_until(extent.start.0);
        self.advance(extent.start.0);
        self.set_open(row, true);
        self.ends.push(Reverse((extent.end.0, row.0)));
    }

    fn finish(mut self) -> [i64; Activity::ALL.len()] {
        self.end_until(i64::MAX);
        self.split
    }

    /// Ends what ends up to a moment.
    fn end_until(&mut self, moment: i64) {
        while let Some(&Reverse((end, row))) = self.ends.peek()
            && end <= moment
        {
            self.ends.pop();
            self.advance(end);
            self.set_open(SpanRow(row), false);
        }
    }

    /// The time up to a moment is spent on the first activity at work.
    fn advance(&mut self, moment: i64) {
        if let Some(activity) = self.at_work.iter().position(|&spans| spans > 0) {
            let spent = moment.saturating_sub(self.now);
            self.split[activity] = self.split[activity].saturating_add(spent);
        }
        self.now = moment;
    }

    /// A span begins or ends: it counts itself while no child is at work, and stops its parent meanwhile.
    fn set_open(&mut self, row: SpanRow, open: bool) {
        let Some(at) = self.at(row) else { return };
        self.is_open[at] = open;
        if self.below[at] == 0 {
            self.count(at, open);
        }
        let Some(parent) = self.store.parent(row).and_then(|row| self.at(row)) else {
            return;
        };
        let before = self.below[parent];
        self.below[parent] = if open {
            before + 1
        } else {
            before.saturating_sub(1)
        };
        let is_first = if open { before == 0 } else { before == 1 };
        if is_first && self.is_open[parent] {
            self.count(parent, !open);
        }
    }

    fn count(&mut self, at: usize, open: bool) {
        if let Some(spans) = self.at_work.get_mut(self.activities[at] as usize) {
            *spans = if open {
                *spans + 1
            } else {
                spans.saturating_sub(1)
            };
        }
    }

    /// The place of a row among those of the trace.
    fn at(&self, row: SpanRow) -> Option<usize> {
        let at = row.0.checked_sub(self.first)? as usize;
        (at < self.below.len()).then_some(at)
    }
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

    /// The same by looking at every nanosecond.
    fn by_the_moment(store: &TraceStore) -> [i64; 5] {
        let trace = &store.traces()[0];
        let is_at_work = |row: SpanRow, now: i64| {
            let extent = store.extent(row);
            (extent.start.0..extent.end.0).contains(&now)
        };
        let activity = |row: SpanRow| {
            let mut path: Vec<SpanRow> =
                std::iter::successors(Some(row), |&row| store.parent(row)).collect();
            path.reverse();
            path.iter().fold(Activity::Own, |above, &row| {
                Activity::of(store.operation_kind(row), above)
            })
        };
        let mut split = [0; 5];
        for now in trace.range.start.0..trace.range.end.0 {
            let leaves = trace.rows.clone().map(SpanRow).filter(|&row| {
                is_at_work(row, now) && !store.children(row).any(|child| is_at_work(child, now))
            });
            let first = leaves.map(activity).min().unwrap_or(Activity::Waiting);
            split[first as usize] += 1;
        }
        split
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
            prop_assert_eq!(split, by_the_moment(&store));
        }
    }
}
