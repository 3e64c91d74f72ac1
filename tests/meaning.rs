//! The meaning of every OTLP file of the corpus: kinds, calls, tools and tokens, compared with counts that another program
//! made.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use serde_json::{Map, Value, json};
use spanlight::analysis::calls::{CallRole, Calls, owner};
use spanlight::analysis::totals::{self, Totals};
use spanlight::ingest::Ingest;
use spanlight::model::{OperationKind, SpanRow, StoreBuilder, StrId, TraceStore};
use support::{corpus, expected, is_foreign, read};

const FIELDS: [&str; 12] = [
    "kinds",
    "llm_calls",
    "llm_wrapper_spans",
    "llm_twin_spans",
    "llm_calls_without_usage",
    "llm_errors",
    "tool_calls",
    "tool_errors",
    "tools",
    "tokens_per_model",
    "total_input",
    "total_output",
];

#[test]
fn counts_agree_with_those_of_another_program() {
    let expected = expected();
    let mut wrong = Vec::new();
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        let (store, _) = read("x", &sample.text, sample.text.len());
        let found = counts(&store);
        for name in FIELDS {
            let wanted = &expected[&sample.name][name];
            if found[name] != *wanted {
                wrong.push(format!(
                    "{} {name}: found {} wanted {wanted}",
                    sample.name, found[name]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_order_of_spans_or_files_changes_a_number() {
    let parts: Vec<_> = corpus()
        .into_iter()
        .filter(|sample| !is_foreign(&sample.name))
        .collect();
    let open = |order: &[usize]| {
        let mut ingest = Ingest::new(StoreBuilder::new());
        for (&at, source) in order.iter().zip(0..) {
            ingest.begin_source(source, "x", 0);
            ingest.push(&parts[at].text);
            ingest.end_source();
        }
        everything(&ingest.finish().0)
    };
    let forward: Vec<usize> = (0..parts.len()).collect();
    let backward: Vec<usize> = (0..parts.len()).rev().collect();
    let wanted = open(&forward);
    assert_eq!(open(&backward), wanted);

    // Added to an open document, one file after the other.
    let mut store = TraceStore::default();
    for (&at, source) in backward.iter().zip(0..) {
        let mut ingest = Ingest::new(store.to_builder());
        ingest.begin_source(source, "x", 0);
        ingest.push(&parts[at].text);
        ingest.end_source();
        store = ingest.finish().0;
    }
    assert_eq!(everything(&store), wanted);

    // Spans of one file in another order: documents of one span each, the last first.
    for sample in &parts {
        let (store, _) = read("x", &sample.text, sample.text.len());
        let whole = everything(&store);
        let mut spans = single_spans(&sample.text);
        for turn in 0..3 {
            let middle = spans.len() / 2;
            match turn {
                0 => spans.reverse(),
                1 => spans.rotate_left(middle),
                _ => spans.sort_by_key(String::len),
            }
            // Copies of a span: the last one stays, so their order is what it must be.
            if store.duplicate_count() == 0 {
                let text = spans.join("\n");
                let (store, _) = read("x", text.as_bytes(), 65_536);
                assert_eq!(everything(&store), whole, "{} {turn}", sample.name);
            }
        }
    }
}

#[test]
fn tokens_count_in_whatever_type_they_are_written_and_never_from_events_or_records() {
    let attribute = |key: &str, value: Value| json!({"key": key, "value": value});
    let input = "gen_ai.usage.input_tokens";
    let values = [
        json!({"intValue": "100"}),
        json!({"intValue": 100}),
        json!({"int_value": "100"}),
        json!({"doubleValue": 100.0}),
        json!({"doubleValue": "100"}),
        json!({"stringValue": "100"}),
    ];
    let usage = |value: &Value| {
        json!([
            attribute("gen_ai.operation.name", json!({"stringValue": "chat"})),
            attribute("gen_ai.request.model", json!({"stringValue": "m"})),
            attribute(input, value.clone()),
            attribute("gen_ai.usage.output_tokens", json!({"intValue": "7"})),
            // The same once more under an older name.
            attribute("gen_ai.usage.prompt_tokens", value.clone()),
        ])
    };
    let trace = format!("{:032}", 1);
    let spans: Vec<Value> = (values.iter().zip(1..))
        .map(|(value, number)| {
            json!({"traceId": trace, "spanId": format!("{number:016}"), "name": "chat m",
                "startTimeUnixNano": "10", "endTimeUnixNano": "20", "attributes": usage(value),
                "events": [{"name": "gen_ai.client.inference.operation.details", "timeUnixNano": "15",
                    "attributes": usage(value)}]})
        })
        .collect();
    let records: Vec<Value> = (values.iter().zip(1..))
        .map(|(value, number)| {
            json!({"traceId": trace, "spanId": format!("{number:016}"), "timeUnixNano": "15",
                "eventName": "gen_ai.client.inference.operation.details", "attributes": usage(value)})
        })
        .collect();
    let document = json!({
        "resourceSpans": [{"scopeSpans": [{"scope": {"name": "x"}, "spans": spans}]}],
        "resourceLogs": [{"scopeLogs": [{"scope": {"name": "x"}, "logRecords": records}]}],
    });
    let (store, _) = read("x", document.to_string().as_bytes(), 4096);
    let found = counts(&store);
    assert_eq!(store.all_logs().len(), 6);
    assert_eq!(
        (&found["total_input"], &found["total_output"]),
        (&json!(600), &json!(42))
    );
    assert_eq!(found["tokens_per_model"]["m"]["calls"], 6);
    assert_eq!(
        (&found["llm_calls"], &found["llm_calls_without_usage"]),
        (&json!(6), &json!(0))
    );
}

/// Every number of a document, and what each span means by its id.
fn everything(store: &TraceStore) -> String {
    let calls = Calls::new(store);
    let mut spans = Vec::new();
    for row in (0..store.rows()).map(SpanRow) {
        let text = |id: Option<StrId>| id.map(|id| store.text(id).to_owned());
        let role = calls.role(row).map(|role| match role {
            CallRole::TwinOf(kept) => format!("twin of {:?}", store.span_id_text(kept)),
            role => format!("{role:?}"),
        });
        let meaning = store.meaning(row);
        spans.push(format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {role:?}",
            store.span_id_text(row),
            meaning.kind,
            text(meaning.model()),
            text(owner(store, row)),
            store.tool(row),
            calls.usage(store, row),
            store.reported_cost(row),
        ));
    }
    for trace in store.traces() {
        let named = [trace.session, trace.user];
        let named = named.map(|named| named.map(|named| store.text(named.text)));
        spans.push(format!("{} {named:?}", store.trace_id_text(trace)));
    }
    format!("{:#}\n{}", counts(store), spans.join("\n"))
}

/// Each span of a text as a document of its own.
fn single_spans(text: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    for document in serde_json::Deserializer::from_slice(text).into_iter::<Value>() {
        take_spans(&document.unwrap(), &mut all);
    }
    all
}

fn take_spans(value: &Value, out: &mut Vec<String>) {
    if let Some(list) = value.as_array() {
        for value in list {
            take_spans(value, out);
        }
    }
    let list = |value: &Value, names: &[&str]| -> Vec<Value> {
        let found = names.iter().find_map(|name| value[*name].as_array());
        found.cloned().unwrap_or_default()
    };
    let value = value.get("trace").unwrap_or(value);
    for resource in list(value, &["resourceSpans", "resource_spans", "batches"]) {
        for scope in list(
            &resource,
            &["scopeSpans", "scope_spans", "instrumentationLibrarySpans"],
        ) {
            for span in list(&scope, &["spans"]) {
                let name = &scope["scope"];
                let document = json!({"resourceSpans": [{
                    "resource": resource["resource"], "scopeSpans": [{"scope": name, "spans": [span]}],
                }]});
                out.push(document.to_string());
            }
        }
    }
}

/// The counts of a document in the words of `expected.json`.
fn counts(store: &TraceStore) -> Value {
    let calls = Calls::new(store);
    let rows = 0..store.rows();
    let totals = Totals::new(store, &calls, rows.clone());
    let kinds: Map<String, Value> = OperationKind::ALL
        .into_iter()
        .zip(totals.kinds)
        .filter(|&(_, count)| count > 0)
        .map(|(kind, count)| (kind.as_str().to_owned(), count.into()))
        .collect();
    let models: Map<String, Value> = totals::models(store, &calls, &rows)
        .into_iter()
        .map(|(model, (calls, usage))| {
            let usage = json!({
                "calls": calls,
                "input": usage.input.value().unwrap_or(0),
                "output": usage.output.value().unwrap_or(0),
                "cache_read": usage.cache_read.value().unwrap_or(0),
                "cache_write": usage.cache_write.value().unwrap_or(0),
                "reasoning": usage.reasoning.value().unwrap_or(0),
            });
            let name = model.map_or("unknown", |id| store.text(id));
            (name.to_owned(), usage)
        })
        .collect();
    json!({
        "kinds": kinds,
        "llm_calls": totals.llm_calls,
        "llm_wrapper_spans": calls.wrapper_count(),
        "llm_twin_spans": calls.twin_count(),
        "llm_calls_without_usage": totals.calls_without_usage,
        "llm_errors": totals.llm_errors,
        "tool_calls": totals.tool_calls,
        "tool_errors": totals.tool_errors,
        "tools": totals::tools(store, rows),
        "tokens_per_model": models,
        "total_input": totals.usage.input.value().unwrap_or(0),
        "total_output": totals.usage.output.value().unwrap_or(0),
    })
}

/// Time in ms, name and attributes of a log record.
type Told<'a> = (u64, &'a str, &'a [(&'a str, &'a str)]);

/// Log records of a session: time in ms, name, attributes; numbers as texts, as both agents write them.
fn events(session: &str, records: &[Told<'_>]) -> Vec<Value> {
    let attribute = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let records = records.iter().map(|(time, name, attributes)| {
        let mut all = vec![attribute("event.name", name)];
        let key = if name.starts_with("codex") {
            "conversation.id"
        } else {
            "session.id"
        };
        all.push(attribute(key, session));
        all.extend(attributes.iter().map(|(key, value)| attribute(key, value)));
        json!({"timeUnixNano": (time * 1_000_000).to_string(), "attributes": all})
    });
    records.collect()
}

fn log_file(records: &[Value]) -> String {
    json!({"resourceLogs": [{"scopeLogs": [{"scope": {"name": "events"}, "logRecords": records}]}]})
        .to_string()
}

fn claude_code() -> Vec<Value> {
    let request: [(&str, &str); 7] = [
        ("model", "claude-sonnet-4-6"),
        ("input_tokens", "50"),
        ("output_tokens", "5"),
        ("cache_read_tokens", "30"),
        ("cache_creation_tokens", "20"),
        ("cost_usd", "0.01"),
        ("duration_ms", "400"),
    ];
    events(
        "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        &[
            (1_000, "claude_code.user_prompt", &[("prompt", "fix it")]),
            (1_500, "claude_code.api_request", &request),
            (
                1_600,
                "claude_code.tool_decision",
                &[("tool_name", "Bash"), ("decision", "accept")],
            ),
            (
                1_900,
                "claude_code.tool_result",
                &[
                    ("tool_name", "Bash"),
                    ("success", "true"),
                    ("duration_ms", "250"),
                ],
            ),
            (2_600, "claude_code.api_request", &request),
            (
                2_700,
                "claude_code.tool_result",
                &[
                    ("tool_name", "Read"),
                    ("success", "false"),
                    ("error", "no such file"),
                ],
            ),
            (
                3_000,
                "claude_code.api_error",
                &[("model", "claude-sonnet-4-6"), ("error", "overloaded")],
            ),
        ],
    )
}

#[test]
fn events_of_agents_without_spans_are_runs() {
    let records = claude_code();
    let (store, report) = read("x", log_file(&records).as_bytes(), 512);
    assert_eq!(
        (
            store.traces().len(),
            store.span_count(),
            store.all_logs().len()
        ),
        (1, 8, 7)
    );
    assert_eq!(store.duplicate_count(), 0);
    let root = SpanRow(0);
    assert_eq!(
        (store.name(root), store.start(root).0),
        ("Claude Code", 1_000_000_000)
    );
    assert_eq!(store.end(root).map(|end| end.0), Some(3_000_000_000));
    assert_eq!(
        store.trace_id_text(&store.traces()[0]),
        "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    );
    let found = counts(&store);
    assert_eq!(
        found["kinds"],
        json!({"agent": 1, "llm": 3, "tool": 2, "event": 2})
    );
    assert_eq!(
        (&found["llm_calls"], &found["llm_errors"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(
        (&found["tool_calls"], &found["tool_errors"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(found["tools"], json!({"Bash": 1, "Read": 1}));
    let usage = json!({"calls": 2, "input": 200, "output": 10, "cache_read": 60, "cache_write": 40, "reasoning": 0});
    assert_eq!(found["tokens_per_model"]["claude-sonnet-4-6"], usage);
    assert!(
        report
            .warnings()
            .any(|warning| warning.example.contains("Claude Code"))
    );
    let agents = totals::agents(&store, 0..store.rows());
    let agents: Vec<_> = agents
        .iter()
        .map(|(&id, &count)| (store.text(id), count))
        .collect();
    assert_eq!(agents, [("Claude Code", 1)]);

    let codex = events(
        "c-1",
        &[
            (
                1,
                "codex.sse_event",
                &[
                    ("event.kind", "response.output_text.delta"),
                    ("model", "gpt-5-codex"),
                ],
            ),
            (
                9,
                "codex.sse_event",
                &[
                    ("event.kind", "response.completed"),
                    ("model", "gpt-5-codex"),
                    ("input_token_count", "50"),
                    ("output_token_count", "9"),
                    ("cached_token_count", "30"),
                    ("reasoning_token_count", "4"),
                ],
            ),
            (
                12,
                "codex.tool_result",
                &[
                    ("tool_name", "shell"),
                    ("call_id", "call_1"),
                    ("success", "true"),
                    ("duration_ms", "2"),
                ],
            ),
        ],
    );
    let (store, _) = read("x", log_file(&codex).as_bytes(), 512);
    let found = counts(&store);
    let usage = json!({"calls": 1, "input": 50, "output": 9, "cache_read": 30, "cache_write": 0, "reasoning": 4});
    assert_eq!(found["tokens_per_model"], json!({"gpt-5-codex": usage}));
    assert_eq!(found["kinds"], json!({"agent": 1, "llm": 1, "tool": 1}));
}

#[test]
fn events_of_agents_add_nothing_where_spans_tell_of_the_session() {
    let span = json!({"traceId": format!("{:032}", 1), "spanId": format!("{:016}", 2), "name": "claude_code.llm_request",
        "startTimeUnixNano": "1000000", "endTimeUnixNano": "1500000000", "attributes": [
            {"key": "session.id", "value": {"stringValue": "7c9e6679-7425-40de-944b-e07fc1f90ae7"}},
            {"key": "model", "value": {"stringValue": "claude-sonnet-4-6"}},
            {"key": "input_tokens", "value": {"intValue": "50"}},
            {"key": "output_tokens", "value": {"intValue": "5"}}]});
    let spans =
        json!({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "x"}, "spans": [span]}]}]})
            .to_string();
    let records = log_file(&claude_code());
    let one = |order: &[&String]| {
        let mut ingest = Ingest::new(StoreBuilder::new());
        for (text, source) in order.iter().zip(0..) {
            ingest.begin_source(source, "x", 0);
            ingest.push(text.as_bytes());
            ingest.end_source();
        }
        ingest.finish().0
    };
    let after = |order: &[&String]| {
        let mut store = TraceStore::default();
        for (text, source) in order.iter().zip(0..) {
            let mut ingest = Ingest::new(store.to_builder());
            ingest.begin_source(source, "x", 0);
            ingest.push(text.as_bytes());
            ingest.end_source();
            store = ingest.finish().0;
        }
        store
    };
    for store in [
        one(&[&spans, &records]),
        one(&[&records, &spans]),
        after(&[&spans, &records]),
        after(&[&records, &spans]),
    ] {
        assert_eq!(
            (
                store.traces().len(),
                store.span_count(),
                store.all_logs().len()
            ),
            (1, 1, 7)
        );
        assert_eq!(counts(&store)["total_input"], 50);
    }
    // In two parts, in any order, and delivered twice: the same session.
    let whole = everything(&one(&[&records]));
    let (first, second) = (log_file(&claude_code()[..3]), log_file(&claude_code()[3..]));
    for order in [[&first, &second], [&second, &first], [&second, &records]] {
        assert_eq!(everything(&one(&order)), whole);
        assert_eq!(everything(&after(&order)), whole);
    }
}
