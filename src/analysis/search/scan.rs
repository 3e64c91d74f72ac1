//! The second answer: texts that only the source has, found in its bytes as they stream past.
//!
//! Attribute values that are long or too many for the dictionary, status messages, the attributes of events and links,
//! and log records are in the file alone. The file is read once from its beginning; of each span that may match, its bytes are
//! searched for a part of what is sought, and only where that is found is the span's JSON taken apart.

use crate::analysis::row_set::RowSet;
use crate::model::rows::LogRecord;
use crate::model::{SourceRange, SpanRow, TraceStore};
use std::fmt::Debug;
use std::sync::Arc;

/// The rows of a document, and its log records that name one, in the order in which they stand in their sources. Made
/// once per document.
#[derive(Debug, Clone, Default)]
pub struct SourceRows {
    rows: Vec<u32>,
    /// Numbers of log records.
    logs: Vec<u32>,
}

impl SourceRows {
    /// Sorts the rows of a document: 4 bytes a span.
    pub fn new(store: &TraceStore) -> Self {
        let has_source = |&row: &u32| store.source_len[row as usize] > 0;
        let mut rows: Vec<u32> = (0..store.rows()).filter(has_source).collect();
        // Source and offset are one word.
        sort_by_word(&mut rows, |row| store.source[row as usize]);
        let all = store.all_logs();
        let names_row = |&log: &u32| source_of_log(&all[log as usize]).is_some();
        let mut logs: Vec<u32> = (0..all.len() as u32).filter(names_row).collect();
        sort_by_word(&mut logs, |log| all[log as usize].log.source.pack());
        Self { rows, logs }
    }

    /// The log records of one source by offset.
    fn logs_of(&self, store: &TraceStore, source: u16) -> &[u32] {
        let source_of = |log: u32| store.all_logs()[log as usize].log.source.source;
        let first = self.logs.partition_point(|&log| source_of(log) < source);
        let rest = &self.logs[first..];
        &rest[..rest.partition_point(|&log| source_of(log) == source)]
    }

    /// The rows of one source by offset.
    fn of(&self, store: &TraceStore, source: u16) -> &[u32] {
        let source_of = |row: u32| (store.source[row as usize] >> 48) as u16;
        let first = self.rows.partition_point(|&row| source_of(row) < source);
        let rest = &self.rows[first..];
        &rest[..rest.partition_point(|&row| source_of(row) == source)]
    }
}

/// The row that a log record names and the record's text; `None` when there is not both.
pub(in crate::analysis) fn source_of_log(record: &LogRecord) -> Option<(SpanRow, SourceRange)> {
    let source = record.log.source;
    record
        .row
        .filter(|_| source.len > 0)
        .map(|row| (row, source))
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

    /// Whether the JSON of log records that name the span is put to the test as well.
    fn wants_logs(&self) -> bool {
        false
    }
}

/// A search through the decompressed bytes of one source. Give it all of them from the first, in pieces of any size.
#[derive(Debug, Clone)]
pub struct SourceScan {
    wanted: Arc<dyn SpanTest>,
    /// Rows still to be looked at, by offset.
    rows: Vec<u32>,
    next: usize,
    /// Log records still to be looked at, by offset.
    logs: Vec<u32>,
    next_log: usize,
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
        let logs = if wanted.wants_logs() {
            order.logs_of(store, source)
        } else {
            &[]
        };
        let is_open = |&log: &u32| {
            let record = store.all_logs().get(log as usize);
            record
                .and_then(|record| record.row)
                .is_some_and(|row| open.contains(row))
        };
        Self {
            wanted,
            rows: rows.filter(|&row| open.contains(SpanRow(row))).collect(),
            next: 0,
            logs: logs.iter().copied().filter(is_open).collect(),
            next_log: 0,
            position: 0,
            tail: Vec::new(),
        }
    }

    /// The span or log record that stands next in the source: its row, where it stands, and whether it is a log record.
    fn piece(&self, store: &TraceStore) -> Option<(SpanRow, SourceRange, bool)> {
        let row = self.rows.get(self.next).copied().map(SpanRow);
        let span = row.and_then(|row| Some((row, store.source(row)?, false)));
        let log = self.logs.get(self.next_log);
        let log = log
            .and_then(|&log| source_of_log(store.all_logs().get(log as usize)?))
            .map(|(row, source)| (row, source, true));
        match (span, log) {
            (Some(span), Some(log)) if log.1.offset < span.1.offset => Some(log),
            (None, log) => log,
            (span, _) => span,
        }
    }

    fn advance(&mut self, is_log: bool) {
        if is_log {
            self.next_log += 1;
        } else {
            self.next += 1;
        }
    }

    /// Takes the next bytes of the source; pushes the rows that match onto `found`.
    pub fn push(&mut self, store: &TraceStore, chunk: &[u8], found: &mut Vec<SpanRow>) {
        let start = self.position;
        let end = start + chunk.len() as u64;
        while let Some((row, range, is_log)) = self.piece(store) {
            if range.offset >= end {
                break;
            }
            let len = range.len as usize;
            let from = if self.tail.is_empty() {
                range.offset.checked_sub(start)
            } else {
                Some(0)
            };
            let Some(from) = from else {
                // Overlaps what stands before it, which nothing in a parsed file does.
                self.advance(is_log);
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
            self.advance(is_log);
        }
        self.position = end;
    }

    /// Whether no more bytes are needed.
    pub fn is_done(&self) -> bool {
        self.next >= self.rows.len() && self.next_log >= self.logs.len()
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
