//! What attributes mean, whatever convention wrote them.
//!
//! - [`content`]: what a model, tool or retrieval was given and gave
//! - [`prices`]: what models and tools cost

pub mod content;
pub mod prices;
