//! Nodes of a treemap, and what is asked of them.

use super::level::Named;
use super::measure::Sum;
use super::tally::{By, member};
use super::{Column, LARGE, Treemap, UNKNOWN};
use crate::analysis::ledger::NONE;
use crate::model::{SpanRow, order};
use std::cmp::Ordering;

/// A rectangle, or what holds some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Its parent; the root is its own.
    pub parent: u32,
    /// How many levels down it is; 0 for the root.
    pub depth: u8,
    /// The member of its level that it stands for.
    pub member: u32,
    /// The amount.
    pub sum: Sum,
    /// Requests to models.
    pub calls: u32,
    /// Spans that the amount comes from.
    pub spans: u32,
    /// The first of them.
    pub first: SpanRow,
    /// Their member of another level, the one that colours stand for; [`MIXED`] when they have several.
    pub colour: u32,
}

/// Several members where one was asked for.
pub const MIXED: u32 = u32::MAX - 1;

/// A node before anything is in it.
pub(super) const EMPTY: Node = Node {
    parent: 0,
    depth: 0,
    member: NONE,
    sum: Sum::NOTHING,
    calls: 0,
    spans: 0,
    first: SpanRow(NONE),
    colour: NONE,
};

impl Treemap<'_> {
    /// How many nodes there are. The root is the first, and each stands behind its parent.
    pub fn count(&self) -> u32 {
        (self.groups.len() + self.spans.len()) as u32
    }

    /// A node.
    pub fn node(&self, at: u32) -> Option<Node> {
        let group = self.groups.get(at as usize).copied();
        group.or_else(|| self.span(self.place_of(at)?))
    }

    /// The amount of a node; `None` when nothing of it is known.
    pub fn value(&self, at: u32) -> Option<i128> {
        let at = at as usize;
        let Some(span) = at.checked_sub(self.groups.len()) else {
            return self.groups.get(at)?.sum.value();
        };
        match self.values.get(span).copied()? {
            UNKNOWN => None,
            LARGE => self.amount(self.spans.get(span).copied()? as usize)?.known,
            value => Some(i128::from(value)),
        }
    }

    /// The entry or row of a span that is a node.
    pub(super) fn place_of(&self, at: u32) -> Option<usize> {
        let at = (at as usize).checked_sub(self.groups.len())?;
        self.spans.get(at).map(|&place| place as usize)
    }

    /// The node of a span: made when it is looked at, since a document may have a million that are never seen.
    fn span(&self, place: usize) -> Option<Node> {
        let amount = self.amount(place)?;
        let row = self.row_of(place);
        let mut sum = Sum::default();
        sum.add(amount.known, amount.lacking);
        Some(Node {
            parent: member(&self.places, place),
            depth: self.levels.len() as u8,
            member: row.0,
            sum,
            calls: match self.by {
                By::Entry => amount.calls,
                By::Row => u32::from(self.ledger.is_unit(row)),
            },
            spans: 1,
            first: row,
            colour: self.colour_of(place),
        })
    }

    /// The innermost node that a row counts in; `None` when it counts in none.
    pub fn node_of(&self, row: SpanRow) -> Option<u32> {
        let place = match self.by {
            By::Entry => {
                let entries = self.ledger.tally.entries(self.ledger);
                entries.binary_search_by_key(&row, |entry| entry.row).ok()?
            }
            By::Row => row.0 as usize,
        };
        if let Ok(at) = self.spans.binary_search(&(place as u32)) {
            return Some((self.groups.len() + at) as u32);
        }
        let node = self.places.get(place).copied();
        node.filter(|&node| node != NONE)
    }

    fn named<'t>(&'t self, (names, _): &'t Column) -> Named<'t> {
        Named {
            store: self.ledger.store,
            names,
        }
    }

    /// The level that a depth stands for.
    pub fn level(&self, depth: u8) -> Option<Named<'_>> {
        let level = self.levels.get(usize::from(depth).checked_sub(1)?);
        level.map(|level| self.named(level))
    }

    /// The level that colours stand for.
    pub fn colours(&self) -> Option<Named<'_>> {
        self.colour.as_ref().map(|level| self.named(level))
    }

    /// The parts of every node, in no order: the first part of each, and the one after each part.
    pub fn parts(&self) -> (Vec<u32>, Vec<u32>) {
        // Spans have no parts.
        let mut first = vec![NONE; self.groups.len()];
        let mut next = vec![NONE; self.count() as usize];
        let groups = self.groups.iter().map(|group| group.parent);
        let spans = self.spans.iter();
        let spans = spans.map(|&place| member(&self.places, place as usize));
        for (parent, at) in groups.chain(spans).zip(0_u32..).skip(1) {
            let (Some(first), Some(next)) =
                (first.get_mut(parent as usize), next.get_mut(at as usize))
            else {
                continue;
            };
            *next = std::mem::replace(first, at);
        }
        (first, next)
    }

    /// The root.
    pub fn root(&self) -> Node {
        self.groups.first().copied().unwrap_or(EMPTY)
    }

    /// Nodes without parts: those of the last level.
    pub fn leaves(&self) -> Vec<u32> {
        let depth = self.levels.len() as u8;
        let groups = (0..).zip(&self.groups);
        let mut leaves: Vec<u32> = groups
            .filter(|(_, group)| group.depth == depth)
            .map(|(at, _)| at)
            .collect();
        leaves.extend(self.groups.len() as u32..self.count());
        order::sort(&mut leaves, &|a, b| self.compare(a, b));
        leaves
    }

    /// The larger before the smaller, what is unknown last, and of equal ones the one whose spans begin first: rows
    /// stand in the same order whatever order spans came in. For nodes of one level.
    pub fn compare(&self, a: u32, b: u32) -> Ordering {
        // Spans stand in the order in which they begin.
        let first = |at: u32| match self.groups.get(at as usize) {
            Some(group) => group.first.0,
            None => at,
        };
        let (left, right) = (self.value(a), self.value(b));
        right.cmp(&left).then_with(|| first(a).cmp(&first(b)))
    }

    /// The name of a node in its level; `None` for what has no such member, and the root.
    pub fn name(&self, node: &Node) -> Option<String> {
        self.level(node.depth)?.text(node.member)
    }

    /// The names of a node and those above it, the root left out.
    pub fn path(&self, at: u32) -> Vec<Option<String>> {
        let mut path = Vec::new();
        let mut at = at;
        while let Some(node) = self.node(at).filter(|node| node.depth > 0) {
            path.push(self.name(&node));
            at = node.parent;
        }
        path.reverse();
        path
    }
}
