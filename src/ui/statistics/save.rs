//! What is saved of the table, and of the flame graph: its picture with a head and what it stands for, and its frames.

use super::flame::{Flames, NONE};
use super::paint::paint;
use super::table::Counts;
use crate::engine::protocol::{Reply, Request};
use crate::scene::drawn::{Drawn, Item};
use crate::scene::statistics::COLUMNS;
use crate::scene::table::{Cell, Table};
use crate::ui::canvas::{Anchor, Font, Ink, Pen};
use crate::ui::export::Picture;
use crate::ui::state::{AppState, Tone};
use crate::ui::words::sentence;
use wasm_bindgen_futures::spawn_local;

/// The columns with their units.
const SAVED: [&str; COLUMNS.len()] = [
    "Count",
    "Errors",
    "Total (ns)",
    "Self (ns)",
    "p50 (ns)",
    "p95 (ns)",
    "p99 (ns)",
    "Tokens in",
    "Tokens out",
    "Cost (USD)",
];

/// The columns of frames. Frames have numbers, so that a frame can say which one it stands in.
const FRAMES: [&str; 8] = [
    "Frame",
    "Within",
    "Level",
    "Spans",
    "Total (ns)",
    "Self (ns)",
    "Tokens with all below",
    "Cost with all below (USD)",
];

/// Around everything.
const MARGIN: f64 = 16.0;
/// Height of the head, and of a line below the picture.
const HEAD: f64 = 28.0;
const LINE: f64 = 20.0;

impl Picture for Counts {
    fn name(&self) -> &'static str {
        "statistics"
    }

    fn title(&self) -> String {
        "Statistics".to_owned()
    }

    fn size(&self) -> Option<(f64, f64)> {
        None
    }

    fn draw(&self, _: &mut Pen<'_>) {}

    fn table(&self, done: Box<dyn FnOnce(Table)>) {
        if let Some((_, mut request)) = self.asked.borrow().clone() {
            request.plain = true;
            let request = Request::Statistics(Box::new(request));
            spawn_local(ask_for_table(self.app, request, &SAVED, done));
        }
    }
}

impl Picture for Flames {
    fn name(&self) -> &'static str {
        "flame"
    }

    fn title(&self) -> String {
        let drawn = self.drawn.get_untracked();
        let place = [vec![self.whole().to_owned()], drawn.crumbs.clone()].concat();
        format!("{} by name: {}", self.measure(), place.join(" › "))
    }

    fn size(&self) -> Option<(f64, f64)> {
        let lines = self.words().len() + 1;
        let height = self.height();
        (height > 0.0).then(|| {
            let below = lines as f64 * LINE + 8.0;
            (
                self.width.get() + 2.0 * MARGIN,
                height + HEAD + below + 2.0 * MARGIN,
            )
        })
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some((whole_width, whole_height)) = self.size() else {
            return;
        };
        let (drawn, width, height) = (self.drawn.get_untracked(), self.width.get(), self.height());
        pen.fill([0.0, 0.0, whole_width, whole_height], pen.ink(Ink::Bg0));
        let total = drawn.total.first().cloned().unwrap_or_default();
        let used = pen.width(Font::Parent, &total);
        let (ink, foot) = (pen.ink(Ink::Ink1), MARGIN + 12.0);
        pen.text(
            Font::Parent,
            ink,
            Anchor::End,
            (MARGIN + width, foot),
            &total,
        );
        let (title, _) = pen.fit(Font::Parent, &self.title(), width - used - 16.0);
        pen.text(Font::Parent, ink, Anchor::Start, (MARGIN, foot), &title);
        pen.moved((MARGIN, MARGIN + HEAD), 1.0, |pen| {
            paint(pen, (width, height), &drawn, (NONE, None));
        });
        let mut foot = MARGIN + HEAD + height + 8.0 + 14.0;
        let mut left = MARGIN;
        for (number, name) in &drawn.legend {
            pen.fill([left, foot - 9.0, 9.0, 9.0], pen.full(*number));
            let ink = pen.ink(Ink::Ink2);
            pen.text(Font::Small, ink, Anchor::Start, (left + 14.0, foot), name);
            left += 14.0 + pen.width(Font::Small, name) + 16.0;
        }
        for words in self.words() {
            foot += LINE;
            let (words, _) = pen.fit(Font::Small, &words, width);
            let ink = pen.ink(Ink::Ink2);
            pen.text(Font::Small, ink, Anchor::Start, (MARGIN, foot), &words);
        }
    }

    fn table(&self, done: Box<dyn FnOnce(Table)>) {
        if let Some((_, mut request)) = self.asked.borrow().clone() {
            request.plain = true;
            let request = Request::Flame(Box::new(request));
            spawn_local(ask_for_table(self.app, request, &FRAMES, done));
        }
    }
}

async fn ask_for_table(
    app: AppState,
    request: Request,
    columns: &'static [&'static str],
    done: Box<dyn FnOnce(Table)>,
) {
    match app.ask(request).await {
        Ok(answer) => {
            if let Reply::Drawn(drawn) = answer.reply {
                done(table(*drawn, columns));
            }
        }
        Err(failure) => {
            let why = sentence(&failure.message);
            app.toast(Tone::Error, "The table was not made", why);
        }
    }
}

fn table(drawn: Drawn, columns: &[&str]) -> Table {
    let name = drawn.keys.first().map_or("name", String::as_str);
    let mut head = vec![sentence(name).trim_end_matches('.').to_owned()];
    head.extend(columns.iter().map(|&column| column.to_owned()));
    head.push("Complete".to_owned());
    let row = |item: Item| {
        let mut cells = vec![Cell::Text(item.label)];
        for (column, cell) in item.cells.into_iter().enumerate() {
            cells.push(if column < columns.len() {
                Cell::Number(cell)
            } else {
                Cell::Text(cell)
            });
        }
        cells
    };
    Table {
        head,
        rows: drawn.items.into_iter().map(row).collect(),
        left_out: drawn.left_out,
    }
}
