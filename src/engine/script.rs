//! What scripts hear of one span beside its text: what it means, what it belongs together with, and its content, as one
//! JSON object. 64-bit integers are decimal strings, what is unknown is null.

use super::document::Document;
use crate::model::SpanRow;
use crate::model::json::JsonText;
use crate::scene::details::Details;
use crate::scene::details::proof::{Line, LineKind};
use crate::semantics::content::document::Document as Found;
use crate::semantics::content::message::{Message, Role};
use crate::semantics::content::part::Part;
use crate::semantics::content::{Content, Sourced, Topic};

/// The pointer under which this is asked for.
pub(super) const POINTER: &str = "script";

/// The members that a script gets of a span; `details` are those of the inspector.
pub(super) fn span(
    document: &Document,
    row: SpanRow,
    details: &Details,
    content: &Content,
) -> String {
    let lines = |kind: LineKind| {
        details
            .relations
            .iter()
            .filter(move |line| line.kind == kind)
    };
    let first = |kind| {
        lines(kind)
            .next()
            .map_or_else(|| "null".to_owned(), related)
    };
    let sources = details
        .proof
        .iter()
        .filter(|line| line.kind == LineKind::Value);
    let step = lines(LineKind::Step).next();
    JsonText::object()
        .members(&document.meaning.span(&document.store, row))
        .json("step", &number(step, 0))
        .json("steps", &number(step, 1))
        .json("asked_by", &first(LineKind::AskedBy))
        .json("result_given_to", &first(LineKind::ShownTo))
        .json("ran", &JsonText::array(lines(LineKind::Ran), related))
        .json("skills", &JsonText::array(lines(LineKind::Skill), skill))
        .json("sources", &JsonText::array(sources, source))
        .json("content", &content_json(content))
        .end()
}

fn cell(line: &Line, at: usize) -> &str {
    line.cells.get(at).map_or("", String::as_str)
}

/// A count of a line, which stands there with commas.
fn number(line: Option<&Line>, at: usize) -> String {
    let text = line.map(|line| cell(line, at).replace(',', ""));
    let count = text.and_then(|text| text.parse::<u64>().ok());
    count.map_or_else(|| "null".to_owned(), |count| count.to_string())
}

fn named(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn related(line: &Line) -> String {
    JsonText::object()
        .text("trace_id", &line.trace_id)
        .text("span_id", &line.span_id)
        .text("name", cell(line, 1))
        .json("step", &number(Some(line), 2))
        .maybe_text("inferred", named(cell(line, 3)))
        .end()
}

/// A skill that an agent loaded, and the tool's call that did.
fn skill(line: &Line) -> String {
    JsonText::object()
        .text("skill", cell(line, 0))
        .members(&related(line))
        .end()
}

fn source(line: &Line) -> String {
    JsonText::object()
        .text("name", cell(line, 0))
        .text("value", cell(line, 1))
        .maybe_text("key", named(cell(line, 2)))
        .text("how", cell(line, 3))
        .end()
}

fn content_json(content: &Content) -> String {
    let topic = match content.topic {
        Topic::Conversation => "conversation",
        Topic::Tool => "tool",
        Topic::Retrieval => "retrieval",
        Topic::Embedding => "embedding",
        Topic::Values => "values",
    };
    let tools = JsonText::array(&content.tools, |tool| {
        JsonText::object()
            .text("name", &tool.name)
            .maybe_text("description", named(&tool.description))
            .maybe_text("schema", named(&tool.schema))
            .end()
    });
    let mut parameters = JsonText::object();
    for (name, value) in &content.parameters {
        parameters = parameters.text(name, value);
    }
    let scores = JsonText::array(&content.scores, |score| {
        JsonText::object()
            .text("name", &score.name)
            .maybe_text("value", named(&score.value))
            .maybe_text("label", named(&score.label))
            .maybe_text("explanation", named(&score.explanation))
            .end()
    });
    JsonText::object()
        .text("topic", topic)
        .json("messages", &JsonText::array(&content.messages, message))
        .json("input", &sourced(content.input.as_ref()))
        .json("output", &sourced(content.output.as_ref()))
        .flag("failed", content.failed)
        .maybe_text("call_id", named(&content.call_id))
        .json(
            "documents",
            &JsonText::array(&content.documents, document_json),
        )
        .json(
            "reranked",
            &JsonText::array(&content.reranked, document_json),
        )
        .json("embedded", &JsonText::texts(&content.embedded))
        .json("tool_definitions", &tools)
        .json("parameters", &parameters.end())
        .json("finish_reasons", &JsonText::texts(&content.finish_reasons))
        .maybe_nanos("first_token_ns", content.first_token_ns)
        .json("rationale", &sourced(content.rationale.as_ref()))
        .json("scores", &scores)
        .end()
}

fn sourced(value: Option<&Sourced>) -> String {
    value.map_or_else(
        || "null".to_owned(),
        |value| {
            JsonText::object()
                .text("text", &value.text)
                .text("key", &value.key)
                .end()
        },
    )
}

fn document_json(found: &Found) -> String {
    JsonText::object()
        .maybe_text("id", named(&found.id))
        .maybe_text("title", named(&found.title))
        .maybe_text("score", named(&found.score))
        .flag("is_distance", found.is_distance)
        .maybe_text("version", named(&found.version))
        .maybe_text("date", named(&found.date))
        .maybe_text("content", named(&found.content))
        .maybe_text("metadata", named(&found.metadata))
        .end()
}

fn message(message: &Message) -> String {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
        Role::Other => "other",
    };
    JsonText::object()
        .text("role", role)
        .maybe_text("name", named(&message.name))
        .flag("output", message.output)
        .maybe_text("finish_reason", named(&message.finish))
        .json("parts", &JsonText::array(&message.parts, part))
        .end()
}

fn part(part: &Part) -> String {
    let kind = |kind: &str| JsonText::object().text("type", kind);
    match part {
        Part::Text(text) => kind("text").text("text", text),
        Part::Reasoning(text) => kind("reasoning").text("text", text),
        Part::Call {
            id,
            name,
            arguments,
        } => kind("tool_call")
            .maybe_text("id", named(id))
            .text("name", name)
            .text("arguments", arguments),
        Part::Result {
            id,
            name,
            result,
            failed,
        } => kind("tool_result")
            .maybe_text("id", named(id))
            .maybe_text("name", named(name))
            .text("result", result)
            .flag("failed", *failed),
        Part::Media { media_type, data } => kind("media")
            .maybe_text("media_type", named(media_type))
            .text("base64", data),
        Part::Link {
            media_type,
            address,
        } => kind("link")
            .maybe_text("media_type", named(media_type))
            .text("address", address),
        Part::Citation {
            title,
            address,
            quote,
        } => kind("citation")
            .maybe_text("title", named(title))
            .maybe_text("address", named(address))
            .maybe_text("quote", named(quote)),
        Part::Json(json) => kind("json").text("json", json),
    }
    .end()
}
