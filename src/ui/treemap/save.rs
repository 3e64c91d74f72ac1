//! What is saved of the treemap: its picture with a head and a legend, and its table.

use super::controls::not_drawn;
use super::paint::paint;
use super::side::{COLUMNS, PAIR, is_hidden};
use super::{Map, NONE};
use crate::engine::protocol::{Reply, Request};
use crate::scene::drawn::{DrawRequest, Drawn};
use crate::scene::table::{Cell, Table};
use crate::scene::treemap::MEASURES;
use crate::ui::canvas::{Anchor, Font, Ink, Pen};
use crate::ui::export::Picture;
use crate::ui::state::Tone;
use crate::ui::words::sentence;
use wasm_bindgen_futures::spawn_local;

/// Around everything.
const MARGIN: f64 = 16.0;
/// Height of the head, and of a line below the picture.
const HEAD: f64 = 28.0;
const LINE: f64 = 20.0;
/// Width of an entry of the legend without its name, and about that of a letter.
const ENTRY: f64 = 34.0;
const LETTER: f64 = 6.6;
/// Letters of a name in the legend.
const NAME: usize = 40;

/// The first entry of each line of the legend, and how many lines there are.
fn legend_lines(drawn: &Drawn, width: f64) -> Vec<usize> {
    let mut lines = Vec::new();
    let mut used = f64::INFINITY;
    for (at, (_, name)) in drawn.legend.iter().enumerate() {
        let entry = entry_width(name);
        if used + entry > width {
            lines.push(at);
            used = 0.0;
        }
        used += entry;
    }
    lines
}

fn entry_width(name: &str) -> f64 {
    ENTRY + name.chars().count().min(NAME) as f64 * LETTER
}

impl Map {
    fn measure_name(&self) -> &'static str {
        let measure = self.choice.with_untracked(|choice| choice.measure);
        let measure = MEASURES.get(usize::from(measure));
        measure.map_or("", |(_, name)| name)
    }
}

impl Picture for Map {
    fn name(&self) -> &'static str {
        "cost"
    }

    fn title(&self) -> String {
        let levels = self.choice.with_untracked(|choice| {
            let drawn = self.drawn.get_untracked();
            let levels = choice.levels.iter().skip(drawn.entered.len());
            levels.map(String::as_str).collect::<Vec<_>>().join(", ")
        });
        let by = if levels.is_empty() { "" } else { " by " };
        let place = [
            vec![self.whole()],
            self.drawn.get_untracked().crumbs.clone(),
        ]
        .concat();
        format!("{}{by}{levels}: {}", self.measure_name(), place.join(" › "))
    }

    fn size(&self) -> Option<(f64, f64)> {
        let drawn = self.drawn.get_untracked();
        let (width, height) = self.size.get();
        let lines = legend_lines(&drawn, width).len() + usize::from(!drawn.unknown.is_empty());
        (!drawn.marks.is_empty()).then(|| {
            let below = if lines > 0 { 8.0 } else { 0.0 } + lines as f64 * LINE;
            (width + 2.0 * MARGIN, height + HEAD + below + 2.0 * MARGIN)
        })
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let drawn = self.drawn.get_untracked();
        let Some((whole_width, whole_height)) = self.size() else {
            return;
        };
        let (width, height) = self.size.get();
        pen.fill([0.0, 0.0, whole_width, whole_height], pen.ink(Ink::Bg0));
        let total = drawn.total.first().cloned().unwrap_or_default();
        let used = pen.width(Font::Parent, &total);
        let right = (MARGIN + width, MARGIN + 12.0);
        pen.text(Font::Parent, pen.ink(Ink::Ink1), Anchor::End, right, &total);
        let (title, _) = pen.fit(Font::Parent, &self.title(), width - used - 16.0);
        let left = (MARGIN, MARGIN + 12.0);
        pen.text(
            Font::Parent,
            pen.ink(Ink::Ink1),
            Anchor::Start,
            left,
            &title,
        );
        pen.moved((MARGIN, MARGIN + HEAD), 1.0, |pen| {
            paint(pen, (width, height), &drawn, (NONE, None));
        });
        let mut y = MARGIN + HEAD + height + 8.0 + 14.0;
        let lines = legend_lines(&drawn, width);
        let mut x = MARGIN;
        for (at, (ink, name)) in drawn.legend.iter().enumerate() {
            if lines.contains(&at) && at > 0 {
                x = MARGIN;
                y += LINE;
            }
            let entry = entry_width(name);
            pen.fill([x, y - 9.0, 9.0, 9.0], pen.full(*ink));
            let (text, _) = pen.fit(Font::Small, name, entry - 20.0);
            pen.text(
                Font::Small,
                pen.ink(Ink::Ink2),
                Anchor::Start,
                (x + 14.0, y),
                &text,
            );
            x += entry;
        }
        let words = not_drawn(&drawn);
        if !words.is_empty() {
            if !lines.is_empty() {
                y += LINE;
            }
            let (text, _) = pen.fit(Font::Small, &words, width);
            pen.text(
                Font::Small,
                pen.ink(Ink::Ink2),
                Anchor::Start,
                (MARGIN, y),
                &text,
            );
        }
    }

    fn table(&self, done: Box<dyn FnOnce(Table)>) {
        let app = self.app;
        let Some((_, mut request)) = self.asked.borrow().clone() else {
            return;
        };
        request.plain = true;
        let (depth, pair) = self
            .drawn
            .with_untracked(|drawn| (drawn.entered.len(), drawn.pair.clone()));
        let head = head(&request, depth, &pair, self.measure_name());
        let asked = request.clone();
        spawn_local(async move {
            match app.ask(Request::Draw(Box::new(request))).await {
                Ok(answer) => {
                    if let Reply::Drawn(drawn) = answer.reply {
                        done(table(head, *drawn, &asked));
                    }
                }
                Err(failure) => {
                    app.toast(
                        Tone::Error,
                        "The table was not made",
                        sentence(&failure.message),
                    );
                }
            }
        });
    }
}

/// Names of the columns, with their units.
fn head(request: &DrawRequest, depth: usize, pair: &[String], measure: &str) -> Vec<String> {
    let unit = match request.measure {
        0 => "Cost (USD)",
        6 => "Time (ns)",
        _ => measure,
    };
    let level = request.levels.get(depth + usize::from(!pair.is_empty()));
    let mut head = vec![level.cloned().unwrap_or_default()];
    if let [first, second] = pair {
        let [.., difference, calls, _] = PAIR;
        head.push(format!("{first}: {unit}"));
        head.push(format!("{second}: {unit}"));
        head.push(format!("{difference}: {unit}"));
        head.push(format!("{first}: {calls}"));
        head.push(format!("{second}: {calls}"));
    } else {
        for (column, name) in COLUMNS.into_iter().enumerate() {
            if !is_hidden(request, column) {
                let name = match column {
                    0 => unit,
                    2 => "Cumulative share",
                    5 => "Cost (USD)",
                    6 => "Cost per call (USD)",
                    _ => name,
                };
                head.push(name.to_owned());
            }
        }
    }
    head.push("Complete".to_owned());
    head
}

fn table(head: Vec<String>, drawn: Drawn, request: &DrawRequest) -> Table {
    let row = |item: crate::scene::drawn::Item| {
        let mut cells = vec![Cell::Text(item.label)];
        let last = item.cells.len().saturating_sub(1);
        for (column, cell) in item.cells.into_iter().enumerate() {
            if column == last {
                cells.push(Cell::Text(cell));
            } else if !is_hidden(request, column) {
                cells.push(Cell::Number(cell));
            }
        }
        cells
    };
    Table {
        head,
        rows: drawn.items.into_iter().map(row).collect(),
        left_out: drawn.left_out,
    }
}
