//! The span's JSON as it stands in the file.

use super::json::Part;
use super::long_text::{Height, LongText};
use super::tree::tree;
use super::value::{Owner, load};
use crate::engine::protocol::{Reply, Request};
use crate::scene::details::Details;
use crate::scene::format;
use crate::ui::clipboard::copy;
use crate::ui::icon::Icon;
use crate::ui::state::Tone;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Where the text stands, the text, and a copy of it.
pub fn raw(owner: Owner, details: &Arc<Details>) -> AnyView {
    let cut = details.raw.bytes > details.raw.text.len() as u64;
    let beginning: Arc<str> = details.raw.text.as_str().into();
    if beginning.is_empty() {
        return html::p()
            .class("hint")
            .child("The text of this span cannot be read.")
            .into_any();
    }
    let whole: RwSignal<Option<Arc<str>>> = RwSignal::new((!cut).then(|| beginning.clone()));
    let as_text = RwSignal::new(false);
    let pointer = details.raw.pointer.clone();
    if cut {
        load(owner, pointer.clone(), whole);
    }
    let body = move || {
        let text = whole.get().unwrap_or_else(|| beginning.clone());
        match Part::tree(&text).filter(|_| !as_text.get()) {
            Some(part) => html::div().class("raw-tree").child(tree(&part)).into_any(),
            None => view! { <LongText text=text height=Height::Fill /> }.into_any(),
        }
    };
    let choice = |label: &'static str, text: bool| {
        html::button()
            .attr("aria-pressed", move || (as_text.get() == text).to_string())
            .on(ev::click, move |_| as_text.set(text))
            .child(label)
    };
    let place = format!("{}, byte {}", details.file, format::count(details.offset));
    html::div()
        .class("raw")
        .child((
            html::div().class("raw-bar").child((
                html::div()
                    .class("segment")
                    .attr("role", "group")
                    .attr("aria-label", "Show as")
                    .child((choice("Tree", false), choice("As in the file", true))),
                html::span()
                    .class("hint ellipsis grow")
                    .title(place.clone())
                    .child(format!("{} at {place}", format::bytes(details.raw.bytes))),
                html::button()
                    .class("quiet")
                    .title("Copy the JSON")
                    .attr("aria-label", "Copy the JSON")
                    .on(ev::click, move |_| {
                        copy_whole(owner, pointer.clone(), "JSON");
                    })
                    .child(Icon::Copy.view(14)),
            )),
            body,
        ))
        .into_any()
}

/// Copies the whole of a text that the page may hold only the beginning of.
pub fn copy_whole(owner: Owner, pointer: String, what: &'static str) {
    spawn_local(async move {
        let request = Request::Text {
            row: owner.row,
            pointer,
        };
        match owner.app.ask(request).await.map(|answer| answer.reply) {
            Ok(Reply::Text(text)) => copy(owner.app, text, what),
            Ok(_) => {}
            Err(failure) => {
                owner
                    .app
                    .toast(Tone::Error, format!("{what} not copied"), failure.message);
            }
        }
    });
}
