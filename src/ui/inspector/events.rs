//! Events and log records of a span.

use super::attributes::list;
use super::value::{Owner, value};
use crate::model::Timestamp;
use crate::scene::details::{Details, EventDetails, LogDetails, TextValue, ValueKind};
use crate::scene::format;
use crate::ui::dom::{El, div, el, span};
use crate::ui::words::zone;

/// Attributes that the exception's own lines show.
const EXCEPTION: [&str; 3] = [
    "exception.type",
    "exception.message",
    "exception.stacktrace",
];

/// The events in file order.
pub fn events(owner: Owner, details: &Details) -> El {
    let entries: Vec<El> = details
        .events
        .iter()
        .map(|event| one_event(owner, details, event))
        .collect();
    el("ol").class("entries").child(entries)
}

fn one_event(owner: Owner, details: &Details, event: &EventDetails) -> El {
    let exception = event.exception.as_ref();
    let rest: Vec<_> = event
        .attributes
        .iter()
        .filter(|attribute| exception.is_none() || !EXCEPTION.contains(&attribute.key.as_str()))
        .collect();
    let class = if exception.is_some() {
        "entry is-exception"
    } else {
        "entry"
    };
    el("li").class(class).child((
        div("entry-head").child((
            el("b").child(named(&event.name)),
            span("hint").child(when(owner, details, event.time_ns)),
        )),
        exception.map(|parts| one_exception(owner, parts)),
        (!rest.is_empty()).then(|| list(owner, rest)),
    ))
}

fn one_exception(owner: Owner, [kind, message, stack]: &[TextValue; 3]) -> El {
    let part = |class: &str, text: &TextValue| {
        (!text.text.is_empty()).then(|| div(class).child(value(owner, ValueKind::String, text)))
    };
    div("exception").child((
        part("exception-type", kind),
        part("exception-message", message),
        part("exception-stack", stack),
    ))
}

/// The log records that name the span, by time.
pub fn logs(owner: Owner, details: &Details) -> El {
    let entries: Vec<El> = details
        .logs
        .iter()
        .map(|log| one_log(owner, details, log))
        .collect();
    el("ol").class("entries").child(entries)
}

fn one_log(owner: Owner, details: &Details, log: &LogDetails) -> El {
    let severity = if log.severity_text.is_empty() {
        severity_name(log.severity)
    } else {
        &log.severity_text
    };
    let class = match log.severity {
        17.. => "chip is-err",
        13..=16 => "chip is-warn",
        _ => "chip",
    };
    // The reader names a record by its severity when it has no name.
    let name = (log.event_name != log.severity_text).then_some(log.event_name.as_str());
    let body = (log.body.kind != ValueKind::Empty)
        .then(|| div("log-body").child(value(owner, log.body.kind, &log.body.value)));
    el("li").class("entry").child((
        div("entry-head").child((
            (!severity.is_empty()).then(|| span(class).child(severity)),
            name.filter(|name| !name.is_empty())
                .map(|name| el("b").child(name)),
            span("hint").child(when(owner, details, log.time_ns)),
        )),
        body,
        (!log.attributes.is_empty()).then(|| list(owner, &log.attributes)),
    ))
}

/// Names of the severity numbers (OTLP log data model).
fn severity_name(number: u8) -> &'static str {
    match number {
        1..=4 => "trace",
        5..=8 => "debug",
        9..=12 => "info",
        13..=16 => "warning",
        17..=20 => "error",
        21..=24 => "fatal",
        _ => "",
    }
}

fn named(name: &str) -> String {
    if name.is_empty() {
        "(no name)".to_owned()
    } else {
        name.to_owned()
    }
}

/// Distance from the span's start, and the instant.
fn when(owner: Owner, details: &Details, time: Option<i64>) -> String {
    let Some(time) = time else {
        return "time -".to_owned();
    };
    let utc = owner.app.settings.with_untracked(|settings| settings.utc);
    let instant = Timestamp(time);
    let instant = format::instant_full(instant, zone(utc, instant));
    match details.start_ns {
        Some(start) => {
            let after = time.saturating_sub(start);
            let sign = if after < 0 { "" } else { "+" };
            format!("{sign}{}, {instant}", format::duration(after))
        }
        None => instant,
    }
}
