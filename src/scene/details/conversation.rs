//! What a span was given and gave, as a flat list of pieces that the page draws one after the other.
//!
//! One type of piece for everything keeps the message to the page, and the page, small.

use super::TextValue;
use super::value::Cutter;
use crate::scene::format;
use crate::semantics::content::document::Document;
use crate::semantics::content::message::{Message, Role};
use crate::semantics::content::part::Part;
use crate::semantics::content::{Content, Sourced, Topic};
use serde::{Deserialize, Serialize};

/// Longest text that is handed out unasked, and all of them together; of those after that only a beginning.
const SHOWN_BYTES: usize = 16 * 1024;
const ALL_BYTES: usize = 1024 * 1024;
const BEGINNING: usize = 200;
/// Larger pictures and sounds are loaded when they are wanted.
const MEDIA_BYTES: usize = 200 * 1024;
/// A result names the tool of a call that stands no further back.
const NEAR: usize = 1_000;
/// Of more pieces than this the first and last halves are handed out.
const MOST: usize = 6_000;

/// What a piece is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PieceKind {
    /// What it is all about: title, and the keys it came from.
    #[default]
    Topic,
    /// Title of what follows, and the key it came from.
    Section,
    /// A fact: name and value.
    Fact,
    /// A parameter of the request: name and value.
    Parameter,
    /// From here on messages are the answer.
    Output,
    /// A message of the application begins; its name.
    System,
    /// A message of the user begins; its name.
    User,
    /// A message of the model begins; its name and why the model stopped.
    Assistant,
    /// A message of a tool begins; its name.
    Tool,
    /// A message of anybody else begins; who.
    Other,
    /// Text for the reader, maybe markdown.
    Text,
    /// What the model thought.
    Reasoning,
    /// Why the step was taken; the key it came from.
    Rationale,
    /// A tool the model asked for: name, id and arguments.
    Call,
    /// What a tool gave back: name, id and result.
    Result,
    /// The same, when it says that the tool failed.
    Failure,
    /// An image, sound or file: media type, and bytes in base64.
    Media,
    /// An image, sound or file that stands elsewhere: media type and address. Never loaded.
    Link,
    /// A source: title, address and the words cited.
    Citation,
    /// A document: id or title, what is known of it, and its text.
    Document,
    /// A tool offered: name, what it is for and its schema.
    Offered,
    /// The same, when the answer calls it.
    Called,
    /// A score: name, value and explanation.
    Score,
    /// Any other value: text or JSON.
    Value,
    /// Pieces left out: how many.
    Omitted,
}

/// A piece of a content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Name or title; empty when absent.
    pub label: String,
    /// What stands beside it; empty when absent.
    pub note: String,
    /// Its text; empty for pieces that have none.
    pub value: TextValue,
}

/// The pieces of a content; none when there is nothing to show. With a limit of [`usize::MAX`] every text is whole.
pub(super) fn pieces(content: &Content, cutter: Cutter) -> Vec<Piece> {
    if content.is_empty() {
        return Vec::new();
    }
    let mut list = List {
        pieces: Vec::new(),
        whole: cutter.limit == usize::MAX,
        left: ALL_BYTES,
    };
    list.bare(
        PieceKind::Topic,
        title(content.topic),
        &content.message_keys.join(", "),
    );
    list.facts(content);
    if let Some(why) = &content.rationale {
        list.push(PieceKind::Rationale, "", &why.key, &why.text);
    }
    match content.topic {
        Topic::Tool => {
            list.section("Arguments", content.input.as_ref());
            list.result(content);
        }
        Topic::Retrieval => {
            list.section("Query", content.input.as_ref());
            list.documents("Given", &content.reranked);
            list.documents("Documents", &content.documents);
            list.section("Output", content.output.as_ref());
        }
        Topic::Embedding => {
            if !content.embedded.is_empty() {
                list.bare(PieceKind::Section, "Texts", "");
            }
            for text in &content.embedded {
                list.push(PieceKind::Value, "", "", text);
            }
        }
        Topic::Conversation | Topic::Values => {
            list.section("Input", content.input.as_ref());
            list.messages(&content.messages);
            list.section("Output", content.output.as_ref());
        }
    }
    list.tools(content);
    for score in &content.scores {
        let parts = [score.value.as_str(), score.label.as_str()];
        let said: Vec<&str> = parts.into_iter().filter(|text| !text.is_empty()).collect();
        list.push(
            PieceKind::Score,
            &score.name,
            &said.join(", "),
            &score.explanation,
        );
    }
    list.thin();
    list.pieces
}

fn title(topic: Topic) -> &'static str {
    match topic {
        Topic::Conversation => "Conversation",
        Topic::Tool => "Tool call",
        Topic::Retrieval => "Retrieval",
        Topic::Embedding => "Embedding",
        Topic::Values => "Input and output",
    }
}

/// Collects pieces and cuts their texts.
struct List {
    pieces: Vec<Piece>,
    whole: bool,
    left: usize,
}

impl List {
    fn bare(&mut self, kind: PieceKind, label: &str, note: &str) {
        self.pieces.push(Piece {
            kind,
            label: label.to_owned(),
            note: note.to_owned(),
            value: TextValue::default(),
        });
    }

    fn push(&mut self, kind: PieceKind, label: &str, note: &str, text: &str) {
        let limit = match kind {
            _ if self.whole => usize::MAX,
            // A picture that is cut is none.
            PieceKind::Media if text.len() <= MEDIA_BYTES.min(self.left) => MEDIA_BYTES,
            PieceKind::Media => 0,
            _ => SHOWN_BYTES.min(self.left.max(BEGINNING)),
        };
        let pointer = format!("content/{}", self.pieces.len());
        let value = Cutter { limit }.cut(text, pointer);
        self.left = self.left.saturating_sub(value.text.len());
        self.pieces.push(Piece {
            kind,
            label: label.to_owned(),
            note: note.to_owned(),
            value,
        });
    }

    fn fact(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.bare(PieceKind::Fact, name, value);
        }
    }

    fn facts(&mut self, content: &Content) {
        // Else it stands beside the answer.
        if content
            .messages
            .last()
            .is_none_or(|last| last.finish.is_empty())
        {
            self.fact("Stopped for", &content.finish_reasons.join(", "));
        }
        if let Some(ns) = content.first_token_ns {
            self.fact("First token", &format::duration(ns));
        }
        self.fact("Tool", &content.tool);
        self.fact("Call", &content.call_id);
        let words: Vec<&str> = content.description.split_whitespace().collect();
        self.fact("Purpose", &words.join(" "));
        for (name, value) in &content.parameters {
            self.bare(PieceKind::Parameter, name, value);
        }
    }

    fn section(&mut self, title: &str, value: Option<&Sourced>) {
        if let Some(value) = value {
            self.bare(PieceKind::Section, title, &value.key);
            self.push(PieceKind::Value, "", "", &value.text);
        }
    }

    fn result(&mut self, content: &Content) {
        let Some(output) = &content.output else {
            return;
        };
        self.bare(PieceKind::Section, "Result", &output.key);
        if content.documents.is_empty() {
            let kind = if content.failed {
                PieceKind::Failure
            } else {
                PieceKind::Value
            };
            self.push(kind, "", "", &output.text);
        } else {
            self.each_document(&content.documents);
        }
    }

    fn documents(&mut self, title: &str, documents: &[Document]) {
        if !documents.is_empty() {
            let count = format::counted(documents.len() as u64, "document");
            self.bare(PieceKind::Section, title, &count);
            self.each_document(documents);
        }
    }

    fn each_document(&mut self, documents: &[Document]) {
        for document in documents {
            let parts = [
                (
                    "",
                    if document.id.is_empty() {
                        ""
                    } else {
                        &document.title
                    },
                ),
                ("version ", &document.version),
                ("", &document.date),
                (
                    if document.is_distance {
                        "distance "
                    } else {
                        "score "
                    },
                    &document.score,
                ),
            ];
            let known = parts.iter().filter(|(_, value)| !value.is_empty());
            let known: Vec<String> = known
                .map(|(name, value)| format!("{name}{value}"))
                .collect();
            let name = [&document.id, &document.title];
            let name = name.into_iter().find(|name| !name.is_empty());
            let name = name.map_or("", String::as_str);
            self.push(
                PieceKind::Document,
                name,
                &known.join(", "),
                &document.content,
            );
            if !document.metadata.is_empty() {
                self.push(PieceKind::Value, "metadata", "", &document.metadata);
            }
        }
    }

    fn messages(&mut self, messages: &[Message]) {
        let answer = messages.iter().position(|message| message.output);
        for (at, message) in messages.iter().enumerate() {
            if Some(at) == answer {
                self.bare(PieceKind::Output, "", "");
            }
            let head = match message.role {
                Role::System => PieceKind::System,
                Role::User => PieceKind::User,
                Role::Assistant => PieceKind::Assistant,
                Role::Tool => PieceKind::Tool,
                Role::Other => PieceKind::Other,
            };
            let finish = if message.output { &message.finish } else { "" };
            self.bare(head, &message.name, finish);
            for part in &message.parts {
                self.part(part);
            }
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text(text) => self.push(PieceKind::Text, "", "", text),
            Part::Reasoning(text) => self.push(PieceKind::Reasoning, "", "", text),
            Part::Call {
                id,
                name,
                arguments,
            } => self.push(PieceKind::Call, name, id, arguments),
            Part::Result {
                id,
                name,
                result,
                failed,
            } => {
                let kind = if *failed {
                    PieceKind::Failure
                } else {
                    PieceKind::Result
                };
                let asked = self.called(id);
                let name = if name.is_empty() {
                    asked.as_deref().unwrap_or("")
                } else {
                    name
                };
                self.push(kind, name, id, result);
            }
            Part::Media { media_type, data } => self.push(PieceKind::Media, media_type, "", data),
            Part::Link {
                media_type,
                address,
            } => {
                self.push(PieceKind::Link, media_type, "", address);
            }
            Part::Citation {
                title,
                address,
                quote,
            } => {
                self.push(PieceKind::Citation, title, address, quote);
            }
            Part::Json(json) => self.push(PieceKind::Value, "", "", json),
        }
    }

    /// Name of the tool that was called with this id.
    fn called(&self, id: &str) -> Option<String> {
        let mut calls = self.pieces.iter().rev().take(NEAR);
        calls
            .find(|piece| piece.kind == PieceKind::Call && !id.is_empty() && piece.note == id)
            .map(|piece| piece.label.clone())
    }

    fn tools(&mut self, content: &Content) {
        if content.tools.is_empty() {
            return;
        }
        let answers = content.messages.iter().filter(|message| message.output);
        let called: Vec<&str> = answers
            .flat_map(|message| &message.parts)
            .filter_map(|part| match part {
                Part::Call { name, .. } => Some(name.as_str()),
                _ => None,
            })
            .collect();
        self.bare(
            PieceKind::Section,
            "Tools offered",
            &format::count(content.tools.len() as u64),
        );
        for tool in &content.tools {
            let kind = if called.contains(&tool.name.as_str()) {
                PieceKind::Called
            } else {
                PieceKind::Offered
            };
            self.push(kind, &tool.name, &tool.description, &tool.schema);
        }
    }

    /// Leaves out the middle of what is too long to be drawn.
    fn thin(&mut self) {
        let over = self.pieces.len().saturating_sub(MOST);
        if over == 0 || self.whole {
            return;
        }
        let half = MOST / 2;
        let omitted = Piece {
            kind: PieceKind::Omitted,
            label: format::count(over as u64),
            ..Piece::default()
        };
        self.pieces.splice(half..half + over, [omitted]);
    }
}
