//! From spans in order of arrival to rows in depth-first order.
//!
//! 1. Spans with the same trace and span id are one; the last copy stays.
//! 2. A parent is looked up within its trace. Spans that name the same missing parent get one placeholder as parent.
//! 3. A chain of parents that comes back to itself is cut at its earliest span.
//! 4. Children stand by start, then id; traces by start, then id; a walk gives the order of the rows.
//! 5. Traces of one request stand next to each other, behind a row that heads them (`stitch`).
//! 6. Every column is gathered in that order, one at a time, so that the peak is the staged data plus one column.
//!
//! Cost: linear but for the sort of siblings; some 120 ns a span in WebAssembly.

mod gather;
mod ids;
mod references;
mod scopes;
mod stitch;
#[cfg(test)]
mod tests;
mod told;

use super::builder::{NO_SPAN, Staged, StoreBuilder};
use super::id::WireSpanId;
use super::live::LiveTrace;
use super::order::{self, RowMap};
use super::rows::NO_ROW;
use super::span::{SourceRange, SpanFlags};
use super::store::TraceStore;
use super::strings::{Interner, StrId};
use gather::gather;
use ids::IdTable;
use std::ops::Range;
use stitch::{Groups, Joined};

/// Finishes a builder.
pub(crate) fn link(builder: StoreBuilder) -> TraceStore {
    let StoreBuilder {
        strings,
        dictionary,
        meanings,
        staged,
        traces: mut live,
        resources,
        scopes,
        duplicates,
        has_told,
        request_keys,
        ..
    } = builder;
    let mut nodes = Nodes::new(staged, &strings);
    if has_told {
        nodes.drop_what_spans_tell(&mut live);
    }
    nodes.resolve_parents();
    nodes.break_cycles();
    if has_told {
        nodes.cover();
    }
    nodes.place_unknown_starts(live.len());
    let groups = if request_keys.is_empty() {
        Groups::default()
    } else {
        Groups::find(&nodes, &live, &dictionary, request_keys)
    };
    let mut order = nodes.depth_first(&live, &groups);
    stitch::add_heads(&mut nodes, &order);
    let mut store = gather(nodes, &mut order);
    store.duplicates += duplicates;
    store.strings = strings;
    store.dictionary = dictionary;
    store.meanings = meanings;
    for (trace, index) in store.traces.iter_mut().zip(&order.traces) {
        let live = &live[*index as usize];
        trace.id = live.id;
        trace.original = live.original;
        trace.session = live.session;
        trace.user = live.user;
    }
    stitch::describe(&mut store, &order, &groups);
    scopes::compact(&mut store, &resources, &scopes);
    scopes::count_services(&mut store);
    references::resolve(&mut store);
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
    /// How many copies were replaced, by the source of the one that stays.
    duplicates: Vec<(u16, u64)>,
    /// How many nodes are spans; the rest are placeholders.
    spans: usize,
    /// Texts of odd ids that placeholders have.
    placeholder_texts: RowMap<StrId>,
    /// Parent ids cut off to break cycles.
    cuts: RowMap<WireSpanId>,
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
    /// First row per final trace, and the one behind its last.
    bounds: Vec<Range<u32>>,
    /// Traces that belong together.
    joined: Vec<Joined>,
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
            duplicates: Vec::new(),
            spans,
            placeholder_texts: RowMap::default(),
            cuts: RowMap::default(),
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
                nodes.count_duplicate(node);
            }
        }
        nodes
    }

    /// Makes room for so many nodes and no more: columns that double for a few would take twice the memory for good.
    fn make_room(&mut self, more: usize) {
        self.trace.reserve_exact(more);
        self.span_id.reserve_exact(more);
        self.start.reserve_exact(more);
        self.end.reserve_exact(more);
        self.flags.reserve_exact(more);
        self.parent.reserve_exact(more);
        self.dead.reserve_exact(more);
    }

    /// Counts a copy that `node` replaces.
    fn count_duplicate(&mut self, node: u32) {
        if self.flags[node as usize].contains(SpanFlags::FROM_LOG) {
            return;
        }
        let source = self.staged.source.get(node as usize).unwrap_or_default();
        let source = SourceRange::unpack(source, 0).source;
        let mut counts = self.duplicates.iter_mut();
        match counts.find(|(known, _)| *known == source) {
            Some((_, count)) => *count += 1,
            None => self.duplicates.push((source, 1)),
        }
    }

    fn resolve_parents(&mut self) {
        let parent_id = std::mem::take(&mut self.staged.parent_id);
        let mut orphans: Vec<u32> = Vec::new();
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
                orphans.push(node as u32);
            } else {
                self.parent[node] = last.2;
            }
        }
        let traces = &self.trace;
        let asked = |node: u32| (traces[node as usize], parent_id.get(node as usize));
        order::sort(&mut orphans, &|a, b| asked(a).cmp(&asked(b)));
        let same = |&a: &u32, &b: &u32| asked(a) == asked(b);
        let groups: Vec<usize> = orphans.chunk_by(same).map(<[u32]>::len).collect();
        let mut rest = &*orphans;
        self.make_room(groups.len());
        for len in groups {
            let (group, later) = rest.split_at(len);
            rest = later;
            let Some(&first) = group.first() else {
                continue;
            };
            let (trace, id) = (self.trace[first as usize], parent_id.get(first as usize));
            let placeholder = self.parent.len() as u32;
            if let Some(text) = self.staged.odd_parents.get(first) {
                self.placeholder_texts.push(placeholder, text);
            }
            let mut range = (i64::MAX, i64::MIN);
            for &node in group {
                let node = node as usize;
                self.parent[node] = placeholder;
                self.flags[node].insert(SpanFlags::ORPHAN);
                if self.start[node] != i64::MIN {
                    range.0 = range.0.min(self.start[node]);
                }
                range.1 = range.1.max(self.start[node]).max(self.end[node]);
            }
            self.trace.push(trace);
            self.span_id.push(id.unwrap_or(NO_SPAN));
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
        let mut cuts = Vec::new();
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
                    self.cut(cut, &mut cuts);
                }
            }
            for node in path.drain(..) {
                state[node as usize] = 2;
            }
        }
        self.cuts = RowMap::from_unordered(&cuts);
    }

    fn cut(&mut self, node: u32, cuts: &mut Vec<(u32, WireSpanId)>) {
        let parent = std::mem::replace(&mut self.parent[node as usize], NO_ROW);
        self.flags[node as usize].insert(SpanFlags::CYCLE);
        let original = self.staged.odd_parents.get(node);
        let id = super::SpanId(self.span_id[parent as usize]);
        cuts.push((node, WireSpanId { id, original }));
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

    fn depth_first(&self, live: &[LiveTrace], groups: &Groups) -> Order {
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
        self.walk(&first, &children, count, live, groups)
    }

    fn sort_siblings(&self, siblings: &mut [u32]) {
        order::sort(siblings, &|a, b| {
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
        live: &[LiveTrace],
        groups: &Groups,
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
        order::sort(&mut traces, &|a, b| {
            let key = |trace: u32| (start_of(trace), live[trace as usize].id);
            key(a).cmp(&key(b))
        });
        groups.bring_together(&mut traces);
        let rows = children.len() + groups.why.len();
        let mut order = Order {
            nodes: Vec::with_capacity(rows),
            parent: Vec::with_capacity(rows),
            depth: Vec::with_capacity(rows),
            subtree: vec![1; rows],
            bounds: Vec::with_capacity(traces.len()),
            joined: Vec::with_capacity(groups.why.len()),
            traces,
        };
        // (next child, end of children, row of the parent)
        let mut stack: Vec<(u32, u32, u32)> = Vec::new();
        for trace in 0..order.traces.len() {
            order.join(groups, trace, count);
            let begin = order.nodes.len() as u32;
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
            order.bounds.push(begin..order.nodes.len() as u32);
            order.extend_joined(groups, trace);
        }
        order
    }
}
