//! Which model was asked for, and which one answered.

use crate::analysis::ledger::Ledger;
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::model::{SpanRow, StrId, order};
use crate::semantics::prices::plain_model;

/// Requests for one model that another name answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The model that was asked for.
    pub asked: StrId,
    /// The model that answered.
    pub answered: StrId,
    /// Whether the names differ in more than who serves the model and its date.
    pub is_other: bool,
    /// Requests.
    pub calls: u32,
    /// The first of them.
    pub first: SpanRow,
}

/// Requests whose answer names another model than they do; most calls first.
#[derive(Debug, Default)]
pub struct Answers {
    /// Those that differ, other models before other names of the same one.
    pub differing: Vec<Answered>,
    /// Requests of which both names are known.
    pub calls: u32,
}

/// Compares the names of the models of a part of the document.
pub fn answers(ledger: Ledger<'_>, part: &Part) -> Answers {
    let store = ledger.store;
    let mut answers = Answers::default();
    let mut numbers = Numbering::default();
    for row in part.among(ledger.units()) {
        let meaning = store.meaning(row);
        let (Some(asked), Some(answered)) = (meaning.request_model, meaning.response_model) else {
            continue;
        };
        answers.calls += 1;
        if asked == answered {
            continue;
        }
        let at = numbers.number(Numbering::pair(asked.0, answered.0)) as usize;
        if at == answers.differing.len() {
            answers.differing.push(Answered {
                asked,
                answered,
                is_other: plain_model(ledger.text(asked)) != plain_model(ledger.text(answered)),
                calls: 0,
                first: row,
            });
        }
        let entry = &mut answers.differing[at];
        entry.calls += 1;
        entry.first = entry.first.min(row);
    }
    order::sort_items(&mut answers.differing, |a, b| {
        let names = |one: &Answered| (ledger.text(one.asked), ledger.text(one.answered));
        (b.is_other.cmp(&a.is_other))
            .then(b.calls.cmp(&a.calls))
            .then_with(|| names(a).cmp(&names(b)))
    });
    answers
}
