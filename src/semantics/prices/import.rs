//! Price tables of others: the JSON that `LiteLLM` and Langfuse keep theirs in, and a plain one.
//!
//! - **`LiteLLM`** (`model_prices_and_context_window.json`): an object by model name; dollars per token in
//!   `input_cost_per_token`, `output_cost_per_token`, `cache_read_input_token_cost`, `cache_creation_input_token_cost`,
//!   `output_cost_per_reasoning_token`; each also with `_above_200k_tokens`, or in `tiered_pricing` by ranges.
//! - **Langfuse** (`default-model-prices.json`, or the answer of its models API): a list of `modelName` with dollars per
//!   token by kind of usage, in `prices`, in `pricingTiers`, or in `inputPrice` and `outputPrice`.
//! - **Plain**: `{"models": {name: {"input": …, "output": …, "cache_read": …, "cache_write": …}}}` in dollars per
//!   million tokens.
//!
//! Entries without a price per token (images, audio by the second) are left out and counted. Batch and priority prices
//! are not read.

use super::rates::Rates;
use super::table::{PriceRow, PriceTable, Tier};
use super::text::PriceError;
use crate::model::PicoUsd;
use serde_json::{Map, Value};

/// What an import found.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The prices.
    pub table: PriceTable,
    /// Entries without a price per token.
    pub left_out: u32,
}

/// Reads a price table in any layout that is known.
///
/// # Errors
///
/// Says where JSON or a table's text cannot be read, and when there is no price in it.
pub fn import(text: &str) -> Result<Imported, PriceError> {
    let text = text.trim_start_matches('\u{FEFF}');
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok(Imported {
            table: PriceTable::parse(text)?,
            left_out: 0,
        });
    }
    let json: Value = serde_json::from_str(text).map_err(|error| PriceError {
        line: error.line() as u32,
        what: format!("the JSON cannot be read: {error}"),
    })?;
    let mut imported = Imported {
        table: PriceTable::default(),
        left_out: 0,
    };
    if let Some(list) = json.as_array().or_else(|| json.get("data")?.as_array()) {
        for entry in list {
            imported.take(langfuse(entry));
        }
    } else if let Some(models) = json.get("models").and_then(Value::as_object) {
        for (name, entry) in models {
            imported.take(plain(name, entry));
        }
    } else if let Some(models) = json.as_object() {
        let models = models.iter().filter(|(name, _)| *name != "sample_spec");
        for (name, entry) in models {
            imported.take(litellm(name, entry));
        }
    }
    if imported.table.is_empty() {
        return Err(PriceError {
            line: 0,
            what:
                "expected prices of models as LiteLLM, Langfuse or this app writes them, found none"
                    .to_owned(),
        });
    }
    Ok(imported)
}

impl Imported {
    fn take(&mut self, row: Option<PriceRow>) {
        match row {
            Some(row) => self.table.add(row),
            None => self.left_out += 1,
        }
    }
}

/// A price per token, when it is one: a number of dollars, also as a string, `exponent` powers of ten apart.
fn price(value: Option<&Value>, exponent: i64) -> Option<PicoUsd> {
    // A double written by its shortest digits is the decimal number of the file, up to 15 digits of it.
    let amount = match value? {
        Value::Number(number) => PicoUsd::parse_scaled(&number.to_string(), exponent),
        Value::String(text) => PicoUsd::parse_scaled(text.trim(), exponent),
        // Langfuse's API wraps a price into an object.
        Value::Object(inner) => return price(inner.get("price"), exponent),
        _ => None,
    };
    amount.filter(|amount| *amount >= PicoUsd(0))
}

fn text(entry: &Value, key: &str) -> String {
    entry
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn plain(name: &str, entry: &Value) -> Option<PriceRow> {
    let of = |key: &str| price(entry.get(key), -6);
    Some(PriceRow {
        model: name.to_owned(),
        provider: text(entry, "provider"),
        rates: Rates {
            input: of("input")?,
            output: of("output")?,
            cache_read: of("cache_read"),
            cache_write: of("cache_write"),
            reasoning: of("reasoning"),
        },
        tiers: Vec::new(),
        retired: entry
            .get("retired_from")
            .is_some_and(|value| !value.is_null()),
    })
}

fn litellm(name: &str, entry: &Value) -> Option<PriceRow> {
    let mut row = PriceRow {
        model: name.to_owned(),
        provider: text(entry, "litellm_provider"),
        ..PriceRow::default()
    };
    if let Some(ranges) = entry.get("tiered_pricing").and_then(Value::as_array) {
        for range in ranges {
            let rates = litellm_rates(range.as_object()?, "", None)?;
            match from_tokens(range) {
                0 => row.rates = rates,
                above => row.add_tier(Tier { above, rates }),
            }
        }
        return (!ranges.is_empty()).then_some(row);
    }
    let fields = entry.as_object()?;
    row.rates = litellm_rates(fields, "", None)?;
    for field in fields.keys() {
        let limit = field.strip_prefix("input_cost_per_token_above_");
        let limit = limit.and_then(|rest| rest.strip_suffix("k_tokens"));
        if let Some(above) = limit.and_then(|limit| limit.parse::<u32>().ok()) {
            let suffix = format!("_above_{above}k_tokens");
            if let Some(rates) = litellm_rates(fields, &suffix, Some(&row.rates)) {
                let above = u64::from(above) * 1000;
                row.add_tier(Tier { above, rates });
            }
        }
    }
    Some(row)
}

/// Where a range of `tiered_pricing` begins.
fn from_tokens(range: &Value) -> u64 {
    let from = range.get("range").and_then(|range| range.get(0));
    from.and_then(Value::as_f64).unwrap_or(0.0) as u64
}

/// Prices of fields that end in `suffix`; what is missing among those of a tier is as below it.
fn litellm_rates(
    fields: &Map<String, Value>,
    suffix: &str,
    below: Option<&Rates>,
) -> Option<Rates> {
    let of = |key: &str| price(fields.get(&format!("{key}{suffix}")), 0);
    let input = of("input_cost_per_token")?;
    let output = of("output_cost_per_token").or(below.map(|rates| rates.output));
    Some(Rates {
        input,
        // Embeddings may leave it out.
        output: output.unwrap_or_default(),
        cache_read: of("cache_read_input_token_cost").or(below.and_then(|rates| rates.cache_read)),
        cache_write: of("cache_creation_input_token_cost")
            .or(below.and_then(|rates| rates.cache_write)),
        reasoning: of("output_cost_per_reasoning_token")
            .or(below.and_then(|rates| rates.reasoning)),
    })
}

fn langfuse(entry: &Value) -> Option<PriceRow> {
    let model = text(entry, "modelName");
    let mut row = PriceRow {
        model,
        ..PriceRow::default()
    };
    let tiers = entry.get("pricingTiers").and_then(Value::as_array);
    for tier in tiers.into_iter().flatten() {
        let rates = langfuse_rates(tier.get("prices")?)?;
        let conditions = tier.get("conditions").and_then(Value::as_array);
        match conditions.and_then(|conditions| conditions.first()) {
            None => row.rates = rates,
            // Only limits of the input are prices for long input.
            Some(condition) => {
                if let Some(above) = langfuse_limit(condition) {
                    row.add_tier(Tier { above, rates });
                }
            }
        }
    }
    if tiers.is_none_or(Vec::is_empty) {
        row.rates = match entry.get("prices") {
            Some(prices @ Value::Object(_)) => langfuse_rates(prices)?,
            _ => Rates {
                input: price(entry.get("inputPrice").or(entry.get("totalPrice")), 0)?,
                output: price(entry.get("outputPrice").or(entry.get("totalPrice")), 0)
                    .unwrap_or_default(),
                ..Rates::default()
            },
        };
    }
    Some(row).filter(|row| !row.model.is_empty())
}

fn langfuse_limit(condition: &Value) -> Option<u64> {
    let pattern = text(condition, "usageDetailPattern");
    let is_input = pattern.contains("input") || pattern.contains("prompt");
    let value = condition.get("value")?.as_u64()?;
    match text(condition, "operator").as_str() {
        "gt" if is_input => Some(value),
        "gte" if is_input => Some(value.saturating_sub(1)),
        _ => None,
    }
}

/// Kinds of usage have several names; the first that has a price counts.
fn langfuse_rates(prices: &Value) -> Option<Rates> {
    let of = |keys: &[&str]| keys.iter().find_map(|&key| price(prices.get(key), 0));
    let input = of(&["input", "input_tokens", "input_text_tokens", "total"])?;
    let output = of(&["output", "output_tokens", "output_text_tokens", "total"]);
    Some(Rates {
        input,
        output: output.unwrap_or_default(),
        cache_read: of(&[
            "input_cache_read",
            "input_cached_tokens",
            "cache_read_input_tokens",
        ]),
        cache_write: of(&[
            "input_cache_creation",
            "cache_creation_input_tokens",
            "input_cache_creation_5m",
        ]),
        reasoning: of(&["output_reasoning", "output_reasoning_tokens"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(input: i64, output: i64) -> Rates {
        Rates {
            input: PicoUsd(input),
            output: PicoUsd(output),
            ..Rates::default()
        }
    }

    #[test]
    fn litellm_s_layout() {
        let imported = import(
            r#"{"sample_spec": {"input_cost_per_token": 0},
              "gemini-2.5-pro": {"litellm_provider": "gemini", "mode": "chat", "input_cost_per_token": 1.25e-06,
                "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 3.125e-07,
                "input_cost_per_token_above_200k_tokens": 2.5e-06, "output_cost_per_token_above_200k_tokens": 1.5e-05,
                "input_cost_per_token_priority": 1, "max_tokens": 5},
              "dall-e-3": {"mode": "image_generation", "input_cost_per_pixel": 1e-8},
              "embed": {"input_cost_per_token": "2e-08"},
              "qwen": {"tiered_pricing": [
                {"range": [0, 256000.0], "input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07},
                {"range": [256000.0, 1000000.0], "input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06}]},
              "odd": 5, "negative": {"input_cost_per_token": -1}}"#,
        )
        .unwrap();
        assert_eq!(imported.left_out, 3);
        let table = imported.table;
        let pro = table.find("gemini-2.5-pro").unwrap();
        assert_eq!(pro.provider, "gemini");
        assert_eq!(pro.rates.cache_read, Some(PicoUsd(312_500)));
        let (long, above) = pro.rates_for(Some(200_001));
        assert_eq!(
            (long.input, long.output, above),
            (PicoUsd(2_500_000), PicoUsd(15_000_000), Some(200_000))
        );
        assert_eq!(
            long.cache_read,
            Some(PicoUsd(312_500)),
            "as below the limit"
        );
        assert_eq!(table.find("embed").unwrap().rates, rates(20_000, 0));
        let qwen = table.find("qwen").unwrap();
        assert_eq!(qwen.rates, rates(50_000, 400_000));
        assert_eq!(*qwen.rates_for(Some(256_001)).0, rates(250_000, 2_000_000));
    }

    #[test]
    fn langfuse_s_layouts() {
        let tiers = r#"[{"modelName": "claude-x", "matchPattern": "(?i)^(claude-x)$", "pricingTiers": [
            {"isDefault": true, "conditions": [], "prices": {"input": 0.000003, "output": 0.000015,
              "input_cache_read": 3e-7, "cache_creation_input_tokens": 0.00000375, "input_cache_creation_1h": 0.000006}},
            {"conditions": [{"usageDetailPattern": "input", "operator": "gt", "value": 200000}],
              "prices": {"input": 0.000006, "output": 0.0000225}},
            {"conditions": [{"usageDetailPattern": "output", "operator": "gt", "value": 5}],
              "prices": {"input": 1, "output": 1}}]},
          {"modelName": "old", "prices": {"total": 1e-7}}, {"modelName": "none", "prices": {}}, {"prices": {"input": 1}}]"#;
        let imported = import(tiers).unwrap();
        assert_eq!(imported.left_out, 2);
        let row = imported.table.find("claude-x").unwrap();
        assert_eq!(row.rates.cache_read, Some(PicoUsd(300_000)));
        assert_eq!(row.rates.cache_write, Some(PicoUsd(3_750_000)));
        assert_eq!(row.tiers.len(), 1);
        assert_eq!(
            *row.rates_for(Some(200_001)).0,
            rates(6_000_000, 22_500_000)
        );
        assert_eq!(
            imported.table.find("old").unwrap().rates,
            rates(100_000, 100_000)
        );

        let api = r#"{"data": [{"modelName": "a", "inputPrice": 0.000001, "outputPrice": null},
            {"modelName": "b", "prices": {"input": {"price": 0.000002}, "output": {"price": 0.000004}}}]}"#;
        let imported = import(api).unwrap();
        assert_eq!(imported.table.find("a").unwrap().rates, rates(1_000_000, 0));
        assert_eq!(
            imported.table.find("b").unwrap().rates,
            rates(2_000_000, 4_000_000)
        );
    }

    #[test]
    fn own_layouts() {
        let plain = r#"{"models": {"a": {"input": 12.5, "output": 0.004687, "cache_read": null, "cache_write": 1,
            "provider": "openai", "retired_from": "later"}}}"#;
        let imported = import(plain).unwrap();
        let row = &imported.table.rows()[0];
        assert_eq!(
            (row.rates.output, row.rates.cache_write),
            (PicoUsd(4687), Some(PicoUsd(1_000_000)))
        );
        assert!(row.retired);
        let again = import(&imported.table.to_text()).unwrap();
        assert_eq!(again.table.rows(), imported.table.rows());
    }

    #[test]
    fn what_has_no_prices_is_an_error() {
        for (text, message) in [
            (
                "{}",
                "expected prices of models as LiteLLM, Langfuse or this app writes them, found none",
            ),
            (
                "[1, 2]",
                "expected prices of models as LiteLLM, Langfuse or this app writes them, found none",
            ),
            (
                "{\n\"a\": ",
                "line 2: the JSON cannot be read: EOF while parsing a value at line 2 column 5",
            ),
            ("hello", "line 1: expected a price of input and of output"),
        ] {
            assert_eq!(import(text).unwrap_err().to_string(), message);
        }
    }
}
