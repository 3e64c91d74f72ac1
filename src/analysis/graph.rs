//! Agents, tools and models, and who called whom.
//!
//! An edge stands only on evidence in the trace:
//!
//! | kind | from, to | evidence |
//! |---|---|---|
//! | `call` | agent, model | a request to the model within the agent's spans |
//! | `tool` | agent, tool | a tool's span within the agent's spans |
//! | `delegation` | agent, agent | an agent's run below a span of another agent, or a span of it that names a child |
//! | `handoff` | agent, agent | a hand-off, or a tool that is called like one, that names the agent |
//! | `link` | agent, agent | a span link |
//! | `correlation` | agent, agent | inferred: a trace whose first span carries as `correlation_id` the id of a span of another trace, or the same value as it |
//!
//! What no agent does is done by its service.

use super::calls::is_repeated_tool;
use super::ledger::{Ledger, NONE};
use super::numbering::Numbering;
use super::part::Part;
use super::totals::agent_runs;
use super::treemap::Sum;
use crate::model::{OperationKind, SpanId, SpanRow, StatusCode, StrId, TraceStore, order};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// An agent.
    Agent,
    /// A service that acts without an agent.
    Service,
    /// A tool.
    Tool,
    /// A model.
    Model,
}

impl NodeKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Service => "service",
            Self::Tool => "tool",
            Self::Model => "model",
        }
    }
}

/// An agent, tool, model or service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphNode {
    /// Its name, with its kind before it where a node of another kind has the same name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
}

/// What an edge stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// An agent set another to work.
    Delegation,
    /// An agent handed its task over.
    Handoff,
    /// A link from one agent's span to another's.
    Link,
    /// The same correlation id.
    Correlation,
    /// A tool was called.
    Tool,
    /// A model was asked.
    Call,
}

impl EdgeKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delegation => "delegation",
            Self::Handoff => "handoff",
            Self::Link => "link",
            Self::Correlation => "correlation",
            Self::Tool => "tool",
            Self::Call => "call",
        }
    }

    /// Whether it is concluded, not recorded.
    pub fn is_inferred(self) -> bool {
        self == Self::Correlation
    }
}

/// An edge between two nodes, by their places in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphEdge {
    /// Who calls.
    pub from: u32,
    /// Who is called.
    pub to: u32,
    /// What it stands for.
    pub kind: EdgeKind,
    /// How often.
    pub count: u32,
    /// Of these, how often it failed.
    pub errors: u32,
    /// Tokens of requests to models.
    pub tokens: Sum,
    /// Their cost.
    pub cost: Sum,
    /// The first span of it.
    pub first: SpanRow,
}

/// Nodes by kind and name, and edges by their ends and kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// Nodes.
    pub nodes: Vec<GraphNode>,
    /// Edges.
    pub edges: Vec<GraphEdge>,
}

/// A graph while it is gathered.
struct Gathering<'d> {
    ledger: Ledger<'d>,
    nodes: Vec<(NodeKind, String)>,
    /// By kind and interned name.
    by_name: Numbering,
    places: Vec<u32>,
    edges: Vec<GraphEdge>,
    by_ends: Numbering,
}

/// The graph of a part.
pub fn graph(ledger: Ledger<'_>, part: &Part) -> Graph {
    let mut new = Gathering {
        ledger,
        nodes: Vec::new(),
        by_name: Numbering::default(),
        places: Vec::new(),
        edges: Vec::new(),
        by_ends: Numbering::default(),
    };
    new.agents(part);
    new.models(part);
    new.tools(part);
    new.links(part);
    new.correlations(part);
    new.finish()
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
                .and_then(|parent| self.ledger.agent(parent));
            if let Some(above) = above {
                let (from, to) = (
                    self.node(NodeKind::Agent, above),
                    self.node(NodeKind::Agent, agent),
                );
                self.edge(from, to, EdgeKind::Delegation, row);
            }
        }
        for row in part.spans(store) {
            let Some(from) = self.ledger.agent(row) else {
                continue;
            };
            let named = self
                .names_child(row)
                .map(|child| (child, EdgeKind::Delegation));
            let named =
                named.or_else(|| hands_to(store, row).map(|agent| (agent, EdgeKind::Handoff)));
            let Some((name, kind)) = named else {
                continue;
            };
            let (from, to) = (self.node(NodeKind::Agent, from), self.agent_called(&name));
            self.edge(from, to, kind, row);
        }
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
            .position(|(kind, known)| *kind == NodeKind::Agent && plain(known) == wanted);
        found.map_or_else(
            || {
                self.nodes.push((NodeKind::Agent, name.to_owned()));
                self.nodes.len() as u32 - 1
            },
            |at| at as u32,
        )
    }

    fn models(&mut self, part: &Part) {
        let ledger = self.ledger;
        for row in part.among(ledger.units()) {
            if let Some((from, to)) = self.ends(row) {
                let failed = ledger.calls.failed(ledger.store, row);
                let edge = self.edge(from, to, EdgeKind::Call, row);
                // The status of the span is counted already.
                let told = ledger.store.status(row) == StatusCode::Error;
                edge.errors += u32::from(failed && !told);
            }
        }
        let mut usages = Vec::new();
        ledger.each_usage(part, &mut |row, usage| usages.push((row, usage)));
        for (row, usage) in usages {
            if let Some(edge) = self.known_call(row) {
                let both = usage.input.zip(usage.output);
                let known = usage.input.or(usage.output).map(|_| {
                    i128::from(usage.input.unwrap_or(0)) + i128::from(usage.output.unwrap_or(0))
                });
                edge.tokens.add(known, both.is_none());
            }
        }
        let mut costs = Vec::new();
        ledger.each_cost(part, &mut |row, cost| costs.push((row, cost.amount)));
        for (row, amount) in costs {
            if let Some(edge) = self.known_call(row) {
                let known = amount.value().map(|amount| i128::from(amount.0));
                edge.cost.add(known, !amount.is_complete());
            }
        }
    }

    /// Who asks at a row, and the model.
    fn ends(&mut self, row: SpanRow) -> Option<(u32, u32)> {
        let model = self.ledger.model(row)?;
        let from = self.actor(row)?;
        Some((from, self.node(NodeKind::Model, model)))
    }

    fn known_call(&mut self, row: SpanRow) -> Option<&mut GraphEdge> {
        let (from, to) = self.ends(row)?;
        let mut edges = self.edges.iter_mut();
        edges.find(|edge| (edge.from, edge.to, edge.kind) == (from, to, EdgeKind::Call))
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

    fn tools(&mut self, part: &Part) {
        let store = self.ledger.store;
        for row in part.spans(store) {
            if store.operation_kind(row) != OperationKind::Tool || is_repeated_tool(store, row) {
                continue;
            }
            let tool = store.meaning(row).tool.unwrap_or(store.name_id(row));
            // A tool's span may name the agent that it sets to work: the one above calls it.
            let above = store
                .parent(row)
                .filter(|&above| self.ledger.agent(above).is_some());
            let caller = above
                .filter(|_| store.meaning(row).agent.is_some())
                .unwrap_or(row);
            if let Some(from) = self.actor(caller) {
                let to = self.node(NodeKind::Tool, tool);
                self.edge(from, to, EdgeKind::Tool, row);
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
                self.edge(from, to, EdgeKind::Link, link.row);
            }
        }
    }

    fn correlations(&mut self, part: &Part) {
        let ledger = self.ledger;
        for (from, to) in correlated(ledger.store, part) {
            if let Some((above, below)) = ledger.agent(from).zip(ledger.agent(to)) {
                let (from, below) = (
                    self.node(NodeKind::Agent, above),
                    self.node(NodeKind::Agent, below),
                );
                if from != below {
                    self.edge(from, below, EdgeKind::Correlation, to);
                }
            }
        }
    }

    fn node(&mut self, kind: NodeKind, name: StrId) -> u32 {
        let number = self.by_name.number(Numbering::pair(kind as u32, name.0)) as usize;
        if number == self.places.len() {
            let text = self.ledger.text(name);
            let known = self
                .nodes
                .iter()
                .position(|(of, known)| *of == kind && known == text);
            let place = known.unwrap_or(self.nodes.len());
            if place == self.nodes.len() {
                self.nodes.push((kind, text.to_owned()));
            }
            self.places.push(place as u32);
        }
        self.places.get(number).copied().unwrap_or(NONE)
    }

    fn edge(&mut self, from: u32, to: u32, kind: EdgeKind, row: SpanRow) -> &mut GraphEdge {
        // More nodes than 2^28 would need as many names.
        let key = Numbering::pair(from << 3 | kind as u32, to);
        let at = self.by_ends.number(key) as usize;
        if at == self.edges.len() {
            self.edges.push(GraphEdge {
                from,
                to,
                kind,
                count: 0,
                errors: 0,
                tokens: Sum::default(),
                cost: Sum::default(),
                first: row,
            });
        }
        let edge = &mut self.edges[at];
        edge.count += 1;
        edge.errors += u32::from(self.ledger.store.status(row) == StatusCode::Error);
        edge.first = edge.first.min(row);
        edge
    }

    /// Nodes and edges in an order that does not depend on that of the spans.
    fn finish(self) -> Graph {
        let Self {
            nodes, mut edges, ..
        } = self;
        let mut by: Vec<u32> = (0..nodes.len() as u32).collect();
        order::sort(&mut by, &|a, b| nodes[a as usize].cmp(&nodes[b as usize]));
        let mut place = vec![0; nodes.len()];
        for (&node, at) in by.iter().zip(0..) {
            place[node as usize] = at;
        }
        let id = |at: u32| {
            let (kind, name) = &nodes[at as usize];
            let is_taken = nodes
                .iter()
                .any(|(other, known)| other < kind && known == name);
            let id = if is_taken {
                format!("{}:{name}", kind.as_str())
            } else {
                name.clone()
            };
            GraphNode {
                id,
                name: name.clone(),
                kind: *kind,
            }
        };
        let nodes = by.iter().map(|&at| id(at)).collect();
        for edge in &mut edges {
            edge.from = place[edge.from as usize];
            edge.to = place[edge.to as usize];
        }
        order::sort_items(&mut edges, |a, b| {
            (a.from, a.to, a.kind).cmp(&(b.from, b.to, b.kind))
        });
        Graph { nodes, edges }
    }
}

/// The agent that a hand-off names.
fn hands_to(store: &TraceStore, row: SpanRow) -> Option<String> {
    let is_handoff = store.operation_kind(row) == OperationKind::Handoff;
    let name = store.tool(row).or(is_handoff.then(|| store.name(row)))?;
    let starts = ["handoff to ", "handoff_to_", "transfer_to_", "hand_off_to_"];
    let agent = starts.iter().find_map(|start| name.strip_prefix(start))?;
    // A tool for all of them says in its arguments which one is meant.
    (!agent.is_empty() && agent != "agent").then(|| agent.to_owned())
}

/// Spans of other traces that roots of a part belong to by their correlation ids: the cause, then the root.
fn correlated(store: &TraceStore, part: &Part) -> Vec<(SpanRow, SpanRow)> {
    let dictionary = store.dictionary();
    if dictionary.find_key("correlation_id").is_none() {
        return Vec::new();
    }
    // Traces stand by start.
    let mut roots: Vec<(String, SpanRow)> = Vec::new();
    for trace in store
        .traces()
        .iter()
        .filter(|trace| part.contains(trace.root))
    {
        let mut pairs = store.attributes(trace.root);
        let pair = pairs.find(|&pair| dictionary.key_text(pair) == "correlation_id");
        if let Some(value) = pair.and_then(|pair| dictionary.value_text(pair)) {
            roots.push((value.to_owned(), trace.root));
        }
    }
    order::sort_items(&mut roots, Ord::cmp);
    let mut found = Vec::new();
    let mut known = vec![false; roots.len()];
    // Ids of spans among them, as numbers.
    let mut wanted: Vec<(u64, u32)> = Vec::new();
    for ((value, _), at) in roots.iter().zip(0..) {
        if let Some(id) = Some(value).filter(|value| value.len() == 16) {
            wanted.extend(u64::from_str_radix(id, 16).ok().map(|id| (id, at)));
        }
    }
    order::sort_items(&mut wanted, Ord::cmp);
    for row in part.spans(store).filter(|_| !wanted.is_empty()) {
        let Some(SpanId(id)) = store.span_id(row) else {
            continue;
        };
        let first = wanted.partition_point(|&(value, _)| value < id);
        let same = wanted
            .iter()
            .skip(first)
            .take_while(|(value, _)| *value == id);
        for &(_, at) in same {
            let root = roots.get(at as usize).map(|&(_, root)| root);
            let other = root.filter(|&root| store.trace_of(row) != store.trace_of(root));
            if let (Some(root), Some(known)) = (other, known.get_mut(at as usize)) {
                found.push((row, root));
                *known = true;
            }
        }
    }
    for group in roots.chunk_by(|a, b| a.0 == b.0) {
        // The earliest trace of a request is where it began.
        let Some(((_, first), later)) = group.split_first() else {
            continue;
        };
        let from = roots.partition_point(|known| known < &group[0]);
        for (at, (_, root)) in (from + 1..).zip(later) {
            if !known.get(at).copied().unwrap_or(true) {
                found.push((*first, *root));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
