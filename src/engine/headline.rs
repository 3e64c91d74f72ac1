//! What a run was: one sentence, where its time went, and the spans that are looked for first.

use super::Engine;
use super::protocol::{Headline, Reply, RunMeaning};
use super::runs::run_meaning;
use crate::analysis::budget::{Limit, crossing};
use crate::analysis::landmarks::{Ending, Landmarks, ending, over_budget};
use crate::analysis::time_split::TimeSplit;
use crate::model::rows::Trace;
use crate::model::{PicoUsd, TraceRow};
use crate::scene::format::{cost, counted, duration};

/// How many names a sentence says; more are counted.
const NAMED: usize = 3;

impl Engine {
    /// What a run was, and where it cost more than it may.
    pub(super) fn headline(&self, row: TraceRow, budget: Limit) -> Reply {
        let (document, store) = (&self.document, &self.document.store);
        let Some(trace) = store.trace(row) else {
            return super::failed("this run is not in the open document");
        };
        let meaning = &document.meaning;
        let found = Landmarks::new(store, &meaning.calls, &meaning.costs, row);
        let place = |row, told: String| {
            let mut place = self.place(row);
            place.matched = told;
            place
        };
        let offset = |row| store.start(row).0.saturating_sub(trace.range.start.0);
        let worked = run_meaning(store, meaning, trace);
        let refused = over_budget(store, trace.rows.clone());
        let first_error = found.first_error.filter(|&row| refused != Some(row));
        let crossed = crossing(store, &meaning.costs, trace, budget);
        let ended = |row| store.extent(row).end.since(trace.range.start).0;
        Reply::Headline(Box::new(Headline {
            document: document.number,
            sentence: sentence(trace, ending(store, row), &worked, found.steps),
            times: TimeSplit::new(store, row).0.to_vec(),
            marks: [
                (found.longest).map(|row| place(row, duration(store.extent(row).duration().0))),
                (found.costliest).map(|(row, amount)| place(row, cost(amount))),
                first_error.map(|row| place(row, format!("at {}", duration(offset(row))))),
                refused.map(|row| place(row, format!("at {}", duration(ended(row))))),
                crossed.map(|crossed| {
                    let after = duration(ended(crossed.row));
                    let told = format!("of {} after {after}", cost(crossed.budget));
                    place(crossed.row, told)
                }),
            ],
        }))
    }
}

/// Outcome, steps, time and cost; then who did it.
fn sentence(trace: &Trace, ending: Ending, worked: &RunMeaning, steps: u32) -> String {
    let length = duration(trace.range.duration().0);
    let outcome = match ending {
        Ending::Unknown => "Has no root in the files".to_owned(),
        Ending::Finished if trace.errors == 0 => "Finished".to_owned(),
        Ending::Finished | Ending::WithErrors => {
            format!("Finished with {}", counted(trace.errors.into(), "error"))
        }
        Ending::OverBudget => "Stopped by a budget".to_owned(),
        Ending::Failed => "Failed".to_owned(),
        Ending::Running => "Still running".to_owned(),
    };
    let steps = match steps {
        0 => String::new(),
        steps => format!(" after {}", counted(steps.into(), "step")),
    };
    let time = match (ending, trace.range.duration().0) {
        (Ending::Running, 0) => String::new(),
        (Ending::Running, _) => format!(", {length} so far"),
        (Ending::Unknown, _) => format!(", what is here took {length}"),
        _ => format!(" in {length}"),
    };
    let price = match worked.cost.map(|amount| cost(PicoUsd(amount))) {
        Some(amount) => {
            let least = if worked.cost_complete {
                ""
            } else {
                "at least "
            };
            let estimated = if worked.cost_estimated {
                " (estimated)"
            } else {
                ""
            };
            format!(", {least}{amount}{estimated}")
        }
        None if worked.llm_calls > 0 => ", cost unknown".to_owned(),
        None => String::new(),
    };
    let who = [
        names(&worked.agents, "agent"),
        calls(worked),
        match worked.tool_calls {
            0 => String::new(),
            calls => counted(calls.into(), "tool call"),
        },
    ];
    let mut who: Vec<String> = who.into_iter().filter(|part| !part.is_empty()).collect();
    if who.is_empty() {
        who.push(counted(trace.spans.into(), "span"));
    }
    format!("{outcome}{steps}{time}{price}: {}", who.join(", "))
}

/// Calls of models, and of which.
fn calls(worked: &RunMeaning) -> String {
    let models = match worked.models.as_slice() {
        [] if worked.llm_calls > 0 => "of an unknown model".to_owned(),
        [] => return String::new(),
        models if models.len() <= NAMED => format!("of {}", listed(models)),
        models => format!("of {}", counted(models.len() as u64, "model")),
    };
    match worked.llm_calls {
        // Tokens may be told of without a call.
        0 => models.replacen("of ", "with ", 1),
        calls => format!("{} {models}", counted(calls.into(), "call")),
    }
}

/// `agent x`, `3 agents (x, y and z)`, `12 agents`.
fn names(names: &[String], noun: &str) -> String {
    match names {
        [] => String::new(),
        [only] => format!("{noun} {only}"),
        some if some.len() <= NAMED => {
            format!("{} ({})", counted(some.len() as u64, noun), listed(some))
        }
        many => counted(many.len() as u64, noun),
    }
}

/// `x`, `x and y`, `x, y and z`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::Document;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceBook;

    fn headline(drawing: &str) -> Headline {
        let mut engine = Engine::new();
        let store = parse(drawing).finish();
        engine.document = Document::new(1, store, Vec::new(), Vec::new(), &PriceBook::default());
        match engine.headline(TraceRow(0), Limit::usual(600_000_000_000)) {
            Reply::Headline(headline) => *headline,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_sentence_says_what_the_run_was_and_what_is_not_known() {
        for (drawing, expected) in [
            (
                "run 0..40000000000 is=agent agent=lead\n  c 1..9 is=llm model=m tokens=1/1 cost=0.5\n  t 10..20 is=tool",
                "Finished after 2 steps in 40.0 s, $0.5000: agent lead, 1 call of m, 1 tool call",
            ),
            (
                "run 0..90 is=agent agent=a error\n  b 0..9 is=agent agent=b\n    c 1..9 is=llm model=m cost=0.5\n  c 10..11 is=llm",
                "Failed after 2 steps in 90 ns, at least $0.5000: 2 agents (a and b), 2 calls of m",
            ),
            (
                "run 0..?\n  c 1..9 is=llm\n  x 10..20 error",
                "Still running after 1 step, 20 ns so far, cost unknown: 1 call of an unknown model",
            ),
            (
                "a 0..5\n  b 1..2 error",
                "Finished with 1 error in 5 ns: 2 spans",
            ),
            (
                "a 0..5 error\n  b 1..2 spent",
                "Stopped by a budget in 5 ns: 2 spans",
            ),
            (
                "a 0..5 parent=ff",
                "Has no root in the files, what is here took 5 ns: 1 span",
            ),
        ] {
            assert_eq!(headline(drawing).sentence, expected);
        }
    }

    #[test]
    fn marks_say_where_and_how_much() {
        let told =
            headline("run 100..200\n  c 110..150 is=llm cost=0.5 error\n  t 150..160 is=tool");
        let marks = told
            .marks
            .map(|mark| mark.map_or(String::new(), |it| it.name + " " + &it.matched));
        assert_eq!(marks, ["c 40 ns", "c $0.5000", "c at 10 ns", "", ""]);
        assert_eq!(told.times, [40, 10, 0, 50, 0]);
    }

    #[test]
    fn marks_say_which_call_crossed_the_budget_and_which_was_refused() {
        let told = headline(
            "run 100..200 error\n  c 110..150 is=llm cost=0.5\n  d 150..160 is=llm cost=0.2\n  e 160..170 is=llm spent",
        );
        let marks = told
            .marks
            .map(|mark| mark.map_or(String::new(), |it| it.name + " " + &it.matched));
        assert_eq!(marks[2..], ["", "e at 70 ns", "d of $0.6000 after 60 ns"]);
        let kept = headline("run 100..200\n  c 110..150 is=llm cost=0.6");
        assert_eq!(kept.marks[3..], [None, None]);
        let own = headline("run 100..200 budget=0.3\n  c 110..150 is=llm cost=0.4");
        let told = own.marks[4].as_ref().map(|mark| mark.matched.as_str());
        assert_eq!(told, Some("of $0.3000 after 50 ns"));
        let unknown = headline("run 100..200\n  c 110..150 is=llm model=nobody");
        assert_eq!(unknown.marks[3..], [None, None]);
    }
}
