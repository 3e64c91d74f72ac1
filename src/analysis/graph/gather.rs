//! Finds nodes and edges.

use super::correlated::correlated;
use super::{EdgeKind, Figures, Graph, GraphEdge, GraphNode, KEPT, NodeKind, Step, evidence};
use crate::analysis::calls::is_repeated_tool;
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::analysis::roles::hands_to;
use crate::analysis::totals::agent_runs;
use crate::analysis::treemap::Sum;
use crate::model::{OperationKind, SpanRow, StatusCode, StrId, order};
use std::collections::BTreeMap;

/// A node while the graph is gathered.
struct Found {
    kind: NodeKind,
    name: String,
    text: Option<StrId>,
    figures: Figures,
    first: Option<SpanRow>,
    skills: Vec<(StrId, u32)>,
}

/// A graph while it is gathered.
struct Gathering<'d> {
    ledger: Ledger<'d>,
    nodes: Vec<Found>,
    /// By kind and interned name.
    by_name: Numbering,
    places: Vec<u32>,
    edges: Vec<GraphEdge>,
    by_ends: Numbering,
    /// Every count of every edge, when they are asked for.
    steps: Option<Vec<Step>>,
    /// Whom the calls of an agent's span without a name name, by its row.
    told_by_calls: BTreeMap<u32, Option<StrId>>,
}

/// The graph of a part; with every count of its edges when `with_steps`.
pub(super) fn gather(ledger: Ledger<'_>, part: &Part, with_steps: bool) -> Graph {
    let mut new = Gathering {
        ledger,
        nodes: Vec::new(),
        by_name: Numbering::default(),
        places: Vec::new(),
        edges: Vec::new(),
        by_ends: Numbering::default(),
        steps: with_steps.then(Vec::new),
        told_by_calls: BTreeMap::new(),
    };
    new.agents(part);
    // Before models: what a tool costs is added to the edge of its call.
    new.tools(part);
    new.models(part);
    new.links(part);
    new.correlations(part);
    new.owned(part);
    new.finish()
}

/// An edge to be counted.
struct Seen {
    from: u32,
    to: u32,
    kind: EdgeKind,
    evidence: u8,
    row: SpanRow,
}

impl Gathering<'_> {
    fn agents(&mut self, part: &Part) {
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
                let (from, to) = (
                    self.node(NodeKind::Agent, above),
                    self.node(NodeKind::Agent, agent),
                );
                self.edge(&Seen {
                    from,
                    to,
                    kind: EdgeKind::Delegation,
                    evidence: evidence::PARENT,
                    row,
                });
            }
        }
        for row in part.spans(store) {
            let named = self
                .names_child(row)
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

    /// The agent that a span says it sets to work, when no span of that agent stands below it.
    fn names_child(&self, row: SpanRow) -> Option<String> {
        let store = self.ledger.store;
        let dictionary = store.dictionary();
        dictionary.find_key("agent.child.name")?;
        let mut pairs = store.attributes(row);
        let pair = pairs.find(|&pair| dictionary.key_text(pair) == "agent.child.name")?;
        let child = dictionary.value_text(pair)?;
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

    fn models(&mut self, part: &Part) {
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
        let mut usages = Vec::new();
        ledger.each_usage(part, &mut |row, usage| usages.push((row, usage)));
        for (row, usage) in usages {
            let is_complete = usage.input.is_some() && usage.output.is_some();
            let known = usage.input.or(usage.output).map(|_| {
                i128::from(usage.input.unwrap_or(0)) + i128::from(usage.output.unwrap_or(0))
            });
            self.spend(row, false, |_, tokens| tokens.add(known, !is_complete));
        }
        let mut costs = Vec::new();
        ledger.each_cost(part, &mut |row, cost| {
            costs.push((row, cost.amount, ledger.is_tool_price(row, cost)));
        });
        for (row, amount, is_tool) in costs {
            let known = amount.value().map(|amount| i128::from(amount.0));
            self.spend(row, is_tool, |cost, _| {
                cost.add(known, !amount.is_complete());
            });
        }
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

    fn count(&mut self, node: u32, add: impl FnOnce(&mut Figures)) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            add(&mut node.figures);
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

    fn tools(&mut self, part: &Part) {
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

    fn links(&mut self, part: &Part) {
        let store = self.ledger.store;
        for link in store.all_links() {
            let Some(target) = link.target.filter(|&target| part.contains(target)) else {
                continue;
            };
            let ends = self.ledger.agent(target).zip(self.ledger.agent(link.row));
            if let Some((from, to)) = ends.filter(|(from, to)| from != to)
                && part.contains(link.row)
            {
                let (from, to) = (
                    self.node(NodeKind::Agent, from),
                    self.node(NodeKind::Agent, to),
                );
                self.edge(&Seen {
                    from,
                    to,
                    kind: EdgeKind::Link,
                    evidence: evidence::LINK,
                    row: link.row,
                });
            }
        }
    }

    fn correlations(&mut self, part: &Part) {
        let ledger = self.ledger;
        for (cause, root, evidence) in correlated(ledger.store, part) {
            if let Some((above, below)) = ledger.agent(cause).zip(ledger.agent(root)) {
                let (from, to) = (
                    self.node(NodeKind::Agent, above),
                    self.node(NodeKind::Agent, below),
                );
                if from != to {
                    self.edge(&Seen {
                        from,
                        to,
                        kind: EdgeKind::Correlation,
                        evidence,
                        row: root,
                    });
                }
            }
        }
    }

    /// What belongs to agents and services that are nodes: spans, failures, loads of skills.
    fn owned(&mut self, part: &Part) {
        let store = self.ledger.store;
        for row in part.spans(store) {
            let name = match self.ledger.agent(row) {
                Some(agent) => Some((NodeKind::Agent, agent)),
                None => store
                    .service(row)
                    .and_then(|service| store.services().get(usize::from(service)))
                    .map(|service| (NodeKind::Service, service.name)),
            };
            let known = name.and_then(|(kind, name)| {
                let number = self.by_name.get(Numbering::pair(kind as u32, name.0))?;
                self.places.get(number as usize).copied()
            });
            let Some(node) = known.and_then(|at| self.nodes.get_mut(at as usize)) else {
                continue;
            };
            node.figures.spans += 1;
            node.figures.errors += u32::from(store.status(row) == StatusCode::Error);
            let first = node.first.unwrap_or(row);
            node.first = Some(first.min(row));
            if let Some(skill) = store.meaning(row).skill {
                match node.skills.iter_mut().find(|(known, _)| *known == skill) {
                    Some((_, count)) => *count += 1,
                    None => node.skills.push((skill, 1)),
                }
            }
        }
    }

    fn add(&mut self, kind: NodeKind, name: String, text: Option<StrId>) -> u32 {
        self.nodes.push(Found {
            kind,
            name,
            text,
            figures: Figures::default(),
            first: None,
            skills: Vec::new(),
        });
        self.nodes.len() as u32 - 1
    }

    fn node(&mut self, kind: NodeKind, name: StrId) -> u32 {
        let number = self.by_name.number(Numbering::pair(kind as u32, name.0)) as usize;
        if number == self.places.len() {
            let text = self.ledger.text(name);
            let known = self
                .nodes
                .iter()
                .position(|node| node.kind == kind && node.name == text);
            let place = match known {
                Some(place) => place as u32,
                None => self.add(kind, text.to_owned(), Some(name)),
            };
            self.places.push(place);
        }
        self.places.get(number).copied().unwrap_or(NONE)
    }

    fn edge(&mut self, seen: &Seen) -> &mut GraphEdge {
        let &Seen {
            from,
            to,
            kind,
            evidence,
            row,
        } = seen;
        let at = self.by_ends.number(key(from, to, kind)) as usize;
        if at == self.edges.len() {
            self.edges.push(GraphEdge {
                from,
                to,
                kind,
                count: 0,
                errors: 0,
                tokens: Sum::default(),
                cost: Sum::default(),
                evidence: 0,
                spans: Vec::new(),
            });
        }
        if let Some(steps) = &mut self.steps {
            steps.push(Step {
                row,
                from,
                to,
                kind,
            });
        }
        for end in [from, to] {
            // What is called has its first span here; who calls has more, which are looked at later.
            if let Some(node) = self.nodes.get_mut(end as usize)
                && (!node.kind.is_actor() || node.text.is_none())
            {
                node.first = Some(node.first.unwrap_or(row).min(row));
            }
        }
        let edge = &mut self.edges[at];
        edge.count += 1;
        edge.errors += u32::from(self.ledger.store.status(row) == StatusCode::Error);
        edge.evidence |= evidence;
        let place = edge.spans.partition_point(|&known| known <= row);
        if place < KEPT {
            edge.spans.insert(place, row);
            edge.spans.truncate(KEPT);
        }
        edge
    }

    /// Nodes and edges in an order that does not depend on that of the spans.
    fn finish(self) -> Graph {
        let Self {
            ledger,
            nodes,
            mut edges,
            steps,
            ..
        } = self;
        let mut by: Vec<u32> = (0..nodes.len() as u32).collect();
        let order_of = |at: u32| {
            let node = nodes.get(at as usize);
            node.map(|node| (node.kind, node.name.as_str()))
        };
        order::sort(&mut by, &|a, b| order_of(a).cmp(&order_of(b)));
        let mut place = vec![0; nodes.len()];
        for (&node, at) in by.iter().zip(0..) {
            place[node as usize] = at;
        }
        let ids: Vec<String> = nodes
            .iter()
            .map(|node| {
                let is_taken = nodes
                    .iter()
                    .any(|other| other.kind < node.kind && other.name == node.name);
                if is_taken {
                    format!("{}:{}", node.kind.as_str(), node.name)
                } else {
                    node.name.clone()
                }
            })
            .collect();
        let mut sorted: Vec<(u32, GraphNode)> = Vec::new();
        for ((node, id), &at) in nodes.into_iter().zip(ids).zip(&place) {
            let mut skills = node.skills;
            order::sort_items(&mut skills, |a, b| ledger.text(a.0).cmp(ledger.text(b.0)));
            let node = GraphNode {
                id,
                name: node.name,
                kind: node.kind,
                text: node.text,
                figures: node.figures,
                first: node.first,
                skills,
            };
            sorted.push((at, node));
        }
        order::sort_items(&mut sorted, |a, b| a.0.cmp(&b.0));
        let moved = |at: u32| place.get(at as usize).copied().unwrap_or(NONE);
        for edge in &mut edges {
            (edge.from, edge.to) = (moved(edge.from), moved(edge.to));
        }
        order::sort_items(&mut edges, |a, b| {
            (a.from, a.to, a.kind).cmp(&(b.from, b.to, b.kind))
        });
        let mut steps = steps.unwrap_or_default();
        for step in &mut steps {
            (step.from, step.to) = (moved(step.from), moved(step.to));
        }
        let time = |step: &Step| (ledger.store.start(step.row), step.row, step.kind, step.to);
        order::sort_items(&mut steps, |a, b| time(a).cmp(&time(b)));
        Graph {
            nodes: sorted.into_iter().map(|(_, node)| node).collect(),
            edges,
            steps,
        }
    }
}

/// An edge by its ends and kind. More nodes than 2^28 would need as many names.
fn key(from: u32, to: u32, kind: EdgeKind) -> u64 {
    Numbering::pair(from << 3 | kind as u32, to)
}
