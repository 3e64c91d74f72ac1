//! The inspector: everything about the selected span.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Moves the focus to the inspector; `false` when there is none.
pub fn focus() -> bool {
    let tab = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| {
            document
                .query_selector(".inspector [role=tab][aria-selected=true]")
                .ok()
                .flatten()
        })
        .and_then(|tab| tab.dyn_into::<HtmlElement>().ok());
    tab.is_some_and(|tab| tab.focus().is_ok())
}
