//! One span: read as a whole or not at all.

use super::super::pull::{Cursor, Expected, MAX_DEPTH, Step, Stop};
use super::super::report::WarningKind;
use super::super::scan::Pattern;
use super::super::skip::is_document_key;
use super::attributes::AttributeReader;
use super::children::{each_object, event, link, status};
use super::fields::{self, Choice};
use super::names::{SpanKey, span_key};
use super::notes::Notes;
use crate::model::{
    AttrId, EventInput, LinkInput, ScopeSlot, SourceRange, SpanInput, SpanKind, StatusCode,
    StoreBuilder, StrId, WireSpanId, WireTraceId,
};
use crate::semantics::budget::is_spent;

/// What of a span stands in columns of its own.
#[derive(Debug, Default)]
struct Fields {
    trace: Option<WireTraceId>,
    id: Option<WireSpanId>,
    parent: Option<WireSpanId>,
    name: Option<StrId>,
    kind: SpanKind,
    status: StatusCode,
    /// The message of the status says that a budget was spent.
    spent: bool,
    start: Option<i64>,
    end: Option<i64>,
    /// It has a trace state, which stands in the source alone.
    has_state: bool,
}

/// Stands for the span's brace where a key is asked for.
const START: usize = SpanKey::COUNT;

/// What followed a value last time.
#[derive(Debug)]
struct Next {
    /// The bytes from behind the value to the next one.
    bytes: Pattern,
    /// Whether a line break is among them.
    line_breaks: bool,
    /// The key among them.
    key: SpanKey,
}

impl Default for Next {
    fn default() -> Self {
        Self {
            bytes: Pattern::default(),
            line_breaks: false,
            key: SpanKey::Other,
        }
    }
}

/// Reads spans into a builder. Its buffers are used again for each span.
#[derive(Debug, Default)]
pub(super) struct SpanReader {
    /// By key, and behind the last one for the span's brace.
    layout: Vec<Next>,
    attributes: AttributeReader,
    attribute_ids: Vec<AttrId>,
    events: Vec<EventInput>,
    links: Vec<LinkInput>,
    scratch: String,
}

impl SpanReader {
    pub(super) fn forget_meaning(&mut self) {
        self.attributes.observed = crate::semantics::Observed::blind();
    }

    /// Reads the span at the cursor's brace and adds it. `source` is the number of the file, `at` the byte of the file
    /// that `cursor.data` begins with. False when the builder is full.
    pub(super) fn read(
        &mut self,
        cursor: &mut Cursor<'_>,
        builder: &mut StoreBuilder,
        scope: ScopeSlot,
        (source, at): (u16, u64),
        notes: &mut Notes,
    ) -> Step<bool> {
        let begin = cursor.pos;
        self.attribute_ids.clear();
        self.attributes.observed.clear();
        self.events.clear();
        self.links.clear();
        notes.clear();
        cursor.deepest = 0;
        let mut span = Fields::default();
        let mut previous = START;
        while let Some(key) = self.next_key(cursor, previous)? {
            self.field(cursor, builder, key, &mut span, notes)?;
            previous = key as usize;
        }
        judge(&span, begin, cursor.deepest, notes);
        let len = u32::try_from(cursor.pos - begin).unwrap_or(u32::MAX);
        let name = span.name.unwrap_or(StrId::EMPTY);
        let mut recorded = self.attributes.observed.resolve(name, builder);
        recorded.over_budget = span.spent || self.is_spent(span.status, builder);
        let input = SpanInput {
            trace: span.trace,
            id: span.id,
            parent: span.parent,
            name,
            kind: span.kind,
            status: span.status,
            start: span.start,
            end: span.end,
            scope,
            source: SourceRange {
                source,
                offset: at + begin as u64,
                len,
            },
            attributes: &self.attribute_ids,
            events: &self.events,
            links: &self.links,
            recorded,
        };
        Ok(if span.has_state {
            builder.push_span_with_text(input)
        } else {
            builder.push_span(input)
        })
    }

    /// Whether an exception, or what an error is of, says that a budget was spent.
    fn is_spent(&self, status: StatusCode, builder: &mut StoreBuilder) -> bool {
        let mut exceptions = self.events.iter().filter_map(|event| event.exception_type);
        if exceptions.any(|exception| is_spent(builder.strings().text(exception))) {
            return true;
        }
        let dictionary = builder.dictionary();
        let is_type =
            |&id: &AttrId| matches!(dictionary.key_text(id), "error.type" | "exception.type");
        status == StatusCode::Error
            && (self.attribute_ids.iter().copied())
                .filter(is_type)
                .filter_map(|id| dictionary.value_text(id))
                .any(is_spent)
    }

    /// The next key of the span, and the cursor to its value; `None` behind the last.
    ///
    /// The bet is the same as with attributes: between two values stand the same bytes as last time.
    #[inline(always)]
    fn next_key(&mut self, cursor: &mut Cursor<'_>, previous: usize) -> Step<Option<SpanKey>> {
        if let Some(next) = self.layout.get(previous)
            && next.bytes.stands_at(cursor.data, cursor.pos)
        {
            cursor.pos += next.bytes.len();
            cursor.line_breaks |= next.line_breaks;
            return Ok(Some(next.key));
        }
        self.unforeseen_key(cursor, previous)
    }

    fn unforeseen_key(
        &mut self,
        cursor: &mut Cursor<'_>,
        previous: usize,
    ) -> Step<Option<SpanKey>> {
        let from = cursor.pos;
        let more = if previous == START {
            cursor.enter_object()?
        } else {
            cursor.another_key()?
        };
        if !more {
            return Ok(None);
        }
        let (text, _) = cursor.key()?;
        let name = text.decode(&mut self.scratch).0.as_bytes();
        if is_document_key(name) {
            return Err(Stop::Bad(Expected::SpanEnd));
        }
        let key = span_key(name);
        self.layout.resize_with(START + 1, Next::default);
        if let Some(next) = self.layout.get_mut(previous) {
            let bytes = cursor.data.get(from..cursor.pos).unwrap_or_default();
            next.bytes.learn(bytes);
            next.line_breaks = bytes.contains(&b'\n');
            next.key = key;
        }
        Ok(Some(key))
    }

    fn field(
        &mut self,
        cursor: &mut Cursor<'_>,
        builder: &mut StoreBuilder,
        key: SpanKey,
        span: &mut Fields,
        notes: &mut Notes,
    ) -> Step<()> {
        let first = cursor.solid()?;
        let at = cursor.pos;
        match key {
            SpanKey::TraceId => {
                let text = fields::text(cursor, first, "traceId", notes)?;
                span.trace = text.and_then(|text| {
                    fields::trace_id(text, builder.strings(), &mut self.scratch, at, notes)
                });
            }
            SpanKey::SpanId => {
                let text = fields::text(cursor, first, "spanId", notes)?;
                span.id = text.and_then(|text| {
                    fields::span_id(
                        text,
                        builder.strings(),
                        &mut self.scratch,
                        "spanId",
                        at,
                        notes,
                    )
                });
            }
            SpanKey::ParentSpanId => {
                let text = fields::text(cursor, first, "parentSpanId", notes)?;
                span.parent = text.and_then(|text| {
                    fields::span_id(
                        text,
                        builder.strings(),
                        &mut self.scratch,
                        "parentSpanId",
                        at,
                        notes,
                    )
                });
            }
            SpanKey::Name => {
                let text = fields::text(cursor, first, "name", notes)?;
                span.name = text.map(|text| {
                    fields::name(
                        text,
                        builder.strings(),
                        &mut self.scratch,
                        "name",
                        at,
                        notes,
                    )
                });
            }
            SpanKey::Start => span.start = fields::time(cursor, first, "startTimeUnixNano", notes)?,
            SpanKey::End => span.end = fields::time(cursor, first, "endTimeUnixNano", notes)?,
            SpanKey::Kind => {
                span.kind = Choice::read(cursor, first, "kind", notes)?.member(
                    SpanKind::from_number,
                    SpanKind::from_name,
                    ("kind", at),
                    notes,
                );
            }
            SpanKey::Status => {
                (span.status, span.spent) = status(cursor, first, &mut self.scratch, notes)?;
            }
            SpanKey::Attributes => {
                self.attribute_ids.clear();
                self.attributes.observed.clear();
                if first == b'[' {
                    let dictionary = builder.dictionary();
                    self.attributes
                        .list(cursor, dictionary, &mut self.attribute_ids, notes)?;
                } else {
                    fields::ignore(cursor, first, "attributes", notes)?;
                }
            }
            SpanKey::Events => {
                self.events.clear();
                each_object(cursor, first, "events", notes, &mut |cursor, notes| {
                    let event = event(cursor, builder, &mut self.scratch, notes)?;
                    self.events.push(event);
                    Ok(())
                })?;
            }
            SpanKey::Links => {
                self.links.clear();
                each_object(cursor, first, "links", notes, &mut |cursor, notes| {
                    let link = link(cursor, builder, &mut self.scratch, notes)?;
                    self.links.push(link);
                    Ok(())
                })?;
            }
            SpanKey::TraceState if first == b'"' => {
                span.has_state = !cursor.string()?.raw.is_empty();
            }
            SpanKey::Flags | SpanKey::TraceState | SpanKey::Dropped | SpanKey::Other => {
                cursor.skip()?;
            }
        }
        Ok(())
    }
}

/// Notes what is odd about a span as a whole.
#[inline(always)]
fn judge(span: &Fields, begin: usize, deepest: u32, notes: &mut Notes) {
    if span.trace.is_none() {
        notes.add(WarningKind::MissingId, "traceId", begin);
    } else if span.id.is_none() {
        notes.add(WarningKind::MissingId, "spanId", begin);
    }
    match (span.start, span.end) {
        (Some(start), Some(end)) if end < start => {
            notes.add(WarningKind::EndsBeforeStart, "endTimeUnixNano", begin);
        }
        (None, _) => notes.add(WarningKind::MissingStart, "startTimeUnixNano", begin),
        (Some(_), None) => notes.add(WarningKind::MissingEnd, "endTimeUnixNano", begin),
        _ => {}
    }
    if deepest > MAX_DEPTH {
        notes.add(WarningKind::TooDeep, "a value of the span", begin);
    }
}
