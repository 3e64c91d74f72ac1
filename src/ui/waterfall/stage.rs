//! The waterfall at work: paints, answers gestures, asks for scenes.

use super::geometry::Columns;
use super::mirror::Mirror;
use super::paint::{Frame, paint};
use super::tip::Tip;
use super::view::View;
use crate::engine::protocol::{Failure, Reply, Request};
use crate::ui::canvas::{Gesture, Measure, Palette, Plot, PlotHandle, Surface};
use crate::ui::state::{AppState, Selection, Window};
use crate::web::latest::Latest;
use crate::web::link::Answer;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

/// The waterfall of one page. Lives as long as its component.
pub struct Stage {
    pub(super) app: AppState,
    pub(super) me: Weak<Self>,
    pub(super) view: RefCell<View>,
    pub(super) handle: PlotHandle,
    pub(super) mirror: Mirror,
    /// The span that the waterfall itself has selected last: it need not be brought into view.
    pub(super) own: Cell<Option<crate::model::SpanRow>>,
    /// When the window was changed last, to join the steps of a gesture into one step of history.
    pub(super) moved_at: Cell<f64>,
    pub(super) signals: Signals,
    /// The inspector is open.
    pub(super) inspector: RwSignal<bool>,
    pub(super) tip_timer: Cell<Option<TimeoutHandle>>,
    pub(super) mirror_timer: Cell<Option<TimeoutHandle>>,
    brush: RefCell<Brush>,
    feed: Latest,
}

/// What parts in the DOM follow.
#[derive(Debug, Clone, Copy)]
pub struct Signals {
    /// Widths of the columns.
    pub columns: RwSignal<Columns>,
    /// Width of the whole.
    pub width: RwSignal<f64>,
    /// The tooltip.
    pub tip: RwSignal<Option<Tip>>,
    /// A measured range with the pixel of its middle.
    pub range: RwSignal<Option<(Window, f64)>>,
    /// Services for the legend: index, name, spans.
    pub legend: RwSignal<Vec<(u16, String, u32)>>,
    /// Deepest depth of the trace.
    pub max_depth: RwSignal<u32>,
    /// Lines in all.
    pub total: RwSignal<u32>,
    /// Why there is nothing to show.
    pub failure: RwSignal<Option<String>>,
}

#[derive(Debug, Default)]
struct Brush {
    palette: Palette,
    measure: Measure,
    fresh: bool,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage")
            .field("view", &self.view)
            .finish_non_exhaustive()
    }
}

impl Stage {
    /// A waterfall for the opened run of the page.
    pub fn new(app: AppState, inspector: RwSignal<bool>) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let listener = me.clone();
            let feed = Latest::new(app.link(), move |answer| {
                if let Some(stage) = listener.upgrade() {
                    stage.hear(answer);
                }
            });
            Self {
                app,
                me: me.clone(),
                view: RefCell::default(),
                handle: PlotHandle::default(),
                mirror: Mirror::default(),
                own: Cell::new(None),
                moved_at: Cell::new(f64::NEG_INFINITY),
                signals: Signals {
                    columns: RwSignal::new(Columns::new(1000.0, [None; 4])),
                    width: RwSignal::new(0.0),
                    tip: RwSignal::new(None),
                    range: RwSignal::new(None),
                    legend: RwSignal::new(Vec::new()),
                    max_depth: RwSignal::new(0),
                    total: RwSignal::new(0),
                    failure: RwSignal::new(None),
                },
                inspector,
                tip_timer: Cell::new(None),
                mirror_timer: Cell::new(None),
                brush: RefCell::default(),
                feed,
            }
        })
    }

    /// For asking repaints.
    pub fn handle(&self) -> PlotHandle {
        self.handle.clone()
    }

    /// What parts in the DOM follow.
    pub fn signals(&self) -> Signals {
        self.signals
    }

    /// Paints in the next frame.
    pub fn mark(&self) {
        self.handle.mark();
    }

    /// Colours or fonts are others.
    pub fn restyle(&self) {
        self.brush.borrow_mut().fresh = false;
        self.mark();
    }

    /// What is at hand is outdated: asks anew with the next frame.
    pub fn outdate(&self) {
        self.view.borrow_mut().stale = true;
        self.mark();
    }

    /// Shows another run, or the same one of another document.
    pub fn show_run(&self) {
        let Some(run) = self.app.run.get_untracked() else {
            return;
        };
        {
            let mut view = self.view.borrow_mut();
            view.trace = Some(run.trace);
            view.duration = run.duration_ns;
            view.sheet = None;
            view.asked = None;
            view.stale = true;
            view.range = None;
            view.scroll.to(0.0);
        }
        self.own.set(None);
        self.mirror.clear();
        self.signals.range.set(None);
        self.signals.failure.set(None);
        self.mark();
        self.selection_changed(self.app.selection.get_untracked().as_ref());
    }

    /// The selection is another: brings it into view, unless it was made here.
    pub fn selection_changed(&self, selection: Option<&Selection>) {
        let trace = self.view.borrow().trace;
        if let Some(selection) = selection
            && Some(selection.trace) == trace
            && self.own.get() != Some(selection.row)
        {
            self.own.set(Some(selection.row));
            self.reveal(selection.row);
        }
        self.mark();
        self.mirror_now();
    }

    /// The window is another.
    pub fn window_changed(&self) {
        self.publish_range();
        self.mark();
    }

    /// Takes the widths of columns that a person chose.
    pub fn set_chosen(&self, chosen: [Option<f64>; 4]) {
        self.view.borrow_mut().chosen = chosen;
        self.publish_columns();
        self.mark();
    }

    fn publish_columns(&self) {
        let (columns, width) = {
            let view = self.view.borrow();
            (view.columns(), view.size.0)
        };
        if self.signals.columns.get_untracked() != columns {
            self.signals.columns.set(columns);
        }
        if self
            .signals
            .width
            .with_untracked(|known| (known - width).abs() > 0.5)
        {
            self.signals.width.set(width);
        }
    }

    /// Asks for a scene when what was asked for last does not do.
    fn ask(&self) {
        let critical = self
            .app
            .settings
            .with_untracked(|settings| settings.critical_path);
        let window = self.app.window.get_untracked();
        let request = {
            let mut view = self.view.borrow_mut();
            let Some(request) = view.wanted(window, critical) else {
                return;
            };
            view.stale = false;
            view.asked = Some(request.clone());
            request
        };
        self.feed.ask(Request::Waterfall(request));
    }

    fn hear(&self, answer: Result<Answer, Failure>) {
        match answer {
            Ok(Answer {
                reply: Reply::Waterfall(scene),
                ..
            }) => {
                let services = scene.services.clone();
                let (depth, total) = (scene.max_depth, scene.total_lines);
                let document = self
                    .app
                    .document
                    .with_untracked(|open| open.as_ref().map(|open| open.document));
                if document != Some(scene.document) || !self.view.borrow_mut().accept(*scene) {
                    return;
                }
                set_if_new(self.signals.legend, services);
                set_if_new(self.signals.max_depth, depth);
                set_if_new(self.signals.total, total);
                set_if_new(self.signals.failure, None);
                self.mark();
                self.mirror_soon();
            }
            Ok(_) => {}
            Err(failure) => self.signals.failure.set(Some(failure.message)),
        }
    }
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

impl Plot for Stage {
    fn paint(&self, surface: &Surface) {
        let resized = {
            let mut view = self.view.borrow_mut();
            let resized = view.size != (surface.width(), surface.height());
            if resized {
                view.resize(surface.width(), surface.height());
            }
            resized
        };
        if resized {
            self.publish_columns();
        }
        let document = {
            let view = self.view.borrow();
            let mut brush = self.brush.borrow_mut();
            if !brush.fresh {
                brush.palette = Palette::read();
                let family = brush.palette.family.clone();
                brush.measure.set_family(&family);
                brush.fresh = true;
            }
            let Brush {
                palette, measure, ..
            } = &mut *brush;
            let axis = view.axis(self.app.window.get_untracked());
            let frame = Frame {
                sheet: view.sheet.as_ref(),
                columns: view.columns(),
                axis,
                scroll: view.scroll,
                selected: self
                    .app
                    .selection
                    .with_untracked(|selection| selection.as_ref().map(|it| it.row)),
                hover: view.hover,
                focused: self.mirror.focused(),
                pointer: view.pointer.map(|at| at.x),
                range: view.range,
                narrow: view.narrow(),
            };
            paint(surface, palette, measure, &frame);
            view.sheet.as_ref().map(|sheet| sheet.scene.document)
        };
        self.ask();
        if let Some(document) = document {
            self.app.painted(document);
        }
    }

    fn gesture(&self, gesture: Gesture) {
        self.answer(gesture);
    }
}
