//! The rows that links and log records name.

use super::super::WireTraceId;
use super::super::builder::IdHasher;
use super::super::id::WireSpanId;
use super::super::order;
use super::super::rows::SpanRow;
use super::super::span::SpanFlags;
use super::super::store::TraceStore;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// Numbers by 128-bit keys.
pub(super) type Numbers = HashMap<u128, u32, BuildHasherDefault<IdHasher>>;

/// Finds the rows that links and log records name.
pub(super) fn resolve(store: &mut TraceStore) {
    if store.links.is_empty() && store.logs.is_empty() {
        return;
    }
    let rows = Named::find(store);
    for link in &mut store.links {
        link.target = rows.row(link.link.trace, link.link.span);
    }
    let links = &store.links;
    store.links_in = (0..links.len() as u32)
        .filter(|&index| links[index as usize].target.is_some())
        .collect();
    order::sort(&mut store.links_in, &|a, b| {
        let target = |index: u32| links[index as usize].target;
        target(a).cmp(&target(b))
    });
    for record in &mut store.logs {
        record.row = rows.row(record.log.trace, record.log.span);
        if let Some(row) = record.row {
            store.flags[row.0 as usize].insert(SpanFlags::LOGS);
        }
    }
    let logs = &store.logs;
    let mut by: Vec<u32> = (0..logs.len() as u32).collect();
    order::sort(&mut by, &|a, b| {
        let (a, b) = (&logs[a as usize], &logs[b as usize]);
        let rows = a.row.is_none().cmp(&b.row.is_none());
        rows.then(a.row.cmp(&b.row))
            .then(a.log.time.cmp(&b.log.time))
    });
    store.logs = by.iter().map(|&index| logs[index as usize]).collect();
}

/// The rows of all spans that something names.
struct Named {
    /// Row per trace and span; `u32::MAX` where there is none.
    rows: Numbers,
    /// A small number per trace id.
    traces: Numbers,
}

impl Named {
    fn find(store: &TraceStore) -> Self {
        let mut named = Self {
            rows: Numbers::default(),
            traces: Numbers::default(),
        };
        let links = store
            .links
            .iter()
            .map(|link| (link.link.trace, link.link.span));
        let logs = store
            .logs
            .iter()
            .map(|record| (record.log.trace, record.log.span));
        for (trace, span) in links.chain(logs) {
            if let Some((trace, span)) = trace.zip(span) {
                let next = named.traces.len() as u32;
                let number = *named.traces.entry(trace.id.0).or_insert(next);
                named.rows.insert(key(number, span.id.0), u32::MAX);
            }
        }
        for trace in &store.traces {
            let Some(&number) = named.traces.get(&trace.id.0) else {
                continue;
            };
            for row in trace.rows.clone() {
                if let Some(found) = named
                    .rows
                    .get_mut(&key(number, store.span_id[row as usize]))
                    && !store.flags[row as usize].contains(SpanFlags::PLACEHOLDER)
                {
                    *found = row;
                }
            }
        }
        named
    }

    fn row(&self, trace: Option<WireTraceId>, span: Option<WireSpanId>) -> Option<SpanRow> {
        let number = *self.traces.get(&trace?.id.0)?;
        let row = *self.rows.get(&key(number, span?.id.0))?;
        (row != u32::MAX).then_some(SpanRow(row))
    }
}

fn key(trace: u32, span: u64) -> u128 {
    u128::from(trace) << 64 | u128::from(span)
}
