//! What a run may cost, and where it cost more.

use crate::analysis::budget::crossing;
use crate::analysis::ledger::Ledger;
use crate::analysis::part::Part;
use crate::model::store::Trace;
use crate::model::{PicoUsd, SpanRow, TraceRow, order};
use crate::scene::drawn::DrawRequest;
use crate::scene::format::{at_least, cost, count, duration, share};

/// The call with which the run cost more than its budget; of several runs, that of the costliest.
pub(super) fn crossed(ledger: Ledger<'_>, part: &Part, request: &DrawRequest) -> Option<SpanRow> {
    let trace = match request.trace {
        Some(trace) => trace,
        None => over(ledger, part, request).into_iter().next()?,
    };
    let budget = PicoUsd(request.budget);
    if budget.0 <= 0 {
        return None;
    }
    let rows = ledger.store.trace(trace)?.rows.clone();
    let found = crossing(ledger.store, ledger.costs, rows, budget)?;
    Some(found.row)
}

/// The runs of a part that cost more than the budget, the costliest first.
fn over(ledger: Ledger<'_>, part: &Part, request: &DrawRequest) -> Vec<TraceRow> {
    let spent = |(number, trace): (u32, &Trace)| {
        if !part.contains(SpanRow(trace.rows.start)) {
            return None;
        }
        let amount = ledger.costs.total(trace.rows.clone()).amount.value()?.0;
        (request.budget > 0 && amount > request.budget).then_some((number, amount))
    };
    let traces = (0..).zip(ledger.store.traces());
    let mut runs: Vec<(u32, i64)> = traces.filter_map(spent).collect();
    order::sort_items(&mut runs, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    runs.into_iter().map(|(trace, _)| TraceRow(trace)).collect()
}

/// What became of the budget, in a sentence; empty without one. `steps` are those of the run in order.
pub fn words(
    ledger: Ledger<'_>,
    part: &Part,
    request: &DrawRequest,
    crossed: Option<SpanRow>,
    steps: &[u32],
) -> String {
    if request.budget <= 0 {
        return String::new();
    }
    let Some(trace) = request.trace else {
        let over = over(ledger, part, request).len() as u64;
        return match over {
            0 => "No run is known to have cost more.".to_owned(),
            1 => "1 run cost more.".to_owned(),
            over => format!("{} runs cost more.", count(over)),
        };
    };
    let Some(trace) = ledger.store.trace(trace) else {
        return String::new();
    };
    let total = ledger.costs.total(trace.rows.clone()).amount;
    let Some(spent) = total.value() else {
        return "No cost is known.".to_owned();
    };
    let Some(row) = crossed else {
        let part = |amount: i64| u64::try_from(amount).unwrap_or(0);
        return format!(
            "Kept: {} spent, {}.",
            at_least(Some(cost(spent)), total.is_complete()),
            share(part(spent.0), part(request.budget))
        );
    };
    let step = steps.binary_search(&row.0).ok().map(|at| {
        format!(
            "at step {} of {}, ",
            count(at as u64 + 1),
            count(steps.len() as u64)
        )
    });
    let end = ledger.store.extent(row).end.0;
    let name = ledger.store.name(row);
    let model = ledger.model(row).map(|model| ledger.text(model));
    let with = model
        .filter(|model| !name.contains(*model))
        .map(|model| format!(" with {model}"));
    format!(
        "Crossed {}at {}, by {}{}.",
        step.unwrap_or_default(),
        duration(end.saturating_sub(trace.range.start.0)),
        if name.is_empty() { "(no name)" } else { name },
        with.unwrap_or_default()
    )
}
