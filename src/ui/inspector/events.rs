//! Events and log records of a span.

use super::attributes::list;
use super::value::{Owner, value};
use crate::model::Timestamp;
use crate::scene::details::{Details, EventDetails, LogDetails, TextValue, ValueKind};
use crate::scene::format;
use crate::ui::words::zone;
use leptos::html;
use leptos::prelude::*;

/// Attributes that the exception's own lines show.
const EXCEPTION: [&str; 3] = [
    "exception.type",
    "exception.message",
    "exception.stacktrace",
];

/// The events in file order.
pub fn events(owner: Owner, details: &Details) -> AnyView {
    let entries: Vec<AnyView> = details
        .events
        .iter()
        .map(|event| one_event(owner, details, event))
        .collect();
    html::ol().class("entries").child(entries).into_any()
}

fn one_event(owner: Owner, details: &Details, event: &EventDetails) -> AnyView {
    let exception = event
        .exception
        .as_ref()
        .map(|parts| exception(owner, parts));
    let rest: Vec<_> = event
        .attributes
        .iter()
        .filter(|attribute| {
            event.exception.is_none() || !EXCEPTION.contains(&attribute.key.as_str())
        })
        .collect();
    let class = if event.exception.is_some() {
        "entry is-exception"
    } else {
        "entry"
    };
    html::li()
        .class(class)
        .child((
            html::div().class("entry-head").child((
                html::b().child(named(&event.name)),
                html::span()
                    .class("hint")
                    .child(when(owner, details, event.time_ns)),
            )),
            exception,
            (!rest.is_empty()).then(|| list(owner, rest)),
        ))
        .into_any()
}

fn exception(owner: Owner, [kind, message, stack]: &[TextValue; 3]) -> AnyView {
    let part = |class: &'static str, text: &TextValue| {
        (!text.text.is_empty()).then(|| {
            html::div()
                .class(class)
                .child(value(owner, ValueKind::String, text))
        })
    };
    html::div()
        .class("exception")
        .child((
            part("exception-type", kind),
            part("exception-message", message),
            part("exception-stack", stack),
        ))
        .into_any()
}

/// The log records that name the span, by time.
pub fn logs(owner: Owner, details: &Details) -> AnyView {
    let entries: Vec<AnyView> = details
        .logs
        .iter()
        .map(|log| one_log(owner, details, log))
        .collect();
    html::ol().class("entries").child(entries).into_any()
}

fn one_log(owner: Owner, details: &Details, log: &LogDetails) -> AnyView {
    let severity = if log.severity_text.is_empty() {
        severity_name(log.severity).to_owned()
    } else {
        log.severity_text.clone()
    };
    let class = match log.severity {
        17.. => "chip is-err",
        13..=16 => "chip is-warn",
        _ => "chip",
    };
    html::li()
        .class("entry")
        .child((
            html::div().class("entry-head").child((
                (!severity.is_empty()).then(|| html::span().class(class).child(severity)),
                (!log.event_name.is_empty() && log.event_name != log.severity_text)
                    .then(|| html::b().child(log.event_name.clone())),
                html::span()
                    .class("hint")
                    .child(when(owner, details, log.time_ns)),
            )),
            (log.body.kind != ValueKind::Empty).then(|| {
                html::div()
                    .class("log-body")
                    .child(value(owner, log.body.kind, &log.body.value))
            }),
            (!log.attributes.is_empty()).then(|| list(owner, &log.attributes)),
        ))
        .into_any()
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
