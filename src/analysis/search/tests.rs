use super::*;
use crate::analysis::calls::Calls;
use crate::analysis::cost::Costs;
use crate::analysis::filter::{Columns, Filter};
use crate::model::{
    AttrId, EventInput, LogInput, SourceRange, SpanInput, SpanKind, StatusCode, StoreBuilder,
    TraceRow, WireSpanId, WireTraceId,
};

/// A document of a few spans, and their JSON as one source.
struct Fixture {
    builder: StoreBuilder,
    source: Vec<u8>,
}

struct Given<'a> {
    trace: &'a str,
    id: &'a str,
    parent: Option<&'a str>,
    name: &'a str,
    service: &'a str,
    status: StatusCode,
    attributes: &'a [(&'a str, &'a str)],
    /// Name and exception type.
    event: Option<(&'a str, Option<&'a str>)>,
    json: &'a str,
}

const PLAIN: Given<'static> = Given {
    trace: "5b8aa5a2d2c872e8321cf37308d69df2",
    id: "051581bf3cb55c13",
    parent: None,
    name: "chat",
    service: "agent",
    status: StatusCode::Unset,
    attributes: &[],
    event: None,
    json: "{}",
};

impl Fixture {
    fn new() -> Self {
        Self {
            builder: StoreBuilder::new(),
            source: b"{\"spans\":[".to_vec(),
        }
    }

    fn add(&mut self, given: &Given<'_>) {
        let builder = &mut self.builder;
        let resource = builder.begin_resource();
        let json =
            r#"{"attributes":[{"key":"deployment.environment","value":{"stringValue":"Prod"}}]}"#;
        builder.set_resource(resource, json, Some(given.service));
        let scope = builder.begin_scope(resource);
        builder.set_scope(scope, "", "langgraph", "1.0");
        let attributes: Vec<AttrId> = (given.attributes.iter())
            .map(|&(key, value)| {
                let key = builder.dictionary().key(key);
                builder.dictionary().pair(key, value)
            })
            .collect();
        let events: Vec<EventInput> = (given.event.iter())
            .map(|&(name, exception)| EventInput {
                time: Some(5),
                name: builder.strings().intern(name),
                exception_type: exception.map(|text| builder.strings().intern(text)),
            })
            .collect();
        let offset = self.source.len() as u64;
        self.source.extend_from_slice(given.json.as_bytes());
        self.source.extend_from_slice(b" ,\n");
        let name = builder.strings().intern(given.name);
        let time = i64::try_from(offset).unwrap();
        let (trace, id) = (
            WireTraceId::parse(given.trace, builder.strings()),
            WireSpanId::parse(given.id, builder.strings()),
        );
        let parent = (given.parent).and_then(|id| WireSpanId::parse(id, builder.strings()));
        let input = SpanInput {
            trace,
            id,
            parent,
            name,
            kind: SpanKind::Client,
            status: given.status,
            start: Some(time),
            end: Some(time + 10),
            scope,
            source: SourceRange {
                source: 0,
                offset,
                len: given.json.len() as u32,
            },
            attributes: &attributes,
            events: &events,
            links: &[],
            recorded: crate::model::Recorded::default(),
        };
        // As the reader does for a trace state.
        if given.json.contains("traceState\":\"r") {
            builder.push_span_with_text(input);
        } else {
            builder.push_span(input);
        }
    }

    /// Adds a log record that names a span.
    fn add_log(&mut self, trace: &str, id: &str, json: &str) {
        let builder = &mut self.builder;
        let resource = builder.begin_resource();
        builder.set_resource(resource, "{}", None);
        let scope = builder.begin_scope(resource);
        let offset = self.source.len() as u64;
        self.source.extend_from_slice(json.as_bytes());
        self.source.extend_from_slice(b",");
        let log = LogInput {
            time: None,
            trace: WireTraceId::parse(trace, builder.strings()),
            span: WireSpanId::parse(id, builder.strings()),
            severity: 0,
            name: builder.strings().intern(""),
            scope,
            source: SourceRange {
                source: 0,
                offset,
                len: json.len() as u32,
            },
        };
        builder.push_log(log);
    }

    fn finish(self) -> (TraceStore, Vec<u8>) {
        (self.builder.finish(), self.source)
    }
}

/// Names of the hits of the columns, and how many rows are still open.
fn columns(store: &TraceStore, query: &str) -> (Vec<String>, u32) {
    let search = Search::new(store, query);
    let names = search.hits().iter().map(|row| store.name(row).to_owned());
    (names.collect(), search.open_rows())
}

/// Names of all hits, the source read in pieces of `piece` bytes.
fn all(store: &TraceStore, source: &[u8], query: &str, piece: usize) -> Vec<String> {
    read_all(store, source, &mut Search::new(store, query), piece)
}

fn read_all(store: &TraceStore, source: &[u8], search: &mut Found, piece: usize) -> Vec<String> {
    let order = SourceRows::new(store);
    for number in search.sources(store) {
        assert_eq!(number, 0);
        let mut scan = search.scan(store, &order, number);
        let mut found = Vec::new();
        for chunk in source.chunks(piece) {
            assert!(!scan.is_done() || scan.position() > 0);
            scan.push(store, chunk, &mut found);
        }
        assert!(scan.is_done());
        search.add(store, &mut found);
    }
    search.finish();
    assert!(search.is_complete());
    search
        .hits()
        .iter()
        .map(|row| store.name(row).to_owned())
        .collect()
}

fn fixture() -> (TraceStore, Vec<u8>) {
    let mut fixture = Fixture::new();
    fixture.add(&Given {
        name: "Plan Trip",
        attributes: &[("gen_ai.request.model", "gpt-4o"), ("retries", "3")],
        ..PLAIN
    });
    fixture.add(&Given {
        name: "search_flights",
        id: "aaaa81bf3cb55c99",
        service: "Tools",
        status: StatusCode::Error,
        event: Some(("exception", Some("TimeoutError"))),
        json: r#"{"name":"search_flights","status":{"code":2,"message":"No seats \"left\" in caf\u00e9"},
            "events":[{"attributes":[{"key":"exception.message","value":{"stringValue":"took too long"}}]}]}"#,
        ..PLAIN
    });
    let long = format!("the weather is {}fine", "very ".repeat(60));
    let json =
        format!(r#"{{"attributes":[{{"key":"prompt","value":{{"stringValue":"{long}"}}}}]}}"#);
    fixture.add(&Given {
        name: "answer",
        id: "odd-id-7",
        trace: "11111111111111111111111111111111",
        attributes: &[("prompt", &long), ("Model", "Opus")],
        json: &json,
        ..PLAIN
    });
    fixture.finish()
}

#[track_caller]
fn assert_columns(query: &str, names: &[&str], open: u32) {
    let (store, _) = fixture();
    let (found, left) = columns(&store, query);
    assert_eq!(
        (found.iter().map(String::as_str).collect::<Vec<_>>(), left),
        (names.to_vec(), open),
        "{query}"
    );
}

#[test]
fn an_empty_query_matches_nothing() {
    assert_columns("", &[], 0);
    assert_columns("   ", &[], 0);
}

#[test]
fn columns_answer_names_keys_values_and_services() {
    // Two rows have texts in the source alone.
    assert_columns("plan trip", &["Plan Trip"], 2);
    assert_columns("REQUEST.model", &["Plan Trip"], 2);
    assert_columns("gpt-4O", &["Plan Trip"], 2);
    assert_columns("tools", &["search_flights"], 1);
    assert_columns("timeouterror", &["search_flights"], 1);
    assert_columns("exception", &["search_flights"], 1);
    assert_columns("langgraph", &["Plan Trip", "search_flights", "answer"], 0);
    assert_columns("opus", &["answer"], 1);
    assert_columns("production", &[], 2);
}

#[test]
fn ids_are_found_in_whole_and_in_part() {
    assert_columns("051581bf3cb55c13", &["Plan Trip"], 2);
    assert_columns("051581BF", &["Plan Trip"], 2);
    assert_columns("BRWBvzy1XBM=", &["Plan Trip"], 2);
    assert_columns("81bf3cb55c", &["Plan Trip", "search_flights"], 1);
    assert_columns("5c99", &["search_flights"], 1);
    assert_columns("dd-id-7", &["answer"], 1);
    assert_columns("5b8aa5a2d2c872e8321cf37308d69df2", &["Plan Trip"], 2);
}

#[test]
fn pairs_ask_for_an_attribute() {
    assert_columns("retries=3", &["Plan Trip"], 0);
    assert_columns("retries=4", &[], 0);
    assert_columns("RETRIES=", &["Plan Trip"], 0);
    assert_columns("gen_ai.request.model=GPT", &["Plan Trip"], 0);
    assert_columns("gen_ai.request.model=\"GPT-4o\"", &[], 0);
    assert_columns("gen_ai.request.model=\"gpt-4o\"", &["Plan Trip"], 0);
    assert_columns("prompt=weather", &[], 1);
    assert_columns("prompt=", &["answer"], 0);
    assert_columns(
        "deployment.environment=prod",
        &["Plan Trip", "search_flights", "answer"],
        0,
    );
    assert_columns("deployment.environment=dev", &[], 0);
    assert_columns("model=opus", &["answer"], 0);
}

#[test]
fn fields_need_no_attribute() {
    assert_columns("service=tool", &["search_flights"], 0);
    assert_columns("service=\"tool\"", &[], 0);
    assert_columns("name=plan", &["Plan Trip"], 0);
    assert_columns("status=error", &["search_flights"], 0);
    assert_columns("status=unset", &["Plan Trip", "answer"], 0);
    assert_columns("kind=client", &["Plan Trip", "search_flights", "answer"], 0);
    assert_columns("kind=server", &[], 0);
}

#[test]
fn a_trace_state_is_found_in_the_source() {
    let mut fixture = Fixture::new();
    for (id, name, json) in [
        ("01", "with", r#"{"traceState":"rojo=00f067aa0ba902b7"}"#),
        ("02", "empty", r#"{"name":"rojoo","traceState":""}"#),
    ] {
        fixture.add(&Given {
            id,
            name,
            json,
            ..PLAIN
        });
    }
    let (store, source) = fixture.finish();
    for store in [store.to_builder().finish(), store] {
        assert_eq!(columns(&store, "Rojo=").1, 1);
        assert_eq!(all(&store, &source, "rojo", 7), ["with"]);
        assert_eq!(all(&store, &source, "00f067aa0ba902b7", 64), ["with"]);
    }
}

#[test]
fn the_source_answers_the_rest_in_any_chunking() {
    let (store, source) = fixture();
    for (query, names) in [
        ("no seats \"LEFT\"", vec!["search_flights"]),
        ("in CAFÉ", vec!["search_flights"]),
        ("took too", vec!["search_flights"]),
        ("exception.message=LONG", vec!["search_flights"]),
        ("exception.message=short", vec![]),
        ("very fine", vec!["answer"]),
        ("prompt=weather", vec!["answer"]),
        ("stringValue", vec![]),
        ("attributes", vec![]),
        ("e", vec!["Plan Trip", "search_flights", "answer"]),
    ] {
        for piece in [1, 7, 64, 100_000] {
            assert_eq!(
                all(&store, &source, query, piece),
                names,
                "{query} by {piece}"
            );
        }
    }
}

#[test]
fn log_records_are_found_at_the_span_they_name() {
    let mut fixture = Fixture::new();
    let record = |body: &str| {
        format!(
            r#"{{"severityText":"INFO","body":{{"kvlistValue":{{"values":[{{"key":"content","value":
            {{"stringValue":"{body}"}}}}]}}}},"attributes":[{{"key":"log.file","value":{{"stringValue":"a.txt"}}}}]}}"#
        )
    };
    fixture.add_log(PLAIN.trace, "051581bf3cb55c13", &record("before its span"));
    fixture.add(&PLAIN);
    fixture.add(&Given {
        name: "other",
        id: "aaaa81bf3cb55c99",
        json: r#"{"name":"other"}"#,
        ..PLAIN
    });
    fixture.add_log(PLAIN.trace, "aaaa81bf3cb55c99", &record("one"));
    fixture.add_log(PLAIN.trace, "aaaa81bf3cb55c99", &record("two tulips"));
    fixture.add_log(
        PLAIN.trace,
        "bbbb81bf3cb55c99",
        &record("of no span: tulips"),
    );
    let (store, source) = fixture.finish();
    for (query, names) in [
        ("before ITS", vec!["chat"]),
        ("Tulips", vec!["other"]),
        ("a.txt", vec!["chat", "other"]),
        ("log.file", vec!["chat", "other"]),
        ("kvlistValue", vec![]),
        ("nowhere", vec![]),
    ] {
        for piece in [1, 7, 64, 100_000] {
            let found = all(&store, &source, query, piece);
            assert_eq!(found, names, "{query} by {piece}");
        }
    }
    // The free text of a filter is sought there as well, its conditions are not.
    let (calls, costs) = (Calls::default(), Costs::default());
    let columns = Columns::new(&store, &calls, &costs);
    for (filter, names) in [
        ("tulips", vec!["other"]),
        ("{ .log.file = \"a.txt\" }", vec![]),
    ] {
        let mut found = Filter::parse(filter).unwrap().matches(&store, &columns);
        assert_eq!(read_all(&store, &source, &mut found, 64), names, "{filter}");
    }
}

#[test]
fn a_text_of_a_resource_is_found_where_its_spans_begin() {
    let mut fixture = Fixture::new();
    fixture.add(&PLAIN);
    fixture.add(&Given {
        id: "aaaa81bf3cb55c99",
        parent: Some(PLAIN.id),
        ..PLAIN
    });
    fixture.add(&Given {
        id: "bbbb81bf3cb55c99",
        parent: Some("cccc81bf3cb55c99"),
        name: "orphan",
        ..PLAIN
    });
    let (store, source) = fixture.finish();
    for query in ["DEPLOYMENT.env", "prod"] {
        let search = Search::new(&store, query);
        let names: Vec<&str> = search.hits().iter().map(|row| store.name(row)).collect();
        assert_eq!(names, ["chat", "orphan"], "{query}");
        assert_eq!(search.matched(&store, SpanRow(0)), "resource", "{query}");
    }
    assert_eq!(
        all(&store, &source, "stringValue", 64),
        Vec::<String>::new()
    );
}

#[test]
fn hits_can_be_stepped_through_and_counted() {
    let (store, _) = fixture();
    let search = Search::new(&store, "langgraph");
    let row = |number| search.nth(number);
    assert_eq!((search.count(), search.runs().len()), (3, 2));
    assert_eq!(search.next(None, true), row(0));
    assert_eq!(search.next(None, false), row(2));
    assert_eq!(search.next(row(0), true), row(1));
    assert_eq!(
        search.next(row(2), true),
        row(0),
        "from the end to the beginning"
    );
    assert_eq!(search.next(row(0), false), row(2));
    assert_eq!(search.rank(row(2).unwrap()), 2);
    assert_eq!(search.count_in(0..2), 2);
    assert_eq!(search.hits_of_trace(&store, TraceRow(0)), 2);
    let nothing = Search::new(&store, "nothing at all");
    assert_eq!(
        (
            nothing.next(None, true),
            nothing.next(Some(SpanRow(1)), false)
        ),
        (None, None)
    );
}

#[test]
fn a_hit_says_where_it_matches() {
    let (store, _) = fixture();
    for (query, place) in [
        ("trip", "name"),
        ("051581bf", "id"),
        ("5b8aa5a2d2c8", "trace id"),
        ("gpt", "gen_ai.request.model"),
        ("retries=3", "retries"),
        ("agent", "service"),
        ("langgraph", "scope"),
        ("kind=client", "kind"),
        ("service=agent", "service"),
        ("deployment.environment=prod", "deployment.environment"),
        ("exception", ""),
    ] {
        let search = Search::new(&store, query);
        assert_eq!(search.matched(&store, SpanRow(0)), place, "{query}");
    }
    let search = Search::new(&store, "timeout");
    assert_eq!(search.matched(&store, SpanRow(1)), "exception.type");
}

#[test]
fn placeholders_never_match() {
    let store = crate::model::text::parse("lost 1..2 parent=abcdef12 id=7").finish();
    assert_eq!(Search::new(&store, "abcdef12").count(), 0);
    assert_eq!(Search::new(&store, "status=unset").count(), 1);
    assert_eq!(Search::new(&store, "name=").count(), 1);
}

#[test]
fn an_empty_document_has_no_hits() {
    let store = TraceStore::default();
    for query in ["a", "a=b", "status=error", "deadbeef", ""] {
        let search = Search::new(&store, query);
        assert!(search.is_complete() && search.count() == 0);
    }
}
