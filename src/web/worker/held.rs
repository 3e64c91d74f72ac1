//! Sources of the open document, read back by byte range.

use crate::model::SourceRange;
use js_sys::{ArrayBuffer, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// What a person is told when bytes cannot be read back.
const CHANGED: &str = "the file changed; drop it again";

/// A source as the document keeps it.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its decompressed text: the file itself, or what was made of it. Byte ranges of spans count in it.
    pub text: Blob,
}

/// Some bytes of a `Blob`, from `start` up to `end` or to its end.
///
/// # Errors
/// The file behind it has changed or is gone; what the browser says.
pub async fn read(blob: &Blob, start: u64, end: u64) -> Result<Uint8Array, JsValue> {
    let part = blob.slice_with_f64_and_f64(start as f64, end as f64)?;
    let buffer: ArrayBuffer = JsFuture::from(part.array_buffer()).await?.unchecked_into();
    Ok(Uint8Array::new(&buffer))
}

/// The bytes of all ranges, in order; for each that cannot be read, why.
pub async fn read_ranges(
    sources: &[Rc<Held>],
    ranges: &[SourceRange],
) -> Vec<Result<Vec<u8>, String>> {
    // All reads are on their way before the first is awaited.
    let reads: Vec<_> = ranges
        .iter()
        .map(|range| {
            let source = sources.get(usize::from(range.source))?;
            let end = range.offset + u64::from(range.len);
            let part = source
                .text
                .slice_with_f64_and_f64(range.offset as f64, end as f64)
                .ok()?;
            Some(JsFuture::from(part.array_buffer()))
        })
        .collect();
    let mut all = Vec::with_capacity(ranges.len());
    for (read, range) in reads.into_iter().zip(ranges) {
        let bytes = match read {
            Some(read) => read.await.ok(),
            None => None,
        };
        let bytes = bytes
            .map(|buffer| Uint8Array::new(&buffer).to_vec())
            // A shorter answer is another file.
            .filter(|bytes| bytes.len() == range.len as usize);
        all.push(bytes.ok_or_else(|| CHANGED.to_owned()));
    }
    all
}
