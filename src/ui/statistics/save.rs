//! What is saved of the table.

use super::table::Counts;
use crate::engine::protocol::{Reply, Request};
use crate::scene::drawn::{Drawn, Item};
use crate::scene::statistics::COLUMNS;
use crate::scene::table::{Cell, Table};
use crate::ui::canvas::Pen;
use crate::ui::export::Picture;
use crate::ui::state::Tone;
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
        let app = self.app;
        let Some((_, mut request)) = self.asked.borrow().clone() else {
            return;
        };
        request.plain = true;
        spawn_local(async move {
            match app.ask(Request::Statistics(Box::new(request))).await {
                Ok(answer) => {
                    if let Reply::Drawn(drawn) = answer.reply {
                        done(table(*drawn));
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

fn table(drawn: Drawn) -> Table {
    let names = drawn.keys.first().map_or("", String::as_str);
    let mut head = vec![sentence(names).trim_end_matches('.').to_owned()];
    head.extend(SAVED.map(str::to_owned));
    head.push("Complete".to_owned());
    let row = |item: Item| {
        let mut cells = vec![Cell::Text(item.label)];
        for (column, cell) in item.cells.into_iter().enumerate() {
            cells.push(if column < SAVED.len() {
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
