//! What the cache saved: every token it had, at its own price instead of that of other input, less what writing to it cost
//! more. Prices are those of the tables, also where the trace reports a cost: no producer reports what it did not pay.

use super::tally::Entry;
use super::{Measure, Sum, Tally};
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::model::StrId;
use crate::semantics::prices::Price;

/// What the cache saved is not known.
const UNKNOWN: i64 = i64::MIN;

/// What the cache saved in a part of the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Saved {
    /// 10^-12 dollars; below zero where writing cost more than reading saved.
    pub amount: Sum,
    /// What everything cost.
    pub cost: Sum,
    /// Calls with known tokens.
    pub calls: u32,
    /// Calls of which the cache had some.
    pub cached: u32,
}

impl Saved {
    /// Adds up a part.
    pub fn new(ledger: Ledger<'_>, part: &Part) -> Self {
        let mut new = Self::default();
        let entries = ledger.tally.entries(ledger);
        for at in ledger.tally.within(ledger, part).into_iter().flatten() {
            let Some(entry) = entries.get(at) else {
                continue;
            };
            if let Some(cost) = entry.cost() {
                new.cost.add(cost.known, cost.lacking);
            }
            if let Some(saved) = entry.amount(ledger, Measure::CacheSaved, at) {
                new.amount.add(saved.known, saved.lacking);
                new.calls += u32::from(!entry.lacks_usage());
                new.cached += u32::from(saved.known != Some(0) && !entry.lacks_usage());
            }
        }
        new
    }
}

impl Tally {
    /// What the cache saved at an entry; `None` when that is not known. For those at which tokens count.
    pub(super) fn saved(&self, ledger: Ledger<'_>, at: usize) -> Option<i64> {
        let all = self
            .saved
            .get_or_init(|| saved(ledger, self.entries(ledger)));
        all.get(at).copied().filter(|&saved| saved != UNKNOWN)
    }
}

fn saved(ledger: Ledger<'_>, entries: &[Entry]) -> Vec<i64> {
    let mut models = Numbering::default();
    let mut prices: Vec<Option<Price<'_>>> = Vec::new();
    let of = |entry: &Entry| {
        if entry.lacks_usage() {
            return UNKNOWN;
        }
        let usage = ledger.calls.usage(ledger.store, entry.row);
        if usage.cached() == 0 {
            return 0;
        }
        let model = ledger.model(entry.row).map_or(NONE, |model| model.0);
        let number = models.number(u64::from(model)) as usize;
        if number == prices.len() {
            let model = (model != NONE).then(|| ledger.text(StrId(model)));
            prices.push(ledger.book.find(model));
        }
        let price = prices.get(number).copied().flatten();
        let saved = price.and_then(|price| price.saved_by_cache(&usage));
        saved.map_or(UNKNOWN, |saved| saved.0)
    };
    entries.iter().map(of).collect()
}
