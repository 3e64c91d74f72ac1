//! The filter language: a part of `TraceQL` with fields for agent runs, and free text beside it.
//!
//! ```text
//! { span.gen_ai.request.model = "gpt-4o" && duration > 2s } timeout
//! ```
//!
//! - **Attributes**: `span.key`, `resource.key`, `event.key`, or `.key` for span or resource; a key with odd characters
//!   in quotes, `span."a key"`. An array passes when one of its values does.
//! - **Fields**: `name`, `duration`, `status`, `kind` (OTLP's and the canonical ones), `service`, `agent`, `model`,
//!   `tool`, `cost`, `tokens`; of the run `session`, `user`, `outcome`; what was left out of a span with `missing`; and some more ([`complete()`] offers them).
//! - **Comparisons**: `=`, `!=`, `=~`, `!~` (anchored at both ends, as in `TraceQL`), `<`, `<=`, `>`, `>=`; `&&`, `||`,
//!   `!` and parentheses. A comparison with a field that a span does not have is false; `= nil` asks for that.
//! - **Free text**: each word, or phrase in quotes, must be found in the span by the rules of the search. Log records that
//!   name the span are looked at when there are no conditions, and must have all that the columns do not.
//!
//! # Two answers
//!
//! Values that are long or take many forms are in the source alone. A condition on such a value is neither true nor
//! false from the columns, and the rows that hang on it are *open* until [a scan](super::search::SourceScan) has read them:
//!
//! ```text
//! let filter = Filter::parse(text)?;                          // or the column of the error
//! let mut matches = filter.matches(&store, &canonical);        // at once
//! if !matches.is_complete() {                                 // as a search: sources(), scan(), add(), finish()
//! ```

mod bits;
mod canonical;
mod complete;
mod eval;
mod field;
mod lexer;
mod parser;
pub mod pattern;
mod source;
mod test;

pub use canonical::Columns;
pub(super) use complete::quoted;
pub use complete::{Candidate, Completion, complete};

use super::found::Found;
use super::lint::Gap;
use super::routing::flow::Outcome;
use super::row_set::RowSet;
use crate::model::{PicoUsd, SpanFlags, SpanRow, StrId, TraceStore};
use bits::Rows;
use parser::Parsed;
use std::fmt;
use std::sync::Arc;
use test::FilterTest;

/// Longest filter in characters.
pub const MAX_FILTER: usize = 4000;

/// Most conditions of a filter.
pub const MAX_CONDITIONS: usize = 64;

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// The character at which it fails, counted from one.
    pub column: u32,
    /// How many characters are to blame; 0 at the end of the text.
    pub length: u32,
    /// What was expected.
    pub expected: String,
    /// What was found; empty when that says nothing.
    pub found: String,
}

impl FilterError {
    fn new(at: usize, length: usize, expected: &str, found: &str) -> Self {
        Self {
            column: at as u32 + 1,
            length: length as u32,
            expected: expected.to_owned(),
            found: found.to_owned(),
        }
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "column {}: expected {}",
            self.column, self.expected
        )?;
        match self.found.as_str() {
            "" => Ok(()),
            found => write!(formatter, ", found {found}"),
        }
    }
}

impl std::error::Error for FilterError {}

/// What a span is in an agent run, for the fields that OTLP does not have.
pub trait Canonical {
    /// A text; `None` when the span has none.
    fn text(&self, store: &TraceStore, which: CanonicalText, row: SpanRow) -> Option<StrId>;
    /// The canonical kind's word.
    fn kind(&self, store: &TraceStore, row: SpanRow) -> &'static str;
    /// Every span of which it is known what it cost itself.
    fn each_cost(&self, found: &mut dyn FnMut(SpanRow, PicoUsd));
    /// Every span that owns tokens, with those in and out.
    fn each_usage(
        &self,
        store: &TraceStore,
        found: &mut dyn FnMut(SpanRow, Option<u64>, Option<u64>),
    );
    /// Every span of which the instrumentation left something out.
    fn each_gap(&self, store: &TraceStore, gap: Gap, found: &mut dyn FnMut(SpanRow));
    /// Every request to a model, once, with what came of it.
    fn each_request(&self, store: &TraceStore, found: &mut dyn FnMut(SpanRow, Outcome));
    /// Every span with a key, or with a flattened part of it.
    fn each_with_key(&self, store: &TraceStore, key: &str, found: &mut dyn FnMut(SpanRow));
}

/// Texts of [`Canonical`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanonicalText {
    /// The agent that owns the span.
    Agent,
    /// The model of a call.
    Model,
    /// The tool of a call.
    Tool,
}

/// A filter taken apart.
#[derive(Debug, Clone)]
pub struct Filter {
    parsed: Arc<Parsed>,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    ///
    /// Names the column, and what was expected and found there.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let parsed = Arc::new(parser::parse(text)?);
        Ok(Self { parsed })
    }

    /// Whether every span passes.
    pub fn is_empty(&self) -> bool {
        self.parsed.program.is_empty() && self.parsed.text.is_empty()
    }

    /// The spans that pass, as far as the columns can answer. [`Found::is_complete`] says whether that is all.
    pub fn matches(&self, store: &TraceStore, canonical: &dyn Canonical) -> Found {
        let (test, rows) = FilterTest::new(&self.parsed, store, canonical);
        let rows = rows.unwrap_or_else(|| Rows::of(store.rows(), |_| true));
        let is_span = Rows::of(store.rows(), |row| {
            !store.flags(SpanRow(row)).contains(SpanFlags::PLACEHOLDER)
        });
        let spans = rows.yes.iter().zip(&is_span.yes);
        let hits = RowSet::from_words(spans.map(|(yes, span)| yes & span).collect());
        let can = rows.can().iter().zip(&is_span.yes);
        let open = can
            .zip(hits.words())
            .map(|((can, span), hit)| can & span & !hit);
        let mut open = RowSet::from_words(open.collect());
        // What has no source stays as the columns say.
        let mut lost = RowSet::new(store.rows());
        for row in open.iter().filter(|&row| store.source(row).is_none()) {
            lost.insert(row);
        }
        open.remove_all(&lost);
        open.seal();
        Found::new(store, hits, open, Arc::new(test))
    }
}

#[cfg(test)]
mod tests;
