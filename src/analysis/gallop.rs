//! Search in sorted columns from a place that is probably near.

/// The first index from `from` on (at most `len`) for which `before` is false, where `before` holds up to some index
/// and not after. Steps double, so that a near answer takes few looks, all of them close together in memory.
pub(crate) fn gallop(from: usize, len: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut step) = (from, 1);
    while low + step <= len && before(low + step - 1) {
        low += step;
        step *= 2;
    }
    let mut high = (low + step - 1).min(len);
    while low < high {
        let middle = usize::midpoint(low, high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_found_from_every_start() {
        for len in 0..40 {
            for from in 0..=len {
                for answer in from..=len {
                    assert_eq!(gallop(from, len, |at| at < answer), answer);
                }
            }
        }
    }
}
