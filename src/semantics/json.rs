//! Looks into JSON texts without reading all of them.
//!
//! The texts may stand as in the file, where a string's quotes are escaped once more, and some producers write Python's
//! quotes. So the quotes of a text are those that look like its first one.

use crate::model::decimal::parse_decimal;

/// Calls `found` with every key of a JSON text, at any depth, and what stands behind its colon, until it says true.
pub fn each_key<'a>(text: &'a [u8], mut found: impl FnMut(&'a [u8], &'a [u8]) -> bool) {
    let quoted = |text: &[u8]| text.iter().position(|byte| matches!(byte, b'"' | b'\''));
    let Some(mut first) = quoted(text) else {
        return;
    };
    // An object that was written as a string once more: its own quotes come next.
    let is_wrapped = text
        .get(..first)
        .is_some_and(|before| before.iter().all(|&byte| byte == b'\\'))
        && text.get(first + 1) == Some(&b'{');
    if is_wrapped {
        let Some(inner) = text.get(first + 1..).and_then(quoted) else {
            return;
        };
        first += 1 + inner;
    }
    let quote = text.get(first).copied().unwrap_or(b'"');
    let depth = backslashes_before(text, first);
    let next_quote = |from: usize| {
        let mut at = from;
        loop {
            at += text.get(at..)?.iter().position(|&byte| byte == quote)?;
            if backslashes_before(text, at) == depth {
                return Some(at);
            }
            at += 1;
        }
    };
    let mut open = first;
    while let Some(close) = next_quote(open + 1) {
        let key = text.get(open + 1..close - depth).unwrap_or_default();
        let behind = text.get(close + 1..).unwrap_or_default().trim_ascii_start();
        if let Some(value) = behind.strip_prefix(b":")
            && found(key, value.trim_ascii_start())
        {
            return;
        }
        match next_quote(close + 1) {
            Some(next) => open = next,
            None => return,
        }
    }
}

fn backslashes_before(text: &[u8], at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default().iter().rev();
    before.take_while(|&&byte| byte == b'\\').count()
}

/// The number that a value begins with, as written; `None` when it is none.
pub fn number(value: &[u8]) -> Option<&[u8]> {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    let end = value
        .iter()
        .position(|byte| !is_part(byte))
        .unwrap_or(value.len());
    value.get(..end).filter(|digits| !digits.is_empty())
}

/// The string that a value begins with, up to its first escape; `None` when it is none.
pub fn string(value: &[u8]) -> Option<&[u8]> {
    let escapes = value.iter().take_while(|&&byte| byte == b'\\').count();
    let value = value.get(escapes..).unwrap_or_default();
    let quote = *value.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let inner = value.get(1..)?;
    let end = inner
        .iter()
        .position(|&byte| byte == quote || byte == b'\\')?;
    inner.get(..end)
}

/// A count as producers write it: digits, or a number with a point or an exponent that is whole. `None` for anything
/// else, negative numbers too.
pub fn count(text: &[u8]) -> Option<u64> {
    let text = unquoted(text.trim_ascii());
    if !text.is_empty() && text.len() <= 19 && text.iter().all(u8::is_ascii_digit) {
        let add = |value: u64, digit: &u8| value * 10 + u64::from(digit - b'0');
        return Some(text.iter().fold(0, add));
    }
    let number = parse_decimal(std::str::from_utf8(text).ok()?)?;
    // Above 2^53 a float no longer says which integer was meant.
    let is_count = (0.0..=9_007_199_254_740_992.0).contains(&number) && number.fract() == 0.0;
    is_count.then_some(number as u64)
}

/// A text without the quotes of a JSON string around it: some producers write every value as JSON.
pub fn unquoted(text: &[u8]) -> &[u8] {
    let inner = text
        .strip_prefix(b"\"")
        .and_then(|inner| inner.strip_suffix(b"\""));
    inner.unwrap_or(text)
}

/// How far an answer is searched for its id, from both ends.
const SEARCHED: usize = 4096;

/// The id of an answer inside its JSON: a string that begins as the ids of answers do.
pub fn answer_id(text: &[u8]) -> Option<&[u8]> {
    let head = text.get(..SEARCHED).unwrap_or(text);
    let tail = text.get(head.len()..).unwrap_or_default();
    let tail = tail
        .get(tail.len().saturating_sub(SEARCHED)..)
        .unwrap_or(tail);
    let mut best: Option<(usize, &[u8])> = None;
    for part in [head, tail] {
        let mut at = 0;
        while let Some(found) = part.get(at..).and_then(|rest| {
            let quote = |byte: &u8| *byte == b'"';
            rest.iter().position(quote)
        }) {
            at += found + 1;
            let rest = part.get(at..).unwrap_or_default();
            // An object of answer may hold ids of its parts: the outermost family decides.
            let family = [&b"resp_"[..], b"chatcmpl-", b"msg_"]
                .iter()
                .position(|start| rest.starts_with(start));
            if let Some(family) = family
                && best.is_none_or(|(known, _)| family < known)
            {
                let is_part =
                    |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
                let end = rest.iter().position(|byte| !is_part(byte)).unwrap_or(0);
                best = Some((family, rest.get(..end).unwrap_or_default()));
            }
        }
    }
    best.map(|(_, id)| id).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<(String, String)> {
        let mut all = Vec::new();
        each_key(text.as_bytes(), |key, value| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let value = number(value).or_else(|| string(value)).unwrap_or_default();
            all.push((text(key), text(value)));
            false
        });
        all
    }

    #[test]
    fn keys_are_found_at_any_depth_and_under_any_quotes() {
        let wanted = [
            ("a".to_owned(), "12".to_owned()),
            ("b".to_owned(), String::new()),
            ("c".to_owned(), "x: y".to_owned()),
        ];
        for text in [
            r#"{"a": 12, "b": {"c":"x: y"}}"#,
            r#"{\"a\": 12, \"b\": {\"c\":\"x: y\"}}"#,
            "{'a': 12, 'b': {'c': 'x: y'}}",
            r#""{\"a\": 12, \"b\": {\"c\":\"x: y\"}}""#,
            r#"\"{\\\"a\\\": 12, \\\"b\\\": {\\\"c\\\":\\\"x: y\\\"}}\""#,
        ] {
            assert_eq!(keys(text), wanted, "{text}");
        }
        assert_eq!(keys(r#"{"a\"b": 1, "c": 2}"#).len(), 2);
        for text in ["", "{", "\"", "{\"a", "{\"a\":", "\\\"a\\"] {
            assert!(keys(text).len() <= 1, "{text}");
        }
    }

    #[test]
    fn a_value_that_looks_like_a_key_is_none() {
        let text = r#"{"text": "say \"lc_agent_name\": \"evil\"", "x": 1}"#;
        let names: Vec<_> = keys(text).into_iter().map(|(key, _)| key).collect();
        assert_eq!(names, ["text", "x"]);
    }

    #[test]
    fn counts_come_in_many_shapes() {
        for text in ["291", "\"291\"", "291.0", "2.91e2", " 291 "] {
            assert_eq!(count(text.as_bytes()), Some(291), "{text}");
        }
        for text in ["", "-1", "1.5", "NaN", "Infinity", "1e300", "x", "true"] {
            assert_eq!(count(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_id_of_an_answer_is_that_of_the_outermost() {
        let id = |text: &str| {
            answer_id(text.as_bytes()).map(|id| String::from_utf8_lossy(id).into_owned())
        };
        assert_eq!(
            id(r#"{"id": "msg_01A", "x": 1}"#).as_deref(),
            Some("msg_01A")
        );
        assert_eq!(
            id(r#"{\"id\": \"chatcmpl-9b\"}"#).as_deref(),
            Some("chatcmpl-9b")
        );
        let both = r#"{"output": [{"id": "msg_2"}], "id": "resp_1"}"#;
        assert_eq!(id(both).as_deref(), Some("resp_1"));
        let long = format!(
            "{{\"text\": \"{}\", \"id\": \"msg_end\"}}",
            "x".repeat(20_000)
        );
        assert_eq!(id(&long).as_deref(), Some("msg_end"));
        assert_eq!(id("msg_1 and resp_2"), None);
    }
}
