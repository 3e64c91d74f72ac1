//! What spans of every producer were given and gave, as the inspector shows it: a dump of some spans of each file of the
//! corpus stands in `tests/corpus/content`. `SPANLIGHT_BLESS=1` rewrites the dumps.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use proptest::prelude::*;
use proptest::sample::select;
use spanlight::ingest::Ingest;
use spanlight::model::{SpanRow, StoreBuilder, TraceStore};
use spanlight::scene::details::conversation::{Piece, PieceKind};
use spanlight::scene::details::{Details, Texts, details, text_at};
use spanlight::semantics::content;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;
use support::{Sample, folder, sample};

/// Files with content, each with what belongs to it.
const FILES: [&[&str]; 19] = [
    &["crewai.json.gz"],
    &["fixture-agentprism-rag-earnings.json"],
    &["fixture-otlp-trace.json"],
    &["google-adk.json"],
    &["langfuse-observe.json"],
    &["langsmith-otel.json"],
    &["mlflow-langgraph.json"],
    &["openinference-langgraph-anthropic.jsonl"],
    &["openinference-openai-agents.json"],
    &["openinference-openai.json"],
    &["openllmetry-langgraph-openai.json.gz"],
    &["openllmetry-workflow.json"],
    &["otel-openai-v2-latest.jsonl"],
    &[
        "otel-openai-v2-legacy.json",
        "otel-openai-v2-legacy.logs.jsonl",
    ],
    &["plain-multi-process.jsonl"],
    &["pydantic-ai-logfire.json"],
    &["smolagents.json.zst"],
    &["strands-legacy.json"],
    &["vercel-ai-v5.json"],
];

/// Characters of a text in a dump.
const SHOWN: usize = 300;

struct Document {
    store: TraceStore,
    samples: Vec<Sample>,
}

fn open(names: &[&str]) -> Document {
    let samples: Vec<Sample> = names.iter().map(|name| sample(name)).collect();
    let mut ingest = Ingest::new(StoreBuilder::new());
    for (at, sample) in samples.iter().enumerate() {
        ingest.begin_source(u16::try_from(at).unwrap(), &sample.name, 0);
        ingest.push(&sample.text);
        ingest.end_source();
    }
    Document {
        store: ingest.finish().0,
        samples,
    }
}

impl Document {
    fn bytes(&self, range: spanlight::model::SourceRange) -> Vec<u8> {
        let start = usize::try_from(range.offset).unwrap();
        self.samples[usize::from(range.source)].text[start..start + range.len as usize].to_vec()
    }

    fn texts(&self, row: SpanRow) -> Texts {
        Texts {
            span: self.store.source(row).map(|range| Ok(self.bytes(range))),
            logs: (self.store.logs(row).iter())
                .map(|record| Ok(self.bytes(record.log.source)))
                .collect(),
        }
    }

    fn details(&self, row: SpanRow) -> Details {
        details(&self.store, row, 0, &self.texts(row))
    }

    fn rows(&self) -> impl Iterator<Item = SpanRow> {
        (0..self.store.rows()).map(SpanRow)
    }
}

fn dump(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        let text: String = piece.value.text.chars().take(SHOWN).collect();
        let mut text = text.replace('\n', "⏎");
        if text.len() < piece.value.text.len() {
            let _ = write!(text, "… ({} bytes)", piece.value.bytes);
        }
        let line = format!(
            "  {:?} {} | {} | {text}",
            piece.kind, piece.label, piece.note
        );
        let line = line.trim_end_matches(['|', ' ']);
        let _ = writeln!(out, "{line}");
    }
    out
}

/// The first and the last span of each name, with what they show.
fn picture(document: &Document) -> String {
    let mut chosen: BTreeMap<String, Vec<SpanRow>> = BTreeMap::new();
    for row in document.rows() {
        let name = document.store.name(row).to_owned();
        let rows = chosen.entry(name).or_default();
        rows.truncate(1);
        rows.push(row);
    }
    let mut rows: Vec<SpanRow> = chosen.into_values().flatten().collect();
    rows.sort_unstable();
    let mut out = String::new();
    for row in rows {
        let details = document.details(row);
        let _ = writeln!(
            out,
            "{} {}\n{}",
            row.0,
            details.name,
            dump(&details.content)
        );
    }
    out
}

#[test]
fn content_is_as_reviewed() {
    let bless = std::env::var_os("SPANLIGHT_BLESS").is_some();
    let mut changed = Vec::new();
    for names in FILES {
        let found = picture(&open(names));
        let path = folder().join("content").join(format!("{}.txt", names[0]));
        if bless {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &found).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != found {
            changed.push(names[0]);
        }
    }
    assert!(
        changed.is_empty(),
        "SPANLIGHT_BLESS=1 rewrites the dumps of {changed:?}"
    );
}

#[test]
fn every_text_can_be_asked_for_whole() {
    for names in FILES {
        let document = open(names);
        for row in document.rows() {
            let texts = document.texts(row);
            for piece in document.details(row).content {
                if piece.value.pointer.is_empty() {
                    continue;
                }
                let whole = text_at(&document.store, row, &texts, &piece.value.pointer).unwrap();
                assert_eq!(whole.len() as u64, piece.value.bytes, "{names:?} {piece:?}");
                assert!(whole.starts_with(&piece.value.text));
            }
        }
    }
}

/// Texts of spans that have something to show.
static SPANS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut spans = Vec::new();
    for names in FILES {
        let document = open(names);
        let rows = document
            .rows()
            .filter(|&row| document.store.source(row).is_some());
        let rows: Vec<SpanRow> = rows.collect();
        for row in rows.iter().step_by(1 + rows.len() / 12) {
            let texts = document.texts(*row);
            spans.extend(texts.logs.into_iter().flatten());
            spans.extend(texts.span.and_then(Result::ok));
        }
    }
    spans.retain(|span| span.len() < 20_000);
    spans
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Cut, changed and doubled texts are read as something, and at once.
    #[test]
    fn damaged_spans_are_read(
        at in 0..SPANS.len(),
        changes in prop::collection::vec((0.0..1.0, select(b"{}[]\",:\\0nt\xc3\n ".to_vec())), 0..12),
        cut in 0.0..1.2,
    ) {
        let mut text = SPANS[at].clone();
        for (place, byte) in changes {
            let place = (place * text.len() as f64) as usize;
            text[place] = byte;
        }
        text.truncate((cut * text.len() as f64) as usize);
        let text = String::from_utf8_lossy(&text);
        let read = content::read(&text, &[&text]);
        let inner = serde_json::to_string(&text).unwrap();
        // The same as the value of an attribute and as a list of messages.
        for key in ["gen_ai.input.messages", "llm.input_messages.3.message.content", "output.value"] {
            let span = format!(r#"{{"attributes": [{{"key": "{key}", "value": {{"stringValue": {inner}}}}}]}}"#);
            let _ = content::read(&span, &[]);
        }
        prop_assert!(read.messages.len() <= 20_000);
    }
}

#[test]
fn a_message_of_thirty_megabytes_is_shown_by_its_beginning() {
    let words = "one two three ".repeat(30_000_000 / 14);
    let messages =
        format!(r#"[{{"role":"user","parts":[{{"type":"text","content":"{words}"}}]}}]"#);
    let inner = serde_json::to_string(&messages).unwrap();
    let span = format!(
        r#"{{"name":"a","attributes":[{{"key":"gen_ai.input.messages","value":{{"stringValue":{inner}}}}}]}}"#
    );
    let store = spanlight::model::text::parse("a 5..10").finish();
    let texts = Texts {
        span: Some(Ok(span.into_bytes())),
        logs: Vec::new(),
    };
    let shown = details(&store, SpanRow(0), 0, &texts).content;
    let text = shown
        .iter()
        .find(|piece| piece.kind == PieceKind::Text)
        .unwrap();
    assert_eq!(text.value.bytes, words.len() as u64);
    assert!(text.value.text.len() <= 16 * 1024);
}
