//! Log records of agents that trace nothing, as rows: what is told of a session, below a row for the session.

use crate::model::{
    AttrId, OperationKind, Recorded, ScopeSlot, SourceRange, SpanId, SpanInput, SpanKind,
    StatusCode, StoreBuilder, WireSpanId, WireTraceId,
};

use crate::model::strings::hash_bytes;
use crate::semantics::{Observed, agent_event};

/// Reads such records into a builder. Its buffers are used again.
#[derive(Debug, Default)]
pub(super) struct ToldReader {
    observed: Observed,
    attributes: Vec<AttrId>,
}

impl ToldReader {
    /// Adds what a record tells. True when it told of something.
    pub(super) fn read(
        &mut self,
        record: &[u8],
        time: i64,
        builder: &mut StoreBuilder,
        scope: ScopeSlot,
        source: SourceRange,
    ) -> bool {
        let text = String::from_utf8_lossy(record);
        let Some(event) = agent_event::read(&text) else {
            return false;
        };
        self.observed.clear();
        self.attributes.clear();
        for (key, value) in &event.attributes {
            let rows = self.observed.find(key);
            let dictionary = builder.dictionary();
            let key = dictionary.key(key);
            let pair = dictionary.pair(key, value);
            let indexed = dictionary.is_indexed(pair).then_some(pair);
            self.attributes.push(pair);
            self.observed.see(rows, indexed, value.as_bytes());
        }
        let name = builder.strings().intern(&event.name);
        let mut recorded = self.observed.resolve(name, builder);
        if recorded.meaning.kind == OperationKind::Other {
            recorded.meaning.kind = OperationKind::Event;
        }
        // Of tools all events have one name.
        let name = recorded.meaning.tool.unwrap_or(name);
        let Some(trace) = WireTraceId::parse(&event.session, builder.strings()) else {
            return false;
        };
        let session = builder.strings().intern(event.agent);
        let row = SpanInput {
            trace: Some(trace),
            id: Some(id_of(record)),
            parent: Some(id_of(event.session.as_bytes())),
            name,
            kind: SpanKind::Unspecified,
            status: if event.failed {
                StatusCode::Error
            } else {
                StatusCode::Unset
            },
            start: Some(time.saturating_sub(event.duration_ns)),
            end: Some(time),
            scope,
            source,
            attributes: &self.attributes,
            events: &[],
            links: &[],
            recorded,
        };
        let mut of_session = Recorded {
            session: recorded.session,
            user: recorded.user,
            ..Recorded::default()
        };
        of_session.meaning.kind = OperationKind::Agent;
        of_session.meaning.agent = Some(session);
        builder.push_told(row)
            && builder.push_told(SpanInput {
                id: row.parent,
                parent: None,
                name: session,
                status: StatusCode::Unset,
                start: None,
                end: None,
                source: SourceRange::default(),
                attributes: &[],
                recorded: of_session,
                ..row
            })
    }
}

/// An id of its own for whatever these bytes are.
fn id_of(bytes: &[u8]) -> WireSpanId {
    WireSpanId {
        id: SpanId(hash_bytes(bytes) | 1),
        original: None,
    }
}
