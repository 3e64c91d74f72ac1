//! The browser's own gzip decoder, fed by hand so that packed bytes can be counted.

use super::decoding::PIECE;
use crate::web::chunks::{Chunks, ignore_rejection};
use js_sys::{Promise, Uint8Array};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ReadableStream};

#[wasm_bindgen]
extern "C" {
    type DecompressionStream;
    type Sink;
    type SinkWriter;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &DecompressionStream) -> ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn writable(this: &DecompressionStream) -> Sink;

    #[wasm_bindgen(method, catch, js_name = getWriter)]
    fn writer(this: &Sink) -> Result<SinkWriter, JsValue>;

    #[wasm_bindgen(method)]
    fn write(this: &SinkWriter, chunk: &Uint8Array) -> Promise;

    #[wasm_bindgen(method)]
    fn close(this: &SinkWriter) -> Promise;

    #[wasm_bindgen(method)]
    fn abort(this: &SinkWriter, reason: &JsValue) -> Promise;
}

/// A source being inflated.
pub struct Gunzip {
    /// Its text.
    pub text: Chunks,
    taken: Rc<Cell<u64>>,
}

impl Gunzip {
    /// Starts to inflate.
    ///
    /// # Errors
    /// The browser has no such decoder.
    pub fn start(blob: &Blob) -> Result<Self, JsValue> {
        let decoder = DecompressionStream::new("gzip")?;
        let writer = decoder.writable().writer()?;
        let packed = Chunks::new(&blob.stream());
        let taken = Rc::<Cell<u64>>::default();
        spawn_local(pump(packed, writer, Rc::clone(&taken)));
        Ok(Self {
            text: Chunks::new(&decoder.readable()),
            taken,
        })
    }

    /// Packed bytes that the decoder has taken.
    pub fn taken(&self) -> u64 {
        self.taken.get()
    }
}

/// Hands the source over in pieces, each when the one before was decoded. Ends when the decoder wants no more.
async fn pump(packed: Chunks, writer: SinkWriter, taken: Rc<Cell<u64>>) {
    loop {
        let chunk = match packed.next().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => {
                ignore_rejection(&writer.close());
                return;
            }
            Err(error) => {
                ignore_rejection(&writer.abort(&error));
                return;
            }
        };
        let length = chunk.length();
        for from in (0..length).step_by(PIECE as usize) {
            let piece = chunk.subarray(from, (from + PIECE).min(length));
            if JsFuture::from(writer.write(&piece)).await.is_err() {
                packed.cancel();
                return;
            }
            taken.set(taken.get() + u64::from(piece.length()));
        }
    }
}
