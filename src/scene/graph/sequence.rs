//! Steps in order of time: who called whom, one line each.

use super::told::Telling;
use super::{EdgeKind, GraphScene, Lane, NodeKind, Step, ink};
use crate::analysis::graph::{Graph, Step as Count};
use crate::model::{OperationKind, StatusCode};
use crate::scene::format::{cost, count_short, duration};

/// Steps at most in one answer.
const MOST: u32 = 400;

/// Some steps of a graph that has them.
pub fn sequence(telling: &Telling<'_>, graph: &Graph, first: u32, many: u32) -> GraphScene {
    let (lanes, of_node) = lanes(telling, graph);
    let shared = |kind: NodeKind| {
        let lane = lanes.iter().position(|lane| lane.kind == kind);
        lane.unwrap_or(0) as u32
    };
    let (tools, models) = (shared(NodeKind::Tool), shared(NodeKind::Model));
    let lane = |node: u32| match graph.nodes.get(node as usize).map(|node| node.kind) {
        Some(NodeKind::Tool) => tools,
        Some(NodeKind::Model) => models,
        _ => of_node.get(node as usize).copied().unwrap_or(0),
    };
    let shown = graph
        .steps
        .iter()
        .skip(first as usize)
        .take(many.min(MOST) as usize);
    GraphScene {
        steps: shown
            .map(|step| tell(telling, graph, step, (lane(step.from), lane(step.to))))
            .collect(),
        steps_at: (first, graph.steps.len() as u32),
        lanes,
        ..GraphScene::default()
    }
}

/// Agents and services in order of their first step, then tools and models as one lane each; and the lane of each node.
fn lanes(telling: &Telling<'_>, graph: &Graph) -> (Vec<Lane>, Vec<u32>) {
    let mut lanes: Vec<Lane> = Vec::new();
    let mut of_node = vec![0; graph.nodes.len()];
    let mut met = vec![false; graph.nodes.len()];
    let mut called = [false; 2];
    let ends = graph.steps.iter().flat_map(|step| [step.from, step.to]);
    for at in ends {
        let Some(node) = graph.nodes.get(at as usize) else {
            continue;
        };
        if std::mem::replace(&mut met[at as usize], true) {
            continue;
        }
        match node.kind {
            NodeKind::Tool => called[0] = true,
            NodeKind::Model => called[1] = true,
            kind => {
                of_node[at as usize] = lanes.len() as u32;
                lanes.push(Lane {
                    label: node.name.clone(),
                    ink: telling.ink(kind, node.text),
                    kind,
                });
            }
        }
    }
    let shared = [
        (
            NodeKind::Tool,
            "Tools",
            ink::KIND + OperationKind::Tool as u8,
        ),
        (
            NodeKind::Model,
            "Models",
            ink::KIND + OperationKind::Llm as u8,
        ),
    ];
    for ((kind, label, ink), is_called) in shared.into_iter().zip(called) {
        if is_called {
            lanes.push(Lane {
                label: label.to_owned(),
                ink,
                kind,
            });
        }
    }
    (lanes, of_node)
}

fn tell(telling: &Telling<'_>, graph: &Graph, step: &Count, lanes: (u32, u32)) -> Step {
    let ledger = telling.ledger;
    let store = ledger.store;
    let to = graph.nodes.get(step.to as usize);
    let mut value = match store.end(step.row) {
        Some(_) => duration(store.duration(step.row).0),
        None => "running".to_owned(),
    };
    if step.kind == EdgeKind::Call {
        let usage = ledger.calls.usage(store, step.row);
        if let Some(tokens) = usage.input.or(usage.output).map(|_| {
            usage
                .input
                .unwrap_or(0)
                .saturating_add(usage.output.unwrap_or(0))
        }) {
            value.push_str(" · ");
            value.push_str(&count_short(tokens));
            value.push_str(" tokens");
        }
        let amount = ledger
            .costs
            .of(step.row)
            .and_then(|cost| cost.amount.value());
        if let Some(amount) = amount {
            value.push_str(" · ");
            value.push_str(&cost(amount));
        }
    }
    let failed = store.status(step.row) == StatusCode::Error
        || step.kind == EdgeKind::Call && ledger.calls.failed(store, step.row);
    Step {
        lanes,
        kind: step.kind,
        ink: to.map_or(ink::NEUTRAL, |to| telling.ink(to.kind, to.text)),
        label: to.map_or_else(String::new, |to| to.name.clone()),
        value,
        at: telling.since_start(step.row),
        failed,
        row: step.row,
    }
}
