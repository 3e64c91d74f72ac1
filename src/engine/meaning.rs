//! What was worked out of the document's meaning: calls, costs, and what the scripting interface says of them.
//!
//! Scripts get these members as JSON made here, in the worker: the page passes them on and need not know them.

use crate::analysis::calls::{CallRole, Calls, owner};
use crate::analysis::cost::{Billed, CostInput, CostTotal, Costs};
use crate::analysis::totals::{self, Totals};
use crate::model::{
    OperationKind, PicoUsd, SpanRow, StrId, TokenUsage, TraceStore, UsageTotal, order,
};
use crate::semantics::prices::PriceBook;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::ops::Range;

/// Calls and costs of a document.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub calls: Calls,
    pub costs: Costs,
}

/// What a run's row says of its meaning.
#[derive(Debug, Default)]
pub(super) struct RunMeaning {
    pub totals: Totals,
    pub cost: CostTotal,
}

impl Meaning {
    /// Works out the calls of a document and their costs.
    pub fn new(store: &TraceStore, book: &PriceBook) -> Self {
        let calls = Calls::new(store);
        let costs = Costs::new(&cost_inputs(store, &calls, book), book);
        Self { calls, costs }
    }

    /// Counts and cost of a range of rows.
    pub fn of(&self, store: &TraceStore, rows: Range<u32>) -> RunMeaning {
        RunMeaning {
            totals: Totals::new(store, &self.calls, rows.clone()),
            cost: self.costs.total(rows),
        }
    }

    /// The members of a summary that concern meaning, as a JSON object.
    pub fn summary(&self, store: &TraceStore) -> String {
        let rows = 0..store.rows();
        let RunMeaning { totals, cost } = self.of(store, rows.clone());
        let kinds = OperationKind::ALL.into_iter().zip(totals.kinds);
        let kinds = kinds.filter(|&(_, count)| count > 0);
        let tools = totals::tools(store, rows.clone()).into_iter();
        let agents = totals::agents(store, rows.clone()).into_iter();
        let models = totals::models(store, &self.calls, &rows).into_iter();
        let total = |value: Option<u64>| -> Value {
            if totals.has_usage() {
                value.unwrap_or(0).into()
            } else {
                Value::Null
            }
        };
        let mut members = object([
            ("llm_calls", totals.llm_calls.into()),
            ("llm_wrapper_spans", self.calls.wrapper_count().into()),
            ("llm_twin_spans", self.calls.twin_count().into()),
            ("llm_calls_without_usage", totals.calls_without_usage.into()),
            ("llm_errors", totals.llm_errors.into()),
            ("tool_calls", totals.tool_calls.into()),
            ("tool_errors", totals.tool_errors.into()),
            ("total_input", total(totals.usage.input.value())),
            ("total_output", total(totals.usage.output.value())),
            ("tokens_complete", totals.is_complete().into()),
            ("cost_usd", dollars(cost.amount.value())),
            ("cost_complete", cost.amount.is_complete().into()),
        ]);
        let mut group = |name: &str, entries: Vec<(String, Value)>| {
            members.insert(
                name.to_owned(),
                Value::Object(entries.into_iter().collect()),
            );
        };
        group(
            "kinds",
            kinds
                .map(|(kind, count)| (kind.as_str().to_owned(), count.into()))
                .collect(),
        );
        group(
            "tools",
            tools
                .map(|(name, count)| (name.to_owned(), count.into()))
                .collect(),
        );
        group(
            "agents",
            agents
                .map(|(id, count)| (store.text(id).to_owned(), count.into()))
                .collect(),
        );
        group(
            "tokens_per_model",
            models
                .map(|(model, (calls, usage))| {
                    (
                        model_name(store, model).to_owned(),
                        per_model(calls, &usage),
                    )
                })
                .collect(),
        );
        Value::Object(members).to_string()
    }

    /// The members of one span that concern its meaning, as a JSON object.
    pub fn span(&self, store: &TraceStore, row: SpanRow) -> String {
        let usage = store.recorded_usage(row);
        let text = |id: Option<StrId>| id.map_or(Value::Null, |id| store.text(id).into());
        let role = self.calls.role(row);
        let kept = match role {
            Some(CallRole::TwinOf(kept)) => store.span_id_text(kept),
            _ => None,
        };
        let meaning = store.meaning(row);
        let cost = self.costs.of(row);
        let members = object([
            ("operation_kind", meaning.kind.as_str().into()),
            ("agent", text(owner(store, row))),
            ("model", text(meaning.model())),
            ("provider", text(meaning.provider)),
            ("tool", store.tool(row).map_or(Value::Null, Value::from)),
            ("usage", usage_of(&usage)),
            ("owns_usage", self.calls.owns_usage(row).into()),
            (
                "call",
                match role {
                    Some(CallRole::Call) => "call".into(),
                    Some(CallRole::Wrapper) => "wrapper".into(),
                    Some(CallRole::TwinOf(_)) => "twin".into(),
                    None => Value::Null,
                },
            ),
            ("twin_of", kept.map_or(Value::Null, Value::from)),
            (
                "cost_usd",
                dollars(
                    cost.filter(|cost| cost.counts)
                        .and_then(|cost| cost.amount.value()),
                ),
            ),
        ]);
        Value::Object(members).to_string()
    }

    /// Names of the agents at work in a run and of the models that were called, in order of their names.
    pub fn names(&self, store: &TraceStore, rows: &Range<u32>) -> (Vec<String>, Vec<String>) {
        let agents = totals::agents(store, rows.clone()).into_keys();
        let agents: BTreeSet<&str> = agents.map(|id| store.text(id)).collect();
        let mut models = BTreeSet::new();
        for list in [self.calls.calls(), self.calls.owners()] {
            for &row in totals::within(list, rows) {
                if let Some(model) = self.calls.model(store, SpanRow(row)) {
                    models.insert(store.text(model));
                }
            }
        }
        let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        (owned(agents), owned(models))
    }
}

/// What may have cost something, by row: calls, what reports a cost, and tools where the user gave any a price.
fn cost_inputs<'s>(store: &'s TraceStore, calls: &Calls, book: &PriceBook) -> Vec<CostInput<'s>> {
    let mut rows: Vec<u32> = Vec::new();
    rows.extend_from_slice(calls.owners());
    rows.extend_from_slice(calls.without_usage());
    rows.extend(store.cost_rows().map(|row| calls.kept(SpanRow(row)).0));
    if !book.user.tools().is_empty() || !book.built_in.tools().is_empty() {
        let all = (0..store.rows()).map(SpanRow);
        let tools = all.filter(|&row| is_tool_call(store, row));
        rows.extend(tools.map(|row| row.0));
    }
    order::sort(&mut rows, &|a, b| a.cmp(&b));
    rows.dedup();
    let input = |row: SpanRow| {
        let spans = || std::iter::once(row).chain(calls.twins_of(row));
        CostInput {
            rows: store.subtree(row),
            billed: billed(store, calls, row),
            // Of twins the one that stays speaks for both.
            reported: spans().find_map(|row| store.reported_cost(row)),
        }
    };
    rows.into_iter().map(|row| input(SpanRow(row))).collect()
}

fn billed<'s>(store: &'s TraceStore, calls: &Calls, row: SpanRow) -> Billed<'s> {
    let is_unknown = calls.without_usage().binary_search(&row.0).is_ok();
    if is_unknown || calls.owns_usage(row) {
        return Billed::Call {
            model: calls.model(store, row).map(|id| store.text(id)),
            usage: calls.usage(store, row),
        };
    }
    match store.tool(row) {
        Some(tool) if is_tool_call(store, row) => Billed::Tool(tool),
        _ => Billed::Other,
    }
}

fn is_tool_call(store: &TraceStore, row: SpanRow) -> bool {
    store.operation_kind(row) == OperationKind::Tool
        && !crate::analysis::calls::is_repeated_tool(store, row)
}

/// The name under which tokens of unknown models stand.
fn model_name(store: &TraceStore, model: Option<StrId>) -> &str {
    model.map_or("unknown", |id| store.text(id))
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    let named = members.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn per_model(calls: u32, usage: &UsageTotal) -> Value {
    let [input, output, cache_read, cache_write, reasoning] = [
        usage.input,
        usage.output,
        usage.cache_read,
        usage.cache_write,
        usage.reasoning,
    ]
    .map(|total| Value::from(total.value().unwrap_or(0)));
    Value::Object(object([
        ("calls", calls.into()),
        ("input", input),
        ("output", output),
        ("cache_read", cache_read),
        ("cache_write", cache_write),
        ("reasoning", reasoning),
    ]))
}

fn usage_of(usage: &TokenUsage) -> Value {
    if usage.is_empty() {
        return Value::Null;
    }
    let count = |count: Option<u64>| count.map_or(Value::Null, Value::from);
    Value::Object(object([
        ("input", count(usage.input)),
        ("output", count(usage.output)),
        ("cache_read", count(usage.cache_read)),
        ("cache_write", count(usage.cache_write)),
        ("reasoning", count(usage.reasoning)),
    ]))
}

/// Dollars as a number: the nearest that JavaScript has.
fn dollars(amount: Option<PicoUsd>) -> Value {
    let text = amount.map(|amount| amount.to_string());
    let number = text.and_then(|text| text.parse::<f64>().ok());
    number.map_or(Value::Null, Value::from)
}
