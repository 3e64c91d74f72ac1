//! The span's JSON as it stands in the file.

use super::json::Part;
use super::long_text::{Height, long_text};
use super::tree::tree;
use super::value::{Owner, Whole, load, tree_or_text};
use crate::engine::protocol::{Reply, Request};
use crate::scene::details::Details;
use crate::scene::format;
use crate::ui::clipboard::copy;
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::state::Tone;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Where the text stands, the text, and a copy of it.
pub fn raw(owner: Owner, details: &Details) -> El {
    let cut = details.raw.bytes > details.raw.text.len() as u64;
    let beginning: Rc<str> = details.raw.text.as_str().into();
    if beginning.is_empty() {
        return el("p")
            .class("hint")
            .child("The text of this span cannot be read.");
    }
    let whole: Whole = Rc::new(Field::new((!cut).then(|| beginning.clone())));
    let as_text = Rc::new(Field::new(false));
    let pointer = details.raw.pointer.clone();
    if cut {
        load(owner, pointer.clone(), whole.clone());
    }
    let switch = tree_or_text("segment", ["Tree", "As in the file"], &as_text);
    let body = move || {
        let text = whole.get().unwrap_or_else(|| beginning.clone());
        match Part::tree(&text).filter(|_| !as_text.get()) {
            Some(part) => div("raw-tree").child(tree(&part)),
            None => long_text(&text, Height::Fill),
        }
    };
    let place = format!(
        "{} at {}, byte {}",
        format::bytes(details.raw.bytes),
        details.file,
        format::count(details.offset)
    );
    let copied = button("quiet", move || copy_whole(owner, pointer.clone(), "JSON"))
        .attr("title", "Copy the JSON")
        .attr("aria-label", "Copy the JSON")
        .child(Icon::Copy.el(14));
    div("raw").child((
        div("raw-bar").child((
            switch,
            span("hint ellipsis grow")
                .attr("title", place.clone())
                .child(place),
            copied,
        )),
        body,
    ))
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
