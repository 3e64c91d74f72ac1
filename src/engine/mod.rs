//! The store and every question the page can ask of it, as plain synchronous Rust.

pub mod address;
pub mod protocol;
