//! JSON one level at a time: what is not opened is not decoded, so that a value of megabytes opens at once.

use crate::model::json::Json;
use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

pub use crate::model::json::Shape;

/// A part of a JSON text: one value with nothing around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    source: Rc<str>,
    range: Range<usize>,
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
        Json::parse(source).map(|json| Self::within(source, json))
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

    fn within(source: &Rc<str>, json: Json<'_>) -> Self {
        let text = json.source();
        let start = (text.as_ptr() as usize).saturating_sub(source.as_ptr() as usize);
        Self {
            source: source.clone(),
            range: start..start + text.len(),
        }
    }

    fn json(&self) -> Option<Json<'_>> {
        Json::parse(self.text())
    }

    /// The value as written.
    pub fn text(&self) -> &str {
        self.source.get(self.range.clone()).unwrap_or("")
    }

    /// What it is.
    pub fn shape(&self) -> Shape {
        Shape::of(self.text())
    }

    /// A text without quotes and escapes; any other value as written.
    pub fn decoded(&self) -> String {
        self.json().map(Json::decoded).unwrap_or_default()
    }

    /// What stands in an object or array, in order; empty for other values.
    pub fn members(&self) -> Vec<Member> {
        let members = self.json().map(Json::members).unwrap_or_default();
        let member = |(key, json): (Cow<'_, str>, Json<'_>)| Member {
            key: key.into_owned(),
            part: Self::within(&self.source, json),
        };
        members.into_iter().map(member).collect()
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
