//! The run unfolded in order of time: a line for each step, with an arrow from the lane of who calls to that of who is called.
//!
//! Only lines near the view are in the page, and only pages of steps that were looked at come from the worker.

use super::bar::{mark, modes};
use super::{Board, verb};
use crate::engine::protocol::{Reply, Request};
use crate::model::decimal::decimal;
use crate::model::order::RowMap;
use crate::scene::format::{count, counted};
use crate::scene::graph::{EdgeKind, Lane, Step};
use crate::ui::canvas::token;
use crate::ui::dom::{El, div, el, on_change, span};
use crate::ui::field::Field;
use crate::ui::rows::Rows;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Steps of one page.
const PAGE: u32 = 200;
/// Height of a line.
const ROW: f64 = 28.0;

/// Steps as far as they were looked at.
struct Steps {
    board: Rc<Board>,
    pages: Field<RowMap<Rc<Vec<Step>>>>,
    asked: Field<Vec<u32>>,
    lanes: Field<Rc<Vec<Lane>>>,
    /// How many there are; `None` before the first answer.
    count: Field<Option<u32>>,
    turn: Field<u32>,
    /// The step that the keyboard is at.
    current: Field<Option<u32>>,
}

impl Steps {
    /// Asks for the page of a step, once.
    fn want(self: &Rc<Self>, step: u32) {
        let page = step / PAGE;
        if self.asked.with_untracked(|asked| asked.contains(&page)) {
            return;
        }
        let Some((document, mut request)) = self.board.request() else {
            return;
        };
        request.steps = Some((page * PAGE, PAGE));
        self.asked.update_untracked(|asked| asked.push(page));
        let (steps, turn) = (self.clone(), self.turn.get_untracked());
        spawn_local(async move {
            let Ok(answer) = steps.board.app.ask(Request::Graph(Box::new(request))).await else {
                return;
            };
            let Reply::Graph(scene) = answer.reply else {
                return;
            };
            if turn != steps.turn.get_untracked() || scene.document != document {
                return;
            }
            let scene = *scene;
            steps.count.set_if_new(Some(scene.steps_at.1));
            if steps.lanes.with_untracked(|lanes| lanes.is_empty()) {
                steps.lanes.set(Rc::new(scene.lanes));
            }
            let page_steps = Rc::new(scene.steps);
            steps
                .pages
                .update(|pages| drop(pages.insert(page, page_steps.clone())));
            steps.board.app.painted(document);
        });
    }

    /// Shows a step in the waterfall.
    fn show(&self, at: u32) {
        if let Some(step) = leptos::prelude::untrack(|| self.step(at)) {
            self.board.app.show_spans(step.row, String::new());
        }
    }

    fn step(&self, at: u32) -> Option<Step> {
        self.pages
            .with(|pages| pages.find(at / PAGE)?.get((at % PAGE) as usize).cloned())
    }

    /// Begins anew for another run; the steps of the same one are asked for again and stay until they come.
    fn begin(self: &Rc<Self>, is_other: bool) {
        self.turn
            .update_untracked(|turn| *turn = turn.wrapping_add(1));
        let again = self.asked.get_untracked();
        self.asked.set(Vec::new());
        if is_other {
            self.pages.set(RowMap::default());
            self.lanes.set(Rc::default());
            self.count.set(None);
            self.current.set(None);
            self.want(0);
        } else {
            for page in again {
                self.want(page * PAGE);
            }
        }
    }
}

/// The steps of the run.
pub fn steps(board: &Rc<Board>) -> El {
    let steps = Rc::new(Steps {
        board: board.clone(),
        pages: Field::new(RowMap::default()),
        asked: Field::new(Vec::new()),
        lanes: Field::new(Rc::default()),
        count: Field::new(None),
        turn: Field::new(0),
        current: Field::new(None),
    });
    let (app, it) = (board.app, steps.clone());
    let run = Field::new(None);
    on_change(
        move || (app.shown_run(), app.priced.get()),
        move |(shown, _)| {
            let is_other = run.with_untracked(|run| *run != Some(*shown));
            run.set(Some(*shown));
            it.begin(is_other);
        },
    );
    let counted_steps = steps.clone();
    let rows = Rows::new("steps-rows", ROW, move || {
        counted_steps.count.get().unwrap_or(0)
    });
    let (made, keyed, moved) = (steps.clone(), steps.clone(), rows.clone());
    rows.fill(move |at| line(&made, at));
    let (headed, empty, said) = (steps.clone(), steps.clone(), steps.clone());
    let (laned, drawn, active) = (steps.clone(), steps.clone(), steps.clone());
    let list = rows
        .element()
        .attr("tabindex", "0")
        .attr("role", "listbox")
        .attr("data-region", "")
        .attr("aria-label", "Steps in order of time")
        .style_of("--lanes", move || {
            laned.lanes.with(|lanes| lanes.len().max(1)).to_string()
        })
        .style_of("--lines", move || {
            drawn.lanes.with(|lanes| lines(lanes.len()))
        })
        .attr_of("aria-activedescendant", move || {
            active.current.get().map(|at| format!("step-{at}"))
        })
        .on_key(move |event| {
            let page = moved.page();
            let last = keyed.count.get_untracked().unwrap_or(0).saturating_sub(1);
            let at = keyed.current.get_untracked();
            let to = match event.key().as_str() {
                "ArrowDown" => at.map_or(0, |at| at + 1),
                "ArrowUp" => at.unwrap_or(0).saturating_sub(1),
                "Home" => 0,
                "End" => last,
                "PageDown" => at.unwrap_or(0) + page,
                "PageUp" => at.unwrap_or(0).saturating_sub(page),
                "Enter" => {
                    if let Some(at) = at {
                        event.prevent_default();
                        keyed.show(at);
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            keyed.current.set(Some(to.min(last)));
            moved.show(to.min(last));
        })
        .child(move || head(&headed));
    div("graph-main").child((
        div("graph-bar")
            .attr("role", "toolbar")
            .attr("aria-label", "Steps")
            .child((
                modes(board.app),
                span("hint").text_of(move || match said.count.get() {
                    Some(many) => counted(u64::from(many), "step"),
                    None => String::new(),
                }),
            )),
        list,
        move || {
            (empty.count.get() == Some(0)).then(|| {
                let words = "No agent asks a model, calls a tool or sets another agent to work in this run.";
                div("empty").child(el("p").child(words))
            })
        },
    ))
}

/// The line of each lane, as a background: one picture each, since parts of a repeated one fall between pixels.
fn lines(many: usize) -> String {
    /// With more lanes, lines are no help.
    const MOST: usize = 60;
    if many == 0 || many > MOST {
        return "none".to_owned();
    }
    let mut text = String::new();
    for at in 0..many {
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str("linear-gradient(var(--line-2), var(--line-2)) ");
        text.push_str(&percent(at as f64 + 0.5, many as f64));
        text.push_str(" 0 / 1px 100% no-repeat");
    }
    text
}

/// A place among lanes.
fn percent(lanes: f64, many: f64) -> String {
    format!("{}%", decimal(lanes / many * 100.0, 3))
}

/// Names of the lanes.
fn head(steps: &Rc<Steps>) -> El {
    let lanes = steps.lanes.get();
    let name = |lane: &Lane| {
        span("steps-lane").attr("title", lane.label.clone()).child((
            mark(lane.kind, lane.ink),
            span("ellipsis").child(lane.label.as_str()),
        ))
    };
    div("steps-head").attr("role", "presentation").child((
        span("num").child("Step"),
        span("num").child("At"),
        div("steps-lanes").child(lanes.iter().map(name).collect::<Vec<El>>()),
        span("").child("What"),
    ))
}

/// One step; empty until it is there.
fn line(steps: &Rc<Steps>, at: u32) -> El {
    steps.want(at);
    let (steps, marked) = (steps.clone(), steps.clone());
    let (picked, shown) = (steps.clone(), steps.clone());
    div("steps-row")
        .attr("role", "option")
        .attr("id", format!("step-{at}"))
        .attr("title", "Enter or double click: show in waterfall")
        .attr_of("aria-selected", move || marked.current.get() == Some(at))
        .on("click", move |_| picked.current.set(Some(at)))
        .on("dblclick", move |_| shown.show(at))
        .child(move || {
            let Some(step) = steps.step(at) else {
                return Vec::new();
            };
            let from = steps.lanes.with(|lanes| {
                let lane = lanes.get(step.lanes.0 as usize);
                lane.map_or_else(String::new, |lane| lane.label.clone())
            });
            let what = format!("{from} {} ", verb(step.kind));
            vec![
                span("num hint").child(count(u64::from(at) + 1)),
                span("num hint").child(step.at.as_str()),
                div("steps-lanes").child(arrow(&steps, &step)),
                span("steps-what ellipsis").child((
                    span("unseen").child(what),
                    el("b").child(step.label.as_str()),
                    step.failed.then(|| span("is-failed").child(" failed")),
                    span("hint").child(format!(" {}", step.value)),
                )),
            ]
        })
}

/// The arrow from one lane to another, or to itself.
fn arrow(steps: &Steps, step: &Step) -> El {
    let many = steps.lanes.with_untracked(|lanes| lanes.len().max(1)) as f64;
    let (first, last) = step.lanes;
    let (from, to) = (f64::from(first.min(last)), f64::from(first.max(last)));
    let mut class = "steps-arrow".to_owned();
    if last < first {
        class.push_str(" is-back");
    } else if last == first {
        class.push_str(" is-own");
    }
    if step.kind.is_inferred() {
        class.push_str(" is-inferred");
    }
    if step.failed {
        class.push_str(" is-broken");
    }
    let colour = match step.kind {
        EdgeKind::Handoff => "--k-handoff".to_owned(),
        EdgeKind::Link | EdgeKind::Correlation => "--ink-3".to_owned(),
        _ => token(step.ink),
    };
    span(&class)
        .style("left", &percent(from + 0.5, many))
        .style("width", &percent(to - from, many))
        .style("color", &format!("var({colour})"))
}
