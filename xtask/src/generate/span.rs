//! One span as OTLP JSON: agents, model calls, tools and requests to other systems.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::batch::{Batches, Scope, Service};
use super::json::{self, Attributes};
use super::parts::{Identity, Times, head, push_exception, push_link, tail};
use super::random::Random;
use super::words;

/// Model and provider.
const MODELS: [(&str, &str); 5] = [
    ("gpt-5-mini", "openai"),
    ("gpt-5", "openai"),
    ("claude-sonnet-4-5", "anthropic"),
    ("claude-haiku-4-5", "anthropic"),
    ("gemini-2.5-pro", "gcp.gemini"),
];

const AGENTS: [&str; 8] = [
    "planner",
    "researcher",
    "writer",
    "reviewer",
    "refund_desk",
    "claims_desk",
    "translator",
    "scheduler",
];

const TOOLS: [&str; 10] = [
    "search_kb",
    "get_order",
    "list_invoices",
    "run_query",
    "send_email",
    "fetch_page",
    "create_ticket",
    "read_file",
    "calculator",
    "check_policy",
];

const FAILURES: [(&str, &str); 4] = [
    (
        "TimeoutError",
        "the upstream service did not answer within 30 s",
    ),
    ("ValidationError", "field `order_id` is missing"),
    (
        "PermissionDenied",
        "the token lacks the scope \"orders:read\"",
    ),
    ("NotFound", "no such order: 481-226"),
];

/// Writes the span of an agent.
pub fn agent<W: Write>(
    random: &mut Random,
    batches: &mut Batches<W>,
    service: Service,
    identity: Identity,
    times: Times,
    failed: bool,
    link: Option<Identity>,
) -> io::Result<()> {
    batches.add(service, Scope::Agent, |out, summary| {
        let name = *random.pick(&AGENTS);
        head(out, identity, "invoke_agent ", name, 1, times);
        let mut attributes = Attributes::begin(out);
        attributes.text("gen_ai.operation.name", "invoke_agent");
        attributes.text("gen_ai.agent.name", name);
        attributes.text(
            "gen_ai.agent.id",
            &format!("agent_{:08x}", random.next() >> 32),
        );
        attributes.text("gen_ai.provider.name", "openai");
        attributes.text(
            "gen_ai.conversation.id",
            &format!("conv_{:016x}", identity.trace.0),
        );
        attributes.int("app.turn_limit", 40);
        attributes.end();
        if let Some(link) = link {
            push_link(out, summary, link);
        }
        let message = "the last tool failed and no other was left";
        tail(out, summary, failed.then_some(message));
    })
}

/// Writes the span of a model call.
pub fn model_call<W: Write>(
    random: &mut Random,
    batches: &mut Batches<W>,
    service: Service,
    identity: Identity,
    times: Times,
    failed: bool,
) -> io::Result<()> {
    batches.add(service, Scope::Agent, |out, summary| {
        summary.model_calls += 1;
        let (model, provider) = *random.pick(&MODELS);
        // Most prompts are short, some carry a document.
        let longest = if random.chance(200) { 3900 } else { 500 };
        let prompt = messages(random, "user", 200, longest);
        head(out, identity, "chat ", model, 3, times);
        let mut attributes = Attributes::begin(out);
        attributes.text("gen_ai.operation.name", "chat");
        attributes.text("gen_ai.provider.name", provider);
        attributes.text("gen_ai.request.model", model);
        attributes.hundredths("gen_ai.request.temperature", random.between(0, 100));
        attributes.text("gen_ai.input.messages", &prompt);
        if !failed {
            let answer = messages(random, "assistant", 20, 300);
            attributes.text("gen_ai.response.model", model);
            attributes.text(
                "gen_ai.response.id",
                &format!("resp_{:016x}", random.next()),
            );
            attributes.texts("gen_ai.response.finish_reasons", "stop");
            attributes.int("gen_ai.usage.input_tokens", prompt.len() as u64 / 4);
            attributes.int("gen_ai.usage.output_tokens", answer.len() as u64 / 4);
            attributes.text("gen_ai.output.messages", &answer);
        }
        attributes.end();
        if failed {
            push_exception(
                out,
                summary,
                times,
                "RateLimitError",
                "429: too many tokens in this minute",
            );
        } else if random.chance(300) {
            let first = times.start + (times.end - times.start) / 4;
            summary.events += 1;
            json::raw(out, ",\"events\":[{\"timeUnixNano\":\"");
            json::number(out, first);
            json::raw(out, "\",\"name\":\"first token\"}]");
        }
        tail(out, summary, failed.then_some("rate limited"));
    })
}

/// Writes the span of a tool.
pub fn tool<W: Write>(
    random: &mut Random,
    batches: &mut Batches<W>,
    identity: Identity,
    times: Times,
    failed: bool,
) -> io::Result<()> {
    batches.add(Service::Tools, Scope::Agent, |out, summary| {
        let name = *random.pick(&TOOLS);
        head(out, identity, "execute_tool ", name, 1, times);
        let mut attributes = Attributes::begin(out);
        attributes.text("gen_ai.operation.name", "execute_tool");
        attributes.text("gen_ai.tool.name", name);
        attributes.text(
            "gen_ai.tool.call.id",
            &format!("call_{:012x}", random.next() >> 16),
        );
        attributes.text("gen_ai.tool.call.arguments", &arguments(random));
        if !failed {
            let mut result = String::new();
            let length = random.skewed(10, 200) as usize;
            words::prose(random, &mut result, length);
            attributes.text("gen_ai.tool.call.result", &result);
            attributes.flag("app.cache.hit", random.chance(200));
        }
        attributes.end();
        let (kind, message) = *random.pick(&FAILURES);
        if failed {
            push_exception(out, summary, times, kind, message);
        }
        tail(out, summary, failed.then_some(message));
    })
}

/// Writes the span of a request that a tool makes.
pub fn request<W: Write>(
    random: &mut Random,
    batches: &mut Batches<W>,
    identity: Identity,
    times: Times,
) -> io::Result<()> {
    batches.add(Service::Tools, Scope::Client, |out, summary| {
        let key = random.between(100_000, 999_999);
        if random.chance(600) {
            head(out, identity, "GET ", "/v2/records", 3, times);
            let mut attributes = Attributes::begin(out);
            attributes.text("http.request.method", "GET");
            attributes.text(
                "url.full",
                &format!("https://records.example/v2/records?id={key}"),
            );
            attributes.int("http.response.status_code", 200);
            attributes.text("server.address", "records.example");
            attributes.int("server.port", 443);
            attributes.end();
        } else {
            head(out, identity, "SELECT ", "records", 3, times);
            let mut attributes = Attributes::begin(out);
            attributes.text("db.system.name", "postgresql");
            attributes.text("db.namespace", "records");
            attributes.text("db.operation.name", "SELECT");
            attributes.text(
                "db.query.text",
                "SELECT id, state, amount FROM records WHERE id = $1",
            );
            attributes.int("db.response.returned_rows", random.skewed(0, 40));
            attributes.end();
        }
        tail(out, summary, None);
    })
}

/// Messages as the conventions want them: JSON in a string.
fn messages(random: &mut Random, role: &str, low: u64, high: u64) -> String {
    let length = random.skewed(low, high) as usize;
    let mut text = String::with_capacity(length + 128);
    let _ = write!(
        text,
        "[{{\"role\":\"{role}\",\"parts\":[{{\"type\":\"text\",\"content\":\""
    );
    words::json_prose(random, &mut text, length);
    text.push_str("\"}]}]");
    text
}

fn arguments(random: &mut Random) -> String {
    let mut text = format!("{{\"id\":{},\"query\":\"", random.between(1, 99_999));
    let length = random.between(8, 60) as usize;
    words::json_prose(random, &mut text, length);
    text.push_str("\",\"strict\":true}");
    text
}
