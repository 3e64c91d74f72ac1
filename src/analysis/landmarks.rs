//! The spans of a run that are looked for first: its longest step, its costliest, its first error; and how it ended.
//!
//! A *step* is a call of a model or of a tool, or a search: what an agent does one after the other. Each counts once,
//! whatever spans tell of it.

use super::calls::{CallRole, Calls, is_repeated_tool};
use super::cost::Costs;
use crate::model::{OperationKind, PicoUsd, SpanFlags, SpanRow, StatusCode, TraceRow, TraceStore};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It has no root: what would say so is not in the files.
    #[default]
    Unknown,
    /// Every span ended, none with an error.
    Finished,
    /// No root has status error, but a span below has.
    WithErrors,
    /// A budget was spent: a root says so itself, or failed when a span below was refused for it.
    OverBudget,
    /// A root has status error.
    Failed,
    /// A root has no end yet.
    Running,
}

impl Ending {
    /// All of them, the worst last.
    pub const ALL: [Self; 6] = [
        Self::Unknown,
        Self::Finished,
        Self::WithErrors,
        Self::OverBudget,
        Self::Failed,
        Self::Running,
    ];

    /// The word for it, as filters and tables write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Finished => "finished",
            Self::WithErrors => "errors",
            Self::OverBudget => "budget",
            Self::Failed => "failed",
            Self::Running => "running",
        }
    }
}

/// How a trace ended. An error counts more than a span that still runs.
pub fn ending(store: &TraceStore, trace: TraceRow) -> Ending {
    let Some(trace) = store.trace(trace) else {
        return Ending::Unknown;
    };
    let (mut roots, mut runs, mut failed, mut spent) = (0, false, false, false);
    let mut at = trace.rows.start;
    while at < trace.rows.end {
        let row = SpanRow(at);
        let flags = store.flags(row);
        if !flags.contains(SpanFlags::PLACEHOLDER) {
            roots += 1;
            if flags.contains(SpanFlags::OVER_BUDGET) {
                spent = true;
            } else if store.status(row) == StatusCode::Error {
                failed = true;
            }
            runs |= flags.contains(SpanFlags::RUNNING);
        }
        // Below a row that heads stitched traces are their roots.
        at = if flags.contains(SpanFlags::STITCHED) {
            at + 1
        } else {
            store.subtree(row).end.max(at + 1)
        };
    }
    if failed && over_budget(store, trace.rows.clone()).is_none() {
        return Ending::Failed;
    }
    if failed || spent {
        return Ending::OverBudget;
    }
    match (roots, runs, trace.errors) {
        (0, ..) => Ending::Unknown,
        (_, true, _) => Ending::Running,
        (_, false, 0) => Ending::Finished,
        (_, false, _) => Ending::WithErrors,
    }
}

/// The first span that was refused because a budget was spent: of several that say so above each other the lowest, which the
/// others repeat; of the others the earliest.
pub fn over_budget(store: &TraceStore, rows: Range<u32>) -> Option<SpanRow> {
    let mut found: Option<SpanRow> = None;
    let mut below = u32::MAX;
    for row in rows.rev().map(SpanRow) {
        if !store.flags(row).contains(SpanFlags::OVER_BUDGET) {
            continue;
        }
        let repeats = below < store.subtree(row).end;
        below = row.0;
        if !repeats && found.is_none_or(|found| store.start(row) <= store.start(found)) {
            found = Some(row);
        }
    }
    found
}

/// The spans of a run that are looked for first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Landmarks {
    /// How many steps it has.
    pub steps: u32,
    /// The step that took longest, the first of several; of a run without steps the longest span without children.
    pub longest: Option<SpanRow>,
    /// The span that cost most by itself, the first of several, with what it cost.
    pub costliest: Option<(SpanRow, PicoUsd)>,
    /// The error that began first, of those that have none below: what is above repeats it.
    pub first_error: Option<SpanRow>,
}

impl Landmarks {
    /// Looks at all spans of a trace; nothing for one that is not in the store.
    pub fn new(store: &TraceStore, calls: &Calls, costs: &Costs, trace: TraceRow) -> Self {
        let mut found = Self::default();
        let Some(trace) = store.trace(trace) else {
            return found;
        };
        let longer = |best: &mut Option<SpanRow>, row: SpanRow| {
            let length = |row: SpanRow| store.extent(row).duration();
            if best.is_none_or(|best| length(row) > length(best)) {
                *best = Some(row);
            }
        };
        let mut leaf = None;
        for row in trace.rows.clone().map(SpanRow) {
            if store.flags(row).contains(SpanFlags::PLACEHOLDER) {
                continue;
            }
            if is_step(store, calls, row) {
                found.steps += 1;
                longer(&mut found.longest, row);
            }
            if store.subtree(row).len() == 1 {
                longer(&mut leaf, row);
            }
        }
        found.longest = found.longest.or(leaf);
        let mut error_below = u32::MAX;
        for row in trace.rows.clone().rev().map(SpanRow) {
            if store.status(row) != StatusCode::Error {
                continue;
            }
            let has_error_below = error_below < store.subtree(row).end;
            error_below = row.0;
            // From the end: of those that began together the first row stays.
            let first = found.first_error.map(|first| store.start(first));
            if !has_error_below && first.is_none_or(|first| store.start(row) <= first) {
                found.first_error = Some(row);
            }
        }
        for (row, cost) in costs.within(&trace.rows) {
            let amount = cost.amount.value().filter(|amount| amount.0 > 0);
            if let Some(amount) = amount
                && cost.counts
                && found.costliest.is_none_or(|(_, most)| amount > most)
            {
                found.costliest = Some((row, amount));
            }
        }
        found
    }
}

/// Whether a row is a step: one call of a model or tool, or a search that is in no other.
pub fn is_step(store: &TraceStore, calls: &Calls, row: SpanRow) -> bool {
    match store.operation_kind(row) {
        OperationKind::Llm => calls.role(row) == Some(CallRole::Call),
        OperationKind::Tool => !is_repeated_tool(store, row),
        OperationKind::Retrieval => store
            .parent(row)
            .is_none_or(|above| store.operation_kind(above) != OperationKind::Retrieval),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceBook;

    fn landmarks(drawing: &str) -> (u32, [Option<String>; 3]) {
        let store = parse(drawing).finish();
        let (calls, book) = (Calls::new(&store), PriceBook::default());
        let costs = Costs::new(&store, &calls, &book);
        let found = Landmarks::new(&store, &calls, &costs, TraceRow(0));
        let name = |row: Option<SpanRow>| row.map(|row| store.name(row).to_owned());
        let costliest = found.costliest.map(|(row, _)| row);
        (
            found.steps,
            [found.longest, costliest, found.first_error].map(name),
        )
    }

    fn owned(names: [Option<&str>; 3]) -> [Option<String>; 3] {
        names.map(|name| name.map(str::to_owned))
    }

    #[test]
    fn the_longest_and_the_costliest_step_and_the_deepest_first_error() {
        let found = landmarks(
            "run 0..90 is=agent error\n  a 1..9 is=llm cost=0.2\n  b 10..40 is=tool error\n    http 11..39 error\n  \
             c 41..60 is=llm cost=0.5\n    raw 42..59 is=llm\n  d 61..62 is=tool error",
        );
        assert_eq!(found.0, 4, "a wrapper and its call are one step");
        assert_eq!(found.1, owned([Some("b"), Some("c"), Some("http")]));
    }

    #[test]
    fn a_run_without_steps_has_a_longest_leaf_and_nothing_else() {
        let found = landmarks("run 0..90\n  a 1..9\n  b 10..40\n    c 11..12");
        assert_eq!(found, (0, owned([Some("a"), None, None])));
    }

    #[test]
    fn the_span_that_was_refused_first_is_the_lowest_and_earliest() {
        let store = parse(
            "run 0..90 spent\n  late 50..60 spent\n  early 10..40 spent\n    call 11..30 spent\n  other 1..9 error",
        )
        .finish();
        let found = over_budget(&store, 0..store.rows());
        assert_eq!(found.map(|row| store.name(row)), Some("call"));
        assert_eq!(over_budget(&store, 1..2), None);
    }

    #[test]
    fn how_a_run_ended() {
        for (drawing, expected) in [
            ("a 0..1", Ending::Finished),
            ("a 0..1\n  b 0..1 error", Ending::WithErrors),
            ("a 0..1 error", Ending::Failed),
            ("a 0..1\nb 2..3 error", Ending::Failed),
            ("a 0..?\n  b 0..1 error", Ending::Running),
            ("a 0..1 parent=ff error", Ending::Unknown),
            ("a 0..1 spent\n  b 0..1 spent", Ending::OverBudget),
            ("a 0..1 error\n  b 0..1 spent", Ending::OverBudget),
            ("a 0..1\n  b 0..1 spent", Ending::WithErrors),
        ] {
            let store = parse(drawing).finish();
            assert_eq!(ending(&store, TraceRow(0)), expected, "{drawing}");
        }
        assert_eq!(ending(&TraceStore::default(), TraceRow(0)), Ending::Unknown);
    }
}
