//! What the instrumentation left out, and keys that have another name by now: counted by scope and version, each with
//! what it makes impossible.
//!
//! A call counts once: what a span that wraps it or tells of it a second time has is there. Content may stand in
//! attributes, span events or log records; that a key is there is known from the columns, its value is not looked at. A
//! call with log records of its own is not said to lack content, since they may be where it is.

use super::calls::{CallRole, Calls, is_repeated_tool};
use super::filter::quoted;
use super::row_set::RowSet;
use crate::model::rows::Scope;
use crate::model::{OperationKind, SpanFlags, SpanRow, StatusCode, TraceStore};
use crate::semantics::content::keys;

/// What a span lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// A call without its model.
    Model,
    /// A call without its tokens.
    Tokens,
    /// A call without the messages it was given, a tool without its arguments, a search without its query.
    Input,
    /// A call without its answer, a tool without its result, a search without what it found.
    Output,
    /// A span with an exception and without status error.
    Status,
    /// A span without a start or an end.
    Time,
}

impl Gap {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Model,
        Self::Tokens,
        Self::Input,
        Self::Output,
        Self::Status,
        Self::Time,
    ];

    /// The word for it in filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Tokens => "tokens",
            Self::Input => "input",
            Self::Output => "output",
            Self::Status => "status",
            Self::Time => "time",
        }
    }

    /// What is not possible without it.
    pub fn makes_impossible(self) -> &'static str {
        match self {
            Self::Model => "No price applies, so the cost of these calls is unknown",
            Self::Tokens => "Sums of tokens and cost are lower bounds",
            Self::Input => "What led to these steps cannot be read or compared",
            Self::Output => "What these steps answered cannot be read or compared",
            Self::Status => "These failures are in no count of errors",
            Self::Time => "Durations, the critical path and where the time went are incomplete",
        }
    }
}

/// Keys that have another name by now: those of OpenTelemetry for calls of models, HTTP and databases, and
/// the AI SDK's usage.
pub const DEPRECATED: &[(&str, &str)] = &[
    ("gen_ai.system", "gen_ai.provider.name"),
    ("gen_ai.usage.prompt_tokens", "gen_ai.usage.input_tokens"),
    (
        "gen_ai.usage.completion_tokens",
        "gen_ai.usage.output_tokens",
    ),
    ("gen_ai.prompt", "gen_ai.input.messages"),
    ("gen_ai.completion", "gen_ai.output.messages"),
    ("gen_ai.openai.request.seed", "gen_ai.request.seed"),
    (
        "gen_ai.openai.request.response_format",
        "gen_ai.output.type",
    ),
    (
        "gen_ai.openai.request.service_tier",
        "openai.request.service_tier",
    ),
    (
        "gen_ai.openai.response.service_tier",
        "openai.response.service_tier",
    ),
    (
        "gen_ai.openai.response.system_fingerprint",
        "openai.response.system_fingerprint",
    ),
    ("ai.usage.promptTokens", "ai.usage.inputTokens"),
    ("ai.usage.completionTokens", "ai.usage.outputTokens"),
    ("http.method", "http.request.method"),
    ("http.status_code", "http.response.status_code"),
    ("http.url", "url.full"),
    ("db.statement", "db.query.text"),
    ("db.system", "db.system.name"),
];

/// What content a key carries: a bit each.
const INPUT: u8 = 1;
const OUTPUT: u8 = 1 << 1;
const ARGUMENTS: u8 = 1 << 2;
const RESULT: u8 = 1 << 3;
const QUERY: u8 = 1 << 4;
const DOCUMENTS: u8 = 1 << 5;

/// Keys by what they carry.
const CONTENT: [(u8, &[&str]); 6] = [
    (INPUT, keys::INPUT),
    (OUTPUT, keys::OUTPUT),
    (ARGUMENTS, keys::ARGUMENTS),
    (RESULT, keys::RESULT),
    (QUERY, keys::QUERY),
    (DOCUMENTS, keys::DOCUMENTS),
];

/// Whether a key is one of a list, or a flattened part of one.
fn is_of(list: &[&str], key: &str) -> bool {
    list.iter().any(|known| is_key(known, key))
}

fn is_key(known: &str, key: &str) -> bool {
    key.strip_prefix(known)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What the spans of a document have and lack.
#[derive(Debug)]
pub struct Lint<'s> {
    store: &'s TraceStore,
    calls: &'s Calls,
    /// By attribute.
    content: Vec<u8>,
}

impl<'s> Lint<'s> {
    /// Looks at the keys of a document, once each.
    pub fn new(store: &'s TraceStore, calls: &'s Calls) -> Self {
        let dictionary = store.dictionary();
        let of_key = |key: &str| {
            let carried = CONTENT.iter().filter(|(_, list)| is_of(list, key));
            carried.fold(0, |bits, (bit, _)| bits | bit)
        };
        let of_keys: Vec<u8> = dictionary
            .keys()
            .iter()
            .map(|(_, key)| of_key(key))
            .collect();
        let of_pair = |key: u32| of_keys.get(key as usize).copied().unwrap_or(0);
        Self {
            content: dictionary
                .pairs()
                .map(|(_, key, _)| of_pair(key.0))
                .collect(),
            store,
            calls,
        }
    }

    /// The rows that could have what a gap lacks, with whether they lack it.
    pub fn each(&self, gap: Gap, found: &mut dyn FnMut(SpanRow, bool)) {
        let (store, calls) = (self.store, self.calls);
        match gap {
            Gap::Model => {
                for row in calls.calls().iter().copied().map(SpanRow) {
                    found(row, calls.model(store, row).is_none());
                }
            }
            Gap::Tokens => {
                for row in calls.calls().iter().copied() {
                    let lacks = calls.without_usage().binary_search(&row).is_ok();
                    found(SpanRow(row), lacks);
                }
            }
            Gap::Input => self.each_content([INPUT, ARGUMENTS, QUERY], found),
            Gap::Output => self.each_content([OUTPUT, RESULT, DOCUMENTS], found),
            Gap::Status => self.each_span(SpanFlags::EXCEPTION, &mut |row, has| {
                if has {
                    found(row, store.status(row) != StatusCode::Error);
                }
            }),
            Gap::Time => self.each_span(SpanFlags::RUNNING, &mut |row, runs| {
                found(row, runs || store.flags(row).contains(SpanFlags::NO_START));
            }),
        }
    }

    fn each_span(&self, flag: SpanFlags, found: &mut dyn FnMut(SpanRow, bool)) {
        for row in (0..self.store.rows()).map(SpanRow) {
            let flags = self.store.flags(row);
            if !flags.contains(SpanFlags::PLACEHOLDER) {
                found(row, flags.contains(flag));
            }
        }
    }

    /// Calls, tools and searches, each with the bit of what it should carry.
    fn each_content(&self, wanted: [u8; 3], found: &mut dyn FnMut(SpanRow, bool)) {
        let store = self.store;
        let [call, tool, search] = wanted;
        for row in (0..store.rows()).map(SpanRow) {
            let lacks = match store.operation_kind(row) {
                OperationKind::Llm if self.calls.role(row) == Some(CallRole::Call) => {
                    !self.call_has(row, call)
                }
                OperationKind::Tool if !is_repeated_tool(store, row) => !self.has(row, tool),
                OperationKind::Retrieval => !self.has(row, search),
                _ => continue,
            };
            found(row, lacks);
        }
    }

    /// Whether a call, a span that tells of it a second time, or one that wraps either has something.
    fn call_has(&self, call: SpanRow, bit: u8) -> bool {
        std::iter::once(call)
            .chain(self.calls.twins_of(call))
            .any(|row| {
                let mut at = Some(row);
                while let Some(row) = at {
                    if self.has(row, bit) {
                        return true;
                    }
                    let above = self.store.parent(row);
                    at = above.filter(|row| self.store.operation_kind(*row) == OperationKind::Llm);
                }
                false
            })
    }

    fn has(&self, row: SpanRow, bit: u8) -> bool {
        let store = self.store;
        let carries =
            |at: u32| (self.content.get(at as usize).copied()).is_some_and(|bits| bits & bit != 0);
        store.attributes(row).any(|id| carries(id.0))
            || !store.logs(row).is_empty()
            || (store.events(row).iter()).any(|event| is_event(store.text(event.event.name), bit))
    }

    /// The spans with a deprecated key, or with a flattened part of it.
    pub fn with_key(&self, key: &str) -> RowSet {
        let dictionary = self.store.dictionary();
        let is_it: Vec<bool> = (dictionary.keys().iter())
            .map(|(_, known)| is_key(key, known))
            .collect();
        let of = |key: u32| is_it.get(key as usize).copied().unwrap_or(false);
        let pairs: Vec<bool> = dictionary.pairs().map(|(_, key, _)| of(key.0)).collect();
        if !pairs.contains(&true) {
            return RowSet::new(self.store.rows());
        }
        RowSet::from_rows(self.store.rows(), |row| {
            let mut attributes = self.store.attributes(SpanRow(row));
            attributes.any(|id| pairs.get(id.0 as usize).copied().unwrap_or(false))
        })
    }

    /// Everything that was found, by gap or key, then by scope.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all = Vec::new();
        for gap in Gap::ALL {
            let mut tally = Tally::new(self.store);
            self.each(gap, &mut |row, lacks| tally.count(row, lacks));
            all.extend(tally.findings(Lacks::Gap(gap)));
        }
        for &(key, instead) in DEPRECATED {
            let rows = self.with_key(key);
            let mut tally = Tally::new(self.store);
            if !rows.is_empty() {
                self.each_span(SpanFlags::PLACEHOLDER, &mut |row, _| {
                    tally.count(row, rows.contains(row));
                });
            }
            all.extend(tally.findings(Lacks::Key { key, instead }));
        }
        all
    }
}

/// Whether an event carries messages.
fn is_event(name: &str, bit: u8) -> bool {
    match name {
        keys::CHOICE => bit == OUTPUT || bit == RESULT,
        _ if keys::DETAIL_EVENTS.contains(&name) => true,
        _ if keys::DOCUMENT_EVENTS.contains(&name) => bit == DOCUMENTS,
        _ => {
            let is_message = keys::MESSAGE_EVENTS.iter().any(|(known, _)| *known == name);
            is_message && matches!(bit, INPUT | ARGUMENTS)
        }
    }
}

/// What is amiss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// Something is not there.
    Gap(Gap),
    /// A key has another name by now.
    Key {
        /// The key.
        key: &'static str,
        /// Its name by now.
        instead: &'static str,
    },
}

/// Spans of one scope with the same thing amiss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is amiss.
    pub lacks: Lacks,
    /// Name of the scope; empty when absent.
    pub scope: String,
    /// Its version; empty when absent.
    pub version: String,
    /// Spans of the scope with it.
    pub spans: u32,
    /// Spans of the scope that could have it.
    pub of: u32,
}

impl Finding {
    /// A filter that its spans pass.
    pub fn filter(&self) -> String {
        let lacks = match self.lacks {
            Lacks::Gap(gap) => format!("missing = {}", gap.as_str()),
            Lacks::Key { key, .. } => format!("deprecated = {}", quoted(key)),
        };
        let value = |text: &str| match text {
            "" => "nil".to_owned(),
            text => quoted(text),
        };
        format!(
            "{{ {lacks} && scope = {} && instrumentation:version = {} }}",
            value(&self.scope),
            value(&self.version)
        )
    }
}

/// Counts by name and version of scopes.
struct Tally<'s> {
    store: &'s TraceStore,
    /// The first scope of this name and version, by scope.
    first: Vec<u32>,
    /// Amiss, and all, by scope.
    counts: Vec<(u32, u32)>,
}

impl<'s> Tally<'s> {
    fn new(store: &'s TraceStore) -> Self {
        let scopes = store.scopes();
        let same = |scope: &Scope| {
            let is_same =
                |known: &Scope| (known.name, known.version) == (scope.name, scope.version);
            scopes.iter().position(is_same).unwrap_or(0) as u32
        };
        Self {
            store,
            first: scopes.iter().map(same).collect(),
            counts: vec![(0, 0); scopes.len()],
        }
    }

    fn count(&mut self, row: SpanRow, is_amiss: bool) {
        let scope = self.store.scope.get(row.0 as usize).copied().unwrap_or(0);
        let first = self.first.get(scope as usize).copied().unwrap_or(scope);
        if let Some((amiss, all)) = self.counts.get_mut(first as usize) {
            *amiss += u32::from(is_amiss);
            *all += 1;
        }
    }

    fn findings(self, lacks: Lacks) -> Vec<Finding> {
        let text = |id| self.store.text(id).to_owned();
        let scopes = self.store.scopes().iter().zip(&self.counts);
        scopes
            .filter(|(_, (amiss, _))| *amiss > 0)
            .map(|(scope, &(spans, of))| Finding {
                lacks,
                scope: text(scope.name),
                version: text(scope.version),
                spans,
                of,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::cost::Costs;
    use crate::analysis::filter::{Columns, Filter};
    use crate::model::text::parse;
    use crate::model::{
        AttrId, EventInput, SourceRange, SpanInput, SpanKind, StoreBuilder, WireTraceId,
    };

    fn findings(store: &TraceStore) -> Vec<(String, String, u32, u32)> {
        let calls = Calls::new(store);
        let found = Lint::new(store, &calls).findings().into_iter();
        let what = |lacks| match lacks {
            Lacks::Gap(gap) => gap.as_str().to_owned(),
            Lacks::Key { key, .. } => key.to_owned(),
        };
        found
            .map(|one| (what(one.lacks), one.scope, one.spans, one.of))
            .collect()
    }

    #[test]
    fn calls_and_tools_without_what_they_should_have_are_counted_by_scope() {
        let store = parse(
            "run 0..90 is=agent scope=a\n  c 1..2 is=llm model=m tokens=1/1 scope=a\n  c 3..4 is=llm scope=b\n  \
             c 5..6 is=llm model=m scope=b\n    inner 5..6 is=llm tokens=1/1 scope=b\n  t 7..8 is=tool scope=b",
        )
        .finish();
        let said =
            |what: &str, scope: &str, spans, of| (what.to_owned(), scope.to_owned(), spans, of);
        assert_eq!(
            findings(&store),
            [
                said("model", "b", 1, 2),
                said("tokens", "b", 1, 2),
                said("input", "a", 1, 1),
                said("input", "b", 3, 3),
                said("output", "a", 1, 1),
                said("output", "b", 3, 3),
            ]
        );
        let (calls, costs) = (Calls::new(&store), Costs::default());
        let columns = Columns::new(&store, &calls, &costs);
        for found in Lint::new(&store, &calls).findings() {
            let filter = Filter::parse(&found.filter()).unwrap();
            let passing = filter.matches(&store, &columns).count();
            assert_eq!(passing, found.spans, "{}", found.filter());
        }
        assert!(findings(&parse("a 0..1\n  b 0..1").finish()).is_empty());
        assert_eq!(
            findings(&parse("a 0..1\n  b 0..?").finish()),
            [said("time", "", 1, 2)]
        );
    }

    #[test]
    fn content_stands_in_attributes_or_events_and_old_keys_are_told() {
        let mut builder = StoreBuilder::new();
        let keys = |builder: &mut StoreBuilder, all: &[&str]| -> Vec<AttrId> {
            let key = |key: &&str| {
                let id = builder.dictionary().key(key);
                builder.dictionary().unindexed(id)
            };
            all.iter().map(key).collect()
        };
        let input = keys(&mut builder, &["gen_ai.prompt.0.content", "gen_ai.system"]);
        let choice = builder.strings().intern("gen_ai.choice");
        let event = EventInput {
            time: None,
            name: choice,
            exception_type: None,
        };
        let trace = WireTraceId::parse(&"1".repeat(32), builder.strings());
        let mut recorded = crate::model::Recorded::default();
        recorded.meaning.kind = OperationKind::Llm;
        let name = builder.strings().intern("chat");
        let resource = builder.begin_resource();
        let scope = builder.begin_scope(resource);
        builder.push_span(SpanInput {
            trace,
            id: None,
            parent: None,
            name,
            kind: SpanKind::Client,
            status: StatusCode::Unset,
            start: Some(1),
            end: Some(2),
            scope,
            source: SourceRange::default(),
            attributes: &input,
            events: &[event],
            links: &[],
            recorded,
        });
        let found = findings(&builder.finish());
        let names: Vec<&str> = found.iter().map(|(what, ..)| what.as_str()).collect();
        assert_eq!(names, ["model", "tokens", "gen_ai.system", "gen_ai.prompt"]);
    }
}
