//! Who did what with which model: the rows that the cost treemap, the routing matrix, the agent graph and the
//! statistics count, so that their totals agree with each other and with the summary.
//!
//! - **Units** are requests to models, each once: calls of language models, spans of other kinds that own tokens (an
//!   embedding, or an agent that alone says what it used), and embeddings and rerankings that name a model.
//! - **Tokens** are those of the rows that own them, and unknown for calls without any.
//! - **Cost** is that of the rows that count in totals.

use super::calls::Calls;
use super::cost::{CostSource, Costs, SpanCost};
use super::part::Part;
use super::totals::within;
use super::treemap::Tally;
use crate::model::{OperationKind, SpanFlags, SpanRow, StrId, TokenUsage, TraceStore, order};
use crate::semantics::prices::PriceBook;

/// No agent, model or other member.
pub const NONE: u32 = u32::MAX;

/// What is worked out once a document.
#[derive(Debug, Default)]
pub struct Attribution {
    /// Per row the agent that owns it, or [`NONE`].
    agents: Vec<u32>,
    units: Vec<u32>,
}

impl Attribution {
    /// Finds owners and units.
    pub fn new(store: &TraceStore, calls: &Calls) -> Self {
        Self {
            agents: inherited(store, |row| store.meaning(row).agent.map(|agent| agent.0)),
            units: requests(store, calls),
        }
    }
}

/// What each row says, or the row above it; a row that stands for a missing span says nothing and passes nothing on.
pub(super) fn inherited(
    store: &TraceStore,
    mut own: impl FnMut(SpanRow) -> Option<u32>,
) -> Vec<u32> {
    let mut all: Vec<u32> = Vec::with_capacity(store.rows() as usize);
    for row in (0..store.rows()).map(SpanRow) {
        let is_span = !store.flags(row).contains(SpanFlags::PLACEHOLDER);
        let said = if is_span { own(row) } else { None };
        let value = said.or_else(|| {
            // What stands above comes before.
            all.get(store.parent(row)?.0 as usize).copied()
        });
        all.push(value.unwrap_or(NONE));
    }
    all
}

/// Requests to models, each once, by row: calls, and embeddings and rerankings of a model.
pub fn requests(store: &TraceStore, calls: &Calls) -> Vec<u32> {
    let is_other: Vec<bool> = (store.meanings().iter())
        .map(|meaning| {
            let kind = meaning.kind;
            matches!(kind, OperationKind::Embedding | OperationKind::Rerank)
                && meaning.model().is_some()
        })
        .collect();
    let rows = (0..).zip(store.meaning_ids());
    let mut others: Vec<u32> = rows
        .filter(|(_, id)| is_other.get(id.0 as usize).copied().unwrap_or(false))
        .map(|(row, _)| row)
        .collect();
    let owners = calls.owners().iter().copied();
    others.extend(owners.filter(|&row| store.operation_kind(SpanRow(row)) != OperationKind::Llm));
    order::sort(&mut others, &|a, b| a.cmp(&b));
    others.dedup();
    let mut units: Vec<u32> = calls.calls().to_vec();
    for (&row, next) in others
        .iter()
        .zip(others.iter().skip(1).copied().chain([NONE]))
    {
        let below = store.subtree(SpanRow(row));
        let holds_one = below.contains(&next) || !within(calls.calls(), &below).is_empty();
        if !holds_one && !is_in_call(store, SpanRow(row)) {
            units.push(row);
        }
    }
    order::sort(&mut units, &|a, b| a.cmp(&b));
    units
}

fn is_in_call(store: &TraceStore, row: SpanRow) -> bool {
    let above = std::iter::successors(store.parent(row), |&row| store.parent(row));
    let mut kinds = above.map(|row| store.operation_kind(row));
    kinds.any(|kind| kind == OperationKind::Llm)
}

/// A document with everything that views count.
#[derive(Debug, Clone, Copy)]
pub struct Ledger<'d> {
    /// Its spans.
    pub store: &'d TraceStore,
    /// Its calls.
    pub calls: &'d Calls,
    /// Its costs.
    pub costs: &'d Costs,
    /// Owners and units.
    pub attribution: &'d Attribution,
    /// The prices that costs were computed with.
    pub book: &'d PriceBook,
    /// What is counted, as columns.
    pub tally: &'d Tally,
}

impl<'d> Ledger<'d> {
    /// The agent that owns a row; `None` outside of agents.
    pub fn agent(&self, row: SpanRow) -> Option<StrId> {
        let agent = self.attribution.agents.get(row.0 as usize).copied();
        agent.filter(|&agent| agent != NONE).map(StrId)
    }

    /// The recorded model of a row.
    pub fn model(&self, row: SpanRow) -> Option<StrId> {
        self.calls.model(self.store, row)
    }

    /// The text of a name.
    pub fn text(&self, id: StrId) -> &'d str {
        self.store.text(id)
    }

    /// Requests to models, each once, by row.
    pub fn units(&self) -> &'d [u32] {
        &self.attribution.units
    }

    /// How many units stand at or below a row.
    pub fn units_at(&self, row: SpanRow) -> u32 {
        within(self.units(), &self.store.subtree(row)).len() as u32
    }

    /// Whether a row is a unit.
    pub fn is_unit(&self, row: SpanRow) -> bool {
        self.units().binary_search(&row.0).is_ok()
    }

    /// Every row of a part with tokens that count, and every call of which none are known: those with an empty usage.
    pub fn each_usage(&self, part: &Part, found: &mut dyn FnMut(SpanRow, TokenUsage)) {
        for row in part.among(self.calls.owners()) {
            found(row, self.calls.usage(self.store, row));
        }
        for row in part.among(self.calls.without_usage()) {
            found(row, TokenUsage::default());
        }
    }

    /// Every cost of a part that counts.
    pub fn each_cost(&self, part: &Part, found: &mut dyn FnMut(SpanRow, &SpanCost)) {
        for range in part.ranges() {
            for (row, cost) in self.costs.within(range) {
                if cost.counts {
                    found(row, cost);
                }
            }
        }
    }

    /// Whether a cost is the price of a tool's call.
    pub fn is_tool_price(&self, row: SpanRow, cost: &SpanCost) -> bool {
        let is_call = || {
            self.calls.owns_usage(row) || self.calls.without_usage().binary_search(&row.0).is_ok()
        };
        cost.source != CostSource::Reported && self.store.tool(row).is_some() && !is_call()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceTable;

    /// A document with its calls and costs.
    #[derive(Debug)]
    pub struct Counted {
        pub store: TraceStore,
        pub book: PriceBook,
        calls: Calls,
        costs: Costs,
        attribution: Attribution,
        tally: Tally,
    }

    /// Of a drawing, with models `m` at 1 dollar a token in and 2 out, and `n` at a tenth of that; a tool `search` costs
    /// half a dollar a call.
    pub fn counted(drawing: &str) -> Counted {
        of(parse(drawing).finish())
    }

    pub fn of(store: TraceStore) -> Counted {
        priced(
            store,
            "m\t\t1000000\t2000000\nn\t\t100000\t200000\t-\t-\t-\t-\t100\n@tool\tsearch\t0.5",
        )
    }

    /// With the prices of a table.
    pub fn priced(store: TraceStore, table: &str) -> Counted {
        let book = PriceBook::new(PriceTable::default(), PriceTable::parse(table).unwrap());
        let calls = Calls::new(&store);
        let costs = Costs::new(&store, &calls, &book);
        let attribution = Attribution::new(&store, &calls);
        Counted {
            store,
            book,
            calls,
            costs,
            attribution,
            tally: Tally::default(),
        }
    }

    impl Counted {
        pub fn ledger(&self) -> Ledger<'_> {
            Ledger {
                store: &self.store,
                calls: &self.calls,
                costs: &self.costs,
                attribution: &self.attribution,
                book: &self.book,
                tally: &self.tally,
            }
        }

        pub fn part(&self) -> Part {
            Part::whole(&self.store)
        }
    }

    #[test]
    fn a_request_to_a_model_is_one_unit() {
        // 0 run, 1 wrapper, 2 the call within it, 3 an http request that carries its tokens, 4 an embedding, 5 one without
        // tokens, 6 one of which no model is known, 7 an agent that alone says what it used, 8 its tool
        let counted = counted(
            "run 0..99 agent=a is=agent\n  wrap 1..9 is=llm model=m\n    chat 1..9 is=llm\n      post 2..8 tokens=1/2\n  embed 10..12 is=embedding model=e tokens=3/0\n  embed 13..14 is=embedding model=e\n  embed 15..16 is=embedding\n  coder 20..30 is=agent agent=b tokens=4/5\n    edit 21..22 is=tool\nlost 40..50 parent=ff is=llm model=m",
        );
        let ledger = counted.ledger();
        let names: Vec<&str> = ledger
            .units()
            .iter()
            .map(|&row| counted.store.name(SpanRow(row)))
            .collect();
        assert_eq!(names, ["chat", "embed", "embed", "coder", "lost"]);
        assert_eq!(ledger.units_at(SpanRow(0)), 4);
        let agent = |row| ledger.agent(SpanRow(row)).map(|agent| ledger.text(agent));
        assert_eq!(agent(3), Some("a"));
        assert_eq!(agent(8), Some("b"));
        assert_eq!(agent(10), None, "nobody owns an orphan");
    }
}
