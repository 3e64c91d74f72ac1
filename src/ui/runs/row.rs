//! One row of the table of runs.

use super::RunPages;
use crate::engine::protocol::{Ending, RunMeaning, RunRow, RunStitch};
use crate::model::decimal::decimal;
use crate::model::{PicoUsd, Timestamp};
use crate::scene::format::{
    UNKNOWN, at_least, cost, count as in_full, count_short, counted, duration, instant,
    instant_full, share,
};
use crate::ui::dom::{El, Parts, div, effect, el, parts, span};
use crate::ui::field::{Field, Held};
use crate::ui::icon::Icon;
use crate::ui::pace::Pace;
use crate::ui::state::AppState;
use crate::ui::words::{now, zone};
use std::rc::Rc;

/// Elements of a row, about.
const ELEMENTS: u32 = 40;

/// What a row shows; it is made anew when this is another.
#[derive(PartialEq)]
struct Shown {
    run: Option<RunRow>,
    live: bool,
    utc: bool,
    searching: bool,
    longest: i64,
}

/// The row at a place of the list, or its place while it is on its way.
pub fn row(
    state: AppState,
    (pages, pace): (&RunPages, &Pace),
    cursor: &Rc<Field<Option<u32>>>,
    index: u32,
) -> El {
    let (opened, chosen, cursor) = (pages.clone(), Rc::clone(cursor), Rc::clone(cursor));
    let row = el("div")
        .attr("id", format!("run-{index}"))
        .attr("role", "row")
        .attr("aria-rowindex", (index + 1).to_string())
        .attr_of("aria-selected", move || chosen.get() == Some(index))
        .on("click", move |_| {
            cursor.set(Some(index));
            opened.open(index);
        });
    let (pages, pace, filled) = (pages.clone(), pace.clone(), row.clone());
    let mut before = None;
    // What is to be shown, until it is its turn.
    let due = Rc::new(Held::<Option<Rc<Shown>>>::new(None));
    effect(move || {
        let shown = Shown {
            run: pages.row(index),
            live: pages.is_live(),
            utc: state.settings.with(|settings| settings.utc),
            searching: state.search.with(|search| !search.is_empty()),
            longest: pages.longest(),
        };
        if before.as_deref() == Some(&shown) {
            return;
        }
        let shown = Rc::new(shown);
        before = Some(Rc::clone(&shown));
        if due.update_value(|due| due.replace(shown)).is_none() {
            let (filled, due) = (filled.clone(), Rc::downgrade(&due));
            pace.take(ELEMENTS, move || {
                // Nothing is due where the row is gone.
                if let Some(shown) = due.upgrade().and_then(|due| due.update_value(Option::take)) {
                    fill(&filled, &shown);
                }
            });
        }
    });
    row
}

fn fill(row: &El, shown: &Shown) {
    let is_group = shown.run.as_ref().is_some_and(|run| run.group.is_some());
    let class = match (&shown.run, shown.live) {
        (Some(_), false) if is_group => "runs-row group",
        (Some(_), false) => "runs-row",
        (Some(_), true) => "runs-row provisional",
        (None, _) => "runs-row waiting",
    };
    row.element().set_text_content(None);
    let row = row.clone().class(class);
    let _ = match &shown.run {
        Some(run) => row.child(cells(shown, run)),
        None => row.child(div("run").child("…")),
    };
}

fn cells(shown: &Shown, run: &RunRow) -> Parts {
    let start = Timestamp(run.start_ns);
    let zone = zone(shown.utc, start);
    let share = (run.duration_ns.max(0) as f64 / shown.longest as f64).min(1.0);
    let name = if run.root_name.is_empty() {
        UNKNOWN.to_owned()
    } else {
        run.root_name.clone()
    };
    let (length, told) = if run.running {
        let so_far = format!("{} so far", duration(run.duration_ns));
        ("running".to_owned(), Some(so_far))
    } else {
        (duration(run.duration_ns), None)
    };
    let orphans = format!(
        "{} whose parent is not in the files",
        counted(u64::from(run.orphans), "span")
    );
    let meaning = run.meaning.as_deref();
    let bar = span("bar").child(el("i").style("width", &format!("{}%", decimal(share * 100.0, 1))));
    parts((
        if run.start_ns == 0 {
            cell("start").child(UNKNOWN)
        } else {
            cell("start")
                .attr("title", instant_full(start, zone))
                .child(instant(start, zone, now()))
        },
        name_cell(run, name),
        service(cell("service"), run),
        outcome(run.ending),
        named(
            "agents",
            meaning.map_or(&[][..], |run| &run.agents),
            run.meaning.is_some(),
        ),
        cell("num dur")
            .attr("title", told)
            .child((run.group.is_none().then_some(bar), el("span").child(length))),
        cell("num spans").child(count_short(u64::from(run.spans))),
        marked("errors", run.errors, Icon::CircleX, "marks is-err"),
        meaning_cells(meaning),
        marked("orphans", run.orphans, Icon::Unlink, "marks is-warn").attr("title", orphans),
        shown
            .searching
            .then(|| cell("num hits").child(count_short(u64::from(run.hits)))),
    ))
}

fn cell(class: &str) -> El {
    div(class).attr("role", "gridcell")
}

/// Calls, tokens, cost, models and session.
fn meaning_cells(run: Option<&RunMeaning>) -> Parts {
    let calls = |class, count: Option<u32>| match count {
        None => cell(class).child(UNKNOWN),
        Some(0) => cell(&format!("{class} zero")).child("0"),
        Some(count) => cell(class).child(count_short(u64::from(count))),
    };
    let [input, output, cached] = run.map_or([None; 3], |run| run.tokens);
    let is_complete = run.is_some_and(|run| run.tokens_complete);
    let tokens = |class, count: Option<u64>| {
        let full = count.map(|count| at_least(Some(in_full(count)), is_complete));
        cell(class)
            .attr("title", full.map(|full| format!("{full} tokens")))
            .child(at_least(count.map(count_short), is_complete))
    };
    let part = match (cached, input) {
        (Some(part), Some(whole)) if whole > 0 => share(part, whole),
        _ => UNKNOWN.to_owned(),
    };
    let amount = run.and_then(|run| run.cost).map(PicoUsd);
    let estimated = run.is_some_and(|run| run.cost_estimated);
    let exact = amount.map(|amount| {
        let words = if estimated {
            ", estimated: an assumed price is a part of it"
        } else {
            ""
        };
        format!("${amount}{words}")
    });
    let shown_cost = at_least(amount.map(cost), run.is_some_and(|run| run.cost_complete));
    let session = run.and_then(|run| run.session.clone());
    parts((
        calls("num llm", run.map(|run| run.llm_calls)),
        calls("num tool", run.map(|run| run.tool_calls)),
        tokens("num in", input),
        tokens("num out", output),
        cell("num cached").child(part),
        cell("num cost")
            .attr("title", exact)
            .child(span(if estimated { "est" } else { "" }).child(shown_cost)),
        named(
            "models",
            run.map_or(&[][..], |run| &run.models),
            run.is_some(),
        ),
        known("session ellipsis", session),
        known("user ellipsis", run.and_then(|run| run.user.clone())),
    ))
}

fn known(class: &str, text: Option<String>) -> El {
    cell(class)
        .attr("title", text.clone())
        .child(text.unwrap_or_else(|| UNKNOWN.to_owned()))
}

/// What a run is called, or what the runs of a group have in common and how many they are.
fn name_cell(run: &RunRow, name: String) -> El {
    match &run.group {
        None => cell("run").child((
            glyph(run, 14),
            span("ellipsis")
                .attr("title", run.trace_id.clone())
                .child(name),
            run.stitch.as_deref().map(stitched),
        )),
        Some(group) => cell("run").attr("title", group.filter.clone()).child((
            span("ellipsis").child(name),
            span("more").child(counted(u64::from(group.runs), "run")),
        )),
    }
}

/// The way from a trace to all of its request as one run; by keyboard it is in the headline of the run.
fn stitched(stitch: &RunStitch) -> El {
    let whole = stitch.other.clone();
    el("button")
        .class("quiet tiny")
        .attr("type", "button")
        .attr("tabindex", "-1")
        .attr("title", format!("One of {}: show as one run", stitch.told))
        .attr("aria-label", "Show as one run")
        .on("click", move |event| {
            event.stop_propagation();
            AppState::current().show_stitched(whole.clone());
        })
        .child(Icon::Link.el(12))
}

fn outcome(ending: Ending) -> El {
    let (icon, class, word) = match ending {
        Ending::Unknown => return cell("outcome").child(UNKNOWN),
        Ending::Finished => (Icon::Check, "", "finished"),
        Ending::WithErrors => (Icon::TriangleAlert, "is-warn", "errors"),
        Ending::OverBudget => (Icon::OctagonMinus, "is-err", "budget"),
        Ending::Failed => (Icon::CircleX, "is-err", "failed"),
        Ending::Running => (Icon::Loader, "", "running"),
    };
    let told = match ending {
        Ending::WithErrors => "Finished, with errors below the root",
        Ending::OverBudget => "Stopped: a call was refused because a budget was spent",
        Ending::Failed => "A root has status error",
        Ending::Running => "A root has no end",
        _ => "Ended without errors",
    };
    let mark = el("span").class(class).child(icon.el(14));
    cell("outcome").attr("title", told).child((mark, word))
}

/// The first of some names, how many more there are, and all of them where the pointer rests.
fn named(class: &str, names: &[String], is_known: bool) -> El {
    let cell = cell(class);
    let Some(first) = names.first() else {
        return cell.child(if is_known { UNKNOWN } else { "" });
    };
    let more = names.len() - 1;
    cell.attr("title", names.join(", ")).child((
        span("ellipsis").child(first.clone()),
        (more > 0).then(|| span("more").child(format!("+{more}"))),
    ))
}

/// A count with its sign, or a plain 0.
fn marked(class: &str, count: u32, icon: Icon, mark: &str) -> El {
    if count == 0 {
        return cell(&format!("num {class} zero")).child("0");
    }
    cell(&format!("num {class}"))
        .child(span(mark).child((icon.el(14), count_short(u64::from(count)))))
}

/// The status of a run: an error, still running, or neither.
pub fn glyph(run: &RunRow, size: u8) -> El {
    let (icon, class, told) = if run.ending == Ending::OverBudget {
        (Icon::OctagonMinus, "is-err", "stopped by a budget")
    } else if run.errors > 0 {
        (Icon::CircleX, "is-err", "has errors")
    } else if run.running {
        (Icon::Loader, "muted", "running")
    } else if size > 14 {
        (Icon::CircleCheck, "muted", "no errors")
    } else {
        (Icon::Check, "muted", "no errors")
    };
    span(class)
        .attr("title", told)
        .child((icon.el(size), span("unseen").child(told)))
}

fn service(cell: El, run: &RunRow) -> El {
    match &run.service {
        Some(name) => cell.child((
            service_mark(run.service_index),
            span("ellipsis").child(name.clone()),
        )),
        None => cell.child(UNKNOWN),
    }
}

/// The mark of a service: an upright pill in its colour; from the eleventh service on the colour is grey.
pub fn service_mark(index: Option<u16>) -> El {
    match index {
        Some(index) if index < 10 => span(&format!("service-mark member-{index}")),
        _ => span("service-mark"),
    }
}
