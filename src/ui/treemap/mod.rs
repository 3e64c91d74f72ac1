//! The cost treemap: rectangles on a canvas, the table beside them, and what they are made of.
//!
//! The worker lays everything out; the page paints, and asks again when a choice or the size changes.

mod budget;
mod cache;
mod controls;
mod motion;
mod paint;
mod save;
mod side;

use crate::engine::protocol::{Failure, Request};
use crate::scene::drawn::{DrawRequest, Drawn, Mark, Shape, filter_of};
use crate::scene::treemap::MEASURES;
use crate::ui::canvas::{Gesture, Look, Plot, PlotHandle, Point, Surface, plot_canvas};
use crate::ui::dom::{El, button, div, effect, el, on_change, parts, px, span};
use crate::ui::drawn::{heard, request_of};
use crate::ui::field::Field;
use crate::ui::state::AppState;
use crate::web::latest::Latest;
use crate::web::link::Answer;
use motion::{Motion, path_in};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// The measure that all spans have.
const TIME: u8 = 6;
const _: () = assert!(matches!(MEASURES[TIME as usize].1.as_bytes(), b"Time"));

/// A number of no node.
const NONE: u32 = u32::MAX;

thread_local! {
    /// What was chosen last: it stays when the view is left.
    static CHOICE: RefCell<DrawRequest> = RefCell::new(DrawRequest {
        levels: vec!["agent".to_owned(), "model".to_owned(), "span".to_owned()],
        sort: 1,
        ..DrawRequest::default()
    });
}

/// The view.
struct Map {
    app: AppState,
    /// Of the opened run; else of all that pass the filter.
    of_run: bool,
    handle: PlotHandle,
    feed: Latest,
    choice: Field<DrawRequest>,
    asked: RefCell<Option<(u32, DrawRequest)>>,
    drawn: Field<Rc<Drawn>>,
    /// Why there is nothing to see.
    failed: Field<String>,
    /// The chosen node, by its number in what is drawn.
    selected: Field<u32>,
    /// The mark below the pointer, and where that is.
    hover: Field<Option<(usize, f64, f64)>>,
    look: RefCell<Look>,
    /// The picture on the way to the present one.
    motion: RefCell<Option<Motion>>,
    /// Width and height of the canvas.
    size: Cell<(f64, f64)>,
    stale: Cell<bool>,
}

impl Map {
    fn new(app: AppState, of_run: bool) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let listener = me.clone();
            let mut choice = CHOICE.with_borrow(Clone::clone);
            choice.path.clear();
            end_pair(&mut choice);
            Self {
                app,
                of_run,
                handle: PlotHandle::default(),
                feed: Latest::new(app.link(), move |answer| {
                    if let Some(map) = listener.upgrade() {
                        map.hear(answer);
                    }
                }),
                choice: Field::new(choice),
                asked: RefCell::default(),
                drawn: Field::new(Rc::default()),
                failed: Field::new(String::new()),
                selected: Field::new(NONE),
                hover: Field::new(None),
                look: RefCell::default(),
                motion: RefCell::default(),
                size: Cell::default(),
                stale: Cell::new(true),
            }
        })
    }

    fn hear(&self, answer: Result<Answer, Failure>) {
        match heard(self.app, answer) {
            Some(Ok(drawn)) => {
                self.failed.set_if_new(String::new());
                self.hover.set_if_new(None);
                let before = self.drawn.get_untracked();
                // The same again, such as after a change of size, goes on as it moves.
                if before.entered != drawn.entered {
                    self.motion.replace(Motion::between(&before, &drawn));
                }
                self.drawn.set(Rc::from(drawn));
                self.handle.mark();
            }
            Some(Err(why)) => self.failed.set(why),
            None => {}
        }
    }

    /// Asks for what is chosen, when that was not asked for yet.
    fn ask(&self, width: f64, height: f64) {
        let Some((document, mut request)) = request_of(self.app, self.of_run, &self.choice) else {
            return;
        };
        let run = (Some(document), request.trace);
        request.budget = self
            .app
            .settings
            .with_untracked(|settings| settings.limit(run));
        request.size = (
            width.clamp(1.0, 8000.0) as u16,
            height.clamp(1.0, 8000.0) as u16,
        );
        let asked = Some((document, request.clone()));
        if self.stale.replace(false) || *self.asked.borrow() != asked {
            self.asked.replace(asked);
            self.feed.ask(Request::Draw(Box::new(request)));
        }
    }

    /// Asks again with the next frame, whatever was asked for.
    fn outdate(&self) {
        self.stale.set(true);
        self.handle.mark();
    }

    /// Changes what is chosen. Other levels or another path have other nodes.
    fn choose(&self, change: impl FnOnce(&mut DrawRequest)) {
        let before = self.choice.get_untracked();
        self.choice.update(|choice| {
            change(choice);
            if (&choice.levels, &choice.path) != (&before.levels, &before.path) {
                end_pair(choice);
            }
        });
        self.choice.with_untracked(|choice| {
            if (&choice.levels, &choice.path, choice.measure)
                != (&before.levels, &before.path, before.measure)
                || choice.pair != before.pair
            {
                self.selected.set_if_new(NONE);
            }
            CHOICE.set(choice.clone());
        });
        self.handle.mark();
    }

    /// What all of it is called.
    fn whole(&self) -> String {
        let run = self.app.run.with(|run| {
            let run = run.as_ref().filter(|_| self.of_run);
            run.map(|run| run.root_name.clone())
        });
        run.unwrap_or_else(|| "All runs".to_owned())
    }

    /// The names from the first level down to a mark.
    fn path(&self, mark: usize) -> Vec<Option<String>> {
        path_in(&self.drawn.get_untracked(), mark)
    }

    /// Goes into a mark; into the group of what is too small. A mark of the last level leads to its spans.
    fn enter(&self, mark: usize) {
        let path = self.path(mark);
        let levels = self.choice.with_untracked(|choice| choice.levels.len());
        let is_same = self.drawn.with_untracked(|drawn| drawn.entered == path);
        if path.len() >= levels {
            self.show(mark);
        } else if !is_same {
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

    fn show(&self, mark: usize) {
        let first = self
            .drawn
            .with_untracked(|drawn| drawn.marks.get(mark).map(|mark| mark.first));
        if let Some(first) = first {
            self.go_to(first, &self.path(mark));
        }
    }

    /// Shows the first span of some members in the waterfall, with all of them marked where a filter can say it.
    fn go_to(&self, row: crate::model::SpanRow, names: &[Option<String>]) {
        let filter = self
            .choice
            .with_untracked(|choice| filter_of(&choice.levels, names));
        self.app.show_spans(row, filter);
    }

    /// The innermost mark at a place.
    fn at(&self, at: Point) -> Option<usize> {
        self.drawn.with_untracked(|drawn| {
            let holds = |mark: &Mark| {
                let [left, top, width, height] = mark.place.map(f64::from);
                (left..left + width).contains(&at.x) && (top..top + height).contains(&at.y)
            };
            drawn.marks.iter().rposition(holds)
        })
    }

    fn select(&self, mark: Option<usize>) {
        let drawn = self.drawn.get_untracked();
        let node = mark
            .and_then(|mark| drawn.marks.get(mark))
            .map_or(NONE, |mark| mark.node);
        self.selected.set_if_new(node);
    }

    /// The mark of the chosen node.
    fn selected_mark(&self) -> Option<usize> {
        let node = self.selected.get_untracked();
        let find = |drawn: &Rc<Drawn>| drawn.marks.iter().position(|mark| mark.node == node);
        self.drawn.with_untracked(find).filter(|_| node != NONE)
    }

    /// Selects the nearest cell in a direction, or the first.
    fn step(&self, (x, y): (f32, f32)) {
        let drawn = self.drawn.get_untracked();
        let middle = |mark: &Mark| {
            let [left, top, width, height] = mark.place;
            (left + width / 2.0, top + height / 2.0)
        };
        let from = self.selected_mark().and_then(|at| drawn.marks.get(at));
        let mut nearest: Option<(f32, usize)> = None;
        for (at, mark) in drawn.marks.iter().enumerate() {
            if mark.shape != Shape::Cell {
                continue;
            }
            let distance = from.map_or(0.0, |from| {
                let ((x0, y0), (x1, y1)) = (middle(from), middle(mark));
                let (along, aside) = ((x1 - x0) * x + (y1 - y0) * y, (x1 - x0) * y - (y1 - y0) * x);
                // What lies aside is farther than it is.
                if along > 0.5 {
                    along + 2.0 * aside.abs()
                } else {
                    f32::INFINITY
                }
            });
            if distance.is_finite() && nearest.is_none_or(|(known, _)| distance < known) {
                nearest = Some((distance, at));
            }
        }
        if let Some((_, at)) = nearest {
            self.select(Some(at));
        }
    }

    fn key(&self, key: &str) -> bool {
        match key {
            "ArrowLeft" => self.step((-1.0, 0.0)),
            "ArrowRight" => self.step((1.0, 0.0)),
            "ArrowUp" => self.step((0.0, -1.0)),
            "ArrowDown" => self.step((0.0, 1.0)),
            "Enter" => match self.selected_mark() {
                Some(mark) => self.enter(mark),
                None => return false,
            },
            "Backspace" | "Escape" => return self.leave(),
            _ => return false,
        }
        true
    }
}

/// Draws all as one again.
fn end_pair(choice: &mut DrawRequest) {
    if !choice.pair.is_empty() {
        choice.pair.clear();
        (choice.sort, choice.ascending) = (1, false);
    }
}

impl Plot for Map {
    fn paint(&self, surface: &Surface) {
        {
            let drawn = self.drawn.get_untracked();
            let hover = self.hover.get_untracked().map(|(mark, ..)| mark);
            let marked = (self.selected.get_untracked(), hover);
            let size = (surface.width(), surface.height());
            self.size.set(size);
            let mut look = self.look.borrow_mut();
            let mut pen = look.on_canvas(surface);
            let moment = (self.motion.borrow().as_ref()).and_then(|motion| motion.moment(size));
            match (&*self.motion.borrow(), moment) {
                (Some(motion), Some(moment)) => {
                    paint::moving(&mut pen, size, (motion, &moment), &drawn);
                    self.handle.mark();
                }
                _ => paint::paint(&mut pen, size, &drawn, marked),
            }
            drop(pen);
            if moment.is_none() {
                self.motion.replace(None);
            }
            if drawn.document > 0 {
                self.app.painted(drawn.document);
            }
        }
        self.ask(surface.width(), surface.height());
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
            _ => {}
        }
    }
}

/// What a run cost, or all that pass the filter.
pub fn treemap(app: AppState, of_run: bool) -> El {
    let map = Map::new(app, of_run);
    let plot: Weak<dyn Plot> = Rc::downgrade(&(map.clone() as Rc<dyn Plot>));
    let canvas = plot_canvas(&plot, &map.handle, "cost-canvas");
    let it = map.clone();
    // Another document, run, filter, or set of prices.
    on_change(
        move || (app.shown_run(), app.priced.get(), app.filter_state.get()),
        move |_| it.outdate(),
    );
    let it = map.clone();
    on_change(
        move || app.shown_run(),
        move |_| it.choose(|choice| choice.path.clear()),
    );
    let it = map.clone();
    effect(move || {
        app.dark.track();
        app.settings.track();
        it.look.borrow_mut().forget();
        it.handle.mark();
    });
    let it = map.clone();
    effect(move || {
        it.selected.track();
        it.hover.track();
        it.handle.mark();
    });
    let (keys, tip, waits) = (map.clone(), map.clone(), map.clone());
    let is_waiting = move || {
        let is_there = waits.drawn.with(|drawn| drawn.document > 0);
        (!is_there && waits.failed.with(String::is_empty)).then_some("")
    };
    div("cost-view").attr_of("data-waiting", is_waiting).child((
        div("cost-main").child((
            controls::controls(&map),
            controls::pair(&map),
            div("cost-place")
                .attr("tabindex", "0")
                .attr("role", "group")
                .attr("data-region", "")
                .attr("aria-label", "Treemap")
                .on_plain_key(move |event| keys.key(&event.key()))
                .child((canvas, side::mirror(&map), move || tooltip(&tip), {
                    let map = map.clone();
                    move || empty(&map)
                })),
            div("cost-foot").child((controls::legend(&map), cache::cache(&map))),
            budget::budget(&map),
        )),
        side::side(&map),
    ))
}

/// Why nothing is drawn.
fn empty(map: &Rc<Map>) -> Option<El> {
    let failed = map.failed.get();
    let is_failed = !failed.is_empty();
    let words = if is_failed {
        failed
    } else if map
        .drawn
        .with(|drawn| drawn.document > 0 && drawn.marks.is_empty())
    {
        if map.drawn.with(|drawn| drawn.items.is_empty()) {
            let measure = map.choice.with(|choice| choice.measure);
            let name = MEASURES
                .get(usize::from(measure))
                .map_or("", |(_, name)| name);
            format!("No span here has any {}.", name.to_lowercase())
        } else {
            "No amount is known: no tokens were recorded, or the models have no price.".to_owned()
        }
    } else {
        return None;
    };
    let map = map.clone();
    let has_time = !is_failed && map.choice.with(|choice| choice.measure != TIME);
    let by_time = has_time.then(|| {
        button("button", move || map.choose(|choice| choice.measure = TIME)).child("Show time")
    });
    Some(div("empty").child((el("p").child(words), by_time)))
}

fn tooltip(map: &Rc<Map>) -> Option<El> {
    let (at, x, y) = map.hover.get()?;
    let drawn = map.drawn.get();
    let mark = drawn.marks.get(at)?;
    let fact = |name: &str, value: String| {
        div("tip-fact").child((span("hint").child(name), span("").child(value)))
    };
    let is_crossing = drawn.crossed_mark == Some(at as u32) && map.of_run;
    let crossing = is_crossing.then(|| fact("Budget", "crossed here".to_owned()));
    let cached =
        (mark.cached > 0).then(|| fact("Cache read", format!("{} % of input", mark.cached)));
    Some(
        div("cost-tip")
            .style("left", &format!("min({}, 100% - 220px)", px(x + 12.0)))
            .style("top", &px(y + 12.0))
            .child(parts((
                el("b").child(mark.label.as_str()),
                fact("Amount", mark.value.clone()),
                cached,
                crossing,
            ))),
    )
}
