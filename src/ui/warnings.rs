//! What the kinds of warnings are called and what to do about them, in one table.

use crate::ingest::report::WarningKind;

/// How a kind of warning is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarningText {
    /// What happened, as a heading.
    pub title: &'static str,
    /// What is counted.
    pub noun: &'static str,
    /// Something is missing or was guessed; else it is only worth knowing.
    pub notable: bool,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Kind, title, what is counted, whether it is notable, what to do.
type Row = (WarningKind, &'static str, &'static str, bool, &'static str);

#[rustfmt::skip]
const TABLE: [Row; 18] = [
    (WarningKind::Truncated, "Cut off", "place", true, "Let the exporter flush before the file is copied, or add the rotated file as well."),
    (WarningKind::InvalidJson, "Not JSON", "place", true, "Look at the place: a log line or a merge mark may stand between the documents."),
    (WarningKind::UnreadableSpan, "Unreadable spans", "span", true, "Look at the place in the file. The exporter that wrote it may be at fault."),
    (WarningKind::WrongType, "Wrong type", "field", true, "Update the exporter: the field was left out."),
    (WarningKind::OutOfRange, "Number out of range", "number", true, "Check the clock or the unit of the exporter; times are nanoseconds."),
    (WarningKind::MissingId, "Missing ids", "span", true, "Nothing to do here: the spans are kept, but others cannot refer to them."),
    (WarningKind::OddId, "Odd ids", "id", false, "Nothing to do. They are shown and found as they are written."),
    (WarningKind::MissingStart, "No start time", "span", true, "They stand at the start of their run. Check the exporter."),
    (WarningKind::MissingEnd, "Still running", "span", false, "Export again when the run is over, and add the file."),
    (WarningKind::EndsBeforeStart, "Ends before it starts", "span", true, "Check the clocks of the machines; the duration counts as unknown."),
    (WarningKind::Orphan, "Orphan spans", "span", true, "Add the file of the calling service. They are shown under a dashed root."),
    (WarningKind::Cycle, "Parents in a circle", "span", true, "Nothing to do here: the circle was cut at its earliest span."),
    (WarningKind::Duplicate, "Delivered twice", "span", false, "Nothing to do. The last copy counts, once."),
    (WarningKind::InvalidUtf8, "Not UTF-8", "place", true, "Export as UTF-8; the bytes in question are shown as �."),
    (WarningKind::TooDeep, "Nested too deeply", "value", true, "Nothing to do here: the value is left out of the table, not out of the file."),
    (WarningKind::NoSpans, "No spans", "file", true, "Add the file that holds the spans, if these are the logs of a run. Claude Code and Codex write spans only when tracing is turned on."),
    (WarningKind::UnmatchedLogs, "Logs without a span", "record", false, "Add the file that holds their spans."),
    (WarningKind::DamagedCompression, "Damaged compression", "place", true, "Copy the file again. What stands before the damage was read."),
];

/// How a kind of warning is told.
pub fn warning_text(kind: WarningKind) -> WarningText {
    let known = TABLE.iter().find(|(listed, ..)| *listed == kind);
    let (title, noun, notable, remedy) = known.map_or(
        (kind.as_str(), "place", true, ""),
        |(_, title, noun, notable, remedy)| (*title, *noun, *notable, *remedy),
    );
    WarningText {
        title,
        noun,
        notable,
        remedy,
    }
}

/// Whether something is missing or was guessed.
pub fn is_notable(kind: WarningKind) -> bool {
    warning_text(kind).notable
}
