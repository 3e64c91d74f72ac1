//! What stands inside of a span: its status, events and links.

use super::super::pull::{Cursor, Expected, Step, Stop};
use super::super::skip::is_document_key;
use super::super::text::Text;
use super::attributes::find_text;
use super::fields::{self, Choice};
use super::notes::Notes;
use crate::model::{EventInput, LinkInput, StatusCode, StoreBuilder, StrId};
use crate::semantics::budget::is_spent;

/// Reads the objects of a list with `read`; anything else is noted and passed.
pub(super) fn each_object<'a>(
    cursor: &mut Cursor<'a>,
    first: u8,
    field: &'static str,
    notes: &mut Notes,
    read: &mut dyn FnMut(&mut Cursor<'a>, &mut Notes) -> Step<()>,
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
    read: &mut dyn FnMut(&mut Cursor<'a>, &str, u8) -> Step<bool>,
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

/// The code, and whether the message of an error says that a budget was spent.
pub(super) fn status(
    cursor: &mut Cursor<'_>,
    first: u8,
    scratch: &mut String,
    notes: &mut Notes,
) -> Step<(StatusCode, bool)> {
    let mut code = StatusCode::Unset;
    let mut spent = false;
    if first != b'{' {
        fields::ignore(cursor, first, "status", notes)?;
        return Ok((code, false));
    }
    each_field(cursor, scratch, &mut |cursor, key, first| {
        if key == "message" && first == b'"' {
            let message = cursor.string()?;
            spent = is_spent(message.decode(&mut String::new()).0);
            return Ok(true);
        }
        if key != "code" {
            return Ok(false);
        }
        let at = cursor.pos;
        let choice = Choice::read(cursor, first, "status.code", notes)?;
        let numbers = (StatusCode::from_number, StatusCode::from_name);
        code = choice.member(numbers.0, numbers.1, ("status.code", at), notes);
        Ok(true)
    })?;
    Ok((code, spent && code == StatusCode::Error))
}

pub(super) fn event(
    cursor: &mut Cursor<'_>,
    builder: &mut StoreBuilder,
    scratch: &mut String,
    notes: &mut Notes,
) -> Step<EventInput> {
    let (mut time, mut name, mut exception_type) = (None, None, None);
    each_field(cursor, scratch, &mut |cursor, key, first| {
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

pub(super) fn link(
    cursor: &mut Cursor<'_>,
    builder: &mut StoreBuilder,
    scratch: &mut String,
    notes: &mut Notes,
) -> Step<LinkInput> {
    let (mut trace, mut span) = (None, None);
    each_field(cursor, scratch, &mut |cursor, key, first| {
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
