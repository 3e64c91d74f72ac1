//! The samples that come with the page: real traces, see `public/samples/README.md`.

/// A sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Its files, opened together.
    pub files: &'static [&'static str],
    /// Its name.
    pub title: &'static str,
    /// What is in it, and what wrote it.
    pub what: &'static str,
    /// Runs in it.
    pub runs: u32,
    /// Spans in it.
    pub spans: u32,
}

/// All samples.
pub const SAMPLES: [Sample; 6] = [
    Sample {
        files: &["openinference-openai-agents.json"],
        title: "Support desk",
        what: "A rate limit ends a review. OpenAI Agents SDK",
        runs: 3,
        spans: 76,
    },
    Sample {
        files: &["plain-multi-process.jsonl"],
        title: "Three services and a queue",
        what: "Context crosses by parent and by link",
        runs: 6,
        spans: 62,
    },
    Sample {
        files: &[
            "otel-openai-v2-legacy.json",
            "otel-openai-v2-legacy.logs.jsonl",
        ],
        title: "Incident bot with its logs",
        what: "Prompts in 101 logs. OpenTelemetry, OpenAI",
        runs: 4,
        spans: 31,
    },
    Sample {
        files: &["mlflow-langgraph.json"],
        title: "A lost root",
        what: "13 spans lost their parent. MLflow",
        runs: 4,
        spans: 79,
    },
    Sample {
        files: &["vercel-ai-v5.json"],
        title: "Web support",
        what: "Streams and tool errors. Vercel AI SDK",
        runs: 4,
        spans: 35,
    },
    Sample {
        files: &["smolagents.json.zst"],
        title: "Research desk",
        what: "Runs until its step limit. smolagents, zstd",
        runs: 1,
        spans: 82,
    },
];
