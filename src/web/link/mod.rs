//! The page's end of the worker.
//!
//! Messages are `[head, ...buffers]` (see [`crate::engine::protocol`]). Nothing is sent before the worker says `Ready`: it
//! loads asynchronously, and what comes earlier would be lost. A worker that dies (out of memory, a defect) answers every
//! open request with a failure, tells the page once, and can be replaced with [`WorkerLink::restart`]; its document is gone
//! then, and the page reopens what it still holds.

mod opening;

pub use opening::{Abort, OpenTask};

use super::oneshot::{Receiver, Sender, oneshot};
use super::source::Source;
use crate::engine::protocol::{
    DEFECT, Failure, FromWorker, Notice, PROTOCOL, READY, Reply, Request, RunsQuery, SourceHead,
    ToWorker,
};
use crate::engine::wire;
use crate::model::order::RowMap;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, Event, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// The worker's loader beside the page.
const LOADER: &str = "worker_loader.js";

/// An answer that is not a failure.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The answer.
    pub reply: Reply,
    /// Bulk columns that the reply names, in order.
    pub buffers: Vec<ArrayBuffer>,
}

/// Why the worker is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// For a person.
    pub message: String,
    /// Whether a new worker may do better; `false` when only loading the page again helps.
    pub can_restart: bool,
}

type OnNotice = dyn Fn(u32, Notice);
type OnLost = dyn Fn(Lost);
type Waiting = Sender<Result<Answer, Failure>>;
type Handler = Closure<dyn Fn(Event)>;

struct Inner {
    /// Number of the worker, so that what an earlier one still says is not heard.
    generation: Cell<u32>,
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    /// What waits for `Ready`.
    unsent: RefCell<Vec<Array>>,
    last_seq: Cell<u32>,
    waiting: RefCell<RowMap<Waiting>>,
    waiting_for_ready: RefCell<Vec<Sender<()>>>,
    /// What a panic said, until the worker's end is noticed.
    last_words: RefCell<Option<String>>,
    lost: RefCell<Option<Lost>>,
    on_notice: RefCell<Option<Rc<OnNotice>>>,
    on_lost: RefCell<Option<Rc<OnLost>>>,
    /// Handlers of all workers so far: one of them may be running while its worker is replaced.
    handlers: RefCell<Vec<Handler>>,
}

/// The worker, as the page sees it; clones are the same worker.
#[derive(Clone)]
pub struct WorkerLink(Rc<Inner>);

impl Default for WorkerLink {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for WorkerLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerLink")
            .field("generation", &self.0.generation.get())
            .field("ready", &self.0.ready.get())
            .finish_non_exhaustive()
    }
}

impl WorkerLink {
    /// A worker that starts when it is first asked, or told to [`WorkerLink::wake`].
    pub fn new() -> Self {
        Self(Rc::new(Inner {
            generation: Cell::new(0),
            worker: RefCell::new(None),
            ready: Cell::new(false),
            unsent: RefCell::default(),
            last_seq: Cell::new(0),
            waiting: RefCell::default(),
            waiting_for_ready: RefCell::default(),
            last_words: RefCell::new(None),
            lost: RefCell::new(None),
            on_notice: RefCell::new(None),
            on_lost: RefCell::new(None),
            handlers: RefCell::default(),
        }))
    }

    /// Starts the worker unless that was done. One that cannot be started is lost at once; set [`WorkerLink::on_lost`] and look
    /// at [`WorkerLink::lost`].
    pub fn wake(&self) {
        if self.0.generation.get() == 0 {
            self.launch();
        }
    }

    /// Who hears what the worker says unasked, with the number of the request it belongs to (as [`OpenTask::seq`]).
    pub fn on_notice(&self, hear: impl Fn(u32, Notice) + 'static) {
        *self.0.on_notice.borrow_mut() = Some(Rc::new(hear));
    }

    /// Who hears that the worker is gone; at once when it is gone already.
    pub fn on_lost(&self, hear: impl Fn(Lost) + 'static) {
        let hear: Rc<OnLost> = Rc::new(hear);
        *self.0.on_lost.borrow_mut() = Some(Rc::clone(&hear));
        if let Some(lost) = self.lost() {
            hear(lost);
        }
    }

    /// Why the worker is gone; `None` while it lives.
    pub fn lost(&self) -> Option<Lost> {
        self.0.lost.borrow().clone()
    }

    /// Wakes the worker and waits until it can be asked; `Err` when it is lost before.
    ///
    /// # Errors
    /// The worker did not start, or is of another version than the page.
    pub async fn ready(&self) -> Result<(), Lost> {
        self.wake();
        let waiting = {
            let (sender, receiver) = oneshot();
            if !self.0.ready.get() && self.lost().is_none() {
                self.0.waiting_for_ready.borrow_mut().push(sender);
            }
            receiver
        };
        let _ = waiting.await;
        self.lost().map_or(Ok(()), Err)
    }

    /// Ends the worker with its document and starts another. Requests still open are answered with a failure.
    pub fn restart(&self) {
        self.end("the worker was replaced");
        *self.0.lost.borrow_mut() = None;
        self.launch();
    }

    /// Asks the worker.
    ///
    /// # Errors
    /// The worker's own [`Reply::Failed`], or that the worker is lost.
    pub fn ask(&self, request: Request) -> impl Future<Output = Result<Answer, Failure>> + use<> {
        // Sent now, whenever the answer is waited for.
        let (_, answer) = self.send(request, &[]);
        async move { received(answer.await) }
    }

    /// Reads sources into a new document, or adds them to the open one; `runs` are told with the answer.
    pub fn open(&self, append: bool, runs: RunsQuery, sources: &[Source]) -> OpenTask {
        let heads = sources
            .iter()
            .map(|source| SourceHead {
                name: source.name.clone(),
                size: source.blob.size() as u64,
            })
            .collect();
        let request = Request::Open {
            append,
            runs,
            sources: heads,
        };
        let blobs: Vec<JsValue> = sources
            .iter()
            .map(|source| source.blob.clone().into())
            .collect();
        let (seq, answer) = self.send(request, &blobs);
        OpenTask::new(seq, self.clone(), answer)
    }

    fn send(
        &self,
        request: Request,
        blobs: &[JsValue],
    ) -> (u32, Receiver<Result<Answer, Failure>>) {
        let seq = self.0.last_seq.get().wrapping_add(1);
        self.0.last_seq.set(seq);
        let (sender, receiver) = oneshot();
        self.wake();
        if let Some(lost) = self.lost() {
            sender.send(Err(failure(lost.message)));
            return (seq, receiver);
        }
        let head = match wire::to_bytes(&ToWorker { seq, request }) {
            Ok(head) => head,
            Err(error) => {
                sender.send(Err(failure(format!(
                    "could not write the request: {error}"
                ))));
                return (seq, receiver);
            }
        };
        let message = Array::of1(&Uint8Array::from(head.as_slice()));
        for blob in blobs {
            message.push(blob);
        }
        self.0.waiting.borrow_mut().insert(seq, sender);
        if self.0.ready.get() {
            self.post(&message);
        } else {
            self.0.unsent.borrow_mut().push(message);
        }
        (seq, receiver)
    }

    fn post(&self, message: &Array) {
        let posted = self
            .0
            .worker
            .borrow()
            .as_ref()
            .map(|worker| worker.post_message(message));
        if let Some(Err(error)) = posted {
            self.lose(Lost {
                message: format!("the worker could not be reached: {}", in_words(&error)),
                can_restart: true,
            });
        }
    }

    fn launch(&self) {
        let generation = self.0.generation.get().wrapping_add(1);
        self.0.generation.set(generation);
        self.0.ready.set(false);
        match new_worker() {
            Ok(worker) => {
                self.listen(&worker, generation);
                *self.0.worker.borrow_mut() = Some(worker);
            }
            Err(error) => self.lose(Lost {
                message: format!("the worker could not be started: {}", in_words(&error)),
                can_restart: false,
            }),
        }
    }

    fn listen(&self, worker: &Worker, generation: u32) {
        let heard = self.handler(generation, Self::hear);
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        let failed = self.handler(generation, Self::failed);
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(failed.as_ref().unchecked_ref()));
        self.0.handlers.borrow_mut().extend([heard, failed]);
    }

    fn handler(&self, generation: u32, handle: fn(&Self, &Event)) -> Handler {
        let weak: Weak<Inner> = Rc::downgrade(&self.0);
        Closure::new(move |event: Event| {
            if let Some(inner) = weak.upgrade()
                && inner.generation.get() == generation
            {
                handle(&Self(inner), &event);
            }
        })
    }

    fn hear(&self, event: &Event) {
        let Some(message) = event.dyn_ref::<MessageEvent>() else {
            return;
        };
        let message = Array::from(&message.data());
        if let Some(word) = message.get(0).as_string() {
            self.hear_word(&word, &message);
        } else {
            self.hear_bytes(&message);
        }
    }

    /// Apart from what is said in words, which the page hears before its second part has come.
    #[inline(never)]
    fn hear_bytes(&self, message: &Array) {
        let bytes = Uint8Array::new(&message.get(0)).to_vec();
        match wire::from_bytes(&bytes) {
            Ok(FromWorker::Reply { seq, reply }) => {
                let buffers = message
                    .iter()
                    .skip(1)
                    .filter_map(|buffer| buffer.dyn_into().ok())
                    .collect();
                let waiting = self.0.waiting.borrow_mut().remove(seq);
                if let Some(waiting) = waiting {
                    waiting.send(match reply {
                        Reply::Failed(failure) => Err(failure),
                        reply => Ok(Answer { reply, buffers }),
                    });
                }
            }
            Ok(FromWorker::Notice { seq, notice }) => {
                let hear = self.0.on_notice.borrow().clone();
                if let Some(hear) = hear {
                    hear(seq, notice);
                }
            }
            Err(error) => self.lose(Lost {
                message: format!("the worker said something this page does not know: {error}"),
                can_restart: false,
            }),
        }
    }

    /// What is said in plain words, because it must be understood by a page of another build.
    fn hear_word(&self, word: &str, message: &Array) {
        match word {
            READY => {
                let protocol = message.get(1).as_f64().unwrap_or_default() as u32;
                self.greet(protocol, &message.get(2).as_string().unwrap_or_default());
            }
            DEFECT => {
                self.0.last_words.replace(message.get(1).as_string());
            }
            _ => {}
        }
    }

    fn greet(&self, protocol: u32, version: &str) {
        if protocol != PROTOCOL || version != env!("CARGO_PKG_VERSION") {
            self.lose(Lost {
                message: format!(
                    "This page is version {} and its worker version {version}: reload the page.",
                    env!("CARGO_PKG_VERSION")
                ),
                can_restart: false,
            });
            return;
        }
        self.0.ready.set(true);
        let unsent = self.0.unsent.take();
        for message in unsent {
            self.post(&message);
        }
        for waiting in self.0.waiting_for_ready.take() {
            waiting.send(());
        }
    }

    fn failed(&self, event: &Event) {
        let words = self.0.last_words.take();
        let detail = event
            .dyn_ref::<ErrorEvent>()
            .map(ErrorEvent::message)
            .filter(|message| !message.is_empty());
        let message = match (self.0.ready.get(), words, detail) {
            (false, _, Some(detail)) => format!("The worker did not start: {detail}."),
            (false, _, None) => "The worker did not start: reload the page.".to_owned(),
            (true, Some(words), _) => format!("The worker stopped because of a defect: {words}"),
            // Nothing else ends WebAssembly without a word.
            (true, None, Some(detail)) if detail.contains("unreachable") => {
                "The worker ran out of memory.".to_owned()
            }
            (true, None, Some(detail)) => format!("The worker stopped: {detail}."),
            (true, None, None) => "The worker stopped.".to_owned(),
        };
        self.lose(Lost {
            message,
            can_restart: self.0.ready.get(),
        });
    }

    fn lose(&self, lost: Lost) {
        if self.lost().is_some() {
            return;
        }
        *self.0.lost.borrow_mut() = Some(lost.clone());
        self.end(&lost.message);
        let hear = self.0.on_lost.borrow().clone();
        if let Some(hear) = hear {
            hear(lost);
        }
    }

    fn end(&self, why: &str) {
        self.0
            .generation
            .set(self.0.generation.get().wrapping_add(1));
        self.0.ready.set(false);
        if let Some(worker) = self.0.worker.take() {
            worker.terminate();
        }
        self.0.unsent.take();
        for waiting in self.0.waiting.take().into_values() {
            waiting.send(Err(failure(why.to_owned())));
        }
        // They wait for a worker, not for this one; those of a lost worker hear of it.
        if self.lost().is_some() {
            self.0.waiting_for_ready.take();
        }
    }
}

fn received(answer: Option<Result<Answer, Failure>>) -> Result<Answer, Failure> {
    answer.unwrap_or_else(|| Err(failure("the worker was replaced".to_owned())))
}

fn failure(message: String) -> Failure {
    Failure {
        message,
        ..Failure::default()
    }
}

fn new_worker() -> Result<Worker, JsValue> {
    let base = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.base_uri().ok().flatten())
        .unwrap_or_default();
    let address = Url::new_with_base(LOADER, &base)?.href();
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name("spanlight");
    Worker::new_with_options(&address, &options)
}

/// What a JavaScript exception says.
pub(super) fn in_words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}
