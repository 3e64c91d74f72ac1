//! What a span is in an agent run, from the columns and what was worked out from them.

use super::{Canonical, CanonicalText};
use crate::analysis::calls::Calls;
use crate::analysis::cost::Costs;
use crate::analysis::ledger::requests;
use crate::analysis::lint::{Gap, Lint};
use crate::analysis::routing::flow::Outcome;
use crate::model::{PicoUsd, SpanRow, StrId, TraceStore};

/// Calls and costs of a document.
#[derive(Debug)]
pub struct Columns<'d> {
    /// Its calls.
    pub calls: &'d Calls,
    /// Its costs.
    pub costs: &'d Costs,
    /// The owner of each row: agents stand above their spans, so one pass in order knows them all.
    owners: Vec<Option<StrId>>,
}

impl<'d> Columns<'d> {
    /// Works out the owners.
    pub fn new(store: &TraceStore, calls: &'d Calls, costs: &'d Costs) -> Self {
        let mut owners: Vec<Option<StrId>> = Vec::with_capacity(store.rows() as usize);
        for row in (0..store.rows()).map(SpanRow) {
            let own = store.meaning(row).agent;
            let above = || {
                let parent = store.parent(row)?;
                owners.get(parent.0 as usize).copied().flatten()
            };
            owners.push(own.or_else(above));
        }
        Self {
            calls,
            costs,
            owners,
        }
    }
}

impl Canonical for Columns<'_> {
    fn text(&self, store: &TraceStore, which: CanonicalText, row: SpanRow) -> Option<StrId> {
        let meaning = || store.meaning(row);
        match which {
            CanonicalText::Agent => self.owners.get(row.0 as usize).copied().flatten(),
            CanonicalText::Model => meaning().model(),
            CanonicalText::Tool => {
                let is_tool = store.tool(row).is_some();
                is_tool.then(|| meaning().tool.unwrap_or(store.name_id(row)))
            }
        }
    }

    fn kind(&self, store: &TraceStore, row: SpanRow) -> &'static str {
        store.operation_kind(row).as_str()
    }

    fn each_cost(&self, found: &mut dyn FnMut(SpanRow, PicoUsd)) {
        for (row, cost) in self.costs.iter() {
            if let Some(amount) = cost.amount.value() {
                found(row, amount);
            }
        }
    }

    fn each_usage(
        &self,
        store: &TraceStore,
        found: &mut dyn FnMut(SpanRow, Option<u64>, Option<u64>),
    ) {
        for &row in self.calls.owners() {
            let usage = self.calls.usage(store, SpanRow(row));
            found(SpanRow(row), usage.input, usage.output);
        }
    }

    fn each_gap(&self, store: &TraceStore, gap: Gap, found: &mut dyn FnMut(SpanRow)) {
        Lint::new(store, self.calls).each(gap, &mut |row, lacks| {
            if lacks {
                found(row);
            }
        });
    }

    fn each_request(&self, store: &TraceStore, found: &mut dyn FnMut(SpanRow, Outcome)) {
        for row in requests(store, self.calls).into_iter().map(SpanRow) {
            found(row, Outcome::of(store, self.calls, row));
        }
    }

    fn each_with_key(&self, store: &TraceStore, key: &str, found: &mut dyn FnMut(SpanRow)) {
        let rows = Lint::new(store, self.calls).with_key(key);
        rows.iter().for_each(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::calls;
    use crate::model::text::parse;

    #[test]
    fn owners_are_those_that_going_up_finds() {
        let store = parse(
            "run 0..90 is=agent agent=lead\n  chat 1..5 is=llm\n  task 6..50 is=tool tool=task\n    \
             sub 7..49 is=agent agent=helper\n      chat 8..9 is=llm\nalone 91..92\nlost 95..96 parent=ffff agent=x",
        )
        .finish();
        let (calls, costs) = (Calls::new(&store), Costs::default());
        let columns = Columns::new(&store, &calls, &costs);
        for row in (0..store.rows()).map(SpanRow) {
            let owner = columns.text(&store, CanonicalText::Agent, row);
            assert_eq!(owner, calls::owner(&store, row));
        }
    }
}
