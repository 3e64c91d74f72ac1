//! Where nodes and bands stand.
//!
//! A node is as high as its bands are wide, on the side where they need more room. Labels of the first column stand left
//! of it and those of the last one right of it; the others stand above their nodes, in room that no node and no other
//! label has.

use super::{Flow, Link};

/// Width of a node.
const NODE: f64 = 10.0;
/// The least width of a band of which something is known.
const LEAST: f64 = 2.5;
/// Room at a node for a band of which nothing is known.
const UNKNOWN: f64 = 8.0;
/// Height of a label above its node, with the space below it.
const ABOVE: f64 = 18.0;
/// Height of a label beside its node.
const BESIDE: f64 = 30.0;
/// Between two nodes.
const GAP: f64 = 10.0;
/// What amounts have of the height beside everything that needs room whatever it is worth.
const AMOUNTS: f64 = 170.0;
/// Room for the labels of the first and of the last column: most, and share of the width.
const SIDES: [(f64, f64); 2] = [(180.0, 0.19), (130.0, 0.15)];
/// The least width of a drawing.
const WIDTH: f64 = 320.0;

/// One column while it is laid out.
struct Column {
    first: usize,
    count: usize,
    is_labelled_above: bool,
}

impl Column {
    /// What a node takes from top to bottom.
    fn slot(&self, height: f64) -> f64 {
        if self.is_labelled_above {
            ABOVE + height
        } else {
            height.max(BESIDE)
        }
    }

    fn need(&self, heights: &[f64]) -> f64 {
        let nodes = heights.get(self.first..self.first + self.count);
        let slots = nodes
            .unwrap_or_default()
            .iter()
            .map(|&height| self.slot(height));
        slots.sum::<f64>() + GAP * (self.count.max(1) - 1) as f64
    }
}

/// Lays everything out; gives the amount below which bands are wider than they should be, when there are such.
pub(super) fn place(flow: &mut Flow) -> Option<i128> {
    if flow.nodes.is_empty() {
        return None;
    }
    let columns: Vec<Column> = (0..4_u8)
        .map(|at| Column {
            first: flow
                .nodes
                .iter()
                .take_while(|node| node.column < at)
                .count(),
            count: flow.nodes.iter().filter(|node| node.column == at).count(),
            is_labelled_above: matches!(at, 1 | 2),
        })
        .collect();
    let need = |flow: &Flow, scale: f64| {
        let heights = heights(flow, scale);
        let needs = columns.iter().map(|column| column.need(&heights));
        needs.fold(0.0, f64::max)
    };
    let is_known = flow.links.iter().any(|link| link.sum.value().is_some());
    let total = need(flow, 0.0) + if is_known { AMOUNTS } else { BESIDE };
    let scale = scale(flow, total, &need);
    let heights = heights(flow, scale);
    let width = f64::from(flow.size.0).max(WIDTH);
    flow.size = (width as f32, (total + 2.0).ceil() as f32);
    let [left, right] = SIDES.map(|(most, share)| most.min(width * share));
    let step = (width - left - right - NODE) / 3.0;
    for (at, column) in columns.iter().enumerate() {
        let x = left + step * at as f64;
        // What is left over stands between the nodes, as far as that reads well.
        let over = total - column.need(&heights);
        let between = (over / (column.count + 1) as f64).min(28.0);
        let used = over - between * (column.count.max(1) - 1) as f64;
        let mut y = 1.0 + used / 2.0;
        for node in column.first..column.first + column.count {
            let height = heights.get(node).copied().unwrap_or(0.0);
            let slot = column.slot(height);
            let Some(node) = flow.nodes.get_mut(node) else {
                continue;
            };
            let (top, room) = match at {
                0 => {
                    let middle = y + slot / 2.0;
                    let room = [0.0, middle - BESIDE / 2.0, left - 8.0, BESIDE];
                    (middle - height / 2.0, room)
                }
                3 => {
                    let middle = y + slot / 2.0;
                    let from = x + NODE + 8.0;
                    let room = [from, middle - BESIDE / 2.0, width - from, BESIDE];
                    (middle - height / 2.0, room)
                }
                _ => (y + ABOVE, [x, y, step - 12.0, ABOVE - 2.0]),
            };
            node.place = [x, top, NODE, height].map(|length| length as f32);
            node.room = room.map(|length| length as f32);
            y += slot + GAP + between;
        }
    }
    join(flow, scale);
    let is_widened =
        |link: &&Link| matches!(link.sum.value(), Some(value) if value as f64 * scale < LEAST);
    let widened = flow.links.iter().any(|link| is_widened(&link));
    widened.then(|| {
        let known = flow.links.iter().filter_map(|link| link.sum.value());
        if scale > 0.0 {
            (LEAST / scale) as i128
        } else {
            known.max().unwrap_or(0) + 1
        }
    })
}

/// Pixels an amount, so that everything has room.
fn scale(flow: &Flow, total: f64, need: &impl Fn(&Flow, f64) -> f64) -> f64 {
    let amounts = flow.links.iter().filter_map(|link| link.sum.value());
    let most = amounts.max().unwrap_or(0);
    if most <= 0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, total / most as f64);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if need(flow, middle) <= total {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The room of a band at its nodes.
fn room(link: &Link, scale: f64) -> f64 {
    match link.sum.value() {
        Some(value) => (value as f64 * scale).max(LEAST),
        None => UNKNOWN,
    }
}

/// How high each node is.
fn heights(flow: &Flow, scale: f64) -> Vec<f64> {
    let mut sides = vec![[0.0_f64; 2]; flow.nodes.len()];
    for link in &flow.links {
        for (node, side) in [(link.from, 1), (link.to, 0)] {
            if let Some(sides) = sides.get_mut(usize::from(node)) {
                sides[side] += room(link, scale);
            }
        }
    }
    sides.into_iter().map(|[into, out]| into.max(out)).collect()
}

/// Joins bands to their nodes, in the order of the nodes on their other side.
fn join(flow: &mut Flow, scale: f64) {
    let mut sides = vec![[0.0_f64; 2]; flow.nodes.len()];
    for link in &flow.links {
        sides[usize::from(link.from)][1] += room(link, scale);
        sides[usize::from(link.to)][0] += room(link, scale);
    }
    let mut next: Vec<[f64; 2]> = Vec::new();
    for (node, sides) in flow.nodes.iter().zip(&sides) {
        let [_, top, _, height] = node.place.map(f64::from);
        next.push(sides.map(|used| top + (height - used) / 2.0));
    }
    // Bands stand by the node they come from, then by the one they go to: so both ends are in order.
    for link in &mut flow.links {
        let wide = room(link, scale);
        for (end, node, side) in [(0, link.from, 1), (1, link.to, 0)] {
            let from = &mut next[usize::from(node)][side];
            link.ends[end] = (*from + wide / 2.0) as f32;
            *from += wide;
        }
        link.width = match link.sum.value() {
            Some(_) => wide as f32,
            None => 0.0,
        };
    }
}
