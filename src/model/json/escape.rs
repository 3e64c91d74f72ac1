//! Texts with and without escapes.

use std::borrow::Cow;
use std::fmt::Write as _;

/// What a JSON string says; half a surrogate pair becomes U+FFFD.
pub(super) fn decoded(inner: &str) -> Cow<'_, str> {
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut text = String::with_capacity(inner.len());
    decode_into(inner, &mut text);
    Cow::Owned(text)
}

/// Appends what a JSON string says, given without its quotes; half a surrogate pair becomes U+FFFD.
pub fn decode_into(inner: &str, out: &mut String) {
    let mut rest = inner;
    // Escapes stand close to each other in short texts: a search that gets ready first takes longer than this.
    while let Some(at) = rest.bytes().position(|byte| byte == b'\\') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let mut chars = rest.get(at + 1..).unwrap_or_default().chars();
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let (char, used) = unicode_escape(chars.as_str());
                out.push(char);
                chars = chars.as_str().get(used..).unwrap_or_default().chars();
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// The character behind `\u`, and how many bytes it took; half a surrogate pair becomes U+FFFD.
fn unicode_escape(rest: &str) -> (char, usize) {
    let unit = |from: usize| {
        let digits = rest.get(from..from + 4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    };
    let Some(first) = unit(0) else {
        return (char::REPLACEMENT_CHARACTER, 0);
    };
    if (0xD800..0xDC00).contains(&first)
        && rest.get(4..6) == Some("\\u")
        && let Some(second) = unit(6)
        && (0xDC00..0xE000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
            10,
        );
    }
    (
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
        4,
    )
}

/// A text as a JSON string, with its quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for part in text.split_inclusive(|char: char| char < ' ' || matches!(char, '"' | '\\')) {
        let Some((at, last)) = part.char_indices().next_back() else {
            continue;
        };
        let plain = if last < ' ' || matches!(last, '"' | '\\') {
            at
        } else {
            part.len()
        };
        out.push_str(part.get(..plain).unwrap_or_default());
        match last {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a text does not fail.
            control if control < ' ' => drop(write!(out, "\\u{:04x}", u32::from(control))),
            _ => {}
        }
    }
    out.push('"');
    out
}
