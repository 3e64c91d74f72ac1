//! The numbers behind the views, on every OTLP file of the corpus: their totals are those of the summary, to the last unit.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use serde_json::{Value, json};
use std::cell::Cell;
use support::open::{both_ways, each_file, is_near, sum};

#[test]
fn totals_of_treemaps_are_those_of_the_summary() {
    each_file(|open, name, summary| {
        for levels in [
            json!([]),
            json!(["agent", "model"]),
            json!(["run", "step", "tool"]),
            json!(["service", "kind", "span"]),
        ] {
            for (measure, wanted) in [
                ("cost", &summary["cost_usd"]),
                ("input", &summary["total_input"]),
                ("output", &summary["total_output"]),
            ] {
                let view = open.view("treemap", &json!({"levels": levels, "measure": measure}));
                assert_eq!(view["total"], *wanted, "{name} {levels} {measure}");
                assert!(
                    is_near(sum(&view["nodes"], "value"), wanted),
                    "{name} {levels} {measure}"
                );
            }
            let cost = open.view("treemap", &json!({"levels": levels}));
            assert_eq!(cost["complete"], summary["cost_complete"], "{name}");
            let tokens = open.view("treemap", &json!({"levels": levels, "measure": "tokens"}));
            let both = summary["total_input"]
                .as_u64()
                .zip(summary["total_output"].as_u64());
            assert_eq!(tokens["total"].as_u64(), both.map(|(a, b)| a + b), "{name}");
        }
    });
}

/// Dollars per million tokens of input, read from a cache and written to one, by model, as the table says.
fn cache_prices() -> Vec<(&'static str, [f64; 3])> {
    let rows = include_str!("../public/prices.txt").lines();
    let cells = rows.map(|row| row.split('\t').collect::<Vec<_>>());
    cells
        .filter_map(|cells| {
            let price = |at: usize| cells.get(at)?.parse::<f64>().ok();
            let input = price(2)?;
            let cached = [input, price(4).unwrap_or(input), price(5).unwrap_or(input)];
            Some((*cells.first()?, cached))
        })
        .collect()
}

#[test]
fn what_the_cache_saved_is_its_tokens_times_the_difference_of_prices() {
    let prices = cache_prices();
    let checked = Cell::new(0_u32);
    each_file(|open, name, summary| {
        let options = json!({"levels": ["model"], "measure": "cache_saved"});
        let view = open.view("treemap", &options);
        for node in view["nodes"].as_array().unwrap() {
            let model = node["path"][0].as_str().unwrap_or("unknown");
            let price = prices.iter().find(|(known, _)| *known == model);
            let (Some((_, [input, read, write])), tokens) =
                (price, &summary["tokens_per_model"][model])
            else {
                continue;
            };
            // Of its calls no tokens are known.
            if tokens.is_null() {
                assert!(node["value"].is_null(), "{name} {node}");
                continue;
            }
            let cached = |part: &str| tokens[part].as_f64().unwrap_or(0.0) / 1e6;
            let saved =
                cached("cache_read") * (input - read) + cached("cache_write") * (input - write);
            assert!(
                is_near(Some(saved), &node["value"]),
                "{name} {model} {saved} {node}"
            );
            checked.set(checked.get() + u32::from(saved != 0.0));
        }
    });
    assert!(checked.get() > 9, "{checked:?}");
}

#[test]
fn totals_of_routing_are_those_of_the_summary() {
    each_file(|open, name, summary| {
        for rows in ["agent", "task"] {
            let cells = open.view("routing", &json!({"rows": rows}))["cells"].take();
            assert!(
                is_near(sum(&cells, "cost_usd"), &summary["cost_usd"]),
                "{name}"
            );
            assert!(
                is_near(sum(&cells, "input"), &summary["total_input"]),
                "{name}"
            );
            for (model, wanted) in summary["tokens_per_model"].as_object().unwrap() {
                let all = cells.as_array().unwrap().iter();
                let is_it = |cell: &&Value| cell["column"].as_str().unwrap_or("unknown") == model;
                let of_model: Value = all.filter(is_it).cloned().collect();
                for (member, there) in [
                    ("calls_with_usage", "calls"),
                    ("input", "input"),
                    ("output", "output"),
                    ("cache_read", "cache_read"),
                ] {
                    let found = sum(&of_model, member).unwrap_or(0.0);
                    assert!(
                        is_near(Some(found), &wanted[there]),
                        "{name} {model} {member}: {found}"
                    );
                }
            }
            let requests = sum(&cells, "calls").unwrap_or(0.0);
            assert!(requests >= summary["llm_calls"].as_f64().unwrap(), "{name}");
        }
        let same = open.view("what_if", &json!({"assign": {}}));
        assert_eq!(same["before_usd"], summary["cost_usd"], "{name}");
        assert_eq!(same["after_usd"], summary["cost_usd"], "{name}");
        assert_eq!(same["complete"], summary["cost_complete"], "{name}");
    });
}

#[test]
fn totals_of_statistics_are_those_of_the_summary() {
    each_file(|open, name, summary| {
        for by in ["operation", "agent", "tool", "model"] {
            let rows = open.view("stats", &json!({"by": by}))["rows"].take();
            assert!(
                is_near(sum(&rows, "cost_usd"), &summary["cost_usd"]),
                "{name} {by}"
            );
            assert!(
                is_near(sum(&rows, "input"), &summary["total_input"]),
                "{name} {by}"
            );
            if by == "agent" || by == "tool" {
                let named = rows
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|row| row["count"] != json!(0));
                let found: serde_json::Map<String, Value> = named
                    .map(|row| {
                        (
                            row["name"].as_str().unwrap().to_owned(),
                            row["count"].clone(),
                        )
                    })
                    .collect();
                assert_eq!(
                    Value::Object(found),
                    summary[&format!("{by}s")],
                    "{name} {by}"
                );
            }
        }
    });
}

#[test]
fn ends_of_edges_are_nodes() {
    each_file(|open, name, summary| {
        let graph = open.view("graph", &json!({}));
        let nodes = graph["nodes"].as_array().unwrap();
        let is_node = |id: &Value| nodes.iter().any(|node| node["id"] == *id);
        for edge in graph["edges"].as_array().unwrap() {
            assert!(
                is_node(&edge["from"]) && is_node(&edge["to"]),
                "{name} {edge}"
            );
        }
        let agents = nodes.iter().filter(|node| node["kind"] == "agent").count();
        assert!(
            agents >= summary["agents"].as_object().unwrap().len(),
            "{name}"
        );
    });
}

#[test]
fn no_order_of_files_changes_a_view() {
    let (mut one, mut other) = both_ways();
    for (name, options) in [
        (
            "treemap",
            json!({"levels": ["agent", "model", "tool", "step", "run"]}),
        ),
        (
            "treemap",
            json!({"levels": ["session", "user", "service", "kind"], "measure": "duration"}),
        ),
        ("routing", json!({"rows": "agent"})),
        ("routing", json!({"rows": "task"})),
        ("what_if", json!({"assign": {"*": "gpt-4.1-mini"}})),
        ("graph", json!({})),
        ("stats", json!({"by": "operation"})),
        ("stats", json!({"by": "agent"})),
    ] {
        assert_eq!(
            one.view(name, &options),
            other.view(name, &options),
            "{name} {options}"
        );
    }
}
