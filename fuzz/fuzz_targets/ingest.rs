//! Any bytes, in any pieces: reading must neither panic nor depend on where the pieces end, and every span that it keeps must
//! point at text that is there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use spanlight::ingest::{Flow, Ingest};
use spanlight::model::{SpanRow, StoreBuilder, TraceStore, text};

fn read(data: &[u8], piece: usize) -> TraceStore {
    let mut ingest = Ingest::new(StoreBuilder::new());
    ingest.begin_source(0, "fuzz.json", data.len() as u64);
    for piece in data.chunks(piece) {
        if ingest.push(piece) == Flow::Stop {
            break;
        }
    }
    ingest.end_source();
    ingest.finish().0
}

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, data) = input;
    let whole = read(data, data.len().max(1));
    let pieces = read(data, usize::from(piece) + 1);
    assert_eq!(
        text::dump(&whole),
        text::dump(&pieces),
        "pieces of {piece} + 1 bytes"
    );
    for row in (0..whole.rows()).map(SpanRow) {
        if let Some(range) = whole.source(row) {
            assert!(
                range.offset + u64::from(range.len) <= data.len() as u64,
                "{row:?} ends after the file"
            );
        }
    }
});
