//! What one view draws for one viewport: plain values, computed in the worker, painted by the page.
//!
//! The engine holds one [`Scenes`] per document and asks it; the page imports the value types, [`scale`], [`axis`] and
//! [`mod@format`].
//!
//! ```text
//! let mut scenes = Scenes::default();                                // per document, dropped with it
//! let scenes = scenes.carried(&old, &new);                           // for an append
//! scenes.show(&store, &calls, trace, Sight::default());              // before the next two
//! let state = scenes.outline(&store, trace, action);                 // OutlineState
//! let scene = scenes.waterfall(&store, &request, search_hits);       // Waterfall; hits: Option<&RowSet>
//! let (minimap, rects) = scenes.minimap(&store, &request, hits, colours); // Minimap and its rectangles
//! ```
//!
//! All leave `document` zero for the engine to fill.
//!
//! - [`mod@waterfall`]: the value types; [`waterfall::lines`] makes them
//! - [`minimap`]: the value types; [`minimap::lanes`] makes them
//! - [`details`]: everything about one span
//! - [`members`]: what colours stand for
//! - [`drawn`]: what the views that count draw; [`mod@treemap`] makes one of them
//! - [`mod@routing`]: agents and models
//! - [`graph`]: agents and who called whom
//! - [`mod@statistics`]: the table of everything that has a name; [`mod@flame`]: spans merged by name
//! - [`mod@curve`]: what was used so far, and how full contexts are
//! - [`outline`]: expand and collapse
//! - [`events`]: event times of a span
//! - [`svg`]: pictures as text; [`table`]: tables as text
//! - [`scale`]: time and pixels, zoom and pan; [`axis`]: ticks and their labels
//! - [`mask`]: secrets out of sight
//! - [`mod@markdown`]: text that models write
//! - [`mod@format`]: durations, instants, counts, bytes, shares

pub mod axis;
pub mod curve;
pub mod details;
pub mod drawn;
pub mod events;
pub mod flame;
pub mod format;
pub mod graph;
pub mod markdown;
pub mod mask;
pub mod members;
pub mod minimap;
pub mod outline;
pub mod routing;
pub mod scale;
pub mod statistics;
pub mod stitched;
pub mod svg;
pub mod table;
pub mod treemap;
pub mod waterfall;

use crate::analysis::budget::Crossing;
use crate::analysis::calls::Calls;
use crate::analysis::critical_path::CriticalPath;
use crate::analysis::facts::{TraceFacts, error_rows};
use crate::analysis::levels::{Level, Levels};
use crate::analysis::outline::{Outline, Stamp};
use crate::analysis::row_set::RowSet;
use crate::analysis::self_time::SelfTimes;
use crate::model::order::RowMap;
use crate::model::{Nanos, SpanRow, TraceRow, TraceStore};
use minimap::lanes::Colours;
use minimap::{Minimap, MinimapRect, MinimapRequest};
use waterfall::hidden::HiddenCounts;
use waterfall::lines::{Inputs, waterfall};
use waterfall::{OutlineAction, OutlineState, Waterfall, WaterfallRequest};

/// What scenes of one document are made from, worked out when first asked for and kept. Drop it with the document:
/// rows of another document would read as nonsense (never as a panic).
#[derive(Debug, Default)]
pub struct Scenes {
    outlines: RowMap<Outline>,
    levels: RowMap<Levels>,
    facts: RowMap<TraceFacts>,
    errors: Option<RowSet>,
    /// Of the trace that was asked for last: up to 40 bytes a span.
    critical: Option<(TraceRow, CriticalPath)>,
    self_times: SelfTimes,
    /// Of the outline that was drawn last, while it stays as it is.
    level_times: (TraceRow, SelfTimes),
    /// Of the same.
    hidden: HiddenCounts,
    /// Of the rows that are marked.
    marked: Stamp,
    events: events::EventTimes,
    /// The call with which the run shown cost more than it may.
    pub crossed: Option<Crossing>,
}

/// What is to be seen of a trace.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sight<'a> {
    /// Which spans, or the nearest finer level that has any.
    pub level: Level,
    /// Only these of them and those above them; `None` for all. Numbered as in the document, sealed.
    pub passing: Option<&'a RowSet>,
    /// Another one whenever other rows pass or are marked.
    pub stamp: Stamp,
}

impl Scenes {
    /// Scenes for a document that takes the place of another: what was collapsed stays so.
    #[must_use]
    pub fn carried(&self, from: &TraceStore, to: &TraceStore) -> Self {
        let mut scenes = Self::default();
        for outline in self.outlines.values() {
            if let Some(outline) = outline.carried(from, to) {
                scenes.outlines.insert(outline.trace().0, outline);
            }
        }
        scenes
    }

    /// Expands and collapses; see [`outline::apply`].
    pub fn outline(
        &mut self,
        store: &TraceStore,
        trace: TraceRow,
        action: OutlineAction,
    ) -> OutlineState {
        let outline = self
            .outlines
            .find_or_insert(trace.0, || Outline::new(store, trace));
        if matches!(action, OutlineAction::Unfold(_) | OutlineAction::Reveal(_)) {
            self.level_times.1 = SelfTimes::default();
            self.hidden = HiddenCounts::default();
        }
        let none = Levels::default();
        let levels = self.levels.find(trace.0).unwrap_or(&none);
        outline::apply(outline, store, levels, action)
    }

    /// Shows these spans of a trace from now on. Cheap when they are shown already.
    pub fn show(&mut self, store: &TraceStore, calls: &Calls, trace: TraceRow, sight: Sight<'_>) {
        let levels = self
            .levels
            .find_or_insert(trace.0, || Levels::new(store, calls, trace));
        let outline = self
            .outlines
            .find_or_insert(trace.0, || Outline::new(store, trace));
        let passing = sight.passing.map(|passing| (passing, sight.stamp));
        let is_other = outline.set_level(store, levels, sight.level);
        if outline.set_matches(store, levels, passing) || is_other {
            self.level_times.1 = SelfTimes::default();
            self.hidden = HiddenCounts::default();
        }
        if self.marked != sight.stamp {
            self.marked = sight.stamp;
            self.hidden.forget_hits();
        }
    }

    /// The levels of a trace; `None` before one was shown.
    pub fn levels_of(&self, trace: TraceRow) -> Option<&Levels> {
        self.levels.find(trace.0)
    }

    /// The lines asked for. `hits` are the rows that match the search, [`RowSet::seal`]ed.
    pub fn waterfall(
        &mut self,
        store: &TraceStore,
        request: &WaterfallRequest,
        hits: Option<&RowSet>,
    ) -> Waterfall {
        let trace = request.trace;
        if request.critical_path && self.critical.as_ref().is_none_or(|(of, _)| *of != trace) {
            self.critical = Some((trace, CriticalPath::new(store, trace)));
        }
        if self.level_times.0 != trace {
            self.level_times = (trace, SelfTimes::default());
            self.hidden = HiddenCounts::default();
        }
        let none = Levels::default();
        let mut inputs = Inputs {
            store,
            levels: self.levels.find(trace.0).unwrap_or(&none),
            level_times: &mut self.level_times.1,
            hidden: &mut self.hidden,
            outline: self
                .outlines
                .find_or_insert(trace.0, || Outline::new(store, trace)),
            facts: self
                .facts
                .find_or_insert(trace.0, || TraceFacts::new(store, trace)),
            errors: self.errors.get_or_insert_with(|| error_rows(store)),
            self_times: &mut self.self_times,
            events: &mut self.events,
            critical: self
                .critical
                .as_ref()
                .filter(|_| request.critical_path)
                .map(|(_, path)| path),
            hits,
            crossed: self.crossed,
        };
        waterfall(&mut inputs, request)
    }

    /// The whole trace in a few lanes: one pass over its rows. `hits` as for [`Self::waterfall`]; without `colours` they
    /// stand for services.
    pub fn minimap(
        &mut self,
        store: &TraceStore,
        request: &MinimapRequest,
        hits: Option<&RowSet>,
        colours: Option<Colours<'_>>,
    ) -> (Minimap, Vec<MinimapRect>) {
        let errors = self.errors.get_or_insert_with(|| error_rows(store));
        minimap::lanes::minimap(store, request, errors, hits, colours)
    }

    /// Duration of a row that no child covers.
    pub fn self_time(&mut self, store: &TraceStore, row: SpanRow) -> Nanos {
        self.self_times.of(store, row).self_time()
    }

    /// The critical path of a trace when it has been worked out.
    pub fn critical_path(&self, trace: TraceRow) -> Option<&CriticalPath> {
        let (of, path) = self.critical.as_ref()?;
        (*of == trace).then_some(path)
    }
}
