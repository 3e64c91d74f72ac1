//! The words that conventions have for a kind, and names that tell one.

use crate::model::OperationKind;
use OperationKind as K;

/// Whose words a value is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindWords {
    /// `openinference.span.kind`
    OpenInference,
    /// `langfuse.observation.type`
    Langfuse,
    /// `mlflow.spanType`
    Mlflow,
    /// `langsmith.span.kind`
    LangSmith,
    /// `gen_ai.operation.name`
    OpenTelemetry,
    /// `ai.operationId`
    VercelAi,
    /// `traceloop.span.kind`
    OpenLlmetry,
    /// `llm.request.type`
    RequestType,
    /// `genkit:metadata:subtype`
    Genkit,
    /// `mcp.method.name`
    Mcp,
}

impl KindWords {
    /// The kind that a word says; `None` when the word says none, so that another key may.
    ///
    /// A tracer of agents that names a span of a kind it does not know has recorded a step all the same.
    pub fn kind(self, word: &str) -> Option<OperationKind> {
        match self {
            Self::OpenInference | Self::Mlflow => step(upper_case(word), word),
            Self::Langfuse => step(langfuse(word), word),
            Self::LangSmith => step(lang_smith(word), word),
            Self::OpenTelemetry => operation(word),
            Self::VercelAi => vercel(word),
            Self::OpenLlmetry => Some(match word {
                "workflow" => K::Workflow,
                "task" => K::Chain,
                "agent" => K::Agent,
                "tool" => K::Tool,
                _ => return None,
            }),
            Self::RequestType => Some(match word {
                "chat" | "completion" => K::Llm,
                "embedding" => K::Embedding,
                "rerank" => K::Rerank,
                _ => return None,
            }),
            Self::Genkit => Some(match word {
                "model" => K::Llm,
                "tool" => K::Tool,
                "flow" => K::Workflow,
                "retriever" => K::Retrieval,
                "embedder" => K::Embedding,
                "reranker" => K::Rerank,
                "evaluator" => K::Evaluator,
                "prompt" | "executable-prompt" => K::Prompt,
                _ => return None,
            }),
            Self::Mcp => (word == "tools/call").then_some(K::Tool),
        }
    }
}

fn step(known: Option<OperationKind>, word: &str) -> Option<OperationKind> {
    known.or_else(|| (!word.is_empty()).then_some(K::Chain))
}

fn upper_case(word: &str) -> Option<OperationKind> {
    Some(match word {
        "LLM" | "CHAT_MODEL" => K::Llm,
        "TOOL" => K::Tool,
        "AGENT" => K::Agent,
        "WORKFLOW" => K::Workflow,
        "RETRIEVER" => K::Retrieval,
        "EMBEDDING" => K::Embedding,
        "RERANKER" => K::Rerank,
        "GUARDRAIL" => K::Guardrail,
        "EVALUATOR" => K::Evaluator,
        "PROMPT" => K::Prompt,
        // Some producers write the same words in lower case.
        _ if word.bytes().any(|byte| byte.is_ascii_lowercase()) => {
            return upper_case(&word.to_ascii_uppercase());
        }
        _ => return None,
    })
}

fn langfuse(word: &str) -> Option<OperationKind> {
    Some(match word {
        "generation" => K::Llm,
        "tool" => K::Tool,
        "agent" => K::Agent,
        "retriever" => K::Retrieval,
        "embedding" => K::Embedding,
        "guardrail" => K::Guardrail,
        "evaluator" => K::Evaluator,
        "event" => K::Event,
        _ if word.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            return langfuse(&word.to_ascii_lowercase());
        }
        _ => return None,
    })
}

fn lang_smith(word: &str) -> Option<OperationKind> {
    Some(match word {
        "llm" => K::Llm,
        "tool" => K::Tool,
        "retriever" => K::Retrieval,
        "embedding" => K::Embedding,
        "prompt" => K::Prompt,
        _ => return None,
    })
}

fn operation(word: &str) -> Option<OperationKind> {
    Some(match word {
        "chat" | "text_completion" | "generate_content" | "completion" | "generate" => K::Llm,
        "execute_tool" => K::Tool,
        "invoke_agent" => K::Agent,
        "create_agent" => K::Setup,
        "invoke_workflow" => K::Workflow,
        "execute_task" | "agent_step" | "execute_event_loop_cycle" => K::Chain,
        "retrieval" => K::Retrieval,
        "embeddings" => K::Embedding,
        "rerank" => K::Rerank,
        _ => return None,
    })
}

fn vercel(word: &str) -> Option<OperationKind> {
    // Some versions put the function's id behind the operation.
    let word = word.split(' ').next().unwrap_or_default();
    let operation = word.strip_prefix("ai.")?;
    Some(match operation {
        "toolCall" => K::Tool,
        "generateText" | "streamText" => K::Agent,
        _ if operation.ends_with(".doGenerate") || operation.ends_with(".doStream") => K::Llm,
        _ if operation.ends_with(".doEmbed") => K::Embedding,
        _ if operation.ends_with(".doRerank") => K::Rerank,
        _ => K::Chain,
    })
}

/// Beginnings of names that tell a kind where no attribute does. Words that stand in other names too are not among
/// them.
#[rustfmt::skip]
const NAMES: &[(&str, OperationKind)] = &[
    ("invoke_agent ", K::Agent),
    ("execute_tool ", K::Tool),
    ("create_agent ", K::Setup),
    ("invoke_workflow ", K::Workflow),
    ("generate_content ", K::Llm),
    ("text_completion ", K::Llm),
    ("llm.call", K::Llm),
    ("tool.call.", K::Tool),
    ("agent.delegate.", K::Handoff),
    ("agent.run", K::Agent),
    ("agent.execute", K::Agent),
    ("claude_code.interaction", K::Agent),
    ("claude_code.llm_request", K::Llm),
    ("claude_code.api_request", K::Llm),
    ("claude_code.api_error", K::Llm),
    ("claude_code.tool_decision", K::Event),
    ("claude_code.tool", K::Tool),
    ("codex.sse_event", K::Llm),
    ("codex.tool_result", K::Tool),
];

/// Beginnings of names that tell a kind where the span names a model, too.
#[rustfmt::skip]
const NAMES_OF_CALLS: &[(&str, OperationKind)] = &[
    ("chat ", K::Llm),
    ("embeddings ", K::Embedding),
    ("anthropic.messages.create", K::Llm),
];

/// What the AI SDK calls its functions.
const VERCEL_FUNCTIONS: [&str; 5] = ["generate", "stream", "embed", "rerank", "toolCall"];

/// What a span's name tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Named {
    /// The kind; `None` where the name tells none.
    pub kind: Option<OperationKind>,
    /// Whether it tells that only of a span that names a model.
    pub needs_model: bool,
}

/// The kind that a span's name tells.
pub fn of_name(name: &str) -> Named {
    let starts = |names: &[(&str, OperationKind)]| {
        let mut names = names.iter();
        let found = names.find(|(start, _)| name.starts_with(start));
        found.map(|&(_, kind)| kind)
    };
    let functions = name.strip_prefix("ai.");
    let is_function = |name: &str| VERCEL_FUNCTIONS.iter().any(|it| name.starts_with(it));
    let kind = match name {
        // Parts of a tool's call: only the call itself counts.
        _ if name.starts_with("claude_code.tool.") => None,
        // pydantic-ai before its spans were named by the conventions.
        "agent run" => Some(K::Agent),
        _ if functions.is_some_and(is_function) => vercel(name),
        _ => starts(NAMES),
    };
    let of_call = || starts(NAMES_OF_CALLS);
    Named {
        kind: kind.or_else(of_call),
        needs_model: kind.is_none(),
    }
}

/// An agent's name out of the name of its span; `None` where that only says that an agent runs.
pub fn agent_of_name(name: &str) -> Option<&str> {
    let name = name
        .strip_prefix("invoke_agent ")
        .or_else(|| name.strip_prefix("agent.delegate."))
        .unwrap_or(name);
    let stripped = name
        .strip_suffix(".agent")
        .or_else(|| name.strip_suffix(".run"))
        .unwrap_or(name);
    let says_nothing = ["", "agent", "agent run", "agent.execute", "invoke_agent"];
    (!says_nothing.contains(&stripped)).then_some(stripped)
}

/// Whether a recorded provider is the framework's name, which says nothing of who served the model.
pub fn is_framework(provider: &[u8]) -> bool {
    matches!(
        provider,
        b"strands-agents"
            | b"langchain"
            | b"langgraph"
            | b"autogen"
            | b"crewai"
            | b"llamaindex"
            | b"llama_index"
            | b"agno"
    )
}

/// Who makes and mostly serves a model of this name, as the conventions call them; `None` where several serve it.
pub fn vendor_of_model(model: &str) -> Option<&'static str> {
    let name = model.rsplit('/').next().unwrap_or(model);
    let starts: [(&str, &[&str]); 6] = [
        (
            "openai",
            &[
                "gpt-",
                "chatgpt-",
                "o1",
                "o3",
                "o4-",
                "text-embedding-3",
                "text-embedding-ada",
            ],
        ),
        ("anthropic", &["claude-"]),
        ("gcp.gemini", &["gemini-"]),
        ("mistral_ai", &["mistral-", "codestral-", "ministral-"]),
        ("cohere", &["command-"]),
        ("x_ai", &["grok-"]),
    ];
    let mut known = starts.into_iter();
    let found = known.find(|(_, starts)| starts.iter().any(|start| name.starts_with(start)));
    // Open weights of the same name are anybody's.
    found
        .map(|(vendor, _)| vendor)
        .filter(|_| !name.starts_with("gpt-oss"))
}

/// A recorded provider without the name of the API that some SDKs add: `openai.chat` is `openai`.
pub fn vendor(provider: &str) -> &str {
    if !provider.as_bytes().contains(&b'.') {
        return provider;
    }
    let apis = [
        ".chat",
        ".responses",
        ".messages",
        ".completion",
        ".embedding",
        ".generative-ai",
    ];
    let mut short = apis.iter().filter_map(|api| provider.strip_suffix(api));
    short
        .next()
        .filter(|vendor| !vendor.is_empty())
        .unwrap_or(provider)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_each_convention_say_their_kinds() {
        let says = |words: KindWords, word| words.kind(word);
        assert_eq!(says(KindWords::OpenInference, "LLM"), Some(K::Llm));
        assert_eq!(says(KindWords::OpenInference, "llm"), Some(K::Llm));
        assert_eq!(says(KindWords::OpenInference, "UNKNOWN"), Some(K::Chain));
        assert_eq!(says(KindWords::Mlflow, "CHAT_MODEL"), Some(K::Llm));
        assert_eq!(says(KindWords::Langfuse, "span"), Some(K::Chain));
        assert_eq!(says(KindWords::Langfuse, "GENERATION"), Some(K::Llm));
        assert_eq!(says(KindWords::LangSmith, "chain"), Some(K::Chain));
        assert_eq!(
            says(KindWords::OpenTelemetry, "create_agent"),
            Some(K::Setup)
        );
        assert_eq!(says(KindWords::OpenTelemetry, "dance"), None);
        assert_eq!(says(KindWords::VercelAi, "ai.generateText"), Some(K::Agent));
        let inner = "ai.generateText.doGenerate";
        assert_eq!(says(KindWords::VercelAi, inner), Some(K::Llm));
        assert_eq!(says(KindWords::VercelAi, "ai.embed"), Some(K::Chain));
        assert_eq!(says(KindWords::Mcp, "tools/list"), None);
        assert_eq!(says(KindWords::LangSmith, ""), None);
    }

    #[test]
    fn a_provider_is_not_its_api() {
        assert_eq!(vendor("openai.chat"), "openai");
        assert_eq!(vendor("azure.ai.openai"), "azure.ai.openai");
        assert_eq!(vendor(".chat"), ".chat");
    }

    #[test]
    fn names_tell_kinds_and_agents() {
        let alone = |name| of_name(name).kind.filter(|_| !of_name(name).needs_model);
        assert_eq!(alone("invoke_agent ops"), Some(K::Agent));
        assert_eq!(alone("agent.run"), Some(K::Agent));
        assert_eq!(alone("chat room opened"), None);
        assert_eq!(alone("claude_code.tool.execution"), None);
        assert_eq!(agent_of_name("invoke_agent ops"), Some("ops"));
        assert_eq!(agent_of_name("researcher.run"), Some("researcher"));
        assert_eq!(agent_of_name("agent.run"), None);
        assert_eq!(agent_of_name(".run"), None);
    }
}
