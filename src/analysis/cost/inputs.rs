//! What must be known of a document's spans to say what they cost.

use super::{Billed, CostInput};
use crate::analysis::calls::{CallRole, Calls, is_repeated_tool};
use crate::model::{PicoUsd, SpanRow, TraceStore, order};

/// The spans that own tokens, calls of which none are known, calls of tools, and spans that report a cost; by row.
///
/// What a twin reports counts at the one that stays.
pub fn inputs<'t>(store: &'t TraceStore, calls: &Calls) -> Vec<CostInput<'t>> {
    let mut rows: Vec<u32> = calls.owners().to_vec();
    rows.extend(calls.without_usage());
    let others = (0..store.rows()).map(SpanRow);
    let others =
        others.filter(|&row| store.tool(row).is_some() || reported(store, calls, row).is_some());
    rows.extend(others.map(|row| row.0));
    order::sort(&mut rows, &|a, b| a.cmp(&b));
    rows.dedup();
    let input = |row: u32| {
        let span = SpanRow(row);
        CostInput {
            rows: store.subtree(span),
            billed: billed(store, calls, span),
            reported: reported(store, calls, span),
        }
    };
    rows.into_iter().map(input).collect()
}

fn billed<'t>(store: &'t TraceStore, calls: &Calls, row: SpanRow) -> Billed<'t> {
    if calls.owns_usage(row) || calls.without_usage().binary_search(&row.0).is_ok() {
        let model = calls.model(store, row).map(|model| store.text(model));
        // Empty for a call that owns none.
        let usage = calls.usage(store, row);
        return Billed::Call { model, usage };
    }
    match store.tool(row) {
        Some(tool) if !is_repeated_tool(store, row) => Billed::Tool(tool),
        _ => Billed::Other,
    }
}

/// The cost that a span reports, or one of the spans that record the same call.
fn reported(store: &TraceStore, calls: &Calls, row: SpanRow) -> Option<PicoUsd> {
    if !store.has_reported_costs() || matches!(calls.role(row), Some(CallRole::TwinOf(_))) {
        return None;
    }
    let twins = calls.twins_of(row);
    let cost = store.reported_cost(row);
    twins.fold(cost, |cost, twin| cost.max(store.reported_cost(twin)))
}

#[cfg(test)]
mod tests {
    use super::super::Costs;
    use super::*;
    use crate::model::text::parse;
    use crate::semantics::prices::{PriceBook, PriceTable};

    /// What a drawn document costs by a table in which a token of `m` costs 10^-6 dollars going in, twice that coming
    /// out: in 10^-6 dollars, and whether that is all.
    fn cost(drawing: &str) -> (Option<i64>, bool) {
        let store = parse(drawing).finish();
        let book = PriceBook::new(
            PriceTable::parse("m\t\t1\t2\n@tool\tsearch\t0.5").unwrap(),
            PriceTable::default(),
        );
        let costs = Costs::new(&inputs(&store, &Calls::new(&store)), &book);
        let amount = costs.total(0..store.rows()).amount;
        (
            amount.value().map(|value| value.0 / 1_000_000),
            amount.is_complete(),
        )
    }

    #[test]
    fn tokens_are_billed_where_they_are_owned() {
        let drawing = "agent 0..90 is=agent tokens=40/9 model=m\n  a 1..50 is=llm scope=x tokens=30/3 model=m\n  \
                       b 2..40 is=llm scope=y tokens=30/3 model=m\n  c 60..70 is=llm tokens=10/6 model=m";
        assert_eq!(cost(drawing), (Some(40 + 2 * 9), true));
        assert_eq!(cost("a 1..50 is=llm model=m"), (None, false));
        assert_eq!(cost("a 1..50 is=llm tokens=5/1 model=n"), (None, false));
        assert_eq!(
            cost("outer 0..90 is=llm model=m\n  inner 1..50 is=llm tokens=5/1"),
            (Some(7), true)
        );
    }

    #[test]
    fn a_reported_cost_counts_once() {
        let agent = "agent 0..90 is=agent cost=0.5\n  a 1..50 is=llm tokens=1/1 model=m cost=0.25\n  \
                     b 60..70 is=llm tokens=1/1 model=m";
        assert_eq!(cost(agent), (Some(250_000 + 3), true));
        let twins = "agent 0..90\n  a 1..50 is=llm scope=x tokens=30/3 cost=0.25\n  b 2..40 is=llm scope=y tokens=30/3 cost=0.25";
        assert_eq!(cost(twins), (Some(250_000), true));
    }

    #[test]
    fn a_tool_is_billed_once() {
        let drawing = "s 0..9 is=tool tool=search\n  inner 1..8 is=tool tool=search\nt 10..11 is=tool tool=other";
        assert_eq!(cost(drawing), (Some(500_000), true));
    }
}
