//! The headline of a run: what it was, how it went, where its time went, and what to look at first.

use crate::engine::protocol::{Activity, Headline, Hit, Reply, Request, RunRow, RunStitch};
use crate::model::decimal::decimal;
use crate::model::{Timestamp, TraceRow};
use crate::scene::format::{UNKNOWN, counted, duration, instant_full, share, short_id};
use crate::ui::clipboard;
use crate::ui::dom::{El, Parts, button, div, el, on_change, parts, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::inspector::proof::headline_figures;
use crate::ui::runs::{glyph, service_mark};
use crate::ui::state::{AppState, Screen, Selection};
use crate::ui::words::zone;
use crate::web::latest::Latest;
use leptos::prelude::{set_timeout, untrack};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// How long the headline waits for a view that paints.
const PATIENCE: Duration = Duration::from_millis(250);

/// The headline of the opened run, with the filter beside it.
pub fn headline(state: AppState, filter: El) -> El {
    let told = follow(state);
    let (clause, below) = (Rc::clone(&told), told);
    let head = move || {
        let sentence = clause.with(|told| told.as_ref().map(|told| told.sentence.clone()));
        state.run.get().map(|run| title(&run, sentence))
    };
    let split = move || below.with(|told| told.as_ref().map(|told| split(state, told)));
    el("section")
        .class("headline")
        .attr("data-region", "")
        .attr("aria-label", "Run")
        .child((
            head,
            move || state.run.get().map(|run| facts(state, &run)),
            filter,
            div("split").child(split),
        ))
}

/// What the worker says of the run shown; `None` until it does.
fn follow(state: AppState) -> Rc<Field<Option<Headline>>> {
    let told = Rc::new(Field::new(None));
    let heard = Rc::clone(&told);
    let feed = Latest::new(state.link(), move |answer| {
        if let Ok(Reply::Headline(headline)) = answer.map(|answer| answer.reply) {
            let is_open = state
                .document
                .with_untracked(|open| open.as_ref().map(|open| open.document));
            heard.set((is_open == Some(headline.document)).then_some(*headline));
        }
    });
    let emptied = Rc::clone(&told);
    let key = move || (state.shown_run(), state.priced.get(), state.limit());
    on_change(key, move |&((document, trace), ..)| {
        emptied.set_if_new(None);
        if let (Some(document), Some(trace)) = (document, trace) {
            ask_after_paint(state, document, trace, &feed);
        }
    });
    told
}

/// Asks once the view below has painted: the worker answers in order, and people look at rows before they read. A view that
/// paints nothing is not waited for.
fn ask_after_paint(state: AppState, document: u32, trace: TraceRow, feed: &Latest) {
    let waits = Rc::new(Cell::new(true));
    let feed = feed.clone();
    let ask = move || {
        if waits.replace(false) && state.shown_run() == (Some(document), Some(trace)) {
            let budget = state.limit();
            feed.ask(Request::Headline { trace, budget });
        }
    };
    let patience = ask.clone();
    state.after_paint(document, move || untrack(ask));
    set_timeout(move || untrack(patience), PATIENCE);
}

fn title(run: &RunRow, sentence: Option<String>) -> El {
    let name = if run.root_name.is_empty() {
        "Unnamed run".to_owned()
    } else {
        run.root_name.clone()
    };
    let sentence = sentence.unwrap_or_else(|| counted(u64::from(run.spans), "span"));
    el("h1").child((
        glyph(run, 16),
        span("name ellipsis")
            .attr("title", name.clone())
            .child(name),
        span("clause")
            .attr("title", sentence.clone())
            .child(sentence),
    ))
}

fn facts(state: AppState, run: &RunRow) -> El {
    let start = Timestamp(run.start_ns);
    let utc = state.settings.with(|settings| settings.utc);
    let id = run.trace_id.clone();
    let copied = id.clone();
    let service = run.service.clone();
    let meaning = run.meaning.as_deref();
    let named = |what: &'static str, name: Option<&String>| {
        let name = name?.clone();
        let value = el("b")
            .class("ellipsis")
            .attr("title", name.clone())
            .child(name);
        Some(el("span").child((what, value)))
    };
    div("facts").child((
        el("span").child((
            service.is_some().then(|| service_mark(run.service_index)),
            el("b").child(service.unwrap_or_else(|| UNKNOWN.to_owned())),
        )),
        named("Session ", meaning.and_then(|run| run.session.as_ref())),
        named("User ", meaning.and_then(|run| run.user.as_ref())),
        el("span").child((
            "Started ",
            el("b").child(if run.start_ns == 0 {
                UNKNOWN.to_owned()
            } else {
                instant_full(start, zone(utc, start))
            }),
        )),
        el("span").child((
            "Trace ",
            el("b")
                .class("mono")
                .attr("title", id.clone())
                .child(short_id(&id)),
            button("quiet tiny", move || {
                clipboard::copy(state, copied.clone(), "Trace id");
            })
            .attr("title", "Copy the trace id")
            .attr("aria-label", "Copy the trace id")
            .child(Icon::Copy.el(12)),
        )),
        run.stitch.as_deref().map(|stitch| stitched(state, stitch)),
        (run.orphans > 0).then(|| {
            button("chip is-warn", move || state.screen.set(Screen::Report))
                .attr(
                    "title",
                    "Spans whose parent is not in the files; the import report says more",
                )
                .child((
                    Icon::Unlink.el(12),
                    counted(u64::from(run.orphans), "orphan"),
                ))
        }),
    ))
}

/// What the run is stitched from, or could be a part of, and the way from the one to the other.
fn stitched(state: AppState, stitch: &RunStitch) -> El {
    let (words, act, title) = if stitch.is_whole {
        (
            format!("Shown as one run: {}", stitch.told),
            "Show apart",
            "Each trace as it was recorded",
        )
    } else {
        (
            format!("One of {}", stitch.told),
            "Show as one run",
            "All of them on one axis of time, below a line that is no span; views and figures take all of them",
        )
    };
    let other = stitch.other.clone();
    el("span").class("stitched").child((
        span("chip dashed")
            .attr(
                "title",
                "Inferred: nothing records that one trace goes on in another",
            )
            .child(if stitch.is_whole {
                "stitched"
            } else {
                "inferred"
            }),
        span("ellipsis").attr("title", words.clone()).child(words),
        button("button small", move || state.show_stitched(other.clone()))
            .attr("title", title)
            .child(act),
    ))
}

/// Class, name and explanation of each activity.
const ACTIVITIES: [(&str, &str, &str); Activity::ALL.len()] = [
    ("llm", "LLM", "At least one model call is at work"),
    ("tool", "Tools", "A tool is at work and no model is"),
    (
        "retrieval",
        "Retrieval",
        "A search is at work, no model and no tool",
    ),
    (
        "own",
        "Own code",
        "An agent or other span is at work, and nothing it calls",
    ),
    ("waiting", "Waiting", "No span is at work"),
];

/// Where the time went, and what to look at first.
fn split(state: AppState, told: &Headline) -> Parts {
    let whole: i64 = told.times.iter().sum();
    let known = || {
        ACTIVITIES
            .iter()
            .zip(told.times.iter().copied())
            .filter(|(_, ns)| *ns > 0)
    };
    let width = |ns: i64| format!("{}%", decimal(ns as f64 * 100.0 / whole as f64, 3));
    let bars: Vec<El> = known()
        .map(|((class, ..), ns)| el("i").class(class).style("width", &width(ns)))
        .collect();
    let legend: Vec<El> = known()
        .map(|((class, name, means), ns)| {
            let part = share(ns.unsigned_abs(), whole.unsigned_abs());
            el("li")
                .attr("title", format!("{means}: {}", duration(ns)))
                .child((
                    el("i").class(class),
                    *name,
                    el("b").child(part),
                    span("length").child(duration(ns)),
                ))
        })
        .collect();
    let time = (whole > 0).then(|| {
        (
            div("split-bar").attr("aria-hidden", "true").child(bars),
            el("ul")
                .attr("aria-label", "Where the time went")
                .child(legend),
        )
    });
    let names = [
        (Icon::Crosshair, "Longest step", "chip"),
        (Icon::CircleDollar, "Costliest step", "chip"),
        (Icon::CircleX, "First error", "chip is-err"),
        (Icon::OctagonMinus, "Stopped by a budget", "chip is-err"),
        (Icon::Flag, "Crossed the budget", "chip is-err"),
    ];
    let marks: Vec<El> = (names.into_iter().zip(&told.marks))
        .filter_map(|((icon, name, class), hit)| {
            Some(mark(state, icon, name, class, hit.as_ref()?))
        })
        .collect();
    let figures = state
        .run
        .with(|run| run.as_ref().and_then(|run| headline_figures(state, run)));
    parts((time, div("marks").child((figures, marks))))
}

/// A way to a span.
fn mark(state: AppState, icon: Icon, name: &'static str, class: &str, hit: &Hit) -> El {
    let selection = Selection {
        row: hit.row,
        trace: hit.trace,
        trace_id: hit.trace_id.clone(),
        span_id: hit.span_id.clone(),
    };
    button(class, move || state.select(Some(selection.clone())))
        .attr("title", format!("{name}: {}, {}", hit.name, hit.matched))
        .child((icon.el(12), name, span("length").child(hit.matched.clone())))
}
