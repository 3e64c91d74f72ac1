//! What is said of traces that were recorded apart and belong to one request.

use super::format::counted;
use crate::model::{Belonging, Stitch, TraceStore};

/// Longer ids are cut.
const LONGEST: usize = 40;

/// How many traces, and what tells that they belong together: `2 traces with the same correlation_id 4971`.
pub fn told_of(store: &TraceStore, stitch: &Stitch) -> String {
    let traces = counted(stitch.members.len() as u64, "trace");
    let id = |pair| {
        let dictionary = store.dictionary();
        let value = dictionary.value_text(pair).unwrap_or_default();
        let mut short: String = value.chars().take(LONGEST).collect();
        if short.len() < value.len() {
            short.push('…');
        }
        format!("{} {short}", dictionary.key_text(pair))
    };
    match stitch.why {
        Belonging::Same(pair) => format!("{traces} with the same {}", id(pair)),
        Belonging::Cause(pair) => {
            format!("{traces}, one with the {} of a span of another", id(pair))
        }
        Belonging::Link => format!("{traces}, one linked to another"),
    }
}
