//! Conditions put to the columns.
//!
//! Each condition becomes a set of rows that match and one of rows that may, and the program joins the sets. Attributes
//! are looked up in the dictionary first: each (key, value) pair is tested once, and then one pass over the rows finds
//! the spans that carry a pair, for up to sixteen conditions at a time.

use super::bits::Rows;
use super::field::{Field, Number, NumberField, Scope, TextField, Value};
use super::lexer::Compare;
use super::parser::{Condition, Op};
use super::{Canonical, CanonicalText};
use crate::analysis::landmarks::ending;
use crate::analysis::lint::{DEPRECATED, Gap};
use crate::model::json::Json;
use crate::model::{SpanFlags, SpanRow, StatusCode, StrId, TraceRow, TraceStore};

/// Conditions whose attributes are found in one pass: a bit each for "matches" and for "may match".
const AT_ONCE: usize = 16;

/// The rows of every condition, in order.
pub(super) fn conditions(
    store: &TraceStore,
    canonical: &dyn Canonical,
    conditions: &[Condition],
) -> Vec<Rows> {
    let mut rows: Vec<Rows> = Vec::new();
    for condition in conditions {
        rows.push(match &condition.field {
            // Filled below.
            Field::Attribute(Scope::Any | Scope::Span, _) => Rows::none(store.rows()),
            _ => columns(store, canonical, condition),
        });
    }
    let is_attribute = |condition: &Condition| {
        matches!(
            condition.field,
            Field::Attribute(Scope::Any | Scope::Span, _)
        )
    };
    let attributes: Vec<usize> = (0..conditions.len())
        .filter(|&at| conditions.get(at).is_some_and(is_attribute))
        .collect();
    for group in attributes.chunks(AT_ONCE) {
        let group: Vec<(usize, &Condition)> = group
            .iter()
            .filter_map(|&at| Some((at, conditions.get(at)?)))
            .collect();
        find_attributes(store, &group, &mut rows);
    }
    rows
}

/// Runs the program over the rows of its conditions.
pub(super) fn run(program: &[Op], conditions: &[Rows]) -> Option<Rows> {
    let mut stack: Vec<Rows> = Vec::new();
    for op in program {
        match op {
            Op::Condition(at) => stack.push(conditions.get(usize::from(*at))?.clone()),
            Op::Not => stack.last_mut()?.not(),
            Op::And | Op::Or => {
                let other = stack.pop()?;
                let joined = stack.last_mut()?;
                match op {
                    Op::And => joined.and(&other),
                    _ => joined.or(&other),
                }
            }
        }
    }
    stack.pop()
}

/// Finds the rows that carry an attribute that passes, for each condition of a group.
fn find_attributes(store: &TraceStore, group: &[(usize, &Condition)], rows: &mut [Rows]) {
    let dictionary = store.dictionary();
    // Of each pair, the conditions that it passes, and 16 bits further those whose value is in the source.
    let mut marks = vec![0_u32; dictionary.len()];
    for (bit, (_, condition)) in group.iter().enumerate() {
        let Field::Attribute(_, key) = &condition.field else {
            continue;
        };
        let Some(key) = dictionary.find_key(key) else {
            continue;
        };
        let is_nil = condition.value == Value::Nil;
        for (id, pair_key, value) in dictionary.pairs() {
            if pair_key != key {
                continue;
            }
            let mark = match value.map(|value| dictionary.values().text(value)) {
                // That the key is there is known, whatever its value.
                _ if is_nil => 1 << bit,
                Some(text) if condition.fits_text(text) => 1 << bit,
                Some(_) => 0,
                None => 1 << (bit + AT_ONCE),
            };
            if let Some(marks) = marks.get_mut(id.0 as usize) {
                *marks |= mark;
            }
        }
    }
    let resources: Vec<Vec<bool>> = group
        .iter()
        .map(|(_, condition)| match condition.field {
            Field::Attribute(Scope::Any, _) => scopes_that_pass(store, condition),
            _ => Vec::new(),
        })
        .collect();
    let absent = group
        .iter()
        .enumerate()
        .filter(|(_, (_, condition))| condition.wants_nil());
    let absent = absent.fold(0_u32, |absent, (bit, _)| absent | 1 << bit);
    for (bounds, row) in store.attr_start.windows(2).zip(0_u32..) {
        let &[start, end] = bounds else { continue };
        let own = store.attributes.range(start as usize..end as usize);
        let mark = |id: u32| marks.get(id as usize).copied().unwrap_or(0);
        let mut found = own.fold(0, |found, id| found | mark(id)) ^ absent;
        for (bit, resources) in resources
            .iter()
            .enumerate()
            .filter(|(_, resources)| !resources.is_empty())
        {
            let scope = store.scope.get(row as usize).copied().unwrap_or(0);
            let passes = resources.get(scope as usize).copied().unwrap_or(false);
            // Absent is what neither has.
            match absent >> bit & 1 == 1 {
                true if !passes => found &= !(1 << bit),
                false if passes => found |= 1 << bit,
                _ => {}
            }
        }
        if found == 0 {
            continue;
        }
        for (bit, &(at, _)) in group.iter().enumerate() {
            if let Some(rows) = rows.get_mut(at) {
                match (found >> bit & 1, found >> (bit + AT_ONCE) & 1) {
                    (1, _) => rows.add(row),
                    (_, 1) => rows.open(row),
                    _ => {}
                }
            }
        }
    }
}

/// Whether the resource of each scope passes a condition.
fn scopes_that_pass(store: &TraceStore, condition: &Condition) -> Vec<bool> {
    let Field::Attribute(_, key) = &condition.field else {
        return Vec::new();
    };
    let resources: Vec<bool> = (store.resources().iter())
        .map(|resource| {
            let json = Json::parse(store.text(resource.json)).unwrap_or(Json::NULL);
            condition.any(super::source::values(json, key).into_iter())
        })
        .collect();
    let of = |resource: u32| resources.get(resource as usize).copied().unwrap_or(false);
    store
        .scopes()
        .iter()
        .map(|scope| of(scope.resource))
        .collect()
}

/// The rows of a condition on a column.
fn columns(store: &TraceStore, canonical: &dyn Canonical, condition: &Condition) -> Rows {
    let count = store.rows();
    match &condition.field {
        Field::Attribute(Scope::Event, _) => {
            let mut rows = Rows::none(count);
            for row in 0..count {
                let has_events = store.flags(SpanRow(row)).contains(SpanFlags::EVENTS);
                match (has_events, condition.wants_nil()) {
                    (true, _) => rows.open(row),
                    (false, true) => rows.add(row),
                    (false, false) => {}
                }
            }
            rows
        }
        Field::Attribute(..) => {
            let scopes = scopes_that_pass(store, condition);
            Rows::of(count, |row| {
                let scope = store.scope.get(row as usize).copied().unwrap_or(0);
                scopes.get(scope as usize).copied().unwrap_or(false)
            })
        }
        Field::Text(field) => texts(store, canonical, condition, *field),
        Field::Number(field) => numbers(store, canonical, condition, *field),
        Field::Status => {
            let wanted = condition.compare == Compare::Equal;
            Rows::of(count, |row| {
                (condition.value == Value::Status(store.status(SpanRow(row)))) == wanted
            })
        }
        Field::Kind => kinds(store, canonical, condition),
    }
}

/// Tests each text once.
struct Texts<'c> {
    condition: &'c Condition,
    /// By text: not looked at, passes, does not.
    known: Vec<u8>,
}

impl Texts<'_> {
    fn passes(&mut self, store: &TraceStore, text: Option<StrId>) -> bool {
        let Some(text) = text else {
            return self.condition.wants_nil();
        };
        match self.known.get_mut(text.0 as usize) {
            Some(known) => {
                if *known == 0 {
                    *known = 1 + u8::from(self.condition.fits_text(store.text(text)));
                }
                *known == 2
            }
            None => false,
        }
    }
}

fn texts(
    store: &TraceStore,
    canonical: &dyn Canonical,
    condition: &Condition,
    field: TextField,
) -> Rows {
    let count = store.rows();
    let mut texts = Texts {
        condition,
        known: vec![0; store.strings().len()],
    };
    let service = |row: SpanRow| {
        let service = store.services().get(usize::from(store.service(row)?))?;
        Some(service.name)
    };
    let canonical_text = match field {
        TextField::Agent => Some(CanonicalText::Agent),
        TextField::Model => Some(CanonicalText::Model),
        TextField::Tool => Some(CanonicalText::Tool),
        _ => None,
    };
    if let Some(which) = canonical_text {
        return Rows::of(count, |row| {
            texts.passes(store, canonical.text(store, which, SpanRow(row)))
        });
    }
    match field {
        TextField::Name => Rows::of(count, |row| {
            texts.passes(store, Some(store.name_id(SpanRow(row))))
        }),
        TextField::Service => Rows::of(count, |row| texts.passes(store, service(SpanRow(row)))),
        TextField::ScopeName => Rows::of(count, |row| {
            let name = store.scope(SpanRow(row)).map(|scope| scope.name);
            texts.passes(store, name.filter(|name| *name != StrId::EMPTY))
        }),
        TextField::ScopeVersion => Rows::of(count, |row| {
            let version = store.scope(SpanRow(row)).map(|scope| scope.version);
            texts.passes(store, version.filter(|version| *version != StrId::EMPTY))
        }),
        TextField::Call => {
            let mut rows = Rows::none(count);
            canonical.each_request(store, &mut |row, outcome| {
                if condition.wants_nil() || condition.fits_text(outcome.word()) {
                    rows.add(row.0);
                }
            });
            if condition.wants_nil() {
                rows.not();
            }
            rows
        }
        TextField::Missing => {
            let mut rows = Rows::none(count);
            for gap in Gap::ALL {
                if condition.wants_nil() || condition.fits_text(gap.as_str()) {
                    canonical.each_gap(store, gap, &mut |row| rows.add(row.0));
                }
            }
            if condition.wants_nil() {
                rows.not();
            }
            rows
        }
        TextField::Deprecated => {
            let mut rows = Rows::none(count);
            let old = DEPRECATED.iter().map(|(key, _)| *key);
            for key in old.filter(|key| condition.wants_nil() || condition.fits_text(key)) {
                canonical.each_with_key(store, key, &mut |row| rows.add(row.0));
            }
            if condition.wants_nil() {
                rows.not();
            }
            rows
        }
        TextField::StatusMessage => {
            let mut rows = Rows::none(count);
            for row in 0..count {
                match store.status(SpanRow(row)) {
                    StatusCode::Unset if condition.wants_nil() => rows.add(row),
                    StatusCode::Unset => {}
                    _ => rows.open(row),
                }
            }
            rows
        }
        TextField::EventName => {
            let mut rows = Rows::none(count);
            for event in store.all_events() {
                if texts.passes(store, Some(event.event.name)) {
                    rows.add(event.row.0);
                }
            }
            if condition.wants_nil() {
                return Rows::of(count, |row| {
                    !store.flags(SpanRow(row)).contains(SpanFlags::EVENTS)
                });
            }
            rows
        }
        TextField::RootName
        | TextField::RootService
        | TextField::Session
        | TextField::User
        | TextField::Outcome => of_runs(store, &mut texts, field),
        TextField::Agent | TextField::Model | TextField::Tool => Rows::none(count),
    }
}

/// All rows of the runs of which a text passes.
fn of_runs(store: &TraceStore, texts: &mut Texts<'_>, field: TextField) -> Rows {
    let mut rows = Rows::none(store.rows());
    let service = |row: SpanRow| {
        let service = store.services().get(usize::from(store.service(row)?))?;
        Some(service.name)
    };
    for (trace, number) in store.traces().iter().zip(0..) {
        let text = match field {
            TextField::RootName => Some(store.name_id(trace.root)),
            TextField::RootService => service(trace.root),
            TextField::Session => trace.session.map(|named| named.text),
            TextField::User => trace.user.map(|named| named.text),
            _ => None,
        };
        let passes = match field {
            TextField::Outcome => {
                let outcome = ending(store, TraceRow(number)).as_str();
                texts.condition.fits_text(outcome)
            }
            _ => texts.passes(store, text),
        };
        if passes {
            trace.rows.clone().for_each(|row| rows.add(row));
        }
    }
    rows
}

fn numbers(
    store: &TraceStore,
    canonical: &dyn Canonical,
    condition: &Condition,
    field: NumberField,
) -> Rows {
    let passes = |number: Option<i64>| match (&condition.value, number) {
        (Value::Nil, number) => number.is_none() == condition.wants_nil(),
        (Value::Number(wanted), Some(number)) => {
            condition.fits_number(Number::Integer(number), *wanted)
        }
        (Value::Money(wanted), Some(number)) => condition.compare.holds(number.cmp(&wanted.0)),
        _ => false,
    };
    let count = store.rows();
    match field {
        NumberField::Duration => Rows::of(count, |row| {
            let row = SpanRow(row);
            let is_known = !store.flags(row).contains(SpanFlags::RUNNING);
            passes(is_known.then(|| store.duration(row).0))
        }),
        NumberField::TraceDuration => {
            let mut rows = Rows::none(count);
            for trace in store.traces() {
                if passes(Some(trace.range.duration().0)) {
                    trace.rows.clone().for_each(|row| rows.add(row));
                }
            }
            rows
        }
        NumberField::Cost => few(count, condition, &|found| {
            canonical.each_cost(&mut |row, cost| found(row, passes(Some(cost.0))));
        }),
        NumberField::Tokens | NumberField::InputTokens | NumberField::OutputTokens => {
            few(count, condition, &|found| {
                canonical.each_usage(store, &mut |row, input, output| {
                    let tokens = match field {
                        NumberField::InputTokens => input,
                        NumberField::OutputTokens => output,
                        _ => input.map_or(output, |input| {
                            Some(input.saturating_add(output.unwrap_or(0)))
                        }),
                    };
                    // Counts beyond 63 bits are as good as the largest.
                    let tokens = tokens.map(|tokens| i64::try_from(tokens).unwrap_or(i64::MAX));
                    found(row, passes(tokens));
                });
            })
        }
    }
}

/// Takes a row and whether it passes.
type Found<'f> = &'f mut dyn FnMut(SpanRow, bool);

/// Rows of a field that few spans have: `each` gives those, with whether they pass.
fn few(count: u32, condition: &Condition, each: &dyn Fn(Found<'_>)) -> Rows {
    let mut rows = Rows::none(count);
    each(&mut |row, passes| {
        // Where the others are asked for, those are noted that do not pass.
        if passes != condition.wants_nil() {
            rows.add(row.0);
        }
    });
    if condition.wants_nil() {
        rows.not();
    }
    rows
}

fn kinds(store: &TraceStore, canonical: &dyn Canonical, condition: &Condition) -> Rows {
    let count = store.rows();
    let is_equal = condition.compare == Compare::Equal;
    match &condition.value {
        Value::SpanKind(kind) => {
            Rows::of(count, |row| (store.kind(SpanRow(row)) == *kind) == is_equal)
        }
        Value::Nil => Rows::of(count, |_| !is_equal),
        _ => Rows::of(count, |row| {
            let row = SpanRow(row);
            let kind = canonical.kind(store, row);
            match condition.compare {
                // An expression may mean either kind of kind.
                Compare::Fits => {
                    condition.fits_text(kind) || condition.fits_text(store.kind(row).as_str())
                }
                Compare::FitsNot => {
                    condition.fits_text(kind) && condition.fits_text(store.kind(row).as_str())
                }
                _ => condition.fits_text(kind),
            }
        }),
    }
}
