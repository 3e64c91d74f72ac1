//! The line of the run's budget: how much it is, whether it was kept, and the way to the call that crossed it.

use super::Map;
use crate::model::PicoUsd;
use crate::scene::drawn::RUN_BUDGET;
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use leptos::prelude::untrack;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Where the budget of a run that says it comes from.
const FROM: &str = "The root of the run says what it may cost";

/// The line below the picture.
pub fn budget(map: &Rc<Map>) -> El {
    let app = map.app;
    let wrong = Rc::new(Field::new(false));
    let (told, said, shown) = (wrong.clone(), wrong.clone(), map.clone());
    let written = map.clone();
    let amount = move || {
        let own = written.drawn.with(|drawn| drawn.own_budget.clone());
        let (document, run) = app.shown_run();
        app.settings.with(|settings| {
            let mine = settings.budget_of(document, run);
            match (mine, own.as_str()) {
                (_, "") => settings.budget.clone(),
                (None, own) => own.to_owned(),
                (Some(mine), _) => mine.to_owned(),
            }
        })
    };
    let edited = map.clone();
    let field = el("input")
        .attr("type", "text")
        .attr("inputmode", "decimal")
        .attr("size", "6")
        .attr("placeholder", "none")
        .attr("aria-label", "Run budget in dollars")
        .attr_of("aria-invalid", move || told.get().then_some(true))
        .value_of(amount)
        .on("change", move |event| {
            let input = event.target();
            let Some(input) = input.and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else {
                return;
            };
            let text = input.value();
            let budget = read(&text);
            if let Some(budget) = &budget {
                input.set_value(budget);
            }
            wrong.set_if_new(budget.is_none());
            let says = edited
                .drawn
                .with_untracked(|drawn| !drawn.own_budget.is_empty());
            match (budget, untrack(|| app.shown_run())) {
                (Some(budget), (Some(document), Some(run))) if says => app
                    .settings
                    .update(|settings| settings.run_budget = Some((document, run, budget))),
                (Some(budget), _) => app.settings.update(|settings| settings.budget = budget),
                (None, _) => {}
            }
        });
    div("cost-budget").child((
        el("label")
            .class("cost-money")
            .attr("title", "What one run may cost; empty for anything")
            .child(("Run budget", span("cost-amount").child(("$", field)))),
        {
            let map = map.clone();
            move || origin(&map)
        },
        move || {
            if said.get() {
                return Some(
                    span("is-over")
                        .child("The budget is a number of dollars, such as 0.5; empty for none."),
                );
            }
            let (words, crossed) = shown
                .drawn
                .with(|drawn| (drawn.budget.clone(), drawn.crossed));
            let class = if crossed.is_some() { "is-over" } else { "hint" };
            (!words.is_empty()).then(|| {
                span(class).child((
                    crossed.map(|_| Icon::TriangleAlert.el(12)),
                    span("").child(words),
                ))
            })
        },
        {
            let map = map.clone();
            move || {
                let crossed = map.drawn.with(|drawn| drawn.crossed)?;
                let label = if map.of_run {
                    "Show in waterfall"
                } else {
                    "Show the costliest"
                };
                Some(
                    button("button small", move || {
                        app.show_spans(crossed, String::new());
                    })
                    .child(label),
                )
            }
        },
    ))
}

/// Where the budget comes from when the run says what it may cost, and the way back to that.
fn origin(map: &Map) -> Option<El> {
    let (app, own) = (map.app, map.drawn.with(|drawn| drawn.own_budget.clone()));
    if own.is_empty() {
        return None;
    }
    let (document, run) = app.shown_run();
    let is_mine = app
        .settings
        .with(|settings| settings.budget_of(document, run).is_some());
    Some(if is_mine {
        button("button small", move || {
            app.settings.update(|settings| settings.run_budget = None);
        })
        .attr("title", FROM)
        .child(format!("Use ${own} of the run"))
    } else {
        span("hint")
            .attr("title", FROM)
            .child(("from ", el("code").child(RUN_BUDGET)))
    })
}

/// A budget without what stands around it; nothing is none. `None` for what is no amount.
fn read(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('$').trim();
    let is_amount = PicoUsd::parse(text).is_some_and(|budget| budget.0 >= 0);
    (is_amount || text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_read_as_it_is_written() {
        assert_eq!(read(" $0.50 ").as_deref(), Some("0.50"));
        assert_eq!(read("1").as_deref(), Some("1"));
        assert_eq!(read("").as_deref(), Some(""));
        assert_eq!(read("-1"), None);
        assert_eq!(read("a dollar"), None);
    }
}
