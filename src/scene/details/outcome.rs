//! How a span went by its attributes, where its status is silent: some producers write a level or a state of their own and
//! leave the OTLP status unset. It is shown, and is in no count of errors: those are of spans whose status says so.

use super::{Attribute, Details};
use crate::model::StatusCode;

/// Keys that say how it went, the values that say that it went wrong (none: any), and the key of the words about it.
/// Sources: Langfuse SDK (`attributes.ts`), hand-set keys, `OpenTelemetry` general attributes.
const KEYS: [(&str, &[&str], &str); 4] = [
    (
        "langfuse.observation.level",
        &["error", "warning"],
        "langfuse.observation.status_message",
    ),
    ("gen_ai.tool.status", &["error"], ""),
    ("agent.child.status", &["failed"], ""),
    ("error.type", &[], "error.message"),
];

/// What an attribute says that went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said<'a> {
    /// Its value, e.g. `ERROR`.
    pub value: &'a str,
    /// Its key.
    pub key: &'a str,
    /// Place of the attribute with the words about it.
    pub words: Option<usize>,
}

/// What attributes say of a span whose status says nothing, or nothing but that it failed.
pub(super) fn said(details: &Details) -> Option<Said<'_>> {
    let failed = details.status == StatusCode::Error;
    if failed && !details.status_message.text.is_empty() {
        return None;
    }
    let find = |wanted: &str| {
        let is_wanted = |attribute: &Attribute| attribute.key == wanted;
        let at = details.attributes.iter().position(is_wanted)?;
        let text = word(&details.attributes.get(at)?.value.text);
        (!text.is_empty()).then_some((at, text))
    };
    let mut found = KEYS.iter().filter_map(|&(key, values, words)| {
        let (_, value) = find(key)?;
        let is_bad = |bad: &&str| value.eq_ignore_ascii_case(bad);
        (values.is_empty() || values.iter().any(is_bad)).then(|| Said {
            value,
            key,
            words: find(words).map(|(at, _)| at),
        })
    });
    found.find(|said| !failed || said.words.is_some())
}

/// A text without what some producers put around it, who write each value as JSON.
fn word(text: &str) -> &str {
    text.trim_matches('"').trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SpanRow;
    use crate::model::text::parse;
    use crate::scene::details::{Texts, details};
    use serde_json::json;

    /// What is said of a span with a status and these attributes: value, key, words.
    fn told(status: &serde_json::Value, attributes: &[(&str, &str)]) -> Option<[String; 3]> {
        let store = match status["code"].as_u64() {
            Some(2) => parse("a 5..10 error").finish(),
            _ => parse("a 5..10").finish(),
        };
        let list: Vec<_> = (attributes.iter())
            .map(|(key, value)| json!({"key": key, "value": {"stringValue": value}}))
            .collect();
        let span = json!({"name": "a", "status": status, "attributes": list});
        let texts = Texts {
            span: Some(Ok(span.to_string().into_bytes())),
            logs: Vec::new(),
        };
        let details = details(&store, SpanRow(0), 5, &texts);
        let said = said(&details)?;
        let words = said
            .words
            .map(|at| details.attributes[at].value.text.clone());
        Some([
            said.value.to_owned(),
            said.key.to_owned(),
            words.unwrap_or_default(),
        ])
    }

    const LEVEL: &str = "langfuse.observation.level";
    const WORDS: &str = "langfuse.observation.status_message";

    #[test]
    fn a_level_speaks_where_the_status_is_silent() {
        let unset = json!({});
        assert_eq!(
            told(&unset, &[(WORDS, "1 e-mail masked"), (LEVEL, "WARNING")]).unwrap(),
            ["WARNING", LEVEL, "1 e-mail masked"]
        );
        assert_eq!(
            told(&unset, &[(LEVEL, "\"ERROR\"")]).unwrap(),
            ["ERROR", LEVEL, ""]
        );
        assert_eq!(told(&unset, &[(LEVEL, "DEFAULT"), (WORDS, "fine")]), None);
        assert_eq!(told(&unset, &[]), None);
        assert_eq!(
            told(
                &unset,
                &[("gen_ai.tool.status", "error"), ("error.type", "Timeout")]
            )
            .unwrap()[1],
            "gen_ai.tool.status"
        );
        assert_eq!(
            told(&unset, &[("error.type", "404")]).unwrap(),
            ["404", "error.type", ""]
        );
    }

    #[test]
    fn a_failed_span_is_told_of_only_where_its_status_has_no_words() {
        let attributes = [(LEVEL, "ERROR"), (WORDS, "timed out")];
        let silent = json!({"code": 2});
        assert_eq!(told(&silent, &attributes).unwrap()[2], "timed out");
        assert_eq!(told(&silent, &attributes[..1]), None);
        let telling = json!({"code": 2, "message": "timed out"});
        assert_eq!(told(&telling, &attributes), None);
    }
}
