//! The store and every question the page can ask of it, as plain synchronous Rust.
//!
//! The worker feeds an opening chunk by chunk and hands every other request to [`Engine::handle`]. When an answer needs
//! bytes of a file, `handle` says which, and [`Engine::resume`] finishes it; so tests need no browser.
//!
//! - [`protocol`]: requests, replies and notices
//! - [`address`]: what a link restores
//! - `opening`: sources read into a staging store
//! - `document`: the open store and what was worked out about it
//! - `meaning`: calls and costs of the document, and what scripts hear of them
//! - `runs`, `summary`: the runs table and the counts
//! - `filtering`, `searching`: the filter and the search
//! - `reading`: sources read in the background for either
//! - `grouping`: runs that stand together, and their sums
//! - `headline`: what a run was, in a sentence
//! - `previews`: what tools were called with, for lines of the waterfall
//! - `masking`: secrets that do not leave the worker
//! - `pricing`: the user's prices
//! - `views`: the numbers behind cost treemap, routing, agents and statistics
//! - `script`: what scripts hear of a span

pub mod address;
mod document;
mod filtering;
mod grouping;
mod headline;
mod masking;
mod meaning;
mod opening;
mod previews;
mod pricing;
pub mod protocol;
mod reading;
mod runs;
mod script;
mod searching;
mod summary;
#[cfg(test)]
mod tests;
mod views;
pub mod wire;

pub use crate::ingest::Flow;
pub use reading::{Background, ScanJob};
pub use views::LONG_AHEAD;

use crate::analysis::pairs::{self, Around};
use crate::model::{SourceRange, SpanRow, TraceRow, TraceStore};
use crate::scene::details::relations::{AroundTexts, relate};
use crate::scene::details::repeats::repeats;
use crate::scene::details::{Texts, content_of, details, proof, text_at};
use crate::scene::mask::Mask;
use crate::scene::minimap::lanes::Colours;
use crate::scene::minimap::{MinimapRect, MinimapRequest};
use crate::semantics::prices::{PriceBook, PriceTable};
use document::{Document, marked};
use filtering::Filtering;
use masking::cover_details;
use opening::Opening;
use protocol::{Failure, Opened, Reply, Request, RunRow, RunsPage, SourceHead};

/// Bytes of spans around a tool's that are read to find who asked for it.
const AROUND_BYTES: u32 = 4 << 20;

/// Answers every question about the open document.
#[derive(Debug, Default)]
pub struct Engine {
    document: Document,
    documents: u32,
    searches: u32,
    opening: Option<Opening>,
    prices: PriceBook,
    /// What covers secrets, while that is wanted.
    mask: Option<Mask>,
}

/// The way to an answer.
#[derive(Debug)]
pub enum Step {
    /// Here it is, with its bulk columns.
    Done(Reply, Vec<Vec<u8>>),
    /// These bytes are needed first; give them to [`Engine::resume`] in the same order.
    Read {
        /// What to read.
        ranges: Vec<SourceRange>,
        /// What to do with it.
        pending: Pending,
    },
}

/// A request that waits for bytes.
#[derive(Debug)]
pub struct Pending(Waits);

#[derive(Debug)]
enum Waits {
    Texts(TextsWanted),
    View(Box<views::Waiting>),
    Previews(previews::Wanted),
}

/// Texts of a span.
#[derive(Debug)]
struct TextsWanted {
    row: SpanRow,
    document: u32,
    /// Whether the first range is the span's own text; the others are its log records'.
    has_text: bool,
    /// Calls of models around a tool's, whose texts come last.
    around: Around,
    /// Those of them that are read.
    read: Vec<SpanRow>,
    /// Calls of models before this one, whose texts and log records come behind those.
    earlier: Vec<SpanRow>,
    /// `None` for details, else the pointer of a text.
    pointer: Option<String>,
}

/// Opening: sources are read into a staging store that takes the place of the open document when it succeeds.
impl Engine {
    /// An engine without a document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts an opening; one at work is dropped. The document stays as it is until [`Engine::commit`].
    pub fn begin(&mut self, append: bool) {
        let base = append.then_some((&self.document.store, self.document.sources.as_slice()));
        self.opening = Some(Opening::new(base));
    }

    /// Opens the next source; gives its index in the document, the one that [`SourceRange::source`] names.
    pub fn begin_source(&mut self, head: &SourceHead, fingerprint: &str) -> u16 {
        self.opening
            .as_mut()
            .map_or(0, |opening| opening.begin_source(head, fingerprint))
    }

    /// Says how the source at work is compressed: "gzip" or "zstd".
    pub fn set_compression(&mut self, name: &str) {
        if let Some(opening) = &mut self.opening {
            opening.set_compression(name);
        }
    }

    /// Takes the next decompressed bytes of the source at work.
    pub fn chunk(&mut self, bytes: &[u8]) -> Flow {
        self.opening
            .as_mut()
            .map_or(Flow::Stop, |opening| opening.chunk(bytes))
    }

    /// Says that the compressed stream is damaged here; what came before stays.
    pub fn damaged(&mut self, what: &str) {
        if let Some(opening) = &mut self.opening {
            opening.damaged(what);
        }
    }

    /// Ends the source at work.
    pub fn end_source(&mut self) {
        if let Some(opening) = &mut self.opening {
            opening.end_source();
        }
    }

    /// Spans read so far.
    pub fn progress(&self) -> u64 {
        self.opening.as_ref().map_or(0, Opening::spans)
    }

    /// The first runs read so far, in order of arrival, and how many there are.
    pub fn live_runs(&self, limit: usize) -> (u32, Vec<RunRow>) {
        self.opening
            .as_ref()
            .map_or((0, Vec::new()), |opening| opening.live_runs(limit))
    }

    /// Links what was read and makes it the open document. When nothing could be read the open document stays.
    pub fn commit(&mut self, elapsed_ms: f64, memory_bytes: u64) -> Reply {
        let Some(opening) = self.opening.take() else {
            return failed("nothing is being opened");
        };
        match opening.finish() {
            Ok((store, sources, report)) => {
                self.documents += 1;
                let added = report.files.iter().map(|file| file.text_bytes);
                let before = self.document.all_text_bytes();
                let kept = sources.len().saturating_sub(report.files.len());
                let text_bytes = before.iter().take(kept).copied().chain(added).collect();
                self.document =
                    Document::new(self.documents, store, sources, text_bytes, &self.prices);
                let mut summary = self.document.summary();
                summary.memory_bytes = memory_bytes;
                Reply::Opened(Box::new(Opened {
                    report,
                    summary,
                    runs: RunsPage::default(),
                    elapsed_ms,
                }))
            }
            Err(failure) => Reply::Failed(failure),
        }
    }

    /// Works ahead on what the first picture of a document with one trace needs: to be called while nothing is asked.
    pub fn look_ahead(&mut self) {
        if self.document.store.traces().len() == 1 {
            self.document.look_ahead(TraceRow(0));
        }
    }

    /// Takes the table of prices that documents opened from now on are costed with. False when it is none.
    pub fn set_built_in_prices(&mut self, text: &str) -> bool {
        let table = PriceTable::parse(text);
        let is_read = table.is_ok();
        if let Ok(table) = table {
            self.prices.built_in = table;
        }
        is_read
    }

    /// Drops the opening at work; the open document stays.
    pub fn abort(&mut self) {
        self.opening = None;
    }
}

/// Questions.
impl Engine {
    /// Answers a request, or says which bytes it needs. Openings are not requests to this function.
    pub fn handle(&mut self, request: Request) -> Step {
        let reply = match request {
            Request::Details { row } => return self.ask_texts(row, None),
            Request::Previews { rows } => return self.ask_previews(&rows),
            Request::Text { row, pointer } => return self.ask_texts(row, Some(pointer)),
            Request::Derive { trace, row, offset } => self.derive(trace, row, offset as usize),
            Request::Minimap(request) => {
                let document = &mut self.document;
                let hits = marked(document.searching.as_ref(), document.filtering.as_ref());
                let sources = document.meaning.sources(&document.store);
                let colour = document
                    .teller
                    .colour(sources, request.trace, request.colour);
                let request = MinimapRequest { colour, ..request };
                let colours = Colours {
                    members: document.teller.members(sources),
                    calls: sources.calls,
                    costs: sources.costs,
                };
                let (mut minimap, rects) =
                    document
                        .scenes
                        .minimap(&document.store, &request, hits, Some(colours));
                minimap.document = document.number;
                let buffer = MinimapRect::encode(&rects);
                return Step::Done(Reply::Minimap(minimap), vec![buffer]);
            }
            Request::Open { .. } | Request::Abort { .. } => failed("openings go chunk by chunk"),
            Request::Close => {
                self.document = Document::default();
                Reply::Done
            }
            Request::Summary => Reply::Summary(Box::new(self.document.told_summary())),
            Request::Runs(query) => Reply::Runs(self.runs(&query)),
            Request::Lint => self.lint(),
            Request::Headline { trace, budget } => self.headline(trace, budget),
            Request::Spans { trace } => Reply::Spans(summary::spans(&self.document, trace)),
            Request::Locate { trace, span } => self.locate(&trace, span.as_deref()),
            Request::Waterfall(request) => {
                Reply::Waterfall(Box::new(self.document.waterfall(&request)))
            }
            Request::Outline {
                trace,
                action,
                level,
                only_matches,
            } => {
                let document = &mut self.document;
                document.show(trace, level, only_matches);
                let mut state = document.scenes.outline(&document.store, trace, action);
                state.document = document.number;
                Reply::Outline(state)
            }
            Request::Search { query } => self.search(&query),
            Request::Filter { text } => self.filter(&text),
            Request::Complete { text, cursor } => self.complete(&text, cursor),
            Request::SetMask { on, patterns } => self.set_mask(on, &patterns),
            Request::SetPrices { text, add, assume } => self.set_prices(&text, add, assume),
            Request::PriceList { words, limit } => self.price_list(&words, limit),
            Request::SearchStep { from, forward } => self.search_step(from, forward),
            Request::SearchHits { offset, limit } => self.search_hits(offset, limit),
            Request::Draw(request) => self.draw(&request),
            Request::Curve(request) => {
                Reply::Curve(Box::new(self.document.curve(&self.prices, &request)))
            }
            request @ (Request::Route(_)
            | Request::Graph(_)
            | Request::Statistics(_)
            | Request::Flame(_)) => self.counted(request),
            Request::View { name, options } => return self.view(&name, &options),
        };
        Step::Done(reply, Vec::new())
    }

    /// Goes on with a request that waited for bytes; it may need more.
    pub fn resume(&mut self, pending: Pending, mut bytes: Vec<Result<Vec<u8>, String>>) -> Step {
        self.cover_sources(&mut bytes);
        match pending.0 {
            Waits::Texts(wanted) => Step::Done(self.answer_texts(wanted, bytes), Vec::new()),
            Waits::Previews(wanted) => Step::Done(self.answer_previews(&wanted, bytes), Vec::new()),
            Waits::View(waiting) => self.view_goes_on(waiting, bytes.into_iter().next()),
        }
    }

    fn locate(&self, trace: &str, span: Option<&str>) -> Reply {
        let store = &self.document.store;
        let trace = store.find_trace(trace);
        let span = trace
            .zip(span)
            .and_then(|(trace, span)| store.find_span(trace, span));
        Reply::Located {
            document: self.document.number,
            trace,
            span,
            run: trace
                .and_then(|trace| runs::run_row(store, &self.document.meaning, trace, 0))
                .map(Box::new),
        }
    }

    /// How the sums of a subtree or a run came about.
    fn derive(&self, trace: TraceRow, row: Option<SpanRow>, offset: usize) -> Reply {
        let document = &self.document;
        let store = &document.store;
        let rows = match row {
            Some(row) if row.0 < store.rows() => store.subtree(row),
            Some(_) => 0..0,
            None => store.trace(trace).map_or(0..0, |trace| trace.rows.clone()),
        };
        let worked = document.meaning.worked(store, &self.prices);
        Reply::Derived(proof::sums(&worked, &rows, offset))
    }

    fn ask_texts(&mut self, row: SpanRow, pointer: Option<String>) -> Step {
        let store = &self.document.store;
        if row.0 >= store.rows() {
            return Step::Done(failed("this span is not in the open document"), Vec::new());
        }
        let text = store.source(row);
        let mut ranges = all_texts(store, row);
        let mut around = Around::default();
        let mut read = Vec::new();
        if pointer
            .as_deref()
            .is_none_or(|pointer| pointer == script::POINTER)
        {
            around = pairs::around(store, row);
            let mut left = AROUND_BYTES;
            for &(row, _) in around.before.iter().chain(&around.behind) {
                let range = store.source(row).filter(|range| range.len <= left);
                if let Some(range) = range {
                    left -= range.len;
                    ranges.push(range);
                    read.push(row);
                }
            }
        }
        let mut earlier = Vec::new();
        if pointer.is_none() {
            let mut left = AROUND_BYTES;
            for row in pairs::earlier_calls(store, &self.document.meaning.calls, row) {
                let wanted = all_texts(store, row);
                let bytes = wanted
                    .iter()
                    .map(|range| range.len)
                    .fold(0, u32::saturating_add);
                if store.source(row).is_some() && bytes <= left {
                    left -= bytes;
                    ranges.extend(wanted);
                    earlier.push(row);
                }
            }
        }
        let wanted = TextsWanted {
            row,
            document: self.document.number,
            has_text: text.is_some(),
            around,
            read,
            earlier,
            pointer,
        };
        if ranges.is_empty() {
            return Step::Done(self.answer_texts(wanted, Vec::new()), Vec::new());
        }
        Step::Read {
            ranges,
            pending: Pending(Waits::Texts(wanted)),
        }
    }

    fn answer_texts(&mut self, pending: TextsWanted, bytes: Vec<Result<Vec<u8>, String>>) -> Reply {
        let document = &mut self.document;
        if pending.document != document.number {
            return failed("another document was opened meanwhile");
        }
        let mut bytes = bytes.into_iter();
        let row = pending.row;
        let texts = Texts {
            span: pending.has_text.then(|| bytes.next()).flatten(),
            logs: bytes
                .by_ref()
                .take(document.store.logs(row).len())
                .collect(),
        };
        let is_script = pending.pointer.as_deref() == Some(script::POINTER);
        if let Some(pointer) = pending.pointer.filter(|_| !is_script) {
            if let Some(Err(why)) = &texts.span {
                return Reply::Failed(Failure {
                    message: why.clone(),
                    source_lost: true,
                    ..Failure::default()
                });
            }
            let text = text_at(&document.store, row, &texts, &pointer);
            return text.map_or_else(
                || failed("there is no such text"),
                |text| self.cover_text(text),
            );
        }
        let self_ns = document.scenes.self_time(&document.store, row).0;
        let mut details = details(&document.store, row, self_ns, &texts);
        cover_details(self.mask.as_ref(), &mut details);
        details.document = document.number;
        let steps = document.steps(details.trace);
        let worked = document.meaning.worked(&document.store, &self.prices);
        details.proof = proof::lines(&worked, row, &details.attributes);
        let read = pending.read.into_iter().zip(bytes.by_ref());
        let read = read
            .filter_map(|(row, text)| Some((row.0, String::from_utf8(text.ok()?).ok()?)))
            .collect();
        let earlier: Vec<(SpanRow, Texts)> = (pending.earlier.into_iter())
            .map(|row| {
                let texts = Texts {
                    span: bytes.next(),
                    logs: bytes
                        .by_ref()
                        .take(document.store.logs(row).len())
                        .collect(),
                };
                (row, texts)
            })
            .collect();
        let around = AroundTexts {
            around: pending.around,
            texts: read,
            repeats: repeats(&texts, &earlier),
        };
        relate(&worked, &steps, &mut details, &around);
        if is_script {
            let content = content_of(&texts);
            return Reply::Text(script::span(document, row, &details, &content));
        }
        details.told = document
            .teller
            .one(document.meaning.sources(&document.store), row);
        if let Some(source) = document
            .store
            .source(row)
            .and_then(|range| document.sources.get(usize::from(range.source)))
        {
            details.file.clone_from(&source.name);
        }
        Reply::Details(Box::new(details))
    }
}

/// Where the text of a span and those of its log records stand.
fn all_texts(store: &TraceStore, row: SpanRow) -> Vec<SourceRange> {
    let logs = store.logs(row).iter().map(|record| record.log.source);
    store.source(row).into_iter().chain(logs).collect()
}

fn failed(message: &str) -> Reply {
    Reply::Failed(Failure {
        message: message.to_owned(),
        ..Failure::default()
    })
}
