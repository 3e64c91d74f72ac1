//! A growing column of plain values without reallocation.
//!
//! A `Vec` that doubles holds up to three times its contents while it grows, and WebAssembly memory never shrinks.
//! Segments of fixed size keep the peak at the contents plus one segment.

use std::ops::Range;

const SEGMENT: usize = 1 << 16;

/// An append-only column in segments of 65,536 values.
#[derive(Debug, Clone)]
pub struct Column<T> {
    /// Full segments.
    full: Vec<Vec<T>>,
    /// The segment being filled: values behind `fill` stand for nothing.
    current: Vec<T>,
    fill: usize,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self {
            full: Vec::new(),
            current: Vec::new(),
            fill: 0,
        }
    }
}

impl<T: Copy> Column<T> {
    /// Appends a value.
    #[inline]
    pub fn push(&mut self, value: T) {
        if self.fill == self.current.len() {
            self.grow(value);
        }
        if let Some(slot) = self.current.get_mut(self.fill) {
            *slot = value;
            self.fill += 1;
        }
    }

    /// Makes room for one value at least; `filler` stands where no value is yet.
    #[cold]
    fn grow(&mut self, filler: T) {
        if self.current.len() == SEGMENT {
            self.full.push(std::mem::take(&mut self.current));
            self.fill = 0;
        }
        // The first segment grows by doubling so that small files stay small.
        let len = if self.full.is_empty() {
            (self.current.len() * 2).clamp(64, SEGMENT)
        } else {
            SEGMENT
        };
        self.current.reserve_exact(len - self.current.len());
        self.current.resize(len, filler);
    }

    /// The value at `index`, or `None` past the end.
    pub fn get(&self, index: usize) -> Option<T> {
        match self.full.get(index / SEGMENT) {
            Some(segment) => segment.get(index % SEGMENT).copied(),
            None => self.last().get(index - self.full.len() * SEGMENT).copied(),
        }
    }

    /// How many values are held.
    pub fn len(&self) -> usize {
        self.full.len() * SEGMENT + self.fill
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        self.full.iter().flatten().chain(self.last()).copied()
    }

    /// The values at some places in order; places past the end have none.
    #[inline]
    pub fn range(&self, range: Range<usize>) -> impl Iterator<Item = T> {
        let at = range.start / SEGMENT;
        // Nearly always one segment holds all of it.
        let own = self.within(at, &range);
        let behind = at + 1..range.end.div_ceil(SEGMENT);
        let others = behind.flat_map(move |at| self.within(at, &range));
        own.iter().chain(others).copied()
    }

    /// What a segment holds of some places.
    #[inline]
    fn within(&self, at: usize, range: &Range<usize>) -> &[T] {
        let segment = self
            .full
            .get(at)
            .map_or_else(|| self.segment_after_full(at), Vec::as_slice);
        let base = at * SEGMENT;
        let to = range.end.saturating_sub(base).min(segment.len());
        let from = range.start.saturating_sub(base).min(to);
        segment.get(from..to).unwrap_or_default()
    }

    /// The values in order as one vector of exact size; each segment is freed once copied.
    pub fn into_vec(self) -> Vec<T> {
        let mut all = Vec::with_capacity(self.len());
        for segment in self.full {
            all.extend_from_slice(&segment);
        }
        all.extend_from_slice(self.current.get(..self.fill).unwrap_or_default());
        all
    }

    fn last(&self) -> &[T] {
        self.current.get(..self.fill).unwrap_or_default()
    }

    /// The last segment, when it is this one; else none.
    fn segment_after_full(&self, at: usize) -> &[T] {
        if at == self.full.len() {
            self.last()
        } else {
            &[]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_crosses_segments() {
        let mut column = Column::default();
        for i in 0..(SEGMENT * 2 + 5) {
            column.push(i as u32);
        }
        let all = |range: Range<usize>| column.range(range).collect::<Vec<u32>>();
        assert_eq!(all(3..6), [3, 4, 5]);
        let end = SEGMENT as u32;
        assert_eq!(all(SEGMENT - 1..SEGMENT + 2), [end - 1, end, end + 1]);
        assert!(all(SEGMENT..SEGMENT).is_empty());
        assert_eq!(all(SEGMENT - 1..SEGMENT), [end - 1]);
        assert_eq!(all(0..SEGMENT * 2 + 5).len(), SEGMENT * 2 + 5);
        assert_eq!(all(SEGMENT * 2 + 4..SEGMENT * 2 + 9), [end * 2 + 4]);
        assert!(all(SEGMENT * 9..SEGMENT * 9 + 2).is_empty());
    }

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
