//! JSON of other formats, recognised by their keys.

use super::super::pull::{Cursor, Step};
use super::super::scan;
use super::Verdict;

/// Formats of others, which are recognised and said by name.
pub(super) const FOREIGN: [(&str, &str, &str); 5] = [
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
pub(super) struct Key {
    pub name: String,
    at: usize,
    value_at: usize,
}

/// Keys of the object that `cursor` stands at, as far as it is at hand.
pub(super) fn keys(head: &[u8], at: usize) -> Vec<Key> {
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
pub(super) fn first_object(head: &[u8], at: usize) -> Option<usize> {
    let mut cursor = Cursor::new(head);
    cursor.pos = at;
    while cursor.solid().ok()? == b'[' {
        cursor.pos += 1;
    }
    (cursor.solid().ok()? == b'{').then_some(cursor.pos)
}

/// Where the first value begins, behind a byte order mark and whitespace.
pub(super) fn first_value(head: &[u8]) -> usize {
    let from = if head.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    scan::skip_whitespace(head, from)
}

/// The format of others that the text is recognised as.
pub(in crate::ingest) fn foreign(head: &[u8]) -> Option<Verdict> {
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
