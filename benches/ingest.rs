//! What reading costs: `cargo bench --bench ingest`. The generator's agent-like spans of about 0.9 KB, 100,000 of them.
//!
//! - `read`: bytes to staged columns, in pieces of 256 KB as a file's stream gives them.
//! - `link`: staged columns to the finished table.
//! - `open`: staged columns to the answer to an opening: linked, calls found, costs worked out, everything counted.
//! - `read without meaning`: as `read`, with a dictionary that knows no key.
//! - `serde_json`: the same text into a `serde_json::Value`, which is what the figures are compared with.
//!
//! Budgets, natively: `read` at least 4 times the speed of `serde_json`; `link` below a fifth of `read`. Before the first figure
//! stands what a span costs in memory, for two sizes: it must not grow with the number of spans. Then stands what meaning costs:
//! the least time on the processor of several turns, with and without; at most 15 % more.

use criterion::{BatchSize, Criterion, Throughput};
use serde_json::Value;
use spanlight::analysis::calls::Calls;
use spanlight::analysis::cost::Costs;
use spanlight::engine::Engine;
use spanlight::engine::protocol::SourceHead;
use spanlight::ingest::{Flow, Ingest};
use spanlight::model::StoreBuilder;
use spanlight::semantics::prices::{PriceBook, PriceTable};
use std::hint::black_box;
use std::time::{Duration, Instant};
use xtask::generate::Plan;

const SPANS: u64 = 100_000;
const PIECE: usize = 256 * 1024;

/// Turns of which the fastest counts.
const TURNS: u32 = 9;

/// Reads one file to its end.
fn read(text: &[u8]) -> Ingest {
    read_into(Ingest::new(StoreBuilder::new()), text)
}

fn read_without_meaning(text: &[u8]) -> Ingest {
    read_into(Ingest::without_meaning(StoreBuilder::new()), text)
}

fn read_into(mut ingest: Ingest, text: &[u8]) -> Ingest {
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

/// Time of this thread on the processor, or of the clock where the system does not say it.
fn on_processor(begin: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| begin.elapsed(), Duration::from_nanos)
}

/// What meaning adds to an ingest: reading, linking, then which spans are calls, and what they cost.
fn share_of_meaning(text: &[u8]) {
    let built_in = PriceTable::parse(include_str!("../public/prices.txt")).unwrap_or_default();
    let mut book = PriceBook::default();
    book.built_in = built_in;
    let begin = Instant::now();
    let least = |work: &dyn Fn()| {
        let before = on_processor(begin);
        work();
        on_processor(begin).saturating_sub(before)
    };
    let mut times = [[Duration::MAX; 3]; 2];
    for _ in 0..TURNS {
        let whole = || {
            let (store, _) = read(text).finish();
            let calls = Calls::new(&store);
            black_box(Costs::new(&store, &calls, &book));
        };
        let works: [[&dyn Fn(); 3]; 2] = [
            [
                &|| drop(black_box(read_without_meaning(text))),
                &|| drop(black_box(read_without_meaning(text).finish())),
                &|| drop(black_box(read_without_meaning(text).finish())),
            ],
            [
                &|| drop(black_box(read(text))),
                &|| drop(black_box(read(text).finish())),
                &whole,
            ],
        ];
        for (times, works) in times.iter_mut().zip(works) {
            for (time, work) in times.iter_mut().zip(works) {
                *time = least(work).min(*time);
            }
        }
    }
    let [without, with] = times;
    let names = ["read", "read and link", "read, link, calls and costs"];
    for ((name, without), with) in names.into_iter().zip(without).zip(with) {
        let more = (with.as_secs_f64() / without.as_secs_f64() - 1.0) * 100.0;
        eprintln!("meaning: {name} {with:.1?}, without it {without:.1?}: {more:.1} % more");
    }
}

fn main() {
    memory();
    let text = Plan::new(SPANS).to_bytes().0;
    share_of_meaning(&text);
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("100,000 spans");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("read", |bench| bench.iter(|| black_box(read(&text))));
    group.bench_function("read without meaning", |bench| {
        bench.iter(|| black_box(read_without_meaning(&text)));
    });
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
