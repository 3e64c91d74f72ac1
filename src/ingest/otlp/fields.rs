//! Values of span and record fields: times, ids, names, enums.

use super::super::ids;
use super::super::number::{Integer, integer};
use super::super::pull::{Cursor, Step};
use super::super::report::WarningKind;
use super::super::text::Text;
use super::notes::Notes;
use crate::model::{Interner, StrId, WireSpanId, WireTraceId};

/// Longest span name in bytes that is kept; the rest can be read in the details.
const LONGEST_NAME: usize = 1024;

/// A string field; `None` for `null`, and for another type, which is noted and passed.
pub(super) fn text<'a>(
    cursor: &mut Cursor<'a>,
    first: u8,
    field: &'static str,
    notes: &mut Notes,
) -> Step<Option<Text<'a>>> {
    if first == b'"' {
        return cursor.string().map(Some);
    }
    ignore(cursor, first, field, notes)?;
    Ok(None)
}

/// Passes a value that is not of the field's type; `null` says "absent" and needs no note.
#[cold]
pub(super) fn ignore(
    cursor: &mut Cursor<'_>,
    first: u8,
    field: &'static str,
    notes: &mut Notes,
) -> Step<()> {
    let at = cursor.pos;
    cursor.skip()?;
    if first != b'n' {
        notes.add(WarningKind::WrongType, field, at);
    }
    Ok(())
}

/// A time in nanoseconds; `None` when absent, zero or not a number.
pub(super) fn time(
    cursor: &mut Cursor<'_>,
    first: u8,
    field: &'static str,
    notes: &mut Notes,
) -> Step<Option<i64>> {
    let at = cursor.pos;
    let raw = match first {
        b'"' => cursor.string()?.raw,
        b'0'..=b'9' | b'-' => cursor.scalar()?,
        _ => {
            ignore(cursor, first, field, notes)?;
            return Ok(None);
        }
    };
    if raw.is_empty() {
        return Ok(None);
    }
    Ok(match integer(raw) {
        Integer::Exact(0) => None,
        Integer::Exact(time) if time > 0 => Some(time),
        Integer::Exact(time) | Integer::Clamped(time) => {
            notes.add(WarningKind::OutOfRange, field, at);
            (time > 0).then_some(time)
        }
        Integer::Odd => {
            notes.add(WarningKind::WrongType, field, at);
            None
        }
    })
}

/// An enum as it was written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Choice<'a> {
    /// By number.
    Number(u64),
    /// By name.
    Name(&'a str),
    /// Not at all.
    Absent,
}

impl<'a> Choice<'a> {
    /// Reads an enum by number or name.
    pub(super) fn read(
        cursor: &mut Cursor<'a>,
        first: u8,
        field: &'static str,
        notes: &mut Notes,
    ) -> Step<Self> {
        let raw = match first {
            b'0'..=b'9' => cursor.scalar()?,
            b'"' => cursor.string()?.raw,
            _ => {
                ignore(cursor, first, field, notes)?;
                return Ok(Self::Absent);
            }
        };
        Ok(match (raw, integer(raw)) {
            (&[digit @ b'0'..=b'9'], _) => Self::Number(u64::from(digit - b'0')),
            (_, Integer::Exact(number)) => Self::Number(u64::try_from(number).unwrap_or(u64::MAX)),
            _ => Self::Name(std::str::from_utf8(raw).unwrap_or_default()),
        })
    }

    /// The member that is meant; one that OTLP does not have is noted, and the default takes its place.
    pub(super) fn member<T: Default>(
        self,
        from_number: fn(u64) -> Option<T>,
        from_name: fn(&str) -> Option<T>,
        (field, at): (&'static str, usize),
        notes: &mut Notes,
    ) -> T {
        let found = match self {
            Self::Number(number) => from_number(number),
            Self::Name(name) => from_name(name),
            Self::Absent => return T::default(),
        };
        found.unwrap_or_else(|| {
            notes.add(WarningKind::WrongType, field, at);
            T::default()
        })
    }
}

/// Interns a name; a very long one is cut, bytes that are not UTF-8 are replaced.
pub(super) fn name(
    text: Text<'_>,
    strings: &mut Interner,
    scratch: &mut String,
    field: &'static str,
    at: usize,
    notes: &mut Notes,
) -> StrId {
    if !text.escaped
        && let Some(known) = strings.get_bytes(text.raw)
    {
        return known;
    }
    let (name, lossy) = text.decode(scratch);
    if lossy {
        notes.add(WarningKind::InvalidUtf8, field, at);
    }
    if name.len() <= LONGEST_NAME {
        return strings.intern(name);
    }
    let mut cut = name
        .get(..char_boundary(name, LONGEST_NAME))
        .unwrap_or_default()
        .to_owned();
    cut.push('…');
    strings.intern(&cut)
}

/// The last boundary between characters at or before `at`.
pub(in crate::ingest) fn char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// A trace id; `None` when absent, empty or zeros.
pub(super) fn trace_id(
    text: Text<'_>,
    strings: &mut Interner,
    scratch: &mut String,
    at: usize,
    notes: &mut Notes,
) -> Option<WireTraceId> {
    let id = ids::trace_id(text, strings, scratch);
    if id.is_some_and(|id| id.original.is_some()) {
        notes.add(WarningKind::OddId, "traceId", at);
    }
    id
}

/// A span id; `None` when absent, empty or zeros.
pub(super) fn span_id(
    text: Text<'_>,
    strings: &mut Interner,
    scratch: &mut String,
    field: &'static str,
    at: usize,
    notes: &mut Notes,
) -> Option<WireSpanId> {
    let id = ids::span_id(text, strings, scratch);
    if id.is_some_and(|id| id.original.is_some()) {
        notes.add(WarningKind::OddId, field, at);
    }
    id
}
