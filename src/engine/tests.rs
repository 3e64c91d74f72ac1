//! The engine as the worker uses it.

mod searching;

use super::protocol::{Notice, Reply, Request, RunsQuery, SourceHead};
use super::{Background, Engine, Step};
use crate::analysis::budget::Limit;

const CHAT: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"bot"}}]},
 "scopeSpans":[{"scope":{"name":"s"},"spans":[
 {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13","name":"run","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000900"},
 {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c14","parentSpanId":"051581bf3cb55c13","name":"chat","startTimeUnixNano":"1700000000000000100","endTimeUnixNano":"1700000000000000300",
  "status":{"code":2,"message":"boom"},"attributes":[{"key":"k","value":{"intValue":"7"}}]}]}]}]}"#;

const LATE: &str = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[
 {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c15","parentSpanId":"051581bf3cb55c14","name":"http","startTimeUnixNano":"1700000000000000150","endTimeUnixNano":"1700000000000000200"}]}]}]}"#;

/// Opens a text as a document, or adds it to the open one.
pub(super) fn open(engine: &mut Engine, append: bool, text: &str) -> Reply {
    engine.begin(append);
    let head = SourceHead {
        name: "a.json".into(),
        size: text.len() as u64,
    };
    engine.begin_source(&head, "00");
    engine.chunk(text.as_bytes());
    engine.end_source();
    engine.commit(1.0, 0)
}

#[track_caller]
fn done(step: Step) -> Reply {
    match step {
        Step::Done(reply, _) => reply,
        Step::Read { .. } => panic!("no bytes expected"),
    }
}

fn spans(engine: &mut Engine) -> u32 {
    match done(engine.handle(Request::Summary)) {
        Reply::Summary(summary) => summary.spans,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_opened_listed_and_read_back() {
    let mut engine = Engine::new();
    let Reply::Opened(opened) = open(&mut engine, false, CHAT) else {
        panic!("opens")
    };
    assert_eq!((opened.summary.spans, opened.summary.error_spans), (2, 1));
    assert_eq!(opened.summary.services, ["bot"]);

    let query = RunsQuery {
        limit: 10,
        ..RunsQuery::default()
    };
    let Reply::Runs(page) = done(engine.handle(Request::Runs(query))) else {
        panic!("lists")
    };
    assert_eq!(
        (page.rows[0].root_name.as_str(), page.rows[0].duration_ns),
        ("run", 900)
    );

    let located = done(engine.handle(Request::Locate {
        trace: "5B8AA5A2D2C872E8321CF37308D69DF2".into(),
        span: Some("051581bf3cb55c14".into()),
    }));
    let Reply::Located {
        span: Some(row),
        run: Some(run),
        ..
    } = located
    else {
        panic!("{located:?}")
    };
    assert_eq!(run.spans, 2);

    let Step::Read { ranges, pending } = engine.handle(Request::Details { row }) else {
        panic!("reads")
    };
    let bytes = ranges
        .iter()
        .map(|range| {
            let from = range.offset as usize;
            Ok(CHAT.as_bytes()[from..from + range.len as usize].to_vec())
        })
        .collect();
    let Step::Done(Reply::Details(details), _) = engine.resume(pending, bytes) else {
        panic!("details")
    };
    assert_eq!((details.name.as_str(), details.self_ns), ("chat", 200));
    assert_eq!(details.status_message.text, "boom");
    assert_eq!(details.attributes[0].value.text, "7");
    assert_eq!(details.file, "a.json");
}

#[test]
fn adding_a_file_adds_and_a_bad_one_changes_nothing() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    assert!(matches!(open(&mut engine, true, LATE), Reply::Opened(_)));
    assert_eq!(spans(&mut engine), 3);
    let Reply::Failed(failure) = open(&mut engine, false, "\u{0}\u{1}PK not a trace") else {
        panic!("fails")
    };
    assert!(
        failure.message.starts_with("a.json was not read: expected"),
        "{}",
        failure.message
    );
    assert_eq!(spans(&mut engine), 3);
}

#[test]
fn an_abort_leaves_the_document() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    engine.begin(false);
    engine.abort();
    assert!(matches!(engine.commit(0.0, 0), Reply::Failed(_)));
    assert_eq!(spans(&mut engine), 2);
    engine.handle(Request::Close);
    assert_eq!(spans(&mut engine), 0);
}

#[test]
fn bytes_that_come_after_another_opening_are_refused() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    let row = crate::model::SpanRow(0);
    let Step::Read { pending, .. } = engine.handle(Request::Details { row }) else {
        panic!("reads")
    };
    open(&mut engine, false, LATE);
    assert!(matches!(
        engine.resume(pending, vec![Ok(Vec::new())]),
        Step::Done(Reply::Failed(_), _)
    ));
}

#[test]
fn a_lost_file_leaves_what_is_in_columns() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    let row = crate::model::SpanRow(1);
    let Step::Read { pending, .. } = engine.handle(Request::Details { row }) else {
        panic!("reads")
    };
    let why = "the file changed; drop it again".to_owned();
    let Step::Done(Reply::Details(details), _) = engine.resume(pending, vec![Err(why.clone())])
    else {
        panic!("details")
    };
    assert_eq!(details.source_lost, Some(why));
    assert_eq!(details.attributes[0].key, "k");
}

#[test]
fn prices_of_the_user_cost_the_open_document() {
    let mut engine = Engine::new();
    assert!(engine.set_built_in_prices("# date 2026-11-21\nm\tx\t1\t2\nother\tx\t1\t2"));
    let call = CHAT.replace(
        r#""key":"k""#,
        r#""key":"gen_ai.usage.input_tokens","value":{"intValue":"1000000"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"0"}},{"key":"gen_ai.request.model","value":{"stringValue":"M"}},{"key":"k""#,
    );
    open(&mut engine, false, &call);
    let cost = |engine: &mut Engine| match done(engine.handle(Request::Runs(RunsQuery {
        limit: 1,
        ..RunsQuery::default()
    }))) {
        Reply::Runs(page) => page.rows[0]
            .meaning
            .as_ref()
            .and_then(|meaning| meaning.cost),
        other => panic!("{other:?}"),
    };
    let set =
        |engine: &mut Engine, text: &str, add: bool| match done(engine.handle(Request::SetPrices {
            text: text.to_owned(),
            add,
            assume: false,
        })) {
            Reply::Prices(state) => state,
            other => panic!("{other:?}"),
        };
    assert_eq!(cost(&mut engine), Some(1_000_000_000_000));
    let state = set(&mut engine, "m\t\t3\t4", false);
    assert_eq!((state.models, state.problem), (1, None));
    assert_eq!(cost(&mut engine), Some(3_000_000_000_000));
    let state = set(&mut engine, "m\t\tfree\t4", false);
    assert!(
        state
            .problem
            .unwrap()
            .starts_with("line 1: expected a price")
    );
    assert_eq!(
        cost(&mut engine),
        Some(3_000_000_000_000),
        "nothing was taken"
    );
    let litellm =
        r#"{"n": {"input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6}, "image": {}}"#;
    let state = set(&mut engine, litellm, true);
    assert_eq!((state.models, state.left_out), (2, 1));
    let Reply::PriceList(list) = done(engine.handle(Request::PriceList {
        words: "M".into(),
        limit: 1,
    })) else {
        panic!("list")
    };
    assert_eq!(
        (list.found, list.built_in, list.date.as_str()),
        (2, 2, "2026-11-21")
    );
    assert!(list.lines[0].own);
    assert_eq!(list.lines[0].prices, ["3", "4", "", ""]);
    assert_eq!(list.lines[0].text, "m\t\t3\t4");
    assert_eq!(set(&mut engine, " ", false).text, "");
    assert_eq!(cost(&mut engine), Some(1_000_000_000_000));
}

#[test]
fn secrets_leave_the_engine_in_no_message() {
    const KEY: &str = "sk-abcdefghijklmnop0123";
    let text = CHAT
        .replace("\"name\":\"chat\"", &format!("\"name\":\"chat {KEY}\""))
        .replace("boom", &format!("boom ann@mail.example.com {KEY}"))
        .replace("bot", &format!("bot {KEY}"))
        .replace(
            r#"{"key":"k","value":{"intValue":"7"}}"#,
            &format!(
                r#"{{"key":"k","value":{{"stringValue":"{KEY}"}}}},{{"key":"x.api_key","value":{{"stringValue":"zzzz"}}}},
                {{"key":"gen_ai.input.messages","value":{{"stringValue":"[{{\"role\":\"user\",\"parts\":[{{\"type\":\"text\",\"content\":\"call {KEY} CUST-77\"}}]}}]"}}}}"#
            ),
        );
    let mut engine = Engine::new();
    let mask = |engine: &mut Engine, on: bool| {
        let patterns = "CUST-[0-9]+\n(".to_owned();
        match done(engine.handle(Request::SetMask { on, patterns })) {
            Reply::Masked(wrong) => wrong,
            other => panic!("{other:?}"),
        }
    };
    open(&mut engine, false, &text);
    assert_eq!(
        mask(&mut engine, true),
        ["line 2, column 1: a group is not closed"]
    );
    let requests = [
        Request::Details {
            row: crate::model::SpanRow(1),
        },
        Request::Text {
            row: crate::model::SpanRow(1),
            pointer: "raw".to_owned(),
        },
        Request::Previews {
            rows: vec![crate::model::SpanRow(1)],
        },
        Request::Summary,
        Request::Runs(RunsQuery {
            limit: 9,
            ..RunsQuery::default()
        }),
        Request::Spans {
            trace: crate::model::TraceRow(0),
        },
        Request::Headline {
            trace: crate::model::TraceRow(0),
            budget: Limit::default(),
        },
        Request::Search {
            query: "chat".to_owned(),
        },
        Request::SearchHits {
            offset: 0,
            limit: 9,
        },
        Request::Complete {
            text: "{ span.x.api_key = ".to_owned(),
            cursor: 19,
        },
        Request::Complete {
            text: "{ span.k = ".to_owned(),
            cursor: 11,
        },
        Request::Lint,
    ];
    let answer = |engine: &mut Engine, request: &Request| {
        let mut step = engine.handle(request.clone());
        loop {
            match step {
                Step::Done(reply, _) => {
                    let words = super::protocol::FromWorker::Reply { seq: 1, reply };
                    let bytes = engine.message(&words).unwrap();
                    return String::from_utf8_lossy(&bytes).into_owned();
                }
                Step::Read { ranges, pending } => {
                    let read = ranges.iter().map(|range| {
                        let from = range.offset as usize;
                        Ok(text.as_bytes()[from..from + range.len as usize].to_vec())
                    });
                    step = engine.resume(pending, read.collect());
                }
            }
        }
    };
    for request in &requests {
        let told = answer(&mut engine, request);
        for secret in ["abcdefghijklmnop", "ann@", "zzzz", "CUST-77"] {
            assert!(!told.contains(secret), "{secret} in {request:?}: {told}");
        }
    }
    let details = answer(&mut engine, &requests[0]);
    assert!(details.contains("051581bf3cb55c14"), "ids stay");
    mask(&mut engine, false);
    assert!(answer(&mut engine, &requests[0]).contains(KEY));
}
