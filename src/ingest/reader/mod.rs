//! Sources in, chunk by chunk; a store and a report out.

mod closing;
#[cfg(test)]
mod tests;

use super::lines::Lines;
use super::otlp::{Machine, Sink};
use super::report::{FileReport, ImportReport};
use super::sniff::{self, Verdict};
use super::warnings::Warnings;
use crate::model::{StoreBuilder, TraceStore};
use crate::semantics::request;
use closing::count_linked;

/// Bytes of a source that are kept to say what it is.
const HEAD: usize = 64 << 10;

/// After so many bytes it is plain whether a source is text.
const FIRST_LOOK: usize = 512;

/// How much of a chunk is joined to what was left of the one before, at least.
const BRIDGE: usize = 4096;

/// Looks at the first bytes of a source.
type Look = fn(&[u8]) -> Option<Verdict>;

/// Whether to go on reading a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// More is welcome.
    Continue,
    /// The source is not what this reads, and nothing that follows can change that: call [`Ingest::end_source`].
    Stop,
}

/// Reads sources into a [`StoreBuilder`].
///
/// ```
/// use spanlight::ingest::Ingest;
/// use spanlight::model::StoreBuilder;
///
/// let text = br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"chat","spanId":"051581bf3cb55c13"}]}]}]}"#;
/// let mut ingest = Ingest::new(StoreBuilder::new());
/// ingest.begin_source(0, "trace.json", text.len() as u64);
/// for chunk in text.chunks(7) {
///     ingest.push(chunk);
/// }
/// ingest.end_source();
/// let (store, report) = ingest.finish();
/// assert_eq!(store.span_count(), 1);
/// assert_eq!(report.files[0].format, "OTLP JSON");
/// ```
#[derive(Debug)]
pub struct Ingest {
    builder: StoreBuilder,
    machine: Machine,
    source: Option<Source>,
    done: Vec<Done>,
}

/// A source being read.
#[derive(Debug)]
struct Source {
    index: u16,
    name: String,
    bytes: u64,
    compression: String,
    damage: Option<String>,
    /// The first bytes.
    head: Vec<u8>,
    /// Bytes that must be seen again, and where they begin in the source.
    tail: Vec<u8>,
    at: u64,
    lines: Lines,
    warnings: Warnings,
    verdict: Option<Verdict>,
}

/// A source that was read.
#[derive(Debug)]
struct Done {
    index: u16,
    report: FileReport,
    warnings: Warnings,
}

impl Ingest {
    /// Reads into `builder`, which may hold a document already: what is read then joins it.
    pub fn new(mut builder: StoreBuilder) -> Self {
        builder.stitch_by(&request::KEYS);
        Self {
            builder,
            machine: Machine::default(),
            source: None,
            done: Vec::new(),
        }
    }

    /// As [`Self::new`], but no attribute means anything: what that saves is what meaning costs.
    pub fn without_meaning(builder: StoreBuilder) -> Self {
        let mut new = Self::new(builder);
        new.machine.forget_meaning();
        new
    }

    /// Begins a source: `index` is what its spans' [`crate::model::SourceRange::source`] says, `bytes` its size as
    /// given. A source that is still open is closed first.
    pub fn begin_source(&mut self, index: u16, name: &str, bytes: u64) {
        self.end_source();
        self.machine.begin();
        self.source = Some(Source {
            index,
            name: name.to_owned(),
            bytes,
            compression: String::new(),
            damage: None,
            head: Vec::new(),
            tail: Vec::new(),
            at: 0,
            lines: Lines::default(),
            warnings: Warnings::default(),
            verdict: None,
        });
    }

    /// Says that the source was compressed ("gzip", "zstd"); what is pushed is its decompressed text.
    pub fn set_compression(&mut self, name: &str) {
        if let Some(source) = &mut self.source {
            name.clone_into(&mut source.compression);
        }
    }

    /// Takes the next bytes of the source, of any length.
    pub fn push(&mut self, chunk: &[u8]) -> Flow {
        let Some(mut source) = self.source.take() else {
            return Flow::Stop;
        };
        let flow = self.take(&mut source, chunk);
        self.source = Some(source);
        flow
    }

    /// Says that the source cannot be read further, e.g. because its compressed stream is damaged. Everything up to
    /// here stays; call [`Self::end_source`] next.
    pub fn damaged(&mut self, what: &str) {
        if let Some(source) = &mut self.source {
            source.damage = Some(what.to_owned());
        }
    }

    /// Closes the source and its report.
    pub fn end_source(&mut self) {
        let Some(mut source) = self.source.take() else {
            return;
        };
        if source.verdict.is_none() {
            let tail = std::mem::take(&mut source.tail);
            let used = self.run(&mut source, &tail, true);
            source.tail = tail;
            source.tail.drain(..used);
            source.at += used as u64;
        }
        if source.head.len() < FIRST_LOOK {
            self.judge(&mut source, sniff::binary);
        }
        if source.head.len() < HEAD {
            self.judge(&mut source, sniff::foreign);
        }
        let done = source.close(&self.machine);
        self.done.push(done);
    }

    /// What has been read so far.
    pub fn builder(&self) -> &StoreBuilder {
        &self.builder
    }

    /// Links the spans, and adds to the report what only then is known.
    pub fn finish(mut self) -> (TraceStore, ImportReport) {
        self.end_source();
        let store = self.builder.finish();
        let mut done = self.done;
        count_linked(&store, &mut done);
        let files = done.into_iter().map(Done::into_report).collect();
        (store, ImportReport { files })
    }

    /// Looks at the first bytes for what can never become OTLP JSON.
    fn judge(&mut self, source: &mut Source, look: Look) -> Flow {
        if source.verdict.is_none() && !self.machine.seen().otlp {
            source.verdict = look(&source.head);
        }
        match source.verdict {
            None => Flow::Continue,
            Some(_) => Flow::Stop,
        }
    }

    /// Reads a chunk, and looks at the first bytes of the source once so many of them are there: at the same places
    /// whatever the chunks.
    fn take(&mut self, source: &mut Source, chunk: &[u8]) -> Flow {
        if source.verdict.is_some() {
            return Flow::Stop;
        }
        let looks: [(usize, Look); 2] = [(FIRST_LOOK, sniff::binary), (HEAD, sniff::foreign)];
        let mut rest = chunk;
        for (len, look) in looks {
            let missing = len.saturating_sub(source.head.len());
            if missing == 0 {
                continue;
            }
            let (piece, later) = rest.split_at(missing.min(rest.len()));
            source.head.extend_from_slice(piece);
            self.read(source, piece);
            rest = later;
            if piece.len() == missing && self.judge(source, look) == Flow::Stop {
                return Flow::Stop;
            }
        }
        self.read(source, rest);
        Flow::Continue
    }

    /// Reads a chunk: what was left of the chunks before is joined to no more of it than it needs.
    fn read(&mut self, source: &mut Source, chunk: &[u8]) {
        if chunk.is_empty() {
            return;
        }
        let mut rest = chunk;
        while !source.tail.is_empty() {
            let wanted = self.machine.wanted.saturating_sub(source.tail.len());
            let before = source.tail.len();
            let (joined, later) = rest.split_at(wanted.max(BRIDGE).min(rest.len()));
            source.tail.extend_from_slice(joined);
            if joined.len() < wanted {
                return;
            }
            rest = later;
            let tail = std::mem::take(&mut source.tail);
            let used = self.run(source, &tail, false);
            source.at += used as u64;
            if used >= before {
                // What was left over is read; go on in the chunk itself.
                rest = chunk
                    .get(chunk.len() - rest.len() - (tail.len() - used)..)
                    .unwrap_or_default();
                source.tail = tail;
                source.tail.clear();
                break;
            }
            source.tail = tail;
            source.tail.drain(..used);
            if rest.is_empty() {
                return;
            }
        }
        let used = self.run(source, rest, false);
        source.at += used as u64;
        source
            .tail
            .extend_from_slice(rest.get(used..).unwrap_or_default());
    }

    fn run(&mut self, source: &mut Source, data: &[u8], end: bool) -> usize {
        let mut sink = Sink {
            builder: &mut self.builder,
            warnings: &mut source.warnings,
            lines: source.lines,
            source: source.index,
        };
        let used = self.machine.run(data, source.at, end, &mut sink);
        source.lines = sink.lines;
        used
    }
}
