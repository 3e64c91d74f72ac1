//! Field names of OTLP JSON, in camel case as the specification says and in snake case as some producers write them.
//!
//! OTLP 1.5, `opentelemetry/proto/{trace,logs,resource,common}/v1`; `instrumentationLibrary…` are the names before 0.15.

/// What a key of the outermost object, or of a wrapper around it, holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DocumentKey {
    /// `resourceSpans`
    ResourceSpans,
    /// `batches`, as Tempo names them.
    Batches,
    /// `resourceLogs`
    ResourceLogs,
    /// Metrics and profiles: OTLP, but nothing to draw.
    OtherSignal,
    /// Anything else.
    Other,
}

pub(super) fn document_key(key: &[u8]) -> DocumentKey {
    match key {
        b"resourceSpans" | b"resource_spans" => DocumentKey::ResourceSpans,
        b"batches" => DocumentKey::Batches,
        b"resourceLogs" | b"resource_logs" => DocumentKey::ResourceLogs,
        b"resourceMetrics" | b"resource_metrics" | b"resourceProfiles" | b"resource_profiles" => {
            DocumentKey::OtherSignal
        }
        _ => DocumentKey::Other,
    }
}

/// What a key of `ResourceSpans` or `ResourceLogs` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResourceKey {
    /// `resource`
    Resource,
    /// `scopeSpans` and its former names.
    ScopeSpans,
    /// `scopeLogs` and its former names.
    ScopeLogs,
    /// Anything else.
    Other,
}

pub(super) fn resource_key(key: &[u8]) -> ResourceKey {
    match key {
        b"resource" => ResourceKey::Resource,
        b"scopeSpans"
        | b"scope_spans"
        | b"instrumentationLibrarySpans"
        | b"instrumentation_library_spans" => ResourceKey::ScopeSpans,
        b"scopeLogs"
        | b"scope_logs"
        | b"instrumentationLibraryLogs"
        | b"instrumentation_library_logs" => ResourceKey::ScopeLogs,
        _ => ResourceKey::Other,
    }
}

/// What a key of `ScopeSpans` or `ScopeLogs` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKey {
    /// `scope` and its former names.
    Scope,
    /// `spans`
    Spans,
    /// `logRecords` and its former names.
    LogRecords,
    /// Anything else.
    Other,
}

pub(super) fn scope_key(key: &[u8]) -> ScopeKey {
    match key {
        b"scope" | b"instrumentationLibrary" | b"instrumentation_library" => ScopeKey::Scope,
        b"spans" => ScopeKey::Spans,
        b"logRecords" | b"log_records" | b"logs" => ScopeKey::LogRecords,
        _ => ScopeKey::Other,
    }
}

/// What a key of a span holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpanKey {
    /// `traceId`
    TraceId,
    /// `spanId`
    SpanId,
    /// `parentSpanId`
    ParentSpanId,
    /// `name`
    Name,
    /// `kind`
    Kind,
    /// `startTimeUnixNano`
    Start,
    /// `endTimeUnixNano`
    End,
    /// `attributes`
    Attributes,
    /// `events`
    Events,
    /// `links`
    Links,
    /// `status`
    Status,
    /// `flags`, not looked at; a member of its own so that the key behind it can be foretold.
    Flags,
    /// `traceState`, likewise.
    TraceState,
    /// `droppedAttributesCount` and its like.
    Dropped,
    /// Anything else.
    Other,
}

impl SpanKey {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Other as usize + 1;
}

pub(super) fn span_key(key: &[u8]) -> SpanKey {
    match key {
        b"traceId" | b"trace_id" => SpanKey::TraceId,
        b"spanId" | b"span_id" => SpanKey::SpanId,
        b"parentSpanId" | b"parent_span_id" => SpanKey::ParentSpanId,
        b"name" => SpanKey::Name,
        b"kind" => SpanKey::Kind,
        b"startTimeUnixNano" | b"start_time_unix_nano" => SpanKey::Start,
        b"endTimeUnixNano" | b"end_time_unix_nano" => SpanKey::End,
        b"attributes" => SpanKey::Attributes,
        b"events" => SpanKey::Events,
        b"links" => SpanKey::Links,
        b"status" => SpanKey::Status,
        b"flags" => SpanKey::Flags,
        b"traceState" | b"trace_state" => SpanKey::TraceState,
        b"droppedAttributesCount" | b"droppedEventsCount" | b"droppedLinksCount" => {
            SpanKey::Dropped
        }
        _ => SpanKey::Other,
    }
}

/// What a key of an attribute's value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKey {
    /// `stringValue`
    Text,
    /// `intValue`, `doubleValue`, `boolValue`: text or number, taken as written.
    Scalar,
    /// `arrayValue`, `kvlistValue`, `bytesValue`: stays in the source.
    Nested,
    /// Anything else.
    Other,
}

pub(super) fn value_key(key: &[u8]) -> ValueKey {
    match key {
        b"stringValue" | b"string_value" => ValueKey::Text,
        b"intValue" | b"int_value" | b"doubleValue" | b"double_value" | b"boolValue"
        | b"bool_value" => ValueKey::Scalar,
        b"arrayValue" | b"array_value" | b"kvlistValue" | b"kvlist_value" | b"bytesValue"
        | b"bytes_value" => ValueKey::Nested,
        _ => ValueKey::Other,
    }
}
