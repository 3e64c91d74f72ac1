//! The graph for assistive technology: nodes as a list, with the edges that leave each as a list within it, and what is
//! chosen said aloud.

use super::{Board, verb};
use crate::scene::format::count;
use crate::scene::graph::lens::Part;
use crate::scene::graph::{Edge, GraphScene, Node};
use crate::ui::dom::{El, div, el};
use crate::ui::pace::later;
use std::rc::Rc;

/// Nodes that are listed, and edges of each.
const LISTED: usize = 300;

/// Nodes and edges as lists, unseen.
pub fn mirror(board: &Rc<Board>) -> El {
    let board = board.clone();
    let listed = later(move || board.scene.get());
    el("ul")
        .class("unseen")
        .attr("aria-label", "Nodes and edges")
        .child(move || {
            let scene = listed.get();
            let nodes = (0_u32..).zip(&scene.nodes).take(LISTED);
            nodes
                .map(|(at, node)| {
                    let edges = scene.edges.iter().filter(|edge| edge.from == at);
                    let edges: Vec<El> = edges
                        .take(LISTED)
                        .map(|edge| el("li").child(edge_words(&scene, edge)))
                        .collect();
                    let edges = (!edges.is_empty()).then(|| el("ul").child(edges));
                    el("li").child((node_words(node), edges))
                })
                .collect::<Vec<El>>()
        })
}

/// What is chosen, in words.
pub fn said(board: &Rc<Board>) -> El {
    let board = board.clone();
    div("unseen")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .text_of(move || {
            let scene = board.scene.get();
            match board.chosen.get() {
                Part::Node(at) => scene
                    .nodes
                    .get(at as usize)
                    .map_or_else(String::new, node_words),
                Part::Edge(at) => {
                    let edge = scene.edges.get(at as usize);
                    edge.map_or_else(String::new, |edge| edge_words(&scene, edge))
                }
                Part::Nothing => String::new(),
            }
        })
}

fn node_words(node: &Node) -> String {
    let kind = if node.joined > 0 {
        "group"
    } else {
        node.kind.as_str()
    };
    let mut words = format!("{}, {kind}", node.label);
    if !node.value.is_empty() {
        words.push_str(", ");
        words.push_str(&node.value.replace(" · ", ", "));
    }
    if let Some(failed) = node.cells.last().filter(|_| node.failed) {
        words.push_str(", ");
        words.push_str(failed);
        words.push_str(" failed");
    }
    words
}

/// An edge in words: who does what with whom, how often.
pub fn edge_words(scene: &GraphScene, edge: &Edge) -> String {
    let name = |at: u32| scene.nodes.get(at as usize).map_or("", |node| &node.label);
    let times = edge.cells.get(1).map_or("", String::as_str);
    let times = if times == "1" {
        "once".to_owned()
    } else {
        format!("{times} times")
    };
    let inferred = if edge.kind.is_inferred() {
        ", inferred"
    } else {
        ""
    };
    format!(
        "{} {} {}, {times}{inferred}",
        name(edge.from),
        verb(edge.kind),
        name(edge.to)
    )
}

/// How many nodes there are of each kind, those that are joined too.
pub fn counts(scene: &GraphScene) -> String {
    use crate::scene::graph::NodeKind;
    let mut words: Vec<String> = Vec::new();
    for kind in NodeKind::ALL {
        let of_kind = scene.nodes.iter().filter(|node| node.kind == kind);
        let many: u64 = of_kind.map(|node| u64::from(node.joined.max(1))).sum();
        if many > 0 {
            let plural = if many == 1 { "" } else { "s" };
            words.push(format!("{} {}{plural}", count(many), kind.as_str()));
        }
    }
    words.join(", ")
}
