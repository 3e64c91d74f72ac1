//! What is written of nodes and edges.

use super::joined::Joined;
use super::{Edge, EdgeKind, Node, NodeKind, ink};
use crate::analysis::graph::shared::SharedFile;
use crate::analysis::graph::{Figures, Graph, GraphEdge, GraphNode, evidence};
use crate::analysis::ledger::Ledger;
use crate::analysis::treemap::Sum;
use crate::model::order::sort;
use crate::model::{OperationKind, PicoUsd, SpanRow, StrId};
use crate::scene::drawn::filter_of;
use crate::scene::format::{at_least, cost, count, count_short, counted};
use crate::scene::members::Members;

/// Width of a character of a name and of what is below it, with room for wider fonts; what does not fit ends in an ellipsis.
const LETTER: (f32, f32) = (7.4, 6.6);
/// Beside the texts of a node: the mark before them, and what is left at both ends.
const BESIDE: f32 = 42.0;
/// Widths of nodes.
const WIDTH: (f32, f32) = (116.0, 216.0);

/// What texts are made from.
pub struct Telling<'d> {
    pub ledger: Ledger<'d>,
    pub members: &'d Members,
}

/// Width that the texts of a node need.
pub fn width(label: &str, value: &str) -> f32 {
    let long = |text: &str, letter: f32| text.chars().count().min(100) as f32 * letter;
    let texts = long(label, LETTER.0).max(long(value, LETTER.1));
    (texts + BESIDE).clamp(WIDTH.0, WIDTH.1).ceil()
}

/// Width of an edge's label with its ground.
pub fn label_width(label: &str) -> f32 {
    label.chars().count() as f32 * LETTER.1 + 8.0
}

/// Numbers of nodes by their first spans, then as they stand.
pub fn order(graph: &Graph) -> Vec<u32> {
    let mut by: Vec<u32> = (0..graph.nodes.len() as u32).collect();
    let first = |at: u32| {
        let node = graph.nodes.get(at as usize);
        node.map(|node| {
            (
                node.first.is_none(),
                node.first,
                node.kind,
                node.id.as_str(),
            )
        })
    };
    sort(&mut by, &|a, b| first(a).cmp(&first(b)));
    let mut order = vec![0; by.len()];
    for (&node, number) in by.iter().zip(0..) {
        order[node as usize] = number;
    }
    order
}

impl Telling<'_> {
    pub fn nodes(&self, joined: &Joined) -> Vec<Node> {
        let nodes = joined.graph.nodes.iter().zip(&joined.joined);
        nodes.map(|(node, &many)| self.node(node, many)).collect()
    }

    fn node(&self, node: &GraphNode, joined: u32) -> Node {
        let level = match node.kind {
            NodeKind::Agent => "agent",
            NodeKind::Service => "service",
            NodeKind::Tool => "tool",
            NodeKind::Model => "model",
        };
        let filter = if joined == 0 && node.text.is_some() {
            filter_of(&[level.to_owned()], &[Some(node.name.clone())])
        } else {
            String::new()
        };
        let skills: Vec<String> = node
            .skills
            .iter()
            .map(|&(skill, times)| match times {
                1 => self.ledger.text(skill).to_owned(),
                _ => format!("{} ({})", self.ledger.text(skill), count(u64::from(times))),
            })
            .collect();
        Node {
            id: node.id.clone(),
            kind: node.kind,
            ink: self.ink(node.kind, node.text),
            place: [0.0; 4],
            label: if node.name.is_empty() {
                format!("{} without a name", node.kind.as_str())
            } else {
                node.name.clone()
            },
            value: below(node),
            cells: cells(node),
            exact: exact(
                node.figures.spans,
                node.figures.calls,
                node.figures.errors,
                &[node.figures.tokens, node.figures.cost],
            ),
            failed: node.figures.errors > 0,
            joined,
            skills: skills.join(", "),
            filter,
            first: node.first,
        }
    }

    /// The colour that a node has everywhere.
    pub fn ink(&self, kind: NodeKind, text: Option<StrId>) -> u8 {
        match kind {
            NodeKind::Agent => ink::of(self.members.agent(text), ink::AGENT),
            NodeKind::Model => ink::of(self.members.model(text), ink::MODEL),
            NodeKind::Tool => ink::KIND + OperationKind::Tool as u8,
            NodeKind::Service => ink::NEUTRAL,
        }
    }

    pub fn edges(&self, joined: &Joined) -> Vec<Edge> {
        let most = joined.graph.edges.iter().map(|edge| edge.count).max();
        let graph = &joined.graph;
        let edges = graph.edges.iter();
        edges
            .map(|edge| self.edge(edge, graph, most.unwrap_or(1)))
            .collect()
    }

    fn edge(&self, edge: &GraphEdge, graph: &Graph, most: u32) -> Edge {
        let (from, to) = (
            graph.nodes.get(edge.from as usize),
            graph.nodes.get(edge.to as usize),
        );
        let spends = edge.kind == EdgeKind::Call || edge.cost.value().is_some();
        let tokens = if edge.kind == EdgeKind::Call {
            tokens(edge.tokens)
        } else {
            String::new()
        };
        Edge {
            from: edge.from,
            to: edge.to,
            kind: edge.kind,
            thick: thick(edge.count, most),
            path: Vec::new(),
            label: if edge.errors > 0 {
                format!(
                    "{}, {} failed",
                    count_short(u64::from(edge.count)),
                    count_short(u64::from(edge.errors))
                )
            } else {
                count_short(u64::from(edge.count))
            },
            label_at: None,
            cells: vec![
                String::new(),
                count(u64::from(edge.count)),
                tokens,
                if spends {
                    dollars(edge.cost)
                } else {
                    String::new()
                },
                count(u64::from(edge.errors)),
            ],
            exact: exact(
                edge.count,
                edge.count,
                edge.errors,
                &[edge.tokens, edge.cost],
            ),
            failed: edge.errors > 0,
            evidence: words(edge),
            filter: from.zip(to).map_or_else(String::new, |(from, to)| {
                filter_between(edge.kind, from, to)
            }),
            spans: edge
                .spans
                .iter()
                .map(|&row| (row, self.span(row)))
                .collect(),
        }
    }

    /// A span by name, with how long after the start of its run it began.
    fn span(&self, row: SpanRow) -> String {
        let store = self.ledger.store;
        format!("{}, at {}", store.name(row), self.since_start(row))
    }

    /// How long after the start of its run a span began.
    pub fn since_start(&self, row: SpanRow) -> String {
        let store = self.ledger.store;
        let start = store
            .trace(store.trace_of(row))
            .map_or(store.start(row), |trace| trace.range.start);
        crate::scene::format::duration(store.start(row).0.saturating_sub(start.0))
    }

    pub fn shared(&self, files: &[SharedFile]) -> Vec<(String, String, SpanRow)> {
        let file = |file: &SharedFile| {
            let readers = file.readers.iter();
            let names: Vec<String> = readers
                .map(|&(agent, times, _)| match times {
                    1 => self.ledger.text(agent).to_owned(),
                    _ => format!("{} ({})", self.ledger.text(agent), count(u64::from(times))),
                })
                .collect();
            let first = file.readers.iter().map(|&(.., row)| row).min();
            (
                file.path.clone(),
                names.join(", "),
                first.unwrap_or_default(),
            )
        };
        files.iter().map(file).collect()
    }
}

/// What stands below the name.
fn below(node: &GraphNode) -> String {
    let Figures {
        calls, spans, cost, ..
    } = node.figures;
    let calls = u64::from(calls);
    if calls == 0 {
        return if node.kind.is_actor() && spans > 0 {
            counted(u64::from(spans), "span")
        } else {
            String::new()
        };
    }
    let cost = cost.value().map(|_| dollars(cost));
    match cost {
        Some(cost) => format!("{} · {cost}", counted(calls, "call")),
        None => counted(calls, "call"),
    }
}

/// Spans, calls, tokens, cost and failures.
fn cells(node: &GraphNode) -> Vec<String> {
    let Figures {
        spans,
        calls,
        errors,
        tokens: used,
        cost,
    } = node.figures;
    let spends = node.kind != NodeKind::Tool && calls > 0;
    vec![
        count(u64::from(spans)),
        count(u64::from(calls)),
        if spends { tokens(used) } else { String::new() },
        if spends || cost.value().is_some() {
            dollars(cost)
        } else {
            String::new()
        },
        count(u64::from(errors)),
    ]
}

/// The same as digits.
fn exact(spans: u32, calls: u32, errors: u32, [tokens, cost]: &[Sum; 2]) -> Vec<String> {
    let cost = cost.value().and_then(|cost| i64::try_from(cost).ok());
    vec![
        spans.to_string(),
        calls.to_string(),
        tokens
            .value()
            .map_or_else(String::new, |tokens| tokens.to_string()),
        cost.map_or_else(String::new, |cost| PicoUsd(cost).to_string()),
        errors.to_string(),
    ]
}

fn tokens(sum: Sum) -> String {
    let known = sum
        .value()
        .map(|value| count_short(u64::try_from(value).unwrap_or(0)));
    at_least(known, sum.is_complete())
}

fn dollars(sum: Sum) -> String {
    let known = sum
        .value()
        .map(|value| cost(PicoUsd(i64::try_from(value).unwrap_or(i64::MAX))));
    at_least(known, sum.is_complete())
}

/// From one pixel to six: each doubling of the count adds as much.
fn thick(count: u32, most: u32) -> f32 {
    let (least, range) = (1.25, 4.0);
    if most <= 1 {
        return least;
    }
    least + range * (count as f32).log2().max(0.0) / (most as f32).log2().max(4.0)
}

/// The filter that marks the spans of an edge.
fn filter_between(kind: EdgeKind, from: &GraphNode, to: &GraphNode) -> String {
    let level = match kind {
        EdgeKind::Tool => "tool",
        EdgeKind::Call => "model",
        // The spans of it are told by those below them, which no filter says.
        _ => return String::new(),
    };
    if from.text.is_none() || to.text.is_none() {
        return String::new();
    }
    let names = [Some(from.name.clone()), Some(to.name.clone())];
    let caller = if from.kind == NodeKind::Agent {
        "agent"
    } else {
        "service"
    };
    filter_of(&[caller.to_owned(), level.to_owned()], &names)
}

/// What tells an edge, in sentences.
fn words(edge: &GraphEdge) -> String {
    let parent = match edge.kind {
        EdgeKind::Tool => "The spans of the tool stand within the caller's spans (parent).",
        EdgeKind::Call => "The requests to the model stand within the caller's spans (parent).",
        _ => "A run of the agent stands below a span of the other (parent).",
    };
    let sentences = [
        (evidence::PARENT, parent),
        (
            evidence::NAMED,
            "A span of the caller names the agent that it sets to work (agent.child.name).",
        ),
        (
            evidence::HANDOFF,
            "A hand-off, or a tool that is called like one, names the agent.",
        ),
        (
            evidence::LINK,
            "A span of the agent has a link to a span of the other.",
        ),
        (
            evidence::CAUSE,
            "Inferred: the first span of the agent's trace carries as its correlation id the id of a span of the other. No parent, link or call id says it.",
        ),
        (
            evidence::SAME,
            "Inferred: the traces carry the same correlation id, and the other's began first. No parent, link or call id says it.",
        ),
    ];
    let told = sentences.iter().filter(|(bit, _)| edge.evidence & bit != 0);
    told.map(|&(_, text)| text).collect::<Vec<_>>().join(" ")
}
