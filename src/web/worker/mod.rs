//! The worker: one [`Engine`], messages in, messages out.
//!
//! Everything that waits (reading files, bytes for details) is a task of its own, so that a request is answered between two
//! chunks of a file that is being opened. The engine is borrowed only where nothing waits.
//!
//! - `reading`: a source becomes chunks for the engine
//! - `opening`: all sources of one opening, its notices, its end
//! - `prices`: the table that costs are computed with
//! - `quiet`: what waits until nobody asks for anything else
//! - `steady`: the bytes of a file, whatever becomes of a reader
//! - `scanning`: the search in the background
//! - `warming`: what makes the first opening of a tab as fast as later ones

mod clock;
mod copying;
mod decoding;
mod fingerprint;
mod gzip;
mod held;
mod opening;
mod prices;
mod quiet;
mod reading;
mod scanning;
mod steady;
mod unpack;
mod warming;

use crate::engine::protocol::{
    DEFECT, Failure, FromWorker, Notice, PROTOCOL, READY, Reply, Request, ToWorker,
};
use crate::engine::{Background, Engine, Step, wire};
use clock::now;
use held::Held;
use js_sys::{Array, Uint8Array};
use opening::{Control, Wanted};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

/// What all tasks of the worker share.
struct Host {
    scope: DedicatedWorkerGlobalScope,
    engine: RefCell<Engine>,
    /// Sources of the open document, by their index in it.
    sources: RefCell<Vec<Rc<Held>>>,
    /// Openings that run or wait, by the number of their request.
    openings: RefCell<BTreeMap<u32, Rc<Control>>>,
    /// Openings that wait for their turn.
    queue: RefCell<VecDeque<opening::Waiting>>,
    /// Whether the engine has prices.
    priced: Cell<bool>,
    /// When something was asked last; before all times when nothing was.
    asked_at: Cell<f64>,
    /// How often a document was opened.
    opened: Cell<u32>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("sources", &self.sources)
            .finish_non_exhaustive()
    }
}

/// Starts listening and says so; the entry of the worker.
pub fn run() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    tell_last_words();
    let host = Rc::new(Host {
        scope,
        engine: RefCell::new(Engine::new()),
        sources: RefCell::default(),
        openings: RefCell::default(),
        queue: RefCell::default(),
        priced: Cell::new(false),
        asked_at: Cell::new(f64::NEG_INFINITY),
        opened: Cell::new(0),
    });
    let listener = Rc::clone(&host);
    let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        listener.hear(&Array::from(&event.data()));
    });
    host.scope
        .set_onmessage(Some(listen.as_ref().unchecked_ref()));
    // Listens as long as the worker lives.
    listen.forget();
    let version = env!("CARGO_PKG_VERSION");
    host.post(&Array::of3(
        &READY.into(),
        &PROTOCOL.into(),
        &version.into(),
    ));
    warming::start(&host);
}

impl Host {
    /// Whether anything has been asked yet.
    fn is_asked(&self) -> bool {
        self.asked_at.get() > f64::NEG_INFINITY
    }

    fn hear(self: &Rc<Self>, message: &Array) {
        self.asked_at.set(now());
        let head = Uint8Array::new(&message.get(0)).to_vec();
        let ToWorker { seq, request } = match wire::from_bytes(&head) {
            Ok(message) => message,
            Err(error) => {
                // Same version on both ends: only a defect comes here, and there is no number to answer to.
                web_sys::console::error_2(&format!("unknown message: {error}").into(), message);
                return;
            }
        };
        match request {
            Request::Open {
                append,
                runs,
                sources,
            } => {
                let blobs = message.iter().skip(1).map(JsValue::unchecked_into::<Blob>);
                let wanted = Wanted {
                    append,
                    runs,
                    sources: sources.into_iter().zip(blobs).collect(),
                };
                opening::start(self, seq, wanted);
            }
            Request::Abort { open } => {
                if let Some(control) = self.openings.borrow().get(&open) {
                    control.abort();
                }
                self.reply(seq, Reply::Done);
            }
            Request::Close => {
                self.sources.borrow_mut().clear();
                self.answer(seq, Request::Close);
            }
            Request::Search { query } => {
                self.answer(seq, Request::Search { query });
                scanning::start(self, seq, Background::Search);
            }
            Request::Filter { text } => {
                self.answer(seq, Request::Filter { text });
                scanning::start(self, seq, Background::Filter);
            }
            Request::PriceList { .. } if !self.priced.get() => {
                let host = Rc::clone(self);
                spawn_local(async move {
                    if let Some(asked) = prices::ask(&host) {
                        let is_read = prices::take(&host, asked).await;
                        host.priced.set(is_read);
                    }
                    host.answer(seq, request);
                });
            }
            request => {
                let can_wait = self.engine.borrow().can_wait(&request);
                if can_wait {
                    quiet::answer_later(self, seq, request);
                } else {
                    self.answer(seq, request);
                }
            }
        }
    }

    fn answer(self: &Rc<Self>, seq: u32, request: Request) {
        let step = self.engine.borrow_mut().handle(request);
        self.take(seq, step);
    }

    fn take(self: &Rc<Self>, seq: u32, step: Step) {
        match step {
            Step::Done(Reply::Summary(mut summary), _) => {
                summary.memory_bytes = opening::memory_bytes();
                self.reply(seq, Reply::Summary(summary));
            }
            Step::Done(reply, buffers) => self.reply_with(seq, reply, &buffers),
            Step::Read { ranges, pending } => {
                // Taken now: by the time they are read another document may be open.
                let sources = self.sources.borrow().clone();
                let host = Rc::clone(self);
                spawn_local(async move {
                    let bytes = held::read_ranges(&sources, &ranges).await;
                    let step = host.engine.borrow_mut().resume(pending, bytes);
                    host.take(seq, step);
                });
            }
        }
    }

    fn reply(&self, seq: u32, reply: Reply) {
        self.reply_with(seq, reply, &[]);
    }

    fn reply_with(&self, seq: u32, reply: Reply, buffers: &[Vec<u8>]) {
        let message = self.message(&FromWorker::Reply { seq, reply });
        let transfer = Array::new();
        for bytes in buffers {
            let buffer = Uint8Array::from(bytes.as_slice()).buffer();
            message.push(&buffer);
            transfer.push(&buffer);
        }
        if let Err(error) = self.scope.post_message_with_transfer(&message, &transfer) {
            web_sys::console::error_1(&error);
        }
    }

    fn notify(&self, seq: u32, notice: Notice) {
        self.say(&FromWorker::Notice { seq, notice });
    }

    fn say(&self, words: &FromWorker) {
        self.post(&self.message(words));
    }

    fn post(&self, message: &Array) {
        if let Err(error) = self.scope.post_message(message) {
            web_sys::console::error_1(&error);
        }
    }

    fn message(&self, words: &FromWorker) -> Array {
        let written = self.engine.borrow().message(words);
        let head = written.unwrap_or_else(|error| {
            // A sequence of unknown length: no message has one.
            web_sys::console::error_1(&error.to_string().into());
            Vec::new()
        });
        Array::of1(&Uint8Array::from(head.as_slice()))
    }
}

/// Lets a panic say what it was before it ends the worker.
fn tell_last_words() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let words = JsValue::from_str(&info.to_string());
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        drop(scope.post_message(&Array::of2(&DEFECT.into(), &words)));
    }));
}

fn failed(message: impl Into<String>, aborted: bool) -> Reply {
    Reply::Failed(Failure {
        message: message.into(),
        aborted,
        ..Failure::default()
    })
}
