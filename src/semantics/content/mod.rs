//! What a model, tool or retrieval was given and gave, from the JSON of one span, whatever SDK wrote it.
//!
//! [`read`] never fails: JSON that is cut or invalid is shown as the text it is, and what no rule knows stays JSON.
//!
//! - [`keys`]: the dictionary, which keys carry what
//! - [`fields`]: attributes, events and log records of a span by key
//! - [`message`], [`part`]: messages in every form; `conversation` puts them in order
//! - `media`, `outcome`: images and sounds, results of tools
//! - `step`: tools, retrievals, embeddings
//! - [`document`]: what a retrieval found
//! - [`request`]: tools offered, parameters, finish reasons, time to the first token
//! - [`score`]: evaluations and feedback

mod conversation;
pub mod document;
pub mod fields;
pub mod keys;
mod media;
pub mod message;
mod outcome;
pub mod part;
pub mod request;
pub mod score;
mod step;
#[cfg(test)]
mod tests;

use super::Observed;
use super::kind::of_name;
use crate::model::OperationKind;
use document::Document;
use fields::{Fields, unwrapped};
use message::Message;
use request::Tool;
use score::Score;

/// What a span is about, as far as its content goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Topic {
    /// A model was called, or an agent keeps the conversation.
    Conversation,
    /// A tool was called.
    Tool,
    /// Documents were sought or ordered.
    Retrieval,
    /// Texts were embedded.
    Embedding,
    /// Something else that has an input or an output.
    #[default]
    Values,
}

/// A text with the key it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sourced {
    /// The text: plain or JSON.
    pub text: String,
    /// The attribute, or the event.
    pub key: String,
}

/// Everything that a span says about what went in and what came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// What it is about.
    pub topic: Topic,
    /// The messages in order: system prompt, input, output.
    pub messages: Vec<Message>,
    /// The keys that the messages came from.
    pub message_keys: Vec<&'static str>,
    /// Arguments of a tool, query of a retrieval, or any other input.
    pub input: Option<Sourced>,
    /// Result of a tool, or any other output.
    pub output: Option<Sourced>,
    /// Whether the result says that the tool failed.
    pub failed: bool,
    /// Documents found; those of a tool when its result is a list of scored documents.
    pub documents: Vec<Document>,
    /// Documents given to a reranker.
    pub reranked: Vec<Document>,
    /// Texts embedded.
    pub embedded: Vec<String>,
    /// Name of the tool; empty when absent.
    pub tool: String,
    /// Id of the tool call; empty when absent.
    pub call_id: String,
    /// What the tool is for; empty when absent.
    pub description: String,
    /// Tools offered to the model.
    pub tools: Vec<Tool>,
    /// Parameters by canonical name.
    pub parameters: Vec<(&'static str, String)>,
    /// Why the model stopped.
    pub finish_reasons: Vec<String>,
    /// Nanoseconds to the first token.
    pub first_token_ns: Option<i64>,
    /// Why the step was taken, in its own words.
    pub rationale: Option<Sourced>,
    /// Evaluations and feedback.
    pub scores: Vec<Score>,
}

/// Reads the content of a span from its JSON and that of its log records.
pub fn read(span: &str, logs: &[&str]) -> Content {
    let fields = Fields::new(span, logs);
    let mut content = Content {
        topic: topic(&fields),
        scores: score::scores(&fields),
        rationale: sourced(&fields, keys::RATIONALE),
        ..Content::default()
    };
    match content.topic {
        Topic::Tool => step::tool(&fields, &mut content),
        Topic::Retrieval => step::retrieval(&fields, &mut content),
        Topic::Embedding => step::embedding(&fields, &mut content),
        Topic::Conversation | Topic::Values => conversation::conversation(&fields, &mut content),
    }
    content
}

/// What a tool was called with or a retrieval sought, and nothing else of a span; `None` for any other kind, and where the span
/// does not say. Takes what [`read`] takes.
pub fn asked(kind: OperationKind, span: &str, logs: &[&str]) -> Option<String> {
    let find = match kind {
        OperationKind::Tool => step::arguments,
        OperationKind::Retrieval | OperationKind::Rerank => step::sought,
        _ => return None,
    };
    find(&Fields::new(span, logs)).map(|found| found.text)
}

impl Content {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        *self
            == Self {
                topic: self.topic,
                tool: self.tool.clone(),
                call_id: self.call_id.clone(),
                description: self.description.clone(),
                ..Self::default()
            }
    }
}

/// What a span is about: as its kind is told by the dictionary, else by what stands on it.
fn topic(fields: &Fields<'_>) -> Topic {
    match kind_said(fields) {
        Some(OperationKind::Llm) => return Topic::Conversation,
        Some(OperationKind::Tool) => return Topic::Tool,
        Some(OperationKind::Retrieval | OperationKind::Rerank) => return Topic::Retrieval,
        Some(OperationKind::Embedding) => return Topic::Embedding,
        // The outer spans of the AI SDK hold what the inner ones do.
        Some(_) => {
            let operation = fields.text("ai.operationId").map(unwrapped);
            return match operation.as_deref() {
                Some(embed) if embed.starts_with("ai.embed") => Topic::Embedding,
                Some(other) if other.starts_with("ai.") => Topic::Conversation,
                _ => Topic::Values,
            };
        }
        None => {}
    }
    let has = |start: &str| {
        fields
            .attributes
            .iter()
            .any(|(key, _)| key.starts_with(start))
    };
    if has("llm.input_messages") {
        Topic::Conversation
    } else if has("db.query.retrieved_documents") || has("retrieval.documents") {
        Topic::Retrieval
    } else {
        Topic::Values
    }
}

/// The kind that keys or the span's name say.
fn kind_said(fields: &Fields<'_>) -> Option<OperationKind> {
    let mut observed = Observed::default();
    for (key, value) in &fields.attributes {
        let rows = observed.find(key);
        if observed.tells_kind(rows)
            && let Some(text) = fields::plain(*value)
        {
            observed.see(rows, None, text.as_bytes());
        }
    }
    let kind = observed.kind(of_name(&fields.name));
    (kind != OperationKind::Other).then_some(kind)
}

fn sourced(fields: &Fields<'_>, keys: &[&'static str]) -> Option<Sourced> {
    let (key, text) = fields.first(keys)?;
    Some(Sourced {
        text: unwrapped(text),
        key: key.to_owned(),
    })
}
