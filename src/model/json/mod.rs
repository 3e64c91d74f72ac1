//! JSON one level at a time: what is not looked into is not decoded, so that a value of megabytes opens at once. Keys keep
//! their order and numbers their spelling, and no depth of nesting is a recursion.

mod escape;
mod scan;
mod write;

pub use escape::{decode_into, quoted};
pub use write::JsonText;

use super::decimal::parse_decimal;
use std::borrow::Cow;

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
    /// What stands for no value.
    pub const NULL: Self = Self("null");

    /// The whole of a text, when it is one JSON value (RFC 8259).
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim_matches(scan::SPACE);
        (scan::value(text.as_bytes(), 0)? == text.len()).then_some(Self(text))
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

    /// Whether arrays and objects stand within more than `limit` others: each level that is looked into is one more reading
    /// of what is in it.
    pub fn is_deeper_than(self, limit: usize) -> bool {
        let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
        for byte in self.0.bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => {
                    depth += 1;
                    if depth > limit {
                        return true;
                    }
                }
                b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        false
    }

    /// A text without quotes and escapes; any other value as written.
    pub fn decoded(self) -> String {
        match self.shape() {
            Shape::Text => self.text().into_owned(),
            _ => self.0.to_owned(),
        }
    }

    /// The member of an object with this key, the last when there are several.
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        let mut members = self.members().into_iter().rev();
        members.find_map(|(known, value)| (known == key).then_some(value))
    }

    /// A text, decoded; `None` for any other value.
    pub fn as_text(self) -> Option<String> {
        (self.shape() == Shape::Text).then(|| self.decoded())
    }

    /// `true` or `false`; `None` for any other value.
    pub fn as_bool(self) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// A number without an exponent; `None` for any other value.
    pub fn as_number(self) -> Option<f64> {
        parse_decimal(self.0)
    }

    /// The elements of an array; empty for any other value.
    pub fn elements(self) -> Vec<Json<'a>> {
        match self.shape() {
            Shape::Array => self.members().into_iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        }
    }

    /// What stands between the quotes of a text, decoded.
    fn text(self) -> Cow<'a, str> {
        let inner = self.0.get(1..self.0.len().saturating_sub(1));
        escape::decoded(inner.unwrap_or_default())
    }

    /// What stands in an object or array, in order, with its key or position; empty for other values.
    pub fn members(self) -> Vec<(Cow<'a, str>, Json<'a>)> {
        let is_object = match self.shape() {
            Shape::Object => true,
            Shape::Array => false,
            Shape::Text | Shape::Other => return Vec::new(),
        };
        let mut members = Vec::new();
        let mut at = 1;
        while let Some((key, value, next)) = self.member(at, is_object) {
            let key = match key {
                Some(key) => Json(key).text(),
                None => Cow::Owned(members.len().to_string()),
            };
            members.push((key, Json(value)));
            at = next;
        }
        members
    }

    /// The member that begins at or after `at`, behind a brace, bracket or comma: its key as written, its value, and where to
    /// go on. `None` at the end.
    fn member(self, at: usize, is_object: bool) -> Option<(Option<&'a str>, &'a str, usize)> {
        let bytes = self.0.as_bytes();
        let mut at = scan::space(bytes, at);
        if bytes.get(at) == Some(&b',') {
            at = scan::space(bytes, at + 1);
        }
        let mut key = None;
        if is_object {
            let end = scan::string(bytes, at)?;
            key = self.0.get(at..end);
            at = scan::space(bytes, scan::colon(bytes, end)?);
        }
        let end = scan::value(bytes, at)?;
        Some((key, self.0.get(at..end)?, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn reads_what_serde_json_reads(text in any_json()) {
            let known = serde_json::from_str::<&serde_json::value::RawValue>(&text);
            prop_assert_eq!(Json::parse(&text).map(Json::source), known.ok().map(serde_json::value::RawValue::get));
            let texts = serde_json::from_str::<Vec<String>>(&text);
            if let Ok(texts) = texts {
                let own: Vec<String> = members(&text).iter().map(|(_, value)| value.decoded()).collect();
                prop_assert_eq!(own, texts);
            }
        }

        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            let quoted = quoted(&text);
            prop_assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text.clone());
            prop_assert_eq!(Json::parse(&quoted).unwrap().decoded(), text);
        }
    }

    /// Text of which a good part is JSON, and the rest nearly.
    fn any_json() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", " ", "\n", "\t", "true", "false", "null", "nul", "0", "-0", "01", "1.5", "-1e-7",
                "1.", ".5", "1e", "+1", "1E+2", "\"\"", "\"a\"", "\"\\\"", "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
                "\"\\x\"", "\"\u{1}\"", "\"", "\u{a0}", "[]", "{}", "{\"a\":1}", "[1,2]", "[\"a\\/b\",\"\\n\"]",
            ]).prop_map(str::to_owned),
            1 => "\\PC{0,3}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        ];
        prop_oneof![
            prop::collection::vec(piece.clone(), 0..12).prop_map(|pieces| pieces.concat()),
            prop::collection::vec(piece, 0..6).prop_map(|pieces| format!("[{}]", pieces.join(","))),
        ]
    }

    fn members(text: &str) -> Vec<(Cow<'_, str>, Json<'_>)> {
        Json::parse(text).unwrap().members()
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        let text = Json::parse(r#""a\ud83d!""#).unwrap();
        assert_eq!(text.decoded(), "a\u{fffd}!");
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
