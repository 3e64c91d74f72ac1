//! What a filter over a million spans costs: `cargo bench --bench filter`. Budget, natively: 100 ms.

#![expect(
    clippy::cast_possible_wrap,
    reason = "ids count to a million and serve as times"
)]

use criterion::{BenchmarkId, Criterion};
use spanlight::analysis::calls::Calls;
use spanlight::analysis::cost::Costs;
use spanlight::analysis::filter::{Columns, Filter, complete};
use spanlight::model::meaning::{Meaning, Recorded};
use spanlight::model::{
    OperationKind, SourceRange, SpanId, SpanInput, SpanKind, StatusCode, StoreBuilder, TokenUsage,
    TraceId, TraceStore, WireSpanId, WireTraceId,
};
use spanlight::semantics::prices::{PriceBook, PriceTable};
use std::hint::black_box;

const SPANS: u64 = 1_000_000;

/// Runs of a hundred spans with nine attributes each; every second is a call of a model, and one key of the nine has its
/// values in the source.
fn store() -> TraceStore {
    let mut builder = StoreBuilder::new();
    let resource = builder.begin_resource();
    let json = r#"{"attributes":[{"key":"service.name","value":{"stringValue":"app"}}]}"#;
    builder.set_resource(resource, json, Some("app"));
    let scope = builder.begin_scope(resource);
    let names: Vec<_> = (0..500)
        .map(|n| builder.strings().intern(&format!("step {n}")))
        .collect();
    let models: Vec<_> = (0..40)
        .map(|n| builder.strings().intern(&format!("model-{n}")))
        .collect();
    let keys: Vec<_> = (0..8)
        .map(|n| builder.dictionary().key(&format!("app.key.{n}")))
        .collect();
    let prompt = builder.dictionary().key("prompt");
    let wire = |id: u64| WireSpanId {
        id: SpanId(id),
        original: None,
    };
    for id in 1..=SPANS {
        let mut attributes: Vec<_> = (keys.iter().zip(1..))
            .map(|(&key, n)| {
                let value = format!("value-{}", id * n % (10 << n));
                builder.dictionary().pair(key, &value)
            })
            .collect();
        attributes.push(builder.dictionary().unindexed(prompt));
        let first = (id - 1) / 100 * 100 + 1;
        let is_call = id % 2 == 0;
        builder.push_span(SpanInput {
            trace: Some(WireTraceId {
                id: TraceId(u128::from(first)),
                original: None,
            }),
            id: Some(wire(id)),
            parent: (id != first).then(|| wire(first)),
            name: names[(id % 500) as usize],
            kind: SpanKind::Internal,
            status: StatusCode::Unset,
            start: Some(id as i64 * 1_000_000),
            end: Some(id as i64 * 1_000_000 + (id % 5000) as i64 * 1_000_000),
            scope,
            source: SourceRange {
                source: 0,
                offset: id * 900,
                len: 890,
            },
            attributes: &attributes,
            events: &[],
            links: &[],
            recorded: Recorded {
                meaning: Meaning {
                    kind: if is_call {
                        OperationKind::Llm
                    } else {
                        OperationKind::Tool
                    },
                    response_model: is_call.then(|| models[(id % 40) as usize]),
                    ..Meaning::default()
                },
                usage: TokenUsage {
                    input: is_call.then_some(id % 9000),
                    output: is_call.then_some(id % 700),
                    ..TokenUsage::default()
                },
                ..Recorded::default()
            },
        });
    }
    builder.finish()
}

fn main() {
    let mut bench = Criterion::default().configure_from_args();
    let store = store();
    let calls = Calls::new(&store);
    let table = PriceTable::parse("model-4\tx\t1\t2\nmodel-6\tx\t1\t2").unwrap_or_default();
    let book = PriceBook::new(table, PriceTable::default());
    let mut group = bench.benchmark_group("cost of 1,000,000 spans");
    group.sample_size(10);
    group.bench_function("costs", |bench| {
        bench.iter(|| black_box(Costs::new(&store, &calls, &book)));
    });
    group.finish();
    let costs = Costs::new(&store, &calls, &book);
    let columns = Columns::new(&store, &calls, &costs);
    let mut group = bench.benchmark_group("filter over 1,000,000 spans");
    group.sample_size(20);
    group.bench_function("owners", |bench| {
        bench.iter(|| black_box(Columns::new(&store, &calls, &costs)));
    });
    for filter in [
        "{ span.app.key.1 = \"value-7\" && duration > 2s }",
        "{ span.app.key.7 =~ \"value-1.*\" || span.app.key.3 != \"value-5\" }",
        "{ .app.key.2 = nil && resource.service.name = \"app\" }",
        "{ model = \"model-4\" && tokens > 5000 && cost > 0.001 }",
        "{ agent = nil && kind = tool && name =~ \"step 1.*\" }",
        "{ span.prompt = \"x\" || status = error }",
        "{ duration > 1s } step 17",
    ] {
        let parsed = Filter::parse(filter);
        let Ok(parsed) = parsed else { continue };
        group.bench_function(BenchmarkId::from_parameter(filter), |bench| {
            bench.iter(|| black_box(parsed.matches(&store, &columns)));
        });
    }
    for text in ["{ spa", "{ span.app.key.1 = ", "{ model = "] {
        group.bench_function(BenchmarkId::new("complete", text), |bench| {
            bench.iter(|| black_box(complete(&store, &columns, text, 99)));
        });
    }
    group.finish();
    bench.final_summary();
}
