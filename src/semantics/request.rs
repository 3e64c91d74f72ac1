//! Keys of the id of the request that a span works for, by which traces that were recorded apart are known to belong together.
//!
//! A session or conversation is none: its runs answer different requests.

/// The keys, the one that counts most first.
pub const KEYS: [&str; 10] = [
    "correlation_id",
    "correlation.id",
    "correlationId",
    "request.correlation_id",
    "messaging.message.conversation_id",
    "http.request.header.x-correlation-id",
    "request_id",
    "request.id",
    "requestId",
    "http.request.header.x-request-id",
];
