//! Hearing of a change of size.

use std::fmt;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver, ResizeObserverEntry};

/// Watches an element's size; dropping it ends that.
pub struct SizeObserver {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut(js_sys::Array)>,
}

impl fmt::Debug for SizeObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SizeObserver")
    }
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Tells width and height of an element's content in CSS pixels, at once and whenever they change. `None` where the browser
/// has no observer.
pub fn observe_size(
    element: &Element,
    mut tell: impl FnMut(f64, f64) + 'static,
) -> Option<SizeObserver> {
    let closure: Closure<dyn FnMut(js_sys::Array)> = Closure::new(move |entries: js_sys::Array| {
        if let Ok(entry) = entries.get(0).dyn_into::<ResizeObserverEntry>() {
            let size = entry.content_rect();
            tell(size.width(), size.height());
        }
    });
    let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(SizeObserver {
        observer,
        _closure: closure,
    })
}
