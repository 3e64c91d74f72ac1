//! The frame of the page: what is around every view.

mod settings;
mod status_bar;
mod top_bar;

pub use top_bar::{copy_link, document_name};

use super::dialog::dialog;
use super::dom::{El, Parts, div, effect, el, parts, switch};
use super::filter;
use super::inspector;
use super::keys;
use super::open::{needs_bar, open_page};
use super::pick;
use super::prices;
use super::report::{failed_page, report_page};
use super::run::run_page;
use super::runs::{RunPages, runs_page};
use super::script;
use super::state::{AppState, Dialog, Screen};
use super::theme;
use super::toasts::toasts;
use crate::web::address::AddressBar;
use leptos::mount::mount_to_renderer;
use leptos::prelude::document;
use std::time::Duration;

/// How often progress is told to assistive technology.
const TELL_EVERY: Duration = Duration::from_secs(2);

/// Mounts the page in the place of the static one.
pub fn mount() {
    if let Some(body) = document().body() {
        mount_to_renderer(&body, page).forget();
    }
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
}

fn page() -> Parts {
    let state = AppState::current();
    theme::follow(state);
    state.keep_settings();
    state.follow_mask();
    filter::follow(state);
    RunPages::current().follow();
    tell_progress(state);
    name_tab(state);
    keys::listen(state);
    script::install(state);
    state.look_at_kept();
    if let Some(window) = web_sys::window() {
        state.follow_address(&AddressBar::new(window));
    }
    let skip = el("a")
        .class("skip")
        .attr("href", "#view")
        .on("click", |event| {
            // The fragment is the page's own.
            event.prevent_default();
            keys::focus("#view");
        })
        .child("Skip to the view");
    parts((
        skip,
        div("app").child((
            top_bar::top_bar(state),
            view(state),
            status_bar::status_bar(state),
        )),
        toasts(state),
        dialog(state, Dialog::Keys, "wide", "Keys", || {
            parts(keys::key_list())
        }),
        dialog(state, Dialog::Settings, "", "Settings", move || {
            settings::settings(state)
        }),
        dialog(state, Dialog::Prices, "wide", "Prices", move || {
            prices::prices(state)
        }),
        dialog(
            state,
            Dialog::Figures,
            "wide",
            "Tokens and cost of the run",
            move || inspector::proof::of_run(state),
        ),
        pick::inputs_and_veil(state),
        div("unseen")
            .attr("aria-live", "polite")
            .text_of(move || state.announcement.get()),
    ))
}

fn view(state: AppState) -> El {
    let needs = move || {
        let shown = matches!(state.screen.get(), Screen::Runs | Screen::Run);
        shown && state.pending.with(Option::is_some)
    };
    let page = switch(
        move || state.screen.get(),
        move |screen| match screen {
            Screen::Open => open_page(state),
            Screen::Runs => runs_page(state),
            Screen::Run => run_page(state),
            Screen::Report => report_page(state),
            Screen::Failed => failed_page(state),
        },
    );
    el("main")
        .class("view")
        .attr("id", "view")
        .attr("tabindex", "-1")
        .child((
            switch(needs, move |needs| needs.then(|| needs_bar(state))),
            page,
        ))
}

fn tell_progress(state: AppState) {
    let mut told = f64::NEG_INFINITY;
    effect(move || {
        let now = js_sys::Date::now();
        let shown = state.progress_shown.get();
        let words = state
            .progress
            .with(|progress| progress.as_ref().map(top_bar::in_words));
        if let Some(words) = words
            && shown
            && now - told >= TELL_EVERY.as_secs_f64() * 1000.0
        {
            told = now;
            state.announce(words);
        }
    });
}

/// The tab says what is open.
fn name_tab(state: AppState) {
    effect(move || {
        let on_run = state.screen.get() == Screen::Run;
        let run = state
            .run
            .with(|run| run.as_ref().map(|run| run.root_name.clone()));
        let title = state.document.with(|open| match (open, run) {
            (None, _) => "Spanlight".to_owned(),
            (Some(open), Some(run)) if on_run => {
                format!("{run}, {} - Spanlight", document_name(open))
            }
            (Some(open), _) => format!("{} - Spanlight", document_name(open)),
        });
        document().set_title(&title);
    });
}
