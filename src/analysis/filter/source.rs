//! Conditions put to the JSON of a span, for what only the source has.

use super::field::{Field, Number, Scope, TextField, Value};
use super::lexer::Compare;
use super::parser::Condition;
use serde_json::Value as Json;

impl Condition {
    /// Whether a text passes: that of an attribute, a name or a message.
    pub fn fits_text(&self, text: &str) -> bool {
        match &self.value {
            Value::Text(wanted) => (wanted == text) == (self.compare == Compare::Equal),
            Value::Pattern(pattern) => pattern.is_match(text) == (self.compare == Compare::Fits),
            Value::Number(wanted) => {
                Number::parse(text).is_some_and(|number| self.fits_number(number, *wanted))
            }
            Value::Nil => self.compare == Compare::NotEqual,
            Value::Money(_) | Value::Status(_) | Value::SpanKind(_) => false,
        }
    }

    /// Whether a number passes.
    pub fn fits_number(&self, number: Number, wanted: Number) -> bool {
        let order = number.compare(wanted);
        order.is_some_and(|order| self.compare.holds(order))
    }

    /// Whether it asks for the field to be absent.
    pub fn wants_nil(&self) -> bool {
        self.value == Value::Nil && self.compare == Compare::Equal
    }

    /// Whether the span passes, for a condition on what may stand in the source alone. `in_resource` says whether its
    /// resource passes a condition on any scope.
    pub fn is_in_span(&self, span: &Json) -> bool {
        match &self.field {
            Field::Attribute(Scope::Event, key) => {
                let events = list(span, &["events"]);
                self.any(events.iter().flat_map(|event| values(event, key)))
            }
            Field::Attribute(_, key) => self.any(values(span, key)),
            Field::Text(TextField::StatusMessage) => {
                let message = span.get("status").and_then(|status| status.get("message"));
                self.any(message.into_iter())
            }
            _ => false,
        }
    }

    /// Whether one of the values passes, or there is none and that is asked for.
    pub fn any<'j>(&self, mut values: impl Iterator<Item = &'j Json>) -> bool {
        if self.wants_nil() {
            return values.next().is_none();
        }
        values.any(|value| self.fits_value(value))
    }

    /// Whether an `AnyValue` passes: of an array one of its values, however deep.
    fn fits_value(&self, value: &Json) -> bool {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            let fits = match value {
                Json::String(text) => self.fits_text(text),
                Json::Number(number) => self.fits_text(&number.to_string()),
                Json::Bool(true) => self.fits_text("true"),
                Json::Bool(false) => self.fits_text("false"),
                // Whatever it holds, it is there.
                _ if self.value == Value::Nil => true,
                Json::Null => false,
                Json::Array(items) => {
                    open.extend(items);
                    false
                }
                Json::Object(tagged) => {
                    for (tag, inner) in tagged {
                        match tag.as_str() {
                            "kvlistValue" | "kvlist_value" => {}
                            _ => open.push(inner),
                        }
                    }
                    // A value without a type is the empty one.
                    tagged.is_empty() && self.fits_text("")
                }
            };
            if fits {
                return true;
            }
        }
        false
    }
}

/// The first list that an object has under one of these names; an empty one when it has none.
fn list<'j>(object: &'j Json, names: &[&str]) -> &'j [Json] {
    let found = names.iter().find_map(|name| object.get(*name)?.as_array());
    found.map(Vec::as_slice).unwrap_or_default()
}

/// The values of the attributes of this key.
pub(super) fn values<'j>(object: &'j Json, key: &str) -> impl Iterator<Item = &'j Json> {
    let attributes = list(object, &["attributes"]).iter();
    attributes
        .filter(move |attribute| attribute.get("key").and_then(Json::as_str) == Some(key))
        .map(|attribute| attribute.get("value").unwrap_or(&Json::Null))
}
