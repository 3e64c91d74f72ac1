//! OTLP JSON: the envelope as a small stack machine, spans and records read whole.
//!
//! ```text
//! {"resourceSpans":[{"resource":{…},"scopeSpans":[{"scope":{…},"spans":[{…},{…}]}]}]}
//!  Document          Resources       Scopes          Items         one span, read as a whole
//! ```
//!
//! The machine stops wherever the bytes at hand end and goes on when more have come: between tokens of the envelope it
//! keeps its stack; inside a span, a record, a resource or a scope it goes back to where that began. Text that is not
//! JSON sends it to the next line that begins a document.

mod attributes;
mod children;
mod envelope;
mod fields;
mod level;
mod log;
mod names;
mod notes;
mod owners;
mod recover;
mod resource;
mod seen;
mod span;
mod told;

use super::lines::Lines;
use super::pull::{Cursor, Expected, Step, Stop};
use super::report::WarningKind;
use super::skip::Skip;
use super::warnings::Warnings;
use crate::model::{ResourceSlot, ScopeSlot, StoreBuilder};
pub(super) use fields::char_boundary;
use level::{Frame, Level, Phase};
pub(super) use notes::found;
use notes::{Notes, is_at_hand};
use recover::unreadable;
pub(super) use seen::Seen;
use span::SpanReader;
use std::fmt::Write as _;
use told::ToldReader;

/// A value that is still incomplete at this size is given up.
const LARGEST_SPAN: usize = 256 << 20;

/// What the machine does between two tokens of the envelope.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// Reads.
    Read,
    /// Passes a value that nobody asked for.
    Skip(Skip),
    /// Looks for the next line that begins a document. True behind a line break.
    Resync(bool),
}

/// What the machine works on.
#[derive(Debug)]
pub(super) struct Sink<'a> {
    pub builder: &'a mut StoreBuilder,
    pub warnings: &'a mut Warnings,
    pub lines: Lines,
    /// Number of the source.
    pub source: u16,
}

/// Reads OTLP JSON of one source after another. What it learned of attributes stays.
#[derive(Debug)]
pub(super) struct Machine {
    stack: Vec<Level>,
    mode: Mode,
    seen: Seen,
    /// Whether the current top-level value held something that OTLP knows, and whether it held anything at all.
    current: (bool, bool),
    resource: Option<ResourceSlot>,
    scope: Option<ScopeSlot>,
    /// Known resources by their text, the latest last: a Collector file repeats them on every line.
    resources: Vec<(Vec<u8>, ResourceSlot)>,
    scopes: Vec<(ResourceSlot, Vec<u8>, ScopeSlot)>,
    /// The slots at hand are shared with an earlier equal resource or scope and must not be changed.
    shared: (bool, bool),
    spans: SpanReader,
    told: ToldReader,
    notes: Notes,
    scratch: String,
    /// Nothing follows the bytes at hand.
    end: bool,
    /// The byte before the bytes at hand.
    last: u8,
    /// How many bytes must be at hand before it is worth to go on.
    pub wanted: usize,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            stack: Vec::new(),
            mode: Mode::Read,
            seen: Seen::default(),
            current: (false, false),
            resource: None,
            scope: None,
            resources: Vec::new(),
            scopes: Vec::new(),
            shared: (false, false),
            spans: SpanReader::default(),
            told: ToldReader::default(),
            notes: Notes::default(),
            scratch: String::new(),
            end: false,
            last: 0,
            wanted: 0,
        }
    }
}

impl Machine {
    /// Forgets where it stood: another source begins.
    pub(super) fn begin(&mut self) {
        self.stack.clear();
        self.mode = Mode::Read;
        self.seen = Seen::default();
        self.current = (false, false);
        self.wanted = 0;
        self.last = 0;
    }

    /// Reads attributes from here on as if none was known.
    pub(super) fn forget_meaning(&mut self) {
        self.spans.forget_meaning();
    }

    /// What was seen of the source so far.
    pub(super) fn seen(&self) -> Seen {
        self.seen
    }

    /// Whether the source may end here: no document is open.
    pub(super) fn is_between_documents(&self) -> bool {
        self.stack.is_empty() && !matches!(self.mode, Mode::Skip(_))
    }

    /// Where the machine stands, as a JSON path.
    pub(super) fn path(&self) -> String {
        let mut path = String::from("$");
        for level in &self.stack {
            let (name, is_array) = match level.frame {
                Frame::Documents => ("", true),
                Frame::Document | Frame::Resource | Frame::Scope => continue,
                Frame::Resources(name) | Frame::Scopes(name) => (name, true),
                Frame::Spans => ("spans", true),
                Frame::Logs => ("logRecords", true),
            };
            if !name.is_empty() {
                path.push('.');
                path.push_str(name);
            }
            if is_array {
                let _ = write!(path, "[{}]", level.index);
            }
        }
        path
    }

    /// Reads what it can of `data`, whose first byte is byte `at` of the source, and gives back how many bytes it need
    /// not see again. `end` says that nothing follows.
    pub(super) fn run(&mut self, data: &[u8], at: u64, end: bool, sink: &mut Sink<'_>) -> usize {
        let mut cursor = Cursor::new(data);
        let mut keep = 0;
        self.end = end;
        loop {
            match self.step(&mut cursor, &mut keep, at, sink) {
                Ok(()) => keep = cursor.pos,
                Err(Stop::Bad(_)) if !end && !is_at_hand(data, cursor.pos) => break,
                Err(Stop::Bad(expected)) => self.broke(expected, &mut cursor, &mut keep, at, sink),
                Err(Stop::More) => {
                    let left = data.len() - keep;
                    if left < LARGEST_SPAN || end {
                        break;
                    }
                    self.give_up(&mut cursor, keep, at, sink);
                }
            }
        }
        if let Some(&last) = data.get(..keep).and_then(<[u8]>::last) {
            self.last = last;
        }
        let left = data.len() - keep;
        // What is read again each time would grow with the square of its length: wait for twice as much.
        self.wanted = left + left.clamp(1, LARGEST_SPAN / 4);
        if cursor.line_breaks {
            sink.lines.pass(data.get(..keep).unwrap_or_default(), at);
        }
        keep
    }

    /// One token of the envelope, or one span. `keep` moves to where reading begins again when more has come.
    fn step(
        &mut self,
        cursor: &mut Cursor<'_>,
        keep: &mut usize,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        match &mut self.mode {
            Mode::Read => {}
            Mode::Skip(skip) => {
                let done = skip.advance(cursor);
                *keep = cursor.pos;
                done?;
                self.mode = Mode::Read;
                return Ok(());
            }
            Mode::Resync(_) => return self.resync(cursor, keep),
        }
        let found = cursor.solid();
        *keep = cursor.pos;
        let byte = found?;
        let Some(level) = self.stack.last_mut() else {
            return self.top(byte, cursor);
        };
        let (close, missing) = match level.frame {
            Frame::Document | Frame::Resource | Frame::Scope => (b'}', Expected::CommaOrBrace),
            _ => (b']', Expected::CommaOrBracket),
        };
        if byte == close {
            cursor.pos += 1;
            self.leave();
            return Ok(());
        }
        if level.phase == Phase::Behind {
            if byte != b',' {
                return Err(Stop::Bad(missing));
            }
            cursor.pos += 1;
            level.phase = Phase::Item;
            level.index += 1;
            return Ok(());
        }
        let frame = level.frame;
        match frame {
            Frame::Document => self.document_field(cursor, at, sink)?,
            Frame::Resource => self.resource_field(cursor, at, sink)?,
            Frame::Scope => self.scope_field(cursor, at, sink)?,
            Frame::Spans | Frame::Logs if byte == b'{' => {
                self.item(frame == Frame::Spans, cursor, at, sink)?;
            }
            _ => return self.element(frame, byte, cursor, at, sink),
        }
        Ok(())
    }

    /// One span or log record.
    fn item(
        &mut self,
        is_span: bool,
        cursor: &mut Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        let start = cursor.pos;
        let scope = self.scope_slot(sink.builder);
        let source = (sink.source, at);
        let read = if is_span {
            self.spans
                .read(cursor, sink.builder, scope, source, &mut self.notes)
        } else {
            let told = &mut self.told;
            log::read(cursor, sink.builder, scope, source, &mut self.notes, told).map(|told| {
                self.seen.told |= told;
                true
            })
        };
        match read {
            Ok(true) => {
                self.notes
                    .settle(sink.warnings, sink.lines, cursor.passed(), at);
                if is_span {
                    self.seen.span_count += 1;
                } else {
                    self.seen.log_count += 1;
                }
            }
            Ok(false) => {
                let place = sink.lines.place(cursor.data, at, start);
                sink.warnings.count(WarningKind::UnreadableSpan, || {
                    let example = "more spans than one document can hold; this one was left out";
                    (example.to_owned(), Some(place))
                });
            }
            Err(Stop::More) => return Err(Stop::More),
            Err(Stop::Bad(expected)) => unreadable(expected, start, cursor, at, sink)?,
        }
        self.behind_value();
        Ok(())
    }
}
