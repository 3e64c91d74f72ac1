//! The rail: all runs beside the opened one, in the order of the table.

use crate::engine::protocol::RunRow;
use crate::scene::format::duration;
use crate::ui::icon::Icon;
use crate::ui::rows::Rows;
use crate::ui::runs::RunPages;
use crate::ui::state::AppState;
use leptos::prelude::*;
use leptos::{ev, html};

/// Height of a row in pixels.
const ROW: f64 = 24.0;

/// The rail of runs.
pub fn rail(state: AppState, open: Memo<bool>) -> AnyView {
    let pages = RunPages::current(state);
    let total = Memo::new(move |_| pages.count());
    let rows = Rows::new(total.into(), ROW);
    Effect::new(move || {
        let (first, end) = rows.range();
        pages.want(first, end.min(total.get()));
    });
    let opened = Memo::new(move |_| {
        state
            .run
            .with(|run| run.as_ref().map(|run| run.trace_id.clone()))
    });
    let place = Memo::new(move |_| opened.get().and_then(|id| pages.place_of(&id)));
    Effect::new(move || {
        if let Some(at) = place.get() {
            request_animation_frame(move || rows.show(at));
        }
    });
    let name = move || {
        if open.get() {
            "Fold the rail of runs"
        } else {
            "Open the rail of runs"
        }
    };
    html::nav()
        .class(move || if open.get() { "rail open" } else { "rail" })
        .attr("aria-label", "All runs")
        .child((
            html::div().class("rail-head").child((
                html::button()
                    .class("quiet")
                    .attr("type", "button")
                    .title(name)
                    .attr("aria-label", name)
                    .attr("aria-expanded", move || open.get().to_string())
                    .on(ev::click, move |_| {
                        state
                            .settings
                            .update(|settings| settings.rail_open = !settings.rail_open);
                    })
                    .child(Icon::PanelLeft.view(16)),
                move || open.get().then(|| html::h3().child("Runs")),
            )),
            html::div()
                .class("rail-rows")
                .node_ref(rows.element)
                .on(ev::scroll, move |_| rows.scrolled())
                .child(rows.filler(move |index| row(state, pages, rows, index))),
        ))
        .into_any()
}

fn row(state: AppState, pages: RunPages, rows: Rows, index: u32) -> AnyView {
    let run = Memo::new(move |_| pages.row(index));
    let current = move || {
        let id = run.with(|run| run.as_ref().map(|run| run.trace_id.clone()));
        id.is_some()
            && state
                .run
                .with(|open| open.as_ref().map(|open| open.trace_id.clone()))
                == id
    };
    let told = move || run.with(|run| run.as_ref().map(title)).unwrap_or_default();
    html::button()
        .class("rail-row")
        .attr("type", "button")
        .title(told)
        .attr("aria-label", told)
        .attr("aria-current", move || current().then_some("true"))
        .style(("transform", move || rows.place(index)))
        .on(ev::click, move |_| {
            if let Some(run) = pages.row_untracked(index) {
                state.open_run(run);
            }
        })
        .child(move || {
            run.get().map(|run| {
                (
                    mark(&run),
                    html::span()
                        .class("ellipsis grow")
                        .child(run.root_name.clone()),
                    html::span().class("hint").child(duration(run.duration_ns)),
                )
            })
        })
        .into_any()
}

fn title(run: &RunRow) -> String {
    let errors = match run.errors {
        0 => String::new(),
        errors => format!(
            ", {}",
            crate::scene::format::counted(u64::from(errors), "error")
        ),
    };
    format!("{}, {}{errors}", run.root_name, duration(run.duration_ns))
}

/// Nothing to say is a dot; an error or an orphan has its sign.
fn mark(run: &RunRow) -> AnyView {
    if run.errors > 0 {
        html::span()
            .class("is-err")
            .child(Icon::CircleX.view(14))
            .into_any()
    } else if run.orphans > 0 {
        html::span()
            .class("is-warn")
            .child(Icon::Unlink.view(14))
            .into_any()
    } else {
        html::span().class("dot").into_any()
    }
}
