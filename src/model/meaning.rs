//! What a span is in an agent run, whatever convention wrote it.
//!
//! Few spans differ in this: kind, models, agent and tool stand in a table of distinct records ([`MeaningTable`]) and a
//! row holds one number. What differs from call to call (tokens, cost, the id of a call) stands in sparse columns.
//! Which attribute says what is known to `semantics` alone.

use super::money::PicoUsd;
use super::strings::{StrId, fold, hash_bytes};
use super::usage::TokenUsage;
use serde::{Deserialize, Serialize};

/// The canonical kind of an operation, beside OTLP's kind of a span.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[repr(u8)]
pub enum OperationKind {
    /// None of the others, or nothing was said.
    #[default]
    Other,
    /// A call of a language model.
    Llm,
    /// A tool at work.
    Tool,
    /// An agent at work.
    Agent,
    /// An agent being built: not a run.
    Setup,
    /// A workflow of agents.
    Workflow,
    /// A step, task or chain.
    Chain,
    /// A search for documents.
    Retrieval,
    /// Texts turned into vectors.
    Embedding,
    /// Documents put in another order.
    Rerank,
    /// A check of what goes in or comes out.
    Guardrail,
    /// A judgement of a result.
    Evaluator,
    /// A prompt being made.
    Prompt,
    /// An agent that hands its task to another.
    Handoff,
    /// Something that happened, without a duration.
    Event,
}

impl OperationKind {
    /// Every kind, in the order of the numbers.
    pub const ALL: [Self; 15] = [
        Self::Other,
        Self::Llm,
        Self::Tool,
        Self::Agent,
        Self::Setup,
        Self::Workflow,
        Self::Chain,
        Self::Retrieval,
        Self::Embedding,
        Self::Rerank,
        Self::Guardrail,
        Self::Evaluator,
        Self::Prompt,
        Self::Handoff,
        Self::Event,
    ];

    /// The word for it, lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Llm => "llm",
            Self::Tool => "tool",
            Self::Agent => "agent",
            Self::Setup => "setup",
            Self::Workflow => "workflow",
            Self::Chain => "chain",
            Self::Retrieval => "retrieval",
            Self::Embedding => "embedding",
            Self::Rerank => "rerank",
            Self::Guardrail => "guardrail",
            Self::Evaluator => "evaluator",
            Self::Prompt => "prompt",
            Self::Handoff => "handoff",
            Self::Event => "event",
        }
    }
}

/// What many spans share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Meaning {
    /// The kind.
    pub kind: OperationKind,
    /// Who serves the model, as recorded; `None` when absent or when a framework put its own name there.
    pub provider: Option<StrId>,
    /// The model that was asked for.
    pub request_model: Option<StrId>,
    /// The model that answered.
    pub response_model: Option<StrId>,
    /// The agent the span names; its owner when it is no agent itself.
    pub agent: Option<StrId>,
    /// The tool that was called, when an attribute names it; else the span's name does.
    pub tool: Option<StrId>,
    /// The skill that the call of a tool loads.
    pub skill: Option<StrId>,
}

impl Meaning {
    /// The recorded model: the one that answered before the one that was asked for.
    pub fn model(&self) -> Option<StrId> {
        self.response_model.or(self.request_model)
    }

    fn hash(&self) -> u64 {
        let word = |id: Option<StrId>| u64::from(id.map_or(u32::MAX, |id| id.0));
        let pair = |a, b| word(a) << 32 | word(b);
        // Their products do not wait for each other.
        let models = pair(self.request_model, self.response_model);
        let who = pair(self.agent, self.tool).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let where_from = pair(self.provider, self.skill).wrapping_mul(0xA24B_AED4_963E_E407);
        let mixed = who.rotate_left(23) ^ where_from.rotate_left(43) ^ self.kind as u64;
        fold(mixed, models)
    }
}

/// Index of a [`Meaning`] in its table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct MeaningId(pub u32);

/// Every distinct meaning once. The first is the one of a span that says nothing.
#[derive(Debug, Clone)]
pub struct MeaningTable {
    all: Vec<Meaning>,
    /// Open addressing, `index + 1` or 0; a power of two, at most half full.
    table: Vec<u32>,
}

impl Default for MeaningTable {
    fn default() -> Self {
        let mut new = Self {
            all: Vec::new(),
            table: vec![0; 64],
        };
        new.intern(&Meaning::default());
        new
    }
}

impl MeaningTable {
    /// The index of a meaning, made when new.
    pub fn intern(&mut self, meaning: &Meaning) -> MeaningId {
        let mask = self.table.len() - 1;
        let mut slot = meaning.hash() as usize & mask;
        while let Some(index) = self.table.get(slot).and_then(|index| index.checked_sub(1)) {
            if self.all.get(index as usize) == Some(meaning) {
                return MeaningId(index);
            }
            slot = (slot + 1) & mask;
        }
        self.all.push(*meaning);
        let index = self.all.len() as u32;
        if let Some(slot) = self.table.get_mut(slot) {
            *slot = index;
        }
        if self.all.len() * 2 > self.table.len() {
            self.grow();
        }
        MeaningId(index - 1)
    }

    /// The meaning at an index; that of a span that says nothing for a foreign one.
    #[inline]
    pub fn get(&self, id: MeaningId) -> Meaning {
        self.all.get(id.0 as usize).copied().unwrap_or_default()
    }

    /// All meanings in order of arrival.
    pub fn all(&self) -> &[Meaning] {
        &self.all
    }

    /// Bytes held.
    pub fn heap_bytes(&self) -> usize {
        self.all.capacity() * size_of::<Meaning>() + self.table.capacity() * 4
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        self.table = vec![0; size];
        for (meaning, index) in self.all.iter().zip(1..) {
            let mut slot = meaning.hash() as usize & (size - 1);
            while self.table.get(slot).is_some_and(|&taken| taken != 0) {
                slot = (slot + 1) & (size - 1);
            }
            if let Some(slot) = self.table.get_mut(slot) {
                *slot = index;
            }
        }
    }
}

/// The id of a model's answer or of a tool call, as a fingerprint: ids are compared, and read from the source to be
/// shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(u32, u32);

/// Beginnings of the ids that providers give their answers; a fingerprint keeps which it was.
const FAMILIES: [&[u8]; 3] = [b"msg_", b"resp_", b"chatcmpl-"];

impl CallId {
    /// The fingerprint of an id; `None` for an empty one.
    pub fn new(id: &[u8]) -> Option<Self> {
        if id.is_empty() {
            return None;
        }
        let family = FAMILIES.iter().position(|start| id.starts_with(start));
        let hash = hash_bytes(id);
        let low = (hash as u32 & !3) | family.map_or(0, |family| family as u32 + 1);
        Some(Self((hash >> 32) as u32, low))
    }

    /// Whether two ids are of one provider's making, so that different ones mean different calls.
    pub fn is_comparable_with(self, other: Self) -> bool {
        self.1 & 3 == other.1 & 3
    }
}

/// Some counts of a call as a column holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packed<const N: usize>([u32; N]);

/// Not recorded.
const UNKNOWN: u32 = u32::MAX;

impl<const N: usize> Packed<N> {
    /// Packs counts; `None` when one is too large.
    pub(crate) fn pack(counts: [Option<u64>; N]) -> Option<Self> {
        let mut packed = [UNKNOWN; N];
        for (slot, count) in packed.iter_mut().zip(counts) {
            if let Some(count) = count {
                *slot = u32::try_from(count)
                    .ok()
                    .filter(|&count| count != UNKNOWN)?;
            }
        }
        Some(Self(packed))
    }

    pub(crate) fn unpack(self) -> [Option<u64>; N] {
        self.0
            .map(|count| (count != UNKNOWN).then_some(u64::from(count)))
    }
}

/// What a span says of itself, decided from its attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Kind, models, agent, tool.
    pub meaning: Meaning,
    /// Tokens by the canonical rules; empty when nothing was recorded.
    pub usage: TokenUsage,
    /// The cost that the producer reported.
    pub cost: Option<PicoUsd>,
    /// Of a model call the answer's id, of a tool the id of its call.
    pub call_id: Option<CallId>,
    /// Session or conversation.
    pub session: Option<StrId>,
    /// User.
    pub user: Option<StrId>,
    /// It was refused because a budget was spent.
    pub over_budget: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_meanings_are_one() {
        let mut table = MeaningTable::default();
        let tool = |tool| Meaning {
            kind: OperationKind::Tool,
            tool: Some(StrId(tool)),
            ..Meaning::default()
        };
        assert_eq!(table.intern(&Meaning::default()), MeaningId(0));
        let ids: Vec<_> = (0..500).map(|at| table.intern(&tool(at))).collect();
        for (at, &id) in (0..).zip(&ids) {
            assert_eq!(table.intern(&tool(at)), id);
            assert_eq!(table.get(id), tool(at));
        }
        assert_eq!(table.all().len(), 501);
        assert_eq!(table.get(MeaningId(9999)), Meaning::default());
    }

    #[test]
    fn ids_of_one_family_are_comparable() {
        let id = |text: &str| CallId::new(text.as_bytes()).unwrap();
        assert_eq!(id("msg_1"), id("msg_1"));
        assert_ne!(id("msg_1"), id("msg_2"));
        assert!(id("msg_1").is_comparable_with(id("msg_2")));
        assert!(!id("msg_1").is_comparable_with(id("resp_1")));
        assert_eq!(CallId::new(b""), None);
    }

    #[test]
    fn counts_survive_packing_unless_one_is_too_large() {
        let counts = [Some(12), None, Some(0)];
        assert_eq!(Packed::pack(counts).unwrap().unpack(), counts);
        assert_eq!(Packed::pack([Some(u64::from(u32::MAX))]), None);
    }

    #[test]
    fn kinds_stand_in_order_of_their_numbers() {
        for (kind, number) in OperationKind::ALL.into_iter().zip(0..) {
            assert_eq!(kind as u8, number);
        }
    }
}
