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
            new.usage.add(&calls.usage(store, SpanRow(row)));
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
        entry.1.add(&calls.usage(store, row));
    }
    models
}

/// How often each agent was at work, by name: a run of an agent begins where spans begin to be its own, and where an
/// agent calls itself.
pub fn agents(store: &TraceStore, rows: Range<u32>) -> BTreeMap<StrId, u32> {
    let mut agents = BTreeMap::new();
    // Of the spans around the one at hand: their last row, their owner, and whether an agent's own span is among them
    // since the owner began.
    let mut around: Vec<(u32, Option<StrId>, bool)> = Vec::new();
    for row in rows.map(SpanRow) {
        while around.last().is_some_and(|&(end, ..)| end <= row.0) {
            around.pop();
        }
        let (outer, seen) = around
            .last()
            .map_or((None, false), |&(_, owner, had)| (owner, had));
        let meaning = store.meaning(row);
        let own = meaning
            .agent
            .filter(|_| meaning.kind != OperationKind::Setup);
        let is_agent = meaning.kind == OperationKind::Agent;
        let owner = own.or(outer);
        let begins = own.is_some() && (own != outer || is_agent && seen);
        if begins && let Some(agent) = own {
            *agents.entry(agent).or_default() += 1;
        }
        let is_seen = is_agent || seen && !begins;
        around.push((store.subtree(row).end, owner, is_seen));
    }
    agents
}
