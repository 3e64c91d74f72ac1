//! What was asked again after it had failed.
//!
//! Evidence is in the trace: within one run of one agent, a call that failed and the call that came next, begun when
//! the failed one was over. Asked of another model it is a fallback, of the same one a retry. Some producers mark a call as a
//! fallback themselves (`llm.fallback`).

use crate::analysis::ledger::{Ledger, NONE, inherited};
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::model::{OperationKind, SpanRow, StrId, TraceStore, order};

/// Why a call counts as another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The call before it failed.
    Failed(SpanRow),
    /// Its producer says so.
    Marked,
}

/// A call that was another attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The call.
    pub row: SpanRow,
    /// The model that failed; `None` where none was recorded.
    pub from: Option<String>,
    /// The model that was asked next.
    pub to: Option<String>,
    /// How that is known.
    pub evidence: Evidence,
    /// Whether another model was asked.
    pub is_fallback: bool,
}

/// The mark of a fallback and of the model before it.
const MARK: &str = "llm.fallback";
const MARK_FROM: &str = "llm.fallback.from";

/// Attempts of a part of the document, by row.
pub fn attempts(ledger: Ledger<'_>, part: &Part) -> Vec<Attempt> {
    let store = ledger.store;
    // Calls of one agent's run: those that have the same nearest agent above, else the same trace.
    let runs = inherited(store, |row| {
        (store.operation_kind(row) == OperationKind::Agent).then_some(row.0)
    });
    let run = |row: u32| runs.get(row as usize).copied().unwrap_or(NONE);
    let mut calls: Vec<u32> = part.among(ledger.calls.calls()).map(|row| row.0).collect();
    let is_marked = store.dictionary().find_key(MARK).is_some();
    if !is_marked {
        keep_failing(ledger, &mut calls, &run);
    }
    order::sort(&mut calls, &|a, b| {
        let key = |row: u32| {
            (
                store.trace_of(SpanRow(row)),
                run(row),
                store.start(SpanRow(row)),
                row,
            )
        };
        key(a).cmp(&key(b))
    });
    let name = |id: Option<StrId>| id.map(|id| store.text(id).to_owned());
    let mut found = Vec::new();
    for (&first, &next) in calls.iter().zip(calls.iter().skip(1)) {
        let (failed, row) = (SpanRow(first), SpanRow(next));
        let is_same_run = run(first) == run(next) && store.trace_of(failed) == store.trace_of(row);
        let is_over = store.end(failed).is_some_and(|end| end <= store.start(row));
        if is_same_run && is_over && ledger.calls.failed(store, failed) {
            found.push(Attempt {
                row,
                from: name(ledger.model(failed)),
                to: name(ledger.model(row)),
                evidence: Evidence::Failed(failed),
                is_fallback: !is_same_model(ledger, failed, row),
            });
        }
    }
    let fallbacks: Vec<u32> = found
        .iter()
        .filter(|attempt| attempt.is_fallback)
        .map(|attempt| attempt.row.0)
        .collect();
    // Rows of other attempts come in the order of the calls.
    let mut known = fallbacks.into_iter().peekable();
    for &row in calls.iter().filter(|_| is_marked) {
        if known.next_if_eq(&row).is_none()
            && attribute(store, SpanRow(row), MARK).as_deref() == Some("true")
        {
            found.push(Attempt {
                row: SpanRow(row),
                from: attribute(store, SpanRow(row), MARK_FROM),
                to: name(ledger.model(SpanRow(row))),
                evidence: Evidence::Marked,
                is_fallback: true,
            });
        }
    }
    order::sort_items(&mut found, |a, b| a.row.cmp(&b.row));
    found
}

/// Keeps calls of runs in which one failed: nothing was asked again in the others.
fn keep_failing(ledger: Ledger<'_>, calls: &mut Vec<u32>, run: &dyn Fn(u32) -> u32) {
    let key = |row: u32| Numbering::pair(ledger.store.trace_of(SpanRow(row)).0, run(row));
    let mut failing = Numbering::default();
    for &row in calls.iter() {
        if ledger.calls.failed(ledger.store, SpanRow(row)) {
            failing.number(key(row));
        }
    }
    calls.retain(|&row| failing.get(key(row)).is_some());
}

/// Whether two calls asked for the same model. A call that failed has no answering model, so those asked for are
/// compared where both are known.
fn is_same_model(ledger: Ledger<'_>, a: SpanRow, b: SpanRow) -> bool {
    let asked = |row| ledger.store.meaning(row).request_model;
    match (asked(a), asked(b)) {
        (Some(a), Some(b)) => a == b,
        _ => match (ledger.model(a), ledger.model(b)) {
            (Some(a), Some(b)) => a == b,
            // Another model is claimed only where both are known.
            _ => true,
        },
    }
}

fn attribute(store: &TraceStore, row: SpanRow, key: &str) -> Option<String> {
    let dictionary = store.dictionary();
    dictionary.find_key(key)?;
    let mut pairs = store.attributes(row);
    let pair = pairs.find(|&pair| dictionary.key_text(pair) == key)?;
    dictionary.value_text(pair).map(str::to_owned)
}
