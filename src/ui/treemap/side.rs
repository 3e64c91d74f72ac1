//! The table beside the treemap, what is chosen in it, and the rectangles as a list for assistive technology.

use super::{Map, NONE};
use crate::scene::drawn::{DrawRequest, Drawn, Item, Mark, Shape};
use crate::scene::format::count;
use crate::scene::treemap::MEASURES;
use crate::ui::canvas::token;
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::pace::later;
use crate::ui::sorted::{Sorting, sort_head};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The columns behind the name; the first is the measure.
pub const COLUMNS: [&str; 7] = ["", "Share", "Sum", "Calls", "Tokens", "Cost", "Per call"];

/// Columns of two that are compared.
pub const PAIR: [&str; 5] = ["", "", "Difference", "Calls", "Calls"];

/// Whether a column is not shown: it says once more what the measure says, or two are compared.
pub fn is_hidden(choice: &DrawRequest, column: usize) -> bool {
    if choice.pair.is_empty() {
        matches!((choice.measure, column), (0, 5) | (1, 4))
    } else {
        column >= PAIR.len()
    }
}

/// What counts as a call.
const CALLS: &str = "Requests to models: chats, completions, embeddings and rerankings";

/// Rectangles that are listed in all, and in one of them at least. The table has more of them, in order.
const LISTED: usize = 300;
const LISTED_WITHIN: usize = 4;

/// The table, and what is chosen.
pub fn side(map: &Rc<Map>) -> El {
    let (rows, total, more, chosen) = (map.clone(), map.clone(), map.clone(), map.clone());
    el("aside")
        .class("cost-side")
        .attr("data-region", "")
        .attr("aria-label", "Ranked")
        .child((
            div("cost-scroll").child(el("table").class("ranked cost-table").child((
                head(map),
                el("tbody").child(move || {
                    let drawn = rows.drawn.get();
                    drawn
                        .items
                        .iter()
                        .map(|item| row(&rows, item))
                        .collect::<Vec<El>>()
                }),
                el("tfoot").child(move || {
                    let cells = shown(&total, &total.drawn.with(|drawn| drawn.total.clone()));
                    (!cells.is_empty()).then(|| {
                        el("tr").child((el("th").attr("scope", "row").child("Total"), cells))
                    })
                }),
            ))),
            move || {
                let left_out = more.drawn.with(|drawn| drawn.left_out);
                (left_out > 0).then(|| {
                    div("cost-more hint").child(format!(
                        "{} more rows are not listed.",
                        count(u64::from(left_out))
                    ))
                })
            },
            move || details(&chosen),
        ))
}

fn head(map: &Rc<Map>) -> El {
    let (sorted, turned) = (map.clone(), map.clone());
    let sorting = Sorting {
        order: Rc::new(move || sorted.choice.with(|choice| (choice.sort, choice.ascending))),
        choose: Rc::new(move |sort| {
            turned.choose(|choice| (choice.sort, choice.ascending) = sort);
        }),
    };
    let cell = |(at, name): (usize, &'static str)| {
        let at = at as u8;
        let (named, hidden) = (map.clone(), map.clone());
        let titled = map.clone();
        let title = move || {
            let pair = titled.drawn.with(|drawn| drawn.pair.clone());
            match (at, pair.as_slice()) {
                (1 | 4, [first, _]) => Some(first.clone()),
                (2 | 5, [_, second]) => Some(second.clone()),
                (3, [first, second]) => Some(format!("{second} less {first}")),
                (4, []) => Some(CALLS.to_owned()),
                _ => None,
            }
        };
        let text = move || match (at, name) {
            (0, _) => named.choice.with(|choice| {
                let depth = named.drawn.with(|drawn| drawn.entered.len());
                let level = depth + usize::from(!choice.pair.is_empty());
                choice.levels.get(level).cloned().unwrap_or_default()
            }),
            (1..=5, _) if named.choice.with(|choice| !choice.pair.is_empty()) => {
                let of = named
                    .drawn
                    .with(|drawn| drawn.pair.get(usize::from(at) - 1).cloned());
                of.unwrap_or_else(|| {
                    let name = PAIR.get(usize::from(at) - 1).copied();
                    name.unwrap_or_default().to_owned()
                })
            }
            (_, "") => named.choice.with(|choice| {
                let measure = MEASURES.get(usize::from(choice.measure));
                measure.map_or("", |(_, name)| name).to_owned()
            }),
            (_, name) => name.to_owned(),
        };
        sort_head(&sorting, at, text)
            .attr_of("title", title)
            .attr_of("hidden", move || {
                let column = usize::from(at).checked_sub(1)?;
                hidden
                    .choice
                    .with(|choice| is_hidden(choice, column))
                    .then_some("")
            })
    };
    let columns = std::iter::once("").chain(COLUMNS).enumerate();
    el("thead").child(el("tr").child(columns.map(cell).collect::<Vec<El>>()))
}

/// The cells of a row, without those that repeat the measure.
fn shown(map: &Map, cells: &[String]) -> Vec<El> {
    let choice = map.choice.get();
    let cells = cells.iter().enumerate();
    cells
        .filter(|(column, _)| !is_hidden(&choice, *column))
        .map(|(_, cell)| el("td").class("num").child(cell.as_str()))
        .collect()
}

fn row(map: &Rc<Map>, item: &Item) -> El {
    let node = item.node;
    let (chosen, picked, entered, keyed) = (map.clone(), map.clone(), map.clone(), map.clone());
    let (name, has_parts) = (item.member.clone(), item.has_parts);
    let enter: Rc<dyn Fn()> = Rc::new(move || {
        if has_parts {
            let name = name.clone();
            entered.choose(|choice| choice.path.push(name));
        }
    });
    let again = enter.clone();
    let share = f64::from(item.share) / 10.0;
    let bar = span("cost-share")
        .style("width", &format!("{share}%"))
        .style("background", &format!("var({})", token(item.ink)));
    let cells = shown(map, &item.cells);
    el("tr")
        .class(if item.unknown { "is-unknown" } else { "" })
        .attr("tabindex", "0")
        .attr_of("aria-selected", move || chosen.selected.get() == node)
        .on("click", move |_| picked.selected.set_if_new(node))
        .on("dblclick", move |_| enter())
        .on_key(move |event| {
            let row: Option<HtmlElement> =
                event.current_target().and_then(|row| row.dyn_into().ok());
            let beside = |next: bool| {
                let row = row.as_ref()?;
                let other = if next {
                    row.next_element_sibling()
                } else {
                    row.previous_element_sibling()
                };
                other?.dyn_into::<HtmlElement>().ok()
            };
            let to = match event.key().as_str() {
                "ArrowDown" => beside(true),
                "ArrowUp" => beside(false),
                "Enter" if keyed.selected.get_untracked() == node => {
                    again();
                    None
                }
                "Enter" | " " => {
                    keyed.selected.set_if_new(node);
                    None
                }
                "Backspace" => {
                    keyed.leave();
                    None
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(to) = to {
                let _ = to.focus();
            }
        })
        .child((
            el("th").attr("scope", "row").child((
                span("ellipsis")
                    .attr("title", item.label.clone())
                    .child(item.label.as_str()),
                bar,
            )),
            cells,
        ))
}

/// What is chosen, and what can be done with it.
fn details(map: &Rc<Map>) -> Option<El> {
    let node = map.selected.get();
    if node == NONE {
        return None;
    }
    let drawn = map.drawn.get();
    let (levels, pair) = map
        .choice
        .with_untracked(|choice| (choice.levels.len(), choice.pair.clone()));
    let mark = drawn.marks.iter().position(|mark| mark.node == node);
    let item = drawn.items.iter().find(|item| item.node == node);
    let (names, label, value, first) = match (mark, item) {
        (Some(at), _) => {
            let mark: &Mark = drawn.marks.get(at)?;
            (
                map.path(at),
                mark.label.clone(),
                mark.value.clone(),
                mark.first,
            )
        }
        (None, Some(item)) => {
            let side = drawn
                .choices
                .first()
                .and_then(|_| pair.get(usize::from(item.side)).cloned());
            let within: Vec<Option<String>> = side.into_iter().collect();
            let names = [drawn.entered.clone(), within, vec![item.member.clone()]].concat();
            let value = item.cells.first().cloned().unwrap_or_default();
            (names, item.label.clone(), value, item.first)
        }
        (None, None) => return None,
    };
    let is_inner = names.len() < levels && names.len() > drawn.entered.len();
    let (entered, shown, path) = (map.clone(), map.clone(), names.clone());
    Some(div("cost-chosen").child((
        span("ellipsis").child((el("b").child(label), " ", value)),
        is_inner.then(|| {
            button("button small", move || {
                let path = path.clone();
                entered.choose(|choice| choice.path = path);
            })
            .child("Go into it")
        }),
        button("button small", move || shown.go_to(first, &names)).child("Show in waterfall"),
    )))
}

/// The rectangles as a list within a list, unseen.
pub fn mirror(map: &Rc<Map>) -> El {
    let map = map.clone();
    let listed = later(move || map.drawn.get());
    el("ul")
        .class("unseen")
        .attr("aria-label", "Rectangles")
        .child(move || {
            let drawn = listed.get();
            let is_top = |(at, mark): &(usize, &Mark)| mark.parent as usize == *at;
            let tops = || drawn.marks.iter().enumerate().filter(is_top).take(LISTED);
            let within = (LISTED / tops().count().max(1)).max(LISTED_WITHIN);
            tops()
                .map(|(at, _)| entry(&drawn, at, within))
                .collect::<Vec<El>>()
        })
}

/// One rectangle with at most so many of those in it, however deep they stand.
fn entry(drawn: &Drawn, at: usize, most: usize) -> El {
    let crossed = drawn
        .crossed_mark
        .and_then(|at| drawn.marks.get(at as usize));
    let is_crossing = |mark: &Mark| crossed.is_some_and(|crossed| std::ptr::eq(crossed, mark));
    let text = |mark: &Mark| {
        let more = if is_crossing(mark) {
            ", budget crossed"
        } else {
            ""
        };
        format!("{}, {}{more}", mark.label, mark.value)
    };
    let Some(mark) = drawn.marks.get(at) else {
        return el("li");
    };
    let within = drawn
        .marks
        .iter()
        .skip(at + 1)
        .take_while(|inner| inner.parent as usize >= at && !is_top(drawn, inner));
    let cells: Vec<&Mark> = within
        .filter(|inner| matches!(inner.shape, Shape::Cell | Shape::Rest))
        .collect();
    let listed = (cells.iter().enumerate()).filter(|(at, mark)| *at < most || is_crossing(mark));
    let mut inner: Vec<El> = listed
        .map(|(_, inner)| el("li").child(text(inner)))
        .collect();
    let more = cells.len() - inner.len();
    if more > 0 {
        inner.push(el("li").child(format!("{} more", count(more as u64))));
    }
    let inner = (!inner.is_empty()).then(|| el("ul").child(inner));
    el("li").child((text(mark), inner))
}

fn is_top(drawn: &Drawn, mark: &Mark) -> bool {
    drawn
        .marks
        .get(mark.parent as usize)
        .is_some_and(|known| std::ptr::eq(known, mark))
}
