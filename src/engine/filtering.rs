//! The filter of the open document: which spans and runs pass.

use super::protocol::{Candidate, CompletionList, FilterProblem, FilterState, Reply};
use super::reading::Reading;
use super::{Engine, failed};
use crate::analysis::filter::{Columns, Filter, complete};
use crate::analysis::found::Found;
use crate::analysis::row_set::RowSet;

/// A filter that holds.
#[derive(Debug)]
pub(super) struct Filtering {
    pub text: String,
    pub found: Found,
    pub reading: Reading,
}

impl Filtering {
    /// The spans that pass so far.
    pub fn hits(&self) -> &RowSet {
        self.found.hits()
    }

    /// Another one whenever other spans pass.
    pub fn stamp(&self) -> [u32; 2] {
        [self.reading.serial, self.hits().len()]
    }

    /// The runs that pass so far, and what changes when they do.
    pub fn runs(&self) -> (u64, &RowSet) {
        let runs = self.found.runs();
        let serial = u64::from(self.reading.serial);
        (serial << 32 | u64::from(runs.len()), runs)
    }

    pub fn state(&self) -> FilterState {
        FilterState {
            text: self.text.clone(),
            problem: None,
            spans: self.found.count(),
            runs: self.found.runs().len(),
            complete: self.found.is_complete(),
            scanned_bytes: self.reading.scanned_bytes(),
            total_bytes: self.reading.total_bytes,
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
            document.narrow_search();
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
        let mut found = filter.matches(&document.store, &columns);
        let filtering = Filtering {
            text: text.to_owned(),
            reading: Reading::new(self.searches, document, &mut found),
            found,
        };
        let state = filtering.state();
        document.filtering = Some(filtering);
        document.narrow_search();
        Reply::Filter(state)
    }

    /// Answers the filter that holds anew, since what spans cost is another.
    pub(super) fn filter_anew(&mut self) {
        if let Some(before) = self.document.filtering.take() {
            self.filter(&before.text);
        }
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
        let before: String = text.chars().take(completion.from as usize).collect();
        let candidates = (completion.candidates.into_iter())
            .filter(|candidate| self.may_offer(&before, &candidate.text));
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
}
