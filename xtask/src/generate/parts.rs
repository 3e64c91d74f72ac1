//! The parts that all spans have: identity, times, status, and the events and links that some have.

use super::Summary;
use super::json::{self, Attributes};

/// Which span it is and whose child.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// Upper and lower half of the trace id.
    pub trace: (u64, u64),
    /// The span's own id.
    pub span: u64,
    /// The parent's id; zero at the root.
    pub parent: u64,
}

/// Nanoseconds since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// When it began.
    pub start: u64,
    /// When it ended.
    pub end: u64,
}

const STACK: &str = "at agents::tool::invoke (src/tool.rs:88:17)\n  at agents::turn::step (src/turn.rs:214:9)\n  \
    at agents::run::drive (src/run.rs:61:13)\n  at tokio::runtime::task::harness::poll (harness.rs:153:5)";

/// Everything up to the attributes.
pub fn head(
    out: &mut Vec<u8>,
    identity: Identity,
    verb: &str,
    object: &str,
    kind: u64,
    times: Times,
) {
    json::raw(out, "{\"traceId\":\"");
    json::hex(out, identity.trace.0);
    json::hex(out, identity.trace.1);
    json::raw(out, "\",\"spanId\":\"");
    json::hex(out, identity.span);
    if identity.parent != 0 {
        json::raw(out, "\",\"parentSpanId\":\"");
        json::hex(out, identity.parent);
    }
    json::raw(out, "\",\"flags\":257,\"name\":\"");
    json::raw(out, verb);
    json::raw(out, object);
    json::raw(out, "\",\"kind\":");
    json::number(out, kind);
    json::raw(out, ",\"startTimeUnixNano\":\"");
    json::number(out, times.start);
    json::raw(out, "\",\"endTimeUnixNano\":\"");
    json::number(out, times.end);
    json::raw(out, "\",");
}

/// The status and the end.
pub fn tail(out: &mut Vec<u8>, summary: &mut Summary, failure: Option<&str>) {
    json::raw(out, ",\"status\":{");
    if let Some(message) = failure {
        summary.error_spans += 1;
        json::raw(out, "\"message\":");
        json::string(out, message);
        json::raw(out, ",\"code\":2");
    }
    json::raw(out, "}}");
}

/// The event of an exception, at the end of the span.
pub fn push_exception(
    out: &mut Vec<u8>,
    summary: &mut Summary,
    times: Times,
    kind: &str,
    message: &str,
) {
    summary.events += 1;
    json::raw(out, ",\"events\":[{\"timeUnixNano\":\"");
    json::number(out, times.end);
    json::raw(out, "\",\"name\":\"exception\",");
    let mut attributes = Attributes::begin(out);
    attributes.text("exception.type", kind);
    attributes.text("exception.message", message);
    attributes.text(
        "exception.stacktrace",
        &format!("{kind}: {message}\n  {STACK}"),
    );
    attributes.end();
    json::raw(out, "}]");
}

/// A link to a span of another trace.
pub fn push_link(out: &mut Vec<u8>, summary: &mut Summary, to: Identity) {
    summary.links += 1;
    json::raw(out, ",\"links\":[{\"spanId\":\"");
    json::hex(out, to.span);
    json::raw(out, "\",\"traceId\":\"");
    json::hex(out, to.trace.0);
    json::hex(out, to.trace.1);
    json::raw(out, "\"}]");
}
