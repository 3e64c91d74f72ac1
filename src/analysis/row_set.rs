//! A set of rows that can count: which rows are errors, which match a search.
//!
//! One bit a row, and one running count for each 512 rows, so that counting the members of any range of rows (a
//! collapsed subtree) takes a few instructions. A million rows take 133 KB.

use crate::model::SpanRow;
use std::ops::Range;

/// Words of 64 rows that share one running count.
const BLOCK: usize = 8;

/// A set of rows with fast counting. Members are added, then [`Self::seal`] brings the counts up to date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    /// Members before each block, and all of them at the end.
    before: Vec<u32>,
}

impl RowSet {
    /// An empty set that can hold rows below `rows`.
    pub fn new(rows: u32) -> Self {
        let words = (rows as usize).div_ceil(64);
        Self {
            words: vec![0; words],
            before: vec![0; words.div_ceil(BLOCK) + 1],
        }
    }

    /// The rows below `rows` that `wanted` picks, counted.
    pub fn from_rows(rows: u32, mut wanted: impl FnMut(u32) -> bool) -> Self {
        let mut set = Self::new(rows);
        for row in 0..rows {
            set.words[row as usize / 64] |= u64::from(wanted(row)) << (row % 64);
        }
        set.seal();
        set
    }

    /// A set of these words of 64 rows, counted.
    pub(super) fn from_words(words: Vec<u64>) -> Self {
        let before = vec![0; words.len().div_ceil(BLOCK) + 1];
        let mut set = Self { words, before };
        set.seal();
        set
    }

    /// Its words of 64 rows.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Adds a row; true when it was not in. Rows that the set has no room for are ignored. Counts follow with
    /// [`Self::seal`].
    pub fn insert(&mut self, row: SpanRow) -> bool {
        let bit = 1_u64 << (row.0 % 64);
        match self.words.get_mut(row.0 as usize / 64) {
            Some(word) if *word & bit == 0 => {
                *word |= bit;
                true
            }
            _ => false,
        }
    }

    /// Takes out every member of `other`. Counts follow with [`Self::seal`].
    pub fn remove_all(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// The rows that are in both sets, counted.
    #[must_use]
    pub fn both(&self, other: &Self) -> Self {
        let words = self.words.iter().zip(&other.words);
        Self::from_words(words.map(|(a, b)| a & b).collect())
    }

    /// Brings the counts up to date after [`Self::insert`]: some 10 µs for a million rows.
    pub fn seal(&mut self) {
        let mut total = 0;
        for (block, before) in self.words.chunks(BLOCK).zip(&mut self.before) {
            *before = total;
            total += block.iter().map(|word| word.count_ones()).sum::<u32>();
        }
        if let Some(last) = self.before.last_mut() {
            *last = total;
        }
    }

    /// Whether a row is in.
    pub fn contains(&self, row: SpanRow) -> bool {
        let word = self.words.get(row.0 as usize / 64).copied().unwrap_or(0);
        word >> (row.0 % 64) & 1 == 1
    }

    /// How many rows are in.
    pub fn len(&self) -> u32 {
        self.before.last().copied().unwrap_or(0)
    }

    /// Whether no row is in.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many members lie before `row`: the number of a member, counted from zero.
    pub fn rank(&self, row: u32) -> u32 {
        let word = row as usize / 64;
        let block = word / BLOCK;
        let (Some(&before), true) = (self.before.get(block), word < self.words.len()) else {
            return self.len();
        };
        let whole: u32 = self.words[block * BLOCK..word]
            .iter()
            .map(|word| word.count_ones())
            .sum();
        let part = self.words[word] & ((1 << (row % 64)) - 1);
        before + whole + part.count_ones()
    }

    /// How many members lie in a range of rows.
    pub fn count_in(&self, rows: Range<u32>) -> u32 {
        self.rank(rows.end).saturating_sub(self.rank(rows.start))
    }

    /// The member with this number, counted from zero.
    pub fn nth(&self, number: u32) -> Option<SpanRow> {
        if number >= self.len() {
            return None;
        }
        let block = self.before.partition_point(|&before| before <= number) - 1;
        let mut left = number - self.before[block];
        let first = block * BLOCK;
        for (word, at) in self.words[first..].iter().zip(first..) {
            let count = word.count_ones();
            if left < count {
                return Some(SpanRow(at as u32 * 64 + nth_bit(*word, left)));
            }
            left -= count;
        }
        None
    }

    /// All members in order.
    pub fn iter(&self) -> impl Iterator<Item = SpanRow> {
        self.iter_in(0..u32::MAX)
    }

    /// The members in a range of rows, in order.
    pub fn iter_in(&self, rows: Range<u32>) -> impl Iterator<Item = SpanRow> {
        let first = (rows.start as usize / 64).min(self.words.len());
        let words = self.words[first..].iter().zip(first as u32..);
        words
            .take_while(move |&(_, at)| at * 64 < rows.end)
            .flat_map(|(&word, at)| {
                let mut left = word;
                std::iter::from_fn(move || {
                    let bit = (left != 0).then(|| left.trailing_zeros())?;
                    left &= left - 1;
                    Some(SpanRow(at * 64 + bit))
                })
            })
            .filter(move |row| rows.contains(&row.0))
    }
}

/// Place of the `number`th set bit of a word that has more than `number` of them.
fn nth_bit(mut word: u64, number: u32) -> u32 {
    for _ in 0..number {
        word &= word.wrapping_sub(1);
    }
    word.trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_empty_set_counts_nothing() {
        let set = RowSet::new(0);
        assert_eq!((set.len(), set.rank(9), set.nth(0)), (0, 0, None));
        assert!(!set.contains(SpanRow(3)));
    }

    #[test]
    fn a_row_beyond_the_end_is_ignored() {
        let mut set = RowSet::new(10);
        assert!(!set.insert(SpanRow(64)));
        assert!(set.insert(SpanRow(9)));
        assert!(!set.insert(SpanRow(9)), "a second time");
    }

    proptest! {
        #[test]
        fn counts_are_those_of_a_plain_set(
            rows in proptest::collection::btree_set(0_u32..3000, 0..200),
            range in (0_u32..3100, 0_u32..3100),
        ) {
            let mut set = RowSet::new(3000);
            for &row in &rows {
                set.insert(SpanRow(row));
            }
            set.seal();
            prop_assert_eq!(&set, &RowSet::from_rows(3000, |row| rows.contains(&row)));
            let (from, to) = (range.0.min(range.1), range.0.max(range.1));
            prop_assert_eq!(set.count_in(from..to) as usize, rows.range(from..to).count());
            let between: Vec<u32> = set.iter_in(from..to).map(|row| row.0).collect();
            prop_assert!(between.iter().eq(rows.range(from..to)));
            prop_assert_eq!(set.iter().map(|row| row.0).collect::<BTreeSet<_>>(), rows.clone());
            for (number, &row) in (0..).zip(&rows) {
                prop_assert_eq!(set.nth(number), Some(SpanRow(row)));
                prop_assert_eq!(set.rank(row), number);
            }
            prop_assert_eq!(set.nth(rows.len() as u32), None);
        }
    }
}
