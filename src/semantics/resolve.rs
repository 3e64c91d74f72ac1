//! From the values of a span to its canonical record.

use super::dictionary::{BESIDE, CountField, GENKIT_NAME, TextField};
use super::kind::{Named, agent_of_name, is_framework, of_name, vendor, vendor_of_model};
use super::observed::{Fields, Observed, Place};
use super::skill::changes_files;
use crate::model::{Meaning, OperationKind, PicoUsd, Recorded, StoreBuilder, StrId, TokenUsage};

/// What was worked out for texts that repeat: names and values of low cardinality.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By pair of the dictionary: the interned text and one more, or 0.
    texts: Vec<u32>,
    /// By name: what it tells, as [`code`] writes it, or 0.
    kinds: Vec<u8>,
}

impl Observed {
    /// The record of the span whose attributes came by since it was cleared.
    pub fn resolve(&mut self, name: StrId, builder: &mut StoreBuilder) -> Recorded {
        let mut recorded = Recorded::default();
        if self.dictionary.is_empty() {
            return recorded;
        }
        let named = self.known.kind(name, builder);
        if self.is_empty && (named.kind.is_none() || named.needs_model) {
            return recorded;
        }
        recorded.meaning = self.meaning(name, named, builder);
        let fields = &self.fields;
        recorded.usage = self.usage();
        recorded.cost = match (fields.cost, fields.cost_parts) {
            ((u8::MAX, _), (2.., sum)) => Some(PicoUsd(sum)),
            ((u8::MAX, _), _) => None,
            ((_, cost), _) => Some(cost),
        };
        recorded.call_id = match recorded.meaning.kind {
            OperationKind::Tool => fields.tool_call_id.1,
            OperationKind::Llm => fields.response_id.1,
            _ => None,
        };
        recorded.session = self.text(TextField::Session, builder);
        recorded.user = self.text(TextField::User, builder);
        recorded
    }

    fn meaning(&mut self, name: StrId, named: Named, builder: &mut StoreBuilder) -> Meaning {
        let mut request_model = self.text(TextField::RequestModel, builder);
        let response_model = self.text(TextField::ResponseModel, builder);
        let kind = self.kind(named);
        let is_nameless = kind == OperationKind::Llm && response_model.or(request_model).is_none();
        if is_nameless && self.fields.texts.rank(TextField::Entity as usize) == GENKIT_NAME {
            request_model = self.text(TextField::Entity, builder);
        }
        let provider = self.provider(response_model.or(request_model), builder);
        let tool = if kind == OperationKind::Tool {
            let named = self.text(TextField::Tool, builder);
            named.or_else(|| self.text(TextField::Entity, builder))
        } else {
            None
        };
        Meaning {
            kind,
            provider,
            request_model,
            response_model,
            agent: self.agent(kind, name, builder),
            tool,
            skill: self.skill(kind, tool.unwrap_or(name), builder),
        }
    }

    /// Who serves the model. Where a framework put its own name there, the model's may tell it.
    fn provider(&mut self, model: Option<StrId>, builder: &mut StoreBuilder) -> Option<StrId> {
        let recorded = self.text(TextField::Provider, builder)?;
        let text = builder.text(recorded);
        if is_framework(text.as_bytes()) {
            let vendor = vendor_of_model(builder.text(model?))?;
            return Some(builder.strings().intern(vendor));
        }
        let short = vendor(text);
        if short.len() == text.len() {
            return Some(recorded);
        }
        let short = short.to_owned();
        Some(builder.strings().intern(&short))
    }

    /// The skill that a tool of this name loads.
    fn skill(
        &mut self,
        kind: OperationKind,
        tool: StrId,
        builder: &mut StoreBuilder,
    ) -> Option<StrId> {
        // Few spans name one: names of tools are looked at for those alone.
        let is_named = self.fields.texts.get(TextField::Skill as usize).is_some();
        let loads = is_named && kind == OperationKind::Tool && !changes_files(builder.text(tool));
        loads
            .then(|| self.text(TextField::Skill, builder))
            .flatten()
    }

    /// The kind that the keys say, else the span's name, else what only a call has.
    pub(super) fn kind(&self, named: Named) -> OperationKind {
        if let Some(kind) = self.kind_said() {
            return kind;
        }
        let models = [TextField::ResponseModel, TextField::RequestModel];
        let is_set = |field: TextField| self.fields.texts.get(field as usize).is_some();
        let has_model = models.into_iter().any(is_set);
        match named.kind {
            Some(kind) if has_model || !named.needs_model => kind,
            // What names a model and counts its tokens is a call of it, whatever it is called.
            _ if has_model && self.has_tokens() => OperationKind::Llm,
            _ => OperationKind::Other,
        }
    }

    fn has_tokens(&self) -> bool {
        let counts = &self.fields.counts;
        counts.get(CountField::Input as usize).is_some()
            && counts.get(CountField::Output as usize).is_some()
    }

    /// The agent that the span names: an agent itself may be named by more keys, at last by its span.
    fn agent(
        &mut self,
        kind: OperationKind,
        name: StrId,
        builder: &mut StoreBuilder,
    ) -> Option<StrId> {
        let (fields, known) = self.fields.agent_fields(kind);
        for field in fields.into_iter().take(known) {
            if let Some(agent) = self.text(field, builder) {
                return Some(agent);
            }
        }
        if kind != OperationKind::Agent {
            return None;
        }
        let text = builder.text(name);
        let agent = agent_of_name(text)?;
        if agent.len() == text.len() {
            return Some(name);
        }
        let agent = agent.to_owned();
        Some(builder.strings().intern(&agent))
    }

    fn text(&mut self, field: TextField, builder: &mut StoreBuilder) -> Option<StrId> {
        match self.fields.texts.get(field as usize)? {
            Place::Indexed(pair) => self.known.text(pair.0, builder),
            Place::Copied(start, len) => {
                let bytes = self
                    .copied
                    .get(start as usize..(start + len) as usize)
                    .unwrap_or_default();
                let text = String::from_utf8_lossy(bytes);
                name_in(&text).map(|text| builder.strings().intern(text))
            }
        }
    }

    /// Tokens by the canonical rules: cached ones are parts of the input, a total alone counts as input.
    fn usage(&self) -> TokenUsage {
        let counts = &self.fields.counts;
        if counts.is_empty() {
            return TokenUsage::default();
        }
        let count = |field: CountField| counts.get(field as usize);
        let mut usage = TokenUsage {
            input: count(CountField::Input),
            output: count(CountField::Output),
            cache_read: count(CountField::CacheRead),
            cache_write: count(CountField::CacheWrite),
            reasoning: count(CountField::Reasoning),
        };
        if usage.input.is_none() && usage.output.is_none() {
            usage.input = count(CountField::Total);
        }
        // The provider counts cached tokens beside the input: what equals its number holds none of them.
        let is_uncached = usage.input.is_some() && usage.input == self.fields.uncached_input;
        let is_beside = counts.rank(CountField::Input as usize) == BESIDE
            || self.fields.cached_beside && self.fields.uncached_input.is_none();
        if usage.cached() > 0 && (is_uncached || is_beside || usage.proves_beside()) {
            usage = usage.with_cached_added();
        }
        usage
    }
}

impl Fields {
    /// The fields that name a span's agent, the one of the best key first, and how many they are: an agent itself may be
    /// named by more of them.
    pub(super) fn agent_fields(&self, kind: OperationKind) -> ([TextField; 3], usize) {
        let mut by = [TextField::Agent, TextField::OwnAgent, TextField::Entity];
        if kind != OperationKind::Agent {
            return (by, 1);
        }
        let rank = |field: TextField| self.texts.rank(field as usize);
        if rank(by[1]) < rank(by[0]) {
            by.swap(0, 1);
        }
        if rank(by[2]) < rank(by[1]) {
            by.swap(1, 2);
        }
        (by, 3)
    }
}

/// Longest text that may be no name: a null in quotes, and some blanks.
const LONGEST_NOTHING: usize = 12;

/// Whether a text is no name: blank, or a null, in quotes or not.
#[inline]
pub(super) fn names_nothing(text: &[u8]) -> bool {
    // Nearly every name is told by its first letter.
    let may_be_nothing =
        |first: &u8| !first.is_ascii_alphanumeric() || matches!(first, b'n' | b'N');
    text.first().is_none_or(may_be_nothing)
        && text.len() <= LONGEST_NOTHING
        && std::str::from_utf8(text).is_ok_and(|text| name_in(text).is_none())
}

/// A text without quotes of JSON and blanks around it; `None` when nothing is left, or a null.
pub(super) fn name_in(text: &str) -> Option<&str> {
    let text = text.trim();
    let inner = text
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'));
    let text = inner.unwrap_or(text).trim();
    (!text.is_empty() && text != "null" && text != "None").then_some(text)
}

impl Known {
    /// The interned text of a pair; `None` for one that names nothing.
    fn text(&mut self, pair: u32, builder: &mut StoreBuilder) -> Option<StrId> {
        let at = pair as usize;
        if self.texts.len() <= at {
            self.texts.resize(at + 1, 0);
        }
        let known = self.texts.get(at).copied().unwrap_or(0);
        if known == u32::MAX {
            return None;
        }
        if known != 0 {
            return Some(StrId(known - 1));
        }
        let text = builder.dictionary.value_text(crate::model::AttrId(pair));
        let found = text
            .and_then(name_in)
            .map(|text| builder.strings.intern(text));
        if let Some(slot) = self.texts.get_mut(at) {
            *slot = found.map_or(u32::MAX, |id| id.0 + 1);
        }
        found
    }

    /// What a name tells of the kind.
    fn kind(&mut self, name: StrId, builder: &StoreBuilder) -> Named {
        let at = name.0 as usize;
        if self.kinds.len() <= at {
            self.kinds.resize(at + 1, 0);
        }
        let Some(slot) = self.kinds.get_mut(at) else {
            return Named::default();
        };
        if *slot == 0 {
            *slot = code(of_name(builder.text(name)));
        }
        let number = usize::from(*slot & !NEEDS_MODEL);
        Named {
            kind: (number.checked_sub(1)).and_then(|at| OperationKind::ALL.get(at).copied()),
            needs_model: *slot & NEEDS_MODEL != 0,
        }
    }
}

/// Marks a kind that a name tells only beside a model.
const NEEDS_MODEL: u8 = 0x80;

/// What a name tells in a byte: the kind's number and one more, [`NEEDS_MODEL`] alone where it tells none.
fn code(named: Named) -> u8 {
    let kind = named.kind.map_or(0, |kind| kind as u8 + 1);
    let always = kind != 0 && !named.needs_model;
    if always { kind } else { kind | NEEDS_MODEL }
}
