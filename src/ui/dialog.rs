//! A dialog over the page. `Esc` closes it and the focus goes back to where it was, both by the browser.

use super::dom::{El, Parts, button, div, effect, el};
use super::icon::Icon;
use super::state::{AppState, Dialog};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// The dialog `which`; its body is made when it opens.
pub fn dialog(
    state: AppState,
    which: Dialog,
    class: &str,
    title: &'static str,
    body: impl Fn() -> Parts + 'static,
) -> El {
    let is_open = move || state.dialog.get() == Some(which);
    let close = move || {
        if state.dialog.get_untracked() == Some(which) {
            state.dialog.set(None);
        }
    };
    let head = el("header").child((
        el("h2").child(title),
        button("quiet", close)
            .attr("aria-label", "Close")
            .attr("title", "Close")
            .child(Icon::X.el(16)),
    ));
    let dialog = el("dialog")
        .class(class)
        .attr("aria-label", title)
        .on("close", move |_| close())
        // The backdrop belongs to the element; everything inside is in a child.
        .on("click", move |event| {
            if event.target() == event.current_target() {
                close();
            }
        })
        .child((head, div("body").child(move || is_open().then(&body))));
    let element: HtmlDialogElement = dialog.html().clone().unchecked_into();
    effect(move || {
        let open = is_open();
        if open && !element.open() && element.is_connected() {
            // Refused only for an element that is not in the page.
            let _ = element.show_modal();
        } else if !open && element.open() {
            element.close();
        }
    });
    dialog
}
