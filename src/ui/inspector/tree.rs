//! A JSON value as a tree that opens level by level.

use super::json::{Member, Part, Shape};
use super::long_text::{Height, long_text};
use crate::scene::format;
use crate::ui::dom::{El, Parts, button, div, el, parts, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use std::rc::Rc;

/// Members shown at first, and more at a time.
const AT_ONCE: usize = 100;
/// Values with no more members than this are open at first, down to [`OPEN_DEPTH`].
const OPEN_MEMBERS: usize = 12;
const OPEN_DEPTH: usize = 2;
/// Longer texts get lines of their own, longer ones still a box that scrolls.
const INLINE: usize = 80;
const BOXED: usize = 2_000;
/// Characters of what a closed value holds.
const PREVIEW: usize = 60;

/// The tree of an object or array.
pub fn tree(part: &Part) -> El {
    div("json").child(members(part, 0))
}

fn members(part: &Part, depth: usize) -> Parts {
    let members = Rc::new(part.members());
    let total = members.len();
    let shown = Rc::new(Field::new(total.min(AT_ONCE)));
    let named = part.shape() == Shape::Object;
    let (taken, left) = (shown.clone(), shown);
    let rows = move || {
        members
            .iter()
            .take(taken.get())
            .map(|member| row(member, named, depth))
            .collect::<Vec<El>>()
    };
    let more = move || {
        let next = (total - left.get()).min(AT_ONCE * 10);
        let grown = left.clone();
        (next > 0).then(|| {
            button("textlink", move || grown.set(grown.get_untracked() + next)).child(format!(
                "Show {} more of {}",
                format::count(next as u64),
                format::count(total as u64)
            ))
        })
    };
    parts((el("ul").child(rows), more))
}

fn row(member: &Member, named: bool, depth: usize) -> El {
    let key = span(if named { "json-key" } else { "json-index" }).child(member.key.as_str());
    match member.part.shape() {
        Shape::Object | Shape::Array => branch(parts(key), member.part.clone(), depth),
        Shape::Text => text(key, &member.part, depth),
        Shape::Other => el("li").child((key, span("json-other").child(member.part.decoded()))),
    }
}

fn branch(key: Parts, part: Part, depth: usize) -> El {
    let count = part.members().len();
    let object = part.shape() == Shape::Object;
    if count == 0 {
        let empty = if object { "{}" } else { "[]" };
        return el("li").child((key, span("json-other").child(empty)));
    }
    let open = Rc::new(Field::new(depth < OPEN_DEPTH && count <= OPEN_MEMBERS));
    let count = format::count(count as u64);
    let size = if object {
        format!("{{{count}}}")
    } else {
        format!("[{count}]")
    };
    let preview = preview(part.text());
    let (turned, told, pointed, closed, inner) =
        (open.clone(), open.clone(), open.clone(), open.clone(), open);
    let icon = move || {
        if pointed.get() {
            Icon::ChevronDown.el(12)
        } else {
            Icon::ChevronRight.el(12)
        }
    };
    let beginning = move || (!closed.get()).then(|| span("json-preview").child(preview.as_str()));
    let head = button("json-branch", move || turned.set(!turned.get_untracked()))
        .attr_of("aria-expanded", move || told.get())
        .child((icon, key, span("json-size").child(size), beginning));
    el("li").child((head, move || inner.get().then(|| members(&part, depth + 1))))
}

fn text(key: El, part: &Part, depth: usize) -> El {
    let decoded: Rc<str> = part.decoded().into();
    // Tools put JSON into texts: it opens like the rest.
    if let Some(inner) = Part::tree(&decoded) {
        let key = parts((key, span("type").child("text")));
        return branch(key, inner, depth.max(OPEN_DEPTH));
    }
    if decoded.len() > BOXED {
        let text = long_text(&decoded, Height::Limited);
        return el("li").class("block").child((key, text));
    }
    let block = decoded.len() > INLINE || decoded.contains('\n');
    el("li")
        .class(if block { "block" } else { "" })
        .child((key, span("json-text").child(&*decoded)))
}

fn preview(text: &str) -> String {
    let mut preview: String = text
        .chars()
        .map(|character| {
            if character.is_whitespace() {
                ' '
            } else {
                character
            }
        })
        .take(PREVIEW)
        .collect();
    if text.chars().nth(PREVIEW).is_some() {
        preview.push('…');
    }
    preview
}
