//! Which agent, or which task, was served by which model.
//!
//! - [`matrix`]: calls, tokens, cost, latency and errors per cell
//! - [`attempts`]: what was asked again after it had failed, of the same model or another
//! - [`answered`]: which model was asked for, and which one answered
//! - [`flow`]: task, agent, model and outcome
//! - [`over_time`]: which model served when
//! - [`mod@time`]: in models, in tools, in neither
//! - [`amounts`]: what requests add up to, for flow and time
//! - [`what_if`]: what the recorded tokens would have cost elsewhere

pub mod amounts;
pub mod answered;
pub mod attempts;
pub mod flow;
pub mod matrix;
pub mod over_time;
#[cfg(test)]
mod tests;
pub mod time;
pub mod what_if;
