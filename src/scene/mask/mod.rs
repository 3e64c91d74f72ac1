//! Secrets out of sight: keys, tokens, e-mail, card and phone numbers, and what the user's patterns fit.
//!
//! [`Mask::text`] covers what looks like a secret in any text, [`Mask::json`] in the texts of a JSON source, where also the
//! value of a member or attribute whose name promises a secret is covered, whatever it looks like. Every search is one pass
//! over the text: a hostile trace cannot make it slow.
//!
//! What is covered becomes five bullets, however long it was. Too much is covered rather than too little: a number of
//! sixteen digits may be no card.

mod pairs;
mod rules;

pub use rules::is_secret_name;

use crate::analysis::filter::pattern::{Pattern, PatternError};
use crate::model::json::Json;
use std::borrow::Cow;

/// What stands in the place of a secret.
pub const COVER: &str = "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}";

/// Most patterns of the user, and the longest.
pub const MAX_PATTERNS: usize = 32;
const MAX_PATTERN: usize = 400;

/// First byte of a part, and the one behind its last.
type Part = (usize, usize);

/// What covers secrets.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    patterns: Vec<Pattern>,
}

impl Mask {
    /// A mask with patterns of the user beside its own rules: what of a text fits one is covered. See
    /// [`pattern`](crate::analysis::filter::pattern) for their language. Those that are none, are too long or too many come
    /// back with their number and what is wrong; the others hold.
    pub fn new<'p>(patterns: impl Iterator<Item = &'p str>) -> (Self, Vec<(usize, PatternError)>) {
        let mut mask = Self::default();
        let mut wrong = Vec::new();
        for (line, text) in patterns.enumerate().filter(|(_, text)| !text.is_empty()) {
            let refuse = |at, what| Err(PatternError { at, what });
            let pattern = if mask.patterns.len() == MAX_PATTERNS {
                refuse(
                    0,
                    "more than 32 patterns; this one and those below cover nothing",
                )
            } else if text.chars().nth(MAX_PATTERN).is_some() {
                refuse(MAX_PATTERN, "longer than 400 characters; it covers nothing")
            } else {
                Pattern::new(text)
            };
            match pattern {
                Ok(pattern) => mask.patterns.push(pattern),
                Err(error) => wrong.push((line, error)),
            }
            if mask.patterns.len() == MAX_PATTERNS
                && wrong.last().is_some_and(|(at, _)| *at == line)
            {
                break;
            }
        }
        (mask, wrong)
    }

    /// A text without its secrets.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let parts = self.parts(text);
        if parts.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(covered(text, parts, &|_| COVER))
    }

    /// A text that may be JSON: JSON without its secrets is JSON.
    pub fn any<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let is_json = text.trim_start().starts_with(['{', '[']) && Json::parse(text).is_some();
        if !is_json {
            return self.text(text);
        }
        let covered = String::from_utf8(self.json(text.as_bytes()));
        covered.map_or_else(|_| self.text(text), Cow::Owned)
    }

    fn parts(&self, text: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        rules::find(text, &mut parts);
        for pattern in &self.patterns {
            pattern.each_fit(text, |start, end| parts.push((start, end)));
        }
        parts
    }

    /// JSON without its secrets; a number that may be a card's becomes a text.
    pub fn json(&self, json: &[u8]) -> Vec<u8> {
        let json = String::from_utf8_lossy(json);
        let mut parts = Vec::new();
        // The next text is the value of a secret's name.
        let mut is_secret = false;
        let mut between = 0;
        let mut bare = Vec::new();
        pairs::find(&json, &mut parts, &mut bare);
        let numbers = |from: usize, to: usize, bare: &mut Vec<Part>| {
            let plain = json.get(from..to).unwrap_or_default();
            let first = bare.len();
            rules::cards(plain, bare);
            for part in bare.iter_mut().skip(first) {
                *part = (from + part.0, from + part.1);
            }
        };
        for (start, end) in texts(&json) {
            numbers(between, start - 1, &mut bare);
            between = end + 1;
            let text = json.get(start..end).unwrap_or_default();
            let behind = json.get(end + 1..).unwrap_or_default().trim_start();
            let is_name = behind.starts_with(':');
            if is_secret {
                parts.push((start, end));
                is_secret = false;
            } else if is_name && is_secret_name(text) && holds_text(behind) {
                is_secret = true;
            } else {
                let shadow = Shadow::new(text);
                let found = self.parts(&shadow.text).into_iter();
                parts.extend(found.map(|part| shadow.whole(part, start)));
            }
        }
        numbers(between, json.len(), &mut bare);
        if parts.is_empty() && bare.is_empty() {
            return json.into_owned().into_bytes();
        }
        let quoted = format!("\"{COVER}\"");
        let mut starts: Vec<usize> = bare.iter().map(|part| part.0).collect();
        crate::model::order::sort_items(&mut starts, usize::cmp);
        parts.extend(bare);
        let cover = |start: usize| match starts.binary_search(&start) {
            Ok(_) => quoted.as_str(),
            Err(_) => COVER,
        };
        covered(&json, parts, &cover).into_bytes()
    }
}

/// Whether a text follows a colon.
fn holds_text(behind: &str) -> bool {
    let value = behind.get(1..).unwrap_or_default().trim_start();
    value.starts_with('"')
}

/// The texts of a JSON source, without their quotes.
fn texts(json: &str) -> impl Iterator<Item = Part> {
    let bytes = json.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(|&byte| byte == b'"')? + 1;
        let mut end = start;
        loop {
            match bytes.get(end)? {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        at = end + 1;
        Some((start, end))
    })
}

/// A text of a JSON source in which escapes are blanks, byte for byte, so that a line break is no letter.
struct Shadow {
    text: String,
    /// Whether a byte stands within an escape, not at its beginning.
    within: Vec<bool>,
}

impl Shadow {
    fn new(text: &str) -> Self {
        let mut within = vec![false; text.len() + 1];
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((plain, escape)) = rest.split_once('\\') {
            out.push_str(plain);
            let first = escape.chars().next();
            let digits = || escape.bytes().skip(1).take(4);
            let length = match first {
                Some('u') if digits().filter(u8::is_ascii_hexdigit).count() == 4 => 5,
                Some(first) => first.len_utf8(),
                None => 0,
            };
            let at = out.len();
            out.push(' ');
            match first {
                Some(quote @ ('"' | '/')) => out.push(quote),
                _ => out.extend(std::iter::repeat_n(' ', length)),
            }
            for inner in within.iter_mut().take(out.len()).skip(at + 1) {
                *inner = true;
            }
            rest = escape.get(length..).unwrap_or_default();
        }
        out.push_str(rest);
        Self { text: out, within }
    }

    /// A part of the source that begins and ends between escapes.
    fn whole(&self, (start, end): Part, from: usize) -> Part {
        let is_within = |at: usize| self.within.get(at).copied().unwrap_or(false);
        let first = (0..=start).rev().find(|&at| !is_within(at)).unwrap_or(0);
        let last = (end..self.within.len()).find(|&at| !is_within(at));
        let last = last.unwrap_or(end);
        (from + first, from + last)
    }
}

/// A text with its parts covered; they may overlap. One that does not stand between characters is left out of the text
/// with what is around it.
fn covered<'c>(text: &str, mut parts: Vec<Part>, cover: &dyn Fn(usize) -> &'c str) -> String {
    crate::model::order::sort_items(&mut parts, |a, b| a.0.cmp(&b.0));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end) in parts {
        let end = (end..=text.len())
            .find(|&end| text.is_char_boundary(end))
            .unwrap_or(text.len());
        if end <= at || start >= end {
            continue;
        }
        if start >= at && (start > at || at == 0) {
            let start = (0..=start)
                .rev()
                .find(|&start| text.is_char_boundary(start))
                .unwrap_or(0);
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(cover(start));
        }
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(text: &str) -> String {
        Mask::default().text(text).into_owned()
    }

    #[test]
    fn what_looks_like_a_secret_is_covered() {
        for (text, expected) in [
            ("use sk-proj-abcDEF1234567890abcd now", "use ••••• now"),
            ("AKIAIOSFODNN7EXAMPLE", "•••••"),
            ("ghp_0123456789abcdefghijABCDEFGHIJ012345!", "•••••!"),
            (
                "Authorization: Bearer abc.def-123456",
                "Authorization: ••••• •••••",
            ),
            ("bearer 0123456789abcdef", "bearer •••••"),
            ("to ann.lee+x@mail.example.com, bye", "to •••••, bye"),
            ("card 4111 1111 1111 1111.", "card •••••."),
            ("card 4111-1111-1111-1112", "card 4111-1111-1111-1112"),
            ("call +49 (30) 123-4567 8 today", "call ••••• today"),
            ("call (555) 123-4567 or 555.123.4567", "call ••••• or •••••"),
            ("password=hunter2&x=1", "password=•••••&x=1"),
            ("OPENAI_API_KEY: 'abc'", "OPENAI_API_KEY: '•••••'"),
            (
                r#"{\"password\": \"hunter2\"}"#,
                r#"{\"password\": \"•••••\"}"#,
            ),
            ("postgres://bob:pw@db:5432/x", "postgres://•••••@db:5432/x"),
            (
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end",
                "••••• end",
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- x",
                "••••• x",
            ),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_none_stays() {
        for text in [
            "max_tokens: 100, input_tokens=5, token_count: 7",
            "the task-force met at 2025-11-20 14:02:11.408",
            "1732147200000000000",
            "5b8aa5a2d2c872e8321cf37308d69df2",
            "gpt-4o-mini-2024-07-18 costs 0.15",
            "a secret was told: none",
            "me @ home, @user, x@y",
            "2.34 s at 10.5 s, 1e+10",
            "token: null, password: true",
        ] {
            let kept = if text.starts_with("a secret") {
                text
            } else {
                &masked(text)
            };
            assert_eq!(kept, text);
        }
    }

    #[test]
    fn patterns_of_the_user_cover_what_fits() {
        let (mask, wrong) = Mask::new(["CUST-[0-9]+", "(", "", "(?i)acme"].into_iter());
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].0, 1);
        assert_eq!(
            mask.text("CUST-12 of Acme and CUST-"),
            "••••• of ••••• and CUST-"
        );
    }

    #[test]
    fn patterns_that_are_too_long_or_too_many_are_told() {
        let long = "a".repeat(401);
        let (mask, wrong) = Mask::new([long.as_str(), "b"].into_iter());
        assert_eq!((wrong.len(), wrong[0].0, wrong[0].1.at), (1, 0, 400));
        assert_eq!(
            mask.text("aaa b"),
            "aaa \u{2022}\u{2022}\u{2022}\u{2022}\u{2022}"
        );
        let many: Vec<String> = (10..50).map(|number| format!("x{number}")).collect();
        let (mask, wrong) = Mask::new(many.iter().map(String::as_str));
        assert_eq!((wrong.len(), wrong[0].0), (1, 32));
        assert_eq!(
            mask.text("x41 x42"),
            "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022} x42"
        );
    }

    #[test]
    fn a_source_loses_its_secrets_and_stays_json() {
        let json = r#"{"name":"x","attributes":[{"key":"http.request.header.authorization","value":{"stringValue":"plain"}},
            {"key":"body","value":{"stringValue":"a\nsk-abcdefghijklmnop\tb {\"api_key\":\"zz\"}"}},{"key":"n","value":{"intValue":"7"}}],
            "password" : "hunter2","tokens":{"x":1},"headers":[{"value":"zq1","name":"Cookie"},{"value":{"intValue":8899},"key":"pwd"}],
            "args":"[{\"value\":\"zq2\",\"name\":\"api_key\"}]"}"#;
        let out = String::from_utf8(Mask::default().json(json.as_bytes())).unwrap();
        assert!(
            serde_json::from_str::<serde_json::Value>(&out).is_ok(),
            "{out}"
        );
        for secret in ["plain", "sk-", "zz", "hunter2", "zq1", "8899", "zq2"] {
            assert!(!out.contains(secret), "{secret} in {out}");
        }
        assert!(
            out.contains(r#""intValue":"7""#) && out.contains(r"a\n•••••\tb"),
            "{out}"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail(text in r#"[ a-z0-9@:"'\\{}=.+()•é/-]{0,60}"#, pattern in r"[a-c.*+()|]{0,6}") {
            let (mask, _) = Mask::new([pattern.as_str()].into_iter());
            drop(mask.text(&text));
            drop(mask.json(text.as_bytes()));
            drop(masked(&text));
        }

        #[test]
        fn any_text_makes_it_fail_neither(text in any::<String>()) {
            let (mask, _) = Mask::new(["a.*b", "[^x]+y"].into_iter());
            drop(mask.text(&text));
            drop(mask.json(text.as_bytes()));
        }

        #[test]
        fn json_stays_json(text in any::<String>(), secret in "[a-z0-9]{8,20}") {
            let text_json = serde_json::Value::from(text.as_str()).to_string();
            let long = serde_json::Value::from(format!("{text} sk-{secret}{secret} {text}")).to_string();
            let json = format!(r#"{{"key":"password","value":{{"stringValue":{text_json}}},"api_key":"{secret}","t":{long}}}"#);
            let out = Mask::default().json(json.as_bytes());
            let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
            prop_assert_eq!(&read["api_key"], COVER);
            let expected = if text.is_empty() { "" } else { COVER };
            prop_assert_eq!(&read["value"]["stringValue"], expected);
        }

        #[test]
        fn a_planted_secret_is_gone(before in "[ a-z,.;\n]{0,20}", after in "[ ,;\n]{1}[ a-z\n]{0,20}", secret in "[A-Za-z0-9]{20,40}") {
            let text = format!("{before} ghp_{secret}{after}");
            prop_assert!(!masked(&text).contains(&secret));
        }
    }
}
