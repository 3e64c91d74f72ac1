//! OTLP `AnyValue` and attribute lists from `serde_json` values.

use super::{Attribute, TextValue, ValueKind};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Cuts texts so that a selected span is shown at once, whatever it carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cutter {
    /// Longest text in bytes.
    pub limit: usize,
}

impl Cutter {
    /// `text`, cut at a character when it is longer than the limit.
    pub fn cut(self, text: &str, pointer: String) -> TextValue {
        let mut end = text.len().min(self.limit);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        TextValue {
            text: text.get(..end).unwrap_or_default().to_owned(),
            bytes: text.len() as u64,
            pointer,
        }
    }

    /// An attribute list: an array of `{key, value}`, or (leniently) a plain object.
    pub fn attributes(self, list: Option<&Value>, pointer: &str) -> Vec<Attribute> {
        match list {
            Some(Value::Array(items)) => items
                .iter()
                .enumerate()
                .map(|(at, item)| {
                    let key = field(item, &["key"]).map(plain_text).unwrap_or_default();
                    self.attribute(key, field(item, &["value"]), format!("{pointer}/{at}"))
                })
                .collect(),
            Some(Value::Object(map)) => map
                .iter()
                .enumerate()
                .map(|(at, (key, value))| {
                    self.attribute(key.clone(), Some(value), format!("{pointer}/{at}"))
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// One attribute from an `AnyValue`.
    pub fn attribute(self, key: String, value: Option<&Value>, pointer: String) -> Attribute {
        let (kind, text) = value.map_or((ValueKind::Empty, String::new()), any_value);
        Attribute {
            key,
            kind,
            value: self.cut(&text, pointer),
        }
    }
}

/// The first of `names` that an object has and that is not null.
pub(super) fn field<'a>(object: &'a Value, names: &[&str]) -> Option<&'a Value> {
    let map = object.as_object()?;
    names
        .iter()
        .find_map(|name| map.get(*name))
        .filter(|value| !value.is_null())
}

/// A text for people: strings as they are, everything else as JSON.
pub(super) fn plain_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A 64-bit integer written as a number or as a string; `None` when it is neither, or zero where zero means absent.
pub(super) fn integer(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_u64().map(|_| i64::MAX)),
        Value::String(text) => text
            .parse::<i64>()
            .ok()
            .or_else(|| text.parse::<u64>().ok().map(|_| i64::MAX)),
        _ => None,
    }
}

/// A time in nanoseconds; zero is absent.
pub(super) fn time(value: Option<&Value>) -> Option<i64> {
    integer(value).filter(|&time| time != 0)
}

/// Type and text of an `AnyValue`; a bare JSON value is taken for what it is.
pub(super) fn any_value(value: &Value) -> (ValueKind, String) {
    if let Value::Object(map) = value
        && let Some((kind, inner)) = tagged(map)
    {
        let text = match kind {
            ValueKind::Array | ValueKind::Map => {
                let mut out = String::new();
                write_json(value, &mut out);
                out
            }
            _ => plain_text(inner),
        };
        return (kind, text);
    }
    let kind = match value {
        Value::Null => ValueKind::Empty,
        Value::Bool(_) => ValueKind::Bool,
        Value::Number(number) if number.is_f64() => ValueKind::Double,
        Value::Number(_) => ValueKind::Int,
        Value::String(_) => ValueKind::String,
        Value::Array(_) => ValueKind::Array,
        Value::Object(map) if map.is_empty() => ValueKind::Empty,
        Value::Object(_) => ValueKind::Map,
    };
    let text = match kind {
        ValueKind::Empty => String::new(),
        _ => plain_text(value),
    };
    (kind, text)
}

/// The one field of an `AnyValue` object.
fn tagged(map: &Map<String, Value>) -> Option<(ValueKind, &Value)> {
    let (name, inner) = map.iter().next().filter(|_| map.len() == 1)?;
    let kind = match name.as_str() {
        "stringValue" | "string_value" => ValueKind::String,
        "intValue" | "int_value" => ValueKind::Int,
        "doubleValue" | "double_value" => ValueKind::Double,
        "boolValue" | "bool_value" => ValueKind::Bool,
        "bytesValue" | "bytes_value" => ValueKind::Bytes,
        "arrayValue" | "array_value" => ValueKind::Array,
        "kvlistValue" | "kvlist_value" => ValueKind::Map,
        _ => return None,
    };
    Some((kind, inner))
}

/// Writes an `AnyValue` as plain JSON, maps in file order. The depth is bounded by the JSON reader's own limit.
fn write_json(value: &Value, out: &mut String) {
    let Value::Object(map) = value else {
        let _ = write!(out, "{value}");
        return;
    };
    match tagged(map) {
        Some((ValueKind::Array, inner)) => {
            out.push('[');
            for (at, item) in values_of(inner).iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Some((ValueKind::Map, inner)) => {
            out.push('{');
            for (at, item) in values_of(inner).iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                let key = field(item, &["key"]).map(plain_text).unwrap_or_default();
                let _ = write!(out, "{}: ", Value::String(key));
                match field(item, &["value"]) {
                    Some(value) => write_json(value, out),
                    None => out.push_str("null"),
                }
            }
            out.push('}');
        }
        // A 64-bit integer stays a number for the reader's eye.
        Some((ValueKind::Int, Value::String(digits))) => out.push_str(digits),
        Some((_, inner)) => {
            let _ = write!(out, "{inner}");
        }
        None if map.is_empty() => out.push_str("null"),
        None => {
            let _ = write!(out, "{value}");
        }
    }
}

fn values_of(list: &Value) -> &[Value] {
    field(list, &["values"])
        .or(Some(list))
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn any_values_keep_type_and_order() {
        let cases = [
            (json!({"stringValue": "<b>"}), ValueKind::String, "<b>"),
            (
                json!({"intValue": "9007199254740993"}),
                ValueKind::Int,
                "9007199254740993",
            ),
            (json!({"int_value": 7}), ValueKind::Int, "7"),
            (json!({"doubleValue": 0.5}), ValueKind::Double, "0.5"),
            (json!({"boolValue": false}), ValueKind::Bool, "false"),
            (json!({}), ValueKind::Empty, ""),
            (
                json!({"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "2"}]}}),
                ValueKind::Array,
                "[\"a\", 2]",
            ),
            (
                json!({"kvlistValue": {"values": [{"key": "z", "value": {"boolValue": true}}, {"key": "a"}]}}),
                ValueKind::Map,
                "{\"z\": true, \"a\": null}",
            ),
            (json!("bare"), ValueKind::String, "bare"),
        ];
        for (value, kind, text) in cases {
            assert_eq!(any_value(&value), (kind, text.to_owned()), "{value}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let cut = Cutter { limit: 4 }.cut("aäöü", "attributes/0".into());
        assert_eq!((cut.text.as_str(), cut.bytes), ("aä", 7));
    }

    #[test]
    fn integers_beyond_the_range_are_clamped() {
        assert_eq!(
            integer(Some(&json!("18446744073709551615"))),
            Some(i64::MAX)
        );
        assert_eq!(time(Some(&json!(0))), None);
        assert_eq!(integer(Some(&json!({}))), None);
    }
}
