//! The table beside the treemap: the parts of what was gone into, one a row.

use super::{Drawing, amount, thousandths};
use crate::analysis::treemap::{Figures, Measure, Node, Sum};
use crate::model::decimal::decimal;
use crate::model::{PicoUsd, order};
use crate::scene::drawn::{DrawRequest, Drawn, Item};
use crate::scene::format::{UNKNOWN, at_least, count, share};
use std::cmp::Ordering;

/// Rows that are looked through; the others are said to be more.
const ROWS: usize = 500;
/// Rows that are saved.
const SAVED: usize = 100_000;

pub(super) fn fill(drawing: &Drawing<'_, '_>, root: u32, request: &DrawRequest, drawn: &mut Drawn) {
    let Some(whole) = drawing.node(root).copied() else {
        return;
    };
    let most = if request.plain { SAVED } else { ROWS };
    // In the order of amounts, what comes first is all that is wanted.
    let is_by_amount = matches!(request.sort, 1..=3) && !request.ascending;
    let every = drawing.treemap.nodes().len();
    let wanted = if is_by_amount { most } else { every };
    let (rows, all) = drawing.largest(drawing.parts_of(root), wanted);
    let total = whole.sum.value().unwrap_or(0);
    // Shares add up in the order of amounts, whatever the order of the rows.
    let mut sum = 0;
    let mut by_rank: Vec<(u32, i128)> = Vec::new();
    for &at in &rows {
        sum += drawing
            .node(at)
            .and_then(|node| node.sum.value())
            .unwrap_or(0);
        by_rank.push((at, sum));
    }
    if !is_by_amount {
        order::sort_items(&mut by_rank, |a, b| {
            let order = compare(drawing, request.sort, a.0, b.0);
            if request.ascending {
                order.reverse()
            } else {
                order
            }
        });
    }
    let cells = if request.plain { plain } else { cells };
    drawn.left_out = all.saturating_sub(most) as u32;
    let item = |&(at, sum): &(u32, i128)| {
        let node = drawing.node(at)?;
        let figures = drawing.figures.get(at as usize)?;
        let value = node.sum.value();
        Some(Item {
            node: at,
            ink: drawing.colours.of(node, figures),
            member: drawing.treemap.name(node),
            label: drawing.treemap.level(node.depth)?.label(node.member),
            cells: cells(drawing, node, figures, (value, total), sum),
            share: thousandths(value.unwrap_or(0), total),
            has_parts: drawing.parts_of(at).next().is_some(),
            unknown: value.is_none(),
            first: node.first,
            side: 0,
        })
    };
    drawn.items = by_rank.iter().take(most).filter_map(item).collect();
    let figures = drawing
        .figures
        .get(root as usize)
        .copied()
        .unwrap_or_default();
    drawn.total = cells(drawing, &whole, &figures, (whole.sum.value(), total), total);
}

fn cells(
    drawing: &Drawing<'_, '_>,
    node: &Node,
    figures: &Figures,
    (value, total): (Option<i128>, i128),
    sum: i128,
) -> Vec<String> {
    let part = |part: i128| {
        let whole = |value: i128| u64::try_from(value).unwrap_or(0);
        if total > 0 {
            share(whole(part), whole(total))
        } else {
            UNKNOWN.to_owned()
        }
    };
    let each = match (figures.cost.value(), node.calls) {
        (Some(cost), 1..) => amount(Measure::Cost, cost / i128::from(node.calls)),
        _ => UNKNOWN.to_owned(),
    };
    let text = |measure: Measure, sum: Sum| {
        at_least(
            sum.value().map(|value| amount(measure, value)),
            sum.is_complete(),
        )
    };
    vec![
        drawing.amount(node.sum),
        value.map_or_else(|| UNKNOWN.to_owned(), part),
        value.map_or_else(|| UNKNOWN.to_owned(), |_| part(sum)),
        count(u64::from(node.calls)),
        text(Measure::Tokens, figures.tokens),
        text(Measure::Cost, figures.cost),
        each,
    ]
}

/// The cells as numbers for other programs.
fn plain(
    drawing: &Drawing<'_, '_>,
    node: &Node,
    figures: &Figures,
    (value, total): (Option<i128>, i128),
    sum: i128,
) -> Vec<String> {
    let text = |measure: Measure, value: Option<i128>| match (value, measure) {
        (None, _) => String::new(),
        (Some(value), Measure::Cost) => {
            PicoUsd(i64::try_from(value).unwrap_or(i64::MAX)).to_string()
        }
        (Some(value), _) => value.to_string(),
    };
    let part = |part: Option<i128>| {
        let part = part.filter(|_| total > 0);
        part.map_or_else(String::new, |part| decimal(part as f64 / total as f64, 6))
    };
    let cost = figures.cost.value();
    let each = cost.filter(|_| node.calls > 0);
    let is_complete =
        node.sum.is_complete() && figures.cost.is_complete() && figures.tokens.is_complete();
    vec![
        text(drawing.measure, value),
        part(value),
        part(value.map(|_| sum)),
        node.calls.to_string(),
        text(Measure::Tokens, figures.tokens.value()),
        text(Measure::Cost, cost),
        text(
            Measure::Cost,
            each.map(|cost| cost / i128::from(node.calls.max(1))),
        ),
        if is_complete { "yes" } else { "no" }.to_owned(),
    ]
}

/// The order of two rows by a column, the largest or last first: 0 is the name, and the columns follow.
fn compare(drawing: &Drawing<'_, '_>, column: u8, a: u32, b: u32) -> Ordering {
    let node = |at: u32| drawing.node(at).copied();
    let figures = |at: u32| {
        drawing
            .figures
            .get(at as usize)
            .copied()
            .unwrap_or_default()
    };
    let each = |at: u32| {
        let calls = node(at).map_or(0, |node| node.calls);
        let cost = figures(at).cost.value().filter(|_| calls > 0)?;
        Some(cost / i128::from(calls.max(1)))
    };
    let by_amount = drawing.treemap.compare(a, b);
    match column {
        0 => {
            let label = |at: u32| {
                let node = node(at)?;
                Some(drawing.treemap.level(node.depth)?.label(node.member))
            };
            label(b).cmp(&label(a))
        }
        4 => node(b)
            .map(|node| node.calls)
            .cmp(&node(a).map(|node| node.calls)),
        5 => figures(b).tokens.value().cmp(&figures(a).tokens.value()),
        6 => figures(b).cost.value().cmp(&figures(a).cost.value()),
        7 => each(b).cmp(&each(a)),
        // Amount and shares have one order.
        _ => by_amount,
    }
    .then(by_amount)
}
