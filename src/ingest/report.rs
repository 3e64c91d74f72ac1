//! What was read of each file, what was left out and why.
//!
//! A bad *file* is a [`FileError`]; a bad *span* is a [`Warning`]: counted, with its first place and an example, so that
//! data loss is never silent.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The report of one opening, or of all openings of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// One entry a source, in order of opening.
    pub files: Vec<FileReport>,
}

/// What became of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// Name as given.
    pub name: String,
    /// What it was recognised as, e.g. "OTLP JSON", "OTLP JSON lines", "Tempo batches"; empty when unknown.
    pub format: String,
    /// "gzip", "zstd", or empty.
    pub compression: String,
    /// Size as given (compressed, when it is).
    pub bytes: u64,
    /// Bytes of decompressed text that were read.
    pub text_bytes: u64,
    /// Top-level JSON documents or lines.
    pub documents: u64,
    /// Spans read, duplicates included.
    pub spans: u64,
    /// Log records read.
    pub log_records: u64,
    /// What was counted while reading.
    pub warnings: Vec<Warning>,
    /// Why the file, or its rest, was not read.
    pub error: Option<FileError>,
}

/// Something that was read differently than written, or left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What kind.
    pub kind: WarningKind,
    /// How often in this file.
    pub count: u64,
    /// The first case in words: what was found and what was done with it.
    pub example: String,
    /// Name of the file.
    pub file: String,
    /// Where the first case stands; `None` when it has no single place.
    pub place: Option<Place>,
}

/// A place in the decompressed text of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Byte, from zero.
    pub byte: u64,
    /// Line, from one.
    pub line: u64,
    /// Column in bytes, from one.
    pub column: u64,
}

/// Kinds of warnings. The names are stable: the scripting interface hands them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// The file ended inside a document; everything before was read.
    Truncated,
    /// Text that is not JSON stood between documents and was skipped.
    InvalidJson,
    /// A span could not be read at all.
    UnreadableSpan,
    /// A field had another type than the specification says; it was ignored.
    WrongType,
    /// A number was outside its range; it was clamped.
    OutOfRange,
    /// A span has no trace id or no span id.
    MissingId,
    /// An id is neither hex nor base64 of the right length; it was kept as text.
    OddId,
    /// A span has no start time.
    MissingStart,
    /// A span has no end time: still running.
    MissingEnd,
    /// A span ends before it starts.
    EndsBeforeStart,
    /// Spans whose parent is in no file.
    Orphan,
    /// Parents that lead back to themselves.
    Cycle,
    /// The same span was delivered more than once.
    Duplicate,
    /// Bytes that are not UTF-8 were replaced.
    InvalidUtf8,
    /// Nested deeper than is read.
    TooDeep,
    /// A readable file without spans.
    NoSpans,
    /// Log records that name no span of the document.
    UnmatchedLogs,
    /// The compressed stream was damaged; everything before was read.
    DamagedCompression,
}

impl WarningKind {
    /// The stable name, as the scripting interface hands it out.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::InvalidJson => "invalid_json",
            Self::UnreadableSpan => "unreadable_span",
            Self::WrongType => "wrong_type",
            Self::OutOfRange => "out_of_range",
            Self::MissingId => "missing_id",
            Self::OddId => "odd_id",
            Self::MissingStart => "missing_start",
            Self::MissingEnd => "missing_end",
            Self::EndsBeforeStart => "ends_before_start",
            Self::Orphan => "orphan",
            Self::Cycle => "cycle",
            Self::Duplicate => "duplicate",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::TooDeep => "too_deep",
            Self::NoSpans => "no_spans",
            Self::UnmatchedLogs => "unmatched_logs",
            Self::DamagedCompression => "damaged_compression",
        }
    }
}

/// Why a file was not read: what was expected, what was found, where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileError {
    /// What was expected, e.g. "OTLP JSON (an object with resourceSpans)".
    pub expected: String,
    /// What was found, e.g. "the number 42".
    pub found: String,
    /// Where; `None` when it concerns the whole file.
    pub place: Option<Place>,
    /// JSON path, e.g. `$.resourceSpans[0].scopeSpans`; empty when unknown.
    pub path: String,
    /// Lines of the file around the place, with their numbers; cut to a readable width.
    pub excerpt: Vec<(u64, String)>,
    /// Formats that were tried, and why each did not fit.
    pub tried: Vec<(String, String)>,
    /// What the reader can do about it.
    pub remedy: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)?;
        if let Some(place) = self.place {
            write!(
                f,
                " at line {}, column {} (byte {})",
                place.line, place.column, place.byte
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for FileError {}

impl ImportReport {
    /// All warnings of all files.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        self.files.iter().flat_map(|file| &file.warnings)
    }

    /// Whether at least one file could be read, with or without spans.
    pub fn anything_read(&self) -> bool {
        self.files
            .iter()
            .any(|file| file.error.is_none() || file.spans > 0 || file.log_records > 0)
    }
}
