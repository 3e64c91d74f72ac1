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
use crate::model::json::{Json, Shape};

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
    let json = Json::parse(text).ok_or_else(|| PriceError {
        line: 0,
        what: "the JSON cannot be read: it is damaged or not whole".to_owned(),
    })?;
    let mut imported = Imported {
        table: PriceTable::default(),
        left_out: 0,
    };
    let data = json.get("data").filter(|data| data.shape() == Shape::Array);
    let models = json
        .get("models")
        .filter(|models| models.shape() == Shape::Object);
    if let Some(list) = data.or((json.shape() == Shape::Array).then_some(json)) {
        for entry in list.elements() {
            imported.take(langfuse(entry));
        }
    } else if let Some(models) = models {
        for (name, entry) in models.members() {
            imported.take(plain(&name, entry));
        }
    } else {
        for (name, entry) in json.members() {
            if name != "sample_spec" {
                imported.take(litellm(&name, entry));
            }
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
fn price(value: Option<Json<'_>>, exponent: i64) -> Option<PicoUsd> {
    let value = value?;
    let amount = match value.shape() {
        Shape::Other | Shape::Text => PicoUsd::parse_scaled(value.decoded().trim(), exponent),
        // Langfuse's API wraps a price into an object.
        Shape::Object => return price(value.get("price"), exponent),
        Shape::Array => None,
    };
    amount.filter(|amount| *amount >= PicoUsd(0))
}

fn text(entry: Json<'_>, key: &str) -> String {
    entry.get(key).and_then(Json::as_text).unwrap_or_default()
}

fn plain(name: &str, entry: Json<'_>) -> Option<PriceRow> {
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
        context: context(entry, "context_window"),
    })
}

fn litellm(name: &str, entry: Json<'_>) -> Option<PriceRow> {
    let mut row = PriceRow {
        model: name.to_owned(),
        provider: text(entry, "litellm_provider"),
        context: context(entry, "max_input_tokens"),
        ..PriceRow::default()
    };
    if let Some(ranges) = entry.get("tiered_pricing") {
        let ranges = ranges.elements();
        for range in &ranges {
            let rates = litellm_rates(*range, "", None)?;
            match from_tokens(*range) {
                0 => row.rates = rates,
                above => row.add_tier(Tier { above, rates }),
            }
        }
        return (!ranges.is_empty()).then_some(row);
    }
    row.rates = litellm_rates(entry, "", None)?;
    for (field, _) in entry.members() {
        let limit = field.strip_prefix("input_cost_per_token_above_");
        let limit = limit.and_then(|rest| rest.strip_suffix("k_tokens"));
        if let Some(above) = limit.and_then(|limit| limit.parse::<u32>().ok()) {
            let suffix = format!("_above_{above}k_tokens");
            if let Some(rates) = litellm_rates(entry, &suffix, Some(&row.rates)) {
                let above = u64::from(above) * 1000;
                row.add_tier(Tier { above, rates });
            }
        }
    }
    Some(row)
}

/// How many tokens of input a call may have.
fn context(entry: Json<'_>, key: &str) -> Option<u64> {
    entry.get(key).map(tokens).filter(|&count| count > 0)
}

/// Where a range of `tiered_pricing` begins.
fn from_tokens(range: Json<'_>) -> u64 {
    let from = range.get("range").map(Json::elements).unwrap_or_default();
    from.first().map_or(0, |from| tokens(*from))
}

/// A number of tokens, which may be written with a point.
fn tokens(number: Json<'_>) -> u64 {
    let dollars = PicoUsd::parse_scaled(number.source(), -12);
    dollars
        .and_then(|count| u64::try_from(count.0).ok())
        .unwrap_or(0)
}

/// Prices of fields that end in `suffix`; what is missing among those of a tier is as below it.
fn litellm_rates(fields: Json<'_>, suffix: &str, below: Option<&Rates>) -> Option<Rates> {
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

fn langfuse(entry: Json<'_>) -> Option<PriceRow> {
    let model = text(entry, "modelName");
    let mut row = PriceRow {
        model,
        ..PriceRow::default()
    };
    let tiers = entry
        .get("pricingTiers")
        .map(Json::elements)
        .unwrap_or_default();
    for tier in &tiers {
        let rates = langfuse_rates(tier.get("prices")?)?;
        let conditions = tier
            .get("conditions")
            .map(Json::elements)
            .unwrap_or_default();
        match conditions.first() {
            None => row.rates = rates,
            // Only limits of the input are prices for long input.
            Some(condition) => {
                if let Some(above) = langfuse_limit(*condition) {
                    row.add_tier(Tier { above, rates });
                }
            }
        }
    }
    if tiers.is_empty() {
        let prices = entry
            .get("prices")
            .filter(|prices| prices.shape() == Shape::Object);
        row.rates = match prices {
            Some(prices) => langfuse_rates(prices)?,
            None => Rates {
                input: price(entry.get("inputPrice").or(entry.get("totalPrice")), 0)?,
                output: price(entry.get("outputPrice").or(entry.get("totalPrice")), 0)
                    .unwrap_or_default(),
                ..Rates::default()
            },
        };
    }
    Some(row).filter(|row| !row.model.is_empty())
}

fn langfuse_limit(condition: Json<'_>) -> Option<u64> {
    let pattern = text(condition, "usageDetailPattern");
    let is_input = pattern.contains("input") || pattern.contains("prompt");
    let value = tokens(condition.get("value")?);
    match text(condition, "operator").as_str() {
        "gt" if is_input => Some(value),
        "gte" if is_input => Some(value.saturating_sub(1)),
        _ => None,
    }
}

/// Kinds of usage have several names; the first that has a price counts.
fn langfuse_rates(prices: Json<'_>) -> Option<Rates> {
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
                "the JSON cannot be read: it is damaged or not whole",
            ),
            ("hello", "line 1: expected a price of input and of output"),
        ] {
            assert_eq!(import(text).unwrap_err().to_string(), message);
        }
    }
}
