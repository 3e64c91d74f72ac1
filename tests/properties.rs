//! What holds for any input: chunking, order, damage, and a second reading of generated documents.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use spanlight::ingest::report::WarningKind;
use spanlight::model::SpanRow;
use spanlight::model::{TraceStore, text};
use std::sync::LazyLock;
use support::{Sample, corpus, is_foreign, oracle, read, read_pieces};

/// The smaller files of the corpus: what is tried a hundred times must be quick.
static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let mut samples = corpus();
    samples.retain(|sample| !is_foreign(&sample.name) && sample.text.len() < 110_000);
    samples
});

fn any_sample() -> impl Strategy<Value = &'static Sample> {
    (0..SAMPLES.len()).prop_map(|at| &SAMPLES[at])
}

/// Cuts a text at the given shares of its length.
fn pieces<'a>(text: &'a [u8], shares: &[f64]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = shares
        .iter()
        .map(|share| (share * text.len() as f64) as usize)
        .collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|pair| &text[pair[0]..pair[1]])
        .collect()
}

/// Everything a store and its report say.
fn picture(name: &str, pieces: &[&[u8]]) -> String {
    let (store, report) = read_pieces(name, pieces.iter().copied());
    let dictionary = store.dictionary();
    let pairs: Vec<_> = dictionary
        .pairs()
        .map(|(id, ..)| dictionary.value_text(id))
        .collect();
    format!(
        "{}{report:#?}{pairs:?}{:?}",
        text::dump(&store),
        oracle::stored(&store)
    )
}

/// Spans whose text ends at or before a byte.
fn spans_before(store: &TraceStore, end: usize) -> usize {
    let rows = (0..store.rows()).map(SpanRow);
    rows.filter_map(|row| store.source(row))
        .filter(|range| range.offset + u64::from(range.len) <= end as u64)
        .count()
}

/// Text as a producer might put into a span, with what a parser stumbles over.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z._]{0,20}",
        1 => Just("\\".to_owned()),
        1 => Just("ends in an escaped backslash \\".to_owned()),
        1 => Just("</script><img src=x onerror=alert(1)>".to_owned()),
        1 => Just("resourceSpans".to_owned()),
        1 => Just("{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}}".to_owned()),
        2 => "\\PC{0,60}",
        1 => "[\\x00-\\x7F]{0,200}",
        1 => "[\u{80}-\u{10FFFF}]{0,40}",
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        5 => any_text().prop_map(|text| json!({"stringValue": text})),
        1 => any_text().prop_map(|text| json!({"string_value": text})),
        2 => any::<i64>().prop_map(|number| json!({"intValue": number.to_string()})),
        1 => any::<i64>().prop_map(|number| json!({"intValue": number})),
        1 => any::<bool>().prop_map(|flag| json!({"boolValue": flag})),
        1 => (-1e9..1e9).prop_map(|number| json!({"doubleValue": number})),
        1 => Just(json!({})),
        1 => Just(Value::Null),
    ];
    scalar.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|values| json!({"arrayValue": {"values": values}})),
            proptest::collection::vec((any_text(), inner), 0..3).prop_map(|pairs| {
                let pairs = pairs
                    .into_iter()
                    .map(|(key, value)| json!({"key": key, "value": value}));
                json!({"kvlistValue": {"values": pairs.collect::<Vec<_>>()}})
            }),
        ]
    })
}

fn any_attributes() -> impl Strategy<Value = Value> {
    let key = prop_oneof![4 => select(vec!["gen_ai.request.model", "app.id", "exception.type"]).prop_map(str::to_owned), 1 => any_text()];
    proptest::collection::vec((key, any_value()), 0..6).prop_map(|list| {
        list.into_iter()
            .map(|(key, value)| json!({"key": key, "value": value}))
            .collect()
    })
}

/// An id and its rank: parents rank above their children, so that there are no cycles.
fn any_span_id() -> impl Strategy<Value = (u64, String)> {
    prop_oneof![
        8 => (1_u64..30).prop_map(|id| (id, format!("{id:016x}"))),
        1 => (1_u64..30).prop_map(|id| (id, format!("{id:016X}"))),
        1 => Just((5, "AAAAAAAAAAU=".to_owned())),
        1 => Just((0, "0000000000000000".to_owned())),
        1 => Just((0, String::new())),
        1 => Just((30, "not hex".to_owned())),
    ]
}

fn any_time() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (1_i64..i64::MAX).prop_map(|time| json!(time.to_string())),
        2 => (1_i64..i64::MAX).prop_map(|time| json!(time)),
        1 => Just(json!("0")),
        1 => Just(Value::Null),
    ]
}

/// A span with some of its fields, in camel or snake case.
fn any_span() -> impl Strategy<Value = Value> {
    let ids = (
        select(vec![
            "5b8efff798038103d269b633813fc60c",
            "W47/95gDgQPSabYzgT/GDA==",
            "",
        ]),
        any_span_id(),
        any_span_id(),
    );
    let enums = (
        prop_oneof![
            (0_u8..6).prop_map(Value::from),
            Just(json!("SPAN_KIND_CLIENT")),
            Just(Value::Null)
        ],
        prop_oneof![
            (0_u8..3).prop_map(Value::from),
            Just(json!("STATUS_CODE_ERROR"))
        ],
    );
    let lists = (
        any_attributes(),
        proptest::collection::vec((any_time(), any_text(), any_attributes()), 0..3),
        proptest::collection::vec(any_span_id(), 0..3),
    );
    (ids, any_text(), enums, (any_time(), any_time()), lists, any::<(u16, bool)>()).prop_map(
        |((trace, id, parent), name, (kind, code), (start, end), (attributes, events, links), (kept, snake))| {
            let events: Vec<Value> = events
                .into_iter()
                .map(|(time, name, attributes)| json!({"timeUnixNano": time, "name": name, "attributes": attributes}))
                .collect();
            let links: Vec<Value> = links.into_iter().map(|id| json!({"traceId": trace, "spanId": id.1})).collect();
            let parent = if parent.0 > id.0 { parent.1 } else { String::new() };
            let fields = [
                ("traceId", "trace_id", json!(trace)),
                ("spanId", "span_id", json!(id.1)),
                ("parentSpanId", "parent_span_id", json!(parent)),
                ("name", "name", json!(name)),
                ("kind", "kind", kind),
                ("startTimeUnixNano", "start_time_unix_nano", start),
                ("endTimeUnixNano", "end_time_unix_nano", end),
                ("attributes", "attributes", attributes),
                ("events", "events", json!(events)),
                ("links", "links", json!(links)),
                ("status", "status", json!({"message": name, "code": code})),
                ("unknown", "unknown", json!([{"a": ["{", 1e300]}, "]"])),
            ];
            let fields = fields.into_iter().enumerate().filter(|(at, _)| kept >> at & 1 == 1);
            let named = fields.map(|(_, (camel, other, value))| (if snake { other } else { camel }.to_owned(), value));
            Value::Object(named.collect::<Map<_, _>>())
        },
    )
}

/// A whole file: documents, their shape and their layout.
fn any_file() -> impl Strategy<Value = String> {
    let scope = proptest::collection::vec(any_span(), 0..5);
    let resource = (any_text(), proptest::collection::vec(scope, 0..3));
    let document = proptest::collection::vec(resource, 0..3);
    (proptest::collection::vec(document, 1..4), 0..4_u8).prop_map(|(documents, layout)| {
        let documents = documents.into_iter().map(|resources| {
            let resources = resources.into_iter().map(|(service, scopes)| {
                let scopes = scopes.into_iter().map(|spans| json!({"scope": {"name": service, "version": "1"}, "spans": spans}));
                let attributes = json!([{"key": "service.name", "value": {"stringValue": service}}]);
                json!({"resource": {"attributes": attributes}, "scopeSpans": scopes.collect::<Vec<_>>()})
            });
            json!({"resourceSpans": resources.collect::<Vec<_>>()})
        });
        let documents: Vec<Value> = documents.collect();
        match layout {
            0 => documents.iter().map(|document| document.to_string() + "\n").collect(),
            1 => documents.iter().map(ToString::to_string).collect(),
            2 => json!(documents).to_string(),
            _ => serde_json::to_string_pretty(&documents).unwrap(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_chunking_reads_the_same(sample in any_sample(), shares in proptest::collection::vec(0.0..1.0, 0..12)) {
        prop_assert_eq!(picture("x", &pieces(&sample.text, &shares)), picture("x", &[&sample.text]));
    }

    #[test]
    fn any_chunking_of_a_damaged_file_reads_the_same(
        sample in any_sample(), at in 0.0..1.0, byte in any::<u8>(), shares in proptest::collection::vec(0.0..1.0, 0..12),
    ) {
        let mut text = sample.text.clone();
        let at = (at * text.len() as f64) as usize;
        text[at] = byte;
        prop_assert_eq!(picture("x", &pieces(&text, &shares)), picture("x", &[&text]));
    }

    #[test]
    fn a_second_reading_agrees(file in any_file(), chunk in 1..200_usize) {
        let (store, report) = read("x", file.as_bytes(), chunk);
        let mut wanted = oracle::spans(file.as_bytes());
        // Of copies of a span the last one stays.
        let all = wanted.clone();
        let mut index = 0;
        wanted.retain(|span| {
            index += 1;
            span.id.is_none() || !all[index..].iter().any(|later| (&later.trace, &later.id) == (&span.trace, &span.id))
        });
        prop_assert_eq!(oracle::stored(&store), wanted);
        prop_assert_eq!(report.files[0].spans, all.len() as u64);
        prop_assert_eq!(&report.files[0].error, &None);
    }

    #[test]
    fn any_order_of_spans_reads_the_same(sample in any_sample(), seed in any::<u64>()) {
        // Of copies of a span the last one counts, so their order matters.
        prop_assume!(!sample.name.starts_with("dup-delivery") && !sample.name.contains("jaeger-otlp-in"));
        let documents = serde_json::Deserializer::from_slice(&sample.text).into_iter::<Value>();
        let mut documents: Vec<Value> = documents.map(Result::unwrap).collect();
        let mut state = seed | 1;
        let text = |documents: &[Value]| documents.iter().map(Value::to_string).collect::<String>();
        let (whole, _) = read("x", text(&documents).as_bytes(), 4096);
        for document in &mut documents {
            shuffle(document, &mut state);
        }
        let (store, _) = read("x", text(&documents).as_bytes(), 4096);
        prop_assert_eq!(text::dump(&store), text::dump(&whole));
    }

    #[test]
    fn a_cut_keeps_every_span_before_it(sample in any_sample(), share in 0.0..1.0) {
        let cut = (share * sample.text.len() as f64) as usize;
        let (whole, _) = read("x", &sample.text, 65_536);
        let (store, report) = read("x", &sample.text[..cut], 4096);
        // Of copies of a span the last one stays, which may lie behind the cut.
        prop_assert!(report.files[0].spans as usize >= spans_before(&whole, cut));
        prop_assert!(store.span_count() as usize >= spans_before(&whole, cut));
        let warned = report.warnings().any(|warning| warning.kind == WarningKind::Truncated);
        let whole_lines = sample.text[..cut].ends_with(b"\n") || cut == 0;
        // What is cut before anything tells what it is, is refused: never silence.
        let told = warned || report.files[0].error.is_some();
        prop_assert!(told || whole_lines || sample.text[cut..].starts_with(b"\n"), "{report:#?}");
    }

    #[test]
    fn a_mutated_file_never_panics(
        sample in any_sample(), edits in proptest::collection::vec((0.0..1.0, any::<(u8, u8)>()), 1..20), chunk in 1..5000_usize,
    ) {
        let mut text = sample.text.clone();
        for (share, (kind, byte)) in edits {
            let at = (share * text.len() as f64) as usize;
            match kind % 4 {
                0 => text[at] = byte,
                1 => { text.remove(at); }
                2 => text.insert(at, b"\"\\{}[],:\n0"[usize::from(byte) % 10]),
                _ => { text.drain(at..(at + usize::from(byte)).min(text.len() - 1)); }
            }
        }
        let (store, report) = read("x", &text, chunk);
        prop_assert_eq!(store.span_count() + store.duplicate_count() as u32, report.files[0].spans as u32);
    }

    #[test]
    fn any_bytes_never_panic(text in proptest::collection::vec(
        prop_oneof![3 => select(b"{}[]\",:\\ \n0123456789truefalsenull-.eE".to_vec()), 1 => any::<u8>()], 0..600), chunk in 1..50_usize) {
        read("x", &text, chunk);
        let inside = [br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"#, &text[..]].concat();
        prop_assert_eq!(picture("x", &inside.chunks(chunk).collect::<Vec<_>>()), picture("x", &[&inside]));
    }
}

/// Shuffles the lists whose order says nothing.
fn shuffle(value: &mut Value, state: &mut u64) {
    let Some(object) = value.as_object_mut() else {
        value
            .as_array_mut()
            .into_iter()
            .flatten()
            .for_each(|inner| shuffle(inner, state));
        return;
    };
    for key in ["resourceSpans", "batches", "scopeSpans", "spans"] {
        let Some(list) = object.get_mut(key).and_then(Value::as_array_mut) else {
            continue;
        };
        for at in (1..list.len()).rev() {
            *state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            list.swap(at, (*state >> 33) as usize % (at + 1));
        }
        for inner in list {
            shuffle(inner, state);
        }
    }
}
