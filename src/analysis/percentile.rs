//! Percentiles by nearest rank.

/// Numbers in order. Durations come by the hundred thousand, so this is the sort of the standard library and not the one by
/// index that tables share.
pub fn sorted(values: &[i64]) -> Vec<i64> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values
}

/// The nearest rank of some values in order: the smallest that at least this many of a hundred do not exceed. `None` of
/// nothing.
pub fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_order() {
        assert_eq!(sorted(&[3, i64::MIN, 3, -1]), [i64::MIN, -1, 3, 3]);
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let values: Vec<i64> = (1..=20).collect();
        assert_eq!(nearest_rank(&values, 50), Some(10));
        assert_eq!(nearest_rank(&values, 95), Some(19));
        assert_eq!(nearest_rank(&values, 99), Some(20));
        assert_eq!(nearest_rank(&[7], 50), Some(7));
        assert_eq!(nearest_rank(&[3, 8], 50), Some(3));
        assert_eq!(nearest_rank(&[], 50), None);
    }
}
