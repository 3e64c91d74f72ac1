//! Where a span matches, for a list of hits.

use super::dictionary::is_around;
use super::query::Field;
use super::wanted::{PairTest, TextTest, Wanted};
use crate::model::{SpanRow, StrId, TraceStore};

/// Names the first place that matches; empty when only the source knows.
pub(super) fn matched(store: &TraceStore, row: SpanRow, wanted: &Wanted) -> String {
    let pair = wanted.pair.as_ref();
    let place = pair
        .and_then(|pair| attribute(store, row, pair))
        .or_else(|| Some(field(store, row, wanted.field?, pair?)?.to_owned()))
        .or_else(|| text(store, row, wanted.text.as_ref()?))
        .or_else(|| in_resource(store, row, pair?));
    place.unwrap_or_default()
}

fn attribute(store: &TraceStore, row: SpanRow, pair: &PairTest) -> Option<String> {
    let dictionary = store.dictionary();
    let mut attributes = store.attributes(row);
    let fits = |value: Option<&str>| match value {
        Some(value) => pair.value.fits(value),
        None => matches!(pair.value, super::wanted::ValueTest::Any),
    };
    let found = attributes
        .find(|&id| pair.is_key(dictionary.key_text(id)) && fits(dictionary.value_text(id)))?;
    Some(dictionary.key_text(found).to_owned())
}

fn field(store: &TraceStore, row: SpanRow, field: Field, pair: &PairTest) -> Option<&'static str> {
    match field {
        Field::Name => pair.value.fits(store.name(row)).then_some("name"),
        Field::Service => pair.value.fits(service(store, row)?).then_some("service"),
        Field::Status(status) => (store.status(row) == status).then_some("status"),
        Field::Kind(kind) => (store.kind(row) == kind).then_some("kind"),
    }
}

fn service(store: &TraceStore, row: SpanRow) -> Option<&str> {
    let service = store.services().get(usize::from(store.service(row)?))?;
    Some(store.text(service.name))
}

fn text(store: &TraceStore, row: SpanRow, test: &TextTest) -> Option<String> {
    let holds = |text: &str| test.needle.is_in(text);
    let holds_id = |id: StrId| holds(store.text(id));
    if holds(store.name(row)) {
        return Some("name".to_owned());
    }
    let id = store.span_id(row).filter(|id| test.is_span_id(id.0));
    if id.is_some() || store.odd_ids.get(row.0).is_some_and(holds_id) {
        return Some("id".to_owned());
    }
    let dictionary = store.dictionary();
    let attribute = store
        .attributes(row)
        .find(|&id| holds(dictionary.key_text(id)) || dictionary.value_text(id).is_some_and(holds));
    if let Some(attribute) = attribute {
        return Some(dictionary.key_text(attribute).to_owned());
    }
    for event in store.events(row) {
        if event.event.exception_type.is_some_and(holds_id) {
            return Some("exception.type".to_owned());
        }
        if holds_id(event.event.name) {
            return Some("event".to_owned());
        }
    }
    if service(store, row).is_some_and(holds) {
        return Some("service".to_owned());
    }
    if store.scope(row).is_some_and(|scope| holds_id(scope.name)) {
        return Some("scope".to_owned());
    }
    if (store.scope(row)).is_some_and(|scope| is_around(store, scope, test)) {
        return Some("resource".to_owned());
    }
    let trace = store.trace(store.trace_of(row))?;
    let is_trace = match trace.original {
        Some(original) => holds_id(original),
        None => test.is_trace_id(trace.id.0),
    };
    (is_trace && trace.root == row).then(|| "trace id".to_owned())
}

fn in_resource(store: &TraceStore, row: SpanRow, pair: &PairTest) -> Option<String> {
    let scope = store.scope(row)?;
    let resource = store.resources().get(scope.resource as usize)?;
    let texts = [scope.json, resource.json];
    let holds = |json: StrId| pair.is_in_json(store.text(json).as_bytes());
    texts.into_iter().any(holds).then(|| pair.key.clone())
}
