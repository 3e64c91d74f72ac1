//! Runs and their spans, as rows of a table.

use super::Hit;
use crate::analysis::landmarks::Ending;
use crate::model::{SpanFlags, SpanKind, StatusCode, TraceRow};
use serde::{Deserialize, Serialize};

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
    /// By how they ended.
    Outcome,
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
    /// Stand together what is the same in this column, below a line that sums it up: service, agents, models, session, user or
    /// outcome; `None` and any other for no groups.
    pub group: Option<RunsSort>,
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
    /// Lines of the list: those runs, and one for each group.
    pub lines: u32,
    /// First row.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<RunRow>,
}

/// A group of runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunGroup {
    /// How many runs.
    pub runs: u32,
    /// A filter that they and no others pass; empty where there is none.
    pub filter: String,
}

/// Traces of one request that were recorded apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStitch {
    /// The run is these traces as one; else it is one of them.
    pub is_whole: bool,
    /// How many traces, and what tells that they belong together.
    pub told: String,
    /// The first of them, and the one behind the last.
    pub members: (u32, u32),
    /// Where to go: of one the id of all, of all that of the first.
    pub other: String,
}

/// One run of the runs table, or the sum of a group: its name is then what they have in common, its times are added up.
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
    /// How it ended; unknown while its file is being read.
    pub ending: Ending,
    /// Search hits in it; 0 without a search.
    pub hits: u32,
    /// What it means; absent while its file is being read.
    pub meaning: Option<Box<RunMeaning>>,
    /// What it is the sum of; `None` for a run.
    pub group: Option<Box<RunGroup>>,
    /// The traces it belongs to; `None` for a run that stands alone.
    pub stitch: Option<Box<RunStitch>>,
}

impl RunRow {
    /// Whether it is several traces as one.
    pub fn is_stitched(&self) -> bool {
        self.stitch.as_ref().is_some_and(|stitch| stitch.is_whole)
    }

    /// Whether it is stitched and a trace is one of those it is made of.
    pub fn holds(&self, trace: TraceRow) -> bool {
        let whole = self.stitch.as_ref().filter(|stitch| stitch.is_whole);
        whole.is_some_and(|stitch| (stitch.members.0..stitch.members.1).contains(&trace.0))
    }
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
    /// Whether an assumed price is a part of it.
    pub cost_estimated: bool,
}

/// What a run was, in a sentence and a few places to go to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// The document it is valid for.
    pub document: u32,
    /// How it ended, and with what.
    pub sentence: String,
    /// Nanoseconds by [`Activity`](crate::analysis::time_split::Activity); their sum is the run's duration.
    pub times: Vec<i64>,
    /// The longest step, the costliest, the first error, the span that was refused because a budget was spent, and the call
    /// that crossed the budget asked about; each with its length, cost or time in [`Hit::matched`]. `None` where there is
    /// none, and for a first error that is the span refused.
    pub marks: [Option<Hit>; 5],
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
