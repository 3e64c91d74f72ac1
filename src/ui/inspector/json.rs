//! JSON one level at a time: what is not opened is not decoded, so that a value of megabytes opens at once.

use serde::Deserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

/// A part of a JSON text: one value with nothing around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    source: Rc<str>,
    range: Range<usize>,
}

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

/// A value within another, with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The key in an object, the position in an array.
    pub key: String,
    /// The value.
    pub part: Part,
}

impl Part {
    /// The whole of a text, when it is one JSON value.
    pub fn whole(source: &Rc<str>) -> Option<Self> {
        let raw: &RawValue = serde_json::from_str(source).ok()?;
        Some(Self::within(source, raw))
    }

    /// The whole of a text, when it is an object or array with something in it.
    pub fn tree(source: &Rc<str>) -> Option<Self> {
        let start = source.trim_start();
        if !start.starts_with(['{', '[']) {
            return None;
        }
        let part = Self::whole(source)?;
        let inner = part.text().get(1..part.range.len().saturating_sub(1))?;
        (!inner.trim().is_empty()).then_some(part)
    }

    fn within(source: &Rc<str>, raw: &RawValue) -> Self {
        let text = raw.get();
        let start = (text.as_ptr() as usize).saturating_sub(source.as_ptr() as usize);
        Self {
            source: source.clone(),
            range: start..start + text.len(),
        }
    }

    /// The value as written.
    pub fn text(&self) -> &str {
        self.source.get(self.range.clone()).unwrap_or("")
    }

    /// What it is.
    pub fn shape(&self) -> Shape {
        match self.text().as_bytes().first() {
            Some(b'{') => Shape::Object,
            Some(b'[') => Shape::Array,
            Some(b'"') => Shape::Text,
            _ => Shape::Other,
        }
    }

    /// A text without quotes and escapes; any other value as written.
    pub fn decoded(&self) -> String {
        match self.shape() {
            Shape::Text => {
                serde_json::from_str(self.text()).unwrap_or_else(|_| self.text().to_owned())
            }
            _ => self.text().to_owned(),
        }
    }

    /// What stands in an object or array, in order; empty for other values.
    pub fn members(&self) -> Vec<Member> {
        let text = self.text();
        let found = match self.shape() {
            Shape::Object => serde_json::Deserializer::from_str(text).deserialize_map(Members),
            Shape::Array => serde_json::Deserializer::from_str(text).deserialize_seq(Members),
            Shape::Text | Shape::Other => return Vec::new(),
        };
        found
            .unwrap_or_default()
            .into_iter()
            .map(|(key, raw)| Member {
                key,
                part: Self::within(&self.source, raw),
            })
            .collect()
    }
}

/// Collects one level.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            members.push((key.into_owned(), map.next_value()?));
        }
        Ok(members)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut members: Self::Value = Vec::new();
        while let Some(value) = seq.next_element()? {
            if u32::try_from(members.len()).is_err() {
                return Err(A::Error::custom("too many elements"));
            }
            members.push((members.len().to_string(), value));
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Part {
        Part::tree(&Rc::from(text)).unwrap()
    }

    #[test]
    fn an_object_opens_one_level() {
        let root = part(r#" {"b": [1, 2], "a": "x\ny", "b": null} "#);
        let members = root.members();
        let keys: Vec<&str> = members.iter().map(|member| member.key.as_str()).collect();
        assert_eq!(keys, ["b", "a", "b"]);
        assert_eq!(members[0].part.shape(), Shape::Array);
        assert_eq!(members[0].part.members()[1].part.text(), "2");
        assert_eq!(members[0].part.members()[1].key, "1");
        assert_eq!(members[1].part.decoded(), "x\ny");
        assert_eq!(members[2].part.text(), "null");
    }

    #[test]
    fn numbers_stay_as_written() {
        let root = part("[12345678901234567890123, 1e400, -0.10]");
        let texts: Vec<String> = root
            .members()
            .iter()
            .map(|member| member.part.decoded())
            .collect();
        assert_eq!(texts, ["12345678901234567890123", "1e400", "-0.10"]);
    }

    #[test]
    fn what_is_no_tree_is_left_as_text() {
        for text in [
            "", "{", "{}", "[ ]", "[1", "{a:1}", "text", "12", "\"[1]\"", "[1] [2]",
        ] {
            assert_eq!(Part::tree(&Rc::from(text)), None, "{text}");
        }
    }

    #[test]
    fn deep_nesting_opens_without_recursion() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let mut level = part(&deep);
        for _ in 0..200 {
            level = level.members().remove(0).part;
        }
        assert_eq!(level.shape(), Shape::Array);
    }
}
