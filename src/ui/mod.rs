//! The page: what a person sees and does. Leptos components over [`state::AppState`]; nothing here parses or computes a trace.
//!
//! - [`state`]: the few signals everything follows

pub mod state;
