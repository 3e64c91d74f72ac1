//! What the instrumentation left out, and the way to the spans that lack it.

use crate::engine::protocol::{LintLine, Reply, Request};
use crate::scene::format::{count, counted, share};
use crate::ui::dom::{El, Parts, button, div, el, on_change, parts};
use crate::ui::field::Field;
use crate::ui::state::{AppState, Screen};
use crate::web::latest::Latest;
use std::rc::Rc;

/// The section of the report; empty until the worker has looked.
pub fn lint(state: AppState) -> El {
    let found = Rc::new(Field::new(None::<Vec<LintLine>>));
    let heard = Rc::clone(&found);
    let feed = Latest::new(state.link(), move |answer| {
        if let Ok(Reply::Lint(lines)) = answer.map(|answer| answer.reply) {
            heard.set(Some(lines));
        }
    });
    let document = move || {
        let open = state
            .document
            .with(|open| open.as_ref().map(|open| open.document));
        (open, state.priced.get())
    };
    on_change(document, move |(open, _)| {
        if open.is_some() {
            feed.ask(Request::Lint);
        }
    });
    div("lint").child(move || found.with(|found| found.as_ref().map(|lines| section(state, lines))))
}

fn section(state: AppState, lines: &[LintLine]) -> El {
    let body = if lines.is_empty() {
        parts(el("p").class("hint").child(
            "Calls, tools and searches have their model, tokens, input, output and times, and no key is an old one.",
        ))
    } else {
        table(state, lines)
    };
    el("section")
        .class("report-section")
        .attr("aria-label", "Instrumentation")
        .child((
            div("section-head").child((
                el("h3").child("Instrumentation"),
                el("span")
                    .class("hint")
                    .child("What was not recorded, and what that makes impossible"),
            )),
            body,
        ))
}

fn table(state: AppState, lines: &[LintLine]) -> Parts {
    let heads = ["What", "Scope", "Spans", "Share", "What it means", ""].map(|title| {
        let class = if matches!(title, "Spans" | "Share") {
            "num"
        } else {
            ""
        };
        el("th").class(class).attr("scope", "col").child(title)
    });
    let rows: Vec<El> = lines.iter().map(|line| row(state, line)).collect();
    parts(
        div("wide-table").child(el("table").class("files lint-table").child((
            el("thead").child(el("tr").child(Vec::from(heads))),
            el("tbody").child(rows),
        ))),
    )
}

fn row(state: AppState, line: &LintLine) -> El {
    let filter = line.filter.clone();
    let spans = u64::from(line.spans);
    let show = button("textlink", move || {
        state.runs_filter.set(filter.clone());
        let has_run = state.run.with_untracked(Option::is_some);
        let runs = state
            .document
            .with_untracked(|open| open.as_ref().map_or(0, |open| open.traces));
        state.screen.set(if has_run && runs == 1 {
            Screen::Run
        } else {
            Screen::Runs
        });
    })
    .attr("title", line.filter.clone())
    .child(format!("Show {}", counted(spans, "span")));
    el("tr").child((
        el("td").child(el("b").child(line.what.clone())),
        el("td").child(line.scope.clone()),
        el("td").class("num").child(count(spans)),
        el("td")
            .class("num")
            .child(share(spans, u64::from(line.of))),
        el("td").class("note").child(line.why.clone()),
        el("td").child(show),
    ))
}
