//! Calls of tools, retrievals, embeddings.

use super::conversation::{event_text, first_content};
use super::document;
use super::fields::{Fields, Object, unwrapped};
use super::message::{self, Role};
use super::outcome::{outcome, reads_as_failure};
use super::part::Part;
use super::{Content, Sourced, keys, request};
use crate::model::json::{Json, Shape};

/// Reads arguments and result.
pub fn tool(fields: &Fields<'_>, content: &mut Content) {
    content.tool = fields.word(keys::TOOL_NAME);
    content.call_id = fields.word(keys::CALL_ID);
    let description = fields.word(keys::TOOL_DESCRIPTION);
    // CrewAI writes name and schema in front of it.
    let words = description.split_once("Tool Description:");
    let words = words.map_or(&*description, |(_, words)| words);
    words.trim().clone_into(&mut content.description);
    content.input = arguments(fields);
    let output = first_content(fields, keys::RESULT).map(|(key, text)| Sourced {
        text,
        key: key.to_owned(),
    });
    let output = output.or_else(|| told_by(fields, keys::CHOICE, &["message", "content"]));
    let Some(mut output) = output else {
        return;
    };
    if let Some(json) = Json::parse(&output.text) {
        let (text, failed) = outcome(json);
        content.failed = failed;
        output.text = text;
    }
    content.failed |= reads_as_failure(&output.text);
    content.documents = Json::parse(&output.text)
        .and_then(|json| document::documents(json, true))
        .unwrap_or_default();
    content.output = Some(output);
}

/// What a tool was called with.
pub fn arguments(fields: &Fields<'_>) -> Option<Sourced> {
    let found = first_content(fields, keys::ARGUMENTS)
        .filter(|(key, text)| *key != "tool.parameters" || !is_schema(text));
    match found {
        Some((key, text)) => Some(Sourced {
            text: unwrapped_call(&text),
            key: key.to_owned(),
        }),
        None => told_by(fields, "gen_ai.tool.message", &["content"]),
    }
}

/// The text of the first of `keys` in an event's body.
fn told_by(fields: &Fields<'_>, name: &str, keys: &[&str]) -> Option<Sourced> {
    let found = fields.events.iter().find(|event| event.name == name)?;
    let body = event_text(found);
    let text = Json::parse(&body).map(Object::of)?.text(keys);
    (!text.is_empty()).then(|| Sourced {
        text,
        key: format!("event {name}"),
    })
}

/// Whether a JSON object is the schema of arguments rather than arguments.
fn is_schema(text: &str) -> bool {
    let object = Json::parse(text).map(Object::of).unwrap_or_default();
    object.has(&["properties", "$schema"])
        || object
            .0
            .iter()
            .any(|(_, value)| Object::of(*value).has(&["type"]))
}

/// Arguments without what decorators and `LangChain`'s callbacks put around them.
pub fn unwrapped_call(text: &str) -> String {
    let Some(json) = Json::parse(text).filter(|json| json.shape() == Shape::Object) else {
        return text.to_owned();
    };
    let object = Object::of(json);
    if let Some(inputs) = object.get(&["inputs"])
        && object.has(&["tags", "metadata", "input_str", "kwargs"])
    {
        return inputs.decoded();
    }
    if let [(key, inner)] = object.0.as_slice()
        && matches!(key.as_ref(), "input" | "output")
    {
        return inner.decoded();
    }
    let (Some(list), Some(named)) = (object.get(&["args"]), object.get(&["kwargs"])) else {
        return text.to_owned();
    };
    let (by_place, by_name) = (list.members(), named.members());
    match (by_place.as_slice(), by_name.as_slice()) {
        ([], [_, ..]) => named.source().to_owned(),
        ([(_, only)], []) => only.decoded(),
        ([_, ..], []) => list.source().to_owned(),
        ([], []) => String::new(),
        _ => text.to_owned(),
    }
}

/// Reads query and documents.
pub fn retrieval(fields: &Fields<'_>, content: &mut Content) {
    content.input = sought(fields);
    let found = first_content(fields, keys::DOCUMENTS);
    if let Some((key, text)) = found {
        let documents = Json::parse(&text).and_then(|json| document::documents(json, false));
        match documents {
            Some(documents) => content.documents = documents,
            None => {
                content.output = Some(Sourced {
                    text,
                    key: key.to_owned(),
                });
            }
        }
    }
    if content.documents.is_empty() {
        content.documents = document::of_events(fields);
    }
    let given = fields.first(keys::RERANKED);
    content.reranked = given
        .and_then(|(_, text)| document::documents(Json::parse(&text)?, false))
        .unwrap_or_default();
    content.parameters = request::parameters(fields);
}

/// What a retrieval sought.
pub fn sought(fields: &Fields<'_>) -> Option<Sourced> {
    let (key, text) = first_content(fields, keys::QUERY)?;
    Some(Sourced {
        text: query(&unwrapped_call(&text)),
        key: key.to_owned(),
    })
}

/// The words of a query that is an object with nothing else.
fn query(text: &str) -> String {
    let object = Json::parse(text).map(Object::of).unwrap_or_default();
    match object.0.as_slice() {
        [(key, inner)] if matches!(key.as_ref(), "query" | "q" | "input" | "question") => {
            inner.decoded()
        }
        _ => text.to_owned(),
    }
}

/// Reads the texts; vectors are never shown.
pub fn embedding(fields: &Fields<'_>, content: &mut Content) {
    content.parameters = request::parameters(fields);
    let size = fields.word(keys::DIMENSIONS);
    if !size.is_empty() {
        content.parameters.push(("dimensions", size));
    }
    let Some((_, text)) = first_content(fields, keys::EMBEDDED) else {
        return;
    };
    let text = unwrapped_call(&text);
    if let Some(messages) = message::messages(&text, Role::User) {
        for part in messages.into_iter().flat_map(|message| message.parts) {
            if let Part::Text(text) | Part::Json(text) = part {
                content.embedded.push(text);
            }
        }
        return;
    }
    let Some(json) = Json::parse(&text) else {
        content.embedded.push(text);
        return;
    };
    // Texts, requests with texts, or embeddings that name theirs.
    let inner = Object::of(json)
        .get(&["input", "texts", "values"])
        .unwrap_or(json);
    let items = match inner.shape() {
        Shape::Array => inner.members().into_iter().map(|(_, item)| item).collect(),
        _ => vec![inner],
    };
    for item in items {
        let object = Object::of(item);
        let text = match object.get(&["embedding"]).map(Object::of) {
            Some(named) => named.text(&["text"]),
            None => unwrapped(item.decoded()),
        };
        if !text.is_empty() {
            content.embedded.push(text);
        }
    }
}
