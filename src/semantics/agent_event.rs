//! Events of coding agents that trace nothing: Claude Code and Codex write log records, and in them what each call of a
//! model used and each tool did.
//!
//! Such a record stands for a span of its own where its session has no spans. Counts and costs are read by the same
//! dictionary as those of spans.

use super::content::fields::{Fields, plain, unwrapped};

/// What a record of such an agent tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentEvent {
    /// What the agent is called.
    pub agent: &'static str,
    /// The event's name, with the agent's before it: `claude_code.api_request`.
    pub name: String,
    /// The session it belongs to.
    pub session: String,
    /// Whether it says that something failed.
    pub failed: bool,
    /// How long that took which ended with the record, in nanoseconds; 0 where it only happened.
    pub duration_ns: i64,
    /// The attributes as text, in order.
    pub attributes: Vec<(String, String)>,
}

/// The agents, with the beginnings of the names of their events.
const AGENTS: [(&str, &str); 2] = [("claude_code.", "Claude Code"), ("codex.", "Codex")];

/// Names that Claude Code gives its events where it leaves its own to the record's body.
const SHORT: [&str; 5] = [
    "user_prompt",
    "tool_result",
    "tool_decision",
    "api_request",
    "api_error",
];

/// Keys of the session.
const SESSION: [&str; 2] = ["session.id", "conversation.id"];

/// Whether a record of this name may be such an event: enough to look into it.
pub fn may_be(name: &str) -> bool {
    agent_of(name).is_some() || SHORT.contains(&name)
}

fn agent_of(name: &str) -> Option<&'static str> {
    let mut agents = AGENTS.iter();
    let found = agents.find(|(start, _)| name.starts_with(start));
    found.map(|&(_, agent)| agent)
}

/// Reads a log record's JSON; `None` where it is no such event, names no session, or is one of the many that tell of a piece
/// of an answer.
pub fn read(record: &str) -> Option<AgentEvent> {
    let records = [record];
    let fields = Fields::new("", &records);
    let event = fields.events.first()?;
    let body = event.body.and_then(plain).unwrap_or_default();
    let names = [event.name.as_str(), body.as_str()];
    let name = names.into_iter().find(|name| agent_of(name).is_some())?;
    let text = |key: &str| event.text(key).map(unwrapped).unwrap_or_default();
    let mut sessions = SESSION.iter().map(|key| text(key));
    let session = sessions.find(|session| !session.is_empty())?;
    let is_answer = name == "codex.sse_event";
    let kind_of_answer = text("event.kind");
    let has_error = !text("error.message").is_empty() || !text("error").is_empty();
    let failed = name == "claude_code.api_error" || has_error || text("success") == "false";
    if is_answer && !failed && kind_of_answer != "response.completed" {
        return None;
    }
    let took = text("duration_ms").parse::<f64>().unwrap_or(0.0);
    Some(AgentEvent {
        agent: agent_of(name)?,
        name: name.to_owned(),
        session,
        failed,
        // Above a year it is no duration.
        duration_ns: if (0.0..3.2e10).contains(&took) {
            (took * 1e6) as i64
        } else {
            0
        },
        attributes: (event.attributes.iter())
            .filter_map(|(key, value)| Some((key.clone().into_owned(), plain(*value)?)))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, body: &str, attributes: &[(&str, &str)]) -> String {
        let attribute = |(key, value): &(&str, &str)| {
            format!(r#"{{"key": "{key}", "value": {{"stringValue": "{value}"}}}}"#)
        };
        let mut all = vec![attribute(&("event.name", name))];
        all.extend(attributes.iter().map(attribute));
        format!(
            r#"{{"timeUnixNano": "5", "body": {{"stringValue": "{body}"}}, "attributes": [{}]}}"#,
            all.join(",")
        )
    }

    #[test]
    fn events_have_their_full_names_and_their_session() {
        let session = ("session.id", "s");
        let long = read(&record("claude_code.api_request", "", &[session])).unwrap();
        let short = read(&record(
            "api_request",
            "claude_code.api_request",
            &[session],
        ))
        .unwrap();
        assert_eq!((&long.name, &long.session), (&short.name, &short.session));
        assert_eq!((long.agent, long.session.as_str()), ("Claude Code", "s"));
        assert_eq!(read(&record("api_request", "GET /", &[session])), None);
        assert_eq!(read(&record("claude_code.api_request", "", &[])), None);
        assert!(may_be("codex.tool_result") && may_be("api_error") && !may_be("info"));
    }

    #[test]
    fn only_the_end_of_an_answer_tells_of_it() {
        let event = |kind: &str| {
            let attributes = [("conversation.id", "c"), ("event.kind", kind)];
            read(&record("codex.sse_event", "", &attributes))
        };
        assert!(event("response.completed").is_some());
        assert_eq!(event("response.output_text.delta"), None);
    }

    #[test]
    fn what_failed_and_how_long_it_took_is_told() {
        let event = |name, attribute| {
            let read = read(&record(name, "", &[("session.id", "s"), attribute])).unwrap();
            (read.failed, read.duration_ns)
        };
        let took = ("duration_ms", "1500");
        assert_eq!(
            event("claude_code.api_request", took),
            (false, 1_500_000_000)
        );
        assert_eq!(event("claude_code.api_error", took), (true, 1_500_000_000));
        assert_eq!(event("codex.tool_result", ("success", "false")), (true, 0));
        for nonsense in ["-1", "NaN", "1e300", "soon"] {
            assert_eq!(
                event("claude_code.api_request", ("duration_ms", nonsense)),
                (false, 0)
            );
        }
    }
}
