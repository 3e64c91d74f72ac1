//! What follows the state or hears events, as long as the part of the page that is being made.

use leptos::prelude::{RenderEffect, StoredValue, untrack};
use std::any::Any;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Event;

/// Keeps something as long as the part of the page that is being made.
pub fn keep(value: impl Any) {
    keep_boxed(Box::new(value));
}

fn keep_boxed(value: Box<dyn Any>) {
    StoredValue::new_local(value);
}

/// Runs `run` now and again whenever something it read is set, as long as the part of the page that is being made.
pub fn effect(run: impl FnMut() + 'static) {
    effect_boxed(Box::new(run));
}

fn effect_boxed(mut run: Box<dyn FnMut()>) {
    keep(RenderEffect::new(move |_: Option<()>| run()));
}

/// Runs `run` now and whenever the key is another one; `run` follows nothing itself.
pub fn on_change<K: PartialEq + 'static>(
    key: impl Fn() -> K + 'static,
    mut run: impl FnMut(&K) + 'static,
) {
    let mut last = None;
    effect(move || {
        let key = key();
        if last.as_ref() != Some(&key) {
            untrack(|| run(&key));
            last = Some(key);
        }
    });
}

/// The same, but not for the first value.
pub fn on_later_change<K: PartialEq + 'static>(
    key: impl Fn() -> K + 'static,
    mut run: impl FnMut(&K) + 'static,
) {
    let mut is_first = true;
    on_change(key, move |key| {
        if !std::mem::take(&mut is_first) {
            run(key);
        }
    });
}

/// Hears an event of an element, the document or the window, as long as the part of the page that is being made.
pub fn listen(target: &web_sys::EventTarget, event: &str, hear: Box<dyn FnMut(Event)>) {
    let closure = Closure::wrap(hear);
    let target = target.clone();
    // Refused for no target there is.
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    keep(Listener {
        target,
        event: event.to_owned(),
        closure,
    });
}

struct Listener {
    target: web_sys::EventTarget,
    event: String,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        let _ = self
            .target
            .remove_event_listener_with_callback(&self.event, callback);
    }
}

/// Hears an event of the window.
pub fn on_window(event: &str, hear: impl FnMut(Event) + 'static) {
    listen(&leptos::prelude::window(), event, Box::new(hear));
}
