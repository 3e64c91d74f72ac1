//! Conditions put to the JSON of a span, for what only the source has.

use super::field::{Field, Number, Scope, TextField, Value};
use super::lexer::Compare;
use super::parser::Condition;
use crate::model::json::{Json, Shape};

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

    /// Whether the span passes, for a condition on what may stand in the source alone.
    pub fn is_in_span(&self, span: Json<'_>) -> bool {
        match &self.field {
            Field::Attribute(Scope::Event, key) => {
                let events = span.get("events").map(Json::elements).unwrap_or_default();
                self.any(events.into_iter().flat_map(|event| values(event, key)))
            }
            Field::Attribute(_, key) => self.any(values(span, key).into_iter()),
            Field::Text(TextField::StatusMessage) => {
                let message = span.get("status").and_then(|status| status.get("message"));
                self.any(message.into_iter())
            }
            _ => false,
        }
    }

    /// Whether one of the values passes, or there is none and that is asked for.
    pub fn any<'j>(&self, mut values: impl Iterator<Item = Json<'j>>) -> bool {
        if self.wants_nil() {
            return values.next().is_none();
        }
        values.any(|value| self.fits_value(value))
    }

    /// Whether an `AnyValue` passes: of an array one of its values, however deep.
    fn fits_value(&self, value: Json<'_>) -> bool {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            let fits = match value.shape() {
                Shape::Text | Shape::Other if !value.is_null() => self.fits_text(&value.decoded()),
                // Whatever it holds, it is there.
                _ if self.value == Value::Nil => true,
                Shape::Array => {
                    open.extend(value.elements());
                    false
                }
                Shape::Object => {
                    let tagged = value.members();
                    // A value without a type is the empty one.
                    let is_empty = tagged.is_empty();
                    let plain = tagged
                        .into_iter()
                        .filter(|(tag, _)| !matches!(&**tag, "kvlistValue" | "kvlist_value"));
                    open.extend(plain.map(|(_, inner)| inner));
                    is_empty && self.fits_text("")
                }
                Shape::Text | Shape::Other => false,
            };
            if fits {
                return true;
            }
        }
        false
    }
}

/// The values of the attributes of this key; `null` for one without.
pub(super) fn values<'j>(object: Json<'j>, key: &str) -> Vec<Json<'j>> {
    let attributes = object
        .get("attributes")
        .map(Json::elements)
        .unwrap_or_default();
    let own = attributes
        .into_iter()
        .filter(|attribute| attribute.get("key").and_then(Json::as_text).as_deref() == Some(key));
    own.map(|attribute| attribute.get("value").unwrap_or(Json::NULL))
        .collect()
}
