//! Times, what was asked again, and who answered.

use super::{Sources, agent_ink};
use crate::analysis::ledger::NONE;
use crate::analysis::routing::answered::{Answered, answers};
use crate::analysis::routing::attempts::{Attempt, Evidence, attempts};
use crate::analysis::routing::time::{Parts, times};
use crate::model::SpanRow;
use crate::scene::format::{count, counted, duration, share};
use serde::{Deserialize, Serialize};

/// Entries of a list, at most.
const MOST: usize = 50;

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

pub(super) fn aside(of: Sources<'_>) -> Aside {
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
