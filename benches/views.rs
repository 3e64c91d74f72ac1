//! What the views that count cost on a million spans: `cargo bench --bench views`.
//!
//! Ten thousand runs of three agents and a hundred spans each, a third of them calls of four models.
//!
//! Budgets, natively: the first drawing of treemap or matrix 150 ms, another order of levels 100 ms.

use criterion::Criterion;
use spanlight::analysis::calls::Calls;
use spanlight::analysis::cost::Costs;
use spanlight::analysis::ledger::{Attribution, Ledger};
use spanlight::analysis::part::Part;
use spanlight::analysis::routing::matrix::Matrix;
use spanlight::analysis::treemap::{Level, Tally};
use spanlight::model::TraceStore;
use spanlight::model::text::parse;
use spanlight::scene::drawn::DrawRequest;
use spanlight::scene::flame::flame;
use spanlight::scene::graph::{GraphRequest, graph_scene};
use spanlight::scene::members::Members;
use spanlight::scene::routing::{Piece, Sources, Width, routing};
use spanlight::scene::statistics::statistics;
use spanlight::scene::treemap::treemap;
use spanlight::semantics::prices::{PriceBook, PriceTable};
use std::fmt::Write as _;
use std::hint::black_box;

const RUNS: u32 = 10_000;

fn document() -> TraceStore {
    let mut drawing = String::new();
    for run in 0..RUNS {
        let at = run * 1000;
        let _ = writeln!(
            drawing,
            "run {at}..{} trace={run} is=agent agent=coordinator",
            at + 990
        );
        for part in 0..99 {
            let start = at + part * 10;
            let agent = ["coordinator", "specialist", "reviewer"][(part % 3) as usize];
            let model =
                ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "o4-mini"][(part % 4) as usize];
            let _ = if part % 3 == 0 {
                writeln!(
                    drawing,
                    "  chat {start}..{} is=llm agent={agent} model={model} tokens={}/{part}",
                    start + 8,
                    100 + part
                )
            } else {
                writeln!(
                    drawing,
                    "  search {start}..{} is=tool agent={agent}",
                    start + 5
                )
            };
        }
    }
    parse(&drawing).finish()
}

/// The ranked table of a million rows, by every column that is not the amount.
fn ranked(criterion: &mut Criterion, ledger: Ledger<'_>, members: &Members, part: &Part) {
    for (name, sort, ascending) in [
        ("ranked by amount", 1, false),
        ("ranked by amount, smallest first", 1, true),
        ("ranked by name", 0, true),
        ("ranked by calls", 4, false),
        ("ranked by cost", 6, false),
        ("ranked by cost per call", 7, true),
    ] {
        let request = DrawRequest {
            levels: vec!["span".to_owned()],
            measure: 6,
            sort,
            ascending,
            size: (900, 600),
            ..DrawRequest::default()
        };
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| black_box(treemap(ledger, members, part, &request)));
        });
    }
}

/// The pieces of the routing view.
fn pieces(criterion: &mut Criterion, sources: Sources<'_>) {
    for (name, piece) in [
        ("routing matrix", Piece::default()),
        (
            "routing flow",
            Piece::Flow {
                width: Width::Cost,
                room: 900,
            },
        ),
        (
            "routing shares",
            Piece::Shares {
                width: Width::Cost,
                room: 900,
                zone: Some(0),
                most: 12,
            },
        ),
        ("routing aside", Piece::Aside),
        (
            "routing alternatives",
            Piece::Alternatives {
                compared: Vec::new(),
            },
        ),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| black_box(routing(sources, &piece)));
        });
    }
}

/// The table of statistics and the flame graph.
fn by_name(criterion: &mut Criterion, ledger: Ledger<'_>, members: &Members, part: &Part) {
    let request = DrawRequest {
        levels: vec!["operation".to_owned()],
        sort: 3,
        size: (900, 0),
        ..DrawRequest::default()
    };
    criterion.bench_function("statistics", |bencher| {
        bencher.iter(|| black_box(statistics(ledger, members, part, &request)));
    });
    criterion.bench_function("flame", |bencher| {
        bencher.iter(|| black_box(flame(ledger, part, &request)));
    });
}

fn main() {
    let store = document();
    let prices = PriceTable::parse(include_str!("../public/prices.txt")).unwrap_or_default();
    let book = PriceBook::new(PriceTable::default(), prices);
    let calls = Calls::new(&store);
    let costs = Costs::new(&store, &calls, &book);
    let attribution = Attribution::new(&store, &calls);
    let tally = Tally::default();
    let ledger = Ledger {
        store: &store,
        calls: &calls,
        costs: &costs,
        attribution: &attribution,
        book: &book,
        tally: &tally,
    };
    let members = Members::new(&store, &calls, &costs);
    let part = Part::whole(&store);
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    criterion.bench_function("attribution", |bencher| {
        bencher.iter(|| black_box(Attribution::new(&store, &calls)));
    });
    for (name, levels, measure) in [
        ("treemap agent model", vec!["agent", "model"], 0),
        ("treemap run step", vec!["run", "step"], 0),
        ("treemap span", vec!["span"], 0),
        (
            "treemap agent model span",
            vec!["agent", "model", "span"],
            0,
        ),
        ("treemap time kind tool", vec!["kind", "tool"], 6),
    ] {
        let request = DrawRequest {
            levels: levels.into_iter().map(str::to_owned).collect(),
            measure,
            sort: 1,
            size: (900, 600),
            ..DrawRequest::default()
        };
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| black_box(treemap(ledger, &members, &part, &request)));
        });
    }
    // Nothing is known yet but calls and costs.
    let request = DrawRequest {
        levels: ["agent", "model", "span"].map(str::to_owned).into(),
        sort: 1,
        size: (900, 600),
        ..DrawRequest::default()
    };
    criterion.bench_function("treemap, the first of a document", |bencher| {
        bencher.iter(|| {
            let attribution = Attribution::new(&store, &calls);
            let tally = Tally::default();
            let ledger = Ledger {
                attribution: &attribution,
                tally: &tally,
                ..ledger
            };
            black_box(treemap(ledger, &members, &part, &request))
        });
    });
    ranked(&mut criterion, ledger, &members, &part);
    by_name(&mut criterion, ledger, &members, &part);
    criterion.bench_function("matrix", |bencher| {
        bencher.iter(|| black_box(Matrix::new(ledger, &part, &Level::Agent)));
    });
    let sources = Sources {
        ledger,
        members: &members,
        part: &part,
    };
    pieces(&mut criterion, sources);
    for (name, steps) in [("graph", None), ("graph steps", Some((0, 200)))] {
        let request = GraphRequest {
            steps,
            ..GraphRequest::default()
        };
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| black_box(graph_scene(ledger, &members, &part, &request)));
        });
    }
    criterion.final_summary();
}
