//! Forms that the corpus lacks.

mod dialects;

use super::message::Role;
use super::part::Part;
use super::*;
use serde_json::{Value, json};

/// A span with these attributes, each a JSON text unless it is one already.
fn span(attributes: &Value) -> Content {
    let list: Vec<Value> = attributes
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| {
            let value = match value {
                Value::String(text) => json!({"stringValue": text}),
                Value::Number(_) => json!({"doubleValue": value}),
                other => json!({"stringValue": other.to_string()}),
            };
            json!({"key": key, "value": value})
        })
        .collect();
    let span = json!({"name": "a", "startTimeUnixNano": "1000", "attributes": list});
    read(&span.to_string(), &[])
}

fn said(content: &Content) -> Vec<(Role, &[Part])> {
    let messages = content.messages.iter();
    messages
        .map(|message| (message.role, message.parts.as_slice()))
        .collect()
}

fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

#[test]
fn parts_of_many_kinds_are_told_apart() {
    let content = span(&json!({
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": [{"role": "user", "parts": [
            {"type": "text", "content": "what is this"},
            {"type": "blob", "mime_type": "image/png", "content": "iVBORw0KGgoAAAANSUhEUg=="},
            {"type": "uri", "modality": "image", "uri": "https://example.com/a.png"},
            {"type": "image_url", "image_url": {"url": "data:image/gif;base64,R0lGODlhAQABAAAAACw="}},
            {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "/9j/4AAQSkZJRgABAQAAAQ=="}},
            {"type": "input_audio", "input_audio": {"format": "wav", "data": "UklGRiQAAABXQVZFZm10IBA="}},
            {"type": "surprise", "x": 1}]}],
        "gen_ai.output.messages": [{"role": "assistant", "finish_reason": "stop", "parts": [
            {"type": "reasoning", "content": "hm"},
            {"type": "text", "text": "A cat", "citations": [
                {"title": "Cats", "url": "https://example.com/cats", "cited_text": "cats are"}]}]}],
    }));
    let media = |media_type: &str, data: &str| Part::Media {
        media_type: media_type.to_owned(),
        data: data.to_owned(),
    };
    assert_eq!(
        said(&content)[0].1,
        [
            text("what is this"),
            media("image/png", "iVBORw0KGgoAAAANSUhEUg=="),
            Part::Link {
                media_type: "image".to_owned(),
                address: "https://example.com/a.png".to_owned()
            },
            media("image/gif", "R0lGODlhAQABAAAAACw="),
            media("image/jpeg", "/9j/4AAQSkZJRgABAQAAAQ=="),
            media("audio/wav", "UklGRiQAAABXQVZFZm10IBA="),
            Part::Json(r#"{"type":"surprise","x":1}"#.to_owned()),
        ]
    );
    assert_eq!(
        said(&content)[1].1,
        [
            Part::Reasoning("hm".to_owned()),
            text("A cat"),
            Part::Citation {
                title: "Cats".to_owned(),
                address: "https://example.com/cats".to_owned(),
                quote: "cats are".to_owned()
            }
        ]
    );
}

#[test]
fn structured_values_and_detail_events_are_read_alike() {
    let messages = json!({"arrayValue": {"values": [{"kvlistValue": {"values": [
        {"key": "role", "value": {"stringValue": "user"}},
        {"key": "parts", "value": {"arrayValue": {"values": [{"kvlistValue": {"values": [
            {"key": "type", "value": {"stringValue": "text"}},
            {"key": "content", "value": {"stringValue": "hello"}}]}}]}}}]}}]}});
    let attributes = json!([{"key": "gen_ai.input.messages", "value": messages}]);
    let own = json!({"name": "a", "attributes": attributes});
    assert_eq!(
        said(&read(&own.to_string(), &[])),
        [(Role::User, [text("hello")].as_slice())]
    );
    let name = "gen_ai.client.inference.operation.details";
    let event = json!({"name": "a", "events": [{"name": name, "attributes": attributes}]});
    assert_eq!(
        read(&event.to_string(), &[]).messages,
        read(&own.to_string(), &[]).messages
    );
    let log = json!({"eventName": name, "attributes": attributes}).to_string();
    let spoken = read(r#"{"name": "a"}"#, &[&log]);
    assert_eq!(spoken.messages, read(&own.to_string(), &[]).messages);
}

#[test]
fn old_flattened_prompts_are_messages() {
    let content = span(&json!({
        "llm.request.type": "chat",
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "weather?",
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.finish_reason": "tool_calls",
        "gen_ai.completion.0.tool_calls.0.id": "call_1",
        "gen_ai.completion.0.tool_calls.0.name": "get_weather",
        "gen_ai.completion.0.tool_calls.0.arguments": "{\"city\": \"Oslo\"}",
        "llm.request.functions.0.name": "get_weather",
        "llm.request.functions.0.parameters": "{}",
    }));
    assert_eq!(
        said(&content)[0],
        (Role::User, [text("weather?")].as_slice())
    );
    let call = Part::Call {
        id: "call_1".to_owned(),
        name: "get_weather".to_owned(),
        arguments: "{\"city\": \"Oslo\"}".to_owned(),
    };
    assert_eq!(said(&content)[1], (Role::Assistant, [call].as_slice()));
    assert_eq!(content.messages[1].finish, "tool_calls");
    assert_eq!(content.tools[0].name, "get_weather");
}

#[test]
fn requests_and_answers_of_providers_are_messages() {
    // OpenAI, Responses API.
    let content = span(&json!({
        "openinference.span.kind": "LLM",
        "input.value": {"model": "o4", "instructions": "Be brief", "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "Error: no"}]},
        "output.value": {"id": "resp_1", "output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "thinking"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "done"}]}]},
    }));
    let roles: Vec<Role> = said(&content).iter().map(|(role, _)| *role).collect();
    assert_eq!(
        roles,
        [
            Role::System,
            Role::User,
            Role::Assistant,
            Role::Tool,
            Role::Assistant
        ]
    );
    assert!(matches!(
        &content.messages[3].parts[0],
        Part::Result { failed: true, .. }
    ));
    assert_eq!(
        content.messages[4].parts,
        [Part::Reasoning("thinking".to_owned()), text("done")]
    );
    // Gemini, as the Agent Development Kit writes it.
    let content = span(&json!({
        "gen_ai.operation.name": "generate_content",
        "gcp.vertex.agent.llm_request": {"model": "gemini", "config": {"system_instruction": "Be kind", "temperature": 0.3},
            "contents": [{"role": "user", "parts": [{"text": "hi"}]},
                {"role": "user", "parts": [{"function_response": {"name": "f", "id": "x", "response": {"result": "ok"}}}]}]},
        "gcp.vertex.agent.llm_response": {"content": {"role": "model", "parts": [
            {"text": "mull", "thought": true}, {"function_call": {"name": "f", "args": {"a": 1}}}]}, "finish_reason": "STOP"},
    }));
    let roles: Vec<Role> = said(&content).iter().map(|(role, _)| *role).collect();
    assert_eq!(
        roles,
        [Role::System, Role::User, Role::Tool, Role::Assistant]
    );
    assert!(matches!(&content.messages[2].parts[0], Part::Result { result, .. } if result == "ok"));
    assert_eq!(content.messages[3].finish, "STOP");
    assert_eq!(content.parameters, [("temperature", "0.3".to_owned())]);
    // Anthropic's answer, Genkit.
    let content = span(&json!({
        "langfuse.observation.type": "generation",
        "langfuse.observation.input": [{"role": "user", "content": "hi"}],
        "langfuse.observation.output": {"role": "assistant", "stop_reason": "tool_use", "content": [
            {"type": "thinking", "thinking": "hm"}, {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}]},
    }));
    assert_eq!(content.messages[1].parts.len(), 2);
    assert_eq!(content.messages[1].finish, "tool_use");
    let content = span(&json!({
        "genkit:metadata:subtype": "model",
        "genkit:input": {"messages": [{"role": "user", "content": [{"text": "hi"}]}], "config": {"temperature": 0.5}},
        "genkit:output": {"message": {"role": "model", "content": [{"toolRequest": {"name": "f", "ref": "r", "input": {}}}]}},
    }));
    assert_eq!(said(&content)[0], (Role::User, [text("hi")].as_slice()));
    assert!(matches!(&content.messages[1].parts[0], Part::Call { id, .. } if id == "r"));
}

#[test]
fn what_is_cut_or_invalid_is_text() {
    for cut in [
        "[{\"role\":\"user\",\"content\":\"hel…",
        "{",
        "[",
        "\"",
        "\u{0}",
        "[1,2",
        "['a', None]",
    ] {
        let content = span(&json!({"gen_ai.operation.name": "chat", "gen_ai.input.messages": cut}));
        assert_eq!(
            said(&content),
            [(Role::User, [text(cut)].as_slice())],
            "{cut}"
        );
    }
    let content = span(
        &json!({"openinference.span.kind": "TOOL", "input.value": "{'a': 1}", "output.value": "[{\"id\""}),
    );
    assert_eq!(content.input.unwrap().text, "{'a': 1}");
    assert_eq!(content.output.unwrap().text, "[{\"id\"");
    assert_eq!(read("not json", &["{", ""]), Content::default());
}

#[test]
fn nesting_without_end_is_cut_off() {
    let deep = format!("{}{}", "[{\"messages\":".repeat(3_000), "}]".repeat(3_000));
    for key in [
        "gen_ai.input.messages",
        "output.value",
        "llm.input_messages.0.message.content",
    ] {
        let _ = span(&json!({"openinference.span.kind": "LLM", key: deep.clone()}));
        let _ = span(&json!({"openinference.span.kind": "TOOL", key: deep.clone()}));
    }
}

#[test]
fn a_schema_is_no_argument() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let content = span(
        &json!({"openinference.span.kind": "TOOL", "tool.name": "f", "tool.parameters": schema}),
    );
    assert_eq!(content.input, None);
    let content = span(
        &json!({"openinference.span.kind": "TOOL", "tool.name": "f", "tool.parameters": {"a": "x"}}),
    );
    assert_eq!(content.input.unwrap().text, r#"{"a":"x"}"#);
}

#[test]
fn documents_carry_what_is_known_of_them() {
    let content = span(&json!({
        "openinference.span.kind": "RERANKER",
        "reranker.query": "cats",
        "reranker.input_documents.0.document.id": "a",
        "reranker.output_documents.0.document.id": "a",
        "reranker.output_documents.0.document.score": 0.5,
        "reranker.output_documents.0.document.metadata": "{\"version\": 3, \"date\": \"2026-01-02\"}",
    }));
    assert_eq!(content.topic, Topic::Retrieval);
    assert_eq!(content.input.unwrap().text, "cats");
    assert_eq!(content.reranked.len(), 1);
    let found = &content.documents[0];
    assert_eq!(
        [&found.id, &found.score, &found.version, &found.date],
        ["a", "0.5", "3", "2026-01-02"]
    );
    let event = json!({"name": "query", "attributes": [{"key": "db.vector.query.top_k", "value": {"intValue": "1"}}],
        "events": [{"name": "db.query.result", "attributes": [
            {"key": "db.query.result.id", "value": {"stringValue": "d"}},
            {"key": "db.query.result.distance", "value": {"doubleValue": 0.25}}]}]});
    let content = read(&event.to_string(), &[]);
    assert_eq!(content.documents[0].score, "0.25");
    assert!(content.documents[0].is_distance);
}

#[test]
fn scores_and_first_tokens_are_found() {
    let content = span(&json!({
        "gen_ai.response.time_to_first_chunk": 0.25,
        "annotations.0.annotation.name": "helpful",
        "annotations.0.annotation.score": 0.9,
        "annotations.0.annotation.explanation": "short",
        "mlflow.assessment.safe": {"value": "yes", "rationale": "no harm"},
        "feedback.score": 1,
    }));
    assert_eq!(content.first_token_ns, Some(250_000_000));
    let scores: Vec<(&str, &str)> = content
        .scores
        .iter()
        .map(|score| (score.name.as_str(), score.value.as_str()))
        .collect();
    assert_eq!(
        scores,
        [("helpful", "0.9"), ("feedback.score", "1"), ("safe", "yes")]
    );
    let event = json!({"name": "a", "startTimeUnixNano": "1000", "events": [
        {"name": "First Token Stream Event", "timeUnixNano": "5000"},
        {"name": "gen_ai.evaluation.result", "attributes": [
            {"key": "gen_ai.evaluation.name", "value": {"stringValue": "relevance"}},
            {"key": "gen_ai.evaluation.score.label", "value": {"stringValue": "pass"}}]}]});
    let content = read(&event.to_string(), &[]);
    assert_eq!(content.first_token_ns, Some(4000));
    assert_eq!(content.scores[0].label, "pass");
}
