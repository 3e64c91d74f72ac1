//! Bytes to spans: what was read, and what could not be.

pub mod report;
