//! The choice to keep opened files in this browser, with what is kept and a way to clear it.

use crate::scene::format::{bytes, counted};
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::state::AppState;
use crate::web::storage::kept;

/// The choice, and what is kept.
pub fn keep(state: AppState) -> El {
    if !kept::is_supported() {
        return el("p")
            .class("hint")
            .child("This browser cannot keep opened files for this page.");
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
                div("stored").child((
                    span("muted").child(format!(
                        "{} kept, {}",
                        counted(kept.len() as u64, "file"),
                        bytes(size)
                    )),
                    button("button small", move || state.clear_kept()).child("Clear kept files"),
                ))
            })
        })
    };
    div("keep").child((
        el("label").class("check").child((
            el("input")
                .attr("type", "checkbox")
                .prop_of("checked", chosen)
                .on("change", turn),
            el("span").child((
                "Keep opened files in this browser",
                span("hint").child(
                    "A reload or a link then finds them again. They never leave this browser.",
                ),
            )),
        )),
        stored,
    ))
}
