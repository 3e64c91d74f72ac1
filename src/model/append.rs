//! The finished table back into a builder, so that more can be added.

use super::builder::StoreBuilder;
use super::id::WireTraceId;
use super::input::{ScopeSlot, SpanInput};
use super::rows::SpanRow;
use super::span::SpanFlags;
use super::store::TraceStore;

impl TraceStore {
    /// A builder that holds this document's spans, to add more to it. Source indices stay as they are.
    pub fn to_builder(&self) -> StoreBuilder {
        let mut builder = StoreBuilder::resume(
            self.strings.clone(),
            self.dictionary.clone(),
            self.meanings.clone(),
            self.resources.clone(),
            self.scopes.clone(),
            self.duplicates,
        );
        let mut attributes = Vec::new();
        let mut events = Vec::new();
        let mut links = Vec::new();
        for trace in &self.traces {
            let wire = WireTraceId {
                id: trace.id,
                original: trace.original,
            };
            for row in trace.rows.clone().map(SpanRow) {
                let flags = self.flags(row);
                if flags.contains(SpanFlags::PLACEHOLDER) {
                    continue;
                }
                attributes.clear();
                attributes.extend(self.attributes(row));
                events.clear();
                events.extend(self.events(row).iter().map(|event| event.event));
                links.clear();
                links.extend(self.links(row).iter().map(|link| link.link));
                let input = SpanInput {
                    trace: Some(wire),
                    id: self.wire_span_id(row),
                    parent: match self.cut_parents.get(row.0) {
                        Some(cut) => Some(cut),
                        None => self
                            .parent(row)
                            .and_then(|parent| self.wire_span_id(parent)),
                    },
                    name: self.name_id(row),
                    kind: self.kind(row),
                    status: self.status(row),
                    start: (!flags.contains(SpanFlags::NO_START)).then(|| self.start(row).0),
                    end: self.end(row).map(|end| end.0),
                    scope: ScopeSlot(self.scope[row.0 as usize]),
                    source: self.source(row).unwrap_or_default(),
                    attributes: &attributes,
                    events: &events,
                    links: &links,
                    recorded: self.recorded(row),
                };
                if !flags.contains(SpanFlags::FROM_LOG) {
                    if flags.contains(SpanFlags::UNINDEXED) {
                        builder.push_span_with_text(input);
                    } else {
                        builder.push_span(input);
                    }
                } else if self.subtree(row).len() > 1 {
                    // Covers what stands below it, of which more may come.
                    builder.push_told(SpanInput {
                        start: None,
                        end: None,
                        ..input
                    });
                } else {
                    builder.push_told(input);
                }
            }
            builder.keep_named(wire, trace.session, trace.user);
        }
        for record in &self.logs {
            builder.push_log(record.log);
        }
        builder
    }
}
