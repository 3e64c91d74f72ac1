//! From spans in order of arrival to rows in depth-first order.
//!
//! 1. Spans with the same trace and span id are one; the last copy stays.
//! 2. A parent is looked up within its trace. Spans that name the same missing parent get one placeholder as parent.
//! 3. A chain of parents that comes back to itself is cut at its earliest span.
//! 4. Children stand by start, then id; traces by start, then id; a walk gives the order of the rows.
//! 5. Every column is gathered in that order, one at a time, so that the peak is the staged data plus one column.
//!
//! Cost: linear but for the sort of siblings; some 120 ns a span in WebAssembly.

use super::builder::{NO_SPAN, Staged, StoreBuilder};
use super::column::Column;
use super::id::WireSpanId;
use super::span::{SpanFlags, SpanKind, StatusCode};
use super::store::{
    Event, Link, LogRecord, NO_ROW, Resource, Scope, Service, SpanRow, Trace, TraceStore,
};
use super::strings::{Interner, StrId, fold};
use super::time::{TimeRange, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// Finishes a builder.
pub(crate) fn link(builder: StoreBuilder) -> TraceStore {
    let StoreBuilder {
        strings,
        dictionary,
        staged,
        traces: live,
        resources,
        scopes,
        duplicates,
        ..
    } = builder;
    let mut nodes = Nodes::new(staged, &strings);
    nodes.resolve_parents();
    nodes.break_cycles();
    nodes.place_unknown_starts(live.len());
    let mut order = nodes.depth_first(&live);
    let mut store = gather(nodes, &mut order);
    store.duplicates += duplicates;
    store.strings = strings;
    store.dictionary = dictionary;
    for (trace, index) in store.traces.iter_mut().zip(&order.traces) {
        let live = &live[*index as usize];
        trace.id = live.id;
        trace.original = live.original;
    }
    compact_scopes(&mut store, &resources, &scopes);
    count_services(&mut store);
    resolve_links_and_logs(&mut store);
    store
}

/// Staged spans as nodes, with placeholders behind them.
struct Nodes<'a> {
    staged: Staged,
    strings: &'a Interner,
    trace: Vec<u32>,
    span_id: Vec<u64>,
    start: Vec<i64>,
    end: Vec<i64>,
    flags: Vec<SpanFlags>,
    /// Node index or `NO_ROW`.
    parent: Vec<u32>,
    /// Copies that a later one replaced.
    dead: Vec<bool>,
    duplicates: u64,
    /// How many nodes are spans; the rest are placeholders.
    spans: usize,
    /// Texts of odd ids that placeholders have.
    placeholder_texts: BTreeMap<u32, StrId>,
    /// Parent ids cut off to break cycles.
    cuts: BTreeMap<u32, WireSpanId>,
    ids: IdTable,
}

/// The order of rows and the tree as the walk found it.
struct Order {
    nodes: Vec<u32>,
    parent: Vec<u32>,
    depth: Vec<u32>,
    subtree: Vec<u32>,
    /// Index of the live trace per final trace.
    traces: Vec<u32>,
    /// First row per final trace, and the end.
    bounds: Vec<u32>,
}

impl<'a> Nodes<'a> {
    fn new(mut staged: Staged, strings: &'a Interner) -> Self {
        let trace = std::mem::take(&mut staged.trace).into_vec();
        let span_id = std::mem::take(&mut staged.span_id).into_vec();
        let spans = trace.len();
        let mut nodes = Self {
            start: std::mem::take(&mut staged.start).into_vec(),
            end: std::mem::take(&mut staged.end).into_vec(),
            flags: std::mem::take(&mut staged.flags).into_vec(),
            parent: vec![NO_ROW; spans],
            dead: vec![false; spans],
            ids: IdTable::with_capacity(spans),
            staged,
            strings,
            trace,
            span_id,
            duplicates: 0,
            spans,
            placeholder_texts: BTreeMap::new(),
            cuts: BTreeMap::new(),
        };
        for node in 0..spans as u32 {
            let (trace, id) = (nodes.trace[node as usize], nodes.span_id[node as usize]);
            if id != NO_SPAN
                && let Some(earlier) =
                    nodes
                        .ids
                        .insert(&nodes.trace, &nodes.span_id, node, trace, id)
            {
                nodes.dead[earlier as usize] = true;
                nodes.duplicates += 1;
            }
        }
        nodes
    }

    fn resolve_parents(&mut self) {
        let parent_id = std::mem::take(&mut self.staged.parent_id);
        let mut orphans: Vec<(u32, u64, u32)> = Vec::new();
        let mut last = (u32::MAX, 0_u64, NO_ROW);
        for (node, wanted) in parent_id.iter().enumerate() {
            if wanted == NO_SPAN || self.dead[node] {
                continue;
            }
            let trace = self.trace[node];
            if (last.0, last.1) != (trace, wanted) {
                let found = self.ids.find(&self.trace, &self.span_id, trace, wanted);
                last = (trace, wanted, found.unwrap_or(NO_ROW));
            }
            if last.2 == NO_ROW {
                orphans.push((trace, wanted, node as u32));
            } else {
                self.parent[node] = last.2;
            }
        }
        orphans.sort_unstable();
        let odd: BTreeMap<u32, StrId> = self.staged.odd_parents.iter().copied().collect();
        for group in orphans.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let Some(&(trace, id, first)) = group.first() else {
                continue;
            };
            let placeholder = self.parent.len() as u32;
            if let Some(&text) = odd.get(&first) {
                self.placeholder_texts.insert(placeholder, text);
            }
            let mut range = (i64::MAX, i64::MIN);
            for &(_, _, node) in group {
                let node = node as usize;
                self.parent[node] = placeholder;
                self.flags[node].insert(SpanFlags::ORPHAN);
                if self.start[node] != i64::MIN {
                    range.0 = range.0.min(self.start[node]);
                }
                range.1 = range.1.max(self.start[node]).max(self.end[node]);
            }
            self.trace.push(trace);
            self.span_id.push(id);
            self.start.push(if range.0 == i64::MAX {
                range.1
            } else {
                range.0
            });
            self.end.push(range.1);
            self.flags.push(SpanFlags::PLACEHOLDER);
            self.parent.push(NO_ROW);
            self.dead.push(false);
        }
    }

    fn break_cycles(&mut self) {
        // 0: not seen, 1: on the current walk, 2: known to end at a root.
        let mut state = vec![0_u8; self.parent.len()];
        let mut path = Vec::new();
        for first in 0..self.parent.len() as u32 {
            let mut node = first;
            while node != NO_ROW && state[node as usize] == 0 {
                state[node as usize] = 1;
                path.push(node);
                node = self.parent[node as usize];
            }
            if node != NO_ROW && state[node as usize] == 1 {
                let from = path.iter().position(|&at| at == node).unwrap_or(0);
                let cut = path[from..]
                    .iter()
                    .copied()
                    .min_by_key(|&at| (self.start[at as usize], self.span_id[at as usize]));
                if let Some(cut) = cut {
                    self.cut(cut);
                }
            }
            for node in path.drain(..) {
                state[node as usize] = 2;
            }
        }
    }

    fn cut(&mut self, node: u32) {
        let parent = std::mem::replace(&mut self.parent[node as usize], NO_ROW);
        self.flags[node as usize].insert(SpanFlags::CYCLE);
        let original = self
            .staged
            .odd_parents
            .binary_search_by_key(&node, |&(at, _)| at)
            .ok()
            .map(|at| self.staged.odd_parents[at].1);
        let id = super::SpanId(self.span_id[parent as usize]);
        self.cuts.insert(node, WireSpanId { id, original });
    }

    /// Spans without a start are drawn where their trace starts.
    fn place_unknown_starts(&mut self, traces: usize) {
        if !self.start.contains(&i64::MIN) {
            return;
        }
        let mut earliest = vec![i64::MAX; traces];
        for (node, &start) in self.start.iter().enumerate() {
            let known = if start == i64::MIN {
                self.end[node]
            } else {
                start
            };
            let earliest = &mut earliest[self.trace[node] as usize];
            if known != i64::MIN {
                *earliest = known.min(*earliest);
            }
        }
        for (node, start) in self.start.iter_mut().enumerate() {
            if *start == i64::MIN {
                let earliest = earliest[self.trace[node] as usize];
                *start = if earliest == i64::MAX { 0 } else { earliest };
            }
        }
    }

    fn depth_first(&self, live: &[super::builder::LiveTrace]) -> Order {
        let count = self.parent.len();
        let buckets = count + live.len();
        // Children of node n stand in children[first[n]..first[n + 1]]; roots of trace t are children of count + t.
        let mut first = vec![0_u32; buckets + 1];
        let bucket = |node: usize| match self.parent[node] {
            NO_ROW => count + self.trace[node] as usize,
            parent => parent as usize,
        };
        for node in (0..count).filter(|&node| !self.dead[node]) {
            first[bucket(node) + 1] += 1;
        }
        for at in 0..buckets {
            first[at + 1] += first[at];
        }
        let mut children = vec![0_u32; first[buckets] as usize];
        let mut cursor = first.clone();
        for node in (0..count).filter(|&node| !self.dead[node]) {
            let cursor = &mut cursor[bucket(node)];
            children[*cursor as usize] = node as u32;
            *cursor += 1;
        }
        drop(cursor);
        for pair in first.windows(2) {
            let siblings = &mut children[pair[0] as usize..pair[1] as usize];
            if siblings.len() > 1 {
                self.sort_siblings(siblings);
            }
        }
        self.walk(&first, &children, count, live)
    }

    fn sort_siblings(&self, siblings: &mut [u32]) {
        siblings.sort_unstable_by(|&a, &b| {
            let key = |node: u32| (self.start[node as usize], self.span_id[node as usize]);
            key(a).cmp(&key(b)).then_with(|| {
                // Only spans without an id can tie: their names decide, so that file order does not.
                let name = |node: u32| self.staged.name.get(node as usize).map(StrId);
                let text = |node: u32| name(node).map(|id| self.strings.text(id));
                (text(a), self.end[a as usize]).cmp(&(text(b), self.end[b as usize]))
            })
        });
    }

    fn walk(
        &self,
        first: &[u32],
        children: &[u32],
        count: usize,
        live: &[super::builder::LiveTrace],
    ) -> Order {
        let mut traces: Vec<u32> = (0..live.len() as u32)
            .filter(|&trace| live[trace as usize].spans > 0)
            .collect();
        let start_of = |trace: u32| {
            let roots =
                first[count + trace as usize] as usize..first[count + trace as usize + 1] as usize;
            children[roots]
                .first()
                .map_or(i64::MAX, |&node| self.start[node as usize])
        };
        traces.sort_by_key(|&trace| (start_of(trace), live[trace as usize].id));
        let rows = children.len();
        let mut order = Order {
            nodes: Vec::with_capacity(rows),
            parent: Vec::with_capacity(rows),
            depth: Vec::with_capacity(rows),
            subtree: vec![1; rows],
            bounds: Vec::with_capacity(traces.len() + 1),
            traces,
        };
        // (next child, end of children, row of the parent)
        let mut stack: Vec<(u32, u32, u32)> = Vec::new();
        for trace in 0..order.traces.len() {
            order.bounds.push(order.nodes.len() as u32);
            let roots = count + order.traces[trace] as usize;
            stack.push((first[roots], first[roots + 1], NO_ROW));
            while let Some((next, end, parent)) = stack.pop() {
                if next == end {
                    if parent != NO_ROW {
                        order.subtree[parent as usize] = order.nodes.len() as u32 - parent;
                    }
                    continue;
                }
                stack.push((next + 1, end, parent));
                let node = children[next as usize];
                let row = order.nodes.len() as u32;
                order.nodes.push(node);
                order.parent.push(parent);
                order.depth.push(stack.len() as u32 - 1);
                let (from, to) = (first[node as usize], first[node as usize + 1]);
                if from != to {
                    stack.push((from, to, row));
                }
            }
        }
        order.bounds.push(order.nodes.len() as u32);
        order
    }
}

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

fn gather(mut nodes: Nodes<'_>, order: &mut Order) -> TraceStore {
    let mut staged = std::mem::take(&mut nodes.staged);
    let by = &order.nodes;
    nodes.ids = IdTable::default();
    let mut store = TraceStore {
        start: pick(&nodes.start, by, 0),
        duration: Vec::new(),
        span_id: pick(&nodes.span_id, by, NO_SPAN),
        parent: std::mem::take(&mut order.parent),
        subtree: std::mem::take(&mut order.subtree),
        depth: std::mem::take(&mut order.depth),
        name: take(&mut staged.name, by, StrId::EMPTY.0),
        kind: take(&mut staged.kind, by, SpanKind::Unspecified),
        status: take(&mut staged.status, by, StatusCode::Unset),
        flags: pick(&nodes.flags, by, SpanFlags::default()),
        scope: take(&mut staged.scope, by, u32::MAX),
        source: take(&mut staged.source, by, 0),
        source_len: take(&mut staged.source_len, by, 0),
        placeholders: (nodes.parent.len() - nodes.spans) as u32,
        duplicates: nodes.duplicates,
        ..TraceStore::default()
    };
    let mut new_row = vec![NO_ROW; nodes.parent.len()];
    for (&node, row) in by.iter().zip(0..) {
        new_row[node as usize] = row;
    }
    gather_durations(&mut store, &nodes, by);
    gather_attributes(&mut store, &mut staged, by);
    let row = |node: u32| {
        new_row
            .get(node as usize)
            .copied()
            .filter(|&row| row != NO_ROW)
    };
    let events = std::mem::take(&mut staged.events);
    store.events = events
        .iter()
        .filter_map(|staged| {
            Some(Event {
                row: SpanRow(row(staged.row)?),
                event: super::EventInput {
                    time: staged.time,
                    name: staged.name,
                    exception_type: staged.exception_type,
                },
            })
        })
        .collect();
    store.events.sort_by_key(|event| event.row);
    let links = std::mem::take(&mut staged.links);
    store.links = links
        .iter()
        .filter_map(|staged| {
            Some(Link {
                row: SpanRow(row(staged.row)?),
                link: staged.link,
                target: None,
            })
        })
        .collect();
    store.links.sort_by_key(|link| link.row);
    store.logs = std::mem::take(&mut staged.logs)
        .into_vec()
        .into_iter()
        .map(|log| LogRecord { log, row: None })
        .collect();
    let odd = staged.odd_ids.iter().copied();
    store.odd_ids = odd
        .chain(std::mem::take(&mut nodes.placeholder_texts))
        .filter_map(|(node, text)| Some((row(node)?, text)))
        .collect();
    store.cut_parents = std::mem::take(&mut nodes.cuts)
        .into_iter()
        .filter_map(|(node, id)| Some((row(node)?, id)))
        .collect();
    store.traces = order
        .bounds
        .windows(2)
        .map(|pair| describe_trace(&mut store, pair[0]..pair[1]))
        .collect();
    store
}

fn gather_durations(store: &mut TraceStore, nodes: &Nodes<'_>, by: &[u32]) {
    let mut durations = Vec::with_capacity(by.len());
    for (&node, row) in by.iter().zip(0_u32..) {
        let (start, end) = (store.start[row as usize], nodes.end[node as usize]);
        let flags = store.flags[row as usize];
        if flags.contains(SpanFlags::ENDS_BEFORE_START) {
            store.early_ends.insert(row, end);
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
    let mut attributes = Vec::with_capacity(by.iter().map(|&node| range(node).len()).sum());
    let mut attr_start = Vec::with_capacity(by.len() + 1);
    for &node in by {
        attr_start.push(attributes.len() as u32);
        attributes.extend(range(node).filter_map(|at| staged.attributes.get(at as usize)));
    }
    attr_start.push(attributes.len() as u32);
    staged.attributes = Column::default();
    store.attributes = attributes;
    store.attr_start = attr_start;
}

/// Counts and bounds of a trace; marks children that start before their parents.
fn describe_trace(store: &mut TraceStore, rows: std::ops::Range<u32>) -> Trace {
    let mut trace = Trace {
        id: super::TraceId(0),
        original: None,
        spans: 0,
        errors: 0,
        orphans: 0,
        roots: 0,
        running: false,
        range: TimeRange::default(),
        root: SpanRow(rows.start),
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

/// Equal resources and equal scopes become one; a Collector file repeats them on every line.
fn compact_scopes(store: &mut TraceStore, resources: &[Resource], scopes: &[Scope]) {
    let mut known_resources: HashMap<(StrId, Option<StrId>), u32> = HashMap::new();
    let resource_map: Vec<u32> = resources
        .iter()
        .map(|resource| {
            let next = store.resources.len() as u32;
            *known_resources
                .entry((resource.json, resource.service))
                .or_insert_with(|| {
                    store.resources.push(*resource);
                    next
                })
        })
        .collect();
    let mut known_scopes: HashMap<(u32, StrId, StrId, StrId), u32> = HashMap::new();
    let scope_map: Vec<u32> = scopes
        .iter()
        .map(|scope| {
            let resource = resource_map
                .get(scope.resource as usize)
                .copied()
                .unwrap_or(0);
            let next = store.scopes.len() as u32;
            *known_scopes
                .entry((resource, scope.json, scope.name, scope.version))
                .or_insert_with(|| {
                    store.scopes.push(Scope { resource, ..*scope });
                    next
                })
        })
        .collect();
    let mapped = |scope: u32| scope_map.get(scope as usize).copied().unwrap_or(u32::MAX);
    for scope in &mut store.scope {
        *scope = mapped(*scope);
    }
    for record in &mut store.logs {
        record.log.scope = super::ScopeSlot(mapped(record.log.scope.0));
    }
}

/// Services in order of span count, ties by name.
fn count_services(store: &mut TraceStore) {
    let mut per_scope = vec![0_u32; store.scopes.len()];
    for &scope in &store.scope {
        if let Some(count) = per_scope.get_mut(scope as usize) {
            *count += 1;
        }
    }
    let mut per_service: BTreeMap<StrId, u32> = BTreeMap::new();
    for (scope, &spans) in store.scopes.iter().zip(&per_scope) {
        if spans > 0
            && let Some(service) = store.resources[scope.resource as usize].service
        {
            *per_service.entry(service).or_default() += spans;
        }
    }
    let mut services: Vec<Service> = per_service
        .into_iter()
        .map(|(name, spans)| Service { name, spans })
        .collect();
    services.sort_by(|a, b| {
        let text = |service: &Service| store.strings.text(service.name).to_owned();
        b.spans.cmp(&a.spans).then_with(|| text(a).cmp(&text(b)))
    });
    store.resource_service = store
        .resources
        .iter()
        .map(|resource| {
            let at = services
                .iter()
                .position(|service| Some(service.name) == resource.service)?;
            u16::try_from(at).ok()
        })
        .collect();
    store.services = services;
}

/// Finds the rows that links and log records name.
fn resolve_links_and_logs(store: &mut TraceStore) {
    if store.links.is_empty() && store.logs.is_empty() {
        return;
    }
    let mut wanted: HashMap<(u128, u64), Option<u32>> = HashMap::new();
    let links = store
        .links
        .iter()
        .filter_map(|link| link.link.trace.zip(link.link.span));
    let logs = store
        .logs
        .iter()
        .filter_map(|record| record.log.trace.zip(record.log.span));
    for (trace, span) in links.chain(logs) {
        wanted.insert((trace.id.0, span.id.0), None);
    }
    for trace in &store.traces {
        for row in trace.rows.clone() {
            let key = (trace.id.0, store.span_id[row as usize]);
            if let Some(found) = wanted.get_mut(&key)
                && !store.flags[row as usize].contains(SpanFlags::PLACEHOLDER)
            {
                *found = Some(row);
            }
        }
    }
    let find = |trace: Option<super::WireTraceId>, span: Option<WireSpanId>| {
        let (trace, span) = trace.zip(span)?;
        wanted
            .get(&(trace.id.0, span.id.0))
            .copied()
            .flatten()
            .map(SpanRow)
    };
    for link in &mut store.links {
        link.target = find(link.link.trace, link.link.span);
    }
    let links = &store.links;
    store.links_in = (0..links.len() as u32)
        .filter(|&index| links[index as usize].target.is_some())
        .collect();
    store
        .links_in
        .sort_by_key(|&index| (links[index as usize].target, index));
    for record in &mut store.logs {
        record.row = find(record.log.trace, record.log.span);
        if let Some(row) = record.row {
            store.flags[row.0 as usize].insert(SpanFlags::LOGS);
        }
    }
    store
        .logs
        .sort_by_key(|record| (record.row.is_none(), record.row, record.log.time));
}

/// (trace, span id) to node, by open addressing; keys stand in the columns.
#[derive(Debug, Default)]
struct IdTable {
    /// `node + 1` or 0 for free; a power of two, at most half full.
    slots: Vec<u32>,
}

impl IdTable {
    fn with_capacity(count: usize) -> Self {
        Self {
            slots: vec![0; (count * 2).next_power_of_two().max(2)],
        }
    }

    /// Puts `node` in; gives back the node with the same key that it replaces.
    fn insert(
        &mut self,
        traces: &[u32],
        ids: &[u64],
        node: u32,
        trace: u32,
        id: u64,
    ) -> Option<u32> {
        let slot = self.slot(traces, ids, trace, id);
        let earlier = self.slots[slot].checked_sub(1);
        self.slots[slot] = node + 1;
        earlier
    }

    fn find(&self, traces: &[u32], ids: &[u64], trace: u32, id: u64) -> Option<u32> {
        self.slots[self.slot(traces, ids, trace, id)].checked_sub(1)
    }

    fn slot(&self, traces: &[u32], ids: &[u64], trace: u32, id: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = fold(id ^ 0x9E37_79B9_7F4A_7C15, u64::from(trace) << 1 | 1) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return slot,
                entry => {
                    let node = entry as usize - 1;
                    if ids[node] == id && traces[node] == trace {
                        return slot;
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::{dump, parse};

    #[track_caller]
    fn picture(drawing: &str, expected: &str) {
        assert_eq!(dump(&parse(drawing).finish()), expected);
    }

    #[test]
    fn rows_stand_depth_first_by_start() {
        picture(
            "b 10..20 parent=a id=2\na 0..100 id=a\nc 5..8 parent=a id=3\n  d 6..7",
            "trace 00000000000000000000000000000001 spans=4 errors=0 orphans=0 100 ns\n  \
               a 0..100 [app]\n    c 5..8 [app]\n      d 6..7 [app]\n    b 10..20 [app]\n",
        );
    }

    #[test]
    fn orphans_share_a_placeholder_that_is_in_no_count() {
        let store = parse("a 5..10 parent=ff\nb 7..20 parent=ff error").finish();
        assert_eq!(
            dump(&store),
            "trace 00000000000000000000000000000001 spans=2 errors=1 orphans=2 15 ns\n  \
             (missing 00000000000000ff) 0..15\n    a 0..5 orphan [app]\n    b 2..15 orphan error [app]\n"
        );
        assert_eq!((store.rows(), store.span_count()), (3, 2));
    }

    #[test]
    fn a_cycle_is_cut_at_its_earliest_span_and_survives_reopening() {
        let drawing = "a 5..10 id=1 parent=2\nb 3..20 id=2 parent=1\nc 4..4 id=3 parent=3";
        let expected = "trace 00000000000000000000000000000001 spans=3 errors=0 orphans=0 17 ns\n  \
             b 0..17 cycle [app]\n    a 2..7 [app]\n  c 1..1 cycle [app]\n";
        picture(drawing, expected);
        let again = parse(drawing).finish().to_builder().finish();
        assert_eq!(dump(&again), expected);
        assert_eq!(again.traces()[0].roots, 0);
    }

    #[test]
    fn the_last_copy_of_a_span_stays() {
        let store = parse("a 0..9\nold 1..2 id=7 parent=1\nnew 3..4 id=7 parent=1").finish();
        assert_eq!(store.duplicate_count(), 1);
        assert_eq!(store.span_count(), 2);
        assert!(dump(&store).contains("new 3..4"));
    }

    #[test]
    fn a_parent_that_comes_later_adopts_its_orphans() {
        let first = parse("a 5..10 id=2 parent=ff").finish();
        assert_eq!(first.traces()[0].orphans, 1);
        let mut builder = first.to_builder();
        let late = parse("p 0..20 id=ff").finish();
        let row = super::SpanRow(0);
        let name = builder.strings().intern(late.name(row));
        builder.push_span(super::super::SpanInput {
            trace: Some(super::super::WireTraceId {
                id: late.traces()[0].id,
                original: None,
            }),
            id: late.wire_span_id(row),
            parent: None,
            name,
            kind: late.kind(row),
            status: late.status(row),
            start: Some(0),
            end: Some(20),
            scope: super::super::ScopeSlot(0),
            source: super::super::SourceRange::default(),
            attributes: &[],
            events: &[],
            links: &[],
        });
        let store = builder.finish();
        assert_eq!(store.traces()[0].orphans, 0);
        assert_eq!((store.rows(), store.depth(super::SpanRow(1))), (2, 1));
    }

    #[test]
    fn odd_times_are_kept_and_marked() {
        picture(
            "a 10..100\n  run 20..\n  back 50..40\n  early 4..60\n  none ..30",
            "trace 00000000000000000000000000000001 spans=5 errors=0 orphans=0 96 ns\n  \
             a 6..96 [app]\n    early 0..56 before-parent [app]\n    none 0..26 no-start before-parent [app]\n    \
             run 16.. [app]\n    back 46..36 ends-before-start [app]\n",
        );
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_overflow_the_stack() {
        use std::fmt::Write as _;
        let mut drawing = String::new();
        for i in 1..=100_000 {
            let _ = writeln!(drawing, "s {i}..{} id={i:x} parent={:x}", i + 1, i - 1);
        }
        let store = parse(&drawing).finish();
        assert_eq!(store.rows(), 100_000, "an id of zero means no parent");
        assert_eq!(store.depth(super::SpanRow(99_999)), 99_999);
    }
}
