//! Secrets stay in the worker, while the user wants that.
//!
//! Two places see every text of a trace that leaves the engine, so that no view can forget one: the bytes of sources, before
//! anything is read from them ([`Mask::json`]), and the message to the page, when it is written ([`Engine::message`]). Ids, the
//! names of files and what the user wrote (queries, filters, prices) go as they are: the page compares and asks with them, and
//! knows the names of files before the worker does. An id that holds a secret, or a file that is named after one, has to be
//! renamed; no pattern of the user reaches them.

use super::Engine;
use super::protocol::{FromWorker, Reply};
use super::wire::{self, Texts, WireError};
use crate::scene::details::{Attribute, Details};
use crate::scene::mask::{COVER, Mask, is_secret_name};

/// Fields, and kinds of messages, that go as they are.
const EXCEPT: &[&str] = &[
    "trace_id",
    "span_id",
    "parent_span_id",
    "pointer",
    "member",
    "entered",
    "fingerprint",
    "file",
    "files",
    "sources",
    "progress",
    "search",
    "filter",
    "prices",
    "price_list",
    "completion",
    "masked",
];

impl Engine {
    /// Covers secrets from now on, or no more. Answers with what is wrong with patterns of the user.
    pub(super) fn set_mask(&mut self, on: bool, patterns: &str) -> Reply {
        let (mask, wrong) = Mask::new(patterns.lines().map(str::trim));
        self.mask = on.then_some(mask);
        let indent = |line: usize| {
            let line = patterns.lines().nth(line).unwrap_or_default();
            line.chars().take_while(|c| c.is_whitespace()).count()
        };
        let wrong = wrong.iter().map(|(line, error)| {
            let column = indent(*line) + error.at + 1;
            format!("line {}, column {column}: {error}", line + 1)
        });
        Reply::Masked(wrong.collect())
    }

    /// A message for the page.
    ///
    /// # Errors
    /// As [`wire::to_bytes`].
    pub fn message(&self, words: &FromWorker) -> Result<Vec<u8>, WireError> {
        match &self.mask {
            None => wire::to_bytes(words),
            Some(mask) => {
                let texts = Texts::Changed {
                    change: &|text| mask.any(text),
                    except: EXCEPT,
                };
                wire::to_bytes_with(words, &texts)
            }
        }
    }

    /// Bytes of sources without their secrets.
    pub(super) fn cover_sources(&self, bytes: &mut [Result<Vec<u8>, String>]) {
        if let Some(mask) = &self.mask {
            for text in bytes.iter_mut().filter_map(|text| text.as_mut().ok()) {
                *text = mask.json(text);
            }
        }
    }

    /// The whole of a text, covered also where it comes from a resource or scope.
    pub(super) fn cover_text(&self, text: String) -> Reply {
        match &self.mask {
            Some(mask) => Reply::Text(mask.any(&text).into_owned()),
            None => Reply::Text(text),
        }
    }

    /// Whether a value may be offered behind what stands before it in a filter.
    pub(super) fn may_offer(&self, before: &str, value: &str) -> bool {
        self.mask.as_ref().is_none_or(|mask| {
            let text = format!("{before} {value}");
            mask.text(&text) == text
        })
    }
}

/// Covers what does not come from the bytes of the span: attributes of resource and scope whose name promises a secret.
pub(super) fn cover_details(mask: Option<&Mask>, details: &mut Details) {
    if mask.is_some() {
        let named = |attribute: &&mut Attribute| is_secret_name(&attribute.key);
        let all = details.resource.iter_mut().chain(&mut details.scope);
        for attribute in all.filter(named) {
            COVER.clone_into(&mut attribute.value.text);
            attribute.value.bytes = COVER.len() as u64;
        }
    }
}
