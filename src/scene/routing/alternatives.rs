//! Everything on one model: what it would have cost on each of a few.

use super::choices::{change, ink_of_model};
use super::{Sources, dollars};
use crate::analysis::numbering::Numbering;
use crate::analysis::routing::what_if::{Assigned, what_if};
use crate::analysis::treemap::{Level, Members, Sum};
use crate::model::{PicoUsd, order};
use crate::semantics::prices::plain_model;
use serde::{Deserialize, Serialize};

/// Models of the document that everything is priced on, at most.
const PRICED: usize = 6;
/// Models of the price tables that can be chosen, at most.
const CHOOSABLE: usize = 2000;

/// What everything would have cost, and which models there are to choose from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Alternatives {
    /// On the models of the part that cost most, and on those that were chosen.
    pub listed: Vec<Alternative>,
    /// Models that can be assigned: those of the part, then those with a price.
    pub models: Vec<String>,
}

/// Everything on one model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The model.
    pub model: String,
    /// Its colour.
    pub ink: u8,
    /// What everything would have cost.
    pub after: String,
    /// Share of the dearest one, in thousandths.
    pub share: u16,
    /// The change in dollars; empty where one of both is unknown.
    pub change: String,
    /// The same in percent; empty where that says nothing.
    pub percent: String,
    /// Less, the same or more: -1, 0 or 1.
    pub sign: i8,
    /// Calls with more input than it takes.
    pub over: u32,
}

pub(super) fn alternatives(of: Sources<'_>, compared: &[String]) -> Alternatives {
    let dearest = dearest(of);
    Alternatives {
        listed: priced(of, compared, &dearest),
        models: choosable(of, dearest),
    }
}

/// Everything on each of the models that cost most, and on those that were chosen.
fn priced(of: Sources<'_>, compared: &[String], dearest: &[String]) -> Vec<Alternative> {
    let mut models: Vec<String> = Vec::new();
    for model in dearest {
        // What has no price of output writes none: it makes vectors.
        let price = of.ledger.book.find(Some(model));
        let is_priced = price.is_some_and(|price| price.row.rates.output > PicoUsd(0));
        // One of several dates says what the others say.
        let is_known = |known: &String| plain_model(known) == plain_model(model);
        if is_priced && models.len() < PRICED && !models.iter().any(is_known) {
            models.push(model.clone());
        }
    }
    for model in compared.iter().take(PRICED) {
        if !models.contains(model) {
            models.push(model.clone());
        }
    }
    let mut found: Vec<(Alternative, Sum)> = Vec::new();
    for model in models {
        let assigned = [Assigned {
            name: "*".to_owned(),
            model: model.clone(),
        }];
        let result = what_if(of.ledger, of.part, &Level::Agent, &assigned);
        let (change, percent, sign) = change(result.before, result.after);
        let alternative = Alternative {
            ink: ink_of_model(of, &model),
            after: dollars(result.after),
            change,
            percent,
            sign,
            over: result.changes.iter().map(|change| change.over).sum(),
            model,
            ..Alternative::default()
        };
        found.push((alternative, result.after));
    }
    let most = found.iter().filter_map(|(_, after)| after.value()).max();
    for (alternative, after) in &mut found {
        let share = after.value().unwrap_or(0) * 1000 / most.unwrap_or(1).max(1);
        alternative.share = share.clamp(0, 1000) as u16;
    }
    found
        .into_iter()
        .map(|(alternative, _)| alternative)
        .collect()
}

/// Models of the part, those that cost most first.
fn dearest(of: Sources<'_>) -> Vec<String> {
    let models = Members::new(&Level::Model, of.ledger);
    let mut numbers = Numbering::default();
    let mut costs: Vec<(u32, i128)> = Vec::new();
    for row in of.part.among(of.ledger.units()) {
        let model = models.of(row);
        let at = numbers.number(u64::from(model)) as usize;
        if at == costs.len() {
            costs.push((model, 0));
        }
    }
    of.ledger.each_cost(of.part, &mut |row, cost| {
        let model = models.of(row);
        let at = numbers.number(u64::from(model)) as usize;
        if at == costs.len() {
            costs.push((model, 0));
        }
        costs[at].1 += cost.amount.value().map_or(0, |amount| i128::from(amount.0));
    });
    let named = costs
        .into_iter()
        .filter_map(|(model, cost)| Some((models.text(model)?, cost)));
    let mut named: Vec<(String, i128)> = named.collect();
    order::sort_items(&mut named, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    named.into_iter().map(|(model, _)| model).collect()
}

/// Models to choose from: those that were asked, then those of the price tables.
fn choosable(of: Sources<'_>, asked: Vec<String>) -> Vec<String> {
    let recorded = asked.len();
    let mut models = asked;
    let priced = (of.ledger.book.user.rows().iter()).chain(of.ledger.book.built_in.rows());
    for row in priced.filter(|row| !row.retired).take(CHOOSABLE) {
        if !models[..recorded].contains(&row.model) {
            models.push(row.model.clone());
        }
    }
    models
}
