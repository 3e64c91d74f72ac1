//! Sorting, and values that few rows have.
//!
//! The standard library's sorts are made anew for every type and key, some four kilobytes each in a module that a page
//! must load before it can read a file. Tables are sorted by index here, so one routine serves them all.

use std::cmp::Ordering;

/// Sorts rows: stable, quick where much is in order already, never slower than n log n.
pub fn sort(rows: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    const RUN: usize = 12;
    let is_after = |a: u32, b: u32| compare(a, b) == Ordering::Greater;
    for run in rows.chunks_mut(RUN) {
        for from in 1..run.len() {
            let row = run[from];
            let mut at = from;
            while at > 0 && is_after(run[at - 1], row) {
                run[at] = run[at - 1];
                at -= 1;
            }
            run[at] = row;
        }
    }
    let mut left = Vec::new();
    let mut width = RUN;
    while width < rows.len() {
        for pair in rows.chunks_mut(width * 2) {
            if pair.len() > width && is_after(pair[width - 1], pair[width]) {
                left.clear();
                left.extend_from_slice(&pair[..width]);
                merge(pair, &left, &is_after);
            }
        }
        width *= 2;
    }
}

/// Merges `left` with what stands behind its length in `pair`, into `pair`.
fn merge(pair: &mut [u32], left: &[u32], is_after: &dyn Fn(u32, u32) -> bool) {
    let (mut next, mut right) = (0, left.len());
    for at in 0..pair.len() {
        let Some(&row) = left.get(next) else {
            // What is left of the right half stands where it belongs.
            return;
        };
        match pair.get(right).copied() {
            Some(other) if is_after(row, other) => {
                pair[at] = other;
                right += 1;
            }
            _ => {
                pair[at] = row;
                next += 1;
            }
        }
    }
}

/// The first `most` of some rows in order, and how many rows there are in all: what comes behind them is not sorted.
pub fn first(
    rows: &mut dyn Iterator<Item = u32>,
    most: usize,
    compare: &dyn Fn(u32, u32) -> Ordering,
) -> (Vec<u32>, usize) {
    let most = most.max(1);
    let room = most.saturating_mul(4);
    let mut kept: Vec<u32> = Vec::new();
    // Nothing behind it is among the first.
    let mut last: Option<u32> = None;
    let mut all = 0;
    for row in rows {
        all += 1;
        if last.is_some_and(|last| compare(last, row) == Ordering::Less) {
            continue;
        }
        kept.push(row);
        if kept.len() >= room {
            select(&mut kept, most, compare);
            kept.truncate(most);
            last = kept.last().copied();
        }
    }
    if kept.len() > most {
        select(&mut kept, most, compare);
        kept.truncate(most);
    }
    sort(&mut kept, compare);
    (kept, all)
}

/// Puts the first `most` rows in front, the last of them behind the others and those in no order.
fn select(rows: &mut [u32], most: usize, compare: &dyn Fn(u32, u32) -> Ordering) {
    /// Rounds that an unlucky order may cost: each halves what is left, more or less.
    const ROUNDS: u32 = 48;
    const FEW: usize = 12;
    let (mut from, mut to) = (0, rows.len());
    let wanted = most.saturating_sub(1);
    for _ in 0..ROUNDS {
        if to - from <= FEW {
            break;
        }
        let middle = from + (to - from) / 2;
        // The middle one of three goes to the end.
        for (a, b) in [(from, middle), (middle, to - 1), (from, middle)] {
            if compare(rows[a], rows[b]) == Ordering::Greater {
                rows.swap(a, b);
            }
        }
        rows.swap(middle, to - 1);
        let pivot = rows[to - 1];
        let mut less = from;
        for at in from..to - 1 {
            if compare(rows[at], pivot) == Ordering::Less {
                rows.swap(at, less);
                less += 1;
            }
        }
        rows.swap(less, to - 1);
        match less.cmp(&wanted) {
            Ordering::Equal => return,
            Ordering::Less => from = less + 1,
            Ordering::Greater => to = less,
        }
    }
    sort(&mut rows[from..to], compare);
}

/// Sorts items that are cheap to move: stable, with [`sort`].
pub fn sort_items<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    sort(&mut order, &|a, b| {
        compare(&items[a as usize], &items[b as usize])
    });
    if order.is_sorted() {
        return;
    }
    let mut old: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.iter().filter_map(|&at| old[at as usize].take()));
}

/// Values by number, in order: for few of them, or for many that come in order.
#[derive(Debug, Clone)]
pub struct RowMap<T> {
    rows: Vec<u32>,
    values: Vec<T>,
}

impl<T> Default for RowMap<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T> RowMap<T> {
    /// The value of a row.
    pub fn find(&self, row: u32) -> Option<&T> {
        self.values.get(self.rows.binary_search(&row).ok()?)
    }

    /// Sets the value of a row; gives back the one before.
    pub fn insert(&mut self, row: u32, value: T) -> Option<T> {
        match self.rows.binary_search(&row) {
            Ok(at) => Some(std::mem::replace(&mut self.values[at], value)),
            Err(at) => {
                self.rows.insert(at, row);
                self.values.insert(at, value);
                None
            }
        }
    }

    /// The value of a row, which `make` makes when there is none.
    pub fn find_or_insert(&mut self, row: u32, make: impl FnOnce() -> T) -> &mut T {
        let at = self.rows.binary_search(&row).unwrap_or_else(|at| {
            self.rows.insert(at, row);
            self.values.insert(at, make());
            at
        });
        &mut self.values[at]
    }

    /// Takes the value of a row away.
    pub fn remove(&mut self, row: u32) -> Option<T> {
        let at = self.rows.binary_search(&row).ok()?;
        self.rows.remove(at);
        Some(self.values.remove(at))
    }

    /// All rows, in order.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// All values, in the order of their rows.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// All values, in the order of their rows.
    pub fn into_values(self) -> Vec<T> {
        self.values
    }
}

impl<T: Copy> RowMap<T> {
    /// Adds the value of a row behind all others.
    pub(crate) fn push(&mut self, row: u32, value: T) {
        self.rows.push(row);
        self.values.push(value);
    }

    /// Values of rows in any order, each row once.
    pub(crate) fn from_unordered(entries: &[(u32, T)]) -> Self {
        let mut by: Vec<u32> = (0..entries.len() as u32).collect();
        let row = |index: u32| entries[index as usize].0;
        sort(&mut by, &|a, b| row(a).cmp(&row(b)));
        let mut map = Self::default();
        for index in by {
            let (row, value) = entries[index as usize];
            map.push(row, value);
        }
        map
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: u32) -> Option<T> {
        self.find(row).copied()
    }

    /// All rows with their values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, T)> {
        self.rows.iter().copied().zip(self.values.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut state = 1_u32;
        for len in (0..200).chain([1000, 4096, 5000]) {
            for spread in [1, 7, 1 << 20] {
                let keys: Vec<u32> = (0..len)
                    .map(|_| {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        (state >> 8) % spread
                    })
                    .collect();
                let mut rows: Vec<u32> = (0..len).collect();
                let mut wanted = rows.clone();
                wanted.sort_by_key(|&row| keys[row as usize]);
                sort(&mut rows, &|a, b| keys[a as usize].cmp(&keys[b as usize]));
                assert_eq!(rows, wanted, "{len} {spread}");
            }
        }
    }

    #[test]
    fn the_first_are_those_of_the_whole_order() {
        let mut state = 7_u32;
        for len in [0_usize, 1, 5, 40, 1000, 5000] {
            for most in [1, 3, 100, 6000] {
                for shape in 0..4_u32 {
                    let keys: Vec<u32> = (0..len as u32)
                        .map(|at| {
                            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                            match shape {
                                0 => state >> 8,
                                1 => at,
                                2 => u32::MAX - at,
                                _ => state >> 30,
                            }
                        })
                        .collect();
                    let compare = |a: u32, b: u32| {
                        let key = |at: u32| (keys[at as usize], at);
                        key(a).cmp(&key(b))
                    };
                    let mut wanted: Vec<u32> = (0..len as u32).collect();
                    sort(&mut wanted, &compare);
                    wanted.truncate(most);
                    let found = first(&mut (0..len as u32), most, &compare);
                    assert_eq!(found, (wanted, len), "{len} {most} {shape}");
                }
            }
        }
    }

    #[test]
    fn items_are_sorted_like_their_indices() {
        let mut items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        sort_items(&mut items, |a, b| a.0.cmp(&b.0));
        assert_eq!(items, [(0, 'e'), (1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }

    #[test]
    fn values_come_and_go() {
        let mut map = RowMap::default();
        for (row, value) in [(5, "e"), (1, "a"), (3, "c")] {
            assert_eq!(map.insert(row, value), None);
        }
        assert_eq!(map.insert(3, "C"), Some("c"));
        assert_eq!(*map.find_or_insert(2, || "b"), "b");
        assert_eq!((map.find(3), map.find(4)), (Some(&"C"), None));
        assert_eq!(map.remove(1), Some("a"));
        assert_eq!(map.remove(1), None);
        assert_eq!(
            (map.rows(), map.values()),
            (&[2, 3, 5][..], &["b", "C", "e"][..])
        );
    }

    #[test]
    fn values_are_found_by_row() {
        let mut map = RowMap::from_unordered(&[(5, 'e'), (1, 'a'), (3, 'c')]);
        map.push(9, 'i');
        assert_eq!(
            (map.get(5), map.get(4), map.get(10)),
            (Some('e'), None, None)
        );
        assert!(map.iter().map(|(row, _)| row).eq([1, 3, 5, 9]));
    }
}
