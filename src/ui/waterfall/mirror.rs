//! The rows on screen as a DOM tree grid, for assistive technology, keyboard focus and tests. Unseen, always in step with
//! what is painted.

use super::head::agents;
use super::sheet::{Sheet, again, crossed, name, role};
use super::stage::Stage;
use super::view::View;
use crate::model::order::RowMap;
use crate::model::{OperationKind, SpanFlags, SpanRow, StatusCode};
use crate::scene::format;
use crate::scene::waterfall::{Crossed, Line};
use crate::ui::dom::{El, div};
use leptos::prelude::set_timeout_with_handle;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// How long rows rest before the mirror follows: a tree grid that changes with every frame of a scroll helps nobody.
const REST: Duration = Duration::from_millis(100);
/// Longer names are cut: they are read aloud.
const LONGEST_NAME: usize = 200;

/// The rows in the DOM.
#[derive(Debug, Default)]
pub struct Mirror {
    body: RefCell<Option<HtmlElement>>,
    rows: RefCell<RowMap<Row>>,
    /// The row that the tab key reaches.
    reachable: Cell<Option<SpanRow>>,
    /// The focus is in the rows, by keyboard.
    focused: Rc<Cell<bool>>,
    /// The pointer was used last: the focus that follows it needs no ring.
    by_pointer: Rc<Cell<bool>>,
}

#[derive(Debug)]
struct Row {
    element: HtmlElement,
    state: RowState,
}

/// What an element says; compared before anything is written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RowState {
    line: u32,
    expanded: Option<bool>,
    selected: bool,
    reachable: bool,
    /// Whether it is a hit, and whether it is set aside.
    marks: (bool, bool),
    /// What changes with the level shown, what a line sums up, and whether it says what it was called with.
    shape: (u32, u32, bool, bool, Crossed, bool),
}

impl Mirror {
    /// The element that holds the rows. `mark` asks for a repaint when the focus comes or goes.
    pub fn body(&self, mark: impl Fn() + Clone + 'static) -> El {
        let (entered, left) = (self.focused.clone(), self.focused.clone());
        let (by_pointer, mark_left) = (self.by_pointer.clone(), mark.clone());
        let body = div("wf-rows")
            .attr("role", "rowgroup")
            .on("focusin", move |_| {
                entered.set(!by_pointer.get());
                mark();
            })
            .on("focusout", move |_| {
                left.set(false);
                mark_left();
            });
        self.rows.take();
        self.body.replace(Some(body.html().clone()));
        body
    }

    /// Whether pointer or keyboard is used from now on.
    pub fn set_by_pointer(&self, by_pointer: bool) {
        self.by_pointer.set(by_pointer);
        self.focused.set(!by_pointer && self.has_focus());
    }

    /// Forgets the rows: others carry their numbers now.
    pub fn clear(&self) {
        for row in self.rows.take().into_values() {
            row.element.remove();
        }
        self.reachable.set(None);
    }

    /// Whether the focus is in the rows, by keyboard.
    pub fn focused(&self) -> bool {
        self.focused.get()
    }

    /// Moves the focus to the row that the tab key reaches.
    pub fn focus(&self) {
        let row = self.reachable.get();
        let element = row.and_then(|row| {
            self.rows
                .borrow()
                .find(row.0)
                .map(|row| row.element.clone())
        });
        if let Some(element) = element {
            let _ = element.focus();
        }
    }

    fn has_focus(&self) -> bool {
        self.body.borrow().as_ref().is_some_and(|body| {
            body.query_selector(":focus")
                .is_ok_and(|found| found.is_some())
        })
    }

    /// Puts the rows on screen into the DOM.
    fn follow(&self, view: &View, selected: Option<SpanRow>) {
        let Some(body) = self.body.borrow().clone() else {
            return;
        };
        let Some(sheet) = &view.sheet else {
            return;
        };
        let (first, after) = view.scroll.visible();
        let mut lines: Vec<&Line> = (first..after)
            .filter_map(|number| sheet.line(number))
            .collect();
        // A focused row stays, else the focus would be lost with it.
        if let Some(line) = selected.and_then(|row| sheet.line_of(row)) {
            if line.line < first {
                lines.insert(0, line);
            } else if line.line >= after {
                lines.push(line);
            }
        }
        let reachable = selected
            .filter(|row| lines.iter().any(|line| line.row == *row))
            .or_else(|| lines.first().map(|line| line.row));
        let had_focus = self.has_focus();
        let moved = self.reachable.replace(reachable) != reachable;
        self.replace_rows(&body, sheet, &lines, selected, reachable);
        if had_focus && (moved || !self.has_focus()) {
            self.focus();
        }
    }

    fn replace_rows(
        &self,
        body: &HtmlElement,
        sheet: &Sheet,
        lines: &[&Line],
        selected: Option<SpanRow>,
        reachable: Option<SpanRow>,
    ) {
        let mut rows = self.rows.borrow_mut();
        let mut old = std::mem::take(&mut *rows);
        let mut kept: Vec<(SpanRow, Option<Row>)> = lines
            .iter()
            .map(|line| (line.row, old.remove(line.row.0)))
            .collect();
        for row in old.into_values() {
            row.element.remove();
        }
        let mut next = body.first_element_child();
        for (line, (id, row)) in lines.iter().zip(&mut kept) {
            let state = RowState {
                line: line.line,
                expanded: (line.children > 0).then_some(line.expanded),
                selected: selected == Some(line.row),
                reachable: reachable == Some(line.row),
                marks: (line.hit, line.aside),
                shape: (
                    line.depth,
                    line.folded,
                    line.unfolded,
                    line.told.title.is_empty(),
                    line.crossed,
                    sheet.texts(line).preview.is_empty(),
                ),
            };
            let row = match row.take() {
                Some(mut row) => {
                    let said = |state: &RowState| (state.shape, state.expanded, state.marks.1);
                    if said(&row.state) != said(&state) {
                        row.element.set_text_content(None);
                        write_row(&row.element, sheet, line);
                    }
                    if row.state != state {
                        write_state(&row.element, &state);
                        row.state = state;
                    }
                    Some(row)
                }
                None => new_row(sheet, line).map(|element| {
                    write_state(&element, &state);
                    Row { element, state }
                }),
            };
            let Some(row) = row else {
                continue;
            };
            if next
                .as_ref()
                .is_some_and(|next| next.is_same_node(Some(&row.element)))
            {
                next = row.element.next_element_sibling();
            } else {
                let _ = body.insert_before(&row.element, next.as_deref());
            }
            rows.insert(id.0, row);
        }
    }
}

fn write_state(element: &HtmlElement, state: &RowState) {
    let set = |name: &str, value: &str| {
        let _ = element.set_attribute(name, value);
    };
    set("data-line", &state.line.to_string());
    // The head is row 1.
    set("aria-rowindex", &(u64::from(state.line) + 2).to_string());
    set(
        "aria-selected",
        if state.selected { "true" } else { "false" },
    );
    set("tabindex", if state.reachable { "0" } else { "-1" });
    match state.expanded {
        Some(expanded) => set("aria-expanded", if expanded { "true" } else { "false" }),
        None => {
            let _ = element.remove_attribute("aria-expanded");
        }
    }
    for (name, on) in [("data-hit", state.marks.0), ("data-aside", state.marks.1)] {
        if on {
            set(name, "true");
        } else {
            let _ = element.remove_attribute(name);
        }
    }
}

fn new_row(sheet: &Sheet, line: &Line) -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    let row = document
        .create_element("div")
        .ok()?
        .dyn_into::<HtmlElement>()
        .ok()?;
    let set = |name: &str, value: &str| {
        let _ = row.set_attribute(name, value);
    };
    set("role", "row");
    set("data-span-id", &line.span_id);
    set("data-row", &line.row.0.to_string());
    write_row(&row, sheet, line).map(|()| row)
}

/// What a row says and its cells.
fn write_row(row: &HtmlElement, sheet: &Sheet, line: &Line) -> Option<()> {
    let document = row.owner_document()?;
    let set = |name: &str, value: &str| {
        let _ = row.set_attribute(name, value);
    };
    set("aria-level", &(u64::from(line.depth) + 1).to_string());
    set("aria-label", &label(sheet, line));
    let shown = clipped(&name(line));
    let error = if line.status == StatusCode::Error {
        "error"
    } else {
        ""
    };
    let texts = sheet.texts(line);
    let owner = if agents(sheet.scene.is_told, sheet.scene.colour) {
        line.told.agent.as_str()
    } else {
        sheet.service(line.service)
    };
    let mut cells = vec![shown.as_str(), owner];
    if sheet.scene.is_told {
        cells.extend([line.told.model.as_str(), &texts.tokens, &texts.cost]);
    }
    cells.extend([texts.duration.as_str(), error]);
    for text in cells {
        let cell = document.create_element("span").ok()?;
        let _ = cell.set_attribute("role", "gridcell");
        cell.set_text_content(Some(text));
        row.append_child(&cell).ok()?;
    }
    Some(())
}

fn clipped(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

/// The row as it is read aloud.
fn label(sheet: &Sheet, line: &Line) -> String {
    let mut parts = vec![clipped(&name(line))];
    let texts = sheet.texts(line);
    if !texts.preview.is_empty() {
        parts.push(texts.preview.clone());
    }
    let service = sheet.service(line.service);
    if !service.is_empty() {
        parts.push(service.to_owned());
    }
    let told = &line.told;
    if told.operation != OperationKind::Other {
        parts.push(told.operation.as_str().to_owned());
    }
    parts.extend(role(line));
    if !told.agent.is_empty() && told.agent != line.name {
        parts.push(format!("agent {}", clipped(&told.agent)));
    }
    for (words, noun) in [
        (&told.model, ""),
        (&texts.tokens, " tokens"),
        (&texts.cost, ""),
    ] {
        if !words.is_empty() && words != "-" {
            parts.push(format!("{words}{noun}"));
        }
    }
    parts.push(if texts.duration == "-" {
        "duration unknown".to_owned()
    } else {
        texts.duration.clone()
    });
    if line.status == StatusCode::Error {
        parts.push(match line.error.as_str() {
            "" | "error" => "error".to_owned(),
            kind => format!("error {kind}"),
        });
    }
    for (flag, words) in [
        (SpanFlags::OVER_BUDGET, "stopped by a budget"),
        (SpanFlags::STITCHED, "stitched, which is inferred"),
        (SpanFlags::RUNNING, "still running"),
        (SpanFlags::ORPHAN, "its parent is missing"),
        (SpanFlags::CYCLE, "its parents form a cycle"),
        (SpanFlags::BEFORE_PARENT, "starts before its parent"),
        (SpanFlags::ENDS_BEFORE_START, "ends before it starts"),
    ] {
        if line.flags.contains(flag) {
            parts.push(words.to_owned());
        }
    }
    parts.extend(crossed(sheet, line));
    parts.extend(again(line).map(str::to_owned));
    if line.folded > 0 {
        let how = if line.unfolded { "shown" } else { "folded in" };
        let spans = format::counted(u64::from(line.folded), "span");
        parts.push(format!("{spans} of the same {how}"));
    }
    if line.hit {
        parts.push("matches the search".to_owned());
    }
    if line.aside {
        parts.push("does not match".to_owned());
    }
    parts.join(", ")
}

impl Stage {
    /// The mirror follows at once: the selection has moved.
    pub(super) fn mirror_now(&self) {
        if let Some(timer) = self.mirror_timer.take() {
            timer.clear();
        }
        let selected = self
            .app
            .selection
            .with_untracked(|selection| selection.as_ref().map(|it| it.row));
        self.mirror.follow(&self.view.borrow(), selected);
    }

    /// The mirror follows when the rows have come to rest.
    pub(super) fn mirror_soon(&self) {
        if let Some(timer) = self.mirror_timer.take() {
            timer.clear();
        }
        let stage = self.me.clone();
        let timer = set_timeout_with_handle(
            move || {
                if let Some(stage) = stage.upgrade() {
                    stage.mirror_timer.take();
                    stage.mirror_now();
                    stage.ask_previews();
                }
            },
            REST,
        );
        self.mirror_timer.set(timer.ok());
    }
}
