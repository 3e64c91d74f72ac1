//! What is saved of the graph: all of it as a picture, nodes and edges as one table.

use super::{Board, paint};
use crate::scene::graph::lens::Lens;
use crate::scene::table::{Cell, Table};
use crate::ui::canvas::{Anchor, Font, Ink, Pen};
use crate::ui::export::Picture;

/// Height of the head.
const HEAD: f64 = 32.0;
/// Around everything.
const MARGIN: f64 = 16.0;

impl Picture for Board {
    fn name(&self) -> &'static str {
        "agents"
    }

    fn title(&self) -> String {
        let run = self.app.run.with_untracked(|run| {
            let run = run.as_ref().filter(|_| self.of_run);
            run.map(|run| run.root_name.clone())
        });
        let of = run.unwrap_or_else(|| "All runs".to_owned());
        format!("Agents, tools and models: {of}")
    }

    fn size(&self) -> Option<(f64, f64)> {
        self.scene.with_untracked(|scene| {
            let [width, height] = scene.size.map(f64::from);
            (!scene.nodes.is_empty()).then(|| (width.max(320.0), height + HEAD))
        })
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some((width, height)) = self.size() else {
            return;
        };
        let scene = self.scene.get_untracked();
        let lens = Lens {
            scale: (1.0, 1.0),
            shift: (0.0, HEAD),
        };
        paint::paint(pen, (width, height), &scene, &lens, paint::Lit::default());
        let (title, _) = pen.fit(Font::Parent, &self.title(), width - 2.0 * MARGIN);
        pen.text(
            Font::Parent,
            pen.ink(Ink::Ink1),
            Anchor::Start,
            (MARGIN, MARGIN + 8.0),
            &title,
        );
    }

    fn table(&self, done: Box<dyn FnOnce(Table)>) {
        let scene = self.scene.get_untracked();
        let name = |at: u32| {
            let node = scene.nodes.get(at as usize);
            Cell::Text(node.map_or_else(String::new, |node| node.label.clone()))
        };
        let numbers = |exact: &[String]| {
            let cells = exact.iter().cloned();
            cells.map(Cell::Number).collect::<Vec<Cell>>()
        };
        let mut rows = Vec::new();
        for node in &scene.nodes {
            let mut row = vec![
                Cell::Text(node.kind.as_str().to_owned()),
                Cell::Text(node.label.clone()),
                Cell::Text(String::new()),
            ];
            row.extend(numbers(&node.exact));
            rows.push(row);
        }
        for edge in &scene.edges {
            let mut row = vec![
                Cell::Text(edge.kind.as_str().to_owned()),
                name(edge.from),
                name(edge.to),
            ];
            row.extend(numbers(&edge.exact));
            rows.push(row);
        }
        let head = [
            "Kind",
            "Name",
            "To",
            "Spans",
            "Calls",
            "Tokens",
            "Cost (USD)",
            "Failed",
        ];
        done(Table {
            head: head.map(str::to_owned).to_vec(),
            rows,
            left_out: 0,
        });
    }
}
