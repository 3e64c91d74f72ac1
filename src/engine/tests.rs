//! The engine as the worker uses it.

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

fn open(engine: &mut Engine, append: bool, text: &str) -> Reply {
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

/// Runs a whole background scan over `text` in pieces of 7 bytes.
fn scan(engine: &mut Engine, text: &str) -> super::protocol::SearchState {
    match read(engine, Background::Search, text) {
        Some(Notice::Search(state)) => state,
        other => panic!("{other:?}"),
    }
}

fn read(engine: &mut Engine, which: Background, text: &str) -> Option<Notice> {
    let mut last = None;
    while let Some(mut job) = engine.background_scan(which) {
        assert!(engine.background_scan(which).is_none(), "one at a time");
        for piece in text.as_bytes().chunks(7) {
            last = engine.background_chunk(&mut job, piece);
        }
        last = engine.background_end(&job).or(last);
    }
    last
}

fn search(engine: &mut Engine, query: &str) -> super::protocol::SearchState {
    let query = query.to_owned();
    match done(engine.handle(Request::Search { query })) {
        Reply::Search(state) => state,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_search_answers_from_columns_and_scans_for_the_rest() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    assert_eq!(search(&mut engine, "CHAT").hits, 1);
    let Reply::Hit(Some(hit)) = done(engine.handle(Request::SearchStep {
        from: None,
        forward: true,
    })) else {
        panic!("hit")
    };
    assert_eq!(
        (hit.name.as_str(), hit.run.as_str(), hit.number),
        ("chat", "run", 0)
    );
    assert_eq!(hit.matched, "name");

    let first = search(&mut engine, "boom");
    assert!(
        !first.complete,
        "a status message stands in the source only"
    );
    let last = scan(&mut engine, CHAT);
    assert_eq!((last.hits, last.runs, last.complete), (1, 1, true));
    assert_eq!(last.scanned_bytes, last.total_bytes);

    let query = RunsQuery {
        limit: 1,
        ..RunsQuery::default()
    };
    let Reply::Runs(page) = done(engine.handle(Request::Runs(query))) else {
        panic!("runs")
    };
    assert_eq!(page.rows[0].hits, 1);
}

#[test]
fn a_newer_search_ends_an_older_one() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    search(&mut engine, "boom");
    let mut job = engine.background_scan(Background::Search).unwrap();
    search(&mut engine, "boo");
    assert_eq!(engine.background_chunk(&mut job, b"{"), None);
    assert_eq!(engine.background_end(&job), None);
    assert_eq!(
        scan(&mut engine, CHAT).hits,
        1,
        "the newer one is still there"
    );
    assert!(search(&mut engine, "  ").complete);
    assert!(engine.background_scan(Background::Search).is_none());
}

fn filter(engine: &mut Engine, text: &str) -> super::protocol::FilterState {
    let text = text.to_owned();
    match done(engine.handle(Request::Filter { text })) {
        Reply::Filter(state) => state,
        other => panic!("{other:?}"),
    }
}

fn matched(engine: &mut Engine, filter: &str) -> u32 {
    let query = RunsQuery {
        filter: filter.to_owned(),
        limit: 9,
        ..RunsQuery::default()
    };
    match done(engine.handle(Request::Runs(query))) {
        Reply::Runs(page) => page.matched,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_filter_answers_from_columns_and_reads_the_rest() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    let state = filter(&mut engine, "{ name = chat }");
    assert_eq!((state.spans, state.runs, state.complete), (1, 1, true));
    assert_eq!(matched(&mut engine, "{ name = chat }"), 1);
    let state = filter(&mut engine, "{ statusMessage =~ \".*boom.*\" }");
    assert!(
        !state.complete,
        "a status message stands in the source only"
    );
    assert_eq!(matched(&mut engine, &state.text), 0);
    let Some(Notice::Filter(last)) = read(&mut engine, Background::Filter, CHAT) else {
        panic!("filter")
    };
    assert_eq!((last.spans, last.runs, last.complete), (1, 1, true));
    assert_eq!(last.scanned_bytes, last.total_bytes);
    assert_eq!(matched(&mut engine, &last.text), 1);

    // What is no filter leaves the one before, and says where it fails.
    let state = filter(&mut engine, "{ name = ");
    let problem = state.problem.unwrap();
    assert_eq!((problem.column, state.spans), (10, 1));
    assert_eq!(matched(&mut engine, "{ name = "), 1);
    assert_eq!(matched(&mut engine, "nothing has this"), 0);
    assert_eq!(filter(&mut engine, " ").runs, 1);
    assert_eq!(matched(&mut engine, ""), 1);
}

#[test]
fn hits_are_those_that_pass_the_filter() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    let all = search(&mut engine, "name=");
    assert_eq!((all.hits, all.runs), (2, 1));
    filter(&mut engine, "{ name = chat }");
    let some = search(&mut engine, "name=");
    assert_eq!((some.hits, some.complete), (1, true));
    let step = Request::SearchStep {
        from: None,
        forward: false,
    };
    let Reply::Hit(Some(hit)) = done(engine.handle(step)) else {
        panic!("hit")
    };
    assert_eq!((hit.name.as_str(), hit.number), ("chat", 0));
    // What a scan finds is narrowed as well.
    assert_eq!(search(&mut engine, "boom").hits, 0);
    assert_eq!(scan(&mut engine, CHAT).hits, 1);
    filter(&mut engine, "{ name = run }");
    assert_eq!(search(&mut engine, "boom").hits, 0);
    filter(&mut engine, "");
    assert_eq!(search(&mut engine, "boom").hits, 1);
}

#[test]
fn a_filter_holds_when_prices_are_others() {
    let mut engine = Engine::new();
    open(&mut engine, false, CHAT);
    filter(&mut engine, "{ name = chat }");
    let set = Request::SetPrices {
        text: "m\t\t3\t4".to_owned(),
        add: false,
        assume: false,
    };
    assert!(matches!(done(engine.handle(set)), Reply::Prices(_)));
    let holds = engine
        .document
        .filtering
        .as_ref()
        .map(|at| at.found.count());
    assert_eq!(holds, Some(1));
}

#[test]
fn a_filter_is_completed_from_the_document() {
    let mut engine = Engine::new();
    let complete = |engine: &mut Engine, text: &str| {
        let cursor = text.len() as u32;
        let text = text.to_owned();
        done(engine.handle(Request::Complete { text, cursor }))
    };
    assert!(matches!(complete(&mut engine, "{ na"), Reply::Failed(_)));
    open(&mut engine, false, CHAT);
    let Reply::Completion(list) = complete(&mut engine, "{ name = \"ch") else {
        panic!("completion")
    };
    assert_eq!(
        (list.from, list.candidates[0].text.as_str()),
        (9, "\"chat\"")
    );
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
