//! What is known of traces while their files are being read.

use super::id::TraceId;
use super::input::ScopeSlot;
use super::strings::{Interner, StrId};
use std::cmp::Ordering;

/// What is known of a trace while its file is being read; enough for a row of the runs table.
#[derive(Debug, Clone, Copy)]
pub struct LiveTrace {
    /// The id.
    pub id: TraceId,
    /// Original text of an odd id.
    pub original: Option<StrId>,
    /// Spans so far; duplicates are not yet recognised.
    pub spans: u32,
    /// Spans with status error so far.
    pub errors: u32,
    /// Earliest start so far; `i64::MAX` before the first.
    pub start: i64,
    /// Latest end so far; `i64::MIN` before the first.
    pub end: i64,
    /// Name and scope of the first root seen.
    pub root: Option<(StrId, ScopeSlot)>,
    /// The session its earliest span names.
    pub session: Option<Named>,
    /// The user its earliest span names.
    pub user: Option<Named>,
    /// Whether all of it is told by log records.
    pub is_told: bool,
}

/// A text that spans of a trace name, with the one that came first in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The text.
    pub text: StrId,
    /// Start of the span that names it; `i64::MAX` for one without.
    pub start: i64,
    /// Its id; decides between spans that start together.
    pub span: u64,
}

impl Named {
    /// Whether this one decides: the earliest span does, however the spans came.
    pub(crate) fn is_before(&self, other: &Self, strings: &Interner) -> bool {
        let key = |named: &Self| (named.start, named.span);
        match key(self).cmp(&key(other)) {
            Ordering::Less => true,
            Ordering::Greater => false,
            Ordering::Equal => {
                self.text != other.text && strings.text(self.text) < strings.text(other.text)
            }
        }
    }
}
