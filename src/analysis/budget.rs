//! What a run may cost, and the call with which it cost more.

use super::cost::Costs;
use crate::model::{PicoUsd, SpanRow, TraceStore, order};
use std::ops::Range;

/// Where a run cost more than it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// The span whose cost was too much.
    pub row: SpanRow,
    /// The known cost up to its end, its own included.
    pub spent: i128,
}

/// The first span with which the known cost of some rows is more than a budget. A cost is there when its span ends; of spans
/// that end at once the upper one comes first. `None` when the budget is kept, as far as is known.
pub fn crossing(
    store: &TraceStore,
    costs: &Costs,
    rows: Range<u32>,
    budget: PicoUsd,
) -> Option<Crossing> {
    let all = costs.total(rows.clone()).amount.value()?;
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
    order::sort_items(&mut ends, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut spent = 0;
    let crossed = ends.into_iter().find(|&(_, _, amount)| {
        spent += i128::from(amount);
        spent > i128::from(budget.0)
    });
    crossed.map(|(_, row, _)| Crossing { row, spent })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::calls::Calls;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceBook;

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
        let rows = 0..4;
        let at = |dollars: &str| {
            let budget = PicoUsd::parse(dollars).unwrap();
            let found = crossing(&store, &costs, rows.clone(), budget)?;
            Some((store.name(found.row), found.spent / 100_000_000_000))
        };
        assert_eq!(at("0"), Some(("short", 5)));
        assert_eq!(at("0.5"), Some(("long", 11)), "spent is not overspent");
        assert_eq!(at("1.1"), Some(("same", 12)));
        assert_eq!(at("1.2"), None);
        assert_eq!(at("9000000"), None);
    }
}
