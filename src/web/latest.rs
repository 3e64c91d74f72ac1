//! At most one request of a view in flight; a newer one replaces the one that waits.
//!
//! While a finger drags, a view wants a new scene with every frame, and only the last matters: asking for each would fill
//! the worker's queue and answer late. Every answer is delivered, the one that a newer request has outdated too: it is the
//! best picture there is until the newer comes.

use super::link::{Answer, WorkerLink};
use crate::engine::protocol::{Failure, Request};
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// Whose turn it is: what is in flight and what waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn<T> {
    in_flight: bool,
    waiting: Option<T>,
}

impl<T> Default for Turn<T> {
    fn default() -> Self {
        Self {
            in_flight: false,
            waiting: None,
        }
    }
}

impl<T> Turn<T> {
    /// Offers something to send: it comes back when it is to be sent now; else it waits in the place of an earlier one.
    pub fn offer(&mut self, item: T) -> Option<T> {
        if self.in_flight {
            self.waiting = Some(item);
            return None;
        }
        self.in_flight = true;
        Some(item)
    }

    /// The one in flight has come back: what is to be sent next.
    pub fn came_back(&mut self) -> Option<T> {
        let next = self.waiting.take();
        self.in_flight = next.is_some();
        next
    }
}

type Deliver = dyn Fn(Result<Answer, Failure>);

/// Sends the latest request of one view to the worker.
#[derive(Clone)]
pub struct Latest {
    link: WorkerLink,
    turn: Rc<RefCell<Turn<Request>>>,
    deliver: Rc<Deliver>,
}

impl fmt::Debug for Latest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latest")
            .field("turn", &self.turn)
            .finish_non_exhaustive()
    }
}

impl Latest {
    /// `deliver` gets every answer, in order.
    pub fn new(link: WorkerLink, deliver: impl Fn(Result<Answer, Failure>) + 'static) -> Self {
        Self {
            link,
            turn: Rc::default(),
            deliver: Rc::new(deliver),
        }
    }

    /// Asks now, or when the answer on its way has come; replaces a request that still waits.
    pub fn ask(&self, request: Request) {
        let Some(first) = self.turn.borrow_mut().offer(request) else {
            return;
        };
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let mut next = Some(first);
            while let Some(request) = next {
                let answer = this.link.ask(request).await;
                // What this asks for waits, and is taken below.
                (this.deliver)(answer);
                next = this.turn.borrow_mut().came_back();
            }
        });
    }
}
