//! Which spans are calls of a model, each call once, and which spans own the tokens.
//!
//! Several spans may stand for one call:
//!
//! ```text
//! wrapper     ChatOpenAI ── Completions        an llm span with an llm span below it: the deepest is the call
//! twins       agent ┬─ anthropic.chat          same parent, other scope, one interval inside the other, and the same
//!                   └─ anthropic.messages      answer: by its id, or - where one has none - by equal tokens
//! twin traces the second twin is the root of a trace of its own
//! ```
//!
//! Of twins the one with the wider interval stays, since it is the framework's and holds the content; their tokens are
//! merged field by field. Tokens are owned by spans below which no other carries any: parents repeat the sum of their
//! children, or only of the last one.

mod twins;

use crate::model::{OperationKind, SpanFlags, SpanRow, StrId, TokenUsage, TraceStore};

/// What a span of kind `llm` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallRole {
    /// A call.
    Call,
    /// It wraps a call that a span below it records.
    Wrapper,
    /// It records the same call as this row.
    TwinOf(SpanRow),
}

/// The calls of a document and the owners of its tokens, as rows in order.
#[derive(Debug, Default)]
pub struct Calls {
    once: Vec<u32>,
    wrappers: Vec<u32>,
    /// The twin that is left out and the one that stays, by the first.
    twins: Vec<(u32, u32)>,
    /// The same by the one that stays.
    kept: Vec<(u32, u32)>,
    owners: Vec<u32>,
    /// Calls of which no span says how many tokens they used.
    unknown: Vec<u32>,
}

impl Calls {
    /// Finds the calls of a document.
    pub fn new(store: &TraceStore) -> Self {
        let mut new = Self::default();
        let mut leaves = Vec::new();
        let is_llm: Vec<bool> = (store.meanings().iter())
            .map(|meaning| meaning.kind == OperationKind::Llm)
            .collect();
        let rows = (0..).zip(store.meaning_ids());
        let llm = rows.filter(|(_, id)| is_llm.get(id.0 as usize).copied().unwrap_or(false));
        let mut llm = llm.map(|(row, _)| row).peekable();
        while let Some(row) = llm.next() {
            // What stands below comes next.
            let below = store.subtree(SpanRow(row));
            if llm.peek().is_some_and(|next| below.contains(next)) {
                new.wrappers.push(row);
            } else {
                leaves.push(row);
            }
        }
        new.twins = twins::find(store, &leaves);
        new.kept = twins::by_kept(&new.twins);
        new.once = leaves;
        let twins = &new.twins;
        new.once
            .retain(|row| twins.binary_search_by_key(row, |&(twin, _)| twin).is_err());
        new.find_owners(store);
        new
    }

    /// Owners: a usage counts where nothing below carries one. That of a twin counts at the one that stays.
    fn find_owners(&mut self, store: &TraceStore) {
        let mut owners = Vec::new();
        let mut usage = store.usage_rows().peekable();
        while let Some(row) = usage.next() {
            let below = store.subtree(SpanRow(row));
            if usage.peek().is_none_or(|next| !below.contains(next)) {
                owners.push(self.kept_of(row));
            }
        }
        crate::model::order::sort(&mut owners, &|a, b| a.cmp(&b));
        owners.dedup();
        self.owners = owners;
        let (calls, mut owners) = (self.once.iter().copied(), self.owners.iter().peekable());
        // Most calls own their tokens: both lists are walked side by side before anything is searched.
        let unknown = calls.filter(|row| {
            while owners.next_if(|owner| *owner < row).is_some() {}
            owners.peek() != Some(&row) && !self.is_known(store, SpanRow(*row))
        });
        self.unknown = unknown.collect();
    }

    /// Whether a call's tokens are known: from itself, a twin, or a wrapper that owns them because nothing below it does.
    fn is_known(&self, store: &TraceStore, call: SpanRow) -> bool {
        let mut row = call;
        loop {
            if self.owns_usage(row) {
                return true;
            }
            match store.parent(row) {
                Some(parent) if store.operation_kind(parent) == OperationKind::Llm => row = parent,
                _ => return false,
            }
        }
    }

    fn kept_of(&self, row: u32) -> u32 {
        let found = self.twins.binary_search_by_key(&row, |&(twin, _)| twin);
        let pair = found.ok().and_then(|at| self.twins.get(at));
        pair.map_or(row, |&(_, kept)| kept)
    }

    /// The row that stands for a call: of a twin the one that stays, of any other row itself.
    pub fn kept(&self, row: SpanRow) -> SpanRow {
        SpanRow(self.kept_of(row.0))
    }

    /// Calls, each once, in order of rows.
    pub fn calls(&self) -> &[u32] {
        &self.once
    }

    /// Spans that wrap calls, in order of rows.
    pub fn wrappers(&self) -> &[u32] {
        &self.wrappers
    }

    /// How many spans wrap calls.
    pub fn wrapper_count(&self) -> u32 {
        self.wrappers.len() as u32
    }

    /// How many spans record a call that another span records too.
    pub fn twin_count(&self) -> u32 {
        self.twins.len() as u32
    }

    /// Calls of which no span says how many tokens they used.
    pub fn without_usage(&self) -> &[u32] {
        &self.unknown
    }

    /// Rows whose tokens count, whatever their kind.
    pub fn owners(&self) -> &[u32] {
        &self.owners
    }

    /// Whether the tokens of a row count.
    pub fn owns_usage(&self, row: SpanRow) -> bool {
        self.owners.binary_search(&row.0).is_ok()
    }

    /// What a span of kind `llm` is; `None` for any other.
    pub fn role(&self, row: SpanRow) -> Option<CallRole> {
        if self.once.binary_search(&row.0).is_ok() {
            return Some(CallRole::Call);
        }
        if self.wrappers.binary_search(&row.0).is_ok() {
            return Some(CallRole::Wrapper);
        }
        let kept = self.kept_of(row.0);
        (kept != row.0).then_some(CallRole::TwinOf(SpanRow(kept)))
    }

    /// The spans that record the same call and were left out for this one.
    pub fn twins_of(&self, row: SpanRow) -> impl Iterator<Item = SpanRow> {
        let first = self.kept.partition_point(|&(kept, _)| kept < row.0);
        let from = self.kept.get(first..).unwrap_or_default().iter();
        from.take_while(move |&&(kept, _)| kept == row.0)
            .map(|&(_, twin)| SpanRow(twin))
    }

    /// The tokens that count at a row, those of its twins merged in; empty for a row that owns none.
    pub fn usage(&self, store: &TraceStore, row: SpanRow) -> TokenUsage {
        if self.owns_usage(row) {
            self.usage_of_owner(store, row)
        } else {
            TokenUsage::default()
        }
    }

    /// The same of a row that is known to own some.
    pub fn usage_of_owner(&self, store: &TraceStore, row: SpanRow) -> TokenUsage {
        let own = store.recorded_usage(row);
        self.twins_of(row)
            .fold(own, |sum, twin| sum.merged(store.recorded_usage(twin)))
    }

    /// The model of a call: the one that answered before the one that was asked for, from the span, its twins, or the
    /// spans that wrap it.
    pub fn model(&self, store: &TraceStore, row: SpanRow) -> Option<StrId> {
        let mut row = row;
        loop {
            let spans = || std::iter::once(row).chain(self.twins_of(row));
            let answered = spans().find_map(|row| store.meaning(row).response_model);
            let asked = || spans().find_map(|row| store.meaning(row).request_model);
            if let Some(model) = answered.or_else(asked) {
                return Some(model);
            }
            row = store.parent(row)?;
            if store.operation_kind(row) != OperationKind::Llm {
                return None;
            }
        }
    }

    /// Whether a call failed: by its own status or that of a twin.
    pub fn failed(&self, store: &TraceStore, row: SpanRow) -> bool {
        let is_error = |row| store.status(row) == crate::model::StatusCode::Error;
        is_error(row) || self.twins_of(row).any(is_error)
    }

    /// Whether a call was refused because a budget was spent, or a span that records the same says so.
    pub fn refused(&self, store: &TraceStore, row: SpanRow) -> bool {
        let is_refused = |row| store.flags(row).contains(SpanFlags::OVER_BUDGET);
        is_refused(row) || self.twins_of(row).any(is_refused)
    }
}

/// Whether a row is one more span of the tool call that its parent records: a tool directly below a tool of its name.
pub fn is_repeated_tool(store: &TraceStore, row: SpanRow) -> bool {
    let parent = store.parent(row);
    parent
        .is_some_and(|parent| store.tool(parent).is_some() && store.tool(parent) == store.tool(row))
}

/// The agent that a span belongs to: the one it names, else the nearest agent above it. `None` outside of agents.
pub fn owner(store: &TraceStore, row: SpanRow) -> Option<StrId> {
    let mut at = Some(row);
    while let Some(row) = at {
        let agent = store.meaning(row).agent;
        if agent.is_some() || store.flags(row).contains(SpanFlags::PLACEHOLDER) {
            return agent;
        }
        at = store.parent(row);
    }
    None
}

#[cfg(test)]
mod tests;
