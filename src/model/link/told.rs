//! Rows that log records tell of: only where no spans do.

use super::super::live::LiveTrace;
use super::super::rows::NO_ROW;
use super::super::span::SpanFlags;
use super::super::strings::StrId;
use super::Nodes;
use std::collections::BTreeSet;

impl Nodes<'_> {
    /// Leaves out the traces that records tell of sessions that spans name too: nothing is told twice.
    pub(super) fn drop_what_spans_tell(&mut self, live: &mut [LiveTrace]) {
        let session = |trace: &LiveTrace| trace.session.map(|named| named.text);
        let traced = live.iter().filter(|trace| !trace.is_told);
        let traced: BTreeSet<StrId> = traced.filter_map(session).collect();
        for trace in live.iter_mut().filter(|trace| trace.is_told) {
            if session(trace).is_some_and(|session| traced.contains(&session)) {
                trace.spans = 0;
            }
        }
        for (dead, trace) in self.dead.iter_mut().zip(&self.trace) {
            *dead |= live[*trace as usize].spans == 0;
        }
    }

    /// Gives a row without start and end those of what stands below it.
    pub(super) fn cover(&mut self) {
        let is_open = |nodes: &Self, node: usize| {
            nodes.flags[node].contains(SpanFlags::FROM_LOG)
                && nodes.flags[node].contains(SpanFlags::NO_START)
                && nodes.flags[node].contains(SpanFlags::RUNNING)
        };
        let open: Vec<bool> = (0..self.spans).map(|node| is_open(self, node)).collect();
        for node in 0..self.spans {
            let parent = self.parent[node] as usize;
            if self.parent[node] == NO_ROW
                || self.dead[node]
                || !open.get(parent).is_some_and(|open| *open)
            {
                continue;
            }
            let (start, end) = (self.start[node], self.end[node]);
            if start == i64::MIN {
                continue;
            }
            let before = self.start[parent];
            self.start[parent] = if before == i64::MIN {
                start
            } else {
                before.min(start)
            };
            self.end[parent] = self.end[parent].max(end).max(start);
            self.flags[parent].remove(SpanFlags::NO_START);
            self.flags[parent].remove(SpanFlags::RUNNING);
        }
    }
}
