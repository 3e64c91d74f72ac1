//! Pure data: what a trace is, held in columns.
//!
//! Nothing here reads a file or draws a picture. [`StoreBuilder`] takes spans in any order, [`TraceStore`] holds them
//! in depth-first order, one column per field. Words are OpenTelemetry's (specification 1.4x, OTLP 1.5).
//!
//! - [`id`]: trace and span ids as they come over the wire
//! - [`time`]: instants, durations and ranges, in integer nanoseconds
//! - [`strings`]: every text once
//! - [`mod@column`]: growing columns without reallocation
//! - [`span`]: kind, status and flags of a span
//! - [`meaning`]: what a span is in an agent run
//! - [`sparse`]: columns of which few rows have a value
//! - [`attributes`]: attribute keys and values of low cardinality, each pair once
//! - [`usage`], [`money`], [`total`]: tokens, amounts of money, and sums of which parts may be unknown
//! - [`input`]: what a reader gives
//! - [`builder`]: spans in, in any order; [`live`]: what is known of traces meanwhile
//! - [`json`]: JSON one level at a time
//! - [`link`]: parents resolved, cycles broken, depth-first order
//! - [`store`]: the finished table; [`rows`]: what it holds that is no column
//! - [`stitched`]: traces of one request as one
//! - [`text`]: traces drawn as text, for tests and dumps

mod append;
pub mod attributes;
pub mod builder;
pub mod column;
pub mod decimal;
pub mod id;
pub mod input;
pub mod json;
pub mod link;
pub mod live;
pub mod meaning;
pub mod money;
pub mod order;
mod recordings;
pub mod rows;
pub mod span;
pub mod sparse;
pub mod stitched;
pub mod store;
pub mod strings;
pub mod text;
pub mod time;
pub mod total;
pub mod usage;

pub use attributes::{AttrId, AttributeDictionary};
pub use builder::StoreBuilder;
pub use id::{SpanId, TraceId, WireSpanId, WireTraceId};
pub use input::{EventInput, LinkInput, LogInput, ResourceSlot, ScopeSlot, SpanInput};
pub use meaning::{CallId, Meaning, MeaningId, MeaningTable, OperationKind, Recorded};
pub use money::PicoUsd;
pub use rows::{SpanRow, TraceRow};
pub use span::{SourceRange, SpanFlags, SpanKind, StatusCode};
pub use stitched::{Belonging, Stitch};
pub use store::TraceStore;
pub use strings::{Interner, StrId};
pub use time::{Nanos, TimeRange, Timestamp};
pub use total::Total;
pub use usage::{TokenUsage, UsageTotal};
