//! How high things stand: as near to what they are joined with as their order and gaps allow.

use super::MARGIN;
use super::items::Items;

/// How often columns are gone through.
const ROUNDS: usize = 8;
/// How much more a passage pulls than a node: edges that go by are straight.
const PULL: f32 = 3.0;

/// The top of each item, in whole pixels from [`MARGIN`] on.
pub fn heights(items: &Items) -> Vec<f32> {
    let mut tops = vec![0.0_f32; items.all.len()];
    for column in &items.columns {
        let offsets = offsets(items, column);
        let whole = offsets.last().copied().unwrap_or(0.0);
        for (&item, offset) in column.iter().zip(offsets) {
            tops[item as usize] = offset - whole / 2.0;
        }
    }
    for round in 0..ROUNDS {
        let many = items.columns.len();
        for step in 0..many {
            // The last rounds look to both sides.
            let is_both = round + 2 >= ROUNDS;
            let is_right = round % 2 == 0;
            let column = if is_right { step } else { many - 1 - step };
            let wanted = |item: u32| {
                let (left, right) = (&items.left[item as usize], &items.right[item as usize]);
                let none = Vec::new();
                let sides = match (is_both, is_right) {
                    (true, _) => [left, right],
                    (false, true) => [left, &none],
                    (false, false) => [&none, right],
                };
                let mut sum = (0.0, 0.0);
                for &other in sides.into_iter().flatten() {
                    sum.0 += middle(items, &tops, other);
                    sum.1 += 1.0;
                }
                (sum.1 > 0.0)
                    .then(|| sum.0 / sum.1 - middle(items, &tops, item) + tops[item as usize])
            };
            let members = &items.columns[column];
            let wishes: Vec<Option<f32>> = members.iter().map(|&item| wanted(item)).collect();
            let found = settle(items, members, &wishes, &tops);
            for (&item, top) in members.iter().zip(found) {
                tops[item as usize] = top;
            }
        }
    }
    let least = tops.iter().copied().fold(f32::INFINITY, f32::min);
    for top in &mut tops {
        *top += MARGIN - least;
    }
    // Rounding keeps an order; what is between two of a column is whole.
    for column in &items.columns {
        let offsets = offsets(items, column);
        for (&item, offset) in column.iter().zip(offsets) {
            let top = &mut tops[item as usize];
            *top = (*top - offset).round() + offset;
        }
    }
    tops
}

/// The middle of a node, or of a passage.
pub fn middle(items: &Items, tops: &[f32], item: u32) -> f32 {
    let Some(this) = items.all.get(item as usize) else {
        return 0.0;
    };
    tops[item as usize] + this.above + (this.height - this.above) / 2.0
}

/// How far the top of each item is from that of the first at least.
fn offsets(items: &Items, column: &[u32]) -> Vec<f32> {
    let mut offsets = Vec::with_capacity(column.len());
    let mut at = 0.0;
    let mut before: Option<u32> = None;
    for &item in column {
        if let Some(before) = before {
            at += items.all[before as usize].height + items.gap(before, item);
        }
        offsets.push(at);
        before = Some(item);
    }
    offsets
}

/// The tops that are nearest to those wished for and leave the gaps: neighbours that would come too close are moved together.
fn settle(items: &Items, column: &[u32], wishes: &[Option<f32>], tops: &[f32]) -> Vec<f32> {
    /// Items that stand one right below the other.
    struct Block {
        sum: f32,
        weight: f32,
        len: usize,
    }
    let offsets = offsets(items, column);
    let mut blocks: Vec<Block> = Vec::new();
    for ((&item, wish), offset) in column.iter().zip(wishes).zip(&offsets) {
        let pull = match (wish, items.all[item as usize].node) {
            // What is joined with nothing gives way.
            (None, _) => 0.05,
            (Some(_), None) => PULL,
            (Some(_), Some(_)) => 1.0,
        };
        let wish = wish.unwrap_or(tops[item as usize]) - offset;
        let mut block = Block {
            sum: wish * pull,
            weight: pull,
            len: 1,
        };
        while let Some(last) = blocks.last()
            && last.sum / last.weight >= block.sum / block.weight
        {
            block.sum += last.sum;
            block.weight += last.weight;
            block.len += last.len;
            blocks.pop();
        }
        blocks.push(block);
    }
    let starts = blocks
        .iter()
        .flat_map(|block| std::iter::repeat_n(block.sum / block.weight, block.len));
    starts
        .zip(offsets)
        .map(|(start, offset)| start + offset)
        .collect()
}
