//! Cost, tokens, time or calls of a part of the document, divided by levels: agents, then models, then runs.
//!
//! Every amount belongs to one span and every span to one member of each level, so the parts of a node are the node, and
//! the root is what the summary says. Amounts are integers: no order of spans or files changes a number.

mod figures;
mod level;
mod measure;
mod nodes;
mod saved;
mod tally;
#[cfg(test)]
mod tests;

pub use figures::{AllFigures, Figures};
pub use level::{Level, Members, Named};
pub use measure::{Measure, Sum};
pub use nodes::{MIXED, Node};
pub use saved::Saved;
pub use tally::Tally;

use super::ledger::{Ledger, NONE};
use super::numbering::Numbering;
use super::part::Part;
use crate::model::SpanRow;
use level::Names;
use nodes::EMPTY;
use std::rc::Rc;
use tally::{Amount, By, member};

/// A level as numbers: what they are called, and one for each entry or row.
type Column = (Rc<Names>, Rc<[u32]>);

/// Of the amount of a span nothing is known.
const UNKNOWN: i64 = i64::MIN;
/// The amount of a span has no room in a column.
const LARGE: i64 = i64::MAX;

/// A divided amount.
#[derive(Debug)]
pub struct Treemap<'d> {
    ledger: Ledger<'d>,
    by: By,
    measure: Measure,
    levels: Vec<Column>,
    colour: Option<Column>,
    /// The first level that is spans: what stands in it has one entry each.
    single: Option<usize>,
    numbers: Numbering,
    /// The groups of those numbers.
    numbered: Vec<u32>,
    /// The nodes that hold others or several spans, the root first.
    groups: Vec<Node>,
    /// Where the last level is spans, the entries or rows of those that count, in order: each is a node behind the groups.
    spans: Vec<u32>,
    /// What is known of their amounts, or [`UNKNOWN`] or [`LARGE`]: a million are compared side by side.
    values: Vec<i64>,
    /// The innermost group of each entry or row; [`NONE`] for those that the measure does not count.
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
        let all = match by {
            By::Entry => tally.entries(ledger).len(),
            By::Row => ledger.store.rows() as usize,
        };
        let mut new = Self {
            ledger,
            by,
            measure,
            levels: levels.iter().map(column).collect(),
            colour: colour.map(column),
            single: levels.iter().position(|level| *level == Level::Span),
            numbers: Numbering::default(),
            numbered: Vec::new(),
            groups: vec![EMPTY],
            spans: Vec::new(),
            values: Vec::new(),
            places: vec![NONE; all],
        };
        let is_of_spans = levels.last() == Some(&Level::Span);
        new.divide(part, is_of_spans);
        new.roll_up();
        new
    }

    /// Puts what counts of a part into its groups; behind them come its spans, if they are a level.
    fn divide(&mut self, part: &Part, is_of_spans: bool) {
        let ledger = self.ledger;
        let depth = self.levels.len() - usize::from(is_of_spans);
        let entries = ledger.tally.entries(ledger);
        match self.by {
            By::Entry => {
                for at in ledger.tally.within(ledger, part).into_iter().flatten() {
                    let entry = entries.get(at);
                    if let Some(entry) = entry
                        && let Some(amount) = entry.amount(ledger, self.measure, at)
                    {
                        self.add(depth, at, entry.row, amount);
                    }
                }
            }
            By::Row => {
                let mut units = entries.iter().filter(|entry| entry.is_unit()).peekable();
                for row in part.spans(ledger.store) {
                    while units.next_if(|unit| unit.row < row).is_some() {}
                    let is_unit = units.peek().is_some_and(|unit| unit.row == row);
                    let amount = Amount {
                        calls: u32::from(is_unit),
                        ..self.time(row)
                    };
                    self.add(depth, row.0 as usize, row, amount);
                }
            }
        }
    }

    /// Adds an amount to its innermost group, so many levels down; a level below that is spans.
    fn add(&mut self, depth: usize, at: usize, row: SpanRow, amount: Amount) {
        let mut here = 0;
        for depth in 0..depth {
            // What has one entry needs not be looked for.
            let (member, known) = if self.single == Some(depth) {
                (row.0, None)
            } else {
                let level = self.levels.get(depth);
                let member = level.map_or(NONE, |level| member(&level.1, at));
                let number = self.numbers.number(Numbering::pair(here, member)) as usize;
                let known = self.numbered.get(number).copied();
                if known.is_none() {
                    self.numbered.push(self.groups.len() as u32);
                }
                (member, known)
            };
            here = known.unwrap_or_else(|| {
                self.groups.push(Node {
                    parent: here,
                    depth: depth as u8 + 1,
                    member,
                    ..EMPTY
                });
                self.groups.len() as u32 - 1
            });
        }
        if let Some(place) = self.places.get_mut(at) {
            *place = here;
        }
        if depth < self.levels.len() {
            self.spans.push(at as u32);
            let known = amount.known.map(i64::try_from);
            let value = known.map_or(UNKNOWN, |known| known.unwrap_or(LARGE));
            self.values.push(value);
        }
        let mut sum = Sum::default();
        sum.add(amount.known, amount.lacking);
        let node = Node {
            sum,
            calls: amount.calls,
            spans: 1,
            first: row,
            colour: self.colour_of(at),
            ..EMPTY
        };
        self.add_to(here, &node);
    }

    fn add_to(&mut self, group: u32, part: &Node) {
        if let Some(group) = self.groups.get_mut(group as usize) {
            group.colour = match group.colour {
                known if group.spans > 0 && known != part.colour => MIXED,
                _ => part.colour,
            };
            group.sum.merge(part.sum);
            group.calls += part.calls;
            group.spans += part.spans;
            group.first = group.first.min(part.first);
        }
    }

    /// Adds every group to the one that it stands in. Groups come behind their parents.
    fn roll_up(&mut self) {
        for at in (1..self.groups.len()).rev() {
            if let Some(group) = self.groups.get(at).copied() {
                self.add_to(group.parent, &group);
            }
        }
    }

    /// The span of an entry or row.
    fn row_of(&self, place: usize) -> SpanRow {
        match self.by {
            By::Entry => {
                let entry = self.ledger.tally.entries(self.ledger).get(place);
                entry.map_or(SpanRow(NONE), |entry| entry.row)
            }
            By::Row => SpanRow(place as u32),
        }
    }

    /// What counts of an entry or row; requests of rows are left out.
    fn amount(&self, place: usize) -> Option<Amount> {
        match self.by {
            By::Entry => {
                let entry = self.ledger.tally.entries(self.ledger).get(place)?;
                entry.amount(self.ledger, self.measure, place)
            }
            By::Row => Some(self.time(SpanRow(place as u32))),
        }
    }

    fn time(&self, row: SpanRow) -> Amount {
        let time = self.ledger.tally.time(self.ledger, row);
        Amount {
            known: time.map(|time| i128::from(time.0)),
            lacking: false,
            calls: 0,
        }
    }

    /// The member of an entry or row that its colour stands for.
    fn colour_of(&self, place: usize) -> u32 {
        let colour = self.colour.as_ref();
        colour.map_or(NONE, |colour| member(&colour.1, place))
    }
}
