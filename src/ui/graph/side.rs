//! What is known of nodes and edges, beside them: all nodes by rank, or what is chosen with its edges and first spans.

use super::bar::mark;
use super::mirror::edge_words;
use super::{Board, verb};
use crate::engine::protocol::RunRow;
use crate::scene::graph::lens::Part;
use crate::scene::graph::{CELLS, Edge, EdgeKind, GraphScene, Node};
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::icon::Icon;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Rows of the list of nodes.
const LISTED: usize = 600;
/// Edges of one node that are listed.
const EDGES: usize = 60;

/// The panel.
pub fn side(board: &Rc<Board>) -> El {
    let board = board.clone();
    el("aside")
        .class("graph-side")
        .attr("data-region", "")
        .attr("aria-label", "Agents, tools and models")
        .child(move || {
            let scene = board.listed.get();
            let part = board.chosen.get();
            match part {
                Part::Node(at) => scene
                    .nodes
                    .get(at as usize)
                    .map(|node| of_node(&board, &scene, node, at)),
                Part::Edge(at) => scene
                    .edges
                    .get(at as usize)
                    .map(|edge| of_edge(&board, &scene, edge, at)),
                Part::Nothing => None,
            }
            .unwrap_or_else(|| of_all(&board, &scene))
        })
}

/// All nodes, and files that several agents read.
fn of_all(board: &Rc<Board>, scene: &Rc<GraphScene>) -> El {
    let head = ["Name", "Calls", "Tokens", "Cost", "Failed"];
    let cell = |(at, name): (usize, &&str)| {
        let class = if at == 0 { "" } else { "num" };
        el("th").attr("scope", "col").class(class).child(*name)
    };
    let rows = (0_u32..).zip(&scene.nodes).take(LISTED);
    let rows: Vec<El> = rows.map(|(at, node)| row(board, node, at)).collect();
    let table = el("table").class("ranked cost-table graph-table").child((
        el("thead").child(el("tr").child(head.iter().enumerate().map(cell).collect::<Vec<El>>())),
        el("tbody").child(rows),
    ));
    div("graph-scroll").child((
        (!scene.nodes.is_empty()).then_some(table),
        shared(board, scene),
    ))
}

/// The cells of a node or edge that the table shows.
const SHOWN: [usize; 4] = [1, 2, 3, 4];

fn row(board: &Rc<Board>, node: &Node, at: u32) -> El {
    let (picked, keyed) = (board.clone(), board.clone());
    let cells = SHOWN.iter().map(|&column| {
        let text = node.cells.get(column).map_or("", String::as_str);
        let failed = column == 4 && node.failed;
        let class = if failed { "num is-failed" } else { "num" };
        // Nothing failed: nothing to read.
        el("td").class(class).child(if column == 4 && !node.failed {
            ""
        } else {
            text
        })
    });
    el("tr")
        .attr("tabindex", "0")
        .on("click", move |_| picked.choose(Part::Node(at)))
        .on_key(move |event| {
            let row: Option<HtmlElement> =
                event.current_target().and_then(|row| row.dyn_into().ok());
            let beside = |next: bool| {
                let row = row.as_ref()?;
                let other = if next {
                    row.next_element_sibling()
                } else {
                    row.previous_element_sibling()
                };
                other?.dyn_into::<HtmlElement>().ok()
            };
            let to = match event.key().as_str() {
                "ArrowDown" => beside(true),
                "ArrowUp" => beside(false),
                "Enter" | " " => {
                    keyed.choose(Part::Node(at));
                    keyed.focus();
                    None
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(to) = to {
                let _ = to.focus();
            }
        })
        .child((
            el("th").attr("scope", "row").child(
                span("graph-name").child((
                    mark(node.kind, node.ink),
                    span("ellipsis")
                        .attr("title", node.label.clone())
                        .child(node.label.as_str()),
                    span("unseen").child(format!(", {}", node.kind.as_str())),
                )),
            ),
            cells.collect::<Vec<El>>(),
        ))
}

fn shared(board: &Rc<Board>, scene: &Rc<GraphScene>) -> Option<El> {
    if scene.shared.is_empty() {
        return None;
    }
    let file = |(path, readers, first): &(String, String, crate::model::SpanRow)| {
        let (app, row) = (board.app, *first);
        el("li").child(
            button("graph-line-item", move || {
                app.show_spans(row, String::new());
            })
            .attr("title", "Show the first read in the waterfall")
            .child((
                span("mono ellipsis").child(path.as_str()),
                span("hint").child(readers.as_str()),
            )),
        )
    };
    Some(div("graph-section").child((
        el("h3").child("Files read by several agents"),
        el("ul").child(scene.shared.iter().map(file).collect::<Vec<El>>()),
    )))
}

/// The head of what is chosen: back to all, and to its spans.
fn head(board: &Rc<Board>, title: El, part: Part, can_show: bool) -> El {
    let (back, shown) = (board.clone(), board.clone());
    div("graph-head").child((
        button("quiet", move || {
            back.chosen.set_if_new(Part::Nothing);
            back.focus();
        })
        .attr("aria-label", "All nodes")
        .attr("title", "All nodes (Esc)")
        .child(Icon::ArrowLeft.el(16)),
        title,
        can_show
            .then(|| button("button small", move || shown.show(part)).child("Show in waterfall")),
    ))
}

/// Figures by name; those that have no meaning here are left out.
fn figures(cells: &[String], failed: bool, first: &str) -> El {
    let named = CELLS.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
    let figure = |(at, (name, cell)): (usize, (&&str, &String))| {
        let name = if at == 0 { first } else { name };
        let is_failed = failed && name == "Failed";
        div("graph-figure").child((
            el("dt").child(name),
            el("dd")
                .class(if is_failed { "is-failed" } else { "" })
                .child(cell.as_str()),
        ))
    };
    el("dl")
        .class("graph-figures")
        .child(named.enumerate().map(figure).collect::<Vec<El>>())
}

fn of_node(board: &Rc<Board>, scene: &Rc<GraphScene>, node: &Node, at: u32) -> El {
    let title = span("graph-name").child((
        mark(node.kind, node.ink),
        el("h2")
            .class("ellipsis")
            .attr("title", node.label.clone())
            .child(node.label.as_str()),
        span("hint").child(node.kind.as_str()),
    ));
    let skills = (!node.skills.is_empty()).then(|| {
        div("graph-section").child((
            el("h3").child("Skills loaded"),
            el("p").child(node.skills.as_str()),
        ))
    });
    let unfolding = board.clone();
    let kind = node.kind;
    let joined = (node.joined > 0).then(|| {
        div("graph-section").child(
            button("button small", move || unfolding.unfold(Some(kind)))
                .child(format!("Show all {}s", kind.as_str())),
        )
    });
    let out = |kind: Option<EdgeKind>| {
        move |edge: &Edge| {
            let is_called = matches!(edge.kind, EdgeKind::Tool | EdgeKind::Call);
            edge.from == at && kind.map_or(!is_called, |kind| edge.kind == kind)
        }
    };
    div("graph-scroll").child((
        head(board, title, Part::Node(at), node.first.is_some()),
        figures(&node.cells, node.failed, "Spans"),
        joined,
        skills,
        edges(board, scene, "Sets to work", out(None)),
        edges(board, scene, "Tools used", out(Some(EdgeKind::Tool))),
        edges(board, scene, "Models asked", out(Some(EdgeKind::Call))),
        edges(board, scene, CALLED, |edge| edge.to == at),
    ))
}

/// The title of the edges that lead to a node.
const CALLED: &str = "Called by";

/// What an edge is, where its section does not say it.
fn noun(kind: EdgeKind) -> Option<&'static str> {
    match kind {
        EdgeKind::Delegation => Some("delegation"),
        EdgeKind::Handoff => Some("hand-off"),
        EdgeKind::Link => Some("link"),
        EdgeKind::Correlation => Some("same correlation id"),
        EdgeKind::Tool | EdgeKind::Call => None,
    }
}

/// Edges of a node as a list; each leads to what is known of it.
fn edges(
    board: &Rc<Board>,
    scene: &Rc<GraphScene>,
    title: &'static str,
    is_one: impl Fn(&Edge) -> bool,
) -> Option<El> {
    let all = (0_u32..).zip(&scene.edges).filter(|(_, edge)| is_one(edge));
    let all: Vec<(u32, &Edge)> = all.collect();
    let outward = title != CALLED;
    let entry = |&(at, edge): &(u32, &Edge)| {
        let other = scene
            .nodes
            .get(if outward { edge.to } else { edge.from } as usize)?;
        let picked = board.clone();
        let amount = edge.cells.get(3).filter(|cost| !cost.is_empty()).cloned();
        Some(
            el("li").child(
                button("graph-line-item", move || picked.choose(Part::Edge(at)))
                    .attr("title", edge_words(scene, edge))
                    .child((
                        span("graph-name").child((
                            mark(other.kind, other.ink),
                            span("ellipsis").child(other.label.as_str()),
                            noun(edge.kind).map(|noun| span("hint").child(noun)),
                            edge.kind
                                .is_inferred()
                                .then(|| span("chip dashed").child("inferred")),
                        )),
                        edge.failed.then(|| {
                            let failed = edge.cells.last().cloned().unwrap_or_default();
                            span("is-failed").child(format!("{failed} failed"))
                        }),
                        amount.map(|amount| span("hint").child(amount)),
                        span("graph-count").child(edge.cells.get(1).cloned()),
                    )),
            ),
        )
    };
    let more = all.len().saturating_sub(EDGES);
    let list: Vec<El> = all.iter().take(EDGES).filter_map(entry).collect();
    (!list.is_empty()).then(|| {
        div("graph-section").child((
            el("h3").child(title),
            el("ul").child(list),
            (more > 0).then(|| {
                el("p")
                    .class("hint")
                    .child(format!("{more} more are not listed."))
            }),
        ))
    })
}

fn of_edge(board: &Rc<Board>, scene: &Rc<GraphScene>, edge: &Edge, at: u32) -> El {
    let end = |node: u32| {
        let picked = board.clone();
        let known = scene.nodes.get(node as usize);
        known.map(|known| {
            button("graph-name textlink", move || {
                picked.choose(Part::Node(node));
            })
            .child((
                mark(known.kind, known.ink),
                span("ellipsis")
                    .attr("title", known.label.clone())
                    .child(known.label.as_str()),
            ))
        })
    };
    let title = div("graph-ends").child((
        end(edge.from),
        span("hint").child(verb(edge.kind)),
        end(edge.to),
        edge.kind
            .is_inferred()
            .then(|| span("chip dashed").child("inferred")),
    ));
    let app = board.app;
    let spans = edge.spans.iter().map(|(row, words)| {
        let row = *row;
        el("li").child(
            button("graph-line-item", move || {
                app.show_spans(row, String::new());
            })
            .attr("title", "Show in waterfall")
            .child(span("ellipsis").child(words.as_str())),
        )
    });
    let spans: Vec<El> = spans.collect();
    div("graph-scroll").child((
        head(board, title, Part::Edge(at), !spans.is_empty()),
        figures(&edge.cells, edge.failed, "Count"),
        div("graph-section").child((
            el("h3").child("Evidence"),
            el("p").child(edge.evidence.as_str()),
            as_one(board, edge),
        )),
        (!spans.is_empty()).then(|| {
            div("graph-section").child((el("h3").child("First spans"), el("ul").child(spans)))
        }),
    ))
}

/// The way from what is inferred between traces to all of them as one run.
fn as_one(board: &Rc<Board>, edge: &Edge) -> Option<El> {
    let app = board.app;
    let (row, _) = edge.spans.first().filter(|_| edge.kind.is_inferred())?;
    let row = *row;
    let is_one = board.of_run
        && app
            .run
            .with_untracked(|run| run.as_ref().is_some_and(RunRow::is_stitched));
    (!is_one)
        .then(|| button("button small", move || app.show_request_of(row)).child("Show as one run"))
}

impl Board {
    /// Puts the keyboard on the graph.
    pub(super) fn focus(&self) {
        if let Some(place) = &*self.place.borrow() {
            let _ = place.focus();
        }
    }
}
