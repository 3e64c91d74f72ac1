//! The table of runs.

mod pages;
mod row;

pub use pages::RunPages;
pub use row::{glyph, service_mark};

use super::icon::Icon;
use super::keys::is_typing;
use super::open::value_of;
use super::rows::Rows;
use super::state::{AppState, RunsOrder, Screen};
use crate::engine::protocol::RunsSort;
use crate::scene::format::{count, counted};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Height of a row in pixels.
const ROW: f64 = 28.0;

/// The columns: title, by what they sort, and whether they hold numbers.
const COLUMNS: [(&str, RunsSort, bool); 7] = [
    ("Start", RunsSort::Start, false),
    ("Run", RunsSort::Name, false),
    ("Service", RunsSort::Service, false),
    ("Spans", RunsSort::Spans, true),
    ("Errors", RunsSort::Errors, true),
    ("Duration", RunsSort::Duration, true),
    ("Orphans", RunsSort::Orphans, true),
];

/// The page with the table of runs.
pub fn runs_page(state: AppState) -> AnyView {
    let pages = RunPages::current(state);
    let searching = move || state.search.with(|search| !search.is_empty());
    html::div()
        .class(move || {
            if searching() {
                "runs-page searching"
            } else {
                "runs-page"
            }
        })
        .child((
            bar(state, pages),
            head(state, searching),
            body(state, pages),
        ))
        .into_any()
}

fn bar(state: AppState, pages: RunPages) -> AnyView {
    let words = move || {
        let total = state
            .document
            .with(|document| document.as_ref().map(|open| u64::from(open.traces)));
        let matched = u64::from(pages.matched.get());
        match total {
            None => format!("{} so far", counted(u64::from(pages.count()), "run")),
            Some(total) if state.runs_filter.with(String::is_empty) => counted(total, "run"),
            Some(total) => format!("{} of {}", count(matched), counted(total, "run")),
        }
    };
    let clear = move || {
        (!state.runs_filter.with(String::is_empty)).then(|| {
            html::button()
                .class("quiet small")
                .attr("type", "button")
                .attr("aria-label", "Clear the filter")
                .title("Clear the filter")
                .on(ev::click, move |_| state.runs_filter.set(String::new()))
                .child(Icon::X.view(14))
        })
    };
    html::div()
        .class("runs-bar")
        .attr("data-region", "")
        .child((
            html::label().class("field").child((
                Icon::ListFilter.view(14),
                html::input()
                    .id("runs-filter")
                    .attr("type", "text")
                    .attr("autocomplete", "off")
                    .attr("spellcheck", "false")
                    .attr("placeholder", "Filter by name, service or trace id")
                    .attr("aria-label", "Filter by name, service or trace id")
                    .prop("value", move || state.runs_filter.get())
                    .on(ev::input, move |event| {
                        state.runs_filter.set(value_of(&event));
                    })
                    .on(ev::keydown, move |event| filter_key(state, &event)),
                clear,
            )),
            html::span()
                .class("count")
                .attr("role", "status")
                .child(words),
        ))
        .into_any()
}

fn filter_key(state: AppState, event: &KeyboardEvent) {
    match event.key().as_str() {
        "Escape" if !state.runs_filter.with_untracked(String::is_empty) => {
            state.runs_filter.set(String::new());
        }
        "ArrowDown" | "Enter" | "Escape" => {
            super::keys::focus(".runs-body");
        }
        _ => return,
    }
    event.prevent_default();
}

fn head(state: AppState, searching: impl Fn() -> bool + Send + 'static) -> AnyView {
    let cells: Vec<AnyView> = COLUMNS
        .iter()
        .map(|(title, sort, number)| head_cell(state, title, *sort, *number))
        .collect();
    html::div()
        .class("runs-head")
        .attr("role", "row")
        .attr("aria-hidden", "true")
        .child((cells, move || {
            searching().then(|| html::div().class("num").child("Hits"))
        }))
        .into_any()
}

fn head_cell(state: AppState, title: &'static str, sort: RunsSort, number: bool) -> AnyView {
    let sorted = move || {
        let order = state.runs_order.get();
        (order.sort == sort).then_some(order.descending)
    };
    let turn = move |_| {
        state.runs_order.update(|order| {
            let descending = if order.sort == sort {
                !order.descending
            } else {
                // Words begin with A, numbers with the largest, times with the latest.
                !matches!(sort, RunsSort::Name | RunsSort::Service)
            };
            *order = RunsOrder { sort, descending };
        });
    };
    html::div()
        .class(if number { "num" } else { "" })
        .child(
            html::button()
                .attr("type", "button")
                .class(move || if sorted().is_some() { "sorted" } else { "" })
                .attr("aria-pressed", move || sorted().is_some().to_string())
                .title(format!("Sort by {}", title.to_lowercase()))
                .on(ev::click, turn)
                .child((title, move || {
                    sorted().map(|descending| {
                        let icon = if descending {
                            Icon::ArrowDown
                        } else {
                            Icon::ArrowUp
                        };
                        icon.view(12)
                    })
                })),
        )
        .into_any()
}

fn body(state: AppState, pages: RunPages) -> AnyView {
    let total = Memo::new(move |_| pages.count());
    let rows = Rows::new(total.into(), ROW);
    let cursor = RwSignal::new(None::<u32>);
    follow_cursor(state, pages, rows, cursor);
    Effect::new(move || {
        let (first, end) = rows.range();
        pages.want(first, end.min(total.get()));
    });
    Effect::new(move || {
        // Rows of this document: until they come, those of the one before are shown.
        let open = state
            .document
            .with(|document| document.as_ref().map(|open| open.document));
        if let Some(number) = open
            && pages.document.get() == open
        {
            request_animation_frame(move || state.painted(number));
        }
    });
    window_key(state, pages, rows, cursor);
    let grid = html::div()
        .class("runs-body")
        .node_ref(rows.element)
        .attr("role", "grid")
        .attr("tabindex", "0")
        .attr("data-region", "")
        .attr("aria-label", "Runs")
        .attr("aria-rowcount", move || total.get().to_string())
        .attr("aria-busy", move || pages.is_live().to_string())
        .attr("aria-activedescendant", move || {
            cursor.get().map(|at| format!("run-{at}"))
        })
        .on(ev::scroll, move |_| rows.scrolled())
        .on(ev::focus, move |_| {
            if cursor.get_untracked().is_none() && total.get_untracked() > 0 {
                cursor.set(Some(0));
            }
        })
        .child((
            rows.filler(move |index| row::row(state, pages, rows, cursor, index)),
            move || (total.get() == 0).then(|| empty(state)),
        ));
    grid.into_any()
}

/// Keeps the cursor on the opened run, within the list, and in sight.
fn follow_cursor(state: AppState, pages: RunPages, rows: Rows, cursor: RwSignal<Option<u32>>) {
    Effect::new(move || {
        state.runs_order.track();
        state.runs_filter.track();
        cursor.set(None);
    });
    Effect::new(move || {
        if cursor.get().is_some() {
            return;
        }
        let opened = state
            .run
            .with(|run| run.as_ref().map(|run| run.trace_id.clone()));
        if let Some(at) = opened.and_then(|id| pages.place_of(&id)) {
            cursor.set(Some(at));
            request_animation_frame(move || rows.show(at));
        }
    });
}

/// Arrow keys and the like, in the table and where no other part of the page has the focus.
fn window_key(state: AppState, pages: RunPages, rows: Rows, cursor: RwSignal<Option<u32>>) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented()
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || is_typing(&event)
            || state.screen.get_untracked() != Screen::Runs
            || state.dialog.get_untracked().is_some()
        {
            return;
        }
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        let elsewhere = target.is_some_and(|target| {
            target
                .closest("button, a, [role=menu], dialog")
                .is_ok_and(|found| found.is_some())
        });
        let key = event.key();
        let letter = key.chars().count() == 1;
        if (letter || !elsewhere) && step(state, pages, rows, cursor, &key) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

fn step(
    state: AppState,
    pages: RunPages,
    rows: Rows,
    cursor: RwSignal<Option<u32>>,
    key: &str,
) -> bool {
    let last = untrack(|| pages.count()).checked_sub(1);
    let (Some(last), at) = (last, cursor.get_untracked()) else {
        return false;
    };
    let page = rows.page();
    let to = match (key, at) {
        ("Enter", Some(at)) => {
            if let Some(run) = pages.row_untracked(at)
                && !untrack(|| pages.is_live())
            {
                state.open_run(run);
            }
            return true;
        }
        ("ArrowDown" | "j" | "J", None) | ("Home", _) => 0,
        ("ArrowDown" | "j" | "J", Some(at)) => at + 1,
        ("ArrowUp" | "k" | "K", at) => at.unwrap_or(0).saturating_sub(1),
        ("PageDown", at) => at.unwrap_or(0) + page,
        ("PageUp", at) => at.unwrap_or(0).saturating_sub(page),
        ("End", _) => last,
        _ => return false,
    }
    .min(last);
    cursor.set(Some(to));
    rows.show(to);
    true
}

fn empty(state: AppState) -> AnyView {
    let filtered = !state.runs_filter.with(String::is_empty);
    let words = if state.document.with(Option::is_none) {
        "No run so far."
    } else if filtered {
        "No run has these words in its name, service or trace id."
    } else {
        "No spans in what was opened."
    };
    let button = move |label: &'static str, run: fn(AppState)| {
        html::button()
            .class("button")
            .attr("type", "button")
            .on(ev::click, move |_| run(state))
            .child(label)
    };
    let action = if filtered {
        Some(button("Show all runs", |state| {
            state.runs_filter.set(String::new());
        }))
    } else if state.report.with(Option::is_some) {
        Some(button("Show the import report", |state| {
            state.screen.set(Screen::Report);
        }))
    } else {
        None
    };
    html::div()
        .class("empty")
        .child((html::p().child(words), action))
        .into_any()
}
