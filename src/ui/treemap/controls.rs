//! The bar above the treemap: where one is, the levels, area and colour; and the legend below it.

use super::{Map, end_pair};
use crate::scene::drawn::Drawn;
use crate::scene::treemap::{COLOURS, LEVELS, MEASURES};
use crate::ui::canvas::token;
use crate::ui::dom::{El, button, div, el, parts, span};
use crate::ui::drawn;
use crate::ui::export::export_menu;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

/// What is counted, where a word may be taken for another.
const AREA: &str = "Calls are requests to models: chats, completions, embeddings and rerankings";
/// Levels at most: deeper ones are gone into.
const MOST_LEVELS: usize = 6;

/// The bar.
pub fn controls(map: &Rc<Map>) -> El {
    let (crumbed, levelled, measured, coloured, compared) = (
        map.clone(),
        map.clone(),
        map.clone(),
        map.clone(),
        map.clone(),
    );
    let area: Vec<String> = MEASURES
        .iter()
        .map(|(_, name)| (*name).to_owned())
        .collect();
    let colours: Vec<String> = COLOURS.iter().map(|name| (*name).to_owned()).collect();
    let (set_area, set_colour) = (map.clone(), map.clone());
    div("cost-bar")
        .attr("role", "toolbar")
        .attr("aria-label", "Treemap")
        .child((
            move || crumbs(&crumbed),
            div("cost-choices").child((
                move || levels(&levelled),
                el("label")
                    .class("cost-choice")
                    .attr("title", AREA)
                    .child(("Area", move || {
                        let map = set_area.clone();
                        let chosen = measured.choice.with(|choice| choice.measure);
                        select("Area", &area, usize::from(chosen), move |at| {
                            map.choose(|choice| choice.measure = at as u8);
                        })
                    })),
                el("label").class("cost-choice").child(("Colour", move || {
                    let map = set_colour.clone();
                    let chosen = coloured.choice.with(|choice| choice.colour);
                    select("Colour", &colours, usize::from(chosen), move |at| {
                        map.choose(|choice| choice.colour = at as u8);
                    })
                })),
                div("cost-acts").child((
                    move || compare(&compared),
                    export_menu(map.app, map.clone()),
                )),
            )),
        ))
}

/// Where one is; each part leads back to it.
fn crumbs(map: &Rc<Map>) -> El {
    let names = map.drawn.with(|drawn| drawn.crumbs.clone());
    let back = map.clone();
    drawn::crumbs(map.whole(), names, move |at| {
        back.choose(|choice| choice.path.truncate(at));
    })
}

/// A list for each level, and one for the next.
fn levels(map: &Rc<Map>) -> El {
    let chosen = map.choice.with(|choice| choice.levels.clone());
    let keys = map.drawn.with(|drawn| drawn.keys.clone());
    let mut known: Vec<String> = LEVELS.iter().map(|&level| level.to_owned()).collect();
    known.extend(keys);
    // A level of another document.
    known.extend(
        chosen
            .iter()
            .filter(|level| !known.contains(level))
            .cloned()
            .collect::<Vec<_>>(),
    );
    let count = chosen.len();
    let list = |at: usize| {
        let map = map.clone();
        let level = chosen.get(at);
        let none = if at < count { "remove" } else { "+" };
        let mut names = vec![none.to_owned()];
        names.extend(known.iter().cloned());
        let current = level.and_then(|level| known.iter().position(|known| known == level));
        let label = format!("Level {}", at + 1);
        let names_again = names.clone();
        let list = select(
            &label,
            &names,
            current.map_or(0, |at| at + 1),
            move |picked| {
                let name = names_again.get(picked).cloned().filter(|_| picked > 0);
                map.choose(|choice| {
                    match (name, choice.levels.get_mut(at)) {
                        (Some(name), Some(level)) => *level = name,
                        (Some(name), None) => choice.levels.push(name),
                        (None, Some(_)) => drop(choice.levels.remove(at)),
                        (None, None) => {}
                    }
                    choice.path.clear();
                });
            },
        );
        if at < count {
            list
        } else {
            list.class("select small cost-add")
                .attr("title", "One level more")
        }
    };
    let lists: Vec<El> = (0..(count + 1).min(MOST_LEVELS)).map(list).collect();
    div("cost-choice").child(("Levels", lists))
}

/// The line that says who is compared with whom.
pub fn pair(map: &Rc<Map>) -> El {
    let map = map.clone();
    div("cost-pair").child(move || {
        let pair = map.choice.with(|choice| choice.pair.clone());
        if pair.len() < 2 {
            return None;
        }
        let choices = map.drawn.with(|drawn| drawn.choices.clone());
        let names: Vec<String> = choices.iter().map(|item| item.label.clone()).collect();
        let list = |label: &str, side: usize| {
            let (map, choices) = (map.clone(), choices.clone());
            let chosen = choices
                .iter()
                .position(|item| pair.get(side) == Some(&item.member));
            select(label, &names, chosen.unwrap_or(0), move |at| {
                if let Some(item) = choices.get(at) {
                    let member = item.member.clone();
                    map.choose(|choice| {
                        if let Some(slot) = choice.pair.get_mut(side) {
                            *slot = member;
                        }
                    });
                }
            })
        };
        let ended = map.clone();
        Some(parts((
            span("hint").child("Compare"),
            list("First", 0),
            span("hint").child("with"),
            list("Second", 1),
            button("button small", move || ended.choose(end_pair)).child("End comparison"),
            span("hint").child("Areas of both have one scale."),
        )))
    })
}

/// Puts the two largest members side by side.
fn compare(map: &Rc<Map>) -> Option<El> {
    let members = map.drawn.with(|drawn| {
        let known = drawn.items.iter().filter(|item| !item.unknown);
        known
            .take(2)
            .map(|item| item.member.clone())
            .collect::<Vec<_>>()
    });
    let is_paired = map.choice.with(|choice| !choice.pair.is_empty());
    if is_paired || members.len() < 2 {
        return None;
    }
    let map = map.clone();
    let compare = button("button small", move || {
        map.choose(|choice| {
            choice.pair.clone_from(&members);
            (choice.sort, choice.ascending) = (3, false);
        });
    });
    Some(
        compare
            .attr("title", "Two of them side by side")
            .child("Compare"),
    )
}

/// A list of which one is chosen.
fn select(label: &str, names: &[String], chosen: usize, pick: impl Fn(usize) + 'static) -> El {
    let option = |(at, name): (usize, &String)| {
        let selected = (at == chosen).then_some("");
        el("option").attr("selected", selected).child(name.as_str())
    };
    el("select")
        .class("select small")
        .attr("aria-label", label.to_owned())
        .child(names.iter().enumerate().map(option).collect::<Vec<El>>())
        .on("change", move |event| {
            let select = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            if let Some(at) =
                select.and_then(|select| usize::try_from(select.selected_index()).ok())
            {
                pick(at);
            }
        })
}

/// What colours stand for.
pub fn legend(map: &Rc<Map>) -> El {
    let map = map.clone();
    div("cost-legend").child(move || {
        let legend = map.drawn.with(|drawn| drawn.legend.clone());
        let entry = |(ink, name): &(u8, String)| {
            span("legend-entry").child((
                span("square").style("background", &format!("var({})", token(*ink))),
                name.as_str(),
            ))
        };
        let cached = map
            .drawn
            .with(|drawn| drawn.marks.iter().any(|mark| mark.cached > 0));
        let told = map.drawn.with(|drawn| not_drawn(drawn));
        let is_hatched = map.drawn.with(|drawn| !drawn.unknown.is_empty());
        let told = (!told.is_empty()).then(|| {
            span("cost-unknown")
                .attr("title", told.clone())
                .child((is_hatched.then(|| span("square")), told))
        });
        (
            told,
            legend.iter().map(entry).collect::<Vec<El>>(),
            cached.then(|| span("hint").child("Foot of a cell: share of cache reads in its input")),
        )
    })
}

/// What has no area, in words: amounts that are unknown, and those below zero.
pub fn not_drawn(drawn: &Drawn) -> String {
    let reasons = [
        ("Amount unknown, not to scale: ", &drawn.unknown),
        ("Below zero, not drawn: ", &drawn.lost),
    ];
    let told = reasons.into_iter().filter(|(_, cells)| !cells.is_empty());
    let told: Vec<String> = told.map(|(why, cells)| format!("{why}{cells}")).collect();
    told.join(" · ")
}
