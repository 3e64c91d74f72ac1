//! Choosing, dropping and pasting files, anywhere on the page.

use super::icon::Icon;
use super::keys::is_typing_in;
use super::state::{AppState, How, Tone};
use crate::web::source::{dropped, pasted, picked};
use leptos::ev;
use leptos::html;
use leptos::prelude::{
    AnyView, ClassAttribute, CustomAttribute, ElementChild, Get, GetUntracked, GlobalAttributes,
    IntoAny, OnAttribute, RwSignal, Set, WithUntracked, window_event_listener,
};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DataTransfer, DragEvent, HtmlInputElement};

thread_local! {
    /// What becomes of the open document when the files have been chosen.
    static CHOSEN_FOR: Cell<How> = const { Cell::new(How::Add) };
}

/// Asks for files.
pub fn files(how: How) {
    ask("pick-files", how);
}

/// Asks for a folder.
pub fn folder(how: How) {
    ask("pick-folder", how);
}

fn ask(id: &str, how: How) {
    CHOSEN_FOR.set(how);
    let input = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id))
        .and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
    if let Some(input) = input {
        input.click();
    }
}

/// The inputs that the browser asks for files with, and the veil that shows while files hang over the page.
pub fn inputs_and_veil(state: AppState) -> AnyView {
    let hanging = RwSignal::new(None);
    listen(state, hanging);
    let veil = move || {
        hanging.get().map(|how| {
            let title = match how {
                How::Replace => "Drop to open",
                How::Add => "Drop to add to the open document",
            };
            let open = state.document.with_untracked(Option::is_some);
            let hint = match (open, how) {
                (false, _) => "Files and folders. They stay in this tab.",
                (true, How::Add) => "Hold Shift to open them instead.",
                (true, How::Replace) => "Release Shift to add them instead.",
            };
            html::div()
                .class("drop-veil")
                .child(html::div().child((
                    Icon::Upload.view(24),
                    html::h1().child(title),
                    html::p().class("muted").child(hint),
                )))
                .into_any()
        })
    };
    (
        input(state, "pick-files", false),
        input(state, "pick-folder", true),
        veil,
    )
        .into_any()
}

fn input(state: AppState, id: &'static str, folder: bool) -> AnyView {
    html::input()
        .id(id)
        .attr("type", "file")
        .attr("multiple", "")
        .attr("hidden", "")
        .attr("aria-hidden", "true")
        .attr("webkitdirectory", folder.then_some(""))
        .on(ev::change, move |event| {
            let input = event
                .target()
                .and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                let how = CHOSEN_FOR.replace(How::Add);
                state.open_gathered(picked(&input), how);
            }
        })
        .into_any()
}

fn listen(state: AppState, hanging: RwSignal<Option<How>>) {
    let over = move |event: DragEvent| {
        if !carries_files(event.data_transfer().as_ref()) {
            return;
        }
        // Else the browser would leave the page for the file.
        event.prevent_default();
        let how = how(state, event.shift_key());
        if hanging.get_untracked() != Some(how) {
            hanging.set(Some(how));
        }
    };
    window_event_listener(ev::dragenter, over);
    window_event_listener(ev::dragover, over);
    window_event_listener(ev::dragleave, move |event| {
        // Left for nothing: the pointer is outside of the window.
        if event.related_target().is_none() {
            hanging.set(None);
        }
    });
    window_event_listener(ev::drop, move |event| {
        hanging.set(None);
        let Some(transfer) = event.data_transfer() else {
            return;
        };
        if !carries_files(Some(&transfer)) {
            return;
        }
        event.prevent_default();
        let how = how(state, event.shift_key());
        // Called here: the browser empties the transfer when the handler returns.
        let gathered = dropped(&transfer);
        spawn_local(async move { state.open_gathered(gathered.await, how) });
    });
    window_event_listener(ev::paste, move |event| {
        if event.default_prevented() || is_typing_in(event.target()) {
            return;
        }
        let Some(event) = event.dyn_ref::<web_sys::ClipboardEvent>() else {
            return;
        };
        let gathered = pasted(event);
        if gathered.is_empty() {
            state.toast(Tone::Note, "Nothing to open on the clipboard", "");
        } else {
            event.prevent_default();
            state.open_gathered(gathered, How::Add);
        }
    });
}

fn how(state: AppState, shift: bool) -> How {
    let open = state.document.with_untracked(Option::is_some);
    if open && !shift {
        How::Add
    } else {
        How::Replace
    }
}

/// Files, or text from another window; not a selection that is dragged within the page.
fn carries_files(transfer: Option<&DataTransfer>) -> bool {
    transfer.is_some_and(|transfer| {
        let types = transfer.types();
        types.includes(&"Files".into(), 0) || types.includes(&"text/uri-list".into(), 0)
    })
}
