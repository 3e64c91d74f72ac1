//! What scripts get. The names are those of the documentation and stay, whatever the worker protocol calls them.

use crate::engine::protocol::{
    Attribute, Details, EventDetails, LinkDetails, LogDetails, Opened, RunMeaning, RunRow,
    RunsPage, SpanBrief, Summary, TextValue, ValueKind,
};
use crate::ingest::report::{FileReport, Warning};
use crate::model::decimal::decimal;
use crate::model::json::{Json, JsonText, quoted};
use crate::model::order::sort_items;
use crate::model::{PicoUsd, SpanFlags};
use crate::web::source::SourceError;
use wasm_bindgen::JsValue;

/// Kind of the warning for a source that was not read.
const UNREADABLE: &str = "unreadable_file";

/// The report of an opening; `missing` are sources that could not even be fetched.
pub fn opened(opened: &Opened, missing: &[(String, SourceError)]) -> JsValue {
    let read = opened.report.files.iter().map(|report| {
        let warnings = file_warnings(report);
        JsonText::object()
            .text("name", &report.name)
            .text("format", &report.format)
            .text("compression", &report.compression)
            .count("bytes", report.bytes)
            .count("spans", report.spans)
            .count("log_records", report.log_records)
            .json("warnings", &JsonText::array(&warnings, Clone::clone))
            .end()
    });
    let unread = missing.iter().map(|(name, error)| {
        let warning = warning(UNREADABLE, 1, &error.to_string(), name);
        JsonText::object()
            .text("name", name)
            .text("format", "")
            .text("compression", "")
            .count("bytes", 0_u64)
            .count("spans", 0_u64)
            .count("log_records", 0_u64)
            .json("warnings", &JsonText::array([warning], |warning| warning))
            .end()
    });
    let warnings = opened.report.files.iter().flat_map(file_warnings);
    let unread_warnings = missing
        .iter()
        .map(|(name, error)| warning(UNREADABLE, 1, &error.to_string(), name));
    parsed(
        &JsonText::object()
            .json("files", &JsonText::array(read.chain(unread), |file| file))
            .count("traces", opened.summary.traces)
            .count("spans", opened.summary.spans)
            .json(
                "warnings",
                &JsonText::array(warnings.chain(unread_warnings), |warning| warning),
            )
            .json("elapsed_ms", &decimal(opened.elapsed_ms, 3))
            .end(),
    )
}

fn file_warnings(report: &FileReport) -> Vec<String> {
    let counted = report.warnings.iter().map(|counted: &Warning| {
        warning(
            counted.kind.as_str(),
            counted.count,
            &counted.example,
            &counted.file,
        )
    });
    let unread = report
        .error
        .iter()
        .map(|error| warning(UNREADABLE, 1, &error.to_string(), &report.name));
    counted.chain(unread).collect()
}

fn warning(kind: &str, count: u64, example: &str, file: &str) -> String {
    JsonText::object()
        .text("kind", kind)
        .count("count", count)
        .text("example", example)
        .text("file", file)
        .end()
}

/// What is selected.
pub fn selection(trace: Option<&str>, span: Option<&str>) -> JsValue {
    parsed(
        &JsonText::object()
            .maybe_text("trace", trace)
            .maybe_text("span", span)
            .end(),
    )
}

/// What failed.
pub fn error(message: &str) -> JsValue {
    parsed(&JsonText::object().text("message", message).end())
}

/// Counts of the document.
pub fn summary(summary: &Summary) -> JsValue {
    let mut services: Vec<&String> = summary.services.iter().collect();
    sort_items(&mut services, Ord::cmp);
    let sources = JsonText::array(&summary.sources, |source| {
        JsonText::object()
            .text("name", &source.name)
            .count("bytes", source.size)
            .text("fingerprint", &source.fingerprint)
            .end()
    });
    parsed(
        &JsonText::object()
            .count("files", summary.files)
            .count("traces", summary.traces)
            .count("spans", summary.spans)
            .count("duplicate_spans", summary.duplicate_spans)
            .count("roots", summary.roots)
            .count("orphans", summary.orphans)
            .count("links", summary.links)
            .count("span_events", summary.span_events)
            .count("log_records", summary.log_records)
            .count("error_spans", summary.error_spans)
            .json("services", &JsonText::texts(services))
            .json("scopes", &JsonText::texts(&summary.scopes))
            .nanos("earliest_ns", summary.earliest_ns)
            .nanos("latest_ns", summary.latest_ns)
            .json("sources", &sources)
            .count("memory_bytes", summary.memory_bytes)
            .members(&summary.meaning)
            .end(),
    )
}

/// A page of the runs.
pub fn runs(page: &RunsPage) -> JsValue {
    parsed(&JsonText::array(&page.rows, run))
}

fn run(run: &RunRow) -> String {
    JsonText::object()
        .text("trace_id", &run.trace_id)
        .text("root_name", &run.root_name)
        .maybe_text("service", run.service.as_deref())
        .nanos("start_ns", run.start_ns)
        .nanos("duration_ns", run.duration_ns)
        .count("spans", run.spans)
        .count("errors", run.errors)
        .count("orphans", run.orphans)
        .flag("running", run.running)
        .members(&run.meaning.as_deref().map_or_else(String::new, run_meaning))
        .end()
}

fn run_meaning(run: &RunMeaning) -> String {
    let [input, output, cached] = run.tokens;
    let cost = run.cost.map(|cost| PicoUsd(cost).to_string());
    JsonText::object()
        .json("agents", &JsonText::texts(&run.agents))
        .json("models", &JsonText::texts(&run.models))
        .maybe_text("session", run.session.as_deref())
        .maybe_text("user", run.user.as_deref())
        .count("llm_calls", run.llm_calls)
        .count("tool_calls", run.tool_calls)
        .maybe_count("input_tokens", input)
        .maybe_count("output_tokens", output)
        .maybe_count("cached_tokens", cached)
        .flag("tokens_complete", run.tokens_complete)
        .json("cost_usd", cost.as_deref().unwrap_or("null"))
        .flag("cost_complete", run.cost_complete)
        .end()
}

/// Spans of a trace, depth first.
pub fn spans(trace: &str, spans: &[SpanBrief]) -> JsValue {
    parsed(&JsonText::array(spans, |span| {
        JsonText::object()
            .text("trace_id", trace)
            .text("span_id", &span.span_id)
            .maybe_text("parent_span_id", span.parent_span_id.as_deref())
            .text("name", &span.name)
            .text("kind", span.kind.as_str())
            .text("status", span.status.as_str())
            .maybe_text("service", span.service.as_deref())
            .nanos("start_ns", span.start_ns)
            .maybe_nanos("duration_ns", span.duration_ns)
            .count("depth", span.depth)
            .flag("orphan", span.flags.contains(SpanFlags::ORPHAN))
            .flag("running", span.flags.contains(SpanFlags::RUNNING))
            .members(&span.meaning)
            .end()
    }))
}

/// Everything about one span; `told` is what the worker says of its meaning.
pub fn details(details: &Details, told: &str) -> JsValue {
    let [attributes_dropped, events_dropped, links_dropped] = details.dropped;
    let scope = JsonText::object()
        .text("name", &details.scope_name)
        .text("version", &details.scope_version)
        .json("attributes", &attributes(&details.scope))
        .end();
    let dropped = JsonText::object()
        .count("attributes", attributes_dropped)
        .count("events", events_dropped)
        .count("links", links_dropped)
        .end();
    parsed(
        &JsonText::object()
            .text("trace_id", &details.trace_id)
            .text("span_id", &details.span_id)
            .maybe_text("parent_span_id", details.parent_span_id.as_deref())
            .text("name", &details.name)
            .text("kind", details.kind.as_str())
            .text("status", details.status.as_str())
            .text("status_message", &details.status_message.text)
            .text("trace_state", &details.trace_state)
            .maybe_text("service", details.service.as_deref())
            .maybe_nanos("start_ns", details.start_ns)
            .maybe_nanos("end_ns", details.end_ns)
            .maybe_nanos("duration_ns", details.duration_ns)
            .nanos("self_ns", details.self_ns)
            .count("descendants", details.descendants)
            .flag("orphan", details.flags.contains(SpanFlags::ORPHAN))
            .flag("running", details.flags.contains(SpanFlags::RUNNING))
            .json("attributes", &attributes(&details.attributes))
            .json("events", &JsonText::array(&details.events, event))
            .json("links", &JsonText::array(&details.links, link))
            .json("linked_from", &JsonText::array(&details.linked_from, link))
            .json("resource", &attributes(&details.resource))
            .json("scope", &scope)
            .json("logs", &JsonText::array(&details.logs, log))
            .json("dropped", &dropped)
            .text("raw", &details.raw.text)
            .text("file", &details.file)
            .count("offset", details.offset)
            .maybe_text("source_lost", details.source_lost.as_deref())
            .members(told)
            .end(),
    )
}

fn event(event: &EventDetails) -> String {
    let exception = event.exception.as_ref().map(|[kind, message, stack]| {
        JsonText::object()
            .text("type", &kind.text)
            .text("message", &message.text)
            .text("stacktrace", &stack.text)
            .end()
    });
    JsonText::object()
        .text("name", &event.name)
        .maybe_nanos("time_ns", event.time_ns)
        .json("attributes", &attributes(&event.attributes))
        .json("exception", exception.as_deref().unwrap_or("null"))
        .end()
}

fn link(link: &LinkDetails) -> String {
    JsonText::object()
        .text("trace_id", &link.trace_id)
        .text("span_id", &link.span_id)
        .flag("found", link.target.is_some())
        .json("attributes", &attributes(&link.attributes))
        .end()
}

fn log(log: &LogDetails) -> String {
    JsonText::object()
        .maybe_nanos("time_ns", log.time_ns)
        .count("severity", log.severity)
        .text("severity_text", &log.severity_text)
        .text("event_name", &log.event_name)
        .json("body", &value(&log.body))
        .json("attributes", &attributes(&log.attributes))
        .end()
}

fn attributes(attributes: &[Attribute]) -> String {
    JsonText::array(attributes, |attribute| {
        JsonText::object()
            .text("key", &attribute.key)
            .text("type", type_name(attribute.kind))
            .json("value", &value(attribute))
            .end()
    })
}

/// Booleans and numbers that JavaScript holds exactly as themselves, everything else as text: integers may have 64 bits.
fn value(attribute: &Attribute) -> String {
    let text = &attribute.value.text;
    match attribute.kind {
        ValueKind::Bool if matches!(text.as_str(), "true" | "false") => text.clone(),
        ValueKind::Double if is_finite_number(text) => text.clone(),
        ValueKind::Empty => "null".to_owned(),
        _ => quoted(text),
    }
}

/// Whether a text is a number of JSON that JavaScript does not take for infinity.
fn is_finite_number(text: &str) -> bool {
    let is_number = Json::parse(text).is_some_and(|json| json.source() == text)
        && text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    is_number && js_sys::Number::parse_float(text).is_finite()
}

fn type_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::String => "string",
        ValueKind::Bool => "bool",
        ValueKind::Int => "int",
        ValueKind::Double => "double",
        ValueKind::Bytes => "bytes",
        ValueKind::Array => "array",
        ValueKind::Map => "map",
        ValueKind::Empty => "empty",
    }
}

/// All texts that the worker may have cut.
pub fn texts(details: &mut Details) -> Vec<&mut TextValue> {
    let mut all = vec![&mut details.status_message, &mut details.raw];
    all.extend(of(&mut details.attributes));
    for event in &mut details.events {
        all.extend(of(&mut event.attributes));
        all.extend(event.exception.iter_mut().flatten());
    }
    for link in details.links.iter_mut().chain(&mut details.linked_from) {
        all.extend(of(&mut link.attributes));
    }
    all.extend(of(&mut details.resource));
    all.extend(of(&mut details.scope));
    for log in &mut details.logs {
        all.push(&mut log.body.value);
        all.extend(of(&mut log.attributes));
    }
    all
}

fn of(attributes: &mut [Attribute]) -> impl Iterator<Item = &mut TextValue> {
    attributes.iter_mut().map(|attribute| &mut attribute.value)
}

/// A JSON text as the value it means; null when it is none, which only a defect of the writer brings about.
fn parsed(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap_or(JsValue::NULL)
}
