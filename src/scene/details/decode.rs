//! A span's details from its columns and its JSON text.

use super::conversation::pieces;
use super::value::{Cutter, Object, any_value, integer, time};
use super::{Attribute, Details, EventDetails, LinkDetails, LogDetails, TextValue};
use crate::model::json::Json;
use crate::model::rows::{Link, LogRecord};
use crate::model::{SpanFlags, SpanRow, StrId, TraceStore};
use crate::semantics::content;
use std::borrow::Cow;

/// Longest text that is handed out unasked; the whole is one request away.
const SHOWN_BYTES: usize = 64 * 1024;

/// JSON texts a span's details are made of, as read back from the sources.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// The span's own; an error says why it could not be read.
    pub span: Option<Result<Vec<u8>, String>>,
    /// Those of its log records, in order.
    pub logs: Vec<Result<Vec<u8>, String>>,
}

/// Everything about one span. `self_ns` is its self time; texts are cut to a readable length.
pub fn details(store: &TraceStore, row: SpanRow, self_ns: i64, texts: &Texts) -> Details {
    decode(store, row, self_ns, texts, SHOWN_BYTES)
}

/// The whole of one text: `pointer` as in [`TextValue::pointer`], or `raw`. `None` when there is no such text.
pub fn text_at(store: &TraceStore, row: SpanRow, texts: &Texts, pointer: &str) -> Option<String> {
    let details = decode(store, row, 0, texts, usize::MAX);
    let named = |text: &&TextValue| text.pointer == pointer;
    let attributes = details
        .attributes
        .iter()
        .chain(&details.resource)
        .chain(&details.scope)
        .chain(details.events.iter().flat_map(|event| &event.attributes))
        .chain(details.links.iter().flat_map(|link| &link.attributes))
        .chain(details.logs.iter().flat_map(|log| &log.attributes))
        .chain(details.logs.iter().map(|log| &log.body))
        .map(|attribute| &attribute.value)
        .chain(details.content.iter().map(|piece| &piece.value));
    [&details.raw, &details.status_message]
        .into_iter()
        .chain(attributes)
        .find(named)
        .map(|text| text.text.clone())
}

fn decode(store: &TraceStore, row: SpanRow, self_ns: i64, texts: &Texts, limit: usize) -> Details {
    let cutter = Cutter { limit };
    let (raw, source_lost) = match &texts.span {
        Some(Ok(bytes)) => (String::from_utf8_lossy(bytes).into_owned(), None),
        Some(Err(why)) => (String::new(), Some(why.clone())),
        None => (String::new(), None),
    };
    let json = Json::parse(&raw);
    let span = Object::of(json);
    let mut details = columns(store, row, self_ns);
    details.source_lost = source_lost.or_else(|| {
        let unread = !raw.is_empty() && json.is_none();
        unread.then(|| "the text of this span is not JSON throughout; see Raw".into())
    });
    fill_from_json(&mut details, &span, cutter);
    if details.raw_only() {
        details.attributes = indexed_attributes(store, row);
    }
    fill_scope(&mut details, store, row, cutter);
    details.links = links(store, row, &span, cutter);
    details.linked_from = store
        .links_to(row)
        .map(|link| link_end(store, link.row, None))
        .collect();
    details.logs = store
        .logs(row)
        .iter()
        .enumerate()
        .map(|(at, record)| log(store, record, texts.logs.get(at), at, cutter))
        .collect();
    details.content = pieces(&content::read(&raw, &log_texts(texts)), cutter);
    details.raw = cutter.cut(&raw, "raw".into());
    details
}

/// What a span was given and gave, in full.
pub fn content_of(texts: &Texts) -> content::Content {
    let span = texts.span.as_ref().and_then(|text| text.as_ref().ok());
    let span = span
        .map(|bytes| String::from_utf8_lossy(bytes))
        .unwrap_or_default();
    content::read(&span, &log_texts(texts))
}

/// The texts of log records that could be read.
fn log_texts(texts: &Texts) -> Vec<&str> {
    let read = texts.logs.iter().filter_map(|text| text.as_ref().ok());
    read.filter_map(|bytes| std::str::from_utf8(bytes).ok())
        .collect()
}

impl Details {
    /// Whether the text could not be read, so that only columns speak.
    fn raw_only(&self) -> bool {
        self.source_lost.is_some() && self.attributes.is_empty()
    }
}

fn columns(store: &TraceStore, row: SpanRow, self_ns: i64) -> Details {
    let trace_row = store.trace_of(row);
    let trace = store.trace(trace_row);
    let flags = store.flags(row);
    let has_duration =
        !flags.contains(SpanFlags::RUNNING) && !flags.contains(SpanFlags::ENDS_BEFORE_START);
    let service = store.service(row);
    let parent = store.parent(row);
    let source = store.source(row).unwrap_or_default();
    Details {
        document: 0,
        row,
        trace: trace_row,
        trace_id: trace
            .map(|trace| store.trace_id_text(trace))
            .unwrap_or_default(),
        span_id: store.span_id_text(row).unwrap_or_default(),
        parent_span_id: store.parent_id_text(row),
        parent,
        name: store.name(row).to_owned(),
        kind: store.kind(row),
        status: store.status(row),
        status_message: TextValue::default(),
        trace_state: String::new(),
        service: service.and_then(|at| {
            let service = store.services().get(usize::from(at))?;
            Some(store.text(service.name).to_owned())
        }),
        service_index: service,
        start_ns: (!flags.contains(SpanFlags::NO_START)).then(|| store.start(row).0),
        end_ns: store.end(row).map(|end| end.0),
        duration_ns: has_duration.then(|| store.duration(row).0),
        self_ns,
        trace_start_ns: trace.map_or(0, |trace| trace.range.start.0),
        descendants: store.subtree(row).len() as u32 - 1,
        flags,
        content: Vec::new(),
        told: super::Told::default(),
        proof: Vec::new(),
        relations: Vec::new(),
        attributes: Vec::new(),
        dropped: [0; 3],
        events: Vec::new(),
        links: Vec::new(),
        linked_from: Vec::new(),
        resource: Vec::new(),
        scope_name: String::new(),
        scope_version: String::new(),
        scope: Vec::new(),
        logs: Vec::new(),
        raw: TextValue::default(),
        file: String::new(),
        offset: source.offset,
        source_lost: None,
    }
}

fn fill_from_json(details: &mut Details, span: &Object<'_>, cutter: Cutter) {
    if let Some(name) = span.field(&["name"]) {
        details.name = name.decoded();
    }
    if let Some(status) = span.field(&["status"]) {
        let message = Object::of(Some(status)).text(&["message"]);
        details.status_message = cutter.cut(&message, "status".into());
    }
    details.trace_state = span.text(&["traceState", "trace_state"]);
    details.attributes = cutter.attributes(span.field(&["attributes"]), "attributes");
    let dropped = |names| {
        let count = integer(span.field(names)).unwrap_or(0);
        u32::try_from(count).unwrap_or(0)
    };
    details.dropped = [
        dropped(&["droppedAttributesCount", "dropped_attributes_count"]),
        dropped(&["droppedEventsCount", "dropped_events_count"]),
        dropped(&["droppedLinksCount", "dropped_links_count"]),
    ];
    details.events = span
        .elements(&["events"])
        .into_iter()
        .enumerate()
        .map(|(at, event)| event_details(&Object::of(Some(event)), at, cutter))
        .collect();
}

fn event_details(event: &Object<'_>, at: usize, cutter: Cutter) -> EventDetails {
    let attributes = cutter.attributes(
        event.field(&["attributes"]),
        &format!("events/{at}/attributes"),
    );
    let named = |key: &str| {
        let found = attributes.iter().find(|attribute| attribute.key == key);
        found.map(|attribute| attribute.value.clone())
    };
    let parts = [
        named("exception.type"),
        named("exception.message"),
        named("exception.stacktrace"),
    ];
    let exception = parts
        .iter()
        .any(Option::is_some)
        .then(|| parts.map(Option::unwrap_or_default));
    EventDetails {
        name: event.text(&["name"]),
        time_ns: time(event.field(&["timeUnixNano", "time_unix_nano"])),
        attributes,
        exception,
    }
}

/// What the dictionary knows of a span whose text is gone.
fn indexed_attributes(store: &TraceStore, row: SpanRow) -> Vec<Attribute> {
    let dictionary = store.dictionary();
    store
        .attributes(row)
        .map(|id| {
            let value = dictionary.value_text(id).unwrap_or_default();
            Attribute {
                key: dictionary.key_text(id).to_owned(),
                kind: super::ValueKind::String,
                value: TextValue {
                    text: value.to_owned(),
                    bytes: value.len() as u64,
                    pointer: String::new(),
                },
            }
        })
        .collect()
}

fn fill_scope(details: &mut Details, store: &TraceStore, row: SpanRow, cutter: Cutter) {
    let Some(scope) = store.scope(row) else {
        return;
    };
    let attributes = |json: StrId, pointer: &str| {
        let json = Object::of(Json::parse(store.text(json)));
        cutter.attributes(json.field(&["attributes"]), pointer)
    };
    store.text(scope.name).clone_into(&mut details.scope_name);
    store
        .text(scope.version)
        .clone_into(&mut details.scope_version);
    details.scope = attributes(scope.json, "scope");
    if let Some(resource) = store.resources().get(scope.resource as usize) {
        details.resource = attributes(resource.json, "resource");
    }
}

fn links(store: &TraceStore, row: SpanRow, span: &Object<'_>, cutter: Cutter) -> Vec<LinkDetails> {
    let texts = span.elements(&["links"]);
    store
        .links(row)
        .iter()
        .enumerate()
        .map(|(at, link)| {
            let text = texts.get(at);
            let mut details = match link.target {
                Some(target) => link_end(store, target, Some(link)),
                None => named_link(store, link),
            };
            if let Some(text) = text {
                details.attributes = cutter.attributes(
                    Object::of(Some(*text)).field(&["attributes"]),
                    &format!("links/{at}/attributes"),
                );
            }
            details
        })
        .collect()
}

/// A link whose other end is in the document.
fn link_end(store: &TraceStore, other: SpanRow, link: Option<&Link>) -> LinkDetails {
    let trace_row = store.trace_of(other);
    let trace = store.trace(trace_row);
    let named = link.map(|link| named_link(store, link)).unwrap_or_default();
    LinkDetails {
        trace_id: trace
            .map(|trace| store.trace_id_text(trace))
            .unwrap_or(named.trace_id),
        span_id: store.span_id_text(other).unwrap_or(named.span_id),
        target: Some(other),
        target_trace: Some(trace_row),
        target_name: store.name(other).to_owned(),
        attributes: Vec::new(),
    }
}

/// A link as its ids say.
fn named_link(store: &TraceStore, link: &Link) -> LinkDetails {
    let original = |id: Option<StrId>| id.map(|id| store.text(id).to_owned());
    let (trace, span) = (link.link.trace, link.link.span);
    LinkDetails {
        trace_id: trace
            .map(|wire| original(wire.original).unwrap_or_else(|| wire.id.to_string()))
            .unwrap_or_default(),
        span_id: span
            .map(|wire| original(wire.original).unwrap_or_else(|| wire.id.to_string()))
            .unwrap_or_default(),
        ..LinkDetails::default()
    }
}

fn log(
    store: &TraceStore,
    record: &LogRecord,
    text: Option<&Result<Vec<u8>, String>>,
    at: usize,
    cutter: Cutter,
) -> LogDetails {
    let text = match text {
        Some(Ok(bytes)) => String::from_utf8_lossy(bytes),
        _ => Cow::Borrowed(""),
    };
    let json = Object::of(Json::parse(&text));
    let event_name = json.text(&["eventName", "event_name"]);
    let (kind, body) = json.field(&["body"]).map(any_value).unwrap_or_default();
    LogDetails {
        time_ns: record.log.time,
        severity: record.log.severity,
        severity_text: json.text(&["severityText", "severity_text"]),
        event_name: if event_name.is_empty() {
            store.text(record.log.name).to_owned()
        } else {
            event_name
        },
        body: Attribute {
            key: "body".into(),
            kind,
            value: cutter.cut(&body, format!("logs/{at}/body")),
        },
        attributes: cutter.attributes(
            json.field(&["attributes"]),
            &format!("logs/{at}/attributes"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;
    use serde_json::{Value, json};

    fn span_texts(value: &Value) -> Texts {
        Texts {
            span: Some(Ok(value.to_string().into_bytes())),
            logs: Vec::new(),
        }
    }

    #[test]
    fn a_span_is_decoded_from_its_text() {
        let store = parse("a 5..10 error").finish();
        let texts = span_texts(&json!({
            "name": "a", "status": {"code": 2, "message": "boom"}, "droppedEventsCount": 3,
            "attributes": [{"key": "k", "value": {"intValue": "7"}}],
            "events": [{"name": "exception", "timeUnixNano": "6", "attributes": [
                {"key": "exception.type", "value": {"stringValue": "TimeoutError"}}]}],
        }));
        let details = details(&store, SpanRow(0), 5, &texts);
        assert_eq!(details.status_message.text, "boom");
        assert_eq!(details.attributes[0].value.text, "7");
        assert_eq!(details.dropped, [0, 3, 0]);
        let exception = details.events[0].exception.as_ref().unwrap();
        assert_eq!(exception[0].text, "TimeoutError");
        assert_eq!(exception[2], TextValue::default());
        assert_eq!(details.source_lost, None);
    }

    #[test]
    fn a_cut_text_can_be_asked_for_whole() {
        let store = parse("a 5..10").finish();
        let long = "x".repeat(SHOWN_BYTES + 10);
        let texts =
            span_texts(&json!({"attributes": [{"key": "k", "value": {"stringValue": long}}]}));
        let shown = &details(&store, SpanRow(0), 0, &texts).attributes[0].value;
        assert_eq!(
            (shown.text.len(), shown.bytes),
            (SHOWN_BYTES, long.len() as u64)
        );
        assert_eq!(
            text_at(&store, SpanRow(0), &texts, &shown.pointer),
            Some(long)
        );
        assert_eq!(text_at(&store, SpanRow(0), &texts, "attributes/9"), None);
    }

    #[test]
    fn a_lost_source_leaves_the_columns() {
        let store = parse("a 5..10").finish();
        let texts = Texts {
            span: Some(Err("the file changed; drop it again".into())),
            logs: Vec::new(),
        };
        let details = details(&store, SpanRow(0), 5, &texts);
        assert_eq!(details.name, "a");
        assert_eq!(
            details.source_lost.as_deref(),
            Some("the file changed; drop it again")
        );
    }

    #[test]
    fn text_that_is_not_json_is_shown_raw() {
        let store = parse("a 5..10").finish();
        let texts = Texts {
            span: Some(Ok(b"{\"name\": \"a\"".to_vec())),
            logs: Vec::new(),
        };
        let details = details(&store, SpanRow(0), 5, &texts);
        assert_eq!(details.raw.text, "{\"name\": \"a\"");
        assert!(details.source_lost.is_some());
    }
}
