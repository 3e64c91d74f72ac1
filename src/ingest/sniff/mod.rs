//! What a file is, by its content: names do not count.
//!
//! OTLP JSON needs no look beforehand: the machine finds `resourceSpans` wherever it stands. This is for the rest: to
//! choose a decoder, to stop early at what can never be OTLP JSON, and to say what a file is instead.

mod errors;
mod foreign;

use super::otlp::{Seen, found};
use super::pull::{Cursor, Step};
use super::skip::Skip;
pub(super) use errors::{broken_at, explain, refuse, undecodable};
pub(super) use foreign::foreign;

/// A compression that a decoder exists for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952
    Gzip,
    /// RFC 8878
    Zstd,
}

impl Compression {
    /// As the import report names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// The compression that a file's first bytes (four are enough) tell, whatever its name says; `None` for any other file.
pub fn compression(first: &[u8]) -> Option<Compression> {
    match first {
        [0x1F, 0x8B, ..] => Some(Compression::Gzip),
        // A frame, or a skippable frame before one.
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => {
            Some(Compression::Zstd)
        }
        _ => None,
    }
}

/// What a file is that is not OTLP JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// "a PDF document"
    found: String,
    /// What to do with it.
    remedy: String,
    /// The name of the format in the list of those tried, when it stands there.
    format: &'static str,
    /// The key that gave it away, as a path, and its byte.
    at: Option<(String, usize)>,
}

/// Formats by their first bytes.
const MAGIC: [(&[u8], &str, &str); 13] = [
    (
        b"PK\x03\x04",
        "a zip archive",
        "Unpack it and open the files in it.",
    ),
    (b"%PDF", "a PDF document", ""),
    (
        b"\x1F\x8B",
        "gzip data inside of what was unpacked",
        "Unpack it once more and open the result.",
    ),
    (
        b"\x28\xB5\x2F\xFD",
        "zstd data inside of what was unpacked",
        "Unpack it once more and open the result.",
    ),
    (b"BZh", "bzip2 data", "Unpack it and open the result."),
    (b"\xFD7zXZ\x00", "xz data", "Unpack it and open the result."),
    (
        b"\xFF\xFE",
        "UTF-16 text",
        "Save it as UTF-8 and open it again.",
    ),
    (
        b"\xFE\xFF",
        "UTF-16 text",
        "Save it as UTF-8 and open it again.",
    ),
    (
        b"{\x00",
        "UTF-16 text",
        "Save it as UTF-8 and open it again.",
    ),
    (
        b"\x00{",
        "UTF-16 text",
        "Save it as UTF-8 and open it again.",
    ),
    (b"\x89PNG", "a PNG picture", ""),
    (b"SQLite format 3", "an SQLite database", ""),
    (b"PAR1", "a Parquet file", ""),
];

/// What the first bytes say when they are no text; a few hundred are enough.
pub(super) fn binary(head: &[u8]) -> Option<Verdict> {
    let verdict = |found: &str, remedy: &str| {
        Some(Verdict {
            found: found.to_owned(),
            remedy: remedy.to_owned(),
            format: "",
            at: None,
        })
    };
    let mut magic = MAGIC.iter();
    if let Some((_, found, remedy)) = magic.find(|(bytes, ..)| head.starts_with(bytes)) {
        return verdict(found, remedy);
    }
    let solid = head
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF));
    if matches!(solid, Some(b'{' | b'[')) {
        return None;
    }
    let start = head.get(..512).unwrap_or(head);
    let is_control = |byte: &&u8| matches!(byte, 0..=8 | 0x0E..=0x1A | 0x1C | 0x1D | 0x1F | 0x7F);
    if start.iter().any(|byte| is_control(&byte)) {
        if start.first() == Some(&0x0A) {
            return verdict(
                "binary data that looks like OTLP in protobuf",
                "Export it as JSON: the Collector's file exporter writes it with `format: json`.",
            );
        }
        return verdict("binary data", "");
    }
    None
}

/// The outermost key whose value the text, the beginning of an object, breaks off in.
pub(super) fn open_key(text: &[u8]) -> Option<String> {
    let mut last = None;
    let mut cursor = Cursor::new(text);
    let mut read = || -> Step<()> {
        if cursor.solid()? != b'{' || !cursor.enter_object()? {
            return Ok(());
        }
        loop {
            let (key, _) = cursor.key()?;
            last = Some(found(key.raw, 0));
            Skip::default().advance(&mut cursor)?;
            last = None;
            if !cursor.another_key()? {
                return Ok(());
            }
        }
    };
    let _ = read();
    last
}

/// The name of an OTLP format.
pub(super) fn format_name(seen: &Seen) -> &'static str {
    match seen {
        Seen { batches: true, .. } => "Tempo batches",
        Seen {
            spans: false,
            logs: true,
            ..
        } => "OTLP logs",
        Seen { documents: 2.., .. } => "OTLP JSON lines",
        Seen { array: true, .. } => "OTLP JSON array",
        Seen { otlp: true, .. } => "OTLP JSON",
        _ => "",
    }
}
