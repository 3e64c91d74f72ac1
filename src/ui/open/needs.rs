//! What a link still needs: files that a link cannot carry, and addresses that are fetched only when asked.

use crate::engine::address::AddressSource;
use crate::scene::format::{bytes, counted};
use crate::ui::icon::Icon;
use crate::ui::state::{AppState, How, PendingLink};
use leptos::prelude::*;
use leptos::{ev, html};

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
pub fn bar(state: AppState) -> AnyView {
    let words = move || {
        state.pending.with(|pending| {
            pending.as_ref().map(|link| {
                if link.mismatch {
                    MISMATCH.to_owned()
                } else {
                    title(link)
                }
            })
        })
    };
    html::div()
        .class("note-bar")
        .attr("role", "status")
        .child((
            html::span()
                .class("is-warn")
                .child(Icon::TriangleAlert.view(14)),
            html::span().child(words),
            choices(state),
        ))
        .into_any()
}

/// The sources that are missing, and what else can be done.
pub fn needs(state: AppState) -> AnyView {
    let rows = move || -> Vec<AnyView> {
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
    (
        html::ul()
            .class("needs")
            .attr("aria-label", "Files of this link")
            .child(rows),
        move || mismatch().then(|| html::p().class("problem").child(MISMATCH)),
        html::div().class("actions").child(choices(state)),
    )
        .into_any()
}

fn choices(state: AppState) -> AnyView {
    let button = move |label: &'static str, run: fn(AppState)| {
        html::button()
            .class("button small")
            .attr("type", "button")
            .on(ev::click, move |_| run(state))
            .child(label)
    };
    (
        move || {
            let open = state.document.with(Option::is_some);
            open.then(|| button("Open anyway", AppState::restore_anyway))
        },
        button("Forget the link", AppState::forget_link),
    )
        .into_any()
}

fn row(state: AppState, source: AddressSource) -> AnyView {
    let (icon, name, size, url) = match source {
        AddressSource::File { name, size, .. } => (Icon::FileJson, name, Some(size), None),
        AddressSource::Url(url) => (Icon::Globe, url.clone(), None, Some(url)),
        AddressSource::Sample(name) => (Icon::FileJson, name, None, None),
    };
    let fetch = url.map(|url| {
        html::button()
            .class("button small")
            .attr("type", "button")
            .on(ev::click, move |_| state.fetch(url.clone(), How::Add))
            .child("Fetch")
    });
    html::li()
        .child((
            icon.view(14),
            html::span().class("ellipsis").child(name),
            size.map(|size| html::span().class("hint").child(bytes(size))),
            fetch,
        ))
        .into_any()
}
