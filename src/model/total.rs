//! Sums of which parts may be unknown.
//!
//! Unknown is not zero: a sum over parts of which one is unknown is "at least". Addition saturates, which for amounts
//! that are never negative gives the same sum in every order; a sum that ran into the end of its range is "at least" too.

/// What can be summed: an amount that is never negative.
pub trait Amount: Copy + PartialEq {
    /// Nothing.
    const ZERO: Self;
    /// The largest amount; a sum that reaches it is not exact.
    const MAX: Self;
    /// The sum, or [`Self::MAX`] when there is no room for it.
    #[must_use]
    fn plus(self, other: Self) -> Self;
}

impl Amount for u64 {
    const ZERO: Self = 0;
    const MAX: Self = u64::MAX;

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

/// A sum of amounts of which some may be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total<T> {
    sum: T,
    /// Whether a part was known.
    known: bool,
    /// Whether a part was unknown.
    lacking: bool,
}

impl<T: Amount> Default for Total<T> {
    fn default() -> Self {
        Self {
            sum: T::ZERO,
            known: false,
            lacking: false,
        }
    }
}

impl<T: Amount> Total<T> {
    /// Adds a part; `None` is an unknown one.
    pub fn add(&mut self, part: Option<T>) {
        match part {
            Some(part) => {
                self.sum = self.sum.plus(part);
                self.known = true;
            }
            None => self.lacking = true,
        }
    }

    /// Adds the parts of another sum.
    pub fn add_total(&mut self, other: Self) {
        self.sum = self.sum.plus(other.sum);
        self.known |= other.known;
        self.lacking |= other.lacking;
    }

    /// The sum of the known parts; `None` when no part is known.
    pub fn value(self) -> Option<T> {
        self.known.then_some(self.sum)
    }

    /// Whether [`Self::value`] is all of it: every part was known and there was room for their sum. True without parts.
    pub fn is_complete(self) -> bool {
        !self.lacking && self.sum != T::MAX
    }

    /// Whether there was no part, known or unknown.
    pub fn is_empty(self) -> bool {
        !self.known && !self.lacking
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_part_is_no_sum_and_complete() {
        let total = Total::<u64>::default();
        assert_eq!((total.value(), total.is_complete()), (None, true));
        assert!(total.is_empty());
    }

    #[test]
    fn an_unknown_part_makes_it_at_least() {
        let mut total = Total::<u64>::default();
        total.add(None);
        assert_eq!((total.value(), total.is_complete()), (None, false));
        total.add(Some(0));
        assert_eq!((total.value(), total.is_complete()), (Some(0), false));
    }

    #[test]
    fn a_sum_without_room_is_at_least() {
        let mut total = Total::default();
        total.add(Some(u64::MAX - 1));
        assert!(total.is_complete());
        total.add(Some(5));
        assert_eq!(
            (total.value(), total.is_complete()),
            (Some(u64::MAX), false)
        );
    }

    proptest! {
        #[test]
        fn neither_order_nor_grouping_changes_a_sum(
            parts in proptest::collection::vec(proptest::option::of(prop_oneof![0..100_u64, any::<u64>()]), 0..20),
            cut in 0..20_usize,
        ) {
            let sum = |parts: &[Option<u64>]| {
                let mut total = Total::default();
                for &part in parts {
                    total.add(part);
                }
                total
            };
            let all = sum(&parts);
            let mut reversed = parts.clone();
            reversed.reverse();
            prop_assert_eq!(sum(&reversed), all);
            let (first, second) = parts.split_at(cut.min(parts.len()));
            let mut joined = sum(second);
            joined.add_total(sum(first));
            prop_assert_eq!(joined, all);
            let exact: u128 = parts.iter().flatten().map(|&part| u128::from(part)).sum();
            if all.is_complete() {
                prop_assert_eq!(u128::from(all.value().unwrap_or(0)), exact);
            } else {
                prop_assert!(exact >= u128::from(u64::MAX) || parts.contains(&None));
            }
        }
    }
}
