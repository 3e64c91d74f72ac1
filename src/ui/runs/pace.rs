//! How much of the table is filled in one frame.
//!
//! A row has some forty elements, and a whole screen of them takes longer to be laid out than a frame lasts. The first rows are
//! filled at once, the others in the frames behind, a few each; until then they show what they showed before.

use leptos::prelude::request_animation_frame;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

/// Rows filled in one frame at most.
const AT_ONCE: u32 = 8;

type Work = Box<dyn FnOnce()>;

/// Spreads work over frames, in the order in which it comes. Clones are the same.
#[derive(Clone, Default)]
pub struct Pace(Rc<Inner>);

#[derive(Default)]
struct Inner {
    /// Done since the last frame.
    done: Cell<u32>,
    waiting: RefCell<VecDeque<Work>>,
    /// A frame is asked for.
    asked: Cell<bool>,
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").finish_non_exhaustive()
    }
}

impl Pace {
    /// Does a piece of work now, or in a frame to come when this one has its share.
    pub fn take(&self, work: impl FnOnce() + 'static) {
        let is_next = self.0.waiting.borrow().is_empty();
        if is_next && self.0.done.get() < AT_ONCE {
            self.0.done.set(self.0.done.get() + 1);
            work();
        } else {
            self.0.waiting.borrow_mut().push_back(Box::new(work));
        }
        self.ask();
    }

    fn ask(&self) {
        if self.0.asked.replace(true) {
            return;
        }
        let pace = self.clone();
        request_animation_frame(move || pace.frame());
    }

    fn frame(&self) {
        self.0.asked.set(false);
        // What was filled since the last frame is laid out with this one.
        for _ in self.0.done.get()..AT_ONCE {
            // Out of the queue first: work may bring more.
            let work = self.0.waiting.borrow_mut().pop_front();
            let Some(work) = work else {
                break;
            };
            work();
        }
        self.0.done.set(0);
        if !self.0.waiting.borrow().is_empty() {
            self.ask();
        }
    }
}
