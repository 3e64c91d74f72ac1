//! Levels of a treemap: what its rectangles stand for.

use crate::analysis::calls::is_repeated_tool;
use crate::analysis::ledger::{Ledger, NONE, inherited};
use crate::model::json::Json;
use crate::model::{Interner, OperationKind, SpanRow, StrId, TraceStore, order};

/// What spans are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Level {
    /// The agent that owns the span.
    Agent,
    /// The recorded model.
    Model,
    /// The canonical kind.
    Kind,
    /// The tool at work: the span itself, or the nearest tool above it.
    Tool,
    /// The step of the run (call of a model or tool, retrieval, hand-off) that the span is or belongs to, by its number in
    /// order of start.
    Step,
    /// What is being done: `agent.task.type` of the span or one above it, else the name of the nearest agent, workflow or
    /// chain at or above it.
    Task,
    /// The span.
    Span,
    /// The trace.
    Run,
    /// Session or conversation of the trace.
    Session,
    /// User of the trace.
    User,
    /// `service.name`.
    Service,
    /// An attribute of the span, of the nearest span above that has it, or of the resource.
    Attribute(String),
}

/// The attribute that says what a delegated agent is to do.
const TASK: &str = "agent.task.type";

impl Level {
    /// The level of a name: one of the fixed ones, or the key of an attribute that the document has (with `span.` or
    /// `resource.` before it, if that is clearer). `None` for any other.
    pub fn parse(store: &TraceStore, name: &str) -> Option<Self> {
        Some(match name {
            "agent" => Self::Agent,
            "model" => Self::Model,
            "kind" => Self::Kind,
            "tool" => Self::Tool,
            "step" => Self::Step,
            "span" => Self::Span,
            "run" => Self::Run,
            "session" => Self::Session,
            "user" => Self::User,
            "service" => Self::Service,
            other => {
                let bare = other.strip_prefix("span.");
                let bare = bare.or_else(|| other.strip_prefix("resource."));
                let is_known = |key: &&str| has_attribute(store, key);
                let key = Some(other).filter(is_known).or(bare.filter(is_known))?;
                Self::Attribute(key.to_owned())
            }
        })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Agent => "agent",
            Self::Model => "model",
            Self::Kind => "kind",
            Self::Tool => "tool",
            Self::Step => "step",
            Self::Task => "task",
            Self::Span => "span",
            Self::Run => "run",
            Self::Session => "session",
            Self::User => "user",
            Self::Service => "service",
            Self::Attribute(key) => key,
        }
    }
}

fn has_attribute(store: &TraceStore, key: &str) -> bool {
    let mut resources = store.resources().iter();
    store.dictionary().find_key(key).is_some()
        || resources.any(|resource| resource_value(store.text(resource.json), key).is_some())
}

/// The value of an attribute of a resource, as text.
fn resource_value(json: &str, key: &str) -> Option<String> {
    let attributes = Json::parse(json)?.get("attributes")?.elements();
    let is_it = |entry: &Json<'_>| entry.get("key").and_then(Json::as_text).as_deref() == Some(key);
    let value = attributes.into_iter().rev().find(is_it)?.get("value")?;
    Some(value.members().first()?.1.decoded())
}

/// The members of a level, as a number per row.
#[derive(Debug)]
pub struct Members<'d> {
    names: Names,
    ledger: Ledger<'d>,
    /// Per row, for levels that spans inherit.
    by_row: Vec<u32>,
}

/// What the members of a level are called.
#[derive(Debug)]
pub(super) struct Names {
    level: Level,
    /// Values of an attribute.
    values: Interner,
}

impl<'d> Members<'d> {
    /// Looks at every row, for levels that need that.
    pub fn new(level: &Level, ledger: Ledger<'d>) -> Self {
        let store = ledger.store;
        let mut values = Interner::default();
        let by_row = match level {
            Level::Tool => inherited(store, |row| {
                let meaning = store.meaning(row);
                let is_tool = meaning.kind == OperationKind::Tool;
                is_tool.then(|| meaning.tool.unwrap_or(store.name_id(row)).0)
            }),
            Level::Step => steps(ledger),
            Level::Task => tasks(store, &mut values),
            Level::Attribute(key) => attribute(store, key, &mut values),
            _ => Vec::new(),
        };
        let level = level.clone();
        Self {
            names: Names { level, values },
            ledger,
            by_row,
        }
    }

    /// Without the members themselves.
    pub(super) fn into_names(self) -> Names {
        self.names
    }

    /// The member that a row belongs to, or [`NONE`].
    pub fn of(&self, row: SpanRow) -> u32 {
        let store = self.ledger.store;
        let id = |id: Option<StrId>| id.map_or(NONE, |id| id.0);
        let trace = || store.trace(store.trace_of(row));
        match &self.names.level {
            Level::Agent => id(self.ledger.agent(row)),
            Level::Model => id(self.ledger.model(row)),
            Level::Kind => store.operation_kind(row) as u32,
            Level::Span => row.0,
            Level::Run => store.trace_of(row).0,
            Level::Session => id(trace()
                .and_then(|trace| trace.session)
                .map(|named| named.text)),
            Level::User => id(trace().and_then(|trace| trace.user).map(|named| named.text)),
            Level::Service => store.service(row).map_or(NONE, u32::from),
            Level::Tool | Level::Step | Level::Task | Level::Attribute(_) => {
                self.by_row.get(row.0 as usize).copied().unwrap_or(NONE)
            }
        }
    }

    /// As [`Named::label`].
    pub fn label(&self, member: u32) -> String {
        self.names.label(self.ledger.store, member)
    }

    /// As [`Named::text`].
    pub fn text(&self, member: u32) -> Option<String> {
        self.names.text(self.ledger.store, member)
    }
}

/// Names of a level of one document.
#[derive(Debug, Clone, Copy)]
pub struct Named<'t> {
    pub(super) store: &'t TraceStore,
    pub(super) names: &'t Names,
}

impl Named<'_> {
    /// What is shown for a member: its name, of spans and traces that of the span or root, and where there is none which
    /// level it lacks.
    pub fn label(&self, member: u32) -> String {
        self.names.label(self.store, member)
    }

    /// What a member is called; `None` for [`NONE`]. Spans and traces are called by their ids.
    pub fn text(&self, member: u32) -> Option<String> {
        self.names.text(self.store, member)
    }

    /// A number that members with one label share where they have few of them: spans of one name.
    pub fn label_number(&self, member: u32) -> u32 {
        let row = match &self.names.level {
            Level::Span if member != NONE => Some(SpanRow(member)),
            Level::Run => {
                let trace = self.store.traces().get(member as usize);
                trace.map(|trace| trace.root)
            }
            _ => None,
        };
        row.map_or(member, |row| self.store.name_id(row).0)
    }
}

impl Names {
    /// What is shown for a member: its name, of spans and traces that of the span or root, and where there is none which
    /// level it lacks.
    pub fn label(&self, store: &TraceStore, member: u32) -> String {
        let name = match &self.level {
            Level::Span if member != NONE => store.name(SpanRow(member)).to_owned(),
            Level::Run => {
                let trace = store.traces().get(member as usize);
                trace.map_or_else(String::new, |trace| store.name(trace.root).to_owned())
            }
            _ => self
                .text(store, member)
                .unwrap_or_else(|| format!("no {}", self.level.name())),
        };
        if name.is_empty() {
            "(no name)".to_owned()
        } else {
            name
        }
    }

    /// What a member is called; `None` for [`NONE`]. Spans and traces are called by their ids.
    pub fn text(&self, store: &TraceStore, member: u32) -> Option<String> {
        if member == NONE {
            return None;
        }
        let text = match &self.level {
            Level::Kind => OperationKind::ALL.get(member as usize)?.as_str(),
            Level::Service => store.text(store.services().get(member as usize)?.name),
            Level::Step => return Some(format!("step {member}")),
            Level::Span => return store.span_id_text(SpanRow(member)),
            Level::Run => {
                let trace = store.traces().get(member as usize)?;
                return Some(store.trace_id_text(trace));
            }
            Level::Task | Level::Attribute(_) => self.values.text(StrId(member)),
            Level::Agent | Level::Model | Level::Tool | Level::Session | Level::User => {
                store.text(StrId(member))
            }
        };
        Some(text.to_owned())
    }
}

/// Numbers of steps in each run, from one.
fn steps(ledger: Ledger<'_>) -> Vec<u32> {
    let store = ledger.store;
    let mut number = vec![NONE; store.rows() as usize];
    let mut rows: Vec<u32> = Vec::new();
    for trace in store.traces() {
        rows.clear();
        let all = trace.rows.clone().map(SpanRow);
        rows.extend(all.filter(|&row| is_step(ledger, row)).map(|row| row.0));
        order::sort(&mut rows, &|a, b| {
            store
                .start(SpanRow(a))
                .cmp(&store.start(SpanRow(b)))
                .then(a.cmp(&b))
        });
        for (&row, at) in rows.iter().zip(1..) {
            if let Some(slot) = number.get_mut(row as usize) {
                *slot = at;
            }
        }
    }
    inherited(store, |row| {
        number
            .get(row.0 as usize)
            .copied()
            .filter(|&step| step != NONE)
    })
}

fn is_step(ledger: Ledger<'_>, row: SpanRow) -> bool {
    let store = ledger.store;
    match store.operation_kind(row) {
        OperationKind::Retrieval | OperationKind::Handoff => true,
        OperationKind::Tool => !is_repeated_tool(store, row),
        _ => ledger.is_unit(row),
    }
}

fn tasks(store: &TraceStore, values: &mut Interner) -> Vec<u32> {
    let named = own_values(store, TASK, values);
    let named = inherited(store, |row| named.get(row.0 as usize).copied().flatten());
    let around = inherited(store, |row| {
        let is_task = matches!(
            store.operation_kind(row),
            OperationKind::Agent | OperationKind::Workflow | OperationKind::Chain
        );
        is_task.then(|| values.intern(store.name(row)).0)
    });
    let both = named.into_iter().zip(around);
    both.map(|(named, around)| if named == NONE { around } else { named })
        .collect()
}

/// The own value of each row for a key; values that only the source has are none.
fn own_values(store: &TraceStore, key: &str, values: &mut Interner) -> Vec<Option<u32>> {
    let dictionary = store.dictionary();
    let Some(key) = dictionary.find_key(key) else {
        return Vec::new();
    };
    let value_of: Vec<Option<u32>> = (dictionary.pairs())
        .map(|(pair, known, _)| {
            let text = dictionary.value_text(pair).filter(|_| known == key)?;
            Some(values.intern(text).0)
        })
        .collect();
    let own = |row| {
        let mut attributes = store.attributes(row);
        attributes.find_map(|pair| *value_of.get(pair.0 as usize)?)
    };
    (0..store.rows()).map(|row| own(SpanRow(row))).collect()
}

fn attribute(store: &TraceStore, key: &str, values: &mut Interner) -> Vec<u32> {
    let own = own_values(store, key, values);
    let by_resource: Vec<u32> = (store.resources().iter())
        .map(|resource| {
            let value = resource_value(store.text(resource.json), key);
            value.map_or(NONE, |value| values.intern(&value).0)
        })
        .collect();
    let mut all = inherited(store, |row| own.get(row.0 as usize).copied().flatten());
    for (value, row) in all.iter_mut().zip(0..) {
        let resource = store
            .scope(SpanRow(row))
            .map(|scope| scope.resource as usize);
        if let (NONE, Some(resource)) = (*value, resource) {
            *value = by_resource.get(resource).copied().unwrap_or(NONE);
        }
    }
    all
}
