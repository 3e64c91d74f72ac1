//! One row of the table of runs.

use super::RunPages;
use crate::engine::protocol::RunRow;
use crate::model::Timestamp;
use crate::model::decimal::decimal;
use crate::scene::format::{UNKNOWN, count_short, counted, duration, instant, instant_full};
use crate::ui::dom::{El, Parts, div, effect, el, parts, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::state::AppState;
use crate::ui::words::{now, zone};
use std::rc::Rc;

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
pub fn row(state: AppState, pages: &RunPages, cursor: &Rc<Field<Option<u32>>>, index: u32) -> El {
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
    let (pages, filled) = (pages.clone(), row.clone());
    let mut before: Option<Shown> = None;
    effect(move || {
        let shown = Shown {
            run: pages.row(index),
            live: pages.is_live(),
            utc: state.settings.with(|settings| settings.utc),
            searching: state.search.with(|search| !search.is_empty()),
            longest: pages.longest(),
        };
        if before.as_ref() != Some(&shown) {
            fill(&filled, &shown);
            before = Some(shown);
        }
    });
    row
}

fn fill(row: &El, shown: &Shown) {
    let class = match (&shown.run, shown.live) {
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
    let bar = span("bar").child(el("i").style("width", &format!("{}%", decimal(share * 100.0, 1))));
    parts((
        if run.start_ns == 0 {
            cell("start").child(UNKNOWN)
        } else {
            cell("start")
                .attr("title", instant_full(start, zone))
                .child(instant(start, zone, now()))
        },
        cell("run").child((
            glyph(run, 14),
            span("ellipsis")
                .attr("title", run.trace_id.clone())
                .child(name),
        )),
        service(cell("service"), run),
        cell("num").child(count_short(u64::from(run.spans))),
        marked(run.errors, Icon::CircleX, "marks is-err"),
        cell("num dur")
            .attr("title", told)
            .child((bar, el("span").child(length))),
        marked(run.orphans, Icon::Unlink, "marks is-warn").attr("title", orphans),
        shown
            .searching
            .then(|| cell("num").child(count_short(u64::from(run.hits)))),
    ))
}

fn cell(class: &str) -> El {
    div(class).attr("role", "gridcell")
}

/// A count with its sign, or a plain 0.
fn marked(count: u32, icon: Icon, class: &str) -> El {
    if count == 0 {
        return cell("num zero").child("0");
    }
    cell("num").child(span(class).child((icon.el(14), count_short(u64::from(count)))))
}

/// The status of a run: an error, still running, or neither.
pub fn glyph(run: &RunRow, size: u8) -> El {
    let (icon, class, told) = if run.errors > 0 {
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
