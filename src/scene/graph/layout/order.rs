//! The order within columns: each item next to the middle of what it is joined with, from left to right and back, and of all
//! orders met the one with the fewest crossings.

use super::items::Items;
use crate::model::order::sort;

/// How often columns are gone through.
const ROUNDS: usize = 12;

/// Puts the items of each column in order.
pub fn order(items: &mut Items) {
    let mut place = places(items);
    let mut best = (crossings(items, &place), items.columns.clone());
    for round in 0..ROUNDS {
        if best.0 == 0 {
            break;
        }
        let many = items.columns.len();
        for step in 0..many {
            let (column, joined) = if round % 2 == 0 {
                (step, &items.left)
            } else {
                (many - 1 - step, &items.right)
            };
            let mut members = std::mem::take(&mut items.columns[column]);
            settle(&mut members, joined, &mut place);
            items.columns[column] = members;
        }
        let now = crossings(items, &place);
        if now < best.0 {
            best = (now, items.columns.clone());
        }
    }
    items.columns = best.1;
}

fn places(items: &Items) -> Vec<u32> {
    let mut place = vec![0; items.all.len()];
    for column in &items.columns {
        for (&item, at) in column.iter().zip(0..) {
            place[item as usize] = at;
        }
    }
    place
}

/// Sorts a column by the middle of what its items are joined with; those that are joined with nothing stay where they are.
fn settle(members: &mut [u32], joined: &[Vec<u32>], place: &mut [u32]) {
    // In halves and thirds of a place, so that no rounding decides.
    const FINE: u64 = 720_720;
    let middle = |item: u32| {
        let others = &joined[item as usize];
        let sum: u64 = others
            .iter()
            .map(|&other| u64::from(place[other as usize]))
            .sum();
        (!others.is_empty()).then(|| sum * FINE / others.len() as u64)
    };
    let middles: Vec<(u32, Option<u64>)> =
        members.iter().map(|&item| (item, middle(item))).collect();
    let mut moving: Vec<u32> = (0..members.len() as u32)
        .filter(|&at| middles[at as usize].1.is_some())
        .collect();
    let slots = moving.clone();
    sort(&mut moving, &|a, b| {
        middles[a as usize].1.cmp(&middles[b as usize].1)
    });
    for (&slot, &from) in slots.iter().zip(&moving) {
        members[slot as usize] = middles[from as usize].0;
    }
    for (&item, at) in members.iter().zip(0..) {
        place[item as usize] = at;
    }
}

/// How many pairs of joins cross.
fn crossings(items: &Items, place: &[u32]) -> u64 {
    let mut all = 0;
    for column in &items.columns {
        let mut ends: Vec<u32> = Vec::new();
        for &item in column {
            let mut right: Vec<u32> = items.right[item as usize]
                .iter()
                .map(|&other| place[other as usize])
                .collect();
            sort(&mut right, &|a, b| a.cmp(&b));
            ends.extend(right);
        }
        all += inversions(&ends);
    }
    all
}

/// Pairs that stand in falling order.
fn inversions(ends: &[u32]) -> u64 {
    let many = ends.iter().max().map_or(0, |&last| last as usize + 1);
    // A tree of counts over places (Fenwick).
    let mut counts = vec![0_u64; many + 1];
    let mut found = 0;
    for (&end, before) in ends.iter().zip(0_u64..) {
        let mut up_to = 0;
        let mut at = end as usize + 1;
        while at > 0 {
            up_to += counts[at];
            at &= at - 1;
        }
        found += before - up_to;
        let mut at = end as usize + 1;
        while at <= many {
            counts[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falling_pairs_are_counted() {
        assert_eq!(inversions(&[0, 1, 1, 2]), 0);
        assert_eq!(inversions(&[2, 1, 0]), 3);
        assert_eq!(inversions(&[1, 0, 1, 0]), 3);
        assert_eq!(inversions(&[]), 0);
    }
}
