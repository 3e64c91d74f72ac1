//! Where the machine stands in the envelope.

/// Where the machine stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    pub frame: Frame,
    pub phase: Phase,
    /// Elements of an array so far.
    pub index: u32,
}

/// An object or array the machine is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// An array of documents.
    Documents,
    /// An object that holds `resourceSpans` and the like, or wraps one that does.
    Document,
    /// The array of `resourceSpans` or `resourceLogs`; the name is for paths.
    Resources(&'static str),
    /// One of them.
    Resource,
    /// The array of `scopeSpans` or `scopeLogs`.
    Scopes(&'static str),
    /// One of them.
    Scope,
    /// The array of `spans`.
    Spans,
    /// The array of `logRecords`.
    Logs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Behind the opening bracket.
    First,
    /// Behind a comma.
    Item,
    /// Behind a value.
    Behind,
}
