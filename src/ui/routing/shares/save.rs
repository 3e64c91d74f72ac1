//! What is saved of the chart: its picture with a head and a legend, and a row for each stretch and model.

use super::chart::{self, Colours, Marked};
use super::{Routes, part_of_whole};
use crate::engine::protocol::{Reply, Request};
use crate::model::Timestamp;
use crate::scene::format::instant_exact;
use crate::scene::routing::{Shares, Shown, Width};
use crate::scene::table::{Cell, Table};
use crate::ui::canvas::{Anchor, Font, Ink, Pen, Sheet};
use crate::ui::export::Picture;
use crate::ui::state::Tone;
use crate::ui::words::sentence;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Around everything, the height of the head and of a line of the legend, and how large the chart is.
const MARGIN: f64 = 16.0;
const HEAD: f64 = 28.0;
const LINE: f64 = 20.0;
const CHART: (f64, f64) = (960.0, 240.0);
/// Width of an entry of the legend.
const ENTRY: f64 = 240.0;

/// The chart, to be saved.
pub struct Saved(pub Rc<Routes>);

impl Saved {
    fn shares(&self) -> Rc<Shares> {
        self.0.shares.get_untracked()
    }

    fn width(&self) -> Width {
        self.0.choice.with_untracked(|choice| choice.width)
    }
}

impl Picture for Saved {
    fn name(&self) -> &'static str {
        "models-over-time"
    }

    fn title(&self) -> String {
        let run = self.0.app.run.with_untracked(|run| {
            let run = run.as_ref().filter(|_| self.0.of_run);
            run.map(|run| run.root_name.clone())
        });
        let whose = run.unwrap_or_else(|| "All runs".to_owned());
        format!(
            "Models over time, share of {}: {whose}",
            self.width().as_str()
        )
    }

    fn size(&self) -> Option<(f64, f64)> {
        let shares = self.shares();
        let entries = (CHART.0 / ENTRY).floor() as usize;
        let lines = shares.models.len().div_ceil(entries.max(1));
        (!shares.stretches.is_empty()).then_some((
            CHART.0 + 2.0 * MARGIN,
            HEAD + LINE + CHART.1 + LINE * lines as f64 + 2.0 * MARGIN,
        ))
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some((width, height)) = self.size() else {
            return;
        };
        let shares = self.shares();
        let (strong, weak) = (pen.ink(Ink::Ink1), pen.ink(Ink::Ink2));
        pen.fill([0.0, 0.0, width, height], pen.ink(Ink::Bg0));
        let (title, _) = pen.fit(Font::Parent, &self.title(), CHART.0);
        let at = (MARGIN, MARGIN + 12.0);
        pen.text(Font::Parent, strong, Anchor::Start, at, &title);
        let (caption, _) = pen.fit(Font::Small, &shares.caption, CHART.0);
        let at = (MARGIN, MARGIN + HEAD + 4.0);
        pen.text(Font::Small, weak, Anchor::Start, at, &caption);
        let top = MARGIN + HEAD + LINE;
        pen.moved((MARGIN, top), 1.0, |pen| {
            let colours = Colours::new(pen, &shares);
            let family = pen.family();
            let sheet = Sheet::of_picture(pen, (CHART.0 as u32, CHART.1 as u32));
            let marked = Marked::default();
            chart::paint(sheet, CHART, (&colours, family), &shares, marked);
        });
        let (mut x, mut y) = (MARGIN, top + CHART.1 + LINE);
        for model in &shares.models {
            if x + ENTRY > width {
                (x, y) = (MARGIN, y + LINE);
            }
            pen.fill([x, y - 9.0, 9.0, 9.0], pen.full(model.ink));
            let (label, used) = pen.fit(Font::Small, &model.label, ENTRY - 80.0);
            pen.text(Font::Small, strong, Anchor::Start, (x + 14.0, y), &label);
            let at = (x + 20.0 + used, y);
            pen.text(Font::Small, weak, Anchor::Start, at, &model.note);
            x += ENTRY;
        }
    }

    fn table(&self, done: Box<dyn FnOnce(Table)>) {
        // All models, however many there are.
        let piece = self.0.shares_of(1.0, u16::MAX);
        let Some((_, request)) = self.0.request(piece) else {
            return;
        };
        let (app, width) = (self.0.app, self.width());
        spawn_local(async move {
            match app.ask(Request::Route(Box::new(request))).await {
                Ok(answer) => {
                    if let Reply::Routed(routed) = answer.reply
                        && let Shown::Shares(shares) = routed.shown
                    {
                        done(table(&shares, width));
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

fn table(shares: &Shares, width: Width) -> Table {
    let amount = match width {
        Width::Cost => "Cost (USD)",
        Width::Calls => "Calls counted",
        Width::Tokens => "Tokens",
        Width::Time => "Time (ns)",
    };
    let head = [
        "From",
        "Length (ns)",
        "Model",
        "Calls",
        amount,
        "Share",
        "Complete",
    ];
    let mut rows = Vec::new();
    for stretch in &shares.stretches {
        let (begin, _) = super::time_of(shares, stretch);
        for part in &stretch.parts {
            let model = shares.models.get(usize::from(part.model));
            let name = model.and_then(|model| model.name.clone());
            let known = !part.exact.is_empty();
            rows.push(vec![
                Cell::Text(instant_exact(Timestamp(begin))),
                Cell::Number(shares.step.to_string()),
                Cell::Text(name.unwrap_or_default()),
                Cell::Number(part.calls.to_string()),
                Cell::Number(part.exact.clone()),
                Cell::Number(if known {
                    part_of_whole(part)
                } else {
                    String::new()
                }),
                Cell::Text(if part.unknown { "no" } else { "yes" }.to_owned()),
            ]);
        }
    }
    Table {
        head: head.map(str::to_owned).into(),
        rows,
        left_out: 0,
    }
}
