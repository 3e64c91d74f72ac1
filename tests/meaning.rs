//! The meaning of every OTLP file of the corpus: kinds, calls, tools and tokens, compared with counts that another program
//! made.

mod support;

use serde_json::{Map, Value, json};
use spanlight::analysis::calls::Calls;
use spanlight::analysis::totals::{self, Totals};
use spanlight::model::{OperationKind, TraceStore};
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
