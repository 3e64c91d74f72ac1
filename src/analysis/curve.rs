//! What a run had used by each moment, and how full the context of each call was.
//!
//! - **So far**: tokens (in and out) of the rows that own them and the costs that count, each at the moment its span ends.
//!   They add up to the run's totals.
//! - **Context use**: tokens that went into a call, cached ones included, of what its model takes at most by the table of
//!   prices; unknown for a model that the table does not have.

use super::calls::Calls;
use super::cost::Costs;
use super::totals::within;
use crate::model::{PicoUsd, SpanRow, StrId, TraceRow, TraceStore, order};
use crate::semantics::prices::PriceBook;
use std::collections::BTreeMap;

/// What a run had used by a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SoFar {
    /// The moment, in nanoseconds from the start of the trace.
    pub at: i64,
    /// Known tokens.
    pub tokens: u64,
    /// Known cost.
    pub cost: PicoUsd,
}

/// How full the context of a call was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextUse {
    /// The call.
    pub row: SpanRow,
    /// When it began and ended, in nanoseconds from the start of the trace.
    pub extent: (i64, i64),
    /// Tokens that went in.
    pub input: u64,
    /// How many its model takes; `None` when unknown.
    pub window: Option<u64>,
}

/// The course of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Curve {
    /// Moments at which something was used, in order.
    pub steps: Vec<SoFar>,
    /// Calls whose input is known, by start.
    pub contexts: Vec<ContextUse>,
    /// Whether any tokens are known, and those of every call.
    pub tokens_known: (bool, bool),
    /// Whether any cost is known, and all of it.
    pub cost_known: (bool, bool),
}

impl Curve {
    /// Follows a run through its time; empty for one that is not in the store. `book`: whose models' limits hold.
    pub fn new(
        store: &TraceStore,
        calls: &Calls,
        costs: &Costs,
        book: &PriceBook,
        trace: TraceRow,
    ) -> Self {
        let mut new = Self::default();
        let Some(trace) = store.trace(trace) else {
            return new;
        };
        let begin = trace.range.start.0;
        let extent = |row: SpanRow| {
            let extent = store.extent(row);
            (
                extent.start.0.saturating_sub(begin),
                extent.end.0.saturating_sub(begin),
            )
        };
        let mut windows: BTreeMap<Option<StrId>, Option<u64>> = BTreeMap::new();
        for row in within(calls.owners(), &trace.rows)
            .iter()
            .copied()
            .map(SpanRow)
        {
            let usage = calls.usage_of_owner(store, row);
            let extent = extent(row);
            let used = usage
                .input
                .unwrap_or(0)
                .saturating_add(usage.output.unwrap_or(0));
            new.steps.push(SoFar {
                at: extent.1,
                tokens: used,
                cost: PicoUsd(0),
            });
            let Some(input) = usage.input else { continue };
            let model = calls.model(store, row);
            let window = *windows.entry(model).or_insert_with(|| {
                let price = book.find(Some(store.text(model?)))?;
                price.row.context
            });
            new.contexts.push(ContextUse {
                row,
                extent,
                input,
                window,
            });
        }
        for (row, cost) in costs.within(&trace.rows) {
            if let (true, Some(amount)) = (cost.counts, cost.amount.value()) {
                new.steps.push(SoFar {
                    at: extent(row).1,
                    tokens: 0,
                    cost: amount,
                });
            }
        }
        let total = costs.total(trace.rows.clone()).amount;
        new.cost_known = (total.value().is_some(), total.is_complete());
        new.tokens_known = (
            new.steps.iter().any(|step| step.tokens > 0),
            within(calls.without_usage(), &trace.rows).is_empty(),
        );
        order::sort_items(&mut new.steps, |a, b| a.at.cmp(&b.at));
        let mut before = SoFar::default();
        for step in &mut new.steps {
            step.tokens = step.tokens.saturating_add(before.tokens);
            step.cost = PicoUsd(step.cost.0.saturating_add(before.cost.0));
            before = *step;
        }
        order::sort_items(&mut new.contexts, |a, b| a.extent.cmp(&b.extent));
        new
    }

    /// What was used up to a moment, that moment included.
    pub fn at(&self, moment: i64) -> SoFar {
        let behind = self.steps.partition_point(|step| step.at <= moment);
        let last = behind.checked_sub(1).and_then(|last| self.steps.get(last));
        last.copied().unwrap_or_default()
    }

    /// What was used in the end.
    pub fn total(&self) -> SoFar {
        self.steps.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceTable;

    fn curve_of(drawing: &str) -> Curve {
        let store = parse(drawing).finish();
        let table = "# columns: model provider input output cache_read cache_write reasoning retired context\nm\t\t1\t2\t-\t-\t-\t-\t100";
        let book = PriceBook::new(PriceTable::parse(table).unwrap(), PriceTable::default());
        let calls = Calls::new(&store);
        let costs = Costs::new(&store, &calls, &book);
        Curve::new(&store, &calls, &costs, &book, TraceRow(0))
    }

    #[test]
    fn what_was_used_adds_up_to_the_run() {
        let curve = curve_of(
            "run 0..90 is=agent tokens=40/9 model=m\n  a 1..50 is=llm tokens=30/3 model=m\n  b 10..20 is=llm tokens=10/6 model=m",
        );
        let steps: Vec<(i64, u64)> = curve
            .steps
            .iter()
            .map(|step| (step.at, step.tokens))
            .collect();
        assert_eq!(steps, [(20, 16), (20, 16), (50, 49), (50, 49)]);
        assert_eq!(curve.at(19), SoFar::default());
        assert_eq!(curve.at(49).tokens, 16);
        assert_eq!(curve.total().tokens, 49, "the parent only repeats them");
        assert_eq!(curve.total().cost.0, (40 + 2 * 9) * 1_000_000);
        assert_eq!(
            (curve.tokens_known, curve.cost_known),
            ((true, true), (true, true))
        );
    }

    #[test]
    fn context_use_is_known_where_input_and_window_are() {
        let curve = curve_of(
            "a 0..9\n  b 5..8 is=llm tokens=30/3 model=m\n  c 1..2 is=llm tokens=7/3 model=n\n  d 3..4 is=llm",
        );
        let uses: Vec<(i64, u64, Option<u64>)> = curve
            .contexts
            .iter()
            .map(|used| (used.extent.0, used.input, used.window))
            .collect();
        assert_eq!(uses, [(1, 7, None), (5, 30, Some(100))]);
        assert_eq!(
            (curve.tokens_known, curve.cost_known),
            ((true, false), (true, false))
        );
        assert_eq!(
            curve_of("a 0..9"),
            Curve {
                tokens_known: (false, true),
                cost_known: (false, true),
                ..Curve::default()
            }
        );
    }
}
