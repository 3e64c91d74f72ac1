//! Messages of a model call or an agent, and the input and output of any other step.

use super::fields::{Event, Fields, Object, plain, unwrapped};
use super::message::{self, Message, Role};
use super::part::{self, Part};
use super::step::unwrapped_call;
use super::{Content, Sourced, Topic, keys, request};
use crate::model::json::{Json, Shape, quoted};

/// Most messages that are read of one span.
const MOST: usize = 20_000;

/// Reads messages in and out; what is none is an input or output.
pub fn conversation(fields: &Fields<'_>, content: &mut Content) {
    let input = first_content(fields, keys::INPUT);
    let output = first_content(fields, keys::OUTPUT);
    let asked = content.topic == Topic::Conversation;
    let given = of_events(fields, false);
    let gave = of_events(fields, true);
    let (mut messages, input_key, rest) = side(input.as_ref(), given, Role::User, asked);
    content.input = rest;
    messages = merged(messages);
    let (answers, output_key, rest) = output_side(fields, output.as_ref(), gave, asked);
    content.output = rest;
    join(&mut messages, answers);
    // Nor does a reason that is the answer say more.
    let said = |text: &str| {
        let last = messages.last().map(|last| last.parts.as_slice());
        matches!(last, Some([Part::Text(words), ..]) if words == text)
    };
    if content
        .rationale
        .as_ref()
        .is_some_and(|why| said(&why.text))
    {
        content.rationale = None;
    }
    // An agent's final result repeats the last words of its conversation.
    if let (Some(last), Some(output)) = (messages.last_mut(), &content.output)
        && matches!(last.parts.as_slice(), [.., Part::Text(text)] if *text == output.text)
    {
        last.output = true;
        content.output = None;
    }
    if let Some(text) = fields.text(keys::SYSTEM[0]) {
        add_system(&mut messages, text);
    }
    messages.truncate(MOST);
    for key in [input_key, output_key].into_iter().flatten() {
        if !content.message_keys.contains(&key) {
            content.message_keys.push(key);
        }
    }
    content.messages = messages;
    content.tools = request::tools(fields, input.as_ref().map(|(_, text)| text.as_str()));
    if asked {
        content.parameters = request::parameters(fields);
    }
    content.finish_reasons = request::finish_reasons(fields);
    let last = content.messages.last_mut().filter(|last| last.output);
    if let Some(last) = last.filter(|last| last.finish.is_empty()) {
        last.finish = content.finish_reasons.join(", ");
    }
    content.first_token_ns = request::first_token_ns(fields);
    if !content.messages.is_empty() {
        content.topic = Topic::Conversation;
    } else if content.topic == Topic::Conversation && content.input.is_some() {
        content.topic = Topic::Values;
    }
}

/// The first key with a content; `None` as text stands for messages in events.
pub fn first_content(fields: &Fields<'_>, keys: &[&'static str]) -> Option<(&'static str, String)> {
    let events = keys.iter().position(|key| *key == keys::EVENTS);
    let has_events = fields
        .events
        .iter()
        .any(|event| implied(&event.name).is_some());
    let keys = match events.filter(|_| has_events) {
        Some(at) => keys.get(..at).unwrap_or(keys),
        None => keys,
    };
    let empty = |text: &str| matches!(text, "null" | "\"\"" | "{}" | "[]");
    keys.iter().find_map(|key| {
        let text = unwrapped(fields.text(key)?);
        (!text.is_empty() && !empty(&text)).then_some((*key, text))
    })
}

type Side = (Vec<Message>, Option<&'static str>, Option<Sourced>);

/// What went in or came out: messages, or else a value.
fn side(
    found: Option<&(&'static str, String)>,
    events: Vec<Message>,
    speaker: Role,
    asked: bool,
) -> Side {
    let Some((key, text)) = found else {
        let key = (!events.is_empty()).then_some("gen_ai.*.message events");
        return (events, key, None);
    };
    let text = unwrapped_call(text);
    if let Some(messages) = message::messages(&text, speaker) {
        return (messages, Some(key), None);
    }
    if asked {
        let message = Message {
            role: speaker,
            parts: plain_parts(text),
            ..Message::default()
        };
        return (vec![message], Some(key), None);
    }
    let value = (!text.is_empty()).then(|| Sourced {
        text,
        key: (*key).to_owned(),
    });
    (Vec::new(), None, value)
}

fn output_side(
    fields: &Fields<'_>,
    found: Option<&(&'static str, String)>,
    events: Vec<Message>,
    asked: bool,
) -> Side {
    let (mut messages, key, rest) = match found {
        Some((key, _)) if key.starts_with("ai.response.") => {
            (vec![ai_response(fields)], Some(*key), None)
        }
        _ => side(found, events, Role::Assistant, asked),
    };
    messages.retain(|message| !message.parts.is_empty());
    let mut messages = merged(messages);
    // Of a whole conversation, what comes after the last words of others is the answer.
    let asked = |message: &Message| matches!(message.role, Role::User | Role::System);
    let whole = messages.iter().any(asked);
    let spoken = |message: &Message| message.role != Role::Assistant;
    let before = messages.iter().rposition(spoken).filter(|_| whole);
    for message in messages.iter_mut().skip(before.map_or(0, |at| at + 1)) {
        message.output = true;
    }
    let key = key.filter(|_| !messages.is_empty());
    (messages, key, rest)
}

/// The items of one answer as one message: what the model thought, the calls, the words.
fn merged(messages: Vec<Message>) -> Vec<Message> {
    let mut found: Vec<Message> = Vec::with_capacity(messages.len());
    let partial = |part: &Part| matches!(part, Part::Reasoning(_) | Part::Call { .. });
    for message in messages {
        match found.last_mut() {
            Some(last)
                if last.role == Role::Assistant
                    && message.role == Role::Assistant
                    && last.name == message.name
                    && (last.parts.iter().all(partial) || message.parts.iter().all(partial)) =>
            {
                last.parts.extend(message.parts);
                last.finish = message.finish;
            }
            _ => found.push(message),
        }
    }
    found
}

fn plain_parts(text: String) -> Vec<Part> {
    match Json::parse(&text).map(Json::shape) {
        Some(Shape::Object | Shape::Array) => vec![Part::Json(text)],
        _ => vec![Part::Text(text)],
    }
}

/// The AI SDK puts an answer into several attributes.
fn ai_response(fields: &Fields<'_>) -> Message {
    let mut message = Message {
        role: Role::Assistant,
        ..Message::default()
    };
    if let Some(text) = fields.text("ai.response.reasoning") {
        message.parts.push(Part::Reasoning(text));
    }
    if let Some(text) = fields.text("ai.response.text") {
        part::add_text(text, &mut message.parts);
    }
    if let Some(json) = fields.text("ai.response.object") {
        message.parts.push(Part::Json(json));
    }
    let calls = fields.text("ai.response.toolCalls").unwrap_or_default();
    for (_, call) in Json::parse(&calls).map(Json::members).unwrap_or_default() {
        message.parts.push(part::call(&Object::of(call)));
    }
    message
}

/// Puts the answers behind what was given. Some producers give the whole conversation as the output: then it stands for
/// both, and what the input does not have is the output.
fn join(messages: &mut Vec<Message>, mut answers: Vec<Message>) {
    let said = messages
        .iter()
        .filter(|message| message.role != Role::System)
        .count();
    let repeated = said > 0
        && answers.len() > said
        && messages
            .iter()
            .filter(|message| message.role != Role::System)
            .zip(&answers)
            .all(|(given, again)| given.role == again.role && given.parts == again.parts);
    if repeated {
        answers.drain(..said);
        for message in &mut answers {
            message.output = true;
        }
    }
    messages.extend(answers);
}

/// Puts the system prompt in front, unless the messages begin with it.
fn add_system(messages: &mut Vec<Message>, text: String) {
    let parts = match Json::parse(&text).filter(|json| json.shape() != Shape::Other) {
        Some(json) => part::parts(json),
        None => vec![Part::Text(text)],
    };
    let known = messages
        .first()
        .is_some_and(|first| first.role == Role::System && first.parts == parts);
    if !known && !parts.is_empty() {
        messages.insert(
            0,
            Message {
                role: Role::System,
                parts,
                ..Message::default()
            },
        );
    }
}

/// The role that an event's name implies; `None` for other events.
fn implied(name: &str) -> Option<Role> {
    let found = keys::MESSAGE_EVENTS
        .iter()
        .find(|(known, _)| *known == name);
    found.and_then(|(_, word)| message::role(word))
}

/// Messages in events and log records: those given, or those of the answer.
fn of_events(fields: &Fields<'_>, answers: bool) -> Vec<Message> {
    let mut found = Vec::new();
    for event in &fields.events {
        let Some(implied) = implied(&event.name) else {
            continue;
        };
        if (event.name == keys::CHOICE) != answers {
            continue;
        }
        let body = event_text(event);
        let object = Json::parse(&body).map(Object::of).unwrap_or_default();
        found.extend(message::of_event(&object, implied));
    }
    found
}

/// Body of a log record, or the attributes of an event, as one JSON object.
pub fn event_text(event: &Event<'_>) -> String {
    if let Some(body) = event.body.and_then(plain)
        && body.starts_with('{')
    {
        return body;
    }
    if let Some(body) = event.text("gen_ai.event.content")
        && body.starts_with('{')
    {
        return body;
    }
    let mut out = String::from("{");
    for (key, value) in &event.attributes {
        let Some(text) = plain(*value) else {
            continue;
        };
        if out.len() > 1 {
            out.push(',');
        }
        // A user's words in events of command-line agents.
        let key = if key == "prompt" {
            "content"
        } else {
            key.as_ref()
        };
        out.push_str(&quoted(key));
        out.push(':');
        out.push_str(&quoted(&text));
    }
    out.push('}');
    out
}
