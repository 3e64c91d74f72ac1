//! Messages from any JSON that SDKs write: lists of messages, requests, answers, `LangChain`'s constructors, Gemini's contents.

use super::fields::{Object, unwrapped};
use super::outcome::outcome;
use super::part::{Part, add_text, call, loose_parts, parts, result};
use crate::model::json::{Json, Shape};

/// Wrappers around messages are followed so far.
const DEEPEST: usize = 8;

/// Who speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// The application: system prompt or developer message.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// A tool.
    Tool,
    /// Anybody else; the message's name says who.
    #[default]
    Other,
}

/// One message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// Name of the speaker; empty when absent.
    pub name: String,
    /// What is said.
    pub parts: Vec<Part>,
    /// Why the model stopped here; empty when absent.
    pub finish: String,
    /// Whether the step gave it; else it was given to the step.
    pub output: bool,
}

/// The role that a word stands for; `None` for words that are no role.
pub fn role(word: &str) -> Option<Role> {
    Some(match word {
        "system" | "developer" | "SystemMessage" | "SystemMessageChunk" => Role::System,
        "user" | "human" | "HumanMessage" | "HumanMessageChunk" => Role::User,
        "assistant" | "ai" | "model" | "AIMessage" | "AIMessageChunk" | "chatbot" => {
            Role::Assistant
        }
        "tool" | "function" | "ToolMessage" | "ToolMessageChunk" | "FunctionMessage"
        | "tool-response" => Role::Tool,
        _ => return None,
    })
}

/// Keys under which messages stand, with all that may stand around them.
const CONTAINERS: &[&str] = &[
    "messages",
    "choices",
    "generations",
    "contents",
    "candidates",
    "output",
    "outputs",
    "update",
    "inputs",
    "input",
    "prompt",
    "message",
    "content",
    "response",
];

/// The messages in a text that holds JSON; `None` when it holds something else.
pub fn messages(text: &str, speaker: Role) -> Option<Vec<Message>> {
    let json = Json::parse(text)?;
    let mut found = Vec::new();
    read(json, speaker, DEEPEST, &mut found).then_some(found)
}

/// Adds the messages of a value; `false` when it holds none.
fn read(value: Json<'_>, speaker: Role, deeper: usize, found: &mut Vec<Message>) -> bool {
    if deeper == 0 {
        return false;
    }
    match value.shape() {
        Shape::Object => read_object(value, speaker, deeper, found),
        Shape::Array => read_list(value, speaker, deeper, found),
        Shape::Text | Shape::Other => false,
    }
}

fn read_list(list: Json<'_>, speaker: Role, deeper: usize, found: &mut Vec<Message>) -> bool {
    let before = found.len();
    for (_, item) in list.members() {
        if item.is_null() {
            continue;
        }
        if pair(item, found) || read(item, speaker, deeper - 1, found) {
            continue;
        }
        // Something else among messages: its words are shown, as far as it has some.
        if found.len() == before {
            return false;
        }
        found.push(Message {
            role: speaker,
            parts: parts(item),
            ..Message::default()
        });
    }
    found.len() > before
}

/// `["user", "text"]`
fn pair(item: Json<'_>, found: &mut Vec<Message>) -> bool {
    if item.shape() != Shape::Array {
        return false;
    }
    let members = item.members();
    let [(_, who), (_, what)] = members.as_slice() else {
        return false;
    };
    if who.shape() != Shape::Text || what.shape() != Shape::Text {
        return false;
    }
    let Some(role) = role(&who.decoded()) else {
        return false;
    };
    found.push(Message {
        role,
        parts: parts(*what),
        ..Message::default()
    });
    true
}

fn read_object(value: Json<'_>, speaker: Role, deeper: usize, found: &mut Vec<Message>) -> bool {
    let object = Object::of(value);
    if let [(key, inner)] = object.0.as_slice()
        && key == "message"
    {
        return read(*inner, speaker, deeper - 1, found);
    }
    if let Some(role) = spoken_by(&object) {
        found.push(one(&object, role));
        return true;
    }
    if let Some(part) = item(&object) {
        let role = match part {
            Part::Result { .. } => Role::Tool,
            _ => Role::Assistant,
        };
        found.push(Message {
            role,
            parts: vec![part],
            ..Message::default()
        });
        return true;
    }
    read_container(&object, speaker, deeper, found)
}

/// A request or an answer: who is spoken to, then what is said.
fn read_container(
    object: &Object<'_>,
    speaker: Role,
    deeper: usize,
    found: &mut Vec<Message>,
) -> bool {
    let before = found.len();
    let config = object.get(&["config"]).map(Object::of).unwrap_or_default();
    let system = object
        .get(&[
            "system",
            "instructions",
            "system_instruction",
            "systemInstruction",
        ])
        .or_else(|| config.get(&["system_instruction", "systemInstruction"]));
    let system = system.filter(|_| object.has(&["messages", "prompt", "input", "contents"]));
    if let Some(system) = system {
        found.push(Message {
            role: Role::System,
            parts: system_parts(system),
            ..Message::default()
        });
    }
    let start = found.len();
    // CrewAI's answer stands beside the messages that led to it.
    let raw = object
        .get(&["raw"])
        .filter(|raw| raw.shape() == Shape::Text);
    let raw = raw.filter(|_| object.has(&["tasks_output", "output_format", "expected_output"]));
    for name in CONTAINERS {
        let Some(inner) = object.get(&[name]) else {
            continue;
        };
        let spoken =
            inner.shape() == Shape::Text && plain_container(object, name, system.is_some());
        if spoken {
            found.push(Message {
                role: if *name == "content" || *name == "response" {
                    speaker
                } else {
                    Role::User
                },
                parts: parts(inner),
                ..Message::default()
            });
            break;
        }
        let wrapped = inner.shape() == Shape::Array || inner.shape() == Shape::Object;
        if wrapped && read(inner, speaker, deeper - 1, found) {
            break;
        }
        // Parts of one message, as Anthropic and Gemini answer.
        if wrapped && *name == "content" && object.has(&["role", "stop_reason", "finish_reason"]) {
            found.push(one(object, speaker));
            break;
        }
    }
    if let Some(raw) = raw {
        let parts = parts(raw);
        if found.last().is_none_or(|last| last.parts != parts) {
            found.push(Message {
                role: Role::Assistant,
                parts,
                ..Message::default()
            });
        }
    }
    if found.len() == start {
        found.truncate(before);
        return false;
    }
    let finish = object.text(&["finish_reason", "finishReason", "stop_reason"]);
    if let Some(last) = found
        .last_mut()
        .filter(|last| last.finish.is_empty() && !finish.is_empty())
    {
        last.finish = finish;
    }
    true
}

/// Whether a text under this key is what the user says.
fn plain_container(object: &Object<'_>, name: &str, has_system: bool) -> bool {
    match name {
        "prompt" => has_system || object.has(&["model"]) || object.0.len() <= 2,
        "input" => has_system || object.has(&["model"]),
        _ => false,
    }
}

fn system_parts(system: Json<'_>) -> Vec<Part> {
    let object = Object::of(system);
    object.get(&["parts"]).map_or_else(|| parts(system), parts)
}

/// Who speaks, when the object is a message.
fn spoken_by(object: &Object<'_>) -> Option<Role> {
    const SAID: &[&str] = &[
        "content",
        "parts",
        "contents",
        "tool_calls",
        "kwargs",
        "data",
        "function_call",
    ];
    let word = object.get(&["role"]).map(Json::decoded);
    let word = word.map(|word| word.trim().to_ascii_lowercase());
    if let Some(known) = word.as_deref().and_then(role) {
        return Some(known);
    }
    if word.is_some() && object.has(SAID) {
        return Some(Role::Other);
    }
    // LangChain: the type of a message, or the last name of its class.
    let class = object
        .get(&["id"])
        .filter(|id| id.shape() == Shape::Array && object.has(&["kwargs"]))
        .and_then(|id| id.members().last().map(|(_, last)| last.decoded()));
    let kind = class.unwrap_or_else(|| object.text(&["type", "_type"]));
    role(&kind).filter(|_| object.has(SAID) && !object.has(&["function"]))
}

/// An item of `OpenAI`'s Responses API or a bare tool call.
fn item(object: &Object<'_>) -> Option<Part> {
    match object.text(&["type"]).as_str() {
        "function_call" | "tool_call" | "custom_tool_call" | "tool_use" => Some(call(object)),
        "function_call_output"
        | "custom_tool_call_output"
        | "tool_result"
        | "tool_call_response" => Some(result(object)),
        "reasoning" => match parts_of_reasoning(object) {
            text if text.is_empty() => None,
            text => Some(Part::Reasoning(text)),
        },
        _ => None,
    }
}

fn parts_of_reasoning(object: &Object<'_>) -> String {
    let summary = object.get(&["summary", "content"]);
    let members = summary.map(Json::members).unwrap_or_default();
    let texts: Vec<String> = members
        .into_iter()
        .map(|(_, item)| Object::of(item).text(&["text"]))
        .collect();
    texts.join("\n\n")
}

/// One message from an object that is one.
pub fn one(object: &Object<'_>, role: Role) -> Message {
    let inner = object
        .get(&["kwargs", "data"])
        .filter(|json| json.shape() == Shape::Object)
        .map(Object::of);
    let said = inner.as_ref().unwrap_or(object);
    let mut message = Message {
        role,
        name: said.text(&["name"]),
        finish: said.text(&["finish_reason", "finishReason", "stop_reason"]),
        ..Message::default()
    };
    if role == Role::Other {
        message.name = said.text(&["role"]);
    }
    let content = said.get(&["content", "parts", "contents"]);
    let answered = said.text(&["tool_call_id", "tool_use_id"]);
    if role == Role::Tool
        && !(answered.is_empty() && content.is_some_and(|it| it.shape() == Shape::Array))
    {
        let (text, failed) = content.map(outcome).unwrap_or_default();
        let id = if answered.is_empty() {
            said.text(&["id"])
        } else {
            answered
        };
        message.parts.push(Part::Result {
            id,
            name: std::mem::take(&mut message.name),
            result: text,
            failed: failed || said.text(&["status"]) == "error",
        });
        return message;
    }
    let thought = said.text(&["reasoning_content", "reasoning", "thinking"]);
    if !thought.is_empty() && !thought.starts_with(['{', '[']) {
        message.parts.push(Part::Reasoning(thought));
    }
    // Gemini and OpenTelemetry stand parts within a content.
    let content = match content.filter(|json| json.shape() == Shape::Object) {
        Some(wrapped) => Object::of(wrapped).get(&["parts"]).or(content),
        None => content,
    };
    if let Some(content) = content {
        message.parts.extend(parts(content));
    }
    add_text(said.text(&["refusal"]), &mut message.parts);
    add_calls(said, &mut message.parts);
    // Results that a user hands over are a tool's words.
    let is_result = |part: &Part| matches!(part, Part::Result { .. });
    if role == Role::User && !message.parts.is_empty() && message.parts.iter().all(is_result) {
        message.role = Role::Tool;
    }
    message
}

/// The calls beside a content, unless the content has them already.
fn add_calls(said: &Object<'_>, found: &mut Vec<Part>) {
    let extra = said
        .get(&["additional_kwargs"])
        .map(Object::of)
        .unwrap_or_default();
    let calls = said
        .get(&["tool_calls", "toolCalls"])
        .filter(|calls| calls.source().len() > 2)
        .or_else(|| extra.get(&["tool_calls"]));
    let mut calls: Vec<Json<'_>> = calls
        .map(Json::members)
        .unwrap_or_default()
        .into_iter()
        .map(|(_, call)| call)
        .collect();
    calls.extend(said.get(&["function_call"]));
    for one in calls {
        let Part::Call {
            id,
            name,
            arguments,
        } = call(&Object::of(one))
        else {
            continue;
        };
        let known = |part: &Part| matches!(part, Part::Call { id: known, .. } if !id.is_empty() && *known == id);
        if !found.iter().any(known) {
            found.push(Part::Call {
                id,
                name,
                arguments,
            });
        }
    }
}

/// A message from the fields of an event or log record, or `None` when it says nothing.
pub fn of_event(object: &Object<'_>, implied: Role) -> Option<Message> {
    let inner = object.get(&["message"]);
    let finish = object.text(&["finish_reason"]);
    let mut message = match inner {
        // The parts in a text, or plain text.
        Some(text) if text.shape() == Shape::Text => Message {
            role: implied,
            parts: loose_parts(unwrapped(text.decoded())),
            ..Message::default()
        },
        Some(inner) if inner.shape() == Shape::Object => {
            let inner = Object::of(inner);
            one(&inner, spoken_by(&inner).unwrap_or(implied))
        }
        _ => {
            let content = object.get(&["content"]);
            // A whole message in the content, as the Agent Development Kit writes.
            let whole = content
                .filter(|it| it.shape() == Shape::Object)
                .map(Object::of);
            let whole = whole.filter(|it| it.has(&["parts"]));
            let text = content
                .filter(|it| it.shape() == Shape::Text)
                .map(Json::decoded);
            match (whole, text) {
                (Some(whole), _) => one(&whole, implied),
                (None, Some(text)) if text.trim_start().starts_with('[') => Message {
                    role: implied,
                    parts: loose_parts(text),
                    ..Message::default()
                },
                _ => one(object, implied),
            }
        }
    };
    if message.finish.is_empty() {
        message.finish = finish;
    }
    (!message.parts.is_empty()).then_some(message)
}
