//! The time of a part of the document in models, in tools and in neither: of all its runs, and of each agent.
//!
//! Of all runs it is wall-clock time, as in [`TimeSplit`]: what is at work side by side counts once. Of an agent it is the
//! time in which its spans were at work and none below them, so agents side by side count one by one.

use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::analysis::self_time::SelfTimes;
use crate::analysis::time_split::{Activity, TimeSplit};
use crate::model::{SpanFlags, SpanRow, StrId, order};

/// Nanoseconds in models, in tools (retrieval is one), in neither.
pub type Parts = [i128; 3];

/// The time of all runs, and of agents by name; `None` is what belongs to none.
#[derive(Debug, Default)]
pub struct Times {
    /// Of all runs, wall-clock.
    pub whole: Parts,
    /// Of each agent, those with most time first.
    pub agents: Vec<(Option<StrId>, Parts)>,
}

fn place(activity: Activity) -> usize {
    match activity {
        Activity::Llm => 0,
        Activity::Tool | Activity::Retrieval => 1,
        Activity::Own | Activity::Waiting => 2,
    }
}

/// Adds up the time of a part of the document.
pub fn times(ledger: Ledger<'_>, part: &Part) -> Times {
    let store = ledger.store;
    let mut times = Times::default();
    let mut numbers = Numbering::default();
    let mut selves = SelfTimes::default();
    let mut activities: Vec<Activity> = Vec::new();
    for (trace, at) in store.traces().iter().zip(0..) {
        if !part.contains(SpanRow(trace.rows.start)) {
            continue;
        }
        let split = TimeSplit::new(store, crate::model::TraceRow(at));
        for (activity, ns) in Activity::ALL.into_iter().zip(split.0) {
            times.whole[place(activity)] += i128::from(ns);
        }
        activities.clear();
        for row in trace.rows.clone().map(SpanRow) {
            let above = store.parent(row);
            let above = above.and_then(|parent| parent.0.checked_sub(trace.rows.start));
            let above = above.and_then(|at| activities.get(at as usize).copied());
            let kind = store.operation_kind(row);
            let activity = Activity::of(kind, above.unwrap_or(Activity::Own));
            activities.push(activity);
            if store.flags(row).contains(SpanFlags::PLACEHOLDER) {
                continue;
            }
            let agent = ledger.agent(row);
            let number = numbers.number(u64::from(agent.map_or(NONE, |agent| agent.0))) as usize;
            if number == times.agents.len() {
                times.agents.push((agent, Parts::default()));
            }
            let ns = selves.of(store, row).self_time().0;
            times.agents[number].1[place(activity)] += i128::from(ns);
        }
    }
    let total = |parts: &Parts| parts.iter().sum::<i128>();
    order::sort_items(&mut times.agents, |a, b| {
        let name = |agent: Option<StrId>| agent.map(|agent| ledger.text(agent));
        (a.0.is_none().cmp(&b.0.is_none()))
            .then(total(&b.1).cmp(&total(&a.1)))
            .then_with(|| name(a.0).cmp(&name(b.0)))
    });
    times
}
