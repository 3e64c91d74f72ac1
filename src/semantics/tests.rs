mod conventions;
mod odd;
mod sdks;

use super::*;
use crate::model::{OperationKind as K, PicoUsd, Recorded, StoreBuilder, TokenUsage};

/// What a span of these attributes means, with texts.
fn meaning(name: &str, attributes: &[(&str, &str)]) -> (Recorded, StoreBuilder) {
    let mut builder = StoreBuilder::new();
    let mut observed = Observed::default();
    for (key, value) in attributes {
        let rows = observed.find(key);
        let id = builder.dictionary().key(key);
        let pair = builder.dictionary().pair(id, value);
        let indexed = builder.dictionary().is_indexed(pair).then_some(pair);
        observed.see(rows, indexed, value.as_bytes());
    }
    let name = builder.strings().intern(name);
    let recorded = observed.resolve(name, &mut builder);
    (recorded, builder)
}

/// What is read of a span: kind, agent, tool, model, provider, session, user; `-` for what is absent.
fn told(name: &str, attributes: &[(&str, &str)]) -> String {
    let (recorded, builder) = meaning(name, attributes);
    let meaning = recorded.meaning;
    let texts = [
        meaning.agent,
        meaning.tool,
        meaning.model(),
        meaning.provider,
        recorded.session,
        recorded.user,
    ];
    let texts = texts.map(|id| id.map_or("-", |id| builder.text(id)));
    format!("{} {}", meaning.kind.as_str(), texts.join(" "))
}

fn kind(name: &str, attributes: &[(&str, &str)]) -> K {
    meaning(name, attributes).0.meaning.kind
}

/// Input, output, cache read, cache write, reasoning.
fn usage(attributes: &[(&str, &str)]) -> [Option<u64>; 5] {
    let TokenUsage {
        input,
        output,
        cache_read,
        cache_write,
        reasoning,
    } = meaning("x", attributes).0.usage;
    [input, output, cache_read, cache_write, reasoning]
}

#[test]
fn the_kind_follows_the_precedence_of_the_conventions() {
    let all = [
        ("llm.model", "m"),
        ("traceloop.span.kind", "workflow"),
        ("gen_ai.operation.name", "execute_tool"),
        ("openinference.span.kind", "AGENT"),
    ];
    let wanted = [K::Llm, K::Workflow, K::Tool, K::Agent];
    for (count, wanted) in (1..).zip(wanted) {
        assert_eq!(kind("chat", &all[..count]), wanted);
    }
    // A word that says nothing leaves it to the next key, a name to no key at all.
    assert_eq!(
        kind(
            "x",
            &[
                ("gen_ai.operation.name", "plan"),
                ("traceloop.span.kind", "task")
            ]
        ),
        K::Chain
    );
    assert_eq!(kind("invoke_agent x", &[]), K::Agent);
    assert_eq!(
        kind(
            "invoke_agent x",
            &[("gen_ai.operation.name", "create_agent")]
        ),
        K::Setup
    );
    assert_eq!(kind("x", &[("gen_ai.agent.name", "lead")]), K::Other);
    let call = [
        ("gen_ai.request.model", "m"),
        ("gen_ai.usage.input_tokens", "1"),
        ("gen_ai.usage.output_tokens", "1"),
    ];
    assert_eq!(kind("x", &call), K::Llm);
    assert_eq!(kind("x", &call[..2]), K::Other);
}

#[test]
fn aliases_are_one_number_and_the_first_row_decides() {
    let both = [
        ("gen_ai.usage.prompt_tokens", "9"),
        ("gen_ai.usage.input_tokens", "12"),
        ("gen_ai.usage.output_tokens", "\"3\""),
    ];
    assert_eq!(usage(&both)[..2], [Some(12), Some(3)]);
    assert_eq!(usage(&[("llm.tokens", "50")])[..2], [Some(50), None]);
    assert_eq!(
        usage(&[("llm.tokens", "50"), ("llm.completion_tokens", "0")])[..2],
        [None, Some(0)]
    );
    assert_eq!(
        usage(&[
            ("gen_ai.aggregated_usage.input_tokens", "50"),
            ("mlflow.trace.tokenUsage", "{\"input_tokens\": 3}")
        ]),
        [None; 5]
    );
}

#[test]
fn cached_tokens_end_up_inside_the_input() {
    let inside = [
        ("gen_ai.usage.input_tokens", "100"),
        ("gen_ai.usage.cache_read.input_tokens", "60"),
        ("gen_ai.usage.cache_write.input_tokens", "40"),
    ];
    assert_eq!(usage(&inside)[..4], [Some(100), None, Some(60), Some(40)]);
    let proven = [("gen_ai.usage.input_tokens", "99"), inside[1], inside[2]];
    assert_eq!(usage(&proven)[0], Some(199));
    let metadata = r#"{"anthropic":{"usage":{"input_tokens":455,"cache_read_input_tokens":400,"cache_creation_input_tokens":12}}}"#;
    let vercel = |input: &'static str| {
        usage(&[
            ("gen_ai.usage.input_tokens", input),
            ("ai.response.providerMetadata", metadata),
        ])
    };
    assert_eq!(vercel("455")[..4], [Some(867), None, Some(400), Some(12)]);
    assert_eq!(vercel("867")[0], Some(867));
    let claude = [
        ("input_tokens", "50"),
        ("output_tokens", "5"),
        ("cache_read_tokens", "30"),
    ];
    assert_eq!(usage(&claude)[..3], [Some(80), Some(5), Some(30)]);
}

#[test]
fn langfuse_has_two_shapes_of_usage() {
    let details = |json: &'static str| usage(&[("langfuse.observation.usage_details", json)]);
    let beside = r#"{"input": 77, "output": 5, "input_cache_read": 640, "output_reasoning": 4, "total": 726}"#;
    assert_eq!(
        details(beside),
        [Some(717), Some(9), Some(640), None, Some(4)]
    );
    let inside = r#"{"prompt_tokens": 555, "completion_tokens": 31, "prompt_tokens_details": {"cached_tokens": 384},
        "completion_tokens_details": {"reasoning_tokens": 7}}"#;
    assert_eq!(
        details(inside),
        [Some(555), Some(31), Some(384), None, Some(7)]
    );
    let responses =
        r#"{"input_tokens": 10, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 4}}"#;
    assert_eq!(details(responses)[..3], [Some(10), Some(2), Some(4)]);
    assert_eq!(details(r#"{"total": 12}"#)[0], Some(12));
    assert_eq!(details("not json"), [None; 5]);
}

#[test]
fn json_and_python_say_the_same() {
    let metadata = r#"{"input_tokens":262,"output_tokens":31,"input_token_details":{"audio":0,"cache_read":12},"output_token_details":{"reasoning":3}}"#;
    assert_eq!(
        usage(&[("langsmith.metadata.usage_metadata", metadata)]),
        [Some(262), Some(31), Some(12), None, Some(3)]
    );
    let python = usage(&[
        ("gen_ai.usage.input_tokens", "9"),
        (
            "gen_ai.usage.input_token_details",
            "{'audio': 0, 'cache_read': 7}",
        ),
    ]);
    assert_eq!(python[2], Some(7));
}

#[test]
fn agents_and_tools_are_named_by_the_best_key() {
    let agent = |name, attributes: &[(&str, &str)]| {
        let (recorded, builder) = meaning(name, attributes);
        recorded.meaning.agent.map(|id| builder.text(id).to_owned())
    };
    let is_agent = ("openinference.span.kind", "AGENT");
    assert_eq!(
        agent("researcher.run", &[is_agent]).as_deref(),
        Some("researcher")
    );
    assert_eq!(
        agent("x", &[is_agent, ("graph.node.id", "writer")]).as_deref(),
        Some("writer")
    );
    assert_eq!(agent("x", &[("graph.node.id", "writer")]), None);
    let metadata = (
        "metadata",
        r#"{"lc_agent_name": "ops", "thread_id": "t-1"}"#,
    );
    assert_eq!(agent("x", &[metadata]).as_deref(), Some("ops"));
    assert_eq!(
        agent("x", &[is_agent, metadata, ("graph.node.id", "writer")]).as_deref(),
        Some("writer")
    );
    assert_eq!(
        agent("x", &[("baggage_conflict.gen_ai.agent.name", "outer")]),
        None
    );
    assert_eq!(
        agent(
            "x",
            &[("langfuse.observation.metadata.lc_agent_name", "\"quoted\"")]
        )
        .as_deref(),
        Some("quoted")
    );

    let tool = |attributes: &[(&str, &str)]| {
        let (recorded, builder) = meaning("SimpleTool", attributes);
        recorded.meaning.tool.map(|id| builder.text(id).to_owned())
    };
    assert_eq!(tool(&[("tool.name", "search")]).as_deref(), Some("search"));
    assert_eq!(
        tool(&[
            ("traceloop.span.kind", "tool"),
            ("traceloop.entity.name", "kb")
        ])
        .as_deref(),
        Some("kb")
    );
    assert_eq!(tool(&[("openinference.span.kind", "TOOL")]), None);
    assert_eq!(
        tool(&[("openinference.span.kind", "LLM"), ("tool.name", "search")]),
        None
    );
}

#[test]
fn a_framework_is_no_provider_and_the_answering_model_comes_first() {
    let (recorded, builder) = meaning(
        "x",
        &[
            ("gen_ai.provider.name", "strands-agents"),
            ("gen_ai.request.model", "gpt-4.1"),
            ("mlflow.llm.model", "\"gpt-4.1-2025-04-14\""),
        ],
    );
    let provider = recorded.meaning.provider.map(|id| builder.text(id));
    assert_eq!(provider, Some("openai"), "by the model's name");
    assert_eq!(
        recorded.meaning.model().map(|id| builder.text(id)),
        Some("gpt-4.1-2025-04-14")
    );
}

#[test]
fn reported_costs_are_exact() {
    let cost = |attributes: &[(&str, &str)]| meaning("x", attributes).0.cost;
    assert_eq!(
        cost(&[("gen_ai.usage.cost", "0.00105432")]),
        Some(PicoUsd(1_054_320_000))
    );
    let details = r#"{"input": 0.00036, "output": 0.000675, "total": 0.00105432}"#;
    assert_eq!(
        cost(&[("langfuse.observation.cost_details", details)]),
        Some(PicoUsd(1_054_320_000))
    );
    let parts = [("llm.cost.prompt", "0.1"), ("llm.cost.completion", "0.2")];
    assert_eq!(cost(&parts), Some(PicoUsd(300_000_000_000)));
    assert_eq!(cost(&parts[..1]), None);
    assert_eq!(cost(&[("operation.cost", "-1")]), None);
}

#[test]
fn ids_of_calls_are_those_of_their_kind() {
    let id = |attributes: &[(&str, &str)]| meaning("x", attributes).0.call_id;
    let answer = ("gen_ai.response.id", "msg_1");
    assert_eq!(
        id(&[("gen_ai.operation.name", "chat"), answer]),
        id(&[
            ("openinference.span.kind", "LLM"),
            ("output.value", r#"{"message": {"id": "msg_1"}}"#),
        ])
    );
    assert!(id(&[("gen_ai.operation.name", "chat"), answer]).is_some());
    assert_eq!(
        id(&[("gen_ai.operation.name", "execute_tool"), answer]),
        None
    );
}

#[test]
fn nothing_of_one_span_stays_for_the_next() {
    let mut builder = StoreBuilder::new();
    let mut observed = Observed::default();
    let rows = observed.find("gen_ai.usage.input_tokens");
    observed.see(rows, None, b"12");
    observed.see(observed.find("gen_ai.agent.name"), None, b"lead");
    let name = builder.strings().intern("x");
    assert_ne!(observed.resolve(name, &mut builder), Recorded::default());
    observed.clear();
    assert_eq!(observed.resolve(name, &mut builder), Recorded::default());
}
