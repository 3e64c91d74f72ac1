//! A file's bytes in order, in whichever way the browser gives them.
//!
//! A reader that fills memory of ours takes a fifth less time than one that takes new memory for each chunk, but in Chromium
//! it comes to a standstill once in some hundred files. So a watch looks whether chunks still come; where none does for a
//! while, the rest is read in the other way.

use super::clock::sleep;
use super::opening::Control;
use crate::web::chunks::Chunks;
use js_sys::Uint8Array;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

/// How often the watch looks; a read that waits from one look to the next is at a standstill.
const LOOK_MS: i32 = 400;

/// A file that is being read.
pub struct Steady<'a> {
    blob: &'a Blob,
    control: &'a Control,
    /// Bytes that have come.
    at: Cell<f64>,
    chunks: RefCell<Chunks>,
    watch: Rc<Watch>,
}

/// Whether chunks come.
#[derive(Default)]
struct Watch {
    /// Reads that have begun.
    reads: Cell<u32>,
    /// One of them waits.
    waits: Cell<bool>,
    /// None of them comes back any more.
    is_over: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl<'a> Steady<'a> {
    /// Begins to read; `control` ends it.
    pub fn new(blob: &'a Blob, control: &'a Control) -> Self {
        let chunks = Chunks::passing(&blob.stream());
        control.set_reading(Some(&chunks));
        let watch = Rc::<Watch>::default();
        Watch::start(&watch);
        Self {
            blob,
            control,
            at: Cell::new(0.0),
            chunks: RefCell::new(chunks),
            watch,
        }
    }

    /// The next chunk, valid until the next call; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read any further; what the browser says.
    pub async fn next(&self) -> Result<Option<Uint8Array>, JsValue> {
        let chunks = self.chunks.borrow().clone();
        if self.watch.is_over.get() {
            return chunks.next().await;
        }
        let Some(answer) = self.watch.read(chunks.next()).await else {
            chunks.cancel();
            let rest = self.blob.slice_with_f64(self.at.get())?;
            let chunks = Chunks::new(&rest.stream());
            self.control.set_reading(Some(&chunks));
            self.chunks.replace(chunks.clone());
            return chunks.next().await;
        };
        if let Ok(Some(chunk)) = &answer {
            self.at.set(self.at.get() + f64::from(chunk.length()));
        }
        answer
    }

    /// Reads no further.
    pub fn cancel(&self) {
        self.chunks.borrow().cancel();
    }
}

impl Watch {
    fn start(watch: &Rc<Self>) {
        let watched = Rc::downgrade(watch);
        spawn_local(async move {
            let mut before = None;
            loop {
                sleep(LOOK_MS).await;
                let Some(watch) = watched.upgrade() else {
                    return;
                };
                let waiting = watch.waits.get().then(|| watch.reads.get());
                if waiting.is_some() && waiting == before {
                    watch.is_over.set(true);
                    if let Some(waker) = watch.waker.take() {
                        waker.wake();
                    }
                    return;
                }
                before = waiting;
            }
        });
    }

    /// What a read brings; `None` when it is at a standstill.
    async fn read<T>(&self, read: impl Future<Output = T>) -> Option<T> {
        let mut read = pin!(read);
        self.reads.set(self.reads.get().wrapping_add(1));
        self.waits.set(true);
        let answer = poll_fn(|context| match read.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if self.is_over.get() => Poll::Ready(None),
            Poll::Pending => {
                self.waker.replace(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await;
        self.waits.set(false);
        answer
    }
}
