use super::attempts::{Evidence, attempts};
use super::matrix::Matrix;
use super::what_if::{Assigned, what_if};
use crate::analysis::ledger::tests::{Counted, counted};
use crate::analysis::percentile::nearest_rank;
use crate::analysis::treemap::Level;

const RUN: &str = "run 0..100 agent=ops is=agent
  chat 0..10 is=llm model=m tokens=3/1
  chat 50..90 is=llm model=m tokens=4/0 error
  sre 11..49 agent=sre is=agent
    chat 12..20 is=llm model=n tokens=200/5
    embed 20..21 is=embedding model=e
    search 21..23 is=tool
chat 200..201 trace=2 is=llm";

fn picture(counted: &Counted, rows: &Level) -> String {
    let matrix = Matrix::new(counted.ledger(), &counted.part(), rows);
    let cell = |cell: &super::matrix::Cell| {
        let (row, column) = matrix.names(cell);
        format!(
            "{} on {}: {} of {} calls, {:?} in, {:?}{}, p50 {:?}, {} errors\n",
            row.unwrap_or("-".into()),
            column.unwrap_or("-".into()),
            cell.calls_with_usage,
            cell.calls,
            cell.usage.input.value(),
            cell.cost.value(),
            if cell.cost.is_complete() { "" } else { "?" },
            nearest_rank(&cell.durations, 50),
            cell.errors,
        )
    };
    matrix.cells().into_iter().map(cell).collect()
}

#[test]
fn cells_say_what_was_asked_of_whom() {
    let counted = counted(RUN);
    assert_eq!(
        picture(&counted, &Level::Agent),
        "ops on m: 2 of 2 calls, Some(7) in, Some(9000000000000), p50 Some(10), 1 errors\n\
         sre on e: 0 of 1 calls, None in, None, p50 Some(1), 0 errors\n\
         sre on n: 1 of 1 calls, Some(200) in, Some(21000000000000), p50 Some(8), 0 errors\n\
         sre on -: 0 of 0 calls, None in, Some(500000000000), p50 None, 0 errors\n\
         - on -: 0 of 1 calls, None in, None?, p50 Some(1), 0 errors\n"
    );
    let tasks = picture(&counted, &Level::Task);
    assert!(tasks.starts_with("run on m: 2 of 2"), "{tasks}");
}

fn attempted(drawing: &str) -> String {
    let counted = counted(drawing);
    let found = attempts(counted.ledger(), &counted.part()).into_iter();
    let line = |attempt: super::attempts::Attempt| {
        let word = if attempt.is_fallback {
            "fallback"
        } else {
            "retry"
        };
        let Evidence::Failed(failed) = attempt.evidence else {
            return "marked\n".to_owned();
        };
        let (from, to) = (
            attempt.from.unwrap_or("-".into()),
            attempt.to.unwrap_or("-".into()),
        );
        format!("{} {word} {from} {to} after {}\n", attempt.row.0, failed.0)
    };
    found.map(line).collect()
}

#[test]
fn a_failed_call_and_the_next_of_its_agent_are_a_retry_or_a_fallback() {
    let drawing = "run 0..100 agent=a is=agent
  chat 0..10 is=llm model=m error
  other 11..30 agent=b is=agent
    chat 12..20 is=llm model=n
  chat 30..40 is=llm model=m error
  chat 40..50 is=llm model=n error
  chat 60..70 is=llm model=m
  chat 70..80 is=llm model=n";
    assert_eq!(
        attempted(drawing),
        "4 retry m m after 1\n5 fallback m n after 4\n6 fallback n m after 5\n"
    );
}

#[test]
fn calls_side_by_side_and_of_other_runs_are_no_attempts() {
    assert_eq!(
        attempted("a 0..9 is=agent\n  chat 0..5 is=llm model=m error\n  chat 3..8 is=llm model=n"),
        ""
    );
    assert_eq!(
        attempted("chat 0..5 is=llm model=m error\nchat 6..8 is=llm model=n trace=2"),
        ""
    );
    assert_eq!(
        attempted("chat 0..5 is=llm error\nchat 6..8 is=llm model=n trace=1"),
        "1 retry - n after 0\n",
        "another model is claimed only where both are known"
    );
}

fn assigned(pairs: &[(&str, &str)]) -> Vec<Assigned> {
    let one = |&(name, model): &(&str, &str)| Assigned {
        name: name.to_owned(),
        model: model.to_owned(),
    };
    pairs.iter().map(one).collect()
}

/// Before and after in thousandths of a dollar, `?` behind what is at least.
fn priced(counted: &Counted, pairs: &[(&str, &str)]) -> String {
    let assigned = assigned(pairs);
    let found = what_if(counted.ledger(), &counted.part(), &Level::Agent, &assigned);
    let text = |sum: crate::analysis::treemap::Sum| {
        let open = if sum.is_complete() { "" } else { "?" };
        sum.value()
            .map_or("-".into(), |value| (value / 1_000_000_000).to_string())
            + open
    };
    let over: u32 = found.changes.iter().map(|change| change.over).sum();
    format!("{} {} over {over}", text(found.before), text(found.after))
}

#[test]
fn assigned_calls_are_priced_again_and_others_keep_their_cost() {
    let counted = counted(RUN);
    assert_eq!(priced(&counted, &[]), "30500? 30500? over 0");
    assert_eq!(priced(&counted, &[("nobody", "n")]), "30500? 30500? over 0");
    // 9 dollars become 0.9.
    assert_eq!(priced(&counted, &[("ops", "n")]), "30500? 22400? over 0");
    // 200 tokens in are more than the hundred that n takes.
    assert_eq!(priced(&counted, &[("*", "n")]), "30500? 22400? over 1");
    assert_eq!(
        priced(&counted, &[("*", "n"), ("ops", "m")]),
        "30500? 30500? over 1"
    );
    assert_eq!(
        priced(&counted, &[("*", "unheard-of")]),
        "30500? 500? over 0"
    );
}

#[test]
fn tasks_are_assigned_as_agents_are() {
    let counted = counted(RUN);
    let assigned = assigned(&[("sre", "m")]);
    let (ledger, part, rows) = (counted.ledger(), counted.part(), Level::Task);
    let found = what_if(ledger, &part, &rows, &assigned);
    let names = |change: &super::what_if::Change| {
        let name = |name: &Option<String>| name.clone().unwrap_or("-".into());
        format!("{} {}", name(&change.names.0), name(&change.names.1))
    };
    let changed: Vec<String> = (found.changes.iter())
        .filter(|change| change.assigned.is_some())
        .map(names)
        .collect();
    assert_eq!(changed, ["sre n"]);
    // 21 dollars become 210.
    assert_eq!(found.after.value(), Some(219_500_000_000_000));
}

#[test]
fn a_reported_cost_gives_way_to_the_tokens_below_it() {
    let counted = counted(
        "run 0..9 agent=a is=agent cost=5\n  chat 1..2 is=llm model=m tokens=1/1\n  sub 3..9 agent=b is=agent\n    chat 4..5 is=llm model=m tokens=1/0",
    );
    assert_eq!(priced(&counted, &[]), "5000 5000 over 0");
    assert_eq!(priced(&counted, &[("*", "n")]), "5000 400 over 0");
    // 5 dollars less 1 for the call of b, which costs a tenth.
    assert_eq!(priced(&counted, &[("b", "n")]), "5000 4100 over 0");
    let counted = super::super::ledger::tests::counted("run 0..9 agent=a is=agent cost=5");
    assert_eq!(priced(&counted, &[("a", "n")]), "5000 -? over 0");
}
