//! Which spans may belong together as the call of a tool and the call of a model that asked for it.
//!
//! What a model asked for stands only in the text of its span, so this names the spans whose texts are worth reading:
//! few, however large the run. Spans of the same run of an agent come first, the nearest before others.

use super::calls::{Calls, is_repeated_tool};
use crate::model::{CallId, OperationKind, SpanRow, TraceStore};
use std::collections::{BTreeMap, BTreeSet};

/// Rows looked at before or behind a span.
const ROWS: u32 = 20_000;
/// Calls of models looked at.
const LOOKED_AT: usize = 64;
/// Those that may have asked for a tool, or been shown its result.
const ASKED: usize = 12;
const SHOWN: usize = 4;

/// The topmost span of the run of an agent that a row is in: the nearest agent above, or the last one above that belongs
/// to the same agent.
pub fn agent_run(store: &TraceStore, row: SpanRow) -> SpanRow {
    let agent = super::calls::owner(store, row);
    let mut at = row;
    while let Some(parent) = store.parent(at) {
        let meaning = store.meaning(parent);
        if meaning.agent.is_some() && meaning.agent != agent {
            return at;
        }
        at = parent;
        if meaning.kind == OperationKind::Agent {
            return at;
        }
    }
    at
}

/// Calls of models around a tool's: those that may have asked for it, and those that may have been shown its result.
/// `.1` of each says whether they are in the same run of the same agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// Before it, the likeliest first.
    pub before: Vec<(SpanRow, bool)>,
    /// Behind it, the likeliest first.
    pub behind: Vec<(SpanRow, bool)>,
}

/// The calls of models around a tool's; none for a span that is no tool.
pub fn around(store: &TraceStore, tool: SpanRow) -> Around {
    if store.tool(tool).is_none() {
        return Around::default();
    }
    let run = agent_run(store, tool);
    let trace = store.trace(store.trace_of(tool));
    let rows = trace.map_or(0..0, |trace| trace.rows.clone());
    let is_llm = |row: &SpanRow| store.operation_kind(*row) == OperationKind::Llm;
    let first = rows.start.max(tool.0.saturating_sub(ROWS));
    let before = (first..tool.0).rev().map(SpanRow).filter(is_llm);
    let end = store.subtree(tool).end;
    let last = rows.end.min(end.saturating_add(ROWS));
    let behind = (end..last).map(SpanRow).filter(is_llm);
    let ordered = |found: &mut dyn Iterator<Item = SpanRow>, most| {
        let found = found.take(LOOKED_AT);
        let all: Vec<(SpanRow, bool)> = found
            .map(|row| (row, agent_run(store, row) == run))
            .collect();
        let (mut same, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, same)| *same);
        same.extend(others);
        same.truncate(most);
        same
    };
    Around {
        before: ordered(&mut before.into_iter(), ASKED),
        behind: ordered(&mut behind.into_iter(), SHOWN),
    }
}

/// The calls of tools that come between a call of a model and the next one of the same run of the same agent, in order.
pub fn tools_after(store: &TraceStore, calls: &Calls, llm: SpanRow) -> Vec<SpanRow> {
    let run = agent_run(store, llm);
    let trace = store.trace(store.trace_of(llm));
    let end = trace.map_or(0, |trace| trace.rows.end);
    let end = end.min(llm.0.saturating_add(ROWS));
    let own = store.subtree(llm);
    let mut tools = Vec::new();
    for row in (llm.0 + 1..end).map(SpanRow) {
        match store.operation_kind(row) {
            OperationKind::Llm => {
                let is_same = own.contains(&row.0) || calls.kept(row) == calls.kept(llm);
                if !is_same && agent_run(store, row) == run {
                    break;
                }
            }
            OperationKind::Tool
                if !is_repeated_tool(store, row) && agent_run(store, row) == run =>
            {
                tools.push(row);
            }
            _ => {}
        }
        if tools.len() == LOOKED_AT {
            break;
        }
    }
    tools
}

/// The calls of tools of the run of `row` that have one of these ids, each the first with it.
pub fn tools_by_id(
    store: &TraceStore,
    row: SpanRow,
    wanted: &BTreeSet<CallId>,
) -> BTreeMap<CallId, SpanRow> {
    let mut found = BTreeMap::new();
    if wanted.is_empty() {
        return found;
    }
    let trace = store.trace(store.trace_of(row));
    for row in trace.map_or(0..0, |trace| trace.rows.clone()).map(SpanRow) {
        if let Some(id) = store.call_id(row)
            && wanted.contains(&id)
            && store.operation_kind(row) == OperationKind::Tool
        {
            found.entry(id).or_insert(row);
            if found.len() == wanted.len() {
                break;
            }
        }
    }
    found
}

/// The number of a step in its run, from one, and how many there are; `None` for a span that is none.
pub fn step(store: &TraceStore, calls: &Calls, row: SpanRow) -> Option<(u32, u32)> {
    let trace = store.trace(store.trace_of(row))?;
    let is_step = |row: SpanRow| super::landmarks::is_step(store, calls, row);
    let (mut number, mut all) = (None, 0);
    for at in trace.rows.clone().map(SpanRow) {
        if is_step(at) {
            all += 1;
            if at == row {
                number = Some(all);
            }
        }
    }
    Some((number?, all))
}

/// The numbers of some steps of one run, from one.
pub fn step_numbers(
    store: &TraceStore,
    calls: &Calls,
    row: SpanRow,
    wanted: &BTreeSet<u32>,
) -> BTreeMap<u32, u32> {
    let mut numbers = BTreeMap::new();
    let Some(last) = wanted.last() else {
        return numbers;
    };
    let trace = store.trace(store.trace_of(row));
    let mut number = 0;
    for at in trace.map_or(0..0, |trace| trace.rows.clone()) {
        if at > *last {
            break;
        }
        if super::landmarks::is_step(store, calls, SpanRow(at)) {
            number += 1;
            if wanted.contains(&at) {
                numbers.insert(at, number);
            }
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    const RUN: &str = "lead 0..90 is=agent agent=lead\n  c1 1..5 is=llm\n  task 6..50 is=tool\n    \
                       helper 7..49 is=agent agent=helper\n      c2 8..9 is=llm\n      search 10..20 is=tool call=x\n      \
                       c3 21..22 is=llm\n  fetch 51..60 is=tool\n  c4 61..70 is=llm";

    #[test]
    fn calls_of_the_same_agent_come_first() {
        let store = parse(RUN).finish();
        let found = around(&store, SpanRow(7));
        assert_eq!(store.name(SpanRow(7)), "fetch");
        assert_eq!(
            found.before,
            [(SpanRow(1), true), (SpanRow(6), false), (SpanRow(4), false)]
        );
        assert_eq!(found.behind, [(SpanRow(8), true)]);
        let inner = around(&store, SpanRow(5));
        assert_eq!(inner.before[0], (SpanRow(4), true));
        assert_eq!(inner.behind[0], (SpanRow(6), true));
        assert_eq!(around(&store, SpanRow(1)), Around::default());
    }

    #[test]
    fn tools_between_two_calls_follow_the_first() {
        let store = parse(RUN).finish();
        let calls = Calls::new(&store);
        let after = |row| tools_after(&store, &calls, SpanRow(row));
        assert_eq!(after(1), [SpanRow(2), SpanRow(7)]);
        assert_eq!(after(4), [SpanRow(5)]);
        assert_eq!(after(8), []);
    }

    #[test]
    fn tools_are_found_by_id_and_steps_are_counted() {
        let store = parse(RUN).finish();
        let calls = Calls::new(&store);
        let id = CallId::new(b"x").unwrap();
        let found = tools_by_id(&store, SpanRow(0), &BTreeSet::from([id]));
        assert_eq!(found.get(&id), Some(&SpanRow(5)));
        assert_eq!(step(&store, &calls, SpanRow(5)), Some((4, 7)));
        assert_eq!(step(&store, &calls, SpanRow(0)), None);
        let wanted = BTreeSet::from([2, 5]);
        let numbers = step_numbers(&store, &calls, SpanRow(0), &wanted);
        assert_eq!(numbers, BTreeMap::from([(2, 2), (5, 4)]));
    }
}
