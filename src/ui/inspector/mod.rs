//! The inspector: everything about the selected span.
//!
//! The worker decodes the span's own JSON text when it is selected; nothing of it is ever put into the page as HTML.
//!
//! - `head`, `attributes`, `events`, `links`, `raw`: its parts
//! - `value`, `tree`, `long_text`: one value, however large; [`json`] and [`wrap`] are what they rest on

mod attributes;
mod events;
mod head;
pub mod json;
mod links;
mod long_text;
mod raw;
mod tree;
mod value;
pub mod wrap;

use crate::engine::protocol::{Failure, Reply, Request};
use crate::scene::details::Details;
use crate::ui::icon::Icon;
use crate::ui::state::AppState;
use crate::web::latest::Latest;
use crate::web::link::Answer;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use value::Owner;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Lists with no more entries than this need no filter.
const FEW: usize = 6;

/// A part of the inspector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Attributes,
    Events,
    Links,
    Logs,
    Resource,
    Raw,
}

impl Tab {
    const ALL: [Self; 6] = [
        Self::Attributes,
        Self::Events,
        Self::Links,
        Self::Logs,
        Self::Resource,
        Self::Raw,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Attributes => "Attributes",
            Self::Events => "Events",
            Self::Links => "Links",
            Self::Logs => "Logs",
            Self::Resource => "Resource",
            Self::Raw => "Raw",
        }
    }

    /// How much stands there; `None` where that is no number.
    fn count(self, details: &Details) -> Option<usize> {
        match self {
            Self::Attributes => Some(details.attributes.len()),
            Self::Events => Some(details.events.len()),
            Self::Links => Some(details.links.len() + details.linked_from.len()),
            Self::Logs => Some(details.logs.len()),
            Self::Resource | Self::Raw => None,
        }
    }
}

/// Moves the focus to the inspector; `false` when there is none.
pub fn focus() -> bool {
    let tab = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| {
            document
                .query_selector(".inspector [role=tab][aria-selected=true]")
                .ok()
                .flatten()
        })
        .and_then(|tab| tab.dyn_into::<HtmlElement>().ok());
    tab.is_some_and(|tab| tab.focus().is_ok())
}

/// Everything about the selected span. Fills its box.
#[component]
pub fn Inspector(
    /// The user closes it.
    #[prop(into)]
    close: Callback<()>,
) -> impl IntoView {
    let app = AppState::current();
    let details: RwSignal<Option<Arc<Details>>> = RwSignal::new(None);
    let failure: RwSignal<Option<String>> = RwSignal::new(None);
    let tab = RwSignal::new(Tab::Attributes);
    let filter = RwSignal::new(String::new());
    follow_selection(app, details, failure);
    let body = move || match (details.get(), failure.get()) {
        (_, Some(message)) => html::p()
            .class("inspector-empty is-err")
            .child(message)
            .into_any(),
        (Some(details), None) => span(app, &details, tab, filter, close),
        (None, None) => empty(close),
    };
    html::aside()
        .class("inspector")
        .attr("data-region", "")
        .attr("aria-label", "Inspector")
        .child(body)
}

fn follow_selection(
    app: AppState,
    details: RwSignal<Option<Arc<Details>>>,
    failure: RwSignal<Option<String>>,
) {
    let feed = Latest::new(app.link(), move |answer| {
        let selected = app
            .selection
            .with_untracked(|selection| selection.as_ref().map(|it| it.row));
        match answer {
            Ok(Answer {
                reply: Reply::Details(found),
                ..
            }) if Some(found.row) == selected => {
                failure.set(None);
                details.set(Some(Arc::new(*found)));
            }
            Err(Failure { message, .. }) if selected.is_some() => failure.set(Some(message)),
            _ => {}
        }
    });
    let wanted = Memo::new(move |_| {
        let document = app
            .document
            .with(|open| open.as_ref().map(|open| open.document));
        let row = app
            .selection
            .with(|selection| selection.as_ref().map(|it| it.row));
        (document, row)
    });
    Effect::new(move |_| {
        if let Some(row) = wanted.get().1 {
            feed.ask(Request::Details { row });
        } else {
            details.set(None);
            failure.set(None);
        }
    });
}

fn empty(close: Callback<()>) -> AnyView {
    html::header()
        .class("inspector-head")
        .child(
            html::div().class("inspector-title").child((
                html::p()
                    .class("grow muted")
                    .child("Select a span to see its attributes, events and raw JSON."),
                head::close_button(close),
            )),
        )
        .into_any()
}

fn span(
    app: AppState,
    details: &Arc<Details>,
    tab: RwSignal<Tab>,
    filter: RwSignal<String>,
    close: Callback<()>,
) -> AnyView {
    let owner = Owner {
        app,
        row: details.row,
    };
    // A tab without content gives way, but stays chosen for the next span.
    let shown = {
        let details = details.clone();
        Memo::new(move |_| {
            let chosen = tab.get();
            if chosen.count(&details) == Some(0) {
                Tab::Attributes
            } else {
                chosen
            }
        })
    };
    let panel = {
        let details = details.clone();
        move || panel(owner, &details, shown.get(), filter)
    };
    (
        head::head(owner, details, close),
        tabs(details, tab, shown),
        html::div()
            .class("inspector-panel")
            .attr("role", "tabpanel")
            .attr("id", "inspector-panel")
            .attr("aria-label", move || shown.get().title())
            .child(panel),
    )
        .into_any()
}

fn tabs(details: &Arc<Details>, tab: RwSignal<Tab>, shown: Memo<Tab>) -> AnyView {
    let buttons: Vec<AnyView> = Tab::ALL
        .into_iter()
        .filter(|tab| tab.count(details) != Some(0) || *tab == Tab::Attributes)
        .map(|this| {
            let count = this
                .count(details)
                .map(|count| html::span().class("tab-count").child(count.to_string()));
            html::button()
                .attr("role", "tab")
                .attr("aria-controls", "inspector-panel")
                .attr("aria-selected", move || (shown.get() == this).to_string())
                .attr(
                    "tabindex",
                    move || if shown.get() == this { "0" } else { "-1" },
                )
                .on(ev::click, move |_| tab.set(this))
                .child((this.title(), count))
                .into_any()
        })
        .collect();
    html::div()
        .class("tabs")
        .attr("role", "tablist")
        .attr("aria-label", "Parts of the span")
        .on(ev::keydown, |event| {
            let step = match event.key().as_str() {
                "ArrowRight" => 1,
                "ArrowLeft" => -1,
                _ => return,
            };
            event.prevent_default();
            move_tab(&event, step);
        })
        .child(buttons)
        .into_any()
}

/// Chooses the next tab and takes the focus there.
fn move_tab(event: &web_sys::KeyboardEvent, step: i32) {
    let current = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let next = current.and_then(|tab| {
        if step > 0 {
            tab.next_element_sibling()
        } else {
            tab.previous_element_sibling()
        }
    });
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        next.click();
        let _ = next.focus();
    }
}

fn panel(owner: Owner, details: &Arc<Details>, tab: Tab, filter: RwSignal<String>) -> AnyView {
    match tab {
        Tab::Attributes => attributes_panel(owner, details, filter),
        Tab::Events => events::events(owner, details),
        Tab::Links => links::links(owner, details),
        Tab::Logs => events::logs(owner, details),
        Tab::Resource => resource(owner, details),
        Tab::Raw => raw::raw(owner, details),
    }
}

fn attributes_panel(owner: Owner, details: &Arc<Details>, filter: RwSignal<String>) -> AnyView {
    if details.attributes.is_empty() {
        let why = if details.source_lost.is_some() {
            "Attributes stand in the file."
        } else {
            "No attributes."
        };
        return html::p().class("hint").child(why).into_any();
    }
    let many = details.attributes.len() > FEW;
    let field = many.then(|| {
        html::label().class("field small").child((
            Icon::ListFilter.view(14),
            html::input()
                .attr("type", "text")
                .attr("placeholder", "Filter attributes")
                .attr("aria-label", "Filter attributes")
                .attr("spellcheck", "false")
                .prop("value", filter.get_untracked())
                .on(ev::input, move |event| {
                    filter.set(event_target_value(&event));
                }),
        ))
    });
    let details = details.clone();
    let found = move || {
        let words = if many { filter.get() } else { String::new() };
        let matching = attributes::matching(&details.attributes, &words);
        if matching.is_empty() {
            return html::p()
                .class("hint")
                .child("No attribute contains these words.")
                .into_any();
        }
        attributes::list(owner, matching)
    };
    (field, found).into_any()
}

fn resource(owner: Owner, details: &Details) -> AnyView {
    let scope = [
        ("name", &details.scope_name),
        ("version", &details.scope_version),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(label, text)| {
        html::p()
            .child((
                html::span().class("hint").child(label),
                " ",
                html::code().child(text.clone()),
            ))
            .into_any()
    })
    .collect::<Vec<AnyView>>();
    let state = (!details.trace_state.is_empty()).then(|| {
        html::section().child((
            html::h3().child("Trace state"),
            html::code().child(details.trace_state.clone()),
        ))
    });
    (
        html::section().child((
            html::h3().child("Resource"),
            if details.resource.is_empty() {
                html::p()
                    .class("hint")
                    .child("No resource attributes.")
                    .into_any()
            } else {
                attributes::list(owner, &details.resource)
            },
        )),
        html::section().child((
            html::h3().child("Scope"),
            if scope.is_empty() && details.scope.is_empty() {
                html::p().class("hint").child("No scope.").into_any()
            } else {
                (scope, attributes::list(owner, &details.scope)).into_any()
            },
        )),
        state,
    )
        .into_any()
}
