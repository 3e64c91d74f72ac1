//! A byte stream of the browser, read chunk by chunk.

use js_sys::{Promise, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStream;

/// Bytes that are asked for at once where memory is used again. A browser gives what it has, some 64 KB.
const MEMORY: u32 = 256 * 1024;

#[wasm_bindgen]
extern "C" {
    /// A reader of a stream, whether or not it takes the memory to read into.
    #[derive(Debug, Clone)]
    type Reader;

    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;

    #[wasm_bindgen(method, js_name = read)]
    fn read_into(this: &Reader, memory: &Uint8Array) -> Promise;

    #[wasm_bindgen(method)]
    fn cancel(this: &Reader) -> Promise;

    /// A stream as it gives out readers.
    type Readable;

    #[wasm_bindgen(method, js_name = getReader)]
    fn reader(this: &Readable) -> Reader;

    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn reader_into(this: &Readable, options: &JsValue) -> Result<Reader, JsValue>;

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
    /// What the next chunk is read into; `None` where the browser takes new memory for each.
    memory: Option<Rc<RefCell<Uint8Array>>>,
}

impl Chunks {
    /// Takes the stream over: nobody else can read it then.
    pub fn new(stream: &ReadableStream) -> Self {
        Self {
            reader: readable(stream).reader(),
            memory: None,
        }
    }

    /// The same for who has done with a chunk before asking for the next: the memory of a chunk is used again for the one
    /// behind it, where the browser can do that.
    pub fn passing(stream: &ReadableStream) -> Self {
        let options = js_sys::Object::new();
        let is_set = js_sys::Reflect::set(&options, &"mode".into(), &"byob".into());
        let reader = is_set.and_then(|_| readable(stream).reader_into(&options));
        match reader {
            Ok(reader) => Self {
                reader,
                memory: Some(Rc::new(RefCell::new(Uint8Array::new_with_length(MEMORY)))),
            },
            Err(_) => Self::new(stream),
        }
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read any further; what the browser says.
    pub async fn next(&self) -> Result<Option<Uint8Array>, JsValue> {
        let asked = match &self.memory {
            Some(memory) => self.reader.read_into(&memory.borrow()),
            None => self.reader.read(),
        };
        let result: ReadResult = JsFuture::from(asked).await?.unchecked_into();
        if result.done() {
            return Ok(None);
        }
        let chunk = result.value();
        if let (Some(memory), Some(chunk)) = (&self.memory, &chunk) {
            // The memory that was given away came back with the chunk.
            memory.replace(Uint8Array::new(&chunk.buffer()));
        }
        Ok(chunk)
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
