//! Which agent, or which task, was served by which model.
//!
//! - [`matrix`]: calls, tokens, cost, latency and errors per cell
//! - [`attempts`]: what was asked again after it had failed, of the same model or another
//! - [`what_if`]: what the recorded tokens would have cost elsewhere

pub mod attempts;
pub mod matrix;
#[cfg(test)]
mod tests;
pub mod what_if;
