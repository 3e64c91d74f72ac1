//! The headline of a run: what it was and how it went.

use crate::engine::protocol::RunRow;
use crate::model::Timestamp;
use crate::scene::format::{UNKNOWN, counted, duration, instant_full, short_id};
use crate::ui::clipboard;
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::icon::Icon;
use crate::ui::runs::{glyph, service_mark};
use crate::ui::state::{AppState, Screen};
use crate::ui::words::zone;

/// The headline of the opened run.
pub fn headline(state: AppState) -> El {
    el("section")
        .class("headline")
        .attr("data-region", "")
        .attr("aria-label", "Run")
        .child(move || {
            state
                .run
                .get()
                .map(|run| (sentence(&run), facts(state, &run)))
        })
}

fn sentence(run: &RunRow) -> El {
    let name = if run.root_name.is_empty() {
        "Unnamed run".to_owned()
    } else {
        run.root_name.clone()
    };
    let spans = counted(u64::from(run.spans), "span");
    let length = if run.running && run.duration_ns == 0 {
        "running".to_owned()
    } else if run.running {
        format!("running, {} so far", duration(run.duration_ns))
    } else {
        format!("in {}", duration(run.duration_ns))
    };
    let errors = match run.errors {
        0 => String::new(),
        errors => format!(", {}", counted(u64::from(errors), "error")),
    };
    el("h1").child((
        glyph(run, 16),
        span("ellipsis").attr("title", name.clone()).child(name),
        span("clause ellipsis").child(format!("{spans} {length}{errors}")),
    ))
}

fn facts(state: AppState, run: &RunRow) -> El {
    let start = Timestamp(run.start_ns);
    let utc = state.settings.with(|settings| settings.utc);
    let id = run.trace_id.clone();
    let copied = id.clone();
    let service = run.service.clone();
    div("facts").child((
        el("span").child((
            service.is_some().then(|| service_mark(run.service_index)),
            el("b").child(service.unwrap_or_else(|| UNKNOWN.to_owned())),
        )),
        el("span").child((
            "Started ",
            el("b").child(if run.start_ns == 0 {
                UNKNOWN.to_owned()
            } else {
                instant_full(start, zone(utc, start))
            }),
        )),
        el("span").child((
            "Trace ",
            el("b")
                .class("mono")
                .attr("title", id.clone())
                .child(short_id(&id)),
            button("quiet tiny", move || {
                clipboard::copy(state, copied.clone(), "Trace id");
            })
            .attr("title", "Copy the trace id")
            .attr("aria-label", "Copy the trace id")
            .child(Icon::Copy.el(12)),
        )),
        (run.orphans > 0).then(|| {
            button("chip is-warn", move || state.screen.set(Screen::Report))
                .attr(
                    "title",
                    "Spans whose parent is not in the files; the import report says more",
                )
                .child((
                    Icon::Unlink.el(12),
                    counted(u64::from(run.orphans), "orphan"),
                ))
        }),
    ))
}
