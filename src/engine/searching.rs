//! The search of the open document and its background scan.
//!
//! The columns answer at once; what only the sources know is scanned by the worker, piece by piece, between other
//! requests: [`Engine::search_scan`] gives the next source to read, [`Engine::search_chunk`] takes its bytes. A job of
//! an older search gets `None` and is to be dropped.

use super::document::Document;
use super::protocol::{Hit, Notice, Reply, SearchState};
use super::{Engine, failed};
use crate::analysis::search::{Search, SourceRows, SourceScan};
use crate::model::SpanRow;

/// A search at work or done.
#[derive(Debug)]
pub(super) struct Searching {
    /// Distinguishes it from later ones.
    serial: u32,
    pub search: Search,
    /// Sources still to be scanned, the next one last.
    waiting: Vec<u16>,
    scanned_bytes: u64,
    total_bytes: u64,
}

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
    which: Background,
    pub(super) serial: u32,
    source: u16,
    pub(super) scan: SourceScan,
    pub(super) found: Vec<SpanRow>,
}

impl ScanJob {
    pub(super) fn new(which: Background, serial: u32, source: u16, scan: SourceScan) -> Self {
        Self {
            which,
            serial,
            source,
            scan,
            found: Vec::new(),
        }
    }

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

impl Searching {
    fn state(&self) -> SearchState {
        SearchState {
            query: self.search.query().to_owned(),
            hits: self.search.count(),
            runs: self.search.runs(),
            complete: self.search.is_complete(),
            scanned_bytes: self.scanned_bytes.min(self.total_bytes),
            total_bytes: self.total_bytes,
        }
    }
}

impl Engine {
    /// Starts a search in place of the one at work; an empty query ends it.
    pub(super) fn search(&mut self, query: &str) -> Reply {
        self.searches += 1;
        let document = &mut self.document;
        if query.trim().is_empty() {
            document.searching = None;
            return Reply::Search(SearchState {
                complete: true,
                ..SearchState::default()
            });
        }
        let mut search = Search::new(&document.store, query);
        let mut waiting = search.sources(&document.store);
        waiting.reverse();
        if waiting.is_empty() {
            search.finish();
        }
        let total_bytes = waiting
            .iter()
            .map(|&source| document.text_bytes(source))
            .sum();
        let searching = Searching {
            serial: self.searches,
            search,
            waiting,
            scanned_bytes: 0,
            total_bytes,
        };
        let state = searching.state();
        document.searching = Some(searching);
        Reply::Search(state)
    }

    /// The next source to scan; `None` when nothing is left to do. Ask again after [`Engine::search_end`].
    pub fn search_scan(&mut self) -> Option<ScanJob> {
        let document = &mut self.document;
        let searching = document.searching.as_mut()?;
        let source = searching.waiting.pop()?;
        let order = document
            .source_rows
            .get_or_insert_with(|| SourceRows::new(&document.store));
        let scan = searching.search.scan(&document.store, order, source);
        Some(ScanJob::new(
            Background::Search,
            searching.serial,
            source,
            scan,
        ))
    }

    /// The next source to read for either; `None` when nothing is left to do.
    pub fn background_scan(&mut self, which: Background) -> Option<ScanJob> {
        match which {
            Background::Search => self.search_scan(),
            Background::Filter => self.filter_scan(),
        }
    }

    /// Takes the next bytes of a job's source; `None` when what it is read for is over.
    pub fn background_chunk(&mut self, job: &mut ScanJob, bytes: &[u8]) -> Option<Notice> {
        match job.which {
            Background::Search => self.search_chunk(job, bytes).map(Notice::Search),
            Background::Filter => self.filter_chunk(job, bytes).map(Notice::Filter),
        }
    }

    /// Ends a job; `None` when what it was read for is over.
    pub fn background_end(&mut self, job: &ScanJob) -> Option<Notice> {
        match job.which {
            Background::Search => self.search_end(job).map(Notice::Search),
            Background::Filter => self.filter_end(job).map(Notice::Filter),
        }
    }

    /// Takes the next bytes of a job's source; `None` when its search is over.
    pub fn search_chunk(&mut self, job: &mut ScanJob, bytes: &[u8]) -> Option<SearchState> {
        let (document, mut searching) = at_work(&mut self.document, job.serial)?;
        job.scan.push(&document.store, bytes, &mut job.found);
        searching.search.add(&document.store, &mut job.found);
        searching.scanned_bytes += bytes.len() as u64;
        let state = searching.state();
        document.searching = Some(searching);
        Some(state)
    }

    /// Ends a job: its source was read, or cannot be. `None` when its search is over.
    pub fn search_end(&mut self, job: &ScanJob) -> Option<SearchState> {
        let (document, mut searching) = at_work(&mut self.document, job.serial)?;
        let unread = document
            .text_bytes(job.source)
            .saturating_sub(job.position());
        searching.scanned_bytes += unread;
        if searching.waiting.is_empty() {
            searching.search.finish();
        }
        let state = searching.state();
        document.searching = Some(searching);
        Some(state)
    }

    /// The next or previous hit.
    pub(super) fn search_step(&self, from: Option<SpanRow>, forward: bool) -> Reply {
        let Some(searching) = &self.document.searching else {
            return Reply::Hit(None);
        };
        let row = searching.search.next(from, forward);
        Reply::Hit(row.map(|row| self.hit(&searching.search, row)))
    }

    /// Hits as a list.
    pub(super) fn search_hits(&self, offset: u32, limit: u32) -> Reply {
        let Some(searching) = &self.document.searching else {
            return failed("nothing is being searched");
        };
        let numbers = offset..offset.saturating_add(limit).min(searching.search.count());
        let hits = numbers
            .filter_map(|number| searching.search.nth(number))
            .map(|row| self.hit(&searching.search, row))
            .collect();
        Reply::Hits(hits)
    }

    fn hit(&self, search: &Search, row: SpanRow) -> Hit {
        let store = &self.document.store;
        Hit {
            number: search.rank(row),
            matched: search.matched(store, row),
            ..self.place(row)
        }
    }

    /// A span as a place to go to.
    pub(super) fn place(&self, row: SpanRow) -> Hit {
        let store = &self.document.store;
        let trace_row = store.trace_of(row);
        let trace = store.trace(trace_row);
        Hit {
            trace: trace_row,
            row,
            name: store.name(row).to_owned(),
            run: trace
                .map(|trace| store.name(trace.root).to_owned())
                .unwrap_or_default(),
            trace_id: trace
                .map(|trace| store.trace_id_text(trace))
                .unwrap_or_default(),
            span_id: store.span_id_text(row).unwrap_or_default(),
            ..Hit::default()
        }
    }
}

/// The document and its search, taken out, when that is still the one with this number.
fn at_work(document: &mut Document, serial: u32) -> Option<(&mut Document, Searching)> {
    let searching = document
        .searching
        .take_if(|searching| searching.serial == serial)?;
    Some((document, searching))
}
