//! The corpus, read and unpacked, for the tests that walk it.

#![allow(
    dead_code,
    reason = "shared by several test programs, each of which uses a part of it"
)]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

#[path = "../../src/unpack/mod.rs"]
pub mod unpack;

pub mod open;
pub mod oracle;

use spanlight::ingest::report::ImportReport;
use spanlight::ingest::sniff::{Compression, compression};
use spanlight::ingest::{Flow, Ingest};
use spanlight::model::{StoreBuilder, TraceStore};
use std::path::{Path, PathBuf};
use unpack::Decoder;

/// A file of the corpus.
pub struct Sample {
    /// Its name.
    pub name: String,
    /// What it was compressed with.
    pub compression: Option<Compression>,
    /// Its text, unpacked.
    pub text: Vec<u8>,
    /// Its size as it is on disk.
    pub size: u64,
}

impl std::fmt::Debug for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

/// The folder of the corpus.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// Every file that `expected.json` counts.
pub fn corpus() -> Vec<Sample> {
    let expected = expected();
    let names = expected.as_object().unwrap().keys();
    names.map(|name| sample(name)).collect()
}

/// One file.
pub fn sample(name: &str) -> Sample {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    let compression = compression(&bytes);
    let size = bytes.len() as u64;
    let text = match compression {
        None => bytes,
        Some(Compression::Gzip) => decode(&mut unpack::Inflate::new(), &bytes),
        Some(Compression::Zstd) => decode(&mut unpack::Unzstd::new(), &bytes),
    };
    Sample {
        name: name.to_owned(),
        compression,
        text,
        size,
    }
}

fn decode(decoder: &mut impl Decoder, bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for chunk in bytes.chunks(1000) {
        decoder.push(chunk, &mut text);
        while decoder.is_pending() {
            decoder.push(&[], &mut text);
        }
    }
    decoder.finish(&mut text);
    assert_eq!(decoder.problem(), None);
    text
}

/// The counts of every file, made by another program.
pub fn expected() -> serde_json::Value {
    let text = std::fs::read(folder().join("expected.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// Whether a file of the corpus is of a format that is refused by name.
pub fn is_foreign(name: &str) -> bool {
    [
        "fixture-agentprism-langfuse",
        "fixture-agenttrace",
        "fixture-jaeger-genai",
        "fixture-jaeger-otlp-out",
        "fixture-langfuse",
        "fixture-zipkin",
    ]
    .iter()
    .any(|start| name.starts_with(start))
}

/// Reads one text in chunks of a size.
pub fn read(name: &str, text: &[u8], chunk: usize) -> (TraceStore, ImportReport) {
    read_pieces(name, text.chunks(chunk.max(1)))
}

/// Reads one text in the given pieces.
pub fn read_pieces<'a>(
    name: &str,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (TraceStore, ImportReport) {
    let mut ingest = Ingest::new(StoreBuilder::new());
    ingest.begin_source(0, name, 0);
    for piece in pieces {
        if ingest.push(piece) == Flow::Stop {
            break;
        }
    }
    ingest.end_source();
    ingest.finish()
}
