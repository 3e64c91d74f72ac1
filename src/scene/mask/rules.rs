//! What a secret looks like.

use super::Part;

/// Beginnings of keys and tokens, with how many characters follow at least.
const PREFIXES: &[(&str, usize)] = &[
    ("sk-", 16),
    ("sk_live_", 10),
    ("sk_test_", 10),
    ("rk_live_", 10),
    ("rk_test_", 10),
    ("pk_live_", 10),
    ("pk-lf-", 10),
    ("whsec_", 10),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
    ("xapp-", 10),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("hf_", 20),
    ("gsk_", 20),
    ("r8_", 20),
    ("xai-", 20),
    ("lsv2_", 20),
    ("tvly-", 16),
    ("nvapi-", 20),
    ("npm_", 30),
    ("pypi-", 30),
    ("SG.", 30),
    ("eyJ", 20),
];

/// Ends of names whose value is a secret.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "accesskey",
    "secret_key",
    "secretkey",
    "private_key",
    "privatekey",
    "authorization",
    "credentials",
    "cookie",
    "set-cookie",
    "token",
];

/// Whether what has this name is a secret: `db.password`, `OPENAI_API_KEY`, `accessToken`, but not `max_tokens`.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // Of a header with several values the first is `….0`.
    let name = name.trim_end_matches(|c: char| c == '.' || c.is_ascii_digit());
    NAMES.iter().any(|known| name.ends_with(known)) && !name.ends_with("next_token")
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What keys and tokens are made of.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b'~')
}

/// Finds what looks like a secret. Parts may overlap.
pub fn find(text: &str, parts: &mut Vec<Part>) {
    let bytes = text.as_bytes();
    tokens(text, parts);
    named_values(bytes, parts);
    addresses(bytes, parts);
    numbers(bytes, true, parts);
    blocks(text, parts);
}

/// How many bytes from `at` on pass.
fn run(bytes: &[u8], at: usize, passes: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|&byte| !passes(byte))
        .unwrap_or(rest.len())
}

/// Keys and tokens by their beginning, and what follows `Bearer` or `Basic`.
fn tokens(text: &str, parts: &mut Vec<Part>) {
    let bytes = text.as_bytes();
    let (mut at, mut token_end) = (0, 0);
    while at < bytes.len() {
        let is_start = at == 0 || !is_word(bytes[at - 1]);
        if token_end <= at {
            token_end = at + run(bytes, at, is_token);
        }
        let length = token_end - at;
        if !is_start || length == 0 {
            at += 1;
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let known = PREFIXES.iter().any(|(prefix, least)| {
            length >= prefix.len() + least && rest.starts_with(prefix.as_bytes())
        });
        if known {
            // A full stop ends a sentence.
            let end = at + length;
            let end = if bytes.get(end - 1) == Some(&b'.') {
                end - 1
            } else {
                end
            };
            parts.push((at, end));
            at += length;
            continue;
        }
        let word = rest.get(..length.min(6)).unwrap_or_default();
        let is_scheme = (length == 6 && word.eq_ignore_ascii_case(b"bearer"))
            || (length == 5 && word.eq_ignore_ascii_case(b"basic"));
        if is_scheme && bytes.get(at + length) == Some(&b' ') {
            let start = at + length + 1;
            let secret = run(bytes, start, is_token);
            if secret >= 8 {
                parts.push((start, start + secret));
                at = start + secret;
                continue;
            }
        }
        // On to where the next word may begin.
        at += run(bytes, at, is_word).max(1);
    }
}

/// What stands behind `password=`, `"api_key": "` and the like.
fn named_values(bytes: &[u8], parts: &mut Vec<Part>) {
    let mut at = 0;
    while at < bytes.len() {
        let length = run(bytes, at, |byte| {
            is_word(byte) || matches!(byte, b'-' | b'.')
        });
        if length == 0 {
            at += 1;
            continue;
        }
        let name = bytes.get(at..at + length).unwrap_or_default();
        at += length;
        // A name is not as long as that, and the check not for free.
        let name = name
            .get(name.len().saturating_sub(64)..)
            .unwrap_or_default();
        let Ok(name) = std::str::from_utf8(name) else {
            continue;
        };
        let mut start = at + run(bytes, at, is_around);
        if !matches!(bytes.get(start), Some(b':' | b'=')) || !is_secret_name(name) {
            continue;
        }
        start += 1;
        start += run(bytes, start, is_around);
        let mut end = start + run(bytes, start, is_value);
        let value = bytes.get(start..end).unwrap_or_default();
        let is_scheme = [&b"bearer"[..], b"basic", b"token"]
            .iter()
            .any(|scheme| value.eq_ignore_ascii_case(scheme));
        let says_nothing = matches!(
            value,
            b"" | b"null" | b"none" | b"None" | b"true" | b"false"
        );
        let is_count =
            name.to_ascii_lowercase().ends_with("token") && value.iter().all(u8::is_ascii_digit);
        if says_nothing || is_count {
            continue;
        }
        parts.push((start, end));
        if is_scheme && bytes.get(end) == Some(&b' ') {
            let second = end + 1;
            end = second + run(bytes, second, is_value);
            parts.push((second, end));
        }
        at = end.max(at);
    }
}

/// Quotes, blanks and the backslashes before quotes, around a separator.
fn is_around(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'\\' | b' ')
}

fn is_value(byte: u8) -> bool {
    !(byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'"' | b'\'' | b'\\' | b',' | b';' | b'&' | b'}' | b')' | b']'
        ))
}

/// E-mail addresses, and the names and passwords of `scheme://name:password@host`.
fn addresses(bytes: &[u8], parts: &mut Vec<Part>) {
    let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'@') {
        let before = bytes.get(at.saturating_sub(256)..at).unwrap_or_default();
        let local = before
            .iter()
            .rev()
            .take_while(|byte| is_local(**byte))
            .count();
        let host = run(bytes, at + 1, is_host).min(256);
        let name = bytes.get(at + 1..at + 1 + host).unwrap_or_default();
        let name = name.strip_suffix(b".").unwrap_or(name);
        let top = name.iter().rposition(|&byte| byte == b'.');
        let is_top = |dot: usize| {
            let top = name.get(dot + 1..).unwrap_or_default();
            top.len() >= 2 && top.iter().all(u8::is_ascii_alphabetic) && dot > 0
        };
        let mut start = None;
        if local > 0 && top.is_some_and(is_top) {
            start = Some((at - local, at + 1 + name.len()));
        }
        // User and password: no blank, no slash between them and the scheme.
        let inner = before
            .iter()
            .rev()
            .take_while(|byte| !byte.is_ascii_whitespace() && !b"/\"'".contains(byte))
            .count();
        let user = bytes.get(at - inner..at).unwrap_or_default();
        let scheme = bytes.get(..at - inner).unwrap_or_default();
        if user.contains(&b':') && scheme.ends_with(b"://") {
            start = Some((at - inner, at));
        }
        parts.extend(start);
    }
}

/// Numbers of cards alone.
pub fn cards(text: &str, parts: &mut Vec<Part>) {
    numbers(text.as_bytes(), false, parts);
}

/// Numbers of cards, and of phones where they are wanted.
fn numbers(bytes: &[u8], phones: bool, parts: &mut Vec<Part>) {
    let mut at = 0;
    while at < bytes.len() {
        let first = bytes[at];
        let is_start = at == 0 || !(is_word(bytes[at - 1]) || matches!(bytes[at - 1], b'.' | b'-'));
        if !is_start || !(first.is_ascii_digit() || matches!(first, b'+' | b'(')) {
            at += 1;
            continue;
        }
        // Digits with at most two separators between any two of them.
        let (mut digits, mut groups) = (Vec::new(), vec![0_u8]);
        let (mut end, mut next, mut gap) = (at, at, 0);
        if first == b'+' {
            next += 1;
        }
        while let Some(&byte) = bytes.get(next).filter(|_| digits.len() < 20) {
            if byte.is_ascii_digit() {
                if gap > 0 && !digits.is_empty() {
                    groups.push(0);
                }
                if let Some(group) = groups.last_mut() {
                    *group += 1;
                }
                digits.push(byte - b'0');
                gap = 0;
                end = next + 1;
            } else if b" -.()".contains(&byte) && gap < 2 {
                gap += 1;
            } else {
                break;
            }
            next += 1;
        }
        let is_whole = !bytes.get(end).is_some_and(|&byte| is_word(byte));
        let is_phone = if first == b'+' {
            (8..=15).contains(&digits.len())
        } else {
            matches!(groups.as_slice(), [3, 3, 4] | [1, 3, 3, 4])
        };
        let is_card = first.is_ascii_digit() && has_card_groups(&groups) && is_card(&digits);
        if is_whole && (is_phone && phones || is_card) {
            parts.push((at, end));
            at = end;
        } else {
            at += run(bytes, at, |byte| byte.is_ascii_digit()).max(1);
        }
    }
}

/// Together, or in groups as cards print them.
fn has_card_groups(groups: &[u8]) -> bool {
    matches!(
        groups,
        [_] | [4, 4, 4, 4 | 3 | 1] | [4, 4, 4, 4, 3] | [4, 6, 4 | 5]
    )
}

/// Whether the lengths and first digits are those of a card, and its check digit is right.
fn is_card(digits: &[u8]) -> bool {
    let issuer = matches!(
        (digits.len(), digits),
        (13 | 16 | 19, [4, ..])
            | (16, [5, 1..=5, ..] | [2, 2..=7, ..])
            | (16 | 19, [6, ..])
            | (15, [3, 4 | 7, ..])
            | (14, [3, 0 | 6 | 8, ..])
    );
    let sum: u32 = (digits.iter().rev().enumerate())
        .map(|(at, &digit)| match at % 2 {
            0 => u32::from(digit),
            _ => u32::from(digit) * 2 / 10 + u32::from(digit) * 2 % 10,
        })
        .sum();
    issuer && sum.is_multiple_of(10)
}

/// Private keys in armour, to their end or that of the text.
fn blocks(text: &str, parts: &mut Vec<Part>) {
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("-----BEGIN ")) {
        let start = from + start;
        let rest = text.get(start + 11..).unwrap_or_default();
        let title = rest.split("-----").next().unwrap_or_default();
        if title.contains("PRIVATE KEY") {
            let end = rest
                .find("-----END ")
                .and_then(|end| Some(end + 9 + rest.get(end + 9..)?.find("-----")? + 5));
            let end = end.map_or(text.len(), |end| start + 11 + end);
            parts.push((start, end));
            from = end;
        } else {
            from = start + 11;
        }
    }
}
