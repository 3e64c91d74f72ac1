//! Copying and pasting.

use super::state::{AppState, How, ToastAction, Tone};
use crate::web::source::{Gathered, Source, is_address};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Clipboard;

/// Copies a text and says so; `what` is the subject of that sentence, as in "Trace id".
pub fn copy(state: AppState, text: String, what: &'static str) {
    copy_and_say(state, text, what, String::new());
}

/// Copies a text and says so, with a second line to know.
pub fn copy_and_say(state: AppState, text: String, what: &'static str, note: String) {
    spawn_local(async move {
        let copied = match clipboard() {
            Some(clipboard) => JsFuture::from(clipboard.write_text(&text)).await.is_ok(),
            None => false,
        };
        if copied {
            state.toast(Tone::Done, format!("{what} copied"), note);
        } else {
            state.toast(
                Tone::Error,
                format!("{what} not copied"),
                "The browser did not allow this page to write to the clipboard.",
            );
        }
    });
}

/// Opens the text on the clipboard, when the browser lets a page read it.
pub fn paste(state: AppState, how: How) {
    spawn_local(async move {
        let text = match clipboard() {
            Some(clipboard) => JsFuture::from(clipboard.read_text()).await.ok(),
            None => None,
        };
        let Some(text) = text.and_then(|text| text.as_string()) else {
            state.toast(
                Tone::Note,
                "The browser did not allow this page to read the clipboard",
                "Press Ctrl V instead.",
            );
            return;
        };
        let mut gathered = Gathered::default();
        if is_address(&text) {
            gathered.urls.push(text.trim().to_owned());
        } else if !text.trim().is_empty()
            && let Ok(source) = Source::from_text("pasted text", &text)
        {
            gathered.sources.push(source);
        }
        state.open_gathered(gathered, how);
    });
}

/// The clipboard, which only a secure page has.
fn clipboard() -> Option<Clipboard> {
    let navigator = web_sys::window()?.navigator();
    js_sys::Reflect::get(&navigator, &"clipboard".into())
        .ok()
        .filter(|clipboard| !clipboard.is_undefined())?;
    Some(navigator.clipboard())
}

/// An action of a message that copies a text.
pub fn copy_action(state: AppState, label: &str, text: String, what: &'static str) -> ToastAction {
    ToastAction::new(label, move || copy(state, text.clone(), what))
}
