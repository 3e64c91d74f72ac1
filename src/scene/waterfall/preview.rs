//! What a tool was called with or a retrieval sought, on the rest of a line.

use crate::model::json::{Json, Shape};

/// Most characters of a preview, without the sign that it was cut.
pub const LONGEST: usize = 80;

/// A text on one line. Of an object its members, `key: value, key: value`; the value alone where it has only one. Members
/// that are null say nothing and are left out.
pub fn preview(text: &str) -> String {
    let mut line = Rest::default();
    match Json::parse(text) {
        Some(json) => line.json(json),
        None => line.text(text),
    }
    line.text
}

/// The beginning of a text without line breaks.
#[derive(Debug, Default)]
struct Rest {
    text: String,
    length: usize,
    /// White space that becomes one space when something follows.
    space: bool,
    is_full: bool,
}

impl Rest {
    fn json(&mut self, json: Json<'_>) {
        let mut members = json.members();
        members.retain(|(_, value)| !value.is_null());
        if let ([(_, only)], Shape::Object) = (members.as_slice(), json.shape()) {
            return self.value(*only);
        }
        if members.is_empty() {
            return match json.shape() {
                Shape::Object | Shape::Array => {}
                Shape::Text | Shape::Other => self.value(json),
            };
        }
        for (at, (key, value)) in members.into_iter().enumerate() {
            if self.is_full {
                return;
            }
            if at > 0 {
                self.text(", ");
            }
            if json.shape() == Shape::Object {
                self.text(&key);
                self.text(": ");
            }
            self.value(value);
        }
    }

    /// Texts without quotes, anything else as it is written.
    fn value(&mut self, value: Json<'_>) {
        match value.as_text() {
            Some(text) => self.text(&text),
            None => self.text(value.source()),
        }
    }

    fn text(&mut self, text: &str) {
        for letter in text.chars() {
            if letter.is_whitespace() || letter.is_control() {
                self.space = self.length > 0;
                continue;
            }
            let space = usize::from(self.space);
            if self.length + space >= LONGEST {
                if !self.is_full {
                    self.text.push('…');
                }
                self.is_full = true;
                return;
            }
            if self.space {
                self.text.push(' ');
            }
            self.text.push(letter);
            self.length += space + 1;
            self.space = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_only_argument_is_its_value_and_several_have_their_names() {
        for (arguments, shown) in [
            (r#"{"path": "incident.json"}"#, "incident.json"),
            (r#"{"path": "a.txt", "limit": null}"#, "a.txt"),
            (
                r#"{"host": "web-01", "port": 22, "tags": ["a", "b"]}"#,
                r#"host: web-01, port: 22, tags: ["a", "b"]"#,
            ),
            (r#"["Berlin", 3]"#, "Berlin, 3"),
            (r#""dnf\n  provides\tpython3""#, "dnf provides python3"),
            ("not { JSON\n\u{b}at all ", "not { JSON at all"),
            ("{}", ""),
            (r#"{"a": null}"#, ""),
            ("null", "null"),
            ("", ""),
        ] {
            assert_eq!(preview(arguments), shown, "{arguments}");
        }
    }

    #[test]
    fn long_arguments_are_cut() {
        let text = preview(&"ä ".repeat(1000));
        assert_eq!(text.chars().count(), LONGEST);
        assert!(text.ends_with("ä…"), "{text}");
        let exact = "x".repeat(LONGEST);
        assert_eq!(preview(&exact), exact);
        assert_eq!(preview(&format!("{exact}y")), format!("{exact}…"));
        let many = format!("[{}1]", "1, ".repeat(5000));
        assert!(preview(&many).ends_with('…'));
    }

    proptest! {
        #[test]
        fn a_preview_is_one_short_line(text in "\\PC{0,200}|[\\[{\\\\\"a:, \n}\\]]{0,40}") {
            let line = preview(&text);
            prop_assert!(line.chars().count() <= LONGEST + 1);
            prop_assert!(!line.chars().any(char::is_control) && !line.contains("  "));
            prop_assert_eq!(line.trim(), line.as_str());
        }
    }
}
