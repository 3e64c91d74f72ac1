//! Where nodes and edges of a graph stand: in columns from left to right.
//!
//! ```text
//! columns: who calls stands left of whom it calls; tools and models stand last
//! order:   within a column so that few edges cross
//! heights: next to what a node is joined with, without overlaps
//! routes:  an edge passes a column through a gap that is kept for it, so none runs through a node
//! ```
//!
//! Nothing depends on the order in which nodes and edges are given: nodes have a number of their own ([`Boxed::order`]), and
//! edges are sorted by their ends first. All lengths are pixels at a scale of one.

mod columns;
mod heights;
mod items;
mod labels;
mod order;
mod routes;
#[cfg(test)]
mod tests;

pub use labels::{LABEL_HEIGHT, on};

/// Height of a node.
pub const NODE_HEIGHT: f32 = 40.0;
/// What a node that calls itself has above it for the loop.
pub const LOOP: f32 = 18.0;
/// Height of the gap in a column that edges pass through.
const PASSAGE: f32 = 4.0;
/// Between two nodes of a column.
const GAP: f32 = 12.0;
/// Around everything.
const MARGIN: f32 = 16.0;

/// Which columns a node belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// It calls others: in columns by who calls whom.
    Actor,
    /// It is called: right of all that call.
    Tool,
    /// It is called: right of them, too, and last when they fill more than one column.
    Model,
}

/// A node to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boxed {
    /// Which columns it belongs to.
    pub zone: Zone,
    /// Width that its texts need.
    pub width: f32,
    /// Its number, which no other node has: what begins first has the smallest.
    pub order: u32,
}

/// An edge to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arc {
    /// Where it begins, as a place in the list of nodes.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// Tells apart edges between the same nodes.
    pub kind: u8,
    /// Width of its label.
    pub label: f32,
}

/// Where everything stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// Width and height of the whole.
    pub size: [f32; 2],
    /// Left, top, width, height of each node.
    pub places: Vec<[f32; 4]>,
    /// Of each edge a point, and then three for each part of a curve: two that bend it and its end. The last point is where
    /// the arrow ends.
    pub paths: Vec<Vec<[f32; 2]>>,
    /// The middle of each edge's label; `None` where there is no room.
    pub labels: Vec<Option<[f32; 2]>>,
}

/// Places nodes and edges.
pub fn layout(boxes: &[Boxed], arcs: &[Arc]) -> Layout {
    let places = columns::columns(boxes, arcs);
    let mut items = items::Items::new(boxes, arcs, &places);
    order::order(&mut items);
    let tops = heights::heights(&items);
    routes::route(boxes, arcs, &items, &tops)
}
