//! What attributes mean: the only place that knows their names.
//!
//! One trace mixes conventions, so everything is decided span by span. [`dictionary`] holds one row a key: which field of
//! the canonical record it fills, with which precedence, and where that is defined. While a span is read its known keys
//! are shown to [`Observed`], which keeps the value of highest precedence of each field; at the end of the span
//! [`Observed::resolve`] makes the record of them. Values are taken while reading because most numbers and JSON texts
//! stand nowhere but in the file afterwards.
//!
//! - [`agent_event`]: log records that tell what spans would, of agents that write none
//! - [`budget`]: what a run may cost, and words of a spent budget
//! - [`content`]: what a model, tool or retrieval was given and gave
//! - [`dictionary`]: keys, fields, precedence, sources
//! - [`kind`]: words and names that tell a kind
//! - [`json`]: looks into JSON texts, without reading all of them
//! - [`observed`]: the values of one span
//! - [`prices`]: what models and tools cost
//! - [`provenance`]: which key each value of a record came from
//! - [`request`]: keys of the id of a request
//! - [`skill`]: calls of tools that load a skill

pub mod agent_event;
pub mod budget;
pub mod content;
pub mod dictionary;
pub mod json;
pub mod kind;
pub mod observed;
pub mod prices;
pub mod provenance;
pub mod request;
mod resolve;
pub mod skill;

pub use dictionary::{Dictionary, Row, Rows};
pub use observed::Observed;
pub use provenance::Provenance;

#[cfg(test)]
mod tests;
