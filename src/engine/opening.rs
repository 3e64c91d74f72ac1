//! An opening at work: sources read into a staging store beside the open document.

use super::protocol::{Failure, RunRow, SourceHead, SourceSummary};
use crate::ingest::report::{FileReport, ImportReport};
use crate::ingest::{Flow, Ingest};
use crate::model::live::LiveTrace;
use crate::model::{StoreBuilder, TraceRow, TraceStore};
use std::fmt::Write as _;

/// What is being read.
#[derive(Debug)]
pub(super) struct Opening {
    ingest: Ingest,
    /// Sources of the document it will be, those of the open one first when it is added to.
    sources: Vec<SourceSummary>,
}

impl Opening {
    /// Starts from an empty document, or from the open one to add to it.
    pub fn new(base: Option<(&TraceStore, &[SourceSummary])>) -> Self {
        let (builder, sources) = match base {
            Some((store, sources)) => (store.to_builder(), sources.to_vec()),
            None => (StoreBuilder::new(), Vec::new()),
        };
        Self {
            ingest: Ingest::new(builder),
            sources,
        }
    }

    /// Opens the next source and gives its index in the document.
    pub fn begin_source(&mut self, head: &SourceHead, fingerprint: &str) -> u16 {
        let index = u16::try_from(self.sources.len()).unwrap_or(u16::MAX);
        self.sources.push(SourceSummary {
            name: head.name.clone(),
            size: head.size,
            fingerprint: fingerprint.to_owned(),
        });
        self.ingest.begin_source(index, &head.name, head.size);
        index
    }

    pub fn set_compression(&mut self, name: &str) {
        self.ingest.set_compression(name);
    }

    pub fn chunk(&mut self, bytes: &[u8]) -> Flow {
        self.ingest.push(bytes)
    }

    pub fn damaged(&mut self, what: &str) {
        self.ingest.damaged(what);
    }

    pub fn end_source(&mut self) {
        self.ingest.end_source();
    }

    /// Spans so far, those of the open document included when it is added to.
    pub fn spans(&self) -> u64 {
        self.ingest.builder().span_count() as u64
    }

    /// The first runs so far, in order of arrival, and how many there are.
    pub fn live_runs(&self, limit: usize) -> (u32, Vec<RunRow>) {
        let builder = self.ingest.builder();
        let live = builder.live_traces();
        let with_spans = live.iter().filter(|trace| trace.spans > 0);
        let rows = with_spans
            .clone()
            .take(limit)
            .zip(0..)
            .map(|(trace, at)| live_row(builder, trace, TraceRow(at)))
            .collect();
        (with_spans.count() as u32, rows)
    }

    /// The finished store with its sources and what was read; a failure when nothing could be read.
    pub fn finish(self) -> Result<(TraceStore, Vec<SourceSummary>, ImportReport), Failure> {
        let (store, report) = self.ingest.finish();
        if report.anything_read() {
            Ok((store, self.sources, report))
        } else {
            Err(Failure {
                message: failure_message(&report),
                report: Some(report),
                ..Failure::default()
            })
        }
    }
}

fn live_row(builder: &StoreBuilder, trace: &LiveTrace, row: TraceRow) -> RunRow {
    let root = trace.root;
    let known = trace.start <= trace.end;
    RunRow {
        trace: row,
        trace_id: trace
            .original
            .map_or_else(|| trace.id.to_string(), |id| builder.text(id).to_owned()),
        root_name: root
            .map(|(name, _)| builder.text(name).to_owned())
            .unwrap_or_default(),
        service: root
            .and_then(|(_, scope)| builder.service_of(scope))
            .map(str::to_owned),
        start_ns: if known { trace.start } else { 0 },
        duration_ns: if known {
            trace.end.saturating_sub(trace.start)
        } else {
            0
        },
        spans: trace.spans,
        errors: trace.errors,
        ..RunRow::default()
    }
}

/// One sentence for a person: the first file that could not be read and why, and how many more.
fn failure_message(report: &ImportReport) -> String {
    let failed = |file: &&FileReport| file.error.is_some();
    let Some(file) = report.files.iter().find(failed) else {
        return "nothing was given to read".to_owned();
    };
    let mut message = format!("{} was not read", file.name);
    if let Some(error) = &file.error {
        message.push_str(": ");
        message.push_str(&error.to_string());
        if !error.remedy.is_empty() {
            message.push_str(". ");
            message.push_str(&error.remedy);
        }
    }
    let more = report.files.iter().filter(failed).count() - 1;
    if more > 0 {
        let _ = write!(message, " (and {more} more)");
    }
    message
}
