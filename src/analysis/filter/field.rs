//! What a condition may ask for, and the values it may be compared with.

use super::pattern::Pattern;
use crate::model::decimal::parse_decimal;
use crate::model::{PicoUsd, SpanKind, StatusCode};

/// Where an attribute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// `.key`: the span, or its resource.
    Any,
    /// `span.key`
    Span,
    /// `resource.key`
    Resource,
    /// `event.key`: any event of the span.
    Event,
}

/// Beginnings of attributes; the longest are tried first.
const SCOPES: [(&str, Scope); 4] = [
    ("resource.", Scope::Resource),
    ("event.", Scope::Event),
    ("span.", Scope::Span),
    (".", Scope::Any),
];

/// What a condition asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    /// An attribute.
    Attribute(Scope, String),
    /// A text that stands in a column.
    Text(TextField),
    /// A number or duration that stands in a column.
    Number(NumberField),
    /// The status code.
    Status,
    /// OTLP's kind of a span, or the canonical kind of its operation.
    Kind,
}

/// Texts of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextField {
    Name,
    StatusMessage,
    Service,
    ScopeName,
    EventName,
    RootName,
    RootService,
    ScopeVersion,
    Agent,
    Model,
    Tool,
    /// Of the run.
    Session,
    /// Of the run.
    User,
    /// Of the run.
    Outcome,
    /// What came of a request to a model.
    Call,
    /// What the instrumentation left out.
    Missing,
    /// Keys that have another name by now.
    Deprecated,
}

/// Numbers of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberField {
    /// In nanoseconds.
    Duration,
    /// Of the whole trace, in nanoseconds.
    TraceDuration,
    /// In 10^-12 US dollars.
    Cost,
    /// Input and output.
    Tokens,
    InputTokens,
    OutputTokens,
}

/// Every field with a name of its own, as completion offers them; other spellings of a field follow it.
pub(super) const FIELDS: [(&str, Field, &str); 36] = [
    ("name", Field::Text(TextField::Name), "name of the span"),
    ("span:name", Field::Text(TextField::Name), ""),
    (
        "duration",
        Field::Number(NumberField::Duration),
        "duration, as 2s or 150ms",
    ),
    ("span:duration", Field::Number(NumberField::Duration), ""),
    ("status", Field::Status, "error, ok or unset"),
    ("span:status", Field::Status, ""),
    ("kind", Field::Kind, "llm, tool, agent, client, server…"),
    ("span:kind", Field::Kind, ""),
    (
        "agent",
        Field::Text(TextField::Agent),
        "agent that owns the span",
    ),
    ("model", Field::Text(TextField::Model), "model as recorded"),
    ("tool", Field::Text(TextField::Tool), "tool that was called"),
    (
        "cost",
        Field::Number(NumberField::Cost),
        "cost in US dollars",
    ),
    (
        "tokens",
        Field::Number(NumberField::Tokens),
        "tokens in and out",
    ),
    (
        "tokens.input",
        Field::Number(NumberField::InputTokens),
        "tokens in",
    ),
    (
        "tokens.output",
        Field::Number(NumberField::OutputTokens),
        "tokens out",
    ),
    ("service", Field::Text(TextField::Service), "service name"),
    (
        "statusMessage",
        Field::Text(TextField::StatusMessage),
        "message of the status",
    ),
    (
        "span:statusMessage",
        Field::Text(TextField::StatusMessage),
        "",
    ),
    (
        "event:name",
        Field::Text(TextField::EventName),
        "name of an event",
    ),
    (
        "rootName",
        Field::Text(TextField::RootName),
        "name of the run's root span",
    ),
    ("trace:rootName", Field::Text(TextField::RootName), ""),
    (
        "rootServiceName",
        Field::Text(TextField::RootService),
        "service of the run's root span",
    ),
    ("rootService", Field::Text(TextField::RootService), ""),
    ("trace:rootService", Field::Text(TextField::RootService), ""),
    (
        "traceDuration",
        Field::Number(NumberField::TraceDuration),
        "duration of the run",
    ),
    (
        "trace:duration",
        Field::Number(NumberField::TraceDuration),
        "",
    ),
    (
        "instrumentation:name",
        Field::Text(TextField::ScopeName),
        "instrumentation scope",
    ),
    ("scope", Field::Text(TextField::ScopeName), ""),
    (
        "instrumentation:version",
        Field::Text(TextField::ScopeVersion),
        "version of the scope",
    ),
    (
        "session",
        Field::Text(TextField::Session),
        "session or conversation of the run",
    ),
    ("user", Field::Text(TextField::User), "user of the run"),
    (
        "outcome",
        Field::Text(TextField::Outcome),
        "how the run ended",
    ),
    (
        "call",
        Field::Text(TextField::Call),
        "what came of a request to a model",
    ),
    (
        "missing",
        Field::Text(TextField::Missing),
        "what the instrumentation left out",
    ),
    (
        "deprecated",
        Field::Text(TextField::Deprecated),
        "keys that have another name by now",
    ),
    ("resource.service.name", Field::Text(TextField::Service), ""),
];

impl Field {
    /// The field of this name; `None` when there is none.
    pub fn parse(name: &str) -> Option<Self> {
        let known = FIELDS.iter().find(|(known, _, _)| *known == name);
        if let Some((_, field, _)) = known {
            return Some(field.clone());
        }
        let (scope, key) = SCOPES
            .iter()
            .find_map(|&(start, scope)| Some((scope, name.strip_prefix(start)?)))?;
        (!key.is_empty()).then(|| Self::Attribute(scope, key.to_owned()))
    }
}

/// A number as written: exactly when it is an integer of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Integer(i64),
    Double(f64),
}

impl Number {
    /// Reads a number; `None` for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(integer) = text.parse() {
            return Some(Self::Integer(integer));
        }
        parse_decimal(text).map(Self::Double)
    }

    /// How it stands to another; `None` only where one is no number at all.
    pub fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(&b)),
            (a, b) => a.double().partial_cmp(&b.double()),
        }
    }

    fn double(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Double(double) => double,
        }
    }
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A text.
    Text(String),
    /// An expression, for `=~` and `!~`.
    Pattern(Pattern),
    /// A number; a duration is one of nanoseconds.
    Number(Number),
    /// An amount of money.
    Money(PicoUsd),
    /// A status code.
    Status(StatusCode),
    /// A kind of OTLP.
    SpanKind(SpanKind),
    /// Nothing: the field is absent.
    Nil,
}
