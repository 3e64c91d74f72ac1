//! The runs table: traces sorted, filtered and cut into pages.

use super::protocol::{RunRow, RunsPage, RunsQuery, RunsSort};
use crate::model::store::Trace;
use crate::model::{StrId, TraceRow, TraceStore};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The order of the last query, so that scrolling sorts nothing.
#[derive(Debug, Default)]
pub(super) struct RunsOrder {
    key: Option<(RunsSort, bool, String)>,
    order: Vec<TraceRow>,
}

impl RunsOrder {
    /// The rows a query asks for. `hits` says how many search hits a trace has.
    pub fn page(
        &mut self,
        store: &TraceStore,
        query: &RunsQuery,
        hits: impl Fn(TraceRow) -> u32,
    ) -> RunsPage {
        let key = (query.sort, query.descending, query.filter.clone());
        if self.key.as_ref() != Some(&key) {
            self.order = matching(store, &query.filter);
            sort(store, &mut self.order, query.sort, query.descending);
            self.key = Some(key);
        }
        let from = (query.offset as usize).min(self.order.len());
        let to = from
            .saturating_add(query.limit as usize)
            .min(self.order.len());
        let rows = self.order.get(from..to).unwrap_or_default();
        RunsPage {
            document: 0,
            total: store.traces().len() as u32,
            matched: self.order.len() as u32,
            offset: from as u32,
            rows: rows
                .iter()
                .filter_map(|&row| run_row(store, row, hits(row)))
                .collect(),
        }
    }
}

/// One row of the table; `None` for a row of another document.
pub(super) fn run_row(store: &TraceStore, row: TraceRow, hits: u32) -> Option<RunRow> {
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
        hits,
    })
}

fn service_name<'a>(store: &'a TraceStore, trace: &Trace) -> Option<&'a str> {
    let service = store
        .services()
        .get(usize::from(store.service(trace.root)?))?;
    Some(store.text(service.name))
}

/// Traces whose root name, service or id contain every word of the filter, case ignored.
fn matching(store: &TraceStore, filter: &str) -> Vec<TraceRow> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let all = (0..store.traces().len() as u32).map(TraceRow);
    if words.is_empty() {
        return all.collect();
    }
    // Names repeat: each different one is looked at once.
    let mut known: BTreeMap<StrId, Vec<bool>> = BTreeMap::new();
    all.filter(|&row| {
        let Some(trace) = store.trace(row) else {
            return false;
        };
        let name = known.entry(store.name_id(trace.root)).or_insert_with(|| {
            let name = store.name(trace.root).to_lowercase();
            words.iter().map(|word| name.contains(word)).collect()
        });
        words.iter().zip(name.iter()).all(|(word, &in_name)| {
            in_name
                || service_name(store, trace).is_some_and(|name| name.to_lowercase().contains(word))
                || store.trace_id_text(trace).to_lowercase().contains(word)
        })
    })
    .collect()
}

fn sort(store: &TraceStore, order: &mut [TraceRow], by: RunsSort, descending: bool) {
    let compare = |a: &Trace, b: &Trace| -> Ordering {
        match by {
            RunsSort::Start => Ordering::Equal,
            RunsSort::Name => store.name(a.root).cmp(store.name(b.root)),
            RunsSort::Service => service_name(store, a).cmp(&service_name(store, b)),
            RunsSort::Spans => a.spans.cmp(&b.spans),
            RunsSort::Errors => a.errors.cmp(&b.errors),
            RunsSort::Duration => a.range.duration().cmp(&b.range.duration()),
            RunsSort::Orphans => a.orphans.cmp(&b.orphans),
        }
    };
    // Rows stand by start already, so a stable sort breaks ties by it; equal values stay newest first when descending.
    order.sort_by(|&a, &b| {
        let (Some(x), Some(y)) = (store.trace(a), store.trace(b)) else {
            return Ordering::Equal;
        };
        let forward = compare(x, y).then(a.cmp(&b));
        if descending {
            forward.reverse()
        } else {
            forward
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    fn names(query: RunsQuery) -> (Vec<String>, u32) {
        let store = parse(
            "plan 0..10 trace=1\n  x 1..2\nChat 5..90 trace=2 error service=bot\nplan 7..8 trace=3",
        )
        .finish();
        let page = RunsOrder::default().page(&store, &RunsQuery { limit: 9, ..query }, |_| 0);
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
    fn every_word_of_a_filter_must_match_somewhere() {
        let filter = |filter: &str| {
            names(RunsQuery {
                filter: filter.into(),
                ..RunsQuery::default()
            })
        };
        assert_eq!(filter("chat BOT").0, ["Chat5"]);
        assert_eq!(filter("plan bot").1, 0);
        assert_eq!(filter("plan").1, 2);
        assert_eq!(filter("0003").0, ["plan7"]);
    }

    #[test]
    fn a_page_past_the_end_is_empty() {
        let (names, matched) = names(RunsQuery {
            offset: 50,
            ..RunsQuery::default()
        });
        assert_eq!((names.len(), matched), (0, 3));
    }
}
