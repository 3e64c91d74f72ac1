//! Search over all runs: from a query to the spans that match it.
//!
//! # What a query means
//!
//! - **A text** is sought, case ignored, in names, attribute keys and values, event names and exception types, service
//!   and scope names, and status messages; in attributes of events and links and in log records that name the span,
//!   too. Long values and those that take many forms are in the source alone. Attributes of a resource or a scope are
//!   found where its spans begin: at a root, or below a span of another. Left out is `traceState`.
//! - **Four or more hex digits** are also sought in span ids: at the beginning, or anywhere when they are eight or more
//!   or have both a letter and a digit (`face` and `2024` are words and numbers first). A trace id is found at the
//!   root of its trace. Ids in base64 and odd ids count as written.
//! - **`key=value`**: spans with an attribute of that key whose value holds the text, case ignored; `key="value"` is
//!   exactly that value, `key=` any. Keys count in upper and lower case as written, or in any case when there is none
//!   as written. Attributes of the resource and the scope count too. `name`, `service`, `status` and `kind` are fields
//!   of every span and need no attribute of that name. A key that nothing has is sought in events and links, and the
//!   whole query as a text.
//! - **An empty query** matches nothing.
//!
//! Placeholders are no spans and never match.
//!
//! # Two answers
//!
//! ```text
//! let mut search = Search::new(&store, "timeout");            // columns and dictionary: at once
//! if !search.is_complete() {
//!     let order = SourceRows::new(&store);                    // once per document
//!     for source in search.sources(&store) {
//!         let mut scan = search.scan(&store, &order, source);
//!         while let (false, Some(chunk)) = (scan.is_done(), read(source)) {
//!             scan.push(&store, &chunk, &mut found);          // between chunks other messages are answered
//!             search.add(&store, &mut found);
//!         }
//!     }
//!     search.finish();
//! }
//! ```

mod dictionary;
mod finder;
mod json;
mod matched;
mod needle;
mod query;
mod scan;
mod wanted;

pub(super) use needle::Needle;
pub use query::MAX_QUERY;
pub(super) use scan::SpanTest;
pub use scan::{SourceRows, SourceScan};

use super::row_set::RowSet;
use crate::model::{SpanRow, TraceRow, TraceStore};
use query::Query;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use wanted::Wanted;

/// A search and its hits so far, in document order.
#[derive(Debug, Clone, Default)]
pub struct Search {
    query: String,
    wanted: Arc<Wanted>,
    hits: RowSet,
    /// Rows that the source may still turn into hits.
    open: RowSet,
    /// Traces with a hit; rows here are traces.
    runs: RowSet,
    complete: bool,
}

impl Search {
    /// Answers what the columns can answer. [`Self::is_complete`] says whether that is all.
    pub fn new(store: &TraceStore, query: &str) -> Self {
        let mut wanted = Wanted::new(&Query::parse(query));
        let answer = dictionary::answer(store, &mut wanted);
        let mut search = Self {
            query: query.to_owned(),
            wanted: Arc::new(wanted),
            complete: answer.open.is_empty(),
            hits: answer.hits,
            open: answer.open,
            runs: RowSet::new(store.traces().len() as u32),
        };
        for (trace, row) in store.traces().iter().zip(0..) {
            if search.hits.count_in(trace.rows.clone()) > 0 {
                search.runs.insert(SpanRow(row));
            }
        }
        search.runs.seal();
        search
    }

    /// The query as given.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The rows that match so far.
    pub fn hits(&self) -> &RowSet {
        &self.hits
    }

    /// How many spans match so far.
    pub fn count(&self) -> u32 {
        self.hits.len()
    }

    /// How many traces have a match so far.
    pub fn runs(&self) -> u32 {
        self.runs.len()
    }

    /// Whether nothing more will be found.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether a row matches.
    pub fn hit(&self, row: SpanRow) -> bool {
        self.hits.contains(row)
    }

    /// The next match after (or before) a row; from `None` the first (or last) of all. At the end it goes on from the
    /// other end, so there is one as long as anything matches.
    pub fn next(&self, from: Option<SpanRow>, forward: bool) -> Option<SpanRow> {
        let count = self.hits.len();
        let number = match (from, forward) {
            (None, true) => 0,
            (None, false) => count.checked_sub(1)?,
            (Some(row), true) => match self.hits.rank(row.0.saturating_add(1)) {
                after if after < count => after,
                _ => 0,
            },
            (Some(row), false) => match self.hits.rank(row.0) {
                0 => count.checked_sub(1)?,
                before => before - 1,
            },
        };
        self.hits.nth(number)
    }

    /// The match with this number, counted from zero.
    pub fn nth(&self, number: u32) -> Option<SpanRow> {
        self.hits.nth(number)
    }

    /// The number of a match, counted from zero; of any other row that of the next match.
    pub fn rank(&self, row: SpanRow) -> u32 {
        self.hits.rank(row.0)
    }

    /// How many of these rows match.
    pub fn count_in(&self, rows: Range<u32>) -> u32 {
        self.hits.count_in(rows)
    }

    /// How many spans of a trace match.
    pub fn hits_of_trace(&self, store: &TraceStore, trace: TraceRow) -> u32 {
        store
            .trace(trace)
            .map_or(0, |trace| self.count_in(trace.rows.clone()))
    }

    /// The sources to be scanned, ascending; none for a complete search.
    pub fn sources(&self, store: &TraceStore) -> Vec<u16> {
        let ranges = self.open.iter().filter_map(|row| store.source(row));
        let mut sources: BTreeSet<u16> = ranges.map(|range| range.source).collect();
        if self.wanted.wants_logs() {
            let logs = store.all_logs().iter().filter_map(scan::source_of_log);
            let open = logs.filter(|(row, _)| self.open.contains(*row));
            sources.extend(open.map(|(_, source)| source.source));
        }
        sources.into_iter().collect()
    }

    /// How many rows may match by what only their source has.
    pub fn open_rows(&self) -> u32 {
        self.open.len()
    }

    /// A scan of one source for the rows that may still match.
    pub fn scan(&self, store: &TraceStore, order: &SourceRows, source: u16) -> SourceScan {
        let wanted: Arc<Wanted> = Arc::clone(&self.wanted);
        SourceScan::new(store, order, source, &self.open, wanted)
    }

    /// Adds what a scan found, and empties it; says how many rows are new.
    pub fn add(&mut self, store: &TraceStore, found: &mut Vec<SpanRow>) -> u32 {
        let before = self.hits.len();
        if found.is_empty() {
            return 0;
        }
        for row in found.drain(..) {
            self.hits.insert(row);
            self.runs.insert(SpanRow(store.trace_of(row).0));
        }
        self.hits.seal();
        self.runs.seal();
        self.hits.len() - before
    }

    /// Says that all sources were scanned, or that the rest cannot be.
    pub fn finish(&mut self) {
        self.complete = true;
    }

    /// Where a row matches, as far as the columns say: `name`, `id`, `trace id`, `service`, `scope`, `resource`, `event`, a field,
    /// or the key of an attribute. Empty when only the source knows.
    pub fn matched(&self, store: &TraceStore, row: SpanRow) -> String {
        matched::matched(store, row, &self.wanted)
    }
}

/// A query as one of a filter's conditions.
#[derive(Debug, Clone)]
pub(super) struct Text(Wanted);

impl Text {
    /// The rows that match by what the columns say, and those that may by what only the source has.
    pub fn new(store: &TraceStore, query: &str) -> (Self, RowSet, RowSet) {
        let mut wanted = Wanted::new(&Query::parse(query));
        let answer = dictionary::answer(store, &mut wanted);
        (Self(wanted), answer.hits, answer.open)
    }

    /// Whether a span's JSON has it.
    pub fn is_in_json(&self, json: &[u8]) -> bool {
        self.0.is_in_json(json)
    }
}

#[cfg(test)]
mod tests;
