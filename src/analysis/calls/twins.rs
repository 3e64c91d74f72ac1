//! Pairs of spans that two instrumentations made of one call.

use crate::model::{
    CallId, OperationKind, SpanRow, StatusCode, StrId, TimeRange, TraceRow, TraceStore, order,
};
use std::cmp::Ordering;

/// How many calls that began before one are compared with it where only their tokens tell. Calls of equal tokens that
/// run at the same time are few; a file made to have more must not take forever.
const COMPARED: usize = 64;

/// How many spans may stand for one call: more instrumentations at once nobody has.
const MOST: usize = 8;

/// What is compared of a call.
struct Candidate {
    row: u32,
    trace: TraceRow,
    /// The parent of the outermost span that wraps the call; `None` when that is a root.
    parent: Option<SpanRow>,
    scope: StrId,
    range: TimeRange,
    id: Option<CallId>,
    tokens: (Option<u64>, Option<u64>),
    model: Option<StrId>,
    failed: bool,
}

/// Finds the twins among calls: the one left out and the one that stays, by the first.
pub(super) fn find(store: &TraceStore, leaves: &[u32]) -> Vec<(u32, u32)> {
    let scope_of = |row: &u32| store.scope(SpanRow(*row)).map(|scope| scope.name);
    let first = leaves.first().and_then(scope_of);
    // Twins are of different instrumentations: mostly there is one, and nothing to compare.
    if leaves.iter().all(|row| scope_of(row) == first) {
        return Vec::new();
    }
    let all: Vec<Candidate> = leaves.iter().map(|&row| candidate(store, row)).collect();
    let mut pairs = Pairs::new(&all);
    pairs.by_id();
    pairs.by_tokens();
    pairs.finish()
}

/// The same pairs by the one that stays.
pub(super) fn by_kept(twins: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut by: Vec<u32> = (0..twins.len() as u32).collect();
    let key = |at: u32| twins.get(at as usize).map(|&(twin, kept)| (kept, twin));
    order::sort(&mut by, &|a, b| key(a).cmp(&key(b)));
    by.into_iter().filter_map(key).collect()
}

fn candidate(store: &TraceStore, row: u32) -> Candidate {
    let row = SpanRow(row);
    let mut top = row;
    while let Some(parent) = store.parent(top) {
        if store.operation_kind(parent) != OperationKind::Llm {
            break;
        }
        top = parent;
    }
    let usage = store.recorded_usage(row);
    Candidate {
        row: row.0,
        trace: store.trace_of(row),
        parent: store.parent(top),
        scope: store.scope(row).map_or(StrId::EMPTY, |scope| scope.name),
        range: store.extent(row),
        id: store.call_id(row),
        tokens: (usage.input, usage.output),
        model: store.meaning(row).model(),
        failed: store.status(row) == StatusCode::Error,
    }
}

/// The pairs found so far.
struct Pairs<'a> {
    all: &'a [Candidate],
    /// By candidate: the one it is a twin of, itself when it stays.
    kept: Vec<u32>,
    /// By candidate that stays: its twins.
    twins: Vec<Vec<u32>>,
}

impl<'a> Pairs<'a> {
    fn new(all: &'a [Candidate]) -> Self {
        Self {
            all,
            kept: (0..all.len() as u32).collect(),
            twins: vec![Vec::new(); all.len()],
        }
    }

    /// Calls with the same id of their answers.
    fn by_id(&mut self) {
        let all = self.all;
        let id = |at: u32| all[at as usize].id;
        let mut by: Vec<u32> = (0..all.len() as u32)
            .filter(|&at| id(at).is_some())
            .collect();
        order::sort(&mut by, &|a, b| {
            id(a).cmp(&id(b)).then_with(|| outer_first(all, a, b))
        });
        for group in by.chunk_by(|&a, &b| id(a) == id(b)) {
            self.sweep(group, |_, _| true);
        }
    }

    /// Calls with equal tokens of which one has no id.
    fn by_tokens(&mut self) {
        let all = self.all;
        let tokens = |at: u32| all[at as usize].tokens;
        let mut by: Vec<u32> = (0..all.len() as u32).collect();
        order::sort(&mut by, &|a, b| {
            tokens(a)
                .cmp(&tokens(b))
                .then_with(|| outer_first(all, a, b))
        });
        for group in by.chunk_by(|&a, &b| tokens(a) == tokens(b)) {
            self.sweep(group, |a, b| {
                let is_known = a.tokens.0.is_some() || a.tokens.1.is_some();
                // Where no tokens are known the same model must have been asked, and across traces both must have failed.
                let is_alike = a.model == b.model
                    && a.model.is_some()
                    && a.failed == b.failed
                    && (a.trace == b.trace || a.failed);
                !have_other_answers(a, b) && (is_known || is_alike)
            });
        }
    }

    /// Pairs calls that stand in order of their starts, the wider of two first.
    fn sweep(&mut self, group: &[u32], is_twin: impl Fn(&Candidate, &Candidate) -> bool) {
        let all = self.all;
        for (place, &inner) in group.iter().enumerate() {
            let b = &all[inner as usize];
            // A twin stays one; what stays may be a twin of another, and its twins with it.
            if self.kept[inner as usize] != inner {
                continue;
            }
            let earlier = group.get(place.saturating_sub(COMPARED)..place);
            let outer = earlier
                .unwrap_or_default()
                .iter()
                .rev()
                .copied()
                .filter(|&outer| {
                    let a = &all[outer as usize];
                    a.scope != b.scope
                        && a.range.start <= b.range.start
                        && b.range.end <= a.range.end
                        && is_related(a, b)
                        && is_twin(a, b)
                        && self.may_be_one(self.kept[outer as usize], inner)
                });
            // What stands around a call is hardly longer than the call: of several the shortest.
            let outer = outer.min_by_key(|&outer| all[outer as usize].range.duration());
            if let Some(outer) = outer {
                let kept = self.kept[outer as usize];
                self.join(kept, inner);
            }
        }
    }

    /// Whether two that stay may be one call with all their twins: each was seen by other instrumentations, and no two have
    /// other answers.
    fn may_be_one(&self, one: u32, other: u32) -> bool {
        let all_of = |at: u32| std::iter::once(at).chain(self.twins[at as usize].iter().copied());
        let call = |at: u32| &self.all[at as usize];
        let are_few = all_of(one).count() + all_of(other).count() <= MOST;
        are_few
            && all_of(one).all(|a| {
                all_of(other).all(|b| {
                    let (a, b) = (call(a), call(b));
                    a.scope != b.scope && !have_other_answers(a, b)
                })
            })
    }

    /// Makes one of two calls the twin of the other: across traces the root of its own trace is left out.
    fn join(&mut self, outer: u32, inner: u32) {
        let (a, b) = (&self.all[outer as usize], &self.all[inner as usize]);
        let is_stray = a.trace != b.trace && a.parent.is_none() && b.parent.is_some();
        let (stays, goes) = if is_stray && self.twins[outer as usize].is_empty() {
            (inner, outer)
        } else {
            (outer, inner)
        };
        let with = std::mem::take(&mut self.twins[goes as usize]);
        for twin in std::iter::once(goes).chain(with) {
            self.kept[twin as usize] = stays;
            self.twins[stays as usize].push(twin);
        }
    }

    fn finish(self) -> Vec<(u32, u32)> {
        let row = |at: u32| self.all[at as usize].row;
        let pairs = (0..).zip(&self.kept).filter(|(at, kept)| at != *kept);
        pairs.map(|(at, &kept)| (row(at), row(kept))).collect()
    }
}

/// The wider of two intervals first; rows decide where they are equal.
fn outer_first(all: &[Candidate], a: u32, b: u32) -> Ordering {
    let key = |at: u32| {
        let call = &all[at as usize];
        (
            call.range.start,
            std::cmp::Reverse(call.range.end),
            call.row,
        )
    };
    key(a).cmp(&key(b))
}

/// Whether the ids of their answers say that two calls are different ones.
fn have_other_answers(a: &Candidate, b: &Candidate) -> bool {
    let ids = a.id.zip(b.id);
    ids.is_some_and(|(a, b)| a != b && a.is_comparable_with(b))
}

/// Whether two calls stand where twins do: below one parent, or one of them alone at the top of another trace.
fn is_related(a: &Candidate, b: &Candidate) -> bool {
    if a.trace == b.trace {
        a.parent == b.parent
    } else {
        a.parent.is_none() || b.parent.is_none()
    }
}
