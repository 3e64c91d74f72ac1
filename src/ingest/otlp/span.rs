//! One span: read as a whole or not at all.

use super::super::pull::{Cursor, Expected, MAX_DEPTH, Step, Stop, Text, is_document_key};
use super::super::report::WarningKind;
use super::attributes::{AttributeReader, find_text};
use super::fields;
use super::names::{SpanKey, span_key};
use super::notes::Notes;
use crate::model::{
    AttrId, EventInput, LinkInput, ScopeSlot, SourceRange, SpanInput, SpanKind, StatusCode,
    StoreBuilder, StrId, WireSpanId, WireTraceId,
};

/// What of a span stands in columns of its own.
#[derive(Debug, Default)]
struct Fields {
    trace: Option<WireTraceId>,
    id: Option<WireSpanId>,
    parent: Option<WireSpanId>,
    name: Option<StrId>,
    kind: SpanKind,
    status: StatusCode,
    start: Option<i64>,
    end: Option<i64>,
}

/// Reads spans into a builder. Its buffers are used again for each span.
#[derive(Debug, Default)]
pub(super) struct SpanReader {
    attributes: AttributeReader,
    attribute_ids: Vec<AttrId>,
    events: Vec<EventInput>,
    links: Vec<LinkInput>,
    scratch: String,
}

impl SpanReader {
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
        self.events.clear();
        self.links.clear();
        notes.clear();
        cursor.deepest = 0;
        let mut span = Fields::default();
        if cursor.enter_object()? {
            loop {
                let (key, first) = cursor.key()?;
                self.field(cursor, builder, key, first, &mut span, notes)?;
                if !cursor.another_key()? {
                    break;
                }
            }
        }
        judge(&span, begin, cursor.deepest, notes);
        let len = u32::try_from(cursor.pos - begin).unwrap_or(u32::MAX);
        Ok(builder.push_span(SpanInput {
            trace: span.trace,
            id: span.id,
            parent: span.parent,
            name: span.name.unwrap_or(StrId::EMPTY),
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
        }))
    }

    #[inline(always)]
    fn field(
        &mut self,
        cursor: &mut Cursor<'_>,
        builder: &mut StoreBuilder,
        key: Text<'_>,
        first: u8,
        span: &mut Fields,
        notes: &mut Notes,
    ) -> Step<()> {
        let kind = if key.escaped {
            span_key(key.decode(&mut self.scratch).0.as_bytes())
        } else {
            span_key(key.raw)
        };
        let at = cursor.pos;
        match kind {
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
                span.kind = fields::choice(
                    cursor,
                    first,
                    "kind",
                    notes,
                    SpanKind::from_number,
                    SpanKind::from_name,
                )?;
            }
            SpanKey::Status => span.status = status(cursor, first, &mut self.scratch, notes)?,
            SpanKey::Attributes => {
                self.attribute_ids.clear();
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
                each_object(cursor, first, "events", notes, |cursor, notes| {
                    let event = event(cursor, builder, &mut self.scratch, notes)?;
                    self.events.push(event);
                    Ok(())
                })?;
            }
            SpanKey::Links => {
                self.links.clear();
                each_object(cursor, first, "links", notes, |cursor, notes| {
                    let link = link(cursor, builder, &mut self.scratch, notes)?;
                    self.links.push(link);
                    Ok(())
                })?;
            }
            SpanKey::Other => {
                if is_document_key(key.raw) {
                    return Err(Stop::Bad(Expected::SpanEnd));
                }
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

/// Reads the objects of a list with `read`; anything else is noted and passed.
fn each_object<'a>(
    cursor: &mut Cursor<'a>,
    first: u8,
    field: &'static str,
    notes: &mut Notes,
    mut read: impl FnMut(&mut Cursor<'a>, &mut Notes) -> Step<()>,
) -> Step<()> {
    if first != b'[' {
        return fields::ignore(cursor, first, field, notes);
    }
    if !cursor.enter_array()? {
        return Ok(());
    }
    loop {
        match cursor.solid()? {
            b'{' => read(cursor, notes)?,
            first => fields::ignore(cursor, first, field, notes)?,
        }
        if !cursor.another_value()? {
            return Ok(());
        }
    }
}

/// Reads the fields of an object with `read`, which passes the value of a key it knows and gives back true.
pub(super) fn each_field<'a>(
    cursor: &mut Cursor<'a>,
    scratch: &mut String,
    mut read: impl FnMut(&mut Cursor<'a>, &str, u8) -> Step<bool>,
) -> Step<()> {
    if !cursor.enter_object()? {
        return Ok(());
    }
    loop {
        let (key, first) = cursor.key()?;
        let name = key.decode(scratch).0;
        if is_document_key(name.as_bytes()) {
            return Err(Stop::Bad(Expected::SpanEnd));
        }
        if !read(cursor, name, first)? {
            cursor.skip()?;
        }
        if !cursor.another_key()? {
            return Ok(());
        }
    }
}

fn status(
    cursor: &mut Cursor<'_>,
    first: u8,
    scratch: &mut String,
    notes: &mut Notes,
) -> Step<StatusCode> {
    let mut code = StatusCode::Unset;
    if first != b'{' {
        fields::ignore(cursor, first, "status", notes)?;
        return Ok(code);
    }
    each_field(cursor, scratch, |cursor, key, first| {
        if key != "code" {
            return Ok(false);
        }
        code = fields::choice(
            cursor,
            first,
            "status.code",
            notes,
            StatusCode::from_number,
            StatusCode::from_name,
        )?;
        Ok(true)
    })?;
    Ok(code)
}

fn event(
    cursor: &mut Cursor<'_>,
    builder: &mut StoreBuilder,
    scratch: &mut String,
    notes: &mut Notes,
) -> Step<EventInput> {
    let (mut time, mut name, mut exception_type) = (None, None, None);
    each_field(cursor, scratch, |cursor, key, first| {
        let at = cursor.pos;
        match key {
            "timeUnixNano" | "time_unix_nano" => {
                time = fields::time(cursor, first, "timeUnixNano of an event", notes)?;
            }
            "name" => {
                let text = fields::text(cursor, first, "name of an event", notes)?;
                name = text.map(|text| (text, at));
            }
            "attributes" if first == b'[' => {
                let text = find_text(cursor, &["exception.type"], notes)?;
                exception_type = text.map(|text| (text, at));
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let mut intern = |text: Option<(Text<'_>, usize)>, field| {
        text.map(|(text, at)| fields::name(text, builder.strings(), scratch, field, at, notes))
    };
    Ok(EventInput {
        time,
        name: intern(name, "name of an event").unwrap_or(StrId::EMPTY),
        exception_type: intern(exception_type, "exception.type"),
    })
}

fn link(
    cursor: &mut Cursor<'_>,
    builder: &mut StoreBuilder,
    scratch: &mut String,
    notes: &mut Notes,
) -> Step<LinkInput> {
    let (mut trace, mut span) = (None, None);
    each_field(cursor, scratch, |cursor, key, first| {
        let at = cursor.pos;
        match key {
            "traceId" | "trace_id" => {
                let text = fields::text(cursor, first, "traceId of a link", notes)?;
                trace = text.map(|text| (text, at));
            }
            "spanId" | "span_id" => {
                let text = fields::text(cursor, first, "spanId of a link", notes)?;
                span = text.map(|text| (text, at));
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(LinkInput {
        trace: trace
            .and_then(|(text, at)| fields::trace_id(text, builder.strings(), scratch, at, notes)),
        span: span.and_then(|(text, at)| {
            fields::span_id(
                text,
                builder.strings(),
                scratch,
                "spanId of a link",
                at,
                notes,
            )
        }),
    })
}
