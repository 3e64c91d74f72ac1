//! The filter of the open document: which spans and runs pass, and the reading of what only the sources know.

use super::document::Document;
use super::protocol::{Candidate, CompletionList, FilterProblem, FilterState, Reply};
use super::searching::{Background, ScanJob};
use super::{Engine, failed};
use crate::analysis::filter::{Columns, Filter, Matches, complete};
use crate::analysis::row_set::RowSet;
use crate::analysis::search::SourceRows;

/// A filter that holds.
#[derive(Debug)]
pub(super) struct Filtering {
    /// Distinguishes it from others.
    serial: u32,
    text: String,
    matches: Matches,
    /// Sources still to be read, the next one last.
    waiting: Vec<u16>,
    scanned_bytes: u64,
    total_bytes: u64,
}

impl Filtering {
    /// The spans that pass so far.
    pub fn hits(&self) -> &RowSet {
        self.matches.hits()
    }

    /// The runs that pass so far, and what changes when they do.
    pub fn runs(&self) -> (u64, &RowSet) {
        let runs = self.matches.runs();
        (u64::from(self.serial) << 32 | u64::from(runs.len()), runs)
    }

    fn state(&self) -> FilterState {
        FilterState {
            text: self.text.clone(),
            problem: None,
            spans: self.matches.hits().len(),
            runs: self.matches.runs().len(),
            complete: self.matches.is_complete(),
            scanned_bytes: self.scanned_bytes.min(self.total_bytes),
            total_bytes: self.total_bytes,
        }
    }
}

impl Engine {
    /// Puts a filter in place of the one that holds. What is no filter changes nothing and says where it fails; an empty
    /// one lets everything pass.
    pub(super) fn filter(&mut self, text: &str) -> Reply {
        let known = self.document.filtering.as_ref();
        if let Some(filtering) = known.filter(|filtering| filtering.text == text) {
            return Reply::Filter(filtering.state());
        }
        let filter = match Filter::parse(text) {
            Ok(filter) => filter,
            Err(error) => {
                let kept = known.map(Filtering::state).unwrap_or_default();
                return Reply::Filter(FilterState {
                    text: text.to_owned(),
                    problem: Some(FilterProblem {
                        column: error.column,
                        length: error.length,
                        message: error.to_string(),
                    }),
                    ..kept
                });
            }
        };
        self.searches += 1;
        let document = &mut self.document;
        if filter.is_empty() {
            document.filtering = None;
            return Reply::Filter(FilterState {
                text: text.to_owned(),
                spans: document.store.span_count(),
                runs: document.store.traces().len() as u32,
                complete: true,
                ..FilterState::default()
            });
        }
        let meaning = &document.meaning;
        let columns = Columns::new(&document.store, &meaning.calls, &meaning.costs);
        let mut matches = Matches::new(&filter, &document.store, &columns);
        let mut waiting = matches.sources(&document.store);
        waiting.reverse();
        if waiting.is_empty() {
            matches.finish();
        }
        let bytes = waiting.iter().map(|&source| document.text_bytes(source));
        let filtering = Filtering {
            serial: self.searches,
            text: text.to_owned(),
            matches,
            total_bytes: bytes.sum(),
            waiting,
            scanned_bytes: 0,
        };
        let state = filtering.state();
        document.filtering = Some(filtering);
        Reply::Filter(state)
    }

    /// The filter that holds for a list of runs: a text that is another filter takes its place first.
    pub(super) fn filter_for(&mut self, text: &str) -> Option<&Filtering> {
        if text.trim().is_empty() {
            return None;
        }
        self.filter(text);
        self.document.filtering.as_ref()
    }

    /// What may stand at a place of a filter.
    pub(super) fn complete(&self, text: &str, cursor: u32) -> Reply {
        let document = &self.document;
        if document.store.rows() == 0 {
            return failed("no document is open");
        }
        let meaning = &document.meaning;
        let columns = Columns::new(&document.store, &meaning.calls, &meaning.costs);
        let completion = complete(&document.store, &columns, text, cursor);
        let candidates = completion.candidates.into_iter();
        Reply::Completion(CompletionList {
            text: text.to_owned(),
            from: completion.from,
            to: completion.to,
            candidates: candidates
                .map(|candidate| Candidate {
                    text: candidate.text,
                    hint: candidate.hint.to_owned(),
                    count: candidate.count,
                })
                .collect(),
        })
    }

    /// The next source to read for the filter; `None` when nothing is left to do.
    pub fn filter_scan(&mut self) -> Option<ScanJob> {
        let document = &mut self.document;
        let filtering = document.filtering.as_mut()?;
        let source = filtering.waiting.pop()?;
        let order = document
            .source_rows
            .get_or_insert_with(|| SourceRows::new(&document.store));
        let scan = filtering.matches.scan(&document.store, order, source);
        Some(ScanJob::new(
            Background::Filter,
            filtering.serial,
            source,
            scan,
        ))
    }

    /// Takes the next bytes of a job's source; `None` when its filter is over.
    pub(super) fn filter_chunk(&mut self, job: &mut ScanJob, bytes: &[u8]) -> Option<FilterState> {
        let (document, mut filtering) = at_work(&mut self.document, job.serial)?;
        job.scan.push(&document.store, bytes, &mut job.found);
        filtering.matches.add(&document.store, &mut job.found);
        filtering.scanned_bytes += bytes.len() as u64;
        let state = filtering.state();
        document.filtering = Some(filtering);
        Some(state)
    }

    /// Ends a job: its source was read, or cannot be. `None` when its filter is over.
    pub(super) fn filter_end(&mut self, job: &ScanJob) -> Option<FilterState> {
        let (document, mut filtering) = at_work(&mut self.document, job.serial)?;
        let unread = document
            .text_bytes(job.source())
            .saturating_sub(job.position());
        filtering.scanned_bytes += unread;
        if filtering.waiting.is_empty() {
            filtering.matches.finish();
        }
        let state = filtering.state();
        document.filtering = Some(filtering);
        Some(state)
    }
}

/// The document and its filter, taken out, when that is still the one with this number.
fn at_work(document: &mut Document, serial: u32) -> Option<(&mut Document, Filtering)> {
    let filtering = document
        .filtering
        .take_if(|filtering| filtering.serial == serial)?;
    Some((document, filtering))
}
