//! Where labels of edges stand: on the part of the edge that no other shares, beside no other label, between columns.

use super::{Arc, Boxed, Layout};
use crate::model::order::sort;

/// Height of a label.
pub const LABEL_HEIGHT: f32 = 16.0;
/// With more edges no label is read.
const MOST: usize = 240;
/// Where on the curve it may stand, what is best first.
const ALONG: [f32; 7] = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78];

/// The middle of each edge's label.
pub fn labels(boxes: &[Boxed], arcs: &[Arc], layout: &Layout) -> Vec<Option<[f32; 2]>> {
    let mut found = vec![None; arcs.len()];
    if arcs.len() > MOST {
        return found;
    }
    let mut order: Vec<u32> = (0..arcs.len() as u32).collect();
    let number = |at: u32| boxes.get(at as usize).map_or(0, |node| node.order);
    let key = |at: u32| {
        let arc = &arcs[at as usize];
        (number(arc.from), number(arc.to), arc.kind)
    };
    sort(&mut order, &|a, b| key(a).cmp(&key(b)));
    let mut taken: Vec<[f32; 4]> = layout.places.clone();
    for at in order {
        let (arc, path) = (&arcs[at as usize], &layout.paths[at as usize]);
        let Some(curve) = own_part(arc, path, layout) else {
            continue;
        };
        let free = ALONG.iter().find_map(|&along| {
            let [x, y] = on(curve, along);
            let place = [
                x - arc.label / 2.0,
                y - LABEL_HEIGHT / 2.0,
                arc.label,
                LABEL_HEIGHT,
            ];
            let is_free = place[0] >= 0.0
                && place[1] >= 0.0
                && place[0] + place[2] <= layout.size[0]
                && !taken.iter().any(|other| overlap(place, *other));
            is_free.then_some((place, [x, y]))
        });
        if let Some((place, middle)) = free {
            taken.push(place);
            found[at as usize] = Some(middle);
        }
    }
    found
}

/// The part of a way that only this edge has: the last one, at the end where edges that share passages come apart.
fn own_part(arc: &Arc, path: &[[f32; 2]], layout: &Layout) -> Option<[[f32; 2]; 4]> {
    let x = |node: u32| {
        layout
            .places
            .get(node as usize)
            .map_or(0.0, |place| place[0])
    };
    // Edges share passages from their left end on.
    let is_back = x(arc.from) > x(arc.to);
    let from = if is_back {
        0
    } else {
        path.len().checked_sub(4)?
    };
    let part = path.get(from..from + 4)?;
    part.try_into().ok()
}

/// A point of a curve.
pub fn on([a, b, c, d]: [[f32; 2]; 4], along: f32) -> [f32; 2] {
    let back = 1.0 - along;
    let weights = [
        back * back * back,
        3.0 * back * back * along,
        3.0 * back * along * along,
        along * along * along,
    ];
    let sum = |axis: usize| {
        a[axis] * weights[0] + b[axis] * weights[1] + c[axis] * weights[2] + d[axis] * weights[3]
    };
    [sum(0), sum(1)]
}

/// Whether two places have something in common.
pub fn overlap(a: [f32; 4], b: [f32; 4]) -> bool {
    a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3]
}
