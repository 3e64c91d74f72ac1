//! The agent graph: agents, services, tools and models as boxes, who called whom as arrows between them, and the same
//! unfolded in order of time.
//!
//! - [`layout`](mod@layout): where boxes and arrows stand
//! - [`lens`]: what of it is on screen
//! - `joined`: many small nodes as one
//! - `told`: what is written of each
//! - `sequence`: the steps of a run, as many as are on screen

mod joined;
pub mod layout;
pub mod lens;
mod sequence;
#[cfg(test)]
mod tests;
mod told;

pub use crate::analysis::graph::{EdgeKind, NodeKind};

use super::drawn::ink;
use super::members::Members;
use crate::analysis::graph::{Graph, graph, shared, steps};
use crate::analysis::ledger::Ledger;
use crate::analysis::part::Part;
use crate::model::{SpanRow, TraceRow};
use layout::{Arc, Boxed, Zone};
use serde::{Deserialize, Serialize};

/// What is to be drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphRequest {
    /// Of one run; `None` for all that pass the filter.
    pub trace: Option<TraceRow>,
    /// The filter; empty for none.
    pub filter: String,
    /// Kinds of which every node is shown, however many there are: the bit of [`NodeKind`] each.
    pub unfolded: u8,
    /// Steps in order of time instead of the whole: the first one, and how many at most.
    pub steps: Option<(u32, u32)>,
}

/// The columns of [`Node::cells`] and [`Edge::cells`].
pub const CELLS: [&str; 5] = ["Spans", "Calls", "Tokens", "Cost", "Failed"];

/// What is drawn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GraphScene {
    /// The document that rows are valid for.
    pub document: u32,
    /// Width and height of the whole at a scale of one.
    pub size: [f32; 2],
    /// Boxes, by rank: what cost most first.
    pub nodes: Vec<Node>,
    /// Arrows.
    pub edges: Vec<Edge>,
    /// Files that several agents of one run read: path, who read it, and the first span.
    pub shared: Vec<(String, String, SpanRow)>,
    /// Lanes of the steps; tools and models have one each.
    pub lanes: Vec<Lane>,
    /// Steps that were asked for.
    pub steps: Vec<Step>,
    /// Number of the first of them, from zero, and how many there are in all.
    pub steps_at: (u32, u32),
}

/// A box.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// What it is called where names of several kinds stand together; the same as scripts get.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its colour; see [`ink`].
    pub ink: u8,
    /// Left, top, width, height.
    pub place: [f32; 4],
    /// Its name.
    pub label: String,
    /// What is written below.
    pub value: String,
    /// What it did, by [`CELLS`].
    pub cells: Vec<String>,
    /// The same as digits, to be saved; empty when unknown.
    pub exact: Vec<String>,
    /// Whether spans of it failed.
    pub failed: bool,
    /// How many nodes it stands for; 0 of one node.
    pub joined: u32,
    /// Skills it loaded, by name, with how often; empty for none.
    pub skills: String,
    /// The filter that marks its spans; empty where none says it.
    pub filter: String,
    /// Its first span; `None` where no span is its own.
    pub first: Option<SpanRow>,
}

/// An arrow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// Where it begins, as a place in the list of nodes.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// What it stands for.
    pub kind: EdgeKind,
    /// How thick it is.
    pub thick: f32,
    /// Its way; see [`layout::Layout::paths`].
    pub path: Vec<[f32; 2]>,
    /// How often.
    pub label: String,
    /// The middle of the label; `None` where there is no room.
    pub label_at: Option<[f32; 2]>,
    /// Count, tokens, cost and failures, by [`CELLS`]; what has no meaning for an edge is empty.
    pub cells: Vec<String>,
    /// The same as digits, to be saved; empty when unknown.
    pub exact: Vec<String>,
    /// Whether some of it failed.
    pub failed: bool,
    /// What tells it, in a sentence.
    pub evidence: String,
    /// The filter that marks its spans; empty where none says it.
    pub filter: String,
    /// Its first spans with their names.
    pub spans: Vec<(SpanRow, String)>,
}

/// A lane of the steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// The name of the agent or service, or what all in it are.
    pub label: String,
    /// Its colour.
    pub ink: u8,
    /// What it is.
    pub kind: NodeKind,
}

/// A step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The lane it begins in, and the one it ends in.
    pub lanes: (u32, u32),
    /// What it is.
    pub kind: EdgeKind,
    /// The colour of what is called.
    pub ink: u8,
    /// What is called, or who is set to work.
    pub label: String,
    /// Duration, and for a model tokens and cost.
    pub value: String,
    /// When it began, from the start of its run.
    pub at: String,
    /// Whether it failed.
    pub failed: bool,
    /// The span.
    pub row: SpanRow,
}

/// Draws a part of the document. `document` is left for the engine to fill.
pub fn graph_scene(
    ledger: Ledger<'_>,
    members: &Members,
    part: &Part,
    request: &GraphRequest,
) -> GraphScene {
    let telling = told::Telling { ledger, members };
    if let Some((first, many)) = request.steps {
        let graph = steps(ledger, part);
        return sequence::sequence(&telling, &graph, first, many);
    }
    let graph = joined::joined(graph(ledger, part), request.unfolded);
    let mut scene = GraphScene {
        nodes: telling.nodes(&graph),
        edges: telling.edges(&graph),
        shared: telling.shared(&shared::shared_files(ledger, part)),
        ..GraphScene::default()
    };
    place(&graph.graph, &mut scene);
    scene
}

/// Lays boxes and arrows out.
fn place(graph: &Graph, scene: &mut GraphScene) {
    let boxes: Vec<Boxed> = scene
        .nodes
        .iter()
        .zip(told::order(graph))
        .map(|(node, order)| Boxed {
            zone: match node.kind {
                NodeKind::Agent | NodeKind::Service => Zone::Actor,
                NodeKind::Tool => Zone::Tool,
                NodeKind::Model => Zone::Model,
            },
            width: told::width(&node.label, &node.value),
            order,
        })
        .collect();
    let arcs: Vec<Arc> = scene
        .edges
        .iter()
        .map(|edge| Arc {
            from: edge.from,
            to: edge.to,
            kind: edge.kind as u8,
            label: told::label_width(&edge.label),
        })
        .collect();
    let layout = layout::layout(&boxes, &arcs);
    scene.size = layout.size;
    for (node, place) in scene.nodes.iter_mut().zip(layout.places) {
        node.place = place;
    }
    let routes = layout.paths.into_iter().zip(layout.labels);
    for (edge, (path, label_at)) in scene.edges.iter_mut().zip(routes) {
        edge.path = path;
        edge.label_at = label_at;
    }
}
