//! Bytes to spans: OTLP JSON in every shape that exists, read as it comes.
//!
//! ```text
//! chunks -> Ingest::push -> [bytes at hand] -> otlp (envelope, spans) -> StoreBuilder
//!                                 |               |
//!                               scan, pull     warnings, report
//! ```
//!
//! Any chunking of a file gives the same store. Nothing panics and nothing recurses on what a file says. A span is read
//! as a whole or not at all; what cannot be read is counted in the [`report`], never dropped in silence.
//!
//! - `scan`: the structure of JSON, sixteen bytes a step
//! - `pull`, `text`, `skip`: tokens one at a time, what strings say, and values that are passed over
//! - `number`, `ids`: values from bytes
//! - `otlp`: the envelope and what is in it
//! - [`sniff`]: what a file is, when it is not OTLP
//! - `lines`, `warnings`, [`report`]: what was read, and what could not be

#![allow(
    clippy::inline_always,
    reason = "the release build optimises for size; these few are the hot path and must be inlined all the same"
)]

mod ids;
mod lines;
mod number;
mod otlp;
mod pull;
mod reader;
pub mod report;
mod scan;
mod skip;
pub mod sniff;
mod text;
mod warnings;

pub use reader::{Flow, Ingest};
