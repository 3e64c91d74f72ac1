//! Traces of one request that were not joined when they were recorded.
//!
//! Evidence, each looked for on the first span of a trace:
//!
//! - it carries the same correlation id as that of another trace ([`Belonging::Same`]);
//! - its correlation id is the id of a span of another trace ([`Belonging::Cause`]);
//! - its links lead to one other trace and no more ([`Belonging::Link`]).
//!
//! Traces that belong together stand next to each other, behind a row that is no span and heads them all, so that together
//! they are a range of rows like any trace. More than [`MOST`] traces are no request: then an id says something else.

use super::super::attributes::{AttrId, AttributeDictionary};
use super::super::builder::NO_SPAN;
use super::super::live::LiveTrace;
use super::super::order;
use super::super::rows::NO_ROW;
use super::super::span::SpanFlags;
use super::super::stitched::{Belonging, STITCHED, Stitch};
use super::super::store::TraceStore;
use super::gather::describe_trace;
use super::{Nodes, Order};
use std::ops::Range;

/// Traces that are joined at most.
const MOST: usize = 64;

/// Values that say nothing.
const NOTHING: [&str; 7] = ["", "-", "0", "none", "null", "nil", "unknown"];

/// No group.
pub(super) const ALONE: u32 = u32::MAX;

/// Which traces belong together.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// By live trace: its group, or [`ALONE`]. Empty when there are none.
    of: Vec<u32>,
    /// By group.
    pub why: Vec<Belonging>,
}

/// A group in the order of the rows.
#[derive(Debug, Clone)]
pub(super) struct Joined {
    group: u32,
    /// The row that heads it and those of its members.
    rows: Range<u32>,
    /// Its members.
    traces: Range<u32>,
}

impl Groups {
    /// Looks at the first spans of all traces.
    pub fn find(
        nodes: &Nodes<'_>,
        live: &[LiveTrace],
        dictionary: &AttributeDictionary,
        keys: &[&str],
    ) -> Self {
        let has_key = keys.iter().any(|key| dictionary.find_key(key).is_some());
        if !has_key && nodes.staged.links.is_empty() {
            return Self::default();
        }
        let mut union = Union::new(live.len());
        let first = first_spans(nodes, live.len());
        let named = ids(nodes, &first, dictionary, keys);
        for pair in named.windows(2) {
            if let [(value, a, pair), (other, b, _)] = *pair
                && value == other
            {
                union.join(a, b, Belonging::Same(pair));
            }
        }
        causes(nodes, &named, &mut union);
        links(nodes, &first, live, &mut union);
        union.groups()
    }

    /// The group of a trace, or [`ALONE`].
    fn of(&self, trace: u32) -> u32 {
        self.of.get(trace as usize).copied().unwrap_or(ALONE)
    }

    /// Brings the members of each group to where the first of them stands.
    pub fn bring_together(&self, traces: &mut [u32]) {
        if self.why.is_empty() {
            return;
        }
        let mut place = vec![0_u32; self.of.len()];
        let mut first = vec![ALONE; self.why.len()];
        for (&trace, at) in traces.iter().zip(0..) {
            let mut stands = at;
            if let Some(first) = first.get_mut(self.of(trace) as usize) {
                *first = (*first).min(at);
                stands = *first;
            }
            if let Some(place) = place.get_mut(trace as usize) {
                *place = stands;
            }
        }
        // The sort is stable: members keep their order.
        let place = |trace: u32| place.get(trace as usize).copied();
        order::sort(traces, &|a, b| place(a).cmp(&place(b)));
    }
}

impl Order {
    /// Before the rows of a trace: begins a group where it is the first of one.
    pub(super) fn join(&mut self, groups: &Groups, trace: usize, nodes: usize) {
        let group = self
            .traces
            .get(trace)
            .map_or(ALONE, |&live| groups.of(live));
        if group == ALONE || self.joined.last().is_some_and(|last| last.group == group) {
            return;
        }
        let row = self.nodes.len() as u32;
        self.nodes.push((nodes + self.joined.len()) as u32);
        self.parent.push(NO_ROW);
        self.depth.push(0);
        self.joined.push(Joined {
            group,
            rows: row..row + 1,
            traces: trace as u32..trace as u32,
        });
    }

    /// Behind the rows of a trace.
    pub(super) fn extend_joined(&mut self, groups: &Groups, trace: usize) {
        let group = self
            .traces
            .get(trace)
            .map_or(ALONE, |&live| groups.of(live));
        let end = self.nodes.len() as u32;
        if let Some(last) = self.joined.last_mut().filter(|last| last.group == group) {
            last.rows.end = end;
            last.traces.end = trace as u32 + 1;
            if let Some(subtree) = self.subtree.get_mut(last.rows.start as usize) {
                *subtree = end - last.rows.start;
            }
        }
    }
}

/// The first span without a parent of each trace; [`NO_ROW`] where there is none.
fn first_spans(nodes: &Nodes<'_>, traces: usize) -> Vec<u32> {
    let mut first = vec![NO_ROW; traces];
    let key = |node: u32| {
        (
            nodes.start[node as usize],
            nodes.span_id[node as usize],
            node,
        )
    };
    for node in 0..nodes.spans as u32 {
        let at = node as usize;
        if nodes.dead[at] || nodes.parent[at] != NO_ROW {
            continue;
        }
        if let Some(first) = first.get_mut(nodes.trace[at] as usize)
            && (*first == NO_ROW || key(node) < key(*first))
        {
            *first = node;
        }
    }
    first
}

/// Values of correlation ids with their traces, in order of both.
fn ids<'d>(
    nodes: &Nodes<'_>,
    first: &[u32],
    dictionary: &'d AttributeDictionary,
    keys: &[&str],
) -> Vec<(&'d str, u32, AttrId)> {
    let staged = &nodes.staged;
    let mut found = Vec::new();
    for (&node, trace) in first.iter().zip(0..).filter(|(node, _)| **node != NO_ROW) {
        let end = staged.attributes.len() as u32;
        let bound = |node: u32| staged.attr_start.get(node as usize).unwrap_or(end);
        let pairs = (bound(node)..bound(node + 1))
            .filter_map(|at| staged.attributes.get(at as usize))
            .map(AttrId);
        // The key that is named first counts.
        let known = pairs.filter_map(|pair| {
            let key = dictionary.key_text(pair);
            let rank = keys.iter().position(|known| *known == key)?;
            let value = dictionary.value_text(pair)?;
            let says = !NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word));
            says.then_some((rank, value, pair))
        });
        if let Some((_, value, pair)) = known.min_by_key(|(rank, ..)| *rank) {
            found.push((value, trace, pair));
        }
    }
    order::sort_items(&mut found, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    found
}

/// Joins traces whose correlation id is a span of another trace.
fn causes(nodes: &Nodes<'_>, named: &[(&str, u32, AttrId)], union: &mut Union) {
    let mut wanted: Vec<(u64, u32, AttrId)> = (named.iter())
        .filter(|(value, ..)| value.len() == 16)
        .filter_map(|&(value, trace, pair)| {
            Some((u64::from_str_radix(value, 16).ok()?, trace, pair))
        })
        .collect();
    if wanted.is_empty() {
        return;
    }
    order::sort_items(&mut wanted, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    for (at, &id) in nodes.span_id.iter().enumerate().take(nodes.spans) {
        if id == NO_SPAN || nodes.dead[at] {
            continue;
        }
        let from = wanted.partition_point(|known| known.0 < id);
        for &(_, trace, pair) in wanted.iter().skip(from).take_while(|known| known.0 == id) {
            if nodes.trace[at] != trace {
                union.join(trace, nodes.trace[at], Belonging::Cause(pair));
            }
        }
    }
}

/// Joins traces whose first span links to spans of one other trace.
fn links(nodes: &Nodes<'_>, first: &[u32], live: &[LiveTrace], union: &mut Union) {
    let staged = &nodes.staged;
    if staged.links.is_empty() {
        return;
    }
    let here = live.iter().zip(0..).filter(|(live, _)| live.spans > 0);
    let mut known: Vec<(u128, u32)> = here.map(|(live, at)| (live.id.0, at)).collect();
    order::sort_items(&mut known, Ord::cmp);
    let mut targets: Vec<(u32, u32)> = Vec::new();
    for link in staged.links.iter() {
        let trace = nodes.trace[link.row as usize];
        if first.get(trace as usize) != Some(&link.row) {
            continue;
        }
        let Some(id) = link.link.trace.map(|wire| wire.id.0) else {
            continue;
        };
        if let Ok(at) = known.binary_search_by(|known| known.0.cmp(&id)) {
            targets.extend(known.get(at).map(|&(_, target)| (trace, target)));
        }
    }
    order::sort_items(&mut targets, Ord::cmp);
    targets.dedup();
    for targets in targets.chunk_by(|a, b| a.0 == b.0) {
        if let [(trace, target)] = *targets
            && trace != target
        {
            union.join(trace, target, Belonging::Link);
        }
    }
}

/// Which traces are joined so far.
struct Union {
    above: Vec<u32>,
    /// Of a trace that heads others.
    why: Vec<(u32, Belonging)>,
}

impl Union {
    fn new(traces: usize) -> Self {
        Self {
            above: (0..traces as u32).collect(),
            why: Vec::new(),
        }
    }

    fn head(&self, mut trace: u32) -> u32 {
        while let Some(&above) = self.above.get(trace as usize).filter(|at| **at != trace) {
            trace = above;
        }
        trace
    }

    fn join(&mut self, a: u32, b: u32, why: Belonging) {
        let (a, b) = (self.head(a), self.head(b));
        if let Some(above) = self.above.get_mut(a.max(b) as usize) {
            *above = a.min(b);
        }
        // Evidence comes in order of its weight: what came first says why.
        self.why.push((a.min(b), why));
        // A long chain would be climbed again and again.
        for trace in [a, b] {
            let head = self.head(trace);
            if let Some(above) = self.above.get_mut(trace as usize) {
                *above = head;
            }
        }
    }

    fn groups(&self) -> Groups {
        if self.why.is_empty() {
            return Groups::default();
        }
        let mut heads: Vec<(u32, u32)> = (0..self.above.len() as u32)
            .map(|trace| (self.head(trace), trace))
            .collect();
        order::sort_items(&mut heads, Ord::cmp);
        let mut strongest: Vec<Option<Belonging>> = vec![None; heads.len()];
        for &(trace, why) in &self.why {
            if let Some(known) = strongest.get_mut(self.head(trace) as usize) {
                known.get_or_insert(why);
            }
        }
        let mut groups = Groups {
            of: vec![ALONE; heads.len()],
            why: Vec::new(),
        };
        for members in heads.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(head, _)) = members
                .first()
                .filter(|_| (2..=MOST).contains(&members.len()))
            else {
                continue;
            };
            let Some(why) = strongest.get(head as usize).copied().flatten() else {
                continue;
            };
            for &(_, trace) in members {
                if let Some(of) = groups.of.get_mut(trace as usize) {
                    *of = groups.why.len() as u32;
                }
            }
            groups.why.push(why);
        }
        groups
    }
}

/// Gives each group a node for the row that heads it.
pub(super) fn add_heads(nodes: &mut Nodes<'_>, order: &Order) {
    nodes.make_room(order.joined.len());
    for joined in &order.joined {
        let rows = joined.rows.start as usize + 1..joined.rows.end as usize;
        let mut range = (i64::MAX, i64::MIN);
        for &node in order.nodes.get(rows).unwrap_or_default() {
            let (start, end) = (nodes.start[node as usize], nodes.end[node as usize]);
            range = (range.0.min(start), range.1.max(start).max(end));
        }
        nodes.span_id.push(NO_SPAN);
        nodes.start.push(range.0);
        nodes.end.push(range.1);
        let mut flags = SpanFlags::PLACEHOLDER;
        flags.insert(SpanFlags::STITCHED);
        nodes.flags.push(flags);
        nodes.parent.push(NO_ROW);
    }
}

/// Says of each group what it is together.
pub(super) fn describe(store: &mut TraceStore, order: &Order, groups: &Groups) {
    for joined in &order.joined {
        let Some(&why) = groups.why.get(joined.group as usize) else {
            continue;
        };
        let mut trace = describe_trace(store, joined.rows.clone());
        let members = joined.traces.start as usize..joined.traces.end as usize;
        let members = store.traces.get(members).unwrap_or_default();
        let Some(first) = members.first() else {
            continue;
        };
        trace.id = first.id;
        trace.session = members.iter().find_map(|member| member.session);
        trace.user = members.iter().find_map(|member| member.user);
        let id = format!("{STITCHED}{}", store.trace_id_text(first));
        trace.original = Some(store.strings.intern(&id));
        store.stitches.push(Stitch {
            trace,
            members: joined.traces.clone(),
            why,
        });
    }
}
