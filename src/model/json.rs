//! JSON one level at a time: what is not looked into is not decoded, so that a value of megabytes opens at once. Keys keep
//! their order and numbers their spelling, and no depth of nesting is a recursion.

use serde::Deserializer as _;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// One valid JSON value, as written, with nothing around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{`
    Object,
    /// `[`
    Array,
    /// A text.
    Text,
    /// A number, `true`, `false` or `null`.
    Other,
}

impl Shape {
    /// What a value is that is written like this.
    pub fn of(value: &str) -> Self {
        match value.as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::Text,
            _ => Self::Other,
        }
    }
}

impl<'a> Json<'a> {
    /// The whole of a text, when it is one JSON value.
    pub fn parse(text: &'a str) -> Option<Self> {
        let raw: &RawValue = serde_json::from_str(text).ok()?;
        Some(Self(raw.get()))
    }

    /// The value as written.
    pub fn source(self) -> &'a str {
        self.0
    }

    /// What it is.
    pub fn shape(self) -> Shape {
        Shape::of(self.0)
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// A text without quotes and escapes; any other value as written.
    pub fn decoded(self) -> String {
        match self.shape() {
            Shape::Text => serde_json::from_str(self.0).unwrap_or_else(|_| self.0.to_owned()),
            _ => self.0.to_owned(),
        }
    }

    /// What stands in an object or array, in order, with its key or position; empty for other values.
    pub fn members(self) -> Vec<(Cow<'a, str>, Json<'a>)> {
        let found = match self.shape() {
            Shape::Object => serde_json::Deserializer::from_str(self.0).deserialize_map(Members),
            Shape::Array => serde_json::Deserializer::from_str(self.0).deserialize_seq(Members),
            Shape::Text | Shape::Other => return Vec::new(),
        };
        found.unwrap_or_default()
    }
}

/// Collects one level.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, Json<'de>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let value: &RawValue = map.next_value()?;
            members.push((key, Json(value.get())));
        }
        Ok(members)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut members: Self::Value = Vec::new();
        while let Some(value) = seq.next_element::<&RawValue>()? {
            if u32::try_from(members.len()).is_err() {
                return Err(A::Error::custom("too many elements"));
            }
            members.push((Cow::Owned(members.len().to_string()), Json(value.get())));
        }
        Ok(members)
    }
}

/// A text as a JSON string, with its quotes.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_opens_one_level() {
        let root = Json::parse(r#" {"b": [1, 2.50], "a": "x\ny", "b": null} "#).unwrap();
        let members = root.members();
        let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
        assert_eq!(keys, ["b", "a", "b"]);
        assert_eq!(members[0].1.shape(), Shape::Array);
        assert_eq!(members[0].1.members()[1].1.source(), "2.50");
        assert_eq!(members[1].1.decoded(), "x\ny");
        assert!(members[2].1.is_null());
    }

    #[test]
    fn what_is_not_one_value_is_none() {
        for text in ["", "{", "[1", "[1] [2]", "nul"] {
            assert_eq!(Json::parse(text), None, "{text}");
        }
    }

    #[test]
    fn deep_nesting_opens_without_recursion() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let mut level = Json::parse(&deep).unwrap();
        for _ in 0..200 {
            level = level.members()[0].1;
        }
        assert_eq!(level.shape(), Shape::Array);
    }
}
