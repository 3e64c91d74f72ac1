//! What a link still needs: files that a link cannot carry, and addresses that are fetched only when asked.

use crate::engine::address::AddressSource;
use crate::scene::format::{bytes, counted};
use crate::ui::dom::{El, Parts, button, div, el, parts, span};
use crate::ui::icon::Icon;
use crate::ui::state::{AppState, How, PendingLink};

const MISMATCH: &str =
    "What was opened is not what the link was made from: its size or content differs.";

/// "This link needs claims.json (98.8 MB): drop it here"
pub fn title(pending: &PendingLink) -> String {
    match pending.missing.as_slice() {
        [AddressSource::File { name, size, .. }] => {
            format!("This link needs {name} ({}): drop it here", bytes(*size))
        }
        [AddressSource::Url(_)] => "This link needs a file from another place".to_owned(),
        missing => format!(
            "This link needs {}: drop them here",
            counted(missing.len() as u64, "file")
        ),
    }
}

/// A line over the document while the link that it was opened for still needs something else.
pub fn bar(state: AppState) -> El {
    let words = move || {
        state.pending.with(|pending| match pending {
            Some(link) if link.mismatch => MISMATCH.to_owned(),
            Some(link) => title(link),
            None => String::new(),
        })
    };
    div("note-bar").attr("role", "status").child((
        span("is-warn").child(Icon::TriangleAlert.el(14)),
        el("span").text_of(words),
        choices(state),
    ))
}

/// The sources that are missing, and what else can be done.
pub fn needs(state: AppState) -> Parts {
    let rows = move || -> Vec<El> {
        state
            .pending
            .get()
            .map(|pending| pending.missing)
            .unwrap_or_default()
            .into_iter()
            .map(|source| row(state, source))
            .collect()
    };
    let mismatch = move || {
        state
            .pending
            .with(|pending| pending.as_ref().is_some_and(|link| link.mismatch))
    };
    parts((
        el("ul")
            .class("needs")
            .attr("aria-label", "Files of this link")
            .child(rows),
        move || mismatch().then(|| el("p").class("problem").child(MISMATCH)),
        div("actions").child(choices(state)),
    ))
}

fn choices(state: AppState) -> Parts {
    let choice = move |label: &'static str, run: fn(AppState)| {
        button("button small", move || run(state)).child(label)
    };
    let anyway = move || {
        let open = state.document.with(Option::is_some);
        open.then(|| choice("Open anyway", AppState::restore_anyway))
    };
    parts((anyway, choice("Forget the link", AppState::forget_link)))
}

fn row(state: AppState, source: AddressSource) -> El {
    let (icon, name, size, url) = match source {
        AddressSource::File { name, size, .. } => (Icon::FileJson, name, Some(size), None),
        AddressSource::Url(url) => (Icon::Globe, url.clone(), None, Some(url)),
        AddressSource::Sample(name) => (Icon::FileJson, name, None, None),
    };
    let fetch = url.map(|url| {
        button("button small", move || state.fetch(url.clone(), How::Add)).child("Fetch")
    });
    el("li").child((
        icon.el(14),
        span("ellipsis").child(name),
        size.map(|size| span("hint").child(bytes(size))),
        fetch,
    ))
}
