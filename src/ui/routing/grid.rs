//! The matrix as a table that is walked through with the arrow keys.
//!
//! The table stays while what it shows changes: rows are filled a few a frame, and show what they showed before until then.

use super::{Names, Routes, Selected, sign};
use crate::scene::drawn::ink;
use crate::scene::format::counted;
use crate::scene::routing::{Head, Matrix, RoutedCell};
use crate::ui::dom::{El, div, effect, el, px, span};
use crate::ui::pace::Pace;
use leptos::prelude::untrack;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{EventTarget, HtmlElement};

/// Elements of a cell, about.
const ELEMENTS: u32 = 3;
/// Widths of the columns that name rows and sum them up, in pixels.
const SIDES: (f64, f64) = (168.0, 110.0);
/// Lines of a cell that make a row a tall one.
const TALL: usize = 3;
/// Widths of a column of cells, in pixels: the least, the most, what stands beside the words, and a character of theirs.
const COLUMN: (f64, f64, f64, f64) = (110.0, 300.0, 22.0, 5.7);

/// A row and a column of the table; heads are 0.
type Place = (usize, usize);

/// What the table shows.
#[derive(Debug, Clone, Default)]
struct Shown {
    matrix: Rc<Matrix>,
    /// Rows are tasks.
    tasks: bool,
    measure: u8,
}

struct Grid {
    routes: Rc<Routes>,
    table: El,
    columns: El,
    head: El,
    body: El,
    foot: El,
    rows: RefCell<Vec<El>>,
    /// Cells by row, then column. A row that is not filled yet has none.
    cells: RefCell<Vec<Vec<El>>>,
    shown: RefCell<Shown>,
    /// The cell that the Tab key comes to, and whether it is selected.
    entry: Cell<(Place, bool)>,
    pace: Pace,
}

/// The table of the matrix, whatever it is.
pub fn grid(routes: &Rc<Routes>) -> El {
    let (columns, head, body, foot) = (el("colgroup"), line(), el("tbody"), el("tr"));
    let table = el("table")
        .class("route-table")
        .attr("role", "grid")
        .child((
            columns.clone(),
            el("thead").child(head.clone()),
            body.clone(),
            el("tfoot").child(foot.clone()),
        ));
    let grid = Rc::new(Grid {
        routes: routes.clone(),
        table: table.clone(),
        columns,
        head,
        body,
        foot,
        rows: RefCell::default(),
        cells: RefCell::default(),
        shown: RefCell::default(),
        entry: Cell::new(((1, 0), false)),
        pace: Pace::default(),
    });
    let it = grid.clone();
    effect(move || {
        let matrix = it.routes.matrix.get();
        untrack(|| it.show(&matrix));
    });
    let it = grid.clone();
    effect(move || {
        it.routes.selected.track();
        untrack(|| it.follow_selection());
    });
    hear(&grid, table)
}

fn line() -> El {
    el("tr").attr("role", "row")
}

impl Grid {
    fn show(self: &Rc<Self>, matrix: &Rc<Matrix>) {
        let (tasks, measure) = self.routes.app.route.get_untracked();
        self.pace.stop();
        self.shown.replace(Shown {
            matrix: matrix.clone(),
            tasks,
            measure,
        });
        let name = if tasks {
            "Tasks and models"
        } else {
            "Agents and models"
        };
        let _ = self.table.element().set_attribute("aria-label", name);
        self.show_columns(matrix);
        self.show_ends(matrix, if tasks { "Task" } else { "Agent" });
        self.make_rows(matrix);
        self.follow_selection();
        let weight = (matrix.columns.len() as u32 + 2) * ELEMENTS;
        for at in 0..matrix.rows.len() {
            let grid = self.clone();
            self.pace.take(weight, move || grid.fill(at));
        }
    }

    /// Widths by what is to stand in the columns, so that a row that comes later moves nothing.
    fn show_columns(&self, matrix: &Matrix) {
        let (least, most, beside, character) = COLUMN;
        let longest = |head: &Head, at: usize| {
            let cells = matrix.cells.iter();
            let cells = cells.filter(|cell| usize::from(cell.column) == at);
            let lines = cells.flat_map(|cell| &cell.lines).chain([&head.note]);
            lines.map(|line| line.chars().count()).max().unwrap_or(0) as f64
        };
        let columns = matrix.columns.iter().zip(0..);
        let widths: Vec<f64> = columns
            .map(|(head, at)| (beside + character * longest(head, at)).clamp(least, most))
            .collect();
        let all = SIDES.0 + SIDES.1 + widths.iter().sum::<f64>();
        let _ = (self.table.html().style()).set_property("min-width", &px(all));
        let column = |width: f64| el("col").style("width", &px(width));
        let models: Vec<El> = widths.into_iter().map(column).collect();
        (self.columns).fill((column(SIDES.0), models, column(SIDES.1)));
    }

    /// The names of the models, and their totals.
    fn show_ends(&self, matrix: &Matrix, what: &str) {
        let corner = cell_of("th").attr("scope", "col");
        let corner = corner.child(span("hint").child(what));
        let heads: Vec<El> = matrix.columns.iter().map(column_head).collect();
        let all = el("th").attr("scope", "col").class("num");
        let all = all.child(span("hint").child(format!("{what} total")));
        self.head.fill((corner.clone(), heads.clone(), all));
        let mut cells = self.cells.borrow_mut();
        cells.clear();
        cells.resize(matrix.rows.len() + 1, Vec::new());
        if let Some(first) = cells.first_mut() {
            *first = std::iter::once(corner).chain(heads).collect();
        }
        let name = el("th").attr("scope", "row");
        let name = name.child(span("hint").child("Model total"));
        let totals: Vec<El> = matrix.columns.iter().map(total).collect();
        self.foot
            .fill((name, totals, total(&matrix.total).class("num")));
    }

    /// Keeps as many rows as there are to be, as high as they will be: those there are show what they showed before.
    fn make_rows(&self, matrix: &Matrix) {
        let wanted = matrix.rows.len();
        let mut rows = self.rows.borrow_mut();
        let kept = wanted.min(rows.len());
        for row in rows.drain(kept..) {
            row.element().remove();
        }
        while rows.len() < wanted {
            let row = line();
            self.body.add(row.clone());
            rows.push(row);
        }
        let mut tall = vec![""; wanted];
        for cell in matrix.cells.iter().filter(|cell| cell.lines.len() >= TALL) {
            if let Some(slot) = tall.get_mut(usize::from(cell.row)) {
                *slot = "is-tall";
            }
        }
        for (row, class) in rows.iter().zip(tall) {
            row.element().set_class_name(class);
        }
    }

    fn fill(&self, at: usize) {
        let shown = self.shown.borrow().clone();
        let matrix = &shown.matrix;
        let (rows, head) = (self.rows.borrow(), matrix.rows.get(at));
        let (Some(row), Some(head)) = (rows.get(at), head) else {
            return;
        };
        let mut cells = vec![row_head(head, shown.tasks)];
        let before = |cell: &RoutedCell| usize::from(cell.row) < at;
        let first = matrix.cells.partition_point(before);
        let mut known = matrix.cells.iter().skip(first).peekable();
        for column in 0..matrix.columns.len() {
            let is_here = |cell: &&RoutedCell| {
                (usize::from(cell.row), usize::from(cell.column)) == (at, column)
            };
            cells.push(match known.next_if(is_here) {
                Some(found) => cell(found, shown.measure),
                None => cell_of("td")
                    .attr("role", "gridcell")
                    .attr("aria-label", "nothing"),
            });
        }
        row.fill((cells.clone(), total(head).class("num")));
        if let Some(slot) = self.cells.borrow_mut().get_mut(at + 1) {
            *slot = cells;
        }
        let (entry, is_selected) = self.entry.get();
        if entry.0 == at + 1 {
            self.mark(entry, is_selected, true);
        }
    }

    /// The cell that is selected is the one the Tab key comes to.
    fn follow_selection(&self) {
        let selected = self.routes.selected.get_untracked();
        let chosen = selected.filter(|selected| selected.time.is_none());
        let chosen = chosen.and_then(|selected| place(&self.shown.borrow(), &selected.names));
        let now = (chosen.unwrap_or((1, 0)), chosen.is_some());
        self.mark(self.entry.replace(now).0, false, false);
        self.mark(now.0, now.1, true);
    }

    fn mark(&self, (row, column): Place, is_selected: bool, is_entry: bool) {
        if let Some(cell) = self.cells.borrow().get(row).and_then(|row| row.get(column)) {
            let word =
                |is_so: bool, yes: &'static str, no: &'static str| if is_so { yes } else { no };
            let element = cell.element();
            let _ = element.set_attribute("aria-selected", word(is_selected, "true", "false"));
            let _ = element.set_attribute("tabindex", word(is_entry, "0", "-1"));
        }
    }

    /// Where something in the table stands.
    fn find(&self, target: Option<EventTarget>) -> Option<Place> {
        let element: web_sys::Element = target?.dyn_into().ok()?;
        let cell = element.closest("th, td").ok()??;
        let cells = self.cells.borrow();
        let mut rows = cells.iter().enumerate();
        rows.find_map(|(row, of_row)| {
            let column = of_row.iter().position(|el| *el.element() == cell)?;
            Some((row, column))
        })
    }

    fn select(&self, (row, column): Place) {
        let shown = self.shown.borrow().clone();
        let matrix = &shown.matrix;
        let row_head = row.checked_sub(1).and_then(|row| matrix.rows.get(row));
        let column_head = column
            .checked_sub(1)
            .and_then(|column| matrix.columns.get(column));
        let is_it = |cell: &&RoutedCell| {
            (usize::from(cell.row) + 1, usize::from(cell.column) + 1) == (row, column)
        };
        let cell = matrix.cells.iter().find(is_it);
        let selected = selection(shown.tasks, row_head, column_head, cell);
        self.routes.select(selected);
    }

    /// Where a key leads; `None` for one that leads nowhere.
    fn to(&self, (row, column): Place, key: &str) -> Option<Place> {
        let cells = self.cells.borrow();
        let rows = cells.len().saturating_sub(1);
        let columns = cells.first().map_or(0, |row| row.len().saturating_sub(1));
        Some(match key {
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowDown" => ((row + 1).min(rows), column),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowRight" => (row, (column + 1).min(columns)),
            "Home" => (row, 0),
            "End" => (row, columns),
            _ => return None,
        })
    }

    fn focus(&self, (row, column): Place) {
        let cells = self.cells.borrow();
        let cell = cells.get(row).and_then(|row| row.get(column)).cloned();
        // What hears the focus looks at the cells itself.
        drop(cells);
        if let Some(cell) = cell.filter(|_| (row, column) != (0, 0)) {
            let cell: &HtmlElement = cell.html();
            let _ = cell.focus();
        }
    }
}

/// Lets a table be clicked and walked through; what is selected follows the focus.
fn hear(grid: &Rc<Grid>, table: El) -> El {
    let (clicked, focused, doubled, keyed) =
        (grid.clone(), grid.clone(), grid.clone(), grid.clone());
    table
        .on("click", move |event| {
            if let Some(at) = clicked.find(event.target()) {
                clicked.select(at);
            }
        })
        .on("focusin", move |event| {
            if let Some(at) = focused.find(event.target()) {
                focused.select(at);
            }
        })
        .on("dblclick", move |_| doubled.routes.show())
        .on_key(move |event| {
            let Some(at) = keyed.find(event.target()) else {
                return;
            };
            let to = keyed.to(at, &event.key());
            if to.is_none() && event.key() != "Enter" {
                return;
            }
            event.prevent_default();
            event.stop_propagation();
            match to {
                Some(to) => keyed.focus(to),
                None => keyed.routes.show(),
            }
        })
}

/// The names that a row or column stands for.
fn names(tasks: bool, row: Option<&Head>, column: Option<&Head>) -> Names {
    let mut names = Names::default();
    names[usize::from(!tasks)] = row.map(|head| head.name.clone());
    names[2] = column.map(|head| head.name.clone());
    names
}

fn selection(
    tasks: bool,
    row: Option<&Head>,
    column: Option<&Head>,
    cell: Option<&RoutedCell>,
) -> Option<Selected> {
    let (calls, first) = match (cell, row, column) {
        (Some(cell), ..) => (cell.calls, cell.first),
        (None, Some(head), None) | (None, None, Some(head)) => (head.calls, head.first),
        _ => return None,
    };
    let label = |head: &Head| (head.ink, head.label.clone());
    Some(Selected {
        names: names(tasks, row, column),
        labels: row.into_iter().chain(column).map(label).collect(),
        calls,
        first,
        time: None,
    })
}

/// Where names stand in the table.
fn place(shown: &Shown, chosen: &Names) -> Option<Place> {
    let (rows, other) = if shown.tasks {
        (&chosen[0], &chosen[1])
    } else {
        (&chosen[1], &chosen[0])
    };
    if other.is_some() || chosen[3].is_some() {
        return None;
    }
    let at = |heads: &[Head], name: &Option<Option<String>>| match name {
        None => Some(0),
        Some(name) => heads
            .iter()
            .position(|head| head.name == *name)
            .map(|at| at + 1),
    };
    let matrix = &shown.matrix;
    let place = (at(&matrix.rows, rows)?, at(&matrix.columns, &chosen[2])?);
    (place != (0, 0)).then_some(place)
}

/// A cell that can have the focus.
fn cell_of(tag: &str) -> El {
    el(tag).attr("aria-selected", false).attr("tabindex", "-1")
}

fn column_head(head: &Head) -> El {
    cell_of("th")
        .attr("scope", "col")
        .attr("title", head.full.clone())
        .child(
            div("route-head").child((
                sign("square", head.ink),
                el("b")
                    .class("ellipsis")
                    .attr("title", head.label.clone())
                    .child(head.label.as_str()),
                (!head.note.is_empty()).then(|| {
                    span("hint")
                        .attr("title", "Per million tokens")
                        .child(head.note.as_str())
                }),
            )),
        )
}

fn row_head(head: &Head, tasks: bool) -> El {
    cell_of("th").attr("scope", "row").child(
        div("route-head").child((
            (!tasks).then(|| sign("dot", head.ink)),
            el("b")
                .class("ellipsis")
                .attr("title", head.label.clone())
                .child(head.label.as_str()),
            (!head.note.is_empty()).then(|| span("hint").child(head.note.as_str())),
        )),
    )
}

/// The amount of a row, a column, or everything.
fn total(head: &Head) -> El {
    el("td").attr("title", head.full.clone()).child((
        el("b").child(head.value.as_str()),
        " ",
        span("hint").child(counted(u64::from(head.calls), "call")),
    ))
}

/// A cell has few elements, because there may be a thousand of them: its lines are lines of one text.
fn cell(cell: &RoutedCell, measure: u8) -> El {
    let class = match cell.ink {
        ink::HEAT..ink::COUNT => format!("heat-{}", cell.ink - ink::HEAT + 1),
        _ => "is-unknown".to_owned(),
    };
    // What would have been is dollars.
    let is_changed = !cell.after.is_empty() && measure == 0;
    let class = if is_changed {
        class + " is-changed"
    } else {
        class
    };
    let value = if is_changed {
        div("route-value").child((
            el("s").child(cell.value.as_str()),
            " ",
            el("b").class("est-value").child(cell.after.as_str()),
        ))
    } else {
        el("b").class("route-value").child(cell.value.as_str())
    };
    cell_of("td")
        .class(&class)
        .attr("role", "gridcell")
        .attr("title", cell.full.clone())
        .child((value, span("route-lines").child(cell.lines.join("\n"))))
}
