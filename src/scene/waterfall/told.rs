//! What lines say of an agent run: kind, agent, model, tokens and cost.

use super::Waterfall;
use crate::analysis::calls::{Calls, owner};
use crate::analysis::cost::Costs;
use crate::analysis::totals::within;
use crate::model::order::RowMap;
use crate::model::{OperationKind, SpanRow, Total, TraceStore};
use serde::{Deserialize, Serialize};

/// Subtrees with more owners of tokens than this are added up once.
const MANY: usize = 64;

/// What one line says of an agent run. Tokens and cost are those of the span and everything below it, each call once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What the span is.
    pub operation: OperationKind,
    /// The agent at work; empty outside of agents.
    pub agent: String,
    /// The model of a call, as recorded; empty for anything else.
    pub model: String,
    /// Tokens in and out; `None` when none are known.
    pub tokens: Option<u64>,
    /// Whether those of every call are known.
    pub tokens_complete: bool,
    /// Cost in 10^-12 US dollars; `None` when unknown or nothing was called.
    pub cost: Option<i64>,
    /// Whether that of every call is known.
    pub cost_complete: bool,
}

/// Tells of lines; keeps the sums of large subtrees. One per document.
#[derive(Debug, Default)]
pub struct Teller {
    wide: RowMap<Total<u64>>,
    /// By trace: whether anything is told of it.
    traces: RowMap<bool>,
}

impl Teller {
    /// Fills in what the lines of a scene say.
    pub fn tell(
        &mut self,
        store: &TraceStore,
        calls: &Calls,
        costs: &Costs,
        scene: &mut Waterfall,
    ) {
        scene.is_told = *self.traces.find_or_insert(scene.trace.0, || {
            let rows = store
                .trace(scene.trace)
                .map_or(0..0, |trace| trace.rows.clone());
            let mut kinds = rows.map(|row| store.operation_kind(SpanRow(row)));
            kinds.any(|kind| kind != OperationKind::Other)
        });
        if !scene.is_told {
            return;
        }
        for line in scene.lines.iter_mut().chain(&mut scene.pinned) {
            line.told = self.of(store, calls, costs, line.row);
        }
    }

    /// What is told of one span.
    pub fn of(&mut self, store: &TraceStore, calls: &Calls, costs: &Costs, row: SpanRow) -> Told {
        let text = |id| super::lines::cut(store.text(id));
        let tokens = self.tokens(store, calls, row);
        let cost = costs.total(store.subtree(row)).amount;
        let operation = store.operation_kind(row);
        let model = calls.model(store, row).filter(|_| {
            matches!(
                operation,
                OperationKind::Llm | OperationKind::Embedding | OperationKind::Rerank
            )
        });
        Told {
            operation,
            agent: owner(store, row).map(text).unwrap_or_default(),
            model: model.map(text).unwrap_or_default(),
            tokens: tokens.value(),
            tokens_complete: tokens.is_complete(),
            cost: cost.value().map(|amount| amount.0),
            cost_complete: cost.is_complete(),
        }
    }

    fn tokens(&mut self, store: &TraceStore, calls: &Calls, row: SpanRow) -> Total<u64> {
        let rows = store.subtree(row);
        let owners = within(calls.owners(), &rows);
        let sum = || {
            let mut sum = Total::default();
            for &row in owners {
                let usage = calls.usage(store, SpanRow(row));
                let known = usage.input.is_some() || usage.output.is_some();
                let both = usage
                    .input
                    .unwrap_or(0)
                    .checked_add(usage.output.unwrap_or(0));
                sum.add(both.filter(|_| known));
            }
            for _ in within(calls.without_usage(), &rows) {
                sum.add(None);
            }
            sum
        };
        if owners.len() <= MANY {
            return sum();
        }
        *self.wide.find_or_insert(row.0, sum)
    }
}
