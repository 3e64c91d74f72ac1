//! What spans do beside their kind: hand-offs, delegations, queues, loads of skills.
//!
//! A role changes no count: a hand-off that was recorded as a tool stays a call of a tool. No convention has a word for
//! most of them, so names and what stands below tell.

use super::calls::owner;
use crate::model::{OperationKind, SpanKind, SpanRow, TraceStore};
use serde::{Deserialize, Serialize};

/// What a span does beside its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// An agent's run that was recorded as a chain.
    Agent,
    /// An agent gives its task to another one and does not get it back.
    Handoff,
    /// An agent has another one work for it and gets a result.
    Delegation,
    /// A message goes into a queue.
    Enqueue,
    /// A message comes out of a queue.
    Dequeue,
    /// A tool reads the description of a skill.
    SkillLoad,
}

impl Role {
    /// The word for it, lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Handoff => "handoff",
            Self::Delegation => "delegation",
            Self::Enqueue => "enqueue",
            Self::Dequeue => "dequeue",
            Self::SkillLoad => "skill load",
        }
    }
}

/// A span's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleOf<'s> {
    /// The role.
    pub role: Role,
    /// The agent that is given the task, or the skill; `None` where nothing says which.
    pub to: Option<&'s str>,
    /// What told it, for people.
    pub because: &'static str,
}

/// Whether a span is an agent's run: it says so, or it is a chain that has the name of the agent that is at work from there
/// on. Some conventions have no agents, only chains that are called like them.
pub fn runs_agent(store: &TraceStore, row: SpanRow) -> bool {
    let meaning = store.meaning(row);
    match meaning.kind {
        OperationKind::Agent => true,
        OperationKind::Chain => meaning.agent.is_some_and(|agent| {
            let above = store.parent(row).and_then(|above| owner(store, above));
            store.text(agent) == store.name(row) && above != Some(agent)
        }),
        _ => false,
    }
}

/// The kind as which a span is drawn: that of an agent for a chain that is an agent's run, else its own. What is counted is
/// always its own.
pub fn drawn_kind(store: &TraceStore, row: SpanRow) -> OperationKind {
    match store.operation_kind(row) {
        OperationKind::Chain if runs_agent(store, row) => OperationKind::Agent,
        kind => kind,
    }
}

/// Children of a tool that are looked at for an agent.
const CHILDREN: usize = 16;

/// The role of a span; `None` for most.
pub fn role(store: &TraceStore, row: SpanRow) -> Option<RoleOf<'_>> {
    let told = |role, to, because| Some(RoleOf { role, to, because });
    let meaning = store.meaning(row);
    let name = store.name(row);
    if let Some(skill) = meaning.skill {
        let to = Some(store.text(skill));
        return told(Role::SkillLoad, to, "its arguments name a SKILL.md");
    }
    match meaning.kind {
        OperationKind::Chain if runs_agent(store, row) => {
            let agent = meaning.agent.map(|agent| store.text(agent));
            return told(Role::Agent, agent, "it has the agent's name");
        }
        OperationKind::Handoff => {
            if let Some(agent) = name.strip_prefix("agent.delegate.") {
                return told(Role::Delegation, Some(agent), "the span's name");
            }
            let named = hands_to(store, row).filter(|to| !to.is_empty());
            let agent = named.or_else(|| agent_below(store, row));
            return told(Role::Handoff, agent, "it names another agent");
        }
        OperationKind::Tool => {
            if let Some(to) = hands_to(store, row) {
                let to = Some(to).filter(|to| !to.is_empty());
                return told(Role::Handoff, to, "the tool's name");
            }
            if let Some(agent) = agent_below(store, row) {
                return told(Role::Delegation, Some(agent), "an agent works below it");
            }
        }
        _ => {}
    }
    match store.kind(row) {
        SpanKind::Producer => return told(Role::Enqueue, None, "the span's kind is producer"),
        SpanKind::Consumer => return told(Role::Dequeue, None, "the span's kind is consumer"),
        _ => {}
    }
    let words = name.strip_prefix("autogen ")?.split(' ').next()?;
    match words {
        "create" | "send" | "publish" => told(Role::Enqueue, None, "the span's name"),
        "process" | "ack" => told(Role::Dequeue, None, "the span's name"),
        _ => None,
    }
}

/// The agent that a hand-off, or a tool that is called like one, names; empty where its arguments say. `None` for a span
/// that hands nothing over, and for a hand-off without a name in it.
pub(super) fn hands_to(store: &TraceStore, row: SpanRow) -> Option<&str> {
    let name = store.name(row);
    match store.operation_kind(row) {
        OperationKind::Handoff => handed_to(name),
        OperationKind::Tool => [store.tool(row).unwrap_or(name), name]
            .into_iter()
            .find_map(handed_to),
        _ => None,
    }
}

/// Whom something of this name hands over to; empty where its arguments say.
fn handed_to(name: &str) -> Option<&str> {
    if name == "transfer_to_agent" {
        return Some("");
    }
    let starts = [
        "handoff to ",
        "transfer_to_",
        "transfer_back_to_",
        "handoff_to_",
        "hand_off_to_",
    ];
    let mut agents = starts.iter().filter_map(|start| name.strip_prefix(start));
    agents.next().filter(|agent| !agent.is_empty())
}

/// The agent that works directly below a span of another one.
fn agent_below(store: &TraceStore, row: SpanRow) -> Option<&str> {
    let rows = store.subtree(row);
    let asks = owner(store, row);
    let mut at = row.0 + 1;
    for _ in 0..CHILDREN {
        if at >= rows.end {
            return None;
        }
        let child = SpanRow(at);
        let meaning = store.meaning(child);
        if let Some(agent) = meaning.agent
            && (meaning.kind == OperationKind::Agent || meaning.agent != asks)
        {
            return Some(store.text(agent));
        }
        if meaning.kind == OperationKind::Agent {
            return Some(store.name(child));
        }
        at = store.subtree(child).end.max(at + 1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    fn told(drawing: &str) -> Vec<(&'static str, Option<String>)> {
        let store = parse(drawing).finish();
        let rows = (0..store.rows()).map(SpanRow);
        rows.filter_map(|row| role(&store, row))
            .map(|found| (found.role.as_str(), found.to.map(str::to_owned)))
            .collect()
    }

    #[test]
    fn names_tell_hand_offs_and_delegations() {
        let drawing = "a 0..9 is=agent agent=a\n  transfer_to_b 1..2 is=tool\n  t 3..4 is=tool tool=transfer_to_agent\n  \
                       agent.delegate.c 5..6 is=handoff\n  h 7..8 is=handoff";
        let to = |agent: &str| Some(agent.to_owned());
        assert_eq!(
            told(drawing),
            [
                ("handoff", to("b")),
                ("handoff", None),
                ("delegation", to("c")),
                ("handoff", None)
            ]
        );
    }

    #[test]
    fn an_agent_below_a_tool_works_for_it() {
        let other = "a 0..9 is=agent agent=a\n  task 1..8 is=tool\n    b 2..7 is=chain agent=b\n      m 3..4 is=llm";
        let b = || Some("b".to_owned());
        assert_eq!(told(other), [("delegation", b()), ("agent", b())]);
        let own = "a 0..9 is=agent agent=a\n  task 1..8 is=tool\n    step 2..7 is=chain agent=a";
        assert_eq!(told(own), []);
    }

    #[test]
    fn a_chain_with_the_name_of_the_agent_that_begins_there_is_its_run() {
        let drawing = "lead 0..9 is=chain agent=lead\n  lead 1..2 is=chain agent=lead\n  model 3..4 is=chain agent=lead\n  \
                       t 5..8 is=tool agent=lead\n    helper 6..7 is=chain agent=helper";
        let to = |agent: &str| Some(agent.to_owned());
        assert_eq!(
            told(drawing),
            [
                ("agent", to("lead")),
                ("delegation", to("helper")),
                ("agent", to("helper"))
            ]
        );
        let store = parse(drawing).finish();
        assert_eq!(drawn_kind(&store, SpanRow(0)), OperationKind::Agent);
        assert_eq!(drawn_kind(&store, SpanRow(1)), OperationKind::Chain);
    }

    #[test]
    fn skills_are_loaded_by_tools() {
        let drawing = "read_file 0..9 is=tool skill=triage";
        assert_eq!(told(drawing), [("skill load", Some("triage".to_owned()))]);
    }
}
