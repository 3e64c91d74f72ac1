//! Search and filter: how far they are, what they found, what could be typed next.

use crate::model::{SpanRow, TraceRow};
use serde::{Deserialize, Serialize};

/// A search so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchState {
    /// What is sought.
    pub query: String,
    /// Spans that match, so far.
    pub hits: u32,
    /// Runs with a hit, so far.
    pub runs: u32,
    /// Nothing more will be found.
    pub complete: bool,
    /// Bytes of the sources scanned for values that are not in the dictionary.
    pub scanned_bytes: u64,
    /// Bytes to scan; 0 when the dictionary answers everything.
    pub total_bytes: u64,
}

/// A filter so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterState {
    /// Its text.
    pub text: String,
    /// Why it is none; the filter before still holds then.
    pub problem: Option<FilterProblem>,
    /// Spans that pass, so far.
    pub spans: u32,
    /// Runs with a span that passes, so far.
    pub runs: u32,
    /// Nothing more will be found.
    pub complete: bool,
    /// Bytes of the sources read for values that are not in the dictionary.
    pub scanned_bytes: u64,
    /// Bytes to read; 0 when the columns answer everything.
    pub total_bytes: u64,
}

/// Why a text is no filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterProblem {
    /// The character to blame, from one.
    pub column: u32,
    /// How many characters are to blame; 0 at the end.
    pub length: u32,
    /// Column, what was expected and what was found.
    pub message: String,
}

/// What may stand at a place of a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionList {
    /// The filter it was asked for.
    pub text: String,
    /// The first character that a candidate replaces, from zero.
    pub from: u32,
    /// The first character behind those it replaces.
    pub to: u32,
    /// The candidates, the most likely first.
    pub candidates: Vec<Candidate>,
}

/// A text that may stand at a place of a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What is inserted.
    pub text: String,
    /// What it is; empty when the text says it.
    pub hint: String,
    /// How many spans have it; `None` where that is not counted.
    pub count: Option<u32>,
}

/// One hit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Its number among all hits in document order, from zero.
    pub number: u32,
    /// The trace.
    pub trace: TraceRow,
    /// The span.
    pub row: SpanRow,
    /// Its name.
    pub name: String,
    /// Name of its run.
    pub run: String,
    /// Trace id as written.
    pub trace_id: String,
    /// Span id as written.
    pub span_id: String,
    /// Where it matched: `name`, `id`, or the attribute key; empty when not known without the source.
    pub matched: String,
}

/// What the instrumentation of one scope left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LintLine {
    /// What is amiss.
    pub what: String,
    /// What it makes impossible, or what to write instead.
    pub why: String,
    /// Name and version of the scope.
    pub scope: String,
    /// Spans with it.
    pub spans: u32,
    /// Spans that could have it.
    pub of: u32,
    /// A filter that they pass.
    pub filter: String,
}
