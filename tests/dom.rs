//! Tests that need a browser; `cargo xtask test` runs them in headless Chromium.
#![cfg(target_family = "wasm")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what it expects by failing; clippy does not know these functions as tests"
)]

#[path = "dom/elements.rs"]
mod elements;
#[path = "dom/script.rs"]
mod script;
#[path = "dom/web.rs"]
mod web;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The flags of `.cargo/config.toml` arrive: a `RUSTFLAGS` in the environment would silently replace them.
#[wasm_bindgen_test]
fn vector_instructions_are_compiled_in() {
    assert!(std::hint::black_box(cfg!(target_feature = "simd128")));
}
