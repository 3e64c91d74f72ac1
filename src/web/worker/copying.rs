//! Chunks of the browser, copied into WebAssembly memory.

use js_sys::Uint8Array;

/// Memory that is used again for each chunk; as large as the largest.
#[derive(Debug, Default)]
pub struct Buffer(Vec<u8>);

impl Buffer {
    /// Copies a chunk.
    pub fn fill(&mut self, chunk: &Uint8Array) -> &[u8] {
        let length = chunk.length() as usize;
        if self.0.len() < length {
            self.0.resize(length, 0);
        }
        let bytes = self.0.get_mut(..length).unwrap_or_default();
        chunk.copy_to(bytes);
        bytes
    }
}
