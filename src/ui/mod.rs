//! The page: what a person sees and does. Leptos components over [`state::AppState`]; nothing here parses or computes a trace.
//!
//! - [`state`]: the few signals everything follows
//! - [`icon`]: the icons in use
//! - [`words`]: counts with their nouns, ids and bytes

pub mod icon;
pub mod state;
pub mod words;
