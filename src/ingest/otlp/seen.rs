//! What was seen of a source.

use super::super::pull::Expected;
use super::super::report::Place;

/// What was seen of a source; enough to name its format.
#[derive(Debug, Default, Clone, Copy)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an observation of its own; any combination occurs"
)]
pub(in crate::ingest) struct Seen {
    /// Top-level values.
    pub documents: u64,
    /// Top-level values other than empty objects and arrays that held nothing OTLP knows.
    pub foreign: u64,
    /// A key of the outermost object that only OTLP has.
    pub otlp: bool,
    /// `batches` was one of them.
    pub batches: bool,
    /// `resourceSpans` or `batches`.
    pub spans: bool,
    /// `resourceLogs`.
    pub logs: bool,
    /// Metrics or profiles.
    pub other_signal: bool,
    /// The outermost value is an array.
    pub array: bool,
    /// Spans added.
    pub span_count: u64,
    /// Log records added.
    pub log_count: u64,
    /// Some of them tell what spans would.
    pub told: bool,
    /// Not JSON at this place: what was expected. The first one.
    pub broken: Option<(Place, Expected)>,
    /// The machine is looking for the next document and has not found one yet.
    pub lost: bool,
}
