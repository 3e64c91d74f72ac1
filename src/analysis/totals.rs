//! What happened in a run, a subtree or the whole document: calls, tools, agents and tokens, each counted once.

use super::calls::{Calls, is_repeated_tool};
use crate::model::{OperationKind, SpanFlags, SpanRow, StatusCode, StrId, TraceStore, UsageTotal};
use std::collections::BTreeMap;
use std::ops::Range;

/// Counts of a range of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Spans of each kind, by the kind's number.
    pub kinds: [u32; OperationKind::ALL.len()],
    /// Calls of models.
    pub llm_calls: u32,
    /// Of them, those of which no tokens are known.
    pub calls_without_usage: u32,
    /// Of them, those that failed.
    pub llm_errors: u32,
    /// Calls of tools.
    pub tool_calls: u32,
    /// Of them, those that failed.
    pub tool_errors: u32,
    /// Tokens of everything that owns any, calls without them counted as unknown.
    pub usage: UsageTotal,
    /// Spans that own tokens.
    pub owners: u32,
}

impl Totals {
    /// Counts a range of rows: a subtree, a trace, or all.
    pub fn new(store: &TraceStore, calls: &Calls, rows: Range<u32>) -> Self {
        let mut new = Self::default();
        for row in rows.clone().map(SpanRow) {
            if store.flags(row).contains(SpanFlags::PLACEHOLDER) {
                continue;
            }
            let kind = store.operation_kind(row);
            new.kinds[kind as usize] += 1;
            if kind == OperationKind::Tool && !is_repeated_tool(store, row) {
                new.tool_calls += 1;
                new.tool_errors += u32::from(store.status(row) == StatusCode::Error);
            }
        }
        for &row in within(calls.calls(), &rows) {
            new.llm_calls += 1;
            new.llm_errors += u32::from(calls.failed(store, SpanRow(row)));
        }
        for &row in within(calls.owners(), &rows) {
            new.owners += 1;
            new.usage.add(&calls.usage_of_owner(store, SpanRow(row)));
        }
        for _ in within(calls.without_usage(), &rows) {
            new.calls_without_usage += 1;
            new.usage.add(&crate::model::TokenUsage::default());
        }
        new
    }

    /// Whether any tokens are known.
    pub fn has_usage(&self) -> bool {
        self.owners > 0
    }

    /// Whether the tokens of every call are known.
    pub fn is_complete(&self) -> bool {
        self.calls_without_usage == 0
    }
}

/// The part of rows in order that stands in a range.
pub fn within<'a>(all: &'a [u32], rows: &Range<u32>) -> &'a [u32] {
    let first = all.partition_point(|&row| row < rows.start);
    let end = all.partition_point(|&row| row < rows.end);
    all.get(first..end).unwrap_or_default()
}

/// How often each tool was called, by name.
pub fn tools(store: &TraceStore, rows: Range<u32>) -> BTreeMap<&str, u32> {
    let mut tools = BTreeMap::new();
    for row in rows.map(SpanRow) {
        if let Some(tool) = store.tool(row)
            && !is_repeated_tool(store, row)
        {
            *tools.entry(tool).or_default() += 1;
        }
    }
    tools
}

/// Owners and tokens of each model, by the recorded name; `None` for those of which no model is known.
pub fn models(
    store: &TraceStore,
    calls: &Calls,
    rows: &Range<u32>,
) -> BTreeMap<Option<StrId>, (u32, UsageTotal)> {
    let mut models: BTreeMap<_, (u32, UsageTotal)> = BTreeMap::new();
    for row in within(calls.owners(), rows).iter().copied().map(SpanRow) {
        let entry = models.entry(calls.model(store, row)).or_default();
        entry.0 += 1;
        entry.1.add(&calls.usage_of_owner(store, row));
    }
    models
}

/// A span around the one at hand, for [`agents`].
struct Around {
    /// Behind its last row.
    end: u32,
    /// The agent it belongs to.
    owner: Option<StrId>,
    /// Whether an agent's own span is among those that began with the owner.
    has_span: bool,
    /// Whether it is an agent's own span.
    is_agent: bool,
    /// Agents that began directly below it, and whether with a span of their own.
    begun: Vec<(StrId, bool)>,
}

/// How often each agent was at work, by name: a run of an agent begins where spans begin to be its own, and where an
/// agent calls itself.
///
/// Some producers write the same run twice, as an agent's span directly below another or as two siblings of which one is
/// no agent's; and some name the agent only on the spans below one without a name. Those are one run.
pub fn agents(store: &TraceStore, rows: Range<u32>) -> BTreeMap<StrId, u32> {
    let mut agents = BTreeMap::new();
    agent_runs(store, rows, &mut |_, agent| {
        *agents.entry(agent).or_default() += 1;
    });
    agents
}

/// The first row of each run of an agent, as [`agents`] counts them.
pub fn agent_runs(store: &TraceStore, rows: Range<u32>, found: &mut dyn FnMut(SpanRow, StrId)) {
    let mut around: Vec<Around> = Vec::new();
    for row in rows.map(SpanRow) {
        while around.last().is_some_and(|outer| outer.end <= row.0) {
            around.pop();
        }
        let meaning = store.meaning(row);
        let is_agent = meaning.kind == OperationKind::Agent;
        let own = meaning
            .agent
            .filter(|_| meaning.kind != OperationKind::Setup);
        let mut here = Around {
            end: store.subtree(row).end,
            owner: own,
            has_span: is_agent,
            is_agent,
            begun: Vec::new(),
        };
        if let Some(outer) = around.last_mut() {
            here.owner = own.or(outer.owner);
            let is_same = here.owner == outer.owner;
            let again = is_same && is_agent && outer.has_span && !outer.is_agent;
            if let Some(agent) = own
                && (!is_same || again)
            {
                let told = |&(begun, with_span): &(StrId, bool)| {
                    begun == agent && !(with_span && is_agent)
                };
                if !outer.begun.iter().any(told) {
                    found(row, agent);
                }
                outer.begun.push((agent, is_agent));
            } else {
                here.has_span |= outer.has_span;
            }
        } else if let Some(agent) = own {
            found(row, agent);
        }
        around.push(here);
    }
}
