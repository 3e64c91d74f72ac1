//! The bar above the graph, and what its marks stand for below it.

use super::Board;
use super::mirror::counts;
use super::paint::FEW;
use crate::model::OperationKind;
use crate::scene::drawn::ink::{self, KIND};
use crate::scene::graph::{EdgeKind, GraphScene, NodeKind};
use crate::ui::canvas::token;
use crate::ui::dom::{El, button, div, span};
use crate::ui::export::export_menu;
use crate::ui::icon::Icon;
use crate::ui::state::AppState;
use std::rc::Rc;

/// The bar.
pub fn bar(board: &Rc<Board>) -> El {
    let (counted, folded) = (board.clone(), board.clone());
    let (smaller, larger, fitted) = (board.clone(), board.clone(), board.clone());
    let quiet =
        |icon: Icon, name: &'static str, key: &str| (icon.el(16), name, format!("{name} ({key})"));
    let tool = |(icon, name, title): (El, &'static str, String), run: Box<dyn Fn()>| {
        button("quiet", run)
            .attr("aria-label", name)
            .attr("title", title)
            .child(icon)
    };
    div("graph-bar")
        .attr("role", "toolbar")
        .attr("aria-label", "Agent graph")
        .child((
            board.of_run.then(|| modes(board.app)),
            span("hint ellipsis").text_of(move || counted.scene.with(|scene| counts(scene))),
            move || {
                let board = folded.clone();
                (folded.unfolded.get() != 0).then(|| {
                    button("button small", move || board.unfold(None)).child("Join small ones")
                })
            },
            div("graph-tools").child((
                tool(
                    quiet(Icon::Minus, "Zoom out", "−"),
                    Box::new(move || smaller.zoom(None, 0.8)),
                ),
                tool(
                    quiet(Icon::Plus, "Zoom in", "+"),
                    Box::new(move || larger.zoom(None, 1.25)),
                ),
                tool(
                    quiet(Icon::Maximize, "Show all of it", "0"),
                    Box::new(move || fitted.look_through(None)),
                ),
                export_menu(board.app, board.clone()),
            )),
        ))
}

/// The whole, or its steps.
pub fn modes(app: AppState) -> El {
    let mode = |name: &'static str, steps: bool| {
        button("", move || app.steps.set_if_new(steps))
            .attr_of("aria-pressed", move || app.steps.get() == steps)
            .child(name)
    };
    div("segment")
        .attr("role", "group")
        .attr("aria-label", "Shown as")
        .child((mode("Graph", false), mode("Order of time", true)))
}

/// What shapes and lines stand for, as far as there are such.
pub fn legend(board: &Rc<Board>) -> El {
    let board = board.clone();
    div("graph-legend").child(move || {
        let scene = board.scene.get();
        entries(&scene)
    })
}

fn entries(scene: &GraphScene) -> Vec<El> {
    let has = |kind: NodeKind| scene.nodes.iter().any(|node| node.kind == kind);
    let goes = |kind: EdgeKind| scene.edges.iter().any(|edge| edge.kind == kind);
    let entry = |mark: El, name: &str| span("legend-entry").child((mark, name));
    let mut entries = Vec::new();
    for (kind, name) in [
        (NodeKind::Agent, "Agent"),
        (NodeKind::Service, "Service"),
        (NodeKind::Tool, "Tool"),
        (NodeKind::Model, "Model"),
    ] {
        if has(kind) {
            entries.push(entry(mark(kind, ink::NEUTRAL), name));
        }
    }
    let line = |class: &str| span(class);
    if goes(EdgeKind::Handoff) {
        let handoff = token(KIND + OperationKind::Handoff as u8);
        let mark = line("graph-line").style("background", &format!("var({handoff})"));
        entries.push(entry(mark, "Hand-off"));
    }
    if goes(EdgeKind::Correlation) {
        entries.push(entry(
            line("graph-line is-inferred"),
            "Inferred, not recorded",
        ));
    }
    if !scene.edges.is_empty() {
        let words = if scene.edges.len() > FEW {
            "Arrows: who calls whom, how often; once where no number stands"
        } else {
            "Arrows: who calls whom, how often; thicker is more often"
        };
        entries.push(span("hint").child(words));
    }
    entries
}

/// The mark of a node: its shape says what it is, its colour which one.
pub fn mark(kind: NodeKind, ink: u8) -> El {
    let colour = format!("var({})", token(ink));
    match kind {
        NodeKind::Agent => span("graph-mark is-agent").style("background", &colour),
        NodeKind::Service => span("graph-mark is-service").style("background", &colour),
        NodeKind::Model => span("graph-mark is-model").style("background", &colour),
        NodeKind::Tool => {
            let tool = format!("var({})", token(KIND + OperationKind::Tool as u8));
            span("graph-mark")
                .style("color", &tool)
                .child(Icon::Wrench.el(12))
        }
    }
}
