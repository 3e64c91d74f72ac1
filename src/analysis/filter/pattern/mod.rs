//! Regular expressions for `=~`: made into a small program, run in a time that grows with text times pattern alone.
//!
//! As in `TraceQL` an expression is anchored at both ends: `gpt` is the whole value, `.*gpt.*` one that holds it. Known
//! are `.`, `[a-z]`, `[^…]`, `\d \w \s \D \W \S`, `\b`, `^`, `$`, groups, `|`, `*`, `+`, `?`, `{2,5}` and the flags
//! `(?i)` (letters of ASCII in any case) and `(?s)` (a point is a line break too).
//!
//! A library would do: `regex-lite` adds 78 KB to the worker (27 KB compressed), this a tenth of it. Tests compare the two.

mod parse;
mod run;

use parse::Parser;
use std::fmt;

/// Most steps a program may have; repeats of repeats grow fast.
const MAX_STEPS: usize = 2000;

/// Deepest nesting of groups.
const MAX_DEPTH: u32 = 50;

/// A regular expression made ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    steps: Vec<Step>,
    classes: Vec<Class>,
}

/// Why a text is no regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// The character at which it fails, counted from zero.
    pub at: usize,
    /// What is wrong.
    pub what: &'static str,
}

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.what)
    }
}

/// A step of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Takes this character.
    Char(char),
    /// Takes any character; a line break only when true.
    Any(bool),
    /// Takes a character of a class.
    Class(u32),
    /// Goes on at both places.
    Split(u32, u32),
    /// Goes on there.
    Jump(u32),
    /// Only at the beginning of the text.
    Start,
    /// Only at its end.
    End,
    /// Only between a word and what is none, or only not there.
    Boundary(bool),
    /// The expression fits up to here.
    Match,
}

/// A set of characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Class {
    /// First and last of each range.
    ranges: Vec<(char, char)>,
    /// Whether it takes what is in none of them.
    negated: bool,
}

impl Class {
    fn holds(&self, c: char) -> bool {
        let is_in = self
            .ranges
            .iter()
            .any(|&(first, last)| (first..=last).contains(&c));
        is_in != self.negated
    }
}

impl Pattern {
    /// Makes an expression ready.
    ///
    /// # Errors
    ///
    /// Says what is wrong and at which character.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        Parser::new(text).pattern()
    }

    /// Whether the whole of a text fits.
    pub fn is_match(&self, text: &str) -> bool {
        run::is_match(&self.steps, &self.classes, text)
    }

    /// Tells parts of a text that fit, as bytes, in a time that grows with text times pattern: from every place the longest,
    /// unless one that began before it is on the same way. Together they cover every part that fits and is not empty.
    pub fn each_fit(&self, text: &str, found: impl FnMut(usize, usize)) {
        run::each_fit(&self.steps, &self.classes, text, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_match(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap().is_match(text)
    }

    #[test]
    fn the_whole_text_must_fit() {
        for (pattern, text, fits) in [
            ("gpt", "gpt", true),
            ("gpt", "gpt-4", false),
            ("gpt.*", "gpt-4o", true),
            (".*4o", "gpt-4o", true),
            ("a|bc", "bc", true),
            ("a|bc", "ac", false),
            ("(ab)+c?", "ababc", true),
            ("[a-c^]+", "abc^", true),
            ("[^a-c]+", "xyz", true),
            ("[]a]+", "]a", true),
            ("[a-]+", "a-", true),
            (r"\d{3,4}", "1234", true),
            (r"\d{3,4}", "12345", false),
            (r"a{2}", "aa", true),
            (r"a{2,}", "a", false),
            (r"a{0}", "", true),
            (r"a\{,2}", "a{,2}", true),
            ("(?i)GPT-[A-Z]", "gpt-x", true),
            ("(?i:a)b", "AB", false),
            ("(?i:a)b", "Ab", true),
            (".", "\n", false),
            ("(?s).", "\n", true),
            (r"\bcat\b.*", "cat sat", true),
            (r"c\Bat", "cat", true),
            ("^a$", "a", true),
            ("x*", "", true),
            ("(a*)*", "aaa", true),
            ("(|a)+", "aaa", true),
            (r"\.\*", ".*", true),
            (r"é+", "éé", true),
            (r"[\w.]+@[\w.]+", "a.b@c.d", true),
            (r"\x41\t", "A\t", true),
            ("a+?b", "aab", true),
        ] {
            assert_eq!(is_match(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn errors_say_where() {
        for (pattern, at, what) in [
            ("(a", 0, "a group is not closed"),
            ("a)", 1, "a closing parenthesis without a group"),
            ("[a", 0, "a class is not closed"),
            ("*a", 0, "nothing to repeat"),
            ("a{3,2}", 1, "the most is less than the least"),
            (r"a\", 1, "nothing stands behind the backslash"),
            (r"\p{L}", 0, "this escape is not known"),
            ("[z-a]", 1, "a range ends before it begins"),
            ("(?P<n>a)", 0, "this group is not known"),
            ("(a{40}){60}", 7, "the expression is too large"),
            ("a{b}", 1, "expected a count as {2,5}"),
            ("a{2", 1, "expected a count as {2,5}"),
            ("{2}", 0, "a brace wants a backslash before it"),
            ("a{99999}", 1, "the expression is too large"),
        ] {
            let error = Pattern::new(pattern).unwrap_err();
            assert_eq!((error.at, error.what), (at, what), "{pattern}");
        }
        let deep = format!("{}a{}", "(".repeat(500), ")".repeat(500));
        assert_eq!(
            Pattern::new(&deep).unwrap_err().what,
            "groups are nested too deeply"
        );
    }

    #[test]
    fn parts_that_fit_are_found_in_a_text() {
        for (pattern, text, expected) in [
            ("[0-9]+", "a12b3", "a__b_"),
            ("ab|abcd", "xabcdy", "x____y"),
            ("a*", "baab", "b__b"),
            (r"\bcat\b", "cat concat cat", "___ concat ___"),
            ("^a", "aa", "_a"),
            ("é.", "aéb", "a_"),
            ("(a|b)*c", "ababx abc", "ababx ___"),
        ] {
            let mut covered: Vec<(usize, usize)> = Vec::new();
            let pattern = Pattern::new(pattern).unwrap();
            pattern.each_fit(text, |start, end| covered.push((start, end)));
            let is_in = |at: usize| {
                covered
                    .iter()
                    .any(|&(start, end)| (start..end).contains(&at))
            };
            let mut told = String::new();
            for (at, c) in text.char_indices() {
                match is_in(at) {
                    true if told.ends_with('_') && text.contains('é') => {}
                    true => told.push('_'),
                    false => told.push(c),
                }
            }
            assert_eq!(told, expected, "{pattern:?} {text}");
        }
    }

    #[test]
    fn no_expression_takes_long() {
        let mut parts = 0;
        let pattern = Pattern::new("(a*)*(a|a)*b").unwrap();
        pattern.each_fit(&"a".repeat(20_000), |_, _| parts += 1);
        assert_eq!(parts, 0);
        let text = "a".repeat(5000);
        assert!(!is_match("(a*)*(a*)*(a|a)*b", &text));
        assert!(is_match("(a?){100}a{100}.*", &text));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn the_library_agrees(pattern in r"[ab.*+?|()\[\]^$\\dwb{}1,-]{0,12}", text in "[ab1 .\n-]{0,8}") {
            let alone = regex_lite::Regex::new(&pattern);
            let library = alone.and_then(|_| regex_lite::Regex::new(&format!("^(?:{pattern})$")));
            let own = Pattern::new(&pattern);
            // What this does not know is refused; what it takes means the same.
            if let Ok(own) = own {
                let Ok(library) = library else {
                    return Err(TestCaseError::fail(format!("{pattern} is refused by the library")));
                };
                prop_assert_eq!(own.is_match(&text), library.is_match(&text), "{}", pattern);
            } else {
                let known = library.is_err() || pattern.contains(['\\', '{', '[']) || pattern.contains("(?");
                prop_assert!(known, "{} is refused: {:?}", pattern, own);
            }
        }

        #[test]
        fn plain_expressions_are_never_refused(
            parts in proptest::collection::vec((
                prop::sample::select(vec!["a", "b", ".", r"\d", "[ab]", "[^a]", "(ab)", "(a|1)", r"\.", "(?:b|)", r"\b", "^", "$", "(?i:A)"]),
                prop::sample::select(vec!["", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?"]),
            ), 0..6),
            text in "[ab1.]{0,10}",
        ) {
            let parts: Vec<&str> = parts.iter().flat_map(|(atom, repeat)| [*atom, *repeat]).collect();
            let pattern = parts.concat();
            let library = regex_lite::Regex::new(&format!("^(?:{pattern})$")).unwrap();
            prop_assert_eq!(is_match(&pattern, &text), library.is_match(&text), "{}", pattern);
        }
    }
}
