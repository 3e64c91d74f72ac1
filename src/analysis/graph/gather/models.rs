//! Calls of models and tools, and what they used and cost.

use super::{Gathering, Seen, key};
use crate::analysis::calls::is_repeated_tool;
use crate::analysis::graph::{EdgeKind, NodeKind, evidence};
use crate::analysis::part::Part;
use crate::analysis::treemap::Sum;
use crate::model::{OperationKind, SpanRow, StatusCode};

impl Gathering<'_> {
    pub(super) fn models(&mut self, part: &Part) {
        let ledger = self.ledger;
        for row in part.among(ledger.units()) {
            let failed = ledger.calls.failed(ledger.store, row);
            // The status of the span is counted already.
            let told = ledger.store.status(row) == StatusCode::Error;
            if let Some((from, to)) = self.ends(row) {
                let edge = self.edge(&Seen {
                    from,
                    to,
                    kind: EdgeKind::Call,
                    evidence: evidence::PARENT,
                    row,
                });
                edge.errors += u32::from(failed && !told);
                self.count(to, |model| {
                    model.spans += 1;
                    model.calls += 1;
                    model.errors += u32::from(failed || told);
                });
            }
            if let Some(from) = self.actor(row) {
                self.count(from, |actor| actor.calls += 1);
            }
        }
        ledger.each_usage(part, &mut |row, usage| {
            let is_complete = usage.input.is_some() && usage.output.is_some();
            let known = usage.input.or(usage.output).map(|_| {
                i128::from(usage.input.unwrap_or(0)) + i128::from(usage.output.unwrap_or(0))
            });
            self.spend(row, false, |_, tokens| tokens.add(known, !is_complete));
        });
        ledger.each_cost(part, &mut |row, cost| {
            let is_tool = ledger.is_tool_price(row, cost);
            let known = cost.amount.value().map(|amount| i128::from(amount.0));
            self.spend(row, is_tool, |sum, _| {
                sum.add(known, !cost.amount.is_complete());
            });
        });
    }

    /// Adds to cost and tokens of who asks at a row, of the model (or tool) and of the edge between them.
    fn spend(&mut self, row: SpanRow, is_tool: bool, add: impl Fn(&mut Sum, &mut Sum)) {
        let ends = if is_tool {
            self.tool_ends(row)
        } else {
            self.ends(row)
        };
        let kind = if is_tool {
            EdgeKind::Tool
        } else {
            EdgeKind::Call
        };
        let edge = ends.and_then(|(from, to)| self.by_ends.get(key(from, to, kind)));
        if let Some(edge) = edge.and_then(|at| self.edges.get_mut(at as usize)) {
            add(&mut edge.cost, &mut edge.tokens);
        }
        let to = ends.map(|(_, to)| to);
        for node in [self.actor(row), to].into_iter().flatten() {
            self.count(node, |figures| add(&mut figures.cost, &mut figures.tokens));
        }
    }

    /// Who asks at a row, and the model.
    fn ends(&mut self, row: SpanRow) -> Option<(u32, u32)> {
        let model = self.ledger.model(row)?;
        let from = self.actor(row)?;
        Some((from, self.node(NodeKind::Model, model)))
    }

    /// The agent of a row, else its service.
    fn actor(&mut self, row: SpanRow) -> Option<u32> {
        let store = self.ledger.store;
        if let Some(agent) = self.ledger.agent(row) {
            return Some(self.node(NodeKind::Agent, agent));
        }
        let service = store.services().get(usize::from(store.service(row)?))?;
        Some(self.node(NodeKind::Service, service.name))
    }

    /// Who calls the tool of a row, and the tool.
    fn tool_ends(&mut self, row: SpanRow) -> Option<(u32, u32)> {
        let store = self.ledger.store;
        let tool = store.meaning(row).tool.unwrap_or(store.name_id(row));
        // A tool's span may name the agent that it sets to work: the one above calls it.
        let above = store
            .parent(row)
            .filter(|&above| self.ledger.agent(above).is_some());
        let caller = above
            .filter(|_| store.meaning(row).agent.is_some())
            .unwrap_or(row);
        let from = self.actor(caller)?;
        Some((from, self.node(NodeKind::Tool, tool)))
    }

    pub(super) fn tools(&mut self, part: &Part) {
        let store = self.ledger.store;
        for row in part.spans(store) {
            if store.operation_kind(row) != OperationKind::Tool || is_repeated_tool(store, row) {
                continue;
            }
            if let Some((from, to)) = self.tool_ends(row) {
                self.edge(&Seen {
                    from,
                    to,
                    kind: EdgeKind::Tool,
                    evidence: evidence::PARENT,
                    row,
                });
                let failed = store.status(row) == StatusCode::Error;
                self.count(to, |tool| {
                    tool.spans += 1;
                    tool.calls += 1;
                    tool.errors += u32::from(failed);
                });
            }
        }
    }
}
