//! Search over all runs.
