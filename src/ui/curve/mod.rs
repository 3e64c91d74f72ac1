//! Tokens and cost so far, and how full contexts are, below the waterfall and over the same time.
//!
//! The worker works out what there is for each pixel; the page paints it under the present window while the next part is on
//! its way.

mod chart;

use crate::engine::protocol::{Failure, Reply, Request};
use crate::model::PicoUsd;
use crate::scene::curve::{Curve, CurveRequest, Rise};
use crate::scene::format::{cost, count, duration};
use crate::scene::scale::fit;
use crate::ui::canvas::{Gesture, Palette, Plot, PlotHandle, Point, Surface, plot_canvas};
use crate::ui::dom::{El, div, effect, el, on_change, px, span};
use crate::ui::field::Field;
use crate::ui::state::AppState;
use crate::ui::waterfall::Stage;
use crate::ui::waterfall::geometry::{Axis, PAD};
use crate::web::latest::Latest;
use crate::web::link::Answer;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Calls that are listed for assistive technology.
const LISTED: usize = 100;

struct Curves {
    app: AppState,
    stage: Rc<Stage>,
    handle: PlotHandle,
    feed: Latest,
    scene: Field<Rc<Curve>>,
    /// What was asked for last, with the document and the prices it was asked of.
    asked: RefCell<Option<(u32, u32, CurveRequest)>>,
    /// The time below the pointer, and its pixel.
    hover: Field<Option<(i64, f64)>>,
    palette: RefCell<Palette>,
    width: Cell<f64>,
}

impl Curves {
    fn new(app: AppState, stage: &Rc<Stage>) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let listener = me.clone();
            let feed = Latest::new(app.link(), move |answer| {
                if let Some(curves) = listener.upgrade() {
                    curves.hear(answer);
                }
            });
            Self {
                app,
                stage: stage.clone(),
                handle: PlotHandle::default(),
                feed,
                scene: Field::new(Rc::default()),
                asked: RefCell::default(),
                hover: Field::new(None),
                palette: RefCell::default(),
                width: Cell::new(0.0),
            }
        })
    }

    fn hear(&self, answer: Result<Answer, Failure>) {
        if let Ok(Answer {
            reply: Reply::Curve(scene),
            ..
        }) = answer
            && self.app.shown_run() == (Some(scene.document), Some(scene.trace))
        {
            self.scene.set(Rc::from(scene));
            self.handle.mark();
        }
    }

    /// The axis of the bars above.
    fn axis(&self) -> Axis {
        let left = self.stage.shown.columns.get_untracked().tree();
        let duration = self
            .app
            .run
            .with_untracked(|run| run.as_ref().map_or(0, |run| run.duration_ns));
        let window = self
            .app
            .window
            .get_untracked()
            .unwrap_or_else(|| fit(duration));
        Axis::new(window, left, (self.width.get() - PAD - left).max(1.0))
    }

    fn ask(&self, axis: &Axis) {
        let (Some(document), Some(trace)) = self.app.shown_run() else {
            return;
        };
        let request = CurveRequest {
            trace,
            window: axis.window(),
            width: axis.scale.width().clamp(1.0, 16_000.0) as u16,
        };
        let asked = Some((document, self.app.priced.get_untracked(), request.clone()));
        if *self.asked.borrow() != asked {
            self.asked.replace(asked);
            self.feed.ask(Request::Curve(request));
        }
    }

    /// The call whose context is drawn at a time.
    fn call_at(&self, at: i64) -> Option<(crate::model::SpanRow, String)> {
        self.scene.with_untracked(|scene| {
            let x = pixel_of(scene, at);
            let marks = scene
                .contexts
                .iter()
                .filter(|mark| (mark.x.0..mark.x.1).contains(&x));
            marks
                .max_by_key(|mark| mark.millionths)
                .map(|mark| (mark.row, mark.told.clone()))
        })
    }
}

/// The pixel of a scene at which a time stands.
fn pixel_of(scene: &Curve, time: i64) -> u16 {
    let length = i128::from(scene.window.1.saturating_sub(scene.window.0).max(1));
    let from = i128::from(time.saturating_sub(scene.window.0));
    (from * i128::from(scene.width) / length).clamp(0, i128::from(u16::MAX)) as u16
}

/// What had been used at a pixel.
fn amount_at(rise: &Rise, x: u16) -> u64 {
    let behind = rise.points.partition_point(|point| point.0 <= x);
    let last = behind.checked_sub(1).and_then(|last| rise.points.get(last));
    last.map_or(0, |point| point.1)
}

impl Plot for Curves {
    fn paint(&self, surface: &Surface) {
        if *self.palette.borrow() == Palette::default() {
            self.palette.replace(Palette::read());
        }
        self.width.set(surface.width());
        let axis = self.axis();
        let hover = self.hover.get_untracked().map(|(at, _)| axis.x(at));
        self.scene.with_untracked(|scene| {
            chart::paint(surface, &self.palette.borrow(), scene, &axis, hover);
        });
        self.ask(&axis);
    }

    fn gesture(&self, gesture: Gesture) {
        let time = |at: Point| {
            let axis = self.axis();
            (at.x >= axis.left && at.x <= axis.right()).then(|| (axis.time(at.x), at.x))
        };
        match gesture {
            Gesture::Hover(at) => self.hover.set_if_new(time(at)),
            Gesture::Leave | Gesture::Cancel => self.hover.set_if_new(None),
            Gesture::Click(at, _) => {
                if let Some((row, _)) = time(at).and_then(|(at, _)| self.call_at(at)) {
                    self.app.show_spans(row, String::new());
                }
            }
            _ => {}
        }
    }
}

/// The curves of the opened run.
pub fn curves(app: AppState, stage: &Rc<Stage>) -> El {
    let curves = Curves::new(app, stage);
    let plot: Weak<dyn Plot> = Rc::downgrade(&(curves.clone() as Rc<dyn Plot>));
    let canvas = plot_canvas(&plot, &curves.handle, "curve-canvas");
    follow(&curves);
    let (left, listed) = (curves.clone(), curves.clone());
    let strips = [
        strip(&curves, "Tokens so far", |scene, x| match x {
            Some(x) => count(amount_at(&scene.tokens, x)),
            None => scene.tokens.total.clone(),
        }),
        strip(&curves, "Cost so far", |scene, x| match x {
            Some(x) => cost(PicoUsd(amount_at(&scene.cost, x).cast_signed())),
            None => scene.cost.total.clone(),
        }),
        strip(&curves, "Context used", |scene, x| match x {
            Some(x) => {
                let mark = scene
                    .contexts
                    .iter()
                    .rfind(|mark| (mark.x.0..mark.x.1).contains(&x));
                mark.map_or_else(|| "no call".to_owned(), |mark| mark.told.clone())
            }
            None => scene.told.clone(),
        }),
    ];
    div("curves")
        .attr("role", "group")
        .attr("aria-label", "Tokens, cost and context over the run")
        .child((
            canvas,
            div("curve-names")
                .style_of("width", move || px(left.stage.shown.columns.get().tree()))
                .child(strips.into_iter().collect::<Vec<El>>()),
            el("ul")
                .class("unseen")
                .attr("aria-label", "Context of calls")
                .child(move || {
                    let scene = listed.scene.get();
                    let marks = scene.contexts.iter().take(LISTED);
                    marks
                        .map(|mark| el("li").child(mark.told.as_str()))
                        .collect::<Vec<El>>()
                }),
        ))
}

/// The name of a curve, with its amount below the pointer or at the end.
fn strip(
    curves: &Rc<Curves>,
    name: &'static str,
    amount: impl Fn(&Curve, Option<u16>) -> String + Clone + 'static,
) -> El {
    let (told, at) = (curves.clone(), curves.clone());
    let text = move || {
        let scene = told.scene.get();
        let x = told.hover.get().map(|(at, _)| pixel_of(&scene, at));
        amount(&scene, x)
    };
    div("curve-name").child((
        span("hint").text_of(move || match at.hover.get() {
            Some((time, _)) => format!("{name}, at {}", duration(time.max(0))),
            None => name.to_owned(),
        }),
        span("ellipsis")
            .attr_of("title", text.clone())
            .text_of(text),
    ))
}

fn follow(curves: &Rc<Curves>) {
    let app = curves.app;
    let it = curves.clone();
    on_change(
        move || (app.shown_run(), app.priced.get()),
        move |_| {
            it.scene.set(Rc::default());
            it.hover.set_if_new(None);
            it.handle.mark();
        },
    );
    let it = curves.clone();
    effect(move || {
        app.window.track();
        it.stage.shown.columns.track();
        it.hover.track();
        it.handle.mark();
    });
    let it = curves.clone();
    effect(move || {
        app.dark.track();
        it.palette.replace(Palette::default());
        it.handle.mark();
    });
}
