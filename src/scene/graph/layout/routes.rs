//! The ways of edges: out of one side of a node, through the gaps between columns as curves, through columns along the
//! passages that are kept, into the side of another node.

use super::heights::middle;
use super::items::Items;
use super::{Arc, Boxed, LOOP, Layout, MARGIN, NODE_HEIGHT, labels};
use crate::model::order::{sort, sort_items};

/// Between two columns at least, and at most because of many edges.
const BETWEEN: (f32, f32) = (84.0, 124.0);
/// How much each edge adds to it.
const EACH: f32 = 1.5;
/// What edges keep from the corners of a node.
const CORNER: f32 = 6.0;

/// A place on the side of a node: the item, whether right, the item that it leads to, and what tells edges between the same
/// nodes apart.
type Port = (u32, bool, u32, u8);

/// The two ports of an edge, left and right, or both on the right side of a column.
fn ends(boxes: &[Boxed], items: &Items, arc: &Arc, chain: &[u32]) -> Option<[Port; 2]> {
    let (&first, &last) = (chain.first()?, chain.last()?);
    let (&second, &before) = (chain.get(1)?, chain.get(chain.len() - 2)?);
    let column = |item: u32| items.all.get(item as usize).map(|item| item.column);
    let number = |at: u32| boxes.get(at as usize).map_or(0, |node| node.order);
    let own = arc.kind
        | if number(arc.from) > number(arc.to) {
            BACK
        } else {
            0
        };
    // Edges share their passages, and the way to the first.
    let start = if chain.len() == 2 { own } else { 0 };
    Some([
        (first, true, second, start),
        (last, column(first) == column(last), before, own),
    ])
}

/// Of an edge that goes back: more than any kind.
const BACK: u8 = 16;

/// Places everything.
pub fn route(boxes: &[Boxed], arcs: &[Arc], items: &Items, tops: &[f32]) -> Layout {
    let sides = sides(boxes, items);
    let ports = Ports::new(boxes, arcs, items, tops);
    let mut layout = Layout::default();
    for &item in &items.of_node {
        let column = items.all[item as usize].column as usize;
        let (left, right) = sides[column];
        let above = items.all[item as usize].above;
        let place = [left, tops[item as usize] + above, right - left, NODE_HEIGHT];
        layout.places.push(place);
    }
    for (arc, chain) in arcs.iter().zip(&items.chains) {
        let path = if arc.from == arc.to {
            layout
                .places
                .get(arc.from as usize)
                .map_or_else(Vec::new, |place| own(place, arc.kind))
        } else {
            let ends = ends(boxes, items, arc, chain);
            let ends = ends.map(|ends| ends.map(|port| (port, ports.at(port))));
            let mut path = ends.map_or_else(Vec::new, |ends| way(items, tops, &sides, ends, chain));
            if chain.first() != items.of_node.get(arc.from as usize) {
                path.reverse();
            }
            path
        };
        layout.paths.push(path);
    }
    let mut size = [0.0_f32; 2];
    let corners = layout
        .places
        .iter()
        .map(|[left, top, width, height]| [left + width, top + height]);
    let points = layout.paths.iter().flatten().copied();
    for [x, y] in corners.chain(points) {
        size = [size[0].max(x), size[1].max(y)];
    }
    layout.size = [size[0] + MARGIN, size[1] + MARGIN];
    layout.labels = labels::labels(boxes, arcs, &layout);
    layout
}

/// Left and right side of each column.
fn sides(boxes: &[Boxed], items: &Items) -> Vec<(f32, f32)> {
    let mut left = MARGIN;
    let mut sides = Vec::new();
    for column in &items.columns {
        let nodes = column
            .iter()
            .filter_map(|&item| items.all[item as usize].node);
        let widths = nodes
            .filter_map(|node| boxes.get(node as usize))
            .map(|node| node.width);
        let width = widths.fold(0.0, f32::max).ceil();
        sides.push((left, left + width));
        let edges: usize = column
            .iter()
            .map(|&item| items.right[item as usize].len())
            .sum();
        let between = (BETWEEN.0 + EACH * edges as f32).min(BETWEEN.1);
        left += width + between;
    }
    sides
}

/// Where edges touch the sides of nodes.
struct Ports(Vec<(Port, f32)>);

impl Ports {
    fn new(boxes: &[Boxed], arcs: &[Arc], items: &Items, tops: &[f32]) -> Self {
        let chains = arcs.iter().zip(&items.chains);
        let all: Vec<Port> = chains
            .filter_map(|(arc, chain)| ends(boxes, items, arc, chain))
            .flatten()
            .collect();
        let key = |port: &Port| {
            let &(item, is_right, other, own) = port;
            let height = (middle(items, tops, other) * 8.0) as i64;
            (item, is_right, height, other, own)
        };
        let mut order: Vec<u32> = (0..all.len() as u32).collect();
        sort(&mut order, &|a, b| {
            key(&all[a as usize]).cmp(&key(&all[b as usize]))
        });
        let mut sorted: Vec<Port> = order.iter().map(|&at| all[at as usize]).collect();
        sorted.dedup();
        let mut ports = Vec::new();
        for side in sorted.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let Some(&(item, ..)) = side.first() else {
                continue;
            };
            let top = middle(items, tops, item) - NODE_HEIGHT / 2.0 + CORNER;
            let step = (NODE_HEIGHT - 2.0 * CORNER) / (side.len() as f32 + 1.0);
            for (port, at) in side.iter().zip(1_u16..) {
                ports.push((*port, top + step * f32::from(at)));
            }
        }
        sort_items(&mut ports, |a, b| a.0.cmp(&b.0));
        Self(ports)
    }

    fn at(&self, port: Port) -> Option<f32> {
        let at = self
            .0
            .binary_search_by_key(&port, |&(known, _)| known)
            .ok()?;
        self.0.get(at).map(|&(_, y)| y)
    }
}

/// The way of an edge from left to right, or within a column, between two ports and their heights.
fn way(
    items: &Items,
    tops: &[f32],
    sides: &[(f32, f32)],
    [(start, top), (end, bottom)]: [(Port, Option<f32>); 2],
    chain: &[u32],
) -> Vec<[f32; 2]> {
    let side = |item: u32| sides[items.all[item as usize].column as usize];
    let height = |item: u32| middle(items, tops, item);
    let (top, bottom) = (
        top.unwrap_or(height(start.0)),
        bottom.unwrap_or(height(end.0)),
    );
    let x = side(start.0).1;
    if end.1 {
        // Three quarters of it is what a curve goes aside; of several between two nodes each goes a little farther.
        let aside = 28.0 + (top - bottom).abs() / 6.0 + 4.0 * f32::from(end.3 % BACK);
        let aside = aside + if end.3 >= BACK { 14.0 } else { 0.0 };
        let out = x + aside.min(BETWEEN.0);
        return vec![[x, top], [out, top], [out, bottom], [x, bottom]];
    }
    let mut from = [x, top];
    let mut path = vec![from];
    for &item in chain.iter().skip(1) {
        let (left, right) = side(item);
        let is_last = item == end.0;
        let y = if is_last { bottom } else { height(item) };
        bend(&mut path, from, [left, y]);
        from = [left, y];
        if !is_last {
            bend(&mut path, from, [right, y]);
            from = [right, y];
        }
    }
    path
}

/// Adds a curve that is level at both ends.
fn bend(path: &mut Vec<[f32; 2]>, from: [f32; 2], to: [f32; 2]) {
    let half = f32::midpoint(from[0], to[0]);
    path.extend([[half, from[1]], [half, to[1]], to]);
}

/// The loop above a node that calls itself; that of another kind begins farther left.
fn own(place: &[f32; 4], kind: u8) -> Vec<[f32; 2]> {
    let [left, top, width, _] = *place;
    let end = left + width;
    let (from, to) = (end - 36.0 - 6.0 * f32::from(kind.min(8)), end - 14.0);
    let over = top - LOOP * 1.25;
    vec![[from, top], [from - 4.0, over], [to + 4.0, over], [to, top]]
}
