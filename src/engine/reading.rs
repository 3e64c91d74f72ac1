//! The reading of sources in the background, for a search or a filter.
//!
//! The columns answer at once; what only the sources know is read by the worker, piece by piece, between other requests:
//! [`Engine::background_scan`](super::Engine::background_scan) gives the next source to read,
//! [`Engine::background_chunk`](super::Engine::background_chunk) takes its bytes. A job of an older search or filter gets
//! `None` and is to be dropped.

use super::document::Document;
use crate::analysis::found::Found;
use crate::analysis::search::{SourceRows, SourceScan};
use crate::model::{SpanRow, TraceStore};

/// What sources are read for in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// The search.
    Search,
    /// The filter.
    Filter,
}

/// One source to be read from its first byte to its last for a search or a filter.
#[derive(Debug)]
pub struct ScanJob {
    pub(super) which: Background,
    pub(super) serial: u32,
    source: u16,
    scan: SourceScan,
    found: Vec<SpanRow>,
}

impl ScanJob {
    /// Index of the source to read, as [`crate::model::SourceRange::source`].
    pub fn source(&self) -> u16 {
        self.source
    }

    /// Where to read next in the decompressed text.
    pub fn position(&self) -> u64 {
        self.scan.position()
    }

    /// Whether the rest of the source cannot match.
    pub fn is_done(&self) -> bool {
        self.scan.is_done()
    }
}

/// How far the sources have been read for a search or a filter.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Distinguishes it from others.
    pub serial: u32,
    /// Sources still to be read, the next one last.
    waiting: Vec<u16>,
    /// One is being read.
    reads: bool,
    scanned_bytes: u64,
    pub total_bytes: u64,
}

impl Reading {
    /// What is left to read for what the columns left open.
    pub fn new(serial: u32, document: &Document, found: &mut Found) -> Self {
        let mut waiting = found.sources(&document.store);
        waiting.reverse();
        if waiting.is_empty() {
            found.finish();
        }
        let bytes = waiting.iter().map(|&source| document.text_bytes(source));
        Self {
            serial,
            total_bytes: bytes.sum(),
            waiting,
            ..Self::default()
        }
    }

    pub fn scanned_bytes(&self) -> u64 {
        self.scanned_bytes.min(self.total_bytes)
    }

    /// The next source to read; `None` when none is left or one is being read.
    pub fn next(
        &mut self,
        which: Background,
        store: &TraceStore,
        rows: &mut Option<SourceRows>,
        found: &Found,
    ) -> Option<ScanJob> {
        if self.reads {
            return None;
        }
        let source = self.waiting.pop()?;
        self.reads = true;
        let order = rows.get_or_insert_with(|| SourceRows::new(store));
        Some(ScanJob {
            which,
            serial: self.serial,
            source,
            scan: found.scan(store, order, source),
            found: Vec::new(),
        })
    }

    /// Takes the next bytes of a job's source.
    pub fn take(&mut self, store: &TraceStore, job: &mut ScanJob, bytes: &[u8], found: &mut Found) {
        job.scan.push(store, bytes, &mut job.found);
        found.add(store, &mut job.found);
        self.scanned_bytes += bytes.len() as u64;
    }

    /// Ends a job: its source, of `whole` bytes, was read, or cannot be.
    pub fn end(&mut self, job: &ScanJob, whole: u64, found: &mut Found) {
        self.reads = false;
        self.scanned_bytes += whole.saturating_sub(job.position());
        if self.waiting.is_empty() {
            found.finish();
        }
    }
}
