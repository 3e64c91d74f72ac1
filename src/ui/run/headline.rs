//! The headline of a run: what it was and how it went.

use crate::engine::protocol::RunRow;
use crate::model::Timestamp;
use crate::scene::format::{UNKNOWN, counted, duration, instant_full, short_id};
use crate::ui::clipboard;
use crate::ui::icon::Icon;
use crate::ui::runs::service_mark;
use crate::ui::state::{AppState, Screen};
use crate::ui::words::zone;
use leptos::prelude::*;
use leptos::{ev, html};

/// The headline of the opened run.
pub fn headline(state: AppState) -> AnyView {
    let body = move || {
        state
            .run
            .get()
            .map(|run| (sentence(&run), facts(state, &run)).into_any())
    };
    html::section()
        .class("headline")
        .attr("data-region", "")
        .attr("aria-label", "Run")
        .child(body)
        .into_any()
}

fn sentence(run: &RunRow) -> AnyView {
    let (icon, class, told) = if run.errors > 0 {
        (Icon::CircleX, "is-err", "has errors")
    } else if run.running {
        (Icon::Loader, "muted", "running")
    } else {
        (Icon::CircleCheck, "muted", "no errors")
    };
    let name = if run.root_name.is_empty() {
        "Unnamed run".to_owned()
    } else {
        run.root_name.clone()
    };
    let spans = counted(u64::from(run.spans), "span");
    let length = if run.running {
        format!("running, {} so far", duration(run.duration_ns))
    } else {
        format!("in {}", duration(run.duration_ns))
    };
    let errors = match run.errors {
        0 => String::new(),
        errors => format!(", {}", counted(u64::from(errors), "error")),
    };
    html::h1()
        .child((
            html::span()
                .class(class)
                .title(told)
                .child((icon.view(16), html::span().class("unseen").child(told))),
            html::span()
                .class("ellipsis")
                .title(name.clone())
                .child(name),
            html::span()
                .class("clause ellipsis")
                .child(format!("{spans} {length}{errors}")),
        ))
        .into_any()
}

fn facts(state: AppState, run: &RunRow) -> AnyView {
    let start = Timestamp(run.start_ns);
    let started = move || {
        let utc = state.settings.with(|settings| settings.utc);
        instant_full(start, zone(utc, start))
    };
    let id = run.trace_id.clone();
    let copied = id.clone();
    let service = run.service.clone();
    let index = run.service_index;
    html::div()
        .class("facts")
        .child((
            html::span().child((
                service.is_some().then(|| service_mark(index)),
                html::b().child(service.unwrap_or_else(|| UNKNOWN.to_owned())),
            )),
            html::span().child(("Started ", html::b().child(started))),
            html::span().child((
                "Trace ",
                html::b()
                    .class("mono")
                    .title(id.clone())
                    .child(short_id(&id)),
                html::button()
                    .class("quiet tiny")
                    .attr("type", "button")
                    .title("Copy the trace id")
                    .attr("aria-label", "Copy the trace id")
                    .on(ev::click, move |_| {
                        clipboard::copy(state, copied.clone(), "Trace id");
                    })
                    .child(Icon::Copy.view(12)),
            )),
            (run.orphans > 0).then(|| {
                html::button()
                    .class("chip is-warn")
                    .attr("type", "button")
                    .title("Spans whose parent is not in the files; the import report says more")
                    .on(ev::click, move |_| state.screen.set(Screen::Report))
                    .child((
                        Icon::Unlink.view(12),
                        counted(u64::from(run.orphans), "orphan"),
                    ))
            }),
        ))
        .into_any()
}
