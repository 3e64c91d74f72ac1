//! Cost and tokens of nodes, whatever their areas stand for.

use super::tally::{By, Entry, member};
use super::{Measure, Sum, Treemap};
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::model::SpanRow;

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

impl Figures {
    /// What an entry adds.
    fn add(&mut self, ledger: Ledger<'_>, entry: &Entry) {
        if let Some(cost) = entry.cost() {
            self.cost.add(cost.known, cost.lacking);
        }
        if let Some(usage) = entry.usage(ledger) {
            let (known, lacking) = Measure::Tokens.of(&usage);
            self.tokens.add(known, lacking);
            self.input = self.input.saturating_add(usage.input.unwrap_or(0));
            let cached = usage.cache_read.unwrap_or(0);
            self.cached = self.cached.saturating_add(cached);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.cost.merge(other.cost);
        self.tokens.merge(other.tokens);
        self.input = self.input.saturating_add(other.input);
        self.cached = self.cached.saturating_add(other.cached);
    }
}

/// Cost and tokens of the nodes of a treemap; what stands in no node is left out.
#[derive(Debug)]
pub struct AllFigures(Vec<Figures>);

impl AllFigures {
    /// Those of a node; nothing for what is none.
    pub fn of(&self, treemap: &Treemap<'_>, at: u32) -> Figures {
        if let Some(group) = self.0.get(at as usize) {
            return *group;
        }
        let mut figures = Figures::default();
        let ledger = treemap.ledger;
        let entries = ledger.tally.entries(ledger);
        let entry = treemap.place_of(at).and_then(|place| match treemap.by {
            By::Entry => entries.get(place),
            By::Row => {
                let row = SpanRow(place as u32);
                let at = entries.binary_search_by_key(&row, |entry| entry.row);
                entries.get(at.ok()?)
            }
        });
        if let Some(entry) = entry {
            figures.add(ledger, entry);
        }
        figures
    }
}

impl Treemap<'_> {
    /// Cost and tokens of every node.
    pub fn figures(&self, part: &Part) -> AllFigures {
        let mut all = vec![Figures::default(); self.groups.len()];
        let ledger = self.ledger;
        let entries = ledger.tally.entries(ledger);
        for at in ledger.tally.within(ledger, part).into_iter().flatten() {
            let Some(entry) = entries.get(at) else {
                continue;
            };
            let place = match self.by {
                By::Entry => at,
                By::Row => entry.row.0 as usize,
            };
            let group = self.places.get(place).copied();
            let group = group.filter(|&group| group != NONE);
            let group = group.unwrap_or_else(|| self.nearest(place));
            if let Some(figures) = all.get_mut(group as usize) {
                figures.add(ledger, entry);
            }
        }
        for at in (1..all.len()).rev() {
            let (Some(own), Some(group)) = (all.get(at).copied(), self.groups.get(at)) else {
                continue;
            };
            if let Some(above) = all.get_mut(group.parent as usize) {
                above.merge(&own);
            }
        }
        AllFigures(all)
    }

    /// The innermost group that holds what the measure does not count.
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
