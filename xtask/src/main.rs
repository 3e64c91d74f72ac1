//! Builds, serves, tests and measures Spanlight.
fn main() {}
