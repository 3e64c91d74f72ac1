//! What a run may cost, and the call with which it cost more.

use super::cost::Costs;
use crate::model::rows::Trace;
use crate::model::{PicoUsd, SpanFlags, SpanRow, TraceStore};
use crate::semantics::budget::RUN_BUDGET;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What runs may cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// In 10^-12 dollars; 0 for anything.
    pub amount: i64,
    /// It holds for a run that says otherwise, too.
    pub is_final: bool,
}

impl Limit {
    /// An amount in 10^-12 dollars for runs that say nothing; 0 for anything.
    pub fn usual(amount: i64) -> Self {
        Self {
            amount,
            is_final: false,
        }
    }

    /// What a run may cost; `None` for anything.
    pub fn of(self, store: &TraceStore, trace: &Trace) -> Option<PicoUsd> {
        let recorded = (!self.is_final).then(|| recorded(store, trace)).flatten();
        recorded.or(Some(PicoUsd(self.amount)).filter(|limit| limit.0 > 0))
    }
}

/// What the root of a run says that it may cost: the first that does, of several. A value that is only in the source is not
/// known, which takes thousands of different ones.
pub fn recorded(store: &TraceStore, trace: &Trace) -> Option<PicoUsd> {
    let dictionary = store.dictionary();
    dictionary.find_key(RUN_BUDGET)?;
    let says = |row| {
        let mut pairs = store.attributes(row);
        let pair = pairs.find(|&pair| dictionary.key_text(pair) == RUN_BUDGET)?;
        let amount = PicoUsd::parse(dictionary.value_text(pair)?)?;
        (amount.0 > 0).then_some(amount)
    };
    let Range { mut start, end } = trace.rows;
    // Roots of a stitched run stand below a row of no span.
    start += u32::from(store.flags(SpanRow(start)).contains(SpanFlags::STITCHED));
    let mut roots = std::iter::from_fn(|| {
        let root = Some(SpanRow(start)).filter(|_| start < end)?;
        start = store.subtree(root).end.max(start + 1);
        Some(root)
    });
    roots.find_map(says)
}

/// Where a run cost more than it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// The span whose cost was too much.
    pub row: SpanRow,
    /// The known cost up to its end, its own included.
    pub spent: i128,
    /// What the run may cost.
    pub budget: PicoUsd,
}

/// The first span with which the known cost of a run is more than it may be. A cost is there when its span ends; of spans
/// that end at once the upper one comes first. `None` when the budget is kept, as far as is known, or there is none.
pub fn crossing(
    store: &TraceStore,
    costs: &Costs,
    trace: &Trace,
    limit: Limit,
) -> Option<Crossing> {
    let rows = trace.rows.clone();
    let all = costs.total(rows.clone()).amount.value()?;
    let budget = limit.of(store, trace)?;
    if all <= budget {
        return None;
    }
    let counted = costs.within(&rows).filter(|(_, cost)| cost.counts);
    let mut ends: Vec<(i64, SpanRow, i64)> = counted
        .filter_map(|(row, cost)| {
            let amount = cost.amount.value()?.0;
            Some((store.extent(row).end.0, row, amount))
        })
        .collect();
    let (row, spent) = first_over(&mut ends, i128::from(budget.0))?;
    Some(Crossing { row, spent, budget })
}

/// The first of some amounts, in order of time and row, with which their sum is more than a limit, and that sum. Only what lies
/// around it is put in order: of a hundred thousand calls most come long after.
fn first_over(mut amounts: &mut [(i64, SpanRow, i64)], limit: i128) -> Option<(SpanRow, i128)> {
    /// As many are put in order at once.
    const FEW: usize = 64;
    let mut spent = 0_i128;
    // What is given back makes sums that do not grow.
    let grows = amounts.iter().all(|&(_, _, amount)| amount >= 0);
    while grows && amounts.len() > FEW {
        let half = amounts.len() / 2;
        amounts.select_nth_unstable_by_key(half, |&(end, row, _)| (end, row));
        let (earlier, later) = amounts.split_at_mut(half);
        let sum: i128 = earlier.iter().map(|amount| i128::from(amount.2)).sum();
        if spent + sum > limit {
            amounts = earlier;
        } else {
            spent += sum;
            amounts = later;
        }
    }
    amounts.sort_unstable_by_key(|&(end, row, _)| (end, row));
    let crossed = amounts.iter().find(|&&(_, _, amount)| {
        spent += i128::from(amount);
        spent > limit
    });
    crossed.map(|&(_, row, _)| (row, spent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::calls::Calls;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceBook;

    #[test]
    fn the_first_over_the_limit_is_found_among_many() {
        let amounts = |sign: i64| -> Vec<(i64, SpanRow, i64)> {
            let amount = |at: u32| {
                let end = i64::from(at.wrapping_mul(2_654_435_761) % 97);
                let is_back = at.is_multiple_of(5) && sign < 0;
                (
                    end,
                    SpanRow(at),
                    i64::from(at % 7) * if is_back { -1 } else { 1 },
                )
            };
            (0..1000).map(amount).collect()
        };
        for sign in [1, -1] {
            let mut sorted = amounts(sign);
            sorted.sort();
            for limit in (-1..3100).step_by(31) {
                let mut spent = 0;
                let first = sorted.iter().find_map(|&(_, row, amount)| {
                    spent += i128::from(amount);
                    (spent > limit).then_some((row, spent))
                });
                assert_eq!(first_over(&mut amounts(sign), limit), first, "{limit}");
            }
        }
    }

    #[test]
    fn costs_are_there_when_their_spans_end() {
        let store = parse(
            "run 0..100 is=agent
  long 0..90 is=llm cost=0.6
  short 10..20 is=llm cost=0.5
  same 30..90 is=llm cost=0.1
other 0..100 trace=2 is=llm cost=5",
        )
        .finish();
        let calls = Calls::new(&store);
        let costs = Costs::new(&store, &calls, &PriceBook::default());
        let trace = &store.traces()[0];
        let at = |dollars: &str| {
            let limit = Limit::usual(PicoUsd::parse(dollars).unwrap().0);
            let found = crossing(&store, &costs, trace, limit)?;
            Some((store.name(found.row), found.spent / 100_000_000_000))
        };
        assert_eq!(at("0"), None, "anything");
        assert_eq!(at("0.1"), Some(("short", 5)));
        assert_eq!(at("0.5"), Some(("long", 11)), "spent is not overspent");
        assert_eq!(at("1.1"), Some(("same", 12)));
        assert_eq!(at("1.2"), None);
        assert_eq!(at("9000000"), None);
    }

    #[test]
    fn a_root_says_what_its_run_may_cost() {
        let limit = |text: &str, amount: i64, is_final: bool| {
            let store = parse(text).finish();
            let trace = store.trace(crate::model::TraceRow(0)).unwrap().clone();
            let limit = Limit { amount, is_final }.of(&store, &trace)?;
            Some(limit.to_string())
        };
        let run = "run 0..9 budget=0.5\n  call 1..2 budget=0.1\nagain 3..4 budget=0.2";
        assert_eq!(limit(run, 7, false).as_deref(), Some("0.5"));
        assert_eq!(limit(run, 7, true).as_deref(), Some("0.000000000007"));
        assert_eq!(limit(run, 0, true), None);
        let of = |text: &str| limit(text, 7, false).unwrap();
        assert_eq!(of("run 0..9\nagain 3..4 budget=0.2"), "0.2");
        for other in ["", "NaN", "-1", "0", "much"] {
            let run = format!("run 0..9 budget={other}");
            assert_eq!(of(&run), "0.000000000007", "{other}");
        }
        assert_eq!(of("run 0..9\n  call 1..2 budget=0.1"), "0.000000000007");
    }
}
