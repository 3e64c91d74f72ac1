//! A filter's text cut into words.

use super::FilterError;
use super::field::Number;
use crate::model::PicoUsd;

/// A word and where it stands, in characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub word: Word,
    pub start: usize,
    pub end: usize,
}

/// What a word is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    /// A field, or a bare value such as `error`: letters, digits and `.:_-/`, with parts in quotes unquoted.
    Name(String),
    /// A string in double quotes or backticks.
    Text(String),
    /// A number as written.
    Number(String),
    /// A duration in nanoseconds.
    Duration(i64),
    /// `=`, `!=`, `=~`, `!~`, `<`, `<=`, `>`, `>=`.
    Compare(Compare),
    /// `&&`
    And,
    /// `||`
    Or,
    /// `!`
    Not,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `{`
    Begin,
    /// `}`
    End,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    NotEqual,
    Fits,
    FitsNot,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
}

impl Compare {
    /// All of them, as completion offers them.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Equal, "="),
        (Self::NotEqual, "!="),
        (Self::Fits, "=~"),
        (Self::FitsNot, "!~"),
        (Self::More, ">"),
        (Self::MoreOrEqual, ">="),
        (Self::Less, "<"),
        (Self::LessOrEqual, "<="),
    ];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        let found = Self::ALL.iter().find(|(compare, _)| *compare == self);
        found.map_or("", |(_, text)| text)
    }

    /// Whether an order of values is asked for.
    pub fn is_order(self) -> bool {
        matches!(
            self,
            Self::Less | Self::LessOrEqual | Self::More | Self::MoreOrEqual
        )
    }

    /// Whether values in this order pass.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal | Self::Fits => order.is_eq(),
            Self::NotEqual | Self::FitsNot => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::More => order.is_gt(),
            Self::MoreOrEqual => order.is_ge(),
        }
    }
}

/// Units of durations in nanoseconds; longer names first where one begins another.
const UNITS: [(&str, i64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Cuts a text into words, from `start` on to its end or behind the brace that closes it.
pub(super) fn tokens(text: &[char], start: usize) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let mut at = start;
    while let Some(&c) = text.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let (word, end) = token(text, at, c)?;
        let is_end = word == Word::End;
        tokens.push(Token {
            word,
            start: at,
            end,
        });
        at = end;
        if is_end {
            break;
        }
    }
    Ok(tokens)
}

fn token(text: &[char], at: usize, c: char) -> Result<(Word, usize), FilterError> {
    let next = text.get(at + 1).copied();
    let pair = |word| Ok((word, at + 2));
    let compare = |compare| Ok((Word::Compare(compare), at + compare.as_str().len()));
    match (c, next) {
        ('&', Some('&')) => pair(Word::And),
        ('|', Some('|')) => pair(Word::Or),
        ('=', Some('~')) => compare(Compare::Fits),
        ('=', Some('=')) => pair(Word::Compare(Compare::Equal)),
        ('=', _) => compare(Compare::Equal),
        ('!', Some('=')) => compare(Compare::NotEqual),
        ('!', Some('~')) => compare(Compare::FitsNot),
        ('<', Some('=')) => compare(Compare::LessOrEqual),
        ('>', Some('=')) => compare(Compare::MoreOrEqual),
        ('<', _) => compare(Compare::Less),
        ('>', _) => compare(Compare::More),
        ('!', _) => Ok((Word::Not, at + 1)),
        ('(', _) => Ok((Word::Open, at + 1)),
        (')', _) => Ok((Word::Close, at + 1)),
        ('{', _) => Ok((Word::Begin, at + 1)),
        ('}', _) => Ok((Word::End, at + 1)),
        ('"' | '`', _) => {
            let (text, end) = quoted(text, at, c)?;
            Ok((Word::Text(text), end))
        }
        ('&' | '|', _) => Err(FilterError::new(at, 1, "&& or ||", &c.to_string())),
        _ if starts_number(c, next) => number(text, at),
        _ if is_name(c) => name(text, at),
        _ => Err(FilterError::new(
            at,
            1,
            "a field or a value",
            &c.to_string(),
        )),
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || "_.:/-@".contains(c)
}

fn starts_number(c: char, next: Option<char>) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match c {
        '-' | '$' | '.' => is_digit(next),
        c => c.is_ascii_digit(),
    }
}

/// The text between quotes and where it ends. Within double quotes a backslash keeps what follows from ending them.
fn quoted(text: &[char], at: usize, quote: char) -> Result<(String, usize), FilterError> {
    let mut content = String::new();
    let mut end = at + 1;
    loop {
        match text.get(end) {
            None => {
                let found = text.len() - at;
                return Err(FilterError::new(at, found, "a closing quote", ""));
            }
            Some(&c) if c == quote => return Ok((content, end + 1)),
            Some('\\') if quote == '"' => {
                match text.get(end + 1) {
                    Some('n') => content.push('\n'),
                    Some('t') => content.push('\t'),
                    Some(&c) if c == '"' || c == '\\' => content.push(c),
                    // Regular expressions need their backslashes.
                    Some(&c) => content.extend(['\\', c]),
                    None => {}
                }
                end += 2;
            }
            Some(&c) => {
                content.push(c);
                end += 1;
            }
        }
    }
}

/// A field or bare value; parts may stand in quotes: `span."a key"`.
fn name(text: &[char], at: usize) -> Result<(Word, usize), FilterError> {
    let mut name = String::new();
    let mut end = at;
    while let Some(&c) = text.get(end) {
        if c == '"' && name.ends_with('.') {
            let (part, behind) = quoted(text, end, c)?;
            name.push_str(&part);
            end = behind;
        } else if is_name(c) {
            name.push(c);
            end += 1;
        } else {
            break;
        }
    }
    Ok((Word::Name(name), end))
}

/// A number, or a duration when a unit follows: `2`, `-1.5e3`, `$0.01`, `1m30s`. What goes on like a name is one
/// (`4o-mini`).
fn number(text: &[char], at: usize) -> Result<(Word, usize), FilterError> {
    let dollar = usize::from(text.get(at) == Some(&'$'));
    let mut end = at + dollar;
    while text
        .get(end)
        .is_some_and(|&c| is_name(c) || c == '+' && matches!(text.get(end - 1), Some('e' | 'E')))
    {
        end += 1;
    }
    let written: String = text
        .get(at + dollar..end)
        .unwrap_or_default()
        .iter()
        .collect();
    if Number::parse(&written).is_some() {
        return Ok((Word::Number(written), end));
    }
    if let Some(duration) = duration(&written) {
        return Ok((Word::Duration(duration), end));
    }
    if dollar == 0 && !written.starts_with(['-', '.']) {
        return name(text, at);
    }
    let what = "a number, or a duration as 150ms or 2s";
    Err(FilterError::new(at, end - at, what, &written))
}

/// A duration such as `1m30s` or `1.5ms` in nanoseconds; parts must have their units.
fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut total = 0_i64;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = rest.split_at(digits);
        let end = unit
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(unit.len());
        let (unit, behind) = unit.split_at(end);
        let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit)?;
        // A decimal number of 10^-12, so that 1.5ms is exactly 1,500,000.
        let value = i128::from(PicoUsd::parse(number)?.0) * i128::from(*scale)
            / i128::from(PicoUsd::DOLLAR.0);
        total = total.checked_add(i64::try_from(value).ok()?)?;
        if behind.is_empty() {
            return Some(if negative { -total } else { total });
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word> {
        let text: Vec<char> = text.chars().collect();
        let tokens = tokens(&text, 0).unwrap();
        tokens.into_iter().map(|token| token.word).collect()
    }

    fn name(text: &str) -> Word {
        Word::Name(text.to_owned())
    }

    #[test]
    fn a_text_is_cut_into_words() {
        assert_eq!(
            words("{ span.gen_ai.request.model=\"gpt\" && !(duration>=1m30s || .a!~`x\\d`) }"),
            [
                Word::Begin,
                name("span.gen_ai.request.model"),
                Word::Compare(Compare::Equal),
                Word::Text("gpt".to_owned()),
                Word::And,
                Word::Not,
                Word::Open,
                name("duration"),
                Word::Compare(Compare::MoreOrEqual),
                Word::Duration(90_000_000_000),
                Word::Or,
                name(".a"),
                Word::Compare(Compare::FitsNot),
                Word::Text("x\\d".to_owned()),
                Word::Close,
                Word::End,
            ]
        );
    }

    #[test]
    fn numbers_durations_and_names_are_told_apart() {
        for (text, word) in [
            ("200", Word::Number("200".to_owned())),
            ("-1.5e+3", Word::Number("-1.5e+3".to_owned())),
            ("$0.01", Word::Number("0.01".to_owned())),
            (
                "9223372036854775807",
                Word::Number("9223372036854775807".to_owned()),
            ),
            ("150ms", Word::Duration(150_000_000)),
            ("1.5µs", Word::Duration(1500)),
            ("-2s", Word::Duration(-2_000_000_000)),
            ("4o-mini", name("4o-mini")),
            ("gpt-4o", name("gpt-4o")),
            ("span.\"a key\".b", name("span.a key.b")),
            (r#""a\"b\\d\w""#, Word::Text("a\"b\\d\\w".to_owned())),
        ] {
            assert_eq!(words(text), [word], "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_placed() {
        for (text, message) in [
            ("a = \"b", "column 5: expected a closing quote"),
            ("a & b", "column 3: expected && or ||, found &"),
            ("a = $x", "column 5: expected a field or a value, found $"),
            (
                "a = -1x",
                "column 5: expected a number, or a duration as 150ms or 2s, found -1x",
            ),
            ("a ; b", "column 3: expected a field or a value, found ;"),
        ] {
            let text: Vec<char> = text.chars().collect();
            assert_eq!(tokens(&text, 0).unwrap_err().to_string(), message);
        }
    }
}
