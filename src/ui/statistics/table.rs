//! The table: a row an operation, agent, tool or model.

use super::{choose, modes};
use crate::engine::protocol::{Failure, Request};
use crate::model::OperationKind;
use crate::scene::drawn::{DrawRequest, Drawn, Item, ink};
use crate::scene::format::count;
use crate::scene::members::{ColourBy, kind_member};
use crate::scene::statistics::{BY, COLUMNS, ERRORS, ROWS, filter_of_row};
use crate::ui::canvas::token;
use crate::ui::dom::{El, Parts, button, div, el, on_change, on_later_change, parts, px, span};
use crate::ui::drawn::{heard, request_of};
use crate::ui::export::export_menu;
use crate::ui::field::Field;
use crate::ui::routing::segment;
use crate::ui::sorted::{Sorting, sort_head};
use crate::ui::state::AppState;
use crate::ui::waterfall::legend::member_mark;
use crate::web::latest::Latest;
use crate::web::link::Answer;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// Rows that are listed at most: all of them are saved.
const MOST: u32 = 1000;

/// The longest bar below a name, in pixels.
const BAR: f64 = 120.0;

/// What the columns say, at length.
const MEANINGS: [&str; COLUMNS.len()] = [
    "How many there are",
    "How many of them failed",
    "Their durations added up: what runs inside another counts in both",
    "Time in which they were at work and nothing below them was",
    "Half of them took no longer",
    "95 of 100 took no longer",
    "99 of 100 took no longer",
    "Input tokens",
    "Output tokens",
    "What they cost",
];

/// The view.
pub(super) struct Counts {
    pub app: AppState,
    /// Of the opened run; else of all that pass the filter.
    of_run: bool,
    feed: Latest,
    choice: Field<DrawRequest>,
    /// What was asked for last.
    pub asked: RefCell<Option<(u32, DrawRequest)>>,
    pub drawn: Field<Rc<Drawn>>,
    /// Why there is nothing to see.
    failed: Field<String>,
    /// The chosen row, by its number of a name.
    selected: Field<Option<u32>>,
    stale: Cell<bool>,
}

impl Counts {
    fn new(app: AppState, of_run: bool) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let listener = me.clone();
            let choice = DrawRequest {
                most: ROWS,
                ..DrawRequest::default()
            };
            Self {
                app,
                of_run,
                feed: Latest::new(app.link(), move |answer| {
                    if let Some(counts) = listener.upgrade() {
                        counts.hear(answer);
                    }
                }),
                choice: Field::new(choice),
                asked: RefCell::default(),
                drawn: Field::new(Rc::default()),
                failed: Field::new(String::new()),
                selected: Field::new(None),
                stale: Cell::new(true),
            }
        })
    }

    fn hear(&self, answer: Result<Answer, Failure>) {
        match heard(self.app, answer) {
            Some(Ok(drawn)) => {
                self.failed.set_if_new(String::new());
                self.app.painted(drawn.document);
                self.drawn.set(Rc::from(drawn));
            }
            Some(Err(why)) => self.failed.set(why),
            None => {}
        }
    }

    /// Asks for what is chosen, when that was not asked for yet.
    fn ask(&self) {
        let Some((document, request)) = request_of(self.app, self.of_run, &self.choice) else {
            return;
        };
        let asked = Some((document, request.clone()));
        if self.stale.replace(false) || *self.asked.borrow() != asked {
            self.asked.replace(asked);
            self.feed.ask(Request::Statistics(Box::new(request)));
        }
    }

    /// Takes over what is chosen; other rows are as many as at first.
    fn follow(&self) {
        let stats = self.app.stats.get_untracked();
        let (by, _) = BY.get(usize::from(stats.by)).copied().unwrap_or(BY[0]);
        let mut choice = self.choice.get_untracked();
        if choice.levels.first().is_none_or(|level| level != by) {
            choice.levels = vec![by.to_owned()];
            choice.most = ROWS;
            self.selected.set_if_new(None);
        }
        (choice.sort, choice.ascending) = stats.sort;
        self.choice.set_if_new(choice);
        self.ask();
    }

    /// What rows stand for.
    pub fn by(&self) -> String {
        self.drawn
            .with(|drawn| drawn.keys.first().cloned().unwrap_or_default())
    }

    /// Shows the spans of a row in the waterfall.
    fn show(&self, item: &Item) {
        let filter = filter_of_row(&self.by(), item.member.as_deref());
        self.app.show_spans(item.first, filter);
    }

    fn key(&self, event: &Event, key: &str) -> bool {
        let Some((at, row)) = row_of(event) else {
            return false;
        };
        let drawn = self.drawn.get_untracked();
        let last = drawn.items.len().saturating_sub(1);
        let to = match key {
            "ArrowDown" => (at + 1).min(last),
            "ArrowUp" => at.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            " " => at,
            "Enter" => {
                if let Some(item) = drawn.items.get(at) {
                    self.show(item);
                }
                return true;
            }
            "Escape" if self.selected.get_untracked().is_some() => {
                self.selected.set(None);
                return true;
            }
            _ => return false,
        };
        self.select(&drawn, to);
        let rows = row.parent_element().map(|body| body.children());
        let next = rows.and_then(|rows| rows.item(to as u32));
        if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
            let _ = next.focus();
        }
        true
    }

    fn select(&self, drawn: &Drawn, at: usize) {
        if let Some(item) = drawn.items.get(at) {
            self.selected.set_if_new(Some(item.node));
        }
    }
}

/// The row that something happened in, by its place.
fn row_of(event: &Event) -> Option<(usize, Element)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row = target.closest("tr").ok()??;
    let at = row.get_attribute("data-row")?.parse().ok()?;
    Some((at, row))
}

/// The table with what is chosen of it.
pub fn table(app: AppState, of_run: bool) -> El {
    let counts = Counts::new(app, of_run);
    let it = counts.clone();
    on_change(move || app.stats.get(), move |_| it.follow());
    let it = counts.clone();
    // Another document, run, filter, or set of prices; the first is asked for with what is chosen.
    on_later_change(
        move || (app.shown_run(), app.priced.get(), app.filter_state.get()),
        move |_| {
            it.stale.set(true);
            it.ask();
        },
    );
    let it = counts.clone();
    on_change(
        move || app.shown_run(),
        move |_| it.selected.set_if_new(None),
    );
    let (rows, total, more, chosen, none) = (
        counts.clone(),
        counts.clone(),
        counts.clone(),
        counts.clone(),
        counts.clone(),
    );
    let (keys, picked, opened) = (counts.clone(), counts.clone(), counts.clone());
    let waits = counts.clone();
    let body = el("tbody")
        .on_plain_key(move |event| keys.key(event, &event.key()))
        .on("click", move |event| {
            if let Some((at, _)) = row_of(&event) {
                picked.select(&picked.drawn.get_untracked(), at);
            }
        })
        .on("dblclick", move |event| {
            let drawn = opened.drawn.get_untracked();
            if let Some(item) = row_of(&event).and_then(|(at, _)| drawn.items.get(at)) {
                opened.show(item);
            }
        })
        .child(move || {
            let drawn = rows.drawn.get();
            let items = drawn.items.iter().enumerate();
            items
                .map(|(at, item)| row(&rows, at, item))
                .collect::<Vec<El>>()
        });
    div("stat-view").child((
        bar(&counts),
        div("stat-scroll").attr("data-region", "").child((
            el("table")
                .class("ranked stat-table")
                .attr_of("data-waiting", move || {
                    waits.drawn.with(|drawn| drawn.document == 0).then_some("")
                })
                .attr("role", "grid")
                .attr("aria-label", "Statistics")
                .child((head(&counts), body, el("tfoot").child(move || foot(&total)))),
            move || left_out(&more),
            move || empty(&none),
        )),
        move || details(&chosen),
    ))
}

fn bar(counts: &Rc<Counts>) -> El {
    let app = counts.app;
    div("stat-bar")
        .attr("role", "toolbar")
        .attr("aria-label", "Statistics")
        .child((
            modes(app),
            segment(
                "Rows",
                &BY.map(|(_, label)| label),
                move || app.stats.with(|stats| usize::from(stats.by)),
                move |at| choose(app, |stats| stats.by = at as u8),
            ),
            export_menu(app, counts.clone()),
        ))
}

fn head(counts: &Rc<Counts>) -> El {
    let app = counts.app;
    let sorting = Sorting {
        order: Rc::new(move || app.stats.with(|stats| stats.sort)),
        choose: Rc::new(move |sort| choose(app, |stats| stats.sort = sort)),
    };
    let cell = |(at, name): (usize, &'static str)| {
        let named = counts.clone();
        let text = move || {
            if at > 0 {
                return name.to_owned();
            }
            let by = named.by();
            let label = BY.iter().find(|(name, _)| *name == by);
            label.map_or("", |(_, label)| label).to_owned()
        };
        let meaning = at.checked_sub(1).and_then(|at| MEANINGS.get(at).copied());
        sort_head(&sorting, at as u8, text).attr("title", meaning)
    };
    let columns = std::iter::once("").chain(COLUMNS).enumerate();
    el("thead").child(el("tr").child(columns.map(cell).collect::<Vec<El>>()))
}

/// The shape of what a row stands for, in its colour; nothing for a row of what has no name.
fn mark(number: u8) -> Option<El> {
    let member = |first: u8| Some(u16::from(number - first));
    let (by, member) = match number {
        ink::AGENT..ink::MODEL => (ColourBy::Agent, member(ink::AGENT)),
        ink::MODEL..ink::KIND => (ColourBy::Model, member(ink::MODEL)),
        ink::KIND..ink::HEAT => {
            let kind = OperationKind::ALL.get(usize::from(number - ink::KIND));
            (ColourBy::Kind, kind.copied().map(kind_member))
        }
        _ => return None,
    };
    Some(member_mark(by, member))
}

fn row(counts: &Rc<Counts>, at: usize, item: &Item) -> El {
    let node = item.node;
    let (chosen, reached) = (counts.clone(), counts.clone());
    let is_chosen = move || chosen.selected.get() == Some(node);
    // The keyboard gets to the chosen row, or to the first.
    let is_reached = move || match reached.selected.get() {
        Some(selected) => selected == node,
        None => at == 0,
    };
    let cell = |(column, text): (usize, &String)| {
        let class = match (column, text.as_str()) {
            (_, "-") | (ERRORS, "0") => "num is-none",
            (ERRORS, _) => "num is-err",
            _ => "num",
        };
        el("td").class(class).child(text.as_str())
    };
    let share = f64::from(item.share) / 1000.0 * BAR;
    let bar = span("stat-share")
        .style("width", &px(share))
        .style("background", &format!("var({})", token(item.ink)));
    el("tr")
        .attr("data-row", at.to_string())
        .attr_of("tabindex", move || if is_reached() { "0" } else { "-1" })
        .attr_of("aria-selected", is_chosen)
        .child((
            el("th").attr("scope", "row").child((
                div("stat-name").child((
                    span("stat-mark").child(mark(item.ink)),
                    el("span")
                        .class(if item.member.is_none() {
                            "ellipsis is-none"
                        } else {
                            "ellipsis"
                        })
                        .attr("title", item.label.clone())
                        .child(item.label.as_str()),
                )),
                bar,
            )),
            item.cells.iter().enumerate().map(cell).collect::<Vec<El>>(),
        ))
}

fn foot(counts: &Counts) -> Option<El> {
    let cells = counts.drawn.with(|drawn| drawn.total.clone());
    let cell = |text: &String| el("td").class("num").child(text.as_str());
    (!cells.is_empty()).then(|| {
        let cells: Vec<El> = cells.iter().map(cell).collect();
        el("tr").child((el("th").attr("scope", "row").child("Together"), cells))
    })
}

/// How many rows are not listed, and how they are seen.
fn left_out(counts: &Rc<Counts>) -> Option<El> {
    let (left_out, listed) = counts
        .drawn
        .with(|drawn| (drawn.left_out, drawn.items.len() as u32));
    if left_out == 0 {
        return None;
    }
    let words = format!("{} more", count(u64::from(left_out)));
    let next: Parts = if listed < MOST {
        let counts = counts.clone();
        let next = left_out.min(ROWS);
        parts(
            button("button small", move || {
                counts
                    .choice
                    .update(|choice| choice.most = (listed + ROWS).min(MOST));
                counts.ask();
            })
            .child(format!("Show {next}")),
        )
    } else {
        parts("all rows are in the CSV")
    };
    Some(div("stat-more hint").child((words, next)))
}

/// Why nothing is shown.
fn empty(counts: &Counts) -> Option<El> {
    let failed = counts.failed.get();
    let words = if !failed.is_empty() {
        failed
    } else if counts
        .drawn
        .with(|drawn| drawn.document > 0 && drawn.items.is_empty())
    {
        match counts.by().as_str() {
            "operation" => "No span is here.".to_owned(),
            by => format!("No {by} is named here."),
        }
    } else {
        return None;
    };
    Some(div("empty").child(el("p").child(words)))
}

/// What is chosen, and what can be done with it.
fn details(counts: &Rc<Counts>) -> Option<El> {
    let node = counts.selected.get()?;
    let drawn = counts.drawn.get();
    let item = drawn.items.iter().find(|item| item.node == node)?.clone();
    let shown = counts.clone();
    Some(div("stat-chosen").child((
        span("stat-mark").child(mark(item.ink)),
        el("b").class("ellipsis").child(item.label.as_str()),
        button("button small", move || shown.show(&item)).child("Show in waterfall"),
    )))
}
