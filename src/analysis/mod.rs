//! What follows from the columns: the visible tree, self time, the critical path, search.

pub mod search;
