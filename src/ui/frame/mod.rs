//! The frame of the page: what is around every view.

mod settings;
mod status_bar;
mod top_bar;

pub use top_bar::copy_link;

use super::dialog::dialog;
use super::keys;
use super::open::{needs_bar, open_page};
use super::pick;
use super::report::{failed_page, report_page};
use super::run::run_page;
use super::runs::{RunPages, runs_page};
use super::script;
use super::state::{AppState, Dialog, Screen, Settings};
use super::theme;
use super::toasts::toasts;
use crate::web::address::AddressBar;
use crate::web::storage;
use leptos::prelude::*;
use leptos::{ev, html};
use std::time::Duration;

/// Name of the settings in this browser.
const SETTINGS: &str = "settings";

/// How often progress is told to assistive technology.
const TELL_EVERY: Duration = Duration::from_secs(2);

/// Mounts the page in the place of the static one.
pub fn mount() {
    mount_to_body(page);
    let shell = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("shell"));
    if let Some(shell) = shell {
        shell.remove();
    }
}

fn page() -> AnyView {
    let settings: Settings = storage::Settings.get(SETTINGS).unwrap_or_default();
    let state = AppState::new(settings);
    state.provide();
    provide_context(RunPages::new(state));
    theme::follow(state);
    keep_settings(state);
    tell_progress(state);
    name_tab(state);
    keys::listen(state);
    script::install(state);
    state.look_at_kept();
    if let Some(window) = web_sys::window() {
        state.follow_address(&AddressBar::new(window));
    }
    (
        html::a()
            .class("skip")
            .href("#view")
            .on(ev::click, |event| {
                // The fragment is the page's own.
                event.prevent_default();
                keys::focus("#view");
            })
            .child("Skip to the view"),
        html::div().class("app").child((
            top_bar::top_bar(state),
            view(state),
            status_bar::status_bar(state),
        )),
        toasts(state),
        dialog(state, Dialog::Keys, "wide", "Keys", keys::key_list),
        dialog(state, Dialog::Settings, "", "Settings", move || {
            settings::settings(state)
        }),
        pick::inputs_and_veil(state),
        html::div()
            .class("unseen")
            .attr("aria-live", "polite")
            .child(move || state.announcement.get()),
    )
        .into_any()
}

fn view(state: AppState) -> AnyView {
    let screen = Memo::new(move |_| state.screen.get());
    let needs = move || {
        let shown = matches!(screen.get(), Screen::Runs | Screen::Run);
        (shown && state.pending.with(Option::is_some)).then(|| needs_bar(state))
    };
    let page = move || match screen.get() {
        Screen::Open => open_page(state),
        Screen::Runs => runs_page(state),
        Screen::Run => run_page(state),
        Screen::Report => report_page(state),
        Screen::Failed => failed_page(state),
    };
    html::main()
        .class("view")
        .id("view")
        .attr("tabindex", "-1")
        .child((needs, page))
        .into_any()
}

fn keep_settings(state: AppState) {
    let first = StoredValue::new(true);
    Effect::new(move || {
        let settings = state.settings.get();
        // What was just read need not be written.
        if !first.get_value() {
            storage::Settings.set(SETTINGS, &settings);
        }
        first.set_value(false);
    });
}

fn tell_progress(state: AppState) {
    let told = StoredValue::new(f64::NEG_INFINITY);
    Effect::new(move || {
        let now = js_sys::Date::now();
        let shown = state.progress_shown.get();
        state.progress.with(|progress| {
            if let Some(progress) = progress
                && shown
                && now - told.get_value() >= TELL_EVERY.as_secs_f64() * 1000.0
            {
                told.set_value(now);
                state.announce(top_bar::in_words(progress));
            }
        });
    });
}

/// The tab says what is open.
fn name_tab(state: AppState) {
    Effect::new(move || {
        let run = state
            .run
            .with(|run| run.as_ref().map(|run| run.root_name.clone()));
        let title = state.document.with(|document| match document {
            None => "Spanlight".to_owned(),
            Some(open) => {
                let name = top_bar::document_name(open);
                match run {
                    Some(run) if state.screen.get() == Screen::Run => {
                        format!("{run}, {name} - Spanlight")
                    }
                    _ => format!("{name} - Spanlight"),
                }
            }
        });
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(&title);
        }
    });
}
