//! Who listens to `open`, `select` and `error`.

use super::thrown;
use js_sys::{Function, Object};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// What can be listened to.
const KINDS: [&str; 3] = ["open", "select", "error"];

/// Listeners in the order in which they came.
#[derive(Debug, Default)]
pub struct Listeners(RefCell<Vec<(String, Function)>>);

impl Listeners {
    /// Adds one; the same one twice is one.
    pub fn add(&self, kind: &str, listener: Option<Function>) -> Result<(), JsValue> {
        if !KINDS.contains(&kind) {
            return Err(thrown(&format!(
                "expected the event 'open', 'select' or 'error', found '{kind}'"
            )));
        }
        let Some(listener) = listener else {
            return Err(thrown("expected a function that listens"));
        };
        let mut all = self.0.borrow_mut();
        if !all
            .iter()
            .any(|(of, known)| of == kind && Object::is(known, &listener))
        {
            all.push((kind.to_owned(), listener));
        }
        Ok(())
    }

    /// Removes one, if it is there.
    pub fn remove(&self, kind: &str, listener: &JsValue) {
        self.0
            .borrow_mut()
            .retain(|(of, known)| of != kind || !Object::is(known, listener));
    }

    /// Calls those of a kind with `{type, detail}`. One that throws is reported and does not keep the others from hearing.
    pub fn tell(&self, kind: &str, detail: &JsValue) {
        let listeners: Vec<Function> = self
            .0
            .borrow()
            .iter()
            .filter(|(of, _)| of == kind)
            .map(|(_, listener)| listener.clone())
            .collect();
        for listener in listeners {
            let event = Object::new();
            super::set(&event, "type", &kind.into());
            super::set(&event, "detail", detail);
            if let Err(error) = listener.call1(&JsValue::UNDEFINED, &event) {
                web_sys::console::error_1(&error);
            }
        }
    }
}
