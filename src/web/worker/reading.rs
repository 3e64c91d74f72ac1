//! One source becomes chunks for the engine.
//!
//! A plain file is streamed as it is; one that is packed is left to [`super::decoding`]. Text that comes out of a decoder is
//! collected into a `Blob`, because spans are read back by their byte range.

use super::copying::Buffer;
use super::decoding::{gunzip, unzstd};
use super::fingerprint::{END, fingerprint};
use super::held;
use super::opening::Opening;
use super::steady::Steady;
use crate::engine::Flow;
use crate::engine::protocol::SourceHead;
use crate::web::blob_parts::BlobParts;
use crate::web::link::in_words;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Up to this size a source is read at once: one wait instead of three.
const SMALL: u64 = 1 << 20;

/// What became of a source.
#[derive(Debug)]
pub enum Read {
    /// It was read, as far as it goes; this is its decompressed text, in which byte ranges count.
    Finished {
        /// The file itself, or what was made of it.
        text: Blob,
    },
    /// The user stopped it.
    Aborted,
}

/// Why reading ended.
#[derive(Debug)]
pub enum End {
    /// Nothing is left.
    Done,
    /// The engine wants no more, or the user stopped it.
    Stopped,
    /// It cannot be read further: why.
    Failed(String),
}

/// Reads one source into the engine.
pub async fn read_source(opening: &Opening, head: &SourceHead, blob: &Blob) -> Read {
    let beginning = Beginning::read(blob).await;
    let fingerprint = match &beginning {
        Ok(beginning) => beginning.fingerprint.as_str(),
        Err(_) => "",
    };
    opening
        .host
        .engine
        .borrow_mut()
        .begin_source(head, fingerprint);
    let (end, text) = match &beginning {
        Ok(beginning) => read_content(opening, beginning, blob).await,
        Err(error) => (End::Failed(in_words(error)), None),
    };
    opening.control.set_reading(None);
    if opening.control.is_aborted() {
        return Read::Aborted;
    }
    let mut engine = opening.host.engine.borrow_mut();
    if let End::Failed(why) = end {
        engine.damaged(&why);
    }
    engine.end_source();
    Read::Finished {
        text: text.unwrap_or_else(|| blob.clone()),
    }
}

/// Reads the content; the text is `None` when it is the source itself.
async fn read_content(
    opening: &Opening,
    beginning: &Beginning,
    blob: &Blob,
) -> (End, Option<Blob>) {
    let mut feed = Feed::new(opening);
    let end = match beginning.compression() {
        Compression::None if beginning.is_all => {
            feed.bytes(&beginning.bytes);
            opening.advance(beginning.bytes.len() as u64);
            return (End::Done, None);
        }
        Compression::None => return (stream(&mut feed, blob).await, None),
        Compression::Gzip => {
            opening.host.engine.borrow_mut().set_compression("gzip");
            feed.collect();
            gunzip(&mut feed, blob).await
        }
        Compression::Zstd => {
            opening.host.engine.borrow_mut().set_compression("zstd");
            feed.collect();
            unzstd(&mut feed, blob).await
        }
    };
    match feed.into_text() {
        Ok(text) => (end, text),
        Err(error) => (End::Failed(in_words(&error)), None),
    }
}

async fn stream(feed: &mut Feed<'_>, blob: &Blob) -> End {
    let opening = feed.opening;
    let file = Steady::new(blob, &opening.control);
    loop {
        match file.next().await {
            Ok(Some(chunk)) => {
                let flow = feed.chunk(&chunk);
                opening.advance(u64::from(chunk.length()));
                if feed.is_over(flow) {
                    file.cancel();
                    return End::Stopped;
                }
                opening.turn.give_way().await;
            }
            Ok(None) => return End::Done,
            Err(error) => return End::Failed(in_words(&error)),
        }
    }
}

/// How a source is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    None,
    Gzip,
    Zstd,
}

/// What is known of a source before it is streamed.
struct Beginning {
    /// The first bytes, or all of them.
    bytes: Vec<u8>,
    is_all: bool,
    fingerprint: String,
}

impl Beginning {
    async fn read(blob: &Blob) -> Result<Self, JsValue> {
        let size = blob.size() as u64;
        let is_all = size <= SMALL;
        let first_end = if is_all { size } else { END };
        let bytes = held::read(blob, 0, first_end).await?.to_vec();
        let end = bytes.len().min(END as usize);
        let first = bytes.get(..end).unwrap_or_default();
        let fingerprint = if is_all {
            let last = bytes.get(bytes.len() - end..).unwrap_or_default();
            fingerprint(size, first, last)
        } else {
            let last = held::read(blob, size - END, size).await?.to_vec();
            fingerprint(size, first, &last)
        };
        Ok(Self {
            bytes,
            is_all,
            fingerprint,
        })
    }

    fn compression(&self) -> Compression {
        match *self.bytes.as_slice() {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            // A frame, or one to be skipped.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
            _ => Compression::None,
        }
    }
}

/// Copies chunks into WebAssembly memory for the engine, and keeps them where they are the only text there is.
pub struct Feed<'a> {
    pub opening: &'a Opening,
    buffer: Buffer,
    text: Option<BlobParts>,
    /// Bytes of text so far.
    pub given: u64,
    lost_text: Option<JsValue>,
}

impl<'a> Feed<'a> {
    fn new(opening: &'a Opening) -> Self {
        Self {
            opening,
            buffer: Buffer::default(),
            text: None,
            given: 0,
            lost_text: None,
        }
    }

    /// Keeps the text.
    fn collect(&mut self) {
        self.text = Some(BlobParts::default());
    }

    fn into_text(self) -> Result<Option<Blob>, JsValue> {
        match (self.lost_text, self.text) {
            (Some(error), _) => Err(error),
            (None, Some(parts)) => parts.finish().map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Gives a chunk of text to the engine.
    pub fn chunk(&mut self, chunk: &Uint8Array) -> Flow {
        if let Some(text) = &mut self.text
            && let Err(error) = text.push(chunk)
        {
            self.lost_text = Some(error);
            return Flow::Stop;
        }
        let bytes = self.buffer.fill(chunk);
        self.given += bytes.len() as u64;
        self.opening.host.engine.borrow_mut().chunk(bytes)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Flow {
        self.given += bytes.len() as u64;
        self.opening.host.engine.borrow_mut().chunk(bytes)
    }

    /// Whether to read on.
    pub fn is_over(&self, flow: Flow) -> bool {
        matches!(flow, Flow::Stop) || self.opening.control.is_aborted()
    }
}
