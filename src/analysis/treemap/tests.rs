use super::*;
use crate::analysis::ledger::tests::{Counted, counted, of, priced};
use crate::model::text::parse;
use proptest::prelude::*;

const RUN: &str = "run 0..100 agent=ops is=agent session=s-1
  chat 0..10 is=llm model=m tokens=3/1
  task 10..50 is=tool
    sre 11..49 agent=sre is=agent
      chat 12..20 is=llm model=n tokens=20/5
      search 20..30 is=tool
      chat 30..40 is=llm model=x tokens=7/7
  chat 50..60 is=llm model=m error
later 200..230 trace=2 agent=ops is=agent
  chat 200..210 is=llm model=m tokens=1/1";

fn levels(counted: &Counted, names: &[&str]) -> Vec<Level> {
    let parse = |name: &&str| Level::parse(&counted.store, name).unwrap();
    names.iter().map(parse).collect()
}

/// Each leaf as `path value/calls/spans`, `?` behind what is at least.
fn picture(counted: &Counted, names: &[&str], measure: Measure) -> String {
    let treemap = Treemap::new(
        counted.ledger(),
        &counted.part(),
        &levels(counted, names),
        measure,
    );
    let leaf = |at: u32| {
        let node = treemap.node(at).unwrap();
        let names = treemap.path(at).into_iter();
        let path: Vec<String> = names.map(|name| name.unwrap_or("-".into())).collect();
        let value = node
            .sum
            .value()
            .map_or("-".into(), |value| value.to_string());
        let open = if node.sum.is_complete() { "" } else { "?" };
        format!(
            "{} {value}{open} {} {}\n",
            path.join("/"),
            node.calls,
            node.spans
        )
    };
    treemap.leaves().into_iter().map(leaf).collect()
}

#[test]
fn cost_is_divided_by_agent_and_model() {
    let counted = counted(RUN);
    assert_eq!(
        picture(&counted, &["agent", "model"], Measure::Cost),
        "ops/m 8000000000000? 3 3\n\
         sre/n 3000000000000 1 1\n\
         sre/- 500000000000 0 1\n\
         sre/x -? 1 1\n"
    );
    let all = Treemap::new(counted.ledger(), &counted.part(), &[], Measure::Cost);
    assert_eq!(all.root().sum.value(), Some(11_500_000_000_000));
    assert!(
        !all.root().sum.is_complete(),
        "x has no price and one call no tokens"
    );
    assert_eq!(all.leaves(), [0]);
}

#[test]
fn tokens_time_and_calls_are_divided_too() {
    let counted = counted(RUN);
    let of = |names: &[&str], measure| picture(&counted, names, measure);
    assert_eq!(of(&["agent"], Measure::Tokens), "sre 39 2 2\nops 6? 3 3\n");
    assert_eq!(of(&["agent"], Measure::Output), "sre 12 2 2\nops 2? 3 3\n");
    assert_eq!(
        of(&["agent"], Measure::CacheRead),
        "ops 0? 3 3\nsre 0 2 2\n"
    );
    assert_eq!(of(&["kind"], Measure::Calls), "llm 5 5 5\n");
    // Self time: each nanosecond of a span once.
    assert_eq!(
        of(&["kind"], Measure::Duration),
        "agent 70 0 3\nllm 48 5 5\ntool 12 0 2\n"
    );
}

#[test]
fn tools_steps_and_runs_are_levels() {
    let counted = counted(RUN);
    let of = |names: &[&str], measure| picture(&counted, names, measure);
    assert_eq!(of(&["tool"], Measure::Tokens), "task 39 2 2\n- 6? 3 3\n");
    assert_eq!(
        of(&["tool"], Measure::Cost),
        "- 8000000000000? 3 3\ntask 3000000000000? 2 2\nsearch 500000000000 0 1\n"
    );
    assert_eq!(
        of(&["step"], Measure::Input),
        "step 3 20 1 1\nstep 5 7 1 1\nstep 1 4 2 2\nstep 6 -? 1 1\n"
    );
    let runs = of(&["run", "session"], Measure::Calls);
    let id = |number: u32| format!("{number:032}");
    assert_eq!(runs, format!("{}/s-1 4 4 4\n{}/- 1 1 1\n", id(1), id(2)));
    assert_eq!(of(&["service", "user"], Measure::Calls), "app/- 5 5 5\n");
    assert_eq!(of(&["span"], Measure::Calls).lines().count(), 5);
}

#[test]
fn what_an_agent_reports_is_its_own() {
    let counted = counted(
        "run 0..9 agent=a is=agent cost=2\n  chat 1..2 is=llm model=m tokens=1/1\n  chat 3..4 is=llm model=m tokens=1/1",
    );
    assert_eq!(
        picture(&counted, &["agent", "model"], Measure::Cost),
        "a/- 2000000000000 2 1\n"
    );
}

#[test]
fn only_a_part_is_divided() {
    let counted = counted(RUN);
    let part = Part::trace(&counted.store, crate::model::TraceRow(1));
    let treemap = Treemap::new(counted.ledger(), &part, &[], Measure::Tokens);
    assert_eq!(treemap.root().sum.value(), Some(2));
    assert!(treemap.root().sum.is_complete());
}

#[test]
fn what_the_cache_saved_is_divided_too() {
    // Of 100 tokens in, 80 read for a tenth of the price; 50 written for a quarter more; then none; one without a price.
    let table = "c\t\t1000000\t2000000\t100000\t1250000\nn\t\t100000\t200000";
    let counted = priced(
        parse(
            "run 0..99 agent=a is=agent
  chat 0..10 is=llm model=c tokens=100/1/80
  chat 10..20 is=llm model=c tokens=100/1/0/60
  chat 20..30 is=llm model=n tokens=100/1
  chat 30..40 is=llm model=x tokens=100/1/80
  chat 40..50 is=llm model=c",
        )
        .finish(),
        table,
    );
    let of = |names: &[&str]| picture(&counted, names, Measure::CacheSaved);
    assert_eq!(
        of(&["model"]),
        "c 57000000000000? 3 3\nn 0 1 1\nx -? 1 1\n",
        "80 at 0.9 less, 60 at 0.25 more"
    );
    assert!(of(&["span"]).contains(" -15000000000000 1 1\n"));
    let saved = Saved::new(counted.ledger(), &counted.part());
    assert_eq!(saved.amount.value(), Some(57_000_000_000_000));
    assert!(!saved.amount.is_complete());
    assert_eq!((saved.calls, saved.cached), (4, 3));
}

fn drawing() -> impl Strategy<Value = Vec<(u8, u8, u8, Option<u16>, bool)>> {
    let span = (
        0..4_u8,
        0..4_u8,
        0..5_u8,
        proptest::option::of(0..999_u16),
        any::<bool>(),
    );
    proptest::collection::vec(span, 1..40)
}

/// The spans of a drawing, in another order of lines.
fn store_of(spans: &[(u8, u8, u8, Option<u16>, bool)], back: bool) -> crate::model::TraceStore {
    let mut lines: Vec<String> = Vec::new();
    for (&(trace, agent, model, tokens, is_tool), at) in spans.iter().zip(1..) {
        let (start, kind) = (at * 10, if is_tool { "tool" } else { "llm" });
        let end = start + 7;
        let name = ["m", "n", "x", "y", "z"][usize::from(model)];
        let tokens = tokens.map_or(String::new(), |tokens| {
            format!("tokens={tokens}/{}", tokens / 3)
        });
        let parent = if at % 3 == 0 {
            format!("parent={:x}", at / 2)
        } else {
            String::new()
        };
        let line = format!(
            "s{model} {start}..{end} id={at:x} trace={} is={kind} agent=a{agent} model={name} {tokens} {parent}",
            trace + 1
        );
        lines.push(line);
    }
    if back {
        lines.reverse();
    }
    parse(&lines.join("\n")).finish()
}

proptest! {
    #[test]
    fn parts_are_the_whole_and_order_changes_nothing(spans in drawing()) {
        let (one, other) = (of(store_of(&spans, false)), of(store_of(&spans, true)));
        let names = ["agent", "model", "tool", "step", "run"];
        for measure in Measure::ALL {
            let treemap = Treemap::new(one.ledger(), &one.part(), &levels(&one, &names), measure);
            let node = |at| treemap.node(at).unwrap();
            for at in 0..treemap.count() {
                let parts = (1..treemap.count()).map(node).filter(|part| part.parent == at);
                let node = node(at);
                if usize::from(node.depth) < names.len() && node.spans > 0 {
                    let (mut sum, mut calls, mut spans) = (Sum::default(), 0, 0);
                    for part in parts {
                        sum.add(part.sum.value(), !part.sum.is_complete());
                        calls += part.calls;
                        spans += part.spans;
                    }
                    prop_assert_eq!((sum, calls, spans), (node.sum, node.calls, node.spans));
                }
            }
            prop_assert_eq!(picture(&one, &names, measure), picture(&other, &names, measure));
        }
        let cost = one.ledger().costs.total(0..one.store.rows()).amount;
        let root = Treemap::new(one.ledger(), &one.part(), &[], Measure::Cost).root();
        prop_assert_eq!(root.sum.value(), cost.value().map(|value| i128::from(value.0)));
        prop_assert_eq!(root.sum.is_complete(), cost.is_complete());
    }
}
