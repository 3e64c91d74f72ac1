//! A search over a file finds what a plain look at its JSON finds, however the file is written and cut.

use proptest::prelude::*;
use serde_json::{Value, json};
use spanlight::analysis::search::{Search, SourceRows};
use spanlight::ingest::Ingest;
use spanlight::model::{StoreBuilder, TraceStore};
use std::fmt::Write as _;

/// Texts with letters, marks that JSON escapes, and characters beyond ASCII.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-cA-C]{1,4}",
        "[a-c \"/\\\\\n<é É日😀]{0,8}",
        // Too long for the dictionary.
        ("[a-cé\"]{4}", 30..50_usize).prop_map(|(part, count)| part.repeat(count)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        4 => text().prop_map(|text| json!({ "stringValue": text })),
        1 => (0..2000_i64).prop_map(|number| json!({ "intValue": number.to_string() })),
        1 => (0..200_i64).prop_map(|number| json!({ "intValue": number })),
        1 => any::<bool>().prop_map(|word| json!({ "boolValue": word })),
        1 => (0..100_u32).prop_map(|tenths| json!({ "doubleValue": f64::from(tenths) / 8.0 })),
    ];
    scalar.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|values| json!({ "arrayValue": { "values": values } })),
            proptest::collection::vec((key(), inner), 0..3)
                .prop_map(|pairs| { json!({ "kvlistValue": { "values": attributes_of(pairs) } }) }),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,2}",
        Just("prompt".to_owned()),
        Just("Prompt".to_owned()),
        text()
    ]
}

fn attributes_of(pairs: Vec<(String, Value)>) -> Vec<Value> {
    let pair = |(key, value): (String, Value)| {
        // Keys of JSON come in any order.
        if key.len() % 2 == 0 {
            json!({ "key": key, "value": value })
        } else {
            serde_json::from_str(&format!("{{\"value\":{value},\"key\":{}}}", json!(key))).unwrap()
        }
    };
    pairs.into_iter().map(pair).collect()
}

fn attributes() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec((key(), value()), 0..4).prop_map(attributes_of)
}

#[derive(Debug, Clone)]
struct Span {
    name: String,
    attributes: Vec<Value>,
    events: Vec<(String, Vec<Value>)>,
    message: Option<String>,
}

fn span() -> impl Strategy<Value = Span> {
    (
        text(),
        attributes(),
        proptest::collection::vec((text(), attributes()), 0..2),
        proptest::option::of(text()),
    )
        .prop_map(|(name, attributes, events, message)| Span {
            name,
            attributes,
            events,
            message,
        })
}

/// The file, with ids of letters that no query has.
fn document(spans: &[Span]) -> Value {
    let spans: Vec<Value> = (0..)
        .zip(spans)
        .map(|(number, span): (u64, _)| {
            let events: Vec<Value> = (span.events.iter())
                .map(|(name, attributes)| json!({ "name": name, "timeUnixNano": "5", "attributes": attributes }))
                .collect();
            let status = match &span.message {
                Some(message) => json!({ "code": 2, "message": message }),
                None => json!({}),
            };
            json!({
                "traceId": format!("{:032x}", 0xffff_ffff_u64),
                "spanId": format!("{:016x}", number + 0xf000),
                "name": span.name, "startTimeUnixNano": (number + 1).to_string(), "endTimeUnixNano": "99",
                "attributes": span.attributes, "events": events, "status": status,
            })
        })
        .collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "svc" } },
            { "key": "zone", "value": { "stringValue": "Zürich" } }] },
        "scopeSpans": [{ "scope": { "name": "scp" }, "spans": spans }] }] })
}

/// The same JSON with every escape that a writer may choose.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '/' => out.push_str("\\/"),
            '<' => out.push_str("\\u003c"),
            c if c.is_ascii() => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04X}");
                }
            }
        }
    }
    out
}

fn read(text: &str) -> TraceStore {
    let mut ingest = Ingest::new(StoreBuilder::new());
    ingest.begin_source(0, "a.json", text.len() as u64);
    ingest.push(text.as_bytes());
    ingest.end_source();
    ingest.finish().0
}

/// Numbers of the spans that match, in file order.
fn found(text: &str, query: &str, pieces: &[usize]) -> Vec<u64> {
    let store = read(text);
    let mut search = Search::new(&store, query);
    let order = SourceRows::new(&store);
    for source in search.sources(&store) {
        let mut scan = search.scan(&store, &order, source);
        let (mut rest, mut rows) = (text.as_bytes(), Vec::new());
        for &piece in pieces.iter().cycle() {
            let (chunk, after) = rest.split_at(piece.min(rest.len()));
            scan.push(&store, chunk, &mut rows);
            search.add(&store, &mut rows);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        assert!(scan.is_done());
    }
    search.finish();
    let ids = search.hits().iter().filter_map(|row| store.span_id(row));
    ids.map(|id| id.0 - 0xf000).collect()
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// Every text in a value.
fn texts_of_value(value: &Value, out: &mut Vec<String>) {
    let Some((kind, value)) = value.as_object().and_then(|object| object.iter().next()) else {
        return;
    };
    match kind.as_str() {
        "arrayValue" => {
            for value in value["values"].as_array().into_iter().flatten() {
                texts_of_value(value, out);
            }
        }
        "kvlistValue" => texts_of_attributes(value["values"].as_array().unwrap(), out),
        _ => out.push(
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        ),
    }
}

fn texts_of_attributes(attributes: &[Value], out: &mut Vec<String>) {
    for attribute in attributes {
        out.push(attribute["key"].as_str().unwrap().to_owned());
        texts_of_value(&attribute["value"], out);
    }
}

fn texts_of_span(span: &Span) -> Vec<String> {
    let mut texts = vec![span.name.clone(), "svc".to_owned(), "scp".to_owned()];
    texts_of_attributes(&span.attributes, &mut texts);
    for (name, attributes) in &span.events {
        texts.push(name.clone());
        texts_of_attributes(attributes, &mut texts);
    }
    texts.extend(span.message.clone());
    texts
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-cA-CÉé]{1,3}",
        2 => text().prop_map(|text| text.chars().take(3).collect()),
        1 => "[\"/\\\\<é日😀]",
        1 => Just("svc".to_owned()),
        1 => Just("stringValue".to_owned()),
        1 => Just("12".to_owned()),
        1 => Just("true".to_owned()),
    ]
    .prop_filter("a text", |query| {
        !query.contains('=') && query.trim() == query && !query.is_empty()
    })
}

proptest! {
    #[test]
    fn a_text_is_found_where_it_stands(
        spans in proptest::collection::vec(span(), 1..6),
        query in query(),
        pieces in proptest::collection::vec(1..200_usize, 1..5),
        pretty in any::<bool>(),
        escape in any::<bool>(),
    ) {
        let document = document(&spans);
        let text = if pretty {
            serde_json::to_string_pretty(&document).unwrap()
        } else {
            document.to_string()
        };
        let text = if escape { escaped(&text) } else { text };
        let plain: Vec<u64> = (0..)
            .zip(&spans)
            .filter(|(_, span)| {
                let mut texts = texts_of_span(span);
                // What a resource says is found where its spans begin: at each root.
                texts.extend(["service.name", "zone", "Zürich"].map(str::to_owned));
                texts.iter().any(|text| folded(text).contains(&folded(&query)))
            })
            .map(|(number, _)| number)
            .collect();
        prop_assert_eq!(found(&text, &query, &pieces), plain, "{} in {}", query, text);
    }

    #[test]
    fn a_pair_is_found_where_it_stands(
        spans in proptest::collection::vec(span(), 1..6),
        value in "[a-c1é]{0,2}",
        piece in 1..200_usize,
    ) {
        let document = document(&spans);
        let text = document.to_string();
        // Only where the key is an attribute of a span; events are asked when it is none.
        let has_key = |span: &Span| span.attributes.iter().any(|attribute| attribute["key"] == "prompt");
        if spans.iter().any(has_key) {
            let plain: Vec<u64> = (0..)
                .zip(&spans)
                .filter(|(_, span)| {
                    span.attributes.iter().filter(|attribute| attribute["key"] == "prompt").any(|attribute| {
                        let mut texts = Vec::new();
                        texts_of_value(&attribute["value"], &mut texts);
                        // The keys of a map within do not count as its values.
                        value.is_empty() || has_value(&attribute["value"], &value)
                    })
                })
                .map(|(number, _)| number)
                .collect();
            let found = found(&text, &format!("prompt={value}"), &[piece]);
            for number in &plain {
                prop_assert!(found.contains(number), "{} in {}", value, text);
            }
            // More may only be found in events, or deeper, of spans that were read for their own attribute.
            for number in found {
                let span = &spans[number as usize];
                prop_assert!(plain.contains(&number) || has_key(span));
            }
        }
    }
}

fn has_value(value: &Value, wanted: &str) -> bool {
    let Some((kind, value)) = value.as_object().and_then(|object| object.iter().next()) else {
        return false;
    };
    let inner = || value["values"].as_array().into_iter().flatten();
    match kind.as_str() {
        "arrayValue" => inner().any(|value| has_value(value, wanted)),
        "kvlistValue" => inner().any(|pair| has_value(&pair["value"], wanted)),
        _ => {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            folded(&text).contains(&folded(wanted))
        }
    }
}
