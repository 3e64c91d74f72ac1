//! The open document: the store and what was worked out about it so far.

use super::filtering::Filtering;
use super::meaning::Meaning;
use super::protocol::{SourceSummary, Summary};
use super::runs::RunsOrder;
use super::searching::Searching;
use super::summary::summary;
use super::views::Kept;
use crate::analysis::budget::{Crossing, Limit, crossing};
use crate::analysis::curve::Curve as Course;
use crate::analysis::ledger::Attribution;
use crate::analysis::outline::Stamp;
use crate::analysis::pairs::steps;
use crate::analysis::row_set::RowSet;
use crate::analysis::search::SourceRows;
use crate::analysis::treemap::Tally;
use crate::model::{TraceRow, TraceStore};
use crate::scene::curve::{Curve, CurveRequest, curve};
use crate::scene::waterfall::told::Teller;
use crate::scene::waterfall::{Level, Waterfall, WaterfallRequest};
use crate::scene::{Scenes, Sight};
use crate::semantics::prices::PriceBook;
use std::rc::Rc;

/// The open document.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// Another after each opening; rows are valid for one.
    pub number: u32,
    pub store: TraceStore,
    pub sources: Vec<SourceSummary>,
    pub meaning: Meaning,
    pub runs: RunsOrder,
    pub scenes: Scenes,
    pub teller: Teller,
    /// The search, when there is one.
    pub searching: Option<Searching>,
    /// The filter, when one holds.
    pub filtering: Option<Filtering>,
    /// Rows in the order of their sources; made by the first search that reads them.
    pub source_rows: Option<SourceRows>,
    /// Owners of spans and requests to models; made by the first view that counts them.
    pub attribution: Option<Attribution>,
    /// What those views count, for the present prices.
    pub tally: Tally,
    /// What those views of all runs have shown, for the present prices.
    pub kept: Kept,
    /// What the run whose curves were asked for last had used by when; to be forgotten with the prices.
    pub course: Option<(TraceRow, Course)>,
    /// The call with which the run shown last cost more than what was asked about last; to be forgotten with the prices.
    pub crossed: Option<((TraceRow, Limit), Option<Crossing>)>,
    /// The steps of the trace whose span was asked for last.
    steps: Option<(TraceRow, Rc<[u32]>)>,
    /// Bytes of decompressed text a source.
    text_bytes: Vec<u64>,
}

impl Document {
    /// A document with its sources and the length of their decompressed texts.
    pub fn new(
        number: u32,
        store: TraceStore,
        sources: Vec<SourceSummary>,
        text_bytes: Vec<u64>,
        prices: &PriceBook,
    ) -> Self {
        Self {
            meaning: Meaning::new(&store, prices),
            number,
            store,
            sources,
            text_bytes,
            ..Self::default()
        }
    }

    /// Shows these spans of a trace, before a scene or an outline of it is asked for.
    pub fn show(&mut self, trace: TraceRow, level: Level, only_matches: bool) {
        let filtering = self.filtering.as_ref();
        let [sought, found] = self.searching.as_ref().map_or([0; 2], Searching::stamp);
        let [filtered, passing] = filtering.map_or([0; 2], Filtering::stamp);
        let sight = Sight {
            level,
            passing: filtering.filter(|_| only_matches).map(Filtering::hits),
            stamp: Stamp([sought, found, filtered, passing]),
        };
        self.scenes
            .show(&self.store, &self.meaning.calls, trace, sight);
    }

    /// Makes what the first scene of a trace needs and later ones use again.
    pub fn look_ahead(&mut self, trace: TraceRow) {
        self.show(trace, Level::default(), false);
        let sources = self.meaning.sources(&self.store);
        self.teller.members(sources);
    }

    /// The lines asked for. Where only matches of the filter are shown, they need no mark: the others are set aside.
    pub fn waterfall(&mut self, request: &WaterfallRequest) -> Waterfall {
        self.show(request.trace, request.level, request.only_matches);
        let crossed = self.crossed(request.trace, request.budget);
        let hits = marked(self.searching.as_ref(), self.filtering.as_ref());
        self.scenes.crossed = crossed;
        let mut scene = self.scenes.waterfall(&self.store, request, hits);
        scene.document = self.number;
        if scene.hidden_by_filter.is_some() && self.searching.is_none() {
            for line in scene.lines.iter_mut().chain(&mut scene.pinned) {
                line.hit = false;
            }
        }
        self.tell(&mut scene);
        scene
    }

    /// The call with which a run cost more than it may.
    fn crossed(&mut self, trace: TraceRow, limit: Limit) -> Option<Crossing> {
        let asked = (trace, limit);
        if let Some((known, found)) = self.crossed
            && known == asked
        {
            return found;
        }
        let (store, costs) = (&self.store, &self.meaning.costs);
        let found = crossing(store, costs, store.trace(trace)?, limit);
        self.crossed = Some((asked, found));
        found
    }

    /// Fills in what the lines of a scene say of an agent run.
    fn tell(&mut self, scene: &mut Waterfall) {
        if let Some(levels) = self.scenes.levels_of(scene.trace) {
            self.teller
                .tell(self.meaning.sources(&self.store), levels, scene);
        }
    }

    /// The curves of a run; what they are made from is kept for the next part of its time.
    pub fn curve(&mut self, book: &PriceBook, request: &CurveRequest) -> Curve {
        let (store, calls) = (&self.store, &self.meaning.calls);
        let known = self
            .course
            .take()
            .filter(|(trace, _)| *trace == request.trace);
        let (trace, course) = known.unwrap_or_else(|| {
            let course = Course::new(store, calls, &self.meaning.costs, book, request.trace);
            (request.trace, course)
        });
        let mut scene = curve(store, calls, &course, request);
        scene.document = self.number;
        self.course = Some((trace, course));
        scene
    }

    /// The steps of a trace in order; kept for the next question, which is mostly of the same trace.
    pub fn steps(&mut self, trace: TraceRow) -> Rc<[u32]> {
        match &self.steps {
            Some((known, steps)) if *known == trace => Rc::clone(steps),
            _ => {
                let steps: Rc<[u32]> = steps(&self.store, &self.meaning.calls, trace).into();
                self.steps = Some((trace, Rc::clone(&steps)));
                steps
            }
        }
    }

    /// Bytes of decompressed text of a source.
    pub fn text_bytes(&self, source: u16) -> u64 {
        self.text_bytes
            .get(usize::from(source))
            .copied()
            .unwrap_or(0)
    }

    /// The lengths of all texts, to add more to them.
    pub fn all_text_bytes(&self) -> &[u64] {
        &self.text_bytes
    }

    /// Counts, sources and number, without what they mean; memory is the worker's to fill.
    pub fn summary(&self) -> Summary {
        Summary {
            document: self.number,
            files: self.sources.len() as u32,
            sources: self.sources.clone(),
            ..summary(&self.store)
        }
    }

    /// The same with what scripts hear of the document's meaning, which counts every span anew.
    pub fn told_summary(&self) -> Summary {
        Summary {
            meaning: self.meaning.summary(&self.store),
            ..self.summary()
        }
    }
}

/// Spans to be marked: those that are sought, else those that a filter lets pass.
pub(super) fn marked<'a>(
    searching: Option<&'a Searching>,
    filtering: Option<&'a Filtering>,
) -> Option<&'a RowSet> {
    let sought = searching.map(|at| at.search.hits());
    sought.or_else(|| filtering.map(Filtering::hits))
}
