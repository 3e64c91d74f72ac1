//! Evaluation results and feedback.

use super::fields::{Fields, Object, plain, unwrapped};
use super::keys::{ANNOTATIONS, EVALUATION, SCORE_PREFIXES, SCORES};
use crate::model::json::Json;

/// One score.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// What was judged.
    pub name: String,
    /// The number as written; empty when absent.
    pub value: String,
    /// The word; empty when absent.
    pub label: String,
    /// Why; empty when absent.
    pub explanation: String,
}

/// The scores that stand on a span.
pub fn scores(fields: &Fields<'_>) -> Vec<Score> {
    let mut found = Vec::new();
    for event in fields
        .events
        .iter()
        .filter(|event| event.name == EVALUATION)
    {
        let text = |part: &str| {
            event
                .text(&format!("gen_ai.evaluation.{part}"))
                .unwrap_or_default()
        };
        found.push(Score {
            name: text("name"),
            value: text("score.value"),
            label: text("score.label"),
            explanation: text("explanation"),
        });
    }
    for key in ANNOTATIONS {
        let Some(text) = fields.text(key) else {
            continue;
        };
        for (_, item) in Json::parse(&text).map(Json::members).unwrap_or_default() {
            let object = Object::of(item);
            let inner = object.get(&["annotation"]).map(Object::of);
            found.push(one(inner.as_ref().unwrap_or(&object), ""));
        }
    }
    for (key, value) in &fields.attributes {
        let name = match SCORE_PREFIXES
            .iter()
            .find_map(|prefix| key.strip_prefix(prefix))
        {
            Some(name) => name,
            None if SCORES.contains(&key.as_ref()) => key.as_ref(),
            None => continue,
        };
        let text = plain(*value).map(unwrapped).unwrap_or_default();
        match Json::parse(&text)
            .map(Object::of)
            .filter(|object| !object.0.is_empty())
        {
            Some(object) => found.push(one(&object, name)),
            None => found.push(Score {
                name: name.to_owned(),
                value: text,
                ..Score::default()
            }),
        }
    }
    found
}

fn one(object: &Object<'_>, name: &str) -> Score {
    let own = object.text(&["name"]);
    Score {
        name: if own.is_empty() { name.to_owned() } else { own },
        value: object.text(&["score", "value"]),
        label: object.text(&["label"]),
        explanation: object.text(&["explanation", "rationale", "comment"]),
    }
}
