//! Many small nodes of a kind as one: a graph of five hundred agents is no picture.

use super::NodeKind;
use crate::analysis::graph::{Figures, Graph, GraphEdge, GraphNode, KEPT};
use crate::analysis::treemap::Sum;
use crate::model::SpanRow;
use crate::model::order::{sort, sort_items};

/// Nodes that are all shown.
pub const MOST: usize = 60;
/// Of more, how many of each kind are, in the order of [`NodeKind::ALL`].
const OF_KIND: [usize; 4] = [24, 8, 24, 12];
/// How many others a node sets to work that is shown before those that cost more.
const LEADS: u32 = 3;
/// Of a kind that is unfolded, how many are.
const UNFOLDED: usize = 600;

/// A graph as it is shown: its nodes by rank, those that stand for several last.
pub struct Joined {
    /// Nodes and edges.
    pub graph: Graph,
    /// How many nodes each stands for; 0 of one.
    pub joined: Vec<u32>,
}

/// Joins what is small of kinds that have many, and puts nodes in order of rank.
pub fn joined(graph: Graph, unfolded: u8) -> Joined {
    let Graph {
        nodes,
        edges,
        steps,
    } = graph;
    let rank = ranks(&nodes);
    let leads = leads(&nodes, &edges);
    let mut kept: Vec<u32> = Vec::new();
    let mut rest: [Vec<u32>; 4] = Default::default();
    let are_all = nodes.len() <= MOST;
    for kind in NodeKind::ALL {
        let at = kind as usize;
        let mut of_kind: Vec<u32> = rank
            .iter()
            .copied()
            .filter(|&node| nodes[node as usize].kind == kind)
            .collect();
        // Who leads many others is no small one, whatever it did itself.
        let is_led = |node: u32| leads[node as usize] < LEADS;
        sort(&mut of_kind, &|a, b| is_led(a).cmp(&is_led(b)));
        let room = if are_all {
            usize::MAX
        } else if unfolded & 1 << at != 0 {
            UNFOLDED
        } else {
            OF_KIND[at]
        };
        // One alone needs no name of its own.
        let room = if of_kind.len() == room.saturating_add(1) {
            of_kind.len()
        } else {
            room.min(of_kind.len())
        };
        let (large, small) = of_kind.split_at(room);
        kept.extend(large);
        rest[at] = small.to_vec();
    }
    // By rank again, whatever the kind.
    let mut place_in_rank = vec![0_u32; nodes.len()];
    for (&node, at) in rank.iter().zip(0..) {
        place_in_rank[node as usize] = at;
    }
    sort(&mut kept, &|a, b| {
        place_in_rank[a as usize].cmp(&place_in_rank[b as usize])
    });
    let mut moved = vec![0_u32; nodes.len()];
    for (&node, at) in kept.iter().zip(0..) {
        moved[node as usize] = at;
    }
    let mut groups: Vec<GraphNode> = Vec::new();
    let mut counts: Vec<u32> = vec![0; kept.len()];
    for (kind, small) in NodeKind::ALL.into_iter().zip(&rest) {
        if small.is_empty() {
            continue;
        }
        for &node in small {
            moved[node as usize] = (kept.len() + groups.len()) as u32;
        }
        counts.push(small.len() as u32);
        groups.push(group(kind, small.iter().map(|&node| &nodes[node as usize])));
    }
    let mut shown: Vec<Option<GraphNode>> = nodes.into_iter().map(Some).collect();
    let mut nodes: Vec<GraphNode> = kept
        .iter()
        .filter_map(|&node| shown[node as usize].take())
        .collect();
    nodes.extend(groups);
    Joined {
        graph: Graph {
            nodes,
            edges: joined_edges(edges, &moved),
            steps,
        },
        joined: counts,
    }
}

/// Nodes from what cost most on: by cost, calls, spans, then by name.
fn ranks(nodes: &[GraphNode]) -> Vec<u32> {
    let mut rank: Vec<u32> = (0..nodes.len() as u32).collect();
    let key = |at: u32| {
        let Figures {
            cost, calls, spans, ..
        } = nodes[at as usize].figures;
        (cost.value().unwrap_or(0), calls, spans)
    };
    // A stable sort keeps the order of kinds and names.
    sort(&mut rank, &|a, b| key(b).cmp(&key(a)));
    rank
}

/// How many others each node sets to work.
fn leads(nodes: &[GraphNode], edges: &[GraphEdge]) -> Vec<u32> {
    let mut leads = vec![0; nodes.len()];
    for edge in edges {
        let is_actor = nodes
            .get(edge.to as usize)
            .is_some_and(|node| node.kind.is_actor());
        if let Some(count) = leads.get_mut(edge.from as usize).filter(|_| is_actor) {
            *count += 1;
        }
    }
    leads
}

fn group<'n>(kind: NodeKind, nodes: impl Iterator<Item = &'n GraphNode>) -> GraphNode {
    let mut figures = Figures::default();
    let mut first: Option<SpanRow> = None;
    let mut count = 0_u32;
    for node in nodes {
        count += 1;
        figures.spans += node.figures.spans;
        figures.calls += node.figures.calls;
        figures.errors += node.figures.errors;
        add(&mut figures.tokens, node.figures.tokens);
        add(&mut figures.cost, node.figures.cost);
        first = [first, node.first].into_iter().flatten().min();
    }
    let name = format!("{count} more {}s", kind.as_str());
    GraphNode {
        id: name.clone(),
        name,
        kind,
        text: None,
        figures,
        first,
        skills: Vec::new(),
    }
}

fn add(sum: &mut Sum, other: Sum) {
    sum.add(other.value(), !other.is_complete());
}

/// Edges between the nodes that stand for their ends.
fn joined_edges(mut edges: Vec<GraphEdge>, moved: &[u32]) -> Vec<GraphEdge> {
    let place = |at: u32| moved.get(at as usize).copied().unwrap_or(0);
    for edge in &mut edges {
        (edge.from, edge.to) = (place(edge.from), place(edge.to));
    }
    sort_items(&mut edges, |a, b| {
        (a.from, a.to, a.kind).cmp(&(b.from, b.to, b.kind))
    });
    let mut joined: Vec<GraphEdge> = Vec::new();
    for edge in edges {
        match joined.last_mut() {
            Some(last) if (last.from, last.to, last.kind) == (edge.from, edge.to, edge.kind) => {
                last.count += edge.count;
                last.errors += edge.errors;
                add(&mut last.tokens, edge.tokens);
                add(&mut last.cost, edge.cost);
                last.evidence |= edge.evidence;
                last.spans.extend(edge.spans);
                sort_items(&mut last.spans, Ord::cmp);
                last.spans.truncate(KEPT);
            }
            _ => joined.push(edge),
        }
    }
    joined
}
