use super::*;
use crate::analysis::totals::{Totals, agents, models};
use crate::model::text::parse;

/// Names of calls, of wrappers, and of twins with the one that stays.
fn picture(drawing: &str) -> (Vec<String>, u32, Vec<String>) {
    let store = parse(drawing).finish();
    let calls = Calls::new(&store);
    let name = |row: u32| store.name(SpanRow(row)).to_owned();
    let twins = calls
        .twins
        .iter()
        .map(|&(twin, kept)| format!("{}={}", name(twin), name(kept)));
    (
        calls.calls().iter().map(|&row| name(row)).collect(),
        calls.wrapper_count(),
        twins.collect(),
    )
}

fn tokens(drawing: &str) -> Totals {
    let store = parse(drawing).finish();
    Totals::new(&store, &Calls::new(&store), 0..store.rows())
}

#[test]
fn a_call_below_a_call_is_the_call() {
    let drawing =
        "chain 0..90\n  outer 1..50 is=llm tokens=10/2\n    inner 2..40 is=llm tokens=10/2";
    assert_eq!(picture(drawing), (vec!["inner".to_owned()], 1, vec![]));
    let totals = tokens(drawing);
    assert_eq!((totals.usage.input.value(), totals.owners), (Some(10), 1));
}

#[test]
fn siblings_of_other_scopes_with_one_answer_are_twins() {
    let twins = |first: &str, second: &str| {
        let drawing = format!(
            "agent 0..90\n  a 1..50 is=llm scope=x {first}\n  b 2..40 is=llm scope=y {second}"
        );
        picture(&drawing).2
    };
    assert_eq!(twins("call=msg_1", "call=msg_1"), ["b=a"]);
    assert_eq!(
        twins("call=msg_1 tokens=1/1", "call=msg_2 tokens=1/1"),
        [""; 0]
    );
    assert_eq!(twins("tokens=7/3", "call=msg_2 tokens=7/3"), ["b=a"]);
    assert_eq!(twins("tokens=7/3", "call=msg_2 tokens=7/4"), [""; 0]);
    assert_eq!(twins("model=m error", "model=m error"), ["b=a"]);
    assert_eq!(twins("model=m", "model=n"), [""; 0]);
    assert_eq!(twins("tokens=7/3 scope=y", "tokens=7/3"), [""; 0]);
}

#[test]
fn calls_side_by_side_are_no_twins() {
    let apart =
        "agent 0..90\n  a 1..30 is=llm scope=x tokens=7/3\n  b 31..60 is=llm scope=y tokens=7/3";
    assert_eq!(picture(apart).0, ["a", "b"]);
    // Two calls at once, each seen by two instrumentations.
    let drawing = "agent 0..90\n  a 1..50 is=llm scope=x tokens=7/3\n  c 2..60 is=llm scope=x tokens=7/3\n  \
                   b 3..49 is=llm scope=y call=msg_1 tokens=7/3\n  d 4..58 is=llm scope=y call=msg_2 tokens=7/3";
    let (calls, _, twins) = picture(drawing);
    assert_eq!(calls, ["a", "c"]);
    assert_eq!(twins, ["b=a", "d=c"]);
}

#[test]
fn a_twin_in_a_trace_of_its_own_is_left_out() {
    let drawing = "run 0..90 trace=1\n  chat 5..50 is=llm scope=x tokens=7/3\nsdk 6..49 trace=2 is=llm scope=y tokens=7/3 call=msg_1";
    assert_eq!(picture(drawing).2, ["sdk=chat"]);
    let wider = "run 0..90 trace=1\n  chat 6..49 is=llm scope=x tokens=7/3\nsdk 5..50 trace=2 is=llm scope=y tokens=7/3 call=msg_1";
    assert_eq!(picture(wider).2, ["sdk=chat"]);
    let inner = "run 0..90 trace=1\n  chat 5..50 is=llm scope=x tokens=7/3\nother 0..90 trace=2\n  sdk 6..49 is=llm scope=y tokens=7/3";
    assert_eq!(picture(inner).2, [""; 0]);
}

#[test]
fn tokens_of_twins_are_merged_and_those_of_parents_repeat_them() {
    let totals = tokens(
        "agent 0..90 is=agent tokens=40/9\n  a 1..50 is=llm scope=x tokens=30/3\n  b 2..40 is=llm scope=y tokens=30/3\n  \
         c 60..70 is=llm scope=x tokens=10/6\n  d 71..72 is=llm scope=x",
    );
    assert_eq!(totals.usage.input.value(), Some(40));
    assert_eq!(totals.usage.output.value(), Some(9));
    assert_eq!((totals.llm_calls, totals.calls_without_usage), (3, 1));
    assert!(!totals.usage.is_complete());
}

#[test]
fn tokens_that_only_a_wrapper_knows_are_known() {
    let totals = tokens("outer 0..90 is=llm tokens=5/1\n  inner 1..50 is=llm");
    assert_eq!((totals.owners, totals.calls_without_usage), (1, 0));
    let elsewhere = tokens("agent 0..90 is=agent tokens=5/1\n  inner 1..50 is=llm");
    assert_eq!((elsewhere.owners, elsewhere.calls_without_usage), (1, 1));
}

#[test]
fn a_call_has_the_model_that_answered_wherever_it_is_recorded() {
    let store = parse("outer 0..90 is=llm model=gpt\n  inner 1..50 is=llm tokens=1/1").finish();
    let models = models(&store, &Calls::new(&store), &(0..store.rows()));
    let names: Vec<_> = models
        .keys()
        .map(|id| id.map(|id| store.text(id)))
        .collect();
    assert_eq!(names, [Some("gpt")]);
}

#[test]
fn spans_belong_to_the_agent_they_name_or_the_nearest_above() {
    let store = parse(
        "run 0..90 is=agent agent=lead\n  chat 1..5 is=llm\n  task 6..50 is=tool tool=task\n    sub 7..49 is=agent agent=helper\n      \
         chat 8..9 is=llm\n      named 10..11 is=llm agent=lead",
    )
    .finish();
    let owners: Vec<_> = (0..store.rows())
        .map(|row| owner(&store, SpanRow(row)).map(|id| store.text(id)))
        .collect();
    let wanted = ["lead", "lead", "lead", "helper", "helper", "lead"].map(Some);
    assert_eq!(owners, wanted);
}

#[test]
fn an_agent_is_at_work_once_however_many_spans_name_it() {
    let counts = |drawing: &str| {
        let store = parse(drawing).finish();
        let agents = agents(&store, 0..store.rows());
        let named = agents
            .iter()
            .map(|(&id, &count)| format!("{} {count}", store.text(id)));
        named.collect::<Vec<_>>()
    };
    // Copied to every span.
    assert_eq!(
        counts("run 0..9 is=agent agent=a\n  x 1..2 agent=a\n  y 3..4 agent=a"),
        ["a 1"]
    );
    // No span of an agent at all.
    assert_eq!(
        counts("chain 0..9 agent=a\n  step 1..8 agent=a\n    sub 2..3 agent=b"),
        ["a 1", "b 1"]
    );
    // A workflow around the agent's span, one agent's span directly in another, and an agent that calls itself.
    assert_eq!(
        counts(
            "flow 0..9 is=workflow agent=a\n  run 1..8 is=agent agent=a\n    run 2..7 is=agent agent=a\n      \
             t 3..6 is=tool\n        run 4..5 is=agent agent=a"
        ),
        ["a 2"]
    );
    // One run told by two siblings, and two runs side by side.
    assert_eq!(
        counts("t 0..9 is=tool\n  run 1..2 is=agent agent=a\n  task 3..8 is=chain agent=a"),
        ["a 1"]
    );
    assert_eq!(
        counts("t 0..9 is=tool\n  run 1..2 is=agent agent=a\n  run 3..8 is=agent agent=a"),
        ["a 2"]
    );
    // Named only by the spans below.
    assert_eq!(
        counts("run 0..9 is=agent\n  chat 1..2 is=llm agent=a\n  chat 3..8 is=llm agent=a"),
        ["a 1"]
    );
    // Built, not at work.
    assert_eq!(counts("build 0..1 is=setup agent=a"), [""; 0]);
}

#[test]
fn a_tool_below_itself_is_one_call() {
    let totals = tokens(
        "search 0..9 is=tool tool=s\n  inner 1..8 is=tool tool=s\n  other 8..9 is=tool tool=t error",
    );
    assert_eq!((totals.tool_calls, totals.tool_errors), (2, 1));
}

#[test]
fn a_call_that_three_instrumentations_saw_is_one() {
    let drawing = "agent 0..90\n  chat 1..50 is=llm scope=x tokens=30/3\n  b 2..48 is=llm scope=y tokens=30/3 call=msg_1\n  \
                   c 3..47 is=llm scope=z tokens=30/3 call=msg_1\n  later 60..80 is=llm scope=x tokens=30/3\n  \
                   d 61..79 is=llm scope=y tokens=30/3 call=msg_2";
    let (calls, _, twins) = picture(drawing);
    assert_eq!(calls, ["chat", "later"]);
    assert_eq!(twins, ["b=chat", "c=chat", "d=later"]);
    let totals = tokens(drawing);
    assert_eq!(totals.usage.input.value(), Some(60));
    assert_eq!((totals.owners, totals.calls_without_usage), (2, 0));
}

#[test]
fn a_twin_of_a_wrapped_call_is_found_beside_the_wrapper() {
    // The framework's own two spans, and the SDK's beside them; the answer's id stands on the inner two.
    let drawing = "agent 0..90\n  outer 1..50 is=llm scope=x tokens=30/3\n    inner 2..49 is=llm scope=x tokens=30/3 call=msg_1\n  \
                   sdk 3..48 is=llm scope=y tokens=30/3 call=msg_1";
    let (calls, wrappers, twins) = picture(drawing);
    assert_eq!((calls, wrappers), (vec!["inner".to_owned()], 1));
    assert_eq!(twins, ["sdk=inner"]);
    let totals = tokens(drawing);
    assert_eq!((totals.usage.input.value(), totals.owners), (Some(30), 1));
}

#[test]
fn parents_that_repeat_the_last_step_or_the_sum_or_less_count_nothing() {
    for repeated in ["40/9", "10/6", "0/0", "1/1"] {
        let drawing = format!(
            "agent 0..90 is=agent tokens={repeated}\n  step 1..40 is=chain tokens={repeated}\n    a 2..39 is=llm tokens=30/3\n  \
             step 41..80 is=chain\n    b 42..79 is=llm tokens=10/6"
        );
        let totals = tokens(&drawing);
        let sums = (totals.usage.input.value(), totals.usage.output.value());
        assert_eq!(sums, (Some(40), Some(9)), "{repeated}");
        assert_eq!(totals.owners, 2);
    }
}

#[test]
fn calls_that_failed_with_no_or_zero_tokens_are_calls() {
    let totals = tokens(
        "agent 0..90 is=agent\n  a 1..2 is=llm model=m error tokens=0/0\n  b 3..4 is=llm model=m error\n  c 5..6 is=llm model=m tokens=5/1",
    );
    assert_eq!((totals.llm_calls, totals.llm_errors), (3, 2));
    assert_eq!((totals.owners, totals.calls_without_usage), (2, 1));
    assert_eq!(totals.usage.input.value(), Some(5));
}

#[test]
fn a_call_without_an_id_is_the_twin_of_one_answer_only() {
    // Two answers that ran at once, each seen by one more instrumentation: the framework's call is one of them.
    let drawing = "agent 0..90\n  chat 1..50 is=llm scope=x tokens=30/3\n  b 2..48 is=llm scope=y tokens=30/3 call=msg_1\n  \
                   c 3..47 is=llm scope=z tokens=30/3 call=msg_2";
    let (calls, _, twins) = picture(drawing);
    assert_eq!(
        (calls, twins),
        (
            vec!["chat".to_owned(), "c".to_owned()],
            vec!["b=chat".to_owned()]
        )
    );
}
