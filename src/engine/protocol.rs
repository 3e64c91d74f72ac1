//! What page and worker say to each other.
//!
//! A message is an array `[head, ...buffers]`: `head` is a [`ToWorker`] or [`FromWorker`] as bytes (see
//! [`super::wire`]); the buffers are bulk columns that a reply names, or the `Blob`s of an [`Request::Open`], in order.
//! Every request carries `seq`, and its reply repeats it. Before anything else the worker sends [`READY`] with its
//! [`PROTOCOL`] and version, so that a page and a worker of different builds find out. Rows ([`SpanRow`], [`TraceRow`])
//! are valid for one `document` number only; ids stay.

use crate::ingest::report::ImportReport;
use crate::model::{SpanFlags, SpanKind, SpanRow, StatusCode, TraceRow};
pub use crate::scene::details::{
    Attribute, Details, EventDetails, LinkDetails, LogDetails, TextValue, ValueKind,
};
use crate::scene::minimap::{Minimap, MinimapRequest};
use crate::scene::waterfall::{OutlineAction, OutlineState, Waterfall, WaterfallRequest};
use serde::{Deserialize, Serialize};

/// Number of the messages as declared here: a page and a worker of different numbers do not talk. It is made from the text of
/// the files that declare them, because a message on the wire does not say what it is, and because a host may still give
/// out the worker of an earlier build.
pub const PROTOCOL: u32 = fingerprint(&[
    include_str!("protocol.rs"),
    include_str!("../ingest/report.rs"),
    include_str!("../model/span.rs"),
    include_str!("../scene/details/mod.rs"),
    include_str!("../scene/minimap.rs"),
    include_str!("../scene/waterfall.rs"),
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
    },
    /// Everything about one span, read back from its source. [`Reply::Details`].
    Details {
        /// The span.
        row: SpanRow,
    },
    /// The whole of a long text that details cut. [`Reply::Text`].
    Text {
        /// The span.
        row: SpanRow,
        /// [`TextValue::pointer`] of the cut text, or `raw` for the span's JSON as in the file.
        pointer: String,
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
    /// A whole text.
    Text(String),
    /// The search so far.
    Search(SearchState),
    /// The filter so far.
    Filter(FilterState),
    /// What may stand at a place of a filter.
    Completion(CompletionList),
    /// The user's prices.
    Prices(PriceState),
    /// Prices to look at.
    PriceList(PriceList),
    /// A hit, or `None` when there is none.
    Hit(Option<Hit>),
    /// Hits as a list.
    Hits(Vec<Hit>),
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

/// An opening that succeeded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// What was read, for this opening.
    pub report: ImportReport,
    /// The document now.
    pub summary: Summary,
    /// Milliseconds from the first byte to the finished store.
    pub elapsed_ms: f64,
}

/// Counts of the document, in the names of the scripting interface.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Number of the document; another after each opening.
    pub document: u32,
    /// Sources of the document in order: name, size and fingerprint.
    pub sources: Vec<SourceSummary>,
    /// Sources.
    pub files: u32,
    /// Traces that have spans.
    pub traces: u32,
    /// Spans, without duplicates and placeholders.
    pub spans: u32,
    /// Copies left out.
    pub duplicate_spans: u64,
    /// Spans without a parent id.
    pub roots: u32,
    /// Spans whose parent is not in the document.
    pub orphans: u32,
    /// Span links.
    pub links: u32,
    /// Span events.
    pub span_events: u32,
    /// Log records.
    pub log_records: u32,
    /// Spans with status code 2.
    pub error_spans: u32,
    /// Distinct `service.name`s of spans, in order of their colour: span count, then name.
    pub services: Vec<String>,
    /// Distinct scope names of spans, sorted.
    pub scopes: Vec<String>,
    /// Earliest start; 0 without spans.
    pub earliest_ns: i64,
    /// Latest end; 0 without spans.
    pub latest_ns: i64,
    /// WebAssembly memory of the worker in bytes.
    pub memory_bytes: u64,
    /// What the spans mean: kinds, calls, tools, agents, tokens, cost; a JSON object for scripts.
    pub meaning: String,
}

/// One source of the document, as a link names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSummary {
    /// Name.
    pub name: String,
    /// Bytes as given.
    pub size: u64,
    /// Hash of size, head and tail of the bytes as given, 16 hex digits: the same file gives the same one.
    pub fingerprint: String,
}

/// By which column runs are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunsSort {
    /// By start.
    #[default]
    Start,
    /// By root name.
    Name,
    /// By service of the root.
    Service,
    /// By number of spans.
    Spans,
    /// By number of error spans.
    Errors,
    /// By duration.
    Duration,
    /// By number of orphans.
    Orphans,
    /// By number of agents.
    Agents,
    /// By number of model calls.
    LlmCalls,
    /// By number of tool calls.
    ToolCalls,
    /// By input tokens.
    Input,
    /// By output tokens.
    Output,
    /// By input tokens read from a cache.
    Cached,
    /// By cost.
    Cost,
    /// By the first of the models' names.
    Models,
    /// By session or conversation.
    Session,
    /// By user.
    User,
}

/// A page of the runs table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsQuery {
    /// Sorted by.
    pub sort: RunsSort,
    /// From the largest.
    pub descending: bool,
    /// A filter that one of the run's spans must pass; empty for all. What is no filter changes nothing.
    pub filter: String,
    /// First row, from zero.
    pub offset: u32,
    /// How many rows at most.
    pub limit: u32,
}

/// Rows of the runs table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsPage {
    /// The document the rows are valid for.
    pub document: u32,
    /// Runs in the document.
    pub total: u32,
    /// Runs that pass the filter.
    pub matched: u32,
    /// First row.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<RunRow>,
}

/// One run of the runs table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    /// Its row.
    pub trace: TraceRow,
    /// Trace id as written.
    pub trace_id: String,
    /// Name of the root; of the first span when there is no root; empty when unknown.
    pub root_name: String,
    /// Service of the root; `None` when unknown.
    pub service: Option<String>,
    /// Index of that service's colour.
    pub service_index: Option<u16>,
    /// Earliest start; 0 when no span has one.
    pub start_ns: i64,
    /// From earliest start to latest end.
    pub duration_ns: i64,
    /// Spans.
    pub spans: u32,
    /// Spans with status error.
    pub errors: u32,
    /// Spans whose parent is missing.
    pub orphans: u32,
    /// A span has no end.
    pub running: bool,
    /// Search hits in it; 0 without a search.
    pub hits: u32,
    /// What it means; absent while its file is being read.
    pub meaning: Option<Box<RunMeaning>>,
}

/// Agents, calls, tokens and cost of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunMeaning {
    /// Names of the agents at work, sorted.
    pub agents: Vec<String>,
    /// Recorded names of the models, sorted.
    pub models: Vec<String>,
    /// Session or conversation; `None` when unknown.
    pub session: Option<String>,
    /// User; `None` when unknown.
    pub user: Option<String>,
    /// Calls of models.
    pub llm_calls: u32,
    /// Calls of tools.
    pub tool_calls: u32,
    /// Input tokens, output tokens, and input tokens read from a cache; `None` when unknown.
    pub tokens: [Option<u64>; 3],
    /// Whether the tokens of every call are known; the sums are "at least" else.
    pub tokens_complete: bool,
    /// Cost in 10^-12 US dollars; `None` when unknown.
    pub cost: Option<i64>,
    /// Whether all of the cost is known; it is "at least" else.
    pub cost_complete: bool,
}

/// One span in short, for the scripting interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanBrief {
    /// Span id as written; empty when absent.
    pub span_id: String,
    /// Parent's span id as written; `None` for a root.
    pub parent_span_id: Option<String>,
    /// Name.
    pub name: String,
    /// OTLP kind.
    pub kind: SpanKind,
    /// OTLP status code.
    pub status: StatusCode,
    /// Service.
    pub service: Option<String>,
    /// Start.
    pub start_ns: i64,
    /// Duration; `None` while running.
    pub duration_ns: Option<i64>,
    /// Distance from the root.
    pub depth: u32,
    /// What is special about it.
    pub flags: SpanFlags,
    /// What it means: kind, agent, model, tool, tokens, cost; a JSON object for scripts.
    pub meaning: String,
}

/// A search so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchState {
    /// What is sought.
    pub query: String,
    /// Spans that match, so far.
    pub hits: u32,
    /// Runs with a hit, so far.
    pub runs: u32,
    /// Nothing more will be found.
    pub complete: bool,
    /// Bytes of the sources scanned for values that are not in the dictionary.
    pub scanned_bytes: u64,
    /// Bytes to scan; 0 when the dictionary answers everything.
    pub total_bytes: u64,
}

/// A filter so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterState {
    /// Its text.
    pub text: String,
    /// Why it is none; the filter before still holds then.
    pub problem: Option<FilterProblem>,
    /// Spans that pass, so far.
    pub spans: u32,
    /// Runs with a span that passes, so far.
    pub runs: u32,
    /// Nothing more will be found.
    pub complete: bool,
    /// Bytes of the sources read for values that are not in the dictionary.
    pub scanned_bytes: u64,
    /// Bytes to read; 0 when the columns answer everything.
    pub total_bytes: u64,
}

/// Why a text is no filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterProblem {
    /// The character to blame, from one.
    pub column: u32,
    /// How many characters are to blame; 0 at the end.
    pub length: u32,
    /// Column, what was expected and what was found.
    pub message: String,
}

/// The user's prices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceState {
    /// All of them as a table's text; empty for none.
    pub text: String,
    /// How many models have one.
    pub models: u32,
    /// How many tools have one.
    pub tools: u32,
    /// Entries of what was just taken that have no price per token.
    pub left_out: u32,
    /// Why nothing was taken.
    pub problem: Option<String>,
}

/// Prices to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// Day of the built-in table; empty when that was not loaded.
    pub date: String,
    /// Where it comes from.
    pub source: String,
    /// How many models it has.
    pub built_in: u32,
    /// How many lines there are.
    pub found: u32,
    /// The first of them.
    pub lines: Vec<PriceLine>,
}

/// The price of one model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLine {
    /// Model.
    pub model: String,
    /// Provider; empty when unknown.
    pub provider: String,
    /// US dollars per million tokens of input, output, cache read and cache write; empty where there is none.
    pub prices: Vec<String>,
    /// Whether it is the user's.
    pub own: bool,
    /// As a line of a table.
    pub text: String,
}

/// What may stand at a place of a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionList {
    /// The filter it was asked for.
    pub text: String,
    /// The first character that a candidate replaces, from zero.
    pub from: u32,
    /// The first character behind those it replaces.
    pub to: u32,
    /// The candidates, the most likely first.
    pub candidates: Vec<Candidate>,
}

/// A text that may stand at a place of a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What is inserted.
    pub text: String,
    /// What it is; empty when the text says it.
    pub hint: String,
    /// How many spans have it; `None` where that is not counted.
    pub count: Option<u32>,
}

/// One hit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Its number among all hits in document order, from zero.
    pub number: u32,
    /// The trace.
    pub trace: TraceRow,
    /// The span.
    pub row: SpanRow,
    /// Its name.
    pub name: String,
    /// Name of its run.
    pub run: String,
    /// Trace id as written.
    pub trace_id: String,
    /// Span id as written.
    pub span_id: String,
    /// Where it matched: `name`, `id`, or the attribute key; empty when not known without the source.
    pub matched: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::wire;

    #[test]
    fn the_number_follows_the_text() {
        assert_eq!(fingerprint(&[""]), 0x811c_9dc5);
        assert_eq!(fingerprint(&["foo", "bar"]), 0xbf9c_f968);
        assert_ne!(PROTOCOL, fingerprint(&[]));
    }

    #[track_caller]
    fn survives<T>(message: &T)
    where
        T: PartialEq + std::fmt::Debug + Serialize + for<'a> Deserialize<'a>,
    {
        let bytes = wire::to_bytes(message).unwrap();
        assert_eq!(&wire::from_bytes::<T>(&bytes).unwrap(), message);
    }

    #[test]
    fn every_request_survives_the_way_to_the_worker() {
        let row = SpanRow(7);
        let trace = TraceRow(3);
        let requests = [
            Request::Open {
                append: true,
                sources: vec![SourceHead {
                    name: "a \"b\".json".into(),
                    size: 1 << 52,
                }],
            },
            Request::Abort { open: 4 },
            Request::Close,
            Request::Summary,
            Request::Runs(RunsQuery {
                sort: RunsSort::Duration,
                descending: true,
                filter: "x y".into(),
                offset: 5,
                limit: 9,
            }),
            Request::Spans { trace },
            Request::Locate {
                trace: "ab".into(),
                span: None,
            },
            Request::Waterfall(WaterfallRequest {
                trace,
                first_line: 3,
                lines: 60,
                window: (-5, i64::MAX),
                width: 812.5,
                critical_path: true,
            }),
            Request::Minimap(MinimapRequest {
                trace,
                width: 900,
                lanes: 7,
            }),
            Request::Outline {
                trace,
                action: OutlineAction::Reveal(row),
            },
            Request::Details { row },
            Request::Text {
                row,
                pointer: "attributes/3".into(),
            },
            Request::Search {
                query: "time\nout".into(),
            },
            Request::Filter {
                text: "{ name = \"x\" }".into(),
            },
            Request::Complete {
                text: "{ na".into(),
                cursor: 4,
            },
            Request::SetPrices {
                text: "m\t\t1\t2".into(),
                add: true,
                assume: false,
            },
            Request::PriceList {
                words: "gpt".into(),
                limit: 5,
            },
            Request::SearchStep {
                from: Some(row),
                forward: false,
            },
            Request::SearchHits {
                offset: 0,
                limit: 50,
            },
        ];
        for request in requests {
            survives(&ToWorker { seq: 9, request });
        }
    }

    #[test]
    fn every_reply_survives_the_way_to_the_page() {
        let replies = [
            Reply::Opened(Box::new(Opened {
                report: ImportReport::default(),
                summary: Summary {
                    earliest_ns: i64::MIN,
                    latest_ns: i64::MAX,
                    ..Summary::default()
                },
                elapsed_ms: 12.5,
            })),
            Reply::Failed(Failure {
                message: "m".into(),
                aborted: true,
                ..Failure::default()
            }),
            Reply::Done,
            Reply::Runs(RunsPage {
                rows: vec![RunRow::default()],
                ..RunsPage::default()
            }),
            Reply::Spans(Vec::new()),
            Reply::Located {
                document: 1,
                trace: Some(TraceRow(1)),
                span: None,
                run: Some(Box::default()),
            },
            Reply::Waterfall(Box::default()),
            Reply::Minimap(Minimap::default()),
            Reply::Outline(OutlineState::default()),
            Reply::Text("\u{2028}<b>".into()),
            Reply::Search(SearchState::default()),
            Reply::Hit(Some(Hit::default())),
            Reply::Hits(vec![Hit::default()]),
        ];
        for reply in replies {
            survives(&FromWorker::Reply { seq: 1, reply });
        }
        survives(&FromWorker::Notice {
            seq: 2,
            notice: Notice::Live {
                total: 1,
                rows: vec![RunRow::default()],
            },
        });
    }
}
