//! Spans that say a thing in an unusual way, or half of it.

use super::*;

fn provider(attributes: &[(&str, &str)]) -> Option<String> {
    let (recorded, builder) = meaning("x", attributes);
    let provider = recorded.meaning.provider;
    provider.map(|id| builder.text(id).to_owned())
}

#[test]
fn a_call_that_failed_before_it_said_its_operation_is_told_by_its_name_and_model() {
    let asked = [
        ("gen_ai.system", "openai"),
        ("gen_ai.request.model", "gpt-4o"),
    ];
    assert_eq!(kind("chat gpt-4o", &asked), K::Llm);
    assert_eq!(kind("embeddings gpt-4o", &asked), K::Embedding);
    assert_eq!(kind("anthropic.messages.create", &asked), K::Llm);
    // A name alone is no proof, nor is a model.
    assert_eq!(kind("chat gpt-4o", &[]), K::Other);
    assert_eq!(kind("chats archived", &asked), K::Other);
    assert_eq!(kind("POST /v1/chat", &asked), K::Other);
    // What a key says stands.
    let task = [asked[1], ("traceloop.span.kind", "task")];
    assert_eq!(kind("chat gpt-4o", &task), K::Chain);
}

#[test]
fn spans_of_the_ai_sdk_are_told_by_their_names_too() {
    for (name, wanted) in [
        ("ai.generateText", K::Agent),
        ("ai.streamText assistant", K::Agent),
        ("ai.generateText.doGenerate", K::Llm),
        ("ai.streamObject.doStream", K::Llm),
        ("ai.embed.doEmbed", K::Embedding),
        ("ai.toolCall", K::Tool),
        ("ai.generateObject", K::Chain),
        ("ai.assistant", K::Other),
    ] {
        assert_eq!(kind(name, &[]), wanted, "{name}");
    }
}

#[test]
fn a_framework_gives_way_to_whoever_serves_the_model() {
    let framework = ("gen_ai.system", "langchain");
    let metadata = ("langsmith.metadata.ls_provider", "anthropic");
    assert_eq!(
        provider(&[framework, metadata]).as_deref(),
        Some("anthropic")
    );
    assert_eq!(
        provider(&[metadata, framework]).as_deref(),
        Some("anthropic")
    );
    let model = ("gen_ai.request.model", "gpt-4.1");
    assert_eq!(provider(&[framework, model]).as_deref(), Some("openai"));
    assert_eq!(provider(&[framework]), None);
    let json = ("mlflow.llm.provider", "\"langchain\"");
    assert_eq!(provider(&[json, model]).as_deref(), Some("openai"));
}

#[test]
fn the_older_ai_sdk_counts_what_is_cached_beside_the_input() {
    let older = r#"{"anthropic":{"cacheCreationInputTokens":512,"cacheReadInputTokens":0}}"#;
    let call = |metadata: &'static str| {
        usage(&[
            ("ai.usage.promptTokens", "455"),
            ("ai.usage.completionTokens", "9"),
            ("ai.response.providerMetadata", metadata),
        ])
    };
    assert_eq!(call(older)[..4], [Some(967), Some(9), Some(0), Some(512)]);
    let less = r#"{"anthropic":{"cacheCreationInputTokens":null,"cacheReadInputTokens":112}}"#;
    assert_eq!(call(less)[..4], [Some(567), Some(9), Some(112), None]);
    // The provider's own count decides where it stands.
    let both = r#"{"anthropic":{"usage":{"input_tokens":343,"cache_read_input_tokens":112},"cacheReadInputTokens":112}}"#;
    assert_eq!(call(both)[..3], [Some(455), Some(9), Some(112)]);
    let other = r#"{"openai":{"cacheReadInputTokens":112}}"#;
    assert_eq!(call(other)[..3], [Some(455), Some(9), None]);
}

#[test]
fn what_is_written_to_a_cache_for_a_while_is_written_all_the_same() {
    let split = r#"{"input_tokens":900,"output_tokens":4,"input_token_details":{"cache_read":100,"cache_creation":0,
        "ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":50}}"#;
    let metadata = |json: &'static str| usage(&[("langsmith.metadata.usage_metadata", json)]);
    assert_eq!(
        metadata(split)[..4],
        [Some(900), Some(4), Some(100), Some(350)]
    );
    // Anthropic repeats the total beside its parts.
    let both = r#"{"input_tokens":900,"cache_creation_input_tokens":350,
        "cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":50}}"#;
    assert_eq!(metadata(both)[3], Some(350));
}

#[test]
fn langfuse_keeps_openai_s_parts_inside() {
    let details = |json: &'static str| usage(&[("langfuse.observation.usage_details", json)]);
    let responses = r#"{"input_tokens": 10, "output_tokens": 9, "output_tokens_details": {"reasoning_tokens": 4}}"#;
    assert_eq!(details(responses), [Some(10), Some(9), None, None, Some(4)]);
    let audio = r#"{"input": 5, "input_audio_tokens": 2, "output": 1, "output_audio_tokens": 3}"#;
    assert_eq!(details(audio)[..2], [Some(7), Some(4)]);
}

#[test]
fn counts_come_as_texts_doubles_and_integers() {
    for written in ["291", "291.0", "2.91e2", "\"291\""] {
        let counted = usage(&[("gen_ai.usage.input_tokens", written)]);
        assert_eq!(counted[0], Some(291), "{written}");
    }
    // What is no count leaves it to the next alias.
    for written in ["", "NaN", "-1", "true", "None", "12 tokens"] {
        let counted = usage(&[
            ("gen_ai.usage.input_tokens", written),
            ("gen_ai.usage.prompt_tokens", "7"),
        ]);
        assert_eq!(counted[0], Some(7), "{written}");
    }
    assert_eq!(
        meaning("x", &[("gen_ai.usage.cost", "1.2e-05")]).0.cost,
        Some(PicoUsd(12_000_000))
    );
    assert_eq!(meaning("x", &[("gen_ai.usage.cost", "NaN")]).0.cost, None);
}

#[test]
fn names_that_are_no_names_leave_it_to_the_next_key() {
    let models = |first: &'static str| {
        let (recorded, builder) = meaning(
            "x",
            &[
                ("gen_ai.response.model", first),
                ("llm.model_name", "gpt-4.1"),
            ],
        );
        recorded
            .meaning
            .model()
            .map(|id| builder.text(id).to_owned())
    };
    for nothing in ["", "\"\"", "null", "None", "  "] {
        assert_eq!(models(nothing).as_deref(), Some("gpt-4.1"), "{nothing:?}");
    }
}
