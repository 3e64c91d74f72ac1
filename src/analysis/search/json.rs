//! The texts of the user in the JSON of a span: attribute keys and values, names and messages, and not the words that
//! OTLP itself is written in.
//!
//! In OTLP JSON every object key is a word of OTLP: the user's keys are values of `key`. So a text is the user's when
//! the field it stands in is one of a few. Ids, times, enums and counts stand in columns and are left out.
//!
//! The walk goes from token to token and keeps no stack, so depth costs nothing. Damaged JSON ends it, at worst early.

use std::borrow::Cow;

/// A step of the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// An object opens.
    Open,
    /// An object closes.
    Close,
    /// A text of the user.
    Text(Text<'a>),
}

/// A text of the user as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text<'a> {
    /// Whether it is the key of an attribute.
    pub is_key: bool,
    /// The bytes between the quotes, or the number or word.
    pub raw: &'a [u8],
    /// Where they begin in the JSON.
    pub at: usize,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// The text itself. Escapes that are none, and bytes that are not UTF-8, become U+FFFD.
    pub fn decode(&self) -> Cow<'a, str> {
        let text = String::from_utf8_lossy(self.raw);
        if !self.escaped {
            return text;
        }
        let mut decoded = String::with_capacity(text.len());
        let mut rest = text.as_ref();
        while let Some(at) = rest.find('\\') {
            decoded.push_str(&rest[..at]);
            rest = unescape(&rest[at + 1..], &mut decoded);
        }
        decoded.push_str(rest);
        Cow::Owned(decoded)
    }
}

/// Decodes what follows a backslash; gives what comes after.
fn unescape<'t>(text: &'t str, out: &mut String) -> &'t str {
    let mut chars = text.chars();
    let plain = match chars.next() {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('u') => return unescape_unicode(chars.as_str(), out),
        Some(other @ ('"' | '\\' | '/')) => other,
        _ => char::REPLACEMENT_CHARACTER,
    };
    out.push(plain);
    chars.as_str()
}

/// Decodes the four digits of a `\u` and those of its second half.
fn unescape_unicode<'t>(text: &'t str, out: &mut String) -> &'t str {
    let unit = |text: &str| {
        let digits = text
            .get(..4)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        digits.and_then(|digits| u16::from_str_radix(digits, 16).ok())
    };
    let Some(first) = unit(text) else {
        out.push(char::REPLACEMENT_CHARACTER);
        return text;
    };
    let rest = &text[4..];
    let second = rest.strip_prefix("\\u").and_then(unit);
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    match pair {
        // A pair only when the first half needs the second.
        Some(c) if (0xD800..0xDC00).contains(&first) => {
            out.push(c);
            &rest[6..]
        }
        _ => {
            let one = char::from_u32(u32::from(first));
            out.push(one.unwrap_or(char::REPLACEMENT_CHARACTER));
            rest
        }
    }
}

/// Walks the JSON of a span, a log record, a resource or a scope; stops early when `visit` says true, and then says true itself.
pub(super) fn walk<'a>(json: &'a [u8], mut visit: impl FnMut(Step<'a>) -> bool) -> bool {
    let mut at = 0;
    let mut field: &[u8] = b"";
    while let Some(&byte) = json.get(at) {
        let stop = match byte {
            b'"' => {
                let start = at + 1;
                let (end, escaped) = string_end(json, start);
                let raw = json.get(start..end).unwrap_or_default();
                at = end + 1;
                if is_followed_by_colon(json, at) {
                    field = raw;
                    false
                } else {
                    user_text(field, true, raw, start, escaped)
                        .is_some_and(|text| visit(Step::Text(text)))
                }
            }
            b'{' => {
                at += 1;
                visit(Step::Open)
            }
            b'}' => {
                at += 1;
                visit(Step::Close)
            }
            b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                false
            }
            _ => {
                let start = at;
                let is_end = |byte: &u8| b",]} \t\r\n:[{\"".contains(byte);
                at = json[start..]
                    .iter()
                    .position(is_end)
                    .map_or(json.len(), |len| start + len.max(1));
                let raw = &json[start..at];
                user_text(field, false, raw, start, false)
                    .is_some_and(|text| visit(Step::Text(text)))
            }
        };
        if stop {
            return true;
        }
    }
    false
}

/// The text when its field is the user's.
fn user_text<'a>(
    field: &[u8],
    quoted: bool,
    raw: &'a [u8],
    at: usize,
    escaped: bool,
) -> Option<Text<'a>> {
    let is_key = field == b"key" && quoted;
    let is_value = match field {
        b"name" | b"message" | b"eventName" | b"event_name" | b"stringValue" | b"string_value"
        | b"bytesValue" | b"bytes_value" | b"traceState" | b"trace_state" => quoted,
        b"intValue" | b"int_value" | b"doubleValue" | b"double_value" | b"boolValue"
        | b"bool_value" => raw != b"null",
        _ => false,
    };
    (is_key || is_value).then_some(Text {
        is_key,
        raw,
        at,
        escaped,
    })
}

fn is_followed_by_colon(json: &[u8], from: usize) -> bool {
    let rest = json.get(from..).unwrap_or_default();
    rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

/// Where the string that begins at `from` ends (its quote, or the end of the bytes), and whether it has a backslash.
/// Eight bytes a step.
fn string_end(json: &[u8], from: usize) -> (usize, bool) {
    let mut at = from;
    let mut escaped = false;
    loop {
        let rest = json.get(at..).unwrap_or_default();
        let (words, _) = rest.as_chunks::<8>();
        let quiet = words.iter().take_while(|word| {
            let word = u64::from_le_bytes(**word);
            has_byte(word, b'"') | has_byte(word, b'\\') == 0
        });
        at += quiet.count() * 8;
        let rest = json.get(at..).unwrap_or_default();
        let Some(near) = rest.iter().position(|&byte| byte == b'"' || byte == b'\\') else {
            return (json.len(), escaped);
        };
        at += near;
        if json.get(at) == Some(&b'"') {
            return (at, escaped);
        }
        escaped = true;
        at += 2;
    }
}

/// Not zero when one of the eight bytes is `byte`.
fn has_byte(word: u64, byte: u8) -> u64 {
    let zero = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
    zero.wrapping_sub(0x0101_0101_0101_0101) & !zero & 0x8080_8080_8080_8080
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(json: &str) -> Vec<String> {
        let mut texts = Vec::new();
        walk(json.as_bytes(), |step| {
            if let Step::Text(text) = step {
                let sign = if text.is_key { ":" } else { "" };
                assert_eq!(
                    &json.as_bytes()[text.at..text.at + text.raw.len()],
                    text.raw
                );
                texts.push(format!("{}{sign}", text.decode()));
            }
            false
        });
        texts
    }

    #[test]
    fn only_texts_of_the_user_are_visited() {
        let json = r#"{"traceId":"aa","spanId":"bb","parentSpanId":"cc","traceState":"x=1","name":"chat","kind":3,
            "startTimeUnixNano":"1","attributes":[
              {"key":"model","value":{"stringValue":"gpt"}},
              {"value":{"intValue":"42"},"key":"n"},
              {"key":"list","value":{"arrayValue":{"values":[{"boolValue":true},{"doubleValue":1.5},{"stringValue":"e"}]}}},
              {"key":"map","value":{"kvlistValue":{"values":[{"key":"inner","value":{"string_value":"v"}}]}}}],
            "events":[{"name":"exception","timeUnixNano":"7","attributes":[{"key":"exception.message","value":{"stringValue":"boom"}}]}],
            "status":{"code":"STATUS_CODE_ERROR","message":"it broke"},"droppedAttributesCount":3}"#;
        assert_eq!(
            texts(json),
            [
                "x=1",
                "chat",
                "model:",
                "gpt",
                "42",
                "n:",
                "list:",
                "true",
                "1.5",
                "e",
                "map:",
                "inner:",
                "v",
                "exception",
                "exception.message:",
                "boom",
                "it broke"
            ]
        );
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(
            texts(r#"{"name":"a\"b\\\/\n\u00e9\ud83d\ude00\ud83dx\u0041\uzz\q"}"#),
            ["a\"b\\/\né😀\u{FFFD}xA\u{FFFD}zz\u{FFFD}"]
        );
    }

    #[test]
    fn damaged_json_ends_the_walk() {
        for json in [
            "{\"name\":\"a",
            "{\"name\":",
            "\"",
            "{\"name\":\"a\\",
            "]]}}",
            "{\"name\":nul",
        ] {
            let _ = texts(json);
        }
        assert!(texts("").is_empty());
    }

    #[test]
    fn depth_costs_nothing() {
        let json = format!(
            "{}\"name\":\"x\"{}",
            "{\"a\":[".repeat(200_000),
            "]}".repeat(200_000)
        );
        assert_eq!(texts(&json), ["x"]);
    }

    proptest! {
        #[test]
        fn a_string_reads_as_serde_reads_it(text in "\\PC{0,40}") {
            let json = serde_json::json!({ "name": text }).to_string();
            prop_assert_eq!(texts(&json), [text]);
        }

        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            walk(&bytes, |step| {
                if let Step::Text(text) = step {
                    let _ = text.decode();
                }
                false
            });
        }
    }
}
