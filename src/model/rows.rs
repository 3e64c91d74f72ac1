//! What the tables of a document hold a row of: numbers of rows, and the rows that are no columns.

use super::LinkInput;
use super::id::TraceId;
use super::input::{EventInput, LogInput};
use super::live::Named;
use super::strings::StrId;
use super::time::TimeRange;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A row of the span table. Valid for one document version only.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SpanRow(pub u32);

/// A row of the trace table. Valid for one document version only.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TraceRow(pub u32);

/// "No parent" in the parent column.
pub(crate) const NO_ROW: u32 = u32::MAX;

/// OTLP resource: what produced the spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource {
    /// Its JSON text as in the file; empty when there was none.
    pub json: StrId,
    /// `service.name`; `None` when absent.
    pub service: Option<StrId>,
}

impl Default for Resource {
    fn default() -> Self {
        Self {
            json: StrId::EMPTY,
            service: None,
        }
    }
}

/// OTLP instrumentation scope, under one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Index into the resources.
    pub resource: u32,
    /// Its JSON text as in the file; empty when there was none.
    pub json: StrId,
    /// Name; empty when absent.
    pub name: StrId,
    /// Version; empty when absent.
    pub version: StrId,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            resource: 0,
            json: StrId::EMPTY,
            name: StrId::EMPTY,
            version: StrId::EMPTY,
        }
    }
}

/// One trace: a range of rows and what a runs table says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Its id.
    pub id: TraceId,
    /// Original text of an odd id.
    pub original: Option<StrId>,
    /// Its rows, placeholders included.
    pub rows: Range<u32>,
    /// Spans, placeholders and duplicates not counted.
    pub spans: u32,
    /// Spans with status error.
    pub errors: u32,
    /// Spans whose parent is not in the document.
    pub orphans: u32,
    /// Spans without a parent id.
    pub roots: u32,
    /// Whether a span has no end.
    pub running: bool,
    /// From the earliest start to the latest end. Spans without a start are drawn at its start.
    pub range: TimeRange,
    /// The row that names the trace: its first root, else its first span.
    pub root: SpanRow,
    /// The session or conversation that its earliest span names.
    pub session: Option<Named>,
    /// The user that its earliest span names.
    pub user: Option<Named>,
}

/// One service, in order of span count (ties by name): the index is its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// `service.name`.
    pub name: StrId,
    /// Spans it produced.
    pub spans: u32,
}

/// An event of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The row.
    pub row: SpanRow,
    /// Its name, time and exception type.
    pub event: EventInput,
}

/// A link of a row, with the row it leads to when that is in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The row that carries the link.
    pub row: SpanRow,
    /// What it names.
    pub link: LinkInput,
    /// The row it names; `None` when not in the document.
    pub target: Option<SpanRow>,
}

/// A log record, with its row when the span it names is in the document.
#[derive(Debug, Clone, Copy)]
pub struct LogRecord {
    /// The record.
    pub log: LogInput,
    /// The span it names; `None` when it names none or that is not here.
    pub row: Option<SpanRow>,
}
