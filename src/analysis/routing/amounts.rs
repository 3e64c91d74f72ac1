//! What views of requests add up, and the rows it comes from.

use crate::analysis::ledger::Ledger;
use crate::analysis::part::Part;
use crate::analysis::treemap::Sum;
use crate::model::{SpanFlags, SpanRow};

/// Sums of some requests.
#[derive(Debug, Clone, Copy)]
pub struct Amounts {
    /// Requests to models.
    pub calls: u32,
    /// Tokens in and out.
    pub tokens: Sum,
    /// 10^-12 US dollars.
    pub cost: Sum,
    /// Nanoseconds that the requests took; unknown for one that has not ended.
    pub time: Sum,
    /// The first span of it.
    pub first: SpanRow,
}

impl Amounts {
    /// Nothing yet, of a row.
    pub fn at(row: SpanRow) -> Self {
        Self {
            calls: 0,
            tokens: Sum::default(),
            cost: Sum::default(),
            time: Sum::default(),
            first: row,
        }
    }

    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.tokens.merge(other.tokens);
        self.cost.merge(other.cost);
        self.time.merge(other.time);
        self.first = self.first.min(other.first);
    }
}

/// Everything that a part of the document adds up to, row by row: a row may come more than once.
pub fn each(ledger: Ledger<'_>, part: &Part, found: &mut dyn FnMut(SpanRow, &Amounts)) {
    for row in part.among(ledger.units()) {
        let mut amounts = Amounts::at(row);
        let took = i128::from(ledger.store.duration(row).0);
        let running = ledger.store.flags(row).contains(SpanFlags::RUNNING);
        amounts.calls = 1;
        amounts.time.add((!running).then_some(took), running);
        found(row, &amounts);
    }
    ledger.each_usage(part, &mut |row, usage| {
        let mut amounts = Amounts::at(row);
        for tokens in [usage.input, usage.output] {
            amounts.tokens.add(tokens.map(i128::from), tokens.is_none());
        }
        found(row, &amounts);
    });
    ledger.each_cost(part, &mut |row, cost| {
        let mut amounts = Amounts::at(row);
        let amount = cost.amount.value().map(|amount| i128::from(amount.0));
        amounts.cost.add(amount, !cost.amount.is_complete());
        found(row, &amounts);
    });
}
