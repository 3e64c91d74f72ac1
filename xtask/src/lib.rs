//! The part of the build tool that benchmarks and tests of the app use as well: [`generate`] makes traces of any size.

pub mod generate;
