//! What spans cost: reported where the trace says it, else computed from tokens and prices.
//!
//! - **Reported** cost counts at the deepest span that reports one: what its ancestors report repeats it. Calls below
//!   such a span are within its cost and count nothing of their own.
//! - **Computed** cost counts at the calls that own usage (see the rules of usage): tokens times price.
//! - A call without reported cost whose tokens or price are unknown makes every total around it "at least".
//!
//! Amounts are integers and totals differences of running sums, so no order and no grouping changes a number.

mod inputs;

use super::calls::Calls;
use crate::model::{Interner, PicoUsd, SpanRow, TokenUsage, Total, TraceStore};
use crate::semantics::prices::{Origin, Price, PriceBook};
use inputs::Billable;
use std::ops::Range;

/// Where the cost of a span comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostSource {
    /// The trace says so.
    Reported,
    /// Tokens times the price of a table.
    Computed,
    /// Tokens times an assumed price.
    Estimated,
}

/// What a span may be billed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Billed<'t> {
    /// A call of a model that owns its usage; an empty usage is a call of which none is known.
    Call {
        /// The model to price; `None` is unknown.
        model: Option<&'t str>,
        /// Its tokens.
        usage: TokenUsage,
    },
    /// A call of a tool, by name; it costs only where the user gave it a price.
    Tool(&'t str),
    /// Neither: it may report a cost all the same.
    Other,
}

/// What must be known of a span to say what it cost. Spans that are [`Billed::Other`] and report nothing need none.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CostInput<'t> {
    /// Rows of its subtree; the first is its own.
    rows: Range<u32>,
    /// What it may be billed for.
    billed: Billed<'t>,
    /// The cost it reports.
    reported: Option<PicoUsd>,
}

/// The cost of one span, that of its children not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanCost {
    /// The amount; complete when nothing of it is unknown.
    pub amount: Total<PicoUsd>,
    /// Where it comes from.
    pub source: CostSource,
    /// What tokens and prices come to, also where the trace reports a cost; `None` when nothing is billed here.
    pub computed: Option<Total<PicoUsd>>,
    /// Whether it counts in totals: false for what is within the cost that another span reports.
    pub counts: bool,
}

/// The cost of some rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CostTotal {
    /// The sum.
    pub amount: Total<PicoUsd>,
    /// How many spans of it were reported.
    pub reported: u32,
    /// How many were computed from a table.
    pub computed: u32,
    /// How many were estimated.
    pub estimated: u32,
}

/// Running sums over the entries before a place.
#[derive(Debug, Clone, Copy, Default)]
struct Running {
    /// Of the amounts that count: 2^32 of 63 bits each have room.
    sum: i128,
    /// Amounts that are known, in part at least.
    known: u32,
    /// Amounts that are unknown, in part at least.
    lacking: u32,
    /// By [`CostSource`].
    sources: [u32; 3],
}

/// The costs of a document.
#[derive(Debug, Default)]
pub struct Costs {
    /// Rows with a cost, ascending.
    rows: Vec<u32>,
    spans: Vec<SpanCost>,
    /// One longer than `spans`.
    before: Vec<Running>,
}

impl Costs {
    /// What the spans of a document cost.
    pub fn new(store: &TraceStore, calls: &Calls, book: &PriceBook) -> Self {
        let rows = Billable::new(store, calls, book);
        Self::of_inputs(rows.inputs(store, calls), &rows.reporting, book)
    }

    /// Works out the cost of every input. Inputs come by row; `reporting` are the rows of those that report a cost, in order.
    fn of_inputs<'t>(
        inputs: impl ExactSizeIterator<Item = CostInput<'t>>,
        reporting: &[u32],
        book: &PriceBook,
    ) -> Self {
        let mut costs = Self::default();
        // Exactly, because there may be a million of them.
        costs.rows.reserve_exact(inputs.len());
        costs.spans.reserve_exact(inputs.len());
        costs.before.reserve_exact(inputs.len() + 1);
        let mut running = Running::default();
        costs.before.push(running);
        let mut prices = Prices::new(book);
        let mut reporting = reporting.iter().copied().peekable();
        // The deepest spans that report a cost have disjoint subtrees, so one end is enough to know what lies within.
        let mut within = 0;
        for input in inputs {
            while reporting.next_if(|&row| row <= input.rows.start).is_some() {}
            let below = reporting.peek().is_some_and(|&row| row < input.rows.end);
            let billed = prices.of(&input.billed);
            let (amount, source) = match (input.reported, billed) {
                (Some(amount), _) if !below => (known(amount), CostSource::Reported),
                // What stands below a call and reports a cost reports that of the call.
                (_, Some(billed)) if !below || matches!(input.billed, Billed::Tool(_)) => billed,
                _ => continue,
            };
            // What a trace reports is the cost of models; the price of a tool is the user's own.
            let counts = input.rows.start >= within || matches!(input.billed, Billed::Tool(_));
            if source == CostSource::Reported {
                within = input.rows.end;
            }
            if counts {
                running.add(amount, source);
            }
            costs.rows.push(input.rows.start);
            costs.spans.push(SpanCost {
                amount,
                source,
                computed: billed.map(|(computed, _)| computed),
                counts,
            });
            costs.before.push(running);
        }
        costs
    }

    /// What a span cost itself; `None` for a span that costs nothing by itself.
    pub fn of(&self, row: SpanRow) -> Option<&SpanCost> {
        let at = self.rows.binary_search(&row.0).ok()?;
        self.spans.get(at)
    }

    /// What these rows cost together.
    pub fn total(&self, rows: Range<u32>) -> CostTotal {
        let before = |row: u32| {
            let at = self.rows.partition_point(|&known| known < row);
            self.before.get(at).copied().unwrap_or_default()
        };
        let (first, last) = (before(rows.start), before(rows.end.max(rows.start)));
        let mut amount = Total::default();
        if last.known > first.known {
            // What has no room is the largest amount there is, and not complete.
            let sum = i64::try_from(last.sum - first.sum).unwrap_or(i64::MAX);
            amount.add(Some(PicoUsd(sum)));
        }
        if last.lacking > first.lacking {
            amount.add(None);
        }
        let count =
            |source: CostSource| last.sources[source as usize] - first.sources[source as usize];
        CostTotal {
            amount,
            reported: count(CostSource::Reported),
            computed: count(CostSource::Computed),
            estimated: count(CostSource::Estimated),
        }
    }

    /// For a span that reports its cost: that, and what tokens and prices of its subtree come to. `None` where nothing is
    /// reported or nothing can be computed.
    pub fn compare(&self, rows: Range<u32>) -> Option<(PicoUsd, Total<PicoUsd>)> {
        let own = self.of(SpanRow(rows.start))?;
        let reported = own.amount.value()?;
        if own.source != CostSource::Reported {
            return None;
        }
        let first = self.rows.partition_point(|&known| known < rows.start);
        let mut computed = Total::default();
        for (_, cost) in
            (self.rows.iter().zip(&self.spans).skip(first)).take_while(|(row, _)| **row < rows.end)
        {
            if let Some(part) = cost.computed {
                computed.add_total(part);
            }
        }
        computed.value().map(|_| (reported, computed))
    }

    /// The rows of a range that have a cost, known or not.
    pub fn rows_within(&self, rows: &Range<u32>) -> &[u32] {
        crate::analysis::totals::within(&self.rows, rows)
    }

    /// The costs of these rows, by row.
    pub fn within(&self, rows: &Range<u32>) -> impl Iterator<Item = (SpanRow, &SpanCost)> {
        let first = self.rows.partition_point(|&row| row < rows.start);
        let end = self.rows.partition_point(|&row| row < rows.end);
        let rows = self.rows.get(first..end).unwrap_or_default().iter();
        let spans = self.spans.get(first..end).unwrap_or_default();
        rows.map(|&row| SpanRow(row)).zip(spans)
    }

    /// Every cost by row.
    pub fn iter(&self) -> impl Iterator<Item = (SpanRow, &SpanCost)> {
        self.rows.iter().map(|&row| SpanRow(row)).zip(&self.spans)
    }
}

impl Running {
    fn add(&mut self, amount: Total<PicoUsd>, source: CostSource) {
        if let Some(value) = amount.value() {
            self.sum += i128::from(value.0);
            self.known += 1;
            self.sources[source as usize] += 1;
        }
        self.lacking += u32::from(!amount.is_complete());
    }
}

fn known(amount: PicoUsd) -> Total<PicoUsd> {
    let mut total = Total::default();
    total.add(Some(amount));
    total
}

/// Computes costs, and looks each model up once.
struct Prices<'b> {
    book: &'b PriceBook,
    models: Interner,
    /// By model; the first is that of the empty name.
    found: Vec<Option<Price<'b>>>,
}

impl<'b> Prices<'b> {
    fn new(book: &'b PriceBook) -> Self {
        Self {
            book,
            models: Interner::default(),
            found: vec![book.find(None)],
        }
    }

    fn price(&mut self, model: &str) -> Option<Price<'b>> {
        let at = self.models.intern(model).0 as usize;
        if at == self.found.len() {
            self.found.push(self.book.find(Some(model)));
        }
        self.found.get(at).copied().flatten()
    }

    /// What is billed comes to; `None` when there is nothing to bill.
    fn of(&mut self, billed: &Billed<'_>) -> Option<(Total<PicoUsd>, CostSource)> {
        match billed {
            Billed::Call { model, usage } => {
                let Some(price) = self.price(model.unwrap_or_default()) else {
                    let mut unknown = Total::default();
                    unknown.add(None);
                    return Some((unknown, CostSource::Computed));
                };
                let source = match price.origin {
                    Origin::Assumed => CostSource::Estimated,
                    Origin::User | Origin::BuiltIn => CostSource::Computed,
                };
                Some((price.total(usage), source))
            }
            Billed::Tool(name) => {
                let price = self.book.tool_price(name)?;
                Some((known(price), CostSource::Computed))
            }
            Billed::Other => None,
        }
    }
}

#[cfg(test)]
mod tests;
