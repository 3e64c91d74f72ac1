//! Decoders that are loaded on demand.

use wasm_bindgen::prelude::wasm_bindgen;

/// Version of the package, for the worker to compare with its own.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn main() {}
