//! The search field of the top bar: hits while typing, one after another, or as a list.

mod hits;
mod words;

use super::keys;
use super::state::{AppState, Screen, Selection};
use crate::engine::protocol::{Hit, Reply, Request, SearchState};
use crate::ui::icon::Icon;
use crate::web::latest::Latest;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{KeyboardEvent, Node};
use words::found;

/// How long a key rests before it is searched for.
const REST: Duration = Duration::from_millis(30);

/// Moves the focus to the search field.
pub fn focus() {
    keys::focus("#search");
}

/// The search of the page. A handful of handles.
#[derive(Debug, Clone, Copy)]
struct Search {
    app: AppState,
    /// The hit that was gone to last.
    current: RwSignal<Option<Hit>>,
    /// The list is shown.
    open: RwSignal<bool>,
    /// The chosen entry of the list.
    active: RwSignal<Option<usize>>,
    hits: RwSignal<Vec<Hit>>,
    /// How many hits the list asks for.
    limit: RwSignal<u32>,
}

/// The search field.
#[component]
pub fn SearchBox() -> impl IntoView {
    let search = Search::new(AppState::current());
    let app = search.app;
    let place = NodeRef::<html::Div>::new();
    let timer: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
    let typed = move |event: ev::Event| {
        let text = event_target_value(&event);
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let later = set_timeout_with_handle(move || app.search.set(text), REST);
        timer.set_value(later.ok());
        search.open.set(true);
    };
    let left = move |event: ev::FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        if !place
            .get_untracked()
            .is_some_and(|place| place.contains(to.as_ref()))
        {
            search.open.set(false);
        }
    };
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() == "F3"
            && !event.default_prevented()
            && app.search.with_untracked(|sought| !sought.is_empty())
        {
            event.prevent_default();
            search.step(!event.shift_key());
        }
    });
    on_cleanup(move || listener.remove());
    html::div()
        .class("search")
        .attr("role", "search")
        .node_ref(place)
        .on(ev::focusout, left)
        .child((
            html::div().class("field").child((
                Icon::Search.view(16),
                html::input()
                    .id("search")
                    .attr("type", "text")
                    .attr("role", "combobox")
                    .attr("aria-label", "Search spans, ids, attributes")
                    .attr("aria-expanded", move || search.listed().to_string())
                    .attr("aria-controls", "search-hits")
                    .attr("aria-autocomplete", "list")
                    .attr("aria-activedescendant", move || {
                        search
                            .active
                            .get()
                            .map(|index| format!("search-hit-{index}"))
                    })
                    .attr("placeholder", "Search spans, ids, attributes")
                    .attr("autocomplete", "off")
                    .attr("spellcheck", "false")
                    .prop("value", move || app.search.get())
                    .on(ev::input, typed)
                    .on(ev::focus, move |_| search.open.set(true))
                    .on(ev::keydown, move |event| search.key(&event)),
                move || search.state_view(),
            )),
            move || search.listed().then(|| hits::hits(search)),
        ))
}

impl Search {
    fn new(app: AppState) -> Self {
        let search = Self {
            app,
            current: RwSignal::new(None),
            open: RwSignal::new(false),
            active: RwSignal::new(None),
            hits: RwSignal::new(Vec::new()),
            limit: RwSignal::new(hits::PAGE),
        };
        search.follow();
        search
    }

    /// Asks the worker whenever what is sought changes, and for the list whenever more is found.
    fn follow(self) {
        let app = self.app;
        let feed = Latest::new(app.link(), move |answer| {
            if let Ok(Reply::Search(state)) = answer.map(|answer| answer.reply)
                && app.search.with_untracked(|sought| *sought == state.query)
            {
                app.search_state.set(state);
            }
        });
        let sought = Memo::new(move |_| {
            let document = app
                .document
                .with(|open| open.as_ref().map(|open| open.document));
            (document, app.search.get())
        });
        Effect::new(move |before: Option<bool>| {
            let (_, query) = sought.get();
            self.current.set(None);
            self.active.set(None);
            self.limit.set(hits::PAGE);
            self.hits.set(Vec::new());
            let any = !query.is_empty();
            if !any {
                app.search_state.set(SearchState::default());
            }
            // An empty query ends the search; without one there is nothing to end.
            if any || before == Some(true) {
                feed.ask(Request::Search { query });
            }
            any
        });
        let list = Latest::new(app.link(), move |answer| {
            if let Ok(Reply::Hits(found)) = answer.map(|answer| answer.reply) {
                self.hits.set(found);
            }
        });
        let wanted = Memo::new(move |_| {
            let state = app.search_state.get();
            (self.listed() && state.hits > 0).then(|| (state.query, state.hits, self.limit.get()))
        });
        Effect::new(move || {
            if let Some((_, _, limit)) = wanted.get() {
                list.ask(Request::SearchHits { offset: 0, limit });
            }
        });
    }

    /// Whether the list is shown.
    fn listed(self) -> bool {
        self.open.get() && self.app.search.with(|sought| !sought.is_empty())
    }

    /// How much was found, and the way from hit to hit.
    fn state_view(self) -> AnyView {
        if self.app.search.with(String::is_empty) {
            return view! { <kbd>"/"</kbd> }.into_any();
        }
        let text = self.app.search_state.with(|state| {
            found(
                state,
                self.current.with(|hit| hit.as_ref().map(|hit| hit.number)),
            )
        });
        let step = move |icon: Icon, name: &'static str, forward: bool| {
            html::button()
                .class("quiet tiny")
                .attr("type", "button")
                .title(name)
                .attr("aria-label", name)
                .on(ev::click, move |_| self.step(forward))
                .child(icon.view(14))
        };
        (
            html::span()
                .class("search-count")
                .attr("role", "status")
                .child(text),
            step(Icon::ChevronUp, "Previous hit (Shift Enter)", false),
            step(Icon::ChevronDown, "Next hit (Enter)", true),
        )
            .into_any()
    }

    fn key(self, event: &KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Enter" => match self.active.get_untracked() {
                Some(index) if self.open.get_untracked() => self.choose(index),
                _ => self.step(!event.shift_key()),
            },
            "Escape" => {
                if self.app.search.with_untracked(String::is_empty) {
                    if let Some(field) = event
                        .target()
                        .and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok())
                    {
                        let _ = field.blur();
                    }
                } else {
                    self.app.search.set(String::new());
                }
            }
            "ArrowDown" => self.move_active(1),
            "ArrowUp" => self.move_active(-1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn move_active(self, by: isize) {
        self.open.set(true);
        let count = self.hits.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        let next = match self.active.get_untracked() {
            None if by > 0 => 0,
            None => count - 1,
            Some(index) => index.saturating_add_signed(by).min(count - 1),
        };
        self.active.set(Some(next));
        hits::show(next);
    }

    /// Goes to an entry of the list.
    fn choose(self, index: usize) {
        let hit = self.hits.with_untracked(|hits| hits.get(index).cloned());
        if let Some(hit) = hit {
            self.open.set(false);
            self.go(hit);
        }
    }

    /// Goes to the next or previous hit, seen from the selected span.
    fn step(self, forward: bool) {
        self.open.set(false);
        let in_run = self.app.screen.get_untracked() == Screen::Run;
        let from = self
            .app
            .selection
            .with_untracked(|selection| selection.as_ref().map(|it| it.row))
            .filter(|_| in_run);
        spawn_local(async move {
            let answer = self.app.ask(Request::SearchStep { from, forward }).await;
            if let Ok(Reply::Hit(Some(hit))) = answer.map(|answer| answer.reply) {
                self.go(hit);
            }
        });
    }

    fn go(self, hit: Hit) {
        let selection = Selection {
            row: hit.row,
            trace: hit.trace,
            trace_id: hit.trace_id.clone(),
            span_id: hit.span_id.clone(),
        };
        self.current.set(Some(hit));
        spawn_local(async move {
            self.app.show_span(selection).await;
        });
    }
}
