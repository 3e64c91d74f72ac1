//! The choice to keep opened files in this browser, with what is kept and a way to clear it.

use crate::scene::format::{bytes, counted};
use crate::ui::state::AppState;
use crate::web::storage::kept;
use leptos::prelude::*;
use leptos::{ev, html};

/// The choice, and what is kept.
pub fn keep(state: AppState) -> AnyView {
    if !kept::is_supported() {
        return html::p()
            .class("hint")
            .child("This browser cannot keep opened files for this page.")
            .into_any();
    }
    let chosen = move || state.settings.with(|settings| settings.keep_files);
    let turn = move |_| {
        state
            .settings
            .update(|settings| settings.keep_files = !settings.keep_files);
        state.keep_open_files();
    };
    let stored = move || {
        state.kept.with(|kept| {
            let size = kept.iter().map(|file| file.size).sum();
            (!kept.is_empty()).then(|| {
                html::div().class("stored").child((
                    html::span().class("muted").child(format!(
                        "{} kept, {}",
                        counted(kept.len() as u64, "file"),
                        bytes(size)
                    )),
                    html::button()
                        .class("button small")
                        .attr("type", "button")
                        .on(ev::click, move |_| state.clear_kept())
                        .child("Clear kept files"),
                ))
            })
        })
    };
    html::div()
        .class("keep")
        .child((
            html::label().class("check").child((
                html::input()
                    .attr("type", "checkbox")
                    .prop("checked", chosen)
                    .on(ev::change, turn),
                html::span().child((
                    "Keep opened files in this browser",
                    html::span().class("hint").child(
                        "A reload or a link then finds them again. They never leave this browser.",
                    ),
                )),
            )),
            stored,
        ))
        .into_any()
}
