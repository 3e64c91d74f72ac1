//! Text that looks like prompts, answers and tool results: words with punctuation, line breaks, quotes and some that are not ASCII.

use super::random::Random;

const WORDS: [&str; 96] = [
    "the",
    "a",
    "of",
    "and",
    "to",
    "in",
    "for",
    "with",
    "that",
    "this",
    "customer",
    "order",
    "refund",
    "invoice",
    "shipment",
    "account",
    "policy",
    "claim",
    "report",
    "figures",
    "quarter",
    "revenue",
    "compare",
    "summary",
    "search",
    "result",
    "document",
    "section",
    "paragraph",
    "reference",
    "source",
    "evidence",
    "answer",
    "question",
    "context",
    "history",
    "previous",
    "next",
    "step",
    "plan",
    "agent",
    "tool",
    "call",
    "argument",
    "value",
    "schema",
    "field",
    "missing",
    "invalid",
    "retry",
    "timeout",
    "limit",
    "budget",
    "cost",
    "latency",
    "model",
    "prompt",
    "token",
    "response",
    "request",
    "server",
    "queue",
    "message",
    "payload",
    "record",
    "table",
    "column",
    "row",
    "index",
    "query",
    "filter",
    "sort",
    "between",
    "after",
    "before",
    "during",
    "should",
    "must",
    "can",
    "will",
    "was",
    "were",
    "not",
    "only",
    "each",
    "every",
    "first",
    "last",
    "second",
    "Zürich",
    "café",
    "naïve",
    "日本語",
    "→",
    "≤",
    "✅",
];

/// Appends text of at least `length` bytes, by at most one word more.
pub fn prose(random: &mut Random, out: &mut String, length: usize) {
    let end = out.len() + length;
    while out.len() < end {
        // One draw pays for four words.
        let mut bits = random.next();
        for _ in 0..4 {
            let word = (bits & 0x7f) as usize % WORDS.len();
            out.push_str(WORDS[word]);
            bits >>= 7;
            out.push_str(match bits & 63 {
                0..=3 => ", ",
                4..=6 => ". ",
                7 => ".\n",
                8 => "\n- ",
                9 => " \"",
                10 => "\" ",
                _ => " ",
            });
            bits >>= 6;
            if out.len() >= end {
                return;
            }
        }
    }
}

/// Appends text that can stand inside a JSON string that is itself a value of another one.
pub fn json_prose(random: &mut Random, out: &mut String, length: usize) {
    let begin = out.len();
    prose(random, out, length);
    let escaped = out[begin..].replace('"', "\\\"").replace('\n', "\\n");
    out.truncate(begin);
    out.push_str(&escaped);
}
