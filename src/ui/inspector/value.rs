//! One value: short ones as text, JSON as a tree, long ones in a box that scrolls. Never as HTML.

use super::json::Part;
use super::long_text::{Height, long_text};
use super::tree::tree;
use crate::engine::protocol::{Reply, Request};
use crate::model::SpanRow;
use crate::scene::details::{TextValue, ValueKind};
use crate::scene::format;
use crate::ui::dom::{El, Parts, button, div, parts, span};
use crate::ui::field::Field;
use crate::ui::state::{AppState, Tone};
use std::rc::Rc;
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

/// A text that may come later.
pub type Whole = Rc<Field<Option<Rc<str>>>>;

/// A value with what can be switched about it.
pub fn value(owner: Owner, kind: ValueKind, value: &TextValue) -> Parts {
    if kind == ValueKind::Empty {
        return parts(span("hint").child("no value"));
    }
    let beginning: Rc<str> = value.text.as_str().into();
    let cut = value.bytes > value.text.len() as u64;
    if !cut && !is_wide(kind, value) {
        return parts(plain(kind, &beginning));
    }
    let whole: Whole = Rc::new(Field::new((!cut).then(|| beginning.clone())));
    let (read, missing) = (whole.clone(), whole);
    let body = move || match read.get() {
        Some(text) => match Part::tree(&text) {
            Some(part) => switchable(part, text),
            None => parts(plain(kind, &text)),
        },
        None => parts(plain(kind, &beginning)),
    };
    let (pointer, bytes) = (value.pointer.clone(), value.bytes);
    let more = move || {
        let (pointer, asked) = (pointer.clone(), missing.clone());
        missing.with(Option::is_none).then(|| {
            button("button small", move || {
                load(owner, pointer.clone(), asked.clone());
            })
            .child(format!("Show all {}", format::bytes(bytes)))
        })
    };
    parts(div("value").child((body, more)))
}

/// JSON as a tree or as it is written.
fn switchable(part: Part, text: Rc<str>) -> Parts {
    let as_text = Rc::new(Field::new(false));
    parts((
        tree_or_text("segment tiny", ["Tree", "Text"], &as_text),
        move || {
            if as_text.get() {
                plain(ValueKind::String, &text)
            } else {
                tree(&part)
            }
        },
    ))
}

/// The switch between two ways to show a text.
pub fn tree_or_text(class: &str, names: [&'static str; 2], as_text: &Rc<Field<bool>>) -> El {
    let choice = |name: &'static str, text: bool| {
        let (chosen, told) = (as_text.clone(), as_text.clone());
        button("", move || chosen.set(text))
            .attr_of("aria-pressed", move || told.get() == text)
            .child(name)
    };
    div(class)
        .attr("role", "group")
        .attr("aria-label", "Show as")
        .child((choice(names[0], false), choice(names[1], true)))
}

/// A text as it is.
fn plain(kind: ValueKind, text: &Rc<str>) -> El {
    let lines = text.bytes().filter(|byte| *byte == b'\n');
    if text.len() > BOXED || lines.count() > BOXED_LINES {
        return long_text(text, Height::Limited);
    }
    let class = match kind {
        ValueKind::String => "value-text",
        _ => "value-text mono",
    };
    span(class).child(&**text)
}

/// Asks for the whole of a text that was cut.
pub fn load(owner: Owner, pointer: String, whole: Whole) {
    spawn_local(async move {
        let request = Request::Text {
            row: owner.row,
            pointer,
        };
        match owner.app.ask(request).await {
            Ok(answer) => {
                if let Reply::Text(text) = answer.reply {
                    whole.set(Some(text.into()));
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
