//! Where the time went, what was asked again, and which models answered in the place of others.

use super::{Routes, sign};
use crate::scene::format::{count, counted};
use crate::scene::routing::{Aside, TimeBar, Told};
use crate::ui::dom::{El, Parts, button, div, el, parts, span};
use crate::ui::icon::Icon;
use std::rc::Rc;

pub fn below(routes: &Rc<Routes>) -> El {
    let (routes, waits) = (routes.clone(), routes.clone());
    let is_waiting = move || waits.waits_for([1, 2, 3]);
    div("route-below")
        .attr_of("data-waiting", is_waiting)
        .child(move || {
            let aside = routes.aside.get();
            parts((time(&aside), lists(&routes, &aside)))
        })
}

/// Bars of everything and of agents.
fn time(aside: &Aside) -> Option<El> {
    let (whole, agents) = aside.times.split_first()?;
    let several = agents.len() > 1;
    Some(
        el("section")
            .class("route-time")
            .attr("aria-label", "Time")
            .child((
                el("h3").child("Time"),
                bar(whole),
                legend(whole),
                several.then(|| {
                    parts((
                        el("p").class("hint").child(
                            "Of each agent: time in which a span of it was at work and none below.",
                        ),
                        agents.iter().map(bar).collect::<Vec<El>>(),
                        (aside.more_times > 0).then(|| {
                            span("hint").child(format!(
                                "{} with less time are not listed.",
                                counted(u64::from(aside.more_times), "agent")
                            ))
                        }),
                    ))
                }),
            )),
    )
}

fn bar(one: &TimeBar) -> El {
    let names = ["in models", "in tools", "neither"];
    let class = ["is-models", "is-tools", "is-neither"];
    let segments = one
        .parts
        .iter()
        .zip(class)
        .zip(names.iter().zip(&one.texts));
    let segment = |((part, class), (name, text)): ((&u16, &str), (&&str, &String))| {
        span(class)
            .style("width", &format!("{}%", f64::from(*part) / 10.0))
            .attr("title", format!("{text} {name}"))
    };
    let words: Vec<String> = one
        .texts
        .iter()
        .zip(names)
        .map(|(text, name)| format!("{text} {name}"))
        .collect();
    div("route-time-row").child((
        (!one.label.is_empty()).then(|| {
            span("route-agent").child((
                sign("dot", one.ink),
                span("ellipsis")
                    .attr("title", one.label.clone())
                    .child(one.label.as_str()),
            ))
        }),
        div("route-time-bar")
            .attr("role", "img")
            .attr("aria-label", words.join(", "))
            .child(segments.map(segment).collect::<Vec<El>>()),
        (!one.label.is_empty())
            .then(|| span("hint num").child(format!("{} in models", one.texts[0]))),
    ))
}

fn legend(whole: &TimeBar) -> El {
    let entry = |class: &str, icon: Option<Icon>, name: &'static str, text: &String| {
        span("legend-entry").child((
            span(&format!("heat-step {class}")),
            icon.map(|icon| icon.el(14)),
            name,
            el("b").child(text.as_str()),
        ))
    };
    let [models, tools, neither] = &whole.texts;
    div("route-legend").child((
        entry("is-models", Some(Icon::MessageSquare), "In models", models),
        entry("is-tools", Some(Icon::Wrench), "In tools", tools),
        entry("is-neither", None, "Neither", neither),
    ))
}

fn lists(routes: &Rc<Routes>, aside: &Aside) -> Parts {
    let all = [
        ("Fallbacks", &aside.fallbacks, aside.left_out[0]),
        ("Retries", &aside.retries, aside.left_out[1]),
        (
            "Asked for and answered by",
            &aside.answered,
            aside.left_out[2],
        ),
    ];
    let lists = all
        .into_iter()
        .filter(|(_, told, _)| !told.is_empty())
        .map(|(name, told, left_out)| list(routes, name, told, left_out));
    let lists: Vec<El> = lists.collect();
    parts((
        (!aside.summary.is_empty())
            .then(|| el("p").class("route-summary").child(aside.summary.as_str())),
        (!lists.is_empty()).then(|| div("route-lists").child(lists)),
    ))
}

fn list(routes: &Rc<Routes>, name: &'static str, told: &[Told], left_out: u32) -> El {
    let entry = |one: &Told| {
        let (app, row) = (routes.app, one.row);
        el("li").child(
            button("route-told", move || app.show_spans(row, String::new())).child((
                span("ellipsis")
                    .attr("title", one.text.clone())
                    .child(one.text.as_str()),
                span("hint").child(one.evidence.as_str()),
            )),
        )
    };
    el("section").attr("aria-label", name).child((
        el("h3").child(name),
        el("ul").child(told.iter().map(entry).collect::<Vec<El>>()),
        (left_out > 0).then(|| {
            span("hint").child(format!(
                "{} more are not listed.",
                count(u64::from(left_out))
            ))
        }),
    ))
}
