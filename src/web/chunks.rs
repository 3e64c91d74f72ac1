//! A byte stream of the browser, read chunk by chunk.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStream;

#[wasm_bindgen]
extern "C" {
    /// A reader of a stream.
    #[derive(Debug, Clone)]
    type Reader;

    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;

    #[wasm_bindgen(method)]
    fn cancel(this: &Reader) -> Promise;

    /// A stream as it gives out readers.
    type Readable;

    #[wasm_bindgen(method, js_name = getReader)]
    fn reader(this: &Readable) -> Reader;

    /// What `read()` of a stream's reader resolves to.
    type ReadResult;

    #[wasm_bindgen(method, getter)]
    fn done(this: &ReadResult) -> bool;

    #[wasm_bindgen(method, getter)]
    fn value(this: &ReadResult) -> Option<Uint8Array>;
}

/// The chunks of a stream, in order.
#[derive(Debug, Clone)]
pub struct Chunks {
    reader: Reader,
}

impl Chunks {
    /// Takes the stream over: nobody else can read it then.
    pub fn new(stream: &ReadableStream) -> Self {
        Self {
            reader: readable(stream).reader(),
        }
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read any further; what the browser says.
    pub async fn next(&self) -> Result<Option<Uint8Array>, JsValue> {
        let result: ReadResult = JsFuture::from(self.reader.read()).await?.unchecked_into();
        if result.done() {
            return Ok(None);
        }
        Ok(result.value())
    }

    /// Ends the stream; a pending [`Chunks::next`] comes back with `None`.
    pub fn cancel(&self) {
        ignore_rejection(&self.reader.cancel());
    }
}

fn readable(stream: &ReadableStream) -> &Readable {
    stream.unchecked_ref()
}

/// Keeps a rejection that says nothing new from being reported as unhandled.
pub fn ignore_rejection(promise: &Promise) {
    let promise = promise.clone();
    wasm_bindgen_futures::spawn_local(async move {
        drop(JsFuture::from(promise).await);
    });
}
