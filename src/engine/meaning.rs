//! What was worked out of the document's meaning: calls, costs, and what the scripting interface says of them.
//!
//! Scripts get these members as JSON made here, in the worker: the page passes them on and need not know them.

use crate::analysis::calls::{CallRole, Calls, owner};
use crate::analysis::cost::{CostTotal, Costs};
use crate::analysis::roles::role as role_of;
use crate::analysis::totals::{self, Totals};
use crate::model::json::JsonText;
use crate::model::{
    OperationKind, PicoUsd, SpanRow, StrId, TokenUsage, Total, TraceStore, UsageTotal,
};
use crate::scene::details::proof::Worked;
use crate::scene::waterfall::told::Sources;
use crate::semantics::prices::PriceBook;
use std::collections::BTreeSet;
use std::ops::Range;

/// The name under which tokens of unknown models stand.
const UNKNOWN_MODEL: &str = "unknown";

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
        let costs = Costs::new(store, &calls, book);
        Self { calls, costs }
    }

    /// All of it, to prove figures from.
    pub fn worked<'a>(&'a self, store: &'a TraceStore, book: &'a PriceBook) -> Worked<'a> {
        Worked {
            store,
            calls: &self.calls,
            costs: &self.costs,
            book,
        }
    }

    /// What lines of the waterfall are told from.
    pub fn sources<'a>(&'a self, store: &'a TraceStore) -> Sources<'a> {
        Sources {
            store,
            calls: &self.calls,
            costs: &self.costs,
        }
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
        let mut kinds = JsonText::object();
        for (kind, count) in OperationKind::ALL.into_iter().zip(totals.kinds) {
            if count > 0 {
                kinds = kinds.count(kind.as_str(), count);
            }
        }
        let mut tools = JsonText::object();
        for (name, count) in totals::tools(store, rows.clone()) {
            tools = tools.count(name, count);
        }
        let mut agents = JsonText::object();
        for (name, count) in totals::agents(store, rows.clone()) {
            agents = agents.count(store.text(name), count);
        }
        let mut models = JsonText::object();
        for (model, (calls, usage)) in totals::models(store, &self.calls, &rows) {
            let name = model.map_or(UNKNOWN_MODEL, |id| store.text(id));
            models = models.json(name, &per_model(calls, &usage));
        }
        let total = |value: Option<u64>| totals.has_usage().then(|| value.unwrap_or(0));
        JsonText::object()
            .json("kinds", &kinds.end())
            .count("llm_calls", totals.llm_calls)
            .count("llm_wrapper_spans", self.calls.wrapper_count())
            .count("llm_twin_spans", self.calls.twin_count())
            .count("llm_calls_without_usage", totals.calls_without_usage)
            .count("llm_errors", totals.llm_errors)
            .count("tool_calls", totals.tool_calls)
            .count("tool_errors", totals.tool_errors)
            .json("tools", &tools.end())
            .json("agents", &agents.end())
            .json("tokens_per_model", &models.end())
            .maybe_count("total_input", total(totals.usage.input.value()))
            .maybe_count("total_output", total(totals.usage.output.value()))
            .flag("tokens_complete", totals.is_complete())
            .json("cost_usd", &dollars(cost.amount.value()))
            .flag("cost_complete", cost.amount.is_complete())
            .end()
    }

    /// The members of one span that concern its meaning, as a JSON object.
    pub fn span(&self, store: &TraceStore, row: SpanRow) -> String {
        let text = |id: Option<StrId>| id.map(|id| store.text(id));
        let role = self.calls.role(row);
        let kept = match role {
            Some(CallRole::TwinOf(kept)) => store.span_id_text(kept),
            _ => None,
        };
        let role = role.map(|role| match role {
            CallRole::Call => "call",
            CallRole::Wrapper => "wrapper",
            CallRole::TwinOf(_) => "twin",
        });
        let meaning = store.meaning(row);
        let part = role_of(store, row);
        let cost = self.costs.of(row).filter(|cost| cost.counts);
        JsonText::object()
            .text("operation_kind", meaning.kind.as_str())
            .maybe_text("agent", text(owner(store, row)))
            .maybe_text("model", text(meaning.model()))
            .maybe_text("provider", text(meaning.provider))
            .maybe_text("tool", store.tool(row))
            .maybe_text("role", part.map(|part| part.role.as_str()))
            .maybe_text("role_to", part.and_then(|part| part.to))
            .json("usage", &usage_of(&store.recorded_usage(row)))
            .flag("owns_usage", self.calls.owns_usage(row))
            .maybe_text("call", role)
            .maybe_text("twin_of", kept.as_deref())
            .json(
                "cost_usd",
                &dollars(cost.and_then(|cost| cost.amount.value())),
            )
            .end()
    }

    /// The first of the names of a run's models.
    pub fn first_model<'s>(&self, store: &'s TraceStore, rows: &Range<u32>) -> Option<&'s str> {
        let calls = totals::within(self.calls.calls(), rows).iter();
        let all = calls.chain(totals::within(self.calls.owners(), rows));
        let models = all.filter_map(|&row| self.calls.model(store, SpanRow(row)));
        models.map(|model| store.text(model)).min()
    }

    /// Names of the agents at work in a run and of the models that were called, in order of their names.
    pub fn names(&self, store: &TraceStore, rows: &Range<u32>) -> (Vec<String>, Vec<String>) {
        let agents = totals::agents(store, rows.clone()).into_keys();
        let agents: BTreeSet<&str> = agents.map(|id| store.text(id)).collect();
        let lists = [self.calls.calls(), self.calls.owners()];
        let calls = lists.iter().flat_map(|list| totals::within(list, rows));
        let models = calls.filter_map(|&row| self.calls.model(store, SpanRow(row)));
        // Few models, many calls: numbers are told apart before names are.
        let models: BTreeSet<StrId> = models.collect();
        let models: BTreeSet<&str> = models.into_iter().map(|id| store.text(id)).collect();
        let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        (owned(agents), owned(models))
    }
}

fn per_model(calls: u32, usage: &UsageTotal) -> String {
    let known = |total: Total<u64>| total.value().unwrap_or(0);
    JsonText::object()
        .count("calls", calls)
        .count("input", known(usage.input))
        .count("output", known(usage.output))
        .count("cache_read", known(usage.cache_read))
        .count("cache_write", known(usage.cache_write))
        .count("reasoning", known(usage.reasoning))
        .end()
}

fn usage_of(usage: &TokenUsage) -> String {
    if usage.is_empty() {
        return "null".to_owned();
    }
    JsonText::object()
        .maybe_count("input", usage.input)
        .maybe_count("output", usage.output)
        .maybe_count("cache_read", usage.cache_read)
        .maybe_count("cache_write", usage.cache_write)
        .maybe_count("reasoning", usage.reasoning)
        .end()
}

/// Dollars as a JSON number with all its digits.
fn dollars(amount: Option<PicoUsd>) -> String {
    amount.map_or_else(|| "null".to_owned(), |amount| amount.to_string())
}
