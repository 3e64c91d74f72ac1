//! Everything about one span, decoded from its JSON text when it is selected.
//!
//! Columns hold what views need; the rest stays in the file and is read back by its byte range. Decoding is lenient as
//! ingest is: keys in camel and snake case, missing fields, numbers as strings (OTLP 1.5, JSON encoding).

pub mod conversation;
mod decode;
mod outcome;
pub mod proof;
pub mod relations;
pub mod repeats;
mod value;

pub use decode::{Texts, content_of, details, text_at};

use crate::model::{SpanFlags, SpanKind, SpanRow, StatusCode, TraceRow};
use crate::scene::waterfall::told::Told;
use serde::{Deserialize, Serialize};

/// A text that may have been cut.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextValue {
    /// The text, or its beginning.
    pub text: String,
    /// Length of the whole in bytes; more than `text.len()` when cut.
    pub bytes: u64,
    /// Name of the whole, to ask for it: e.g. `attributes/3`.
    pub pointer: String,
}

/// OTLP `AnyValue` types.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// `stringValue`
    #[default]
    String,
    /// `boolValue`
    Bool,
    /// `intValue`
    Int,
    /// `doubleValue`
    Double,
    /// `bytesValue`, shown as base64.
    Bytes,
    /// `arrayValue`, shown as JSON.
    Array,
    /// `kvlistValue`, shown as JSON.
    Map,
    /// No value.
    Empty,
}

/// One attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Key as written.
    pub key: String,
    /// Type.
    pub kind: ValueKind,
    /// Value: numbers as written, arrays and maps as plain JSON.
    pub value: TextValue,
}

/// Everything about one span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// The document the rows are valid for.
    pub document: u32,
    /// The span.
    pub row: SpanRow,
    /// Its trace.
    pub trace: TraceRow,
    /// Trace id as written.
    pub trace_id: String,
    /// Span id as written; empty when absent.
    pub span_id: String,
    /// Parent's span id as written.
    pub parent_span_id: Option<String>,
    /// Parent's row; a placeholder for an orphan.
    pub parent: Option<SpanRow>,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: SpanKind,
    /// Status code.
    pub status: StatusCode,
    /// Status message; empty when absent.
    pub status_message: TextValue,
    /// `traceState`; empty when absent.
    pub trace_state: String,
    /// Service.
    pub service: Option<String>,
    /// Its colour.
    pub service_index: Option<u16>,
    /// Start; `None` when the span has none.
    pub start_ns: Option<i64>,
    /// End as recorded; `None` while running.
    pub end_ns: Option<i64>,
    /// Duration; `None` while running or when the end lies before the start.
    pub duration_ns: Option<i64>,
    /// Duration not covered by children.
    pub self_ns: i64,
    /// Start of the trace, to show offsets.
    pub trace_start_ns: i64,
    /// Spans below.
    pub descendants: u32,
    /// What is special about it.
    pub flags: SpanFlags,
    /// What it was given and gave, as the SDK that wrote it meant it; empty when there is nothing of the kind.
    pub content: Vec<conversation::Piece>,
    /// What it is in an agent run, with the figures of everything below it.
    pub told: Told,
    /// How its canonical values and figures came about; empty for a span that means nothing.
    pub proof: Vec<proof::Line>,
    /// Its step, role, how its attributes say it went, and the calls it belongs together with.
    pub relations: Vec<proof::Line>,
    /// Attributes in file order.
    pub attributes: Vec<Attribute>,
    /// Attributes, events and links the producer says it dropped.
    pub dropped: [u32; 3],
    /// Events in file order.
    pub events: Vec<EventDetails>,
    /// Links in file order.
    pub links: Vec<LinkDetails>,
    /// Links of other spans that lead here.
    pub linked_from: Vec<LinkDetails>,
    /// Resource attributes.
    pub resource: Vec<Attribute>,
    /// Scope name; empty when absent.
    pub scope_name: String,
    /// Scope version; empty when absent.
    pub scope_version: String,
    /// Scope attributes.
    pub scope: Vec<Attribute>,
    /// Log records that name the span, by time.
    pub logs: Vec<LogDetails>,
    /// The span's JSON as in the file; the whole is `raw`.
    pub raw: TextValue,
    /// File it was read from.
    pub file: String,
    /// First byte in the decompressed file.
    pub offset: u64,
    /// Why the source could not be read (then texts and attributes are missing); `None` when it could.
    pub source_lost: Option<String>,
}

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDetails {
    /// Name.
    pub name: String,
    /// When; `None` when absent.
    pub time_ns: Option<i64>,
    /// All attributes, those of the exception too.
    pub attributes: Vec<Attribute>,
    /// `exception.type`, `exception.message`, `exception.stacktrace` when it has one of them.
    pub exception: Option<[TextValue; 3]>,
}

/// One link, seen from either end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkDetails {
    /// The other trace's id as written.
    pub trace_id: String,
    /// The other span's id as written.
    pub span_id: String,
    /// The other span when it is in the document.
    pub target: Option<SpanRow>,
    /// Its trace.
    pub target_trace: Option<TraceRow>,
    /// Its name.
    pub target_name: String,
    /// Attributes of the link.
    pub attributes: Vec<Attribute>,
}

/// One log record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogDetails {
    /// When; `None` when absent.
    pub time_ns: Option<i64>,
    /// Severity number, 0 when unspecified.
    pub severity: u8,
    /// Severity text; empty when absent.
    pub severity_text: String,
    /// Event name; empty when absent.
    pub event_name: String,
    /// Body: text, or plain JSON.
    pub body: Attribute,
    /// Attributes.
    pub attributes: Vec<Attribute>,
}
