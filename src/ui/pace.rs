//! How much of a table is filled in one frame.
//!
//! A row of runs has some forty elements, a row of the matrix a hundred, and a whole screen of them takes longer to be laid out
//! than a frame lasts. The first rows are filled at once, the others in the frames behind, a few each; until then they show what
//! they showed before.

use super::dom::effect;
use super::field::Field;
use leptos::prelude::{request_animation_frame, set_timeout};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// Elements made in one frame, about: what is laid out in some fifteen milliseconds.
pub const FRAME: u32 = 320;

/// How long after a picture what tells it in words is made.
const LATER: Duration = Duration::from_millis(50);

type Work = (u32, Box<dyn FnOnce()>);

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
    /// Does a piece of work that makes about so many elements: now, or in a frame to come when this one has its share.
    pub fn take(&self, elements: u32, work: impl FnOnce() + 'static) {
        let is_next = self.0.waiting.borrow().is_empty();
        if is_next && self.has_room() {
            self.add(elements);
            work();
        } else {
            let work = (elements, Box::new(work) as Box<dyn FnOnce()>);
            self.0.waiting.borrow_mut().push_back(work);
        }
        self.ask();
    }

    /// Forgets what was not done yet.
    pub fn stop(&self) {
        // Out of the queue first: what is dropped may ask for more.
        drop(self.0.waiting.take());
    }

    fn has_room(&self) -> bool {
        self.0.done.get() < FRAME
    }

    fn add(&self, elements: u32) {
        self.0.done.set(self.0.done.get().saturating_add(elements));
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
        while self.has_room() {
            // Out of the queue first: work may bring more.
            let work = self.0.waiting.borrow_mut().pop_front();
            let Some((elements, work)) = work else {
                break;
            };
            self.add(elements);
            work();
        }
        self.0.done.set(0);
        if !self.0.waiting.borrow().is_empty() {
            self.ask();
        }
    }
}

/// Follows a picture a little later, for lists of what is in it: picture and lists in one frame would hold the page up.
pub fn later<T: Default + 'static>(picture: impl Fn() -> Rc<T> + 'static) -> Rc<Field<Rc<T>>> {
    let later = Rc::new(Field::new(Rc::<T>::default()));
    let set = Rc::clone(&later);
    effect(move || {
        let (picture, later) = (picture(), Rc::clone(&set));
        set_timeout(move || later.set(picture), LATER);
    });
    later
}
