//! What happens where a file is not what it should be: the machine counts it and finds the next thing it can read.

use super::super::pull::{Cursor, Expected, Step, Stop};
use super::super::report::WarningKind;
use super::super::scan;
use super::super::skip::begins_document;
use super::level::Frame;
use super::notes::{found, is_at_hand};
use super::{LARGEST_SPAN, Machine, Mode, Sink};

impl Machine {
    /// Counts a value of the envelope that has another type than OTLP says.
    #[cold]
    pub(super) fn wrong_type(
        &self,
        field: &str,
        cursor: &Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        let (data, pos, lines) = (cursor.data, cursor.pos, sink.lines);
        if !self.end && !is_at_hand(data, pos) {
            return Err(Stop::More);
        }
        self.within_document(cursor)?;
        sink.warnings.count(WarningKind::WrongType, || {
            let found = found(data, pos);
            (
                format!(
                    "{field} was {found}, which is not the type OTLP names for it; it was ignored"
                ),
                Some(lines.place(data, at, pos)),
            )
        });
        Ok(())
    }

    /// Whether a line begins at `pos`.
    pub(super) fn starts_line(&self, data: &[u8], pos: usize) -> bool {
        match pos.checked_sub(1) {
            Some(before) => data.get(before) == Some(&b'\n'),
            None => self.last == b'\n',
        }
    }

    /// Fails where a line begins a document: the one before it broke off.
    pub(super) fn within_document(&self, cursor: &Cursor<'_>) -> Step<()> {
        let rest = cursor.data.get(cursor.pos..).unwrap_or_default();
        if self.starts_line(cursor.data, cursor.pos) && begins_document(rest)? {
            return Err(Stop::Bad(Expected::SpanEnd));
        }
        Ok(())
    }

    /// Text that is not JSON: the document is closed, and the next line that begins one is looked for.
    #[cold]
    pub(super) fn broke(
        &mut self,
        expected: Expected,
        cursor: &mut Cursor<'_>,
        keep: &mut usize,
        at: u64,
        sink: &mut Sink<'_>,
    ) {
        let bad = cursor.pos;
        let place = sink.lines.place(cursor.data, at, bad);
        if self.seen.broken.is_none() {
            self.seen.broken = Some((place, expected));
        }
        sink.warnings.count(WarningKind::InvalidJson, || {
            let found = match found(cursor.data, bad) {
                text if text.is_empty() => "the end of the line".to_owned(),
                text => text,
            };
            let done = "what followed, up to the next line that begins a document, was skipped";
            (
                format!("expected {expected}, found {found}; {done}"),
                Some(place),
            )
        });
        // A document that begins where something else was expected, at the start of a line, is the next one.
        let fresh = self.starts_line(cursor.data, *keep) && !self.stack.is_empty();
        if !self.stack.is_empty() {
            self.stack.clear();
            self.document_ends();
        }
        self.seen.lost = true;
        self.mode = Mode::Resync(fresh);
        cursor.pos = *keep;
    }

    pub(super) fn resync(&mut self, cursor: &mut Cursor<'_>, keep: &mut usize) -> Step<()> {
        cursor.line_breaks = true;
        let mut at_line_start = matches!(self.mode, Mode::Resync(true));
        loop {
            *keep = cursor.pos;
            self.mode = Mode::Resync(at_line_start);
            if at_line_start && matches!(cursor.peek()?, b'{' | b'[') {
                self.mode = Mode::Read;
                self.seen.lost = false;
                return Ok(());
            }
            cursor.pos = scan::find(cursor.data, cursor.pos, b'\n');
            if cursor.pos == cursor.data.len() {
                *keep = cursor.pos;
                self.mode = Mode::Resync(false);
                return Err(Stop::More);
            }
            cursor.pos += 1;
            at_line_start = true;
        }
    }

    /// A value that is still not complete at its largest size.
    #[cold]
    pub(super) fn give_up(
        &mut self,
        cursor: &mut Cursor<'_>,
        keep: usize,
        at: u64,
        sink: &mut Sink<'_>,
    ) {
        cursor.pos = keep;
        let place = sink.lines.place(cursor.data, at, keep);
        sink.warnings.count(WarningKind::UnreadableSpan, || {
            let size = LARGEST_SPAN >> 20;
            (
                format!("an object larger than {size} MiB; it was left out"),
                Some(place),
            )
        });
        match self.stack.last().map(|level| level.frame) {
            Some(Frame::Document | Frame::Resource | Frame::Scope) | None => {
                self.stack.clear();
                self.seen.lost = true;
                self.mode = Mode::Resync(false);
            }
            Some(_) => self.skip(),
        }
    }
}

/// A span that is not JSON: passed by its brackets when these are in order.
#[cold]
pub(super) fn unreadable(
    expected: Expected,
    start: usize,
    cursor: &mut Cursor<'_>,
    at: u64,
    sink: &mut Sink<'_>,
) -> Step<()> {
    let bad = cursor.pos;
    if expected == Expected::SpanEnd {
        return Err(Stop::Bad(expected));
    }
    cursor.pos = start;
    match cursor.skip() {
        Ok(()) => {}
        Err(Stop::More) => return Err(Stop::More),
        Err(Stop::Bad(_)) => {
            cursor.pos = bad;
            return Err(Stop::Bad(expected));
        }
    }
    sink.warnings.count(WarningKind::UnreadableSpan, || {
        let found = found(cursor.passed(), bad);
        (
            format!("expected {expected}, found {found}; the span was left out"),
            Some(sink.lines.place(cursor.data, at, bad)),
        )
    });
    Ok(())
}
