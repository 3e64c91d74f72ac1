//! The search of the open document. Where a filter holds, hits are those that it lets pass.

use super::document::Document;
use super::protocol::{Hit, Notice, Reply, SearchState};
use super::reading::{Background, Reading, ScanJob};
use super::{Engine, failed};
use crate::analysis::search::Search;
use crate::model::SpanRow;

/// A search at work or done.
#[derive(Debug)]
pub(super) struct Searching {
    pub search: Search,
    reading: Reading,
}

impl Searching {
    /// Another one whenever other spans match, as long as the filter is the same.
    pub fn stamp(&self) -> [u32; 2] {
        [self.reading.serial, self.search.count()]
    }

    fn state(&self) -> SearchState {
        SearchState {
            query: self.search.query().to_owned(),
            hits: self.search.count(),
            runs: self.search.runs().len(),
            complete: self.search.is_complete(),
            scanned_bytes: self.reading.scanned_bytes(),
            total_bytes: self.reading.total_bytes,
        }
    }
}

impl Engine {
    /// Starts a search in place of the one at work; an empty query ends it, and one that is sought already says how far it
    /// is.
    pub(super) fn search(&mut self, query: &str) -> Reply {
        let document = &mut self.document;
        if query.trim().is_empty() {
            document.searching = None;
            return Reply::Search(SearchState {
                complete: true,
                ..SearchState::default()
            });
        }
        let known = document.searching.as_ref();
        if let Some(searching) = known.filter(|searching| searching.search.query() == query) {
            return Reply::Search(searching.state());
        }
        self.searches += 1;
        let mut search = Search::new(&document.store, query);
        let reading = Reading::new(self.searches, document, &mut search);
        document.searching = Some(Searching { search, reading });
        document.narrow_search();
        Reply::Search(
            document
                .searching
                .as_ref()
                .map(Searching::state)
                .unwrap_or_default(),
        )
    }

    /// The next source to read; `None` when nothing is left to do. Ask again after [`Engine::background_end`].
    pub fn background_scan(&mut self, which: Background) -> Option<ScanJob> {
        let Document {
            store,
            source_rows,
            searching,
            filtering,
            ..
        } = &mut self.document;
        match which {
            Background::Search => {
                let Searching { search, reading } = searching.as_mut()?;
                reading.next(which, store, source_rows, search)
            }
            Background::Filter => {
                let filtering = filtering.as_mut()?;
                filtering
                    .reading
                    .next(which, store, source_rows, &filtering.found)
            }
        }
    }

    /// Takes the next bytes of a job's source; `None` when what it is read for is over.
    pub fn background_chunk(&mut self, job: &mut ScanJob, bytes: &[u8]) -> Option<Notice> {
        let document = &mut self.document;
        let store = &document.store;
        match job.which {
            Background::Search => {
                let searching = document.searching.as_mut();
                let at = searching.filter(|at| at.reading.serial == job.serial)?;
                at.reading.take(store, job, bytes, &mut at.search);
            }
            Background::Filter => {
                let filtering = document.filtering.as_mut();
                let at = filtering.filter(|at| at.reading.serial == job.serial)?;
                at.reading.take(store, job, bytes, &mut at.found);
            }
        }
        document.narrow_search();
        document.notice(job.which)
    }

    /// Ends a job; `None` when what it was read for is over.
    pub fn background_end(&mut self, job: &ScanJob) -> Option<Notice> {
        let document = &mut self.document;
        let whole = document.text_bytes(job.source());
        match job.which {
            Background::Search => {
                let searching = document.searching.as_mut();
                let at = searching.filter(|at| at.reading.serial == job.serial)?;
                at.reading.end(job, whole, &mut at.search);
            }
            Background::Filter => {
                let filtering = document.filtering.as_mut();
                let at = filtering.filter(|at| at.reading.serial == job.serial)?;
                at.reading.end(job, whole, &mut at.found);
            }
        }
        document.notice(job.which)
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

impl Document {
    /// Leaves those hits out of the search that the filter does not let pass. To be called when either finds another span.
    pub(super) fn narrow_search(&mut self) {
        let passing = self.filtering.as_ref().map(super::Filtering::hits);
        if let Some(searching) = &mut self.searching {
            searching.search.narrow(&self.store, passing);
        }
    }

    /// How far a search or filter is.
    fn notice(&self, which: Background) -> Option<Notice> {
        match which {
            Background::Search => {
                let searching = self.searching.as_ref()?;
                Some(Notice::Search(searching.state()))
            }
            Background::Filter => {
                let filtering = self.filtering.as_ref()?;
                Some(Notice::Filter(filtering.state()))
            }
        }
    }
}
