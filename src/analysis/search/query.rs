//! What a query text asks for.

use crate::model::{SpanKind, StatusCode};

/// Longest query in characters; what goes beyond is left off.
pub const MAX_QUERY: usize = 1000;

/// A query taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Query {
    /// Matches nothing.
    Empty,
    /// A text anywhere.
    Text(String),
    /// An attribute with a value, or, where nothing has such an attribute, the whole as a text.
    Pair {
        /// The whole query.
        text: String,
        /// Before the first `=`.
        key: String,
        /// After it.
        value: Value,
    },
}

/// What a value has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// `key=`: anything.
    Any,
    /// `key=value`: holds this, case ignored.
    Holds(String),
    /// `key="value"`: is exactly this.
    Is(String),
}

impl Query {
    /// Takes a query apart. Spaces at either end do not count.
    pub fn parse(text: &str) -> Self {
        let text: String = text.trim().chars().take(MAX_QUERY).collect();
        if text.is_empty() {
            return Self::Empty;
        }
        let Some((key, value)) = text.split_once('=') else {
            return Self::Text(text);
        };
        let (key, value) = (key.trim(), value.trim());
        if key.is_empty() || key.contains(char::is_whitespace) {
            return Self::Text(text);
        }
        let quoted = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'));
        let value = match quoted {
            Some(exact) => Value::Is(exact.to_owned()),
            None if value.is_empty() => Value::Any,
            None => Value::Holds(value.to_owned()),
        };
        Self::Pair {
            key: key.to_owned(),
            value,
            text,
        }
    }
}

/// A field of every span that can be asked for like an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// `name=`
    Name,
    /// `service=`
    Service,
    /// `status=error`
    Status(StatusCode),
    /// `kind=client`
    Kind(SpanKind),
}

impl Field {
    /// The field of this name with this value; `None` when there is no such field, or it cannot have the value.
    pub fn parse(key: &str, value: &Value) -> Option<Self> {
        let word = match value {
            Value::Any => "",
            Value::Holds(word) | Value::Is(word) => word,
        };
        match key.to_ascii_lowercase().as_str() {
            "name" => Some(Self::Name),
            "service" => Some(Self::Service),
            "status" => StatusCode::from_name(word).map(Self::Status),
            "kind" => SpanKind::from_name(word).map(Self::Kind),
            _ => None,
        }
    }
}

/// Hex digits that may be an id or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HexPart {
    value: u128,
    digits: u32,
    /// May stand within an id, not only at its beginning.
    anywhere: bool,
}

/// Fewest digits that count as a part of an id.
const MIN_DIGITS: usize = 4;

/// With this many digits a part may stand within an id whatever it looks like.
const SURE_DIGITS: usize = 8;

impl HexPart {
    /// Reads 4 to 32 hex digits of any case; hyphens between them do not count (UUIDs).
    ///
    /// A million random ids hold nearly every run of four digits somewhere, so short runs that are a word or a number
    /// (`face`, `2024`) count only at the beginning of an id.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.bytes().filter(|&byte| byte != b'-').collect();
        if !(MIN_DIGITS..=32).contains(&digits.len()) || text.starts_with('-') {
            return None;
        }
        let mixed =
            digits.iter().any(u8::is_ascii_digit) && digits.iter().any(u8::is_ascii_alphabetic);
        Some(Self {
            value: crate::model::id::parse_hex(&digits)?,
            digits: digits.len() as u32,
            anywhere: mixed || digits.len() >= SURE_DIGITS,
        })
    }

    /// Whether an id of 16 digits has the part. Every span is asked: 64 bits are a fraction of the work of 128.
    pub fn is_in_span_id(&self, id: u64) -> bool {
        if self.digits > 16 {
            return false;
        }
        let (value, mask) = (self.value as u64, u64::MAX >> (64 - 4 * self.digits));
        let mut left = id;
        if !self.anywhere {
            return id >> (64 - 4 * self.digits) == value;
        }
        for _ in self.digits..=16 {
            if left & mask == value {
                return true;
            }
            left >>= 4;
        }
        false
    }

    /// Whether an id of 32 digits has the part.
    pub fn is_in_trace_id(&self, id: u128) -> bool {
        let mask = u128::MAX >> (128 - 4 * self.digits);
        let last = 32 - self.digits;
        let first = if self.anywhere { 0 } else { last };
        (first..=last).any(|shift| id >> (4 * shift) & mask == self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_taken_apart() {
        let pair = |text: &str, key: &str, value| Query::Pair {
            text: text.to_owned(),
            key: key.to_owned(),
            value,
        };
        assert_eq!(Query::parse("  "), Query::Empty);
        assert_eq!(
            Query::parse(" run tool "),
            Query::Text("run tool".to_owned())
        );
        assert_eq!(
            Query::parse("a=b=c"),
            pair("a=b=c", "a", Value::Holds("b=c".to_owned()))
        );
        assert_eq!(Query::parse("a ="), pair("a =", "a", Value::Any));
        assert_eq!(
            Query::parse("a=\"\""),
            pair("a=\"\"", "a", Value::Is(String::new()))
        );
        assert_eq!(
            Query::parse("a=\"B c\""),
            pair("a=\"B c\"", "a", Value::Is("B c".to_owned()))
        );
        assert_eq!(
            Query::parse("a=\""),
            pair("a=\"", "a", Value::Holds("\"".to_owned()))
        );
        assert_eq!(Query::parse("=x"), Query::Text("=x".to_owned()));
        assert_eq!(Query::parse("let x=1"), Query::Text("let x=1".to_owned()));
    }

    #[test]
    fn fields_have_their_own_values() {
        let holds = |word: &str| Value::Holds(word.to_owned());
        assert_eq!(
            Field::parse("Status", &holds("ERROR")),
            Some(Field::Status(StatusCode::Error))
        );
        assert_eq!(Field::parse("status", &holds("broken")), None);
        assert_eq!(
            Field::parse("kind", &holds("client")),
            Some(Field::Kind(SpanKind::Client))
        );
        assert_eq!(Field::parse("service", &Value::Any), Some(Field::Service));
        assert_eq!(Field::parse("model", &holds("x")), None);
    }

    #[test]
    fn parts_of_ids_are_found_as_they_are_shown() {
        let id = 0x7d1e_04c2_00fa_cea1;
        for (text, is_in) in [
            ("7d1e", true),
            ("7D1E04C2", true),
            ("7d1e04c200facea1", true),
            ("cea1", true),
            ("04c2", true),
            ("e04c200f", true),
            ("face", false),
            ("0400", false),
            ("00facea1", true),
            ("7d1e04c200facea10", false),
            ("7d1", false),
            ("7d1g", false),
        ] {
            let found = HexPart::parse(text).is_some_and(|part| part.is_in_span_id(id));
            assert_eq!(found, is_in, "{text}");
        }
        let beginning = HexPart::parse("face").unwrap();
        assert!(beginning.is_in_span_id(0xface_0000_0000_0000));
        assert!(beginning.is_in_trace_id(0xface << 112) && !beginning.is_in_trace_id(0xface));
        let uuid = HexPart::parse("5b8aa5a2-d2c8-72e8-321c-f37308d69df2").unwrap();
        assert!(uuid.is_in_trace_id(0x5b8a_a5a2_d2c8_72e8_321c_f373_08d6_9df2));
    }
}
