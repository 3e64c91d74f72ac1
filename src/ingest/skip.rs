//! Passing values that nobody asked for, however long and however deep: by their brackets and quotes alone.
//!
//! Also knows where a document begins that belongs to no value: after a line that broke off, skipping on would swallow
//! the lines behind it.

use super::pull::{Cursor, Expected, Step, Stop, is_scalar_byte};
use super::scan::{self, StringEnd};

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
        let from = cursor.pos;
        cursor.pos = scan::structural(cursor.data, from);
        let between = cursor.data.get(from..cursor.pos).unwrap_or_default();
        cursor.line_breaks |= between.contains(&b'\n');
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
