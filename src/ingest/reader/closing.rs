//! The end of a source, and of all: what the report says of it.

use super::super::otlp::{Machine, Seen};
use super::super::report::{FileError, FileReport, WarningKind};
use super::super::sniff;
use super::super::warnings::Warnings;
use super::{Done, Source};
use crate::model::{SpanFlags, SpanRow, TraceStore};

impl Source {
    /// Turns what was seen into a report.
    pub(super) fn close(mut self, machine: &Machine) -> Done {
        let seen = machine.seen();
        let text_bytes = self.at + self.tail.len() as u64;
        let mut report = FileReport {
            name: self.name.clone(),
            compression: self.compression.clone(),
            bytes: self.bytes,
            text_bytes,
            documents: seen.documents,
            spans: seen.span_count,
            log_records: seen.log_count,
            ..FileReport::default()
        };
        if let Some(verdict) = self.verdict.take() {
            // It was read as something that it is not.
            report.documents = 0;
            report.error = Some(sniff::refuse(&verdict, &self.head));
            self.warnings = Warnings::default();
        } else {
            self.ends(machine, &mut report);
        }
        Done {
            index: self.index,
            report,
            warnings: self.warnings,
        }
    }

    /// What the end of the source, and the source as a whole, say.
    fn ends(&mut self, machine: &Machine, report: &mut FileReport) {
        let seen = machine.seen();
        let whole = machine.is_between_documents() && self.tail.is_empty();
        if let Some(what) = self.damage.take() {
            self.warnings.count(WarningKind::DamagedCompression, || {
                (format!("{what}; everything before was read"), None)
            });
            if report.text_bytes == 0 {
                report.error = Some(sniff::undecodable(&self.compression, &what));
                return;
            }
        } else if !whole {
            self.truncated(machine);
        }
        // A whole document of nothing can be read; nothing at all, or what never came to an end, is no document.
        let readable = seen.otlp
            || (seen.documents > 0 && whole && seen.foreign == 0 && seen.broken.is_none());
        if !readable {
            report.error = Some(sniff::explain(&self.head, seen.broken));
            // The error says it all.
            self.warnings = Warnings::default();
            return;
        }
        report.error = rest_unread(&seen, &self.head);
        sniff::format_name(&seen).clone_into(&mut report.format);
        self.passed_over(&seen, report);
    }

    /// Warnings about a readable source as a whole.
    fn passed_over(&mut self, seen: &Seen, report: &FileReport) {
        self.warnings.add(WarningKind::WrongType, seen.foreign, || {
            let example =
                "a JSON document without resourceSpans or resourceLogs; it was passed over";
            (example.to_owned(), None)
        });
        if seen.span_count == 0 && report.error.is_none() {
            let example = match (seen.logs, seen.other_signal) {
                _ if seen.told => {
                    "the file holds events of Claude Code or Codex and no spans; each session is shown as a run of what its events tell"
                }
                (true, _) if seen.log_count > 0 => {
                    "the file holds log records and no spans; they are shown with the spans they name"
                }
                (_, true) => "the file holds OTLP metrics or profiles and no spans",
                _ => "the file can be read, and holds no spans",
            };
            self.warnings
                .count(WarningKind::NoSpans, || (example.to_owned(), None));
        }
    }

    /// The source ended inside a document.
    fn truncated(&mut self, machine: &Machine) {
        let end = self.lines.place(&self.tail, self.at, self.tail.len());
        let inside =
            sniff::open_key(&self.tail).map_or_else(String::new, |key| format!("\"{key}\" of "));
        let path = machine.path();
        let lost = if self.tail.is_empty() {
            ""
        } else {
            " but for the piece that was cut"
        };
        self.warnings.count(WarningKind::Truncated, || {
            (
                format!("the file ends inside {inside}{path}; everything before was read{lost}"),
                Some(end),
            )
        });
    }
}

/// A document that broke off and was followed by none.
fn rest_unread(seen: &Seen, head: &[u8]) -> Option<FileError> {
    let (place, expected) = seen.broken.filter(|_| seen.lost)?;
    Some(sniff::broken_at(head, place, expected))
}

impl Done {
    pub(super) fn into_report(mut self) -> FileReport {
        self.report.warnings = self.warnings.into_list(&self.report.name);
        self.report
    }
}

/// Adds to the reports what only the linked document knows.
pub(super) fn count_linked(store: &TraceStore, done: &mut [Done]) {
    let sources = done.iter().map(|file| usize::from(file.index) + 1).max();
    let mut file_of = vec![usize::MAX; sources.unwrap_or(0)];
    for (at, file) in done.iter().enumerate() {
        file_of[usize::from(file.index)] = at;
    }
    let mut warn = |source: u16, kind, example: &dyn Fn() -> String| {
        let file = file_of.get(usize::from(source));
        if let Some(file) = file.and_then(|&at| done.get_mut(at)) {
            file.warnings.count(kind, || (example(), None));
        }
    };
    for row in (0..store.rows()).map(SpanRow) {
        let flags = store.flags(row);
        let Some(source) = store.source(row) else {
            continue;
        };
        if flags.contains(SpanFlags::ORPHAN) {
            warn(source.source, WarningKind::Orphan, &|| {
                let parent = store.parent_id_text(row).unwrap_or_default();
                format!(
                    "the parent {parent} is in none of the files; its spans are shown under a placeholder"
                )
            });
        }
        if flags.contains(SpanFlags::CYCLE) {
            warn(source.source, WarningKind::Cycle, &|| {
                let id = store.span_id_text(row).unwrap_or_default();
                format!("the parents of the span {id} lead back to itself; it is shown as a root")
            });
        }
    }
    for record in store.all_logs() {
        if record.row.is_none() && record.log.span.is_some() {
            let source = record.log.source.source;
            warn(source, WarningKind::UnmatchedLogs, &|| {
                "a log record names a span that is in none of the files; it is shown with no span"
                    .to_owned()
            });
        }
    }
    for file in done {
        let duplicates = store.duplicates_from(file.index);
        file.warnings.add(WarningKind::Duplicate, duplicates, || {
            let example = "a span with the same trace id and span id came more than once; the last copy was kept";
            (example.to_owned(), None)
        });
    }
}
