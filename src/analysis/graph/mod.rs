//! Agents, tools and models, and who called whom.
//!
//! An edge stands only on evidence in the trace:
//!
//! | kind | from, to | evidence |
//! |---|---|---|
//! | `call` | agent, model | a request to the model within the agent's spans |
//! | `tool` | agent, tool | a tool's span within the agent's spans |
//! | `delegation` | agent, agent | an agent's run below a span of another agent, or a span of it that names a child |
//! | `handoff` | agent, agent | a hand-off, or a tool that is called like one, that names the agent |
//! | `link` | agent, agent | a span link |
//! | `correlation` | agent, agent | inferred: a trace whose first span carries as `correlation_id` the id of a span of another trace, or the same value as it |
//!
//! What no agent does is done by its service. An agent's span without a name is of the agent that all its own calls name.
//!
//! - `gather` finds nodes and edges, `correlated` the traces that belong together, [`shared`] files that several agents
//!   read; each count of an edge is a [`Step`] of [`steps`]

mod correlated;
mod gather;
pub mod shared;

use super::ledger::Ledger;
use super::part::Part;
use super::treemap::Sum;
use crate::model::{SpanRow, StrId};
use serde::{Deserialize, Serialize};

/// What a node is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NodeKind {
    /// An agent.
    #[default]
    Agent,
    /// A service that acts without an agent.
    Service,
    /// A tool.
    Tool,
    /// A model.
    Model,
}

impl NodeKind {
    /// All, in the order they are listed.
    pub const ALL: [Self; 4] = [Self::Agent, Self::Service, Self::Tool, Self::Model];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Service => "service",
            Self::Tool => "tool",
            Self::Model => "model",
        }
    }

    /// Whether it calls others; tools and models are called.
    pub fn is_actor(self) -> bool {
        matches!(self, Self::Agent | Self::Service)
    }
}

/// An agent, tool, model or service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphNode {
    /// Its name, with its kind before it where a node of another kind has the same name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its name as the document has it; `None` of an agent that only the name of a tool tells.
    pub text: Option<StrId>,
    /// What it did, or what was done with it.
    pub figures: Figures,
    /// Its first span; `None` of an agent that none tells.
    pub first: Option<SpanRow>,
    /// Skills it loaded by name, with how often; only of agents and services.
    pub skills: Vec<(StrId, u32)>,
}

/// What a node did (an agent or service), or what was done with it (a tool or model).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Spans: of an agent all that belong to it, of a tool and a model its calls.
    pub spans: u32,
    /// Requests to models; calls of a tool.
    pub calls: u32,
    /// Spans that failed.
    pub errors: u32,
    /// Tokens of the requests.
    pub tokens: Sum,
    /// Cost of the requests, and of tools that have a price.
    pub cost: Sum,
}

/// What an edge stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EdgeKind {
    /// An agent set another to work.
    Delegation,
    /// An agent handed its task over.
    Handoff,
    /// A link from one agent's span to another's.
    Link,
    /// The same correlation id.
    Correlation,
    /// A tool was called.
    Tool,
    /// A model was asked.
    #[default]
    Call,
}

impl EdgeKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delegation => "delegation",
            Self::Handoff => "handoff",
            Self::Link => "link",
            Self::Correlation => "correlation",
            Self::Tool => "tool",
            Self::Call => "call",
        }
    }

    /// Whether it is concluded, not recorded.
    pub fn is_inferred(self) -> bool {
        self == Self::Correlation
    }
}

/// What tells that there is an edge, as bits of [`GraphEdge::evidence`].
pub mod evidence {
    /// The span stands below a span of the caller.
    pub const PARENT: u8 = 1;
    /// An attribute names the agent that is set to work.
    pub const NAMED: u8 = 2;
    /// The name of a tool or of a hand-off says to whom.
    pub const HANDOFF: u8 = 4;
    /// A span link.
    pub const LINK: u8 = 8;
    /// The correlation id of a trace is the id of a span of another one.
    pub const CAUSE: u8 = 16;
    /// Traces carry the same correlation id.
    pub const SAME: u8 = 32;
}

/// Spans that an edge keeps.
pub const KEPT: usize = 8;

/// An edge between two nodes, by their places in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphEdge {
    /// Who calls.
    pub from: u32,
    /// Who is called.
    pub to: u32,
    /// What it stands for.
    pub kind: EdgeKind,
    /// How often.
    pub count: u32,
    /// Of these, how often it failed.
    pub errors: u32,
    /// Tokens of requests to models.
    pub tokens: Sum,
    /// Their cost, or that of a tool that has a price.
    pub cost: Sum,
    /// What tells it; see [`evidence`].
    pub evidence: u8,
    /// The first spans of it in order, [`KEPT`] at most.
    pub spans: Vec<SpanRow>,
}

/// One count of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The span.
    pub row: SpanRow,
    /// Who calls, as a place in the list of nodes.
    pub from: u32,
    /// Who is called.
    pub to: u32,
    /// What it stands for.
    pub kind: EdgeKind,
}

/// Nodes by kind and name, and edges by their ends and kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// Nodes.
    pub nodes: Vec<GraphNode>,
    /// Edges.
    pub edges: Vec<GraphEdge>,
    /// Every count of every edge in order of time; empty unless asked for.
    pub steps: Vec<Step>,
}

/// The graph of a part.
pub fn graph(ledger: Ledger<'_>, part: &Part) -> Graph {
    gather::gather(ledger, part, false)
}

/// The graph of a part with its steps.
pub fn steps(ledger: Ledger<'_>, part: &Part) -> Graph {
    gather::gather(ledger, part, true)
}

#[cfg(test)]
mod tests;
