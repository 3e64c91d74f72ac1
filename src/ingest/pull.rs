//! A cursor over the bytes at hand: one JSON token at a time, on demand.
//!
//! The bytes may end anywhere. Running out of them is [`Stop::More`], an outcome of its own: the caller goes back to
//! where its value began and tries again when more has come. Nothing here calls itself, so nesting costs no stack.

use super::scan::{self, StringEnd};
use std::fmt;

/// Why a value was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes at hand end inside the value.
    More,
    /// It is not JSON: something else was expected where the cursor stands.
    Bad(Expected),
}

/// The outcome of reading a value or token.
pub(super) type Step<T> = Result<T, Stop>;

/// What would have been JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// A value of any kind.
    Value,
    /// A key in quotes.
    Key,
    /// `:`
    Colon,
    /// `,` or `}`
    CommaOrBrace,
    /// `,` or `]`
    CommaOrBracket,
    /// The closing quote before the line ends.
    Quote,
    /// Something that belongs into a span: a new document begins here.
    SpanEnd,
    /// The start of a document.
    Document,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "a value",
            Self::Key => "a key in double quotes",
            Self::Colon => "a colon",
            Self::CommaOrBrace => "a comma or a closing brace",
            Self::CommaOrBracket => "a comma or a closing bracket",
            Self::Quote => "a closing quote before the end of the line",
            Self::SpanEnd => "the end of the span",
            Self::Document => "a JSON object",
        })
    }
}

/// A string as it stands in the file, without its quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    /// The bytes between the quotes.
    pub raw: &'a [u8],
    /// Whether a backslash is among them.
    pub escaped: bool,
}

/// Nested deeper than this, a value cannot be read back by the detail reader.
pub(super) const MAX_DEPTH: u32 = 100;

/// Keys that only the outermost object of a document has. Where one turns up inside a span, the document before it
/// broke off.
const DOCUMENT_KEYS: [&[u8]; 6] = [
    b"resourceSpans",
    b"resource_spans",
    b"resourceLogs",
    b"resource_logs",
    b"resourceMetrics",
    b"resource_metrics",
];

/// Whether `key` belongs to the outermost object of a document alone.
pub(super) fn is_document_key(key: &[u8]) -> bool {
    DOCUMENT_KEYS.contains(&key)
}

/// Reads tokens of `data`.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    /// The bytes at hand.
    pub data: &'a [u8],
    /// Index of the next byte.
    pub pos: usize,
    /// Whether a line break may have been passed; only then is counting them worth a look.
    pub line_breaks: bool,
    /// Deepest nesting of a skipped value since this was last reset.
    pub deepest: u32,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            pos: 0,
            line_breaks: false,
            deepest: 0,
        }
    }

    /// Everything up to the cursor.
    pub(super) fn passed(&self) -> &'a [u8] {
        self.data.get(..self.pos).unwrap_or(self.data)
    }

    /// The next byte.
    #[inline(always)]
    pub(super) fn peek(&self) -> Step<u8> {
        match self.data.get(self.pos) {
            Some(&byte) => Ok(byte),
            None => Err(Stop::More),
        }
    }

    /// Passes whitespace and gives the byte behind it.
    #[inline(always)]
    pub(super) fn solid(&mut self) -> Step<u8> {
        match self.data.get(self.pos) {
            Some(&byte) if byte > b' ' => Ok(byte),
            _ => self.solid_after_space(),
        }
    }

    #[cold]
    fn solid_after_space(&mut self) -> Step<u8> {
        self.line_breaks = true;
        self.pos = scan::skip_whitespace(self.data, self.pos);
        self.peek()
    }

    /// Passes whitespace and `wanted`.
    #[inline(always)]
    pub(super) fn expect(&mut self, wanted: u8, expected: Expected) -> Step<()> {
        if self.solid()? != wanted {
            return Err(Stop::Bad(expected));
        }
        self.pos += 1;
        Ok(())
    }

    /// A string; the cursor stands at its opening quote.
    #[inline(always)]
    pub(super) fn string(&mut self) -> Step<Text<'a>> {
        let from = self.pos + 1;
        match scan::string_end(self.data, from) {
            StringEnd::Closed { at, escaped } => {
                self.pos = at + 1;
                let raw = self.data.get(from..at).unwrap_or_default();
                Ok(Text { raw, escaped })
            }
            StringEnd::Open => Err(Stop::More),
            StringEnd::Broken { at } => {
                self.pos = at;
                Err(Stop::Bad(Expected::Quote))
            }
        }
    }

    /// A key and its colon; the cursor then stands at the value. Gives back the value's first byte as well.
    #[inline(always)]
    pub(super) fn key(&mut self) -> Step<(Text<'a>, u8)> {
        if self.solid()? != b'"' {
            return Err(Stop::Bad(Expected::Key));
        }
        let key = self.string()?;
        self.expect(b':', Expected::Colon)?;
        let first = self.solid()?;
        Ok((key, first))
    }

    /// Goes into an object; the cursor stands at its brace. False when it is empty, which is then passed.
    #[inline(always)]
    pub(super) fn enter_object(&mut self) -> Step<bool> {
        self.pos += 1;
        if self.solid()? == b'}' {
            self.pos += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// After a value of an object: true when another key follows, false when the object has ended.
    #[inline(always)]
    pub(super) fn another_key(&mut self) -> Step<bool> {
        match self.solid()? {
            b',' => {
                self.pos += 1;
                if self.solid()? == b'}' {
                    // A comma too many.
                    self.pos += 1;
                    return Ok(false);
                }
                Ok(true)
            }
            b'}' => {
                self.pos += 1;
                Ok(false)
            }
            _ => Err(Stop::Bad(Expected::CommaOrBrace)),
        }
    }

    /// Goes into an array; the cursor stands at its bracket. False when it is empty, which is then passed.
    #[inline(always)]
    pub(super) fn enter_array(&mut self) -> Step<bool> {
        self.pos += 1;
        if self.solid()? == b']' {
            self.pos += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// After a value of an array: true when another follows, false when the array has ended.
    #[inline(always)]
    pub(super) fn another_value(&mut self) -> Step<bool> {
        match self.solid()? {
            b',' => {
                self.pos += 1;
                if self.solid()? == b']' {
                    self.pos += 1;
                    return Ok(false);
                }
                Ok(true)
            }
            b']' => {
                self.pos += 1;
                Ok(false)
            }
            _ => Err(Stop::Bad(Expected::CommaOrBracket)),
        }
    }

    /// A number, `true`, `false` or `null` as it stands; the cursor stands at its first byte.
    ///
    /// It ends at a byte that cannot belong to it, which must be at hand: else a longer number might follow.
    pub(super) fn scalar(&mut self) -> Step<&'a [u8]> {
        let from = self.pos;
        let rest = self.data.get(from..).unwrap_or_default();
        let len = rest
            .iter()
            .position(|&byte| !is_scalar_byte(byte))
            .ok_or(Stop::More)?;
        if len == 0 {
            return Err(Stop::Bad(Expected::Value));
        }
        self.pos += len;
        Ok(rest.get(..len).unwrap_or_default())
    }

    /// Passes a value of any kind; the cursor stands at its first byte.
    pub(super) fn skip(&mut self) -> Step<()> {
        let mut skip = Skip::default();
        let result = skip.advance(self);
        self.deepest = self.deepest.max(skip.deepest);
        result
    }
}

/// Bytes that numbers and literals consist of; words that are no JSON literal pass too and are judged as values.
pub(super) fn is_scalar_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_')
}

/// Passes one value by its brackets and quotes, across any number of chunks.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Skip {
    depth: u32,
    /// Deepest nesting seen.
    pub deepest: u32,
    state: SkipState,
    /// The byte before the bytes at hand.
    last: u8,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum SkipState {
    #[default]
    Start,
    Inside,
    String,
    /// The bytes ended behind a backslash.
    Escape,
    Scalar,
}

impl Skip {
    /// Goes on where it stopped. After [`Stop::More`] what lies before the cursor need not be kept.
    pub(super) fn advance(&mut self, cursor: &mut Cursor<'_>) -> Step<()> {
        loop {
            match self.state {
                SkipState::Start => match cursor.peek()? {
                    b'"' => {
                        cursor.pos += 1;
                        self.state = SkipState::String;
                    }
                    b'{' | b'[' => self.state = SkipState::Inside,
                    byte if is_scalar_byte(byte) => self.state = SkipState::Scalar,
                    _ => return Err(Stop::Bad(Expected::Value)),
                },
                SkipState::Scalar => {
                    while is_scalar_byte(cursor.peek()?) {
                        cursor.pos += 1;
                    }
                    return Ok(());
                }
                SkipState::Escape => {
                    if cursor.peek()? == b'\n' {
                        return Err(Stop::Bad(Expected::Quote));
                    }
                    cursor.pos += 1;
                    self.state = SkipState::String;
                }
                SkipState::String => {
                    self.string(cursor)?;
                    if self.depth == 0 {
                        return Ok(());
                    }
                    self.state = SkipState::Inside;
                }
                SkipState::Inside => {
                    cursor.line_breaks = true;
                    if self.inside(cursor)? {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn string(&mut self, cursor: &mut Cursor<'_>) -> Step<()> {
        match scan::string_end(cursor.data, cursor.pos) {
            StringEnd::Closed { at, .. } => {
                cursor.pos = at + 1;
                Ok(())
            }
            StringEnd::Broken { at } => {
                cursor.pos = at;
                Err(Stop::Bad(Expected::Quote))
            }
            StringEnd::Open => {
                let tail = cursor.data.get(cursor.pos..).unwrap_or_default();
                let escapes = tail.iter().rev().take_while(|&&byte| byte == b'\\').count();
                if escapes % 2 == 1 {
                    self.state = SkipState::Escape;
                }
                cursor.pos = cursor.data.len();
                Err(Stop::More)
            }
        }
    }

    /// To the next bracket or string; true when the value has ended.
    fn inside(&mut self, cursor: &mut Cursor<'_>) -> Step<bool> {
        cursor.pos = scan::structural(cursor.data, cursor.pos);
        let byte = cursor.peek().inspect_err(|_| self.keep_last(cursor))?;
        match byte {
            b'"' => self.state = SkipState::String,
            b'{' | b'[' => {
                if byte == b'{' && self.begins_document(cursor)? {
                    return Err(Stop::Bad(Expected::SpanEnd));
                }
                self.depth = self.depth.saturating_add(1);
                self.deepest = self.deepest.max(self.depth);
            }
            _ => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    cursor.pos += 1;
                    return Ok(true);
                }
            }
        }
        cursor.pos += 1;
        Ok(false)
    }

    /// Whether the brace at the cursor begins a line with a new document, as after a line that broke off.
    #[inline(always)]
    fn begins_document(&mut self, cursor: &Cursor<'_>) -> Step<bool> {
        let before = match cursor.pos.checked_sub(1) {
            Some(at) => cursor.data.get(at).copied().unwrap_or_default(),
            None => self.last,
        };
        if before != b'\n' {
            return Ok(false);
        }
        // When the brace comes first in the next chunk, the line break before it must be known.
        self.last = b'\n';
        begins_document(cursor.data.get(cursor.pos..).unwrap_or_default())
    }

    /// Remembers the last byte at hand for the next chunk.
    #[cold]
    fn keep_last(&mut self, cursor: &Cursor<'_>) {
        if let Some(&last) = cursor.data.last() {
            self.last = last;
        }
    }
}

/// Whether `text` begins with a brace and a key that only a document has.
#[cold]
pub(super) fn begins_document(text: &[u8]) -> Step<bool> {
    for key in DOCUMENT_KEYS {
        let expected = [&b"{\""[..], key, &b"\""[..]].concat();
        let len = text.len().min(expected.len());
        if text.get(..len) == expected.get(..len) {
            return if len == expected.len() {
                Ok(true)
            } else {
                Err(Stop::More)
            };
        }
    }
    Ok(false)
}

impl<'a> Text<'a> {
    /// The text, decoded into `scratch` where it does not stand as it is. The flag tells that bytes which are not UTF-8
    /// were replaced.
    pub(super) fn decode<'s>(self, scratch: &'s mut String) -> (&'s str, bool)
    where
        'a: 's,
    {
        if !self.escaped
            && let Ok(text) = std::str::from_utf8(self.raw)
        {
            return (text, false);
        }
        scratch.clear();
        let lossy = unescape(self.raw, scratch);
        (scratch, lossy)
    }
}

/// Appends the text of a JSON string without its quotes. True when bytes that are not UTF-8 were replaced.
fn unescape(raw: &[u8], out: &mut String) -> bool {
    let mut lossy = false;
    let mut at = 0;
    while at < raw.len() {
        let escape = scan::find(raw, at, b'\\');
        let plain = String::from_utf8_lossy(raw.get(at..escape).unwrap_or_default());
        lossy |= matches!(plain, std::borrow::Cow::Owned(_));
        out.push_str(&plain);
        at = escape + 2;
        match raw.get(escape + 1) {
            None => {}
            Some(b'n') => out.push('\n'),
            Some(b't') => out.push('\t'),
            Some(b'r') => out.push('\r'),
            Some(b'b') => out.push('\u{8}'),
            Some(b'f') => out.push('\u{c}'),
            Some(b'u') => {
                let (char, used) = unicode_escape(raw.get(at..).unwrap_or_default());
                out.push(char);
                at += used;
            }
            Some(byte) if byte.is_ascii() => out.push(*byte as char),
            // A backslash before a byte of a longer character: the character stands for itself.
            Some(_) => at -= 1,
        }
    }
    lossy
}

/// The character behind `\u`, and how many bytes it took; half a surrogate pair becomes U+FFFD.
fn unicode_escape(rest: &[u8]) -> (char, usize) {
    let unit = |from: usize| {
        let digits = rest.get(from..from + 4)?;
        let text = std::str::from_utf8(digits).ok()?;
        u32::from_str_radix(text, 16).ok()
    };
    let Some(first) = unit(0) else {
        return (char::REPLACEMENT_CHARACTER, 0);
    };
    if (0xD800..0xDC00).contains(&first)
        && rest.get(4..6) == Some(b"\\u")
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
