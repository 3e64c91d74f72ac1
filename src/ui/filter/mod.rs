//! The filter bar: words or conditions, completed from the loaded data, with errors at their column.
//!
//! One filter holds for the table of runs and for the waterfall; there is a bar at each.

mod candidates;

use super::dom::{El, button, div, effect, el, on_change, span};
use super::field::Field;
use super::icon::Icon;
use super::state::AppState;
use crate::engine::protocol::{CompletionList, FilterState, Reply, Request};
use crate::scene::format::{counted, share};
use crate::web::latest::Latest;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

/// What the field asks for, with the name by which it is called.
const NAME: &str = "Filter by name, service, trace id or { condition }";

impl AppState {
    /// Takes what the worker says of the filter, unless it is another one by now.
    pub fn take_filter(self, state: FilterState) {
        if self.runs_filter.with_untracked(|text| *text == state.text) {
            self.filter_state.set_if_new(state);
        }
    }
}

/// Tells the worker of every new filter, as long as the page.
pub fn follow(app: AppState) {
    let feed = move || {
        Latest::new(app.link(), move |answer| {
            if let Ok(Reply::Filter(state)) = answer.map(|answer| answer.reply) {
                app.take_filter(state);
            }
        })
    };
    // A page without a document needs no worker.
    let mut asked = None;
    let key = move || {
        let document = app
            .document
            .with(|open| open.as_ref().map(|open| open.document));
        // What spans cost decides whether they pass.
        (document, app.priced.get(), app.runs_filter.get())
    };
    let mut was_filtered = false;
    on_change(key, move |(document, _, text)| {
        let is_filtered = !text.trim().is_empty();
        if !is_filtered {
            app.filter_state.set_if_new(FilterState::default());
        }
        // An empty filter ends the one before; without one there is nothing to end.
        if document.is_some() && (is_filtered || was_filtered) {
            let feed = asked.get_or_insert_with(feed);
            feed.ask(Request::Filter { text: text.clone() });
        }
        was_filtered = is_filtered;
    });
}

/// One bar.
struct Bar {
    app: AppState,
    id: &'static str,
    input: HtmlInputElement,
    /// What may stand at the caret; `None` when no list is shown.
    list: Field<Option<CompletionList>>,
    /// The chosen candidate.
    active: Field<Option<usize>>,
    /// Asks for candidates.
    feed: Latest,
    /// Where the arrow goes when no list is open.
    leave: fn(),
}

/// A filter field. `leave` takes the focus to what is filtered.
pub fn filter_bar(app: AppState, id: &'static str, leave: fn()) -> El {
    let input = el("input")
        .attr("id", id)
        .attr("type", "text")
        .attr("class", "mono")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("placeholder", NAME)
        .attr("aria-label", NAME)
        .attr("aria-describedby", format!("{id}-problem"));
    let element: HtmlInputElement = input.html().clone().unchecked_into();
    let shown = element.clone();
    effect(move || {
        let text = app.runs_filter.get();
        // Set to what it holds, a field would lose the place of its caret.
        if shown.value() != text {
            shown.set_value(&text);
        }
    });
    let (list, active) = (Field::new(None), Field::new(None));
    let bar = Rc::new_cyclic(|bar: &std::rc::Weak<Bar>| {
        let bar = bar.clone();
        Bar {
            app,
            id,
            input: element,
            list,
            active,
            feed: Latest::new(app.link(), move |answer| {
                if let (Ok(Reply::Completion(list)), Some(bar)) =
                    (answer.map(|answer| answer.reply), bar.upgrade())
                {
                    bar.take(list);
                }
            }),
            leave,
        }
    });
    let (typed, moved, pressed, left) = (bar.clone(), bar.clone(), bar.clone(), bar.clone());
    let (role, expanded, chosen) = (bar.clone(), bar.clone(), bar.clone());
    let input = input
        // Plain words are a plain text; conditions are completed from a list.
        .attr_of("role", move || role.has_conditions().then_some("combobox"))
        .attr_of("aria-expanded", move || {
            let open = expanded.list.with(Option::is_some);
            expanded.has_conditions().then_some(open)
        })
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", format!("{id}-list"))
        .attr_of("aria-activedescendant", move || {
            chosen.active.get().map(|index| format!("{id}-{index}"))
        })
        .on("input", move |_| typed.typed())
        .on("click", move |_| moved.ask())
        .on("blur", move |_| left.close())
        .on_key(move |event| pressed.key(&event));
    let listed = bar.clone();
    let problem = move || {
        app.filter_state.with(|state| {
            state
                .problem
                .as_ref()
                .map(|problem| problem.message.clone())
        })
    };
    div("filter").child((
        el("label")
            .class_of(move || {
                if problem().is_some() {
                    "field is-wrong"
                } else {
                    "field"
                }
            })
            .child((Icon::ListFilter.el(14), input, move || clear(app))),
        move || {
            listed
                .list
                .with(Option::is_some)
                .then(|| candidates::list(&listed))
        },
        span("filter-problem")
            .attr("id", format!("{id}-problem"))
            .attr("role", "status")
            .text_of(move || problem().unwrap_or_else(|| reading(app))),
    ))
}

fn clear(app: AppState) -> Option<El> {
    let filtered = !app.runs_filter.with(String::is_empty);
    filtered.then(|| {
        button("quiet tiny", move || app.runs_filter.set(String::new()))
            .attr("aria-label", "Clear the filter")
            .attr("title", "Clear the filter")
            .child(Icon::X.el(14))
    })
}

/// What is still being read for the filter, in words.
fn reading(app: AppState) -> String {
    app.filter_state.with(|state| {
        if state.complete || state.total_bytes == 0 {
            return String::new();
        }
        let read = share(state.scanned_bytes, state.total_bytes);
        format!(
            "Reading values: {read}, {} so far",
            counted(u64::from(state.spans), "span")
        )
    })
}

impl Bar {
    fn has_conditions(&self) -> bool {
        self.app.runs_filter.with(|text| text.contains('{'))
    }

    fn typed(&self) {
        self.app.runs_filter.set(self.input.value());
        self.ask();
    }

    /// The place of the caret in characters.
    fn caret(&self) -> u32 {
        let units = self.input.selection_start().ok().flatten().unwrap_or(0) as usize;
        let text = self.input.value();
        let mut left = units;
        let before = text.chars().take_while(|c| {
            let fits = left >= c.len_utf16();
            left = left.saturating_sub(c.len_utf16());
            fits
        });
        before.count() as u32
    }

    /// Asks what may stand at the caret.
    fn ask(&self) {
        let text = self.input.value();
        if !text.contains('{') || self.app.document.with_untracked(Option::is_none) {
            self.close();
            return;
        }
        self.feed.ask(Request::Complete {
            text,
            cursor: self.caret(),
        });
    }

    fn take(&self, list: CompletionList) {
        let is_current = list.text == self.input.value() && self.has_focus();
        if !is_current || list.candidates.is_empty() {
            self.close();
            return;
        }
        self.active.set(None);
        self.list.set(Some(list));
    }

    fn has_focus(&self) -> bool {
        let focused = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.active_element());
        focused.is_some_and(|focused| focused.is_same_node(Some(&self.input)))
    }

    fn close(&self) {
        self.active.set_if_new(None);
        if self.list.with_untracked(Option::is_some) {
            self.list.set(None);
        }
    }

    /// Puts a candidate in place of what was typed of it.
    fn choose(&self, index: usize) {
        let edit = self.list.with_untracked(|list| {
            let list = list.as_ref()?;
            let candidate = list.candidates.get(index)?;
            let text: Vec<char> = list.text.chars().collect();
            let before: String = text.get(..list.from as usize)?.iter().collect();
            let behind: String = text.get(list.to as usize..)?.iter().collect();
            let start = format!("{before}{} ", candidate.text);
            Some((
                start.encode_utf16().count() as u32,
                format!("{start}{}", behind.trim_start()),
            ))
        });
        let Some((caret, text)) = edit else {
            return;
        };
        self.input.set_value(&text);
        // A field of type text has a caret.
        let _ = self.input.set_selection_range(caret, caret);
        self.app.runs_filter.set(text);
        self.close();
        self.ask();
    }

    fn key(&self, event: &KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let is_open = self.list.with_untracked(Option::is_some);
        match (event.key().as_str(), self.active.get_untracked()) {
            ("ArrowDown", _) if is_open => self.step(1),
            ("ArrowUp", _) if is_open => self.step(-1),
            ("Enter", Some(index)) => self.choose(index),
            ("Tab", index) if is_open && !event.shift_key() => self.choose(index.unwrap_or(0)),
            ("Escape", _) if is_open => self.close(),
            ("Escape", _) if !self.app.runs_filter.with_untracked(String::is_empty) => {
                self.app.runs_filter.set(String::new());
            }
            ("ArrowDown" | "Enter" | "Escape", _) => (self.leave)(),
            (" ", _) if event.ctrl_key() => self.ask(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn step(&self, by: isize) {
        let count = self
            .list
            .with_untracked(|list| list.as_ref().map_or(0, |list| list.candidates.len()));
        let next = match self.active.get_untracked() {
            None if by < 0 => count.saturating_sub(1),
            None => 0,
            Some(index) => index.saturating_add_signed(by).min(count.saturating_sub(1)),
        };
        self.active.set(Some(next));
        candidates::show(self.id, next);
    }
}
