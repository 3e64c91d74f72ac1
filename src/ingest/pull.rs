//! A cursor over the bytes at hand: one JSON token at a time, on demand.
//!
//! The bytes may end anywhere. Running out of them is [`Stop::More`], an outcome of its own: the caller goes back to
//! where its value began and tries again when more has come. Nothing here calls itself, so nesting costs no stack.

use super::scan::{self, StringEnd};
use super::skip::Skip;
use super::text::Text;
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

/// Nested deeper than this, a value cannot be read back by the detail reader.
pub(super) const MAX_DEPTH: u32 = 100;

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
        let solid = scan::skip_whitespace(self.data, self.pos);
        self.line_breaks |= solid > self.pos;
        self.pos = solid;
        self.peek()
    }

    /// Passes whitespace and `wanted`.
    pub(super) fn expect(&mut self, wanted: u8, expected: Expected) -> Step<()> {
        if self.solid()? != wanted {
            return Err(Stop::Bad(expected));
        }
        self.pos += 1;
        Ok(())
    }

    /// A string; the cursor stands at its opening quote.
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
    pub(super) fn enter_object(&mut self) -> Step<bool> {
        self.pos += 1;
        if self.solid()? == b'}' {
            self.pos += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// After a value of an object: true when another key follows, false when the object has ended.
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
    pub(super) fn enter_array(&mut self) -> Step<bool> {
        self.pos += 1;
        if self.solid()? == b']' {
            self.pos += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// After a value of an array: true when another follows, false when the array has ended.
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
        match self.peek()? {
            b'"' => return self.string().map(|_| ()),
            b'{' | b'[' => {}
            _ => return self.scalar().map(|_| ()),
        }
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
