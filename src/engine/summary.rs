//! Counts of the document.

use super::Engine;
use super::document::Document;
use super::protocol::{LintLine, Reply, SpanBrief, Summary};
use crate::analysis::lint::{Gap, Lacks, Lint};
use crate::model::{SpanFlags, TraceRow, TraceStore};
use crate::scene::format::UNKNOWN;
use std::collections::BTreeSet;

/// Counts the store; sources, document number and memory are the engine's to fill.
pub(super) fn summary(store: &TraceStore) -> Summary {
    let traces = store.traces();
    let mut in_use = vec![false; store.scopes().len()];
    let mut error_spans = 0;
    let (mut earliest, mut latest, mut longest) = (i64::MAX, i64::MIN, 0);
    for trace in traces {
        error_spans += trace.errors;
        earliest = earliest.min(trace.range.start.0);
        latest = latest.max(trace.range.end.0);
        longest = longest.max(trace.range.duration().0);
    }
    store.mark_scopes(&mut in_use);
    let scopes: BTreeSet<&str> = store
        .scopes()
        .iter()
        .zip(&in_use)
        .filter(|&(_, &used)| used)
        .map(|(scope, _)| store.text(scope.name))
        .filter(|name| !name.is_empty())
        .collect();
    Summary {
        traces: traces.len() as u32,
        spans: store.span_count(),
        duplicate_spans: store.duplicate_count(),
        roots: traces.iter().map(|trace| trace.roots).sum(),
        orphans: traces.iter().map(|trace| trace.orphans).sum(),
        links: store.all_links().len() as u32,
        span_events: store.all_events().len() as u32,
        log_records: store.all_logs().len() as u32,
        error_spans,
        services: store
            .services()
            .iter()
            .map(|service| store.text(service.name).to_owned())
            .collect(),
        scopes: scopes.into_iter().map(str::to_owned).collect(),
        earliest_ns: if traces.is_empty() { 0 } else { earliest },
        latest_ns: if traces.is_empty() { 0 } else { latest },
        longest_ns: longest,
        ..Summary::default()
    }
}

impl Engine {
    /// What the instrumentation left out.
    pub(super) fn lint(&self) -> Reply {
        let document = &self.document;
        let lint = Lint::new(&document.store, &document.meaning.calls);
        let lines = lint.findings().into_iter().map(|found| {
            let filter = found.filter();
            let (what, why) = match found.lacks {
                Lacks::Gap(gap) => (gap_name(gap).to_owned(), gap.makes_impossible().to_owned()),
                Lacks::Key { key, instead } => {
                    (format!("Old key {key}"), format!("Now called {instead}"))
                }
            };
            let scope = match (found.scope.as_str(), found.version.as_str()) {
                ("", "") => UNKNOWN.to_owned(),
                (name, "") => name.to_owned(),
                (name, version) => format!("{name} {version}"),
            };
            LintLine {
                what,
                why,
                scope,
                spans: found.spans,
                of: found.of,
                filter,
            }
        });
        Reply::Lint(lines.collect())
    }
}

fn gap_name(gap: Gap) -> &'static str {
    match gap {
        Gap::Model => "No model",
        Gap::Tokens => "No tokens",
        Gap::Input => "No input",
        Gap::Output => "No output",
        Gap::Status => "Exception, but no error status",
        Gap::Time => "No start or no end",
    }
}

/// All spans of a trace in short, in row order, without placeholders.
pub(super) fn spans(document: &Document, trace: TraceRow) -> Vec<SpanBrief> {
    let store = &document.store;
    let rows = store.trace(trace).map_or(0..0, |trace| trace.rows.clone());
    rows.map(crate::model::SpanRow)
        .filter(|&row| !store.flags(row).contains(SpanFlags::PLACEHOLDER))
        .map(|row| {
            let flags = store.flags(row);
            let service = store
                .service(row)
                .and_then(|at| store.services().get(usize::from(at)));
            SpanBrief {
                span_id: store.span_id_text(row).unwrap_or_default(),
                parent_span_id: store.parent_id_text(row),
                name: store.name(row).to_owned(),
                kind: store.kind(row),
                status: store.status(row),
                service: service.map(|service| store.text(service.name).to_owned()),
                start_ns: store.start(row).0,
                duration_ns: (!flags.contains(SpanFlags::RUNNING)).then(|| store.duration(row).0),
                depth: store.depth(row),
                flags,
                meaning: document.meaning.span(store, row),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;
    use crate::semantics::prices::PriceBook;

    #[test]
    fn placeholders_are_in_no_count() {
        let store = parse("a 5..10 parent=ff error event=6\nb 0..3 trace=2 service=bot").finish();
        let counts = summary(&store);
        assert_eq!((counts.traces, counts.spans), (2, 2));
        assert_eq!(
            (counts.roots, counts.orphans, counts.error_spans),
            (1, 1, 1)
        );
        assert_eq!(counts.span_events, 1);
        assert_eq!(counts.services, ["app", "bot"]);
        assert_eq!((counts.earliest_ns, counts.latest_ns), (0, 10));
        let trace = store.find_trace(&format!("{:032}", 1)).unwrap();
        let document = Document::new(1, store, Vec::new(), Vec::new(), &PriceBook::default());
        let spans = spans(&document, trace);
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].parent_span_id.as_deref(), Some("00000000000000ff"));
    }

    #[test]
    fn an_empty_document_has_no_times() {
        let counts = summary(&TraceStore::default());
        assert_eq!(
            (counts.earliest_ns, counts.latest_ns, counts.spans),
            (0, 0, 0)
        );
    }
}
