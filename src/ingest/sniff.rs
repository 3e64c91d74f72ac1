//! What a file is, by its content: names do not count.
//!
//! OTLP JSON needs no look beforehand: the machine finds `resourceSpans` wherever it stands. This is for the rest: to
//! choose a decoder, to stop early at what can never be OTLP JSON, and to say what a file is instead.

use super::otlp::{Seen, char_boundary, found};
use super::pull::{Cursor, Expected, Skip, Step};
use super::report::{FileError, Place};
use super::scan;

/// What every message about a file that is none names as expected.
const EXPECTED: &str = "OTLP JSON: an object with resourceSpans, or lines of them";

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

/// Formats of others, which are recognised and said by name.
const FOREIGN: [(&str, &str, &str); 5] = [
    (
        "Jaeger JSON",
        "a Jaeger export",
        "Jaeger exports are not read yet. Send the spans as OTLP instead: Jaeger's /api/v3/traces answers in OTLP JSON.",
    ),
    (
        "Zipkin v2",
        "a Zipkin v2 trace",
        "Zipkin traces are not read yet. A Collector with a zipkin receiver and a file exporter turns them into OTLP JSON.",
    ),
    (
        "Langfuse export",
        "a Langfuse export",
        "Langfuse exports are not read yet.",
    ),
    (
        "Chrome trace events",
        "Chrome trace events",
        "Open it in Perfetto or in the browser's profiler.",
    ),
    (
        "OpenTelemetry console output",
        "spans as a console exporter prints them",
        "Use an OTLP exporter; a Collector with a file exporter writes OTLP JSON.",
    ),
];

/// A key of an object: its name, and where it and its value begin.
struct Key {
    name: String,
    at: usize,
    value_at: usize,
}

/// Keys of the object that `cursor` stands at, as far as it is at hand.
fn keys(head: &[u8], at: usize) -> Vec<Key> {
    const MOST: usize = 48;
    let mut cursor = Cursor::new(head);
    cursor.pos = at;
    let mut keys = Vec::new();
    let mut read = || -> Step<()> {
        if !cursor.enter_object()? {
            return Ok(());
        }
        loop {
            cursor.solid()?;
            let at = cursor.pos;
            let (key, _) = cursor.key()?;
            keys.push(Key {
                name: key.decode(&mut String::new()).0.to_owned(),
                at,
                value_at: cursor.pos,
            });
            cursor.skip()?;
            if keys.len() == MOST || !cursor.another_key()? {
                return Ok(());
            }
        }
    };
    // The head may end anywhere: what was found until then counts.
    let _ = read();
    keys
}

/// Where the first object of the array at `at` begins.
fn first_object(head: &[u8], at: usize) -> Option<usize> {
    let mut cursor = Cursor::new(head);
    cursor.pos = at;
    while cursor.solid().ok()? == b'[' {
        cursor.pos += 1;
    }
    (cursor.solid().ok()? == b'{').then_some(cursor.pos)
}

/// Where the first value begins, behind a byte order mark and whitespace.
fn first_value(head: &[u8]) -> usize {
    let from = if head.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    scan::skip_whitespace(head, from)
}

/// The format of others that the text is recognised as.
pub(super) fn foreign(head: &[u8]) -> Option<Verdict> {
    let at = first_value(head);
    let is_array = head.get(at) == Some(&b'[');
    let top = keys(head, first_object(head, at)?);
    let has = |keys: &[Key], names: &[&str]| {
        names
            .iter()
            .all(|name| keys.iter().any(|key| key.name == *name))
    };
    let key = |name: &str| top.iter().find(|key| key.name == name);
    let inner = |name: &str| {
        let found = key(name).and_then(|key| first_object(head, key.value_at));
        found.map_or_else(Vec::new, |at| keys(head, at))
    };
    let (index, given_away) =
        if has(&inner("data"), &["traceID"]) || has(&inner("data"), &["spans", "processes"]) {
            (0, "data")
        } else if has(&top, &["traceID", "spans"]) {
            (0, "spans")
        } else if is_array && has(&top, &["traceId", "id"]) && !has(&top, &["body"]) {
            (1, "traceId")
        } else if has(&top, &["trace", "observations"]) {
            (2, "observations")
        } else if has(&top, &["traceEvents"]) {
            (3, "traceEvents")
        } else if is_array && has(&top, &["ph", "ts"]) {
            (3, "ph")
        } else if has(&top, &["context", "name"]) && has(&inner("context"), &["trace_id"]) {
            (4, "context")
        } else {
            return None;
        };
    let (format, found, remedy) = FOREIGN.get(index)?;
    let root = if is_array { "$[0]." } else { "$." };
    Some(Verdict {
        found: (*found).to_owned(),
        remedy: (*remedy).to_owned(),
        format,
        at: key(given_away).map(|key| (format!("{root}{given_away}"), key.at)),
    })
}

/// The error for a source that was given up.
pub(super) fn refuse(verdict: &Verdict, head: &[u8]) -> FileError {
    let (path, pos) = match &verdict.at {
        Some((path, at)) => (path.clone(), Some(*at)),
        None => (String::new(), None),
    };
    let place = pos.map(|pos| place(head, pos));
    FileError {
        expected: EXPECTED.to_owned(),
        found: verdict.found.clone(),
        place,
        path,
        excerpt: place.map_or_else(Vec::new, |place| excerpt(head, place)),
        tried: tried(head, Some(verdict)),
        remedy: verdict.remedy.clone(),
    }
}

/// The error for a source that was read to its end and held nothing OTLP.
pub(super) fn explain(head: &[u8], broken: Option<(Place, Expected)>) -> FileError {
    let at = first_value(head);
    let is_container = matches!(head.get(at), Some(b'{' | b'['));
    if let Some((place, expected)) = broken
        && is_container
    {
        return self::broken(head, place, expected);
    }
    let names: Vec<String> = match first_object(head, at) {
        Some(at) => keys(head, at).into_iter().map(|key| key.name).collect(),
        None => Vec::new(),
    };
    let text = String::from_utf8_lossy(head.get(at..head.len().min(at + 256)).unwrap_or_default());
    let lower = text.to_ascii_lowercase();
    let (found, remedy) = match (head.get(at), names.is_empty()) {
        (None, _) if head.is_empty() => ("nothing: the file is empty".to_owned(), FLUSH),
        (None, _) => ("nothing but white space".to_owned(), FLUSH),
        (Some(b'{'), false) => (format!("an object with {}", listed(&names)), EXPORT),
        (Some(b'['), false) => (
            format!("an array of objects with {}", listed(&names)),
            EXPORT,
        ),
        (Some(b'['), true) => (
            format!("an array without objects: {}", found_at(head, at)),
            EXPORT,
        ),
        _ if lower.starts_with("<!doctype") || lower.starts_with("<html") => (
            "a web page".to_owned(),
            "It may be the login page of the server it was fetched from.",
        ),
        _ => (
            format!("text that is not JSON: {}", found_at(head, at)),
            EXPORT,
        ),
    };
    let place = place(head, at);
    FileError {
        expected: EXPECTED.to_owned(),
        found,
        place: Some(place),
        path: if is_container { "$" } else { "" }.to_owned(),
        excerpt: excerpt(head, place),
        tried: tried(head, None),
        remedy: remedy.to_owned(),
    }
}

const FLUSH: &str = "Let the exporter flush before the file is copied, and copy it again.";
const EXPORT: &str = "Export the trace as OTLP JSON, as the Collector's file exporter writes it.";

/// The error for text that stops being JSON.
pub(super) fn broken(head: &[u8], place: Place, expected: Expected) -> FileError {
    let pos = usize::try_from(place.byte).unwrap_or(usize::MAX);
    let found = found_at(head, pos);
    let seen = pos < head.len();
    FileError {
        expected: expected.to_string(),
        found: match (seen, found.is_empty()) {
            (false, _) => "something else".to_owned(),
            (true, true) => "the end of the line".to_owned(),
            (true, false) => found,
        },
        place: Some(place),
        path: String::new(),
        excerpt: if seen {
            excerpt(head, place)
        } else {
            Vec::new()
        },
        tried: Vec::new(),
        remedy: "What follows was not read. Correct the text there, or export it again.".to_owned(),
    }
}

/// The error for a compressed source that gave no text.
pub(super) fn undecodable(compression: &str, what: &str) -> FileError {
    FileError {
        expected: format!("a {compression} stream"),
        found: what.to_owned(),
        remedy: "Download or copy the file again; it may have been damaged on its way.".to_owned(),
        ..FileError::default()
    }
}

fn found_at(head: &[u8], at: usize) -> String {
    found(head, at)
}

/// Names in words: "the keys a, b and 3 more".
fn listed(names: &[String]) -> String {
    const MOST: usize = 5;
    let shown: Vec<&str> = names
        .iter()
        .take(MOST)
        .map(|name| name.get(..char_boundary(name, 40)).unwrap_or_default())
        .collect();
    let more = names.len().saturating_sub(MOST);
    let (word, rest) = (
        if names.len() == 1 { "key" } else { "keys" },
        if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        },
    );
    format!("the {word} {}{rest}", shown.join(", "))
}

/// Each format that was looked for, and why the file is not it.
fn tried(head: &[u8], verdict: Option<&Verdict>) -> Vec<(String, String)> {
    let at = first_value(head);
    let top = first_object(head, at).map_or_else(Vec::new, |at| keys(head, at));
    let is_object = head.get(at) == Some(&b'{');
    let is_array = head.get(at) == Some(&b'[');
    let missing = |name: &str| match (is_object, is_array) {
        (true, _) => format!("no {name} key at the top level"),
        (_, true) => format!("the top level is an array whose first object has no {name} key"),
        _ => "the text is not JSON".to_owned(),
    };
    let line = match (is_object, top.is_empty()) {
        (true, _) => "line 1 has no resourceSpans key".to_owned(),
        _ => "line 1 is not a JSON object".to_owned(),
    };
    let mut list = vec![
        ("OTLP JSON".to_owned(), missing("resourceSpans")),
        ("OTLP JSON lines".to_owned(), line),
        ("Tempo".to_owned(), missing("batches")),
    ];
    let reasons = [
        missing("data"),
        if is_object {
            "the top level is an object, not an array".to_owned()
        } else {
            missing("traceId")
        },
        missing("observations"),
        missing("traceEvents"),
        missing("context"),
    ];
    for ((format, ..), reason) in FOREIGN.iter().zip(reasons) {
        let reason = match verdict {
            Some(verdict) if verdict.format == *format => "recognised, and not read yet".to_owned(),
            _ => reason,
        };
        list.push(((*format).to_owned(), reason));
    }
    let first: Vec<String> = head
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let compressed = format!("first bytes are {}", first.join(" "));
    list.push(("gzip, zstd, zip".to_owned(), compressed));
    list
}

fn place(head: &[u8], pos: usize) -> Place {
    super::lines::Lines::default().place(head, 0, pos)
}

/// The lines around a place, each with its number, cut to a readable width.
fn excerpt(head: &[u8], place: Place) -> Vec<(u64, String)> {
    const WIDTH: usize = 160;
    let first = place.line.saturating_sub(4).max(1);
    head.split(|&byte| byte == b'\n')
        .zip(1_u64..)
        .skip_while(|&(_, number)| number < first)
        .take_while(|&(_, number)| number <= place.line + 1)
        .map(|(line, number)| {
            let mut text = found(line, 0);
            if text.len() < WIDTH {
                text = String::from_utf8_lossy(line.get(..WIDTH).unwrap_or(line)).into_owned();
            }
            (number, text)
        })
        .collect()
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
