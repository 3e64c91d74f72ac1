//! One run: its headline and the filter, the rail of runs, and the view.

mod body;
mod headline;
mod rail;

use super::dom::{El, div, el, switch};
use super::filter::filter_bar;
use super::graph::graph;
use super::keys::focus;
use super::routing::routing;
use super::state::{AppState, Tab};
use super::statistics::statistics;
use super::tabs::tabs;
use super::treemap::treemap;

/// The page of one run.
pub fn run_page(state: AppState) -> El {
    div("run-page").child((
        headline::headline(
            state,
            filter_bar(state, "run-filter", || {
                focus(".run-stage [role=treegrid]");
            }),
        ),
        el("div")
            .class_of(move || {
                if state.settings.with(|settings| settings.rail_open) {
                    "run-body rail-open"
                } else {
                    "run-body"
                }
            })
            .child((
                rail::rail(state),
                div("run-stage").child((
                    tabs(state, "Waterfall", "of the run"),
                    switch(
                        move || state.tab.get(),
                        move |tab| match tab {
                            Tab::Main => body::body(state),
                            Tab::Cost => treemap(state, true),
                            Tab::Routing => routing(state, true),
                            Tab::Agents => graph(state, true),
                            Tab::Statistics => statistics(state, true),
                        },
                    ),
                )),
            )),
    ))
}
