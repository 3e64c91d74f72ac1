//! One row of the table of runs.

use super::RunPages;
use crate::engine::protocol::RunRow;
use crate::model::Timestamp;
use crate::scene::format::{UNKNOWN, count_short, counted, duration, instant, instant_full};
use crate::ui::icon::Icon;
use crate::ui::rows::Rows;
use crate::ui::state::AppState;
use crate::ui::words::{now, zone};
use leptos::prelude::*;
use leptos::{ev, html};

/// The row at a place of the list, or its place while it is on its way.
pub fn row(
    state: AppState,
    pages: RunPages,
    rows: Rows,
    cursor: RwSignal<Option<u32>>,
    index: u32,
) -> AnyView {
    let run = Memo::new(move |_| pages.row(index));
    html::div()
        .class(move || match (run.with(Option::is_some), pages.is_live()) {
            (true, false) => "runs-row",
            (true, true) => "runs-row provisional",
            (false, _) => "runs-row waiting",
        })
        .id(format!("run-{index}"))
        .attr("role", "row")
        .attr("aria-rowindex", (index + 1).to_string())
        .attr("aria-selected", move || {
            (cursor.get() == Some(index)).to_string()
        })
        .style(("transform", move || rows.place(index)))
        .on(ev::click, move |_| {
            cursor.set(Some(index));
            if let Some(run) = pages.row_untracked(index)
                && !untrack(|| pages.is_live())
            {
                state.open_run(run);
            }
        })
        .child(move || match run.get() {
            Some(run) => cells(state, pages, &run),
            None => html::div().class("run").child("…").into_any(),
        })
        .into_any()
}

fn cells(state: AppState, pages: RunPages, run: &RunRow) -> AnyView {
    let start = Timestamp(run.start_ns);
    let utc = state.settings.with(|settings| settings.utc);
    let zone = zone(utc, start);
    let longest = pages.longest.get();
    let share = (run.duration_ns.max(0) as f64 / longest as f64).min(1.0);
    let name = if run.root_name.is_empty() {
        UNKNOWN.to_owned()
    } else {
        run.root_name.clone()
    };
    let length = if run.running {
        "running".to_owned()
    } else {
        duration(run.duration_ns)
    };
    let length_told = if run.running {
        format!("{} so far", duration(run.duration_ns))
    } else {
        length.clone()
    };
    let searching = state.search.with(|search| !search.is_empty());
    let errors = if run.errors > 0 {
        html::span()
            .class("marks is-err")
            .child((Icon::CircleX.view(14), count_short(u64::from(run.errors))))
            .into_any()
    } else {
        "0".into_any()
    };
    let orphans = if run.orphans > 0 {
        html::span()
            .class("marks is-warn")
            .title(format!(
                "{} whose parent is not in the files",
                counted(u64::from(run.orphans), "span")
            ))
            .child((Icon::Unlink.view(14), count_short(u64::from(run.orphans))))
            .into_any()
    } else {
        "0".into_any()
    };
    (
        cell("start", instant(start, zone, now())).title(instant_full(start, zone)),
        cell(
            "run",
            (
                glyph(run, 14),
                html::span()
                    .class("ellipsis")
                    .title(run.trace_id.clone())
                    .child(name),
            ),
        ),
        cell("service", service(run)),
        cell("num", count_short(u64::from(run.spans))),
        cell("num", errors),
        cell(
            "num dur",
            (
                html::span()
                    .class("bar")
                    .child(html::i().style(("width", format!("{:.1}%", share * 100.0)))),
                html::span().child(length),
            ),
        )
        .title(length_told),
        cell("num", orphans),
        searching.then(|| cell("num", count_short(u64::from(run.hits)))),
    )
        .into_any()
}

fn cell(
    class: &'static str,
    content: impl IntoAny,
) -> html::HtmlElement<html::Div, impl leptos::attr::Attribute, (AnyView,)> {
    html::div()
        .class(class)
        .attr("role", "gridcell")
        .child(content.into_any())
}

/// The status of a run: an error, still running, or neither.
pub fn glyph(run: &RunRow, size: u8) -> AnyView {
    let (icon, class, told) = if run.errors > 0 {
        (Icon::CircleX, "is-err", "has errors")
    } else if run.running {
        (Icon::Loader, "muted", "running")
    } else {
        (Icon::Check, "muted", "no errors")
    };
    html::span()
        .class(class)
        .title(told)
        .child((icon.view(size), html::span().class("unseen").child(told)))
        .into_any()
}

fn service(run: &RunRow) -> AnyView {
    match &run.service {
        Some(name) => (
            service_mark(run.service_index),
            html::span().class("ellipsis").child(name.clone()),
        )
            .into_any(),
        None => UNKNOWN.into_any(),
    }
}

/// The mark of a service: an upright pill in its colour; from the eleventh service on the colour is grey.
pub fn service_mark(index: Option<u16>) -> AnyView {
    let class = match index {
        Some(index) if index < 10 => format!("service-mark member-{index}"),
        _ => "service-mark".to_owned(),
    };
    html::span().class(class).into_any()
}
