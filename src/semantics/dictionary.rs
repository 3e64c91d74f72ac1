//! The table of keys: a new alias is one row with its source.

use super::kind::KindWords;
use crate::model::OperationKind;
use crate::model::order;

/// Where a key is defined or was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// OpenTelemetry semantic conventions 1.28 to 1.44, the current and the deprecated names.
    OpenTelemetry,
    /// Model Context Protocol, in the same conventions.
    Mcp,
    /// The Anthropic SDK's own spans.
    Anthropic,
    /// OpenInference semantic conventions.
    OpenInference,
    /// OpenLLMetry (Traceloop) semantic conventions, the current and the older names.
    OpenLlmetry,
    /// Langfuse SDKs and ingestion.
    Langfuse,
    /// pydantic-ai and Logfire.
    PydanticAi,
    /// Vercel AI SDK 3 to 7.
    VercelAi,
    /// MLflow tracing.
    Mlflow,
    /// LangSmith's exporter.
    LangSmith,
    /// LangChain's metadata, which several conventions carry.
    LangChain,
    /// Google ADK.
    GoogleAdk,
    /// Strands Agents.
    Strands,
    /// Genkit.
    Genkit,
    /// Claude Code.
    ClaudeCode,
    /// Codex.
    Codex,
    /// Hand-set attributes in the style of tutorials.
    Plain,
}

impl Source {
    /// The name to show.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenTelemetry => "OpenTelemetry",
            Self::Mcp => "MCP",
            Self::Anthropic => "Anthropic SDK",
            Self::OpenInference => "OpenInference",
            Self::OpenLlmetry => "OpenLLMetry",
            Self::Langfuse => "Langfuse",
            Self::PydanticAi => "pydantic-ai",
            Self::VercelAi => "Vercel AI SDK",
            Self::Mlflow => "MLflow",
            Self::LangSmith => "LangSmith",
            Self::LangChain => "LangChain",
            Self::GoogleAdk => "Google ADK",
            Self::Strands => "Strands",
            Self::Genkit => "Genkit",
            Self::ClaudeCode => "Claude Code",
            Self::Codex => "Codex",
            Self::Plain => "plain",
        }
    }
}

/// A text field of the canonical record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum TextField {
    /// The model that answered.
    ResponseModel,
    /// The model that was asked for.
    RequestModel,
    /// Who serves the model.
    Provider,
    /// The agent: the span itself or its owner.
    Agent,
    /// The agent, where the span is one.
    OwnAgent,
    /// The tool.
    Tool,
    /// What the entity is called, whatever it is: agent or tool.
    Entity,
    /// Session or conversation.
    Session,
    /// User.
    User,
    /// The skill that a tool loads.
    Skill,
}

impl TextField {
    /// How many there are.
    pub const COUNT: usize = 10;
}

/// A number of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum CountField {
    /// All input.
    Input,
    /// All output.
    Output,
    /// Input read from a cache.
    CacheRead,
    /// Input written to a cache.
    CacheWrite,
    /// Output that was reasoning.
    Reasoning,
    /// Input and output, where the split is missing.
    Total,
}

impl CountField {
    /// How many there are.
    pub const COUNT: usize = 6;
}

/// A JSON text that holds several fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonForm {
    /// Token counts under one of the usual names, flat or nested, cached ones inside.
    Usage,
    /// Langfuse: of OpenAI's shape, or with keys that must be added up.
    UsageDetails,
    /// The provider's own answer beside the AI SDK's: cached tokens may stand beside the input.
    ProviderMetadata,
    /// Amounts in dollars, with a total.
    Cost,
    /// LangChain's metadata: agent, model, session, user.
    Metadata,
    /// The answer of a model: may hold its id.
    Answer,
}

/// What the value of a key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// The kind, in the words of a convention.
    Kind(KindWords),
    /// That the span is of a kind, by being there.
    IsKind(OperationKind),
    /// A text.
    Text(TextField),
    /// A number of tokens.
    Count(CountField),
    /// A cost in dollars.
    Cost,
    /// The cost of the input or of the output, in dollars; both together are the cost where no total is given.
    CostPart,
    /// The id of a model's answer.
    ResponseId,
    /// The id of a tool call.
    ToolCallId,
    /// What a tool was called with: may name the file of a skill.
    Arguments,
    /// Several things, as JSON.
    Json(JsonForm),
}

/// One key and one thing that it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The attribute's key.
    pub key: &'static str,
    /// What its value says.
    pub says: Says,
    /// Precedence within the field: the lowest that is present decides.
    pub rank: u8,
    /// Where the key is defined.
    pub source: Source,
}

const fn row(key: &'static str, says: Says, rank: u8, source: Source) -> Row {
    Row {
        key,
        says,
        rank,
        source,
    }
}

use CountField::{CacheRead, CacheWrite, Input, Output, Reasoning, Total};
use JsonForm::{Answer, Metadata, ProviderMetadata, Usage, UsageDetails};
use Says::{Arguments, Cost, CostPart, Count, IsKind, Json, Kind, ResponseId, Text, ToolCallId};
use Source as S;
use TextField::{
    Agent, Entity, OwnAgent, Provider, RequestModel, ResponseModel, Session, Skill, Tool, User,
};

/// The rank of counts in the way of Anthropic's API: cached tokens stand beside the input.
pub(super) const BESIDE: u8 = 14;

/// The rank of the name of whatever Genkit calls: of a model too.
pub(super) const GENKIT_NAME: u8 = 8;

/// Every key that is known, field by field.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    // Kind
    row("openinference.span.kind", Kind(KindWords::OpenInference), 1, S::OpenInference),
    row("langfuse.observation.type", Kind(KindWords::Langfuse), 2, S::Langfuse),
    row("mlflow.spanType", Kind(KindWords::Mlflow), 3, S::Mlflow),
    row("langsmith.span.kind", Kind(KindWords::LangSmith), 4, S::LangSmith),
    row("gen_ai.operation.name", Kind(KindWords::OpenTelemetry), 5, S::OpenTelemetry),
    row("ai.operationId", Kind(KindWords::VercelAi), 6, S::VercelAi),
    row("traceloop.span.kind", Kind(KindWords::OpenLlmetry), 7, S::OpenLlmetry),
    row("llm.request.type", Kind(KindWords::RequestType), 8, S::OpenLlmetry),
    row("genkit:metadata:subtype", Kind(KindWords::Genkit), 9, S::Genkit),
    row("mcp.method.name", Kind(KindWords::Mcp), 10, S::Mcp),
    row("llm.model", IsKind(OperationKind::Llm), 11, S::Plain),
    row("llm.prompt_tokens", IsKind(OperationKind::Llm), 11, S::Plain),
    row("tool.name", IsKind(OperationKind::Tool), 12, S::Plain),
    row("agent.child.name", IsKind(OperationKind::Handoff), 13, S::Plain),
    row("agent.role", IsKind(OperationKind::Agent), 14, S::Plain),
    row("db.vector.query.top_k", IsKind(OperationKind::Retrieval), 15, S::OpenLlmetry),
    row("db.vector.query.embeddings_count", IsKind(OperationKind::Retrieval), 15, S::OpenLlmetry),
    row("db.vector.query.filter", IsKind(OperationKind::Retrieval), 15, S::OpenLlmetry),
    row("db.vector.query.include", IsKind(OperationKind::Retrieval), 15, S::OpenLlmetry),
    row("db.vector.query.offset", IsKind(OperationKind::Retrieval), 15, S::OpenLlmetry),
    row("db.vector.query.where_document", IsKind(OperationKind::Retrieval), 15, S::OpenLlmetry),

    row("gen_ai.tool.name", IsKind(OperationKind::Tool), 16, S::OpenTelemetry),

    // Models
    row("gen_ai.response.model", Text(ResponseModel), 1, S::OpenTelemetry),
    row("llm.response.model_name", Text(ResponseModel), 2, S::OpenInference),
    row("ai.response.model", Text(ResponseModel), 3, S::VercelAi),
    row("langfuse.observation.model.name", Text(ResponseModel), 4, S::Langfuse),
    row("mlflow.llm.model", Text(ResponseModel), 5, S::Mlflow),
    row("llm.model_name", Text(ResponseModel), 6, S::OpenInference),
    row("gen_ai.request.model", Text(RequestModel), 1, S::OpenTelemetry),
    row("llm.request.model_name", Text(RequestModel), 2, S::OpenInference),
    row("ai.model.id", Text(RequestModel), 3, S::VercelAi),
    row("llm.request.model", Text(RequestModel), 4, S::OpenLlmetry),
    row("model_name", Text(RequestModel), 5, S::PydanticAi),
    row("langsmith.metadata.ls_model_name", Text(RequestModel), 6, S::LangChain),
    row("langfuse.observation.metadata.ls_model_name", Text(RequestModel), 6, S::LangChain),
    row("traceloop.association.properties.ls_model_name", Text(RequestModel), 6, S::LangChain),
    row("llm.model", Text(RequestModel), 8, S::Plain),
    row("model", Text(RequestModel), 11, S::ClaudeCode),
    row("embedding.model_name", Text(RequestModel), 9, S::OpenInference),
    row("reranker.model_name", Text(RequestModel), 10, S::OpenInference),

    // Provider
    row("gen_ai.provider.name", Text(Provider), 1, S::OpenTelemetry),
    row("gen_ai.system", Text(Provider), 2, S::OpenTelemetry),
    row("llm.provider", Text(Provider), 3, S::OpenInference),
    row("llm.system", Text(Provider), 4, S::OpenInference),
    row("ai.model.provider", Text(Provider), 5, S::VercelAi),
    row("mlflow.llm.provider", Text(Provider), 6, S::Mlflow),
    row("langsmith.metadata.ls_provider", Text(Provider), 7, S::LangChain),
    row("langfuse.observation.metadata.ls_provider", Text(Provider), 7, S::LangChain),
    row("traceloop.association.properties.ls_provider", Text(Provider), 7, S::LangChain),

    // Agent
    row("gen_ai.agent.name", Text(Agent), 1, S::OpenTelemetry),
    row("agent.name", Text(Agent), 2, S::OpenInference),
    row("agent_name", Text(Agent), 3, S::PydanticAi),
    row("graph.node.id", Text(OwnAgent), 4, S::OpenInference),
    row("langsmith.metadata.lc_agent_name", Text(Agent), 5, S::LangChain),
    row("langfuse.observation.metadata.lc_agent_name", Text(Agent), 5, S::LangChain),
    row("traceloop.association.properties.lc_agent_name", Text(Agent), 5, S::LangChain),
    row("metadata", Json(Metadata), 6, S::LangChain),
    row("langfuse.observation.metadata", Json(Metadata), 6, S::LangChain),
    row("traceloop.entity.name", Text(Entity), 7, S::OpenLlmetry),
    row("genkit:name", Text(Entity), GENKIT_NAME, S::Genkit),
    row("ai.telemetry.functionId", Text(OwnAgent), 8, S::VercelAi),
    row("resource.name", Text(OwnAgent), 9, S::VercelAi),
    row("agent.role", Text(Agent), 10, S::Plain),

    // Tool
    row("gen_ai.tool.name", Text(Tool), 1, S::OpenTelemetry),
    row("tool.name", Text(Tool), 2, S::OpenInference),
    row("ai.toolCall.name", Text(Tool), 3, S::VercelAi),
    row("mcp.tool.name", Text(Tool), 4, S::Mcp),
    row("tool_name", Text(Tool), 6, S::ClaudeCode),
    row("gen_ai.tool.call.id", ToolCallId, 1, S::OpenTelemetry),
    row("tool_call.id", ToolCallId, 2, S::OpenInference),
    row("tool.id", ToolCallId, 3, S::OpenInference),
    row("ai.toolCall.id", ToolCallId, 4, S::VercelAi),
    row("tool_call_id", ToolCallId, 5, S::Mlflow),
    row("langfuse.observation.metadata.tool_call_id", ToolCallId, 6, S::Langfuse),
    row("tool_use_id", ToolCallId, 7, S::ClaudeCode),
    row("call_id", ToolCallId, 8, S::Codex),
    row("gen_ai.skill.name", Text(Skill), 1, S::GoogleAdk),
    row("gen_ai.tool.call.arguments", Arguments, 2, S::OpenTelemetry),
    row("tool_arguments", Arguments, 3, S::PydanticAi),
    row("ai.toolCall.args", Arguments, 4, S::VercelAi),
    row("ai.toolCall.input", Arguments, 5, S::VercelAi),
    row("tool.arguments", Arguments, 6, S::Plain),
    row("input.value", Arguments, 7, S::OpenInference),
    row("langfuse.observation.input", Arguments, 8, S::Langfuse),
    row("mlflow.spanInputs", Arguments, 9, S::Mlflow),
    row("gen_ai.prompt", Arguments, 10, S::LangSmith),
    row("traceloop.entity.input", Arguments, 11, S::OpenLlmetry),
    row("gcp.vertex.agent.tool_call_args", Arguments, 12, S::GoogleAdk),
    row("genkit:input", Arguments, 13, S::Genkit),
    row("tool.parameters", Arguments, 14, S::OpenInference),

    // The answer
    row("gen_ai.response.id", ResponseId, 1, S::OpenTelemetry),
    row("ai.response.id", ResponseId, 2, S::VercelAi),
    row("output.value", Json(Answer), 3, S::OpenInference),
    row("langfuse.observation.output", Json(Answer), 4, S::Langfuse),
    row("mlflow.spanOutputs", Json(Answer), 5, S::Mlflow),
    row("gen_ai.completion", Json(Answer), 6, S::LangSmith),
    row("gcp.vertex.agent.llm_response", Json(Answer), 7, S::GoogleAdk),

    // Tokens
    row("gen_ai.usage.input_tokens", Count(Input), 1, S::OpenTelemetry),
    row("gen_ai.usage.prompt_tokens", Count(Input), 2, S::OpenTelemetry),
    row("llm.token_count.prompt", Count(Input), 3, S::OpenInference),
    row("llm.usage.prompt_tokens", Count(Input), 4, S::OpenLlmetry),
    row("ai.usage.inputTokens", Count(Input), 8, S::VercelAi),
    row("ai.usage.promptTokens", Count(Input), 9, S::VercelAi),
    row("llm.prompt_tokens", Count(Input), 10, S::Plain),
    row("gen_ai.usage.output_tokens", Count(Output), 1, S::OpenTelemetry),
    row("gen_ai.usage.completion_tokens", Count(Output), 2, S::OpenTelemetry),
    row("llm.token_count.completion", Count(Output), 3, S::OpenInference),
    row("llm.usage.completion_tokens", Count(Output), 4, S::OpenLlmetry),
    row("ai.usage.outputTokens", Count(Output), 8, S::VercelAi),
    row("ai.usage.completionTokens", Count(Output), 9, S::VercelAi),
    row("llm.completion_tokens", Count(Output), 10, S::Plain),
    row("gen_ai.usage.cache_read.input_tokens", Count(CacheRead), 1, S::OpenTelemetry),
    row("gen_ai.usage.cache_read_input_tokens", Count(CacheRead), 2, S::OpenLlmetry),
    row("llm.token_count.prompt_details.cache_read", Count(CacheRead), 3, S::OpenInference),
    row("llm.usage.cache_read_input_tokens", Count(CacheRead), 4, S::OpenLlmetry),
    row("gen_ai.usage.details.cache_read_tokens", Count(CacheRead), 8, S::PydanticAi),
    row("ai.usage.inputTokenDetails.cacheReadTokens", Count(CacheRead), 9, S::VercelAi),
    row("ai.usage.cachedInputTokens", Count(CacheRead), 10, S::VercelAi),
    row("gen_ai.usage.cache_creation.input_tokens", Count(CacheWrite), 1, S::OpenTelemetry),
    row("gen_ai.usage.cache_write.input_tokens", Count(CacheWrite), 2, S::Anthropic),
    row("gen_ai.usage.cache_creation_input_tokens", Count(CacheWrite), 3, S::OpenLlmetry),
    row("gen_ai.usage.cache_write_input_tokens", Count(CacheWrite), 4, S::Strands),
    row("llm.token_count.prompt_details.cache_write", Count(CacheWrite), 5, S::OpenInference),
    row("llm.usage.cache_creation_input_tokens", Count(CacheWrite), 6, S::OpenLlmetry),
    row("gen_ai.usage.details.cache_write_tokens", Count(CacheWrite), 8, S::PydanticAi),
    row("ai.usage.inputTokenDetails.cacheWriteTokens", Count(CacheWrite), 9, S::VercelAi),
    row("gen_ai.usage.reasoning.output_tokens", Count(Reasoning), 1, S::OpenTelemetry),
    row("gen_ai.usage.reasoning_tokens", Count(Reasoning), 2, S::OpenLlmetry),
    row("llm.usage.reasoning_tokens", Count(Reasoning), 3, S::OpenLlmetry),
    row("llm.token_count.completion_details.reasoning", Count(Reasoning), 4, S::OpenInference),
    row("gen_ai.usage.details.reasoning_tokens", Count(Reasoning), 8, S::PydanticAi),
    row("ai.usage.outputTokenDetails.reasoningTokens", Count(Reasoning), 9, S::VercelAi),
    row("ai.usage.reasoningTokens", Count(Reasoning), 10, S::VercelAi),
    row("gen_ai.usage.total_tokens", Count(Total), 1, S::OpenLlmetry),
    row("llm.token_count.total", Count(Total), 2, S::OpenInference),
    row("llm.usage.total_tokens", Count(Total), 3, S::OpenLlmetry),
    row("ai.usage.totalTokens", Count(Total), 4, S::VercelAi),
    row("ai.usage.tokens", Count(Total), 5, S::VercelAi),
    row("llm.tokens", Count(Total), 6, S::Plain),
    row("input_tokens", Count(Input), BESIDE, S::ClaudeCode),
    row("output_tokens", Count(Output), BESIDE, S::ClaudeCode),
    row("cache_read_tokens", Count(CacheRead), BESIDE, S::ClaudeCode),
    row("cache_creation_tokens", Count(CacheWrite), BESIDE, S::ClaudeCode),
    row("input_token_count", Count(Input), 15, S::Codex),
    row("output_token_count", Count(Output), 15, S::Codex),
    row("cached_token_count", Count(CacheRead), 15, S::Codex),
    row("reasoning_token_count", Count(Reasoning), 15, S::Codex),
    row("genkit:output", Json(Usage), 13, S::Genkit),
    row("langfuse.observation.usage_details", Json(UsageDetails), 5, S::Langfuse),
    row("mlflow.chat.tokenUsage", Json(Usage), 6, S::Mlflow),
    row("langsmith.metadata.usage_metadata", Json(Usage), 7, S::LangSmith),
    row("gen_ai.usage.input_token_details", Json(Usage), 11, S::LangSmith),
    row("gen_ai.usage.output_token_details", Json(Usage), 11, S::LangSmith),
    row("ai.response.providerMetadata", Json(ProviderMetadata), 12, S::VercelAi),

    // Cost
    row("gen_ai.usage.cost", Cost, 1, S::OpenTelemetry),
    row("gen_ai.usage.cost_usd", Cost, 2, S::OpenTelemetry),
    row("llm.cost.total", Cost, 3, S::OpenInference),
    row("llm.cost.prompt", CostPart, 3, S::OpenInference),
    row("llm.cost.completion", CostPart, 3, S::OpenInference),
    row("langfuse.observation.cost_details", Json(JsonForm::Cost), 4, S::Langfuse),
    row("operation.cost", Cost, 5, S::PydanticAi),
    row("mlflow.llm.cost", Json(JsonForm::Cost), 6, S::Mlflow),
    row("cost_usd", Cost, 7, S::ClaudeCode),

    // Session and user
    row("gen_ai.conversation.id", Text(Session), 1, S::OpenTelemetry),
    row("session.id", Text(Session), 2, S::OpenInference),
    row("langfuse.session.id", Text(Session), 3, S::Langfuse),
    row("traceloop.association.properties.session_id", Text(Session), 4, S::OpenLlmetry),
    row("traceloop.association.properties.thread_id", Text(Session), 5, S::OpenLlmetry),
    row("ai.telemetry.metadata.sessionId", Text(Session), 6, S::VercelAi),
    row("langsmith.metadata.session_id", Text(Session), 7, S::LangSmith),
    row("langsmith.metadata.thread_id", Text(Session), 8, S::LangSmith),
    row("langsmith.metadata.conversation_id", Text(Session), 9, S::LangSmith),
    row("mlflow.trace.session", Text(Session), 12, S::Mlflow),
    row("gcp.vertex.agent.session_id", Text(Session), 13, S::GoogleAdk),
    row("conversation.id", Text(Session), 14, S::Codex),
    row("user.id", Text(User), 1, S::OpenTelemetry),
    row("enduser.id", Text(User), 2, S::OpenTelemetry),
    row("langfuse.user.id", Text(User), 3, S::Langfuse),
    row("traceloop.association.properties.user_id", Text(User), 4, S::OpenLlmetry),
    row("ai.telemetry.metadata.userId", Text(User), 5, S::VercelAi),
    row("langsmith.metadata.user_id", Text(User), 6, S::LangSmith),
    row("mlflow.trace.user", Text(User), 7, S::Mlflow),
    row("gen_ai.user", Text(User), 8, S::OpenLlmetry),
    row("llm.user", Text(User), 9, S::OpenLlmetry),
    row("user_id", Text(User), 10, S::Plain),
];

/// The table, ordered so that a key is found at once.
#[derive(Debug)]
pub struct Dictionary {
    /// [`ROWS`] by key.
    by_key: Vec<Row>,
}

/// The rows of one key: a range of the ordered table; empty for an unknown key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rows {
    first: u16,
    count: u16,
}

impl Rows {
    /// Whether the key says nothing.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.count == 0
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::new()
    }
}

impl Dictionary {
    /// The table.
    pub fn new() -> Self {
        let row = |index: u32| ROWS.get(index as usize);
        let key = |index: u32| row(index).map(|row| row.key);
        let mut order: Vec<u32> = (0..ROWS.len() as u32).collect();
        order::sort(&mut order, &|a, b| key(a).cmp(&key(b)));
        let by_key = order.into_iter().filter_map(row).copied().collect();
        Self { by_key }
    }

    /// A table that knows no key.
    pub(super) fn empty() -> Self {
        Self { by_key: Vec::new() }
    }

    /// Whether it knows none.
    pub(super) fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// What is known of a key.
    pub fn find(&self, key: &str) -> Rows {
        let first = self.by_key.partition_point(|row| row.key < key);
        let end = self.by_key.partition_point(|row| row.key <= key);
        Rows {
            first: first as u16,
            count: (end - first) as u16,
        }
    }

    /// The rows themselves.
    #[inline]
    pub fn rows(&self, rows: Rows) -> &[Row] {
        let range = usize::from(rows.first)..usize::from(rows.first + rows.count);
        self.by_key.get(range).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_finds_its_rows_and_others_find_none() {
        let dictionary = Dictionary::new();
        for row in ROWS {
            let found = dictionary.rows(dictionary.find(row.key));
            assert!(found.contains(row), "{}", row.key);
            assert!(found.iter().all(|other| other.key == row.key));
        }
        for key in [
            "",
            "zzz",
            "gen_ai.usage",
            "baggage_conflict.gen_ai.agent.name",
        ] {
            assert!(dictionary.find(key).is_empty(), "{key}");
        }
    }

    #[test]
    fn no_row_stands_twice() {
        for (at, row) in ROWS.iter().enumerate() {
            let again = ROWS[at + 1..]
                .iter()
                .any(|other| other.key == row.key && other.says == row.says);
            assert!(!again, "{}", row.key);
        }
    }
}
