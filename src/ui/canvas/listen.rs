//! Event listeners that go when their owner goes.

use std::fmt;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// A listener on a DOM node; dropping it takes it off.
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Calls `run` for every event of `kind` at `target`. Not passive: `run` may prevent the default.
pub fn listen(
    target: &EventTarget,
    kind: &'static str,
    run: impl FnMut(Event) + 'static,
) -> Listener {
    let closure = Closure::new(run);
    // Only `window`, `document` and `body` make wheel and touch listeners passive by themselves.
    let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
    Listener {
        target: target.clone(),
        kind,
        closure,
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self
            .target
            .remove_event_listener_with_callback(self.kind, self.closure.as_ref().unchecked_ref());
    }
}
