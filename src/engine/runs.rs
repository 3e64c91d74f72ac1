//! The runs table: traces sorted, filtered and cut into pages.

use super::Engine;
use super::filtering::Filtering;
use super::grouping::{Groups, Line};
use super::meaning::{Meaning, RunMeaning as Worked};
use super::protocol::{RunMeaning, RunRow, RunStitch, RunsPage, RunsQuery, RunsSort};
use crate::analysis::landmarks::ending;
use crate::analysis::row_set::RowSet;
use crate::analysis::totals::{Totals, agents, within};
use crate::model::live::Named;
use crate::model::rows::Trace;
use crate::model::{SpanRow, Total, TraceRow, TraceStore, order};
use crate::scene::stitched::told_of;
use std::cmp::Ordering;

/// The order of the last query, so that scrolling sorts nothing.
#[derive(Debug, Default)]
pub(super) struct RunsOrder {
    key: Option<(RunsSort, bool, Option<RunsSort>, Option<u64>)>,
    order: Vec<TraceRow>,
    groups: Groups,
}

impl RunsOrder {
    /// The rows a query asks for. `passing` are the runs that pass its filter, with a number that is another one when they are
    /// others; `None` when all do. `hits` says how many search hits a trace has.
    pub fn page(
        &mut self,
        store: &TraceStore,
        meaning: &Meaning,
        query: &RunsQuery,
        passing: Option<(u64, &RowSet)>,
        hits: impl Fn(TraceRow) -> u32,
    ) -> RunsPage {
        let version = passing.map(|(version, _)| version);
        let key = (query.sort, query.descending, query.group, version);
        if self.key.as_ref() != Some(&key) {
            let all = (0..store.traces().len() as u32).map(TraceRow);
            let passes =
                |row: &TraceRow| passing.is_none_or(|(_, runs)| runs.contains(SpanRow(row.0)));
            self.order = all.filter(passes).collect();
            sort(
                store,
                meaning,
                &mut self.order,
                query.sort,
                query.descending,
            );
            self.groups = Groups::new(store, meaning, query.group, &mut self.order);
            self.key = Some(key);
        }
        let count = self.order.len() as u32;
        let lines = count.saturating_add(self.groups.len());
        let to = query.offset.saturating_add(query.limit).min(lines);
        let rows = (query.offset..to).filter_map(|line| {
            let run = |at: u32| {
                let row = *self.order.get(at as usize)?;
                run_row(store, meaning, row, hits(row))
            };
            match self.groups.line(line) {
                Line::Run(at) => run(at),
                Line::Group(group) => self.groups.row(group, &run, &self.order),
            }
        });
        RunsPage {
            document: 0,
            total: store.traces().len() as u32,
            matched: count,
            lines,
            offset: query.offset.min(lines),
            rows: rows.collect(),
        }
    }
}

impl Engine {
    /// A page of the runs table.
    pub fn runs(&mut self, query: &RunsQuery) -> RunsPage {
        let is_filtered = self.filter_for(&query.filter).is_some();
        let document = &mut self.document;
        let filtering = document.filtering.as_ref().filter(|_| is_filtered);
        let passing = filtering.map(Filtering::runs);
        let searching = document.searching.as_ref();
        let hits =
            |trace| searching.map_or(0, |at| at.search.hits_of_trace(&document.store, trace));
        let (store, meaning) = (&document.store, &document.meaning);
        let mut page = document.runs.page(store, meaning, query, passing, hits);
        page.document = document.number;
        page
    }
}

/// One row of the table; `None` for a row of another document.
pub(super) fn run_row(
    store: &TraceStore,
    meaning: &Meaning,
    row: TraceRow,
    hits: u32,
) -> Option<RunRow> {
    let trace = store.trace(row)?;
    let service_index = store.service(trace.root);
    Some(RunRow {
        trace: row,
        trace_id: store.trace_id_text(trace),
        root_name: store.name(trace.root).to_owned(),
        service: service_name(store, trace).map(str::to_owned),
        service_index,
        start_ns: trace.range.start.0,
        duration_ns: trace.range.duration().0,
        spans: trace.spans,
        errors: trace.errors,
        orphans: trace.orphans,
        running: trace.running,
        ending: ending(store, row),
        hits,
        meaning: Some(Box::new(run_meaning(store, meaning, trace))),
        group: None,
        stitch: stitched(store, row).map(Box::new),
    })
}

/// What is said of the traces that a run belongs to.
fn stitched(store: &TraceStore, row: TraceRow) -> Option<RunStitch> {
    let (whole, stitch) = store.stitch_of(row)?;
    let first = store.trace(TraceRow(stitch.members.start))?;
    let other = if whole == row { first } else { &stitch.trace };
    Some(RunStitch {
        is_whole: whole == row,
        told: told_of(store, stitch),
        members: (stitch.members.start, stitch.members.end),
        other: store.trace_id_text(other),
    })
}

pub(super) fn run_meaning(store: &TraceStore, meaning: &Meaning, trace: &Trace) -> RunMeaning {
    let Worked { totals, cost } = meaning.of(store, trace.rows.clone());
    let (agents, models) = meaning.names(store, &trace.rows);
    let text = |named: Option<Named>| named.map(|named| store.text(named.text).to_owned());
    RunMeaning {
        agents,
        models,
        session: text(trace.session),
        user: text(trace.user),
        llm_calls: totals.llm_calls,
        tool_calls: totals.tool_calls,
        tokens: tokens(&totals),
        tokens_complete: totals.is_complete(),
        cost: cost.amount.value().map(|amount| amount.0),
        cost_complete: cost.amount.is_complete(),
        cost_estimated: cost.estimated > 0,
    }
}

/// Input, output and cached tokens.
fn tokens(totals: &Totals) -> [Option<u64>; 3] {
    let usage = &totals.usage;
    [usage.input, usage.output, usage.cache_read].map(Total::value)
}

pub(super) fn service_name<'a>(store: &'a TraceStore, trace: &Trace) -> Option<&'a str> {
    let service = store
        .services()
        .get(usize::from(store.service(trace.root)?))?;
    Some(store.text(service.name))
}

/// What the runs are sorted by.
enum Keys<'s> {
    /// They stand in this order already.
    None,
    Numbers(Vec<Option<i64>>),
    Texts(Vec<Option<&'s str>>),
}

/// The keys of all traces.
fn keys<'s>(store: &'s TraceStore, meaning: &Meaning, by: RunsSort) -> Keys<'s> {
    let traces = store.traces().iter();
    let numbers =
        |of: &dyn Fn(&Trace) -> Option<i64>| Keys::Numbers(store.traces().iter().map(of).collect());
    let count = |count: usize| i64::try_from(count).ok();
    let totals = |trace: &Trace| Totals::new(store, &meaning.calls, trace.rows.clone());
    let token = |trace: &Trace, which: usize| {
        let count = tokens(&totals(trace)).get(which).copied().flatten()?;
        Some(i64::try_from(count).unwrap_or(i64::MAX))
    };
    let calls = |list: &[u32], trace: &Trace| count(within(list, &trace.rows).len());
    let named = |named: Option<Named>| named.map(|named| store.text(named.text));
    match by {
        // Stitched traces stand together.
        RunsSort::Start if store.stitches().is_empty() => Keys::None,
        RunsSort::Start => numbers(&|trace| Some(trace.range.start.0)),
        RunsSort::Name => Keys::Texts(traces.map(|trace| Some(store.name(trace.root))).collect()),
        RunsSort::Service => Keys::Texts(traces.map(|trace| service_name(store, trace)).collect()),
        RunsSort::Models => {
            let first = |trace: &Trace| meaning.first_model(store, &trace.rows);
            Keys::Texts(traces.map(first).collect())
        }
        RunsSort::Session => Keys::Texts(traces.map(|trace| named(trace.session)).collect()),
        RunsSort::User => Keys::Texts(traces.map(|trace| named(trace.user)).collect()),
        RunsSort::Outcome => {
            let endings = (0..store.traces().len() as u32).map(|row| ending(store, TraceRow(row)));
            Keys::Numbers(endings.map(|ending| Some(ending as i64)).collect())
        }
        RunsSort::Spans => numbers(&|trace| Some(trace.spans.into())),
        RunsSort::Errors => numbers(&|trace| Some(trace.errors.into())),
        RunsSort::Orphans => numbers(&|trace| Some(trace.orphans.into())),
        RunsSort::Duration => numbers(&|trace| Some(trace.range.duration().0)),
        RunsSort::Agents => numbers(&|trace| count(agents(store, trace.rows.clone()).len())),
        RunsSort::LlmCalls => numbers(&|trace| calls(meaning.calls.calls(), trace)),
        RunsSort::ToolCalls => numbers(&|trace| Some(totals(trace).tool_calls.into())),
        RunsSort::Input => numbers(&|trace| token(trace, 0)),
        RunsSort::Output => numbers(&|trace| token(trace, 1)),
        RunsSort::Cached => numbers(&|trace| token(trace, 2)),
        RunsSort::Cost => numbers(&|trace| {
            let cost = meaning.costs.total(trace.rows.clone());
            cost.amount.value().map(|amount| amount.0)
        }),
    }
}

/// Sorts runs. What is unknown is less than anything known.
fn sort(
    store: &TraceStore,
    meaning: &Meaning,
    runs: &mut [TraceRow],
    by: RunsSort,
    descending: bool,
) {
    let keys = keys(store, meaning, by);
    let compare = |a: u32, b: u32| -> Ordering {
        let (x, y) = (a as usize, b as usize);
        match &keys {
            Keys::None => Ordering::Equal,
            Keys::Numbers(all) => all.get(x).cmp(&all.get(y)),
            Keys::Texts(all) => all.get(x).cmp(&all.get(y)),
        }
    };
    // Rows stand by start already, which breaks ties; equal values stay newest first when descending.
    let mut rows: Vec<u32> = runs.iter().map(|row| row.0).collect();
    order::sort(&mut rows, &|a, b| {
        let forward = compare(a, b).then(a.cmp(&b));
        if descending {
            forward.reverse()
        } else {
            forward
        }
    });
    for (run, row) in runs.iter_mut().zip(rows) {
        *run = TraceRow(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::landmarks::Ending;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceBook;

    fn names(query: RunsQuery) -> (Vec<String>, u32) {
        let store = parse(
            "plan 0..10 trace=1\n  x 1..2\nChat 5..90 trace=2 error service=bot\nplan 7..8 trace=3",
        )
        .finish();
        let meaning = Meaning::new(&store, &PriceBook::default());
        let query = RunsQuery { limit: 9, ..query };
        let page = RunsOrder::default().page(&store, &meaning, &query, None, |_| 0);
        let names = page
            .rows
            .iter()
            .map(|row| format!("{}{}", row.root_name, row.start_ns))
            .collect();
        (names, page.matched)
    }

    #[test]
    fn runs_are_sorted_and_ties_go_by_start() {
        let by = |sort, descending| {
            names(RunsQuery {
                sort,
                descending,
                ..RunsQuery::default()
            })
            .0
        };
        assert_eq!(by(RunsSort::Start, true), ["plan7", "Chat5", "plan0"]);
        assert_eq!(by(RunsSort::Name, false), ["Chat5", "plan0", "plan7"]);
        assert_eq!(by(RunsSort::Duration, true), ["Chat5", "plan0", "plan7"]);
        assert_eq!(by(RunsSort::Errors, true), ["Chat5", "plan7", "plan0"]);
    }

    #[test]
    fn runs_that_do_not_pass_are_left_out() {
        let store = parse("a 0..1 trace=1\nb 2..3 trace=2\nc 4..5 trace=3").finish();
        let meaning = Meaning::new(&store, &PriceBook::default());
        let mut order = RunsOrder::default();
        let mut names = |version, passing: &[u32]| {
            let runs = RowSet::from_rows(3, |row| passing.contains(&row));
            let query = RunsQuery {
                limit: 9,
                ..RunsQuery::default()
            };
            let page = order.page(&store, &meaning, &query, Some((version, &runs)), |_| 0);
            let names = page.rows.iter().map(|row| row.root_name.clone());
            (names.collect::<String>(), page.matched, page.total)
        };
        assert_eq!(names(1, &[0, 2]), ("ac".to_owned(), 2, 3));
        assert_eq!(names(2, &[1]), ("b".to_owned(), 1, 3));
    }

    #[test]
    fn runs_of_a_session_stand_together_in_order_of_time_with_their_sum() {
        let store = parse(
            "a 5..14 trace=1 session=x\n  c 6..7 is=llm tokens=10/1 cost=0.5\nb 10..19 trace=2\n\
             c 20..25 trace=3 session=x error\n  c 21..22 is=llm tokens=5/1\nd 30..31 trace=4 session=y",
        )
        .finish();
        let meaning = Meaning::new(&store, &PriceBook::default());
        let page = |group, offset, limit| {
            let query = RunsQuery {
                group: Some(group),
                descending: true,
                offset,
                limit,
                ..RunsQuery::default()
            };
            RunsOrder::default().page(&store, &meaning, &query, None, |_| 0)
        };
        let told = |page: &RunsPage| -> Vec<String> {
            let line = |row: &RunRow| match &row.group {
                Some(group) => format!("{} {}", group.runs, row.root_name),
                None => row.root_name.clone(),
            };
            page.rows.iter().map(line).collect()
        };
        let all = page(RunsSort::Session, 0, 99);
        assert_eq!((all.matched, all.lines), (4, 7));
        assert_eq!(told(&all), ["1 y", "d", "2 x", "a", "c", "1 -", "b"]);
        assert_eq!(told(&page(RunsSort::Session, 2, 2)), ["2 x", "a"]);
        let sum = &all.rows[2];
        assert_eq!(
            (sum.spans, sum.errors, sum.duration_ns, sum.start_ns),
            (4, 1, 14, 5)
        );
        assert_eq!(sum.ending, Ending::Failed);
        let worked = sum.meaning.as_deref().unwrap();
        assert_eq!(
            (worked.llm_calls, worked.tokens),
            (2, [Some(15), Some(2), None])
        );
        assert_eq!(
            (worked.cost, worked.cost_complete),
            (Some(500_000_000_000), false)
        );
        assert_eq!(sum.group.as_ref().unwrap().filter, "{ session = \"x\" }");
        assert_eq!(told(&page(RunsSort::Outcome, 0, 2)), ["3 finished", "d"]);
        assert_eq!(
            told(&page(RunsSort::Duration, 0, 1)),
            ["d"],
            "no group to have"
        );
    }

    #[test]
    fn a_page_past_the_end_is_empty() {
        let (names, matched) = names(RunsQuery {
            offset: 50,
            ..RunsQuery::default()
        });
        assert_eq!((names.len(), matched), (0, 3));
    }

    #[test]
    fn runs_are_sorted_by_what_they_mean_and_the_unknown_is_least() {
        let store = parse(
            "a 0..9 trace=1 session=x\n  c 1..2 is=llm tokens=10/1 agent=one\n  t 3..4 is=tool\nb 10..19 trace=2 user=me\n  \
             c 11..12 is=llm tokens=30/1 cost=0.5\n  c 13..14 is=llm tokens=5/1\nd 20..29 trace=3\n  c 21..22 is=llm",
        )
        .finish();
        let meaning = Meaning::new(&store, &PriceBook::default());
        let by = |sort| {
            let query = RunsQuery {
                sort,
                descending: true,
                limit: 9,
                ..RunsQuery::default()
            };
            let page = RunsOrder::default().page(&store, &meaning, &query, None, |_| 0);
            let names = page.rows.iter().map(|row| row.root_name.clone());
            names.collect::<String>()
        };
        assert_eq!(by(RunsSort::Input), "bad");
        assert_eq!(by(RunsSort::LlmCalls), "bda");
        assert_eq!(by(RunsSort::ToolCalls), "adb");
        assert_eq!(by(RunsSort::Agents), "adb");
        assert_eq!(by(RunsSort::Cost), "bda");
        assert_eq!(by(RunsSort::Session), "adb");
        assert_eq!(by(RunsSort::User), "bda");
        assert_eq!(by(RunsSort::Models), "dba");
        let page = RunsOrder::default().page(
            &store,
            &meaning,
            &RunsQuery {
                limit: 9,
                ..RunsQuery::default()
            },
            None,
            |_| 0,
        );
        let [a, b, d] = [0, 1, 2].map(|at| page.rows[at].meaning.as_deref().unwrap());
        assert_eq!(
            (a.session.as_deref(), &*a.agents),
            (Some("x"), &["one".to_owned()][..])
        );
        assert_eq!(
            (b.tokens, b.tokens_complete),
            ([Some(35), Some(2), None], true)
        );
        assert_eq!((b.cost, b.cost_complete), (Some(500_000_000_000), false));
        assert_eq!(
            (d.tokens, d.tokens_complete, d.cost),
            ([None; 3], false, None)
        );
    }
}
