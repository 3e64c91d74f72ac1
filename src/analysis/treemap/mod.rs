//! Cost, tokens, time or calls of a part of the document, divided by levels: agents, then models, then runs.
//!
//! Every amount belongs to one span and every span to one member of each level, so the parts of a node are the node, and
//! the root is what the summary says. Amounts are integers: no order of spans or files changes a number.

mod figures;
mod level;
mod measure;
mod tally;
#[cfg(test)]
mod tests;

pub use figures::Figures;
pub use level::{Level, Members, Named};
pub use measure::{Measure, Sum};
pub use tally::Tally;

use super::ledger::{Ledger, NONE};
use super::numbering::Numbering;
use super::part::Part;
use crate::model::{SpanRow, order};
use level::Names;
use std::cmp::Ordering;
use std::rc::Rc;
use tally::{Amount, By, member};

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
const EMPTY: Node = Node {
    parent: 0,
    depth: 0,
    member: NONE,
    sum: Sum::NOTHING,
    calls: 0,
    spans: 0,
    first: SpanRow(NONE),
    colour: NONE,
};

/// A level as numbers: what they are called, and one for each entry or row.
type Column = (Rc<Names>, Rc<[u32]>);

/// A divided amount.
#[derive(Debug)]
pub struct Treemap<'d> {
    ledger: Ledger<'d>,
    by: By,
    levels: Vec<Column>,
    colour: Option<Column>,
    /// The level whose members have one entry each.
    single: Option<usize>,
    numbers: Numbering,
    /// The nodes of those numbers.
    numbered: Vec<u32>,
    nodes: Vec<Node>,
    /// The innermost node of each entry or row; [`NONE`] for those that the measure does not count.
    places: Vec<u32>,
}

impl<'d> Treemap<'d> {
    /// Divides a part of the document.
    pub fn new(ledger: Ledger<'d>, part: &Part, levels: &[Level], measure: Measure) -> Self {
        Self::coloured(ledger, part, levels, measure, None)
    }

    /// Divides a part of the document, and says which member of another level each node has.
    pub fn coloured(
        ledger: Ledger<'d>,
        part: &Part,
        levels: &[Level],
        measure: Measure,
        colour: Option<&Level>,
    ) -> Self {
        let (tally, by) = (ledger.tally, By::of(measure));
        let column = |level: &Level| tally.level(ledger, level, by);
        let entries = tally.entries(ledger);
        let all = match by {
            By::Entry => entries.len(),
            By::Row => ledger.store.rows() as usize,
        };
        let mut new = Self {
            ledger,
            by,
            levels: levels.iter().map(column).collect(),
            colour: colour.map(column),
            single: levels.iter().position(|level| *level == Level::Span),
            numbers: Numbering::default(),
            numbered: Vec::new(),
            nodes: vec![EMPTY],
            places: vec![NONE; all],
        };
        if new.single.is_some() {
            // A node for each, and not moved as they become more.
            let some = part
                .ranges()
                .iter()
                .map(ExactSizeIterator::len)
                .sum::<usize>();
            new.nodes.reserve_exact(all.min(some));
        }
        match by {
            By::Entry => {
                for at in tally.within(ledger, part).into_iter().flatten() {
                    let entry = entries.get(at);
                    if let Some(entry) = entry
                        && let Some(amount) = entry.amount(ledger, measure)
                    {
                        new.add(at, entry.row, amount);
                    }
                }
            }
            By::Row => {
                let mut units = entries.iter().filter(|entry| entry.is_unit()).peekable();
                for row in part.spans(ledger.store) {
                    while units.next_if(|unit| unit.row < row).is_some() {}
                    let time = tally.time(ledger, row);
                    let amount = Amount {
                        known: time.map(|time| i128::from(time.0)),
                        lacking: false,
                        calls: u32::from(units.peek().is_some_and(|unit| unit.row == row)),
                    };
                    new.add(row.0 as usize, row, amount);
                }
            }
        }
        new.roll_up();
        new
    }

    /// Adds an amount to its innermost node.
    fn add(&mut self, at: usize, row: SpanRow, amount: Amount) {
        let mut here = 0;
        for depth in 0..self.levels.len() {
            let member = self
                .levels
                .get(depth)
                .map_or(NONE, |level| member(&level.1, at));
            // What has one entry needs not be looked for.
            let known = if self.single == Some(depth) {
                None
            } else {
                let number = self.numbers.number(Numbering::pair(here, member)) as usize;
                let known = self.numbered.get(number).copied();
                if known.is_none() {
                    self.numbered.push(self.nodes.len() as u32);
                }
                known
            };
            here = known.unwrap_or_else(|| {
                self.nodes.push(Node {
                    parent: here,
                    depth: depth as u8 + 1,
                    member,
                    ..EMPTY
                });
                self.nodes.len() as u32 - 1
            });
        }
        let colour = self.colour.as_ref();
        let colour = colour.map_or(NONE, |colour| member(&colour.1, at));
        if let Some(place) = self.places.get_mut(at) {
            *place = here;
        }
        let mut sum = Sum::default();
        sum.add(amount.known, amount.lacking);
        self.add_to(
            here,
            &Node {
                sum,
                calls: amount.calls,
                spans: 1,
                first: row,
                colour,
                ..EMPTY
            },
        );
    }

    fn add_to(&mut self, node: u32, part: &Node) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.colour = match node.colour {
                known if node.spans > 0 && known != part.colour => MIXED,
                _ => part.colour,
            };
            node.sum.merge(part.sum);
            node.calls += part.calls;
            node.spans += part.spans;
            node.first = node.first.min(part.first);
        }
    }

    /// Adds every node to the one that it stands in. Nodes come behind their parents.
    fn roll_up(&mut self) {
        for at in (1..self.nodes.len()).rev() {
            if let Some(node) = self.nodes.get(at).copied() {
                self.add_to(node.parent, &node);
            }
        }
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
        let mut first = vec![NONE; self.nodes.len()];
        let mut next = vec![NONE; self.nodes.len()];
        for (node, at) in self.nodes.iter().zip(0_u32..).skip(1) {
            let (Some(first), Some(next)) = (
                first.get_mut(node.parent as usize),
                next.get_mut(at as usize),
            ) else {
                continue;
            };
            *next = std::mem::replace(first, at);
        }
        (first, next)
    }

    /// All nodes, the root first and each behind its parent.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The root.
    pub fn root(&self) -> Node {
        self.nodes.first().copied().unwrap_or(EMPTY)
    }

    /// Nodes without parts: those of the last level.
    pub fn leaves(&self) -> Vec<u32> {
        let depth = self.levels.len() as u8;
        let nodes = (0..).zip(&self.nodes);
        let mut leaves: Vec<u32> = nodes
            .filter(|(_, node)| node.depth == depth)
            .map(|(at, _)| at)
            .collect();
        order::sort(&mut leaves, &|a, b| self.compare(a, b));
        leaves
    }

    /// The larger before the smaller, what is unknown last, and of equal ones the one whose spans begin first: rows
    /// stand in the same order whatever order spans came in.
    pub fn compare(&self, a: u32, b: u32) -> Ordering {
        let key = |at: u32| {
            let node = self.nodes.get(at as usize);
            node.map(|node| (std::cmp::Reverse(node.sum.value()), node.first))
        };
        key(a).cmp(&key(b))
    }

    /// The name of a node in its level; `None` for what has no such member, and the root.
    pub fn name(&self, node: &Node) -> Option<String> {
        self.level(node.depth)?.text(node.member)
    }

    /// The names of a node and those above it, the root left out.
    pub fn path(&self, at: u32) -> Vec<Option<String>> {
        let mut path = Vec::new();
        let mut at = at;
        while let Some(node) = self.nodes.get(at as usize).filter(|node| node.depth > 0) {
            path.push(self.name(node));
            at = node.parent;
        }
        path.reverse();
        path
    }
}
