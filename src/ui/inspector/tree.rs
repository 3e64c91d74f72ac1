//! A JSON value as a tree that opens level by level.

use super::json::{Member, Part, Shape};
use super::long_text::{Height, LongText};
use crate::scene::format;
use crate::ui::icon::Icon;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

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
pub fn tree(part: &Part) -> AnyView {
    html::div().class("json").child(members(part, 0)).into_any()
}

fn members(part: &Part, depth: usize) -> AnyView {
    let members = Arc::new(part.members());
    let total = members.len();
    let shown = RwSignal::new(total.min(AT_ONCE));
    let named = part.shape() == Shape::Object;
    let rows = move || {
        members
            .iter()
            .take(shown.get())
            .map(|member| row(member, named, depth))
            .collect::<Vec<AnyView>>()
    };
    let more = move || {
        let left = total - shown.get();
        (left > 0).then(|| {
            html::button()
                .class("textlink")
                .on(ev::click, move |_| {
                    shown.update(|shown| *shown = (*shown + AT_ONCE * 10).min(total));
                })
                .child(format!(
                    "Show {} more of {}",
                    format::count(left.min(AT_ONCE * 10) as u64),
                    format::count(total as u64)
                ))
        })
    };
    (html::ul().child(rows), more).into_any()
}

fn row(member: &Member, named: bool, depth: usize) -> AnyView {
    let key = html::span()
        .class(if named { "json-key" } else { "json-index" })
        .child(member.key.clone());
    match member.part.shape() {
        Shape::Object | Shape::Array => branch(key.into_any(), member.part.clone(), depth),
        Shape::Text => text(key.into_any(), &member.part, depth),
        Shape::Other => html::li()
            .child((
                key,
                html::span()
                    .class("json-other")
                    .child(member.part.decoded()),
            ))
            .into_any(),
    }
}

fn branch(key: AnyView, part: Part, depth: usize) -> AnyView {
    let count = part.members().len();
    if count == 0 {
        let empty = if part.shape() == Shape::Object {
            "{}"
        } else {
            "[]"
        };
        return html::li()
            .child((key, html::span().class("json-other").child(empty)))
            .into_any();
    }
    let open = RwSignal::new(depth < OPEN_DEPTH && count <= OPEN_MEMBERS);
    let size = if part.shape() == Shape::Object {
        format!("{{{}}}", format::count(count as u64))
    } else {
        format!("[{}]", format::count(count as u64))
    };
    let preview = preview(part.text());
    let inner = move || open.get().then(|| members(&part, depth + 1));
    let icon = move || {
        if open.get() {
            Icon::ChevronDown.view(12)
        } else {
            Icon::ChevronRight.view(12)
        }
    };
    let closed =
        move || (!open.get()).then(|| html::span().class("json-preview").child(preview.clone()));
    html::li()
        .child((
            html::button()
                .class("json-branch")
                .attr("aria-expanded", move || open.get().to_string())
                .on(ev::click, move |_| open.update(|open| *open = !*open))
                .child((
                    icon,
                    key,
                    html::span().class("json-size").child(size),
                    closed,
                )),
            inner,
        ))
        .into_any()
}

fn text(key: AnyView, part: &Part, depth: usize) -> AnyView {
    let decoded: Arc<str> = part.decoded().into();
    // Tools put JSON into texts: it opens like the rest.
    if let Some(inner) = Part::tree(&decoded) {
        return branch(
            (key, html::span().class("type").child("text")).into_any(),
            inner,
            depth.max(OPEN_DEPTH),
        );
    }
    if decoded.len() > BOXED {
        return html::li()
            .class("block")
            .child((
                key,
                view! { <LongText text=decoded height=Height::Limited /> },
            ))
            .into_any();
    }
    let block = decoded.len() > INLINE || decoded.contains('\n');
    html::li()
        .class(if block { "block" } else { "" })
        .child((
            key,
            html::span().class("json-text").child(decoded.to_string()),
        ))
        .into_any()
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
