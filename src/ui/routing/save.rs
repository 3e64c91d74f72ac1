//! What is saved of the view: the matrix with the flow below it as a picture, and the cells as a table.

use super::{Routes, flow};
use crate::engine::protocol::{Reply, Request};
use crate::model::json::{Json, JsonText};
use crate::scene::drawn::ink;
use crate::scene::format::counted;
use crate::scene::routing::{Head, MEASURES, Matrix, RoutedCell};
use crate::scene::table::{Cell, Table};
use crate::ui::canvas::{Anchor, Font, Ink, Pen, Stroke, is_light};
use crate::ui::export::Picture;
use crate::ui::state::Tone;
use crate::ui::words::sentence;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Around everything, and below the head.
const MARGIN: f64 = 16.0;
const HEAD: f64 = 28.0;
/// Width of the names of rows, of a column, and of the totals.
const NAMES: f64 = 180.0;
const COLUMN: f64 = 184.0;
const TOTAL: f64 = 110.0;
/// Height of a line of the matrix, and of its first and last one.
const LINE: f64 = 64.0;
const EDGE: f64 = 40.0;
/// Inside a cell.
const INSET: f64 = 8.0;

/// Numbers of a cell as scripts get them, and what they are called in a table.
const COLUMNS: [(&str, &str); 9] = [
    ("calls", "Calls"),
    ("calls_with_usage", "Calls with usage"),
    ("input", "Tokens in"),
    ("output", "Tokens out"),
    ("cache_read", "Tokens cached"),
    ("cost_usd", "Cost (USD)"),
    ("p50_ns", "p50 (ns)"),
    ("p95_ns", "p95 (ns)"),
    ("errors", "Errors"),
];

/// The view, to be saved.
pub struct Saved(pub Rc<Routes>);

impl Saved {
    fn matrix(&self) -> Rc<Matrix> {
        self.0.matrix.get_untracked()
    }

    /// Width and height of the matrix.
    fn matrix_size(&self) -> (f64, f64) {
        let matrix = self.matrix();
        (
            NAMES + COLUMN * matrix.columns.len() as f64 + TOTAL,
            EDGE * 2.0 + LINE * matrix.rows.len() as f64,
        )
    }
}

impl Picture for Saved {
    fn name(&self) -> &'static str {
        "routing"
    }

    fn title(&self) -> String {
        let (tasks, measure) = self.0.app.route.get_untracked();
        let measure = MEASURES
            .get(usize::from(measure))
            .copied()
            .unwrap_or_default();
        let run = self.0.app.run.with_untracked(|run| {
            let run = run.as_ref().filter(|_| self.0.of_run);
            run.map(|run| run.root_name.clone())
        });
        let what = if tasks { "task" } else { "agent" };
        let whose = run.unwrap_or_else(|| "All runs".to_owned());
        format!("{measure} by {what} and model: {whose}")
    }

    fn size(&self) -> Option<(f64, f64)> {
        let flow = self.0.flow.with_untracked(|flow| flow.size);
        let (width, height) = self.matrix_size();
        (!self.matrix().rows.is_empty()).then(|| {
            (
                width.max(f64::from(flow.0)) + 2.0 * MARGIN,
                height + f64::from(flow.1) + 2.0 * (HEAD + MARGIN),
            )
        })
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some((width, height)) = self.size() else {
            return;
        };
        pen.fill([0.0, 0.0, width, height], pen.ink(Ink::Bg0));
        let strong = pen.ink(Ink::Ink1);
        let (title, _) = pen.fit(Font::Parent, &self.title(), width - 2.0 * MARGIN);
        pen.text(
            Font::Parent,
            strong,
            Anchor::Start,
            (MARGIN, MARGIN + 12.0),
            &title,
        );
        let matrix = self.matrix();
        pen.moved((MARGIN, MARGIN + HEAD), 1.0, |pen| {
            draw_matrix(pen, &matrix);
        });
        let flow = self.0.flow.get_untracked();
        let top = MARGIN + HEAD + self.matrix_size().1;
        let (caption, _) = pen.fit(Font::Small, &flow.caption, width - 2.0 * MARGIN);
        let at = (MARGIN, top + 20.0);
        pen.text(Font::Small, pen.ink(Ink::Ink2), Anchor::Start, at, &caption);
        let size = (f64::from(flow.size.0), f64::from(flow.size.1));
        pen.moved((MARGIN, top + HEAD), 1.0, |pen| {
            flow::paint(pen, size, &flow, None, None);
        });
    }

    fn table(&self, done: Box<dyn FnOnce(Table)>) {
        let app = self.0.app;
        let tasks = app.route.get_untracked().0;
        let rows = if tasks { "task" } else { "agent" };
        let mut options = JsonText::object().text("rows", rows);
        if self.0.of_run {
            let trace = app
                .run
                .with_untracked(|run| run.as_ref().map(|run| run.trace_id.clone()));
            options = options.maybe_text("trace", trace.as_deref());
        } else {
            let filter = app.runs_filter.get_untracked();
            options = options.text("filter", &filter);
        }
        let request = Request::View {
            name: "routing".to_owned(),
            options: options.end(),
        };
        spawn_local(async move {
            match app.ask(request).await {
                Ok(answer) => {
                    if let Reply::Text(json) = answer.reply {
                        done(table(if tasks { "Task" } else { "Agent" }, &json));
                    }
                }
                Err(failure) => {
                    let why = sentence(&failure.message);
                    app.toast(Tone::Error, "The table was not made", why);
                }
            }
        });
    }
}

/// The cells that a script gets, as rows.
fn table(rows: &str, json: &str) -> Table {
    let mut head = vec![rows.to_owned(), "Model".to_owned()];
    head.extend(COLUMNS.map(|(_, name)| name.to_owned()));
    let cells = Json::parse(json).and_then(|json| json.get("cells"));
    let row = |cell: Json<'_>| {
        let text = |name: &str| cell.get(name).and_then(Json::as_text).unwrap_or_default();
        let number = |(name, _): (&str, &str)| {
            let value = cell.get(name).filter(|value| !value.is_null());
            // Durations are texts, so that no digit of them is lost.
            let digits =
                value.map(|value| value.as_text().unwrap_or_else(|| value.source().to_owned()));
            Cell::Number(digits.unwrap_or_default())
        };
        let names = ["row", "column"].map(|name| Cell::Text(text(name)));
        names.into_iter().chain(COLUMNS.map(number)).collect()
    };
    Table {
        head,
        rows: cells
            .map(Json::elements)
            .unwrap_or_default()
            .into_iter()
            .map(row)
            .collect(),
        left_out: 0,
    }
}

/// Draws heads, cells and totals.
fn draw_matrix(pen: &mut Pen<'_>, matrix: &Matrix) {
    let column_at = |at: usize| NAMES + COLUMN * at as f64;
    let row_at = |at: usize| EDGE + LINE * at as f64;
    let last = (column_at(matrix.columns.len()), row_at(matrix.rows.len()));
    for (at, head) in matrix.columns.iter().enumerate() {
        let place = [column_at(at), 0.0, COLUMN, EDGE];
        draw_head(pen, place, head);
        draw_total(
            pen,
            [column_at(at), last.1, COLUMN, EDGE],
            head,
            Anchor::Start,
        );
    }
    for (at, head) in matrix.rows.iter().enumerate() {
        draw_head(pen, [0.0, row_at(at), NAMES, LINE], head);
        draw_total(pen, [last.0, row_at(at), TOTAL, LINE], head, Anchor::End);
    }
    draw_total(
        pen,
        [last.0, last.1, TOTAL, EDGE],
        &matrix.total,
        Anchor::End,
    );
    for cell in &matrix.cells {
        let (column, row) = (usize::from(cell.column), usize::from(cell.row));
        draw_cell(pen, [column_at(column), row_at(row), COLUMN, LINE], cell);
    }
    let line = pen.ink(Ink::Line);
    let all = [0.0, 0.0, last.0 + TOTAL, last.1 + EDGE];
    pen.frame(all, Stroke::solid(line, 1.0));
    for at in 0..=matrix.columns.len() {
        let x = column_at(at);
        pen.line((x, 0.0), (x, all[3]), Stroke::solid(line, 1.0));
    }
    for at in 0..=matrix.rows.len() {
        let y = row_at(at);
        pen.line((0.0, y), (all[2], y), Stroke::solid(line, 1.0));
    }
}

/// A name with what else is said of it.
fn draw_head(pen: &mut Pen<'_>, [left, top, width, height]: [f64; 4], head: &Head) {
    let middle = top + height / 2.0;
    let mut from = left + INSET;
    if head.ink != ink::NEUTRAL {
        let colour = pen.full(head.ink);
        if head.ink < ink::MODEL {
            pen.circle((from + 4.0, middle - 6.0), 4.0, Some(colour), None);
        } else {
            pen.fill([from, middle - 10.0, 8.0, 8.0], colour);
        }
        from += 14.0;
    }
    let room = left + width - INSET - from;
    let (name, _) = pen.fit(Font::Parent, &head.label, room);
    let (strong, weak) = (pen.ink(Ink::Ink1), pen.ink(Ink::Ink2));
    pen.text(
        Font::Parent,
        strong,
        Anchor::Start,
        (from, middle - 2.0),
        &name,
    );
    let (note, _) = pen.fit(Font::Small, &head.note, room);
    pen.text(
        Font::Small,
        weak,
        Anchor::Start,
        (from, middle + 13.0),
        &note,
    );
}

/// An amount with its calls.
fn draw_total(
    pen: &mut Pen<'_>,
    [left, top, width, height]: [f64; 4],
    head: &Head,
    anchor: Anchor,
) {
    let middle = top + height / 2.0;
    let x = match anchor {
        Anchor::End => left + width - INSET,
        _ => left + INSET,
    };
    let (strong, weak) = (pen.ink(Ink::Ink1), pen.ink(Ink::Ink2));
    pen.text(Font::Parent, strong, anchor, (x, middle - 2.0), &head.value);
    let calls = counted(u64::from(head.calls), "call");
    pen.text(Font::Small, weak, anchor, (x, middle + 13.0), &calls);
}

fn draw_cell(pen: &mut Pen<'_>, place: [f64; 4], cell: &RoutedCell) {
    let [left, top, width, _] = place;
    let ground = pen.ink(Ink::Bg0);
    let mut letters = pen.ink(Ink::Ink1);
    if cell.ink == ink::NEUTRAL {
        pen.hatch(place, pen.ink(Ink::Hatch));
    } else {
        let colour = pen.full(cell.ink);
        pen.fill(place, colour);
        if is_light(colour) != is_light(ground) {
            letters = ground;
        }
    }
    let room = width - 2.0 * INSET;
    let value = (Font::Parent, &cell.value);
    let lines = cell.lines.iter().map(|line| (Font::Small, line));
    for ((font, text), at) in std::iter::once(value).chain(lines).zip(0_u8..4) {
        let y = top + 14.0 + 15.0 * f64::from(at);
        let (text, used) = pen.fit(font, text, room);
        if cell.ink == ink::NEUTRAL {
            pen.fill([left + INSET - 2.0, y - 11.0, used + 4.0, 14.0], ground);
        }
        pen.text(font, letters, Anchor::Start, (left + INSET, y), &text);
    }
}
