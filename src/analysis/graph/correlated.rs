//! Traces that belong to a span of another trace by their correlation ids.

use super::evidence;
use crate::analysis::part::Part;
use crate::model::{SpanId, SpanRow, TraceStore, order};
use crate::semantics::request::KEYS;

/// Spans of other traces that roots of a part belong to by their correlation ids: the cause, the root, and
/// what tells it, as of [`evidence`].
pub(super) fn correlated(store: &TraceStore, part: &Part) -> Vec<(SpanRow, SpanRow, u8)> {
    let dictionary = store.dictionary();
    if KEYS.iter().all(|key| dictionary.find_key(key).is_none()) {
        return Vec::new();
    }
    // Traces stand by start.
    let mut roots: Vec<(String, SpanRow)> = Vec::new();
    for trace in store
        .traces()
        .iter()
        .filter(|trace| part.contains(trace.root))
    {
        // The key that is named first counts.
        let rank = |pair| {
            let key = dictionary.key_text(pair);
            KEYS.iter().position(|known| *known == key)
        };
        let pairs = store.attributes(trace.root);
        let known = pairs.filter_map(|pair| Some((rank(pair)?, pair)));
        let pair = known.min_by_key(|(rank, _)| *rank).map(|(_, pair)| pair);
        if let Some(value) = pair.and_then(|pair| dictionary.value_text(pair)) {
            roots.push((value.to_owned(), trace.root));
        }
    }
    order::sort_items(&mut roots, Ord::cmp);
    let mut found = Vec::new();
    let mut known = vec![false; roots.len()];
    // Ids of spans among them, as numbers.
    let mut wanted: Vec<(u64, u32)> = Vec::new();
    for ((value, _), at) in roots.iter().zip(0..) {
        if let Some(id) = Some(value).filter(|value| value.len() == 16) {
            wanted.extend(u64::from_str_radix(id, 16).ok().map(|id| (id, at)));
        }
    }
    order::sort_items(&mut wanted, Ord::cmp);
    for row in part.spans(store).filter(|_| !wanted.is_empty()) {
        let Some(SpanId(id)) = store.span_id(row) else {
            continue;
        };
        let first = wanted.partition_point(|&(value, _)| value < id);
        let same = wanted
            .iter()
            .skip(first)
            .take_while(|(value, _)| *value == id);
        for &(_, at) in same {
            let root = roots.get(at as usize).map(|&(_, root)| root);
            let other = root.filter(|&root| store.trace_of(row) != store.trace_of(root));
            if let (Some(root), Some(known)) = (other, known.get_mut(at as usize)) {
                found.push((row, root, evidence::CAUSE));
                *known = true;
            }
        }
    }
    for group in roots.chunk_by(|a, b| a.0 == b.0) {
        // The earliest trace of a request is where it began.
        let Some(((_, first), later)) = group.split_first() else {
            continue;
        };
        let from = roots.partition_point(|known| known < &group[0]);
        for (at, (_, root)) in (from + 1..).zip(later) {
            if !known.get(at).copied().unwrap_or(true) {
                found.push((*first, *root, evidence::SAME));
            }
        }
    }
    found
}
