//! Content as the SDKs write it, key by key. Values are made up; keys and forms are not.

use super::super::keys;
use super::*;

fn words(content: &Content) -> String {
    let messages = content.messages.iter().map(|message| {
        let parts = message.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Reasoning(text) => format!("({text})"),
            Part::Call {
                name, arguments, ..
            } => format!("{name}{arguments}"),
            other => format!("{other:?}"),
        });
        let parts: Vec<String> = parts.collect();
        format!("{:?}: {}", message.role, parts.join(" + "))
    });
    messages.collect::<Vec<_>>().join("; ")
}

#[track_caller]
fn check(attributes: &Value, wanted: &str) {
    assert_eq!(words(&span(attributes)), wanted, "{attributes}");
}

#[test]
fn messages_of_every_convention() {
    check(
        &json!({"gen_ai.operation.name": "chat",
            "gen_ai.system_instructions": "be brief",
            "gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "hi"}]}],
            "gen_ai.output.messages": [{"role": "assistant", "parts": [{"type": "reasoning", "content": "hm"}, {"type": "text", "content": "ho"}]}]}),
        "System: be brief; User: hi; Assistant: (hm) + ho",
    );
    check(
        &json!({"openinference.span.kind": "LLM",
            "llm.input_messages.10.message.role": "user", "llm.input_messages.10.message.content": "last",
            "llm.input_messages.2.message.role": "user",
            "llm.input_messages.2.message.contents.0.message_content.type": "text",
            "llm.input_messages.2.message.contents.0.message_content.text": "first",
            "llm.output_messages.0.message.role": "assistant",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "f",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "{}"}),
        "User: first; User: last; Assistant: f{}",
    );
    check(
        &json!({"ai.operationId": "ai.generateText", "ai.prompt": {"system": "s", "prompt": "p"}, "ai.response.text": "a"}),
        "System: s; User: p; Assistant: a",
    );
    check(
        &json!({"ai.operationId": "ai.generateText.doGenerate",
            "ai.prompt.messages": [{"role": "user", "content": [{"type": "text", "text": "p"}]}],
            "ai.response.toolCalls": [{"toolCallId": "1", "toolName": "f", "input": "{}"}]}),
        "User: p; Assistant: f{}",
    );
    check(
        &json!({"langfuse.observation.type": "generation",
            "langfuse.observation.input": {"tools": [], "messages": [{"role": "user", "content": "p"}]},
            "langfuse.observation.output": {"role": "assistant", "content": "a"}}),
        "User: p; Assistant: a",
    );
    check(
        &json!({"mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanInputs": {"messages": [{"role": "user", "content": "p"}]},
            "mlflow.spanOutputs": {"choices": [{"message": {"role": "assistant", "content": "a"}}]}}),
        "User: p; Assistant: a",
    );
    check(
        &json!({"langsmith.span.kind": "llm", "gen_ai.prompt": {"messages": [[{"lc": 1, "type": "constructor",
            "id": ["langchain", "schema", "messages", "HumanMessage"], "kwargs": {"content": "p", "type": "human"}}]]},
            "gen_ai.completion": {"generations": [[{"message": {"lc": 1, "type": "constructor",
            "id": ["langchain", "schema", "messages", "AIMessage"], "kwargs": {"content": "a", "type": "ai"}}}]]}}),
        "User: p; Assistant: a",
    );
    check(
        &json!({"agent_name": "x", "gen_ai.operation.name": "invoke_agent",
            "pydantic_ai.all_messages": [{"role": "user", "parts": [{"type": "text", "content": "p"}]},
                {"role": "assistant", "parts": [{"type": "text", "content": "a"}]}], "final_result": "a"}),
        "User: p; Assistant: a",
    );
    check(
        &json!({"agent_name": "x", "gen_ai.operation.name": "invoke_agent",
            "all_messages_events": [{"event.name": "gen_ai.system.message", "role": "system", "content": "s"},
                {"event.name": "gen_ai.user.message", "role": "user", "content": "p"},
                {"event.name": "gen_ai.assistant.message", "role": "assistant", "content": "a"}], "final_result": "a"}),
        "System: s; User: p; Assistant: a",
    );
    check(
        &json!({"gen_ai.operation.name": "generate_content",
            "gcp.vertex.agent.llm_request": {"model": "m", "contents": [{"role": "user", "parts": [{"text": "p"}]}]},
            "gcp.vertex.agent.llm_response": {"content": {"role": "model", "parts": [{"text": "a"}]}}}),
        "User: p; Assistant: a",
    );
    check(
        &json!({"llm.request.type": "chat",
            "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "p",
            "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": "a"}),
        "User: p; Assistant: a",
    );
}

#[test]
fn messages_in_events_and_records_of_both_ages() {
    let span = json!({"name": "chat", "startTimeUnixNano": "1000", "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}]});
    let body = |text: &str| json!({"kvlistValue": {"values": [{"key": "content", "value": {"stringValue": text}}]}});
    let named = json!({"timeUnixNano": "1", "eventName": "gen_ai.user.message", "body": body("p")});
    let old = json!({"timeUnixNano": "2", "body": {"kvlistValue": {"values": [
            {"key": "finish_reason", "value": {"stringValue": "stop"}},
            {"key": "message", "value": body("a")}]}},
        "attributes": [{"key": "event.name", "value": {"stringValue": "gen_ai.choice"}}]});
    let content = read(&span.to_string(), &[&named.to_string(), &old.to_string()]);
    assert_eq!(words(&content), "User: p; Assistant: a");
    assert_eq!(content.messages[1].finish, "stop");
    let strands = json!({"name": "chat", "startTimeUnixNano": "1000", "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}], "events": [
        {"name": "gen_ai.user.message", "attributes": [{"key": "content", "value": {"stringValue": "[{\"text\": \"p\"}]"}}]},
        {"name": "gen_ai.choice", "attributes": [
            {"key": "finish_reason", "value": {"stringValue": "end_turn"}},
            {"key": "message", "value": {"stringValue": "[{\"text\": \"a\"}]"}}]}]});
    assert_eq!(
        words(&read(&strands.to_string(), &[])),
        "User: p; Assistant: a"
    );
}

#[test]
fn log_records_that_stand_for_spans_have_content() {
    let record = |attributes: Value| {
        let attributes: Vec<Value> = attributes
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| json!({"key": key, "value": {"stringValue": value}}))
            .collect();
        let name = "claude_code.tool_result";
        read(
            &json!({"timeUnixNano": "5", "body": {"stringValue": name}, "attributes": attributes})
                .to_string(),
            &[],
        )
    };
    let tool = record(
        json!({"event.name": "tool_result", "tool_name": "Bash", "tool_parameters": "{\"full_command\":\"ls\"}"}),
    );
    assert_eq!((tool.topic, tool.tool.as_str()), (Topic::Tool, "Bash"));
    assert_eq!(tool.input.unwrap().key, "tool_parameters");
    let other = record(json!({"event.name": "user_prompt", "prompt": "fix it"}));
    assert_eq!(other.topic, Topic::Values);
}

#[test]
fn every_key_of_arguments_and_results_is_read() {
    let kind = |key: &str| match key {
        key if key.starts_with("langfuse") => ("langfuse.observation.type", "tool"),
        key if key.starts_with("mlflow") => ("mlflow.spanType", "\"TOOL\""),
        _ => ("openinference.span.kind", "TOOL"),
    };
    let simple = |key: &&&str| **key != keys::EVENTS;
    for key in keys::ARGUMENTS.iter().filter(simple) {
        let content = span(&json!({kind(key).0: kind(key).1, *key: {"path": "a.txt"}}));
        let input = content.input.unwrap_or_default();
        assert_eq!(
            (input.key.as_str(), input.text.contains("a.txt")),
            (*key, true)
        );
    }
    for key in keys::RESULT.iter().filter(simple) {
        let content = span(&json!({kind(key).0: kind(key).1, *key: "done well"}));
        let output = content.output.unwrap_or_default();
        assert_eq!(
            (output.key.as_str(), output.text.contains("done")),
            (*key, true)
        );
    }
}

#[test]
fn tools_offered_and_parameters_of_every_convention() {
    let names = |attributes: &Value| {
        let tools = span(attributes).tools;
        tools.into_iter().map(|tool| tool.name).collect::<Vec<_>>()
    };
    let schema = json!({"type": "function", "function": {"name": "f", "parameters": {}}});
    for attributes in [
        json!({"gen_ai.operation.name": "chat", "gen_ai.tool.definitions": [{"type": "function", "name": "f"}]}),
        json!({"openinference.span.kind": "LLM", "llm.tools.0.tool.json_schema": schema.to_string()}),
        json!({"ai.operationId": "ai.generateText.doGenerate", "ai.prompt.tools": ["{\"type\":\"function\",\"name\":\"f\"}"]}),
        json!({"mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.chat.tools": [schema]}),
        json!({"llm.request.type": "chat", "llm.request.functions.0.name": "f"}),
        json!({"gen_ai.operation.name": "chat", "model_request_parameters": {"function_tools": [{"name": "f"}]}}),
        json!({"gen_ai.operation.name": "chat", "gen_ai.agent.tools": ["f"]}),
        json!({"openinference.span.kind": "LLM", "smolagents.tools_names": ["f"]}),
    ] {
        assert_eq!(names(&attributes), ["f"], "{attributes}");
    }
    for attributes in [
        json!({"gen_ai.operation.name": "chat", "gen_ai.request.temperature": 0.5, "gen_ai.request.stream": "true"}),
        json!({"gen_ai.operation.name": "chat", "gen_ai.request.temperature": 0.5, "gen_ai.is_streaming": "true"}),
        json!({"llm.request.type": "chat", "llm.temperature": 0.5, "llm.is_streaming": "true"}),
        json!({"langsmith.span.kind": "llm", "langsmith.request.streaming": "true", "gen_ai.request.temperature": 0.5}),
        json!({"openinference.span.kind": "LLM", "llm.invocation_parameters": {"temperature": 0.5, "stream": true}}),
        json!({"ai.operationId": "x.doStream", "gen_ai.operation.name": "chat", "ai.settings.temperature": 0.5, "ai.settings.stream": "true"}),
        json!({"langfuse.observation.type": "generation",
            "langfuse.observation.model.parameters": {"temperature": 0.5, "stream": true, "max_tokens": "Infinity"}}),
    ] {
        let found = span(&attributes).parameters;
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(name, value)| (*name, &**value))
            .collect();
        assert_eq!(
            found,
            [("temperature", "0.5"), ("stream", "true")],
            "{attributes}"
        );
    }
}

#[test]
fn why_and_when_the_model_stopped() {
    for key in keys::FINISH {
        let content = span(&json!({"gen_ai.operation.name": "chat", *key: "tool_use"}));
        assert_eq!(content.finish_reasons, ["tool_use"], "{key}");
    }
    for (key, unit) in keys::FIRST_TOKEN {
        let content = span(&json!({"gen_ai.operation.name": "chat", *key: 3}));
        assert_eq!(content.first_token_ns, Some((3.0 * unit) as i64), "{key}");
    }
    let event = json!({"name": "a", "startTimeUnixNano": "1000", "events": [
        {"name": "ai.stream.firstChunk", "timeUnixNano": "5000"}]});
    assert_eq!(read(&event.to_string(), &[]).first_token_ns, Some(4000));
    let instant = json!({"name": "a", "startTimeUnixNano": "1763719200000000000", "attributes": [
        {"key": "langfuse.observation.completion_start_time", "value": {"stringValue": "\"2025-11-21T10:00:01.500Z\""}}]});
    let first = read(&instant.to_string(), &[]).first_token_ns;
    assert_eq!(first, Some(1_500_000_000));
}

#[test]
fn queries_and_documents_of_every_convention() {
    let found = |attributes: &Value| {
        let content = span(attributes);
        let query = content.input.map(|input| input.text).unwrap_or_default();
        let documents = content.documents.iter();
        let documents = documents.map(|found| format!("{} {}", found.id, found.score));
        (query, documents.collect::<Vec<_>>().join(", "))
    };
    for attributes in [
        json!({"gen_ai.operation.name": "retrieval", "gen_ai.retrieval.query.text": "q",
            "gen_ai.retrieval.documents": [{"id": "d", "score": 0.5}]}),
        json!({"openinference.span.kind": "RETRIEVER", "input.value": "q",
            "retrieval.documents.0.document.id": "d", "retrieval.documents.0.document.score": 0.5}),
        json!({"openinference.span.kind": "RETRIEVER", "input.value": "q",
            "retrieval.documents.0.document.id": "d", "retrieval.documents.0.document.metadata": "{\"score\": 0.5}"}),
        json!({"openinference.span.kind": "RERANKER", "reranker.query": "q",
            "reranker.output_documents.0.document.id": "d", "reranker.output_documents.0.document.score": 0.5}),
        json!({"langfuse.observation.type": "retriever", "langfuse.observation.input": "q",
            "langfuse.observation.output": [{"page_content": "t", "metadata": {"id": "d", "score": 0.5}}]}),
        json!({"mlflow.spanType": "\"RETRIEVER\"", "mlflow.spanInputs": "q",
            "mlflow.spanOutputs": [{"page_content": "t", "id": "d", "metadata": {"score": 0.5}}]}),
    ] {
        assert_eq!(
            found(&attributes),
            ("q".to_owned(), "d 0.5".to_owned()),
            "{attributes}"
        );
    }
    let event = json!({"name": "chroma.query", "attributes": [
            {"key": "db.vector.query.top_k", "value": {"intValue": "1"}}], "events": [
        {"name": "db.query.result", "attributes": [
            {"key": "db.query.result.id", "value": {"stringValue": "d"}},
            {"key": "db.query.result.distance", "value": {"doubleValue": 0.25}}]}]});
    let content = read(&event.to_string(), &[]);
    assert_eq!(content.documents[0].id, "d");
    assert!(content.documents[0].is_distance, "smaller is nearer");
}
