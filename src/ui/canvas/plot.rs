//! The canvas component: a view gives it `paint` and `gesture`, it does the rest.

use super::gesture::{Pointers, wheel};
use super::{Gesture, Modifiers, Point, Surface, Task, observe_size};
use crate::ui::dom::{El, el, keep};
use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlCanvasElement, PointerEvent, WheelEvent};

/// A drawn view.
pub trait Plot {
    /// Paints everything; called at most once per frame, only after [`PlotHandle::mark`] or a change of size.
    fn paint(&self, surface: &Surface);

    /// Answers a gesture.
    fn gesture(&self, gesture: Gesture);
}

/// Asks the canvas for a repaint. Cheap to clone; does nothing while there is none.
#[derive(Clone, Default)]
pub struct PlotHandle(Rc<RefCell<Option<Rc<Task>>>>);

impl fmt::Debug for PlotHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlotHandle")
    }
}

impl PlotHandle {
    /// Paints in the next frame.
    pub fn mark(&self) {
        if let Some(task) = &*self.0.borrow() {
            task.mark();
        }
    }
}

/// A canvas that fills its box and belongs to a drawn view, which it holds weakly. Not for assistive technology: the view
/// mirrors itself in the DOM.
pub fn plot_canvas(plot: &Weak<dyn Plot>, handle: &PlotHandle, class: &str) -> El {
    let canvas = el("canvas").class(class).attr("aria-hidden", "true");
    let element: HtmlCanvasElement = canvas.html().clone().unchecked_into();
    let Some(surface) = Surface::new(element.clone()).map(Rc::new) else {
        return canvas;
    };
    let (painted, sized) = (surface.clone(), surface);
    let weak = plot.clone();
    let task = Task::new(move || {
        if let Some(plot) = weak.upgrade()
            && painted.width() > 0.0
        {
            painted.begin();
            plot.paint(&painted);
        }
    });
    handle.0.replace(Some(task.clone()));
    keep(observe_size(&element, move |width, height| {
        sized.set_size(width, height);
        task.mark();
    }));
    hear_pointers(canvas, &element, plot)
}

fn hear_pointers(canvas: El, element: &HtmlCanvasElement, plot: &Weak<dyn Plot>) -> El {
    let pointers = Rc::new(RefCell::new(Pointers::default()));
    [
        "pointerdown",
        "pointermove",
        "pointerup",
        "pointercancel",
        "pointerleave",
        "dblclick",
        "wheel",
    ]
    .into_iter()
    .fold(canvas, |canvas, kind| {
        let (pointers, plot, element) = (pointers.clone(), plot.clone(), element.clone());
        canvas.on(kind, move |event| {
            let gestures = answer(&mut pointers.borrow_mut(), &element, kind, &event);
            if let Some(plot) = plot.upgrade() {
                for gesture in gestures {
                    plot.gesture(gesture);
                }
            }
        })
    })
}

fn answer(
    pointers: &mut Pointers,
    canvas: &HtmlCanvasElement,
    kind: &str,
    event: &Event,
) -> Vec<Gesture> {
    if kind == "wheel" {
        let event: &WheelEvent = event.unchecked_ref();
        // Only `window`, `document` and `body` make wheel listeners passive by themselves.
        event.prevent_default();
        return vec![wheel(place(event), delta(event), modifiers(event))];
    }
    let pointer: &PointerEvent = event.unchecked_ref();
    match kind {
        "pointerdown" if pointer.button() == 0 => {
            let _ = canvas.set_pointer_capture(pointer.pointer_id());
            // No text selection and no loss of focus: the view moves the focus itself.
            event.prevent_default();
            let press = pointers.press(pointer.pointer_id(), place(pointer), modifiers(pointer));
            press.into_iter().collect()
        }
        "pointermove" => pointers.travel(pointer.pointer_id(), place(pointer)),
        "pointerup" if pointer.button() == 0 => {
            let release = pointers.release(pointer.pointer_id(), place(pointer));
            release.into_iter().collect()
        }
        "pointercancel" => vec![pointers.cancel()],
        "pointerleave" => vec![Gesture::Leave],
        "dblclick" => vec![Gesture::Double(place(pointer))],
        _ => Vec::new(),
    }
}

fn place(event: &web_sys::MouseEvent) -> Point {
    Point {
        x: f64::from(event.offset_x()),
        y: f64::from(event.offset_y()),
    }
}

fn modifiers(event: &web_sys::MouseEvent) -> Modifiers {
    Modifiers {
        shift: event.shift_key(),
        control: event.ctrl_key() || event.meta_key(),
    }
}

/// The turn of a wheel in pixels.
fn delta(event: &WheelEvent) -> (f64, f64) {
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => 24.0,
        WheelEvent::DOM_DELTA_PAGE => 480.0,
        _ => 1.0,
    };
    (event.delta_x() * unit, event.delta_y() * unit)
}
