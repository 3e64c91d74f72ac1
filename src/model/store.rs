//! The finished table of spans: one column per field, rows in depth-first pre-order.
//!
//! A trace is a contiguous range of rows, a subtree is `row .. row + subtree_len`, and siblings stand by start time
//! (ties by span id), so the same spans give the same table whatever order they came in.
//!
//! ```text
//! row  depth  subtree
//!  0     0      4      root            rows 0..4 are the trace
//!  1     1      2      ├─ agent
//!  2     2      1      │  └─ chat
//!  3     1      1      └─ tool
//! ```

use super::attributes::{AttrId, AttributeDictionary};
use super::builder::NO_SPAN;
use super::column::Column;
use super::id::{SpanId, TraceId, WireSpanId, WireTraceId};
use super::meaning::MeaningTable;
use super::order::RowMap;
use super::recordings::Recordings;
use super::rows::{
    Event, Link, LogRecord, NO_ROW, Resource, Scope, Service, SpanRow, Trace, TraceRow,
};
use super::span::{SourceRange, SpanFlags, SpanKind, StatusCode};
use super::stitched::Stitch;
use super::strings::{Interner, StrId};
use super::time::{Nanos, TimeRange, Timestamp};
use std::ops::Range;

/// The document: all spans of all opened files.
#[derive(Debug, Default)]
pub struct TraceStore {
    pub(crate) strings: Interner,
    pub(crate) dictionary: AttributeDictionary,
    pub(crate) meanings: MeaningTable,
    pub(crate) recordings: Recordings,
    pub(crate) traces: Vec<Trace>,
    /// In the order of their rows.
    pub(crate) stitches: Vec<Stitch>,
    pub(crate) services: Vec<Service>,
    pub(crate) resources: Vec<Resource>,
    /// Index into `services` per resource.
    pub(crate) resource_service: Vec<Option<u16>>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) start: Vec<i64>,
    /// Never negative; zero when unknown.
    pub(crate) duration: Vec<i64>,
    pub(crate) span_id: Vec<u64>,
    pub(crate) parent: Vec<u32>,
    pub(crate) subtree: Vec<u32>,
    pub(crate) depth: Vec<u32>,
    pub(crate) name: Vec<u32>,
    pub(crate) kind: Vec<SpanKind>,
    pub(crate) status: Vec<StatusCode>,
    pub(crate) flags: Vec<SpanFlags>,
    pub(crate) scope: Vec<u32>,
    pub(crate) source: Vec<u64>,
    pub(crate) source_len: Vec<u32>,
    /// One longer than the rows.
    pub(crate) attr_start: Vec<u32>,
    /// The longest column by far: in segments, since no hole of the memory would hold it.
    pub(crate) attributes: Column<u32>,
    pub(crate) events: Vec<Event>,
    pub(crate) links: Vec<Link>,
    /// Indices into `links` with a target, ordered by target.
    pub(crate) links_in: Vec<u32>,
    /// Ordered by row (those without a row last), then time.
    pub(crate) logs: Vec<LogRecord>,
    pub(crate) odd_ids: RowMap<StrId>,
    /// Ends of spans that end before they start, as recorded.
    pub(crate) early_ends: RowMap<i64>,
    /// Parent ids of rows where a cycle was broken.
    pub(crate) cut_parents: RowMap<WireSpanId>,
    pub(crate) placeholders: u32,
    pub(crate) duplicates: u64,
    /// Copies that the last linking left out, by the source of the copy that stayed.
    pub(crate) new_duplicates: Vec<(u16, u64)>,
}

impl TraceStore {
    /// Rows, placeholders included.
    pub fn rows(&self) -> u32 {
        self.start.len() as u32
    }

    /// Spans: rows that are not placeholders.
    pub fn span_count(&self) -> u32 {
        self.rows() - self.placeholders
    }

    /// Copies of spans that were delivered more than once and left out.
    pub fn duplicate_count(&self) -> u64 {
        self.duplicates
    }

    /// Copies that were left out when what was read last joined the document, in favour of one from `source`.
    pub fn duplicates_from(&self, source: u16) -> u64 {
        let mut counts = self.new_duplicates.iter();
        let found = counts.find(|(known, _)| *known == source);
        found.map_or(0, |&(_, count)| count)
    }

    /// All traces by start (ties by id), but those of one request next to each other.
    pub fn traces(&self) -> &[Trace] {
        &self.traces
    }

    /// One trace, real or stitched.
    pub fn trace(&self, trace: TraceRow) -> Option<&Trace> {
        let real = self.traces.get(trace.0 as usize);
        real.or_else(|| Some(&self.stitch(trace)?.trace))
    }

    /// The trace a row belongs to; the stitched one for the row that heads it.
    pub fn trace_of(&self, row: SpanRow) -> TraceRow {
        if let Some(stitched) = self.headed_by(row) {
            return stitched;
        }
        let after = self
            .traces
            .partition_point(|trace| trace.rows.start <= row.0);
        TraceRow(after.saturating_sub(1) as u32)
    }

    /// Text of an interned string.
    pub fn text(&self, id: StrId) -> &str {
        self.strings.text(id)
    }

    /// All interned names and texts (attribute keys and values stand in the dictionary).
    pub fn strings(&self) -> &Interner {
        &self.strings
    }

    /// Attribute keys and indexed values.
    pub fn dictionary(&self) -> &AttributeDictionary {
        &self.dictionary
    }

    /// Services in order of span count.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Scopes, each under its resource.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Resources.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// Start; the trace's start when the span has none.
    pub fn start(&self, row: SpanRow) -> Timestamp {
        Timestamp(self.start.get(row.0 as usize).copied().unwrap_or(0))
    }

    /// Recorded duration; zero for a running span and for one that ends before it starts.
    pub fn duration(&self, row: SpanRow) -> Nanos {
        Nanos(self.duration.get(row.0 as usize).copied().unwrap_or(0))
    }

    /// Recorded end: `None` for a running span.
    pub fn end(&self, row: SpanRow) -> Option<Timestamp> {
        let flags = self.flags(row);
        if flags.contains(SpanFlags::RUNNING) {
            return None;
        }
        if let Some(early) = self.early_ends.get(row.0) {
            return Some(Timestamp(early));
        }
        Some(self.start(row).after(self.duration(row)))
    }

    /// Where a row is drawn: a running span reaches to the end of its trace, any other from start to end.
    pub fn extent(&self, row: SpanRow) -> TimeRange {
        let start = self.start(row);
        let end = if self.flags(row).contains(SpanFlags::RUNNING) {
            self.trace(self.trace_of(row))
                .map_or(start, |trace| trace.range.end)
        } else {
            start.after(self.duration(row))
        };
        TimeRange::new(start, end)
    }

    /// Span id; `None` for a span without one. A placeholder has the id its children ask for.
    pub fn span_id(&self, row: SpanRow) -> Option<SpanId> {
        match self.span_id.get(row.0 as usize) {
            Some(&bits) if bits != NO_SPAN => Some(SpanId(bits)),
            _ => None,
        }
    }

    /// Span id as written: hex, or the original text of an odd one; `None` for a span without one.
    pub fn span_id_text(&self, row: SpanRow) -> Option<String> {
        let id = self.span_id(row)?;
        Some(match self.odd_ids.get(row.0) {
            Some(original) => self.text(original).to_owned(),
            None => id.to_string(),
        })
    }

    /// The parent's span id as written, also of a missing parent and of one cut off to break a cycle; `None` for a
    /// root.
    pub fn parent_id_text(&self, row: SpanRow) -> Option<String> {
        if let Some(cut) = self.cut_parents.get(row.0) {
            return Some(match cut.original {
                Some(original) => self.text(original).to_owned(),
                None => cut.id.to_string(),
            });
        }
        self.span_id_text(self.parent(row)?)
    }

    /// Trace id as written: hex, or the original text of an odd one.
    pub fn trace_id_text(&self, trace: &Trace) -> String {
        trace
            .original
            .map_or_else(|| trace.id.to_string(), |id| self.text(id).to_owned())
    }

    /// Parent row, a placeholder for an orphan; `None` for a root.
    pub fn parent(&self, row: SpanRow) -> Option<SpanRow> {
        match self.parent.get(row.0 as usize) {
            Some(&parent) if parent != NO_ROW => Some(SpanRow(parent)),
            _ => None,
        }
    }

    /// Rows of the subtree, the row itself included.
    pub fn subtree(&self, row: SpanRow) -> Range<u32> {
        row.0..row.0 + self.subtree.get(row.0 as usize).copied().unwrap_or(1)
    }

    /// Direct children in order.
    pub fn children(&self, row: SpanRow) -> impl Iterator<Item = SpanRow> {
        let subtree = self.subtree(row);
        let mut next = subtree.start + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < subtree.end).then(|| {
                next = self.subtree(SpanRow(child)).end;
                SpanRow(child)
            })
        })
    }

    /// Distance from the root, zero for a root.
    pub fn depth(&self, row: SpanRow) -> u32 {
        self.depth.get(row.0 as usize).copied().unwrap_or(0)
    }

    /// Interned name.
    pub fn name_id(&self, row: SpanRow) -> StrId {
        StrId(self.name.get(row.0 as usize).copied().unwrap_or(0))
    }

    /// Name; empty for a placeholder.
    pub fn name(&self, row: SpanRow) -> &str {
        self.text(self.name_id(row))
    }

    /// OTLP kind.
    pub fn kind(&self, row: SpanRow) -> SpanKind {
        self.kind.get(row.0 as usize).copied().unwrap_or_default()
    }

    /// OTLP status code.
    pub fn status(&self, row: SpanRow) -> StatusCode {
        self.status.get(row.0 as usize).copied().unwrap_or_default()
    }

    /// What is special about the row.
    pub fn flags(&self, row: SpanRow) -> SpanFlags {
        self.flags.get(row.0 as usize).copied().unwrap_or_default()
    }

    /// Index of the row's service in [`Self::services`]; `None` without `service.name`.
    pub fn service(&self, row: SpanRow) -> Option<u16> {
        let scope = self.scopes.get(*self.scope.get(row.0 as usize)? as usize)?;
        *self.resource_service.get(scope.resource as usize)?
    }

    /// The row's scope.
    pub fn scope(&self, row: SpanRow) -> Option<&Scope> {
        self.scopes.get(*self.scope.get(row.0 as usize)? as usize)
    }

    /// Where the row's JSON text stands; `None` for a placeholder.
    pub fn source(&self, row: SpanRow) -> Option<SourceRange> {
        let len = *self.source_len.get(row.0 as usize)?;
        (len > 0).then(|| SourceRange::unpack(self.source[row.0 as usize], len))
    }

    /// The row's attributes in file order.
    pub fn attributes(&self, row: SpanRow) -> impl Iterator<Item = AttrId> {
        let index = row.0 as usize;
        let range = match (self.attr_start.get(index), self.attr_start.get(index + 1)) {
            (Some(&start), Some(&end)) => start as usize..end as usize,
            _ => 0..0,
        };
        self.attributes.range(range).map(AttrId)
    }

    /// The row's events in file order.
    pub fn events(&self, row: SpanRow) -> &[Event] {
        if !self.flags(row).contains(SpanFlags::EVENTS) {
            return &[];
        }
        range_of(&self.events, |event| event.row, row)
    }

    /// The row's links in file order.
    pub fn links(&self, row: SpanRow) -> &[Link] {
        range_of(&self.links, |link| link.row, row)
    }

    /// All events, by row.
    pub fn all_events(&self) -> &[Event] {
        &self.events
    }

    /// Sets the flag of every scope (by index) that a span stands under.
    pub fn mark_scopes(&self, in_use: &mut [bool]) {
        for &scope in &self.scope {
            if let Some(flag) = in_use.get_mut(scope as usize) {
                *flag = true;
            }
        }
    }

    /// All links.
    pub fn all_links(&self) -> &[Link] {
        &self.links
    }

    /// Links of other rows that lead here.
    pub fn links_to(&self, row: SpanRow) -> impl Iterator<Item = &Link> {
        let target = |&index: &u32| self.links.get(index as usize).and_then(|link| link.target);
        let first = self
            .links_in
            .partition_point(|index| target(index) < Some(row));
        self.links_in[first..]
            .iter()
            .take_while(move |index| target(index) == Some(row))
            .filter_map(|&index| self.links.get(index as usize))
    }

    /// Log records that name the row, by time.
    pub fn logs(&self, row: SpanRow) -> &[LogRecord] {
        if !self.flags(row).contains(SpanFlags::LOGS) {
            return &[];
        }
        let first = self
            .logs
            .partition_point(|record| record.row.is_some_and(|at| at < row));
        let end = self
            .logs
            .partition_point(|record| record.row.is_some_and(|at| at <= row));
        self.logs.get(first..end).unwrap_or_default()
    }

    /// All log records: those of spans in row order, then the others by time.
    pub fn all_logs(&self) -> &[LogRecord] {
        &self.logs
    }

    /// The trace with this id as written (hex of any case, base64 or an odd text), or the stitched one of this id.
    pub fn find_trace(&self, id: &str) -> Option<TraceRow> {
        if let Some(stitched) = self.find_stitched(id) {
            return Some(stitched);
        }
        let mut scratch = Interner::default();
        let wire = WireTraceId::parse(id, &mut scratch).map_or(TraceId(0), |wire| wire.id);
        let found = self.traces.iter().position(|trace| trace.id == wire)?;
        Some(TraceRow(found as u32))
    }

    /// The span with this id as written in `trace`; placeholders are found too.
    pub fn find_span(&self, trace: TraceRow, id: &str) -> Option<SpanRow> {
        let wire = WireSpanId::parse(id, &mut Interner::default())?;
        let rows = self.trace(trace)?.rows.clone();
        let ids = self.span_id.get(rows.start as usize..rows.end as usize)?;
        let at = ids.iter().position(|&bits| bits == wire.id.0)?;
        Some(SpanRow(rows.start + at as u32))
    }

    /// Bytes the columns hold, texts included.
    pub fn heap_bytes(&self) -> usize {
        self.strings.heap_bytes()
            + self.dictionary.heap_bytes()
            + self.start.len() * (8 + 8 + 8 + 4 + 4 + 4 + 4 + 1 + 1 + 2 + 4 + 8 + 4 + 4)
            + self.attributes.len() * 4
            + self.meanings.heap_bytes()
            + self.recordings.heap_bytes()
            + self.events.len() * size_of::<Event>()
            + self.links.len() * (size_of::<Link>() + 4)
            + self.logs.len() * size_of::<LogRecord>()
            + self.traces.len() * size_of::<Trace>()
    }

    pub(crate) fn wire_span_id(&self, row: SpanRow) -> Option<WireSpanId> {
        Some(WireSpanId {
            id: self.span_id(row)?,
            original: self.odd_ids.get(row.0),
        })
    }
}

fn range_of<T>(all: &[T], row_of: impl Fn(&T) -> SpanRow, row: SpanRow) -> &[T] {
    let first = all.partition_point(|item| row_of(item) < row);
    let end = all.partition_point(|item| row_of(item) <= row);
    all.get(first..end).unwrap_or_default()
}
