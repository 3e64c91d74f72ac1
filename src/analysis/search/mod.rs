//! Search over all runs: from a query to the spans that match it.
//!
//! # What a query means
//!
//! - **A text** is sought, case ignored, in names, attribute keys and values, event names and exception types, service
//!   and scope names, and status messages; in attributes of events and links and in log records that name the span,
//!   too. Long values and those that take many forms are in the source alone. Attributes of a resource or a scope are
//!   found where its spans begin: at a root, or below a span of another.
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
pub use scan::{SourceRows, SourceScan};
pub(super) use scan::{SpanTest, source_of_log};

use super::found::Found;
use super::row_set::RowSet;
use crate::model::{SpanRow, TraceStore};
use query::Query;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use wanted::Wanted;

/// A search and its hits so far, in document order.
#[derive(Debug, Clone)]
pub struct Search {
    query: String,
    wanted: Arc<Wanted>,
    found: Found,
}

impl Deref for Search {
    type Target = Found;

    fn deref(&self) -> &Found {
        &self.found
    }
}

impl DerefMut for Search {
    fn deref_mut(&mut self) -> &mut Found {
        &mut self.found
    }
}

impl Search {
    /// Answers what the columns can answer. [`Found::is_complete`] says whether that is all.
    pub fn new(store: &TraceStore, query: &str) -> Self {
        let mut wanted = Wanted::new(&Query::parse(query));
        let answer = dictionary::answer(store, &mut wanted);
        let wanted = Arc::new(wanted);
        let test: Arc<Wanted> = Arc::clone(&wanted);
        Self {
            query: query.to_owned(),
            found: Found::new(store, answer.hits, answer.open, test),
            wanted,
        }
    }

    /// The query as given.
    pub fn query(&self) -> &str {
        &self.query
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

    /// Whether log records that name the span may have it.
    pub fn wants_logs(&self) -> bool {
        self.0.wants_logs()
    }

    /// Whether a span's JSON has it.
    pub fn is_in_json(&self, json: &[u8]) -> bool {
        self.0.is_in_json(json)
    }
}

#[cfg(test)]
mod tests;
