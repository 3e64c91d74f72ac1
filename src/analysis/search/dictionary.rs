//! The first answer: names, ids, keys, and every value in the dictionary, without a look at the source.
//!
//! Texts stand once in a few arenas. Those are searched first; then one pass over the columns picks the rows that refer
//! to a text that was found. Where nothing was found there is no pass.

use super::needle::Needle;
use super::query::Field;
use super::wanted::{PairTest, TextTest, ValueTest, Wanted};
use crate::analysis::row_set::RowSet;
use crate::model::rows::Scope;
use crate::model::{Interner, SpanFlags, SpanRow, StatusCode, StrId, TraceStore};

/// What the columns say.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Rows that match.
    pub hits: RowSet,
    /// Rows that may match by what only the source has; none of `hits`.
    pub open: RowSet,
}

/// Answers from the columns, and settles in `wanted` what the source is to be asked for.
pub(super) fn answer(store: &TraceStore, wanted: &mut Wanted) -> Answer {
    let mut answer = Answer {
        hits: RowSet::new(store.rows()),
        open: RowSet::new(store.rows()),
    };
    let known = match &mut wanted.pair {
        Some(pair) => find_pair(store, pair, wanted.field, &mut answer) || wanted.field.is_some(),
        None => false,
    };
    if known {
        // The query means the attribute or the field, and not its own text.
        wanted.text = None;
    } else if let Some(text) = &wanted.text {
        find_text(store, text, &mut answer);
    }
    answer.hits.seal();
    answer.open.remove_all(&answer.hits);
    answer.open.seal();
    answer
}

/// Texts of an interner that hold the needle, or other things by index.
pub(super) struct Marks {
    words: Vec<u64>,
    any: bool,
}

impl Marks {
    fn new(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            any: false,
        }
    }

    fn of_texts(interner: &Interner, needle: &Needle) -> Self {
        let mut marks = Self::new(interner.len());
        let (arena, ends) = interner.arena();
        needle.each_in(arena, ends, |id| marks.mark(id));
        marks
    }

    fn mark(&mut self, at: u32) {
        if let Some(word) = self.words.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
            self.any = true;
        }
    }

    fn has(&self, at: u32) -> bool {
        let word = self.words.get(at as usize / 64).copied().unwrap_or(0);
        word >> (at % 64) & 1 == 1
    }
}

fn find_text(store: &TraceStore, test: &TextTest, answer: &mut Answer) {
    let texts = Marks::of_texts(store.strings(), &test.needle);
    let scopes = scopes(store, |scope| {
        let resource = store.resources().get(scope.resource as usize);
        let service = resource.and_then(|resource| resource.service);
        texts.has(scope.name.0) || service.is_some_and(|service| texts.has(service.0))
    });
    let around = self::scopes(store, |scope| is_around(store, scope, test));
    let attributes = attributes_with(store, &test.needle);
    let ids = test.hex.is_some() || test.span_id.is_some();
    if texts.any || scopes.any || ids {
        for row in 0..store.rows() {
            let at = row as usize;
            let hit = texts.has(store.name[at])
                || scopes.has(store.scope[at])
                || ids && test.is_span_id(store.span_id[at]);
            if hit && is_span(store, row) {
                answer.hits.insert(SpanRow(row));
            }
        }
    }
    each_with(store, &attributes, |row| {
        answer.hits.insert(row);
    });
    if texts.any {
        for event in &store.events {
            let exception = event.event.exception_type;
            if texts.has(event.event.name.0) || exception.is_some_and(|text| texts.has(text.0)) {
                answer.hits.insert(event.row);
            }
        }
        for (row, StrId(text)) in store.odd_ids.iter() {
            if texts.has(text) && is_span(store, row) {
                answer.hits.insert(SpanRow(row));
            }
        }
    }
    if around.any {
        // Found where the spans of a resource begin, not at each of them.
        for row in 0..store.rows() {
            let parent = store.parent(SpanRow(row)).filter(|at| is_span(store, at.0));
            let above = parent.is_some_and(|at| around.has(store.scope[at.0 as usize]));
            if around.has(store.scope[row as usize]) && !above && is_span(store, row) {
                answer.hits.insert(SpanRow(row));
            }
        }
    }
    for trace in store.traces() {
        // A trace id is found where the trace begins, not at each of its spans.
        let odd = trace.original.is_some_and(|text| texts.has(text.0));
        if odd || trace.original.is_none() && test.is_trace_id(trace.id.0) {
            answer.hits.insert(trace.root);
        }
    }
    let flags = [
        SpanFlags::UNINDEXED,
        SpanFlags::EVENTS,
        SpanFlags::LINKS,
        SpanFlags::LOGS,
    ];
    open_texts(store, &flags, true, &mut answer.open);
}

/// Whether attributes of a scope or of its resource have the text.
pub(super) fn is_around(store: &TraceStore, scope: &Scope, test: &TextTest) -> bool {
    let resource = store.resources().get(scope.resource as usize);
    let texts = [Some(scope.json), resource.map(|resource| resource.json)];
    let has = |json: StrId| test.is_in_json(store.text(json).as_bytes());
    texts.into_iter().flatten().any(has)
}

/// Adds the rows that have texts of some sort in the source alone; a status message says why a status was set.
fn open_texts(store: &TraceStore, any_of: &[SpanFlags], messages: bool, open: &mut RowSet) {
    let mask = any_of.iter().fold(0, |mask, flag| mask | flag.0);
    for row in 0..store.rows() {
        let at = row as usize;
        let has_text =
            store.flags[at].0 & mask != 0 || messages && store.status[at] != StatusCode::Unset;
        if has_text && has_source(store, row) {
            open.insert(SpanRow(row));
        }
    }
}

fn has_source(store: &TraceStore, row: u32) -> bool {
    store.source_len[row as usize] > 0
}

fn is_span(store: &TraceStore, row: u32) -> bool {
    !store.flags[row as usize].contains(SpanFlags::PLACEHOLDER)
}

/// Finds an attribute of spans, resources or scopes and the field of that name. Says whether there is such an
/// attribute at all.
fn find_pair(
    store: &TraceStore,
    test: &mut PairTest,
    field: Option<Field>,
    answer: &mut Answer,
) -> bool {
    let dictionary = store.dictionary();
    let in_json = |test: &PairTest| {
        let test = test.for_any_value();
        let resources = store.resources().iter().map(|resource| resource.json);
        let scopes = store.scopes().iter().map(|scope| scope.json);
        (resources.chain(scopes)).any(|json| test.is_in_json(store.text(json).as_bytes()))
    };
    let mut has_json = in_json(test);
    if dictionary.find_key(&test.key).is_none() && !has_json {
        test.any_case = true;
        has_json = in_json(test);
    }
    let keys: Vec<bool> = (dictionary.keys().iter())
        .map(|(_, key)| test.is_key(key))
        .collect();
    let has_key = keys.iter().any(|&key| key);

    let mut found = Marks::new(dictionary.len());
    let mut open = Marks::new(dictionary.len());
    for (id, key, value) in dictionary.pairs() {
        if !keys.get(key.0 as usize).copied().unwrap_or(false) {
            continue;
        }
        match value.map(|value| dictionary.values().text(value)) {
            Some(value) if test.value.fits(value) => found.mark(id.0),
            None if matches!(test.value, ValueTest::Any) => found.mark(id.0),
            None => open.mark(id.0),
            Some(_) => {}
        }
    }
    each_with(store, &found, |row| {
        answer.hits.insert(row);
    });
    each_with(store, &open, |row| {
        if has_source(store, row.0) {
            answer.open.insert(row);
        }
    });
    let scopes = scopes(store, |scope| {
        let resource = store.resources().get(scope.resource as usize);
        let holds = |json: StrId| has_json && test.is_in_json(store.text(json).as_bytes());
        holds(scope.json) || resource.is_some_and(|resource| holds(resource.json))
    });
    find_field(store, test, field, &scopes, answer);
    let known = has_key || has_json;
    if !known && field.is_none() || test.key.starts_with("exception.") {
        // Attributes of events and links stand in the source alone.
        let flags = [SpanFlags::EVENTS, SpanFlags::LINKS];
        open_texts(store, &flags, false, &mut answer.open);
    }
    known
}

/// Adds the rows of some scopes and those that have the field.
fn find_field(
    store: &TraceStore,
    test: &PairTest,
    field: Option<Field>,
    scopes: &Marks,
    answer: &mut Answer,
) {
    let texts = match field {
        Some(Field::Name | Field::Service) => texts_that_fit(store.strings(), &test.value),
        _ => Marks::new(0),
    };
    let services = self::scopes(store, |scope| {
        let resource = store.resources().get(scope.resource as usize);
        let service = resource.and_then(|resource| resource.service);
        field == Some(Field::Service) && service.is_some_and(|service| texts.has(service.0))
    });
    if field.is_none() && !scopes.any {
        return;
    }
    for row in 0..store.rows() {
        let at = row as usize;
        let in_field = match field {
            Some(Field::Name) => texts.has(store.name[at]),
            Some(Field::Service) => services.has(store.scope[at]),
            Some(Field::Status(status)) => store.status[at] == status,
            Some(Field::Kind(kind)) => store.kind[at] == kind,
            None => false,
        };
        if (in_field || scopes.has(store.scope[at])) && is_span(store, row) {
            answer.hits.insert(SpanRow(row));
        }
    }
}

fn texts_that_fit(interner: &Interner, value: &ValueTest) -> Marks {
    let mut marks = Marks::new(interner.len());
    match value {
        ValueTest::Any => (0..interner.len() as u32).for_each(|id| marks.mark(id)),
        ValueTest::Holds(needle) => return Marks::of_texts(interner, needle),
        ValueTest::Is(text) => {
            if let Some(id) = interner.get(text) {
                marks.mark(id.0);
            }
        }
    }
    marks
}

/// The scopes that pass a test.
fn scopes(store: &TraceStore, test: impl Fn(&Scope) -> bool) -> Marks {
    let mut marks = Marks::new(store.scopes().len());
    for (scope, at) in store.scopes().iter().zip(0..) {
        if test(scope) {
            marks.mark(at);
        }
    }
    marks
}

/// Attributes whose key or value holds the needle.
fn attributes_with(store: &TraceStore, needle: &Needle) -> Marks {
    let dictionary = store.dictionary();
    let keys = Marks::of_texts(dictionary.keys(), needle);
    let values = Marks::of_texts(dictionary.values(), needle);
    let mut marks = Marks::new(dictionary.len());
    if keys.any || values.any {
        for (id, key, value) in dictionary.pairs() {
            if keys.has(key.0) || value.is_some_and(|value| values.has(value.0)) {
                marks.mark(id.0);
            }
        }
    }
    marks
}

/// The rows that have one of these attributes.
fn each_with(store: &TraceStore, attributes: &Marks, mut found: impl FnMut(SpanRow)) {
    if !attributes.any {
        return;
    }
    for (bounds, row) in store.attr_start.windows(2).zip(0..) {
        let range = bounds[0] as usize..bounds[1] as usize;
        let mut own = store.attributes.range(range);
        if own.any(|id| attributes.has(id)) {
            found(SpanRow(row));
        }
    }
}
