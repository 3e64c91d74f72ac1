//! The whole run in a few lanes, with a brush over the visible part of its time.
//!
//! The lanes are drawn once per scene and theme into a canvas of their own and blitted; a frame costs one blit and the brush.

mod brush;
mod paint;

use crate::engine::protocol::{Failure, Reply, Request};
use crate::model::decimal::decimal;
use crate::scene::drawn::Limit;
use crate::scene::format;
use crate::scene::members::ColourBy;
use crate::scene::minimap::{Minimap as Scene, MinimapRect, MinimapRequest};
use crate::scene::scale::{Scale, clamped, fit, panned};
use crate::ui::canvas::{Gesture, Palette, Plot, PlotHandle, Point, Surface, plot_canvas};
use crate::ui::dom::{El, div, effect, on_change};
use crate::ui::state::{AppState, Window};
use crate::web::latest::Latest;
use crate::web::link::Answer;
use brush::{Grip, Part};
use leptos::prelude::untrack;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Lanes at most: five pixels each, and room for the ticks at the foot.
const LANES: u8 = 7;
/// The part of the window an arrow key moves a handle.
const KEY_STEP: i64 = 20;

struct Strip {
    app: AppState,
    handle: PlotHandle,
    feed: Latest,
    /// The scene with its rectangles, and whether the picture of it is up to date.
    scene: RefCell<Option<(Scene, Vec<MinimapRect>)>>,
    picture: RefCell<Option<Surface>>,
    fresh: Cell<bool>,
    palette: RefCell<Palette>,
    asked: Cell<Option<(u32, u16, ColourBy, Limit)>>,
    width: Cell<f64>,
    grip: Cell<Option<Grip>>,
}

impl Strip {
    fn new(app: AppState) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let listener = me.clone();
            let feed = Latest::new(app.link(), move |answer| {
                if let Some(strip) = listener.upgrade() {
                    strip.hear(answer);
                }
            });
            Self {
                app,
                handle: PlotHandle::default(),
                feed,
                scene: RefCell::default(),
                picture: RefCell::default(),
                fresh: Cell::new(false),
                palette: RefCell::default(),
                asked: Cell::new(None),
                width: Cell::new(0.0),
                grip: Cell::new(None),
            }
        })
    }

    fn duration(&self) -> i64 {
        self.app
            .run
            .with_untracked(|run| run.as_ref().map_or(0, |run| run.duration_ns))
    }

    fn window(&self) -> Window {
        self.app
            .window
            .get_untracked()
            .unwrap_or_else(|| fit(self.duration()))
    }

    /// Pixels of the visible time.
    fn brushed(&self) -> (f64, f64) {
        let scale = Scale::new(fit(self.duration()), self.width.get());
        let (start, end) = self.window();
        (scale.px(start), scale.px(end))
    }

    fn time(&self, x: f64) -> i64 {
        Scale::new(fit(self.duration()), self.width.get()).time(x)
    }

    fn hear(&self, answer: Result<Answer, Failure>) {
        let Ok(answer) = answer else {
            return;
        };
        let document = self
            .app
            .document
            .with_untracked(|open| open.as_ref().map(|open| open.document));
        if let (Reply::Minimap(scene), Some(buffer)) = (answer.reply, answer.buffers.first())
            && document == Some(scene.document)
        {
            let bytes = js_sys::Uint8Array::new(buffer).to_vec();
            let rects = MinimapRect::decode(&bytes).collect();
            self.scene.replace(Some((scene, rects)));
            self.fresh.set(false);
            self.handle.mark();
        }
    }

    fn restyle(&self) {
        self.palette.replace(Palette::default());
        self.fresh.set(false);
        self.handle.mark();
    }

    /// Another run, or another search: asks again with the next frame.
    fn outdate(&self, forget: bool) {
        if forget {
            self.scene.replace(None);
            self.fresh.set(false);
        }
        self.asked.set(None);
        self.handle.mark();
    }

    fn ask(&self) {
        let Some(trace) = self
            .app
            .run
            .with_untracked(|run| run.as_ref().map(|run| run.trace))
        else {
            return;
        };
        let width = self.width.get().clamp(1.0, 16_000.0) as u16;
        let colour = self.app.settings.with_untracked(|settings| settings.colour);
        let budget = untrack(|| self.app.limit());
        let asked = Some((trace.0, width, colour, budget));
        if self.asked.replace(asked) != asked {
            self.feed.ask(Request::Minimap(MinimapRequest {
                trace,
                width,
                lanes: LANES,
                colour,
                budget,
            }));
        }
    }

    /// Shows a window while a drag lasts.
    fn show(&self, window: Window) {
        let duration = self.duration();
        let window = clamped(window, duration);
        self.app
            .window
            .set((window != fit(duration)).then_some(window));
    }

    fn press(&self, at: Point) {
        let (left, right) = self.brushed();
        let part = if self.app.window.with_untracked(Option::is_none)
            && brush::part(at.x, left, right) == Part::Middle
        {
            // All is shown: there is nothing to move, so a drag draws a new brush.
            Part::New
        } else {
            brush::part(at.x, left, right)
        };
        self.grip.set(Some(Grip {
            part,
            time: self.time(at.x),
            window: self.window(),
            before: self.app.window.get_untracked(),
            moved: false,
        }));
    }

    fn drag(&self, at: Point) {
        let Some(mut grip) = self.grip.get() else {
            return;
        };
        if !grip.moved {
            grip.moved = true;
            self.app.remember_window(grip.before);
        }
        self.grip.set(Some(grip));
        let time = self.time(at.x);
        let window = match grip.part {
            Part::Middle => panned(grip.window, time.saturating_sub(grip.time), self.duration()),
            part => brush::window(part, grip.window, grip.time, time),
        };
        self.show(window);
    }

    /// Brings the middle of the window to a click outside of it.
    fn click(&self, at: Point) {
        let (left, right) = self.brushed();
        let grip = self.grip.take();
        if grip.is_some() && (at.x < left || at.x > right) {
            let (start, end) = self.window();
            let middle = start.midpoint(end);
            let by = self.time(at.x).saturating_sub(middle);
            let duration = self.duration();
            self.app.zoom_to(Some(panned((start, end), by, duration)));
        }
    }

    /// Moves one edge of the window by a part of its length.
    fn nudge(&self, part: Part, direction: i64) {
        let (start, end) = self.window();
        let by = (end.saturating_sub(start) / KEY_STEP)
            .max(1)
            .saturating_mul(direction);
        let window = match part {
            Part::Start => (start.saturating_add(by).min(end.saturating_sub(1)), end),
            Part::End => (start, end.saturating_add(by).max(start.saturating_add(1))),
            Part::Middle | Part::New => panned((start, end), by, self.duration()),
        };
        let duration = self.duration();
        let window = clamped(window, duration);
        self.app
            .zoom_to((window != fit(duration)).then_some(window));
    }
}

impl Plot for Strip {
    fn paint(&self, surface: &Surface) {
        self.width.set(surface.width());
        let mut palette = self.palette.borrow_mut();
        if *palette == Palette::default() {
            *palette = Palette::read();
        }
        let scene = self.scene.borrow();
        let mut picture = self.picture.borrow_mut();
        if picture.is_none() {
            *picture = Surface::offscreen();
        }
        if let Some(picture) = &*picture {
            picture.set_size(surface.width(), surface.height());
            let lost = picture.begin();
            if lost || !self.fresh.replace(true) {
                let lanes = scene
                    .as_ref()
                    .map(|(scene, rects)| (scene, rects.as_slice()));
                paint::lanes(picture, &palette, lanes);
            }
            paint::brush(surface, picture, &palette, self.brushed());
        }
        drop((palette, scene, picture));
        self.ask();
    }

    fn gesture(&self, gesture: Gesture) {
        match gesture {
            Gesture::Press(at, _) => self.press(at),
            Gesture::Drag(at) => self.drag(at),
            Gesture::Click(at, _) => self.click(at),
            Gesture::Drop(_) | Gesture::Cancel => self.grip.set(None),
            Gesture::Double(_) => self.app.zoom_to(None),
            Gesture::Zoom(at, factor) => {
                let window = crate::scene::scale::zoomed(
                    self.window(),
                    self.time(at.x),
                    1.0 / factor,
                    self.duration(),
                );
                self.show(window);
            }
            Gesture::Pan(by) | Gesture::Scroll(by) => {
                let (start, end) = self.window();
                let step = by / self.width.get().max(1.0) * end.saturating_sub(start) as f64;
                self.show(panned((start, end), step as i64, self.duration()));
            }
            Gesture::Hover(_) | Gesture::Leave => {}
        }
    }
}

/// The minimap of the opened run. Fills its box.
pub fn minimap(app: AppState) -> El {
    let strip = Strip::new(app);
    let plot: Weak<dyn Plot> = Rc::downgrade(&(strip.clone() as Rc<dyn Plot>));
    let canvas = plot_canvas(&plot, &strip.handle, "minimap-canvas");
    let it = strip.clone();
    on_change(move || app.shown_run(), move |_| it.outdate(true));
    let it = strip.clone();
    on_change(move || app.marked_by(), move |_| it.outdate(false));
    let it = strip.clone();
    on_change(
        move || {
            let colour = app.settings.with(|settings| settings.colour);
            (colour, app.limit())
        },
        move |_| it.outdate(false),
    );
    let it = strip.clone();
    effect(move || {
        app.dark.track();
        it.restyle();
    });
    let it = strip.clone();
    effect(move || {
        app.window.track();
        it.handle.mark();
    });
    div("minimap")
        .attr("role", "group")
        .attr("aria-label", "Time shown")
        .attr(
            "title",
            "The whole run: a lane for each depth, the line is the cost so far, red where it crossed the budget",
        )
        .child((
            canvas,
            handle(&strip, Part::Start, "Start of the time shown"),
            handle(&strip, Part::End, "End of the time shown"),
        ))
}

/// An edge of the brush for the keyboard; what is seen of it is drawn.
fn handle(strip: &Rc<Strip>, part: Part, label: &'static str) -> El {
    let app = strip.app;
    let edge = move || {
        let whole = fit(app
            .run
            .with(|run| run.as_ref().map_or(0, |run| run.duration_ns)));
        let window = app.window.get().unwrap_or(whole);
        let edge = if part == Part::Start {
            window.0
        } else {
            window.1
        };
        let length = whole.1.saturating_sub(whole.0).max(1) as f64;
        (edge, edge.saturating_sub(whole.0) as f64 / length * 100.0)
    };
    let strip = strip.clone();
    div("minimap-handle")
        .attr("role", "slider")
        .attr("tabindex", "0")
        .attr("aria-label", label)
        .attr("aria-orientation", "horizontal")
        .attr("aria-valuemin", "0")
        .attr("aria-valuemax", "100")
        .attr_of("aria-valuenow", move || edge().1.round().to_string())
        .attr_of("aria-valuetext", move || {
            format!("at {}", format::duration(edge().0))
        })
        .style_of("left", move || format!("{}%", decimal(edge().1, 3)))
        .on_key(move |event| {
            let direction = match event.key().as_str() {
                "ArrowLeft" | "ArrowDown" => -1,
                "ArrowRight" | "ArrowUp" => 1,
                _ => return,
            };
            event.prevent_default();
            strip.nudge(part, direction);
        })
}
