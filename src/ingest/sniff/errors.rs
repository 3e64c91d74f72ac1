//! Files that were not read, in words: what was expected, what was found, where, and what to do.

use super::super::lines::Lines;
use super::super::otlp::{char_boundary, found};
use super::super::pull::Expected;
use super::super::report::{FileError, Place};
use super::Verdict;
use super::foreign::{FOREIGN, first_object, first_value, keys};

/// What every message about a file that is none names as expected.
const EXPECTED: &str = "OTLP JSON: an object with resourceSpans, or lines of them";

/// The error for a source that was given up.
pub(in crate::ingest) fn refuse(verdict: &Verdict, head: &[u8]) -> FileError {
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
pub(in crate::ingest) fn explain(head: &[u8], broken: Option<(Place, Expected)>) -> FileError {
    let at = first_value(head);
    let is_container = matches!(head.get(at), Some(b'{' | b'['));
    if let Some((place, expected)) = broken
        && is_container
    {
        return broken_at(head, place, expected);
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
            format!("an array without objects: {}", found(head, at)),
            EXPORT,
        ),
        _ if lower.starts_with("<!doctype") || lower.starts_with("<html") => (
            "a web page".to_owned(),
            "It may be the login page of the server it was fetched from.",
        ),
        _ => (
            format!("text that is not JSON: {}", found(head, at)),
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
pub(in crate::ingest) fn broken_at(head: &[u8], place: Place, expected: Expected) -> FileError {
    let pos = usize::try_from(place.byte).unwrap_or(usize::MAX);
    let found = found(head, pos);
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
pub(in crate::ingest) fn undecodable(compression: &str, what: &str) -> FileError {
    FileError {
        expected: format!("a {compression} stream"),
        found: what.to_owned(),
        remedy: "Download or copy the file again; it may have been damaged on its way.".to_owned(),
        ..FileError::default()
    }
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
    Lines::default().place(head, 0, pos)
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
