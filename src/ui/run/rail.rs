//! The rail: all runs beside the opened one, in the order of the table.

use crate::engine::protocol::RunRow;
use crate::scene::format::{counted, duration};
use crate::ui::dom::{El, button, div, effect, el, span};
use crate::ui::icon::Icon;
use crate::ui::rows::Rows;
use crate::ui::runs::RunPages;
use crate::ui::state::AppState;
use leptos::prelude::request_animation_frame;

/// Height of a row in pixels.
const ROW: f64 = 24.0;

/// The rail of runs.
pub fn rail(state: AppState) -> El {
    let pages = RunPages::current();
    let count = pages.clone();
    let rows = Rows::new("rail-rows", ROW, move || count.count());
    let (wanted, seen) = (pages.clone(), rows.clone());
    effect(move || {
        let (first, end) = seen.range();
        wanted.want(first, end);
    });
    let (places, shown) = (pages.clone(), rows.clone());
    effect(move || {
        if let Some(at) = opened(state).and_then(|id| places.place_of(&id)) {
            let rows = shown.clone();
            request_animation_frame(move || rows.show(at));
        }
    });
    rows.fill(move |index| row(state, &pages, index));
    let is_open = move || state.settings.with(|settings| settings.rail_open);
    let name = move || {
        if is_open() {
            "Fold the rail of runs"
        } else {
            "Open the rail of runs"
        }
    };
    let turn = move || {
        state
            .settings
            .update(|settings| settings.rail_open = !settings.rail_open);
    };
    el("nav")
        .class_of(move || if is_open() { "rail open" } else { "rail" })
        .attr("aria-label", "All runs")
        .child((
            div("rail-head").child((
                button("quiet", turn)
                    .attr_of("title", name)
                    .attr_of("aria-label", name)
                    .attr_of("aria-expanded", is_open)
                    .child(Icon::PanelLeft.el(16)),
                move || is_open().then(|| el("h3").child("Runs")),
            )),
            rows.element(),
        ))
}

fn opened(state: AppState) -> Option<String> {
    state
        .run
        .with(|run| run.as_ref().map(|run| run.trace_id.clone()))
}

fn row(state: AppState, pages: &RunPages, index: u32) -> El {
    let (here, told, shown, chosen) = (pages.clone(), pages.clone(), pages.clone(), pages.clone());
    let current = move || {
        let row = here.row(index)?;
        let is_open = |run: &RunRow| run.trace_id == row.trace_id || run.holds(row.trace);
        let is_open = state.run.with(|run| run.as_ref().is_some_and(is_open));
        is_open.then_some(true)
    };
    button("rail-row", move || chosen.open(index))
        .attr_of("title", move || told.row(index).as_ref().map(title))
        .attr_of("aria-current", current)
        .child(move || {
            shown.row(index).map(|run| {
                (
                    mark(&run),
                    span("ellipsis grow").child(run.root_name.clone()),
                    span("hint").child(duration(run.duration_ns)),
                )
            })
        })
}

fn title(run: &RunRow) -> String {
    let errors = match run.errors {
        0 => String::new(),
        errors => format!(", {}", counted(u64::from(errors), "error")),
    };
    format!("{}, {}{errors}", run.root_name, duration(run.duration_ns))
}

/// Nothing to say is a dot; an error or an orphan has its sign.
fn mark(run: &RunRow) -> El {
    if run.errors > 0 {
        span("is-err").child(Icon::CircleX.el(14))
    } else if run.orphans > 0 {
        span("is-warn").child(Icon::Unlink.el(14))
    } else {
        span("dot")
    }
}
