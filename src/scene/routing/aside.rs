//! Times, what was asked again, who answered, and everything on one model.

use super::choices::{change, ink_of_model};
use super::{Sources, agent_ink, dollars};
use crate::analysis::ledger::NONE;
use crate::analysis::routing::answered::{Answered, answers};
use crate::analysis::routing::attempts::{Attempt, Evidence, attempts};
use crate::analysis::routing::time::{Parts, times};
use crate::analysis::routing::what_if::{Assigned, what_if};
use crate::analysis::treemap::{Level, Members, Sum};
use crate::model::{PicoUsd, SpanRow, order};
use crate::scene::format::{count, counted, duration, share};
use crate::semantics::prices::plain_model;
use serde::{Deserialize, Serialize};

/// Entries of a list, at most.
const MOST: usize = 50;
/// Models of the document that everything is priced on, at most.
const PRICED: usize = 6;
/// Models of the price tables that can be chosen, at most.
const CHOOSABLE: usize = 2000;

/// What stands beside matrix and flow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Aside {
    /// Time in models, in tools, in neither: of everything, then of agents.
    pub times: Vec<TimeBar>,
    /// Calls of another model after one that failed.
    pub fallbacks: Vec<Told>,
    /// Calls of the same model after one that failed.
    pub retries: Vec<Told>,
    /// Models that answered in the place of others.
    pub answered: Vec<Told>,
    /// Agents without a bar.
    pub more_times: u32,
    /// Entries that were left out of the three lists.
    pub left_out: [u32; 3],
    /// How many fallbacks there are, and in how many calls the answering model is another one.
    pub summary: String,
    /// What everything would have cost on one model.
    pub alternatives: Vec<Alternative>,
    /// Models that can be assigned: those of the part, then those with a price.
    pub models: Vec<String>,
}

/// Something that happened, and where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// What happened.
    pub text: String,
    /// How that is known.
    pub evidence: String,
    /// The span.
    pub row: SpanRow,
}

/// Time in models, in tools, in neither.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeBar {
    /// Whose time it is; empty for everything.
    pub label: String,
    /// Its colour.
    pub ink: u8,
    /// Shares of the largest bar, in thousandths.
    pub parts: [u16; 3],
    /// Durations with their shares.
    pub texts: [String; 3],
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

pub(super) fn aside(of: Sources<'_>, compared: &[String]) -> Aside {
    let (times, more_times) = bars(of);
    let mut new = Aside {
        times,
        more_times,
        ..Aside::default()
    };
    let all = attempts(of.ledger, of.part);
    let told = |is_fallback: bool| -> Vec<Told> {
        let some = all.iter().filter(|one| one.is_fallback == is_fallback);
        some.map(|one| in_words(of, one)).collect()
    };
    (new.fallbacks, new.retries) = (told(true), told(false));
    let found = answers(of.ledger, of.part);
    let others: u32 = (found.differing.iter())
        .filter(|one| one.is_other)
        .map(|one| one.calls)
        .sum();
    let retries = match new.retries.len() {
        1 => "1 retry".to_owned(),
        many => format!("{} retries", count(many as u64)),
    };
    let mut facts = vec![counted(new.fallbacks.len() as u64, "fallback"), retries];
    if found.calls > 0 {
        let of = counted(u64::from(found.calls), "call");
        let others = count(u64::from(others));
        facts.push(format!("another model answered {others} of {of}"));
    }
    new.summary = facts.join(" · ");
    let answered = found.differing.iter().map(|one| answer(of, one));
    new.answered = answered.collect();
    let lists = [&mut new.fallbacks, &mut new.retries, &mut new.answered];
    for (list, left_out) in lists.into_iter().zip(&mut new.left_out) {
        *left_out = list.len().saturating_sub(MOST) as u32;
        list.truncate(MOST);
    }
    let dearest = dearest(of);
    new.alternatives = alternatives(of, compared, &dearest);
    new.models = choosable(of, dearest);
    new
}

fn in_words(of: Sources<'_>, attempt: &Attempt) -> Told {
    let store = of.ledger.store;
    let name = |model: &Option<String>| model.clone().unwrap_or_else(|| "unknown model".to_owned());
    let agent = of.ledger.agent(attempt.row);
    let agent = agent.map_or(String::new(), |agent| {
        format!("{}: ", of.ledger.text(agent))
    });
    let to = name(&attempt.to);
    Told {
        text: match (&attempt.from, attempt.is_fallback) {
            (None, true) => format!("{agent}{to} in the place of another"),
            (from, true) => format!("{agent}{to} after {}", name(from)),
            (_, false) => format!("{agent}{to} again"),
        },
        evidence: match attempt.evidence {
            Evidence::Failed(failed) => {
                let later = store.start(attempt.row).since(store.start(failed));
                format!("{} after a call that failed began", duration(later.0))
            }
            Evidence::Marked => "marked by its producer".to_owned(),
        },
        row: attempt.row,
    }
}

fn answer(of: Sources<'_>, one: &Answered) -> Told {
    let (asked, answered) = (of.ledger.text(one.asked), of.ledger.text(one.answered));
    Told {
        text: format!("{asked} → {answered}"),
        evidence: format!(
            "{}{}",
            counted(u64::from(one.calls), "call"),
            if one.is_other { "" } else { ", same model" }
        ),
        row: one.first,
    }
}

/// Bars of everything and of the agents with most time, and how many others there are.
fn bars(of: Sources<'_>) -> (Vec<TimeBar>, u32) {
    const AGENTS: usize = 8;
    let found = times(of.ledger, of.part);
    let total = |parts: &Parts| parts.iter().sum::<i128>();
    if total(&found.whole) <= 0 {
        return (Vec::new(), 0);
    }
    let most = found.agents.iter().map(|(_, parts)| total(parts)).max();
    let bar = |label: String, ink: u8, parts: Parts, of_most: i128| {
        let of_whole = total(&parts);
        let thousandth = |ns: i128| (ns * 1000 / of_most.max(1)).clamp(0, 1000) as u16;
        let text = |ns: i128| {
            let whole = |ns: i128| u64::try_from(ns).unwrap_or(u64::MAX);
            let time = duration(i64::try_from(ns).unwrap_or(i64::MAX));
            format!("{time} {}", share(whole(ns), whole(of_whole)))
        };
        TimeBar {
            label,
            ink,
            parts: parts.map(thousandth),
            texts: parts.map(text),
        }
    };
    let mut bars = vec![bar(String::new(), 0, found.whole, total(&found.whole))];
    for &(agent, parts) in found.agents.iter().take(AGENTS) {
        let name = agent.map(|agent| of.ledger.text(agent));
        let ink = agent_ink(of, agent.map_or(NONE, |agent| agent.0));
        let label = super::matrix::label(name, "no agent");
        bars.push(bar(label, ink, parts, most.unwrap_or(1)));
    }
    (bars, found.agents.len().saturating_sub(AGENTS) as u32)
}

/// Everything on each of the models that cost most, and on those that were chosen.
fn alternatives(of: Sources<'_>, compared: &[String], dearest: &[String]) -> Vec<Alternative> {
    let mut models: Vec<String> = Vec::new();
    for model in dearest {
        // What has no price of output writes none: it makes vectors.
        let price = of.book.find(Some(model));
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
        let result = what_if(of.ledger, of.part, of.book, &Level::Agent, &assigned);
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
    let mut numbers = crate::analysis::numbering::Numbering::default();
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
    let priced = (of.book.user.rows().iter()).chain(of.book.built_in.rows());
    for row in priced.filter(|row| !row.retired).take(CHOOSABLE) {
        if !models[..recorded].contains(&row.model) {
            models.push(row.model.clone());
        }
    }
    models
}
