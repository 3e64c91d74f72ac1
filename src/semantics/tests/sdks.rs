//! Spans as one SDK or platform writes them: kind, agent, tool, model, provider, session, user and
//! tokens. Values are made up; keys and forms are not.

use super::*;

#[test]
fn langfuse() {
    let call = [
        ("langfuse.observation.type", "generation"),
        ("langfuse.observation.model.name", "gpt-4.1-2025-04-14"),
        ("langfuse.observation.metadata.ls_provider", "\"openai\""),
        ("langfuse.session.id", "s"),
        ("langfuse.user.id", "u"),
    ];
    assert_eq!(
        told("OpenAI-generation", &call),
        "llm - - gpt-4.1-2025-04-14 openai s u"
    );
    let older = r#"{"promptTokens": 9, "completionTokens": 2, "totalTokens": 11}"#;
    assert_eq!(
        usage(&[("langfuse.observation.usage_details", older)])[..2],
        [Some(9), Some(2)]
    );
    let anthropic = r#"{"input_tokens": 9, "output_tokens": 2, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 5}"#;
    assert_eq!(
        usage(&[("langfuse.observation.usage_details", anthropic)])[..4],
        [Some(44), Some(2), Some(30), Some(5)]
    );
    // Totals of a whole trace are no call's.
    assert_eq!(
        usage(&[("langfuse.trace.metadata.usage", older)]),
        [None; 5]
    );
}

#[test]
fn pydantic_ai_of_several_versions() {
    let old = [
        ("agent_name", "support"),
        ("model_name", "gpt-4o"),
        ("gen_ai.usage.input_tokens", "90"),
        ("gen_ai.usage.output_tokens", "10"),
    ];
    assert_eq!(told("agent run", &old), "agent support - gpt-4o - - -");
    let new = [
        ("gen_ai.operation.name", "invoke_agent"),
        ("gen_ai.agent.name", "helper"),
        ("baggage_conflict.gen_ai.agent.name", "outer"),
        ("gen_ai.aggregated_usage.input_tokens", "90"),
        ("gen_ai.aggregated_usage.output_tokens", "10"),
        ("logfire.metrics", r#"{"input_tokens": 90}"#),
    ];
    assert_eq!(told("invoke_agent helper", &new), "agent helper - - - - -");
    assert_eq!(usage(&new), [None; 5]);
    let call = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.usage.input_tokens", "60"),
        ("gen_ai.usage.output_tokens", "6"),
        ("gen_ai.usage.details.cache_read_tokens", "40"),
        ("gen_ai.usage.details.cache_write_tokens", "8"),
        ("gen_ai.usage.details.reasoning_tokens", "3"),
        ("gen_ai.usage.details.input_tokens", "12"),
    ];
    assert_eq!(
        usage(&call),
        [Some(60), Some(6), Some(40), Some(8), Some(3)]
    );
    let tool = [("gen_ai.tool.name", "lookup"), ("tool_arguments", "{}")];
    assert_eq!(told("running tool: lookup", &tool), "tool - lookup - - - -");
}

#[test]
fn the_ai_sdk_of_several_versions() {
    let outer = [
        ("ai.operationId", "ai.streamText"),
        ("ai.telemetry.functionId", "assistant"),
        ("ai.model.id", "gpt-4o"),
        ("ai.model.provider", "openai.responses"),
        ("ai.telemetry.metadata.sessionId", "s"),
        ("ai.telemetry.metadata.userId", "u"),
        ("ai.usage.promptTokens", "30"),
        ("ai.usage.completionTokens", "4"),
    ];
    assert_eq!(
        told("ai.streamText", &outer),
        "agent assistant - gpt-4o openai s u"
    );
    let inner = [
        ("ai.operationId", "ai.streamText.doStream"),
        ("ai.response.model", "gpt-4o-2024-08-06"),
        ("ai.model.provider", "google.generative-ai"),
        ("ai.usage.inputTokens", "30"),
        ("ai.usage.outputTokens", "4"),
        ("ai.usage.cachedInputTokens", "12"),
        ("ai.usage.reasoningTokens", "2"),
    ];
    assert_eq!(
        told("ai.streamText.doStream", &inner),
        "llm - - gpt-4o-2024-08-06 google - -"
    );
    assert_eq!(usage(&inner), [Some(30), Some(4), Some(12), None, Some(2)]);
    let tool = [
        ("ai.operationId", "ai.toolCall"),
        ("ai.toolCall.name", "weather"),
        ("ai.toolCall.id", "call_1"),
    ];
    assert_eq!(told("ai.toolCall", &tool), "tool - weather - - - -");
    assert_eq!(
        kind("x", &[("ai.operationId", "ai.embedMany.doEmbed")]),
        K::Embedding
    );
    let seven = [
        ("gen_ai.operation.name", "agent_step"),
        ("gen_ai.usage.input_tokens", "1"),
    ];
    assert_eq!(kind("step 1", &seven), K::Chain);
}

#[test]
fn mlflow_writes_every_value_as_json() {
    let call = [
        ("mlflow.spanType", "\"CHAT_MODEL\""),
        ("mlflow.llm.model", "\"gpt-4.1\""),
        ("mlflow.llm.provider", "\"openai\""),
        ("mlflow.trace.session", "\"s\""),
        ("mlflow.trace.user", "\"u\""),
        (
            "mlflow.chat.tokenUsage",
            r#"{"input_tokens": 40, "output_tokens": 5, "total_tokens": 45, "cache_read_input_tokens": 32}"#,
        ),
    ];
    assert_eq!(told("Completions", &call), "llm - - gpt-4.1 openai s u");
    assert_eq!(usage(&call)[..3], [Some(40), Some(5), Some(32)]);
    let escaped = r#""{\"input_tokens\": 40, \"output_tokens\": 5}""#;
    assert_eq!(
        usage(&[("mlflow.chat.tokenUsage", escaped)])[..2],
        [Some(40), Some(5)]
    );
    assert_eq!(usage(&[("mlflow.trace.tokenUsage", escaped)]), [None; 5]);
    for (word, wanted) in [
        ("\"AGENT\"", K::Agent),
        ("\"TOOL\"", K::Tool),
        ("\"WORKFLOW\"", K::Workflow),
        ("\"UNKNOWN\"", K::Chain),
    ] {
        assert_eq!(kind("x", &[("mlflow.spanType", word)]), wanted);
    }
    let cost = r#"{"input_cost": 0.001, "output_cost": 0.002, "total_cost": 0.003}"#;
    assert_eq!(
        meaning("x", &[("mlflow.llm.cost", cost)]).0.cost,
        Some(PicoUsd(3_000_000_000))
    );
    assert_eq!(meaning("x", &[("mlflow.trace.cost", cost)]).0.cost, None);
}

#[test]
fn langsmith() {
    let call = [
        ("langsmith.span.kind", "llm"),
        ("gen_ai.system", "langchain"),
        ("langsmith.metadata.ls_model_name", "gpt-4.1"),
        ("langsmith.metadata.lc_agent_name", "ops"),
        ("langsmith.metadata.thread_id", "t"),
        ("langsmith.metadata.user_id", "u"),
        // The project, no session.
        ("langsmith.trace.session_name", "default"),
    ];
    assert_eq!(told("ChatOpenAI", &call), "llm ops - gpt-4.1 openai t u");
    let written = r#"{"input_tokens": 9, "output_tokens": 4, "input_token_details": {"cache_creation": 2, "cache_read": 5}}"#;
    assert_eq!(
        usage(&[("langsmith.metadata.usage_metadata", written)])[..4],
        [Some(9), Some(4), Some(5), Some(2)]
    );
}

#[test]
fn google_adk_strands_and_autogen() {
    let adk = [
        ("gen_ai.operation.name", "execute_tool"),
        ("gen_ai.tool.name", "transfer_to_agent"),
        ("gcp.vertex.agent.session_id", "s"),
        ("gen_ai.skill.name", "triage"),
    ];
    assert_eq!(
        told("execute_tool transfer_to_agent", &adk),
        "tool - transfer_to_agent - - s -"
    );
    let (recorded, builder) = meaning("execute_tool read", &adk);
    let skill = recorded.meaning.skill.map(|id| builder.text(id));
    assert_eq!(skill, Some("triage"));
    let strands = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "strands-agents"),
        ("gen_ai.request.model", "us.anthropic.claude-sonnet-4-6"),
        ("gen_ai.usage.input_tokens", "30"),
        ("gen_ai.usage.prompt_tokens", "30"),
        ("gen_ai.usage.cache_read.input_tokens", "7"),
        ("gen_ai.usage.cache_read_input_tokens", "7"),
        ("gen_ai.usage.cache_write_input_tokens", "3"),
    ];
    // Whose model that is its name does not say for certain.
    assert_eq!(
        told("chat", &strands),
        "llm - - us.anthropic.claude-sonnet-4-6 - - -"
    );
    assert_eq!(usage(&strands)[..4], [Some(30), None, Some(7), Some(3)]);
    let autogen = [
        ("gen_ai.system", "autogen"),
        ("gen_ai.operation.name", "invoke_agent"),
        ("gen_ai.agent.name", "critic"),
    ];
    assert_eq!(
        told("invoke_agent critic", &autogen),
        "agent critic - - - - -"
    );
    assert_eq!(kind("autogen process critic", &[]), K::Other);
}

#[test]
fn genkit() {
    let output = r#"{"message": {}, "usage": {"inputTokens": 8, "outputTokens": 9, "thoughtsTokens": 4, "cachedContentTokens": 2}}"#;
    let call = [
        ("genkit:metadata:subtype", "model"),
        ("genkit:name", "googleai/gemini-2.5-flash"),
        ("genkit:output", output),
    ];
    assert_eq!(
        told("googleai/gemini-2.5-flash", &call),
        "llm - - googleai/gemini-2.5-flash - - -"
    );
    assert_eq!(usage(&call), [Some(8), Some(9), Some(2), None, Some(4)]);
    let tool = [("genkit:metadata:subtype", "tool"), ("genkit:name", "menu")];
    assert_eq!(told("menu", &tool), "tool - menu - - - -");
    assert_eq!(
        kind("x", &[("genkit:metadata:subtype", "flow")]),
        K::Workflow
    );
}

#[test]
fn claude_code_and_codex() {
    let call = [
        ("model", "claude-sonnet-4-6"),
        ("session.id", "s"),
        ("input_tokens", "50"),
        ("output_tokens", "5"),
        ("cache_read_tokens", "30"),
        ("cache_creation_tokens", "20"),
        ("cost_usd", "0.01"),
    ];
    assert_eq!(
        told("claude_code.llm_request", &call),
        "llm - - claude-sonnet-4-6 - s -"
    );
    assert_eq!(usage(&call)[..4], [Some(100), Some(5), Some(30), Some(20)]);
    assert_eq!(meaning("x", &call).0.cost, Some(PicoUsd(10_000_000_000)));
    let tool = [("tool_name", "Bash"), ("tool_use_id", "toolu_1")];
    assert_eq!(told("claude_code.tool", &tool), "tool - Bash - - - -");
    assert_eq!(kind("claude_code.interaction", &[]), K::Agent);
    let codex = [
        ("model", "gpt-5-codex"),
        ("conversation.id", "c"),
        ("input_token_count", "50"),
        ("output_token_count", "9"),
        ("cached_token_count", "30"),
        ("reasoning_token_count", "4"),
    ];
    assert_eq!(told("codex.sse_event", &codex), "llm - - gpt-5-codex - c -");
    assert_eq!(usage(&codex), [Some(50), Some(9), Some(30), None, Some(4)]);
}

#[test]
fn the_style_of_tutorials() {
    let call = [
        ("llm.model", "gpt-4o-mini"),
        ("llm.prompt_tokens", "7"),
        ("llm.completion_tokens", "3"),
        ("llm.tokens", "10"),
        ("user_id", "u"),
    ];
    assert_eq!(told("answer", &call), "llm - - gpt-4o-mini - - u");
    assert_eq!(usage(&call)[..2], [Some(7), Some(3)]);
    assert_eq!(
        told("tool.call.search", &[("tool.name", "search")]),
        "tool - search - - - -"
    );
    assert_eq!(
        told("agent.run", &[("agent.role", "planner")]),
        "agent planner - - - - -"
    );
    assert_eq!(
        kind("agent.delegate.writer", &[("agent.child.name", "writer")]),
        K::Handoff
    );
    assert_eq!(
        kind("delegate", &[("agent.child.name", "writer")]),
        K::Handoff
    );
    // A total of nothing is a number, too.
    assert_eq!(usage(&[("llm.tokens", "0")])[0], Some(0));
}
