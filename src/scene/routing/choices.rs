//! What another choice of models would have cost.

use super::matrix::Matrix;
use super::{Sources, agent_ink, dollars, pico};
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::analysis::percentile::{nearest_rank, sorted};
use crate::analysis::routing::what_if::{Assigned, WhatIf, what_if};
use crate::analysis::treemap::{Level, Sum};
use crate::model::{SpanFlags, order};
use crate::scene::drawn::ink;
use crate::scene::format::{UNKNOWN, cost, count, counted, duration, share};
use serde::{Deserialize, Serialize};

/// An agent or a task that can be assigned another model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Its name; `*` for all.
    pub name: String,
    /// Its colour.
    pub ink: u8,
    /// Models it ran on.
    pub recorded: String,
    /// The model it is assigned to by itself; empty for none.
    pub model: String,
    /// What it cost.
    pub before: String,
    /// What it would have cost; empty when it is not assigned, be it with all.
    pub after: String,
    /// How long calls of the assigned model took in what is loaded; empty without a choice.
    pub observed: String,
}

/// What came of the choices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What it cost.
    pub before: String,
    /// What it would have cost; empty without a choice.
    pub after: String,
    /// The change in dollars; empty where one of both is unknown.
    pub change: String,
    /// The same in percent; empty where that says nothing.
    pub percent: String,
    /// Less, the same or more: -1, 0 or 1.
    pub sign: i8,
}

impl Outcome {
    fn new(before: Sum, after: Sum, assigned: &[Assigned]) -> Self {
        let mut new = Self {
            before: dollars(before),
            ..Self::default()
        };
        if !assigned.is_empty() {
            new.after = dollars(after);
            (new.change, new.percent, new.sign) = change(before, after);
        }
        new
    }
}

/// Pairs of an agent or task and a model, as they are asked with.
pub(super) fn assignments(pairs: &[(String, String)]) -> Vec<Assigned> {
    let one = |(name, model): &(String, String)| Assigned {
        name: name.clone(),
        model: model.clone(),
    };
    pairs.iter().map(one).collect()
}

/// The difference of two amounts in dollars and in percent, and its sign; nothing when one of them is unknown.
pub(super) fn change(before: Sum, after: Sum) -> (String, String, i8) {
    let (Some(from), Some(to)) = (before.value(), after.value()) else {
        return (String::new(), String::new(), 0);
    };
    let difference = to - from;
    let sign = match difference {
        0 => return ("same".to_owned(), String::new(), 0),
        1.. => "+",
        _ => "\u{2212}",
    };
    let size = difference.abs();
    let part = |value: i128| u64::try_from(value).unwrap_or(u64::MAX);
    // What has no price on the other model would be added.
    let least = if before.is_complete() && !after.is_complete() {
        "\u{2265} "
    } else {
        ""
    };
    let percent = if from > 0 {
        format!("{least}{sign}{}", share(part(size), part(from)))
    } else {
        String::new()
    };
    let change = format!("{least}{sign}{}", cost(pico(size)));
    (change, percent, if difference < 0 { -1 } else { 1 })
}

/// Fills in agents, what they would have cost, and the outcome.
pub(super) fn fill(
    of: Sources<'_>,
    rows: &Level,
    assigned: &[Assigned],
    most: u16,
    matrix: &mut Matrix,
) {
    let found = what_if(of.ledger, of.part, rows, assigned);
    mark_cells(&found, matrix);
    let mut choices = named(of, rows, &found);
    let left_out = choices.len().saturating_sub(usize::from(most));
    choices.truncate(usize::from(most));
    matrix.more_choices = left_out as u32;
    let whole = Choosing {
        choice: Choice {
            name: "*".to_owned(),
            ..Choice::default()
        },
        before: found.before,
        after: found.after,
        is_assigned: !assigned.is_empty(),
    };
    matrix.choices = std::iter::once(whole)
        .chain(choices)
        .map(|choosing| choosing.shown(of, assigned))
        .collect();
    matrix.outcome = Outcome::new(found.before, found.after, assigned);
    let is_part = of.part.ranges() != Part::whole(of.ledger.store).ranges();
    if is_part && !assigned.is_empty() {
        let part = Part::whole(of.ledger.store);
        let found = what_if(of.ledger, &part, rows, assigned);
        matrix.outcome_of_all = Some(Outcome::new(found.before, found.after, assigned));
    }
    matrix.notes = notes(of, assigned, &found);
}

/// Writes into cells what they would have cost.
fn mark_cells(found: &WhatIf, matrix: &mut Matrix) {
    let mut numbers = Numbering::default();
    let key = |(agent, model): (u32, u32)| Numbering::pair(agent, model);
    for change in &found.changes {
        numbers.number(key(change.cell));
    }
    for cell in &mut matrix.cells {
        // Numbers of names are the worker's own.
        let number = cell.key.take().and_then(|cell| numbers.get(key(cell)));
        let change = number.and_then(|at| found.changes.get(at as usize));
        if let Some(change) = change
            && (change.assigned.is_some() || change.before.value() != change.after.value())
            && change.before.value().or(change.after.value()).is_some()
        {
            cell.after = dollars(change.after);
        }
    }
}

/// A choice while it is added up.
struct Choosing {
    choice: Choice,
    before: Sum,
    after: Sum,
    is_assigned: bool,
}

/// Agents or tasks, those that cost most first. What belongs to none can only be assigned with all.
fn named(of: Sources<'_>, rows: &Level, found: &WhatIf) -> Vec<Choosing> {
    let mut numbers = Numbering::default();
    let mut all: Vec<Choosing> = Vec::new();
    for change in &found.changes {
        let Some(name) = &change.names.0 else {
            continue;
        };
        let at = numbers.number(u64::from(change.cell.0)) as usize;
        if at == all.len() {
            all.push(Choosing {
                choice: Choice {
                    name: name.clone(),
                    ink: match rows {
                        Level::Agent => agent_ink(of, change.cell.0),
                        _ => ink::NEUTRAL,
                    },
                    ..Choice::default()
                },
                before: Sum::default(),
                after: Sum::default(),
                is_assigned: false,
            });
        }
        let one = &mut all[at];
        (one.before).add(change.before.value(), !change.before.is_complete());
        (one.after).add(change.after.value(), !change.after.is_complete());
        one.is_assigned |=
            change.assigned.is_some() || change.before.value() != change.after.value();
        if let Some(model) = &change.names.1 {
            if !one.choice.recorded.is_empty() {
                one.choice.recorded.push_str(", ");
            }
            one.choice.recorded.push_str(model);
        }
    }
    order::sort_items(&mut all, |a, b| {
        let amount = |one: &Choosing| one.before.value();
        (amount(b).cmp(&amount(a))).then_with(|| a.choice.name.cmp(&b.choice.name))
    });
    all
}

impl Choosing {
    fn shown(self, of: Sources<'_>, assigned: &[Assigned]) -> Choice {
        let mut choice = self.choice;
        choice.before = dollars(self.before);
        if self.is_assigned {
            choice.after = dollars(self.after);
        }
        let own = assigned.iter().rev().find(|one| one.name == choice.name);
        if let Some(own) = own {
            choice.model.clone_from(&own.model);
            choice.observed = observed(of, &own.model);
        }
        choice
    }
}

/// How long calls of a model took in everything that is loaded, whoever made them.
fn observed(of: Sources<'_>, model: &str) -> String {
    let store = of.ledger.store;
    let wanted = store.strings().get(model);
    let mut durations: Vec<i64> = Vec::new();
    for row in Part::whole(store).among(of.ledger.units()) {
        if wanted.is_some()
            && of.ledger.model(row) == wanted
            && !store.flags(row).contains(SpanFlags::RUNNING)
        {
            durations.push(store.duration(row).0);
        }
    }
    let durations = sorted(&durations);
    let ranks = [0, 50, 95, 100].map(|percent| nearest_rank(&durations, percent));
    let [Some(least), Some(p50), Some(p95), Some(most)] = ranks else {
        return "not called in what is loaded: nothing says how long it takes".to_owned();
    };
    let calls = counted(durations.len() as u64, "call");
    if durations.len() < 2 {
        return format!("{calls} of it loaded, took {}", duration(p50));
    }
    format!(
        "{calls} of it loaded took {} to {}, p50 {}, p95 {}",
        duration(least),
        duration(most),
        duration(p50),
        duration(p95)
    )
}

fn notes(of: Sources<'_>, assigned: &[Assigned], found: &WhatIf) -> Vec<String> {
    const MOST: usize = 12;
    let mut notes = Vec::new();
    for assigned in assigned {
        if of.ledger.book.find(Some(&assigned.model)).is_none() {
            notes.push(format!("There is no price of {}.", assigned.model));
        }
    }
    for change in &found.changes {
        let assigned = change.assigned.and_then(|at| assigned.get(at));
        let (Some(assigned), Some((_, most))) = (assigned, change.largest) else {
            continue;
        };
        let price = of.ledger.book.find(Some(&assigned.model));
        let context = price.and_then(|price| price.row.context);
        let name = change.names.0.as_deref().unwrap_or("What belongs to none");
        let verb = if change.over == 1 {
            "exceeds"
        } else {
            "exceed"
        };
        notes.push(format!(
            "{name} on {}: {} with up to {} tokens of input {verb} its {}.",
            assigned.model,
            counted(u64::from(change.over), "call"),
            count(most),
            context.map_or(UNKNOWN.to_owned(), count)
        ));
    }
    if notes.len() > MOST {
        let more = notes.len() - MOST;
        notes.truncate(MOST);
        notes.push(format!("{} more.", count(more as u64)));
    }
    if !assigned.is_empty() && !found.after.is_complete() && notes.is_empty() {
        notes.push("Some calls have no known tokens or price and are left out.".to_owned());
    }
    notes
}

/// The colour of a model of the document by its name.
pub(super) fn ink_of_model(of: Sources<'_>, model: &str) -> u8 {
    let id = of.ledger.store.strings().get(model);
    ink::of(of.members.model(id), ink::MODEL)
}
