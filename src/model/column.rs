//! A growing column of plain values without reallocation.
//!
//! A `Vec` that doubles holds up to three times its contents while it grows, and WebAssembly memory never shrinks.
//! Segments of fixed size keep the peak at the contents plus one segment.

const SEGMENT: usize = 1 << 16;

/// An append-only column in segments of 65,536 values.
#[derive(Debug, Clone)]
pub struct Column<T> {
    segments: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self {
            segments: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Copy> Column<T> {
    /// Appends a value.
    pub fn push(&mut self, value: T) {
        match self.segments.last_mut() {
            Some(last) if last.len() < SEGMENT => last.push(value),
            _ => {
                // The first segment grows by doubling so that small files stay small.
                let capacity = if self.segments.is_empty() {
                    64
                } else {
                    SEGMENT
                };
                let mut segment = Vec::with_capacity(capacity);
                segment.push(value);
                self.segments.push(segment);
            }
        }
        self.len += 1;
    }

    /// The value at `index`, or `None` past the end.
    pub fn get(&self, index: usize) -> Option<T> {
        self.segments
            .get(index / SEGMENT)?
            .get(index % SEGMENT)
            .copied()
    }

    /// The value at `index` for writing.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.segments
            .get_mut(index / SEGMENT)?
            .get_mut(index % SEGMENT)
    }

    /// How many values are held.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        self.segments.iter().flatten().copied()
    }

    /// The values in order as one vector of exact size; each segment is freed once copied.
    pub fn into_vec(self) -> Vec<T> {
        let mut all = Vec::with_capacity(self.len);
        for segment in self.segments {
            all.extend_from_slice(&segment);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_across_segments() {
        let mut column = Column::default();
        for i in 0..(SEGMENT * 2 + 5) {
            column.push(i as u32);
        }
        assert_eq!(column.len(), SEGMENT * 2 + 5);
        assert_eq!(column.get(SEGMENT), Some(SEGMENT as u32));
        assert_eq!(column.get(SEGMENT * 2 + 5), None);
        assert!(column.iter().eq(0..(SEGMENT * 2 + 5) as u32));
        assert!(
            column
                .into_vec()
                .into_iter()
                .eq(0..(SEGMENT * 2 + 5) as u32)
        );
    }
}
