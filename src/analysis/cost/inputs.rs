//! What must be known of a document's spans to say what they cost.

use super::{Billed, CostInput};
use crate::analysis::calls::{Calls, is_repeated_tool};
use crate::model::{SpanRow, TokenUsage, TraceStore, order};
use crate::semantics::prices::PriceBook;

/// The rows that may have cost something: calls, what reports a cost, and tools where any has a price.
///
/// What a twin reports counts at the one that stays.
#[derive(Debug)]
pub(super) struct Billable {
    /// All of them, in order.
    rows: Vec<u32>,
    /// Those that report a cost, in order.
    pub reporting: Vec<u32>,
}

impl Billable {
    pub fn new(store: &TraceStore, calls: &Calls, book: &PriceBook) -> Self {
        let mut reporting: Vec<u32> = (store.cost_rows())
            .map(|row| calls.kept(SpanRow(row)).0)
            .collect();
        in_order(&mut reporting);
        let mut rows: Vec<u32> = Vec::new();
        rows.extend_from_slice(calls.owners());
        rows.extend_from_slice(calls.without_usage());
        rows.extend_from_slice(&reporting);
        if !book.user.tools().is_empty() || !book.built_in.tools().is_empty() {
            let all = (0..store.rows()).map(SpanRow);
            let tools =
                all.filter(|&row| store.tool(row).is_some() && !is_repeated_tool(store, row));
            rows.extend(tools.map(|row| row.0));
        }
        in_order(&mut rows);
        Self { rows, reporting }
    }

    /// What must be known of each, by row: one at a time, because all of it together is larger than the document's columns.
    pub fn inputs<'s>(
        &self,
        store: &'s TraceStore,
        calls: &Calls,
    ) -> impl ExactSizeIterator<Item = CostInput<'s>> {
        let mut owners = calls.owners().iter().peekable();
        let mut unknown = calls.without_usage().iter().peekable();
        self.rows.iter().map(move |&row| {
            // All lists are in order of rows and walked side by side.
            while owners.next_if(|owner| **owner < row).is_some() {}
            while unknown.next_if(|call| **call < row).is_some() {}
            let usage = if owners.peek() == Some(&&row) {
                Some(calls.usage_of_owner(store, SpanRow(row)))
            } else {
                (unknown.peek() == Some(&&row)).then(TokenUsage::default)
            };
            let row = SpanRow(row);
            let mut spans = std::iter::once(row).chain(calls.twins_of(row));
            CostInput {
                rows: store.subtree(row),
                billed: billed(store, calls, row, usage),
                // Of twins the one that stays speaks for both.
                reported: spans.find_map(|row| store.reported_cost(row)),
            }
        })
    }
}

fn in_order(rows: &mut Vec<u32>) {
    order::sort(rows, &|a, b| a.cmp(&b));
    rows.dedup();
}

/// `usage`: the tokens of a row that owns some, empty for a call that owns none; `None` for any other row.
fn billed<'s>(
    store: &'s TraceStore,
    calls: &Calls,
    row: SpanRow,
    usage: Option<TokenUsage>,
) -> Billed<'s> {
    if let Some(usage) = usage {
        return Billed::Call {
            model: calls.model(store, row).map(|id| store.text(id)),
            usage,
        };
    }
    match store.tool(row) {
        Some(tool) if !is_repeated_tool(store, row) => Billed::Tool(tool),
        _ => Billed::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Costs;
    use super::*;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceTable;

    /// What a drawn document costs by a table in which a token of `m` costs 10^-6 dollars going in, twice that coming
    /// out: in 10^-6 dollars, and whether that is all.
    fn cost(drawing: &str) -> (Option<i64>, bool) {
        let store = parse(drawing).finish();
        let book = PriceBook::new(
            PriceTable::parse("m\t\t1\t2\n@tool\tsearch\t0.5").unwrap(),
            PriceTable::default(),
        );
        let costs = Costs::new(&store, &Calls::new(&store), &book);
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
