//! What a reader gives: a span, its events and links, a log record, as they stand in a file.

use super::attributes::AttrId;
use super::id::{WireSpanId, WireTraceId};
use super::meaning::Recorded;
use super::span::{SourceRange, SpanKind, StatusCode};
use super::strings::StrId;

/// Index of a resource under construction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResourceSlot(pub u32);

/// Index of a scope under construction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScopeSlot(pub u32);

/// One span as read from a file.
#[derive(Debug, Clone, Copy)]
pub struct SpanInput<'a> {
    /// The trace it belongs to; spans without one share the all-zero trace.
    pub trace: Option<WireTraceId>,
    /// Its own id; `None` when absent (it then can be no parent and no duplicate).
    pub id: Option<WireSpanId>,
    /// Its parent; `None` for a root.
    pub parent: Option<WireSpanId>,
    /// Interned name.
    pub name: StrId,
    /// OTLP kind.
    pub kind: SpanKind,
    /// OTLP status code.
    pub status: StatusCode,
    /// Start; `None` when absent or zero.
    pub start: Option<i64>,
    /// End; `None` when absent or zero: still running.
    pub end: Option<i64>,
    /// Scope (and through it resource) it stands under.
    pub scope: ScopeSlot,
    /// Where its JSON text stands.
    pub source: SourceRange,
    /// Attributes in file order.
    pub attributes: &'a [AttrId],
    /// Events in file order.
    pub events: &'a [EventInput],
    /// Links in file order.
    pub links: &'a [LinkInput],
    /// What its attributes mean.
    pub recorded: Recorded,
}

/// One event of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventInput {
    /// When; `None` when absent or zero.
    pub time: Option<i64>,
    /// Interned name.
    pub name: StrId,
    /// The `exception.type` attribute; `None` when there is none.
    pub exception_type: Option<StrId>,
}

/// One link of a span to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkInput {
    /// The other trace.
    pub trace: Option<WireTraceId>,
    /// The other span.
    pub span: Option<WireSpanId>,
}

/// One log record, kept for the span or trace it names.
#[derive(Debug, Clone, Copy)]
pub struct LogInput {
    /// When; event time, else observed time; `None` when both are absent.
    pub time: Option<i64>,
    /// Trace it names.
    pub trace: Option<WireTraceId>,
    /// Span it names.
    pub span: Option<WireSpanId>,
    /// OTLP severity number, 0 when unspecified.
    pub severity: u8,
    /// Interned event name or severity text; empty when absent.
    pub name: StrId,
    /// Scope it stands under.
    pub scope: ScopeSlot,
    /// Where its JSON text stands.
    pub source: SourceRange,
}
