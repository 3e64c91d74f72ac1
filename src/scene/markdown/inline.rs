//! Marks within a line: strong, emphasised and deleted words, code, links.

use super::{Mark, Out};

/// An end is looked for so many bytes behind its beginning.
const FAR: usize = 4_000;

/// Marks within a line.
pub fn inline<'a>(text: &'a str, deeper: usize, out: Out<'_, 'a>) {
    let mut plain = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let before = text.get(..at).unwrap_or("");
        let Some((taken, skipped)) = mark(rest, before, deeper) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        out(Mark::Text(text.get(plain..at).unwrap_or("")));
        match taken {
            Taken::Letter(letter) => out(Mark::Text(letter)),
            Taken::Within(tag, inner) => {
                out(Mark::Open(tag));
                if tag == "code" {
                    out(Mark::Text(inner));
                } else {
                    inline(inner, deeper - 1, out);
                }
                out(Mark::Close);
            }
            Taken::Link(words, address) => {
                inline(words, deeper - 1, out);
                if words != address {
                    out(Mark::Address(address));
                }
            }
        }
        at += skipped;
        plain = at;
    }
    out(Mark::Text(text.get(plain..).unwrap_or("")));
}

/// A mark and what is in it.
enum Taken<'a> {
    Letter(&'a str),
    Within(&'static str, &'a str),
    Link(&'a str, &'a str),
}

/// The mark that a text begins with, and its length.
fn mark<'a>(text: &'a str, before: &str, deeper: usize) -> Option<(Taken<'a>, usize)> {
    let first = *text.as_bytes().first()?;
    if first == b'\\' {
        let next = text
            .as_bytes()
            .get(1)
            .filter(|next| next.is_ascii_punctuation())?;
        return Some((Taken::Letter(text.get(1..2)?), 1 + usize::from(*next > 0)));
    }
    if deeper == 0 {
        return None;
    }
    match first {
        b'`' => {
            let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
            let fence = text.get(..ticks)?;
            let inner = near(text.get(ticks..)?);
            let end = inner.find(fence)?;
            let words = inner.get(..end)?;
            let bare = words
                .strip_prefix(' ')
                .and_then(|words| words.strip_suffix(' '));
            let words = bare.filter(|bare| !bare.is_empty()).unwrap_or(words);
            Some((Taken::Within("code", words), end + 2 * ticks))
        }
        b'*' | b'_' => emphasis(text, before),
        b'~' => enclosed(text, "~~", "del"),
        b'!' => {
            let (link, length) = link(text.get(1..)?)?;
            Some((link, length + 1))
        }
        b'[' => link(text),
        b'<' => {
            let inner = near(text.get(1..)?);
            let end = inner.find('>')?;
            let address = inner.get(..end)?;
            let bare = address.contains("://") && !address.contains(char::is_whitespace);
            bare.then_some((Taken::Link(address, address), end + 2))
        }
        _ => None,
    }
}

fn emphasis<'a>(text: &'a str, before: &str) -> Option<(Taken<'a>, usize)> {
    let underscore = text.starts_with('_');
    // Names with underscores are no emphasis.
    if underscore && before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
        return None;
    }
    let double = if underscore { "__" } else { "**" };
    let found = enclosed(text, double, "strong").or_else(|| {
        let single = double.get(1..)?;
        enclosed(text, single, "em")
    })?;
    let after = text.get(found.1..).and_then(|rest| rest.chars().next());
    let inside =
        underscore && after.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    (!inside).then_some(found)
}

/// A text between two equal marks that touch it.
fn enclosed<'a>(text: &'a str, mark: &str, tag: &'static str) -> Option<(Taken<'a>, usize)> {
    let inner = near(text.strip_prefix(mark)?);
    if inner.starts_with(char::is_whitespace) {
        return None;
    }
    let mut from = 0;
    loop {
        let end = from + inner.get(from..)?.find(mark)?;
        let words = inner.get(..end)?;
        let closes =
            !words.is_empty() && !words.ends_with(|it: char| it.is_whitespace() || it == '\\');
        // A single mark is no part of a double one.
        let doubled = mark.len() == 1
            && (inner
                .get(end + 1..)
                .is_some_and(|rest| rest.starts_with(mark))
                || words.ends_with(mark));
        if closes && !doubled {
            return Some((Taken::Within(tag, words), end + 2 * mark.len()));
        }
        from = end + mark.len();
    }
}

fn link(text: &str) -> Option<(Taken<'_>, usize)> {
    let inner = near(text.strip_prefix('[')?);
    let end = inner.find("](")?;
    let words = inner.get(..end)?;
    if words.contains('\n') || words.is_empty() {
        return None;
    }
    let rest = near(inner.get(end + 2..)?);
    let mut open = 0_i32;
    let close = rest.char_indices().find_map(|(at, letter)| {
        match letter {
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            _ => {}
        }
        None
    })?;
    let target = rest.get(..close)?.trim();
    // A title in quotes may follow.
    let address = target.split_whitespace().next().unwrap_or(target);
    let address = address.trim_start_matches('<').trim_end_matches('>');
    Some((Taken::Link(words, address), 1 + end + 2 + close + 1))
}

/// The beginning of a text, as far as an end is looked for.
fn near(text: &str) -> &str {
    let mut end = text.len().min(FAR);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}
