//! What a frame costs when one trace holds a million spans: `cargo bench --bench scene`.
//!
//! Three shapes of tree, since each is the worst case of something: agents (five levels, a realistic fan-out), flat
//! (one parent of a million children) and chain (each span the parent of the next, a hundred thousand deep).
//!
//! Budgets, natively: a frame of 100 lines 0.5 ms, a toggle 5 ms, the minimap 10 ms, a search of the dictionary 100 ms.

#![expect(
    clippy::cast_possible_wrap,
    reason = "ids count to a million and serve as times"
)]

use criterion::{BenchmarkId, Criterion, Throughput};
use spanlight::analysis::budget::Limit;
use spanlight::analysis::calls::Calls;
use spanlight::analysis::cost::Costs;
use spanlight::analysis::critical_path::CriticalPath;
use spanlight::analysis::levels::Levels;
use spanlight::analysis::outline::Outline;
use spanlight::analysis::search::{Search, SourceRows};
use spanlight::model::{
    EventInput, Meaning, OperationKind, Recorded, ScopeSlot, SourceRange, SpanId, SpanInput,
    SpanKind, SpanRow, StatusCode, StoreBuilder, StrId, TokenUsage, TraceId, TraceRow, TraceStore,
    WireSpanId, WireTraceId,
};
use spanlight::scene::members::Members;
use spanlight::scene::minimap::MinimapRequest;
use spanlight::scene::minimap::lanes::Colours;
use spanlight::scene::waterfall::{ColourBy, Level, OutlineAction, WaterfallRequest};
use spanlight::scene::{Scenes, Sight};
use std::hint::black_box;

const SPANS: u64 = 1_000_000;

/// Builds one trace; `place` gives each span its parent (0 for the root), start and length.
fn trace(spans: u64, place: impl Fn(u64) -> (u64, i64, i64)) -> TraceStore {
    let mut builder = StoreBuilder::new();
    let scopes: Vec<ScopeSlot> = (0..8)
        .map(|service| {
            let resource = builder.begin_resource();
            builder.set_resource(resource, "{}", Some(&format!("service-{service}")));
            builder.begin_scope(resource)
        })
        .collect();
    let names: Vec<_> = (0..500)
        .map(|n| builder.strings().intern(&format!("chat model-{n}")))
        .collect();
    let agents: Vec<_> = (0..8)
        .map(|n| builder.strings().intern(&format!("agent-{n}")))
        .collect();
    let key = builder.dictionary().key("gen_ai.request.model");
    let user = builder.dictionary().key("user.id");
    let wire = |id: u64| WireSpanId {
        id: SpanId(id),
        original: None,
    };
    for id in 1..=spans {
        let (parent, start, len) = place(id);
        let model = builder
            .dictionary()
            .pair(key, &format!("model-{}", id % 40));
        let user = builder
            .dictionary()
            .pair(user, &format!("user-{}", id % 4000));
        let events = [EventInput {
            time: Some(start + len / 2),
            name: names[0],
            exception_type: None,
        }];
        builder.push_span(SpanInput {
            trace: Some(WireTraceId {
                id: TraceId(7),
                original: None,
            }),
            id: Some(wire(id)),
            parent: (parent > 0).then(|| wire(parent)),
            name: names[(id % 500) as usize],
            kind: SpanKind::Internal,
            status: if id % 50 == 0 {
                StatusCode::Error
            } else {
                StatusCode::Unset
            },
            start: Some(start),
            end: Some(start + len),
            scope: scopes[(id * 7 % 8) as usize],
            source: SourceRange {
                source: 0,
                offset: id * 900,
                len: 890,
            },
            attributes: &[model, user],
            events: if id % 10 == 0 { &events } else { &[] },
            links: &[],
            recorded: recorded(id, agents[(id % 8) as usize]),
        });
    }
    builder.finish()
}

/// What a span means: one of eight kinds, calls with tokens.
fn recorded(id: u64, name: StrId) -> Recorded {
    const KINDS: [OperationKind; 8] = [
        OperationKind::Other,
        OperationKind::Agent,
        OperationKind::Llm,
        OperationKind::Tool,
        OperationKind::Chain,
        OperationKind::Llm,
        OperationKind::Tool,
        OperationKind::Retrieval,
    ];
    let kind = KINDS[(id * 5 % 8) as usize];
    let is_call = kind == OperationKind::Llm;
    Recorded {
        meaning: Meaning {
            kind,
            agent: (kind == OperationKind::Agent).then_some(name),
            tool: (kind == OperationKind::Tool).then_some(name),
            request_model: is_call.then_some(name),
            ..Meaning::default()
        },
        usage: TokenUsage {
            input: is_call.then_some(id % 1000),
            ..TokenUsage::default()
        },
        ..Recorded::default()
    }
}

/// Span `id` has children `id * 16 - 14 ..= id * 16 + 1`: five levels.
fn agents() -> TraceStore {
    trace(SPANS, |id| {
        let (mut first, mut len, mut at) = (1_000_000_000_i64, 1 << 44, id);
        let mut path = Vec::new();
        while at > 1 {
            path.push((at - 2) % 16);
            at = (at + 14) / 16;
        }
        for &slot in path.iter().rev() {
            len /= 17;
            first += len / 2 + len * slot as i64;
        }
        ((id + 14) / 16 * u64::from(id > 1), first, len)
    })
}

fn flat() -> TraceStore {
    trace(SPANS, |id| match id {
        1 => (0, 1_000, SPANS as i64 * 1_000),
        _ => (1, id as i64 * 1_000, 700 + (id as i64 * 37) % 600),
    })
}

fn chain() -> TraceStore {
    trace(100_000, |id| {
        (id - 1, id as i64 * 1_000, (200_000 - id as i64) * 2_000)
    })
}

/// The dictionary stage of a search: hits in names, values and ids, and none at all.
fn search(bench: &mut Criterion, store: &TraceStore) {
    let mut group = bench.benchmark_group("search the dictionary");
    for query in [
        "nowhere to be found",
        "model-39",
        "chat",
        "user-3999",
        "0f423",
        "user.id=user-12",
        "status=error",
        "é",
    ] {
        group.bench_function(BenchmarkId::from_parameter(query), |bench| {
            bench.iter(|| black_box(Search::new(store, query)));
        });
    }
    group.bench_function(BenchmarkId::from_parameter("order by source"), |bench| {
        bench.iter(|| black_box(SourceRows::new(store)));
    });
    group.finish();
}

/// The scan of a source of 64 MB, the spans of which are all still open.
fn scan(bench: &mut Criterion) {
    const COUNT: u64 = 70_000;
    let mut source = Vec::new();
    let mut builder = StoreBuilder::new();
    let resource = builder.begin_resource();
    let scope = builder.begin_scope(resource);
    let key = builder.dictionary().key("gen_ai.prompt");
    let prompt = builder.dictionary().unindexed(key);
    for id in 1..=COUNT {
        let offset = source.len() as u64;
        let json = span_json(id);
        source.extend_from_slice(json.as_bytes());
        source.extend_from_slice(b",");
        builder.push_span(SpanInput {
            trace: None,
            id: Some(WireSpanId {
                id: SpanId(id),
                original: None,
            }),
            parent: None,
            name: StrId::EMPTY,
            kind: SpanKind::Internal,
            status: StatusCode::Unset,
            start: Some(id as i64),
            end: Some(id as i64 + 5),
            scope,
            source: SourceRange {
                source: 0,
                offset,
                len: json.len() as u32,
            },
            attributes: &[prompt],
            events: &[],
            links: &[],
            recorded: Recorded::default(),
        });
    }
    let store = builder.finish();
    let order = SourceRows::new(&store);
    let mut group = bench.benchmark_group("scan the source");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(source.len() as u64));
    for query in [
        "nowhere to be found",  // no part of it anywhere
        "quantum entanglement", // every span has a part of it
        "stringValue",          // every span has it, but not as a text of the user
        "weather in",           // every span has it
        "caf\u{e9}",
        "zz",
    ] {
        let search = Search::new(&store, query);
        group.bench_function(BenchmarkId::from_parameter(query), |bench| {
            bench.iter(|| {
                let mut scan = search.scan(&store, &order, 0);
                let mut found = Vec::new();
                for chunk in source.chunks(65_536) {
                    scan.push(&store, chunk, &mut found);
                }
                found.len()
            });
        });
    }
    group.finish();
}

/// A span of some 900 bytes as an agent writes it.
fn span_json(id: u64) -> String {
    format!(
        r#"{{"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"{id:016x}","parentSpanId":"{:016x}","name":"chat gpt-4o","kind":3,"startTimeUnixNano":"17636473314080{id:05}","endTimeUnixNano":"17636473324080{id:05}","attributes":[{{"key":"gen_ai.operation.name","value":{{"stringValue":"chat"}}}},{{"key":"gen_ai.request.model","value":{{"stringValue":"gpt-4o-2024-08-06"}}}},{{"key":"gen_ai.usage.input_tokens","value":{{"intValue":"{}"}}}},{{"key":"gen_ai.usage.output_tokens","value":{{"intValue":"{}"}}}},{{"key":"gen_ai.prompt","value":{{"stringValue":"You are a helpful assistant.
What is the weather in city number {id}? Answer in one sentence, and say "I do not know" if you are not sure. Consider the season, the wind, the humidity and quantum effects; be brief, be kind and be exact. Think step by step before you answer."}}}}],"status":{{"code":1}}}}"#,
        id / 2,
        id % 4000,
        id % 700,
    )
}

fn scenes(bench: &mut Criterion) {
    for (name, store) in [("agents", agents()), ("flat", flat()), ("chain", chain())] {
        let duration = store.traces()[0].range.duration().0;
        frames(bench, name, &store, duration);
        outline(bench, name, &store);
        whole(bench, name, &store);
        levels(bench, name, &store, duration);
        if name == "agents" {
            search(bench, &store);
        }
    }
}

fn request(first_line: u32, window: (i64, i64)) -> WaterfallRequest {
    WaterfallRequest {
        trace: TraceRow(0),
        first_line,
        lines: 100,
        window,
        width: 1000.0,
        critical_path: true,
        level: Level::Everything,
        only_matches: false,
        colour: ColourBy::Service,
        budget: Limit::default(),
    }
}

fn frames(bench: &mut Criterion, name: &str, store: &TraceStore, duration: i64) {
    let mut group = bench.benchmark_group("frame of 100 lines");
    let windows = [
        ("all", (0, duration)),
        ("1 %", (duration / 3, duration / 3 + duration / 100)),
    ];
    for (zoom, window) in windows {
        for first_line in [0, store.rows() / 2] {
            let mut scenes = Scenes::default();
            let request = request(first_line, window);
            let label = format!("{name}, {zoom}, line {first_line}");
            group.bench_function(BenchmarkId::from_parameter(label), |bench| {
                bench.iter(|| black_box(scenes.waterfall(store, &request, None)));
            });
        }
    }
    // Collapsed, so that every line stands for a subtree.
    let mut scenes = Scenes::default();
    scenes.outline(store, TraceRow(0), OutlineAction::ToDepth(2));
    let request = request(0, (0, duration));
    let label = format!("{name}, to depth 2");
    group.bench_function(BenchmarkId::from_parameter(label), |bench| {
        bench.iter(|| black_box(scenes.waterfall(store, &request, None)));
    });
    group.finish();
}

fn outline(bench: &mut Criterion, name: &str, store: &TraceStore) {
    let mut group = bench.benchmark_group("outline");
    let mut outline = Outline::new(store, TraceRow(0));
    group.bench_function(BenchmarkId::new("toggle the root", name), |bench| {
        bench.iter(|| {
            outline.collapse(store, SpanRow(0));
            outline.expand(store, SpanRow(0));
            outline.total_lines()
        });
    });
    group.bench_function(BenchmarkId::new("toggle a row", name), |bench| {
        bench.iter(|| {
            outline.collapse(store, SpanRow(1));
            outline.expand(store, SpanRow(1));
            outline.total_lines()
        });
    });
    group.bench_function(BenchmarkId::new("collapse all", name), |bench| {
        bench.iter(|| outline.to_depth(store, 0));
    });
    group.finish();
}

fn whole(bench: &mut Criterion, name: &str, store: &TraceStore) {
    let mut group = bench.benchmark_group("whole trace");
    group.sample_size(20);
    let request = MinimapRequest {
        trace: TraceRow(0),
        width: 1600,
        lanes: 8,
        colour: ColourBy::Service,
        budget: Limit::default(),
    };
    let mut scenes = Scenes::default();
    group.bench_function(BenchmarkId::new("minimap", name), |bench| {
        bench.iter(|| black_box(scenes.minimap(store, &request, None, None)));
    });
    group.bench_function(BenchmarkId::new("critical path", name), |bench| {
        bench.iter(|| black_box(CriticalPath::new(store, TraceRow(0))));
    });
    group.bench_function(BenchmarkId::new("first frame", name), |bench| {
        bench.iter(|| {
            let request = self::request(0, (0, 1 << 40));
            let request = WaterfallRequest {
                critical_path: false,
                ..request
            };
            black_box(Scenes::default().waterfall(store, &request, None))
        });
    });
    group.finish();
}

/// What it takes to show a level, and a frame at it.
fn levels(bench: &mut Criterion, name: &str, store: &TraceStore, duration: i64) {
    let mut group = bench.benchmark_group("levels");
    group.sample_size(20);
    let calls = Calls::new(store);
    let trace = TraceRow(0);
    group.bench_function(BenchmarkId::new("work out", name), |bench| {
        bench.iter(|| black_box(Levels::new(store, &calls, trace)));
    });
    let mut scenes = Scenes::default();
    let at = |level| Sight {
        level,
        ..Sight::default()
    };
    scenes.show(store, &calls, trace, at(Level::Everything));
    group.bench_function(
        BenchmarkId::new("everything and back to steps", name),
        |bench| {
            bench.iter(|| {
                scenes.show(store, &calls, trace, at(Level::Everything));
                scenes.show(store, &calls, trace, at(Level::Steps));
            });
        },
    );
    group.bench_function(BenchmarkId::new("frame at steps", name), |bench| {
        let request = request(1000, (0, duration));
        bench.iter(|| black_box(scenes.waterfall(store, &request, None)));
    });
    let costs = Costs::default();
    group.bench_function(
        BenchmarkId::new("number agents and models", name),
        |bench| {
            bench.iter(|| black_box(Members::new(store, &calls, &costs)));
        },
    );
    let members = Members::new(store, &calls, &costs);
    let colours = Colours {
        members: &members,
        calls: &calls,
        costs: &costs,
    };
    for colour in [ColourBy::Kind, ColourBy::Agent, ColourBy::Model] {
        let request = MinimapRequest {
            trace,
            width: 1600,
            lanes: 8,
            colour,
            budget: Limit::default(),
        };
        let label = format!("minimap by {}", colour.as_str());
        group.bench_function(BenchmarkId::new(label, name), |bench| {
            bench.iter(|| black_box(scenes.minimap(store, &request, None, Some(colours))));
        });
    }
    group.finish();
}

fn main() {
    let mut bench = Criterion::default().configure_from_args();
    scenes(&mut bench);
    scan(&mut bench);
    bench.final_summary();
}
