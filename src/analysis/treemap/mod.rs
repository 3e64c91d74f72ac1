//! Cost, tokens, time or calls of a part of the document, divided by levels: agents, then models, then runs.
//!
//! Every amount belongs to one span and every span to one member of each level, so the parts of a node are the node, and
//! the root is what the summary says. Amounts are integers: no order of spans or files changes a number.

mod level;
#[cfg(test)]
mod tests;

pub use level::{Level, Members};

use super::ledger::{Ledger, NONE};
use super::numbering::Numbering;
use super::part::Part;
use super::self_time::SelfTimes;
use crate::model::{SpanRow, TokenUsage, order};
use std::cmp::Ordering;

/// What the area stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Measure {
    /// 10^-12 US dollars.
    #[default]
    Cost,
    /// Tokens in.
    Input,
    /// Tokens out.
    Output,
    /// Tokens in that a cache had.
    CacheRead,
    /// Tokens out that were reasoning.
    Reasoning,
    /// Tokens in and out.
    Tokens,
    /// Nanoseconds in which a span was at work and none below it.
    Duration,
    /// Requests to models.
    Calls,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 8] = [
        Self::Cost,
        Self::Input,
        Self::Output,
        Self::CacheRead,
        Self::Reasoning,
        Self::Tokens,
        Self::Duration,
        Self::Calls,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Input => "input",
            Self::Output => "output",
            Self::CacheRead => "cache_read",
            Self::Reasoning => "reasoning",
            Self::Tokens => "tokens",
            Self::Duration => "duration",
            Self::Calls => "calls",
        }
    }

    /// The measure of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// Tokens of a row by this measure, and whether some are unknown.
    fn of(self, usage: &TokenUsage) -> (Option<i128>, bool) {
        let whole = |count: Option<u64>| (count.map(i128::from), count.is_none());
        // Most calls have no such part, and producers then leave it out.
        let part = |count: Option<u64>| {
            let count = i128::from(count.unwrap_or(0));
            let is_empty = usage.is_empty();
            ((!is_empty).then_some(count), is_empty)
        };
        match self {
            Self::Input => whole(usage.input),
            Self::Output => whole(usage.output),
            Self::CacheRead => part(usage.cache_read),
            Self::Reasoning => part(usage.reasoning),
            _ => {
                let known = [usage.input, usage.output].into_iter().flatten();
                let is_any = usage.input.or(usage.output).is_some();
                let lacks = usage.input.is_none() || usage.output.is_none();
                (is_any.then(|| known.map(i128::from).sum()), lacks)
            }
        }
    }
}

/// A sum that knows whether anything of it is known, and whether anything is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    amount: i128,
    known: bool,
    lacking: bool,
}

impl Sum {
    /// Adds an amount, of which some may be unknown.
    pub fn add(&mut self, amount: Option<i128>, lacking: bool) {
        if let Some(amount) = amount {
            // 2^32 amounts of 64 bits have room.
            self.amount = self.amount.saturating_add(amount);
            self.known = true;
        }
        self.lacking |= lacking;
    }

    /// What is known of it; `None` when nothing is.
    pub fn value(self) -> Option<i128> {
        self.known.then_some(self.amount)
    }

    /// Whether nothing is unknown.
    pub fn is_complete(self) -> bool {
        !self.lacking
    }
}

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

/// A node before anything is in it.
const EMPTY: Node = Node {
    parent: 0,
    depth: 0,
    member: NONE,
    sum: Sum {
        amount: 0,
        known: false,
        lacking: false,
    },
    calls: 0,
    spans: 0,
    first: SpanRow(NONE),
    colour: NONE,
};

/// What happened at one span.
struct Amount {
    row: SpanRow,
    known: Option<i128>,
    lacking: bool,
    calls: u32,
}

/// A divided amount.
#[derive(Debug)]
pub struct Treemap<'d> {
    ledger: Ledger<'d>,
    levels: Vec<Members<'d>>,
    colour: Option<Members<'d>>,
    numbers: Numbering,
    nodes: Vec<Node>,
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
        let members = levels.iter().map(|level| Members::new(level, ledger));
        let mut new = Self {
            ledger,
            levels: members.collect(),
            colour: colour.map(|level| Members::new(level, ledger)),
            numbers: Numbering::default(),
            nodes: vec![EMPTY],
        };
        each(ledger, part, measure, &mut |amount| new.add(&amount));
        new
    }

    fn add(&mut self, amount: &Amount) {
        let mut at = 0;
        let colour = (self.colour.as_ref()).map_or(NONE, |colour| colour.of(amount.row));
        self.add_to(at, amount, colour);
        for depth in 0..self.levels.len() {
            let level = self.levels.get(depth);
            let member = level.map_or(NONE, |level| level.of(amount.row));
            // The root has no key of its own.
            let next = self.numbers.number(Numbering::pair(at, member)) + 1;
            if next as usize == self.nodes.len() {
                self.nodes.push(Node {
                    parent: at,
                    depth: depth as u8 + 1,
                    member,
                    ..EMPTY
                });
            }
            at = next;
            self.add_to(at, amount, colour);
        }
    }

    /// Cost and tokens of every node; what stands in no node is left out.
    pub fn figures(&self, part: &Part) -> Vec<Figures> {
        let mut all = vec![Figures::default(); self.nodes.len()];
        each(self.ledger, part, Measure::Cost, &mut |amount| {
            self.above(amount.row, &mut |node| {
                if let Some(figures) = all.get_mut(node as usize) {
                    figures.cost.add(amount.known, amount.lacking);
                }
            });
        });
        self.ledger.each_usage(part, &mut |row, usage| {
            let (known, lacking) = Measure::Tokens.of(&usage);
            self.above(row, &mut |node| {
                if let Some(figures) = all.get_mut(node as usize) {
                    figures.tokens.add(known, lacking);
                    figures.input = figures.input.saturating_add(usage.input.unwrap_or(0));
                    let cached = usage.cache_read.unwrap_or(0);
                    figures.cached = figures.cached.saturating_add(cached);
                }
            });
        });
        all
    }

    /// The nodes that a row belongs to, from the root down.
    fn above(&self, row: SpanRow, found: &mut dyn FnMut(u32)) {
        let mut at = 0;
        found(at);
        for level in &self.levels {
            let Some(next) = self.numbers.get(Numbering::pair(at, level.of(row))) else {
                return;
            };
            at = next + 1;
            found(at);
        }
    }

    /// The level that a depth stands for, and the one that colours do.
    pub fn level(&self, depth: u8) -> Option<&Members<'d>> {
        self.levels.get(usize::from(depth).checked_sub(1)?)
    }

    /// The level that colours stand for.
    pub fn colours(&self) -> Option<&Members<'d>> {
        self.colour.as_ref()
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

    fn add_to(&mut self, node: u32, amount: &Amount, colour: u32) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.colour = match node.colour {
                known if node.spans > 0 && known != colour => MIXED,
                _ => colour,
            };
            node.sum.add(amount.known, amount.lacking);
            node.calls += amount.calls;
            node.spans += 1;
            node.first = node.first.min(amount.row);
        }
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
        let level = self.levels.get(usize::from(node.depth).checked_sub(1)?)?;
        level.text(node.member)
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

/// Everything that a measure counts, each amount at one span.
fn each(ledger: Ledger<'_>, part: &Part, measure: Measure, found: &mut dyn FnMut(Amount)) {
    match measure {
        Measure::Cost => ledger.each_cost(part, &mut |row, cost| {
            let is_tool = ledger.is_tool_price(row, cost);
            found(Amount {
                row,
                known: cost.amount.value().map(|amount| i128::from(amount.0)),
                lacking: !cost.amount.is_complete(),
                calls: if is_tool { 0 } else { ledger.units_at(row) },
            });
        }),
        Measure::Calls => {
            for row in part.among(ledger.units()) {
                found(Amount {
                    row,
                    known: Some(1),
                    lacking: false,
                    calls: 1,
                });
            }
        }
        Measure::Duration => {
            let mut self_times = SelfTimes::default();
            for row in part.spans(ledger.store) {
                let time = self_times.of(ledger.store, row).self_time();
                found(Amount {
                    row,
                    known: Some(i128::from(time.0)),
                    lacking: false,
                    calls: u32::from(ledger.is_unit(row)),
                });
            }
        }
        _ => ledger.each_usage(part, &mut |row, usage| {
            let (known, lacking) = measure.of(&usage);
            found(Amount {
                row,
                known,
                lacking,
                calls: if ledger.is_unit(row) {
                    1
                } else {
                    ledger.units_at(row)
                },
            });
        }),
    }
}
