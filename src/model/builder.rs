//! Spans in, in any order: the staging side of a [`TraceStore`].
//!
//! Rows stand in order of arrival here; [`StoreBuilder::finish`] resolves parents and brings them into depth-first
//! order (see [`super::link`]). While spans arrive, a summary per trace is kept so that runs can be listed at once.

use super::attributes::AttributeDictionary;
use super::column::Column;
use super::id::{TraceId, WireTraceId};
use super::input::{LinkInput, LogInput, ResourceSlot, ScopeSlot, SpanInput};
use super::link;
use super::live::{LiveTrace, Named};
use super::meaning::MeaningTable;
use super::order::RowMap;
use super::recordings::Recordings;
use super::rows::{Resource, Scope};
use super::span::{SpanFlags, SpanKind, StatusCode};
use super::store::TraceStore;
use super::strings::{Interner, StrId, fold};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A span without a parent id in the parent column.
pub(crate) const NO_SPAN: u64 = 0;

/// Columns in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    pub trace: Column<u32>,
    pub span_id: Column<u64>,
    pub parent_id: Column<u64>,
    pub start: Column<i64>,
    pub end: Column<i64>,
    pub name: Column<u32>,
    pub kind: Column<SpanKind>,
    pub status: Column<StatusCode>,
    pub flags: Column<SpanFlags>,
    pub scope: Column<u32>,
    pub source: Column<u64>,
    pub source_len: Column<u32>,
    /// Where the row's attributes begin in `attributes`; the end is the next row's beginning.
    pub attr_start: Column<u32>,
    pub attributes: Column<u32>,
    /// Ordered by row.
    pub events: Column<StagedEvent>,
    /// Ordered by row.
    pub links: Column<StagedLink>,
    pub logs: Column<LogInput>,
    pub recordings: Recordings,
    /// Texts of odd span ids.
    pub odd_ids: RowMap<StrId>,
    /// Texts of odd parent ids.
    pub odd_parents: RowMap<StrId>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct StagedEvent {
    pub row: u32,
    pub time: Option<i64>,
    pub name: StrId,
    pub exception_type: Option<StrId>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct StagedLink {
    pub row: u32,
    pub link: LinkInput,
}

/// Collects spans and turns them into a [`TraceStore`].
#[derive(Debug, Default)]
pub struct StoreBuilder {
    pub(crate) strings: Interner,
    pub(crate) dictionary: AttributeDictionary,
    pub(crate) meanings: MeaningTable,
    pub(crate) staged: Staged,
    pub(crate) traces: Vec<LiveTrace>,
    trace_index: HashMap<u128, u32, BuildHasherDefault<IdHasher>>,
    last_trace: Option<(u128, u32)>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) scopes: Vec<Scope>,
    /// Duplicates that earlier files of the document already lost.
    pub(crate) duplicates: u64,
    /// Whether some rows are told by log records.
    pub(crate) has_told: bool,
    /// Keys of ids that traces of one request share; none, and no traces are stitched.
    pub(crate) request_keys: &'static [&'static str],
}

impl StoreBuilder {
    /// An empty document.
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder that starts from the shared parts of a finished document.
    pub(crate) fn resume(
        strings: Interner,
        dictionary: AttributeDictionary,
        meanings: MeaningTable,
        resources: Vec<Resource>,
        scopes: Vec<Scope>,
        duplicates: u64,
    ) -> Self {
        Self {
            strings,
            dictionary,
            meanings,
            resources,
            scopes,
            duplicates,
            ..Self::default()
        }
    }

    /// Stitches traces that belong to one request: by these keys of its id, the first that is there counting, and by links.
    pub fn stitch_by(&mut self, keys: &'static [&'static str]) {
        self.request_keys = keys;
    }

    /// The strings, to intern names and texts.
    pub fn strings(&mut self) -> &mut Interner {
        &mut self.strings
    }

    /// The attribute dictionary, to turn attributes into ids.
    pub fn dictionary(&mut self) -> &mut AttributeDictionary {
        &mut self.dictionary
    }

    /// Opens a resource; its text may follow later (JSON keys come in any order).
    pub fn begin_resource(&mut self) -> ResourceSlot {
        self.resources.push(Resource::default());
        ResourceSlot(self.resources.len() as u32 - 1)
    }

    /// Fills a resource: its JSON text as in the file, and its `service.name` when it has one.
    pub fn set_resource(&mut self, slot: ResourceSlot, json: &str, service: Option<&str>) {
        let json = self.strings.intern(json);
        let service = service.map(|name| self.strings.intern(name));
        if let Some(resource) = self.resources.get_mut(slot.0 as usize) {
            *resource = Resource { json, service };
        }
    }

    /// Opens a scope under a resource; its text may follow later.
    pub fn begin_scope(&mut self, resource: ResourceSlot) -> ScopeSlot {
        self.scopes.push(Scope {
            resource: resource.0,
            ..Scope::default()
        });
        ScopeSlot(self.scopes.len() as u32 - 1)
    }

    /// Fills a scope: its JSON text as in the file, name and version (empty when absent).
    pub fn set_scope(&mut self, slot: ScopeSlot, json: &str, name: &str, version: &str) {
        let json = self.strings.intern(json);
        let name = self.strings.intern(name);
        let version = self.strings.intern(version);
        if let Some(scope) = self.scopes.get_mut(slot.0 as usize) {
            scope.json = json;
            scope.name = name;
            scope.version = version;
        }
    }

    /// Adds a span. Returns false when no more rows can be held (2^32 - 2 of them, or 2^32 attributes).
    pub fn push_span(&mut self, span: SpanInput<'_>) -> bool {
        self.push_row(&span, SpanFlags::default())
    }

    /// As [`Self::push_span`], for a span of which some text beside its attributes stands in the source alone.
    pub fn push_span_with_text(&mut self, span: SpanInput<'_>) -> bool {
        self.push_row(&span, SpanFlags::UNINDEXED)
    }

    /// Adds a row that log records tell of. It is dropped where its session has spans. One without start and end covers
    /// what stands below it.
    pub fn push_told(&mut self, span: SpanInput<'_>) -> bool {
        self.has_told = true;
        self.push_row(&span, SpanFlags::FROM_LOG)
    }

    fn push_row(&mut self, span: &SpanInput<'_>, mut flags: SpanFlags) -> bool {
        let room = self.staged.attributes.len() + span.attributes.len() < u32::MAX as usize;
        let row = self.staged.start.len();
        if row >= (u32::MAX - 1) as usize / 2 || !room {
            return false;
        }
        let row = row as u32;
        let trace = self.trace(span.trace);
        self.note_live(trace, span);
        if !flags.contains(SpanFlags::FROM_LOG)
            && let Some(live) = self.traces.get_mut(trace as usize)
        {
            live.is_told = false;
        }
        if span.start.is_none() {
            flags.insert(SpanFlags::NO_START);
        }
        match (span.start, span.end) {
            (_, None) => flags.insert(SpanFlags::RUNNING),
            (Some(start), Some(end)) if end < start => flags.insert(SpanFlags::ENDS_BEFORE_START),
            _ => {}
        }
        if span.recorded.over_budget {
            flags.insert(SpanFlags::OVER_BUDGET);
        }
        self.stage_children(row, span, &mut flags);
        let staged = &mut self.staged;
        if let Some(original) = span.id.and_then(|id| id.original) {
            flags.insert(SpanFlags::ODD_ID);
            staged.odd_ids.push(row, original);
        }
        if let Some(original) = span.parent.and_then(|id| id.original) {
            staged.odd_parents.push(row, original);
        }
        staged.trace.push(trace);
        staged.span_id.push(span.id.map_or(NO_SPAN, |id| id.id.0));
        staged
            .parent_id
            .push(span.parent.map_or(NO_SPAN, |id| id.id.0));
        staged.start.push(span.start.unwrap_or(i64::MIN));
        staged.end.push(span.end.unwrap_or(i64::MIN));
        staged.name.push(span.name.0);
        staged.kind.push(span.kind);
        staged.status.push(span.status);
        staged.flags.push(flags);
        staged.scope.push(span.scope.0);
        staged.source.push(span.source.pack());
        staged.source_len.push(span.source.len);
        let meaning = self.meanings.intern(&span.recorded.meaning);
        staged.recordings.push(meaning, &span.recorded);
        true
    }

    /// Adds a log record.
    pub fn push_log(&mut self, log: LogInput) {
        self.staged.logs.push(log);
    }

    /// Spans taken so far, duplicates included.
    pub fn span_count(&self) -> usize {
        self.staged.start.len()
    }

    /// Log records taken so far.
    pub fn log_count(&self) -> usize {
        self.staged.logs.len()
    }

    /// The traces so far, in order of arrival; some may have no span yet.
    pub fn live_traces(&self) -> &[LiveTrace] {
        &self.traces
    }

    /// Text of an interned string.
    pub fn text(&self, id: StrId) -> &str {
        self.strings.text(id)
    }

    /// The service name a scope stands under; `None` while its resource is unread or has none.
    pub fn service_of(&self, scope: ScopeSlot) -> Option<&str> {
        let scope = self.scopes.get(scope.0 as usize)?;
        let service = self.resources.get(scope.resource as usize)?.service?;
        Some(self.strings.text(service))
    }

    /// Resolves parents, breaks cycles, removes duplicates (the last copy stays) and orders the rows.
    pub fn finish(self) -> TraceStore {
        link::link(self)
    }

    fn stage_children(&mut self, row: u32, span: &SpanInput<'_>, flags: &mut SpanFlags) {
        let staged = &mut self.staged;
        staged.attr_start.push(staged.attributes.len() as u32);
        for &id in span.attributes {
            staged.attributes.push(id.0);
            if !self.dictionary.is_indexed(id) {
                flags.insert(SpanFlags::UNINDEXED);
            }
        }
        for event in span.events {
            flags.insert(SpanFlags::EVENTS);
            if event.exception_type.is_some() || self.strings.text(event.name) == "exception" {
                flags.insert(SpanFlags::EXCEPTION);
            }
            staged.events.push(StagedEvent {
                row,
                time: event.time,
                name: event.name,
                exception_type: event.exception_type,
            });
        }
        for &link in span.links {
            flags.insert(SpanFlags::LINKS);
            staged.links.push(StagedLink { row, link });
        }
    }

    /// Index of the trace, made when new.
    pub(crate) fn trace(&mut self, wire: Option<WireTraceId>) -> u32 {
        let wire = wire.unwrap_or(WireTraceId {
            id: TraceId(0),
            original: None,
        });
        if let Some((id, index)) = self.last_trace
            && id == wire.id.0
        {
            return index;
        }
        let traces = &mut self.traces;
        let index = *self.trace_index.entry(wire.id.0).or_insert_with(|| {
            traces.push(LiveTrace {
                id: wire.id,
                original: wire.original,
                spans: 0,
                errors: 0,
                start: i64::MAX,
                end: i64::MIN,
                root: None,
                session: None,
                user: None,
                is_told: true,
            });
            traces.len() as u32 - 1
        });
        self.last_trace = Some((wire.id.0, index));
        index
    }

    /// Gives a trace the session and the user it had before.
    pub(crate) fn keep_named(
        &mut self,
        trace: WireTraceId,
        session: Option<Named>,
        user: Option<Named>,
    ) {
        let index = self.trace(Some(trace));
        if let Some(live) = self.traces.get_mut(index as usize) {
            live.session = session;
            live.user = user;
        }
    }

    fn note_live(&mut self, trace: u32, span: &SpanInput<'_>) {
        let Some(live) = self.traces.get_mut(trace as usize) else {
            return;
        };
        live.spans += 1;
        live.errors += u32::from(span.status == StatusCode::Error);
        for time in [span.start, span.end].into_iter().flatten() {
            live.start = live.start.min(time);
            live.end = live.end.max(time);
        }
        if span.parent.is_none() && live.root.is_none() {
            live.root = Some((span.name, span.scope));
        }
        for (known, text) in [
            (&mut live.session, span.recorded.session),
            (&mut live.user, span.recorded.user),
        ] {
            if let Some(text) = text {
                let named = Named {
                    text,
                    start: span.start.unwrap_or(i64::MAX),
                    span: span.id.map_or(u64::MAX, |id| id.id.0),
                };
                if known.is_none_or(|known| named.is_before(&known, &self.strings)) {
                    *known = Some(named);
                }
            }
        }
    }
}

/// Ids are random already: one multiplication spreads them over the table.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = fold(self.0 ^ u64::from(byte), 0x9E37_79B9_7F4A_7C15);
        }
    }

    fn write_u128(&mut self, value: u128) {
        self.0 = fold(
            value as u64 ^ 0x9E37_79B9_7F4A_7C15,
            (value >> 64) as u64 | 1,
        );
    }
}
