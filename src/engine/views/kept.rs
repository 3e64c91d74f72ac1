//! Answers about all runs, kept until the document or the prices change: to count a million spans takes a tenth of a second, to
//! answer again none.

use super::super::Engine;
use super::super::protocol::{Piece, Reply, Request, RouteRequest};
use crate::model::{TraceRow, TraceStore};
use crate::scene::drawn::DrawRequest;
use crate::scene::graph::GraphRequest;

/// Answers at most; the one that was not asked for longest goes first.
const MOST: usize = 8;

/// More spans than these take longer to count than a frame or two last.
const MANY: u32 = 200_000;

/// Questions of views about all runs, with their answers; the latest last.
#[derive(Debug, Default)]
pub struct Kept(Vec<(Request, Reply)>);

impl Kept {
    fn find(&mut self, request: &Request) -> Option<Reply> {
        let at = self.0.iter().position(|(known, _)| known == request)?;
        let found = self.0.remove(at);
        let reply = found.1.clone();
        self.0.push(found);
        Some(reply)
    }

    fn has(&self, request: &Request) -> bool {
        self.0.iter().any(|(known, _)| known == request)
    }

    fn keep(&mut self, request: Request, reply: Reply) {
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push((request, reply));
    }
}

/// Whether a view is about all runs, so that nothing but the document and the prices can change what it shows.
fn is_of_all(request: &Request, store: &TraceStore) -> bool {
    let is_all = |trace: Option<TraceRow>, filter: &str| {
        filter.is_empty() && (trace.is_none() || trace == only(store))
    };
    match request {
        Request::Route(request) => is_all(request.trace, &request.filter),
        Request::Graph(request) => is_all(request.trace, &request.filter),
        Request::Statistics(request) | Request::Flame(request) => {
            is_all(request.trace, &request.filter)
        }
        _ => false,
    }
}

/// The run of a document that has one.
fn only(store: &TraceStore) -> Option<TraceRow> {
    (store.traces().len() == 1).then_some(TraceRow(0))
}

impl Engine {
    /// Answers a question of a view that counts.
    pub(in super::super) fn counted(&mut self, request: Request) -> Reply {
        if let Some(reply) = self.document.kept.find(&request) {
            return reply;
        }
        let reply = match &request {
            Request::Route(asked) => self.route(asked),
            Request::Graph(asked) => self.graph(asked),
            Request::Statistics(asked) => self.statistics(asked),
            Request::Flame(asked) => self.flame(asked),
            Request::Draw(asked) => return self.draw(asked),
            _ => return super::failed("no view counts that"),
        };
        if is_of_all(&request, &self.document.store) {
            self.document.kept.keep(request, reply.clone());
        }
        reply
    }

    /// Whether a question is about what stands beside a picture and takes long to answer: of so many spans that another
    /// question would wait for the answer to this one.
    pub fn can_wait(&self, request: &Request) -> bool {
        let is_beside = match request {
            Request::Route(request) => !matches!(request.piece, Piece::Matrix { .. }),
            _ => false,
        };
        is_beside && self.document.store.rows() > MANY && !self.document.kept.has(request)
    }

    /// Counts what views of the document will ask first, one of them a call; false when there are no more. To be called while
    /// nothing is asked, from [`LONG_AHEAD`] on only when nothing is to be expected: what is asked meanwhile waits for a
    /// quarter of a second, of a million spans.
    pub fn count_ahead(&mut self, at: usize) -> bool {
        let ahead = ahead(only(&self.document.store));
        let Some(request) = ahead.into_iter().nth(at) else {
            return false;
        };
        drop(self.counted(request));
        true
    }
}

/// The first call of [`Engine::count_ahead`] that takes longer than what comes meanwhile should wait.
pub const LONG_AHEAD: usize = 3;

/// What the page asks of each view first: about the only run, else about all.
fn ahead(trace: Option<TraceRow>) -> [Request; 6] {
    let route = |piece| {
        Request::Route(Box::new(RouteRequest {
            trace,
            piece,
            ..RouteRequest::default()
        }))
    };
    let tasks = match Piece::default() {
        Piece::Matrix { measure, most, .. } => Piece::Matrix {
            tasks: true,
            measure,
            most,
            assigned: Vec::new(),
        },
        other => other,
    };
    let compared = Vec::new();
    [
        Request::Draw(Box::new(DrawRequest {
            trace,
            levels: ["agent", "model", "span"].map(str::to_owned).to_vec(),
            size: (800, 600),
            ..DrawRequest::default()
        })),
        route(Piece::default()),
        route(tasks),
        route(Piece::Aside),
        route(Piece::Alternatives { compared }),
        Request::Graph(Box::new(GraphRequest {
            trace,
            ..GraphRequest::default()
        })),
    ]
}
