//! Links of a span, both ways.

use super::attributes::list;
use super::value::Owner;
use crate::scene::details::{Details, LinkDetails};
use crate::scene::format;
use crate::ui::clipboard::copy;
use crate::ui::icon::Icon;
use crate::ui::state::Tone;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The links, then those of other spans that lead here.
pub fn links(owner: Owner, details: &Details) -> AnyView {
    (
        section(owner, details, "Links to", &details.links),
        section(owner, details, "Linked from", &details.linked_from),
    )
        .into_any()
}

fn section(
    owner: Owner,
    details: &Details,
    title: &'static str,
    links: &[LinkDetails],
) -> Option<AnyView> {
    if links.is_empty() {
        return None;
    }
    let entries: Vec<AnyView> = links.iter().map(|link| one(owner, details, link)).collect();
    Some(
        html::section()
            .child((
                html::h3().child(title),
                html::ol().class("entries").child(entries),
            ))
            .into_any(),
    )
}

fn one(owner: Owner, details: &Details, link: &LinkDetails) -> AnyView {
    let head = if link.target.is_some() {
        let (trace, span) = (link.trace_id.clone(), link.span_id.clone());
        let name = if link.target_name.is_empty() {
            "(no name)".to_owned()
        } else {
            link.target_name.clone()
        };
        let other_run = (link.target_trace != Some(details.trace))
            .then(|| html::span().class("hint").child("in another run"));
        (
            html::button()
                .class("textlink link-target")
                .on(ev::click, move |_| {
                    follow(owner, trace.clone(), span.clone());
                })
                .child((Icon::Link.view(14), name)),
            other_run,
        )
            .into_any()
    } else {
        html::span()
            .class("hint link-target")
            .child((Icon::Unlink.view(14), "Not in this document"))
            .into_any()
    };
    html::li()
        .class("entry")
        .child((
            html::div().class("entry-head").child(head),
            html::div().class("link-ids").child((
                id(owner, "Trace", &link.trace_id),
                id(owner, "Span", &link.span_id),
            )),
            (!link.attributes.is_empty()).then(|| list(owner, &link.attributes)),
        ))
        .into_any()
}

/// An id in short that is copied whole.
pub fn id(owner: Owner, label: &'static str, id: &str) -> Option<AnyView> {
    if id.is_empty() {
        return None;
    }
    let whole = id.to_owned();
    let what = match label {
        "Trace" => "Trace id",
        "Parent" => "Parent id",
        _ => "Span id",
    };
    Some(
        html::span()
            .class("id")
            .child((
                html::span().class("hint").child(label),
                html::code()
                    .title(whole.clone())
                    .child(format::short_id(id)),
                html::button()
                    .class("quiet tiny")
                    .title(format!("Copy the {}", what.to_lowercase()))
                    .attr("aria-label", format!("Copy the {}", what.to_lowercase()))
                    .on(ev::click, move |_| copy(owner.app, whole.clone(), what))
                    .child(Icon::Copy.view(12)),
            ))
            .into_any(),
    )
}

/// Goes to another span, also of another run.
pub fn follow(owner: Owner, trace_id: String, span_id: String) {
    spawn_local(async move {
        if !owner.app.go_to_span(&trace_id, &span_id).await {
            owner
                .app
                .toast(Tone::Warning, "The span is not in this document", "");
        }
    });
}
