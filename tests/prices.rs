//! The price table that the site ships, as the app reads it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use spanlight::model::{PicoUsd, TokenUsage};
use spanlight::semantics::prices::PriceTable;
use std::collections::BTreeSet;
use std::path::Path;

fn table() -> PriceTable {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/prices.txt");
    PriceTable::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_table_says_its_date_and_source() {
    let table = table();
    assert_eq!(table.date, "2026-11-21");
    assert!(table.source.contains("LiteLLM"), "{}", table.source);
    assert_eq!(table.rows().len(), 520);
    let text = table.to_text();
    assert_eq!(PriceTable::parse(&text).unwrap().rows(), table.rows());
}

#[test]
fn every_model_of_the_corpus_but_the_invented_ones_has_a_price() {
    let table = table();
    let expected = support::expected();
    let files = expected.as_object().unwrap().values();
    let models: BTreeSet<&String> = files
        .filter_map(|file| file.get("tokens_per_model")?.as_object())
        .flat_map(|models| models.keys())
        .collect();
    assert!(models.len() > 20);
    let unknown: Vec<&str> = (models.iter())
        .filter(|model| table.find(model).is_none())
        .map(|model| model.as_str())
        .collect();
    assert_eq!(unknown, ["model-a", "model-b"]);
}

#[test]
fn names_that_producers_write_lead_to_their_price() {
    let table = table();
    for (name, row) in [
        ("openai/gpt-4o", "gpt-4o"),
        ("azure/gpt-4o-2024-08-06", "gpt-4o-2024-08-06"),
        ("gpt-4.1-2025-04-14", "gpt-4.1-2025-04-14"),
        ("models/gemini-2.5-pro", "gemini-2.5-pro"),
        (
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "claude-sonnet-4-5-20250929",
        ),
        ("claude-opus-4-1@20250805", "claude-opus-4-1"),
        (
            "bedrock/eu.anthropic.claude-opus-4-6-v1",
            "eu.anthropic.claude-opus-4-6-v1",
        ),
        ("claude-sonnet-4", "claude-sonnet-4-20250514"),
    ] {
        assert_eq!(
            table.find(name).map(|row| row.model.as_str()),
            Some(row),
            "{name}"
        );
    }
    for name in ["ollama/gpt-4o", "gpt-4o-mine", "", "-latest"] {
        assert_eq!(table.find(name), None, "{name}");
    }
}

#[test]
fn dated_and_undated_names_of_one_model_cost_the_same() {
    let table = table();
    let usage = TokenUsage {
        input: Some(968),
        output: Some(120),
        cache_read: Some(512),
        ..TokenUsage::default()
    };
    let cost = |model: &str| {
        let row = table.find(model).unwrap();
        row.rates_for(usage.input).0.bill(&usage).total.value()
    };
    // (968 - 512) * 2.00 + 512 * 0.50 + 120 * 8.00 dollars per million tokens.
    assert_eq!(cost("gpt-4.1"), PicoUsd::parse("0.002128"));
    assert_eq!(cost("gpt-4.1-2025-04-14"), cost("gpt-4.1"));
}
