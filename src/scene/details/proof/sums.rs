//! Sums of a subtree or a run: every call that is in them, and what they lack.

use super::LineKind::{Below, Call, Figure, Head, More, Prices, Sum, Term, Title};
use super::{Line, Lines, Worked, exact, named};
use crate::analysis::cost::{CostSource, CostTotal};
use crate::analysis::totals::within;
use crate::model::{PicoUsd, SpanRow, Total, UsageTotal};
use crate::scene::format::{UNKNOWN, at_least, count, counted};
use std::ops::Range;

/// Calls handed out at a time.
const AT_ONCE: usize = 100;
/// Models named that have no price.
const NAMED: usize = 8;

/// The rows that carry tokens or a cost, or should: what a sum is made of, in order.
fn parts<'a>(worked: &Worked<'a>, rows: &Range<u32>) -> impl Iterator<Item = u32> + use<'a> {
    let mut lists = [
        within(worked.calls.owners(), rows),
        within(worked.calls.without_usage(), rows),
        worked.costs.rows_within(rows),
    ];
    // Each list is in order, and a row may stand in several of them.
    std::iter::from_fn(move || {
        let next = lists
            .iter()
            .filter_map(|list| list.first().copied())
            .min()?;
        for list in &mut lists {
            if let [first, rest @ ..] = list
                && *first == next
            {
                *list = rest;
            }
        }
        Some(next)
    })
}

/// That what stands below a span has figures too, which can be opened: how many spans, and what they cost together.
pub(super) fn below(worked: &Worked<'_>, row: SpanRow, lines: &mut Lines) {
    let rows = worked.store.subtree(row);
    if parts(worked, &rows).all(|part| part == row.0) {
        return;
    }
    let number = parts(worked, &rows).count();
    let cost = cost_text(&worked.costs.total(rows));
    lines.push(Below, &[&counted(number as u64, "span"), &cost]);
}

fn totals(worked: &Worked<'_>, rows: &Range<u32>) -> (UsageTotal, CostTotal) {
    let mut usage = UsageTotal::default();
    for &row in within(worked.calls.owners(), rows) {
        usage.add(&worked.calls.usage(worked.store, SpanRow(row)));
    }
    for _ in within(worked.calls.without_usage(), rows) {
        usage.add(&crate::model::TokenUsage::default());
    }
    (usage, worked.costs.total(rows.clone()))
}

fn tokens(usage: &UsageTotal) -> String {
    let mut all = usage.input;
    all.add_total(usage.output);
    at_least(all.value().map(count), all.is_complete())
}

fn cost_text(cost: &CostTotal) -> String {
    let amount = cost.amount;
    at_least(amount.value().map(exact), amount.is_complete())
}

/// How the figures of these rows are summed, with the calls from `offset` on.
pub fn sums(worked: &Worked<'_>, rows: &Range<u32>, offset: usize) -> Vec<Line> {
    let mut lines = Lines::default();
    let parts: Vec<u32> = parts(worked, rows).collect();
    if offset == 0 {
        head(worked, rows, &parts, &mut lines);
    }
    for &row in parts.iter().skip(offset).take(AT_ONCE) {
        call(worked, SpanRow(row), None, &mut lines);
    }
    let end = offset.saturating_add(AT_ONCE);
    if end < parts.len() {
        lines.push(More, &[&end.to_string(), &parts.len().to_string()]);
    }
    lines.0
}

fn head(worked: &Worked<'_>, rows: &Range<u32>, parts: &[u32], lines: &mut Lines) {
    let (usage, cost) = totals(worked, rows);
    lines.push(Title, &["Sum", ""]);
    lines.push(Head, &["", "Tokens", "", "Cost"]);
    let cached = [usage.cache_read, usage.cache_write, usage.reasoning];
    let known = |total: Total<u64>| at_least(total.value().map(count), total.is_complete());
    lines.push(Term, &["input", &known(usage.input), "", ""]);
    for (name, part) in ["of it cache read", "of it cache write"]
        .into_iter()
        .zip(cached)
    {
        if part.value().is_some() {
            lines.push(Term, &[name, &known(part), "", ""]);
        }
    }
    lines.push(Term, &["output", &known(usage.output), "", ""]);
    if usage.reasoning.value().is_some() {
        lines.push(Term, &["of it reasoning", &known(usage.reasoning), "", ""]);
    }
    by_source(worked, parts, lines);
    lines.push(Sum, &["total", &tokens(&usage), "", &cost_text(&cost)]);
    lacking(worked, rows, lines);
    lines.push(Title, &["Summed", &counted(parts.len() as u64, "span")]);
}

/// The reported part of the cost, the computed and the estimated one.
fn by_source(worked: &Worked<'_>, parts: &[u32], lines: &mut Lines) {
    let mut sums = [(0_u64, PicoUsd(0)); 3];
    for &row in parts {
        let cost = worked.costs.of(SpanRow(row));
        let Some(cost) = cost.filter(|cost| cost.counts) else {
            continue;
        };
        if let (Some(amount), Some((number, sum))) =
            (cost.amount.value(), sums.get_mut(cost.source as usize))
        {
            *number += 1;
            *sum = PicoUsd(sum.0.saturating_add(amount.0));
        }
    }
    let words = ["reported by the trace", "tokens times prices", "estimated"];
    let by_words = words.into_iter().zip(sums);
    let several = sums.iter().filter(|(number, _)| *number > 0).count() > 1;
    for (name, (number, sum)) in by_words.filter(|(_, (number, _))| *number > 0 && several) {
        lines.push(Figure, &[name, &counted(number, "span"), &exact(sum)]);
    }
}

/// What makes the sums "at least".
fn lacking(worked: &Worked<'_>, rows: &Range<u32>, lines: &mut Lines) {
    let unknown = within(worked.calls.without_usage(), rows);
    if !unknown.is_empty() {
        lines.note(&format!(
            "{} had no usage: its tokens are unknown, so the sums are \"at least\".",
            counted(unknown.len() as u64, "call")
        ));
    }
    let mut models: Vec<(&str, u64)> = Vec::new();
    let mut more = false;
    for &row in within(worked.calls.owners(), rows) {
        let model = worked.calls.model(worked.store, SpanRow(row));
        let model = model.map(|id| worked.store.text(id));
        let is_unknown = worked
            .costs
            .of(SpanRow(row))
            .is_some_and(|cost| cost.amount.value().is_none());
        if !is_unknown {
            continue;
        }
        let name = model.unwrap_or("(no model)");
        if let Some((_, number)) = models.iter_mut().find(|(known, _)| *known == name) {
            *number += 1;
        } else if models.len() < NAMED {
            models.push((name, 1));
        } else {
            more = true;
        }
    }
    if !models.is_empty() {
        let said: Vec<String> = (models.iter())
            .map(|(model, number)| format!("{model} ({})", counted(*number, "call")))
            .collect();
        let more = if more { " and others" } else { "" };
        let text = format!(
            "No price is known for {}{more}: their cost is unknown and the sum \"at least\".",
            said.join(", ")
        );
        lines.push(Prices, &[&text]);
    }
}

/// One span of a sum: what it adds, and why it adds nothing where it does not.
pub(super) fn call(worked: &Worked<'_>, row: SpanRow, remark: Option<&str>, lines: &mut Lines) {
    let store = worked.store;
    let usage = worked.calls.usage(store, row);
    let cost = worked.costs.of(row);
    let mut sum = Total::default();
    sum.add(usage.input);
    sum.add(usage.output);
    let told_by_remark = usage.is_empty() && cost.is_none() && remark.is_some();
    let tokens = if told_by_remark {
        String::new()
    } else if usage.is_empty() {
        UNKNOWN.to_owned()
    } else {
        at_least(sum.value().map(count), sum.is_complete())
    };
    let amount = cost.map(|cost| cost.amount);
    let amount = amount.and_then(|amount| Some((amount.value()?, amount.is_complete())));
    let amount = if told_by_remark {
        String::new()
    } else {
        at_least(
            amount.map(|(amount, _)| exact(amount)),
            amount.is_none_or(|(_, is_complete)| is_complete),
        )
    };
    let is_unknown = worked.calls.without_usage().binary_search(&row.0).is_ok();
    let said = match cost {
        _ if is_unknown => "no usage",
        Some(cost) if !cost.counts => "within a reported cost, adds nothing",
        Some(cost) if cost.source == CostSource::Reported => "reported",
        Some(cost) if cost.source == CostSource::Estimated => "estimated",
        Some(cost) if cost.amount.value().is_none() => "no price",
        _ => "",
    };
    let model = worked.calls.model(store, row).map(|id| store.text(id));
    let trace = store.trace(store.trace_of(row));
    lines.push(
        Call,
        &[
            named(store, row),
            model.or_else(|| store.tool(row)).unwrap_or_default(),
            &tokens,
            &amount,
            remark.unwrap_or(said),
        ],
    );
    if let Some(line) = lines.0.last_mut() {
        line.trace_id = trace
            .map(|trace| store.trace_id_text(trace))
            .unwrap_or_default();
        line.span_id = store.span_id_text(row).unwrap_or_default();
    }
}
