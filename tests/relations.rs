//! Which call of a model asked for which call of a tool, in every OTLP file of the corpus: a dump of the pairs, roles and
//! skills stands in `tests/corpus/relations.txt`. `SPANLIGHT_BLESS=1` rewrites it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use spanlight::engine::protocol::{Details, Reply, Request, SourceHead};
use spanlight::engine::{Engine, Step};
use spanlight::model::{PicoUsd, SourceRange, SpanRow, TraceRow};
use spanlight::scene::details::proof::{Line, LineKind};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use support::{Sample, corpus, folder, is_foreign};

/// The engine with one file open.
struct Open<'a> {
    engine: Engine,
    sample: &'a Sample,
}

impl<'a> Open<'a> {
    fn new(sample: &'a Sample) -> Self {
        let mut engine = Engine::new();
        let prices = folder().join("../../public/prices.txt");
        assert!(engine.set_built_in_prices(&std::fs::read_to_string(prices).unwrap()));
        engine.begin(false);
        let head = SourceHead {
            name: sample.name.clone(),
            size: sample.size,
        };
        engine.begin_source(&head, "");
        engine.chunk(&sample.text);
        engine.end_source();
        engine.commit(0.0, 0);
        Self { engine, sample }
    }

    fn bytes(&self, range: SourceRange) -> Vec<u8> {
        let start = usize::try_from(range.offset).unwrap();
        self.sample.text[start..start + range.len as usize].to_vec()
    }

    fn ask(&mut self, request: Request) -> Reply {
        let mut step = self.engine.handle(request);
        loop {
            step = match step {
                Step::Done(reply, _) => return reply,
                Step::Read { ranges, pending } => {
                    let bytes = ranges.iter().map(|&range| Ok(self.bytes(range)));
                    self.engine.resume(pending, bytes.collect())
                }
            };
        }
    }

    /// The details of every span.
    fn all(&mut self) -> Vec<Details> {
        let mut all = Vec::new();
        while let Reply::Details(details) = self.ask(Request::Details {
            row: SpanRow(u32::try_from(all.len()).unwrap()),
        }) {
            all.push(*details);
        }
        all
    }
}

fn line(details: &Details, kind: LineKind) -> Option<&Line> {
    details.relations.iter().find(|line| line.kind == kind)
}

fn cell(line: &Line, at: usize) -> &str {
    line.cells.get(at).map_or("", String::as_str)
}

#[test]
fn pairs_of_the_corpus_are_as_before() {
    let mut found = String::new();
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        let all = Open::new(sample).all();
        let mut text = String::new();
        for details in &all {
            let mut words = Vec::new();
            for line in &details.relations {
                let name = cell(line, 1);
                let how = match cell(line, 3) {
                    "" => String::new(),
                    how => format!(" ({how})"),
                };
                let step = cell(line, 2);
                words.push(match line.kind {
                    LineKind::Role => format!("{} {}", cell(line, 0), cell(line, 1)),
                    LineKind::AskedBy => format!("asked by {name} {step}{how}"),
                    LineKind::ShownTo => format!("given to {name} {step}{how}"),
                    LineKind::Ran if cell(line, 0).is_empty() => format!("then {name} {step}{how}"),
                    LineKind::Ran => format!("{}: {name} {step}{how}", cell(line, 0)),
                    _ => continue,
                });
            }
            if !words.is_empty() && (line(details, LineKind::Step).is_some() || words.len() == 1) {
                let step = line(details, LineKind::Step).map_or("-", |line| cell(line, 0));
                writeln!(text, "  {step} {}: {}", details.name, words.join("; ")).unwrap();
            }
        }
        if !text.is_empty() {
            write!(found, "{}\n{text}\n", sample.name).unwrap();
        }
    }
    let path = folder().join("relations.txt");
    if std::env::var_os("SPANLIGHT_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == wanted,
        "the relations differ from those in relations.txt"
    );
}

/// Where ids decide, a tool that says who asked for it is among what that call ran, and the other way round.
#[test]
fn pairs_by_id_hold_both_ways() {
    let mut pairs = 0;
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        let all = Open::new(sample).all();
        let by_id: BTreeMap<(&str, &str), &Details> = (all.iter())
            .map(|details| {
                (
                    (details.trace_id.as_str(), details.span_id.as_str()),
                    details,
                )
            })
            .collect();
        for tool in &all {
            let Some(asked) = line(tool, LineKind::AskedBy).filter(|line| cell(line, 3).is_empty())
            else {
                continue;
            };
            pairs += 1;
            let call = by_id[&(asked.trace_id.as_str(), asked.span_id.as_str())];
            let ran = call.relations.iter().any(|line| {
                line.kind == LineKind::Ran
                    && (line.trace_id.as_str(), line.span_id.as_str())
                        == (tool.trace_id.as_str(), tool.span_id.as_str())
            });
            // Of spans that record the same call of a tool one is the call.
            let is_repeated = line(tool, LineKind::Step).is_none();
            assert!(
                ran || is_repeated,
                "{}: {} {}",
                sample.name,
                tool.name,
                tool.span_id
            );
        }
    }
    assert!(pairs > 50, "{pairs}");
}

/// 10^-12 dollars of a cell; `None` for one that is unknown.
fn amount(text: &str) -> Option<PicoUsd> {
    PicoUsd::parse(text.trim_start_matches("\u{2265} ").strip_prefix('$')?)
}

/// The figures that a run shows call by call add up to the sum it shows, to the last digit.
#[test]
fn the_calls_of_every_run_add_up() {
    let (mut calls, mut runs) = (0, 0);
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        let mut open = Open::new(sample);
        let Reply::Summary(summary) = open.ask(Request::Summary) else {
            panic!("no summary");
        };
        for trace in (0..summary.traces).map(TraceRow) {
            let (mut offset, mut sum, mut added) = (0, None, PicoUsd(0));
            loop {
                let request = Request::Derive {
                    trace,
                    row: None,
                    offset,
                };
                let Reply::Derived(lines) = open.ask(request) else {
                    panic!("no sums");
                };
                for line in &lines {
                    match line.kind {
                        LineKind::Sum => sum = amount(cell(line, 3)),
                        LineKind::Call if !cell(line, 4).starts_with("within") => {
                            calls += 1;
                            let part = amount(cell(line, 3)).unwrap_or_default();
                            added = added.checked_add(part).unwrap();
                        }
                        _ => {}
                    }
                }
                match lines.last().filter(|line| line.kind == LineKind::More) {
                    Some(more) => offset = cell(more, 0).parse().unwrap(),
                    None => break,
                }
            }
            if let Some(sum) = sum {
                runs += 1;
                assert_eq!(added, sum, "{} {trace:?}", sample.name);
            }
        }
    }
    assert!(calls > 300 && runs > 30, "{calls} {runs}");
}

/// The products of every call are its total, and that is what counts.
#[test]
fn the_products_of_every_call_add_up() {
    let mut bills = 0;
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        for details in Open::new(sample).all() {
            let of = |kind| details.proof.iter().filter(move |line| line.kind == kind);
            let parts = of(LineKind::Term).filter_map(|line| amount(cell(line, 3)));
            let parts = parts.fold(PicoUsd(0), |sum, part| sum.checked_add(part).unwrap());
            let total = of(LineKind::Sum)
                .next()
                .and_then(|line| amount(cell(line, 3)));
            if let Some(total) = total {
                bills += 1;
                assert_eq!(parts, total, "{} {}", sample.name, details.span_id);
            }
        }
    }
    assert!(bills > 200, "{bills}");
}
