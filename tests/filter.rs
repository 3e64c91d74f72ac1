//! Filters over the corpus: what columns and source say together is what a plain look at every span's JSON says.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use serde_json::Value;
use spanlight::analysis::calls::Calls;
use spanlight::analysis::cost::Costs;
use spanlight::analysis::filter::{Columns, Filter};
use spanlight::analysis::search::SourceRows;
use spanlight::model::{SpanRow, TraceStore};
use std::collections::{BTreeMap, BTreeSet};

/// Rows that pass, the source scanned in chunks where that is needed.
fn passing(store: &TraceStore, text: &[u8], filter: &str) -> BTreeSet<u32> {
    let (calls, costs) = (Calls::new(store), Costs::default());
    let columns = Columns::new(store, &calls, &costs);
    let filter = Filter::parse(filter).unwrap();
    let mut matches = filter.matches(store, &columns);
    let order = SourceRows::new(store);
    let mut found = Vec::new();
    for source in matches.sources(store) {
        let mut scan = matches.scan(store, &order, source);
        for chunk in text.chunks(997) {
            scan.push(store, chunk, &mut found);
        }
        matches.add(store, &mut found);
    }
    matches.finish();
    matches.hits().iter().map(|row| row.0).collect()
}

/// Texts of an `AnyValue`, those of an array one by one; lists of pairs have none.
fn texts(value: &Value) -> Vec<String> {
    let Some((tag, inner)) = value.as_object().and_then(|tagged| tagged.iter().next()) else {
        return vec![String::new()];
    };
    match tag.as_str() {
        "arrayValue" => {
            let values = inner.get("values").and_then(Value::as_array);
            values.into_iter().flatten().flat_map(texts).collect()
        }
        "kvlistValue" => Vec::new(),
        _ => vec![
            inner
                .as_str()
                .map_or_else(|| inner.to_string(), str::to_owned),
        ],
    }
}

/// Attributes of one span: texts by key.
type Attributes = BTreeMap<String, Vec<String>>;

fn attributes(span: &Value) -> Attributes {
    let mut all = Attributes::new();
    let list = span.get("attributes").and_then(Value::as_array);
    for attribute in list.into_iter().flatten() {
        let key = attribute["key"].as_str().unwrap_or_default().to_owned();
        all.entry(key)
            .or_default()
            .extend(texts(attribute.get("value").unwrap_or(&Value::Null)));
    }
    all
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[test]
fn the_corpus_is_filtered_as_its_json_says() {
    let mut asked = 0;
    let mut scanned = 0;
    for sample in support::corpus() {
        if support::is_foreign(&sample.name) || sample.text.len() > 3_000_000 {
            continue;
        }
        let (store, _) = support::read(&sample.name, &sample.text, 1 << 20);
        let spans: BTreeMap<u32, Attributes> = (0..store.rows())
            .filter_map(|row| {
                let range = store.source(SpanRow(row))?;
                let from = range.offset as usize;
                let json = sample.text.get(from..from + range.len as usize)?;
                Some((row, attributes(&serde_json::from_slice(json).ok()?)))
            })
            .collect();
        // Of every key its first and its longest value.
        let mut values: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for (key, texts) in spans.values().flatten() {
            for text in texts {
                let entry = values.entry(key).or_insert((text, text));
                if text.len() > entry.1.len() {
                    entry.1 = text;
                }
            }
        }
        let of = |test: &dyn Fn(&Attributes) -> bool| -> BTreeSet<u32> {
            spans
                .iter()
                .filter(|(_, span)| test(span))
                .map(|(&row, _)| row)
                .collect()
        };
        for (&key, &(first, longest)) in values.iter().step_by(3) {
            let field = format!("span.\"{}\"", quoted(key));
            let value = [first, longest]
                .into_iter()
                .find(|text| text.len() < 3000)
                .unwrap_or("");
            let any = |test: &dyn Fn(&str) -> bool| {
                of(&|span| {
                    span.get(key)
                        .is_some_and(|texts| texts.iter().any(|text| test(text)))
                })
            };
            let start: String = value
                .chars()
                .take(3)
                .filter(|c| c.is_alphanumeric())
                .collect();
            for (filter, expected) in [
                (
                    format!("{{ {field} = \"{}\" }}", quoted(value)),
                    any(&|text| text == value),
                ),
                (
                    format!("{{ {field} != \"{}\" }}", quoted(value)),
                    any(&|text| text != value),
                ),
                (format!("{{ !({field} = \"{}\") }}", quoted(value)), {
                    let has = any(&|text| text == value);
                    of(&|_| true).difference(&has).copied().collect()
                }),
                (
                    format!("{{ {field} =~ \"(?s){start}.*\" }}"),
                    any(&|text| text.starts_with(&start)),
                ),
                (
                    format!("{{ {field} = nil }}"),
                    of(&|span| !span.contains_key(key)),
                ),
                (
                    format!(
                        "{{ {field} != nil && ({field} = \"{}\" || name = nope) }}",
                        quoted(value)
                    ),
                    any(&|text| text == value),
                ),
            ] {
                if filter.chars().count() > 3900 {
                    continue;
                }
                let found = passing(&store, &sample.text, &filter);
                assert_eq!(found, expected, "{}: {filter}", sample.name);
                asked += 1;
                scanned += usize::from(longest.len() > 128);
            }
        }
    }
    assert!(
        asked > 500 && scanned > 100,
        "{asked} filters, {scanned} of them scanned"
    );
}

#[test]
fn the_example_of_the_language_finds_its_spans() {
    let sample = support::sample("openinference-openai-agents.json");
    let (store, _) = support::read(&sample.name, &sample.text, 1 << 20);
    let count = |filter| passing(&store, &sample.text, filter).len();
    let all = count("");
    assert_eq!(all, store.span_count() as usize);
    assert_eq!(count("{ kind = llm }") + count("{ !(kind = llm) }"), all);
    assert!(count("{ kind = llm && duration > 1ms }") > 0);
    assert_eq!(
        count("{ resource.service.name = nil }") + count("{ resource.service.name != nil }"),
        all
    );
    assert!(count("{ .llm.model_name =~ \"gpt.*\" && tokens > 10 }") > 0);
}
