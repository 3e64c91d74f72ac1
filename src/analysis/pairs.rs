//! Which spans may belong together as the call of a tool and the call of a model that asked for it.
//!
//! What a model asked for stands only in the text of its span, so this names the spans whose texts are worth reading:
//! few, however large the run. Spans of the same run of an agent come first, the nearest before others.

use super::calls::{Calls, is_repeated_tool};
use crate::model::{CallId, OperationKind, SpanRow, StrId, TraceRow, TraceStore};
use std::collections::{BTreeMap, BTreeSet};

/// Rows looked at before or behind a span.
const ROWS: u32 = 20_000;
/// Levels climbed: no agent's run is as deep.
const DEEPEST: u32 = 1_000;
/// Calls of models looked at.
const LOOKED_AT: usize = 64;
/// Those that may have asked for a tool, or been shown its result.
const ASKED: usize = 12;
const SHOWN: usize = 4;
/// Those that may have had the same messages.
const EARLIER: usize = 3;

/// The topmost span of the run of an agent that a row is in: the nearest agent above, or the last one above that belongs
/// to the same agent.
pub fn agent_run(store: &TraceStore, row: SpanRow) -> SpanRow {
    let agent = super::calls::owner(store, row);
    let mut at = row;
    for _ in 0..DEEPEST {
        let Some(parent) = store.parent(at) else {
            break;
        };
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

/// The calls of models before another one of the same run of the same agent, the nearest first: few, and no span that
/// records the same call. None for a span that is no call.
pub fn earlier_calls(store: &TraceStore, calls: &Calls, llm: SpanRow) -> Vec<SpanRow> {
    if store.operation_kind(llm) != OperationKind::Llm {
        return Vec::new();
    }
    let run = agent_run(store, llm);
    let trace = store.trace(store.trace_of(llm));
    let first = trace.map_or(llm.0, |trace| trace.rows.start);
    let first = first.max(llm.0.saturating_sub(ROWS));
    let before = (first..llm.0).rev().map(SpanRow);
    let is_other = |row: &SpanRow| {
        !store.subtree(*row).contains(&llm.0) && calls.kept(*row) != calls.kept(llm)
    };
    before
        .filter(|row| store.operation_kind(*row) == OperationKind::Llm)
        .filter(is_other)
        .take(LOOKED_AT)
        .filter(|row| agent_run(store, *row) == run)
        .take(EARLIER)
        .collect()
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

/// The calls of tools among these steps that have one of these ids, each the first with it.
pub fn tools_by_id(
    store: &TraceStore,
    steps: &[u32],
    wanted: &BTreeSet<CallId>,
) -> BTreeMap<CallId, SpanRow> {
    let mut found = BTreeMap::new();
    for &row in steps {
        if found.len() == wanted.len() {
            break;
        }
        let row = SpanRow(row);
        if store.operation_kind(row) != OperationKind::Tool {
            continue;
        }
        // Of two spans of one call the id may stand on the inner one.
        let inner = SpanRow(row.0 + 1);
        let is_repeated = store.subtree(row).contains(&inner.0) && is_repeated_tool(store, inner);
        let again = is_repeated.then(|| store.call_id(inner)).flatten();
        if let Some(id) = store.call_id(row).or(again)
            && wanted.contains(&id)
        {
            found.entry(id).or_insert(row);
        }
    }
    found
}

/// The steps of a trace, in order: the place of a row among them is its number, from zero.
pub fn steps(store: &TraceStore, calls: &Calls, trace: TraceRow) -> Vec<u32> {
    let rows = store.trace(trace).map_or(0..0, |trace| trace.rows.clone());
    let is_step = |row: &u32| super::landmarks::is_step(store, calls, SpanRow(*row));
    rows.filter(is_step).collect()
}

/// The calls of tools that load a skill in the run of an agent that has this span at its top, in order.
pub fn skills(store: &TraceStore, top: SpanRow) -> Vec<(SpanRow, StrId)> {
    let rows = store.subtree(top);
    let has_any = (store.meanings().iter()).any(|meaning| meaning.skill.is_some());
    if !has_any || rows.len() == 1 {
        return Vec::new();
    }
    let end = rows.end.min(top.0.saturating_add(ROWS));
    let skills = (top.0 + 1..end).map(SpanRow).filter_map(|row| {
        let skill = store.meaning(row).skill?;
        let is_own = !is_repeated_tool(store, row) && agent_run(store, row) == top;
        is_own.then_some((row, skill))
    });
    skills.take(LOOKED_AT).collect()
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
        let steps = steps(&store, &calls, TraceRow(0));
        assert_eq!(steps, [1, 2, 4, 5, 6, 7, 8]);
        let found = tools_by_id(&store, &steps, &BTreeSet::from([id]));
        assert_eq!(found.get(&id), Some(&SpanRow(5)));
    }

    #[test]
    fn skills_belong_to_the_run_of_the_agent_that_loads_them() {
        let drawing = "lead 0..90 is=agent agent=lead\n  read 1..5 is=tool skill=one\n  task 6..50 is=tool\n    \
                       helper 7..49 is=agent agent=helper\n      read 8..9 is=tool skill=two";
        let store = parse(drawing).finish();
        let names = |row| {
            let skills = skills(&store, SpanRow(row)).into_iter();
            skills
                .map(|(row, skill)| (row.0, store.text(skill)))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(0), [(1, "one")]);
        assert_eq!(names(3), [(4, "two")]);
        assert_eq!(names(2), []);
    }
}
