//! Name, service, times, status and ids of the selected span.

use super::Close;
use super::links::{follow, id, step_link};
use super::value::{Owner, value};
use crate::model::{PicoUsd, SpanFlags, SpanKind, StatusCode, Timestamp};
use crate::scene::details::proof::LineKind;
use crate::scene::details::{Details, ValueKind};
use crate::scene::format::{self, at_least, count_short};
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::icon::Icon;
use crate::ui::waterfall::icon;
use crate::ui::waterfall::legend::mark;
use crate::ui::words::{sentence, zone};

/// The head of the inspector.
pub fn head(owner: Owner, details: &Details, close: &Close, prove: impl Fn() + 'static) -> El {
    let placeholder = details.flags.contains(SpanFlags::PLACEHOLDER);
    let name = if details.flags.contains(SpanFlags::STITCHED) {
        "Stitched traces"
    } else if placeholder {
        "Missing parent"
    } else if details.name.is_empty() {
        "(no name)"
    } else {
        &details.name
    };
    let failed = details.status == StatusCode::Error;
    el("header").class("inspector-head").child((
        div("inspector-title").child((
            failed.then(|| span("is-err").child(Icon::CircleX.el(16))),
            el("h2")
                .class(if failed { "is-err" } else { "" })
                .child(name),
            step(details),
            close_button(close),
        )),
        told(details, prove),
        facts(details, placeholder),
        relations(owner, details),
        div("inspector-ids").child((
            id(owner, "Span", &details.span_id),
            parent(owner, details),
            id(owner, "Trace", &details.trace_id),
            started(owner, details),
        )),
        status(owner, details),
        said(owner, details),
        notes(details),
    ))
}

/// The button that closes the inspector.
pub fn close_button(close: &Close) -> El {
    let close = close.clone();
    button("quiet", move || close())
        .attr("title", "Close the inspector")
        .attr("aria-label", "Close the inspector")
        .child(Icon::X.el(16))
}

/// The cells of the first relation of a kind.
fn cells(details: &Details, kind: LineKind) -> Option<&[String]> {
    let mut lines = details.relations.iter();
    let found = lines.find(|line| line.kind == kind)?;
    Some(&found.cells)
}

/// Its place among the steps of the run.
fn step(details: &Details) -> Option<El> {
    match cells(details, LineKind::Step)? {
        [number, all] => Some(span("hint told-step").child(format!("step {number} of {all}"))),
        _ => None,
    }
}

/// What it is in an agent run: kind, agent, model, and figures that open how they came about.
fn told(details: &Details, prove: impl Fn() + 'static) -> Option<El> {
    let told = &details.told;
    let icon = icon(told.operation);
    let has_role = details
        .relations
        .iter()
        .any(|line| line.kind == LineKind::Role);
    if icon.is_none() && !has_role {
        return None;
    }
    let text = |text: &str| (!text.is_empty()).then(|| span("ellipsis").child(text));
    let tokens = told.tokens.map(count_short);
    let has_figures = tokens.is_some() || told.cost.is_some() || !told.tokens_complete;
    let cost = told.cost.map(|amount| format::cost(PicoUsd(amount)));
    let figures = has_figures.then(|| {
        button("figure-link", prove)
            .attr("title", "How tokens and cost came about")
            .child((
                el("b").child(at_least(tokens, told.tokens_complete)),
                " tokens ",
                el("b").child(at_least(cost, told.cost_complete)),
            ))
    });
    let role = cells(details, LineKind::Role).and_then(|cells| match cells {
        [role, to, because] => Some(role_chip(role, to, because)),
        _ => None,
    });
    let kind = span(&format!("told-kind is-{}", told.operation.as_str()));
    Some(div("inspector-told").child((
        kind.child((icon.map(|icon| icon.el(14)), told.operation.as_str())),
        role,
        text(&told.agent),
        text(&told.model),
        figures,
    )))
}

/// What a span does beside its kind.
fn role_chip(role: &str, to: &str, because: &str) -> El {
    let icon = match role {
        "skill load" => Icon::BookOpen,
        "agent" => Icon::Workflow,
        _ => Icon::Forward,
    };
    let words = match (role, to) {
        ("skill load", to) => format!("loads skill {to}"),
        ("agent", _) => "recorded as a chain".to_owned(),
        ("handoff", "") => "hand-off".to_owned(),
        ("handoff", to) => format!("hand-off to {to}"),
        ("delegation", to) => format!("delegates to {to}"),
        ("enqueue", _) => "into a queue".to_owned(),
        (_, _) => "out of a queue".to_owned(),
    };
    let class = if role == "skill load" {
        "told-role is-skill"
    } else {
        "told-role"
    };
    span(class)
        .attr("title", format!("Told by: {because}"))
        .child((icon.el(14), words))
}

/// The calls that asked for this one, or were given what it gave.
fn relations(owner: Owner, details: &Details) -> Option<El> {
    let lines = details.relations.iter();
    let named = lines.filter_map(|line| {
        let words = match line.kind {
            LineKind::AskedBy => "Asked by".to_owned(),
            LineKind::ShownTo => "Result given to".to_owned(),
            LineKind::Ran if line.cells.first().is_some_and(String::is_empty) => {
                "Followed by".to_owned()
            }
            LineKind::Skill => format!("Skill {}", line.cells.first()?),
            _ => return None,
        };
        let link = step_link(owner, line, line.kind != LineKind::Skill)?;
        Some(span("relation").child((span("hint").child(words), link)))
    });
    let named: Vec<El> = named.collect();
    (!named.is_empty()).then(|| div("inspector-relations").child(named))
}

fn facts(details: &Details, placeholder: bool) -> El {
    let service = details.service.as_deref().map(|service| {
        span("inspector-service")
            .child((mark(details.service_index), span("ellipsis").child(service)))
    });
    if placeholder {
        let below = format::counted(u64::from(details.descendants), "span");
        let below = el("span").child(format!("in no file, {below} below"));
        return div("inspector-facts").child((service, below));
    }
    let start = details.start_ns.map(|start| {
        let offset = start.saturating_sub(details.trace_start_ns);
        el("span").child(format!("at {}", format::duration(offset)))
    });
    let length = details
        .duration_ns
        .map_or_else(|| format::UNKNOWN.to_owned(), format::duration);
    let own = details
        .duration_ns
        .filter(|_| details.descendants > 0)
        .map(|_| el("span").child(("self ", el("b").child(format::duration(details.self_ns)))));
    let kind =
        (details.kind != SpanKind::Unspecified).then(|| el("span").child(details.kind.as_str()));
    let fine = (details.status == StatusCode::Ok)
        .then(|| span("inspector-ok is-ok").child((Icon::Check.el(14), "ok")));
    div("inspector-facts").child((
        service,
        fine,
        start,
        el("span")
            .attr("title", "Duration")
            .child(el("b").child(length)),
        own,
        kind,
    ))
}

fn parent(owner: Owner, details: &Details) -> Option<El> {
    let span_id = details.parent_span_id.clone()?;
    let known = details.parent.is_some() && !details.flags.contains(SpanFlags::ORPHAN);
    let trace_id = details.trace_id.clone();
    let shown = id(owner, "Parent", &span_id);
    let go = known.then(|| {
        button("quiet tiny", move || {
            follow(owner, trace_id.clone(), span_id.clone());
        })
        .attr("title", "Go to the parent")
        .attr("aria-label", "Go to the parent")
        .child(Icon::ArrowRight.el(12))
    });
    Some(span("inspector-parent").child((shown, go)))
}

fn started(owner: Owner, details: &Details) -> Option<El> {
    let start = Timestamp(details.start_ns?);
    let app = owner.app;
    let text = move || {
        let utc = app.settings.with(|settings| settings.utc);
        format::instant_full(start, zone(utc, start))
    };
    Some(
        span("hint")
            .attr("title", format!("Start: {}", format::instant_exact(start)))
            .text_of(text),
    )
}

/// What went wrong, and what else the status says.
fn status(owner: Owner, details: &Details) -> Option<El> {
    let message = &details.status_message;
    let failed = details.status == StatusCode::Error;
    if message.text.is_empty() && !failed {
        return None;
    }
    let class = if failed {
        "status-box is-err"
    } else {
        "status-box"
    };
    Some(div(class).child((
        el("b").child(details.status.as_str()),
        (!message.text.is_empty()).then(|| value(owner, ValueKind::String, message)),
    )))
}

/// What went wrong by an attribute, where the status is silent.
fn said(owner: Owner, details: &Details) -> Option<El> {
    let [level, key, words] = cells(details, LineKind::Said)? else {
        return None;
    };
    let class = if level.eq_ignore_ascii_case("warning") {
        "status-box is-said is-warn"
    } else {
        "status-box is-said is-err"
    };
    let words = (words.parse().ok()).and_then(|at: usize| details.attributes.get(at));
    let origin = "Said by this attribute, not by the status: it is in no count of errors.";
    let failed = details.status == StatusCode::Error;
    Some(div(class).child((
        (!failed).then(|| el("b").child(level.as_str())),
        words.map(|words| value(owner, words.kind, &words.value)),
        (!failed).then(|| {
            let origin = span("status-key").attr("title", origin);
            origin.child((key.as_str(), ", status ", details.status.as_str()))
        }),
    )))
}

fn notes(details: &Details) -> Vec<El> {
    let mut notes: Vec<String> = Vec::new();
    for (flag, words) in [
        (
            SpanFlags::RUNNING,
            "No end was recorded: still running when the file was written.",
        ),
        (
            SpanFlags::ORPHAN,
            "Its parent is in no file; it stands under a placeholder.",
        ),
        (
            SpanFlags::CYCLE,
            "Its chain of parents came back to itself; it is drawn as a root.",
        ),
        (
            SpanFlags::FROM_LOG,
            "Told by log records: the agent wrote no spans of this session.",
        ),
        (SpanFlags::BEFORE_PARENT, "Starts before its parent."),
        (
            SpanFlags::ENDS_BEFORE_START,
            "Its recorded end lies before its start; the duration is unknown.",
        ),
        (
            SpanFlags::NO_START,
            "No start was recorded; it is drawn at the start of the run.",
        ),
    ] {
        if details.flags.contains(flag) {
            notes.push(words.to_owned());
        }
    }
    let [attributes, events, links] = details.dropped;
    for (count, noun) in [
        (attributes, "attribute"),
        (events, "event"),
        (links, "link"),
    ] {
        if count > 0 {
            notes.push(format!(
                "The producer dropped {}.",
                format::counted(u64::from(count), noun)
            ));
        }
    }
    if let Some(why) = &details.source_lost {
        notes.push(format!("{} What was read before stays.", sentence(why)));
    }
    notes
        .into_iter()
        .map(|note| {
            el("p")
                .class("inspector-note")
                .child((Icon::TriangleAlert.el(14), el("span").child(note)))
        })
        .collect()
}
