//! OTLP JSON read a second way: `serde_json` makes a tree, and a plain walk over it says what each span holds.

use serde_json::Value;
use spanlight::model::SpanRow;
use spanlight::model::{
    Interner, SpanFlags, SpanKind, StatusCode, TraceStore, WireSpanId, WireTraceId,
};

/// What a span holds, in comparable form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub trace: Option<String>,
    pub id: Option<String>,
    pub parent: Option<String>,
    pub name: String,
    pub kind: &'static str,
    pub status: &'static str,
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub service: Option<String>,
    pub scope: (String, String),
    /// Keys with their texts; `None` where the text must be looked up in the source.
    pub attributes: Vec<(String, Option<String>)>,
    /// Time, name and exception type.
    pub events: Vec<(Option<i64>, String, Option<String>)>,
    /// Trace and span id.
    pub links: Vec<(Option<String>, Option<String>)>,
}

/// The spans of every document in `text`, in order.
pub fn spans(text: &[u8]) -> Vec<Span> {
    let mut spans = Vec::new();
    for document in serde_json::Deserializer::from_slice(text).into_iter::<Value>() {
        document_spans(&document.unwrap(), &mut spans);
    }
    spans
}

fn document_spans(document: &Value, out: &mut Vec<Span>) {
    if let Some(documents) = document.as_array() {
        for document in documents {
            document_spans(document, out);
        }
        return;
    }
    for resource in list(document, &["resourceSpans", "resource_spans", "batches"]) {
        let service = named(&resource["resource"], "service.name");
        let scopes = ["scopeSpans", "scope_spans", "instrumentationLibrarySpans"];
        for scope in list(resource, &scopes) {
            let about = field(scope, &["scope", "instrumentationLibrary"]);
            let text = |key: &str| about[key].as_str().unwrap_or_default().to_owned();
            let about = (text("name"), text("version"));
            for item in list(scope, &["spans"]) {
                out.push(span(item, service.clone(), about.clone()));
            }
        }
    }
}

fn span(span: &Value, service: Option<String>, scope: (String, String)) -> Span {
    let kind = field(span, &["kind"]);
    let kind = match kind.as_u64() {
        Some(number) => SpanKind::from_number(number),
        None => kind.as_str().and_then(SpanKind::from_name),
    };
    let code = &span["status"]["code"];
    let status = match code.as_u64() {
        Some(number) => StatusCode::from_number(number),
        None => code.as_str().and_then(StatusCode::from_name),
    };
    Span {
        trace: trace_id(field(span, &["traceId", "trace_id"])),
        id: span_id(field(span, &["spanId", "span_id"])),
        parent: span_id(field(span, &["parentSpanId", "parent_span_id"])),
        name: span["name"].as_str().unwrap_or_default().to_owned(),
        kind: kind.unwrap_or_default().as_str(),
        status: status.unwrap_or_default().as_str(),
        start: time(field(span, &["startTimeUnixNano", "start_time_unix_nano"])),
        end: time(field(span, &["endTimeUnixNano", "end_time_unix_nano"])),
        service,
        scope,
        attributes: list(span, &["attributes"]).map(attribute).collect(),
        events: list(span, &["events"])
            .map(|event| {
                let exception = named(event, "exception.type");
                let name = event["name"].as_str().unwrap_or_default().to_owned();
                let at = field(event, &["timeUnixNano", "time_unix_nano"]);
                (time(at), name, exception)
            })
            .collect(),
        links: list(span, &["links"])
            .map(|link| {
                let trace = trace_id(field(link, &["traceId", "trace_id"]));
                (trace, span_id(field(link, &["spanId", "span_id"])))
            })
            .collect(),
    }
}

fn attribute(attribute: &Value) -> (String, Option<String>) {
    let value = &attribute["value"];
    let nested = ["arrayValue", "kvlistValue", "bytesValue", "array_value"];
    let is_nested = nested.iter().any(|key| !value[*key].is_null());
    let text = scalar(value).or((!is_nested).then(String::new));
    let key = attribute["key"].as_str().unwrap().to_owned();
    let text = text.filter(|text| text.len() <= 128);
    (key, text.as_deref().map(canonical))
}

/// The text of a value that is no list.
fn scalar(value: &Value) -> Option<String> {
    let names = [
        ["stringValue", "string_value"],
        ["intValue", "int_value"],
        ["doubleValue", "double_value"],
        ["boolValue", "bool_value"],
    ];
    names.iter().find_map(|names| match field(value, names) {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    })
}

/// The text of the last attribute of that name.
fn named(object: &Value, name: &str) -> Option<String> {
    let attributes = list(object, &["attributes"]);
    let mut found = attributes.filter(|attribute| attribute["key"] == name);
    let values = found
        .by_ref()
        .filter_map(|attribute| scalar(&attribute["value"]));
    values.last().as_deref().map(canonical)
}

/// `serde_json` reads and writes a fraction with another last digit than stands in the file.
fn canonical(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if text.contains(['.', 'e', 'E']) => format!("{number:.12e}"),
        _ => text.to_owned(),
    }
}

fn field<'a>(object: &'a Value, names: &[&str]) -> &'a Value {
    let mut found = names.iter().filter_map(|name| object.get(name));
    found.next().unwrap_or(&Value::Null)
}

fn list<'a>(object: &'a Value, names: &[&str]) -> impl Iterator<Item = &'a Value> {
    let items = field(object, names).as_array();
    items.map(Vec::as_slice).unwrap_or_default().iter()
}

fn time(value: &Value) -> Option<i64> {
    let time = match value {
        Value::String(text) => text.parse().ok()?,
        other => other.as_i64()?,
    };
    (time != 0).then_some(time)
}

fn trace_id(value: &Value) -> Option<String> {
    let mut strings = Interner::default();
    let id = WireTraceId::parse(value.as_str()?, &mut strings)?;
    Some(match id.original {
        Some(text) => strings.text(text).to_owned(),
        None => id.id.to_string(),
    })
}

fn span_id(value: &Value) -> Option<String> {
    let mut strings = Interner::default();
    let id = WireSpanId::parse(value.as_str()?, &mut strings)?;
    Some(match id.original {
        Some(text) => strings.text(text).to_owned(),
        None => id.id.to_string(),
    })
}

/// The spans of a store in the order of their text.
pub fn stored(store: &TraceStore) -> Vec<Span> {
    let mut rows: Vec<(u64, Span)> = Vec::new();
    for trace in store.traces() {
        for row in trace.rows.clone().map(SpanRow) {
            let flags = store.flags(row);
            if flags.contains(SpanFlags::PLACEHOLDER) {
                continue;
            }
            assert!(!flags.contains(SpanFlags::CYCLE), "no sample has cycles");
            let text = |id| store.text(id).to_owned();
            let scope = store.scope(row).copied().unwrap_or_default();
            let service = store
                .service(row)
                .and_then(|at| store.services().get(usize::from(at)));
            let dictionary = store.dictionary();
            let links = store.links(row).iter().map(|link| {
                let trace = link
                    .link
                    .trace
                    .map(|id| id.original.map_or_else(|| id.id.to_string(), text));
                let span = link
                    .link
                    .span
                    .map(|id| id.original.map_or_else(|| id.id.to_string(), text));
                (trace, span)
            });
            let span = Span {
                trace: Some(store.trace_id_text(trace)).filter(|_| trace.id.0 != 0),
                id: store.span_id_text(row),
                parent: store
                    .parent(row)
                    .and_then(|parent| store.span_id_text(parent)),
                name: store.name(row).to_owned(),
                kind: store.kind(row).as_str(),
                status: store.status(row).as_str(),
                start: (!flags.contains(SpanFlags::NO_START)).then(|| store.start(row).0),
                end: store.end(row).map(|end| end.0),
                service: service.map(|service| canonical(store.text(service.name))),
                scope: (text(scope.name), text(scope.version)),
                attributes: store
                    .attributes(row)
                    .map(|id| {
                        let value = dictionary.value_text(id).map(canonical);
                        (dictionary.key_text(id).to_owned(), value)
                    })
                    .collect(),
                events: store
                    .events(row)
                    .iter()
                    .map(|event| {
                        let event = event.event;
                        (
                            event.time,
                            text(event.name),
                            event.exception_type.map(|id| canonical(store.text(id))),
                        )
                    })
                    .collect(),
                links: links.collect(),
            };
            rows.push((store.source(row).unwrap().offset, span));
        }
    }
    rows.sort_by_key(|&(offset, _)| offset);
    rows.into_iter().map(|(_, span)| span).collect()
}
