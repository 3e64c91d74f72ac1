//! The reports in words, to be read and to be copied. They hold names, sizes and positions; a warning's example is the only
//! content of a file that gets into them.

use super::at;
use crate::ingest::report::{FileReport, ImportReport};
use crate::scene::format::{bytes, count, counted};
use crate::ui::warnings::warning_text;
use crate::ui::words::counted_of;
use std::fmt::Write as _;

/// `4 of 5 files read. 1 file was cut off.`
pub fn outcome(report: &ImportReport) -> String {
    let total = report.files.len() as u64;
    let unread = report
        .files
        .iter()
        .filter(|file| file.error.is_some() && file.spans == 0 && file.log_records == 0)
        .count() as u64;
    let damaged = report
        .files
        .iter()
        .filter(|file| file.error.is_some() && (file.spans > 0 || file.log_records > 0))
        .count() as u64;
    let lost = report
        .warnings()
        .any(|warning| warning_text(warning.kind).notable);
    let mut text = if unread == 0 {
        format!("{} read.", counted(total, "file"))
    } else {
        format!(
            "{} of {} read.",
            count(total - unread),
            counted(total, "file")
        )
    };
    if damaged > 0 {
        let _ = write!(
            text,
            " {} not read to the end.",
            counted_of(damaged, "file", "was", "were")
        );
    }
    if unread == 0 && damaged == 0 && !lost {
        text.push_str(" Nothing was left out.");
    }
    text
}

/// `13 orphan spans, 1 place` as a short note beside a file.
pub fn note(file: &FileReport) -> String {
    let notable = file
        .warnings
        .iter()
        .filter(|warning| warning_text(warning.kind).notable);
    let notes: Vec<String> = notable
        .map(|warning| {
            format!(
                "{} {}",
                count(warning.count),
                warning_text(warning.kind).title.to_lowercase()
            )
        })
        .collect();
    notes.join(", ")
}

/// The import report as text.
pub fn report(title: &str, report: &ImportReport) -> String {
    let mut text = format!(
        "{title}\n{}\nSpanlight {}\n",
        outcome(report),
        env!("CARGO_PKG_VERSION")
    );
    for file in &report.files {
        let _ = write!(
            text,
            "\n{} ({}): {}, {}",
            file.name,
            bytes(file.bytes),
            if file.format.is_empty() {
                "unknown format"
            } else {
                &file.format
            },
            counted(file.spans, "span")
        );
        if file.log_records > 0 {
            let _ = write!(text, ", {}", counted(file.log_records, "log record"));
        }
        text.push('\n');
        if let Some(error) = &file.error {
            let _ = writeln!(text, "  not read: {error}");
        }
        for warning in &file.warnings {
            let known = warning_text(warning.kind);
            let _ = writeln!(
                text,
                "  {}: {} ({}). {}",
                known.title,
                counted(warning.count, known.noun),
                at(&warning.file, warning.place),
                warning.example
            );
        }
    }
    text
}

/// What an error report says of a file: no content of it.
pub fn error_report(file: &FileReport) -> String {
    let mut text = format!(
        "{} ({}) was not read\nSpanlight {}\n",
        file.name,
        bytes(file.bytes),
        env!("CARGO_PKG_VERSION")
    );
    if let Some(error) = &file.error {
        let _ = writeln!(text, "expected: {}", error.expected);
        if let Some(place) = error.place {
            let _ = writeln!(
                text,
                "at: line {}, column {}, byte {}",
                place.line, place.column, place.byte
            );
        }
        if !error.path.is_empty() {
            let _ = writeln!(text, "path: {}", error.path);
        }
        for (format, why) in &error.tried {
            let _ = writeln!(text, "tried {format}: {why}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::report::{FileError, Warning, WarningKind};

    fn file(name: &str, spans: u64) -> FileReport {
        FileReport {
            name: name.to_owned(),
            spans,
            ..FileReport::default()
        }
    }

    fn failed(name: &str, spans: u64) -> FileReport {
        FileReport {
            error: Some(FileError {
                found: "secret content".to_owned(),
                ..FileError::default()
            }),
            ..file(name, spans)
        }
    }

    #[test]
    fn the_outcome_counts_what_was_not_read() {
        let of = |files| outcome(&ImportReport { files });
        assert_eq!(of(vec![file("a", 1)]), "1 file read. Nothing was left out.");
        assert_eq!(of(vec![file("a", 1), failed("b", 0)]), "1 of 2 files read.");
        assert_eq!(
            of(vec![failed("b", 3)]),
            "1 file read. 1 file was not read to the end."
        );
    }

    #[test]
    fn a_warning_takes_back_that_nothing_was_left_out() {
        let mut cut = file("a", 1);
        cut.warnings.push(Warning {
            kind: WarningKind::Truncated,
            count: 1,
            example: "the file ended inside a span".to_owned(),
            file: "a".to_owned(),
            place: None,
        });
        let report = ImportReport { files: vec![cut] };
        assert_eq!(outcome(&report), "1 file read.");
        assert!(super::report("t", &report).contains("Cut off: 1 place (a). the file ended"));
    }

    #[test]
    fn an_error_report_holds_no_content() {
        assert!(!error_report(&failed("a", 0)).contains("secret"));
    }
}
