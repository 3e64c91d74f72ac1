//! OTLP `AnyValue` and attribute lists, from JSON as it stands in the file.

use super::{Attribute, TextValue, ValueKind};
use crate::model::json::{Json, Shape, quoted};
use std::borrow::Cow;

/// How deep an `AnyValue` is followed; what is deeper is shown as it stands in the file.
const MAX_DEPTH: u32 = 100;
/// Every level of a value is one more reading of what is in it: this many bytes are read for one value, then what is left
/// is shown as it stands.
const MAX_READING: usize = 48 << 20;

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
    pub fn attributes(self, list: Option<Json<'_>>, pointer: &str) -> Vec<Attribute> {
        let Some(list) = list else {
            return Vec::new();
        };
        let is_array = list.shape() == Shape::Array;
        let members = list.members().into_iter().enumerate();
        members
            .map(|(at, (key, item))| {
                let pointer = format!("{pointer}/{at}");
                if !is_array {
                    return self.attribute(key.into_owned(), Some(item), pointer);
                }
                let item = Object::of(Some(item));
                self.attribute(item.text(&["key"]), item.field(&["value"]), pointer)
            })
            .collect()
    }

    /// One attribute from an `AnyValue`.
    fn attribute(self, key: String, value: Option<Json<'_>>, pointer: String) -> Attribute {
        let (kind, text) = value.map_or((ValueKind::Empty, String::new()), any_value);
        Attribute {
            key,
            kind,
            value: self.cut(&text, pointer),
        }
    }
}

/// The members of an object, looked through once.
#[derive(Debug, Default)]
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// The members of an object; none of anything else.
    pub fn of(json: Option<Json<'a>>) -> Self {
        let object = json.filter(|json| json.shape() == Shape::Object);
        Self(object.map(Json::members).unwrap_or_default())
    }

    /// The first of `names` that is there and not null.
    pub fn field(&self, names: &[&str]) -> Option<Json<'a>> {
        names.iter().find_map(|name| {
            let found = self.0.iter().rev().find(|(key, _)| key == name);
            found
                .map(|&(_, value)| value)
                .filter(|value| !value.is_null())
        })
    }

    /// A text for people: strings as they are, everything else as JSON; empty when it is not there.
    pub fn text(&self, names: &[&str]) -> String {
        self.field(names).map(Json::decoded).unwrap_or_default()
    }

    /// The elements of an array; none when it is not there.
    pub fn elements(&self, names: &[&str]) -> Vec<Json<'a>> {
        self.field(names).map(Json::elements).unwrap_or_default()
    }
}

/// A 64-bit integer written as a number or as a string, clamped; `None` when it is neither.
pub(super) fn integer(value: Option<Json<'_>>) -> Option<i64> {
    let text = value?.decoded();
    let clamped = || text.parse::<u64>().ok().map(|_| i64::MAX);
    text.parse::<i64>().ok().or_else(clamped)
}

/// A time in nanoseconds; zero is absent.
pub(super) fn time(value: Option<Json<'_>>) -> Option<i64> {
    integer(value).filter(|&time| time != 0)
}

/// Type and text of an `AnyValue`; a bare JSON value is taken for what it is.
pub(super) fn any_value(value: Json<'_>) -> (ValueKind, String) {
    let kind = match value.shape() {
        Shape::Text => ValueKind::String,
        Shape::Array => ValueKind::Array,
        Shape::Other => scalar_kind(value.source()),
        Shape::Object => match tagged(value) {
            Tagged::Empty => ValueKind::Empty,
            Tagged::Other => ValueKind::Map,
            Tagged::Value(kind @ (ValueKind::Array | ValueKind::Map), _) => {
                let mut out = String::new();
                let mut left = MAX_READING;
                write_json(value, 0, &mut left, &mut out);
                return (kind, out);
            }
            Tagged::Value(kind, inner) if inner.is_null() => return (kind, String::new()),
            Tagged::Value(kind, inner) => return (kind, inner.decoded()),
        },
    };
    let text = match kind {
        ValueKind::Empty => String::new(),
        _ => value.decoded(),
    };
    (kind, text)
}

fn scalar_kind(source: &str) -> ValueKind {
    match source {
        "null" => ValueKind::Empty,
        "true" | "false" => ValueKind::Bool,
        number if number.contains(['.', 'e', 'E']) => ValueKind::Double,
        _ => ValueKind::Int,
    }
}

/// What an object is as an `AnyValue`.
enum Tagged<'a> {
    /// One without a field: no value.
    Empty,
    /// Its one field.
    Value(ValueKind, Json<'a>),
    /// Not an `AnyValue`.
    Other,
}

fn tagged(object: Json<'_>) -> Tagged<'_> {
    let members = object.members();
    let [(name, inner)] = members.as_slice() else {
        return if members.is_empty() {
            Tagged::Empty
        } else {
            Tagged::Other
        };
    };
    let kind = match name.as_ref() {
        "stringValue" | "string_value" => ValueKind::String,
        "intValue" | "int_value" => ValueKind::Int,
        "doubleValue" | "double_value" => ValueKind::Double,
        "boolValue" | "bool_value" => ValueKind::Bool,
        "bytesValue" | "bytes_value" => ValueKind::Bytes,
        "arrayValue" | "array_value" => ValueKind::Array,
        "kvlistValue" | "kvlist_value" => ValueKind::Map,
        _ => return Tagged::Other,
    };
    Tagged::Value(kind, *inner)
}

/// Writes an `AnyValue` as plain JSON, maps in file order.
fn write_json(value: Json<'_>, depth: u32, left: &mut usize, out: &mut String) {
    if value.shape() != Shape::Object || depth > MAX_DEPTH || *left == 0 {
        out.push_str(value.source());
        return;
    }
    *left = left.saturating_sub(value.source().len());
    match tagged(value) {
        Tagged::Value(ValueKind::Array, inner) => {
            out.push('[');
            for (at, item) in values_of(inner).into_iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write_json(item, depth + 1, left, out);
            }
            out.push(']');
        }
        Tagged::Value(ValueKind::Map, inner) => {
            out.push('{');
            for (at, item) in values_of(inner).into_iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                let item = Object::of(Some(item));
                out.push_str(&quoted(&item.text(&["key"])));
                out.push_str(": ");
                match item.field(&["value"]) {
                    Some(value) => write_json(value, depth + 1, left, out),
                    None => out.push_str("null"),
                }
            }
            out.push('}');
        }
        // A 64-bit integer stays a number for the reader's eye.
        Tagged::Value(ValueKind::Int, inner) => out.push_str(&inner.decoded()),
        Tagged::Value(_, inner) => out.push_str(inner.source()),
        Tagged::Empty => out.push_str("null"),
        Tagged::Other => out.push_str(value.source()),
    }
}

fn values_of(list: Json<'_>) -> Vec<Json<'_>> {
    match list.shape() {
        Shape::Object => Object::of(Some(list)).elements(&["values"]),
        _ => list.elements(),
    }
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
            let value = value.to_string();
            let json = Json::parse(&value).unwrap();
            assert_eq!(any_value(json), (kind, text.to_owned()), "{value}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let cut = Cutter { limit: 4 }.cut("aäöü", "attributes/0".into());
        assert_eq!((cut.text.as_str(), cut.bytes), ("aä", 7));
    }

    #[test]
    fn integers_beyond_the_range_are_clamped() {
        let json = |text| Json::parse(text);
        assert_eq!(integer(json("\"18446744073709551615\"")), Some(i64::MAX));
        assert_eq!(time(json("0")), None);
        assert_eq!(integer(json("{}")), None);
        assert_eq!(integer(json("1.5")), None);
    }

    #[test]
    fn numbers_stay_as_written() {
        let value = r#"{"doubleValue": 0.10}"#;
        let (kind, text) = any_value(Json::parse(value).unwrap());
        assert_eq!((kind, text.as_str()), (ValueKind::Double, "0.10"));
    }

    #[test]
    fn no_depth_is_too_much() {
        let deep = format!(
            "{}{{}}{}",
            r#"{"arrayValue":{"values":["#.repeat(3_000),
            "]}}".repeat(3_000)
        );
        let (kind, text) = any_value(Json::parse(&deep).unwrap());
        assert_eq!(kind, ValueKind::Array);
        assert!(text.starts_with("[[[") && text.ends_with("]]]"));
    }
}
