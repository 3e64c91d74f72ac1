//! The open document: the store and what was worked out about it so far.

use super::protocol::{SourceSummary, Summary};
use super::runs::RunsOrder;
use super::summary::summary;
use crate::model::TraceStore;
use crate::scene::Scenes;

/// The open document.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// Another after each opening; rows are valid for one.
    pub number: u32,
    pub store: TraceStore,
    pub sources: Vec<SourceSummary>,
    pub runs: RunsOrder,
    pub scenes: Scenes,
}

impl Document {
    pub fn new(number: u32, store: TraceStore, sources: Vec<SourceSummary>) -> Self {
        Self {
            number,
            store,
            sources,
            ..Self::default()
        }
    }

    /// Counts, sources and number; memory is the worker's to fill.
    pub fn summary(&self) -> Summary {
        Summary {
            document: self.number,
            files: self.sources.len() as u32,
            sources: self.sources.clone(),
            ..summary(&self.store)
        }
    }
}
