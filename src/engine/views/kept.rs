//! Answers about all runs, kept until the document or the prices change: to count a million spans takes a tenth of a second, to
//! answer again none.

use super::super::Engine;
use super::super::protocol::{Piece, Reply, Request, RouteRequest};
use crate::scene::drawn::DrawRequest;
use crate::scene::graph::GraphRequest;

/// Answers at most; the one that was not asked for longest goes first.
const MOST: usize = 8;

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

    fn keep(&mut self, request: Request, reply: Reply) {
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push((request, reply));
    }
}

/// Whether a view is about all runs, so that nothing but the document and the prices can change what it shows.
fn is_of_all(request: &Request) -> bool {
    let is_all = |trace: Option<_>, filter: &str| trace.is_none() && filter.is_empty();
    match request {
        Request::Route(request) => is_all(request.trace, &request.filter),
        Request::Graph(request) => is_all(request.trace, &request.filter),
        Request::Statistics(request) | Request::Flame(request) => {
            is_all(request.trace, &request.filter)
        }
        _ => false,
    }
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
        if is_of_all(&request) {
            self.document.kept.keep(request, reply.clone());
        }
        reply
    }

    /// Counts what views of the document will ask first, one of them a call; false when there are no more. To be called while
    /// nothing is asked.
    pub fn count_ahead(&mut self, at: usize) -> bool {
        let ahead = ahead();
        let Some(request) = ahead.into_iter().nth(at) else {
            return false;
        };
        drop(self.counted(request));
        true
    }
}

fn ahead() -> [Request; 6] {
    let route = |piece| {
        Request::Route(Box::new(RouteRequest {
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
        // Its size says what is drawn, not what is counted for it.
        Request::Draw(Box::new(DrawRequest {
            levels: ["agent", "model"].map(str::to_owned).to_vec(),
            size: (1, 1),
            ..DrawRequest::default()
        })),
        route(Piece::default()),
        route(tasks),
        Request::Graph(Box::<GraphRequest>::default()),
        route(Piece::Aside),
        route(Piece::Alternatives { compared }),
    ]
}
