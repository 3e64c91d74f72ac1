//! The open page: drop zone, address, samples, recent files, what a link still needs.

mod keep;
mod needs;
pub mod samples;

pub use keep::keep;
pub use needs::bar as needs_bar;

use super::clipboard;
use super::dom::{El, Kids, Parts, button, div, el, parts, span, switch};
use super::field::Field;
use super::icon::Icon;
use super::keys::key;
use super::pick;
use super::state::{AppState, How, Recent};
use super::words::{now, zone};
use crate::model::Timestamp;
use crate::scene::format::{Civil, bytes, counted};
use crate::web::source::is_address;
use samples::{SAMPLES, Sample};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// What can be read. Formats of later are not promised.
const FORMATS: &str = "OTLP JSON · JSON lines · Tempo · gzip · zstd";

/// The open page.
pub fn open_page(state: AppState) -> El {
    div("open-page").child((
        drop_zone(state),
        div("open-columns").child((
            samples(state),
            el("div").child((recent(state), keep(state))),
        )),
    ))
}

fn drop_zone(state: AppState) -> El {
    // What is on its way need not be asked for.
    let needed =
        move || state.pending.with(Option::is_some) && state.progress.with(Option::is_none);
    let title = move || {
        state.pending.with(|pending| match pending {
            Some(pending) if needed() => needs::title(pending),
            _ => "Drop traces anywhere on this page".to_owned(),
        })
    };
    el("section")
        .class("drop-zone")
        .attr("aria-label", "Open files")
        .child((
            Icon::Upload.el(24),
            el("h1").text_of(title),
            el("p")
                .class("lead")
                .child("Files stay in this tab. Nothing is uploaded."),
            switch(needed, move |needed| needed.then(|| needs::needs(state))),
            div("actions").child((
                button("button primary", move || pick::files(How::Replace))
                    .child(("Choose files", key("O"))),
                button("button", move || pick::folder(How::Replace)).child("Choose folder"),
                button("button", move || clipboard::paste(state, How::Replace))
                    .child(("Paste", key("Ctrl V"))),
            )),
            address_field(state),
            el("p").class("formats").child(FORMATS),
        ))
}

fn address_field(state: AppState) -> Parts {
    let problem = Rc::new(Field::new(""));
    let (shown, hidden, wrong) = (
        Rc::clone(&problem),
        Rc::clone(&problem),
        Rc::clone(&problem),
    );
    let input = el("input")
        .attr("type", "text")
        .attr("inputmode", "url")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("placeholder", "Fetch from a URL")
        .attr("aria-label", "Fetch from a URL")
        .attr_of("aria-invalid", move || {
            (!wrong.get().is_empty()).then_some(true)
        })
        .attr("aria-describedby", "address-problem");
    let field: HtmlInputElement = input.html().clone().unchecked_into();
    let submit = move |event: Event| {
        event.prevent_default();
        let url = field.value();
        let url = url.trim();
        if is_address(url) {
            problem.set("");
            state.fetch(url.to_owned(), How::Replace);
        } else {
            problem.set("Expected an address that begins with https:// or http://.");
        }
    };
    let fetch = el("button")
        .class("button small")
        .attr("type", "submit")
        .child("Fetch");
    parts((
        el("form")
            .class("field")
            .attr("novalidate", "")
            .on("submit", submit)
            .child((Icon::Link.el(16), input, fetch)),
        el("p")
            .class("problem")
            .attr("id", "address-problem")
            .attr("role", "alert")
            .attr_of("hidden", move || hidden.get().is_empty().then_some(""))
            .text_of(move || shown.get().to_owned()),
    ))
}

fn samples(state: AppState) -> El {
    let rows: Vec<El> = SAMPLES
        .iter()
        .map(|sample| {
            el("li").child(button("item", move || open_sample(state, sample)).child((
                Icon::FileJson.el(16),
                span("what").child((
                    el("b").class("ellipsis").child(sample.title),
                    span("ellipsis").child(sample.what),
                )),
                span("hint").child(format!(
                    "{}, {}",
                    counted(u64::from(sample.runs), "run"),
                    counted(u64::from(sample.spans), "span")
                )),
            )))
        })
        .collect();
    el("section").attr("aria-label", "Samples").child((
        list_head("Samples", "real traces, recorded for this page", ()),
        el("ul").class("two-lines").child(rows),
    ))
}

fn open_sample(state: AppState, sample: &Sample) {
    state.open_samples(sample.files.iter().map(ToString::to_string).collect());
}

fn list_head(title: &'static str, hint: &'static str, button: impl Kids) -> El {
    div("list-head").child((el("h2").child(title), span("hint").child(hint), button))
}

fn recent(state: AppState) -> El {
    let some = move || state.recent.with(|recent| !recent.is_empty());
    let rows = move || -> Vec<El> {
        state
            .recent
            .get()
            .into_iter()
            .map(|recent| {
                let kept = state.kept_under(&recent.names);
                recent_row(state, recent, kept)
            })
            .collect()
    };
    let clear =
        move || some().then(|| button("button small", move || state.clear_recent()).child("Clear"));
    el("section").attr("aria-label", "Recent").child((
        list_head("Recent", "names only, kept in this browser", clear),
        el("ul").class("two-lines").child(rows),
        move || {
            (!some()).then(|| {
                el("p")
                    .class("hint none")
                    .child("Nothing was opened here before.")
            })
        },
    ))
}

fn recent_row(state: AppState, recent: Recent, kept: Option<Vec<String>>) -> El {
    let fetched = recent.url.is_some();
    let all_samples = !recent.samples.is_empty() && recent.samples.len() == recent.names.len();
    let icon = if fetched { Icon::Globe } else { Icon::Clock };
    let content = parts((
        icon.el(16),
        span("what").child((
            el("b").class("ellipsis").child(recent.names.join(", ")),
            span("ellipsis").child(format!(
                "{}, {}",
                counted(u64::from(recent.runs), "run"),
                bytes(recent.bytes)
            )),
        )),
        span("hint").child(day(recent.at_ms)),
    ));
    // What was dropped cannot be opened again by its name, unless it is kept.
    let item = if all_samples {
        let samples = recent.samples;
        again(content, move || {
            state.open_samples(samples.clone());
        })
    } else if let (Some(url), 1) = (recent.url, recent.names.len()) {
        again(content, move || {
            state.fetch(url.clone(), How::Replace);
        })
    } else if let Some(kept) = kept {
        again(content, move || state.open_kept(kept.clone()))
    } else {
        div("item").child(content)
    };
    el("li").child(item)
}

fn again(content: Parts, open: impl Fn() + 'static) -> El {
    button("item", open).child(content)
}

/// `today 13:58`, `yesterday`, `2025-11-18`, on the clock of this browser.
fn day(at_ms: f64) -> String {
    const DAY: i64 = 86_400_000_000_000;
    let time = Timestamp((at_ms * 1e6) as i64);
    let civil = Civil::new(time, zone(false, time));
    let on = |time: Timestamp| Civil::new(time, zone(false, time)).date();
    let today = now();
    let date = civil.date();
    if date == on(today) {
        format!("today {:02}:{:02}", civil.hour, civil.minute)
    } else if date == on(Timestamp(today.0.saturating_sub(DAY))) {
        "yesterday".to_owned()
    } else {
        date
    }
}
