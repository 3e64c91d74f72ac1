//! The prices dialog: the built-in table to look through, and prices of one's own, kept in this browser.

mod own;

use super::dom::{El, Parts, button, div, effect, el, on_change, parts, span};
use super::field::Field;
use super::icon::Icon;
use super::state::{AppState, Tone};
use crate::engine::protocol::{PriceLine, PriceList, PriceState, Reply, Request};
use crate::model::json::{Json, JsonText};
use crate::scene::format::{UNKNOWN, count};
use crate::web::latest::Latest;
use crate::web::storage;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

/// Under this name prices are kept in this browser.
const KEPT: &str = "prices";

/// How many prices the list shows.
const LISTED: u32 = 200;

/// Prices as this browser keeps them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Kept {
    /// The user's table; empty for none.
    text: String,
    /// Models without a price have an assumed one.
    assume: bool,
}

impl Kept {
    fn read() -> Self {
        let json = storage::Settings.get(KEPT).unwrap_or_default();
        let json = Json::parse(&json).unwrap_or(Json::NULL);
        Self {
            text: json.get("text").and_then(Json::as_text).unwrap_or_default(),
            assume: json.get("assume").and_then(Json::as_bool).unwrap_or(false),
        }
    }

    fn write(&self) {
        if *self == Self::default() {
            storage::Settings.remove(KEPT);
        } else {
            let json = JsonText::object()
                .text("text", &self.text)
                .flag("assume", self.assume);
            storage::Settings.set(KEPT, &json.end());
        }
    }
}

/// Tells the worker the prices that this browser keeps. It is asked before a document is opened, so that its costs are
/// right from the first.
pub fn restore(app: AppState) {
    let kept = Kept::read();
    if kept == Kept::default() {
        return;
    }
    spawn_local(async move {
        let request = Request::SetPrices {
            text: kept.text,
            add: false,
            assume: kept.assume,
        };
        match app.ask(request).await.map(|answer| answer.reply) {
            Ok(Reply::Prices(PriceState {
                problem: Some(why), ..
            })) => app.toast(Tone::Error, "Your prices could not be read", why),
            Ok(_) => priced(app),
            Err(_) => {}
        }
    });
}

/// What the dialog holds.
pub fn prices(app: AppState) -> Parts {
    let (list, words) = (
        Rc::new(Field::new(PriceList::default())),
        Rc::new(Field::new(String::new())),
    );
    let taken = list.clone();
    let feed = Latest::new(app.link(), move |answer| {
        if let Ok(Reply::PriceList(list)) = answer.map(|answer| answer.reply) {
            taken.set(list);
        }
    });
    let (sought, own) = (words.clone(), own::Own::new(app));
    on_change(
        move || (sought.get(), app.priced.get()),
        move |(words, _)| {
            feed.ask(Request::PriceList {
                words: words.clone(),
                limit: LISTED,
            });
        },
    );
    let told = list.clone();
    let about = move || {
        told.with(|list| {
            if list.date.is_empty() {
                return "The built-in table could not be loaded: the cost of models without a price of yours is unknown.".to_owned();
            }
            format!(
                "Built-in prices of {}: {} models. Source: {}.",
                list.date,
                count(u64::from(list.built_in)),
                list.source
            )
        })
    };
    let input = el("input")
        .attr("type", "text")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("placeholder", "Search models")
        .attr("aria-label", "Search models");
    let element: HtmlInputElement = input.html().clone().unchecked_into();
    let typed = words;
    let input = input.on("input", move |_| typed.set(element.value()));
    let (rows, edited) = (list.clone(), own.clone());
    parts((
        el("p").class("hint").text_of(about),
        div("prices").child((
            div("prices-list").child((
                el("label")
                    .class("field")
                    .child((Icon::Search.el(14), input)),
                table(move || {
                    let lines = rows.with(|list| list.lines.clone());
                    lines.into_iter().map(|line| row(&edited, line)).collect()
                }),
                more(list),
            )),
            own.element(),
        )),
    ))
}

fn table(rows: impl Fn() -> Vec<El> + 'static) -> El {
    let heads = ["Model", "Input", "Output", "Cache read", "Cache write", ""];
    let head: Vec<El> = heads
        .iter()
        .map(|name| el("th").attr("scope", "col").child(*name))
        .collect();
    div("prices-scroll").attr("tabindex", "0").child(
        el("table").child((
            el("caption")
                .class("unseen")
                .child("US dollars per million tokens"),
            el("thead").child(el("tr").child(head)),
            el("tbody").child(rows),
        )),
    )
}

fn row(own: &own::Own, line: PriceLine) -> El {
    let cells: Vec<El> = (line.prices.iter())
        .map(|price| {
            let price = if price.is_empty() { UNKNOWN } else { price };
            el("td").class("num").child(price)
        })
        .collect();
    let mark = line.own.then(|| span("chip").child("yours"));
    let (own, text) = (own.clone(), line.text);
    let name = format!("Edit the price of {}", line.model);
    el("tr").child((
        el("th").attr("scope", "row").child((
            span("mono").child(line.model),
            span("hint").child(line.provider),
            mark,
        )),
        cells,
        el("td").child(
            button("quiet tiny", move || own.edit(&text))
                .attr("aria-label", name)
                .attr("title", "Take this price into yours")
                .child(Icon::Plus.el(12)),
        ),
    ))
}

fn more(list: Rc<Field<PriceList>>) -> El {
    el("p")
        .class("hint")
        .attr("role", "status")
        .text_of(move || {
            list.with(|list| {
                let shown = list.lines.len() as u64;
                match u64::from(list.found) {
                    0 => "No model has these words in its name.".to_owned(),
                    found if found > shown => format!("{} of {} shown", count(shown), count(found)),
                    found => format!("{} shown, in US dollars per million tokens", count(found)),
                }
            })
        })
}

/// Counts a new set of prices, so that what shows costs asks again.
fn priced(app: AppState) {
    app.priced.update(|number| *number += 1);
}

/// Asks for the counts of the document again, which hold its cost.
async fn refresh(app: AppState) {
    if app.document.with_untracked(Option::is_none) {
        return;
    }
    if let Ok(Reply::Summary(summary)) = app.ask(Request::Summary).await.map(|answer| answer.reply)
    {
        app.document.set(Some(*summary));
    }
}

/// Follows whether a checkbox is checked.
fn follow_checked(input: &HtmlInputElement, checked: impl Fn() -> bool + 'static) {
    let input = input.clone();
    effect(move || input.set_checked(checked()));
}
