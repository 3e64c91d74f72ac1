//! What is said of a document and its opening.

use super::runs::RunsPage;
use crate::ingest::report::ImportReport;
use serde::{Deserialize, Serialize};

/// An opening that succeeded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// What was read, for this opening.
    pub report: ImportReport,
    /// The document now.
    pub summary: Summary,
    /// The runs that were asked for with [`super::Request::Open`].
    pub runs: RunsPage,
    /// Milliseconds from the first byte to the finished store.
    pub elapsed_ms: f64,
}

/// Counts of the document, in the names of the scripting interface.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Number of the document; another after each opening.
    pub document: u32,
    /// Sources of the document in order: name, size and fingerprint.
    pub sources: Vec<SourceSummary>,
    /// Sources.
    pub files: u32,
    /// Traces that have spans.
    pub traces: u32,
    /// Spans, without duplicates and placeholders.
    pub spans: u32,
    /// Copies left out.
    pub duplicate_spans: u64,
    /// Spans without a parent id.
    pub roots: u32,
    /// Spans whose parent is not in the document.
    pub orphans: u32,
    /// Span links.
    pub links: u32,
    /// Span events.
    pub span_events: u32,
    /// Log records.
    pub log_records: u32,
    /// Spans with status code 2.
    pub error_spans: u32,
    /// Distinct `service.name`s of spans, in order of their colour: span count, then name.
    pub services: Vec<String>,
    /// Distinct scope names of spans, sorted.
    pub scopes: Vec<String>,
    /// Earliest start; 0 without spans.
    pub earliest_ns: i64,
    /// Latest end; 0 without spans.
    pub latest_ns: i64,
    /// Duration of the longest trace; 0 without spans.
    pub longest_ns: i64,
    /// WebAssembly memory of the worker in bytes.
    pub memory_bytes: u64,
    /// What the spans mean: kinds, calls, tools, agents, tokens, cost; a JSON object for scripts. Empty in [`Opened`]: it counts
    /// every span anew.
    pub meaning: String,
}

/// One source of the document, as a link names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSummary {
    /// Name.
    pub name: String,
    /// Bytes as given.
    pub size: u64,
    /// Hash of size, head and tail of the bytes as given, 16 hex digits: the same file gives the same one.
    pub fingerprint: String,
}
