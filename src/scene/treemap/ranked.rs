//! The table beside the treemap: the parts of what was gone into, one a row.

use super::{Drawing, amount, thousandths};
use crate::analysis::ledger::NONE;
use crate::analysis::numbering::Numbering;
use crate::analysis::treemap::{Figures, Measure, Node, Sum};
use crate::model::decimal::decimal;
use crate::model::{PicoUsd, order};
use crate::scene::drawn::{DrawRequest, Drawn, Item};
use crate::scene::format::{UNKNOWN, at_least, count, share};

/// Rows that are looked through; the others are said to be more.
const ROWS: usize = 500;
/// Rows that are saved.
const SAVED: usize = 100_000;

pub(super) fn fill(drawing: &Drawing<'_, '_>, root: u32, request: &DrawRequest, drawn: &mut Drawn) {
    let Some(whole) = drawing.node(root) else {
        return;
    };
    let most = if request.plain { SAVED } else { ROWS };
    let (rows, all) = rows(drawing, root, request, most);
    let total = whole.sum.value().unwrap_or(0);
    let sums = sums(drawing, root, &rows);
    let cells = if request.plain { plain } else { cells };
    drawn.left_out = all.saturating_sub(most) as u32;
    let item = |(&at, &sum): (&u32, &i128)| {
        let node = drawing.node(at)?;
        let figures = drawing.figures.of(drawing.treemap, at);
        let value = node.sum.value();
        Some(Item {
            node: at,
            ink: drawing.colours.of(&node, &figures),
            member: drawing.treemap.name(&node),
            label: drawing.treemap.level(node.depth)?.label(node.member),
            cells: cells(drawing, &node, &figures, (value, total), sum),
            share: thousandths(value.unwrap_or(0), total),
            has_parts: drawing.parts_of(at).next().is_some(),
            unknown: value.is_none(),
            first: node.first,
            side: 0,
        })
    };
    drawn.items = rows.iter().zip(&sums).filter_map(item).collect();
    let figures = drawing.figures.of(drawing.treemap, root);
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
        (Some(value), measure) if measure.is_money() => {
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

/// The first parts of a node by a column, and how many parts there are. Columns count up from the name, which is 0; names and
/// numbers stand the largest or last first. What is the same stands by amount.
fn rows(
    drawing: &Drawing<'_, '_>,
    root: u32,
    request: &DrawRequest,
    most: usize,
) -> (Vec<u32>, usize) {
    let parts: Vec<u32> = drawing.parts_of(root).collect();
    // Keys stand in a column, so that a million rows are compared by numbers that stand side by side.
    let keys: Vec<i64> = match request.sort {
        0 => by_label(drawing, &parts),
        column @ 4..=7 => parts.iter().map(|&at| key(drawing, column, at)).collect(),
        // Amount and shares have one order.
        _ => Vec::new(),
    };
    let part = |at: u32| parts.get(at as usize).copied().unwrap_or(NONE);
    let compare = |a: u32, b: u32| {
        let order = keys.get(b as usize).cmp(&keys.get(a as usize));
        let order = order.then_with(|| drawing.treemap.compare(part(a), part(b)));
        if request.ascending {
            order.reverse()
        } else {
            order
        }
    };
    let (rows, all) = order::first(&mut (0..parts.len() as u32), most, &compare);
    (rows.into_iter().map(part).collect(), all)
}

/// The number that a row stands by in a column; what is unknown is less than all else.
fn key(drawing: &Drawing<'_, '_>, column: u8, at: u32) -> i64 {
    let calls = || drawing.node(at).map_or(0, |node| node.calls);
    let figures = || drawing.figures.of(drawing.treemap, at);
    let value = match column {
        4 => return i64::from(calls()),
        5 => figures().tokens.value(),
        6 => figures().cost.value(),
        _ => {
            let cost = figures().cost.value();
            cost.filter(|_| calls() > 0)
                .map(|cost| cost / i128::from(calls()))
        }
    };
    let within = |value: i128| {
        let value = value.clamp(i128::from(i64::MIN) + 1, i128::from(i64::MAX));
        value as i64
    };
    value.map_or(i64::MIN, within)
}

/// The places of labels in the order of their letters.
fn by_label(drawing: &Drawing<'_, '_>, parts: &[u32]) -> Vec<i64> {
    let mut numbers = Numbering::default();
    let mut labels: Vec<Option<String>> = Vec::new();
    let mut keys: Vec<i64> = Vec::with_capacity(parts.len());
    for &at in parts {
        let node = drawing.node(at);
        let level = node.and_then(|node| Some((node, drawing.treemap.level(node.depth)?)));
        let number = level.map_or(NONE, |(node, level)| level.label_number(node.member));
        let number = numbers.number(u64::from(number));
        if number as usize == labels.len() {
            labels.push(level.map(|(node, level)| level.label(node.member)));
        }
        keys.push(i64::from(number));
    }
    let label = |number: u32| labels.get(number as usize);
    let mut order: Vec<u32> = (0..labels.len() as u32).collect();
    order::sort(&mut order, &|a, b| label(a).cmp(&label(b)));
    let mut places: Vec<i64> = vec![0; labels.len()];
    let mut last: Option<u32> = None;
    let mut place = 0;
    for number in order {
        // Two members may be shown alike.
        place += i64::from(last.is_some_and(|last| label(last) != label(number)));
        last = Some(number);
        if let Some(slot) = places.get_mut(number as usize) {
            *slot = place;
        }
    }
    for key in &mut keys {
        *key = places.get(*key as usize).copied().unwrap_or(0);
    }
    keys
}

/// For each row what it and all larger parts amount to, whatever the order of the rows.
fn sums(drawing: &Drawing<'_, '_>, root: u32, rows: &[u32]) -> Vec<i128> {
    let mut by_rank: Vec<u32> = (0..rows.len() as u32).collect();
    let row = |at: u32| rows.get(at as usize).copied().unwrap_or(NONE);
    order::sort(&mut by_rank, &|a, b| {
        drawing.treemap.compare(row(a), row(b))
    });
    let is_less = |rank: &u32, at: u32| drawing.treemap.compare(row(*rank), at).is_lt();
    let least = by_rank.last();
    let least = least.and_then(|&rank| drawing.treemap.value(row(rank)));
    // What lies between two ranks counts from the later one on.
    let mut between: Vec<i128> = vec![0; rows.len()];
    for at in drawing.parts_of(root) {
        // Most of a million come behind all rows; what is unknown adds nothing.
        let value = drawing.treemap.value(at);
        let Some(value) = value.filter(|_| value >= least) else {
            continue;
        };
        let rank = by_rank.partition_point(|rank| is_less(rank, at));
        if let Some(sum) = between.get_mut(rank) {
            *sum += value;
        }
    }
    let mut sums: Vec<i128> = vec![0; rows.len()];
    let mut sum = 0;
    for (&at, value) in by_rank.iter().zip(between) {
        sum += value;
        if let Some(slot) = sums.get_mut(at as usize) {
            *slot = sum;
        }
    }
    sums
}
