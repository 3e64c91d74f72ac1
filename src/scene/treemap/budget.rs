//! What a run may cost, and where it cost more.

use crate::analysis::budget::{Limit, crossing, recorded};
use crate::analysis::ledger::Ledger;
use crate::analysis::part::Part;
use crate::model::rows::Trace;
use crate::model::{SpanRow, TraceRow, order};
use crate::scene::drawn::{DrawRequest, Drawn};
use crate::scene::format::{at_least, cost, count, duration, share};

/// Says with which call a run cost more than its budget. Of several runs it is the costliest, and what became of all is said,
/// too; what became of one takes [`words`].
pub(super) fn tell(ledger: Ledger<'_>, part: &Part, request: &DrawRequest, drawn: &mut Drawn) {
    let run = request.trace.or_else(|| {
        let over = over(ledger, part, request);
        drawn.budget = words_of_all(ledger, part, request, over.len() as u64);
        over.first().copied()
    });
    let trace = run.and_then(|run| ledger.store.trace(run));
    let found = trace.and_then(|trace| crossing(ledger.store, ledger.costs, trace, request.budget));
    drawn.crossed = found.map(|found| found.row);
}

/// What the run says itself that it may cost, in dollars; empty when it says nothing, or several are drawn.
pub(super) fn own(ledger: Ledger<'_>, request: &DrawRequest) -> String {
    let trace = request.trace.and_then(|run| ledger.store.trace(run));
    let amount = trace.and_then(|trace| recorded(ledger.store, trace));
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

/// The runs of a part, with their rows.
fn runs<'a>(ledger: Ledger<'a>, part: &'a Part) -> impl Iterator<Item = (u32, &'a Trace)> {
    let traces = (0..).zip(ledger.store.traces());
    traces.filter(|(_, trace)| part.contains(SpanRow(trace.rows.start)))
}

/// The runs of a part that cost more than they may, the costliest first.
fn over(ledger: Ledger<'_>, part: &Part, request: &DrawRequest) -> Vec<TraceRow> {
    let spent = |(number, trace): (u32, &Trace)| {
        let amount = ledger.costs.total(trace.rows.clone()).amount.value()?;
        let budget = request.budget.of(ledger.store, trace)?;
        (amount > budget).then_some((number, amount.0))
    };
    let mut over: Vec<(u32, i64)> = runs(ledger, part).filter_map(spent).collect();
    order::sort_items(&mut over, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    over.into_iter().map(|(trace, _)| TraceRow(trace)).collect()
}

/// How many runs of a part cost more than they may, and how many say themselves what that is.
fn words_of_all(ledger: Ledger<'_>, part: &Part, request: &DrawRequest, over: u64) -> String {
    let says = |(_, trace): &(u32, &Trace)| recorded(ledger.store, trace).is_some();
    let own = runs(ledger, part).filter(says).count() as u64;
    if request.budget.amount <= 0 && own == 0 {
        return String::new();
    }
    let over = match over {
        0 => "No run is known to have cost more.".to_owned(),
        1 => "1 run cost more.".to_owned(),
        over => format!("{} runs cost more.", count(over)),
    };
    match own {
        0 => over,
        1 => format!("{over} 1 has a budget of its own."),
        own => format!("{over} {} have budgets of their own.", count(own)),
    }
}

/// What became of the budget of a run, in a sentence; empty without one. `steps` are those of the run in order.
pub fn words(
    ledger: Ledger<'_>,
    trace: TraceRow,
    limit: Limit,
    crossed: Option<SpanRow>,
    steps: &[u32],
) -> String {
    let Some(trace) = ledger.store.trace(trace) else {
        return String::new();
    };
    let Some(budget) = limit.of(ledger.store, trace) else {
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
            share(part(spent.0), part(budget.0))
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
