//! Who was asked what: the matrix of agents and models, the ways that requests went, which models served when, what other
//! models would have cost, and where the time went.
//!
//! The worker counts and lays out; the page asks for five pieces (see [`crate::scene::routing`]), each again when what it
//! depends on has changed.

mod below;
mod flow;
mod grid;
mod save;
mod shares;
mod table;
mod what_if;

use crate::engine::protocol::{Failure, Reply, Request};
use crate::model::{SpanRow, Timestamp};
use crate::scene::drawn::filter_of;
use crate::scene::format::Zone;
use crate::scene::routing::{
    Alternatives, Aside, CallOutcome, Flow, MODELS, Matrix, Piece, ROWS, RouteRequest, Shares,
    Shown, Width,
};
use crate::ui::canvas::{PlotHandle, token};
use crate::ui::dom::{El, Parts, button, div, el, on_change, parts, span, switch};
use crate::ui::field::Field;
use crate::ui::pace::{FRAME, Pace};
use crate::ui::state::AppState;
use crate::ui::words::zone;
use crate::web::latest::Latest;
use crate::web::link::Answer;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// What was chosen; it stays when the view is left.
#[derive(Debug, Clone, PartialEq)]
struct Choice {
    width: Width,
    most: u16,
    /// Of agents, and of tasks.
    assigned: [Vec<(String, String)>; 2],
    compared: Vec<String>,
}

thread_local! {
    static CHOICE: RefCell<Choice> = const {
        RefCell::new(Choice {
            width: Width::Cost,
            most: ROWS,
            assigned: [Vec::new(), Vec::new()],
            compared: Vec::new(),
        })
    };
}

/// Names of task, agent, model and outcome, as far as they are chosen; a name of `None` is what has none.
type Names = [Option<Option<String>>; 4];

/// What is selected: a row, a column, a cell, a node, a band, or a model's share of a stretch of time.
#[derive(Debug, Clone, Default, PartialEq)]
struct Selected {
    names: Names,
    /// What is shown of them.
    labels: Vec<(u8, String)>,
    /// The stretch of time, in nanoseconds since the epoch; `None` for all of it.
    time: Option<(i64, i64)>,
    calls: u32,
    first: SpanRow,
}

/// What was asked for last: another document, or another request, is asked for again.
type Asked = RefCell<Option<(u32, RouteRequest)>>;

/// The view.
struct Routes {
    app: AppState,
    /// Of the opened run; else of all that pass the filter.
    of_run: bool,
    choice: Field<Choice>,
    feeds: [Latest; 5],
    asked: [Asked; 5],
    /// Something that no request says has changed.
    stale: [Cell<bool>; 5],
    matrix: Field<Rc<Matrix>>,
    flow: Field<Rc<Flow>>,
    aside: Field<Rc<Aside>>,
    alternatives: Field<Rc<Alternatives>>,
    shares: Field<Rc<Shares>>,
    /// The document of the matrix; 0 before there is one.
    document: Field<u32>,
    /// Pieces that have come.
    there: [Field<bool>; 5],
    failed: Field<String>,
    selected: Field<Option<Selected>>,
    handle: PlotHandle,
    shares_handle: PlotHandle,
}

impl Routes {
    fn new(app: AppState, of_run: bool) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let feed = || {
                let listener = me.clone();
                Latest::new(app.link(), move |answer| {
                    if let Some(routes) = listener.upgrade() {
                        routes.hear(answer);
                    }
                })
            };
            Self {
                app,
                of_run,
                choice: Field::new(CHOICE.with_borrow(Clone::clone)),
                feeds: [feed(), feed(), feed(), feed(), feed()],
                asked: Default::default(),
                stale: Default::default(),
                matrix: Field::default(),
                flow: Field::default(),
                aside: Field::default(),
                alternatives: Field::default(),
                shares: Field::default(),
                document: Field::new(0),
                there: Default::default(),
                failed: Field::default(),
                selected: Field::default(),
                handle: PlotHandle::default(),
                shares_handle: PlotHandle::default(),
            }
        })
    }

    fn hear(&self, answer: Result<Answer, Failure>) {
        match answer.map(|answer| answer.reply) {
            Ok(Reply::Routed(routed)) => {
                if self.app.shown_run().0 != Some(routed.document) {
                    return;
                }
                match routed.shown {
                    Shown::Matrix(matrix) => {
                        self.failed.set_if_new(String::new());
                        self.matrix.set(Rc::from(matrix));
                        self.document.set_if_new(routed.document);
                        self.app.painted(routed.document);
                        // The rest waits until the first piece is there.
                        self.ask(2);
                    }
                    Shown::Flow(flow) => {
                        self.flow.set(Rc::new(flow));
                        self.there[1].set_if_new(true);
                        self.handle.mark();
                    }
                    Shown::Shares(shares) => {
                        self.shares.set(Rc::new(shares));
                        self.there[3].set_if_new(true);
                        self.shares_handle.mark();
                    }
                    Shown::Aside(aside) => {
                        self.aside.set(Rc::new(aside));
                        self.there[2].set_if_new(true);
                        self.ask(4);
                    }
                    Shown::Alternatives(alternatives) => {
                        self.alternatives.set(Rc::new(alternatives));
                        self.there[4].set_if_new(true);
                    }
                }
            }
            Err(failure) if !failure.aborted => self.failed.set(failure.message),
            _ => {}
        }
    }

    /// Asks for a piece, when that was not asked for yet: 0 is the matrix, 2 what stands aside, 4 the alternatives.
    fn ask(&self, at: usize) {
        let (tasks, measure) = self.app.route.get_untracked();
        let piece = self.choice.with_untracked(|choice| match at {
            0 => Piece::Matrix {
                tasks,
                measure,
                most: choice.most,
                assigned: choice.assigned[usize::from(tasks)].clone(),
            },
            2 => Piece::Aside,
            _ => Piece::Alternatives {
                compared: choice.compared.clone(),
            },
        });
        self.ask_for(at, piece);
    }

    /// Asks for the flow in so much room.
    fn ask_flow(&self, room: f64) {
        let width = self.choice.with_untracked(|choice| choice.width);
        let room = room.clamp(1.0, 8000.0) as u16;
        self.ask_for(1, Piece::Flow { width, room });
    }

    /// Asks for shares over time on an axis with so much room.
    fn ask_shares(&self, room: f64) {
        self.ask_for(3, self.shares_of(room, MODELS));
    }

    /// Shares of so many models. Those of several runs stand on a clock.
    fn shares_of(&self, room: f64, most: u16) -> Piece {
        let app = self.app;
        let earliest = app.document.with_untracked(|document| {
            let document = document.as_ref();
            document.map_or(0, |document| document.earliest_ns)
        });
        let utc = app.settings.with_untracked(|settings| settings.utc);
        let zone = match zone(utc, Timestamp(earliest)) {
            Zone::Utc => 0,
            Zone::Minutes(minutes) => minutes as i16,
        };
        Piece::Shares {
            width: self.choice.with_untracked(|choice| choice.width),
            room: room.clamp(1.0, 8000.0) as u16,
            zone: (!self.of_run).then_some(zone),
            most,
        }
    }

    /// Whether these pieces are still to come, so that what stands below them would move.
    fn waits_for<const N: usize>(&self, pieces: [usize; N]) -> Option<&'static str> {
        let is_there = |&at: &usize| self.there.get(at).is_none_or(Field::get);
        let is_waiting = !pieces.iter().all(is_there);
        (is_waiting && self.failed.with(String::is_empty)).then_some("")
    }

    fn ask_for(&self, at: usize, piece: Piece) {
        let Some((document, request)) = self.request(piece) else {
            return;
        };
        let asked = Some((document, request.clone()));
        let (Some(feed), Some(last), Some(stale)) =
            (self.feeds.get(at), self.asked.get(at), self.stale.get(at))
        else {
            return;
        };
        if stale.replace(false) || *last.borrow() != asked {
            last.replace(asked);
            feed.ask(Request::Route(Box::new(request)));
        }
    }

    /// A piece of what this is about, and the document; `None` when there is no such document or run.
    fn request(&self, piece: Piece) -> Option<(u32, RouteRequest)> {
        let (document, trace) = self.app.shown_run();
        let document = document?;
        let trace = trace.filter(|_| self.of_run);
        if self.of_run {
            trace?;
        }
        let filter = if self.of_run {
            String::new()
        } else {
            self.app.runs_filter.get_untracked()
        };
        let request = RouteRequest {
            trace,
            filter,
            piece,
        };
        Some((document, request))
    }

    /// Asks for everything again.
    fn outdate(&self) {
        for stale in &self.stale {
            stale.set(true);
        }
        self.ask(0);
        self.mark();
    }

    /// Paints what is drawn again, and asks for it where it is not asked for yet.
    fn mark(&self) {
        self.handle.mark();
        self.shares_handle.mark();
    }

    fn choose(&self, change: impl FnOnce(&mut Choice)) {
        self.choice.update(change);
        self.choice
            .with_untracked(|choice| CHOICE.set(choice.clone()));
        self.ask(0);
        self.ask(4);
        self.mark();
    }

    /// Assigns a model to an agent or a task, or takes it away.
    fn assign(&self, name: &str, model: &str) {
        let model = model.trim();
        self.change_assigned(|assigned| {
            assigned.retain(|(known, _)| known != name);
            if !model.is_empty() {
                assigned.push((name.to_owned(), model.to_owned()));
            }
        });
    }

    fn change_assigned(&self, change: impl FnOnce(&mut Vec<(String, String)>)) {
        let tasks = self.app.route.get_untracked().0;
        self.choose(|choice| change(&mut choice.assigned[usize::from(tasks)]));
    }

    fn select(&self, selected: Option<Selected>) {
        self.selected.set_if_new(selected);
    }

    /// Shows what is selected in the waterfall.
    fn show(&self) {
        if let Some(selected) = self.selected.get_untracked() {
            let filter = selected.filter();
            self.app
                .show_spans_of(selected.first, filter, selected.time);
        }
    }
}

impl Selected {
    /// A filter that keeps its spans; empty when there is none that says it.
    fn filter(&self) -> String {
        let [task, agent, model, outcome] = &self.names;
        // No field of a span tells its task.
        if task.is_some() {
            return String::new();
        }
        let mut levels = Vec::new();
        let mut names = Vec::new();
        for (level, name) in [("agent", agent), ("model", model)] {
            if let Some(name) = name {
                levels.push(level.to_owned());
                names.push(name.clone());
            }
        }
        let mut filter = filter_of(&levels, &names);
        let called = outcome.as_ref().and_then(Option::as_deref);
        let outcome = CallOutcome::ALL
            .into_iter()
            .find(|outcome| Some(outcome.as_str()) == called);
        let Some(outcome) = outcome else {
            return filter;
        };
        if filter.is_empty() {
            filter.push_str("{ ");
        } else {
            filter.truncate(filter.len() - 2);
            filter.push_str(" && ");
        }
        filter.push_str("call = ");
        filter.push_str(outcome.word());
        filter.push_str(" }");
        filter
    }
}

/// Agents and models of a run, or of all that pass the filter.
pub fn routing(app: AppState, of_run: bool) -> El {
    let routes = Routes::new(app, of_run);
    let it = routes.clone();
    // Another document, run, filter, or set of prices.
    on_change(
        move || (app.shown_run(), app.priced.get(), app.filter_state.get()),
        move |_| it.outdate(),
    );
    let it = routes.clone();
    on_change(move || app.route.get(), move |_| it.ask(0));
    let it = routes.clone();
    // What is selected is a part of what is shown.
    on_change(
        move || (app.shown_run(), app.route.get().0),
        move |_| it.select(None),
    );
    let (shown, full) = (routes.clone(), routes.clone());
    div("route-view").child((
        // What is made for a matrix stays while it changes: a field in it may have the focus.
        switch(
            move || shown.document.get() > 0 && shown.matrix.with(|matrix| !matrix.rows.is_empty()),
            move |is_there| is_there.then(|| all(&full)),
        ),
        move || empty(&routes),
    ))
}

/// Everything: the matrix now, what stands beside and below it in frames of their own, because all of it in one would hold the
/// page up.
fn all(routes: &Rc<Routes>) -> Parts {
    let (pace, stage) = (Pace::default(), Rc::new(Field::new(0)));
    for at in 0..3 {
        let stage = stage.clone();
        pace.take(FRAME, move || stage.set_if_new(at));
    }
    let (beside, below) = (routes.clone(), routes.clone());
    let stages = stage.clone();
    parts((
        div("route-main").attr("data-region", "").child((
            table::bar(routes),
            table::table(routes),
            switch(
                move || stage.get() > 1,
                move |is_time| {
                    let it = &below;
                    is_time.then(|| (flow::flow(it), shares::shares(it), below::below(it)))
                },
            ),
        )),
        switch(
            move || stages.get() > 0,
            move |is_time| is_time.then(|| what_if::panel(&beside)),
        ),
    ))
}

/// Scrolls the page around a drawing, which takes the wheel itself.
fn scroll_on(drawing: Option<&web_sys::Element>, by: f64) {
    let main = drawing.and_then(|drawing| drawing.closest(".route-main").ok().flatten());
    if let Some(main) = main {
        main.scroll_by_with_x_and_y(0.0, by);
    }
}

/// Why nothing is shown.
fn empty(routes: &Routes) -> Option<El> {
    let failed = routes.failed.get();
    let words = if !failed.is_empty() {
        failed
    } else if routes.document.get() > 0 && routes.matrix.with(|matrix| matrix.rows.is_empty()) {
        "No model was asked here.".to_owned()
    } else {
        return None;
    };
    Some(div("empty").child(el("p").child(words)))
}

/// The sign of an agent or a model: a dot or a square of its colour.
fn sign(class: &str, ink: u8) -> El {
    let colour = format!("var({})", token(ink));
    span(class).style("background", &colour)
}

/// One of a few choices.
pub(super) fn segment(
    label: &str,
    names: &[&'static str],
    chosen: impl Fn() -> usize + Clone + 'static,
    choose: impl Fn(usize) + Clone + 'static,
) -> El {
    let one = |(at, name): (usize, &&'static str)| {
        let (chosen, choose) = (chosen.clone(), choose.clone());
        button("", move || choose(at))
            .attr_of("aria-pressed", move || chosen() == at)
            .child(*name)
    };
    div("segment")
        .attr("role", "group")
        .attr("aria-label", label.to_owned())
        .child(names.iter().enumerate().map(one).collect::<Vec<El>>())
}
