//! What must hold of every scene and every search, on random traces.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod scene_properties;
