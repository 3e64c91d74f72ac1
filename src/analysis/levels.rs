//! Which spans of a trace are steps of an agent run, which are its agents, and which spans tell the same thing twice.
//!
//! ```text
//! invoke_agent planner        agent      step, agent
//!   RunnableSequence          chain      hidden
//!     ChatOpenAI              llm        wraps one call: folded into it
//!       POST                  other      hidden
//!       Completions           llm        step
//!   tools                     chain      hidden
//!     search                  tool       step
//!       search                tool       the same call once more: folded into it
//!     fetch                   tool       step
//! ```
//!
//! One pass from the last row to the first, so that what stands below a row is known before the row; a million rows take
//! some ten milliseconds and one byte each while it lasts.

use super::calls::{Calls, is_repeated_tool};
use super::roles::{drawn_kind, runs_agent};
use super::row_set::RowSet;
use super::totals::within;
use crate::model::{OperationKind, SpanFlags, SpanRow, TraceRow, TraceStore};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Which spans are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Every span.
    #[default]
    Everything,
    /// Agents, calls of models and tools, retrievals, hand-offs, checks and workflows; each once.
    Steps,
    /// Agents.
    Agents,
}

impl Level {
    /// All, from the finest.
    pub const ALL: [Self; 3] = [Self::Everything, Self::Steps, Self::Agents];

    /// The word for it in links and settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Steps => "steps",
            Self::Agents => "agents",
        }
    }

    /// The level of a word; `None` when there is no such level.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// The levels of one trace.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    rows: Range<u32>,
    /// Counted from the first row of the trace, as the next.
    steps: RowSet,
    agents: RowSet,
    /// The row that stands for another, and the other; ordered.
    folds: Vec<(u32, u32)>,
    spans: u32,
    /// Whether the first row heads stitched traces, and is shown at every level that shows anything.
    stitched: bool,
}

/// What becomes of a row.
enum Place {
    /// It is a step.
    Step,
    /// It is hidden; its children stand with those around it.
    Hidden,
    /// It tells what this row tells.
    Folded(u32),
}

impl Levels {
    /// Looks at every row of a trace; empty for a trace that is not in the store.
    pub fn new(store: &TraceStore, calls: &Calls, trace: TraceRow) -> Self {
        let rows = store.trace(trace).map_or(0..0, |trace| trace.rows.clone());
        let mut levels = Self {
            steps: RowSet::new(rows.len() as u32),
            agents: RowSet::new(rows.len() as u32),
            rows: rows.clone(),
            ..Self::default()
        };
        let mut once = within(calls.calls(), &rows);
        let mut wrappers = within(calls.wrappers(), &rows);
        // Steps below each row that no other step is between, two for any more.
        let mut below = vec![0_u8; rows.len()];
        for row in rows.clone().rev() {
            let at = (row - rows.start) as usize;
            let few = below.get(at).copied().unwrap_or(0);
            let span = SpanRow(row);
            let kind = store.operation_kind(span);
            let is_span = !store.flags(span).contains(SpanFlags::PLACEHOLDER);
            levels.spans += u32::from(is_span);
            let place = match kind {
                _ if !is_span => Place::Hidden,
                OperationKind::Llm if take(&mut once, row) => Place::Step,
                OperationKind::Llm if take(&mut wrappers, row) => {
                    let call = (few == 1)
                        .then(|| levels.first_below(store, span))
                        .flatten();
                    let call = call.filter(|call| calls.calls().binary_search(call).is_ok());
                    call.map_or(Place::Step, Place::Folded)
                }
                OperationKind::Llm => {
                    let kept = calls.kept(span).0;
                    if kept != row && rows.contains(&kept) {
                        Place::Folded(kept)
                    } else {
                        Place::Step
                    }
                }
                OperationKind::Tool if is_repeated_tool(store, span) => above(store, span),
                OperationKind::Agent if is_repeated_agent(store, span) => above(store, span),
                OperationKind::Chain if runs_agent(store, span) => Place::Step,
                // At the root it is the run itself.
                OperationKind::Chain if few < 2 || store.depth(span) > 0 => Place::Hidden,
                // It only passes on what it was asked for.
                OperationKind::Workflow if few < 2 && store.depth(span) > 0 => Place::Hidden,
                OperationKind::Other
                | OperationKind::Setup
                | OperationKind::Prompt
                | OperationKind::Event => Place::Hidden,
                _ => Place::Step,
            };
            let steps = match place {
                Place::Step => {
                    levels.steps.insert(SpanRow(at as u32));
                    if drawn_kind(store, span) == OperationKind::Agent {
                        levels.agents.insert(SpanRow(at as u32));
                    }
                    1
                }
                Place::Hidden => few,
                Place::Folded(into) => {
                    levels.folds.push((into, row));
                    few
                }
            };
            let parent = store
                .parent(span)
                .and_then(|parent| parent.0.checked_sub(rows.start));
            if let Some(parent) = parent.and_then(|parent| below.get_mut(parent as usize)) {
                *parent = (*parent + steps).min(2);
            }
        }
        levels.stitched = store.stitched_head(trace).is_some();
        for level in [&mut levels.steps, &mut levels.agents] {
            level.seal();
            if levels.stitched && !level.is_empty() {
                level.insert(SpanRow(0));
                level.seal();
            }
        }
        levels.order_folds();
        levels
    }

    /// All rows of the trace.
    pub fn rows(&self) -> Range<u32> {
        self.rows.clone()
    }

    /// The nearest level that shows anything, from this one to finer ones.
    pub fn nearest(&self, level: Level) -> Level {
        match level {
            Level::Agents if !self.agents.is_empty() => Level::Agents,
            Level::Agents | Level::Steps if !self.steps.is_empty() => Level::Steps,
            _ => Level::Everything,
        }
    }

    /// How many spans there are at each level, in the order of [`Level::ALL`].
    pub fn counts(&self) -> [u32; 3] {
        let spans = |rows: &RowSet| {
            let heads = self.stitched && !rows.is_empty();
            rows.len() - u32::from(heads)
        };
        [self.spans, spans(&self.steps), spans(&self.agents)]
    }

    /// The rows at a level, counted from the first row of the trace; `None` for all of them.
    pub fn at(&self, level: Level) -> Option<&RowSet> {
        match level {
            Level::Everything => None,
            Level::Steps => Some(&self.steps),
            Level::Agents => Some(&self.agents),
        }
    }

    /// The spans folded into a row: each with the row it is folded into.
    pub fn folded_into(&self, row: SpanRow) -> impl Iterator<Item = SpanRow> {
        let first = self.folds.partition_point(|&(into, _)| into < row.0);
        let from = self.folds.get(first..).unwrap_or_default().iter();
        from.take_while(move |&&(into, _)| into == row.0)
            .map(|&(_, folded)| SpanRow(folded))
    }

    /// Every fold: the row that stands for another, and the other; ordered.
    pub fn folds(&self) -> &[(u32, u32)] {
        &self.folds
    }

    /// The first step below a row.
    fn first_below(&self, store: &TraceStore, row: SpanRow) -> Option<u32> {
        let first = self.rows.start;
        let below = row.0 + 1 - first..store.subtree(row).end - first;
        self.steps.iter_in(below).next().map(|step| step.0 + first)
    }

    /// A row folded into one that is folded itself goes where that one goes; then in order.
    fn order_folds(&mut self) {
        // From the last row to the first they came; parents are decided before what is folded into them.
        self.folds.reverse();
        for at in 0..self.folds.len() {
            let (into, folded) = self.folds[at];
            if into < folded
                && let Ok(outer) = self.folds[..at].binary_search_by_key(&into, |&(_, row)| row)
            {
                self.folds[at].0 = self.folds[outer].0;
            }
        }
        let folds = std::mem::take(&mut self.folds);
        let mut order: Vec<u32> = (0..folds.len() as u32).collect();
        let key = |at: u32| folds.get(at as usize).copied().unwrap_or_default();
        crate::model::order::sort(&mut order, &|a, b| key(a).cmp(&key(b)));
        self.folds = order.into_iter().map(key).collect();
    }
}

/// Takes a row off the end of a list in order, when it stands there.
fn take(list: &mut &[u32], row: u32) -> bool {
    match list.split_last() {
        Some((&end, rest)) if end == row => {
            *list = rest;
            true
        }
        _ => false,
    }
}

fn above(store: &TraceStore, row: SpanRow) -> Place {
    store
        .parent(row)
        .map_or(Place::Step, |parent| Place::Folded(parent.0))
}

/// Whether a row is one more span of the agent's run that its parent records: an agent directly below itself.
fn is_repeated_agent(store: &TraceStore, row: SpanRow) -> bool {
    let agent = store.meaning(row).agent;
    agent.is_some()
        && store.parent(row).is_some_and(|parent| {
            let meaning = store.meaning(parent);
            meaning.kind == OperationKind::Agent && meaning.agent == agent
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    /// The rows of a level by name and `+` for each span folded into one.
    fn picture(drawing: &str, level: Level) -> String {
        let store = parse(drawing).finish();
        let levels = Levels::new(&store, &Calls::new(&store), TraceRow(0));
        let rows = levels.at(level).unwrap().iter();
        let names = rows.map(|row| {
            let folded = "+".repeat(levels.folded_into(row).count());
            format!("{}{folded}", store.name(row))
        });
        names.collect::<Vec<_>>().join(" ")
    }

    const RUN: &str = "\
run 0..100 is=workflow
  planner 1..90 is=agent agent=planner
    sequence 2..30 is=chain
      prompt 3..4 is=prompt
      ChatModel 5..29 is=llm
        POST 6..28
        completions 7..27 is=llm
    tools 30..60 is=chain
      search 31..40 is=tool tool=search
        search 32..39 is=tool tool=search
          search 33..38 is=tool tool=search
      fetch 41..50 is=tool tool=fetch
    build 61..62 is=setup agent=critic
    critic 63..80 is=agent agent=critic
      critic 64..79 is=agent agent=critic
        judge 65..78 is=evaluator
";

    #[test]
    fn steps_are_what_means_something_and_each_stands_once() {
        assert_eq!(
            picture(RUN, Level::Steps),
            "run planner completions+ search++ fetch critic+ judge"
        );
    }

    #[test]
    fn chains_and_workflows_are_steps_where_they_hold_several() {
        let drawing = "\
graph 0..100 is=chain
  node 1..50 is=chain
    one 2..20 is=llm
    two 21..49 is=tool tool=two";
        assert_eq!(picture(drawing, Level::Steps), "graph one two");
        let flow = "graph 0..100 is=workflow\n  flow 1..9 is=workflow\n    one 2..8 is=llm";
        assert_eq!(picture(flow, Level::Steps), "graph one");
        let single = "graph 0..100 is=chain\n  one 2..20 is=llm";
        assert_eq!(picture(single, Level::Steps), "one");
    }

    #[test]
    fn agents_that_were_recorded_as_chains_are_agents() {
        let drawing = "\
lead 0..100 is=chain agent=lead
  model 1..20 is=chain agent=lead
    one 2..19 is=llm agent=lead
  task 21..50 is=tool tool=task agent=lead
    helper 22..49 is=chain agent=helper
      two 23..48 is=llm agent=helper";
        assert_eq!(picture(drawing, Level::Steps), "lead one task helper two");
        assert_eq!(picture(drawing, Level::Agents), "lead helper");
    }

    #[test]
    fn agents_stand_once() {
        assert_eq!(picture(RUN, Level::Agents), "planner critic+");
    }

    #[test]
    fn a_wrapper_of_several_steps_is_a_step() {
        let drawing = "\
generate 0..100 is=llm
  first 1..10 is=llm
  lookup 11..20 is=tool tool=lookup
  second 21..30 is=llm";
        assert_eq!(
            picture(drawing, Level::Steps),
            "generate first lookup second"
        );
    }

    #[test]
    fn wrappers_within_wrappers_fold_into_the_call() {
        let drawing = "outer 0..100 is=llm\n  inner 1..99 is=llm\n    call 2..98 is=llm";
        assert_eq!(picture(drawing, Level::Steps), "call++");
    }

    #[test]
    fn twins_fold_into_the_one_that_stays() {
        let drawing = "\
agent 0..100 is=agent agent=a
  framework 10..40 is=llm scope=one call=msg_1
  sdk 11..39 is=llm scope=two call=msg_1";
        assert_eq!(picture(drawing, Level::Steps), "agent framework+");
    }

    #[test]
    fn a_twin_of_another_trace_stays_where_it_is() {
        let drawing = "\
call 10..40 is=llm scope=one call=msg_1 trace=1
twin 11..39 is=llm scope=two call=msg_1 trace=2";
        let store = parse(drawing).finish();
        let calls = Calls::new(&store);
        for trace in 0..2 {
            let levels = Levels::new(&store, &calls, TraceRow(trace));
            assert_eq!(levels.counts(), [1, 1, 0], "trace {trace}");
        }
    }

    #[test]
    fn a_level_without_spans_gives_way_to_a_finer_one() {
        let levels = |drawing: &str| {
            let store = parse(drawing).finish();
            Levels::new(&store, &Calls::new(&store), TraceRow(0))
        };
        let plain = levels("a 0..9\n  b 1..2\nlost 3..4 parent=ff");
        assert_eq!(plain.counts(), [3, 0, 0], "placeholders do not count");
        assert_eq!(plain.nearest(Level::Agents), Level::Everything);
        let calls = levels("a 0..9\n  b 1..2 is=llm");
        assert_eq!(calls.nearest(Level::Agents), Level::Steps);
        assert_eq!(Levels::default().nearest(Level::Steps), Level::Everything);
    }
}
