//! What another choice of models would have cost: for each agent, for all of them, and for everything on one model.

use super::{Routes, sign};
use crate::scene::format::{UNKNOWN, count, counted};
use crate::scene::routing::{Alternative, Choice, Outcome};
use crate::ui::dom::{El, button, div, effect, el, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Agents that are listed at first.
const LISTED: usize = 8;
/// The list of models that fields complete from.
const MODELS: &str = "route-models";

pub fn panel(routes: &Rc<Routes>) -> El {
    let (reset, is_none, assumed) = (routes.clone(), routes.clone(), routes.clone());
    let is_typing = Rc::new(Field::new(false));
    let begins = is_typing.clone();
    el("aside")
        .class("route-side")
        .attr("data-region", "")
        .attr("aria-label", "What if")
        .on("focusin", move |_| begins.set_if_new(true))
        .child((
            div("route-side-head").child((
                el("h2").child("What if"),
                span("chip est").child("est."),
                button("button small", move || {
                    reset.change_assigned(Vec::clear);
                })
                .attr_of("aria-disabled", move || {
                    {
                        let tasks = is_none.app.route.get().0;
                        is_none.choice.with(|choice| choice.assigned[usize::from(tasks)].is_empty())
                    }
                })
                .child("Reset"),
            )),
            div("route-side-scroll").child((
                el("p").class("hint").child(
                    "Recorded tokens priced on another model. Answers, steps and latency would differ; they are not estimated. \
                     Cache reads have the cache price of the model, or its price of input where it has none.",
                ),
                models(routes, is_typing),
                choices(routes),
                {
                    let routes = routes.clone();
                    move || outcomes(&routes)
                },
                move || notes(&assumed),
                alternatives(routes),
            )),
            selected(routes),
        ))
}

/// Models to complete a name with: hundreds, so they are listed when the first field has the focus.
fn models(routes: &Rc<Routes>, is_wanted: Rc<Field<bool>>) -> El {
    let known = Rc::new(Field::new(Rc::new(Vec::<String>::new())));
    let (routes, followed) = (routes.clone(), known.clone());
    effect(move || {
        if is_wanted.get() {
            let models = routes.alternatives.with(|found| found.models.clone());
            followed.set_if_new(Rc::new(models));
        }
    });
    el("datalist").attr("id", MODELS).child(move || {
        let models = known.get();
        let option = |model: &String| el("option").attr("value", model.clone());
        models.iter().map(option).collect::<Vec<El>>()
    })
}

/// A line for each agent. Lines stay while their amounts change, so that a field keeps its focus.
fn choices(routes: &Rc<Routes>) -> El {
    let named = Rc::new(Field::new((false, Vec::<(String, u8)>::new())));
    let listed = Rc::new(Field::new(LISTED));
    let (followed, of) = (named.clone(), routes.clone());
    effect(move || {
        let choices = of.matrix.with(|matrix| {
            let name = |choice: &Choice| (choice.name.clone(), choice.ink);
            matrix.choices.iter().map(name).collect::<Vec<_>>()
        });
        followed.set_if_new((of.app.route.get().0, choices));
    });
    let routes = routes.clone();
    div("route-choices").child(move || {
        let (tasks, all) = named.get();
        let what = if tasks { "task" } else { "agent" };
        let most = listed.get();
        let rows: Vec<El> = all
            .iter()
            .take(most + 1)
            .map(|one| line(&routes, one))
            .collect();
        let hidden = all.len().saturating_sub(most + 1);
        let more = routes.matrix.with_untracked(|matrix| matrix.more_choices);
        let listed = listed.clone();
        (
            rows,
            (hidden > 0).then(|| {
                button("textlink", move || listed.set(listed.get_untracked() + 50))
                    .child(format!("Show {} more", count(hidden as u64)))
            }),
            (hidden == 0 && more > 0).then(|| {
                span("hint").child(format!(
                    "{} with less are not listed.",
                    counted(u64::from(more), what)
                ))
            }),
        )
    })
}

fn line(routes: &Rc<Routes>, (agent, ink): &(String, u8)) -> El {
    let is_all = agent == "*";
    let label = if is_all {
        if routes.app.route.get_untracked().0 {
            "All tasks"
        } else {
            "All agents"
        }
        .to_owned()
    } else {
        agent.clone()
    };
    let state = |routes: &Rc<Routes>| {
        let (routes, agent) = (routes.clone(), agent.clone());
        move || {
            routes.matrix.with(|matrix| {
                let found = matrix.choices.iter().find(|choice| choice.name == agent);
                found.cloned().unwrap_or_default()
            })
        }
    };
    let (field, amounts, observed) = (state(routes), state(routes), state(routes));
    let (placeholder, dashed, value) = (field.clone(), field.clone(), field);
    let (assign, name) = (routes.clone(), agent.clone());
    let input = el("input")
        .attr("list", MODELS)
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .attr("aria-label", format!("Model of {label}"))
        .attr_of("placeholder", move || {
            let recorded = placeholder().recorded;
            if recorded.is_empty() {
                "recorded".to_owned()
            } else {
                recorded
            }
        })
        .class_of(move || {
            if dashed().model.is_empty() {
                "route-model"
            } else {
                "route-model is-changed"
            }
        })
        .value_of(move || value().model)
        .on("change", move |event| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                assign.assign(&name, &input.value());
            }
        })
        // The page's keys are letters.
        .on_key(move |event| event.stop_propagation());
    div("route-choice").child((
        span("route-agent").child((
            (!is_all && *ink > 0).then(|| sign("dot", *ink)),
            span("ellipsis")
                .attr("title", label.clone())
                .child(label.as_str()),
        )),
        input,
        move || {
            let choice = amounts();
            let is_changed = !choice.after.is_empty();
            let is_struck = is_changed && choice.before != UNKNOWN;
            (
                span(if is_struck { "num is-struck" } else { "num" }).child(choice.before),
                if is_changed {
                    span("num est-value").child(choice.after)
                } else {
                    span("num hint").child("same")
                },
            )
        },
        move || {
            let text = observed().observed;
            (!text.is_empty()).then(|| span("route-observed hint").child(text))
        },
    ))
}

fn sign_class(sign: i8) -> &'static str {
    match sign {
        1.. => "is-more",
        0 => "",
        _ => "is-less",
    }
}

fn outcomes(routes: &Rc<Routes>) -> Vec<El> {
    let (outcome, of_all) = routes
        .matrix
        .with(|matrix| (matrix.outcome.clone(), matrix.outcome_of_all.clone()));
    let of = match (routes.of_run, &of_all) {
        (true, _) => "This run",
        (false, Some(_)) => "Runs that pass the filter",
        (false, None) => "All loaded runs",
    };
    let first = strip(of, &outcome);
    std::iter::once(first)
        .chain(of_all.map(|outcome| strip("All loaded runs", &outcome)))
        .collect()
}

/// Recorded, what if, and the change.
fn strip(of: &'static str, outcome: &Outcome) -> El {
    let figure = |name: &'static str, value: El| div("").child((span("hint").child(name), value));
    let after = if outcome.after.is_empty() {
        span("figure hint").child("same")
    } else {
        span("figure est-value").child(outcome.after.as_str())
    };
    let change = match outcome.change.as_str() {
        "" => UNKNOWN.to_owned(),
        change => format!("{change} {}", outcome.percent),
    };
    let class = format!("figure {}", sign_class(outcome.sign));
    div("route-outcome")
        .attr("role", "group")
        .attr("aria-label", of)
        .child((
            div("route-of hint").child(of),
            figure("Recorded", span("figure").child(outcome.before.as_str())),
            Icon::ArrowRight.el(14),
            figure("What if", after),
            (!outcome.after.is_empty()).then(|| figure("Change", span(&class).child(change))),
        ))
}

fn notes(routes: &Rc<Routes>) -> Option<El> {
    let notes = routes.matrix.with(|matrix| matrix.notes.clone());
    let note =
        |note: &String| el("li").child((Icon::TriangleAlert.el(14), span("").child(note.as_str())));
    (!notes.is_empty()).then(|| {
        el("ul")
            .class("route-notes")
            .child(notes.iter().map(note).collect::<Vec<El>>())
    })
}

/// Everything on one model.
fn alternatives(routes: &Rc<Routes>) -> El {
    let (listed, added, waits) = (routes.clone(), routes.clone(), routes.clone());
    let input = el("input")
        .attr("list", MODELS)
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .attr("aria-label", "Model to compare")
        .attr("placeholder", "Compare another model")
        .class("route-model")
        .on_key(move |event| event.stop_propagation())
        .on("change", move |event| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                let model = input.value().trim().to_owned();
                input.set_value("");
                if !model.is_empty() {
                    added.choose(|choice| {
                        choice.compared.retain(|known| *known != model);
                        choice.compared.insert(0, model);
                        choice.compared.truncate(6);
                    });
                }
            }
        });
    let is_waiting = move || waits.waits_for([4]);
    div("route-all").attr_of("data-waiting", is_waiting).child((
        el("h3").child("All on one model"),
        move || {
            let alternatives = listed.alternatives.get();
            let rows = alternatives.listed.iter();
            rows.map(|one| alternative(&listed, one))
                .collect::<Vec<El>>()
        },
        input,
    ))
}

fn alternative(routes: &Rc<Routes>, one: &Alternative) -> El {
    let (it, model) = (routes.clone(), one.model.clone());
    let over = (one.over > 0).then(|| {
        let words = format!(
            "{} with more input than it takes",
            counted(u64::from(one.over), "call")
        );
        span("route-over")
            .attr("title", words.clone())
            .child((Icon::TriangleAlert.el(14), span("unseen").child(words)))
    });
    let change = match (one.change.as_str(), one.percent.as_str()) {
        ("", _) => UNKNOWN,
        (change, "") => change,
        (_, percent) => percent,
    };
    div("route-alternative").child((
        button("route-agent", move || it.assign("*", &model))
            .attr("title", format!("Assign {} to everything", one.model))
            .child((
                sign("square", one.ink),
                span("ellipsis").child(one.model.as_str()),
                over,
            )),
        span("route-track").child(
            span("route-bar-est").style("width", &format!("{}%", f64::from(one.share) / 10.0)),
        ),
        span("num est-value").child(one.after.as_str()),
        span(&format!("num {}", sign_class(one.sign)))
            .attr("title", one.change.clone())
            .child(change),
    ))
}

/// What is selected, and the way to its spans.
fn selected(routes: &Rc<Routes>) -> El {
    let routes = routes.clone();
    div("route-selected").attr("role", "status").child(move || {
        let Some(selected) = routes.selected.get() else {
            return span("hint").child("Select a cell, a node, a band or a bar to see its calls.");
        };
        let mut words: Vec<El> = Vec::new();
        for (at, (ink, label)) in selected.labels.iter().enumerate() {
            if at > 0 {
                let between = if selected.time.is_some() {
                    "from"
                } else {
                    "on"
                };
                words.push(span("hint").child(between));
            }
            let is_model = *ink >= crate::scene::drawn::ink::MODEL;
            let has_colour = *ink > 0;
            words.push(
                span("route-agent").child((
                    has_colour.then(|| sign(if is_model { "square" } else { "dot" }, *ink)),
                    span("ellipsis")
                        .attr("title", label.clone())
                        .child(label.as_str()),
                )),
            );
        }
        let it = routes.clone();
        let what = if selected.filter().is_empty() {
            "Show the first call".to_owned()
        } else {
            format!("Show {}", counted(u64::from(selected.calls), "call"))
        };
        div("route-selected-row").child((
            div("route-names").child(words),
            button("button small", move || it.show()).child(what),
        ))
    })
}
