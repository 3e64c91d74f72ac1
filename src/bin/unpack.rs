//! Decoders that are loaded on demand, for the worker.
//!
//! ```js
//! const decoder = new Inflate();              // or Unzstd
//! for await (const chunk of file.stream()) {
//!   take(decoder.push(chunk));
//!   while (decoder.pending) take(decoder.push(new Uint8Array()));
//! }
//! take(decoder.finish());
//! if (decoder.problem) warn(decoder.problem); // what was taken before stays good
//! ```

use spanlight::unpack::{self, Decoder};
use wasm_bindgen::prelude::wasm_bindgen;

/// Version of the package, for the worker to compare with its own.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

macro_rules! decoder {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[wasm_bindgen]
        #[derive(Debug, Default)]
        pub struct $name(unpack::$name);

        #[wasm_bindgen]
        impl $name {
            /// A decoder at the start of a file.
            #[wasm_bindgen(constructor)]
            pub fn new() -> Self {
                Self::default()
            }

            /// Takes more input and gives back what it decodes, at most some megabytes.
            pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
                let mut out = Vec::new();
                self.0.push(chunk, &mut out);
                out
            }

            /// Whether more can be had without more input: push nothing until it cannot.
            #[wasm_bindgen(getter)]
            pub fn pending(&self) -> bool {
                self.0.is_pending()
            }

            /// Says that the input has ended, and gives back what was held back.
            pub fn finish(&mut self) -> Vec<u8> {
                let mut out = Vec::new();
                self.0.finish(&mut out);
                out
            }

            /// What is wrong with the stream; `undefined` while nothing is.
            #[wasm_bindgen(getter)]
            pub fn problem(&self) -> Option<String> {
                self.0.problem().map(str::to_owned)
            }
        }
    };
}

decoder!(Inflate, "Reads gzip with any number of members.");
decoder!(Unzstd, "Reads zstd with any number of frames.");

fn main() {}
