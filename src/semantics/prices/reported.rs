//! Costs that a trace itself carries, in US dollars.
//!
//! | key | from |
//! |---|---|
//! | `gen_ai.usage.cost`, `gen_ai.usage.cost_usd` | Langfuse's map of dialects, vendors |
//! | `llm.cost.total`, else `llm.cost.prompt` and `llm.cost.completion` | `OpenInference` |
//! | `langfuse.observation.cost_details` | Langfuse SDK: JSON by kind of usage, with `total` |
//! | `operation.cost` | pydantic-ai |
//! | `mlflow.llm.cost` | `MLflow`: JSON with `total_cost` |
//! | `cost_usd` | Claude Code's `api_request` |
//!
//! `mlflow.trace.cost` is the cost of a whole trace and no span's own. A cost that is negative or no number is none.

use crate::model::PicoUsd;
use crate::model::json::{Json, Shape};

/// How a key's value says the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The value is the cost.
    Whole,
    /// The value is JSON of its parts, maybe with their total.
    Parts,
}

/// Keys of one span in order of precedence.
const KEYS: [(&str, Form); 7] = [
    ("gen_ai.usage.cost", Form::Whole),
    ("gen_ai.usage.cost_usd", Form::Whole),
    ("llm.cost.total", Form::Whole),
    ("langfuse.observation.cost_details", Form::Parts),
    ("operation.cost", Form::Whole),
    ("mlflow.llm.cost", Form::Parts),
    ("cost_usd", Form::Whole),
];

/// Keys whose values are added where no total is given.
const PART_KEYS: [&str; 2] = ["llm.cost.prompt", "llm.cost.completion"];

/// Whether a key may say what a span cost.
pub fn is_cost_key(key: &str) -> bool {
    KEYS.iter().any(|&(known, _)| known == key) || PART_KEYS.contains(&key)
}

/// The cost that a span reports and the key that says so. `value` gives the text of an attribute: numbers as written,
/// strings without quotes.
pub fn reported<'t>(value: impl Fn(&str) -> Option<&'t str>) -> Option<(PicoUsd, &'static str)> {
    for (key, form) in KEYS {
        let cost = value(key).and_then(|text| match form {
            Form::Whole => amount(text),
            Form::Parts => parts(text),
        });
        if let Some(cost) = cost {
            return Some((cost, key));
        }
    }
    let [prompt, completion] = PART_KEYS.map(|key| value(key).and_then(amount));
    // One part alone is the cost of a part.
    Some((prompt?.checked_add(completion?)?, PART_KEYS[0]))
}

fn amount(text: &str) -> Option<PicoUsd> {
    let text = text.trim().trim_matches('"');
    PicoUsd::parse(text).filter(|amount| *amount >= PicoUsd(0))
}

/// The total of a JSON object of costs, or the sum of its parts. JSON within a JSON string counts too.
fn parts(text: &str) -> Option<PicoUsd> {
    let inner;
    let mut json = Json::parse(text)?;
    if let Some(text) = json.as_text() {
        inner = text;
        json = Json::parse(&inner)?;
    }
    match json.shape() {
        Shape::Object => {}
        Shape::Other => return amount(json.source()),
        Shape::Array | Shape::Text => return None,
    }
    let cost = |value: Json<'_>| match value.shape() {
        Shape::Text | Shape::Other => amount(&value.decoded()),
        Shape::Object | Shape::Array => None,
    };
    let total = ["total", "total_cost"]
        .iter()
        .find_map(|&key| cost(json.get(key)?));
    if total.is_some() {
        return total;
    }
    let mut sum = None;
    for part in json
        .members()
        .into_iter()
        .filter_map(|(_, value)| cost(value))
    {
        sum = Some(part.checked_add(sum.unwrap_or_default())?);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(attributes: &[(&str, &'static str)]) -> Option<(i64, &'static str)> {
        let value = |key: &str| {
            let found = attributes.iter().find(|(known, _)| *known == key);
            found.map(|&(_, value)| value)
        };
        reported(value).map(|(cost, key)| (cost.0, key))
    }

    #[test]
    fn the_first_key_that_says_a_cost_counts() {
        assert_eq!(of(&[]), None);
        assert_eq!(
            of(&[("operation.cost", "0.002511"), ("cost_usd", "1")]),
            Some((2_511_000_000, "operation.cost"))
        );
        assert_eq!(
            of(&[("gen_ai.usage.cost", "NaN"), ("llm.cost.total", "1e-6")]),
            Some((1_000_000, "llm.cost.total"))
        );
        assert_eq!(of(&[("gen_ai.usage.cost", "-1")]), None);
        assert_eq!(of(&[("mlflow.trace.cost", "{\"total_cost\":1}")]), None);
        assert!(is_cost_key("llm.cost.prompt") && !is_cost_key("mlflow.trace.cost"));
    }

    #[test]
    fn parts_are_added_where_no_total_is_given() {
        let details = "langfuse.observation.cost_details";
        for (text, cost) in [
            (
                r#"{"input":0.5,"output":0.25,"total":1}"#,
                Some(1_000_000_000_000),
            ),
            (r#"{"input":0.5,"output":0.25}"#, Some(750_000_000_000)),
            (r#""{\"input\":\"0.5\"}""#, Some(500_000_000_000)),
            ("0.5", Some(500_000_000_000)),
            ("{}", None),
            ("[1]", None),
            ("{", None),
        ] {
            assert_eq!(
                of(&[(details, text)]),
                cost.map(|cost| (cost, details)),
                "{text}"
            );
        }
        assert_eq!(
            of(&[
                ("llm.cost.prompt", "0.5"),
                ("llm.cost.completion", "\"0.25\"")
            ]),
            Some((750_000_000_000, "llm.cost.prompt"))
        );
        assert_eq!(of(&[("llm.cost.prompt", "0.5")]), None);
    }
}
