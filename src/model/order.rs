//! Sorting, and values that few rows have.
//!
//! The standard library's sorts are made anew for every type and key, some four kilobytes each in a module that a page
//! must load before it can read a file. Tables are sorted by index here, so one routine serves them all.

use std::cmp::Ordering;

/// Sorts rows: stable, quick where much is in order already, never slower than n log n.
pub(crate) fn sort(rows: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
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

/// Values of few rows, by row.
#[derive(Debug, Clone)]
pub(crate) struct RowMap<T> {
    /// Ordered by row.
    entries: Vec<(u32, T)>,
}

impl<T> Default for RowMap<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
        }
    }
}

impl<T: Copy> RowMap<T> {
    /// Adds the value of a row behind all others.
    pub(crate) fn push(&mut self, row: u32, value: T) {
        self.entries.push((row, value));
    }

    /// Values of rows in any order, each row once.
    pub(crate) fn from_unordered(entries: &[(u32, T)]) -> Self {
        let mut by: Vec<u32> = (0..entries.len() as u32).collect();
        let row = |index: u32| entries[index as usize].0;
        sort(&mut by, &|a, b| row(a).cmp(&row(b)));
        Self {
            entries: by.iter().map(|&index| entries[index as usize]).collect(),
        }
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: u32) -> Option<T> {
        let at = self.entries.partition_point(|&(known, _)| known < row);
        let &(known, value) = self.entries.get(at)?;
        (known == row).then_some(value)
    }

    /// All rows with their values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, T)> {
        self.entries.iter().copied()
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
