//! The names under which a model may stand in a price table.
//!
//! ```text
//! us.anthropic.claude-haiku-4-5-20251001-v1:0     as written
//! anthropic.claude-haiku-4-5-20251001-v1:0        without one prefix after the other
//! claude-haiku-4-5-20251001-v1:0
//! claude-haiku-4-5-20251001                       then without one suffix after the other
//! claude-haiku-4-5
//! ```

/// Prefixes before a point: regions and vendors of Amazon Bedrock. Not every point ends a prefix (`gpt-4.1`).
const DOTTED: [&str; 25] = [
    "ai21",
    "amazon",
    "anthropic",
    "apac",
    "au",
    "ca",
    "cohere",
    "deepseek",
    "eu",
    "global",
    "google",
    "jp",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "us",
    "us-gov",
    "writer",
    "xai",
    "zai",
];

/// Prefixes before a colon: whose API an SDK calls. Not every colon ends a prefix (`llama3:8b`, `v1:0`, `ft:gpt-4o`).
const CALLED: [&str; 15] = [
    "anthropic",
    "azure",
    "azure_openai",
    "bedrock",
    "bedrock_converse",
    "cohere",
    "deepseek",
    "google-gla",
    "google-vertex",
    "google_genai",
    "google_vertexai",
    "groq",
    "mistral",
    "openai",
    "xai",
];

/// Runtimes on one's own machine: what they run has no price per token, whatever the model is called.
const LOCAL: [&str; 8] = [
    "hosted_vllm",
    "llamafile",
    "lm_studio",
    "lmstudio",
    "local",
    "ollama",
    "ollama_chat",
    "vllm",
];

/// Calls `found` with each name a model may have in a table, nearest first and in lower case, until it says true.
pub(super) fn candidates(model: &str, mut found: impl FnMut(&str) -> bool) {
    let written = model.trim().to_ascii_lowercase();
    let mut prefixed = Some(written.as_str());
    while let Some(name) = prefixed {
        if found(name) {
            return;
        }
        prefixed = without_prefix(name);
    }
    let mut prefixed = Some(written.as_str());
    while let Some(name) = prefixed {
        let mut dated = without_suffix(name);
        while let Some(name) = dated {
            if found(name) {
                return;
            }
            dated = without_suffix(name);
        }
        prefixed = without_prefix(name);
    }
}

/// A model's name without what says who serves it and of which date.
pub fn plain_model(model: &str) -> &str {
    let mut name = model.trim();
    while let Some(rest) = without_prefix(name).or_else(|| without_suffix(name)) {
        name = rest;
    }
    name
}

/// The same without the family, for where there is no room for more.
pub fn short_model(model: &str) -> &str {
    let name = plain_model(model);
    let mut families = ["claude-", "gemini-"].into_iter();
    let short = families.find_map(|family| name.strip_prefix(family));
    short.filter(|short| !short.is_empty()).unwrap_or(name)
}

/// The name without its first prefix; `None` when it has none that says only who serves the model.
fn without_prefix(name: &str) -> Option<&str> {
    if let Some((prefix, rest)) = name.split_once('/') {
        return (!LOCAL.contains(&prefix) && !rest.is_empty()).then_some(rest);
    }
    if let Some((prefix, rest)) = name.split_once(':')
        && CALLED.contains(&prefix)
    {
        return (!rest.is_empty()).then_some(rest);
    }
    let (prefix, rest) = name.split_once('.')?;
    (DOTTED.contains(&prefix) && !rest.is_empty()).then_some(rest)
}

/// The name without its last suffix: a date, `-latest`, what follows `@`, or a version of Amazon Bedrock (`-v1:0`).
pub(super) fn without_suffix(name: &str) -> Option<&str> {
    let rest = match name.rsplit_once('@') {
        Some((rest, _)) => rest,
        None => name
            .strip_suffix("-latest")
            .or_else(|| without_version(name))
            .or_else(|| without_date(name))?,
    };
    (!rest.is_empty()).then_some(rest)
}

/// Without `-v1:0` or `-v2`.
fn without_version(name: &str) -> Option<&str> {
    let (rest, version) = name.rsplit_once("-v")?;
    let mut numbers = version.splitn(2, ':');
    numbers.all(is_number).then_some(rest)
}

/// Without `-20250929` or `-2025-09-29`.
fn without_date(name: &str) -> Option<&str> {
    let is_date = |year: &str, month: &str, day: &str| {
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        (2000..2100).contains(&number(year))
            && (1..=12).contains(&number(month))
            && (1..=31).contains(&number(day))
    };
    let (rest, last) = name.rsplit_once('-')?;
    if last.len() == 8 && is_number(last) {
        return is_date(&last[..4], &last[4..6], &last[6..]).then_some(rest);
    }
    let (rest, month) = rest.rsplit_once('-')?;
    let (rest, year) = rest.rsplit_once('-')?;
    let is_dashed = (year.len(), month.len(), last.len()) == (4, 2, 2);
    (is_dashed && is_date(year, month, last)).then_some(rest)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(model: &str) -> Vec<String> {
        let mut names = Vec::new();
        candidates(model, |name| {
            names.push(name.to_owned());
            false
        });
        names
    }

    #[test]
    fn names_are_tried_from_near_to_far() {
        assert_eq!(
            all("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
            [
                "us.anthropic.claude-haiku-4-5-20251001-v1:0",
                "anthropic.claude-haiku-4-5-20251001-v1:0",
                "claude-haiku-4-5-20251001-v1:0",
                "us.anthropic.claude-haiku-4-5-20251001",
                "us.anthropic.claude-haiku-4-5",
                "anthropic.claude-haiku-4-5-20251001",
                "anthropic.claude-haiku-4-5",
                "claude-haiku-4-5-20251001",
                "claude-haiku-4-5",
            ]
        );
        assert_eq!(all(" GPT-4.1 "), ["gpt-4.1"]);
        assert_eq!(
            all("openrouter/openai/gpt-4.1-2025-04-14").last().unwrap(),
            "gpt-4.1"
        );
        assert_eq!(
            all("bedrock:us.anthropic.claude-opus-4-1").last().unwrap(),
            "claude-opus-4-1"
        );
        assert_eq!(all("google-gla:gemini-2.5-pro")[1], "gemini-2.5-pro");
        assert_eq!(all("models/gemini-2.5-pro")[1], "gemini-2.5-pro");
        assert_eq!(all("claude-opus-4-1@20250805")[1], "claude-opus-4-1");
        assert_eq!(all("claude-3-5-haiku-latest")[1], "claude-3-5-haiku");
    }

    #[test]
    fn what_is_no_date_and_no_prefix_stays() {
        for name in [
            "gpt-4-0613",
            "mistral-large-2407",
            "model-20251399",
            "model-19991231",
            "gpt-4o-2024-08",
            "my.model",
            "ollama/mistral-large",
            "ollama:mistral-large",
            "ft:gpt-4o:org",
            "openai:",
            "-latest",
            "@latest",
            "model-v",
            "model-vision",
            "",
        ] {
            assert_eq!(all(name), [name]);
        }
    }

    proptest! {
        #[test]
        fn no_name_panics_or_goes_on_for_ever(name in "[a-z0-9./@:é-]{0,40}") {
            prop_assert!(all(&name).len() <= 41 * 41);
        }
    }

    #[test]
    fn short_names_say_which_model_it_is() {
        for (model, short) in [
            ("claude-sonnet-4-6", "sonnet-4-6"),
            ("claude-3-5-haiku-20241022", "3-5-haiku"),
            ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "haiku-4-5"),
            ("openai/gpt-4o-2024-08-06", "gpt-4o"),
            ("gpt-4.1", "gpt-4.1"),
            ("ollama/llama3", "ollama/llama3"),
            ("gemini-2.5-pro", "2.5-pro"),
            ("claude-", "claude-"),
            ("", ""),
        ] {
            assert_eq!(short_model(model), short, "{model}");
        }
        assert_eq!(
            plain_model("anthropic/claude-3-5-haiku-20241022"),
            "claude-3-5-haiku"
        );
    }
}
