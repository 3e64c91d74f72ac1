//! The keyboard on the graph.

use super::Board;
use crate::scene::graph::lens::{Part, neighbour};

/// How far the arrow keys move the graph with shift.
const MOVE: f64 = 60.0;
/// How much larger a key makes it.
const LARGER: f64 = 1.25;

impl Board {
    /// Answers a key; says whether it meant something.
    pub(super) fn key(&self, key: &str, shift: bool) -> bool {
        let direction = match key {
            "ArrowLeft" => Some((-1.0, 0.0)),
            "ArrowRight" => Some((1.0, 0.0)),
            "ArrowUp" => Some((0.0, -1.0)),
            "ArrowDown" => Some((0.0, 1.0)),
            _ => None,
        };
        if let Some((x, y)) = direction {
            if shift {
                self.pan((-x * MOVE, -y * MOVE));
            } else {
                self.step((x as f32, y as f32));
            }
            return true;
        }
        match key {
            "+" | "=" => self.zoom(None, LARGER),
            "-" => self.zoom(None, 1.0 / LARGER),
            "0" => self.look_through(None),
            "Tab" => return self.next(shift),
            "Enter" if self.chosen.get_untracked() != Part::Nothing => {
                self.enter(self.chosen.get_untracked());
            }
            "Escape" if self.chosen.get_untracked() != Part::Nothing => {
                self.chosen.set(Part::Nothing);
            }
            _ => return false,
        }
        true
    }

    /// The node that is chosen, or that the chosen edge leads to.
    fn node(&self) -> Option<u32> {
        match self.chosen.get_untracked() {
            Part::Node(at) => Some(at),
            Part::Edge(at) => self.scene.with_untracked(|scene| {
                let edge = scene.edges.get(at as usize);
                edge.map(|edge| edge.to)
            }),
            Part::Nothing => None,
        }
    }

    fn step(&self, direction: (f32, f32)) {
        let from = self.node();
        let to = self
            .scene
            .with_untracked(|scene| neighbour(&scene.nodes, from, direction));
        if let Some(to) = to {
            self.choose(Part::Node(to));
        }
    }

    /// Chooses the next node by rank, or the one before. With none chosen, and behind the last one, the key leaves the graph.
    fn next(&self, back: bool) -> bool {
        let Some(at) = self.node() else {
            return false;
        };
        let many = self.scene.with_untracked(|scene| scene.nodes.len() as u32);
        let to = if back {
            at.checked_sub(1)
        } else {
            Some(at + 1)
        };
        let Some(to) = to.filter(|&to| to < many) else {
            return false;
        };
        self.choose(Part::Node(to));
        true
    }
}
