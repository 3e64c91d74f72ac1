//! Traces drawn as text: small fixtures in, readable dumps out.
//!
//! ```text
//! ops_manager 0..100
//!   chat 5..30
//!   run_diagnostics 30..60 error service=tools
//!   plan 60..
//! late 40..50 parent=ffff
//! ```
//!
//! Two spaces a level; `start..end` in nanoseconds, no end for a running span; `error`, `service=NAME`, `trace=NAME`,
//! `id=HEX`, `parent=HEX` and `event=TIME` may follow; a span without a trace is in that of the span above it. Span ids count from 1 in order of the lines.
//!
//! Of what a span means: `is=KIND` (`llm`, `tool`, …), `scope=NAME`, `model=NAME`, `agent=NAME`, `tool=NAME`, `skill=NAME`,
//! `tokens=INPUT/OUTPUT`, with `/READ/WRITTEN` for those of a cache, `call=ID`, `cost=DOLLARS`, `session=NAME` and `user=NAME`; `spent` is an error because a budget was.
//! `budget=DOLLARS` is what a run may cost, `request=ID` an attribute by which traces are stitched, `link=NAME` a link to a span of a trace.

use super::builder::StoreBuilder;
use super::id::{SpanId, WireSpanId, WireTraceId};
use super::input::{EventInput, LinkInput, ScopeSlot, SpanInput};
use super::meaning::{CallId, OperationKind, Recorded};
use super::money::PicoUsd;
use super::rows::SpanRow;
use super::span::{SourceRange, SpanFlags, SpanKind, StatusCode};
use super::store::TraceStore;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Reads a drawing. Lines that say nothing readable are skipped: this is for tests and demonstrations.
pub fn parse(drawing: &str) -> StoreBuilder {
    let mut builder = StoreBuilder::new();
    builder.stitch_by(&["request"]);
    let mut scopes: BTreeMap<String, ScopeSlot> = BTreeMap::new();
    let mut ancestors: Vec<(usize, u64, &str)> = Vec::new();
    for (line, number) in drawing.lines().zip(1_u64..) {
        let indent = line.len() - line.trim_start().len();
        let mut words = line.split_whitespace();
        let (Some(name), Some((start, end))) = (
            words.next(),
            words.next().and_then(|word| word.split_once("..")),
        ) else {
            continue;
        };
        ancestors.retain(|&(at, ..)| at < indent);
        let mut id = number;
        let mut parent = ancestors.last().map(|&(_, id, _)| id);
        let inherited = ancestors.last().map_or("1", |&(.., trace)| trace);
        let mut status = StatusCode::Unset;
        let (mut service, mut scope, mut trace) = ("app", "", inherited);
        let (mut events, mut attributes, mut links) = (Vec::new(), Vec::new(), Vec::new());
        let mut recorded = Recorded::default();
        for word in words {
            match word.split_once('=') {
                Some(("service", value)) => service = value,
                Some(("scope", value)) => scope = value,
                Some(("trace", value)) => trace = value,
                Some(("id", value)) => id = u64::from_str_radix(value, 16).unwrap_or(id),
                Some(("parent", value)) => parent = u64::from_str_radix(value, 16).ok(),
                Some(("event", value)) => events.push(EventInput {
                    time: value.parse().ok(),
                    name: builder.strings().intern("event"),
                    exception_type: None,
                }),
                Some((key @ ("request" | "budget"), value)) => {
                    let dictionary = builder.dictionary();
                    let key = dictionary.key(match key {
                        "budget" => "request.budget_usd",
                        key => key,
                    });
                    attributes.push(dictionary.pair(key, value));
                }
                Some(("link", value)) => links.push(LinkInput {
                    trace: WireTraceId::parse(&format!("{value:0>32}"), builder.strings()),
                    span: None,
                }),
                Some((key, value)) => record(&mut recorded, key, value, &mut builder),
                None if word == "error" => status = StatusCode::Error,
                None if word == "spent" => {
                    status = StatusCode::Error;
                    recorded.over_budget = true;
                }
                None => {}
            }
        }
        ancestors.push((indent, id, trace));
        let key = format!("{service} {scope}");
        let scope = *scopes.entry(key).or_insert_with(|| {
            let resource = builder.begin_resource();
            builder.set_resource(resource, "", Some(service));
            let slot = builder.begin_scope(resource);
            builder.set_scope(slot, "", scope, "");
            slot
        });
        let wire = |id: u64| WireSpanId {
            id: SpanId(id),
            original: None,
        };
        let name = builder.strings().intern(name);
        let trace = WireTraceId::parse(&format!("{trace:0>32}"), builder.strings());
        builder.push_span(SpanInput {
            trace,
            id: Some(wire(id)),
            parent: parent.map(wire),
            name,
            kind: SpanKind::Internal,
            status,
            start: start.parse().ok(),
            end: end.parse().ok(),
            scope,
            source: SourceRange::default(),
            attributes: &attributes,
            events: &events,
            links: &links,
            recorded,
        });
    }
    builder
}

/// Reads one word of what a span means.
fn record(recorded: &mut Recorded, key: &str, value: &str, builder: &mut StoreBuilder) {
    let text = builder.strings().intern(value);
    let meaning = &mut recorded.meaning;
    match key {
        "is" => {
            let kind = OperationKind::ALL.into_iter();
            let mut kind = kind.filter(|kind| kind.as_str() == value);
            meaning.kind = kind.next().unwrap_or_default();
        }
        "model" => meaning.response_model = Some(text),
        "agent" => meaning.agent = Some(text),
        "tool" => meaning.tool = Some(text),
        "skill" => meaning.skill = Some(text),
        "tokens" => {
            let usage = &mut recorded.usage;
            let parts = [
                &mut usage.input,
                &mut usage.output,
                &mut usage.cache_read,
                &mut usage.cache_write,
            ];
            for (part, text) in parts.into_iter().zip(value.split('/')) {
                *part = text.parse().ok();
            }
        }
        "call" => recorded.call_id = CallId::new(value.as_bytes()),
        "cost" => recorded.cost = PicoUsd::parse(value),
        "session" => recorded.session = Some(text),
        "user" => recorded.user = Some(text),
        _ => {}
    }
}

/// A readable picture of a document: one line a row, times in nanoseconds from the trace's start.
pub fn dump(store: &TraceStore) -> String {
    let mut out = String::new();
    for trace in store.traces() {
        let _ = writeln!(
            out,
            "trace {} spans={} errors={} orphans={} {} ns",
            store.trace_id_text(trace),
            trace.spans,
            trace.errors,
            trace.orphans,
            trace.range.duration().0
        );
        for row in trace.rows.clone().map(SpanRow) {
            dump_row(store, row, trace.range.start, &mut out);
        }
    }
    out
}

fn dump_row(store: &TraceStore, row: SpanRow, origin: super::Timestamp, out: &mut String) {
    let indent = "  ".repeat(store.depth(row).min(64) as usize + 1);
    let flags = store.flags(row);
    let name = if flags.contains(SpanFlags::PLACEHOLDER) {
        format!("(missing {})", store.span_id_text(row).unwrap_or_default())
    } else {
        store.name(row).to_owned()
    };
    let start = store.start(row).since(origin).0;
    let _ = write!(out, "{indent}{name} {start}..");
    if let Some(end) = store.end(row) {
        let _ = write!(out, "{}", end.since(origin).0);
    }
    for (flag, word) in [
        (SpanFlags::ORPHAN, "orphan"),
        (SpanFlags::CYCLE, "cycle"),
        (SpanFlags::NO_START, "no-start"),
        (SpanFlags::ENDS_BEFORE_START, "ends-before-start"),
        (SpanFlags::BEFORE_PARENT, "before-parent"),
        (SpanFlags::EXCEPTION, "exception"),
        (SpanFlags::LOGS, "logs"),
    ] {
        if flags.contains(flag) {
            let _ = write!(out, " {word}");
        }
    }
    if store.status(row) == StatusCode::Error {
        out.push_str(" error");
    }
    if let Some(service) = store.service(row)
        && let Some(service) = store.services().get(usize::from(service))
    {
        let _ = write!(out, " [{}]", store.text(service.name));
    }
    for id in store.attributes(row) {
        let dictionary = store.dictionary();
        let value = dictionary.value_text(id).unwrap_or("…");
        let _ = write!(out, " {}={value}", dictionary.key_text(id));
    }
    out.push('\n');
}
