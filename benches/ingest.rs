//! What reading costs: `cargo bench --bench ingest`. The generator's agent-like spans of about 0.9 KB, 100,000 of them.
//!
//! - `read`: bytes to staged columns, in pieces of 256 KB as a file's stream gives them.
//! - `link`: staged columns to the finished table.
//! - `open`: staged columns to the answer to an opening: linked, calls found, costs worked out, everything counted.
//! - `serde_json`: the same text into a `serde_json::Value`, which is what the figures are compared with.
//!
//! Budgets, natively: `read` at least 4 times the speed of `serde_json`; `link` below a fifth of `read`. Before the first figure
//! stands what a span costs in memory, for two sizes: it must not grow with the number of spans.

use criterion::{BatchSize, Criterion, Throughput};
use serde_json::Value;
use spanlight::engine::Engine;
use spanlight::engine::protocol::SourceHead;
use spanlight::ingest::{Flow, Ingest};
use spanlight::model::StoreBuilder;
use std::hint::black_box;
use xtask::generate::Plan;

const SPANS: u64 = 100_000;
const PIECE: usize = 256 * 1024;

/// Reads one file to its end.
fn read(text: &[u8]) -> Ingest {
    let mut ingest = Ingest::new(StoreBuilder::new());
    ingest.begin_source(0, "bench.json", text.len() as u64);
    for piece in text.chunks(PIECE) {
        if ingest.push(piece) == Flow::Stop {
            break;
        }
    }
    ingest.end_source();
    ingest
}

fn memory() {
    for spans in [SPANS / 10, SPANS] {
        let (store, _) = read(&Plan::new(spans).to_bytes().0).finish();
        let bytes = store.heap_bytes() as u64;
        eprintln!("{spans} spans: {} bytes of columns each", bytes / spans);
    }
}

fn main() {
    memory();
    let text = Plan::new(SPANS).to_bytes().0;
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("100,000 spans");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("read", |bench| bench.iter(|| black_box(read(&text))));
    group.bench_function("link", |bench| {
        bench.iter_batched(
            || read(&text),
            |ingest| black_box(ingest.finish()),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("open", |bench| {
        bench.iter_batched(
            || {
                let mut engine = Engine::new();
                engine.set_built_in_prices(include_str!("../public/prices.txt"));
                engine.begin(false);
                let head = SourceHead {
                    name: "bench.json".to_owned(),
                    size: text.len() as u64,
                };
                engine.begin_source(&head, "");
                for piece in text.chunks(PIECE) {
                    engine.chunk(piece);
                }
                engine.end_source();
                engine
            },
            |mut engine| {
                let reply = engine.commit(0.0, 0);
                black_box((engine, reply))
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("serde_json", |bench| {
        bench.iter(|| black_box(serde_json::from_slice::<Value>(&text).is_ok()));
    });
    group.finish();
    criterion.final_summary();
}
