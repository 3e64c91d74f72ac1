//! Which models served when: requests in buckets of time.
//!
//! A request counts where it began, with all its tokens, its cost and the time it took, also where a span below or above it
//! tells them. So the buckets add up to the matrix, to the last unit.

use super::amounts::{Amounts, each};
use crate::analysis::ledger::Ledger;
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::analysis::totals::within;
use crate::analysis::treemap::{Level, Members};
use crate::model::{SpanRow, TimeRange, Timestamp};

/// Stretches of time of one length, one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buckets {
    /// Where the first one begins, in nanoseconds since the epoch.
    pub begin: i64,
    /// How long each is, in nanoseconds; at least 1.
    pub step: i64,
    /// How many there are; at least 1.
    pub count: u32,
}

impl Buckets {
    /// The bucket that a time is in; what is before or behind all of them is in the first or last.
    pub fn of(&self, time: Timestamp) -> u32 {
        let since = i128::from(time.0) - i128::from(self.begin);
        let at = since.div_euclid(i128::from(self.step.max(1)));
        at.clamp(0, i128::from(self.count.max(1) - 1)) as u32
    }
}

/// What one model did in one bucket.
#[derive(Debug, Clone)]
pub struct Share {
    /// The bucket.
    pub bucket: u32,
    /// Model; [`NONE`](crate::analysis::ledger::NONE) where none is known.
    pub model: u32,
    /// What it adds up to.
    pub amounts: Amounts,
}

/// Buckets and models in which anything happened.
#[derive(Debug)]
pub struct OverTime<'d> {
    models: Members<'d>,
    list: Vec<Share>,
}

impl<'d> OverTime<'d> {
    /// Looks at a part of the document.
    pub fn new(ledger: Ledger<'d>, part: &Part, buckets: Buckets) -> Self {
        let mut new = Self {
            models: Members::new(&Level::Model, ledger),
            list: Vec::new(),
        };
        let mut numbers = Numbering::default();
        each(ledger, part, &mut |row, amounts| {
            let model = new.models.of(row);
            let request = request(ledger, &new.models, row);
            let bucket = buckets.of(ledger.store.extent(request).start);
            let at = numbers.number(Numbering::pair(bucket, model)) as usize;
            if at == new.list.len() {
                new.list.push(Share {
                    bucket,
                    model,
                    amounts: Amounts::at(row),
                });
            }
            new.list[at].amounts.add(amounts);
        });
        new
    }

    /// Its buckets and models, in no order that means anything.
    pub fn list(&self) -> &[Share] {
        &self.list
    }

    /// The name of a model; `None` for none.
    pub fn name(&self, model: u32) -> Option<String> {
        self.models.text(model)
    }
}

/// The request that tokens or a cost belong to: the row itself, or the one of the same model above or below it.
fn request(ledger: Ledger<'_>, models: &Members<'_>, row: SpanRow) -> SpanRow {
    if ledger.is_unit(row) {
        return row;
    }
    let store = ledger.store;
    let model = models.of(row);
    let is_same = |other: &SpanRow| ledger.is_unit(*other) && models.of(*other) == model;
    let mut above = std::iter::successors(store.parent(row), |&row| store.parent(row));
    let below = || {
        let below = within(ledger.units(), &store.subtree(row));
        below.iter().copied().map(SpanRow).find(is_same)
    };
    above.find(is_same).or_else(below).unwrap_or(row)
}

/// From the earliest start to the latest end of the runs of a part; `None` when there are none.
pub fn range(ledger: Ledger<'_>, part: &Part) -> Option<TimeRange> {
    let traces = ledger.store.traces().iter();
    let mut ranges = traces
        .filter(|trace| part.contains(SpanRow(trace.rows.start)))
        .map(|trace| trace.range);
    let first = ranges.next()?;
    Some(ranges.fold(first, |all, one| {
        TimeRange::new(all.start.min(one.start), all.end.max(one.end))
    }))
}
