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
mod fields;
mod log;
mod names;
mod notes;
mod resource;
mod span;

use super::lines::Lines;
use super::pull::{Cursor, Expected, Skip, Step, Stop, Text, begins_document, is_document_key};
use super::report::{Place, WarningKind};
use super::scan;
use super::warnings::Warnings;
use crate::model::{ResourceSlot, ScopeSlot, StoreBuilder};
pub(super) use fields::char_boundary;
use std::fmt::Write as _;

use names::{DocumentKey, ResourceKey, ScopeKey, document_key, resource_key, scope_key};
pub(super) use notes::found;
use notes::{Notes, is_at_hand};
use span::SpanReader;

/// How many unknown objects deep a document is looked for: `{"result":{"resourceSpans":…}}`.
const DEEPEST_WRAPPER: usize = 4;

/// A value that is still incomplete at this size is given up.
const LARGEST_SPAN: usize = 256 << 20;

/// Where the machine stands.
#[derive(Debug, Clone, Copy)]
struct Level {
    frame: Frame,
    phase: Phase,
    /// Elements of an array so far.
    index: u32,
}

/// An object or array the machine is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// An array of documents.
    Documents,
    /// An object that holds `resourceSpans` and the like, or wraps one that does.
    Document,
    /// The array of `resourceSpans` or `resourceLogs`; the name is for paths.
    Resources(&'static str),
    /// One of them.
    Resource,
    /// The array of `scopeSpans` or `scopeLogs`.
    Scopes(&'static str),
    /// One of them.
    Scope,
    /// The array of `spans`.
    Spans,
    /// The array of `logRecords`.
    Logs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Behind the opening bracket.
    First,
    /// Behind a comma.
    Item,
    /// Behind a value.
    Behind,
}

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

/// What was seen of a source; enough to name its format.
#[derive(Debug, Default, Clone, Copy)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an observation of its own; any combination occurs"
)]
pub(super) struct Seen {
    /// Top-level values.
    pub documents: u64,
    /// Top-level values other than empty objects and arrays that held nothing OTLP knows.
    pub foreign: u64,
    /// A key of the outermost object that only OTLP has.
    pub otlp: bool,
    /// `batches` was one of them.
    pub batches: bool,
    /// `resourceSpans` or `batches`.
    pub spans: bool,
    /// `resourceLogs`.
    pub logs: bool,
    /// Metrics or profiles.
    pub other_signal: bool,
    /// The outermost value is an array.
    pub array: bool,
    /// Spans added.
    pub span_count: u64,
    /// Log records added.
    pub log_count: u64,
    /// Not JSON at this place: what was expected. The first one.
    pub broken: Option<(Place, Expected)>,
    /// The machine is looking for the next document and has not found one yet.
    pub lost: bool,
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

    /// The start of a top-level value, or what stands between two of them.
    fn top(&mut self, byte: u8, cursor: &mut Cursor<'_>) -> Step<()> {
        match byte {
            b'{' => self.enter(Frame::Document, cursor),
            b'[' => self.enter(Frame::Documents, cursor),
            // RFC 7464 puts a record separator before each text; others put commas between them.
            0x1E => cursor.pos += 1,
            b',' if self.seen.documents > 0 => cursor.pos += 1,
            0xEF => {
                const MARK: &[u8] = b"\xEF\xBB\xBF";
                let text = cursor.data.get(cursor.pos..).unwrap_or_default();
                if text.starts_with(MARK) {
                    cursor.pos += MARK.len();
                } else if MARK.starts_with(text) {
                    return Err(Stop::More);
                } else {
                    return Err(Stop::Bad(Expected::Document));
                }
            }
            _ => return Err(Stop::Bad(Expected::Document)),
        }
        Ok(())
    }

    fn enter(&mut self, frame: Frame, cursor: &mut Cursor<'_>) {
        if self.stack.is_empty() {
            self.seen.documents += 1;
            self.seen.array |= frame == Frame::Documents;
            self.current = (false, false);
        }
        self.behind_value();
        cursor.pos += 1;
        self.stack.push(Level {
            frame,
            phase: Phase::First,
            index: 0,
        });
        match frame {
            Frame::Resource => {
                self.resource = None;
                self.shared.0 = false;
            }
            Frame::Scope => {
                self.scope = None;
                self.shared.1 = false;
            }
            _ => {}
        }
    }

    /// The innermost array or object goes on behind a value.
    fn behind_value(&mut self) {
        if let Some(level) = self.stack.last_mut() {
            level.phase = Phase::Behind;
        }
    }

    fn leave(&mut self) {
        self.stack.pop();
        if self.stack.is_empty() {
            self.document_ends();
        }
    }

    fn document_ends(&mut self) {
        let (known, anything) = self.current;
        if anything && !known {
            self.seen.foreign += 1;
        }
    }

    /// An element of an array of objects.
    fn element(
        &mut self,
        frame: Frame,
        byte: u8,
        cursor: &mut Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        let inner = match frame {
            Frame::Documents => Frame::Document,
            Frame::Resources(_) => Frame::Resource,
            _ => Frame::Scope,
        };
        let arrays = self.stack.iter();
        let arrays = arrays.filter(|level| level.frame == Frame::Documents);
        if byte == b'{' && !matches!(frame, Frame::Spans | Frame::Logs) {
            if frame != Frame::Documents {
                self.within_document(cursor)?;
            }
            self.enter(inner, cursor);
            return Ok(());
        }
        if frame == Frame::Documents && byte == b'[' && arrays.count() < DEEPEST_WRAPPER {
            self.enter(Frame::Documents, cursor);
            return Ok(());
        }
        if !matches!(byte, b'"' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') {
            return Err(Stop::Bad(Expected::Value));
        }
        match frame {
            Frame::Documents => self.current.1 = true,
            _ if byte != b'n' => {
                self.wrong_type("an element of an array of objects", cursor, at, sink)?;
            }
            _ => {}
        }
        self.skip();
        Ok(())
    }

    /// Counts a value of the envelope that has another type than OTLP says.
    #[cold]
    fn wrong_type(
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
    fn starts_line(&self, data: &[u8], pos: usize) -> bool {
        match pos.checked_sub(1) {
            Some(before) => data.get(before) == Some(&b'\n'),
            None => self.last == b'\n',
        }
    }

    /// Fails where a line begins a document: the one before it broke off.
    fn within_document(&self, cursor: &Cursor<'_>) -> Step<()> {
        let rest = cursor.data.get(cursor.pos..).unwrap_or_default();
        if self.starts_line(cursor.data, cursor.pos) && begins_document(rest)? {
            return Err(Stop::Bad(Expected::SpanEnd));
        }
        Ok(())
    }

    /// Passes the value at the cursor, however long it is.
    fn skip(&mut self) {
        self.behind_value();
        self.mode = Mode::Skip(Skip::default());
    }

    /// Goes into the array at the cursor; passes anything else.
    fn enter_array(
        &mut self,
        frame: Frame,
        first: u8,
        field: &'static str,
        cursor: &mut Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        if first == b'[' {
            self.enter(frame, cursor);
            return Ok(());
        }
        if first != b'n' {
            self.wrong_type(field, cursor, at, sink)?;
        }
        self.skip();
        Ok(())
    }

    fn document_field(
        &mut self,
        cursor: &mut Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        let (key, first) = cursor.key()?;
        let kind = document_key(plain(key, &mut self.scratch));
        self.current.1 = true;
        if kind != DocumentKey::Other {
            self.current.0 = true;
            self.seen.otlp = true;
        }
        let frame = match kind {
            DocumentKey::ResourceSpans => {
                self.seen.spans = true;
                Frame::Resources("resourceSpans")
            }
            DocumentKey::Batches => {
                self.seen.spans = true;
                self.seen.batches = true;
                Frame::Resources("batches")
            }
            DocumentKey::ResourceLogs => {
                self.seen.logs = true;
                Frame::Resources("resourceLogs")
            }
            DocumentKey::OtherSignal => {
                self.seen.other_signal = true;
                self.skip();
                return Ok(());
            }
            DocumentKey::Other => {
                let documents = self.stack.iter();
                let documents = documents.filter(|level| level.frame == Frame::Document);
                if first == b'{' && documents.count() < DEEPEST_WRAPPER {
                    self.enter(Frame::Document, cursor);
                } else {
                    self.skip();
                }
                return Ok(());
            }
        };
        self.enter_array(frame, first, "resourceSpans", cursor, at, sink)
    }

    fn resource_field(
        &mut self,
        cursor: &mut Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        let (key, first) = cursor.key()?;
        let key = plain(key, &mut self.scratch);
        match resource_key(key) {
            ResourceKey::Resource if first == b'{' => {
                self.resource_text(cursor, at, sink)?;
                self.behind_value();
            }
            ResourceKey::ScopeSpans => {
                let frame = Frame::Scopes("scopeSpans");
                self.enter_array(frame, first, "scopeSpans", cursor, at, sink)?;
            }
            ResourceKey::ScopeLogs => {
                let frame = Frame::Scopes("scopeLogs");
                self.enter_array(frame, first, "scopeLogs", cursor, at, sink)?;
            }
            ResourceKey::Resource | ResourceKey::Other => {
                if is_document_key(key) {
                    return Err(Stop::Bad(Expected::SpanEnd));
                }
                if resource_key(key) == ResourceKey::Resource && first != b'n' {
                    self.wrong_type("resource", cursor, at, sink)?;
                }
                self.skip();
            }
        }
        Ok(())
    }

    fn scope_field(&mut self, cursor: &mut Cursor<'_>, at: u64, sink: &mut Sink<'_>) -> Step<()> {
        let (key, first) = cursor.key()?;
        let key = plain(key, &mut self.scratch);
        match scope_key(key) {
            ScopeKey::Scope if first == b'{' => {
                self.scope_text(cursor, at, sink)?;
                self.behind_value();
            }
            ScopeKey::Spans => {
                self.enter_array(Frame::Spans, first, "spans", cursor, at, sink)?;
            }
            ScopeKey::LogRecords => {
                self.enter_array(Frame::Logs, first, "logRecords", cursor, at, sink)?;
            }
            ScopeKey::Scope | ScopeKey::Other => {
                if is_document_key(key) {
                    return Err(Stop::Bad(Expected::SpanEnd));
                }
                if scope_key(key) == ScopeKey::Scope && first != b'n' {
                    self.wrong_type("scope", cursor, at, sink)?;
                }
                self.skip();
            }
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
            log::read(cursor, sink.builder, scope, source, &mut self.notes).map(|()| true)
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

    /// Text that is not JSON: the document is closed, and the next line that begins one is looked for.
    #[cold]
    fn broke(
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

    fn resync(&mut self, cursor: &mut Cursor<'_>, keep: &mut usize) -> Step<()> {
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
    fn give_up(&mut self, cursor: &mut Cursor<'_>, keep: usize, at: u64, sink: &mut Sink<'_>) {
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

    fn resource_text(&mut self, cursor: &mut Cursor<'_>, at: u64, sink: &mut Sink<'_>) -> Step<()> {
        self.notes.clear();
        let text = resource::resource(cursor, &mut self.notes)?;
        self.notes
            .settle(sink.warnings, sink.lines, cursor.passed(), at);
        let builder = &mut *sink.builder;
        if self.resource.is_none() || self.shared.0 {
            let known = self.resources.iter().find(|(json, _)| json == text.json);
            if let Some(&(_, slot)) = known {
                self.resource = Some(slot);
                self.shared.0 = true;
                return Ok(());
            }
            self.resource = None;
        }
        let slot = *self
            .resource
            .get_or_insert_with(|| builder.begin_resource());
        self.shared.0 = false;
        self.resources.retain(|&(_, known)| known != slot);
        let json = String::from_utf8_lossy(text.json);
        let service = text.service.map(|text| text.decode(&mut self.scratch).0);
        builder.set_resource(slot, &json, service);
        remember(&mut self.resources, (text.json.to_vec(), slot));
        Ok(())
    }

    fn scope_text(&mut self, cursor: &mut Cursor<'_>, at: u64, sink: &mut Sink<'_>) -> Step<()> {
        self.notes.clear();
        let text = resource::scope(cursor, &mut self.notes)?;
        self.notes
            .settle(sink.warnings, sink.lines, cursor.passed(), at);
        let resource = self.resource_slot(sink.builder);
        let builder = &mut *sink.builder;
        if self.scope.is_none() || self.shared.1 {
            let mut scopes = self.scopes.iter();
            let known = scopes.find(|(owner, json, _)| *owner == resource && json == text.json);
            if let Some(&(_, _, slot)) = known {
                self.scope = Some(slot);
                self.shared.1 = true;
                return Ok(());
            }
            self.scope = None;
        }
        let slot = *self
            .scope
            .get_or_insert_with(|| builder.begin_scope(resource));
        self.shared.1 = false;
        self.scopes.retain(|&(_, _, known)| known != slot);
        let json = String::from_utf8_lossy(text.json);
        let mut version = String::new();
        let name = text
            .name
            .map_or("", |text| text.decode(&mut self.scratch).0);
        let version = text.version.map_or("", |text| text.decode(&mut version).0);
        builder.set_scope(slot, &json, name, version);
        remember(&mut self.scopes, (resource, text.json.to_vec(), slot));
        Ok(())
    }

    fn resource_slot(&mut self, builder: &mut StoreBuilder) -> ResourceSlot {
        *self
            .resource
            .get_or_insert_with(|| builder.begin_resource())
    }

    fn scope_slot(&mut self, builder: &mut StoreBuilder) -> ScopeSlot {
        if let Some(slot) = self.scope {
            return slot;
        }
        let resource = self.resource_slot(builder);
        let slot = builder.begin_scope(resource);
        self.scope = Some(slot);
        slot
    }
}

/// Keeps the last few of what a file repeats.
fn remember<T>(known: &mut Vec<T>, item: T) {
    const MOST: usize = 16;
    if known.len() == MOST {
        known.remove(0);
    }
    known.push(item);
}

/// A key's bytes, decoded when it has escapes.
fn plain<'s>(key: Text<'s>, scratch: &'s mut String) -> &'s [u8] {
    if key.escaped {
        key.decode(scratch).0.as_bytes()
    } else {
        key.raw
    }
}

/// A span that is not JSON: passed by its brackets when these are in order.
#[cold]
fn unreadable(
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
