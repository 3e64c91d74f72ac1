//! The flame graph: frames on a canvas, each below the one it stands in.
//!
//! The worker merges and lays out; the page paints, and asks again when a choice or its width changes.

use super::around::{crumbs, details, empty, mirror, notes, tooltip};
use super::paint::{hold, paint};
use super::{choose, modes};
use crate::engine::protocol::{Failure, Request};
use crate::scene::drawn::{DrawRequest, Drawn, Mark, Shape};
use crate::scene::flame::{LEVELS, ROW, WIDTHS};
use crate::scene::format::count;
use crate::ui::canvas::{Gesture, Look, Plot, PlotHandle, Point, Surface, plot_canvas};
use crate::ui::dom::{El, div, effect, on_change, px};
use crate::ui::drawn::{heard, names_to, request_of};
use crate::ui::export::export_menu;
use crate::ui::field::Field;
use crate::ui::routing::segment;
use crate::ui::state::AppState;
use crate::web::latest::Latest;
use crate::web::link::Answer;
use leptos::prelude::untrack;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use web_sys::Element;

/// A number of no frame.
pub(super) const NONE: u32 = u32::MAX;

/// The view.
pub(super) struct Flames {
    pub app: AppState,
    /// Of the opened run; else of all that pass the filter.
    pub of_run: bool,
    handle: PlotHandle,
    feed: Latest,
    pub choice: Field<DrawRequest>,
    /// What was asked for last.
    pub asked: RefCell<Option<(u32, DrawRequest)>>,
    pub drawn: Field<Rc<Drawn>>,
    /// Why there is nothing to see.
    pub failed: Field<String>,
    /// The chosen frame, by its number in what is drawn.
    pub selected: Field<u32>,
    /// The mark below the pointer, and where that is.
    pub hover: Field<Option<(usize, f64, f64)>>,
    look: RefCell<Look>,
    /// Width of the canvas.
    pub width: Cell<f64>,
    /// What scrolls when there are many levels.
    pub scrolled: RefCell<Option<Element>>,
    stale: Cell<bool>,
}

impl Flames {
    fn new(app: AppState, of_run: bool) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let listener = me.clone();
            Self {
                app,
                of_run,
                handle: PlotHandle::default(),
                feed: Latest::new(app.link(), move |answer| {
                    if let Some(flames) = listener.upgrade() {
                        flames.hear(answer);
                    }
                }),
                choice: Field::default(),
                asked: RefCell::default(),
                drawn: Field::new(Rc::default()),
                failed: Field::new(String::new()),
                selected: Field::new(NONE),
                hover: Field::new(None),
                look: RefCell::default(),
                width: Cell::default(),
                scrolled: RefCell::default(),
                stale: Cell::new(true),
            }
        })
    }

    fn hear(&self, answer: Result<Answer, Failure>) {
        match heard(self.app, answer) {
            Some(Ok(drawn)) => {
                self.failed.set_if_new(String::new());
                self.hover.set_if_new(None);
                self.drawn.set(Rc::from(drawn));
                self.handle.mark();
            }
            Some(Err(why)) => self.failed.set(why),
            None => {}
        }
    }

    /// Asks for what is chosen, when that was not asked for yet.
    fn ask(&self, width: f64) {
        let Some((document, mut request)) = request_of(self.app, self.of_run, &self.choice) else {
            return;
        };
        request.size = (width.clamp(1.0, 8000.0) as u16, 0);
        let asked = Some((document, request.clone()));
        if self.stale.replace(false) || *self.asked.borrow() != asked {
            self.asked.replace(asked);
            self.feed.ask(Request::Flame(Box::new(request)));
        }
    }

    /// The trace that paths are in.
    fn whose(&self) -> Option<String> {
        self.app.run.with(|run| {
            let run = run.as_ref().filter(|_| self.of_run);
            run.map(|run| run.trace_id.clone())
        })
    }

    /// Takes over what is chosen; a path within another run is none here.
    fn follow(&self) {
        let (stats, whose) = (self.app.stats.get_untracked(), self.whose());
        let mut choice = self.choice.get_untracked();
        choice.measure = stats.width;
        choice.path = if stats.path_of == whose {
            stats.path
        } else {
            Vec::new()
        };
        self.choice.set_if_new(choice);
        self.handle.mark();
    }

    pub fn choose(&self, change: impl FnOnce(&mut DrawRequest)) {
        let mut choice = self.choice.get_untracked();
        change(&mut choice);
        let whose = untrack(|| self.whose());
        choose(self.app, |stats| {
            stats.width = choice.measure;
            stats.path = choice.path;
            stats.path_of = whose;
        });
    }

    /// The names from the first level down to a mark; of frames that are drawn as one, those of what they stand in.
    pub fn path(&self, mark: usize) -> Vec<Option<String>> {
        let drawn = self.drawn.get_untracked();
        let names = names_to(&drawn, mark);
        // What was gone into is the first level of the picture.
        let above = drawn.entered.len().saturating_sub(1);
        let above = drawn.entered.get(..above).unwrap_or_default();
        [above.to_vec(), names].concat()
    }

    pub fn enter(&self, mark: usize) {
        let path = self.path(mark);
        if self.drawn.with_untracked(|drawn| drawn.entered != path) {
            self.choose(|choice| choice.path = path);
        }
    }

    /// Goes out of what was gone into last; says whether there was such.
    fn leave(&self) -> bool {
        let is_inside = self.choice.with_untracked(|choice| !choice.path.is_empty());
        if is_inside {
            self.choose(|choice| drop(choice.path.pop()));
        }
        is_inside
    }

    /// The mark at a place.
    fn at(&self, at: Point) -> Option<usize> {
        self.drawn
            .with_untracked(|drawn| drawn.marks.iter().rposition(|mark| hold(mark, at)))
    }

    fn select(&self, mark: Option<usize>) {
        let drawn = self.drawn.get_untracked();
        let mark = mark.and_then(|mark| drawn.marks.get(mark));
        self.selected
            .set_if_new(mark.map_or(NONE, |mark| mark.node));
        if let (Some(mark), Some(scrolled)) = (mark, &*self.scrolled.borrow()) {
            // All of it is brought into view.
            let top = f64::from(mark.place[1]);
            let (from, room) = (
                f64::from(scrolled.scroll_top()),
                f64::from(scrolled.client_height()),
            );
            let row = f64::from(ROW);
            let to = from.min(top).max(top + row - room);
            scrolled.set_scroll_top(to as i32);
        }
    }

    /// The mark of the chosen frame.
    fn selected_mark(&self) -> Option<usize> {
        let node = self.selected.get_untracked();
        let find = |drawn: &Rc<Drawn>| drawn.marks.iter().position(|mark| mark.node == node);
        self.drawn.with_untracked(find).filter(|_| node != NONE)
    }

    /// The frame that an arrow leads to.
    fn beside(&self, key: &str) -> Option<usize> {
        let drawn = self.drawn.get_untracked();
        let Some(from) = self.selected_mark() else {
            return (!drawn.marks.is_empty()).then_some(0);
        };
        let here = drawn.marks.get(from)?;
        let [left, top, ..] = here.place;
        if key == "ArrowUp" {
            return (here.parent as usize != from).then_some(here.parent as usize);
        }
        let cells = drawn.marks.iter().enumerate();
        let cells = cells.filter(|(at, mark)| *at != from && mark.shape == Shape::Cell);
        let by_left =
            |a: &(usize, &Mark), b: &(usize, &Mark)| a.1.place[0].total_cmp(&b.1.place[0]);
        let level = |mark: &Mark| (mark.place[1] - top).abs() < 1.0;
        let found = match key {
            "ArrowDown" => cells
                .filter(|(_, mark)| mark.parent as usize == from)
                .min_by(by_left),
            "ArrowLeft" => cells
                .filter(|(_, mark)| level(mark) && mark.place[0] < left)
                .max_by(by_left),
            _ => cells
                .filter(|(_, mark)| level(mark) && mark.place[0] > left)
                .min_by(by_left),
        };
        found.map(|(at, _)| at)
    }

    fn key(&self, key: &str) -> bool {
        match key {
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" => {
                if let Some(at) = self.beside(key) {
                    self.select(Some(at));
                }
            }
            "Enter" => match self.selected_mark() {
                Some(mark) => self.enter(mark),
                None => return false,
            },
            "Backspace" | "Escape" => return self.leave(),
            _ => return false,
        }
        true
    }

    /// What all of it is called.
    pub fn whole(&self) -> &'static str {
        if self.of_run { "This run" } else { "All runs" }
    }

    pub fn measure(&self) -> &'static str {
        let measure = self.choice.with(|choice| choice.measure);
        WIDTHS
            .get(usize::from(measure))
            .map_or("", |(_, name)| name)
    }

    /// How high all levels are.
    pub fn height(&self) -> f64 {
        self.drawn.with(|drawn| {
            let foot = |mark: &Mark| f64::from(mark.place[1] + ROW);
            drawn.marks.iter().map(foot).fold(0.0, f64::max)
        })
    }

    /// What widths stand for, and what is not seen.
    pub fn words(&self) -> Vec<String> {
        let (measure, drawn) = (self.choice.with(|choice| choice.measure), self.drawn.get());
        let width = match measure {
            0 => {
                "Width is the durations of a frame's spans added up. Where spans ran at the same time, those below a frame can \
                 together have taken longer than it: the frame is then as wide as they are."
            }
            1 => "Width is the cost of a frame with everything below it.",
            2 => "Width is the tokens in and out of a frame with everything below it.",
            _ => "Width is the spans of a frame with everything below it.",
        };
        let mut words = vec![width.to_owned()];
        if !drawn.unknown.is_empty() {
            words.push(drawn.unknown.clone());
        }
        if drawn.left_out > 0 {
            words.push(format!(
                "{} frames below level {LEVELS} are not drawn: go into a frame to see them.",
                count(u64::from(drawn.left_out))
            ));
        }
        words
    }
}

impl Plot for Flames {
    fn paint(&self, surface: &Surface) {
        {
            let drawn = self.drawn.get_untracked();
            let hover = self.hover.get_untracked().map(|(mark, ..)| mark);
            let marked = (self.selected.get_untracked(), hover);
            let size = (surface.width(), surface.height());
            self.width.set(size.0);
            let mut look = self.look.borrow_mut();
            paint(&mut look.on_canvas(surface), size, &drawn, marked);
            if drawn.document > 0 {
                self.app.painted(drawn.document);
            }
        }
        self.ask(surface.width());
    }

    fn gesture(&self, gesture: Gesture) {
        match gesture {
            Gesture::Hover(at) => {
                let mark = self.at(at).map(|mark| (mark, at.x, at.y));
                self.hover.set_if_new(mark);
            }
            Gesture::Leave | Gesture::Cancel => self.hover.set_if_new(None),
            Gesture::Click(at, _) => self.select(self.at(at)),
            Gesture::Double(at) => {
                if let Some(mark) = self.at(at) {
                    self.enter(mark);
                }
            }
            Gesture::Scroll(by) => {
                self.hover.set_if_new(None);
                if let Some(scrolled) = &*self.scrolled.borrow() {
                    scrolled.set_scroll_top(scrolled.scroll_top() + by as i32);
                }
            }
            _ => {}
        }
    }
}

/// Spans of a run, or of all that pass the filter, merged by name.
pub fn flame(app: AppState, of_run: bool) -> El {
    let flames = Flames::new(app, of_run);
    let plot: Weak<dyn Plot> = Rc::downgrade(&(flames.clone() as Rc<dyn Plot>));
    let canvas = plot_canvas(&plot, &flames.handle, "flame-canvas");
    let it = flames.clone();
    // Another document, run, filter, or set of prices.
    on_change(
        move || (app.shown_run(), app.priced.get(), app.filter_state.get()),
        move |_| {
            it.stale.set(true);
            it.selected.set_if_new(NONE);
            it.handle.mark();
        },
    );
    let it = flames.clone();
    let whose = flames.clone();
    on_change(
        move || (app.stats.get(), whose.whose()),
        move |_| it.follow(),
    );
    let it = flames.clone();
    effect(move || {
        app.dark.track();
        it.look.borrow_mut().forget();
        it.handle.mark();
    });
    let it = flames.clone();
    effect(move || {
        it.selected.track();
        it.hover.track();
        it.handle.mark();
    });
    let (keys, tip, missing, high, active, below, chosen) = (
        flames.clone(),
        flames.clone(),
        flames.clone(),
        flames.clone(),
        flames.clone(),
        flames.clone(),
        flames.clone(),
    );
    let place = div("flame-place")
        .style_of("min-height", move || px(high.height()))
        .child((canvas, mirror(&flames), move || tooltip(&tip)));
    let scrolled = div("flame-scroll")
        .attr("tabindex", "0")
        .attr("role", "tree")
        .attr("data-region", "")
        .attr("aria-label", "Flame graph")
        .attr_of("aria-activedescendant", move || {
            let node = active.selected.get();
            (node != NONE).then(|| format!("flame-{node}"))
        })
        .on_plain_key(move |event| keys.key(&event.key()))
        .child((place, move || empty(&missing)));
    flames.scrolled.replace(Some(scrolled.element().clone()));
    div("stat-view").child((
        bar(&flames),
        scrolled,
        move || notes(&below),
        move || details(&chosen),
    ))
}

fn bar(flames: &Rc<Flames>) -> El {
    let (chosen, choosing, crumbed) = (flames.clone(), flames.clone(), flames.clone());
    let at = move || chosen.choice.with(|choice| usize::from(choice.measure));
    div("stat-bar")
        .attr("role", "toolbar")
        .attr("aria-label", "Statistics")
        .child((
            modes(flames.app),
            segment("Width", &WIDTHS.map(|(_, name)| name), at, move |at| {
                choosing.choose(|choice| choice.measure = at as u8);
            }),
            move || crumbs(&crumbed),
            export_menu(flames.app, flames.clone()),
        ))
}
