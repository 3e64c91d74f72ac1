//! Light, dark, or as the system says.

use super::dom::effect;
use super::field::Field;
use super::state::{AppState, Theme};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MediaQueryListEvent;

/// Keeps the colours of the page in step with the settings and the system. `theme.js` has set them before the first paint.
pub fn follow(state: AppState) {
    let system_dark = Rc::new(Field::new(false));
    let query = web_sys::window().and_then(|window| {
        window
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
    });
    if let Some(query) = query {
        system_dark.set(query.matches());
        let system_dark = Rc::clone(&system_dark);
        let changed =
            Closure::<dyn Fn(MediaQueryListEvent)>::new(move |event: MediaQueryListEvent| {
                system_dark.set(event.matches());
            });
        query.set_onchange(Some(changed.as_ref().unchecked_ref()));
        // As long as the page lives; so must the query, which would be collected otherwise.
        changed.forget();
        std::mem::forget(query);
    }
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    effect(move || {
        let dark = match state.settings.with(|settings| settings.theme) {
            Theme::System => system_dark.get(),
            Theme::Light => false,
            Theme::Dark => true,
        };
        if let Some(root) = &root {
            let name = if dark { "dark" } else { "light" };
            // The attribute cannot be refused: its name is well formed.
            let _ = root.set_attribute("data-theme", name);
        }
        state.dark.set_if_new(dark);
    });
}
