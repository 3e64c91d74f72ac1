//! A line between two parts that can be dragged, or moved with arrow keys (design section 6).

use crate::ui::dom::{El, div};
use leptos::prelude::untrack;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::PointerEvent;

/// How far an arrow key moves it.
const STEP: f64 = 16.0;

/// In which direction a part grows when the splitter moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grows {
    /// Upright line, the part is left of it.
    Right,
    /// Upright line, the part is right of it.
    Left,
    /// Level line, the part is below it.
    Up,
}

/// What a splitter resizes.
pub trait Resizable {
    /// Its size in pixels.
    fn size(&self) -> f64;

    /// Least and greatest size.
    fn limits(&self) -> (f64, f64);

    /// Takes a size; `None` for the standard.
    fn resize(&self, size: Option<f64>);
}

/// A splitter; `label` says what it resizes.
pub fn splitter(class: &str, label: &'static str, grows: Grows, part: Rc<dyn Resizable>) -> El {
    let grip: Rc<Cell<Option<(f64, f64)>>> = Rc::default();
    let orientation = if grows == Grows::Up {
        "horizontal"
    } else {
        "vertical"
    };
    let (now, least, most) = (part.clone(), part.clone(), part.clone());
    let (taken, moved, left) = (grip.clone(), grip.clone(), grip);
    let (began, dragged, reset, keyed) = (part.clone(), part.clone(), part.clone(), part);
    div(&format!("splitter {class}"))
        .attr("role", "separator")
        .attr("tabindex", "0")
        .attr("aria-label", label)
        .attr("aria-orientation", orientation)
        .attr_of("aria-valuenow", move || now.size().round().to_string())
        .attr_of("aria-valuemin", move || {
            least.limits().0.round().to_string()
        })
        .attr_of("aria-valuemax", move || most.limits().1.round().to_string())
        .on("pointerdown", move |event| {
            let event: PointerEvent = event.unchecked_into();
            if let Some(target) = event
                .target()
                .and_then(|it| it.dyn_into::<web_sys::Element>().ok())
            {
                let _ = target.set_pointer_capture(event.pointer_id());
            }
            taken.set(Some((place(&event, grows), untrack(|| began.size()))));
        })
        .on("pointermove", move |event| {
            if let Some((from, before)) = moved.get() {
                let to = place(event.unchecked_ref(), grows);
                take(&*dragged, before + to - from);
            }
        })
        .on("lostpointercapture", move |_| left.set(None))
        .on("dblclick", move |_| reset.resize(None))
        .on_key(move |event| {
            let towards = match (event.key().as_str(), grows) {
                ("ArrowRight", Grows::Right)
                | ("ArrowLeft", Grows::Left)
                | ("ArrowUp", Grows::Up) => STEP,
                ("ArrowLeft", Grows::Right)
                | ("ArrowRight", Grows::Left)
                | ("ArrowDown", Grows::Up) => -STEP,
                _ => return,
            };
            event.prevent_default();
            take(&*keyed, untrack(|| keyed.size()) + towards);
        })
}

/// Where the pointer is, counted in the direction in which the part grows.
fn place(event: &PointerEvent, grows: Grows) -> f64 {
    match grows {
        Grows::Right => f64::from(event.client_x()),
        Grows::Left => -f64::from(event.client_x()),
        Grows::Up => -f64::from(event.client_y()),
    }
}

fn take(part: &dyn Resizable, size: f64) {
    let (least, greatest) = untrack(|| part.limits());
    part.resize(Some(size.clamp(least, greatest.max(least)).round()));
}
