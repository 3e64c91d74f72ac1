//! One value: short ones as text, JSON as a tree, long ones in a box that scrolls. Never as HTML.

use super::json::Part;
use super::long_text::{Height, LongText};
use super::tree::tree;
use crate::engine::protocol::{Reply, Request};
use crate::model::SpanRow;
use crate::scene::details::{TextValue, ValueKind};
use crate::scene::format;
use crate::ui::state::{AppState, Tone};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Longer texts stand in a box of their own.
const BOXED: usize = 2_000;
const BOXED_LINES: usize = 24;

/// Whose value it is.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// The page.
    pub app: AppState,
    /// The span.
    pub row: SpanRow,
}

/// Whether a value is long enough to want the whole width.
pub fn is_wide(kind: ValueKind, value: &TextValue) -> bool {
    matches!(kind, ValueKind::Array | ValueKind::Map)
        || value.text.len() > 60
        || value.text.contains('\n')
        || value.text.trim_start().starts_with(['{', '['])
}

/// A value with what can be switched about it.
pub fn value(owner: Owner, kind: ValueKind, value: &TextValue) -> AnyView {
    if kind == ValueKind::Empty {
        return html::span().class("hint").child("no value").into_any();
    }
    let beginning: Arc<str> = value.text.as_str().into();
    let cut = value.bytes > value.text.len() as u64;
    if !cut && !is_wide(kind, value) {
        return plain(kind, &beginning);
    }
    let whole: RwSignal<Option<Arc<str>>> = RwSignal::new((!cut).then(|| beginning.clone()));
    let as_text = RwSignal::new(false);
    let pointer = value.pointer.clone();
    let bytes = value.bytes;
    let body = move || match whole.get() {
        Some(text) => match Part::tree(&text) {
            Some(part) => (switch(as_text), move || {
                if as_text.get() {
                    plain(ValueKind::String, &text)
                } else {
                    tree(&part)
                }
            })
                .into_any(),
            None => plain(kind, &text),
        },
        None => plain(kind, &beginning),
    };
    let more = move || {
        let pointer = pointer.clone();
        whole.with(Option::is_none).then(|| {
            html::button()
                .class("button small")
                .on(ev::click, move |_| load(owner, pointer.clone(), whole))
                .child(format!("Show all {}", format::bytes(bytes)))
        })
    };
    html::div().class("value").child((body, more)).into_any()
}

fn switch(as_text: RwSignal<bool>) -> AnyView {
    let choice = |label: &'static str, text: bool| {
        html::button()
            .attr("aria-pressed", move || (as_text.get() == text).to_string())
            .on(ev::click, move |_| as_text.set(text))
            .child(label)
    };
    html::div()
        .class("segment tiny")
        .attr("role", "group")
        .attr("aria-label", "Show as")
        .child((choice("Tree", false), choice("Text", true)))
        .into_any()
}

/// A text as it is.
fn plain(kind: ValueKind, text: &Arc<str>) -> AnyView {
    if text.len() > BOXED
        || text
            .bytes()
            .filter(|byte| *byte == b'\n')
            .nth(BOXED_LINES)
            .is_some()
    {
        let text = text.clone();
        return view! { <LongText text=text height=Height::Limited /> }.into_any();
    }
    let class = match kind {
        ValueKind::String => "value-text",
        _ => "value-text mono",
    };
    html::span().class(class).child(text.to_string()).into_any()
}

/// Asks for the whole of a text that was cut.
pub fn load(owner: Owner, pointer: String, whole: RwSignal<Option<Arc<str>>>) {
    spawn_local(async move {
        let request = Request::Text {
            row: owner.row,
            pointer,
        };
        match owner.app.ask(request).await {
            Ok(answer) => {
                if let Reply::Text(text) = answer.reply {
                    // The span may have been left meanwhile, and its signals with it.
                    let _ = whole.try_set(Some(text.into()));
                }
            }
            Err(failure) => {
                let message = if failure.source_lost {
                    "The file has changed or is gone: drop it again.".to_owned()
                } else {
                    failure.message
                };
                owner
                    .app
                    .toast(Tone::Error, "The text could not be read", message);
            }
        }
    });
}
