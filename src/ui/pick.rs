//! Choosing, dropping and pasting files, anywhere on the page.

use super::dom::{El, Parts, div, el, on_window, parts};
use super::field::Field;
use super::icon::Icon;
use super::keys::is_typing_in;
use super::state::{AppState, How, Tone};
use crate::web::source::{dropped, pasted, picked};
use std::cell::Cell;
use std::rc::Rc;
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
pub fn inputs_and_veil(state: AppState) -> Parts {
    let hanging = Rc::new(Field::new(None));
    listen(state, &hanging);
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
            div("drop-veil").child(el("div").child((
                Icon::Upload.el(24),
                el("h1").child(title),
                el("p").class("muted").child(hint),
            )))
        })
    };
    parts((
        input(state, "pick-files", false),
        input(state, "pick-folder", true),
        veil,
    ))
}

fn input(state: AppState, id: &'static str, folder: bool) -> El {
    el("input")
        .attr("id", id)
        .attr("type", "file")
        .attr("multiple", "")
        .attr("hidden", "")
        .attr("aria-hidden", "true")
        .attr("webkitdirectory", folder.then_some(""))
        .on("change", move |event| {
            let input = event
                .target()
                .and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                let how = CHOSEN_FOR.replace(How::Add);
                state.open_gathered(picked(&input), how);
            }
        })
}

fn listen(state: AppState, hanging: &Rc<Field<Option<How>>>) {
    for event in ["dragenter", "dragover"] {
        let hanging = Rc::clone(hanging);
        on_window(event, move |event| {
            let event: DragEvent = event.unchecked_into();
            if carries_files(event.data_transfer().as_ref()) {
                // Else the browser would leave the page for the file.
                event.prevent_default();
                hanging.set_if_new(Some(how(state, event.shift_key())));
            }
        });
    }
    let gone = Rc::clone(hanging);
    on_window("dragleave", move |event| {
        // Left for nothing: the pointer is outside of the window.
        if event
            .unchecked_ref::<DragEvent>()
            .related_target()
            .is_none()
        {
            gone.set_if_new(None);
        }
    });
    let hanging = Rc::clone(hanging);
    on_window("drop", move |event| {
        hanging.set_if_new(None);
        let event: DragEvent = event.unchecked_into();
        let transfer = event.data_transfer();
        if let Some(transfer) = transfer.filter(|transfer| carries_files(Some(transfer))) {
            event.prevent_default();
            let how = how(state, event.shift_key());
            // Called here: the browser empties the transfer when the handler returns.
            let gathered = dropped(&transfer);
            spawn_local(async move { state.open_gathered(gathered.await, how) });
        }
    });
    on_window("paste", move |event| {
        if event.default_prevented() || is_typing_in(event.target()) {
            return;
        }
        let gathered = pasted(event.unchecked_ref());
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
