//! Which agent, or which task, was served by which model.
//!
//! - [`matrix`]: calls, tokens, cost, latency and errors per cell
//! - [`attempts`]: what was asked again after it had failed, of the same model or another
//! - [`answered`]: which model was asked for, and which one answered
//! - [`flow`]: task, agent, model and outcome
//! - [`mod@time`]: in models, in tools, in neither
//! - [`what_if`]: what the recorded tokens would have cost elsewhere

pub mod answered;
pub mod attempts;
pub mod flow;
pub mod matrix;
#[cfg(test)]
mod tests;
pub mod time;
pub mod what_if;
