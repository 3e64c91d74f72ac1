//! Which key each value of a span's canonical record came from.
//!
//! The attributes are shown to [`Observed`] once more, one after the other: the key after which a field has another
//! value is the one that gave it. So the answer is that of the reader, whatever the rules of precedence are.

use super::dictionary::{CountField, Source, TextField};
use super::observed::{Fields, Observed, Place};
use super::resolve::name_in;
use crate::model::OperationKind;

/// A key of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The attribute's key.
    pub name: &'static str,
    /// Where it is defined.
    pub source: Source,
}

/// The keys that a span's values came from. A value that no key gave was derived, or is unknown.
#[derive(Debug, Default)]
pub struct Provenance {
    observed: Observed,
    kind: Option<Key>,
    texts: [Option<Key>; TextField::COUNT],
    counts: [Option<Key>; CountField::COUNT],
    cost: Option<Key>,
    cost_parts: Vec<Key>,
    response_id: Option<Key>,
    tool_call_id: Option<Key>,
    uncached_input: Option<Key>,
}

impl Provenance {
    /// Looks at the attributes of a span in the order of its text: keys and values, these decoded.
    pub fn new<'a>(attributes: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut new = Self::default();
        for (key, value) in attributes {
            new.see(key, value);
        }
        new
    }

    fn see(&mut self, key: &str, value: &str) {
        let rows = self.observed.find(key);
        let Some(row) = self.observed.dictionary.rows(rows).first() else {
            return;
        };
        let key = Key {
            name: row.key,
            source: row.source,
        };
        let before = self.observed.fields;
        self.observed.see(rows, None, value.as_bytes());
        let after: &Fields = &self.observed.fields;
        if after.kind.0 < before.kind.0 {
            self.kind = Some(key);
        }
        for (at, slot) in self.texts.iter_mut().enumerate() {
            if after.texts.rank(at) < before.texts.rank(at) {
                *slot = Some(key);
            }
        }
        for (at, slot) in self.counts.iter_mut().enumerate() {
            if after.counts.rank(at) < before.counts.rank(at) {
                *slot = Some(key);
            }
        }
        if after.cost.0 < before.cost.0 {
            self.cost = Some(key);
        }
        if after.cost_parts.0 > before.cost_parts.0 {
            self.cost_parts.push(key);
        }
        if after.response_id.0 < before.response_id.0 {
            self.response_id = Some(key);
        }
        if after.tool_call_id.0 < before.tool_call_id.0 {
            self.tool_call_id = Some(key);
        }
        if after.uncached_input.is_some() && before.uncached_input.is_none() {
            self.uncached_input = Some(key);
        }
    }

    /// The key that says the kind; `None` where the span's name or its other values tell it, or nothing does.
    pub fn kind(&self) -> Option<Key> {
        self.kind
    }

    /// The kind that a key says.
    pub fn kind_said(&self) -> Option<OperationKind> {
        self.observed.kind_said()
    }

    /// The key of a text and the text; `None` where no key gives one that names anything.
    pub fn text(&self, field: TextField) -> Option<(Key, &str)> {
        let key = self.texts[field as usize]?;
        let Place::Copied(start, len) = self.observed.fields.texts.get(field as usize)? else {
            return None;
        };
        let bytes = self
            .observed
            .copied
            .get(start as usize..(start + len) as usize)?;
        let text = name_in(std::str::from_utf8(bytes).ok()?)?;
        Some((key, text))
    }

    /// The key that names the agent of a span of this kind, and the name.
    pub fn agent(&self, kind: OperationKind) -> Option<(Key, &str)> {
        let (fields, known) = self.observed.fields.agent_fields(kind);
        let mut fields = fields.into_iter().take(known);
        fields.find_map(|field| self.text(field))
    }

    /// The key of a number of tokens, and the number as that says it: cached tokens may have been added since.
    pub fn count(&self, field: CountField) -> Option<(Key, u64)> {
        let key = self.counts[field as usize]?;
        Some((key, self.observed.fields.counts.get(field as usize)?))
    }

    /// The keys of the reported cost: one with a total, or those of its parts. None where no cost is reported.
    pub fn cost(&self) -> &[Key] {
        match (&self.cost, self.cost_parts.len()) {
            (Some(key), _) => std::slice::from_ref(key),
            (None, 2..) => &self.cost_parts,
            (None, _) => &[],
        }
    }

    /// The key of the id of a model's answer, or of a tool's call.
    pub fn call_id(&self, kind: OperationKind) -> Option<Key> {
        match kind {
            OperationKind::Llm => self.response_id,
            OperationKind::Tool => self.tool_call_id,
            _ => None,
        }
    }

    /// The key under which the provider itself counts its input, without cached tokens.
    pub fn uncached_input(&self) -> Option<Key> {
        self.uncached_input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_the_key_that_decided_it() {
        let found = Provenance::new([
            ("llm.token_count.prompt", "9"),
            ("gen_ai.usage.input_tokens", "7"),
            ("llm.token_count.completion", "3"),
            ("gen_ai.request.model", "gpt-4o"),
            ("gen_ai.operation.name", "chat"),
            ("openinference.span.kind", "AGENT"),
            ("graph.node.id", "planner"),
            ("llm.cost.prompt", "0.1"),
            ("llm.cost.completion", "0.2"),
            ("unheard.of", "1"),
        ]);
        let name = |key: Option<Key>| key.map(|key| key.name);
        let (input, tokens) = found.count(CountField::Input).unwrap();
        assert_eq!((input.name, tokens), ("gen_ai.usage.input_tokens", 7));
        assert_eq!(input.source, Source::OpenTelemetry);
        let (output, _) = found.count(CountField::Output).unwrap();
        assert_eq!(output.name, "llm.token_count.completion");
        assert_eq!(found.count(CountField::CacheRead), None);
        assert_eq!(name(found.kind()), Some("openinference.span.kind"));
        assert_eq!(found.kind_said(), Some(OperationKind::Agent));
        let agent = |kind| found.agent(kind).map(|(key, text)| (key.name, text));
        assert_eq!(
            agent(OperationKind::Agent),
            Some(("graph.node.id", "planner"))
        );
        assert_eq!(agent(OperationKind::Llm), None);
        let (model, text) = found.text(TextField::RequestModel).unwrap();
        assert_eq!((model.name, text), ("gen_ai.request.model", "gpt-4o"));
        let parts: Vec<&str> = found.cost().iter().map(|key| key.name).collect();
        assert_eq!(parts, ["llm.cost.prompt", "llm.cost.completion"]);
    }

    #[test]
    fn json_is_the_key_of_what_stands_in_it() {
        let found = Provenance::new([
            (
                "langfuse.observation.usage_details",
                r#"{"input": 77, "input_cache_read": 640}"#,
            ),
            ("langfuse.observation.cost_details", r#"{"total": 0.5}"#),
            (
                "metadata",
                r#"{"lc_agent_name": "sales", "thread_id": "t1"}"#,
            ),
        ]);
        let usage = "langfuse.observation.usage_details";
        for (field, tokens) in [(CountField::Input, 717), (CountField::CacheRead, 640)] {
            let (key, count) = found.count(field).unwrap();
            assert_eq!((key.name, count), (usage, tokens));
        }
        assert_eq!(found.cost()[0].name, "langfuse.observation.cost_details");
        let session = found.text(TextField::Session).unwrap();
        assert_eq!((session.0.name, session.1), ("metadata", "t1"));
        assert_eq!(found.agent(OperationKind::Chain).unwrap().1, "sales");
        assert_eq!(found.kind(), None);
    }
}
