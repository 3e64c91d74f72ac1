//! What tools were called with, for lines on screen: a line's worth of text that only the source has.
//!
//! The page asks once the lines have come to rest, so nothing that is drawn waits for this.

use super::document::Document;
use super::protocol::Reply;
use super::{Engine, Pending, Step, Waits, all_texts, failed};
use crate::model::SpanRow;
use crate::scene::waterfall::preview::preview;
use crate::semantics::content::asked;

/// A span with more bytes has no preview: the whole of it would have to be read for one line.
const SPAN_BYTES: u32 = 1 << 20;

/// Bytes that are read for one answer; rows beyond them are left to the next.
const ANSWER_BYTES: u32 = 4 << 20;

/// Previews that wait for their texts.
#[derive(Debug)]
pub(super) struct Wanted {
    document: u32,
    /// The rows that are answered, each with the number of its texts.
    rows: Vec<(SpanRow, usize)>,
}

impl Engine {
    /// Says what has to be read for the previews of these rows, or of the first of them.
    pub(super) fn ask_previews(&self, rows: &[SpanRow]) -> Step {
        let store = &self.document.store;
        let mut left = ANSWER_BYTES;
        let mut ranges = Vec::new();
        let mut wanted = Vec::new();
        for &row in rows {
            let mut texts = Vec::new();
            if row.0 < store.rows() {
                texts = all_texts(store, row);
            }
            let lengths = texts.iter().map(|range| range.len);
            let bytes = lengths.fold(0, u32::saturating_add);
            if bytes > SPAN_BYTES {
                texts.clear();
            } else if bytes > left {
                break;
            } else {
                left -= bytes;
            }
            wanted.push((row, texts.len()));
            ranges.extend(texts);
        }
        let wanted = Wanted {
            document: self.document.number,
            rows: wanted,
        };
        if ranges.is_empty() {
            return Step::Done(previews(&self.document, &wanted, Vec::new()), Vec::new());
        }
        Step::Read {
            ranges,
            pending: Pending(Waits::Previews(wanted)),
        }
    }

    pub(super) fn answer_previews(
        &self,
        wanted: &Wanted,
        bytes: Vec<Result<Vec<u8>, String>>,
    ) -> Reply {
        if wanted.document != self.document.number {
            return failed("another document was opened meanwhile");
        }
        previews(&self.document, wanted, bytes)
    }
}

/// A preview for each row; empty where its texts say nothing or cannot be read.
fn previews(document: &Document, wanted: &Wanted, bytes: Vec<Result<Vec<u8>, String>>) -> Reply {
    let mut bytes = bytes.into_iter();
    let texts = wanted.rows.iter().map(|&(row, count)| {
        if count == 0 {
            return String::new();
        }
        let texts: Vec<String> = bytes
            .by_ref()
            .take(count)
            .map(|text| text.map(|text| String::from_utf8_lossy(&text).into_owned()))
            .map(Result::unwrap_or_default)
            .collect();
        // Log records may tell of a span that no file holds.
        let (span, logs) = texts.split_at(usize::from(document.store.source(row).is_some()));
        let span = span.first().map_or("", String::as_str);
        let logs: Vec<&str> = logs.iter().map(String::as_str).collect();
        let found = asked(document.store.operation_kind(row), span, &logs);
        found.map_or_else(String::new, |text| preview(&text))
    });
    Reply::Previews {
        document: document.number,
        texts: texts.collect(),
    }
}

#[cfg(test)]
mod tests;
