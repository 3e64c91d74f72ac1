//! What one view draws for one viewport: plain values, computed in the worker, painted by the page.

pub mod details;
pub mod minimap;
pub mod waterfall;
