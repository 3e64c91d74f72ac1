//! The keys: one table for the handlers' reader, the dialog and the README, and what works everywhere.

use super::dom::{El, div, el, on_window};
use super::pick;
use super::state::{AppState, Dialog, How, Screen};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, EventTarget, HtmlElement, KeyboardEvent};

/// Keys that belong together.
#[derive(Debug, Clone, Copy)]
pub struct KeyGroup {
    /// Where they work.
    pub title: &'static str,
    /// The keys and what they do. Keys of one entry are alternatives; those joined by `+` are held together.
    pub keys: &'static [(&'static [&'static str], &'static str)],
}

/// Every key of the page.
pub const KEYS: &[KeyGroup] = &[
    KeyGroup {
        title: "Everywhere",
        keys: &[
            (&["O"], "Open files"),
            (&["Ctrl+V"], "Open what is on the clipboard"),
            (&["/"], "Search"),
            (&["F6"], "Next part of the page"),
            (&["?"], "These keys"),
            (&["Esc"], "Close, or back to the document"),
        ],
    },
    KeyGroup {
        title: "Search",
        keys: &[
            (&["Enter"], "Next hit"),
            (&["Shift+Enter"], "Previous hit"),
            (&["Esc"], "End the search"),
        ],
    },
    KeyGroup {
        title: "Runs",
        keys: &[
            (&["↓", "J"], "Next run"),
            (&["↑", "K"], "Previous run"),
            (&["Page Down", "Page Up"], "A page down or up"),
            (&["Home", "End"], "First or last run"),
            (&["Enter"], "Open the run"),
        ],
    },
    KeyGroup {
        title: "Waterfall",
        keys: &[
            (&["↓", "↑"], "Next or previous span"),
            (&["→"], "Expand, or to the first child"),
            (&["←"], "Collapse, or to the parent"),
            (&["Page Down", "Page Up"], "A page down or up"),
            (&["Home", "End"], "First or last span"),
            (&["Enter"], "To the details of the span"),
            (&["W", "S"], "Zoom in or out"),
            (&["A", "D"], "Earlier or later"),
            (&["0"], "The whole run"),
            (&["F"], "Zoom to the selected span"),
            (&["Backspace"], "The window before"),
            (&["1", "2", "3"], "Every span, steps or agents"),
            (&["U"], "Show what is folded into the span"),
            (&["M"], "Only what the filter lets pass, or all"),
        ],
    },
    KeyGroup {
        title: "Waterfall with the mouse",
        keys: &[
            (&["Wheel"], "Scroll the rows"),
            (&["Shift+Wheel"], "Earlier or later"),
            (&["Ctrl+Wheel"], "Zoom at the pointer"),
            (&["Drag"], "Move in time"),
            (&["Shift+Drag"], "Measure, then zoom"),
            (&["Double click"], "Zoom to the span"),
        ],
    },
];

/// The keys as a table, for the dialog.
pub fn key_list() -> El {
    let groups: Vec<El> = KEYS
        .iter()
        .map(|group| {
            let mut list = el("dl");
            for (keys, what) in group.keys {
                let keys: Vec<El> = keys
                    .iter()
                    .flat_map(|key| key.split('+'))
                    .map(key)
                    .collect();
                list = list.child((el("dt").child(keys), el("dd").child(*what)));
            }
            el("section").child((el("h3").child(group.title), list))
        })
        .collect();
    div("key-groups").child(groups)
}

/// A key as a hint.
pub fn key(name: &str) -> El {
    el("kbd").child(name)
}

/// Listens to the keys that work everywhere. A part of the page that takes a key itself prevents its default.
pub fn listen(state: AppState) {
    on_window("keydown", move |event| {
        let event: KeyboardEvent = event.unchecked_into();
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let taken = match event.key().as_str() {
            "F6" => next_region(event.shift_key()),
            _ if state.dialog.get_untracked().is_some() => false,
            "Escape" => leave(state, &event),
            _ if is_typing(&event) => false,
            "o" | "O" => {
                pick::files(How::Replace);
                true
            }
            "/" => focus("#search"),
            "?" => {
                state.dialog.set(Some(Dialog::Keys));
                true
            }
            _ => false,
        };
        if taken {
            event.prevent_default();
        }
    });
}

/// Whether the key goes into a text.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    is_typing_in(event.target())
}

/// Whether what is typed or pasted here goes into a text.
pub fn is_typing_in(target: Option<EventTarget>) -> bool {
    target
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| {
            let name = element.tag_name().to_ascii_lowercase();
            match name.as_str() {
                "textarea" | "select" => true,
                "input" => !matches!(
                    element.get_attribute("type").as_deref(),
                    Some("checkbox" | "radio" | "button" | "file")
                ),
                _ => element.is_content_editable(),
            }
        })
}

fn leave(state: AppState, event: &KeyboardEvent) -> bool {
    if is_typing(event) {
        return false;
    }
    if let Some(toast) = state
        .toasts
        .with_untracked(|toasts| toasts.last().map(|toast| toast.id))
    {
        state.close_toast(toast);
        return true;
    }
    let aside = matches!(
        state.screen.get_untracked(),
        Screen::Report | Screen::Failed | Screen::Open
    );
    if aside && state.document.with_untracked(Option::is_some) {
        state.back_to_document();
        return true;
    }
    if state.screen.get_untracked() == Screen::Failed {
        state.screen.set(Screen::Open);
        return true;
    }
    false
}

/// Moves the focus to an element; `false` when there is none.
pub fn focus(selector: &str) -> bool {
    let Some(document) = document() else {
        return false;
    };
    let Ok(Some(element)) = document.query_selector(selector) else {
        return false;
    };
    element
        .dyn_ref::<HtmlElement>()
        .is_some_and(|element| element.focus().is_ok())
}

/// Moves the focus to the next (or previous) region: elements with `data-region`, in document order. Its value may select
/// where in it the focus goes.
fn next_region(backwards: bool) -> bool {
    let Some(document) = document() else {
        return false;
    };
    let Ok(found) = document.query_selector_all("[data-region]") else {
        return false;
    };
    let regions: Vec<Element> = (0..found.length())
        .filter_map(|index| found.get(index)?.dyn_into().ok())
        .collect();
    if regions.is_empty() {
        return false;
    }
    let active = document.active_element();
    // The innermost: a region may stand in another.
    let at = regions
        .iter()
        .rposition(|region| region.contains(active.as_ref().map(AsRef::as_ref)));
    let count = regions.len();
    let next = match (at, backwards) {
        (None, false) => 0,
        (None, true) => count - 1,
        (Some(at), false) => (at + 1) % count,
        (Some(at), true) => (at + count - 1) % count,
    };
    regions.get(next).is_some_and(enter)
}

/// Focuses what a region names, the first thing in it that can have the focus, or the region itself.
fn enter(region: &Element) -> bool {
    const FOCUSABLE: &str =
        "[tabindex='0'], button:not([tabindex='-1']), a[href], input:not([type=file]), select";
    let inside = |selector: &str| region.query_selector(selector).ok().flatten();
    let element = if region.get_attribute("tabindex").as_deref() == Some("0") {
        Some(region.clone())
    } else {
        let named = region.get_attribute("data-region");
        named
            .filter(|selector| !selector.is_empty())
            .and_then(|selector| inside(&selector))
            .or_else(|| inside(FOCUSABLE))
    };
    element
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

fn document() -> Option<Document> {
    web_sys::window().and_then(|window| window.document())
}
