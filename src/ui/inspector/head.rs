//! Name, service, times, status and ids of the selected span.

use super::links::{follow, id};
use super::value::{Owner, value};
use crate::model::{SpanFlags, SpanKind, StatusCode, Timestamp};
use crate::scene::details::{Details, ValueKind};
use crate::scene::format;
use crate::ui::icon::Icon;
use crate::ui::waterfall::legend::mark;
use crate::ui::words::zone;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// The head of the inspector.
pub fn head(owner: Owner, details: &Details, close: Callback<()>) -> AnyView {
    let placeholder = details.flags.contains(SpanFlags::PLACEHOLDER);
    let name = if placeholder {
        "Missing parent".to_owned()
    } else if details.name.is_empty() {
        "(no name)".to_owned()
    } else {
        details.name.clone()
    };
    let failed = details.status == StatusCode::Error;
    html::header()
        .class("inspector-head")
        .child((
            html::div().class("inspector-title").child((
                failed.then(|| html::span().class("is-err").child(Icon::CircleX.view(16))),
                html::h2()
                    .class(if failed { "is-err" } else { "" })
                    .child(name),
                close_button(close),
            )),
            facts(details, placeholder),
            html::div().class("inspector-ids").child((
                id(owner, "Span", &details.span_id),
                parent(owner, details),
                id(owner, "Trace", &details.trace_id),
                started(owner, details),
            )),
            status(owner, details),
            notes(details),
        ))
        .into_any()
}

/// The button that closes the inspector.
pub fn close_button(close: Callback<()>) -> AnyView {
    html::button()
        .class("quiet")
        .title("Close the inspector")
        .attr("aria-label", "Close the inspector")
        .on(ev::click, move |_| close.run(()))
        .child(Icon::X.view(16))
        .into_any()
}

fn facts(details: &Details, placeholder: bool) -> AnyView {
    let service = details.service.clone().map(|service| {
        html::span().class("inspector-service").child((
            mark(details.service_index),
            html::span().class("ellipsis").child(service),
        ))
    });
    if placeholder {
        let below = format::counted(u64::from(details.descendants), "span");
        return html::div()
            .class("inspector-facts")
            .child((
                service,
                html::span().child(format!("in no file, {below} below")),
            ))
            .into_any();
    }
    let start = details.start_ns.map(|start| {
        format!(
            "at {}",
            format::duration(start.saturating_sub(details.trace_start_ns))
        )
    });
    let duration = details
        .duration_ns
        .map_or_else(|| "-".to_owned(), format::duration);
    let own = details
        .duration_ns
        .filter(|_| details.descendants > 0)
        .map(|_| html::span().child(("self ", html::b().child(format::duration(details.self_ns)))));
    let kind =
        (details.kind != SpanKind::Unspecified).then(|| html::span().child(details.kind.as_str()));
    let fine = (details.status == StatusCode::Ok).then(|| {
        html::span()
            .class("inspector-ok is-ok")
            .child((Icon::Check.view(14), "ok"))
    });
    html::div()
        .class("inspector-facts")
        .child((
            service,
            fine,
            start.map(|start| html::span().child(start)),
            html::span()
                .title("Duration")
                .child(html::b().child(duration)),
            own,
            kind,
        ))
        .into_any()
}

fn parent(owner: Owner, details: &Details) -> Option<AnyView> {
    let span_id = details.parent_span_id.clone()?;
    let known = details.parent.is_some() && !details.flags.contains(SpanFlags::ORPHAN);
    let trace_id = details.trace_id.clone();
    let go = span_id.clone();
    Some(
        (
            id(owner, "Parent", &span_id),
            known.then(|| {
                html::button()
                    .class("quiet tiny")
                    .title("Go to the parent")
                    .attr("aria-label", "Go to the parent")
                    .on(ev::click, move |_| {
                        follow(owner, trace_id.clone(), go.clone());
                    })
                    .child(Icon::ArrowRight.view(12))
            }),
        )
            .into_any(),
    )
}

fn started(owner: Owner, details: &Details) -> Option<AnyView> {
    let start = Timestamp(details.start_ns?);
    let app = owner.app;
    let text = move || {
        let utc = app.settings.with(|settings| settings.utc);
        format::instant_full(start, zone(utc, start))
    };
    Some(
        html::span()
            .class("hint")
            .title(format!("Start: {}", format::instant_exact(start)))
            .child(text)
            .into_any(),
    )
}

/// What went wrong, and what else the status says.
fn status(owner: Owner, details: &Details) -> Option<AnyView> {
    let message = &details.status_message;
    let failed = details.status == StatusCode::Error;
    if message.text.is_empty() && !failed {
        return None;
    }
    Some(
        html::div()
            .class(if failed {
                "status-box is-err"
            } else {
                "status-box"
            })
            .child((
                html::b().child(details.status.as_str()),
                (!message.text.is_empty()).then(|| value(owner, ValueKind::String, message)),
            ))
            .into_any(),
    )
}

fn notes(details: &Details) -> AnyView {
    let mut notes: Vec<String> = Vec::new();
    for (flag, words) in [
        (
            SpanFlags::RUNNING,
            "No end was recorded: still running when the file was written.",
        ),
        (
            SpanFlags::ORPHAN,
            "Its parent is in no file; it stands under a placeholder.",
        ),
        (
            SpanFlags::CYCLE,
            "Its chain of parents came back to itself; it is drawn as a root.",
        ),
        (SpanFlags::BEFORE_PARENT, "Starts before its parent."),
        (
            SpanFlags::ENDS_BEFORE_START,
            "Its recorded end lies before its start; the duration is unknown.",
        ),
        (
            SpanFlags::NO_START,
            "No start was recorded; it is drawn at the start of the run.",
        ),
    ] {
        if details.flags.contains(flag) {
            notes.push(words.to_owned());
        }
    }
    let [attributes, events, links] = details.dropped;
    for (count, noun) in [
        (attributes, "attribute"),
        (events, "event"),
        (links, "link"),
    ] {
        if count > 0 {
            notes.push(format!(
                "The producer dropped {}.",
                format::counted(u64::from(count), noun)
            ));
        }
    }
    if let Some(why) = &details.source_lost {
        notes.push(format!(
            "The file changed; drop it again to see texts and attributes ({why})."
        ));
    }
    notes
        .into_iter()
        .map(|note| {
            html::p()
                .class("inspector-note")
                .child((Icon::TriangleAlert.view(14), html::span().child(note)))
                .into_any()
        })
        .collect::<Vec<AnyView>>()
        .into_any()
}
