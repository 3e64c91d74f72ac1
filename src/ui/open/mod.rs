//! The open page: drop zone, address, samples, recent files, what a link still needs.

mod keep;
mod needs;
pub mod samples;

pub use keep::keep;
pub use needs::bar as needs_bar;

use super::clipboard;
use super::icon::Icon;
use super::keys::key;
use super::pick;
use super::state::{AppState, How, Recent};
use super::words::{now, zone};
use crate::model::Timestamp;
use crate::scene::format::{Civil, bytes, counted};
use crate::web::source::is_address;
use leptos::prelude::*;
use leptos::{ev, html};
use samples::{SAMPLES, Sample};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// What can be read. Formats of later are not promised.
const FORMATS: &str = "OTLP JSON · JSON lines · Tempo · gzip · zstd";

/// The open page.
pub fn open_page(state: AppState) -> AnyView {
    html::div()
        .class("open-page")
        .child((
            drop_zone(state),
            html::div().class("open-columns").child((
                samples(state),
                html::div().child((recent(state), keep(state))),
            )),
        ))
        .into_any()
}

fn drop_zone(state: AppState) -> AnyView {
    // What is on its way need not be asked for.
    let needed =
        move || state.pending.with(Option::is_some) && state.progress.with(Option::is_none);
    let title = move || {
        state.pending.with(|pending| match pending {
            Some(pending) if needed() => needs::title(pending),
            _ => "Drop traces anywhere on this page".to_owned(),
        })
    };
    html::section()
        .class("drop-zone")
        .attr("aria-label", "Open files")
        .child((
            Icon::Upload.view(24),
            html::h1().child(title),
            html::p()
                .class("lead")
                .child("Files stay in this tab. Nothing is uploaded."),
            move || needed().then(|| needs::needs(state)),
            html::div().class("actions").child((
                html::button()
                    .class("button primary")
                    .attr("type", "button")
                    .on(ev::click, |_| pick::files(How::Replace))
                    .child(("Choose files", key("O"))),
                html::button()
                    .class("button")
                    .attr("type", "button")
                    .on(ev::click, |_| pick::folder(How::Replace))
                    .child("Choose folder"),
                html::button()
                    .class("button")
                    .attr("type", "button")
                    .on(ev::click, move |_| clipboard::paste(state, How::Replace))
                    .child(("Paste", key("Ctrl V"))),
            )),
            address_field(state),
            html::p().class("formats").child(FORMATS),
        ))
        .into_any()
}

fn address_field(state: AppState) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let problem = RwSignal::new("");
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let url = input.get().map(|input| input.value()).unwrap_or_default();
        let url = url.trim();
        if is_address(url) {
            problem.set("");
            state.fetch(url.to_owned(), How::Replace);
        } else {
            problem.set("Expected an address that begins with https:// or http://.");
        }
    };
    (
        html::form()
            .class("field")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .child((
                Icon::Link.view(16),
                html::input()
                    .attr("type", "text")
                    .attr("inputmode", "url")
                    .attr("autocomplete", "off")
                    .attr("spellcheck", "false")
                    .attr("placeholder", "Fetch from a URL")
                    .attr("aria-label", "Fetch from a URL")
                    .attr("aria-invalid", move || {
                        (!problem.get().is_empty()).then_some("true")
                    })
                    .attr("aria-describedby", "address-problem")
                    .node_ref(input),
                html::button()
                    .class("button small")
                    .attr("type", "submit")
                    .child("Fetch"),
            )),
        html::p()
            .class("problem")
            .id("address-problem")
            .attr("role", "alert")
            .attr("hidden", move || problem.get().is_empty().then_some(""))
            .child(move || problem.get()),
    )
        .into_any()
}

fn samples(state: AppState) -> AnyView {
    let rows: Vec<AnyView> = SAMPLES
        .iter()
        .map(|sample| {
            html::li()
                .child(
                    html::button()
                        .class("item")
                        .attr("type", "button")
                        .on(ev::click, move |_| open_sample(state, sample))
                        .child((
                            Icon::FileJson.view(16),
                            html::span().class("what").child((
                                html::b().class("ellipsis").child(sample.title),
                                html::span().class("ellipsis").child(sample.what),
                            )),
                            html::span().class("hint").child(format!(
                                "{}, {}",
                                counted(u64::from(sample.runs), "run"),
                                counted(u64::from(sample.spans), "span")
                            )),
                        )),
                )
                .into_any()
        })
        .collect();
    html::section()
        .attr("aria-label", "Samples")
        .child((
            list_head("Samples", "real traces, recorded for this page", ()),
            html::ul().class("two-lines").child(rows),
        ))
        .into_any()
}

fn open_sample(state: AppState, sample: &Sample) {
    state.open_samples(sample.files.iter().map(ToString::to_string).collect());
}

fn list_head(title: &'static str, hint: &'static str, button: impl IntoAny) -> AnyView {
    html::div()
        .class("list-head")
        .child((
            html::h2().child(title),
            html::span().class("hint").child(hint),
            button.into_any(),
        ))
        .into_any()
}

fn recent(state: AppState) -> AnyView {
    let some = move || state.recent.with(|recent| !recent.is_empty());
    let rows = move || -> Vec<AnyView> {
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
    let clear = move || {
        some().then(|| {
            html::button()
                .class("button small")
                .attr("type", "button")
                .on(ev::click, move |_| state.clear_recent())
                .child("Clear")
        })
    };
    html::section()
        .attr("aria-label", "Recent")
        .child((
            list_head("Recent", "names only, kept in this browser", clear),
            html::ul().class("two-lines").child(rows),
            move || {
                (!some()).then(|| {
                    html::p()
                        .class("hint none")
                        .child("Nothing was opened here before.")
                })
            },
        ))
        .into_any()
}

fn recent_row(state: AppState, recent: Recent, kept: Option<Vec<String>>) -> AnyView {
    let fetched = recent.url.is_some();
    let all_samples = !recent.samples.is_empty() && recent.samples.len() == recent.names.len();
    let icon = if fetched { Icon::Globe } else { Icon::Clock };
    let content = (
        icon.view(16),
        html::span().class("what").child((
            html::b().class("ellipsis").child(recent.names.join(", ")),
            html::span().class("ellipsis").child(format!(
                "{}, {}",
                counted(u64::from(recent.runs), "run"),
                bytes(recent.bytes)
            )),
        )),
        html::span().class("hint").child(day(recent.at_ms)),
    );
    // What was dropped cannot be opened again by its name, unless it is kept.
    let item = if all_samples {
        let samples = recent.samples;
        again(content.into_any(), move || {
            state.open_samples(samples.clone());
        })
    } else if let (Some(url), 1) = (recent.url, recent.names.len()) {
        again(content.into_any(), move || {
            state.fetch(url.clone(), How::Replace);
        })
    } else if let Some(kept) = kept {
        again(content.into_any(), move || state.open_kept(kept.clone()))
    } else {
        html::div().class("item").child(content).into_any()
    };
    html::li().child(item).into_any()
}

fn again(content: AnyView, open: impl Fn() + 'static) -> AnyView {
    html::button()
        .class("item")
        .attr("type", "button")
        .on(ev::click, move |_| open())
        .child(content)
        .into_any()
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

/// The text of the field that an event comes from.
pub(super) fn value_of(event: &web_sys::Event) -> String {
    event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        .map(|input| input.value())
        .unwrap_or_default()
}
