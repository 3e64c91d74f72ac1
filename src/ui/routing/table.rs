//! The matrix as a table that is walked through with the arrow keys.

use super::save::Saved;
use super::{Names, Routes, Selected, segment, sign};
use crate::scene::drawn::ink;
use crate::scene::format::{count, counted};
use crate::scene::routing::{Head, MEASURES, Matrix, RoutedCell};
use crate::ui::dom::{El, button, div, effect, el, span};
use crate::ui::export::export_menu;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What rows are, and what colours stand for.
pub fn bar(routes: &Rc<Routes>) -> El {
    let (app, saved) = (routes.app, Rc::new(Saved(routes.clone())));
    div("route-bar")
        .attr("role", "toolbar")
        .attr("aria-label", "Routing")
        .child((
            segment(
                "Rows",
                &["Agents", "Tasks"],
                move || usize::from(app.route.get().0),
                move |at| app.route.update(|route| route.0 = at == 1),
            ),
            legend(routes),
            segment(
                "Measure",
                &MEASURES,
                move || usize::from(app.route.get().1),
                move |at| app.route.update(|route| route.1 = at as u8),
            ),
            export_menu(app, saved),
        ))
}

/// The steps of heat with their limits, and what is unknown.
fn legend(routes: &Rc<Routes>) -> El {
    let routes = routes.clone();
    div("route-legend").child(move || {
        let (limits, unknown) = routes
            .matrix
            .with(|matrix| (matrix.heat.clone(), matrix.unknown));
        let measure = routes.app.route.get_untracked().1;
        let name = match MEASURES.get(usize::from(measure)).copied() {
            Some("Latency") => "p50",
            name => name.unwrap_or_default(),
        };
        let name = span("").child(format!("{name} of a cell:"));
        let ends = match limits.as_slice() {
            [least, most] => Some((least.clone(), most.clone())),
            _ => None,
        };
        let scale = ends.map(|(least, most)| {
            let steps = (0..ink::STEPS).map(|step| sign("heat-step", ink::HEAT + step));
            span("legend-entry").child((name, least, steps.collect::<Vec<El>>(), most))
        });
        let unknown = (unknown > 0)
            .then(|| span("legend-entry").child((span("heat-step is-unknown"), "unknown")));
        (scale, unknown)
    })
}

/// Columns with the numbers of a cell: heads are 0.
type Grid = Vec<Vec<El>>;

pub fn table(routes: &Rc<Routes>) -> El {
    let it = routes.clone();
    div("route-scroll").child((
        move || {
            let matrix = it.matrix.get();
            grid(&it, &matrix)
        },
        {
            let routes = routes.clone();
            move || more(&routes)
        },
    ))
}

/// What was left out, and the way to see it.
fn more(routes: &Rc<Routes>) -> Option<El> {
    let (rows, columns) = routes.matrix.with(|matrix| matrix.left_out);
    let tasks = routes.app.route.get().0;
    if rows == 0 && columns == 0 && !tasks {
        return None;
    }
    let what = if tasks { "task" } else { "agent" };
    let it = routes.clone();
    Some(div("route-more").child((
        (rows > 0).then(|| {
            let next = rows.min(200);
            button("button small", move || {
                it.choose(|choice| choice.most = choice.most.saturating_add(200));
            })
            .child(format!(
                "Show {} more ({} left out)",
                count(u64::from(next)),
                counted(u64::from(rows), what)
            ))
        }),
        tasks.then(|| {
            span("hint").child(
                "A task is what a span names as one, else the nearest agent, workflow or chain.",
            )
        }),
        (columns > 0).then(|| {
            span("hint").child(format!(
                "{} with less are not shown; totals hold them.",
                counted(u64::from(columns), "model")
            ))
        }),
    )))
}

/// The names that a row or column stands for.
fn names(routes: &Routes, row: Option<&Head>, column: Option<&Head>) -> Names {
    let mut names = Names::default();
    let tasks = routes.app.route.get_untracked().0;
    names[usize::from(!tasks)] = row.map(|head| head.name.clone());
    names[2] = column.map(|head| head.name.clone());
    names
}

fn selection(
    routes: &Routes,
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
        names: names(routes, row, column),
        labels: row.into_iter().chain(column).map(label).collect(),
        calls,
        first,
        time: None,
    })
}

fn grid(routes: &Rc<Routes>, matrix: &Rc<Matrix>) -> El {
    let tasks = routes.app.route.get_untracked().0;
    let measure = routes.app.route.get_untracked().1;
    let what = if tasks { "Task" } else { "Agent" };
    let mut cells: Grid = Vec::new();
    let corner = el("th")
        .attr("scope", "col")
        .child(span("hint").child(what));
    let heads: Vec<El> = matrix.columns.iter().map(column_head).collect();
    cells.push(
        std::iter::once(corner.clone())
            .chain(heads.iter().cloned())
            .collect(),
    );
    let mut known = matrix.cells.iter().peekable();
    let mut rows = Vec::new();
    for (at, row) in matrix.rows.iter().enumerate() {
        let head = row_head(row, tasks);
        let mut of_row = vec![head];
        for column in 0..matrix.columns.len() {
            let is_here = |cell: &&RoutedCell| {
                (usize::from(cell.row), usize::from(cell.column)) == (at, column)
            };
            of_row.push(match known.next_if(is_here) {
                Some(found) => cell(found, measure),
                None => el("td")
                    .attr("role", "gridcell")
                    .attr("aria-label", "nothing"),
            });
        }
        let total = el("td")
            .class("num")
            .attr("title", row.full.clone())
            .child((
                el("b").child(row.value.as_str()),
                span("hint").child(counted(u64::from(row.calls), "call")),
            ));
        rows.push(el("tr").attr("role", "row").child((of_row.clone(), total)));
        cells.push(of_row);
    }
    let total = &matrix.total;
    let foot = |head: &Head| {
        el("td").attr("title", head.full.clone()).child((
            el("b").child(head.value.as_str()),
            " ",
            span("hint").child(counted(u64::from(head.calls), "call")),
        ))
    };
    let totals: Vec<El> = matrix.columns.iter().map(foot).collect();
    let all = el("td")
        .class("num")
        .attr("title", total.full.clone())
        .child((
            el("b").child(total.value.as_str()),
            span("hint").child(counted(u64::from(total.calls), "call")),
        ));
    let table = el("table")
        .class("route-table")
        .attr("role", "grid")
        .attr(
            "aria-label",
            if tasks {
                "Tasks and models"
            } else {
                "Agents and models"
            },
        )
        .child((
            el("thead").child(
                el("tr").attr("role", "row").child((
                    corner,
                    heads,
                    el("th")
                        .attr("scope", "col")
                        .class("num")
                        .child(span("hint").child(format!("{what} total"))),
                )),
            ),
            el("tbody").child(rows),
            el("tfoot").child(
                el("tr").child((
                    el("th")
                        .attr("scope", "row")
                        .child(span("hint").child("Model total")),
                    totals,
                    all,
                )),
            ),
        ));
    hear(routes, matrix, table, cells)
}

/// Lets a table be clicked and walked through; what is selected follows the focus.
fn hear(routes: &Rc<Routes>, matrix: &Rc<Matrix>, table: El, cells: Grid) -> El {
    let cells = Rc::new(cells);
    let find = {
        let cells = cells.clone();
        move |target: Option<web_sys::EventTarget>| {
            let element: web_sys::Element = target?.dyn_into().ok()?;
            let cell = element.closest("th, td").ok()??;
            let rows = cells.iter().enumerate();
            rows.flat_map(|(row, of_row)| {
                of_row.iter().enumerate().map(move |(at, el)| (row, at, el))
            })
            .find(|(.., el)| *el.element() == cell)
            .map(|(row, column, _)| (row, column))
        }
    };
    let select = {
        let (routes, matrix) = (routes.clone(), matrix.clone());
        move |(row, column): (usize, usize)| {
            let row_head = row.checked_sub(1).and_then(|row| matrix.rows.get(row));
            let column_head = column
                .checked_sub(1)
                .and_then(|column| matrix.columns.get(column));
            let is_it = |cell: &&RoutedCell| {
                (usize::from(cell.row) + 1, usize::from(cell.column) + 1) == (row, column)
            };
            let cell = matrix.cells.iter().find(is_it);
            routes.select(selection(&routes, row_head, column_head, cell));
        }
    };
    // The cell that is selected is the one the Tab key comes to.
    let mark = |cell: &El, is_selected: bool, is_entry: bool| {
        let word = |is_so: bool, yes: &'static str, no: &'static str| if is_so { yes } else { no };
        let element = cell.element();
        let _ = element.set_attribute("aria-selected", word(is_selected, "true", "false"));
        let _ = element.set_attribute("tabindex", word(is_entry, "0", "-1"));
    };
    for cell in cells.iter().flatten() {
        mark(cell, false, false);
    }
    let (followed, shown, grid) = (routes.clone(), matrix.clone(), cells.clone());
    let last = Cell::new((1, 0));
    effect(move || {
        let selected = followed.selected.get();
        let chosen = selected.filter(|selected| selected.time.is_none());
        let chosen = chosen.and_then(|selected| place(&followed, &shown, &selected.names));
        let at = |(row, column): (usize, usize)| grid.get(row).and_then(|row| row.get(column));
        let now = chosen.unwrap_or((1, 0));
        if let Some(cell) = at(last.replace(now)) {
            mark(cell, false, false);
        }
        if let Some(cell) = at(now) {
            mark(cell, chosen.is_some(), true);
        }
    });
    let (clicked, focused, keyed) = (find.clone(), find.clone(), find);
    let (on_click, on_focus) = (select.clone(), select);
    let (doubled, shown) = (routes.clone(), routes.clone());
    table
        .on("click", move |event| {
            if let Some(at) = clicked(event.target()) {
                on_click(at);
            }
        })
        .on("focusin", move |event| {
            if let Some(at) = focused(event.target()) {
                on_focus(at);
            }
        })
        .on("dblclick", move |_| doubled.show())
        .on_key(move |event| {
            let Some((row, column)) = keyed(event.target()) else {
                return;
            };
            let rows = cells.len() - 1;
            let columns = cells.first().map_or(0, |row| row.len() - 1);
            let to = match event.key().as_str() {
                "ArrowUp" => (row.saturating_sub(1), column),
                "ArrowDown" => ((row + 1).min(rows), column),
                "ArrowLeft" => (row, column.saturating_sub(1)),
                "ArrowRight" => (row, (column + 1).min(columns)),
                "Home" => (row, 0),
                "End" => (row, columns),
                "Enter" => {
                    event.prevent_default();
                    event.stop_propagation();
                    shown.show();
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if to != (0, 0)
                && let Some(cell) = cells.get(to.0).and_then(|row| row.get(to.1))
            {
                let cell: &HtmlElement = cell.html();
                let _ = cell.focus();
            }
        })
}

/// Where names stand in the table.
fn place(routes: &Routes, matrix: &Matrix, chosen: &Names) -> Option<(usize, usize)> {
    let tasks = routes.app.route.get_untracked().0;
    let (rows, other) = if tasks {
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
    let place = (at(&matrix.rows, rows)?, at(&matrix.columns, &chosen[2])?);
    (place != (0, 0)).then_some(place)
}

fn column_head(head: &Head) -> El {
    el("th")
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
    el("th").attr("scope", "row").child(
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
        div("route-value").child(el("b").child(cell.value.as_str()))
    };
    let lines = cell
        .lines
        .iter()
        .map(|line| div("route-line").child(span("").child(line.as_str())));
    el("td")
        .class(&class)
        .attr("role", "gridcell")
        .attr("title", cell.full.clone())
        .child((value, lines.collect::<Vec<El>>()))
}
