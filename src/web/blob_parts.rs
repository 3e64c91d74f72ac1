//! Chunks of bytes become one `Blob`, so that the browser may keep them on disk.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Bytes that are held in memory before they become a `Blob` of their own.
const PART: u32 = 4 << 20;

/// Collects chunks; holds at most some megabytes of them in memory.
#[derive(Debug, Default)]
pub struct BlobParts {
    parts: Array,
    pending: Array,
    pending_bytes: u32,
}

impl BlobParts {
    /// Adds a chunk. Its bytes must not change until the `Blob` is made.
    ///
    /// # Errors
    /// The browser has no room left.
    pub fn push(&mut self, chunk: &Uint8Array) -> Result<(), JsValue> {
        self.pending.push(chunk);
        self.pending_bytes = self.pending_bytes.saturating_add(chunk.length());
        if self.pending_bytes >= PART {
            self.flush()?;
        }
        Ok(())
    }

    /// All chunks as one `Blob`.
    ///
    /// # Errors
    /// The browser has no room left.
    pub fn finish(mut self) -> Result<Blob, JsValue> {
        self.flush()?;
        Blob::new_with_blob_sequence(&self.parts)
    }

    fn flush(&mut self) -> Result<(), JsValue> {
        if self.pending_bytes > 0 {
            self.parts
                .push(Blob::new_with_u8_array_sequence(&self.pending)?.as_ref());
            self.pending = Array::new();
            self.pending_bytes = 0;
        }
        Ok(())
    }
}
