//! What may stand at the cursor of a filter, from the loaded data.

use super::field::{FIELDS, Field, Scope, TextField};
use super::lexer::{Compare, Token, Word, tokens};
use super::{Canonical, CanonicalText};
use crate::analysis::landmarks::Ending;
use crate::analysis::lint::{DEPRECATED, Gap};
use crate::analysis::routing::flow::Outcome;
use crate::model::json::Json;
use crate::model::rows::Trace;
use crate::model::{SpanKind, SpanRow, StatusCode, StrId, TraceStore};
use std::collections::BTreeMap;

/// How many candidates are offered.
const OFFERED: usize = 50;

/// What may stand at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// The first character that a candidate replaces, counted from zero.
    pub from: u32,
    /// The first character behind those it replaces.
    pub to: u32,
    /// The candidates, the most likely first.
    pub candidates: Vec<Candidate>,
}

/// A text that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is inserted.
    pub text: String,
    /// What it is, in a few words; empty when the text says it.
    pub hint: &'static str,
    /// How many spans have it; `None` where that is not counted.
    pub count: Option<u32>,
}

/// What is expected at the cursor.
enum Expected {
    /// Free text.
    Text,
    Field,
    Compare,
    Value(Field),
    Connection,
}

/// What may stand at `cursor`, a number of characters.
pub fn complete(
    store: &TraceStore,
    canonical: &dyn Canonical,
    text: &str,
    cursor: u32,
) -> Completion {
    let chars: Vec<char> = text.chars().collect();
    let cursor = (cursor as usize).min(chars.len());
    let before = chars.get(..cursor).unwrap_or_default();
    let Some(begin) = before.iter().position(|&c| c == '{') else {
        return Completion::default();
    };
    let (words, open_quote) = words_before(before, begin);
    let (expected, typed_from) = expected_at(&words, cursor, open_quote);
    let typed: String = before
        .get(typed_from..)
        .unwrap_or_default()
        .iter()
        .collect();
    let wanted = typed.trim_start_matches(['"', '`']).to_lowercase();
    let all = match &expected {
        Expected::Text => Vec::new(),
        Expected::Field => fields(store),
        Expected::Compare => Compare::ALL.iter().map(|(_, text)| word(text)).collect(),
        Expected::Value(field) => values(store, canonical, field),
        Expected::Connection => ["&&", "||", "}"].into_iter().map(word).collect(),
    };
    // What begins with what was typed stands before what holds it; both keep their order.
    let name = |candidate: &Candidate| candidate.text.trim_matches('"').to_lowercase();
    let starts = |candidate: &Candidate| {
        let name = name(candidate);
        name.starts_with(&wanted)
            || name
                .split(['.', ':', '_', '-', '/'])
                .any(|part| part.starts_with(&wanted))
    };
    let (mut candidates, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(starts);
    candidates.extend(
        rest.into_iter()
            .filter(|candidate| name(candidate).contains(&wanted)),
    );
    candidates.truncate(OFFERED);
    // A whole name is replaced, also what of it stands behind the cursor.
    let behind = chars.get(cursor..).unwrap_or_default();
    let is_part = |c: &&char| match expected {
        Expected::Compare | Expected::Connection | Expected::Text => false,
        _ => c.is_alphanumeric() || "_.:/-".contains(**c),
    };
    let mut to = cursor + behind.iter().take_while(is_part).count();
    if open_quote.is_some() && chars.get(to) == Some(&'"') {
        to += 1;
    }
    Completion {
        from: typed_from as u32,
        to: to as u32,
        candidates,
    }
}

fn word(text: &'static str) -> Candidate {
    Candidate {
        text: text.to_owned(),
        hint: "",
        count: None,
    }
}

fn words(texts: impl Iterator<Item = &'static str>) -> Vec<Candidate> {
    texts.map(word).collect()
}

/// The words up to the cursor, and where a quote opens that is not closed.
fn words_before(before: &[char], begin: usize) -> (Vec<Token>, Option<usize>) {
    match tokens(before, begin) {
        Ok(words) => (words, None),
        Err(error) => {
            let at = error.column as usize - 1;
            let words = tokens(before.get(..at).unwrap_or_default(), begin).unwrap_or_default();
            let is_quote = matches!(before.get(at), Some('"' | '`'));
            (words, is_quote.then_some(at))
        }
    }
}

/// What is expected at the cursor, and where what was typed of it begins.
fn expected_at(words: &[Token], cursor: usize, open_quote: Option<usize>) -> (Expected, usize) {
    // A word that ends at the cursor is being typed.
    let is_typed = |token: &&Token| {
        token.end == cursor
            && open_quote.is_none()
            && matches!(
                token.word,
                Word::Name(_) | Word::Number(_) | Word::Duration(_) | Word::Compare(_) | Word::Not
            )
    };
    let typed = words.last().filter(is_typed);
    let whole = match typed {
        Some(_) => words.len() - 1,
        None => words.len(),
    };
    let from = open_quote.unwrap_or(typed.map_or(cursor, |token| token.start));
    let mut expected = Expected::Field;
    for token in words.iter().take(whole) {
        expected = match (&token.word, expected) {
            (Word::Name(name), Expected::Field) => match Field::parse(name) {
                Some(_) => Expected::Compare,
                None => return (Expected::Text, cursor),
            },
            (Word::Compare(_), Expected::Compare) => match field_before(words, token.start) {
                Some(field) => Expected::Value(field),
                None => return (Expected::Text, cursor),
            },
            (
                Word::Text(_) | Word::Number(_) | Word::Duration(_) | Word::Name(_),
                Expected::Value(_),
            )
            | (Word::Close, Expected::Connection) => Expected::Connection,
            (Word::And | Word::Or, Expected::Connection)
            | (Word::Begin | Word::Open | Word::Not, Expected::Field) => Expected::Field,
            // Behind the closing brace, or where nothing can follow.
            _ => return (Expected::Text, cursor),
        };
    }
    // A comparison that is whole as it stands is followed by a value.
    if let (Some(token), Expected::Compare) = (typed, &expected)
        && let Word::Compare(_) = token.word
    {
        return (Expected::Compare, from);
    }
    if typed.is_some_and(|token| matches!(token.word, Word::Not)) {
        return (Expected::Field, cursor);
    }
    (expected, from)
}

/// The field that stands before a comparison.
fn field_before(words: &[Token], compare: usize) -> Option<Field> {
    let before = words.iter().rev().find(|token| token.end <= compare)?;
    match &before.word {
        Word::Name(name) => Field::parse(name),
        _ => None,
    }
}

/// Fields and attribute keys, the keys by how many spans have them.
fn fields(store: &TraceStore) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = FIELDS
        .iter()
        .filter(|(_, _, hint)| !hint.is_empty())
        .map(|(name, _, hint)| Candidate {
            text: (*name).to_owned(),
            hint,
            count: None,
        })
        .collect();
    let dictionary = store.dictionary();
    let mut of_key = vec![0_u32; dictionary.keys().len()];
    let counts = counts_of_pairs(store);
    for ((_, key, _), count) in dictionary.pairs().zip(counts) {
        if let Some(sum) = of_key.get_mut(key.0 as usize) {
            *sum += count;
        }
    }
    let keys = dictionary
        .keys()
        .iter()
        .zip(of_key)
        .filter(|(_, count)| *count > 0);
    all.extend(most_frequent(
        keys.map(|((_, key), count)| (attribute("span", key), count)),
    ));
    let mut keys: Vec<String> = Vec::new();
    for resource in store.resources() {
        let json = Json::parse(store.text(resource.json)).unwrap_or(Json::NULL);
        let attributes = json
            .get("attributes")
            .map(Json::elements)
            .unwrap_or_default();
        for entry in attributes {
            let key = entry.get("key").and_then(Json::as_text).unwrap_or_default();
            let name = attribute("resource", &key);
            if !key.is_empty() && !keys.contains(&name) && keys.len() < OFFERED {
                keys.push(name);
            }
        }
    }
    all.extend(keys.into_iter().map(|text| Candidate {
        text,
        hint: "",
        count: None,
    }));
    all
}

/// An attribute as a filter writes it.
fn attribute(scope: &str, key: &str) -> String {
    let is_plain = key
        .chars()
        .all(|c| c.is_alphanumeric() || "_.:/-".contains(c));
    if is_plain {
        format!("{scope}.{key}")
    } else {
        format!("{scope}.{}", quoted(key))
    }
}

pub(in crate::analysis) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// How many spans carry each pair.
fn counts_of_pairs(store: &TraceStore) -> Vec<u32> {
    let mut counts = vec![0_u32; store.dictionary().len()];
    for id in store.attributes.iter() {
        if let Some(count) = counts.get_mut(id as usize) {
            *count += 1;
        }
    }
    counts
}

/// Texts by count, the most frequent first; ties by text.
fn most_frequent(texts: impl Iterator<Item = (String, u32)>) -> Vec<Candidate> {
    let all: Vec<Candidate> = texts
        .map(|(text, count)| Candidate {
            text,
            hint: "",
            count: Some(count),
        })
        .collect();
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    crate::model::order::sort(
        &mut order,
        &|a, b| match (all.get(a as usize), all.get(b as usize)) {
            (Some(a), Some(b)) => b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)),
            _ => a.cmp(&b),
        },
    );
    order
        .iter()
        .filter_map(|&at| all.get(at as usize).cloned())
        .collect()
}

/// The values that a field takes.
fn values(store: &TraceStore, canonical: &dyn Canonical, field: &Field) -> Vec<Candidate> {
    let by_text = |of: &dyn Fn(SpanRow) -> Option<StrId>| {
        let mut counts = vec![0_u32; store.strings().len()];
        for row in 0..store.rows() {
            if let Some(count) = of(SpanRow(row)).and_then(|id| counts.get_mut(id.0 as usize)) {
                *count += 1;
            }
        }
        // The empty text is that of placeholders and of scopes without name.
        let texts = (0..).zip(counts).skip(1).filter(|(_, count)| *count > 0);
        most_frequent(texts.map(|(id, count)| (quoted(store.text(StrId(id))), count)))
    };
    match field {
        Field::Attribute(Scope::Any | Scope::Span, key) => {
            let dictionary = store.dictionary();
            let Some(key) = dictionary.find_key(key) else {
                return Vec::new();
            };
            let counted = dictionary.pairs().zip(counts_of_pairs(store));
            let own = counted.filter(|((_, pair_key, _), _)| *pair_key == key);
            most_frequent(own.filter_map(|((id, _, _), count)| {
                let text = dictionary.value_text(id)?;
                let is_number = super::field::Number::parse(text).is_some();
                Some((
                    if is_number {
                        text.to_owned()
                    } else {
                        quoted(text)
                    },
                    count,
                ))
            }))
        }
        Field::Text(TextField::Name) => by_text(&|row| Some(store.name_id(row))),
        Field::Text(TextField::Agent) => {
            by_text(&|row| canonical.text(store, CanonicalText::Agent, row))
        }
        Field::Text(TextField::Model) => {
            by_text(&|row| canonical.text(store, CanonicalText::Model, row))
        }
        Field::Text(TextField::Tool) => {
            by_text(&|row| canonical.text(store, CanonicalText::Tool, row))
        }
        Field::Text(TextField::ScopeName) => {
            by_text(&|row| store.scope(row).map(|scope| scope.name))
        }
        Field::Text(TextField::Service | TextField::RootService) => {
            let services = store.services().iter();
            most_frequent(services.map(|service| (quoted(store.text(service.name)), service.spans)))
        }
        Field::Text(TextField::RootName) => {
            let traces = store.traces();
            by_text(&|row| {
                let trace = traces.get(store.trace_of(row).0 as usize)?;
                (trace.root == row).then(|| store.name_id(row))
            })
        }
        Field::Text(TextField::EventName) => {
            let mut counts = vec![0_u32; store.strings().len()];
            for event in store.all_events() {
                if let Some(count) = counts.get_mut(event.event.name.0 as usize) {
                    *count += 1;
                }
            }
            let texts = (0..).zip(counts).filter(|(_, count)| *count > 0);
            most_frequent(texts.map(|(id, count)| (quoted(store.text(StrId(id))), count)))
        }
        Field::Text(TextField::Session) => of_runs(store, |trace| {
            Some(store.text(trace.session?.text).to_owned())
        }),
        Field::Text(TextField::User) => {
            of_runs(store, |trace| Some(store.text(trace.user?.text).to_owned()))
        }
        Field::Text(TextField::Outcome) => words(Ending::ALL.iter().map(|ending| ending.as_str())),
        Field::Text(TextField::Call) => words(Outcome::ALL.iter().map(|outcome| outcome.word())),
        Field::Text(TextField::Missing) => words(Gap::ALL.iter().map(|gap| gap.as_str())),
        Field::Text(TextField::Deprecated) => DEPRECATED
            .iter()
            .map(|(key, _)| Candidate {
                text: quoted(key),
                ..word("")
            })
            .collect(),
        Field::Text(TextField::ScopeVersion) => {
            by_text(&|row| store.scope(row).map(|scope| scope.version))
        }
        Field::Status => {
            let all = [StatusCode::Error, StatusCode::Ok, StatusCode::Unset];
            words(all.iter().map(|status| status.as_str()))
        }
        Field::Kind => kinds(store, canonical),
        Field::Number(_) | Field::Attribute(..) | Field::Text(TextField::StatusMessage) => {
            Vec::new()
        }
    }
}

/// Values of runs, with how many spans those have.
fn of_runs(store: &TraceStore, of: impl Fn(&Trace) -> Option<String>) -> Vec<Candidate> {
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    for trace in store.traces() {
        if let Some(text) = of(trace) {
            *all.entry(quoted(&text)).or_default() += trace.spans;
        }
    }
    most_frequent(all.into_iter())
}

/// Kinds that occur, canonical ones first.
fn kinds(store: &TraceStore, canonical: &dyn Canonical) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = Vec::new();
    let mut count = |text: &'static str| match all.iter_mut().find(|known| known.text == text) {
        Some(known) => known.count = known.count.map(|count| count + 1),
        None => all.push(Candidate {
            text: text.to_owned(),
            hint: "",
            count: Some(1),
        }),
    };
    for row in 0..store.rows() {
        count(canonical.kind(store, SpanRow(row)));
        match store.kind(SpanRow(row)) {
            SpanKind::Unspecified => {}
            kind => count(kind.as_str()),
        }
    }
    most_frequent(
        all.into_iter()
            .map(|known| (known.text, known.count.unwrap_or(0))),
    )
}
