//! The inspector: everything about the selected span.
//!
//! The worker decodes the span's own JSON text when it is selected; nothing of it is ever put into the page as HTML.
//!
//! - `head`, `attributes`, `events`, `links`, `raw`: its parts
//! - `content`: conversation, tool call or retrieval, of `piece`s, with `prose`, `media` and `fold`
//! - [`proof`]: how figures and values came about
//! - `value`, `tree`, `long_text`: one value, however large; [`json`] and [`wrap`] are what they rest on

mod attributes;
mod content;
mod events;
mod fold;
mod head;
pub mod json;
mod links;
mod long_text;
mod media;
mod piece;
pub mod proof;
mod prose;
mod raw;
mod tree;
mod value;
pub mod wrap;

use crate::engine::protocol::{Failure, Reply, Request};
use crate::scene::details::Details;
use crate::ui::dom::{El, Parts, div, el, on_change, parts, span, switch};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::state::AppState;
use crate::web::latest::Latest;
use crate::web::link::Answer;
use leptos::prelude::{document, request_animation_frame};
use std::rc::Rc;
use value::Owner;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

/// Closes the inspector.
pub type Close = Rc<dyn Fn()>;

/// Lists with no more entries than this need no filter.
const FEW: usize = 6;

/// A part of the inspector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Content,
    Meaning,
    Attributes,
    Events,
    Links,
    Logs,
    Resource,
    Raw,
}

impl Tab {
    const ALL: [Self; 8] = [
        Self::Content,
        Self::Meaning,
        Self::Attributes,
        Self::Events,
        Self::Links,
        Self::Logs,
        Self::Resource,
        Self::Raw,
    ];

    fn title(self, details: &Details) -> &str {
        match self {
            Self::Content => content::title(details).unwrap_or_default(),
            Self::Meaning => "Meaning",
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
            Self::Content => details.content.is_empty().then_some(0),
            Self::Meaning => details.proof.is_empty().then_some(0),
            Self::Attributes => Some(details.attributes.len()),
            Self::Events => Some(details.events.len()),
            Self::Links => Some(details.links.len() + details.linked_from.len()),
            Self::Logs => Some(details.logs.len()),
            Self::Resource | Self::Raw => None,
        }
    }
}

/// Moves the focus to the inspector, and on to its tabs when they come; `false` when there is none.
pub fn focus() -> bool {
    let find = |selector: &str| {
        let found = document().query_selector(selector).ok().flatten();
        found.and_then(|found| found.dyn_into::<HtmlElement>().ok())
    };
    find(".inspector [role=tab][aria-selected=true]")
        .or_else(|| find(".inspector"))
        .is_some_and(|place| place.focus().is_ok())
}

/// Keeps the focus in the inspector while what is in it is made anew.
fn keep_focus(inspector: &Element) {
    let focused = document().active_element();
    if inspector.contains(focused.as_ref().map(AsRef::as_ref)) {
        request_animation_frame(|| {
            focus();
        });
    }
}

/// What is known of the selected span.
#[derive(Debug, Clone)]
enum Known {
    /// Nothing is selected.
    Nothing,
    /// Everything.
    Span(Rc<Details>),
    /// Why it could not be read.
    Failed(String),
}

/// What outlives a change of the selection.
#[derive(Debug)]
struct Panel {
    app: AppState,
    known: Field<Known>,
    tab: Field<Tab>,
    filter: Field<String>,
}

/// Everything about the selected span. Fills its box.
pub fn inspector(app: AppState, close: Close) -> El {
    let panel = Rc::new(Panel {
        app,
        known: Field::new(Known::Nothing),
        tab: Field::new(Tab::Content),
        filter: Field::default(),
    });
    follow_selection(&panel);
    let aside = el("aside")
        .class("inspector")
        .attr("data-region", "")
        .attr("tabindex", "-1")
        .attr("aria-label", "Inspector");
    let place = aside.element().clone();
    aside.child(move || {
        let known = panel.known.get();
        keep_focus(&place);
        match known {
            Known::Nothing => parts(empty(&close)),
            Known::Failed(message) => parts(el("p").class("inspector-empty is-err").child(message)),
            Known::Span(details) => one(&panel, &details, &close),
        }
    })
}

fn follow_selection(panel: &Rc<Panel>) {
    let app = panel.app;
    let told = Rc::downgrade(panel);
    let feed = Latest::new(app.link(), move |answer| {
        let Some(panel) = told.upgrade() else {
            return;
        };
        let selected = app
            .selection
            .with_untracked(|selection| selection.as_ref().map(|it| it.row));
        match answer {
            Ok(Answer {
                reply: Reply::Details(found),
                ..
            }) if Some(found.row) == selected => panel.known.set(Known::Span(Rc::new(*found))),
            Err(Failure { message, .. }) if selected.is_some() => {
                panel.known.set(Known::Failed(message));
            }
            _ => {}
        }
    });
    let panel = panel.clone();
    let selected = move || {
        let document = app
            .document
            .with(|open| open.as_ref().map(|open| open.document));
        let row = app
            .selection
            .with(|selection| selection.as_ref().map(|it| it.row));
        (document, row, app.priced.get())
    };
    on_change(selected, move |(_, row, _)| {
        if let Some(row) = *row {
            feed.ask(Request::Details { row });
        } else {
            panel.known.set(Known::Nothing);
        }
    });
}

fn empty(close: &Close) -> El {
    let hint = el("p")
        .class("grow muted")
        .child("Select a span to see its attributes, events and raw JSON.");
    el("header")
        .class("inspector-head")
        .child(div("inspector-title").child((hint, head::close_button(close))))
}

fn one(panel: &Rc<Panel>, details: &Rc<Details>, close: &Close) -> Parts {
    let owner = Owner {
        app: panel.app,
        row: details.row,
    };
    let (chosen, named) = (panel.clone(), panel.clone());
    let (shown, titled) = (details.clone(), details.clone());
    let (content, filter) = (details.clone(), panel.clone());
    let shown_proof = panel.clone();
    parts((
        head::head(owner, details, close, move || {
            shown_proof.tab.set(Tab::Meaning);
        }),
        tabs(panel, details),
        div("inspector-panel")
            .attr("role", "tabpanel")
            .attr("id", "inspector-panel")
            .attr_of("aria-label", move || {
                named.shown(&titled).title(&titled).to_owned()
            })
            .child(switch(
                move || chosen.shown(&shown),
                move |tab| part(owner, &content, tab, &filter),
            )),
    ))
}

impl Panel {
    /// The chosen tab; one without content gives way, but stays chosen for the next span.
    fn shown(&self, details: &Details) -> Tab {
        let chosen = self.tab.get();
        if chosen.count(details) == Some(0) {
            Tab::Attributes
        } else {
            chosen
        }
    }
}

fn tabs(panel: &Rc<Panel>, details: &Rc<Details>) -> El {
    let buttons: Vec<El> = Tab::ALL
        .into_iter()
        .filter(|tab| tab.count(details) != Some(0) || *tab == Tab::Attributes)
        .map(|tab| one_tab(panel, details, tab))
        .collect();
    div("tabs")
        .attr("role", "tablist")
        .attr("aria-label", "Parts of the span")
        .on_key(|event| {
            let forward = match event.key().as_str() {
                "ArrowRight" => true,
                "ArrowLeft" => false,
                _ => return,
            };
            event.prevent_default();
            move_tab(&event, forward);
        })
        .child(buttons)
}

fn one_tab(panel: &Rc<Panel>, details: &Rc<Details>, tab: Tab) -> El {
    let count = tab
        .count(details)
        .map(|count| span("tab-count").child(count.to_string()));
    let (chosen, selected, reached) = (panel.clone(), panel.clone(), panel.clone());
    let (of_selected, of_reached) = (details.clone(), details.clone());
    el("button")
        .attr("type", "button")
        .attr("role", "tab")
        .attr("aria-controls", "inspector-panel")
        .attr_of("aria-selected", move || selected.shown(&of_selected) == tab)
        .attr_of("tabindex", move || {
            if reached.shown(&of_reached) == tab {
                "0"
            } else {
                "-1"
            }
        })
        .on("click", move |_| chosen.tab.set(tab))
        .child((tab.title(details), count))
}

/// Chooses the next tab and takes the focus there.
fn move_tab(event: &KeyboardEvent, forward: bool) {
    let current = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let next = current.and_then(|tab| {
        if forward {
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

fn part(owner: Owner, details: &Rc<Details>, tab: Tab, panel: &Rc<Panel>) -> Parts {
    match tab {
        Tab::Content => content::content(owner, details),
        Tab::Meaning => proof::proof(owner, details),
        Tab::Attributes => attributes_part(owner, details, panel),
        Tab::Events => parts(events::events(owner, details)),
        Tab::Links => links::links(owner, details),
        Tab::Logs => parts(events::logs(owner, details)),
        Tab::Resource => resource(owner, details),
        Tab::Raw => parts(raw::raw(owner, details)),
    }
}

fn attributes_part(owner: Owner, details: &Rc<Details>, panel: &Rc<Panel>) -> Parts {
    if details.attributes.is_empty() {
        let why = if details.source_lost.is_some() {
            "Attributes stand in the file."
        } else {
            "No attributes."
        };
        return parts(el("p").class("hint").child(why));
    }
    let many = details.attributes.len() > FEW;
    let (details, panel, typed) = (details.clone(), panel.clone(), panel.clone());
    let field = many.then(|| filter_field(&typed));
    let found = move || {
        let words = if many {
            panel.filter.get()
        } else {
            String::new()
        };
        let matching = attributes::matching(&details.attributes, &words);
        if matching.is_empty() {
            el("p")
                .class("hint")
                .child("No attribute contains these words.")
        } else {
            attributes::list(owner, matching)
        }
    };
    parts((field, found))
}

fn filter_field(panel: &Rc<Panel>) -> El {
    let input = el("input")
        .attr("type", "text")
        .attr("placeholder", "Filter attributes")
        .attr("aria-label", "Filter attributes")
        .attr("spellcheck", "false");
    input
        .html()
        .unchecked_ref::<HtmlInputElement>()
        .set_value(&panel.filter.get_untracked());
    let panel = panel.clone();
    let input = input.on("input", move |event| {
        if let Some(input) = event
            .target()
            .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
        {
            panel.filter.set(input.value());
        }
    });
    el("label")
        .class("field small")
        .child((Icon::ListFilter.el(14), input))
}

fn resource(owner: Owner, details: &Details) -> Parts {
    let named = |label: &str, text: &str| {
        let code = el("code").child(text);
        (!text.is_empty()).then(|| el("p").child((span("hint").child(label), " ", code)))
    };
    let section = |title: &str| el("section").child(el("h3").child(title));
    let none = |text: &str| el("p").class("hint").child(text);
    let attributes = if details.resource.is_empty() {
        none("No resource attributes.")
    } else {
        attributes::list(owner, &details.resource)
    };
    let scope = (
        named("name", &details.scope_name),
        named("version", &details.scope_version),
        attributes::list(owner, &details.scope),
        (details.scope_name.is_empty() && details.scope.is_empty()).then(|| none("No scope.")),
    );
    let state = (!details.trace_state.is_empty())
        .then(|| section("Trace state").child(el("code").child(details.trace_state.as_str())));
    parts((
        section("Resource").child(attributes),
        section("Scope").child(scope),
        state,
    ))
}
