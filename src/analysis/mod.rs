//! What follows from the columns: the visible tree, self time, the critical path, search.
//!
//! Plain, synchronous functions over a [`TraceStore`](crate::model::TraceStore). Nothing here recurses: a chain of a
//! hundred thousand spans is an ordinary trace.
//!
//! - [`row_set`]: a set of rows that can count (errors, hits)
//! - [`calls`]: which spans are calls, each once, and which own the tokens: one `Calls` per document
//! - [`totals`]: calls, tools, agents and tokens of a range of rows
//! - [`budget`]: the call with which a run cost more than it may
//! - [`cost`]: what spans cost: `Costs::new(store, calls, book)`, then `total(rows)`
//! - [`curve`]: what a run had used by each moment: `Curve::new(store, calls, costs, book, trace)`
//! - [`facts`]: what is said of a whole trace, once per trace
//! - [`time_split`]: where the time of a run went: `TimeSplit::new(store, trace)`
//! - [`landmarks`]: longest and costliest step, first error, how a run ended
//! - [`levels`]: which spans of a trace are steps, which agents, which tell the same twice
//! - [`outline`]: which rows are visible: `Outline::new(store, trace)`, then `collapse`, `expand`, `to_depth`, `reveal`
//! - [`pairs`]: which calls of models and tools may belong together
//! - [`roles`]: hand-offs, delegations, queues and loads of skills: `role(store, row)`
//! - [`self_time`]: `SelfTimes::of(store, row)`, one `SelfTimes` per document
//! - [`critical_path`]: `CriticalPath::new(store, trace)`, then `parts_of(row)`; kept per trace
//! - [`lint`]: what the instrumentation left out: `Lint::new(store, calls)`, then `findings()`
//! - [`search`]: query to matches
//! - [`filter`]: conditions to matches: `Filter::parse(text)`, then `filter.matches(store, canonical)`
//! - [`found`]: what either has found so far, and what is left to read
//! - [`ledger`]: what the views of cost, routing, agents and statistics count, of a [`part`] of the document
//! - [`percentile`]: percentiles of durations, by nearest rank
//! - [`treemap`]: cost, tokens, time or calls by levels
//! - [`routing`]: which agent asked which model; fallbacks, retries, and what another model would cost
//! - [`graph`]: agents, tools and models, and who called whom
//! - [`flame`]: spans merged by name and by what they stand in
//! - [`stats`]: counts, durations, tokens and cost per operation, agent, tool or model

pub mod budget;
pub mod calls;
pub mod cost;
pub mod critical_path;
pub mod curve;
pub mod facts;
pub mod filter;
pub mod flame;
pub mod found;
mod gallop;
pub mod graph;
pub mod landmarks;
pub mod ledger;
pub mod levels;
pub mod lint;
pub mod numbering;
pub mod outline;
pub mod pairs;
pub mod part;
pub mod percentile;
pub mod roles;
pub mod routing;
pub mod row_set;
pub mod search;
pub mod self_time;
pub mod stats;
pub mod time_split;
pub mod totals;
pub mod treemap;
