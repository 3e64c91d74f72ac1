//! Finds nodes and edges.

mod agents;
mod models;

use super::correlated::correlated;
use super::{EdgeKind, Figures, Graph, GraphEdge, GraphNode, KEPT, NodeKind, Step, evidence};
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::analysis::treemap::Sum;
use crate::model::{SpanRow, StatusCode, StrId, order};
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
    fn count(&mut self, node: u32, add: impl FnOnce(&mut Figures)) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            add(&mut node.figures);
        }
    }

    fn links(&mut self, part: &Part) {
        let store = self.ledger.store;
        for link in store.all_links() {
            let Some(target) = link.target.filter(|&target| part.contains(target)) else {
                continue;
            };
            let ends = self.ledger.agent(target).zip(self.ledger.agent(link.row));
            if let Some(ends) = ends.filter(|(from, to)| from != to)
                && part.contains(link.row)
            {
                self.agents_edge(ends, EdgeKind::Link, evidence::LINK, link.row);
            }
        }
    }

    fn correlations(&mut self, part: &Part) {
        let ledger = self.ledger;
        for (cause, root, evidence) in correlated(ledger.store, part) {
            let ends = ledger.agent(cause).zip(ledger.agent(root));
            if let Some(ends) = ends.filter(|(from, to)| from != to) {
                self.agents_edge(ends, EdgeKind::Correlation, evidence, root);
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

    /// Counts an edge from one agent to another.
    fn agents_edge(&mut self, ends: (StrId, StrId), kind: EdgeKind, evidence: u8, row: SpanRow) {
        let (from, to) = (
            self.node(NodeKind::Agent, ends.0),
            self.node(NodeKind::Agent, ends.1),
        );
        self.edge(&Seen {
            from,
            to,
            kind,
            evidence,
            row,
        });
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
