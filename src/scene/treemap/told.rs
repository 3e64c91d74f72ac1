//! Nodes in words: where they stand, and which have no area.

use super::Drawing;
use crate::model::order;
use crate::scene::format::{count, counted};

impl Drawing<'_, '_> {
    /// What the nodes above a node and itself are called.
    pub(super) fn crumbs(&self, root: u32) -> Vec<String> {
        let mut crumbs = Vec::new();
        let mut at = root;
        while let Some(node) = self.node(at).filter(|node| node.depth > 0) {
            crumbs.extend(
                self.treemap
                    .level(node.depth)
                    .map(|level| level.label(node.member)),
            );
            at = node.parent;
        }
        crumbs.reverse();
        crumbs
    }

    /// Cells below a node whose amounts have no area, in words: those that are unknown, or less than nothing.
    pub(super) fn told(&self, root: u32, is_it: &dyn Fn(Option<i128>) -> bool) -> String {
        const NAMED: usize = 3;
        /// Cells that are looked at.
        const MOST: usize = 300;
        let is_below = |mut at: u32| {
            while let Some(node) = self.node(at) {
                if at == root {
                    return true;
                }
                if node.depth == 0 {
                    return false;
                }
                at = node.parent;
            }
            false
        };
        let is_cell = |at| {
            let node = self.node(at);
            node.is_some_and(|node| node.depth == self.deepest && node.spans > 0)
        };
        let mut cells = (0..self.treemap.count())
            .filter(|&at| is_it(self.treemap.value(at)) && is_cell(at) && is_below(at));
        let (cells, all) = order::first(&mut cells, MOST, &|a, b| self.treemap.compare(a, b));
        // Spans of one name are told together.
        let mut told: Vec<(String, u64)> = Vec::new();
        for &at in &cells {
            let requests = u64::from(self.node(at).map_or(0, |node| node.calls));
            let path = self.crumbs(at).join(", ");
            match told.iter_mut().find(|(known, _)| *known == path) {
                Some((_, sum)) => *sum += requests,
                None => told.push((path, requests)),
            }
        }
        let more = told.len().saturating_sub(NAMED) + (all - cells.len());
        let mut words: Vec<String> = (told.into_iter().take(NAMED))
            .map(|(path, requests)| format!("{path} ({})", counted(requests, "call")))
            .collect();
        if more > 0 {
            words.push(format!("{} more", count(more as u64)));
        }
        words.join("; ")
    }
}
