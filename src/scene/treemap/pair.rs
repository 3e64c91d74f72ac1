//! Two members of a level side by side: their rectangles on one scale, and a table of what they differ by.

use super::{Drawing, Place, amount, thousandths};
use crate::analysis::ledger::NONE;
use crate::model::{PicoUsd, order};
use crate::scene::drawn::{DrawRequest, Drawn, Item, ink};
use crate::scene::format::{UNKNOWN, count};
use std::cmp::Ordering;

/// Between the two.
const GAP: f64 = 16.0;
/// Rows of the table, and members to choose from.
const ROWS: usize = 500;

/// The nodes of two members; [`NONE`] for one that nothing belongs to.
pub(super) struct Pair([u32; 2]);

/// A member of the level below, and its nodes in both.
type Row = (u32, [u32; 2]);

impl Pair {
    /// What a request wants side by side; `None` when it wants one whole.
    pub fn find(drawing: &Drawing<'_, '_>, root: u32, request: &DrawRequest) -> Option<Self> {
        let [left, right] = request.pair.as_slice() else {
            return None;
        };
        let find = |name: &Option<String>| {
            let mut parts = drawing.parts_of(root);
            let is_it = |&part: &u32| {
                let node = drawing.node(part);
                node.is_some_and(|node| drawing.treemap.name(&node) == *name)
            };
            parts.find(is_it).unwrap_or(NONE)
        };
        Some(Self([find(left), find(right)]))
    }

    /// Draws both; an area stands for the same amount in either.
    pub fn fill(&self, drawing: &mut Drawing<'_, '_>, [left, top, width, height]: Place) {
        let values = self
            .0
            .map(|node| value(drawing, node).unwrap_or(0).max(0) as f64);
        let most = values[0].max(values[1]);
        if most <= 0.0 {
            return;
        }
        let room = ((width - GAP) / 2.0).max(1.0);
        for ((node, value), at) in self.0.into_iter().zip(values).zip([0.0, room + GAP]) {
            if value > 0.0 {
                // Both lengths shrink, so that the area does by their product.
                let factor = (value / most).sqrt();
                let place = [left + at, top, room * factor, height * factor];
                drawing.part(node, place, NONE);
            }
        }
    }

    /// Fills in the rows: parts of either, each member once.
    pub fn table(
        &self,
        drawing: &Drawing<'_, '_>,
        root: u32,
        request: &DrawRequest,
        drawn: &mut Drawn,
    ) {
        let mut rows: Vec<Row> = Vec::new();
        for (side, &node) in self.0.iter().enumerate() {
            for part in drawing.parts_of(node) {
                let mut nodes = [NONE; 2];
                if let Some(slot) = nodes.get_mut(side) {
                    *slot = part;
                }
                rows.push((drawing.node(part).map_or(NONE, |node| node.member), nodes));
            }
        }
        order::sort_items(&mut rows, |a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        rows.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                // Of one member there is one node in each.
                for (kept, later) in kept.1.iter_mut().zip(later.1) {
                    *kept = (*kept).min(later);
                }
            }
            is_same
        });
        let nodes_of = |at: u32| rows.get(at as usize).map_or([NONE; 2], |row| row.1);
        let (first, _) = order::first(&mut (0..rows.len() as u32), ROWS, &|a, b| {
            let order = compare(drawing, request.sort, nodes_of(a), nodes_of(b));
            if request.ascending {
                order.reverse()
            } else {
                order
            }
        });
        let most = rows.iter().flat_map(|row| row.1);
        let most = most.filter_map(|node| value(drawing, node)).max();
        drawn.left_out = rows.len().saturating_sub(ROWS) as u32;
        let item = |&(_, nodes): &Row| {
            let side = u8::from(nodes[0] == NONE);
            let node = drawing.node(nodes[usize::from(side)])?;
            let figures = drawing
                .figures
                .of(drawing.treemap, nodes[usize::from(side)]);
            let largest = nodes.iter().filter_map(|&node| value(drawing, node)).max();
            Some(Item {
                node: nodes[usize::from(side)],
                ink: drawing.colours.of(&node, &figures),
                member: drawing.treemap.name(&node),
                label: drawing.treemap.level(node.depth)?.label(node.member),
                cells: cells(drawing, nodes, request.plain),
                share: thousandths(largest.unwrap_or(0), most.unwrap_or(0)),
                has_parts: false,
                unknown: largest.is_none(),
                first: node.first,
                side,
            })
        };
        let first = first.iter().filter_map(|&at| rows.get(at as usize));
        drawn.items = first.filter_map(item).collect();
        drawn.total = cells(drawing, self.0, request.plain);
        let label = |node: u32| {
            let node = drawing.node(node)?;
            Some(drawing.treemap.level(node.depth)?.label(node.member))
        };
        let names = self.0.iter().zip(&request.pair);
        drawn.pair = names
            .map(|(&node, asked)| {
                label(node).unwrap_or_else(|| asked.clone().unwrap_or_else(|| "none".to_owned()))
            })
            .collect();
        let (choices, _) = drawing.largest(drawing.parts_of(root), ROWS);
        let choice = |&at: &u32| {
            Some(Item {
                node: at,
                ink: ink::NEUTRAL,
                member: drawing.treemap.name(&drawing.node(at)?),
                label: label(at)?,
                ..Item::default()
            })
        };
        drawn.choices = choices.iter().filter_map(choice).collect();
    }
}

fn value(drawing: &Drawing<'_, '_>, node: u32) -> Option<i128> {
    drawing.treemap.value(node)
}

/// As [`value`]; a side that has no such part has nothing of it, which is known.
fn of(drawing: &Drawing<'_, '_>, node: u32) -> Option<i128> {
    if node == NONE {
        Some(0)
    } else {
        value(drawing, node)
    }
}

/// What of the second is more than of the first; `None` while one is unknown, and of what is in one alone all of it.
fn difference(drawing: &Drawing<'_, '_>, [left, right]: [u32; 2]) -> Option<i128> {
    Some(of(drawing, right)? - of(drawing, left)?)
}

/// Amount of the first, of the second, what lies between them, calls of the first and of the second.
fn cells(drawing: &Drawing<'_, '_>, nodes: [u32; 2], is_plain: bool) -> Vec<String> {
    let node = |at: usize| nodes.get(at).and_then(|&node| drawing.node(node));
    let plain = |value: Option<i128>| match (value, drawing.measure) {
        (None, _) => String::new(),
        (Some(value), measure) if measure.is_money() => {
            PicoUsd(i64::try_from(value).unwrap_or(i64::MAX)).to_string()
        }
        (Some(value), _) => value.to_string(),
    };
    let difference = difference(drawing, nodes);
    if is_plain {
        let calls = |at: usize| node(at).map_or(0, |node| node.calls).to_string();
        let sums = || (0..2).filter_map(node).map(|node| node.sum);
        let is_complete = sums().all(super::Sum::is_complete);
        return vec![
            plain(of(drawing, nodes[0])),
            plain(of(drawing, nodes[1])),
            plain(difference),
            calls(0),
            calls(1),
            if is_complete { "yes" } else { "no" }.to_owned(),
        ];
    }
    // A side without any calls of it had nothing of it.
    let text = |at: usize| {
        node(at).map_or_else(
            || amount(drawing.measure, 0),
            |node| drawing.amount(node.sum),
        )
    };
    let calls =
        |at: usize| node(at).map_or_else(|| "0".to_owned(), |node| count(u64::from(node.calls)));
    let between = difference.map_or_else(
        || UNKNOWN.to_owned(),
        |difference| {
            let size = amount(drawing.measure, difference.abs());
            match difference.cmp(&0) {
                Ordering::Less => format!("\u{2212}{size}"),
                Ordering::Equal => size,
                Ordering::Greater => format!("+{size}"),
            }
        },
    );
    vec![text(0), text(1), between, calls(0), calls(1)]
}

/// The order of two rows by a column, the largest first: 0 is the name; any column that there is not is the difference,
/// whichever way.
fn compare(drawing: &Drawing<'_, '_>, column: u8, a: [u32; 2], b: [u32; 2]) -> Ordering {
    let nodes = |row: [u32; 2]| row.into_iter().find(|&node| node != NONE).unwrap_or(NONE);
    let side = |row: [u32; 2], side: usize| of(drawing, row[side]);
    let calls = |row: [u32; 2], side: usize| drawing.node(row[side]).map_or(0, |node| node.calls);
    let between = |row| difference(drawing, row).map(i128::abs);
    let order = match column {
        0 => {
            let label = |row| {
                let node = drawing.node(nodes(row))?;
                Some(drawing.treemap.level(node.depth)?.label(node.member))
            };
            label(b).cmp(&label(a))
        }
        1 => side(b, 0).cmp(&side(a, 0)),
        2 => side(b, 1).cmp(&side(a, 1)),
        4 => calls(b, 0).cmp(&calls(a, 0)),
        5 => calls(b, 1).cmp(&calls(a, 1)),
        _ => between(b).cmp(&between(a)),
    };
    order
        .then_with(|| between(b).cmp(&between(a)))
        .then_with(|| drawing.treemap.compare(nodes(a), nodes(b)))
}
