//! A query made ready: the tests that texts, ids and bytes of JSON are put to.

use super::json::{Step, Text, walk};
use super::needle::Needle;
use super::query::{Field, HexPart, Query, Value};
use super::scan::SpanTest;
use crate::model::{Interner, SpanRow, WireSpanId, WireTraceId};

/// What is sought.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// The text, or the whole of a pair; `None` for an empty query.
    pub text: Option<TextTest>,
    /// The pair.
    pub pair: Option<PairTest>,
    /// The field the pair names.
    pub field: Option<Field>,
}

/// A text anywhere in a span.
#[derive(Debug, Clone)]
pub(super) struct TextTest {
    /// The text.
    pub needle: Needle,
    /// The ids it may be a part of.
    pub hex: Option<HexPart>,
    /// The span id it is in base64.
    pub span_id: Option<u64>,
    /// The trace id it is in base64.
    pub trace_id: Option<u128>,
}

/// An attribute with a value.
#[derive(Debug, Clone)]
pub(super) struct PairTest {
    /// The key as written in the query.
    pub key: String,
    /// Whether letters of ASCII in the key count in any case.
    pub any_case: bool,
    /// The value.
    pub value: ValueTest,
    /// Finds JSON that may have such an attribute.
    near: Needle,
}

/// What a value has to be.
#[derive(Debug, Clone)]
pub(super) enum ValueTest {
    /// Anything.
    Any,
    /// Holds this, case ignored.
    Holds(Needle),
    /// Is this.
    Is(String),
}

impl Wanted {
    pub fn new(query: &Query) -> Self {
        match query {
            Query::Empty => Self::default(),
            Query::Text(text) => Self {
                text: Some(TextTest::new(text)),
                ..Self::default()
            },
            Query::Pair { text, key, value } => Self {
                text: Some(TextTest::new(text)),
                pair: Some(PairTest::new(key, value)),
                field: Field::parse(key, value),
            },
        }
    }

    /// Whether the JSON of a span has what is sought in a text of the user.
    pub fn is_in_json(&self, json: &[u8]) -> bool {
        self.text.as_ref().is_some_and(|test| test.is_in_json(json))
            || self.pair.as_ref().is_some_and(|test| test.is_in_json(json))
    }
}

impl SpanTest for Wanted {
    fn is_match(&self, _row: SpanRow, json: &[u8]) -> bool {
        self.is_in_json(json)
    }

    fn wants_logs(&self) -> bool {
        self.text.is_some()
    }
}

impl TextTest {
    fn new(text: &str) -> Self {
        let mut scratch = Interner::default();
        let (span, trace) = match text.len() {
            11 | 12 => (WireSpanId::parse(text, &mut scratch), None),
            22 | 24 => (None, WireTraceId::parse(text, &mut scratch)),
            _ => (None, None),
        };
        Self {
            needle: Needle::new(text),
            hex: HexPart::parse(text),
            // An odd text is found as a text.
            span_id: span.filter(|id| id.original.is_none()).map(|id| id.id.0),
            trace_id: trace.filter(|id| id.original.is_none()).map(|id| id.id.0),
        }
    }

    /// Whether a regular span id is meant.
    pub fn is_span_id(&self, id: u64) -> bool {
        self.span_id == Some(id) || self.hex.is_some_and(|part| part.is_in_span_id(id))
    }

    /// Whether a regular trace id is meant.
    pub fn is_trace_id(&self, id: u128) -> bool {
        self.trace_id == Some(id) || self.hex.is_some_and(|part| part.is_in_trace_id(id))
    }

    /// Whether the JSON of a span, a log record, a resource or a scope has it in a text of the user.
    pub fn is_in_json(&self, json: &[u8]) -> bool {
        let mut near = self.needle.next_in_json(json, 0);
        if near.is_none() {
            return false;
        }
        let mut found = false;
        walk(json, |step| {
            let Step::Text(text) = step else {
                return false;
            };
            found =
                may_hold(&self.needle, &mut near, json, &text) && self.needle.is_in(&text.decode());
            found || near.is_none()
        });
        found
    }
}

/// Whether a text has a place where the needle may be. `near` is the last such place that was found; texts come in
/// order, so each place is looked up once.
fn may_hold(needle: &Needle, near: &mut Option<usize>, json: &[u8], text: &Text<'_>) -> bool {
    if near.is_some_and(|near| near < text.at) {
        *near = needle.next_in_json(json, text.at);
    }
    near.is_some_and(|near| near < text.at + text.raw.len())
}

impl PairTest {
    fn new(key: &str, value: &Value) -> Self {
        let (value, near) = match value {
            Value::Any => (ValueTest::Any, key),
            Value::Holds(text) => (ValueTest::Holds(Needle::new(text)), text.as_str()),
            Value::Is(text) => (ValueTest::Is(text.clone()), text.as_str()),
        };
        Self {
            key: key.to_owned(),
            any_case: false,
            value,
            near: Needle::new(near),
        }
    }

    /// The same test for any value.
    pub fn for_any_value(&self) -> Self {
        Self {
            any_case: self.any_case,
            ..Self::new(&self.key, &Value::Any)
        }
    }

    pub fn is_key(&self, key: &str) -> bool {
        key == self.key || self.any_case && key.eq_ignore_ascii_case(&self.key)
    }

    /// Whether JSON of a span, a resource or a scope has such an attribute, at any depth.
    pub fn is_in_json(&self, json: &[u8]) -> bool {
        if self.near.next_in_json(json, 0).is_none() {
            return false;
        }
        // One entry per open object: whether it has the key, and whether it holds the value.
        let mut open: Vec<(bool, bool)> = Vec::new();
        walk(json, |step| {
            match step {
                Step::Open => open.push((false, false)),
                Step::Close => {
                    let (has_key, has_value) = open.pop().unwrap_or_default();
                    if has_key && (has_value || matches!(self.value, ValueTest::Any)) {
                        return true;
                    }
                    if let Some(above) = open.last_mut() {
                        above.1 |= has_value;
                    }
                }
                Step::Text(text) => {
                    if let Some(top) = open.last_mut() {
                        if text.is_key {
                            top.0 |= self.is_key(&text.decode());
                        } else {
                            top.1 |= self.value.fits(&text.decode());
                        }
                    }
                }
            }
            false
        })
    }
}

impl ValueTest {
    pub fn fits(&self, value: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Holds(needle) => needle.is_in(value),
            Self::Is(exact) => value == exact,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: &str = r#"{"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","name":"chat","attributes":[
        {"key":"prompt","value":{"stringValue":"Say \"h\u00E9llo\"\nto string"}},
        {"value":{"intValue":"1500"},"key":"Limit"},
        {"key":"tools","value":{"arrayValue":{"values":[{"stringValue":"grep"},{"kvlistValue":{"values":[
            {"key":"inner","value":{"boolValue":true}}]}}]}}},
        {"key":"none","value":{}}],
        "status":{"code":2,"message":"out of string"}}"#;

    #[test]
    fn texts_are_found_in_what_the_user_wrote() {
        for (query, is_in) in [
            ("CHAT", true),
            ("say \"HÉLLO\"", true),
            ("to STRING", true),
            ("stringValue", false),
            ("arrayValue", false),
            ("5b8aa5a2", false),
            ("1500", true),
            ("tools", true),
            ("grep", true),
            ("true", true),
            ("out of", true),
            ("héllo\"\nto", true),
            ("chatprompt", false),
        ] {
            let wanted = Wanted::new(&Query::Text(query.to_owned()));
            assert_eq!(wanted.is_in_json(SPAN.as_bytes()), is_in, "{query}");
        }
        assert!(!Wanted::default().is_in_json(SPAN.as_bytes()));
    }

    #[test]
    fn a_value_counts_for_the_keys_around_it() {
        for (query, is_in) in [
            ("prompt=HÉLLO", true),
            ("prompt=grep", false),
            ("limit=1500", false),
            ("Limit=15", true),
            ("Limit=\"15\"", false),
            ("Limit=\"1500\"", true),
            ("tools=grep", true),
            ("tools=true", true),
            ("inner=true", true),
            ("inner=grep", false),
            ("none=", true),
            ("absent=", false),
            ("key=", false),
        ] {
            let Query::Pair { key, value, .. } = Query::parse(query) else {
                panic!("{query} is a pair");
            };
            let test = PairTest::new(&key, &value);
            assert_eq!(test.is_in_json(SPAN.as_bytes()), is_in, "{query}");
        }
        let any_case = PairTest {
            any_case: true,
            ..PairTest::new("limit", &Value::Any)
        };
        assert!(any_case.is_in_json(SPAN.as_bytes()));
    }
}
