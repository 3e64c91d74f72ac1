//! Searches and filters: what columns answer, and what is read for the rest.

use super::*;

/// Runs a whole background scan over `text` in pieces of 7 bytes.
fn scan(engine: &mut Engine, text: &str) -> crate::engine::protocol::SearchState {
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

fn search(engine: &mut Engine, query: &str) -> crate::engine::protocol::SearchState {
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

fn filter(engine: &mut Engine, text: &str) -> crate::engine::protocol::FilterState {
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
