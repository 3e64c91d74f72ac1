//! The table of runs.

mod pages;
mod row;

pub use pages::RunPages;
pub use row::{glyph, service_mark};

use super::dom::{El, button, div, effect, el, on_window, span, switch};
use super::field::Field;
use super::filter::filter_bar;
use super::graph::graph;
use super::icon::Icon;
use super::keys::{focus, is_typing};
use super::pace::Pace;
use super::routing::routing;
use super::rows::Rows;
use super::state::{AppState, RunsOrder, Screen, Tab};
use super::statistics::statistics;
use super::tabs::tabs;
use super::treemap::treemap;
use crate::engine::protocol::RunsSort;
use crate::scene::format::{count, counted};
use leptos::prelude::{request_animation_frame, untrack};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlSelectElement, KeyboardEvent};

/// Height of a row in pixels.
const ROW: f64 = 28.0;

/// The columns: class, title, by what they sort, what that is called, and whether they hold numbers.
const COLUMNS: [(&str, &str, RunsSort, &str, bool); 18] = [
    ("start", "Start", RunsSort::Start, "start", false),
    ("run", "Run", RunsSort::Name, "run", false),
    ("service", "Service", RunsSort::Service, "service", false),
    ("outcome", "Outcome", RunsSort::Outcome, "outcome", false),
    (
        "agents",
        "Agents",
        RunsSort::Agents,
        "number of agents",
        false,
    ),
    ("dur", "Duration", RunsSort::Duration, "duration", true),
    ("spans", "Spans", RunsSort::Spans, "spans", true),
    ("errors", "Errors", RunsSort::Errors, "errors", true),
    ("llm", "LLM", RunsSort::LlmCalls, "LLM calls", true),
    ("tool", "Tool", RunsSort::ToolCalls, "tool calls", true),
    ("in", "In", RunsSort::Input, "input tokens", true),
    ("out", "Out", RunsSort::Output, "output tokens", true),
    (
        "cached",
        "Cached",
        RunsSort::Cached,
        "cached input tokens",
        true,
    ),
    ("cost", "Cost", RunsSort::Cost, "cost", true),
    ("models", "Models", RunsSort::Models, "models", false),
    ("session", "Session", RunsSort::Session, "session", false),
    ("user", "User", RunsSort::User, "user", false),
    ("orphans", "Orphans", RunsSort::Orphans, "orphans", true),
];

/// The page with the table of runs.
pub fn runs_page(state: AppState) -> El {
    let pages = RunPages::current();
    el("div")
        .class_of(move || {
            let orphans =
                (state.document).with(|open| open.as_ref().map_or(0, |open| open.orphans));
            let searching = !state.search.with(String::is_empty);
            let orphans = if orphans > 0 { " has-orphans" } else { "" };
            let searching = if searching { " searching" } else { "" };
            format!("runs-page{orphans}{searching}")
        })
        .child((
            bar(state, &pages),
            switch(
                move || state.tab.get(),
                move |tab| match tab {
                    Tab::Main => div("runs-table").child((head(state), body(state, &pages))),
                    Tab::Cost => treemap(state, false),
                    Tab::Routing => routing(state, false),
                    Tab::Agents => graph(state, false),
                    Tab::Statistics => statistics(state, false),
                },
            ),
        ))
}

fn bar(state: AppState, pages: &RunPages) -> El {
    let counts = pages.clone();
    let told = RefCell::new(String::new());
    let words = move || {
        // Counts and rows change together.
        if !counts.are_current() {
            return told.borrow().clone();
        }
        let total = state
            .document
            .with(|document| document.as_ref().map(|open| u64::from(open.traces)));
        let words = match total {
            None => format!("{} so far", counted(u64::from(counts.count()), "run")),
            Some(total) if state.runs_filter.with(String::is_empty) => counted(total, "run"),
            Some(total) => format!(
                "{} of {}",
                count(u64::from(counts.matched())),
                counted(total, "run")
            ),
        };
        told.replace(words.clone());
        words
    };
    div("runs-bar").attr("data-region", "").child((
        tabs(state, "Runs", "of all runs"),
        filter_bar(state, "runs-filter", || {
            focus(".runs-body");
        }),
        group_select(state),
        span("count").attr("role", "status").text_of(words),
    ))
}

/// By what runs can be grouped.
const GROUPS: [(RunsSort, &str); 6] = [
    (RunsSort::Session, "Session"),
    (RunsSort::User, "User"),
    (RunsSort::Agents, "Agents"),
    (RunsSort::Models, "Models"),
    (RunsSort::Service, "Service"),
    (RunsSort::Outcome, "Outcome"),
];

fn group_select(state: AppState) -> El {
    let option = |value: String, name: &'static str| el("option").attr("value", value).child(name);
    let options: Vec<El> = (GROUPS.iter().enumerate())
        .map(|(at, (_, name))| option(at.to_string(), name))
        .collect();
    let select = el("select").class("select small").attr("id", "runs-group");
    let field: HtmlSelectElement = select.html().clone().unchecked_into();
    let chosen = move || {
        let group = state.runs_group.get();
        let at = GROUPS.iter().position(|(by, _)| Some(*by) == group);
        at.map_or_else(String::new, |at| at.to_string())
    };
    let select = select
        .child((option(String::new(), "None"), options))
        .prop_of("value", chosen)
        .on("change", move |_| {
            let at: Option<usize> = field.value().parse().ok();
            let group = at.and_then(|at| GROUPS.get(at)).map(|(by, _)| *by);
            state.runs_group.set(group);
        });
    el("label").class("group-by").child(("Group", select))
}

fn head(state: AppState) -> El {
    let cells: Vec<El> = COLUMNS
        .iter()
        .map(|&column| head_cell(state, column))
        .collect();
    div("runs-head").child((cells, move || {
        let searching = !state.search.with(String::is_empty);
        searching.then(|| div("num hits").child("Hits"))
    }))
}

fn head_cell(
    state: AppState,
    (class, title, sort, called, number): (&str, &'static str, RunsSort, &str, bool),
) -> El {
    let sorted = move || {
        let order = state.runs_order.get();
        (order.sort == sort).then_some(order.descending)
    };
    let turn = move || {
        let order = state.runs_order.get_untracked();
        let descending = if order.sort == sort {
            !order.descending
        } else {
            // Words begin with A, numbers with the largest, times with the latest.
            number || matches!(sort, RunsSort::Start | RunsSort::Agents | RunsSort::Outcome)
        };
        state.runs_order.set(RunsOrder { sort, descending });
    };
    let arrow = move || {
        sorted().map(|descending| {
            let icon = if descending {
                Icon::ArrowDown
            } else {
                Icon::ArrowUp
            };
            icon.el(12)
        })
    };
    let class = if number {
        format!("num {class}")
    } else {
        class.to_owned()
    };
    div(&class).child(
        button("", turn)
            .class_of(move || sorted().map(|_| "sorted"))
            .attr_of("aria-pressed", move || sorted().is_some())
            .attr("title", format!("Sort by {called}"))
            .child((title, arrow)),
    )
}

fn body(state: AppState, pages: &RunPages) -> El {
    let cursor = Rc::new(Field::new(None::<u32>));
    let (counted, live, total) = (pages.clone(), pages.clone(), pages.clone());
    let rows = Rows::new("runs-body", ROW, move || counted.count());
    follow_cursor(state, pages, &rows, &cursor);
    fetch_visible(state, pages, &rows);
    listen_keys(state, pages, &rows, &cursor);
    let (made, chosen, first) = (pages.clone(), Rc::clone(&cursor), Rc::clone(&cursor));
    let pace = Pace::default();
    rows.fill(move |index| row::row(state, (&made, &pace), &cursor, index));
    let is_empty = pages.clone();
    rows.element()
        .attr("role", "grid")
        .attr("tabindex", "0")
        .attr("data-region", "")
        .attr("aria-label", "Runs")
        .attr_of("aria-rowcount", move || total.count().to_string())
        .attr_of("aria-busy", move || live.is_live())
        .attr_of("aria-activedescendant", move || {
            chosen.get().map(|at| format!("run-{at}"))
        })
        .on("focus", move |_| {
            if first.get_untracked().is_none() {
                first.set(Some(0));
            }
        })
        .child(move || (is_empty.are_current() && is_empty.count() == 0).then(|| empty(state)))
}

/// Fetches what comes into sight, and says when the first rows of a document are painted.
fn fetch_visible(state: AppState, pages: &RunPages, rows: &Rows) {
    let (wanted, rows) = (pages.clone(), rows.clone());
    effect(move || {
        let (first, end) = rows.range();
        wanted.want(first, end);
    });
    let pages = pages.clone();
    effect(move || {
        // Rows of this document: until they come, those of the one before are shown.
        let open = state
            .document
            .with(|document| document.as_ref().map(|open| open.document));
        if let Some(number) = open
            && pages.document() == open
        {
            // A document of one run shows that instead, and says by itself when it is painted.
            request_animation_frame(move || {
                if state.screen.get_untracked() == Screen::Runs {
                    state.painted(number);
                }
            });
        }
    });
}

/// Keeps the cursor on the opened run, within the list, and in sight.
fn follow_cursor(state: AppState, pages: &RunPages, rows: &Rows, cursor: &Rc<Field<Option<u32>>>) {
    let reset = Rc::clone(cursor);
    effect(move || {
        state.runs_order.track();
        state.runs_group.track();
        state.runs_filter.track();
        reset.set_if_new(None);
    });
    let (pages, rows, cursor) = (pages.clone(), rows.clone(), Rc::clone(cursor));
    effect(move || {
        if cursor.get().is_some() {
            return;
        }
        let opened = state
            .run
            .with(|run| run.as_ref().map(|run| run.trace_id.clone()));
        if let Some(at) = opened.and_then(|id| pages.place_of(&id)) {
            cursor.set(Some(at));
            let rows = rows.clone();
            request_animation_frame(move || rows.show(at));
        }
    });
}

/// Arrow keys and the like, in the table and where no other part of the page has the focus.
fn listen_keys(state: AppState, pages: &RunPages, rows: &Rows, cursor: &Rc<Field<Option<u32>>>) {
    let (pages, rows, cursor) = (pages.clone(), rows.clone(), Rc::clone(cursor));
    on_window("keydown", move |event| {
        let event: KeyboardEvent = event.unchecked_into();
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
        if (letter || !elsewhere) && step(&pages, &rows, &cursor, &key) {
            event.prevent_default();
        }
    });
}

fn step(pages: &RunPages, rows: &Rows, cursor: &Field<Option<u32>>, key: &str) -> bool {
    let last = untrack(|| pages.count()).checked_sub(1);
    let (Some(last), at) = (last, cursor.get_untracked()) else {
        return false;
    };
    let page = rows.page();
    let to = match (key, at) {
        ("Enter", Some(at)) => {
            pages.open(at);
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

fn empty(state: AppState) -> El {
    let filtered = !state.runs_filter.with(String::is_empty);
    let words = if state.document.with(Option::is_none) {
        "No run so far."
    } else if filtered {
        "No run has these words, or a span that meets the condition."
    } else {
        "No spans in what was opened."
    };
    let action = if filtered {
        Some(button("button", move || state.runs_filter.set(String::new())).child("Show all runs"))
    } else if state.report.with(Option::is_some) {
        Some(
            button("button", move || state.screen.set(Screen::Report))
                .child("Show the import report"),
        )
    } else {
        None
    };
    div("empty").child((el("p").child(words), action))
}
