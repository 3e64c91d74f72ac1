//! A byte stream of the browser, read chunk by chunk.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader};

#[wasm_bindgen]
extern "C" {
    /// What `read()` of a stream's reader resolves to.
    type ReadResult;

    #[wasm_bindgen(method, getter)]
    fn done(this: &ReadResult) -> bool;

    #[wasm_bindgen(method, getter)]
    fn value(this: &ReadResult) -> Option<Uint8Array>;
}

/// The chunks of a stream, in order.
#[derive(Debug, Clone)]
pub struct Chunks(ReadableStreamDefaultReader);

impl Chunks {
    /// Takes the stream over: nobody else can read it then.
    pub fn new(stream: &ReadableStream) -> Self {
        Self(stream.get_reader().unchecked_into())
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read any further; what the browser says.
    pub async fn next(&self) -> Result<Option<Uint8Array>, JsValue> {
        let result: ReadResult = JsFuture::from(self.0.read()).await?.unchecked_into();
        Ok(if result.done() { None } else { result.value() })
    }

    /// Ends the stream; a pending [`Chunks::next`] comes back with `None`.
    pub fn cancel(&self) {
        ignore_rejection(&self.0.cancel());
    }
}

/// Keeps a rejection that says nothing new from being reported as unhandled.
pub fn ignore_rejection(promise: &Promise) {
    let promise = promise.clone();
    wasm_bindgen_futures::spawn_local(async move {
        drop(JsFuture::from(promise).await);
    });
}
