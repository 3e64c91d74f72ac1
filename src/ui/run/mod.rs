//! One run: its headline, the rail of runs, and the view.

mod body;
mod headline;
mod rail;

use super::state::AppState;
use body::RunBody;
use leptos::html;
use leptos::prelude::*;

/// The page of one run.
pub fn run_page(state: AppState) -> AnyView {
    let open = Memo::new(move |_| state.settings.with(|settings| settings.rail_open));
    html::div()
        .class("run-page")
        .child((
            headline::headline(state),
            html::div()
                .class(move || {
                    if open.get() {
                        "run-body rail-open"
                    } else {
                        "run-body"
                    }
                })
                .child((
                    rail::rail(state, open),
                    html::div().class("run-stage").child(view! { <RunBody /> }),
                )),
        ))
        .into_any()
}
