//! One `requestAnimationFrame` for all canvases: a task runs in the next frame when it was marked, else not at all.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Something to do once in the next frame, however often it is asked for.
pub struct Task {
    run: RefCell<Box<dyn FnMut()>>,
    waiting: Cell<bool>,
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

impl Task {
    /// A task that runs `run`; nothing happens before [`Task::mark`].
    pub fn new(run: impl FnMut() + 'static) -> Rc<Self> {
        Rc::new(Self {
            run: RefCell::new(Box::new(run)),
            waiting: Cell::new(false),
        })
    }

    /// Asks for a run in the next frame. A dropped task is forgotten.
    pub fn mark(self: &Rc<Self>) {
        if !self.waiting.replace(true) {
            FRAMES.with(|frames| frames.push(Rc::downgrade(self)));
        }
    }

    fn run(&self) {
        self.waiting.set(false);
        // A task that marks itself while it runs is queued for the next frame, so it is never entered twice.
        if let Ok(mut run) = self.run.try_borrow_mut() {
            run();
        }
    }
}

struct Frames {
    queue: RefCell<Vec<Weak<Task>>>,
    scheduled: Cell<bool>,
    callback: Closure<dyn FnMut()>,
}

impl Frames {
    fn push(&self, task: Weak<Task>) {
        self.queue.borrow_mut().push(task);
        if !self.scheduled.replace(true) {
            let asked = web_sys::window().and_then(|window| {
                window
                    .request_animation_frame(self.callback.as_ref().unchecked_ref())
                    .ok()
            });
            self.scheduled.set(asked.is_some());
        }
    }
}

thread_local! {
    static FRAMES: Frames = Frames {
        queue: RefCell::default(),
        scheduled: Cell::new(false),
        callback: Closure::new(run_frame),
    };
}

fn run_frame() {
    let queue = FRAMES.with(|frames| {
        frames.scheduled.set(false);
        frames.queue.take()
    });
    for task in queue {
        if let Some(task) = task.upgrade() {
            task.run();
        }
    }
}
