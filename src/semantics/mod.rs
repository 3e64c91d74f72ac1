//! What attributes mean, whatever convention wrote them.
//!
//! - [`prices`]: what models and tools cost

pub mod prices;
