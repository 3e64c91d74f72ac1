//! What scripts get of a view, as JSON. Amounts of money are exact decimal numbers of dollars, sums of tokens, calls and
//! nanoseconds are numbers, durations that stand by themselves are decimal strings; what is unknown is null.

use crate::analysis::graph::shared::shared_files;
use crate::analysis::graph::{Graph, GraphEdge, graph};
use crate::analysis::ledger::Ledger;
use crate::analysis::part::Part;
use crate::analysis::percentile::nearest_rank;
use crate::analysis::routing::attempts::{Attempt, Evidence, attempts};
use crate::analysis::routing::matrix::{Cell, Matrix};
use crate::analysis::routing::what_if::{Assigned, Change, what_if};
use crate::analysis::stats::{By, StatsRow, stats};
use crate::analysis::treemap::{Level, Measure, Sum, Treemap};
use crate::model::json::{JsonText, quoted};
use crate::model::{PicoUsd, SpanRow, Total, TraceStore, UsageTotal};

/// `{measure, total, complete, nodes}`
pub(super) fn treemap(
    ledger: Ledger<'_>,
    part: &Part,
    levels: &[Level],
    measure: Measure,
) -> String {
    let treemap = Treemap::new(ledger, part, levels, measure);
    let amount = |sum: Sum| match (sum.value(), measure) {
        (value, measure) if measure.is_money() => dollars(value),
        (Some(value), _) => value.to_string(),
        (None, _) => "null".to_owned(),
    };
    let node = |at: u32| {
        let path = treemap.path(at).into_iter();
        let path = JsonText::array(path, |name| name.map_or_else(null, |name| quoted(&name)));
        let Some(node) = treemap.node(at) else {
            return null();
        };
        JsonText::object()
            .json("path", &path)
            .json("value", &amount(node.sum))
            .count("calls", node.calls)
            .count("spans", node.spans)
            .flag("complete", node.sum.is_complete())
            .end()
    };
    let root = treemap.root();
    JsonText::object()
        .text("measure", measure.name())
        .json(
            "levels",
            &JsonText::array(levels, |level| quoted(level.name())),
        )
        .json("total", &amount(root.sum))
        .flag("complete", root.sum.is_complete())
        .json("nodes", &JsonText::array(treemap.leaves(), node))
        .end()
}

/// `{cells, fallbacks, retries}`
pub(super) fn routing(ledger: Ledger<'_>, part: &Part, rows: &Level) -> String {
    let matrix = Matrix::new(ledger, part, rows);
    let cell = |cell: &Cell| {
        let (row, column) = matrix.names(cell);
        let text = JsonText::object()
            .maybe_text("row", row.as_deref())
            .maybe_text("column", column.as_deref())
            .count("calls", cell.calls)
            .count("calls_with_usage", cell.calls_with_usage);
        usage(text, &cell.usage)
            .json("cost_usd", &dollars(cell.cost.value()))
            .flag("cost_complete", cell.cost.is_complete())
            .maybe_nanos("p50_ns", nearest_rank(&cell.durations, 50))
            .maybe_nanos("p95_ns", nearest_rank(&cell.durations, 95))
            .count("errors", cell.errors)
            .end()
    };
    let all = attempts(ledger, part);
    let of = |is_fallback: bool| {
        let some = all
            .iter()
            .filter(|attempt| attempt.is_fallback == is_fallback);
        JsonText::array(some, |one| attempt(ledger.store, one))
    };
    JsonText::object()
        .json("cells", &JsonText::array(matrix.cells(), cell))
        .json("fallbacks", &of(true))
        .json("retries", &of(false))
        .end()
}

fn attempt(store: &TraceStore, attempt: &Attempt) -> String {
    let (evidence, failed) = match attempt.evidence {
        Evidence::Failed(failed) => ("error", store.span_id_text(failed)),
        Evidence::Marked => ("marked", None),
    };
    at(store, attempt.row)
        .maybe_text("from", attempt.from.as_deref())
        .maybe_text("to", attempt.to.as_deref())
        .text("evidence", evidence)
        .maybe_text("failed_span", failed.as_deref())
        .end()
}

/// The ids of a span.
fn at(store: &TraceStore, row: SpanRow) -> JsonText {
    let trace = store.trace(store.trace_of(row));
    let trace = trace.map(|trace| store.trace_id_text(trace));
    JsonText::object()
        .maybe_text("trace", trace.as_deref())
        .maybe_text("span", store.span_id_text(row).as_deref())
}

/// `{before_usd, after_usd, complete, over_context}`
pub(super) fn assigned(ledger: Ledger<'_>, part: &Part, assigned: &[Assigned]) -> String {
    let found = what_if(ledger, part, &Level::Agent, assigned);
    let model = |change: &Change| {
        let assigned = change.assigned.and_then(|at| assigned.get(at));
        assigned.map(|assigned| assigned.model.as_str())
    };
    let cell = |text: JsonText, change: &Change| {
        text.maybe_text("row", change.names.0.as_deref())
            .maybe_text("column", change.names.1.as_deref())
            .maybe_text("model", model(change))
    };
    let changed = |change: &Change| {
        cell(JsonText::object(), change)
            .json("before_usd", &dollars(change.before.value()))
            .json("after_usd", &dollars(change.after.value()))
            .flag("complete", change.after.is_complete())
            .end()
    };
    let over = found.changes.iter().filter_map(|change| {
        let (row, most) = change.largest?;
        let context = ledger
            .book
            .find(model(change))
            .and_then(|price| price.row.context);
        let text = cell(at(ledger.store, row), change)
            .count("calls", change.over)
            .count("largest_input", most)
            .maybe_count("context", context);
        Some(text.end())
    });
    JsonText::object()
        .json("before_usd", &dollars(found.before.value()))
        .json("after_usd", &dollars(found.after.value()))
        .flag("complete", found.after.is_complete())
        .json("over_context", &JsonText::array(over, |text| text))
        .json("cells", &JsonText::array(&found.changes, changed))
        .end()
}

/// `{nodes, edges, shared}`
pub(super) fn agents(ledger: Ledger<'_>, part: &Part) -> String {
    let Graph { nodes, edges, .. } = graph(ledger, part);
    let id = |at: u32| nodes.get(at as usize).map_or("", |node| node.id.as_str());
    let whole = |sum: Sum| sum.value().map_or_else(null, |sum| sum.to_string());
    let edge = |edge: &GraphEdge| {
        JsonText::object()
            .text("from", id(edge.from))
            .text("to", id(edge.to))
            .text("kind", edge.kind.as_str())
            .count("count", edge.count)
            .flag("inferred", edge.kind.is_inferred())
            .count("errors", edge.errors)
            .json("tokens", &whole(edge.tokens))
            .json("cost_usd", &dollars(edge.cost.value()))
            .end()
    };
    let edges = JsonText::array(&edges, edge);
    let nodes = JsonText::array(&nodes, |node| {
        let skills = node.skills.iter().map(|&(skill, _)| ledger.text(skill));
        JsonText::object()
            .text("id", &node.id)
            .text("kind", node.kind.as_str())
            .text("name", &node.name)
            .count("spans", node.figures.spans)
            .count("calls", node.figures.calls)
            .count("errors", node.figures.errors)
            .json("tokens", &whole(node.figures.tokens))
            .json("cost_usd", &dollars(node.figures.cost.value()))
            .json("skills", &JsonText::array(skills, quoted))
            .end()
    });
    let shared = JsonText::array(&shared_files(ledger, part), |file| {
        let agents = file.readers.iter().map(|&(agent, ..)| ledger.text(agent));
        JsonText::object()
            .text("path", &file.path)
            .json("agents", &JsonText::array(agents, quoted))
            .end()
    });
    JsonText::object()
        .json("nodes", &nodes)
        .json("edges", &edges)
        .json("shared", &shared)
        .end()
}

/// `{rows}`
pub(super) fn statistics(ledger: Ledger<'_>, part: &Part, by: By) -> String {
    let row = |row: StatsRow| {
        let [p50, p95, p99] = row.percentiles;
        let whole = |sum: i128| i64::try_from(sum).unwrap_or(i64::MAX);
        let text = JsonText::object()
            .maybe_text("name", row.name.as_deref())
            .count("count", row.count)
            .count("errors", row.errors)
            .nanos("total_ns", whole(row.total_ns))
            .nanos("self_ns", whole(row.self_ns))
            .maybe_nanos("p50_ns", p50)
            .maybe_nanos("p95_ns", p95)
            .maybe_nanos("p99_ns", p99);
        usage(text, &row.usage)
            .json("cost_usd", &dollars(row.cost.value()))
            .flag("cost_complete", row.cost.is_complete())
            .end()
    };
    let rows = JsonText::array(stats(ledger, part, by), row);
    JsonText::object()
        .text("by", by.name())
        .json("rows", &rows)
        .end()
}

/// Tokens. Where some are known, parts that no call has are none; else all are unknown.
fn usage(text: JsonText, usage: &UsageTotal) -> JsonText {
    let is_known = usage.input.value().or(usage.output.value()).is_some();
    let part = |total: Total<u64>| is_known.then(|| total.value().unwrap_or(0));
    text.maybe_count("input", usage.input.value())
        .maybe_count("output", usage.output.value())
        .maybe_count("cache_read", part(usage.cache_read))
        .maybe_count("cache_write", part(usage.cache_write))
        .maybe_count("reasoning", part(usage.reasoning))
        .flag("tokens_complete", usage.is_complete())
}

/// Dollars as a JSON number with all its digits; what has no room is the largest amount there is, as in the summary.
fn dollars(amount: Option<i128>) -> String {
    amount.map_or_else(null, |amount| {
        PicoUsd(i64::try_from(amount).unwrap_or(i64::MAX)).to_string()
    })
}

fn null() -> String {
    "null".to_owned()
}
