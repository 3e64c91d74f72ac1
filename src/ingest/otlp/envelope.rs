//! The objects and arrays around spans and records.

use super::super::pull::{Cursor, Expected, Step, Stop};
use super::super::skip::{Skip, is_document_key};
use super::super::text::Text;
use super::level::{Frame, Level, Phase};
use super::names::{DocumentKey, ResourceKey, ScopeKey, document_key, resource_key, scope_key};
use super::{Machine, Mode, Sink};

/// How many unknown objects deep a document is looked for: `{"result":{"resourceSpans":…}}`.
const DEEPEST_WRAPPER: usize = 4;

impl Machine {
    /// The start of a top-level value, or what stands between two of them.
    pub(super) fn top(&mut self, byte: u8, cursor: &mut Cursor<'_>) -> Step<()> {
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

    pub(super) fn enter(&mut self, frame: Frame, cursor: &mut Cursor<'_>) {
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
    pub(super) fn behind_value(&mut self) {
        if let Some(level) = self.stack.last_mut() {
            level.phase = Phase::Behind;
        }
    }

    pub(super) fn leave(&mut self) {
        self.stack.pop();
        if self.stack.is_empty() {
            self.document_ends();
        }
    }

    pub(super) fn document_ends(&mut self) {
        let (known, anything) = self.current;
        if anything && !known {
            self.seen.foreign += 1;
        }
    }

    /// An element of an array of objects.
    pub(super) fn element(
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

    /// Passes the value at the cursor, however long it is.
    pub(super) fn skip(&mut self) {
        self.behind_value();
        self.mode = Mode::Skip(Skip::default());
    }

    /// Goes into the array at the cursor; passes anything else.
    pub(super) fn enter_array(
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

    pub(super) fn document_field(
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

    pub(super) fn resource_field(
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

    pub(super) fn scope_field(
        &mut self,
        cursor: &mut Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
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
}

/// A key's bytes, decoded when it has escapes.
fn plain<'s>(key: Text<'s>, scratch: &'s mut String) -> &'s [u8] {
    if key.escaped {
        key.decode(scratch).0.as_bytes()
    } else {
        key.raw
    }
}
