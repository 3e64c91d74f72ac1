//! The second answer: texts that only the source has, found in its bytes as they stream past.
//!
//! Attribute values that are long or too many for the dictionary, status messages, and the attributes of events and
//! links are in the file alone. The file is read once from its beginning; of each span that may match, its bytes are
//! searched for a part of what is sought, and only where that is found is the span's JSON taken apart.

use crate::analysis::row_set::RowSet;
use crate::model::{SpanRow, TraceStore};
use std::fmt::Debug;
use std::sync::Arc;

/// The rows of a document in the order in which they stand in their sources. Made once per document.
#[derive(Debug, Clone, Default)]
pub struct SourceRows {
    rows: Vec<u32>,
}

impl SourceRows {
    /// Sorts the rows of a document: 4 bytes a span.
    pub fn new(store: &TraceStore) -> Self {
        let has_source = |&row: &u32| store.source_len[row as usize] > 0;
        let mut rows: Vec<u32> = (0..store.rows()).filter(has_source).collect();
        // Source and offset are one word.
        sort_by_word(&mut rows, |row| store.source[row as usize]);
        Self { rows }
    }

    /// The rows of one source by offset.
    fn of(&self, store: &TraceStore, source: u16) -> &[u32] {
        let source_of = |row: u32| (store.source[row as usize] >> 48) as u16;
        let first = self.rows.partition_point(|&row| source_of(row) < source);
        let rest = &self.rows[first..];
        &rest[..rest.partition_point(|&row| source_of(row) == source)]
    }
}

/// Sorts rows by a word each, 11 bits at a time from the lowest, leaving out bits that are the same in all of them.
///
/// A sort by comparison of a million rows takes a third of a second in a release that is built for size; this takes a
/// tenth of that, and as many bytes again as the rows.
fn sort_by_word(rows: &mut Vec<u32>, word: impl Fn(u32) -> u64) {
    const BITS: u32 = 11;
    let Some(first) = rows.first().map(|&row| word(row)) else {
        return;
    };
    let mut differing = 0;
    let mut is_sorted = true;
    let mut last = 0;
    for &row in rows.iter() {
        let word = word(row);
        differing |= word ^ first;
        is_sorted &= last <= word;
        last = word;
    }
    if is_sorted {
        return;
    }
    let mut sorted = vec![0_u32; rows.len()];
    for shift in (0..u64::BITS).step_by(BITS as usize) {
        if differing >> shift & ((1 << BITS) - 1) == 0 {
            continue;
        }
        let digit = |row: u32| (word(row) >> shift) as usize & ((1 << BITS) - 1);
        let mut next = vec![0_usize; (1 << BITS) + 1];
        for &row in rows.iter() {
            next[digit(row) + 1] += 1;
        }
        for digit in 1..next.len() {
            next[digit] += next[digit - 1];
        }
        for &row in rows.iter() {
            let next = &mut next[digit(row)];
            sorted[*next] = row;
            *next += 1;
        }
        std::mem::swap(rows, &mut sorted);
    }
}

/// What the JSON of a span is put to.
pub(in crate::analysis) trait SpanTest: Debug + Send + Sync {
    /// Whether the span matches.
    fn is_match(&self, row: SpanRow, json: &[u8]) -> bool;
}

/// A search through the decompressed bytes of one source. Give it all of them from the first, in pieces of any size.
#[derive(Debug, Clone)]
pub struct SourceScan {
    wanted: Arc<dyn SpanTest>,
    /// Rows still to be looked at, by offset.
    rows: Vec<u32>,
    next: usize,
    /// Bytes taken so far.
    position: u64,
    /// The beginning of the next row's bytes, when a piece ended within them.
    tail: Vec<u8>,
}

impl SourceScan {
    pub(in crate::analysis) fn new(
        store: &TraceStore,
        order: &SourceRows,
        source: u16,
        open: &RowSet,
        wanted: Arc<dyn SpanTest>,
    ) -> Self {
        let rows = order.of(store, source).iter().copied();
        Self {
            wanted,
            rows: rows.filter(|&row| open.contains(SpanRow(row))).collect(),
            next: 0,
            position: 0,
            tail: Vec::new(),
        }
    }

    /// Takes the next bytes of the source; pushes the rows that match onto `found`.
    pub fn push(&mut self, store: &TraceStore, chunk: &[u8], found: &mut Vec<SpanRow>) {
        let start = self.position;
        let end = start + chunk.len() as u64;
        while let Some(&row) = self.rows.get(self.next) {
            let row = SpanRow(row);
            let Some(range) = store.source(row).filter(|range| range.offset < end) else {
                break;
            };
            let len = range.len as usize;
            let from = if self.tail.is_empty() {
                range.offset.checked_sub(start)
            } else {
                Some(0)
            };
            let Some(from) = from else {
                // Overlaps the span before it, which no parsed file does.
                self.next += 1;
                continue;
            };
            let here = &chunk[from as usize..];
            let missing = len - self.tail.len();
            if here.len() < missing {
                self.tail.extend_from_slice(here);
                break;
            }
            let is_match = if self.tail.is_empty() {
                self.wanted.is_match(row, &here[..len])
            } else {
                self.tail.extend_from_slice(&here[..missing]);
                self.wanted.is_match(row, &self.tail)
            };
            if is_match {
                found.push(row);
            }
            self.tail.clear();
            self.next += 1;
        }
        self.position = end;
    }

    /// Whether no more bytes are needed.
    pub fn is_done(&self) -> bool {
        self.next >= self.rows.len()
    }

    /// Bytes taken so far.
    pub fn position(&self) -> u64 {
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_stand_by_their_words(words in proptest::collection::vec(any::<u64>(), 0..300), mask in any::<u64>()) {
            let word = |row: u32| words[row as usize] & mask;
            let mut rows: Vec<u32> = (0..words.len() as u32).collect();
            let mut plain = rows.clone();
            plain.sort_by_key(|&row| word(row));
            sort_by_word(&mut rows, word);
            prop_assert_eq!(rows, plain);
        }
    }
}
