//! What stands around the matrix: what rows are, what is measured, the scale of its colours, and what was left out.

use super::grid::grid;
use super::save::Saved;
use super::{Routes, segment, sign};
use crate::scene::drawn::ink;
use crate::scene::format::{count, counted};
use crate::scene::routing::MEASURES;
use crate::ui::dom::{El, button, div, span};
use crate::ui::export::export_menu;
use std::rc::Rc;

/// What rows are, and what colours stand for.
pub fn bar(routes: &Rc<Routes>) -> El {
    let (app, saved) = (routes.app, Rc::new(Saved(routes.clone())));
    div("route-bar")
        .attr("role", "toolbar")
        .attr("aria-label", "Routing")
        .child((
            segment(
                "Rows",
                &["Agents", "Tasks"],
                move || usize::from(app.route.get().0),
                move |at| app.route.update(|route| route.0 = at == 1),
            ),
            legend(routes),
            segment(
                "Measure",
                &MEASURES,
                move || usize::from(app.route.get().1),
                move |at| app.route.update(|route| route.1 = at as u8),
            ),
            export_menu(app, saved),
        ))
}

/// The steps of heat with their limits, and what is unknown.
fn legend(routes: &Rc<Routes>) -> El {
    let routes = routes.clone();
    div("route-legend").child(move || {
        let (limits, unknown) = routes
            .matrix
            .with(|matrix| (matrix.heat.clone(), matrix.unknown));
        let measure = routes.app.route.get_untracked().1;
        let name = match MEASURES.get(usize::from(measure)).copied() {
            Some("Latency") => "p50",
            name => name.unwrap_or_default(),
        };
        let name = span("").child(format!("{name} of a cell:"));
        let ends = match limits.as_slice() {
            [least, most] => Some((least.clone(), most.clone())),
            _ => None,
        };
        let scale = ends.map(|(least, most)| {
            let steps = (0..ink::STEPS).map(|step| sign("heat-step", ink::HEAT + step));
            span("legend-entry").child((name, least, steps.collect::<Vec<El>>(), most))
        });
        let unknown = (unknown > 0)
            .then(|| span("legend-entry").child((span("heat-step is-unknown"), "unknown")));
        (scale, unknown)
    })
}

pub fn table(routes: &Rc<Routes>) -> El {
    let left = routes.clone();
    div("route-scroll").child((grid(routes), move || more(&left)))
}

/// What was left out, and the way to see it.
fn more(routes: &Rc<Routes>) -> Option<El> {
    let (rows, columns) = routes.matrix.with(|matrix| matrix.left_out);
    let tasks = routes.app.route.get().0;
    if rows == 0 && columns == 0 && !tasks {
        return None;
    }
    let what = if tasks { "task" } else { "agent" };
    let it = routes.clone();
    Some(div("route-more").child((
        (rows > 0).then(|| {
            let next = rows.min(200);
            button("button small", move || {
                it.choose(|choice| choice.most = choice.most.saturating_add(200));
            })
            .child(format!(
                "Show {} more ({} left out)",
                count(u64::from(next)),
                counted(u64::from(rows), what)
            ))
        }),
        tasks.then(|| {
            span("hint").child(
                "A task is what a span names as one, else the nearest agent, workflow or chain.",
            )
        }),
        (columns > 0).then(|| {
            span("hint").child(format!(
                "{} with less are not shown; totals hold them.",
                counted(u64::from(columns), "model")
            ))
        }),
    )))
}
