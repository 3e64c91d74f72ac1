//! JSON written member by member: 64-bit integers are decimal strings, and what is unknown is null.

use super::quoted;
use crate::model::decimal::decimal;

/// An object or an array while it is written.
#[derive(Debug)]
pub struct JsonText {
    text: String,
    close: char,
    is_empty: bool,
}

impl JsonText {
    /// An empty object.
    pub fn object() -> Self {
        Self::new('{', '}')
    }

    /// An array of what `write` makes of each item.
    pub fn array<T>(items: impl IntoIterator<Item = T>, write: impl Fn(T) -> String) -> String {
        let mut array = Self::new('[', ']');
        for item in items {
            array.next();
            array.text.push_str(&write(item));
        }
        array.end()
    }

    /// An array of texts.
    pub fn texts<'a>(items: impl IntoIterator<Item = &'a String>) -> String {
        Self::array(items, |item| quoted(item))
    }

    fn new(open: char, close: char) -> Self {
        Self {
            text: open.into(),
            close,
            is_empty: true,
        }
    }

    /// A member that is JSON already.
    #[must_use]
    pub fn json(mut self, name: &str, json: &str) -> Self {
        self.next();
        self.text.push_str(&quoted(name));
        self.text.push(':');
        self.text.push_str(json);
        self
    }

    /// The members of a JSON object.
    #[must_use]
    pub fn members(mut self, object: &str) -> Self {
        let inner = object
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            self.next();
            self.text.push_str(inner);
        }
        self
    }

    /// A count, or null.
    #[must_use]
    pub fn maybe_count(self, name: &str, value: Option<u64>) -> Self {
        match value {
            Some(value) => self.count(name, value),
            None => self.json(name, &null()),
        }
    }

    /// A text.
    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Self {
        self.json(name, &quoted(value))
    }

    /// A text, or null.
    #[must_use]
    pub fn maybe_text(self, name: &str, value: Option<&str>) -> Self {
        self.json(name, &value.map_or_else(null, quoted))
    }

    /// A count, exact below 2^53.
    #[must_use]
    pub fn count(self, name: &str, value: impl Into<u64>) -> Self {
        self.json(name, &value.into().to_string())
    }

    /// Nanoseconds as a decimal string.
    #[must_use]
    pub fn nanos(self, name: &str, value: i64) -> Self {
        self.json(name, &format!("\"{value}\""))
    }

    /// Nanoseconds as a decimal string, or null.
    #[must_use]
    pub fn maybe_nanos(self, name: &str, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.nanos(name, value),
            None => self.json(name, &null()),
        }
    }

    /// A number with at most three decimals; see [`decimal`].
    #[must_use]
    pub fn number(self, name: &str, value: f64) -> Self {
        self.json(name, &decimal(value, 3))
    }

    /// True or false.
    #[must_use]
    pub fn flag(self, name: &str, value: bool) -> Self {
        self.json(name, if value { "true" } else { "false" })
    }

    /// The whole text.
    pub fn end(mut self) -> String {
        self.text.push(self.close);
        self.text
    }

    fn next(&mut self) {
        if !std::mem::take(&mut self.is_empty) {
            self.text.push(',');
        }
    }
}

fn null() -> String {
    "null".to_owned()
}
