//! The agent graph: boxes and arrows on a canvas, what is known of each beside them, and the same in order of time.
//!
//! The worker lays everything out; the page paints, pans and zooms, and asks again when run, filter or folding change.

mod bar;
mod keys;
mod mirror;
mod paint;
mod save;
mod side;
mod steps;

use crate::engine::protocol::{Failure, Reply, Request};
use crate::scene::graph::lens::{Lens, Part};
use crate::scene::graph::{EdgeKind, GraphRequest, GraphScene, NodeKind};
use crate::ui::canvas::{Gesture, Look, Plot, PlotHandle, Point, Surface, plot_canvas};
use crate::ui::dom::{El, div, effect, el, on_change, switch};
use crate::ui::field::Field;
use crate::ui::pace::{FRAME, Pace};
use crate::ui::state::AppState;
use crate::web::latest::Latest;
use crate::web::link::Answer;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use web_sys::HtmlElement;

/// A turn of the wheel that makes everything larger by a factor of e.
const WHEEL: f64 = 500.0;

/// The view.
struct Board {
    app: AppState,
    /// Of the opened run; else of all that pass the filter.
    of_run: bool,
    handle: PlotHandle,
    feed: Latest,
    /// Kinds of which every node is shown.
    unfolded: Field<u8>,
    asked: RefCell<Option<(u32, GraphRequest)>>,
    scene: Field<Rc<GraphScene>>,
    /// The picture that is listed beside it.
    listed: Rc<Field<Rc<GraphScene>>>,
    pace: Pace,
    /// Why there is nothing to see.
    failed: Field<String>,
    chosen: Field<Part>,
    hover: Field<Part>,
    /// What is on screen; `None` for all of it.
    lens: Cell<Option<Lens>>,
    /// Width and height of the canvas.
    size: Cell<(f64, f64)>,
    /// Where the pointer was seen last, and where a drag has come to.
    pointer: Cell<Option<Point>>,
    dragged: Cell<Point>,
    look: RefCell<Look>,
    stale: Cell<bool>,
    /// The element with the keyboard's focus.
    place: RefCell<Option<HtmlElement>>,
}

impl Board {
    fn new(app: AppState, of_run: bool) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let listener = me.clone();
            Self {
                app,
                of_run,
                handle: PlotHandle::default(),
                feed: Latest::new(app.link(), move |answer| {
                    if let Some(board) = listener.upgrade() {
                        board.hear(answer);
                    }
                }),
                unfolded: Field::new(0),
                asked: RefCell::default(),
                scene: Field::new(Rc::default()),
                listed: Rc::default(),
                pace: Pace::default(),
                failed: Field::new(String::new()),
                chosen: Field::new(Part::Nothing),
                hover: Field::new(Part::Nothing),
                lens: Cell::new(None),
                size: Cell::default(),
                pointer: Cell::new(None),
                dragged: Cell::default(),
                look: RefCell::default(),
                stale: Cell::new(true),
                place: RefCell::new(None),
            }
        })
    }

    fn hear(&self, answer: Result<Answer, Failure>) {
        match answer.map(|answer| answer.reply) {
            Ok(Reply::Graph(scene)) => {
                let (open, _) = self.app.shown_run();
                if open != Some(scene.document) {
                    return;
                }
                self.failed.set_if_new(String::new());
                self.hover.set_if_new(Part::Nothing);
                let before = self.scene.get_untracked();
                let chosen = found_again(&before, &scene, self.chosen.get_untracked());
                if before.size.map(f32::to_bits) != scene.size.map(f32::to_bits) {
                    self.lens.set(None);
                }
                let scene: Rc<GraphScene> = Rc::from(scene);
                self.scene.set(scene.clone());
                self.list(scene, chosen);
                self.chosen.set_if_new(chosen);
                self.handle.mark();
            }
            Err(failure) if !failure.aborted => self.failed.set(failure.message),
            _ => {}
        }
    }

    /// Lists a picture beside it: in the frame behind it, because both in one would hold the page up, but at once where a
    /// part is chosen, which is told there.
    fn list(&self, scene: Rc<GraphScene>, chosen: Part) {
        self.pace.stop();
        if (chosen, self.chosen.get_untracked()) != (Part::Nothing, Part::Nothing) {
            self.listed.set(scene);
            return;
        }
        let listed = Rc::clone(&self.listed);
        self.pace.take(FRAME, || {});
        self.pace.take(FRAME, move || listed.set(scene));
    }

    /// The request for what is shown; `None` while there is nothing to ask for.
    fn request(&self) -> Option<(u32, GraphRequest)> {
        let (document, trace) = self.app.shown_run();
        let trace = trace.filter(|_| self.of_run);
        if self.of_run && trace.is_none() {
            return None;
        }
        let mut request = GraphRequest {
            trace,
            unfolded: self.unfolded.get_untracked(),
            ..GraphRequest::default()
        };
        if !self.of_run {
            request.filter = self.app.runs_filter.get_untracked();
        }
        Some((document?, request))
    }

    /// Asks for what is shown, when that was not asked for yet.
    fn ask(&self) {
        let Some(asked) = self.request() else {
            return;
        };
        if self.stale.replace(false) || self.asked.borrow().as_ref() != Some(&asked) {
            let request = asked.1.clone();
            self.asked.replace(Some(asked));
            self.feed.ask(Request::Graph(Box::new(request)));
        }
    }

    fn outdate(&self) {
        self.stale.set(true);
        self.ask();
    }

    /// Shows all nodes of a kind, or no more.
    fn unfold(&self, kind: Option<NodeKind>) {
        let bits = self.unfolded.get_untracked();
        self.unfolded
            .set_if_new(kind.map_or(0, |kind| bits | 1 << kind as u8));
        self.ask();
    }

    fn lens(&self) -> Lens {
        self.lens.get().unwrap_or_else(|| {
            let size = self.scene.with_untracked(|scene| scene.size);
            Lens::fitted(size, self.size.get())
        })
    }

    fn look_through(&self, lens: Option<Lens>) {
        self.lens.set(lens);
        self.handle.mark();
    }

    /// Larger by a factor about a place, or about the middle.
    fn zoom(&self, at: Option<Point>, factor: f64) {
        let (width, height) = self.size.get();
        let at = at.map_or((width / 2.0, height / 2.0), |at| (at.x, at.y));
        self.look_through(Some(self.lens().zoomed(at, factor)));
    }

    fn pan(&self, by: (f64, f64)) {
        let size = self.scene.with_untracked(|scene| scene.size);
        let lens = self.lens().moved(by, size, self.size.get());
        self.look_through(Some(lens));
    }

    fn hit(&self, at: Point) -> Part {
        let scene = self.scene.get_untracked();
        self.lens().hit(&scene.nodes, &scene.edges, (at.x, at.y))
    }

    /// Chooses something, and moves so that it is seen.
    fn choose(&self, part: Part) {
        self.chosen.set_if_new(part);
        let place = self.scene.with_untracked(|scene| match part {
            Part::Node(at) => scene.nodes.get(at as usize).map(|node| node.place),
            _ => None,
        });
        if let Some(place) = place {
            let (before, size) = (self.lens(), self.size.get());
            let lens = before.showing(place, size);
            if lens != before && size.0 > 0.0 {
                self.look_through(Some(lens));
            }
        }
    }

    /// Shows the spans of something in the waterfall.
    fn show(&self, part: Part) {
        let scene = self.scene.get_untracked();
        let spans = match part {
            Part::Node(at) => scene
                .nodes
                .get(at as usize)
                .and_then(|node| Some((node.first?, node.filter.clone()))),
            Part::Edge(at) => scene.edges.get(at as usize).and_then(|edge| {
                let (first, _) = edge.spans.first()?;
                Some((*first, edge.filter.clone()))
            }),
            Part::Nothing => None,
        };
        if let Some((first, filter)) = spans {
            self.app.show_spans(first, filter);
        }
    }

    /// Opens a node that stands for several.
    fn enter(&self, part: Part) {
        let kind = self.scene.with_untracked(|scene| match part {
            Part::Node(at) => scene
                .nodes
                .get(at as usize)
                .filter(|node| node.joined > 0)
                .map(|node| node.kind),
            _ => None,
        });
        match kind {
            Some(kind) => self.unfold(Some(kind)),
            None => self.show(part),
        }
    }
}

/// The same part in another picture; nothing when it is not there.
fn found_again(before: &GraphScene, now: &GraphScene, part: Part) -> Part {
    let id = |scene: &GraphScene, at: u32| {
        let node = scene.nodes.get(at as usize);
        node.map(|node| node.id.clone())
    };
    let found = match part {
        Part::Node(at) => {
            let id = id(before, at);
            let mut nodes = now.nodes.iter();
            nodes
                .position(|node| Some(&node.id) == id.as_ref())
                .map(|at| Part::Node(at as u32))
        }
        Part::Edge(at) => before.edges.get(at as usize).and_then(|edge| {
            let ends = (id(before, edge.from), id(before, edge.to));
            let mut edges = now.edges.iter();
            let found = edges.position(|other| {
                other.kind == edge.kind && (id(now, other.from), id(now, other.to)) == ends
            });
            found.map(|at| Part::Edge(at as u32))
        }),
        Part::Nothing => None,
    };
    found.unwrap_or_default()
}

/// What an edge says between the names of its ends.
fn verb(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Delegation => "delegates to",
        EdgeKind::Handoff => "hands over to",
        EdgeKind::Link => "is linked to",
        EdgeKind::Correlation => "probably leads to",
        EdgeKind::Tool => "calls",
        EdgeKind::Call => "asks",
    }
}

impl Plot for Board {
    fn paint(&self, surface: &Surface) {
        let size = (surface.width(), surface.height());
        self.size.set(size);
        let scene = self.scene.get_untracked();
        let lit = paint::Lit {
            chosen: self.chosen.get_untracked(),
            hover: self.hover.get_untracked(),
        };
        let mut look = self.look.borrow_mut();
        paint::paint(
            &mut look.on_canvas(surface),
            size,
            &scene,
            &self.lens(),
            lit,
        );
        if scene.document > 0 {
            self.app.painted(scene.document);
        }
    }

    fn gesture(&self, gesture: Gesture) {
        match gesture {
            Gesture::Hover(at) => {
                self.pointer.set(Some(at));
                self.hover.set_if_new(self.hit(at));
            }
            Gesture::Leave | Gesture::Cancel => {
                self.pointer.set(None);
                self.hover.set_if_new(Part::Nothing);
            }
            Gesture::Press(at, _) => {
                self.dragged.set(at);
                if let Some(place) = &*self.place.borrow() {
                    let _ = place.focus();
                }
            }
            Gesture::Drag(at) => {
                let from = self.dragged.replace(at);
                self.pan((at.x - from.x, at.y - from.y));
            }
            Gesture::Drop(_) => {}
            Gesture::Click(at, _) => self.chosen.set_if_new(self.hit(at)),
            Gesture::Double(at) => self.enter(self.hit(at)),
            Gesture::Zoom(at, factor) => self.zoom(Some(at), factor),
            Gesture::Pan(by) => self.pan((-by, 0.0)),
            // Two fingers have no pointer: they move the graph, a wheel enlarges it.
            Gesture::Scroll(by) => match self.pointer.get() {
                Some(at) => self.zoom(Some(at), (-by / WHEEL).exp()),
                None => self.pan((0.0, -by)),
            },
        }
    }
}

/// Agents, tools and models of a run, or of all that pass the filter.
pub fn graph(app: AppState, of_run: bool) -> El {
    let board = Board::new(app, of_run);
    let it = board.clone();
    // Another document, run, filter, or set of prices.
    on_change(
        move || (app.shown_run(), app.priced.get(), app.filter_state.get()),
        move |_| it.outdate(),
    );
    let it = board.clone();
    effect(move || {
        app.dark.track();
        it.look.borrow_mut().forget();
        it.handle.mark();
    });
    let it = board.clone();
    effect(move || {
        it.chosen.track();
        it.hover.track();
        it.handle.mark();
    });
    div("graph-view").child(switch(
        move || of_run && app.steps.get(),
        move |shows_steps| {
            if shows_steps {
                div("graph-whole").child(steps::steps(&board))
            } else {
                whole(&board)
            }
        },
    ))
}

/// Boxes and arrows, and what is known of them.
fn whole(board: &Rc<Board>) -> El {
    let plot: Weak<dyn Plot> = Rc::downgrade(&(board.clone() as Rc<dyn Plot>));
    let canvas = plot_canvas(&plot, &board.handle, "graph-canvas");
    let (keyed, empty) = (board.clone(), board.clone());
    let place = div("graph-place")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("data-region", "")
        .attr("aria-label", "Agent graph")
        .on_plain_key(move |event| keyed.key(&event.key(), event.shift_key()));
    board.place.replace(Some(place.html().clone()));
    div("graph-whole").child((
        div("graph-main").child((
            bar::bar(board),
            place.child((
                canvas,
                mirror::mirror(board),
                mirror::said(board),
                move || nothing(&empty),
            )),
            bar::legend(board),
        )),
        side::side(board),
    ))
}

/// Why nothing is drawn.
fn nothing(board: &Rc<Board>) -> Option<El> {
    let failed = board.failed.get();
    let is_empty = board
        .scene
        .with(|scene| scene.document > 0 && scene.nodes.is_empty());
    let words = if !failed.is_empty() {
        failed
    } else if is_empty {
        "No agent, tool or model is recorded here: spans of services alone say nothing of who asked whom.".to_owned()
    } else {
        return None;
    };
    Some(div("empty").child(el("p").child(words)))
}
