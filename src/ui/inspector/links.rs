//! Links of a span, both ways.

use super::attributes::list;
use super::value::Owner;
use crate::scene::details::proof::Line;
use crate::scene::details::{Details, LinkDetails};
use crate::scene::format;
use crate::ui::clipboard::copy;
use crate::ui::dom::{El, Parts, button, div, el, parts, span};
use crate::ui::icon::Icon;
use crate::ui::state::Tone;
use wasm_bindgen_futures::spawn_local;

/// The links, then those of other spans that lead here.
pub fn links(owner: Owner, details: &Details) -> Parts {
    parts((
        section(owner, details, "Links to", &details.links),
        section(owner, details, "Linked from", &details.linked_from),
    ))
}

fn section(owner: Owner, details: &Details, title: &str, links: &[LinkDetails]) -> Option<El> {
    if links.is_empty() {
        return None;
    }
    let entries: Vec<El> = links.iter().map(|link| one(owner, details, link)).collect();
    let list = el("ol").class("entries").child(entries);
    Some(el("section").child((el("h3").child(title), list)))
}

fn one(owner: Owner, details: &Details, link: &LinkDetails) -> El {
    let ids = div("link-ids").child((
        id(owner, "Trace", &link.trace_id),
        id(owner, "Span", &link.span_id),
    ));
    el("li").class("entry").child((
        div("entry-head").child(target(owner, details, link)),
        ids,
        (!link.attributes.is_empty()).then(|| list(owner, &link.attributes)),
    ))
}

fn target(owner: Owner, details: &Details, link: &LinkDetails) -> Parts {
    if link.target.is_none() {
        let missing = span("hint link-target");
        return parts(missing.child((Icon::Unlink.el(14), "Not in this document")));
    }
    let (trace, span_id) = (link.trace_id.clone(), link.span_id.clone());
    let name = if link.target_name.is_empty() {
        "(no name)"
    } else {
        &link.target_name
    };
    let elsewhere = link.target_trace != Some(details.trace);
    parts((
        button("textlink link-target", move || {
            follow(owner, trace.clone(), span_id.clone());
        })
        .child((Icon::Link.el(14), name)),
        elsewhere.then(|| span("hint").child("in another run")),
    ))
}

/// An id in short that is copied whole.
pub fn id(owner: Owner, label: &'static str, id: &str) -> Option<El> {
    if id.is_empty() {
        return None;
    }
    let whole = id.to_owned();
    let (what, copied) = match label {
        "Trace" => ("Trace id", "Copy the trace id"),
        "Parent" => ("Parent id", "Copy the parent id"),
        _ => ("Span id", "Copy the span id"),
    };
    let copy = button("quiet tiny", move || copy(owner.app, whole.clone(), what))
        .attr("title", copied)
        .attr("aria-label", copied)
        .child(Icon::Copy.el(12));
    let code = el("code")
        .attr("title", id.to_owned())
        .child(format::short_id(id));
    Some(span("id").child((span("hint").child(label), code, copy)))
}

/// A link to the span that a relation leads to: its step, or its name where it is none.
pub fn step_link(owner: Owner, relation: &Line, named: bool) -> Option<El> {
    let [_, name, step, how, failed] = relation.cells.as_slice() else {
        return None;
    };
    let (trace, span_id) = (relation.trace_id.clone(), relation.span_id.clone());
    if span_id.is_empty() {
        return None;
    }
    let words = match (step.as_str(), named) {
        ("", _) => name.clone(),
        (step, true) => format!("{name}, step {step}"),
        (step, false) => format!("step {step}"),
    };
    let title = if how.is_empty() {
        format!("Go to {name}")
    } else {
        format!("Go to {name}; {how}")
    };
    let class = if failed.is_empty() {
        "textlink step-link"
    } else {
        "textlink step-link is-err"
    };
    let go = button(class, move || follow(owner, trace.clone(), span_id.clone()))
        .attr("title", title)
        .child((
            (!failed.is_empty()).then(|| Icon::CircleX.el(12)),
            words,
            Icon::ArrowRight.el(12),
        ));
    let inferred = (!how.is_empty()).then(|| {
        span("chip is-inferred")
            .attr("title", how.clone())
            .child("inferred")
    });
    Some(span("relation-link").child((go, inferred)))
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
