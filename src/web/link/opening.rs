//! An opening as the page holds it.

use super::{Answer, WorkerLink, failure, received};
use crate::engine::protocol::{Failure, Opened, Reply, Request};
use crate::web::oneshot::Receiver;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// An opening that is under way: a future of what was opened. Dropping it does not stop the opening.
#[derive(Debug)]
pub struct OpenTask {
    abort: Abort,
    answer: Receiver<Result<Answer, Failure>>,
}

/// Stops an opening; clones stop the same one.
#[derive(Debug, Clone)]
pub struct Abort {
    seq: u32,
    link: WorkerLink,
}

impl OpenTask {
    pub(super) fn new(
        seq: u32,
        link: WorkerLink,
        answer: Receiver<Result<Answer, Failure>>,
    ) -> Self {
        Self {
            abort: Abort { seq, link },
            answer,
        }
    }

    /// Number of the request, as its notices carry it.
    pub fn seq(&self) -> u32 {
        self.abort.seq
    }

    /// A handle that stops the opening, to be kept while the task is awaited.
    pub fn aborter(&self) -> Abort {
        self.abort.clone()
    }
}

impl Abort {
    /// Number of the request, as its notices carry it.
    pub fn seq(&self) -> u32 {
        self.seq
    }

    /// Stops the opening: its task ends with [`Failure::aborted`], and what was open stays. Too late it does nothing.
    pub fn abort(&self) {
        // The answer says nothing that the task's own does not.
        drop(self.link.send(Request::Abort { open: self.seq }, &[]));
    }
}

impl Future for OpenTask {
    type Output = Result<Opened, Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer)
            .poll(context)
            .map(|answer| match received(answer)?.reply {
                Reply::Opened(opened) => Ok(*opened),
                other => Err(failure(format!(
                    "unexpected answer to an opening: {other:?}"
                ))),
            })
    }
}
