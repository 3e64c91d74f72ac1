//! The canvas component: a view gives it `paint` and `gesture`, it does the rest.

use super::gesture::{Pointers, wheel};
use super::{
    Gesture, Listener, Modifiers, Point, SizeObserver, Surface, Task, listen, observe_size,
};
use leptos::prelude::*;
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

/// Asks a [`PlotCanvas`] for a repaint. Cheap to clone; does nothing while there is no canvas.
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

/// What a mounted canvas holds; dropped with the component.
struct Mounted {
    _listeners: Vec<Listener>,
    _observer: Option<SizeObserver>,
    handle: PlotHandle,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.handle.0.borrow_mut().take();
    }
}

/// A canvas that fills its box and belongs to a drawn view. Not for assistive technology: the view mirrors itself in the DOM.
#[component]
pub fn PlotCanvas(
    /// The view. The component holds it weakly.
    plot: Weak<dyn Plot>,
    /// To ask for repaints.
    handle: PlotHandle,
    /// Class of the canvas.
    class: &'static str,
) -> impl IntoView {
    let mounted: StoredValue<Option<Mounted>, LocalStorage> = StoredValue::new_local(None);
    let node = NodeRef::<leptos::html::Canvas>::new();
    node.on_load(move |canvas| {
        mounted.set_value(mount(&canvas, &plot, handle));
    });
    view! { <canvas node_ref=node class=class aria-hidden="true"></canvas> }
}

fn mount(canvas: &HtmlCanvasElement, plot: &Weak<dyn Plot>, handle: PlotHandle) -> Option<Mounted> {
    let surface = Rc::new(Surface::new(canvas.clone())?);
    let task = Task::new({
        let (surface, plot) = (surface.clone(), plot.clone());
        move || {
            if let Some(plot) = plot.upgrade()
                && surface.width() > 0.0
            {
                surface.begin();
                plot.paint(&surface);
            }
        }
    });
    handle.0.replace(Some(task.clone()));
    let observer = observe_size(canvas, move |width, height| {
        surface.set_size(width, height);
        task.mark();
    });
    Some(Mounted {
        _listeners: pointer_listeners(canvas, plot),
        _observer: observer,
        handle,
    })
}

fn pointer_listeners(canvas: &HtmlCanvasElement, plot: &Weak<dyn Plot>) -> Vec<Listener> {
    let pointers = Rc::new(RefCell::new(Pointers::default()));
    let on = |kind: &'static str,
              answer: fn(&mut Pointers, &HtmlCanvasElement, &Event) -> Vec<Gesture>| {
        let (pointers, plot, target) = (pointers.clone(), plot.clone(), canvas.clone());
        listen(canvas, kind, move |event| {
            let gestures = answer(&mut pointers.borrow_mut(), &target, &event);
            if let Some(plot) = plot.upgrade() {
                for gesture in gestures {
                    plot.gesture(gesture);
                }
            }
        })
    };
    vec![
        on("pointerdown", |pointers, canvas, event| {
            let Some(event) = event
                .dyn_ref::<PointerEvent>()
                .filter(|event| event.button() == 0)
            else {
                return Vec::new();
            };
            let _ = canvas.set_pointer_capture(event.pointer_id());
            // No text selection and no loss of focus: the view moves the focus itself.
            event.prevent_default();
            pointers
                .press(event.pointer_id(), place(event), modifiers(event))
                .into_iter()
                .collect()
        }),
        on("pointermove", |pointers, _, event| {
            match event.dyn_ref::<PointerEvent>() {
                Some(event) => pointers.travel(event.pointer_id(), place(event)),
                None => Vec::new(),
            }
        }),
        on("pointerup", |pointers, _, event| {
            match event.dyn_ref::<PointerEvent>() {
                Some(event) if event.button() == 0 => pointers
                    .release(event.pointer_id(), place(event))
                    .into_iter()
                    .collect(),
                _ => Vec::new(),
            }
        }),
        on("pointercancel", |pointers, _, _| vec![pointers.cancel()]),
        on("pointerleave", |_, _, _| vec![Gesture::Leave]),
        on("dblclick", |_, _, event| {
            match event.dyn_ref::<web_sys::MouseEvent>() {
                Some(event) => vec![Gesture::Double(place(event))],
                None => Vec::new(),
            }
        }),
        on("wheel", |_, _, event| match event.dyn_ref::<WheelEvent>() {
            Some(event) => {
                event.prevent_default();
                vec![wheel(place(event), delta(event), modifiers(event))]
            }
            None => Vec::new(),
        }),
    ]
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
