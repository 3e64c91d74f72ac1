//! What page and worker say to each other.
//!
//! A message is an array `[head, ...buffers]`: `head` is a [`ToWorker`] or [`FromWorker`] as bytes (see
//! [`super::wire`]); the buffers are bulk columns that a reply names, or the `Blob`s of an [`Request::Open`], in order.
//! Every request carries `seq`, and its reply repeats it. Before anything else the worker sends [`READY`] with its
//! [`PROTOCOL`] and version, so that a page and a worker of different builds find out. Rows ([`SpanRow`], [`TraceRow`])
//! are valid for one `document` number only; ids stay.
//!
//! - `document`: a document and its opening
//! - `runs`: runs and their spans
//! - `finding`: search, filter, completion
//! - `prices`: prices in use

mod document;
mod finding;
mod prices;
mod runs;

pub use document::{Opened, SourceSummary, Summary};
pub use finding::{
    Candidate, CompletionList, FilterProblem, FilterState, Hit, LintLine, SearchState,
};
pub use prices::{PriceLine, PriceList, PriceState};
pub use runs::{
    Headline, RunGroup, RunMeaning, RunRow, RunStitch, RunsPage, RunsQuery, RunsSort, SpanBrief,
};

pub use crate::analysis::landmarks::Ending;
pub use crate::analysis::time_split::Activity;
use crate::ingest::report::ImportReport;
use crate::model::{SpanRow, TraceRow};
use crate::scene::curve::Curve;
pub use crate::scene::curve::CurveRequest;
use crate::scene::details::proof::Line;
pub use crate::scene::details::{
    Attribute, Details, EventDetails, LinkDetails, LogDetails, TextValue, ValueKind,
};
use crate::scene::drawn::Drawn;
pub use crate::scene::drawn::{DrawRequest, Limit};
use crate::scene::graph::{GraphRequest, GraphScene};
use crate::scene::minimap::Minimap;
pub use crate::scene::minimap::MinimapRequest;
use crate::scene::routing::Routed;
pub use crate::scene::routing::{Piece, RouteRequest, Width};
pub use crate::scene::waterfall::{ColourBy, Level, WaterfallRequest};
use crate::scene::waterfall::{OutlineAction, OutlineState, Waterfall};
use serde::{Deserialize, Serialize};

/// Number of the messages as declared here: a page and a worker of different numbers do not talk. It is made from the text of
/// the files that declare them, because a message on the wire does not say what it is, and because a host may still give
/// out the worker of an earlier build.
pub const PROTOCOL: u32 = fingerprint(&[
    include_str!("mod.rs"),
    include_str!("document.rs"),
    include_str!("finding.rs"),
    include_str!("prices.rs"),
    include_str!("runs.rs"),
    include_str!("../../analysis/budget.rs"),
    include_str!("../../analysis/graph/mod.rs"),
    include_str!("../../analysis/landmarks.rs"),
    include_str!("../../analysis/levels.rs"),
    include_str!("../../analysis/roles.rs"),
    include_str!("../../ingest/report.rs"),
    include_str!("../../model/id.rs"),
    include_str!("../../model/meaning.rs"),
    include_str!("../../model/span.rs"),
    include_str!("../../model/rows.rs"),
    include_str!("../../model/strings.rs"),
    include_str!("../../model/time.rs"),
    include_str!("../../scene/details/conversation.rs"),
    include_str!("../../scene/details/mod.rs"),
    include_str!("../../scene/details/proof/mod.rs"),
    include_str!("../../scene/members.rs"),
    include_str!("../../scene/curve.rs"),
    include_str!("../../scene/drawn.rs"),
    include_str!("../../scene/graph/mod.rs"),
    include_str!("../../scene/minimap.rs"),
    include_str!("../../scene/routing/mod.rs"),
    include_str!("../../scene/routing/alternatives.rs"),
    include_str!("../../scene/routing/aside.rs"),
    include_str!("../../scene/routing/choices.rs"),
    include_str!("../../scene/routing/flow.rs"),
    include_str!("../../scene/routing/matrix.rs"),
    include_str!("../../scene/routing/shares.rs"),
    include_str!("../../scene/waterfall.rs"),
    include_str!("../../scene/waterfall/told.rs"),
]);

/// FNV-1a over the bytes of all texts.
const fn fingerprint(texts: &[&str]) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    let mut text = 0;
    while text < texts.len() {
        let bytes = texts[text].as_bytes();
        let mut byte = 0;
        while byte < bytes.len() {
            hash = (hash ^ bytes[byte] as u32).wrapping_mul(0x0100_0193);
            byte += 1;
        }
        text += 1;
    }
    hash
}

/// Head of the worker's first message, `[READY, PROTOCOL, version]`: it is loaded, and nothing may be sent before.
pub const READY: &str = "ready";

/// Head of the worker's last message, `[DEFECT, text]`, when a defect ends it.
pub const DEFECT: &str = "defect";

/// A message to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToWorker {
    /// Number of the request, repeated by its reply.
    pub seq: u32,
    /// What is asked.
    pub request: Request,
}

/// A message from the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWorker {
    /// The answer to the request `seq`; each request has exactly one.
    Reply {
        /// The request's number.
        seq: u32,
        /// The answer.
        reply: Reply,
    },
    /// Something that happens while the request `seq` is still at work, or after it.
    Notice {
        /// The request's number.
        seq: u32,
        /// What happened.
        notice: Notice,
    },
}

/// What the page can ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Read sources into a new document, or add them to the open one. The `Blob`s ride beside, in order.
    /// Answered by [`Reply::Opened`] or [`Reply::Failed`]; [`Notice::Progress`] and [`Notice::Live`] come meanwhile.
    Open {
        /// Add to the open document instead of replacing it.
        append: bool,
        /// Runs to be told with the answer, which saves asking for them; a filter of it is not heard.
        runs: RunsQuery,
        /// Names and sizes of the blobs.
        sources: Vec<SourceHead>,
    },
    /// Stop the opening with this number; the open document stays. Answered by [`Reply::Done`]; the opening itself is
    /// answered by [`Reply::Failed`] with [`Failure::aborted`] set.
    Abort {
        /// The `seq` of the [`Request::Open`].
        open: u32,
    },
    /// Forget the document. Answered by [`Reply::Done`].
    Close,
    /// Counts of the document. [`Reply::Summary`].
    Summary,
    /// A page of the runs table. [`Reply::Runs`].
    Runs(RunsQuery),
    /// What a run was. [`Reply::Headline`].
    Headline {
        /// The trace.
        trace: TraceRow,
        /// What the run may cost.
        budget: Limit,
    },
    /// What the instrumentation left out. [`Reply::Lint`].
    Lint,
    /// All spans of a trace in short, for the scripting interface. [`Reply::Spans`].
    Spans {
        /// The trace.
        trace: TraceRow,
    },
    /// Rows for ids. [`Reply::Located`].
    Locate {
        /// Trace id as written.
        trace: String,
        /// Span id as written.
        span: Option<String>,
    },
    /// What the waterfall shows. [`Reply::Waterfall`].
    Waterfall(WaterfallRequest),
    /// What the minimap shows. [`Reply::Minimap`], its rectangles in the first buffer.
    Minimap(MinimapRequest),
    /// Expand and collapse. [`Reply::Outline`].
    Outline {
        /// The trace.
        trace: TraceRow,
        /// What to do.
        action: OutlineAction,
        /// Which spans are shown.
        level: Level,
        /// As in [`WaterfallRequest::only_matches`].
        only_matches: bool,
    },
    /// Everything about one span, read back from its source. [`Reply::Details`].
    Details {
        /// The span.
        row: SpanRow,
    },
    /// How the sums of a subtree or a run came about, call by call. [`Reply::Derived`].
    Derive {
        /// The run.
        trace: TraceRow,
        /// The span with everything below it; `None` for the whole run.
        row: Option<SpanRow>,
        /// First call, from zero.
        offset: u32,
    },
    /// The whole of a long text that details cut. [`Reply::Text`].
    Text {
        /// The span.
        row: SpanRow,
        /// [`TextValue::pointer`] of the cut text, or `raw` for the span's JSON as in the file.
        pointer: String,
    },
    /// A line of what tools on screen were called with, or retrievals sought. [`Reply::Previews`].
    Previews {
        /// The spans.
        rows: Vec<SpanRow>,
    },
    /// Search all runs; an empty query ends the search. [`Reply::Search`], then [`Notice::Search`] while values are
    /// scanned in the background; a newer search ends an older one.
    Search {
        /// What is sought; see [`crate::analysis::search`].
        query: String,
    },
    /// Let only some spans and runs pass; an empty text lets all. [`Reply::Filter`], then [`Notice::Filter`] while values
    /// are read from the sources in the background.
    Filter {
        /// The filter; see [`crate::analysis::filter`].
        text: String,
    },
    /// What may stand at a place of a filter. [`Reply::Completion`].
    Complete {
        /// The filter so far.
        text: String,
        /// The place, in characters.
        cursor: u32,
    },
    /// Cover secrets in everything that is answered from now on, or no more. [`Reply::Masked`].
    SetMask {
        /// Cover them.
        on: bool,
        /// The user's patterns, one a line; see [`crate::analysis::filter::pattern`].
        patterns: String,
    },
    /// Cost models and tools by the user's prices before the built-in ones, the open document too. [`Reply::Prices`].
    SetPrices {
        /// A table in a layout that is known; empty for none.
        text: String,
        /// Add to the user's prices instead of replacing them.
        add: bool,
        /// Models without a price have an assumed one.
        assume: bool,
    },
    /// Prices to look at. [`Reply::PriceList`].
    PriceList {
        /// Words that a model or its provider must have; empty for all.
        words: String,
        /// How many at most.
        limit: u32,
    },
    /// The next or previous hit. [`Reply::Hit`].
    SearchStep {
        /// Where to start from; `None` for the first (or last) of all.
        from: Option<SpanRow>,
        /// Towards the end of the document.
        forward: bool,
    },
    /// Hits as a list. [`Reply::Hits`].
    SearchHits {
        /// First hit, from zero.
        offset: u32,
        /// How many at most.
        limit: u32,
    },
    /// A view that counts. [`Reply::Drawn`].
    Draw(Box<DrawRequest>),
    /// Agents and models. [`Reply::Routed`].
    Route(Box<RouteRequest>),
    /// Tokens and cost so far, and the use of contexts. [`Reply::Curve`].
    Curve(CurveRequest),
    /// Agents, tools and models, or the steps between them. [`Reply::Graph`].
    Graph(Box<GraphRequest>),
    /// The table of statistics. [`Reply::Drawn`].
    Statistics(Box<DrawRequest>),
    /// The flame graph. [`Reply::Drawn`].
    Flame(Box<DrawRequest>),
    /// The numbers behind a view, for scripts. [`Reply::Text`] with JSON.
    View {
        /// Its name.
        name: String,
        /// Its options as a JSON object; empty for none.
        options: String,
    },
}

/// One source of an opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceHead {
    /// File name, or the URL, or "pasted text".
    pub name: String,
    /// Bytes as given (compressed, when it is).
    pub size: u64,
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// An opening succeeded.
    Opened(Box<Opened>),
    /// The request could not be met.
    Failed(Failure),
    /// Done, nothing to say.
    Done,
    /// Counts of the document.
    Summary(Box<Summary>),
    /// Rows of the runs table.
    Runs(RunsPage),
    /// What a run was.
    Headline(Box<Headline>),
    /// What the instrumentation left out, what matters most first.
    Lint(Vec<LintLine>),
    /// Spans of a trace.
    Spans(Vec<SpanBrief>),
    /// Rows of ids; `None` where the document does not hold them.
    Located {
        /// The document the rows are valid for.
        document: u32,
        /// The trace.
        trace: Option<TraceRow>,
        /// The span.
        span: Option<SpanRow>,
        /// The trace as the runs table shows it.
        run: Option<Box<RunRow>>,
    },
    /// What the waterfall shows.
    Waterfall(Box<Waterfall>),
    /// What the minimap shows.
    Minimap(Minimap),
    /// The outline after an action.
    Outline(OutlineState),
    /// Everything about one span.
    Details(Box<Details>),
    /// How sums came about.
    Derived(Vec<Line>),
    /// A whole text.
    Text(String),
    /// What tools were called with.
    Previews {
        /// The document the rows are valid for.
        document: u32,
        /// A text for each row in order, empty where there is nothing to say; fewer than rows where that would have been too
        /// much to read at once, but at least one.
        texts: Vec<String>,
    },
    /// The search so far.
    Search(SearchState),
    /// The filter so far.
    Filter(FilterState),
    /// What may stand at a place of a filter.
    Completion(CompletionList),
    /// What is wrong with patterns of the user.
    Masked(Vec<String>),
    /// The user's prices.
    Prices(PriceState),
    /// Prices to look at.
    PriceList(PriceList),
    /// A hit, or `None` when there is none.
    Hit(Option<Hit>),
    /// Hits as a list.
    Hits(Vec<Hit>),
    /// A view that counts.
    Drawn(Box<Drawn>),
    /// Agents and models.
    Routed(Box<Routed>),
    /// The course of a run.
    Curve(Box<Curve>),
    /// Agents, tools and models, or the steps between them.
    Graph(Box<GraphScene>),
}

/// What the worker says unasked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// How far an opening is.
    Progress(Progress),
    /// Runs read so far, for a first look while the file is being read; newest last.
    Live {
        /// How many there are.
        total: u32,
        /// The first of them (at most 200), in order of arrival.
        rows: Vec<RunRow>,
    },
    /// How far a background search is.
    Search(SearchState),
    /// How far a filter is.
    Filter(FilterState),
}

/// How far an opening is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Name of the source at work.
    pub file: String,
    /// Bytes read of all sources, as given (compressed, when they are).
    pub done_bytes: u64,
    /// Bytes of all sources.
    pub total_bytes: u64,
    /// Spans so far.
    pub spans: u64,
}

/// A request that could not be met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// For a person: what was read, where, expected, found, what to do.
    pub message: String,
    /// The user stopped it.
    pub aborted: bool,
    /// The source of the span is gone or has changed since it was opened.
    pub source_lost: bool,
    /// What was read of each file, when an opening failed.
    pub report: Option<ImportReport>,
}

#[cfg(test)]
mod tests;
