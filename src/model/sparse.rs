//! Values that some rows have: a bit a row, and the values side by side.

use super::column::Column;

/// A column in which most rows have no value. Values are pushed in order of their rows.
#[derive(Debug, Clone)]
pub struct Sparse<T> {
    /// A bit a row, set where there is a value.
    present: Vec<u64>,
    /// How many values stand before each word of `present`.
    before: Vec<u32>,
    values: Column<T>,
}

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Self {
            present: Vec::new(),
            before: Vec::new(),
            values: Column::default(),
        }
    }
}

impl<T: Copy> Sparse<T> {
    /// Adds the value of a row behind those of all rows so far; a row that is not behind them is left out.
    pub fn push(&mut self, row: u32, value: T) {
        let word = (row / 64) as usize;
        let bit = 1_u64 << (row % 64);
        if word + 1 < self.present.len() || self.present.get(word).is_some_and(|&w| w >= bit) {
            return;
        }
        while self.present.len() <= word {
            self.before.push(self.values.len() as u32);
            self.present.push(0);
        }
        if let Some(present) = self.present.get_mut(word) {
            *present |= bit;
            self.values.push(value);
        }
    }

    /// The value of a row.
    #[inline]
    pub fn get(&self, row: u32) -> Option<T> {
        let word = (row / 64) as usize;
        let present = *self.present.get(word)?;
        let bit = 1_u64 << (row % 64);
        if present & bit == 0 {
            return None;
        }
        let before = *self.before.get(word)? + (present & (bit - 1)).count_ones();
        self.values.get(before as usize)
    }

    /// All rows that have a value, with it, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, T)> {
        let rows = self.present.iter().zip(0_u32..).flat_map(|(&word, at)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                (left != 0).then(|| {
                    left &= left - 1;
                    at * 64 + bit
                })
            })
        });
        rows.zip(self.values.iter())
    }

    /// How many rows have a value.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no row has one.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Bytes held.
    pub fn heap_bytes(&self) -> usize {
        self.present.len() * 12 + self.values.len() * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_row_and_come_in_order() {
        let mut sparse = Sparse::default();
        let rows = [0, 1, 63, 64, 200, 201, 5000];
        for row in rows {
            sparse.push(row, row * 2);
        }
        for row in 0..6000 {
            let wanted = rows.contains(&row).then_some(row * 2);
            assert_eq!(sparse.get(row), wanted, "{row}");
        }
        assert!(sparse.iter().eq(rows.iter().map(|&row| (row, row * 2))));
        assert_eq!(sparse.len(), rows.len());
    }

    #[test]
    fn a_row_out_of_order_is_left_out() {
        let mut sparse = Sparse::default();
        sparse.push(70, 'a');
        sparse.push(3, 'b');
        sparse.push(70, 'c');
        sparse.push(69, 'd');
        assert!(sparse.iter().eq([(70, 'a')]));
    }
}
