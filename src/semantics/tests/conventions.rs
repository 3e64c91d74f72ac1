//! Spans as conventions for any SDK say: kind, agent, tool, model, provider, session, user and
//! tokens. Values are made up; keys and forms are not.

use super::*;

#[test]
fn opentelemetry_of_both_generations() {
    let old = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.system", "openai"),
        ("gen_ai.request.model", "gpt-4o"),
        ("gen_ai.response.model", "gpt-4o-2024-08-06"),
        ("gen_ai.usage.prompt_tokens", "9"),
        ("gen_ai.usage.completion_tokens", "2"),
    ];
    assert_eq!(
        told("chat gpt-4o", &old),
        "llm - - gpt-4o-2024-08-06 openai - -"
    );
    assert_eq!(usage(&old)[..2], [Some(9), Some(2)]);
    let new = [
        ("gen_ai.operation.name", "generate_content"),
        ("gen_ai.provider.name", "aws.bedrock"),
        ("gen_ai.request.model", "m"),
        ("gen_ai.agent.name", "lead"),
        ("gen_ai.conversation.id", "c-1"),
        ("enduser.id", "u-1"),
        ("gen_ai.usage.input_tokens", "10"),
        ("gen_ai.usage.output_tokens", "8"),
        ("gen_ai.usage.cache_read.input_tokens", "4"),
        ("gen_ai.usage.cache_creation.input_tokens", "3"),
        ("gen_ai.usage.reasoning.output_tokens", "5"),
    ];
    assert_eq!(
        told("generate_content m", &new),
        "llm lead - m aws.bedrock c-1 u-1"
    );
    assert_eq!(usage(&new), [Some(10), Some(8), Some(4), Some(3), Some(5)]);
    for (operation, wanted) in [
        ("text_completion", K::Llm),
        ("embeddings", K::Embedding),
        ("execute_tool", K::Tool),
        ("invoke_agent", K::Agent),
        ("invoke_workflow", K::Workflow),
        ("create_agent", K::Setup),
        ("retrieval", K::Retrieval),
        ("execute_task", K::Chain),
        ("execute_event_loop_cycle", K::Chain),
        ("agent_step", K::Chain),
    ] {
        assert_eq!(kind("x", &[("gen_ai.operation.name", operation)]), wanted);
    }
}

#[test]
fn mcp() {
    let call = [
        ("mcp.method.name", "tools/call"),
        ("mcp.tool.name", "lookup"),
    ];
    assert_eq!(told("tools/call lookup", &call), "tool - lookup - - - -");
    assert_eq!(
        kind("tools/list", &[("mcp.method.name", "tools/list")]),
        K::Other
    );
}

#[test]
fn the_sdk_of_anthropic() {
    let call = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "anthropic"),
        ("gen_ai.response.model", "claude-sonnet-4-6"),
        ("gen_ai.usage.input_tokens", "967"),
        ("gen_ai.usage.output_tokens", "40"),
        ("gen_ai.usage.cache_read.input_tokens", "400"),
        ("gen_ai.usage.cache_write.input_tokens", "112"),
        (
            "anthropic.usage.cache_creation.ephemeral_5m_input_tokens",
            "112",
        ),
    ];
    assert_eq!(
        told("anthropic.messages.create", &call),
        "llm - - claude-sonnet-4-6 anthropic - -"
    );
    assert_eq!(
        usage(&call)[..4],
        [Some(967), Some(40), Some(400), Some(112)]
    );
}

#[test]
fn openinference() {
    let call = [
        ("openinference.span.kind", "LLM"),
        ("llm.model_name", "gpt-4.1"),
        ("llm.provider", "openai"),
        ("llm.system", "azure"),
        ("session.id", "s"),
        ("user.id", "u"),
        ("llm.token_count.prompt", "10"),
        ("llm.token_count.completion", "7"),
        ("llm.token_count.total", "17"),
        ("llm.token_count.prompt_details.cache_read", "4"),
        ("llm.token_count.prompt_details.cache_write", "1"),
        ("llm.token_count.completion_details.reasoning", "3"),
    ];
    assert_eq!(told("ChatOpenAI", &call), "llm - - gpt-4.1 openai s u");
    assert_eq!(usage(&call), [Some(10), Some(7), Some(4), Some(1), Some(3)]);
    let kinds = [
        ("AGENT", K::Agent),
        ("CHAIN", K::Chain),
        ("TOOL", K::Tool),
        ("RETRIEVER", K::Retrieval),
        ("EMBEDDING", K::Embedding),
        ("RERANKER", K::Rerank),
        ("GUARDRAIL", K::Guardrail),
        ("EVALUATOR", K::Evaluator),
        ("PROMPT", K::Prompt),
    ];
    for (word, wanted) in kinds {
        assert_eq!(kind("x", &[("openinference.span.kind", word)]), wanted);
    }
    let tool = [
        ("openinference.span.kind", "TOOL"),
        ("tool.name", "search"),
        ("agent.name", "lead"),
    ];
    assert_eq!(told("SimpleTool", &tool), "tool lead search - - - -");
    let embedding = [
        ("openinference.span.kind", "EMBEDDING"),
        ("embedding.model_name", "text-embedding-3-small"),
    ];
    assert_eq!(
        told("x", &embedding),
        "embedding - - text-embedding-3-small - - -"
    );
    let reranker = [
        ("openinference.span.kind", "RERANKER"),
        ("reranker.model_name", "rerank-v3"),
    ];
    assert_eq!(told("x", &reranker), "rerank - - rerank-v3 - - -");
    let run = [("openinference.span.kind", "AGENT")];
    assert_eq!(told("CodeAgent.run", &run), "agent CodeAgent - - - - -");
}

#[test]
fn openllmetry_of_both_ages() {
    let now = [
        ("gen_ai.system", "langchain"),
        ("llm.request.type", "chat"),
        ("gen_ai.request.model", "claude-sonnet-4-6"),
        ("traceloop.workflow.name", "flow"),
        ("traceloop.association.properties.session_id", "s"),
        ("traceloop.association.properties.user_id", "u"),
        ("gen_ai.usage.input_tokens", "9"),
        ("gen_ai.usage.cache_read_input_tokens", "4"),
        ("gen_ai.usage.cache_creation_input_tokens", "2"),
        ("gen_ai.usage.reasoning_tokens", "1"),
    ];
    assert_eq!(
        told("ChatAnthropic.chat", &now),
        "llm - - claude-sonnet-4-6 anthropic s u"
    );
    assert_eq!(usage(&now), [Some(9), None, Some(4), Some(2), Some(1)]);
    let old = [
        ("llm.request.type", "completion"),
        ("llm.request.model", "m"),
        ("llm.usage.prompt_tokens", "5"),
        ("llm.usage.completion_tokens", "6"),
        ("llm.usage.total_tokens", "11"),
    ];
    assert_eq!(told("openai.completion", &old), "llm - - m - - -");
    assert_eq!(usage(&old)[..2], [Some(5), Some(6)]);
    // The agent's name is copied onto everything below it, and makes nothing an agent.
    let task = [
        ("traceloop.span.kind", "task"),
        ("traceloop.entity.name", "plan"),
        ("gen_ai.agent.name", "lead"),
    ];
    assert_eq!(told("plan.task", &task), "chain lead - - - - -");
    let agent = [
        ("traceloop.span.kind", "agent"),
        ("traceloop.entity.name", "lead"),
    ];
    assert_eq!(told("lead.agent", &agent), "agent lead - - - - -");
    let tool = [
        ("traceloop.span.kind", "tool"),
        ("traceloop.entity.name", "kb"),
    ];
    assert_eq!(told("kb.tool", &tool), "tool - kb - - - -");
    for (word, wanted) in [("embedding", K::Embedding), ("rerank", K::Rerank)] {
        assert_eq!(kind("x", &[("llm.request.type", word)]), wanted);
    }
    assert_eq!(
        kind("chroma.query", &[("db.vector.query.top_k", "3")]),
        K::Retrieval
    );
}
