//! Collects spans by service and scope and writes them as export requests, as a batching exporter does.

use std::io::{self, Write};

use super::json::{self, Attributes};
use super::{Format, Summary};

/// Spans of one service that make a batch.
const BATCH_SPANS: usize = 256;

/// A process that emits spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Plans runs and hands them to agents.
    Orchestrator,
    /// Runs agents that read and search.
    Research,
    /// Runs agents that act for customers.
    Support,
    /// Runs tools.
    Tools,
}

impl Service {
    const ALL: [Self; 4] = [
        Self::Orchestrator,
        Self::Research,
        Self::Support,
        Self::Tools,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Orchestrator => "agent-orchestrator",
            Self::Research => "research-agents",
            Self::Support => "support-agents",
            Self::Tools => "tool-gateway",
        }
    }
}

/// The instrumentation that made a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Agents, model calls and tools.
    Agent,
    /// HTTP and database clients.
    Client,
}

impl Scope {
    const ALL: [Self; 2] = [Self::Agent, Self::Client];

    fn name(self) -> &'static str {
        match self {
            Self::Agent => "example.agents",
            Self::Client => "example.clients",
        }
    }
}

/// What one service has not yet exported.
#[derive(Debug, Default)]
struct Pending {
    spans: usize,
    /// Spans as JSON joined by commas, one buffer for each scope.
    scopes: [Vec<u8>; 2],
}

/// The file that is being written.
#[derive(Debug)]
pub struct Batches<W> {
    out: W,
    format: Format,
    first: bool,
    buffer: Vec<u8>,
    pending: [Pending; 4],
    /// Counts so far; the writer of spans adds to them.
    pub summary: Summary,
}

impl<W: Write> Batches<W> {
    /// Begins the file.
    pub fn begin(mut out: W, format: Format) -> io::Result<Self> {
        let mut summary = Summary::default();
        if format == Format::Json {
            out.write_all(OPEN)?;
            summary.bytes = OPEN.len() as u64;
        }
        Ok(Self {
            out,
            format,
            first: true,
            buffer: Vec::new(),
            pending: Default::default(),
            summary,
        })
    }

    /// Adds one span, whose JSON `write` appends to the buffer it gets.
    pub fn add(
        &mut self,
        service: Service,
        scope: Scope,
        write: impl FnOnce(&mut Vec<u8>, &mut Summary),
    ) -> io::Result<()> {
        let pending = &mut self.pending[service as usize];
        let spans = &mut pending.scopes[scope as usize];
        if !spans.is_empty() {
            spans.push(b',');
        }
        write(spans, &mut self.summary);
        self.summary.spans += 1;
        pending.spans += 1;
        if pending.spans < BATCH_SPANS {
            return Ok(());
        }
        self.export(service)
    }

    /// Writes what one service has collected.
    fn export(&mut self, service: Service) -> io::Result<()> {
        let pending = &mut self.pending[service as usize];
        if pending.spans == 0 {
            return Ok(());
        }
        pending.spans = 0;
        let out = &mut self.buffer;
        out.clear();
        match self.format {
            Format::JsonLines => out.extend_from_slice(OPEN),
            Format::Json if self.first => {}
            Format::Json => out.push(b','),
        }
        self.first = false;
        push_resource(out, service);
        let mut first = true;
        for scope in Scope::ALL {
            let spans = &mut pending.scopes[scope as usize];
            if spans.is_empty() {
                continue;
            }
            if !first {
                out.push(b',');
            }
            first = false;
            json::raw(out, "{\"scope\":{\"name\":\"");
            json::raw(out, scope.name());
            json::raw(out, "\",\"version\":\"1.4.0\"},\"spans\":[");
            out.append(spans);
            json::raw(out, "]}");
        }
        json::raw(out, "]}");
        if self.format == Format::JsonLines {
            out.extend_from_slice(CLOSE);
            out.push(b'\n');
        }
        self.summary.bytes += out.len() as u64;
        self.out.write_all(out)
    }

    /// Writes what is left and ends the file.
    pub fn finish(mut self) -> io::Result<Summary> {
        for service in Service::ALL {
            self.export(service)?;
        }
        if self.format == Format::Json {
            self.out.write_all(CLOSE)?;
            self.summary.bytes += CLOSE.len() as u64;
        }
        self.out.flush()?;
        Ok(self.summary)
    }
}

const OPEN: &[u8] = b"{\"resourceSpans\":[";
const CLOSE: &[u8] = b"]}";

/// Opens an element of `resourceSpans` up to the first scope.
fn push_resource(out: &mut Vec<u8>, service: Service) {
    json::raw(out, "{\"resource\":{");
    let mut attributes = Attributes::begin(out);
    attributes.text("service.name", service.name());
    attributes.text("service.version", "3.12.1");
    attributes.text("deployment.environment.name", "production");
    attributes.text("telemetry.sdk.language", "rust");
    attributes.text("telemetry.sdk.name", "opentelemetry");
    attributes.int("process.pid", 1000 + service as u64);
    attributes.end();
    json::raw(out, "},\"scopeSpans\":[");
}
