//! Cost and tokens of nodes, whatever their areas stand for.

use super::tally::{By, member};
use super::{Measure, Sum, Treemap};
use crate::analysis::ledger::NONE;
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;

/// What is said of a node whatever its measure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Cost.
    pub cost: Sum,
    /// Tokens in and out.
    pub tokens: Sum,
    /// Tokens in.
    pub input: u64,
    /// Those of them that a cache had.
    pub cached: u64,
}

impl Treemap<'_> {
    /// Cost and tokens of every node; what stands in no node is left out.
    pub fn figures(&self, part: &Part) -> Vec<Figures> {
        let mut all = vec![Figures::default(); self.nodes.len()];
        let entries = self.ledger.tally.entries(self.ledger);
        for at in self
            .ledger
            .tally
            .within(self.ledger, part)
            .into_iter()
            .flatten()
        {
            let Some(entry) = entries.get(at) else {
                continue;
            };
            let place = match self.by {
                By::Entry => at,
                By::Row => entry.row.0 as usize,
            };
            let node = self.places.get(place).copied().filter(|&node| node != NONE);
            let node = node.unwrap_or_else(|| self.nearest(place));
            let Some(figures) = all.get_mut(node as usize) else {
                continue;
            };
            if let Some(cost) = entry.amount(self.ledger, Measure::Cost) {
                figures.cost.add(cost.known, cost.lacking);
            }
            if let Some(usage) = entry.usage(self.ledger) {
                let (known, lacking) = Measure::Tokens.of(&usage);
                figures.tokens.add(known, lacking);
                figures.input = figures.input.saturating_add(usage.input.unwrap_or(0));
                let cached = usage.cache_read.unwrap_or(0);
                figures.cached = figures.cached.saturating_add(cached);
            }
        }
        for at in (1..all.len()).rev() {
            let (Some(own), Some(node)) = (all.get(at).copied(), self.nodes.get(at)) else {
                continue;
            };
            if let Some(above) = all.get_mut(node.parent as usize) {
                above.cost.merge(own.cost);
                above.tokens.merge(own.tokens);
                above.input = above.input.saturating_add(own.input);
                above.cached = above.cached.saturating_add(own.cached);
            }
        }
        all
    }

    /// The innermost node that holds what the measure does not count.
    fn nearest(&self, place: usize) -> u32 {
        let mut at = 0;
        for (depth, level) in self.levels.iter().enumerate() {
            if self.single == Some(depth) {
                return at;
            }
            let number = self
                .numbers
                .get(Numbering::pair(at, member(&level.1, place)));
            let node = number.and_then(|number| self.numbered.get(number as usize));
            match node {
                Some(&node) => at = node,
                None => return at,
            }
        }
        at
    }
}
