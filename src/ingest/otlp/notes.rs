//! What was odd about the span or record being read. It is counted only once the whole of it was read: one that is cut
//! by the end of a chunk is read again.

use super::super::lines::Lines;
use super::super::report::WarningKind;
use super::super::warnings::Warnings;

/// One oddity.
#[derive(Debug, Clone, Copy)]
struct Note {
    kind: WarningKind,
    /// Index of the value in the bytes at hand.
    pos: usize,
    /// The field, as OTLP names it.
    field: &'static str,
}

/// Oddities of the span or record being read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    list: Vec<Note>,
}

impl Notes {
    /// Forgets everything: the next span begins.
    pub(super) fn clear(&mut self) {
        self.list.clear();
    }

    /// Notes that the value of `field` at `pos` is odd.
    #[cold]
    pub(super) fn add(&mut self, kind: WarningKind, field: &'static str, pos: usize) {
        self.list.push(Note { kind, pos, field });
    }

    /// Counts what was noted; `data` begins at byte `at` of the source and ends with the span.
    #[inline(always)]
    pub(super) fn settle(&mut self, warnings: &mut Warnings, lines: Lines, data: &[u8], at: u64) {
        if !self.list.is_empty() {
            self.settle_all(warnings, lines, data, at);
        }
    }

    #[cold]
    fn settle_all(&mut self, warnings: &mut Warnings, lines: Lines, data: &[u8], at: u64) {
        for note in self.list.drain(..) {
            warnings.count(note.kind, || {
                let example = sentence(note.kind, note.field, &found(data, note.pos));
                (example, Some(lines.place(data, at, note.pos)))
            });
        }
    }
}

/// For a person: what was found and what was done with it.
fn sentence(kind: WarningKind, field: &str, found: &str) -> String {
    match kind {
        WarningKind::WrongType => {
            format!("{field} was {found}, which is not the type OTLP names for it; it was ignored")
        }
        WarningKind::OutOfRange => {
            format!(
                "{field} was {found}, beyond the times that 64 bits hold; the nearest was taken"
            )
        }
        WarningKind::MissingId => {
            format!("the object {found} has no {field}; it was kept without one")
        }
        WarningKind::OddId => {
            format!(
                "{field} was {found}, neither hex nor base64 of the right length; it was kept as text"
            )
        }
        WarningKind::MissingStart => {
            format!("the span {found} has no start time; it is drawn at the start of its trace")
        }
        WarningKind::MissingEnd => {
            format!("the span {found} has no end time; it is drawn as still running")
        }
        WarningKind::EndsBeforeStart => {
            format!("the span {found} ends before it starts; its duration counts as zero")
        }
        WarningKind::InvalidUtf8 => {
            format!("{field} held bytes that are not UTF-8; they were replaced by \u{FFFD}")
        }
        WarningKind::TooDeep => {
            format!(
                "{field} is nested too deeply to be shown as a tree; it can be seen as raw text"
            )
        }
        _ => format!("{field} was {found}"),
    }
}

/// Longest quotation of a file in a message, in bytes.
const LONGEST: usize = 60;

/// Whether what [`found`] quotes at `pos` is at hand to its end: a message must not depend on where a chunk ended.
pub(super) fn is_at_hand(data: &[u8], pos: usize) -> bool {
    let rest = data.get(pos..).unwrap_or_default();
    rest.len() > LONGEST || rest.contains(&b'\n')
}

/// The text at `pos`, cut to a readable length.
pub(in crate::ingest) fn found(data: &[u8], pos: usize) -> String {
    let rest = data.get(pos..).unwrap_or_default();
    let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let mut text = String::from_utf8_lossy(line.get(..LONGEST).unwrap_or(line)).into_owned();
    if line.len() > LONGEST {
        while text.ends_with(char::REPLACEMENT_CHARACTER) {
            text.pop();
        }
        text.push('…');
    }
    text
}
