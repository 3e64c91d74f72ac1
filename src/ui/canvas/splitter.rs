//! A line between two parts that can be dragged, or moved with arrow keys (design section 6).

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

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

/// A splitter that sets the size of a part.
#[component]
pub fn Splitter(
    /// Class beside `splitter`.
    class: &'static str,
    /// What it resizes.
    label: &'static str,
    /// Which way the part grows.
    grows: Grows,
    /// Its size in pixels.
    size: Signal<f64>,
    /// Least and greatest size.
    limits: Signal<(f64, f64)>,
    /// Takes a size; `None` for the standard.
    #[prop(into)]
    set: Callback<Option<f64>>,
) -> impl IntoView {
    let grip: RwSignal<Option<(f64, f64)>> = RwSignal::new(None);
    let place = move |event: &web_sys::PointerEvent| match grows {
        Grows::Right => f64::from(event.client_x()),
        Grows::Left => -f64::from(event.client_x()),
        Grows::Up => -f64::from(event.client_y()),
    };
    let take = move |size: f64| {
        let (least, greatest) = limits.get_untracked();
        set.run(Some(size.clamp(least, greatest.max(least)).round()));
    };
    html::div()
        .class(format!("splitter {class}"))
        .attr("role", "separator")
        .attr("tabindex", "0")
        .attr("aria-label", label)
        .attr(
            "aria-orientation",
            if grows == Grows::Up {
                "horizontal"
            } else {
                "vertical"
            },
        )
        .attr("aria-valuenow", move || size.get().round().to_string())
        .attr("aria-valuemin", move || limits.get().0.round().to_string())
        .attr("aria-valuemax", move || limits.get().1.round().to_string())
        .on(ev::pointerdown, move |event| {
            let target = event_target::<web_sys::Element>(&event);
            let _ = target.set_pointer_capture(event.pointer_id());
            grip.set(Some((place(&event), size.get_untracked())));
        })
        .on(ev::pointermove, move |event| {
            if let Some((from, before)) = grip.get_untracked() {
                take(before + place(&event) - from);
            }
        })
        .on(ev::lostpointercapture, move |_| grip.set(None))
        .on(ev::dblclick, move |_| set.run(None))
        .on(ev::keydown, move |event| {
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
            take(size.get_untracked() + towards);
        })
}
