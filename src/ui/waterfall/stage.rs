//! The waterfall at work: paints, answers gestures, asks for scenes.

use super::geometry::{COLUMNS, Columns};
use super::mirror::Mirror;
use super::paint::{Frame, paint};
use super::tip::Tip;
use super::view::{Look, View};
use crate::engine::protocol::{Failure, Reply, Request};
use crate::scene::waterfall::{ColourBy, Level};
use crate::ui::canvas::{Gesture, Measure, Palette, Plot, PlotHandle, Surface};
use crate::ui::dom;
use crate::ui::field::Field;
use crate::ui::state::{AppState, Selection, Window};
use crate::web::latest::Latest;
use crate::web::link::Answer;
use leptos::prelude::{TimeoutHandle, untrack};
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
    pub(in crate::ui) shown: Shown,
    /// The inspector is open.
    pub(super) inspector: Rc<Field<bool>>,
    pub(super) tip_timer: Cell<Option<TimeoutHandle>>,
    pub(super) mirror_timer: Cell<Option<TimeoutHandle>>,
    /// Previews have been asked for.
    pub(super) previewing: Cell<bool>,
    brush: RefCell<Brush>,
    feed: Latest,
}

/// What parts in the DOM follow.
#[derive(Debug)]
pub struct Shown {
    /// Widths of the columns.
    pub columns: Field<Columns>,
    /// Width of the whole.
    pub width: Field<f64>,
    /// The tooltip.
    pub tip: Field<Option<Tip>>,
    /// A measured range with the pixel of its middle.
    pub range: Field<Option<(Window, f64)>>,
    /// What colours stand for.
    pub colour: Field<ColourBy>,
    /// The run is one of agents.
    pub told: Field<bool>,
    /// The level shown, and how many spans there are at each.
    pub level: Field<(Level, [u32; 3])>,
    /// Spans that the filter hides; `None` while it hides none on purpose.
    pub hidden: Field<Option<u32>>,
    /// Deepest depth of the trace.
    pub max_depth: Field<u32>,
    /// Lines in all.
    pub total: Field<u32>,
    /// Why there is nothing to show.
    pub failure: Field<Option<String>>,
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
    pub fn new(app: AppState, inspector: Rc<Field<bool>>) -> Rc<Self> {
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
                shown: Shown {
                    columns: Field::new(Columns::new(1000.0, [None; COLUMNS], false)),
                    width: Field::new(0.0),
                    tip: Field::new(None),
                    range: Field::new(None),
                    colour: Field::new(ColourBy::Kind),
                    told: Field::new(false),
                    level: Field::new((Level::Everything, [0; 3])),
                    hidden: Field::new(None),
                    max_depth: Field::new(0),
                    total: Field::new(0),
                    failure: Field::new(None),
                },
                inspector,
                tip_timer: Cell::new(None),
                mirror_timer: Cell::new(None),
                previewing: Cell::new(false),
                brush: RefCell::default(),
                feed,
            }
        })
    }

    /// For asking repaints.
    pub fn handle(&self) -> PlotHandle {
        self.handle.clone()
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

    /// Every line may say something else: what they cost, or whether secrets are covered.
    pub fn answers_are_others(&self) {
        self.mirror.clear();
        self.view.borrow_mut().previews.clear();
        self.outdate();
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
            view.previews.clear();
            view.asked = None;
            view.stale = true;
            view.range = None;
            view.waiting = None;
            view.scroll.to(0.0);
        }
        self.own.set(None);
        self.mirror.clear();
        self.shown.range.set(None);
        self.shown.failure.set(None);
        self.mark();
        self.ask_ahead();
        self.selection_changed(self.app.selection.get_untracked().as_ref());
    }

    /// Asks for the first scene while the page is still being laid out: the worker makes it meanwhile.
    fn ask_ahead(&self) {
        let (window, look) = (self.app.window.get_untracked(), self.look());
        let request = {
            let mut view = self.view.borrow_mut();
            let Some(request) = view.wanted_ahead(dom::room(), window, look) else {
                return;
            };
            view.stale = false;
            view.asked = Some(request.clone());
            request
        };
        self.feed.ask(Request::Waterfall(request));
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
    pub fn set_chosen(&self, chosen: [Option<f64>; COLUMNS]) {
        self.view.borrow_mut().chosen = chosen;
        self.publish_columns();
        self.mark();
    }

    fn publish_columns(&self) {
        let (columns, width) = {
            let view = self.view.borrow();
            (view.columns(), view.size.0)
        };
        self.shown.columns.set_if_new(columns);
        self.shown.width.set_if_new(width);
    }

    /// What a person chose to see.
    pub(super) fn look(&self) -> Look {
        let run = untrack(|| self.app.shown_run());
        self.app.settings.with_untracked(|settings| Look {
            critical_path: settings.critical_path,
            level: settings.level,
            only_matches: settings.only_matches,
            colour: settings.colour,
            budget: settings.limit(run),
        })
    }

    /// Asks for a scene when what was asked for last does not do.
    fn ask(&self) {
        let look = self.look();
        let window = self.app.window.get_untracked();
        let request = {
            let mut view = self.view.borrow_mut();
            let Some(request) = view.wanted(window, look) else {
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
                let legend = scene.legend.clone();
                let (colour, told) = (scene.colour, scene.is_told);
                let level = (scene.level, scene.at_level);
                let (depth, total) = (scene.max_depth, scene.total_lines);
                let hidden = scene.hidden_by_filter;
                let document = self
                    .app
                    .document
                    .with_untracked(|open| open.as_ref().map(|open| open.document));
                if document != Some(scene.document) || !self.view.borrow_mut().accept(*scene) {
                    return;
                }
                self.shown.colour.set_if_new(colour);
                self.app.legend.set_if_new((colour, legend));
                self.shown.told.set_if_new(told);
                self.shown.level.set_if_new(level);
                self.shown.hidden.set_if_new(hidden);
                self.shown.max_depth.set_if_new(depth);
                self.shown.total.set_if_new(total);
                self.shown.failure.set_if_new(None);
                self.mark();
                self.mirror_soon();
            }
            Ok(_) => {}
            Err(failure) => self.shown.failure.set(Some(failure.message)),
        }
    }
}

impl Plot for Stage {
    fn paint(&self, surface: &Surface) {
        {
            let mut view = self.view.borrow_mut();
            if view.size != (surface.width(), surface.height()) {
                view.resize(surface.width(), surface.height());
            }
        }
        // Another size has other widths, and another run other columns.
        self.publish_columns();
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
