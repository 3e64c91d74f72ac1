//! Makes OTLP JSON traces of agent runs, of any size and the same for the same seed.
//!
//! What a Collector's file exporter would have written: minified, batches by resource and scope, spans in the order in which they end
//! (children before parents), ids in hex, 64-bit integers as strings, attributes of the OpenTelemetry semantic conventions for
//! generative AI 1.37. About 22 % of the spans are model calls with prompts of 0.2 to 4 KB; a span weighs about 0.9 KB on average.
//!
//! ```
//! use xtask::generate::{Format, Plan};
//!
//! let (bytes, summary) = Plan::new(200).to_bytes();
//! assert_eq!(summary.spans, 200);
//! assert_eq!(summary.bytes, bytes.len() as u64);
//! assert_eq!(bytes, Plan { format: Format::Json, ..Plan::new(200) }.to_bytes().0);
//! ```

mod batch;
mod json;
mod parts;
mod random;
mod run;
mod span;
mod words;

use std::io::{self, Write};

use batch::Batches;
use random::Random;

/// How spans are laid out in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One `TracesData` object.
    Json,
    /// One `ExportTraceServiceRequest` a line.
    JsonLines,
}

/// What to make. The same plan always gives the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Number of spans, exactly.
    pub spans: u64,
    /// Number of traces, exactly; at least 1 and at most `spans`.
    pub traces: u64,
    /// Where all randomness comes from.
    pub seed: u64,
    /// How spans are laid out.
    pub format: Format,
}

/// What was made, for comparison with what a viewer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Length of the file.
    pub bytes: u64,
    /// Spans, no id twice.
    pub spans: u64,
    /// Traces, each with one root and no orphan.
    pub traces: u64,
    /// Spans with status code 2.
    pub error_spans: u64,
    /// Spans of model calls.
    pub model_calls: u64,
    /// Events of all spans.
    pub events: u64,
    /// Links of all spans.
    pub links: u64,
}

impl Plan {
    /// A plan of `spans` spans in traces of about 100, seed 1, as one object.
    pub fn new(spans: u64) -> Self {
        Self {
            spans,
            traces: (spans / 100).max(1),
            seed: 1,
            format: Format::Json,
        }
    }

    /// Writes the file; memory stays below a few megabytes whatever its size.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, out: impl Write) -> io::Result<Summary> {
        let traces = self.traces.clamp(1, self.spans.max(1));
        let mut random = Random::new(self.seed);
        let mut batches = Batches::begin(out, self.format)?;
        let mut left = self.spans;
        let mut clock = run::EPOCH_NANOS;
        let mut linked = None;
        for index in 0..traces {
            if left == 0 {
                break;
            }
            let share = trace_length(&mut random, left, traces - index);
            left -= share;
            let begin = clock;
            clock += random.between(50_000_000, 3_000_000_000);
            let root = run::trace(&mut random, &mut batches, begin, share, linked)?;
            linked = Some(root);
        }
        batches.finish()
    }

    /// The file in memory.
    pub fn to_bytes(&self) -> (Vec<u8>, Summary) {
        let mut bytes = Vec::new();
        // A Vec takes every write.
        let summary = self.write(&mut bytes).unwrap_or_default();
        (bytes, summary)
    }
}

/// Number of spans of the next trace: around the average of what is left, at least 1, leaving at least 1 for each of the others.
fn trace_length(random: &mut Random, left: u64, traces: u64) -> u64 {
    if traces <= 1 {
        return left;
    }
    let average = (left / traces).max(1);
    let wanted = random.between(average.div_ceil(4), average * 2);
    wanted.clamp(1, left - (traces - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(plan: Plan) -> (String, Summary) {
        let (bytes, summary) = plan.to_bytes();
        (String::from_utf8(bytes).unwrap(), summary)
    }

    #[test]
    fn the_counts_are_those_of_the_text() {
        for (spans, traces) in [(1, 1), (2, 2), (7, 3), (1000, 10), (3000, 1)] {
            let plan = Plan {
                traces,
                ..Plan::new(spans)
            };
            let (text, summary) = text(plan);
            assert_eq!((summary.spans, summary.traces), (spans, traces));
            assert_eq!(summary.bytes, text.len() as u64);
            let count = |needle: &str| text.matches(needle).count() as u64;
            assert_eq!(count("\"startTimeUnixNano\":"), spans);
            assert_eq!(spans - count("\"parentSpanId\":"), traces);
            assert_eq!(count("\"code\":2"), summary.error_spans);
            assert_eq!(count("\"timeUnixNano\":"), summary.events);
        }
    }

    #[test]
    fn the_same_plan_gives_the_same_bytes_and_another_seed_others() {
        let plan = Plan::new(300);
        assert_eq!(plan.to_bytes(), plan.to_bytes());
        assert_ne!(plan.to_bytes().0, Plan { seed: 2, ..plan }.to_bytes().0);
    }

    #[test]
    fn spans_are_like_those_of_agents() {
        let (_, summary) = text(Plan::new(20_000));
        let bytes_per_span = summary.bytes / summary.spans;
        assert!(
            (800..1000).contains(&bytes_per_span),
            "{bytes_per_span} bytes a span"
        );
        let permille = summary.model_calls * 1000 / summary.spans;
        assert!(
            (200..240).contains(&permille),
            "{permille} of 1000 spans are model calls"
        );
        assert!(summary.error_spans > 0 && summary.events > 0 && summary.links > 0);
    }

    #[test]
    fn lines_are_whole_requests() {
        let (text, _) = text(Plan {
            format: Format::JsonLines,
            ..Plan::new(2000)
        });
        assert!(text.lines().count() > 3);
        for line in text.lines() {
            assert!(line.starts_with("{\"resourceSpans\":[{") && line.ends_with("}]}"));
        }
    }

    #[test]
    fn span_ids_are_unique_and_parents_exist() {
        let (text, summary) = text(Plan::new(5000));
        let ids = |key: &str| -> Vec<String> {
            text.match_indices(key)
                .map(|(at, _)| text[at + key.len()..][..16].to_owned())
                .collect()
        };
        // Links carry a trace id and a span id, spans the other way round no parent.
        let own: std::collections::BTreeSet<String> = ids("\",\"spanId\":\"").into_iter().collect();
        assert_eq!(own.len() as u64, summary.spans);
        assert!(
            ids("\"parentSpanId\":\"")
                .iter()
                .all(|parent| own.contains(parent))
        );
    }
}
