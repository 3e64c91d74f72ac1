//! The dictionary of content: which keys carry what, in order of precedence.
//!
//! A key stands for the attribute of that name, and for the flattened ones under it: `llm.input_messages` also means
//! `llm.input_messages.0.message.role`. What form the value has (messages of any SDK, arguments, plain text) is told by
//! the value.
//!
//! Sources: `OpenTelemetry` `GenAI` conventions 1.28 to 1.44 (`gen_ai.*`), `OpenInference` `semantic_conventions.md` (`llm.*`,
//! `input.*`, `output.*`, `retrieval.*`), AI SDK telemetry (`ai.*`), Langfuse SDK, `MLflow` `tracing/constant.py`,
//! `LangSmith`'s exporter, Traceloop's `semantic-conventions-ai`, pydantic-ai, Google ADK, Genkit, and hand-set keys.

/// Messages a model was given, or what a step was given.
pub const INPUT: &[&str] = &[
    "gen_ai.input.messages",
    EVENTS,
    "llm.input_messages",
    "ai.prompt.messages",
    "ai.prompt",
    "ai.values",
    "ai.value",
    "langfuse.observation.input",
    "mlflow.spanInputs",
    // LangSmith: one JSON; old OpenLLMetry: flattened.
    "gen_ai.prompt",
    // The whole conversation of an agent run.
    "pydantic_ai.all_messages",
    "all_messages_events",
    "gcp.vertex.agent.llm_request",
    "genkit:input",
    "input.value",
    "traceloop.entity.input",
    "gen_ai.task.input",
    "user.input",
    // Claude Code and Codex.
    "user_prompt",
    "prompt",
];

/// Stands in [`INPUT`] and [`OUTPUT`] where messages in span events and log records come in.
pub const EVENTS: &str = "(events)";

/// Messages a model gave, or what a step gave.
pub const OUTPUT: &[&str] = &[
    "gen_ai.output.messages",
    EVENTS,
    "llm.output_messages",
    // Together with `ai.response.toolCalls` and `ai.response.reasoning`; see `ai_response`.
    "ai.response.text",
    "ai.response.toolCalls",
    "ai.response.object",
    "langfuse.observation.output",
    "mlflow.spanOutputs",
    "gen_ai.completion",
    "output.value",
    "traceloop.entity.output",
    "gen_ai.task.output",
    "final_result",
    "gcp.vertex.agent.llm_response",
    "genkit:output",
    "result.preview",
];

/// The system prompt, where it stands apart from the messages.
pub const SYSTEM: &[&str] = &["gen_ai.system_instructions"];

/// What a tool was called with.
pub const ARGUMENTS: &[&str] = &[
    "gen_ai.tool.call.arguments",
    "tool_arguments",
    "ai.toolCall.args",
    "ai.toolCall.input",
    "tool.arguments",
    "input.value",
    "langfuse.observation.input",
    "mlflow.spanInputs",
    "gen_ai.prompt",
    "traceloop.entity.input",
    "gcp.vertex.agent.tool_call_args",
    "genkit:input",
    EVENTS,
    // Claude Code and Codex.
    "tool_input",
    "tool_parameters",
    "arguments",
    // The schema in most producers; then it is not taken.
    "tool.parameters",
];

/// What a tool gave back.
pub const RESULT: &[&str] = &[
    "gen_ai.tool.call.result",
    "tool_response",
    "ai.toolCall.result",
    "ai.toolCall.output",
    "tool.result",
    "output.value",
    "langfuse.observation.output",
    "mlflow.spanOutputs",
    "gen_ai.completion",
    "traceloop.entity.output",
    "gcp.vertex.agent.tool_response",
    "genkit:output",
    EVENTS,
    "result.preview",
    // Codex; what Claude Code says where a tool failed.
    "output",
    "error",
];

/// Name of the tool.
pub const TOOL_NAME: &[&str] = &[
    "gen_ai.tool.name",
    "tool.name",
    "ai.toolCall.name",
    "mcp.tool.name",
    "traceloop.entity.name",
    "tool_name",
];

/// Id of the call that a tool span answers.
pub const CALL_ID: &[&str] = &[
    "gen_ai.tool.call.id",
    "tool_call.id",
    "tool.id",
    "ai.toolCall.id",
    "tool_call_id",
    "langfuse.observation.metadata.tool_call_id",
    "tool_use_id",
    "call_id",
];

/// What a tool is for.
pub const TOOL_DESCRIPTION: &[&str] = &["gen_ai.tool.description", "tool.description"];

/// What was sought.
pub const QUERY: &[&str] = &[
    "gen_ai.retrieval.query.text",
    "gen_ai.retrieval.query",
    "reranker.query",
    "db.query.text",
    "input.value",
    "langfuse.observation.input",
    "mlflow.spanInputs",
    "gen_ai.prompt",
    "traceloop.entity.input",
    "genkit:input",
];

/// What was found.
pub const DOCUMENTS: &[&str] = &[
    "gen_ai.retrieval.documents",
    "retrieval.documents",
    "reranker.output_documents",
    "db.query.retrieved_documents",
    "output.value",
    "langfuse.observation.output",
    "mlflow.spanOutputs",
    "gen_ai.completion",
    "traceloop.entity.output",
    "genkit:output",
];

/// Documents given to a reranker.
pub const RERANKED: &[&str] = &["reranker.input_documents"];

/// Texts that were embedded.
pub const EMBEDDED: &[&str] = &[
    "embedding.embeddings",
    "ai.values",
    "ai.value",
    "gen_ai.input.messages",
    "langfuse.observation.input",
    "mlflow.spanInputs",
    "input.value",
    "gen_ai.prompt",
];

/// Tools a model was offered.
pub const TOOLS: &[&str] = &[
    "gen_ai.tool.definitions",
    "llm.tools",
    "ai.prompt.tools",
    "mlflow.chat.tools",
    "llm.request.functions",
    "model_request_parameters",
    "gen_ai.agent.tools",
    "smolagents.tools_names",
];

/// Prefixes of parameters that have an attribute each.
pub const PARAMETER_PREFIXES: &[&str] = &[
    "gen_ai.request.",
    "openai.request.",
    "gen_ai.openai.request.",
    "ai.settings.",
    "langsmith.request.",
    "llm.",
    // Only names of parameters are looked for behind it.
    "gen_ai.",
];

/// JSON objects with parameters, and maybe much else.
pub const PARAMETER_OBJECTS: &[&str] = &[
    "llm.invocation_parameters",
    "langfuse.observation.model.parameters",
    "invocation_params",
    "gcp.vertex.agent.llm_request",
    "mlflow.spanInputs",
    "input.value",
];

/// Parameters by their canonical name, with their other spellings.
pub const PARAMETERS: &[(&str, &[&str])] = &[
    ("temperature", &[]),
    ("top_p", &["topP"]),
    ("top_k", &["topK"]),
    (
        "max_tokens",
        &[
            "maxTokens",
            "max_output_tokens",
            "maxOutputTokens",
            "max_completion_tokens",
            "max_tokens_to_sample",
        ],
    ),
    ("seed", &[]),
    ("stop", &["stop_sequences", "stopSequences"]),
    ("frequency_penalty", &["frequencyPenalty"]),
    ("presence_penalty", &["presencePenalty"]),
    ("choices", &["choice.count", "n"]),
    ("reasoning_effort", &["reasoningEffort"]),
    ("tool_choice", &["toolChoice"]),
    ("parallel_tool_calls", &[]),
    ("response_format", &[]),
    ("encoding_formats", &["encoding_format"]),
    ("stream", &["streaming", "is_streaming"]),
    ("service_tier", &[]),
];

/// Why the model stopped.
pub const FINISH: &[&str] = &[
    "gen_ai.response.finish_reasons",
    "llm.finish_reason",
    "ai.response.finishReason",
    "gen_ai.response.finish_reason",
    "anthropic.message.stop_reason",
    "langfuse.observation.metadata.finish_reason",
];

/// Time to the first token, with the unit in nanoseconds.
pub const FIRST_TOKEN: &[(&str, f64)] = &[
    ("gen_ai.response.time_to_first_chunk", 1e9),
    ("gen_ai.client.operation.time_to_first_chunk", 1e9),
    ("gen_ai.server.time_to_first_token", 1e6),
    ("ai.response.msToFirstChunk", 1e6),
];

/// Events that stand at the first token.
pub const FIRST_TOKEN_EVENTS: &[&str] = &["First Token Stream Event", "ai.stream.firstChunk"];

/// The instant of the first token, ISO 8601.
pub const FIRST_TOKEN_INSTANT: &[&str] = &["langfuse.observation.completion_start_time"];

/// Why the step was taken, in its own words.
pub const RATIONALE: &[&str] = &["agent.decision_rationale", "agent.delegation.reason"];

/// Size of an embedding.
pub const DIMENSIONS: &[&str] = &["gen_ai.embeddings.dimension.count"];

/// Events and log records with messages, and the role they imply.
pub const MESSAGE_EVENTS: &[(&str, &str)] = &[
    ("gen_ai.system.message", "system"),
    ("gen_ai.user.message", "user"),
    ("gen_ai.assistant.message", "assistant"),
    ("gen_ai.tool.message", "tool"),
    ("gen_ai.choice", "assistant"),
    ("claude_code.user_prompt", "user"),
    ("codex.user_prompt", "user"),
];

/// The event that gives what a model answered.
pub const CHOICE: &str = "gen_ai.choice";

/// Events and log records whose attributes stand for the span's own.
pub const DETAIL_EVENTS: &[&str] = &["gen_ai.client.inference.operation.details"];

/// Events and log records with one evaluation.
pub const EVALUATION: &str = "gen_ai.evaluation.result";

/// Flattened lists of scores.
pub const ANNOTATIONS: &[&str] = &["annotations", "trace.annotations", "session.annotations"];

/// Single scores.
pub const SCORES: &[&str] = &["feedback.score", "user.feedback"];

/// Prefixes of attributes that hold one score each.
pub const SCORE_PREFIXES: &[&str] = &["mlflow.assessment.", "eval."];

/// Events with one found document.
pub const DOCUMENT_EVENTS: &[&str] = &["db.query.result", "db.search.result"];
