//! Which models served when: a chart of their shares, and the same as a table for assistive technology.

mod chart;
mod save;

use super::{Names, Routes, Selected, scroll_on, sign};
use crate::scene::format::{counted, share};
use crate::scene::routing::{SharePart, Shares, Stretch, WHOLE, Width};
use crate::ui::canvas::{Gesture, Look, Plot, Point, Sheet, Surface, plot_canvas};
use crate::ui::dom::{El, Parts, div, effect, el, on_change, parts, px, span};
use crate::ui::export::export_menu;
use crate::ui::field::Field;
use crate::ui::pace::later;
use chart::{Colours, Marked, Place};
use save::Saved;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// Parts that are named at the pointer.
const TOLD: usize = 8;

/// The stretch below the pointer, its part there, and where that is.
type Hover = (usize, Option<usize>, f64, f64);

struct SharePlot {
    routes: Rc<Routes>,
    look: RefCell<Look>,
    hover: Field<Option<Hover>>,
    size: RefCell<(f64, f64)>,
    place: RefCell<Option<web_sys::Element>>,
}

/// The chart with its legend.
pub fn shares(routes: &Rc<Routes>) -> El {
    let plot = Rc::new(SharePlot {
        routes: routes.clone(),
        look: RefCell::default(),
        hover: Field::new(None),
        size: RefCell::default(),
        place: RefCell::default(),
    });
    let weak: Weak<dyn Plot> = Rc::downgrade(&(plot.clone() as Rc<dyn Plot>));
    let canvas = plot_canvas(&weak, &routes.shares_handle, "route-canvas");
    follow(&plot);
    let (keys, tip, waits, title, caption, listed) = (
        plot.clone(),
        plot.clone(),
        routes.clone(),
        routes.clone(),
        routes.clone(),
        routes.clone(),
    );
    let place = div("route-shares")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", "Share of models over time")
        .on_plain_key(move |event| keys.key(&event.key()))
        .child((canvas, mirror(routes), move || tooltip(&tip)));
    plot.place.replace(Some(place.element().clone()));
    el("section")
        .class("route-ways")
        .attr("aria-label", "Models over time")
        .attr_of("data-waiting", move || waits.waits_for([1]))
        .child((
            div("route-ways-head").child((
                el("h3").text_of(move || {
                    let width = title.choice.with(|choice| choice.width);
                    format!("Models over time, share of {}", width.as_str())
                }),
                span("hint").text_of(move || caption.shares.with(|shares| shares.caption.clone())),
                export_menu(routes.app, Rc::new(Saved(routes.clone()))),
            )),
            place,
            move || legend(&listed),
        ))
}

fn follow(plot: &Rc<SharePlot>) {
    let it = plot.clone();
    effect(move || {
        it.routes.app.dark.track();
        it.look.borrow_mut().forget();
        it.routes.shares_handle.mark();
    });
    let it = plot.clone();
    effect(move || {
        it.hover.track();
        it.routes.selected.track();
        // The clock on the wall may be another one.
        it.routes.app.settings.track();
        it.routes.shares_handle.mark();
    });
    let it = plot.clone();
    // What lay below the pointer is elsewhere.
    on_change(
        {
            let routes = plot.routes.clone();
            move || routes.shares.with(|shares| (shares.begin, shares.step))
        },
        move |_| it.hover.set_if_new(None),
    );
}

/// Where a part of a stretch is.
type At = (usize, usize);

impl SharePlot {
    fn select(&self, at: Option<At>) {
        let shares = self.routes.shares.get_untracked();
        let selected = at.and_then(|at| selected(&shares, at));
        self.routes.select(selected);
    }

    fn selected(&self) -> Option<At> {
        let chosen = self.routes.selected.get_untracked()?;
        let shares = self.routes.shares.get_untracked();
        find(&shares, &chosen)
    }

    /// What is drawn at a place: the stretch, and its part when it is at one.
    fn at(&self, at: Point) -> Option<(usize, Option<usize>)> {
        let shares = self.routes.shares.get_untracked();
        let place = Place::new(*self.size.borrow());
        let bucket = place.bucket(&shares, at.x)?;
        let is_it = |stretch: &Stretch| usize::from(stretch.at) == bucket;
        let found = shares.stretches.iter().position(is_it)?;
        let height = place.part_of(at.y);
        let holds = |part: &SharePart| (part.ends.0..part.ends.1).contains(&height);
        let stretch = shares.stretches.get(found)?;
        // What has no share is found where nothing else is.
        let part = stretch.parts.iter().position(holds).or_else(|| {
            let is_bare = stretch.parts.iter().all(|part| part.ends.1 == 0);
            is_bare.then_some(0)
        });
        Some((found, part))
    }

    /// The part that a key leads to.
    fn beside(&self, key: &str) -> Option<At> {
        let shares = self.routes.shares.get_untracked();
        let last = shares.stretches.len().checked_sub(1)?;
        let Some((stretch, part)) = self.selected() else {
            return Some((if key == "End" { last } else { 0 }, 0));
        };
        let here = shares.stretches.get(stretch)?;
        let to = match key {
            "ArrowUp" => return Some((stretch, (part + 1).min(here.parts.len() - 1))),
            "ArrowDown" => return Some((stretch, part.saturating_sub(1))),
            "ArrowLeft" => stretch.saturating_sub(1),
            "ArrowRight" => (stretch + 1).min(last),
            "Home" => 0,
            _ => last,
        };
        // The same model, where it has a part there.
        let model = here.parts.get(part)?.model;
        let parts = &shares.stretches.get(to)?.parts;
        let same = parts.iter().position(|part| part.model == model);
        Some((to, same.unwrap_or(0)))
    }

    fn key(&self, key: &str) -> bool {
        let is_selected = self.selected().is_some();
        match key {
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End" => {
                let Some(at) = self.beside(key) else {
                    return false;
                };
                self.select(Some(at));
                let shares = self.routes.shares.get_untracked();
                if let Some(words) = words(&shares, at) {
                    self.routes.app.announce(words);
                }
            }
            "Enter" if is_selected => self.routes.show(),
            "Escape" if is_selected => self.select(None),
            _ => return false,
        }
        true
    }
}

/// What a part of a stretch stands for.
fn selected(shares: &Shares, (stretch, part): At) -> Option<Selected> {
    let stretch = shares.stretches.get(stretch)?;
    let part = stretch.parts.get(part)?;
    let model = shares.models.get(usize::from(part.model))?;
    let mut names = Names::default();
    // Several models have no name.
    if model.full.is_empty() {
        names[2] = Some(model.name.clone());
    }
    Some(Selected {
        names,
        labels: vec![(model.ink, model.label.clone()), (0, stretch.when.clone())],
        time: Some(time_of(shares, stretch)),
        calls: part.calls,
        first: part.first,
    })
}

/// A stretch in nanoseconds since the epoch.
fn time_of(shares: &Shares, stretch: &Stretch) -> (i64, i64) {
    let begin = shares.begin + shares.step * i64::from(stretch.at);
    (begin, begin.saturating_add(shares.step))
}

/// Where what is selected stands.
fn find(shares: &Shares, chosen: &Selected) -> Option<At> {
    let is_it = |stretch: &Stretch| Some(time_of(shares, stretch)) == chosen.time;
    let at = shares.stretches.iter().position(is_it)?;
    let label = &chosen.labels.first()?.1;
    let stretch = shares.stretches.get(at)?;
    let part = stretch.parts.iter().position(|part| {
        let model = shares.models.get(usize::from(part.model));
        model.is_some_and(|model| model.label == *label)
    })?;
    Some((at, part))
}

impl Plot for SharePlot {
    fn paint(&self, surface: &Surface) {
        let size = (surface.width(), surface.height());
        self.size.replace(size);
        {
            let shares = self.routes.shares.get_untracked();
            let mut look = self.look.borrow_mut();
            let pen = look.on_canvas(surface);
            let colours = Colours::new(&pen, &shares);
            let family = pen.family();
            let marked = Marked {
                selected: self.selected(),
                hover: self.hover.get_untracked().map(|(stretch, ..)| stretch),
            };
            if let Some(sheet) = Sheet::of_canvas(surface) {
                chart::paint(sheet, size, (&colours, family), &shares, marked);
            }
        }
        self.routes.ask_shares(Place::new(size).width);
    }

    fn gesture(&self, gesture: Gesture) {
        match gesture {
            Gesture::Hover(at) => {
                let found = self.at(at);
                let found = found.map(|(stretch, part)| (stretch, part, at.x, at.y));
                self.hover.set_if_new(found);
            }
            Gesture::Leave | Gesture::Cancel => self.hover.set_if_new(None),
            Gesture::Click(at, _) => {
                let found = self.at(at);
                self.select(found.and_then(|(stretch, part)| Some((stretch, part?))));
            }
            Gesture::Double(at) if matches!(self.at(at), Some((_, Some(_)))) => self.routes.show(),
            Gesture::Scroll(by) => scroll_on(self.place.borrow().as_ref(), by),
            _ => {}
        }
    }
}

/// An amount with its share of what is known.
fn amount(part: &SharePart) -> String {
    match part.share.as_str() {
        "" | "-" => part.value.clone(),
        share => format!("{} ({share})", part.value),
    }
}

fn words(shares: &Shares, (stretch, part): At) -> Option<String> {
    let stretch = shares.stretches.get(stretch)?;
    let part = stretch.parts.get(part)?;
    let model = shares.models.get(usize::from(part.model))?;
    let calls = counted(u64::from(part.calls), "call");
    Some(format!(
        "{}, {}, {}, {calls}",
        stretch.when,
        model.label,
        amount(part)
    ))
}

fn tooltip(plot: &Rc<SharePlot>) -> Option<El> {
    let (at, below, x, y) = plot.hover.get()?;
    let shares = plot.routes.shares.get();
    let stretch = shares.stretches.get(at)?;
    let is_calls = plot.routes.choice.with_untracked(|choice| choice.width) == Width::Calls;
    // As they stand in the chart: the first is the lowest.
    let parts_told = stretch.parts.iter().enumerate().rev();
    let fact = |(at, part): (usize, &SharePart)| {
        let model = shares.models.get(usize::from(part.model))?;
        let name = span("route-agent").child((
            sign("square", model.ink),
            el(if below == Some(at) { "b" } else { "span" })
                .class("ellipsis")
                .child(model.label.as_str()),
        ));
        Some(div("tip-fact").child((name, span("").child(amount(part)))))
    };
    let facts: Vec<El> = parts_told.take(TOLD).filter_map(fact).collect();
    let more = stretch.parts.len().saturating_sub(TOLD);
    let calls = counted(u64::from(stretch.calls), "call");
    let whole = if is_calls {
        calls
    } else {
        format!("{}, {calls}", stretch.value)
    };
    let high = plot.size.borrow().1;
    Some(
        div("cost-tip")
            .style("left", &format!("min({}, 100% - 260px)", px(x + 12.0)))
            .style("top", &px(if y > high / 2.0 { y - high / 2.0 } else { y }))
            .child(parts((
                el("b").child(stretch.when.as_str()),
                facts,
                (more > 0)
                    .then(|| span("hint").child(format!("{} more", counted(more as u64, "model")))),
                div("tip-fact").child((span("hint").child("Together"), span("").child(whole))),
            ))),
    )
}

/// The models with their colours and shares of the whole, those with the largest first.
fn legend(routes: &Routes) -> El {
    let shares = routes.shares.get();
    let entries = shares.models.iter().map(|model| {
        span("legend-entry")
            .attr("title", model.value.clone())
            .child((
                sign("square", model.ink),
                span("ellipsis").child(model.label.as_str()),
                span("hint").child(model.note.as_str()),
            ))
    });
    let unknown = shares.stretches.iter().any(|stretch| stretch.unknown);
    div("route-legend").child((
        entries.collect::<Vec<El>>(),
        unknown.then(|| {
            span("legend-entry").child((span("heat-step is-unknown"), "partly or wholly unknown"))
        }),
    ))
}

/// Stretches with their models, unseen.
fn mirror(routes: &Rc<Routes>) -> El {
    let routes = routes.clone();
    let listed = later(move || routes.shares.get());
    div("unseen").child(move || {
        let shares = listed.get();
        if shares.stretches.is_empty() {
            return parts("Nothing is known over time.");
        }
        table(&shares)
    })
}

fn table(shares: &Shares) -> Parts {
    let head = |text: &str| el("th").attr("scope", "col").child(text.to_owned());
    let models = shares.models.iter().map(|model| head(&model.label));
    let row = |stretch: &Stretch| {
        let cells = (0..shares.models.len()).map(|model| {
            let is_it = |part: &&SharePart| usize::from(part.model) == model;
            let part = stretch.parts.iter().find(is_it);
            el("td").child(part.map_or(String::new(), amount))
        });
        el("tr").child((
            el("th").attr("scope", "row").child(stretch.when.as_str()),
            el("td").child(counted(u64::from(stretch.calls), "call")),
            cells.collect::<Vec<El>>(),
        ))
    };
    let rows: Vec<El> = shares.stretches.iter().map(row).collect();
    parts(el("table").child((
        el("caption").child("Share of models over time"),
        el("thead").child(el("tr").child((
            head("Time"),
            head("Calls"),
            models.collect::<Vec<El>>(),
        ))),
        el("tbody").child(rows),
    )))
}

/// A share as a number between 0 and 1, for a file.
fn part_of_whole(part: &SharePart) -> String {
    let (from, to) = part.ends;
    let of = f64::from(to - from) / f64::from(WHOLE);
    of.to_string()
}

/// What the axis says of the whole height.
fn height_label(part: f64) -> String {
    share((part * 100.0).round() as u64, 100)
}
