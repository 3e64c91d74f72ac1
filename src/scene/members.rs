//! What colours stand for: kinds, agents, models, services and status, and which member of each a span is.
//!
//! Agents and models are numbered by what they cost in the whole document, ties by name, so that a number is a colour for
//! as long as the document is open. Models that differ only in who serves them and in their date are one member.

use crate::analysis::calls::{Calls, owner};
use crate::analysis::cost::Costs;
use crate::analysis::roles::drawn_kind;
use crate::model::order::{sort, sort_items};
use crate::model::{OperationKind, SpanFlags, SpanRow, StatusCode, StrId, TraceStore};
use crate::semantics::prices::plain_model;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::ops::Range;

/// What colours stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColourBy {
    /// The canonical kind; members as of [`kind_member`].
    #[default]
    Kind,
    /// The agent at work.
    Agent,
    /// The model that was called.
    Model,
    /// The service.
    Service,
    /// Whether it failed: 1, or 0.
    Status,
}

impl ColourBy {
    /// All, in the order they are offered.
    pub const ALL: [Self; 5] = [
        Self::Kind,
        Self::Agent,
        Self::Model,
        Self::Service,
        Self::Status,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Agent => "agent",
            Self::Model => "model",
            Self::Service => "service",
            Self::Status => "status",
        }
    }

    /// What a word stands for; `None` for any other word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }

    /// What can be told of a run of agents or of any other: without agents there are services and status.
    #[must_use]
    pub fn told(self, is_told: bool) -> Self {
        match self {
            Self::Kind | Self::Agent | Self::Model if !is_told => Self::Service,
            by => by,
        }
    }
}

/// Names of the colours of kinds, by member.
pub const KINDS: [&str; 8] = [
    "LLM",
    "agent",
    "tool",
    "retrieval",
    "hand-off",
    "guardrail",
    "workflow",
    "other",
];

/// The colour of a kind, as a place in [`KINDS`].
pub fn kind_member(kind: OperationKind) -> u16 {
    match kind {
        OperationKind::Llm => 0,
        OperationKind::Agent => 1,
        OperationKind::Tool => 2,
        OperationKind::Retrieval | OperationKind::Embedding | OperationKind::Rerank => 3,
        OperationKind::Handoff => 4,
        OperationKind::Guardrail | OperationKind::Evaluator => 5,
        OperationKind::Workflow
        | OperationKind::Chain
        | OperationKind::Setup
        | OperationKind::Prompt => 6,
        OperationKind::Other | OperationKind::Event => 7,
    }
}

/// Names in the order of their numbers.
#[derive(Debug, Clone, Default)]
struct Ranking {
    /// The number of each text, by text.
    numbers: Vec<(StrId, u16)>,
    names: Vec<String>,
}

impl Ranking {
    /// Numbers names by what they cost; texts of one name are one member.
    fn new(
        store: &TraceStore,
        texts: Vec<(StrId, i128)>,
        name: impl for<'s> Fn(&'s str) -> &'s str,
    ) -> Self {
        let mut texts = texts;
        let named = |id: StrId| name(store.text(id));
        sort_items(&mut texts, |a, b| (named(a.0), a.0).cmp(&(named(b.0), b.0)));
        let groups = || texts.chunk_by(|a, b| named(a.0) == named(b.0));
        let costs: Vec<i128> = groups()
            .map(|group| group.iter().map(|&(_, cost)| cost).sum())
            .collect();
        let mut order: Vec<u32> = (0..costs.len() as u32).collect();
        let cost = |at: u32| Reverse(costs.get(at as usize).copied().unwrap_or(0));
        // A stable sort keeps the order of names.
        sort(&mut order, &|a, b| (cost(a), a).cmp(&(cost(b), b)));
        let groups: Vec<&[(StrId, i128)]> = groups().collect();
        let mut ranking = Self::default();
        for (at, number) in order.into_iter().zip(0_u16..) {
            let group = groups.get(at as usize).copied().unwrap_or_default();
            let first = group.first().map_or("", |&(id, _)| named(id));
            ranking.names.push(first.to_owned());
            ranking
                .numbers
                .extend(group.iter().map(|&(id, _)| (id, number)));
        }
        sort_items(&mut ranking.numbers, |a, b| a.0.cmp(&b.0));
        ranking
    }

    fn number(&self, id: StrId) -> Option<u16> {
        let at = self.numbers.binary_search_by_key(&id, |&(id, _)| id);
        Some(self.numbers.get(at.ok()?)?.1)
    }
}

/// Agents and models of a document by number.
#[derive(Debug, Clone, Default)]
pub struct Members {
    agents: Ranking,
    models: Ranking,
}

impl Members {
    /// Numbers the agents and models of a document.
    pub fn new(store: &TraceStore, calls: &Calls, costs: &Costs) -> Self {
        let mut agents: Vec<(StrId, i128)> = Vec::new();
        let mut models: Vec<(StrId, i128)> = Vec::new();
        for meaning in store.meanings() {
            let named = meaning
                .agent
                .filter(|_| meaning.kind != OperationKind::Setup);
            agents.extend(named.map(|agent| (agent, 0)));
            let named = [meaning.response_model, meaning.request_model];
            models.extend(named.into_iter().flatten().map(|model| (model, 0)));
        }
        let unique = |list: &mut Vec<(StrId, i128)>| {
            sort_items(list, |a, b| a.0.cmp(&b.0));
            list.dedup_by_key(|&mut (id, _)| id);
        };
        unique(&mut agents);
        unique(&mut models);
        let spend = |list: &mut Vec<(StrId, i128)>, id: Option<StrId>, cost: i128| {
            let at = id.and_then(|id| list.binary_search_by_key(&id, |&(id, _)| id).ok());
            if let Some(entry) = at.and_then(|at| list.get_mut(at)) {
                entry.1 += cost;
            }
        };
        for (row, cost) in costs.iter().filter(|(_, cost)| cost.counts) {
            if let Some(amount) = cost.amount.value() {
                spend(&mut agents, owner(store, row), i128::from(amount.0));
                spend(&mut models, calls.model(store, row), i128::from(amount.0));
            }
        }
        Self {
            agents: Ranking::new(store, agents, |name| name),
            models: Ranking::new(store, models, plain_model),
        }
    }

    /// The number of an agent.
    pub fn agent(&self, name: Option<StrId>) -> Option<u16> {
        name.and_then(|name| self.agents.number(name))
    }

    /// The number of a model.
    pub fn model(&self, name: Option<StrId>) -> Option<u16> {
        name.and_then(|name| self.models.number(name))
    }

    /// Calls `tell` with each span of a range of rows (a trace: agents above it are not looked for) and its member. In order
    /// of rows.
    pub fn each(
        &self,
        store: &TraceStore,
        calls: &Calls,
        rows: Range<u32>,
        by: ColourBy,
        mut tell: impl FnMut(SpanRow, Option<u16>),
    ) {
        // Agents at work around the row at hand, with the end of their rows.
        let mut around: Vec<(u32, Option<u16>)> = Vec::new();
        // Few spans differ in their kind; whether a chain runs an agent its name tells.
        let kind = |kind| (kind != OperationKind::Chain).then(|| kind_member(kind));
        let kinds: Vec<Option<u16>> = match by {
            ColourBy::Kind => (store.meanings().iter()).map(|it| kind(it.kind)).collect(),
            _ => Vec::new(),
        };
        for row in rows.map(SpanRow) {
            let is_span = !store.flags(row).contains(SpanFlags::PLACEHOLDER);
            let member = match by {
                ColourBy::Kind => {
                    let known = kinds.get(store.meaning_id(row).0 as usize);
                    let known = known.copied().flatten();
                    known.or_else(|| Some(kind_member(drawn_kind(store, row))))
                }
                ColourBy::Service => store.service(row),
                ColourBy::Status => Some(u16::from(store.status(row) == StatusCode::Error)),
                ColourBy::Model => self.model(model_of(store, calls, row)),
                ColourBy::Agent => {
                    while around.last().is_some_and(|&(end, _)| end <= row.0) {
                        around.pop();
                    }
                    let agent = store.meaning(row).agent;
                    if agent.is_some() || !is_span {
                        around.push((store.subtree(row).end, self.agent(agent)));
                    }
                    around.last().and_then(|&(_, agent)| agent)
                }
            };
            if is_span {
                tell(row, member);
            }
        }
    }

    /// The members at work in a range of rows, by span count: number, name and spans. Members without a name are left out.
    pub fn legend(
        &self,
        store: &TraceStore,
        calls: &Calls,
        rows: Range<u32>,
        by: ColourBy,
    ) -> Vec<(u16, String, u32)> {
        let mut spans: Vec<u32> = Vec::new();
        self.each(store, calls, rows, by, |_, member| {
            let Some(member) = member.map(usize::from) else {
                return;
            };
            if spans.len() <= member {
                spans.resize(member + 1, 0);
            }
            spans[member] += 1;
        });
        let name = |member: u16| {
            let at = usize::from(member);
            match by {
                ColourBy::Kind => KINDS.get(at).map(|name| (*name).to_owned()),
                ColourBy::Agent => self.agents.names.get(at).cloned(),
                ColourBy::Model => self.models.names.get(at).cloned(),
                ColourBy::Service => {
                    let service = store.services().get(at)?;
                    Some(store.text(service.name).to_owned())
                }
                ColourBy::Status => Some(["no error", "error"].get(at)?.to_string()),
            }
        };
        let counted = (0_u16..).zip(spans).filter(|&(_, spans)| spans > 0);
        let mut legend: Vec<(u16, String, u32)> = counted
            .filter_map(|(member, spans)| Some((member, name(member)?, spans)))
            .collect();
        sort_items(&mut legend, |a, b| {
            (Reverse(a.2), a.0).cmp(&(Reverse(b.2), b.0))
        });
        legend
    }
}

/// The model of a span that calls one; `None` for any other.
pub fn model_of(store: &TraceStore, calls: &Calls, row: SpanRow) -> Option<StrId> {
    let is_call = matches!(
        store.operation_kind(row),
        OperationKind::Llm | OperationKind::Embedding | OperationKind::Rerank
    );
    is_call.then(|| calls.model(store, row)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    const RUN: &str = "\
lead 0..100 is=agent agent=lead service=app
  plan 1..10 is=llm model=claude-sonnet-4-6 cost=1
  ask 11..90 is=tool tool=ask service=tools
    helper 12..80 is=agent agent=helper service=tools
      chat 13..20 is=llm model=gpt-4o-2024-08-06 cost=2
      chat 21..30 is=llm model=gpt-4o cost=3 error
  write 91..99 is=llm model=mini
alone 100..110";

    fn legend(by: ColourBy) -> String {
        let store = parse(RUN).finish();
        let calls = Calls::new(&store);
        let book = crate::semantics::prices::PriceBook::default();
        let members = Members::new(&store, &calls, &Costs::new(&store, &calls, &book));
        let legend = members.legend(&store, &calls, 0..store.rows(), by);
        let entries = legend
            .iter()
            .map(|(at, name, spans)| format!("{at} {name} {spans}"));
        entries.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn agents_are_numbered_by_cost_and_own_what_is_below_them() {
        assert_eq!(legend(ColourBy::Agent), "1 lead 4, 0 helper 3");
    }

    #[test]
    fn models_of_one_plain_name_are_one_member() {
        assert_eq!(
            legend(ColourBy::Model),
            "0 gpt-4o 2, 1 claude-sonnet-4-6 1, 2 mini 1"
        );
    }

    #[test]
    fn kinds_services_and_status_have_fixed_members() {
        assert_eq!(
            legend(ColourBy::Kind),
            "0 LLM 4, 1 agent 2, 2 tool 1, 7 other 1"
        );
        assert_eq!(legend(ColourBy::Service), "0 app 6, 1 tools 2");
        assert_eq!(legend(ColourBy::Status), "0 no error 7, 1 error 1");
    }

    #[test]
    fn a_run_without_agents_has_services() {
        assert_eq!(ColourBy::Agent.told(false), ColourBy::Service);
        assert_eq!(ColourBy::Agent.told(true), ColourBy::Agent);
        assert_eq!(ColourBy::Status.told(false), ColourBy::Status);
        for by in ColourBy::ALL {
            assert_eq!(ColourBy::from_word(by.as_str()), Some(by));
        }
    }
}
