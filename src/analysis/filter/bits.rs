//! Sets of rows while a filter is worked out: which match, and which may.

use crate::analysis::row_set::RowSet;

/// Rows of one condition, 64 a word.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// Rows that match.
    pub yes: Vec<u64>,
    /// Rows that match or may by what only the source has; `None`: none may.
    can: Option<Vec<u64>>,
}

impl Rows {
    /// Rows below `rows` that a test picks.
    pub fn of(rows: u32, mut test: impl FnMut(u32) -> bool) -> Self {
        let mut yes = vec![0; (rows as usize).div_ceil(64)];
        for row in 0..rows {
            if let Some(word) = yes.get_mut(row as usize / 64) {
                *word |= u64::from(test(row)) << (row % 64);
            }
        }
        Self { yes, can: None }
    }

    /// The rows of two sets: those that match and those that may.
    pub fn from_sets(hits: &RowSet, open: &RowSet) -> Self {
        let mut rows = Self {
            yes: hits.words().to_vec(),
            can: None,
        };
        if !open.is_empty() {
            let both = hits.words().iter().zip(open.words());
            rows.can = Some(both.map(|(yes, open)| yes | open).collect());
        }
        rows
    }

    /// No row at all.
    pub fn none(rows: u32) -> Self {
        Self {
            yes: vec![0; (rows as usize).div_ceil(64)],
            can: None,
        }
    }

    /// Adds a row that matches.
    pub fn add(&mut self, row: u32) {
        set(&mut self.yes, row);
        if let Some(can) = &mut self.can {
            set(can, row);
        }
    }

    /// Adds a row that may match.
    pub fn open(&mut self, row: u32) {
        set(self.can.get_or_insert_with(|| self.yes.clone()), row);
    }

    /// Words of the rows that match or may.
    pub fn can(&self) -> &[u64] {
        self.can.as_deref().unwrap_or(&self.yes)
    }

    /// Whether a row matches; `None` when only the source knows.
    pub fn says(&self, row: u32) -> Option<bool> {
        let has = |words: &[u64]| {
            words
                .get(row as usize / 64)
                .is_some_and(|word| word >> (row % 64) & 1 == 1)
        };
        match has(&self.yes) {
            true => Some(true),
            false if has(self.can()) => None,
            false => Some(false),
        }
    }

    /// Rows of both.
    pub fn and(&mut self, other: &Self) {
        self.join(other, |a, b| a & b);
    }

    /// Rows of either.
    pub fn or(&mut self, other: &Self) {
        self.join(other, |a, b| a | b);
    }

    fn join(&mut self, other: &Self, join: fn(u64, u64) -> u64) {
        if self.can.is_some() || other.can.is_some() {
            let pairs = self.can().iter().zip(other.can());
            self.can = Some(pairs.map(|(&a, &b)| join(a, b)).collect());
        }
        for (a, &b) in self.yes.iter_mut().zip(&other.yes) {
            *a = join(*a, b);
        }
    }

    /// The other rows: what surely does not match does.
    pub fn not(&mut self) {
        let yes = self.can().iter().map(|word| !word).collect();
        if let Some(can) = &mut self.can {
            for (word, yes) in can.iter_mut().zip(&self.yes) {
                *word = !yes;
            }
        }
        self.yes = yes;
    }
}

fn set(words: &mut [u64], row: u32) {
    if let Some(word) = words.get_mut(row as usize / 64) {
        *word |= 1 << (row % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Yes, no or open.
    fn truth() -> impl Strategy<Value = Vec<Option<bool>>> {
        proptest::collection::vec(any::<Option<bool>>(), 130)
    }

    fn rows(truth: &[Option<bool>]) -> Rows {
        let mut rows = Rows::none(130);
        for (row, truth) in (0..).zip(truth) {
            match truth {
                Some(true) => rows.add(row),
                Some(false) => {}
                None => rows.open(row),
            }
        }
        rows
    }

    fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
        match (a, b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    proptest! {
        #[test]
        fn what_is_open_stays_open_until_it_does_not_matter(a in truth(), b in truth()) {
            let not = |truth: Option<bool>| truth.map(|truth| !truth);
            let mut both = rows(&a);
            both.and(&rows(&b));
            let mut either = rows(&a);
            either.or(&rows(&b));
            let mut other = rows(&a);
            other.not();
            for row in 0..130 {
                let (x, y) = (a[row as usize], b[row as usize]);
                prop_assert_eq!(both.says(row), and(x, y));
                prop_assert_eq!(either.says(row), not(and(not(x), not(y))));
                prop_assert_eq!(other.says(row), not(x));
            }
        }
    }
}
