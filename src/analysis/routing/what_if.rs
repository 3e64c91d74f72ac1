//! What the recorded tokens would have cost on other models.
//!
//! The same tokens are priced again; answers, steps and latency would differ and are not estimated. What is not assigned
//! keeps its recorded cost, so assigning nothing changes nothing. Where an agent reports one cost for all its calls,
//! assigned calls are taken out of it at the price of the model they ran on, and added at that of the new one.

use super::matrix::by_name;
use crate::analysis::cost::{CostSource, SpanCost};
use crate::analysis::ledger::Ledger;
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::analysis::totals::within;
use crate::analysis::treemap::{Level, Members, Sum};
use crate::model::{SpanRow, TokenUsage, order};
use crate::semantics::prices::Price;

/// The name of all agents, or of all tasks.
const ALL: &str = "*";

/// Another model for an agent, or for a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// Its name, or `*` for all that are not named.
    pub name: String,
    /// The model.
    pub model: String,
}

/// One agent (or task) on one model, before and after.
#[derive(Debug, Clone)]
pub struct Change {
    /// Numbers of both, as members of their levels, or [`NONE`](crate::analysis::ledger::NONE).
    pub cell: (u32, u32),
    /// What they are called.
    pub names: (Option<String>, Option<String>),
    /// The model it is assigned to, as an index of what was assigned.
    pub assigned: Option<usize>,
    /// What it cost.
    pub before: Sum,
    /// What it would have cost.
    pub after: Sum,
    /// Calls with more input than the new model takes.
    pub over: u32,
    /// The one with the most input, with that.
    pub largest: Option<(SpanRow, u64)>,
}

/// Costs before and after.
#[derive(Debug)]
pub struct WhatIf {
    /// What the part cost.
    pub before: Sum,
    /// What it would have cost.
    pub after: Sum,
    /// Per agent (or task) and recorded model, by name.
    pub changes: Vec<Change>,
}

/// Prices a part again.
#[derive(Debug)]
struct Repricing<'d> {
    ledger: Ledger<'d>,
    assigned: &'d [Assigned],
    /// The price of each assigned model.
    prices: Vec<Option<Price<'d>>>,
    /// The assignment of each agent (or task) that was met.
    targets: Vec<Option<usize>>,
    met: Numbering,
    numbers: Numbering,
    rows: Members<'d>,
    models: Members<'d>,
    changes: Vec<Change>,
    /// The row that was looked at last, and its change: a call is asked for several times in turn.
    last: Option<(SpanRow, usize)>,
}

/// Works out what a part would have cost, with agents or tasks assigned to models. `*` is overridden by an assignment of
/// its own.
pub fn what_if<'d>(
    ledger: Ledger<'d>,
    part: &Part,
    rows: &Level,
    assigned: &'d [Assigned],
) -> WhatIf {
    let mut new = Repricing {
        ledger,
        assigned,
        prices: (assigned.iter())
            .map(|assigned| ledger.book.find(Some(&assigned.model)))
            .collect(),
        targets: Vec::new(),
        met: Numbering::default(),
        numbers: Numbering::default(),
        rows: Members::new(rows, ledger),
        models: Members::new(&Level::Model, ledger),
        changes: Vec::new(),
        last: None,
    };
    ledger.each_cost(part, &mut |row, cost| new.take(row, cost));
    let (mut before, mut after) = (Sum::default(), Sum::default());
    for change in &new.changes {
        before.add(change.before.value(), !change.before.is_complete());
        after.add(change.after.value(), !change.after.is_complete());
    }
    let mut changes = new.changes;
    for change in &mut changes {
        change.names = (new.rows.text(change.cell.0), new.models.text(change.cell.1));
    }
    order::sort_items(&mut changes, |a, b| {
        by_name(a.names.0.as_deref(), b.names.0.as_deref())
            .then_with(|| by_name(a.names.1.as_deref(), b.names.1.as_deref()))
    });
    WhatIf {
        before,
        after,
        changes,
    }
}

/// What an agent or task is assigned to: its own assignment, else that of all.
fn to(assigned: &[Assigned], name: Option<&str>) -> Option<usize> {
    let by = |name: &str| assigned.iter().rposition(|one| one.name == name);
    name.and_then(by).or_else(|| by(ALL))
}

impl Repricing<'_> {
    fn take(&mut self, row: SpanRow, cost: &SpanCost) {
        let before = cost.amount.value().map(|amount| i128::from(amount.0));
        let lacking = !cost.amount.is_complete();
        let own = self.change(row);
        self.changes[own].before.add(before, lacking);
        let is_tool = self.ledger.is_tool_price(row, cost);
        let target = if is_tool { None } else { self.target(row) };
        if is_tool || cost.source != CostSource::Reported {
            match target {
                Some(target) => {
                    let amount = self.price(row, target);
                    let value = amount.0.or((!amount.1).then_some(0));
                    self.changes[own].after.add(value, amount.1);
                }
                None => self.changes[own].after.add(before, lacking),
            }
            return;
        }
        self.take_reported(row, own, before.unwrap_or(0));
    }

    /// A reported cost may be that of several calls.
    fn take_reported(&mut self, row: SpanRow, own: usize, reported: i128) {
        let below = self.ledger.store.subtree(row);
        let owners = within(self.ledger.calls.owners(), &below);
        let unknown = within(self.ledger.calls.without_usage(), &below);
        let calls: Vec<SpanRow> = owners
            .iter()
            .chain(unknown)
            .map(|&row| SpanRow(row))
            .collect();
        let targets: Vec<_> = calls.iter().map(|&call| self.target(call)).collect();
        if calls.is_empty() {
            // Nothing says how many tokens it was for.
            let known = self.target(row).is_none();
            self.changes[own]
                .after
                .add(known.then_some(reported), !known);
            return;
        }
        if targets.iter().all(Option::is_none) {
            self.changes[own].after.add(Some(reported), false);
            return;
        }
        let mut rest = if targets.iter().all(Option::is_some) {
            0
        } else {
            reported
        };
        let mut lacking = false;
        for (&call, target) in calls.iter().zip(&targets) {
            let Some(target) = *target else {
                continue;
            };
            if targets.contains(&None) {
                let recorded = self.ledger.costs.of(call).and_then(|cost| cost.computed);
                let value = recorded
                    .filter(|cost| cost.is_complete())
                    .and_then(crate::model::total::Total::value);
                lacking |= value.is_none();
                rest -= value.map_or(0, |amount| i128::from(amount.0));
            }
            let (value, lacks) = self.price(call, target);
            rest += value.unwrap_or(0);
            lacking |= lacks;
        }
        // What is taken out may exceed what was reported: then nothing is known of the rest.
        lacking |= rest < 0;
        self.changes[own].after.add(Some(rest.max(0)), lacking);
    }

    /// The assignment of a row's agent or task.
    fn target(&mut self, row: SpanRow) -> Option<usize> {
        match self.assigned {
            [] => return None,
            [all] if all.name == ALL => return Some(0),
            _ => {}
        }
        let member = self.rows.of(row);
        let met = self.met.number(u64::from(member)) as usize;
        if met == self.targets.len() {
            let name = self.rows.text(member);
            self.targets.push(to(self.assigned, name.as_deref()));
        }
        self.targets.get(met).copied().flatten()
    }

    /// What a call's tokens come to on the assigned model, and whether some of that is unknown.
    fn price(&mut self, row: SpanRow, target: usize) -> (Option<i128>, bool) {
        let usage = self.ledger.calls.usage(self.ledger.store, row);
        let price = self.prices.get(target).copied().flatten();
        let at = self.change(row);
        self.changes[at].assigned = Some(target);
        let Some(price) = price else {
            return (None, true);
        };
        self.check_context(at, row, &usage, price.row.context);
        if usage.is_empty() {
            return (None, true);
        }
        let total = price.total(&usage);
        let value = total.value().map(|amount| i128::from(amount.0));
        (value, !total.is_complete())
    }

    fn check_context(&mut self, at: usize, row: SpanRow, usage: &TokenUsage, context: Option<u64>) {
        let (Some(input), Some(context)) = (usage.input, context) else {
            return;
        };
        if input > context {
            let change = &mut self.changes[at];
            change.over += 1;
            if change.largest.is_none_or(|(_, most)| input > most) {
                change.largest = Some((row, input));
            }
        }
    }

    fn change(&mut self, row: SpanRow) -> usize {
        if let Some((_, at)) = self.last.filter(|(last, _)| *last == row) {
            return at;
        }
        let cell = (self.rows.of(row), self.models.of(row));
        let at = self.numbers.number(Numbering::pair(cell.0, cell.1)) as usize;
        if at == self.changes.len() {
            self.changes.push(Change {
                cell,
                names: (None, None),
                assigned: None,
                before: Sum::default(),
                after: Sum::default(),
                over: 0,
                largest: None,
            });
        }
        self.last = Some((row, at));
        at
    }
}
