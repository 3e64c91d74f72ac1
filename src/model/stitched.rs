//! Traces of one request that were recorded apart, as one trace.
//!
//! Members stand next to each other in the table, behind a row that is in no count, so that the stitched trace is a range of
//! rows. It is found where a [`TraceRow`] is asked for, behind all real ones, and under an id of its own:
//! `stitched:` and the id of a member. Nothing that is counted over the document counts it.

use super::attributes::AttrId;
use super::id::WireTraceId;
use super::rows::{SpanRow, Trace, TraceRow};
use super::span::SpanFlags;
use super::store::TraceStore;
use super::strings::Interner;
use std::ops::Range;

/// What an id of a stitched trace begins with.
pub const STITCHED: &str = "stitched:";

/// What tells that traces belong to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// Their first spans carry this correlation id.
    Same(AttrId),
    /// The correlation id of a trace's first span is the id of a span of another.
    Cause(AttrId),
    /// The first span of a trace links to another and to no third.
    Link,
}

/// Several traces as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stitch {
    /// The sum of its members. Its id is that of the first, its original text its own.
    pub trace: Trace,
    /// Its members, two or more.
    pub members: Range<u32>,
    /// What tells that they belong together; of several the strongest.
    pub why: Belonging,
}

impl TraceStore {
    /// All stitched traces, in the order of their rows.
    pub fn stitches(&self) -> &[Stitch] {
        &self.stitches
    }

    /// A stitched trace by its row, which lies behind those of all real traces.
    pub fn stitch(&self, trace: TraceRow) -> Option<&Stitch> {
        let at = (trace.0 as usize).checked_sub(self.traces.len())?;
        self.stitches.get(at)
    }

    /// The stitched trace that a trace is a member of, with its row; a stitched trace itself gives itself.
    pub fn stitch_of(&self, trace: TraceRow) -> Option<(TraceRow, &Stitch)> {
        if let Some(stitch) = self.stitch(trace) {
            return Some((trace, stitch));
        }
        let at = (self.stitches).partition_point(|stitch| stitch.members.end <= trace.0);
        let stitch = self.stitches.get(at)?;
        let row = TraceRow((self.traces.len() + at) as u32);
        (stitch.members.contains(&trace.0)).then_some((row, stitch))
    }

    /// The row that heads a stitched trace; `None` for a real one, whose rows begin with a span or a missing parent.
    pub fn stitched_head(&self, trace: TraceRow) -> Option<SpanRow> {
        let stitch = self.stitch(trace)?;
        Some(SpanRow(stitch.trace.rows.start))
    }

    /// The stitched trace that a row heads.
    pub(super) fn headed_by(&self, row: SpanRow) -> Option<TraceRow> {
        if !self.flags(row).contains(SpanFlags::STITCHED) {
            return None;
        }
        let rows = |stitch: &Stitch| stitch.trace.rows.start;
        let at = (self.stitches).partition_point(|stitch| rows(stitch) < row.0);
        Some(TraceRow((self.traces.len() + at) as u32))
    }

    /// The stitched trace of an id that begins with [`STITCHED`], by the id of any of its members.
    pub(super) fn find_stitched(&self, id: &str) -> Option<TraceRow> {
        let wire = WireTraceId::parse(id.strip_prefix(STITCHED)?, &mut Interner::default())?;
        let member = self.traces.iter().position(|trace| trace.id == wire.id)?;
        let (row, _) = self.stitch_of(TraceRow(member as u32))?;
        Some(row)
    }
}
