//! Every file of the corpus, read: compared with counts that another program made, with a second reading of the same
//! text by `serde_json`, and with the dump that stands beside it. `SPANLIGHT_BLESS=1` rewrites the dumps.

mod support;

use serde_json::{Value, json};
use spanlight::ingest::report::FileReport;
use spanlight::model::rows::{SpanRow, Trace};
use spanlight::model::{SpanFlags, TraceStore, text};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use support::{Sample, corpus, expected, folder, is_foreign, oracle, read};

const CHUNKS: [usize; 4] = [1, 7, 63, 4096];

#[test]
fn counts_agree_with_those_of_another_program() {
    let expected = expected();
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        // The name says nothing.
        let (store, report) = read("x", &sample.text, sample.text.len());
        let expected = &expected[&sample.name];
        for (name, count) in counts(&store).as_object().unwrap() {
            assert_eq!(*count, expected[name], "{name} of {}", sample.name);
        }
        let file = &report.files[0];
        assert_eq!(file.text_bytes, sample.text.len() as u64);
        assert_eq!(file.error, None, "{}", sample.name);
    }
}

#[test]
fn any_chunking_reads_the_same() {
    for sample in corpus() {
        let (store, report) = read(&sample.name, &sample.text, sample.text.len());
        let whole = picture(&sample, &store, &report.files[0]);
        for chunk in CHUNKS {
            let (store, report) = read(&sample.name, &sample.text, chunk);
            let same = picture(&sample, &store, &report.files[0]) == whole;
            assert!(same, "{} in chunks of {chunk}", sample.name);
        }
    }
}

#[test]
fn every_field_agrees_with_a_second_reading() {
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        let (store, _) = read("x", &sample.text, 65_536);
        let mut wanted = oracle::spans(&sample.text);
        // Of copies of a span the last one stays.
        let mut seen = BTreeSet::new();
        wanted.reverse();
        wanted
            .retain(|span| span.id.is_none() || seen.insert((span.trace.clone(), span.id.clone())));
        wanted.reverse();
        let found = oracle::stored(&store);
        assert_eq!(found.len(), wanted.len(), "{}", sample.name);
        for (found, wanted) in found.iter().zip(&wanted) {
            assert_eq!(found, wanted, "{}", sample.name);
        }
    }
}

#[test]
fn the_source_range_of_a_span_is_its_json() {
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        let (store, _) = read("x", &sample.text, 4096);
        for row in (0..store.rows()).map(SpanRow) {
            if store.flags(row).contains(SpanFlags::PLACEHOLDER) {
                assert_eq!(store.source(row), None);
                continue;
            }
            let range = store.source(row).unwrap();
            let start = usize::try_from(range.offset).unwrap();
            let text = &sample.text[start..start + range.len as usize];
            let span: Value = serde_json::from_slice(text).unwrap();
            assert_eq!(span["name"], store.name(row), "{}", sample.name);
            assert_eq!(
                span["attributes"].as_array().map_or(0, Vec::len),
                store.attributes(row).count()
            );
        }
    }
}

#[test]
fn dumps_are_as_reviewed() {
    let bless = std::env::var_os("SPANLIGHT_BLESS").is_some();
    let mut changed = Vec::new();
    for sample in corpus() {
        let (store, report) = read(&sample.name, &sample.text, 65_536);
        let found = picture(&sample, &store, &report.files[0]);
        let path = folder().join("golden").join(format!("{}.txt", sample.name));
        if bless {
            std::fs::write(&path, &found).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != found {
            changed.push(sample.name);
        }
    }
    assert!(
        changed.is_empty(),
        "SPANLIGHT_BLESS=1 rewrites the dumps of {changed:?}"
    );
}

#[test]
fn foreign_formats_are_refused_by_name() {
    for sample in corpus().iter().filter(|sample| is_foreign(&sample.name)) {
        let (store, report) = read("x", &sample.text, 4096);
        assert_eq!(store.rows(), 0);
        let found = &report.files[0].error.as_ref().unwrap().found;
        let name = match sample.name.split('-').nth(1).unwrap() {
            "jaeger" => "a Jaeger export",
            "zipkin" => "a Zipkin v2 trace",
            "langfuse" | "agentprism" => "a Langfuse export",
            _ => "an object with the keys run_id, step",
        };
        assert!(found.starts_with(name), "{}: {found}", sample.name);
    }
}

/// The counts of `expected.json`, as the summary of a document says them.
fn counts(store: &TraceStore) -> Value {
    let sum = |of: fn(&Trace) -> u32| store.traces().iter().map(of).sum::<u32>();
    let rows = (0..store.rows()).map(SpanRow);
    let spans = || {
        rows.clone()
            .filter(|&row| !store.flags(row).contains(SpanFlags::PLACEHOLDER))
    };
    let services: BTreeSet<&str> = store
        .services()
        .iter()
        .map(|service| store.text(service.name))
        .collect();
    let scopes: BTreeSet<&str> = spans()
        .filter_map(|row| store.scope(row))
        .map(|scope| store.text(scope.name))
        .collect();
    let earliest = spans()
        .filter(|&row| !store.flags(row).contains(SpanFlags::NO_START))
        .map(|row| store.start(row).0)
        .min();
    let latest = spans()
        .filter_map(|row| store.end(row))
        .map(|end| end.0)
        .max();
    json!({
        "traces": store.traces().len(),
        "spans": store.span_count(),
        "duplicate_spans": store.duplicate_count(),
        "roots": sum(|trace| trace.roots),
        "orphans": sum(|trace| trace.orphans),
        "links": store.all_links().len(),
        "span_events": rows.clone().map(|row| store.events(row).len()).sum::<usize>(),
        "log_records": store.all_logs().len(),
        "error_spans": sum(|trace| trace.errors),
        "services": services,
        "scopes": scopes,
        "earliest_ns": earliest.unwrap_or(0).to_string(),
        "latest_ns": latest.unwrap_or(0).to_string(),
    })
}

/// Dump and report of a file, as they stand in the golden files.
fn picture(sample: &Sample, store: &TraceStore, report: &FileReport) -> String {
    let mut out = text::dump(store);
    for record in store.all_logs() {
        let log = record.log;
        let row = record.row.map(|row| store.name(row));
        let time = log.time.unwrap_or_default();
        let _ = writeln!(
            out,
            "log {time} severity={} {} {row:?}",
            log.severity,
            store.text(log.name)
        );
    }
    let _ = writeln!(
        out,
        "read as {:?}: {} documents, {} spans, {} log records, {:?}",
        report.format, report.documents, report.spans, report.log_records, sample.compression
    );
    for warning in &report.warnings {
        let place = warning
            .place
            .map(|place| (place.line, place.column, place.byte));
        let kind = warning.kind.as_str();
        let _ = writeln!(
            out,
            "{kind} {} {place:?}: {}",
            warning.count, warning.example
        );
    }
    if let Some(error) = &report.error {
        let _ = writeln!(out, "error: {error}\n{error:#?}");
    }
    out
}
