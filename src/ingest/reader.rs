//! Sources in, chunk by chunk; a store and a report out.

use super::lines::Lines;
use super::otlp::{Machine, Seen, Sink};
use super::report::{FileError, FileReport, ImportReport, WarningKind};
use super::sniff::{self, Verdict};
use super::warnings::Warnings;
use crate::model::{SpanFlags, SpanRow, StoreBuilder, TraceStore};
use std::collections::BTreeMap;

/// Bytes of a source that are kept to say what it is.
const HEAD: usize = 64 << 10;

/// After so many bytes it is plain whether a source is text.
const FIRST_LOOK: usize = 512;

/// How much of a chunk is joined to what was left of the one before, at least.
const BRIDGE: usize = 4096;

/// Looks at the first bytes of a source.
type Look = fn(&[u8]) -> Option<Verdict>;

/// Whether to go on reading a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// More is welcome.
    Continue,
    /// The source is not what this reads, and nothing that follows can change that: call [`Ingest::end_source`].
    Stop,
}

/// Reads sources into a [`StoreBuilder`].
///
/// ```
/// use spanlight::ingest::Ingest;
/// use spanlight::model::StoreBuilder;
///
/// let text = br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"chat","spanId":"051581bf3cb55c13"}]}]}]}"#;
/// let mut ingest = Ingest::new(StoreBuilder::new());
/// ingest.begin_source(0, "trace.json", text.len() as u64);
/// for chunk in text.chunks(7) {
///     ingest.push(chunk);
/// }
/// ingest.end_source();
/// let (store, report) = ingest.finish();
/// assert_eq!(store.span_count(), 1);
/// assert_eq!(report.files[0].format, "OTLP JSON");
/// ```
#[derive(Debug)]
pub struct Ingest {
    builder: StoreBuilder,
    machine: Machine,
    source: Option<Source>,
    done: Vec<Done>,
    duplicates_before: u64,
}

/// A source being read.
#[derive(Debug)]
struct Source {
    index: u16,
    name: String,
    bytes: u64,
    compression: String,
    damage: Option<String>,
    /// The first bytes.
    head: Vec<u8>,
    /// Bytes that must be seen again, and where they begin in the source.
    tail: Vec<u8>,
    at: u64,
    lines: Lines,
    warnings: Warnings,
    verdict: Option<Verdict>,
}

/// A source that was read.
#[derive(Debug)]
struct Done {
    index: u16,
    report: FileReport,
    warnings: Warnings,
}

impl Ingest {
    /// Reads into `builder`, which may hold a document already: what is read then joins it.
    pub fn new(builder: StoreBuilder) -> Self {
        let duplicates_before = builder.duplicate_count();
        Self {
            builder,
            machine: Machine::default(),
            source: None,
            done: Vec::new(),
            duplicates_before,
        }
    }

    /// Begins a source: `index` is what its spans' [`crate::model::SourceRange::source`] says, `bytes` its size as
    /// given. A source that is still open is closed first.
    pub fn begin_source(&mut self, index: u16, name: &str, bytes: u64) {
        self.end_source();
        self.machine.begin();
        self.source = Some(Source {
            index,
            name: name.to_owned(),
            bytes,
            compression: String::new(),
            damage: None,
            head: Vec::new(),
            tail: Vec::new(),
            at: 0,
            lines: Lines::default(),
            warnings: Warnings::default(),
            verdict: None,
        });
    }

    /// Says that the source was compressed ("gzip", "zstd"); what is pushed is its decompressed text.
    pub fn set_compression(&mut self, name: &str) {
        if let Some(source) = &mut self.source {
            name.clone_into(&mut source.compression);
        }
    }

    /// Takes the next bytes of the source, of any length.
    pub fn push(&mut self, chunk: &[u8]) -> Flow {
        let Some(mut source) = self.source.take() else {
            return Flow::Stop;
        };
        let flow = self.take(&mut source, chunk);
        self.source = Some(source);
        flow
    }

    /// Says that the source cannot be read further, e.g. because its compressed stream is damaged. Everything up to
    /// here stays; call [`Self::end_source`] next.
    pub fn damaged(&mut self, what: &str) {
        if let Some(source) = &mut self.source {
            source.damage = Some(what.to_owned());
        }
    }

    /// Closes the source and its report.
    pub fn end_source(&mut self) {
        let Some(mut source) = self.source.take() else {
            return;
        };
        if source.verdict.is_none() {
            let tail = std::mem::take(&mut source.tail);
            let used = self.run(&mut source, &tail, true);
            source.tail = tail;
            source.tail.drain(..used);
            source.at += used as u64;
        }
        if source.head.len() < FIRST_LOOK {
            self.judge(&mut source, sniff::binary);
        }
        if source.head.len() < HEAD {
            self.judge(&mut source, sniff::foreign);
        }
        let done = source.close(&self.machine);
        self.done.push(done);
    }

    /// What has been read so far.
    pub fn builder(&self) -> &StoreBuilder {
        &self.builder
    }

    /// Links the spans, and adds to the report what only then is known.
    pub fn finish(mut self) -> (TraceStore, ImportReport) {
        self.end_source();
        let store = self.builder.finish();
        let mut done = self.done;
        count_linked(&store, self.duplicates_before, &mut done);
        let files = done.into_iter().map(Done::into_report).collect();
        (store, ImportReport { files })
    }

    /// Looks at the first bytes for what can never become OTLP JSON.
    fn judge(&mut self, source: &mut Source, look: Look) -> Flow {
        if source.verdict.is_none() && !self.machine.seen().otlp {
            source.verdict = look(&source.head);
        }
        match source.verdict {
            None => Flow::Continue,
            Some(_) => Flow::Stop,
        }
    }

    /// Reads a chunk, and looks at the first bytes of the source once so many of them are there: at the same places
    /// whatever the chunks.
    fn take(&mut self, source: &mut Source, chunk: &[u8]) -> Flow {
        if source.verdict.is_some() {
            return Flow::Stop;
        }
        let looks: [(usize, Look); 2] = [(FIRST_LOOK, sniff::binary), (HEAD, sniff::foreign)];
        let mut rest = chunk;
        for (len, look) in looks {
            let missing = len.saturating_sub(source.head.len());
            if missing == 0 {
                continue;
            }
            let (piece, later) = rest.split_at(missing.min(rest.len()));
            source.head.extend_from_slice(piece);
            self.read(source, piece);
            rest = later;
            if piece.len() == missing && self.judge(source, look) == Flow::Stop {
                return Flow::Stop;
            }
        }
        self.read(source, rest);
        Flow::Continue
    }

    /// Reads a chunk: what was left of the chunks before is joined to no more of it than it needs.
    fn read(&mut self, source: &mut Source, chunk: &[u8]) {
        if chunk.is_empty() {
            return;
        }
        let mut rest = chunk;
        while !source.tail.is_empty() {
            let wanted = self.machine.wanted.saturating_sub(source.tail.len());
            let before = source.tail.len();
            let (joined, later) = rest.split_at(wanted.max(BRIDGE).min(rest.len()));
            source.tail.extend_from_slice(joined);
            if joined.len() < wanted {
                return;
            }
            rest = later;
            let tail = std::mem::take(&mut source.tail);
            let used = self.run(source, &tail, false);
            source.at += used as u64;
            if used >= before {
                // What was left over is read; go on in the chunk itself.
                rest = chunk
                    .get(chunk.len() - rest.len() - (tail.len() - used)..)
                    .unwrap_or_default();
                source.tail = tail;
                source.tail.clear();
                break;
            }
            source.tail = tail;
            source.tail.drain(..used);
            if rest.is_empty() {
                return;
            }
        }
        let used = self.run(source, rest, false);
        source.at += used as u64;
        source
            .tail
            .extend_from_slice(rest.get(used..).unwrap_or_default());
    }

    fn run(&mut self, source: &mut Source, data: &[u8], end: bool) -> usize {
        let mut sink = Sink {
            builder: &mut self.builder,
            warnings: &mut source.warnings,
            lines: source.lines,
            source: source.index,
        };
        let used = self.machine.run(data, source.at, end, &mut sink);
        source.lines = sink.lines;
        used
    }
}

impl Source {
    /// Turns what was seen into a report.
    fn close(mut self, machine: &Machine) -> Done {
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
    Some(sniff::broken(head, place, expected))
}

impl Done {
    fn into_report(mut self) -> FileReport {
        self.report.warnings = self.warnings.into_list(&self.report.name);
        self.report
    }
}

/// Adds to the reports what only the linked document knows.
fn count_linked(store: &TraceStore, duplicates_before: u64, done: &mut [Done]) {
    let mut orphans: BTreeMap<u16, (u64, String)> = BTreeMap::new();
    let mut cycles: BTreeMap<u16, (u64, String)> = BTreeMap::new();
    for row in (0..store.rows()).map(SpanRow) {
        let flags = store.flags(row);
        let Some(source) = store.source(row) else {
            continue;
        };
        if flags.contains(SpanFlags::ORPHAN) {
            let parent = store.parent(row).and_then(|row| store.span_id_text(row));
            orphans
                .entry(source.source)
                .or_insert_with(|| (0, parent.unwrap_or_default()))
                .0 += 1;
        }
        if flags.contains(SpanFlags::CYCLE) {
            let id = store.span_id_text(row).unwrap_or_default();
            cycles.entry(source.source).or_insert_with(|| (0, id)).0 += 1;
        }
    }
    let mut unmatched: BTreeMap<u16, u64> = BTreeMap::new();
    for record in store.all_logs() {
        if record.row.is_none() && record.log.span.is_some() {
            *unmatched.entry(record.log.source.source).or_default() += 1;
        }
    }
    for file in &mut *done {
        if let Some((count, parent)) = orphans.get(&file.index) {
            file.warnings.add(WarningKind::Orphan, *count, || {
                let example = format!("the parent {parent} is in none of the files; its spans are shown under a placeholder");
                (example, None)
            });
        }
        if let Some((count, id)) = cycles.get(&file.index) {
            file.warnings.add(WarningKind::Cycle, *count, || {
                let example = format!(
                    "the parents of the span {id} lead back to itself; it is shown as a root"
                );
                (example, None)
            });
        }
        if let Some(count) = unmatched.get(&file.index) {
            file.warnings.add(WarningKind::UnmatchedLogs, *count, || {
                let example = "a log record names a span that is in none of the files; it is shown with no span";
                (example.to_owned(), None)
            });
        }
    }
    let duplicates = store.duplicate_count().saturating_sub(duplicates_before);
    if let Some(file) = done.iter_mut().rev().find(|file| file.report.spans > 0) {
        file.warnings.add(WarningKind::Duplicate, duplicates, || {
            let example = "a span with the same trace id and span id came more than once; the last copy was kept";
            (example.to_owned(), None)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::dump;

    fn read(text: &[u8], chunk: usize) -> (TraceStore, ImportReport) {
        let mut ingest = Ingest::new(StoreBuilder::new());
        ingest.begin_source(0, "a file", text.len() as u64);
        for chunk in text.chunks(chunk) {
            if ingest.push(chunk) == Flow::Stop {
                break;
            }
        }
        ingest.end_source();
        ingest.finish()
    }

    /// Reads in many chunkings, which must agree.
    #[track_caller]
    fn read_all(text: &[u8]) -> (TraceStore, FileReport) {
        let (store, mut report) = read(text, text.len().max(1));
        for chunk in [1, 2, 3, 7, 16, 63] {
            let (other, other_report) = read(text, chunk);
            assert_eq!(dump(&other), dump(&store), "chunks of {chunk}");
            assert_eq!(other_report, report, "chunks of {chunk}");
        }
        (store, report.files.remove(0))
    }

    const SPAN: &str = r#"{"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13","name":"a","startTimeUnixNano":"10","endTimeUnixNano":"20"}"#;

    fn document(spans: &str) -> String {
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{spans}]}}]}}]}}"#)
    }

    #[track_caller]
    fn kinds(text: &str, expected: &[WarningKind]) -> (TraceStore, FileReport) {
        let (store, report) = read_all(text.as_bytes());
        let found: Vec<_> = report.warnings.iter().map(|warning| warning.kind).collect();
        assert_eq!(found, expected, "{report:#?}");
        (store, report)
    }

    #[test]
    fn a_broken_line_is_skipped_and_the_rest_is_read() {
        let good = document(SPAN);
        let other = good.replace("051581bf3cb55c13", "051581bf3cb55c14");
        for cut in 1..good.len() {
            let text = format!("{good}\n{}\n{other}\n", &good[..cut]);
            let (store, report) = read_all(text.as_bytes());
            assert_eq!(store.span_count(), 2, "cut at {cut}: {report:#?}");
            assert!(report.error.is_none(), "{report:#?}");
            let broken = WarningKind::InvalidJson;
            assert!(report.warnings.iter().any(|warning| warning.kind == broken));
        }
    }

    #[test]
    fn a_file_that_was_cut_gives_every_span_before_the_cut() {
        let second = SPAN.replace("051581bf3cb55c13", "051581bf3cb55c14");
        let text = document(&format!("{SPAN},{second}"));
        let first_ends = text.find("},{").unwrap() + 1;
        for cut in first_ends..text.len() {
            let (store, report) = read_all(&text.as_bytes()[..cut]);
            assert!(store.span_count() >= 1);
            let truncated = report
                .warnings
                .iter()
                .any(|w| w.kind == WarningKind::Truncated);
            assert!(truncated, "{cut}: {report:#?}");
        }
    }

    #[test]
    fn empty_things_are_readable_and_hold_no_spans() {
        for text in [
            "{}",
            "[]",
            "[{}]",
            "{}\n{}\n",
            "\u{FEFF}{}",
            r#"{"resourceSpans":[]}"#,
            r#"{"resourceSpans":null}"#,
        ] {
            let (_, report) = kinds(text, &[WarningKind::NoSpans]);
            assert_eq!(report.error, None);
        }
    }

    #[test]
    fn nothing_at_all_is_no_document() {
        for (text, found) in [
            ("", "nothing: the file is empty"),
            (" \n\t", "nothing but white space"),
            ("\u{FEFF}", "nothing but white space"),
            ("[", "an array without objects: ["),
            (r#"{"a": {"#, "an object with the key a"),
        ] {
            let (_, report) = read(text.as_bytes(), 1);
            let error = report.files[0].error.clone().unwrap();
            assert_eq!(error.found, found);
        }
    }

    #[test]
    fn two_hundred_thousand_brackets_are_an_error_or_a_warning() {
        let open = "[".repeat(200_000);
        let (_, report) = read(open.as_bytes(), 65_536);
        assert!(report.files[0].error.is_some(), "{report:#?}");
        let nested = format!("{open}{}", "]".repeat(200_000));
        let value = format!(
            r#"{{"spanId":"051581bf3cb55c13","attributes":[{{"key":"k","value":{{"arrayValue":{nested}}}}}],"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","startTimeUnixNano":1,"endTimeUnixNano":2}}"#
        );
        let (store, report) = read(document(&value).as_bytes(), 4096);
        assert_eq!(store.span_count(), 1);
        assert_eq!(report.files[0].warnings[0].kind, WarningKind::TooDeep);
    }
}
