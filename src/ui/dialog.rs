//! A dialog over the page. `Esc` closes it and the focus goes back to where it was, both by the browser.

use super::icon::Icon;
use super::state::{AppState, Dialog};
use leptos::html;
use leptos::prelude::{
    AnyView, ClassAttribute, CustomAttribute, Effect, ElementChild, Get, GlobalAttributes, IntoAny,
    NodeRef, NodeRefAttribute, OnAttribute, Set,
};

/// The dialog `which`; its body is made when it opens.
pub fn dialog(
    state: AppState,
    which: Dialog,
    class: &'static str,
    title: &'static str,
    body: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let element = NodeRef::<html::Dialog>::new();
    let is_open = move || state.dialog.get() == Some(which);
    Effect::new(move || {
        let Some(element) = element.get() else { return };
        if is_open() && !element.open() {
            // Refused only for an element that is not in the page.
            let _ = element.show_modal();
        } else if !is_open() && element.open() {
            element.close();
        }
    });
    html::dialog()
        .class(class)
        .node_ref(element)
        .attr("aria-label", title)
        .on(leptos::ev::close, move |_| {
            if is_open() {
                state.dialog.set(None);
            }
        })
        // The backdrop belongs to the element; everything inside is in a child.
        .on(leptos::ev::click, move |event| {
            if event.target() == event.current_target() {
                state.dialog.set(None);
            }
        })
        .child((
            html::header().child((
                html::h2().child(title),
                html::button()
                    .class("quiet")
                    .attr("type", "button")
                    .attr("aria-label", "Close")
                    .title("Close")
                    .on(leptos::ev::click, move |_| state.dialog.set(None))
                    .child(Icon::X.view(16)),
            )),
            html::div()
                .class("body")
                .child(move || is_open().then(&body)),
        ))
        .into_any()
}
