//! The resource and the scope that spans stand under: equal ones are one, as a Collector file repeats them on each line.

use super::super::pull::{Cursor, Step};
use super::{Machine, Sink, resource};
use crate::model::{ResourceSlot, ScopeSlot, StoreBuilder};

impl Machine {
    pub(super) fn resource_text(
        &mut self,
        cursor: &mut Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        self.notes.clear();
        let text = resource::resource(cursor, &mut self.notes)?;
        self.notes
            .settle(sink.warnings, sink.lines, cursor.passed(), at);
        let builder = &mut *sink.builder;
        if self.resource.is_none() || self.shared.0 {
            let known = self.resources.iter().find(|(json, _)| json == text.json);
            if let Some(&(_, slot)) = known {
                self.resource = Some(slot);
                self.shared.0 = true;
                return Ok(());
            }
            self.resource = None;
        }
        let slot = *self
            .resource
            .get_or_insert_with(|| builder.begin_resource());
        self.shared.0 = false;
        self.resources.retain(|&(_, known)| known != slot);
        let json = String::from_utf8_lossy(text.json);
        let service = text.service.map(|text| text.decode(&mut self.scratch).0);
        builder.set_resource(slot, &json, service);
        remember(&mut self.resources, (text.json.to_vec(), slot));
        Ok(())
    }

    pub(super) fn scope_text(
        &mut self,
        cursor: &mut Cursor<'_>,
        at: u64,
        sink: &mut Sink<'_>,
    ) -> Step<()> {
        self.notes.clear();
        let text = resource::scope(cursor, &mut self.notes)?;
        self.notes
            .settle(sink.warnings, sink.lines, cursor.passed(), at);
        let resource = self.resource_slot(sink.builder);
        let builder = &mut *sink.builder;
        if self.scope.is_none() || self.shared.1 {
            let mut scopes = self.scopes.iter();
            let known = scopes.find(|(owner, json, _)| *owner == resource && json == text.json);
            if let Some(&(_, _, slot)) = known {
                self.scope = Some(slot);
                self.shared.1 = true;
                return Ok(());
            }
            self.scope = None;
        }
        let slot = *self
            .scope
            .get_or_insert_with(|| builder.begin_scope(resource));
        self.shared.1 = false;
        self.scopes.retain(|&(_, _, known)| known != slot);
        let json = String::from_utf8_lossy(text.json);
        let mut version = String::new();
        let name = text
            .name
            .map_or("", |text| text.decode(&mut self.scratch).0);
        let version = text.version.map_or("", |text| text.decode(&mut version).0);
        builder.set_scope(slot, &json, name, version);
        remember(&mut self.scopes, (resource, text.json.to_vec(), slot));
        Ok(())
    }

    pub(super) fn resource_slot(&mut self, builder: &mut StoreBuilder) -> ResourceSlot {
        *self
            .resource
            .get_or_insert_with(|| builder.begin_resource())
    }

    pub(super) fn scope_slot(&mut self, builder: &mut StoreBuilder) -> ScopeSlot {
        if let Some(slot) = self.scope {
            return slot;
        }
        let resource = self.resource_slot(builder);
        let slot = builder.begin_scope(resource);
        self.scope = Some(slot);
        slot
    }
}

/// Keeps the last few of what a file repeats.
fn remember<T>(known: &mut Vec<T>, item: T) {
    const MOST: usize = 16;
    if known.len() == MOST {
        known.remove(0);
    }
    known.push(item);
}
