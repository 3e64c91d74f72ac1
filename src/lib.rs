//! Spanlight: a viewer for traces of AI-agent runs that runs wholly in the browser.
//!
//! ```text
//! File / URL / script -> worker: ingest -> StoreBuilder -> TraceStore -> analysis -> scene -> reply -> page: signals -> canvas and DOM
//! ```
//!
//! The store lives in the worker; the page asks for scenes. Imports point one way only (checked by `tests/layers.rs`):
//!
//! ```text
//! model <- semantics <- ingest, analysis <- scene <- engine <- ui
//! model <- backend <- web <- ui
//! ```

pub mod analysis;
pub mod engine;
pub mod ingest;
pub mod model;
pub mod scene;
pub mod semantics;
#[cfg(feature = "web")]
pub mod ui;
#[cfg(feature = "unpack")]
pub mod unpack;
#[cfg(feature = "web")]
pub mod web;
