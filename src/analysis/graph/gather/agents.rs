//! Agents and who sets whom to work.

use super::{Gathering, Seen};
use crate::analysis::graph::{EdgeKind, NodeKind, evidence};
use crate::analysis::part::Part;
use crate::analysis::roles::hands_to;
use crate::analysis::totals::agent_runs;
use crate::model::{OperationKind, SpanRow, StrId};

impl<'d> Gathering<'d> {
    pub(super) fn agents(&mut self, part: &Part) {
        let store = self.ledger.store;
        let mut runs = Vec::new();
        for range in part.ranges() {
            agent_runs(store, range.clone(), &mut |row, agent| {
                runs.push((row, agent));
            });
        }
        for &(_, agent) in &runs {
            self.node(NodeKind::Agent, agent);
        }
        for &(row, agent) in &runs {
            let above = store
                .parent(row)
                .and_then(|parent| self.caller(parent))
                // An agent that is named on its calls alone does not call itself.
                .filter(|&(above, is_named)| is_named || above != agent);
            if let Some((above, _)) = above {
                let ends = (above, agent);
                self.agents_edge(ends, EdgeKind::Delegation, evidence::PARENT, row);
            }
        }
        let children = self.named_children();
        for row in part.spans(store) {
            let named = self
                .names_child(row, &children)
                .map(|child| (child, EdgeKind::Delegation, evidence::NAMED));
            let handed = || hands_to(store, row).filter(|agent| !agent.is_empty());
            let named = named.or_else(|| {
                handed().map(|agent| (agent.to_owned(), EdgeKind::Handoff, evidence::HANDOFF))
            });
            let Some((name, kind, evidence)) = named else {
                continue;
            };
            let Some((from, _)) = self.caller(row) else {
                continue;
            };
            let (from, to) = (self.node(NodeKind::Agent, from), self.agent_called(&name));
            self.edge(&Seen {
                from,
                to,
                kind,
                evidence,
                row,
            });
        }
    }

    /// The agent that acts at a row, and whether the row or one above it names it. Some producers name an agent on its calls
    /// alone: then those of the agent's span around the row tell, when they are of one mind.
    fn caller(&mut self, row: SpanRow) -> Option<(StrId, bool)> {
        if let Some(agent) = self.ledger.agent(row) {
            return Some((agent, true));
        }
        let store = self.ledger.store;
        let mut around = std::iter::successors(Some(row), |&row| store.parent(row));
        let nameless = around.find(|&row| store.operation_kind(row) == OperationKind::Agent)?;
        let told = *self.told_by_calls.entry(nameless.0).or_insert_with(|| {
            let is_call = |&child: &SpanRow| {
                matches!(
                    store.operation_kind(child),
                    OperationKind::Llm | OperationKind::Tool
                )
            };
            let calls = store.children(nameless).filter(is_call);
            let mut agents = calls.filter_map(|call| self.ledger.agent(call));
            let first = agents.next()?;
            agents.all(|other| other == first).then_some(first)
        });
        told.map(|agent| (agent, false))
    }

    /// For each pair of the dictionary the agent that it says is set to work; empty when none says such.
    fn named_children(&self) -> Vec<Option<&'d str>> {
        let dictionary = self.ledger.store.dictionary();
        let Some(key) = dictionary.find_key("agent.child.name") else {
            return Vec::new();
        };
        let pairs = dictionary.pairs();
        pairs
            .map(|(pair, known, _)| dictionary.value_text(pair).filter(|_| known == key))
            .collect()
    }

    /// The agent that a span says it sets to work, when no span of that agent stands below it.
    fn names_child(&self, row: SpanRow, named: &[Option<&str>]) -> Option<String> {
        let store = self.ledger.store;
        let mut pairs = store.attributes(row);
        let child = pairs.find_map(|pair| *named.get(pair.0 as usize)?)?;
        let mut below = store.subtree(row).skip(1).map(SpanRow);
        let is_below = below.any(|row| {
            let agent = self.ledger.agent(row).map(|agent| store.text(agent));
            agent == Some(child)
        });
        (!is_below).then(|| child.to_owned())
    }

    /// The agent of a name as a tool writes it: `transfer_to_refund_agent` means "Refund Agent".
    fn agent_called(&mut self, name: &str) -> u32 {
        let plain = |text: &str| -> String {
            let kept = text.chars().filter(|c| c.is_alphanumeric());
            kept.flat_map(char::to_lowercase).collect()
        };
        let wanted = plain(name);
        let found = self
            .nodes
            .iter()
            .position(|node| node.kind == NodeKind::Agent && plain(&node.name) == wanted);
        found.map_or_else(
            || self.add(NodeKind::Agent, name.to_owned(), None),
            |at| at as u32,
        )
    }
}
