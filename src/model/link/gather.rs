//! Every column in the order of the rows.

use super::super::TraceId;
use super::super::builder::{NO_SPAN, Staged};
use super::super::column::Column;
use super::super::input::EventInput;
use super::super::rows::{Event, Link, LogRecord, NO_ROW, SpanRow, Trace};
use super::super::span::{SpanFlags, SpanKind, StatusCode};
use super::super::store::TraceStore;
use super::super::strings::StrId;
use super::super::time::{TimeRange, Timestamp};
use super::{IdTable, Nodes, Order};

fn take<T: Copy>(column: &mut Column<T>, order: &[u32], absent: T) -> Vec<T> {
    let all = std::mem::take(column).into_vec();
    pick(&all, order, absent)
}

fn pick<T: Copy>(all: &[T], order: &[u32], absent: T) -> Vec<T> {
    order
        .iter()
        .map(|&node| all.get(node as usize).copied().unwrap_or(absent))
        .collect()
}

pub(super) fn gather(mut nodes: Nodes<'_>, order: &mut Order) -> TraceStore {
    let mut staged = std::mem::take(&mut nodes.staged);
    let by = &order.nodes;
    // Each is given back as soon as it stands in the order of the rows: what comes then takes its place.
    nodes.ids = IdTable::default();
    drop(std::mem::take(&mut nodes.trace));
    drop(std::mem::take(&mut nodes.dead));
    let placeholders = (nodes.parent.len() - nodes.spans) as u32;
    drop(std::mem::take(&mut nodes.parent));
    let mut store = TraceStore {
        span_id: pick(&std::mem::take(&mut nodes.span_id), by, NO_SPAN),
        start: pick(&std::mem::take(&mut nodes.start), by, 0),
        flags: pick(&std::mem::take(&mut nodes.flags), by, SpanFlags::default()),
        duration: Vec::new(),
        parent: std::mem::take(&mut order.parent),
        subtree: std::mem::take(&mut order.subtree),
        depth: std::mem::take(&mut order.depth),
        name: take(&mut staged.name, by, StrId::EMPTY.0),
        kind: take(&mut staged.kind, by, SpanKind::Unspecified),
        status: take(&mut staged.status, by, StatusCode::Unset),
        scope: take(&mut staged.scope, by, u32::MAX),
        source: take(&mut staged.source, by, 0),
        source_len: take(&mut staged.source_len, by, 0),
        placeholders,
        duplicates: nodes.duplicates.iter().map(|&(_, count)| count).sum(),
        new_duplicates: std::mem::take(&mut nodes.duplicates),
        ..TraceStore::default()
    };
    gather_durations(&mut store, &std::mem::take(&mut nodes.end), by);
    gather_attributes(&mut store, &mut staged, by);
    gather_children(&mut store, &mut staged, by);
    store.recordings = std::mem::take(&mut staged.recordings).gather(by);
    store.logs = std::mem::take(&mut staged.logs)
        .iter()
        .map(|log| LogRecord { log, row: None })
        .collect();
    gather_rare(&mut store, &nodes, &staged, by);
    store.traces = order
        .bounds
        .iter()
        .map(|rows| describe_trace(&mut store, rows.clone()))
        .collect();
    store
}

fn gather_durations(store: &mut TraceStore, ends: &[i64], by: &[u32]) {
    let mut durations = Vec::with_capacity(by.len());
    for (&node, row) in by.iter().zip(0_u32..) {
        let (start, end) = (store.start[row as usize], ends[node as usize]);
        let flags = store.flags[row as usize];
        if flags.contains(SpanFlags::ENDS_BEFORE_START) {
            store.early_ends.push(row, end);
        }
        let known = !flags.contains(SpanFlags::RUNNING) && end > start;
        durations.push(if known { end.saturating_sub(start) } else { 0 });
    }
    store.duration = durations;
}

fn gather_attributes(store: &mut TraceStore, staged: &mut Staged, by: &[u32]) {
    let starts = std::mem::take(&mut staged.attr_start).into_vec();
    let total = staged.attributes.len() as u32;
    let range = |node: u32| {
        let start = starts.get(node as usize).copied().unwrap_or(total);
        let end = starts.get(node as usize + 1).copied().unwrap_or(total);
        start..end
    };
    let mut attributes = Column::default();
    let mut attr_start = Vec::with_capacity(by.len() + 1);
    for &node in by {
        attr_start.push(attributes.len() as u32);
        let own = range(node);
        for id in staged
            .attributes
            .range(own.start as usize..own.end as usize)
        {
            attributes.push(id);
        }
    }
    attr_start.push(attributes.len() as u32);
    staged.attributes = Column::default();
    store.attributes = attributes;
    store.attr_start = attr_start;
}

/// Events and links in the order of the rows. They were staged in order of their nodes.
fn gather_children(store: &mut TraceStore, staged: &mut Staged, by: &[u32]) {
    let events = std::mem::take(&mut staged.events).into_vec();
    let links = std::mem::take(&mut staged.links).into_vec();
    store.events.reserve_exact(events.len());
    store.links.reserve_exact(links.len());
    for ((&node, row), flags) in by.iter().zip(0..).zip(&store.flags) {
        let row = SpanRow(row);
        if flags.contains(SpanFlags::EVENTS) {
            let first = events.partition_point(|event| event.row < node);
            let own = events.get(first..).unwrap_or_default().iter();
            let own = own.take_while(|event| event.row == node);
            store.events.extend(own.map(|staged| Event {
                row,
                event: EventInput {
                    time: staged.time,
                    name: staged.name,
                    exception_type: staged.exception_type,
                },
            }));
        }
        if flags.contains(SpanFlags::LINKS) {
            let first = links.partition_point(|link| link.row < node);
            let own = links.get(first..).unwrap_or_default().iter();
            let own = own.take_while(|link| link.row == node);
            store.links.extend(own.map(|staged| Link {
                row,
                link: staged.link,
                target: None,
            }));
        }
    }
}

/// What few rows have.
fn gather_rare(store: &mut TraceStore, nodes: &Nodes<'_>, staged: &Staged, by: &[u32]) {
    for ((&node, row), flags) in by.iter().zip(0..).zip(&store.flags) {
        if flags.contains(SpanFlags::PLACEHOLDER) {
            if let Some(text) = nodes.placeholder_texts.get(node) {
                store.odd_ids.push(row, text);
            }
        } else if flags.contains(SpanFlags::ODD_ID)
            && let Some(text) = staged.odd_ids.get(node)
        {
            store.odd_ids.push(row, text);
        }
        if flags.contains(SpanFlags::CYCLE)
            && let Some(cut) = nodes.cuts.get(node)
        {
            store.cut_parents.push(row, cut);
        }
    }
}

/// Counts and bounds of a trace; marks children that start before their parents.
pub(super) fn describe_trace(store: &mut TraceStore, rows: std::ops::Range<u32>) -> Trace {
    let mut trace = Trace {
        id: TraceId(0),
        original: None,
        spans: 0,
        errors: 0,
        orphans: 0,
        roots: 0,
        running: false,
        range: TimeRange::default(),
        root: SpanRow(rows.start),
        session: None,
        user: None,
        rows: rows.clone(),
    };
    let (mut start, mut end) = (i64::MAX, i64::MIN);
    let mut root = None;
    let mut first_span = None;
    for row in rows.clone() {
        let at = row as usize;
        start = start.min(store.start[at]);
        end = end.max(store.start[at].saturating_add(store.duration[at]));
        let flags = store.flags[at];
        if flags.contains(SpanFlags::PLACEHOLDER) {
            continue;
        }
        first_span = first_span.or(Some(row));
        trace.spans += 1;
        trace.errors += u32::from(store.status[at] == StatusCode::Error);
        trace.orphans += u32::from(flags.contains(SpanFlags::ORPHAN));
        trace.running |= flags.contains(SpanFlags::RUNNING);
        if store.parent[at] == NO_ROW {
            // A cut cycle stands as a root but has a parent id.
            trace.roots += u32::from(!flags.contains(SpanFlags::CYCLE));
            root = root.or(Some(row));
        } else if store.start[at] < store.start[store.parent[at] as usize] {
            store.flags[at].insert(SpanFlags::BEFORE_PARENT);
        }
    }
    if start <= end {
        trace.range = TimeRange::new(Timestamp(start), Timestamp(end));
    }
    trace.root = SpanRow(root.or(first_span).unwrap_or(rows.start));
    trace
}
