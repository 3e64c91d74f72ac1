//! The numbers behind the views, as scripts get them: made here as JSON, so that the page need not know them.

mod answers;
mod kept;
mod options;
#[cfg(test)]
mod tests;

pub use kept::LONG_AHEAD;

use super::document::Document;
use super::meaning::Meaning;
use super::protocol::{Failure, Reply};
use super::{Engine, Pending, Step, Waits, failed};
use crate::analysis::filter::{Columns, Filter};
use crate::analysis::found::Found;
use crate::analysis::ledger::{Attribution, Ledger};
use crate::analysis::part::Part;
use crate::analysis::search::{SourceRows, SourceScan};
use crate::analysis::treemap::Tally;
use crate::model::{SourceRange, SpanRow, TraceRow, TraceStore};
use crate::scene::drawn::DrawRequest;
use crate::scene::flame::flame;
use crate::scene::graph::{GraphRequest, graph_scene};
use crate::scene::routing::{self, RouteRequest, Routed};
use crate::scene::statistics::statistics;
use crate::scene::treemap::{treemap, words};
use crate::semantics::prices::PriceBook;
pub(super) use kept::Kept;
use options::{Question, View};

/// Bytes of a source that are read at once for a filter.
const PIECE: u64 = 8 << 20;

/// A view whose filter asks for values that only the sources have.
#[derive(Debug)]
pub(super) struct Waiting {
    document: u32,
    question: Question,
    matches: Found,
    order: SourceRows,
    /// Sources still to be read, the next one last.
    sources: Vec<u16>,
    /// The source at work.
    scan: Option<(u16, SourceScan)>,
}

impl Engine {
    /// Answers `view(name, options)` with JSON, or says which bytes its filter needs.
    pub(super) fn view(&mut self, name: &str, options: &str) -> Step {
        let document = &mut self.document;
        let question = match Question::parse(&document.store, name, options) {
            Ok(question) => question,
            Err(why) => return done(failed(&why)),
        };
        let filter = match Filter::parse(&question.filter) {
            Ok(filter) => filter,
            Err(error) => {
                let why = format!("the option 'filter' of {name}: {error}");
                return done(failed(&why));
            }
        };
        if filter.is_empty() {
            return done(self.answer(&question, None));
        }
        let meaning = &document.meaning;
        let columns = Columns::new(&document.store, &meaning.calls, &meaning.costs);
        let matches = filter.matches(&document.store, &columns);
        let mut sources = matches.sources(&document.store);
        if sources.is_empty() {
            return done(self.answer(&question, Some(&matches)));
        }
        sources.reverse();
        let waiting = Waiting {
            document: document.number,
            question,
            matches,
            order: SourceRows::new(&document.store),
            sources,
            scan: None,
        };
        self.read_on(waiting)
    }

    /// Takes the bytes that a view asked for.
    pub(super) fn view_goes_on(
        &mut self,
        mut waiting: Box<Waiting>,
        bytes: Option<Result<Vec<u8>, String>>,
    ) -> Step {
        if waiting.document != self.document.number {
            return done(failed("another document was opened meanwhile"));
        }
        match bytes {
            Some(Ok(bytes)) => {
                let mut found = Vec::new();
                if let Some((_, scan)) = &mut waiting.scan {
                    scan.push(&self.document.store, &bytes, &mut found);
                }
                waiting.matches.add(&self.document.store, &mut found);
            }
            Some(Err(why)) => {
                return done(Reply::Failed(Failure {
                    message: why,
                    source_lost: true,
                    ..Failure::default()
                }));
            }
            None => return done(failed("nothing was read")),
        }
        self.read_on(*waiting)
    }

    /// Asks for the next bytes, or answers when none are needed.
    fn read_on(&mut self, mut waiting: Waiting) -> Step {
        loop {
            if let Some((source, scan)) = &waiting.scan {
                let left = self
                    .document
                    .text_bytes(*source)
                    .saturating_sub(scan.position());
                if left > 0 && !scan.is_done() {
                    let range = SourceRange {
                        source: *source,
                        offset: scan.position(),
                        len: left.min(PIECE) as u32,
                    };
                    return Step::Read {
                        ranges: vec![range],
                        pending: Pending(Waits::View(Box::new(waiting))),
                    };
                }
            }
            let Some(source) = waiting.sources.pop() else {
                return done(self.answer(&waiting.question, Some(&waiting.matches)));
            };
            let store = &self.document.store;
            let scan = waiting.matches.scan(store, &waiting.order, source);
            waiting.scan = Some((source, scan));
        }
    }

    /// Draws what the page shows.
    pub(super) fn draw(&mut self, request: &DrawRequest) -> Reply {
        let part = self.shown_part(request.trace, &request.filter);
        let document = &mut self.document;
        let store = &document.store;
        let meaning = &document.meaning;
        let members = document.teller.members(meaning.sources(store));
        let counted = ledger(
            store,
            meaning,
            &self.prices,
            &mut document.attribution,
            &document.tally,
        );
        let mut drawn = treemap(counted, members, &part, request);
        drawn.document = document.number;
        if let Some(trace) = request.trace {
            let steps = drawn.crossed.map(|_| document.steps(trace));
            let (store, meaning) = (&document.store, &document.meaning);
            let ledger = ledger(
                store,
                meaning,
                &self.prices,
                &mut document.attribution,
                &document.tally,
            );
            let steps = steps.as_deref().unwrap_or_default();
            drawn.budget = words(ledger, trace, request.budget, drawn.crossed, steps);
        }
        Reply::Drawn(Box::new(drawn))
    }

    /// Shows the table of statistics.
    pub(super) fn statistics(&mut self, request: &DrawRequest) -> Reply {
        let part = self.shown_part(request.trace, &request.filter);
        let document = &mut self.document;
        let (store, meaning) = (&document.store, &document.meaning);
        let members = document.teller.members(meaning.sources(store));
        let ledger = ledger(
            store,
            meaning,
            &self.prices,
            &mut document.attribution,
            &document.tally,
        );
        let mut drawn = statistics(ledger, members, &part, request);
        drawn.document = document.number;
        Reply::Drawn(Box::new(drawn))
    }

    /// Shows the flame graph.
    pub(super) fn flame(&mut self, request: &DrawRequest) -> Reply {
        let part = self.shown_part(request.trace, &request.filter);
        let document = &mut self.document;
        let (store, meaning) = (&document.store, &document.meaning);
        let ledger = ledger(
            store,
            meaning,
            &self.prices,
            &mut document.attribution,
            &document.tally,
        );
        let mut drawn = flame(ledger, &part, request);
        drawn.document = document.number;
        Reply::Drawn(Box::new(drawn))
    }

    /// Shows agents and models.
    pub(super) fn route(&mut self, request: &RouteRequest) -> Reply {
        let part = self.shown_part(request.trace, &request.filter);
        let document = &mut self.document;
        let (store, meaning) = (&document.store, &document.meaning);
        let sources = routing::Sources {
            members: document.teller.members(meaning.sources(store)),
            ledger: ledger(
                store,
                meaning,
                &self.prices,
                &mut document.attribution,
                &document.tally,
            ),
            part: &part,
        };
        Reply::Routed(Box::new(Routed {
            document: document.number,
            shown: routing::routing(sources, &request.piece),
        }))
    }

    /// Draws agents, tools and models.
    pub(super) fn graph(&mut self, request: &GraphRequest) -> Reply {
        let part = self.shown_part(request.trace, &request.filter);
        let document = &mut self.document;
        let (store, meaning) = (&document.store, &document.meaning);
        let members = document.teller.members(meaning.sources(store));
        let ledger = ledger(
            store,
            meaning,
            &self.prices,
            &mut document.attribution,
            &document.tally,
        );
        let mut scene = graph_scene(ledger, members, &part, request);
        scene.document = document.number;
        Reply::Graph(Box::new(scene))
    }

    /// What a view of the page is about. The filter is the one that holds; while it is read on, what passes so far counts.
    fn shown_part(&mut self, trace: Option<TraceRow>, filter: &str) -> Part {
        let is_filtered = trace.is_none() && self.filter_for(filter).is_some();
        let document = &self.document;
        let store = &document.store;
        let passing = document.filtering.as_ref().filter(|_| is_filtered);
        match (trace, passing) {
            (Some(trace), _) => Part::trace(store, trace),
            (None, Some(filtering)) => Part::runs(store, filtering.runs().1),
            (None, None) => Part::whole(store),
        }
    }

    fn answer(&mut self, question: &Question, matches: Option<&Found>) -> Reply {
        let part = part(&self.document, question, matches);
        let document = &mut self.document;
        let (store, meaning) = (&document.store, &document.meaning);
        let ledger = ledger(
            store,
            meaning,
            &self.prices,
            &mut document.attribution,
            &document.tally,
        );
        Reply::Text(match &question.view {
            View::Treemap { levels, measure } => answers::treemap(ledger, &part, levels, *measure),
            View::Routing { rows } => answers::routing(ledger, &part, rows),
            View::WhatIf { assigned } => answers::assigned(ledger, &part, assigned),
            View::Graph => answers::agents(ledger, &part),
            View::Stats { by } => answers::statistics(ledger, &part, *by),
        })
    }
}

/// What views of a document count.
fn ledger<'d>(
    store: &'d TraceStore,
    meaning: &'d Meaning,
    book: &'d PriceBook,
    attribution: &'d mut Option<Attribution>,
    tally: &'d Tally,
) -> Ledger<'d> {
    let attribution = attribution.get_or_insert_with(|| Attribution::new(store, &meaning.calls));
    Ledger {
        store,
        calls: &meaning.calls,
        costs: &meaning.costs,
        attribution,
        book,
        tally,
    }
}

/// The trace that is asked for, else the runs with a span that passes the filter, else everything; of a trace that does
/// not pass, nothing.
fn part(document: &Document, question: &Question, matches: Option<&Found>) -> Part {
    let store = &document.store;
    match (question.trace, matches) {
        (Some(trace), Some(matches)) if !matches.runs().contains(SpanRow(trace.0)) => {
            Part::default()
        }
        (Some(trace), _) => Part::trace(store, trace),
        (None, Some(matches)) => Part::runs(store, matches.runs()),
        (None, None) => Part::whole(store),
    }
}

fn done(reply: Reply) -> Step {
    Step::Done(reply, Vec::new())
}
