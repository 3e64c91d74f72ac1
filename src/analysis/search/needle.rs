//! A text that is sought, case ignored.
//!
//! ASCII letters fold to lower case; other characters fold by Unicode's simple mapping where that is one character and
//! not ASCII (so `É` is `é`, but the Kelvin sign is not `k`). In JSON the same text has several spellings: `/` may be
//! `\/`, `"` is `\"` or `\u0022`, and anything but plain letters, digits and a few marks may be `\uXXXX`. A needle
//! therefore looks first for a part that has one spelling, or for every spelling of one character, and only then reads
//! the text around it.

use super::finder::Finder;

/// A text that is sought, with what finds it fast.
#[derive(Debug, Clone)]
pub(in crate::analysis) struct Needle {
    folded: Vec<char>,
    /// In decoded text: the whole needle when it is ASCII, else a part of it.
    text: Finder,
    /// In JSON: a part of it.
    json: Finder,
    is_ascii: bool,
    /// Bytes of the needle when it is ASCII.
    len: usize,
}

impl Needle {
    /// A needle for this text; an empty one is found everywhere.
    pub fn new(text: &str) -> Self {
        let folded: Vec<char> = text.chars().map(fold).collect();
        let is_ascii = text.is_ascii();
        Self {
            text: if is_ascii {
                Finder::new([text.as_bytes().to_vec()])
            } else {
                anchor(&folded, raw_spellings)
            },
            json: anchor(&folded, json_spellings),
            len: text.len(),
            folded,
            is_ascii,
        }
    }

    /// Whether the text holds the needle.
    pub fn is_in(&self, text: &str) -> bool {
        match self.text.find(text.as_bytes(), 0) {
            None => false,
            Some(_) if self.is_ascii => true,
            Some(_) => self.is_in_chars(text),
        }
    }

    /// The next place in bytes of JSON that may be part of the needle; where there is none, the needle is not.
    pub fn next_in_json(&self, bytes: &[u8], from: usize) -> Option<usize> {
        self.json.find(bytes, from)
    }

    /// Calls `found` with each text of an arena that holds the needle: texts stand one after the other and `ends` says
    /// where each ends.
    pub fn each_in(&self, arena: &str, ends: &[u32], mut found: impl FnMut(u32)) {
        let (mut at, mut id) = (0, 0);
        while let Some(place) = self.text.find(arena.as_bytes(), at) {
            let end_of = |id: usize| ends.get(id).map_or(arena.len(), |&end| end as usize);
            id = super::super::gallop::gallop(id, ends.len(), |id| end_of(id) <= place);
            if id >= ends.len() {
                // Only an empty needle is found behind the last text.
                return;
            }
            let start = id.checked_sub(1).map_or(0, end_of);
            let holds = if self.is_ascii {
                place + self.len <= end_of(id)
            } else {
                arena
                    .get(start..end_of(id))
                    .is_some_and(|text| self.is_in(text))
            };
            if holds {
                found(id as u32);
                at = end_of(id);
            } else {
                at = place + 1;
            }
        }
    }

    fn is_in_chars(&self, text: &str) -> bool {
        let Some(&first) = self.folded.first() else {
            return true;
        };
        text.char_indices()
            .filter(|&(_, c)| fold(c) == first)
            .any(|(at, _)| {
                let mut here = text[at..].chars().map(fold);
                self.folded.iter().all(|&c| here.next() == Some(c))
            })
    }
}

/// Lower case of a character where that is one character that stays within or without ASCII.
pub(super) fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) if !one.is_ascii() => one,
        _ => c,
    }
}

/// Finds the longest part of the needle that has one spelling, or else every spelling of its first character that has
/// the most of them in common.
fn anchor(folded: &[char], spellings: fn(char) -> Vec<Vec<u8>>) -> Finder {
    let run = folded
        .split(|&c| !has_one_spelling(c))
        .max_by_key(|run| run.len())
        .unwrap_or_default();
    let other = folded.iter().copied().find(|&c| !has_one_spelling(c));
    match other {
        // One plain letter is everywhere; a character that is not plain says more.
        Some(other) if run.len() < 2 => {
            let cases = folding_to(other);
            Finder::new(cases.into_iter().flat_map(spellings))
        }
        _ => Finder::new([run.iter().map(|&c| c as u8).collect::<Vec<u8>>()]),
    }
}

/// What no JSON writer in use escapes. Some escape `<`, `>`, `&`, `'`, `+` and the backtick to be safe within HTML.
fn has_one_spelling(c: char) -> bool {
    c.is_ascii_alphanumeric() || " _-.:,;()[]{}@#$%*=!?|~^".contains(c)
}

/// All characters that fold to this one; itself too.
fn folding_to(c: char) -> Vec<char> {
    if c.is_ascii() {
        return vec![c];
    }
    // Several upper case letters may share a lower case one, and no table in the standard library leads back. Beyond
    // this block Unicode has no letters with case, so it is a matter of 2 ms, and of characters that are not ASCII.
    let cased = ('\u{80}'..='\u{1EFFF}').filter(|&other| other != c && fold(other) == c);
    std::iter::once(c).chain(cased).collect()
}

/// Spellings of a character in plain text.
fn raw_spellings(c: char) -> Vec<Vec<u8>> {
    vec![c.to_string().into_bytes()]
}

/// Spellings of a character within a JSON string.
fn json_spellings(c: char) -> Vec<Vec<u8>> {
    let mut units = [0_u16; 2];
    let escaped = (c.encode_utf16(&mut units).iter())
        .fold(String::new(), |text, unit| format!("{text}\\u{unit:04x}"));
    let mut all = vec![escaped.into_bytes()];
    match c {
        '"' => all.push(b"\\\"".to_vec()),
        '\\' => all.push(b"\\\\".to_vec()),
        '\n' => all.push(b"\\n".to_vec()),
        '\r' => all.push(b"\\r".to_vec()),
        '\t' => all.push(b"\\t".to_vec()),
        '\u{8}' => all.push(b"\\b".to_vec()),
        '\u{c}' => all.push(b"\\f".to_vec()),
        _ => {}
    }
    if !matches!(c, '"' | '\\') {
        // A slash with a backslash before it is found at the slash. Control characters should be escaped and are not
        // always.
        all.push(c.to_string().into_bytes());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_is_ignored_beyond_ascii_too() {
        for (needle, text, is_in) in [
            ("error", "TimeoutERROR", true),
            ("É", "café", true),
            ("ÜBER", "so über", true),
            ("straße", "STRASSE", false),
            ("k", "\u{212A}", false),
            ("ς", "Σ", false),
            ("σ", "Σ", true),
            ("ω", "\u{2126}", true),
            ("日本", "日本語", true),
            ("a日", "A日", true),
            ("", "anything", true),
            ("x", "", false),
        ] {
            assert_eq!(Needle::new(needle).is_in(text), is_in, "{needle} in {text}");
        }
    }

    #[test]
    fn every_spelling_in_json_is_noticed() {
        for (needle, json) in [
            ("say \"hi\"", r#"say \"hi\""#),
            ("\"", r"\u0022"),
            ("\\", r"C:\\x"),
            ("a/b", r"a\/b"),
            ("/", r"\/"),
            ("<", r"\u003C"),
            ("<", "<"),
            ("é", r"\u00C9"),
            ("é", "É"),
            ("日本", r"\u65E5\u672c"),
            ("😀", r"\ud83D\ude00"),
            ("😀", "😀"),
            ("é1", r"\u00e91"),
        ] {
            let needle_ = Needle::new(needle);
            assert!(
                needle_.next_in_json(json.as_bytes(), 0).is_some(),
                "{needle} in {json}"
            );
        }
    }

    #[test]
    fn every_character_that_folds_alike_is_a_spelling() {
        let beyond = ('\u{1F000}'..=char::MAX).find(|&c| fold(c) != c);
        assert_eq!(
            beyond, None,
            "letters with case beyond the part that is looked at"
        );
        assert_eq!(folding_to('ω'), ['ω', 'Ω', '\u{2126}']);
        assert_eq!(folding_to('ß'), ['ß', '\u{1E9E}']);
        assert_eq!(folding_to('日'), ['日']);
    }

    proptest! {
        // Characters beyond ASCII are slow to make ready without optimisation.
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn texts_of_an_arena_are_found_one_by_one(
            texts in proptest::collection::vec("[abÉé ]{0,6}", 0..30),
            needle in "[abÉé]{1,3}",
        ) {
            let mut arena = String::new();
            let mut ends = Vec::new();
            for text in &texts {
                arena.push_str(text);
                ends.push(arena.len() as u32);
            }
            let plain: Vec<u32> = (0..)
                .zip(&texts)
                .filter(|(_, text)| text.to_lowercase().contains(&needle.to_lowercase()))
                .map(|(id, _)| id)
                .collect();
            let mut found = Vec::new();
            Needle::new(&needle).each_in(&arena, &ends, |id| found.push(id));
            prop_assert_eq!(found, plain);
        }
    }
}
