//! The search field of the top bar: hits while typing, one after another, or as a list.

mod hits;
mod words;

use super::dom::{El, Parts, button, div, effect, el, on_change, on_window, parts, span};
use super::field::Field;
use super::icon::Icon;
use super::keys;
use super::state::{AppState, Screen, Selection};
use crate::engine::protocol::{FilterState, Hit, Reply, Request, SearchState};
use crate::web::latest::Latest;
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, FocusEvent, HtmlElement, HtmlInputElement, KeyboardEvent, Node};
use words::found;

/// How long a key rests before it is searched for.
const REST: Duration = Duration::from_millis(30);

/// Moves the focus to the search field.
pub fn focus() {
    keys::focus("#search");
}

/// The search of the page.
#[derive(Debug)]
struct Search {
    app: AppState,
    /// The hit that was gone to last.
    current: Field<Option<Hit>>,
    /// The list is wanted.
    open: Field<bool>,
    /// The chosen entry of the list.
    active: Field<Option<usize>>,
    hits: Field<Vec<Hit>>,
    /// How many hits the list asks for.
    limit: Field<u32>,
    /// What was typed and not yet sought.
    typed: Cell<Option<TimeoutHandle>>,
}

/// The search field.
pub fn search_box(app: AppState) -> El {
    let search = Rc::new(Search {
        app,
        current: Field::new(None),
        open: Field::new(false),
        active: Field::new(None),
        hits: Field::default(),
        limit: Field::new(hits::PAGE),
        typed: Cell::new(None),
    });
    follow_query(&search);
    follow_hits(&search);
    let jumped = search.clone();
    on_window("keydown", move |event| jumped.jump(event.unchecked_ref()));
    let (left, stated, listed, shown) = (
        search.clone(),
        search.clone(),
        search.clone(),
        search.clone(),
    );
    let place = div("search").attr("role", "search");
    let element = place.html().clone();
    let list = move || listed.listed().then(|| hits::hits(&shown));
    place
        .on("focusout", move |event| {
            let to = event.unchecked_ref::<FocusEvent>().related_target();
            let to = to.and_then(|to| to.dyn_into::<Node>().ok());
            if !element.contains(to.as_ref()) {
                left.open.set_if_new(false);
            }
        })
        .child((
            div("field").child((Icon::Search.el(16), field(&search), move || stated.state())),
            list,
        ))
}

fn field(search: &Rc<Search>) -> El {
    let app = search.app;
    let input = el("input")
        .attr("id", "search")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("aria-label", "Search spans, ids, attributes")
        .attr("aria-controls", "search-hits")
        .attr("aria-autocomplete", "list")
        .attr("placeholder", "Search spans, ids, attributes")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false");
    let element: HtmlInputElement = input.html().clone().unchecked_into();
    effect(move || {
        let sought = app.search.get();
        // Set to what it holds, a field would lose the place of its caret.
        if element.value() != sought {
            element.set_value(&sought);
        }
    });
    let (listed, active) = (search.clone(), search.clone());
    let (typed, entered, pressed) = (search.clone(), search.clone(), search.clone());
    input
        .attr_of("aria-expanded", move || listed.listed())
        .attr_of("aria-activedescendant", move || {
            active
                .active
                .get()
                .map(|index| format!("search-hit-{index}"))
        })
        .on("input", move |event| typed.type_in(&event))
        .on("focus", move |_| entered.open.set_if_new(true))
        .on_key(move |event| pressed.key(&event))
}

/// Asks the worker whenever what is sought is another text.
fn follow_query(search: &Rc<Search>) {
    let app = search.app;
    let feed = Latest::new(app.link(), move |answer| {
        if let Ok(Reply::Search(state)) = answer.map(|answer| answer.reply)
            && app.search.with_untracked(|sought| *sought == state.query)
        {
            app.search_state.set(state);
        }
    });
    // What passes the filter decides what a hit is: the worker says again how many there are.
    let again = feed.clone();
    let filtered = move || {
        let found = |state: &FilterState| (state.text.clone(), state.spans, state.complete);
        app.filter_state.with(found)
    };
    on_change(filtered, move |_| {
        let query = app.search.get_untracked();
        if !query.is_empty() {
            again.ask(Request::Search { query });
        }
    });
    let search = search.clone();
    let sought = move || {
        let document = app
            .document
            .with(|open| open.as_ref().map(|open| open.document));
        (document, app.search.get())
    };
    let mut sought_before = false;
    on_change(sought, move |(_, query)| {
        search.current.set(None);
        search.active.set(None);
        search.limit.set(hits::PAGE);
        search.hits.set(Vec::new());
        let any = !query.is_empty();
        if !any {
            app.search_state.set_if_new(SearchState::default());
        }
        // An empty query ends the search; without one there is nothing to end.
        if any || sought_before {
            feed.ask(Request::Search {
                query: query.clone(),
            });
        }
        sought_before = any;
    });
}

/// Asks for the list whenever more is found while it is shown.
fn follow_hits(search: &Rc<Search>) {
    let told = Rc::downgrade(search);
    let feed = Latest::new(search.app.link(), move |answer| {
        if let Ok(Reply::Hits(found)) = answer.map(|answer| answer.reply)
            && let Some(search) = told.upgrade()
        {
            search.hits.set(found);
        }
    });
    let search = search.clone();
    let wanted = move || {
        let (query, hits) = search
            .app
            .search_state
            .with(|state| (state.query.clone(), state.hits));
        let filter = search.app.filter_state.with(|state| state.text.clone());
        (search.listed() && hits > 0).then(|| (query, filter, hits, search.limit.get()))
    };
    on_change(wanted, move |wanted| {
        if let Some((_, _, _, limit)) = *wanted {
            feed.ask(Request::SearchHits { offset: 0, limit });
        }
    });
}

impl Search {
    /// Whether the list is shown.
    fn listed(&self) -> bool {
        self.open.get() && self.app.search.with(|sought| !sought.is_empty())
    }

    /// How much was found, and the way from hit to hit.
    fn state(self: &Rc<Self>) -> Parts {
        if self.app.search.with(String::is_empty) {
            return parts(keys::key("/"));
        }
        let number = self.current.with(|hit| hit.as_ref().map(|hit| hit.number));
        let text = self.app.search_state.with(|state| found(state, number));
        let step = |icon: Icon, name: &'static str, forward: bool| {
            let search = self.clone();
            button("quiet tiny", move || search.step(forward))
                .attr("title", name)
                .attr("aria-label", name)
                .child(icon.el(14))
        };
        parts((
            span("search-count").attr("role", "status").child(text),
            step(Icon::ChevronUp, "Previous hit (Shift Enter)", false),
            step(Icon::ChevronDown, "Next hit (Enter)", true),
        ))
    }

    /// Seeks what was typed once the keys rest.
    fn type_in(self: &Rc<Self>, event: &Event) {
        let Some(input) = event
            .target()
            .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        if let Some(earlier) = self.typed.take() {
            earlier.clear();
        }
        // What stands there then: set to what stood there before, the field would lose what was typed since.
        let app = self.app;
        let seek = move || app.search.set(input.value());
        self.typed.set(set_timeout_with_handle(seek, REST).ok());
        self.open.set_if_new(true);
    }

    /// `F3` goes from hit to hit, wherever the focus is.
    fn jump(self: &Rc<Self>, event: &KeyboardEvent) {
        let any = self.app.search.with_untracked(|sought| !sought.is_empty());
        if any && event.key() == "F3" && !event.default_prevented() {
            event.prevent_default();
            self.step(!event.shift_key());
        }
    }

    fn key(self: &Rc<Self>, event: &KeyboardEvent) {
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
                        .and_then(|field| field.dyn_into::<HtmlElement>().ok())
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

    fn move_active(self: &Rc<Self>, by: isize) {
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
    fn choose(self: &Rc<Self>, index: usize) {
        let hit = self.hits.with_untracked(|hits| hits.get(index).cloned());
        if let Some(hit) = hit {
            self.open.set(false);
            let search = self.clone();
            spawn_local(async move { search.go(hit).await });
        }
    }

    /// Goes to the next or previous hit, seen from the selected span.
    fn step(self: &Rc<Self>, forward: bool) {
        self.open.set_if_new(false);
        let in_run = self.app.screen.get_untracked() == Screen::Run;
        let from = self
            .app
            .selection
            .with_untracked(|selection| selection.as_ref().map(|it| it.row))
            .filter(|_| in_run);
        let search = self.clone();
        spawn_local(async move {
            let request = Request::SearchStep { from, forward };
            let answer = search.app.ask(request).await;
            if let Ok(Reply::Hit(Some(hit))) = answer.map(|answer| answer.reply) {
                search.go(hit).await;
            }
        });
    }

    async fn go(&self, hit: Hit) {
        let selection = Selection {
            row: hit.row,
            trace: hit.trace,
            trace_id: hit.trace_id.clone(),
            span_id: hit.span_id.clone(),
        };
        let sought = self.app.search.get_untracked();
        // Which hit it is, is said when it is there: the next step begins at it.
        if self.app.show_span(selection).await
            && self.app.search.with_untracked(|now| *now == sought)
        {
            self.current.set(Some(hit));
        }
    }
}
