//! Decoders that the browser does not have, or that stop too early: loaded on demand as a module of their own.
//!
//! - [`Inflate`]: gzip (RFC 1952) with any number of members. The browser's `DecompressionStream` stops at the second.
//! - [`Unzstd`]: zstd (RFC 8878) with any number of frames, skippable ones included.
//!
//! Both take their input in pieces of any length and give what they decoded before damage or a cut. Output comes at
//! most some megabytes at a time, so that a small file of zeros cannot fill the memory: see [`Decoder::is_pending`].
//!
//! This module depends on no other of the crate.

mod crc;
mod gzip;
mod zstd;

pub use gzip::Inflate;
pub use zstd::Unzstd;

/// Output of one call ends soon after this many bytes.
const ENOUGH: usize = 1 << 20;

/// What both decoders do.
pub trait Decoder {
    /// Takes more input (none is allowed, to go on after [`Self::is_pending`]) and appends what it decodes to `out`.
    fn push(&mut self, input: &[u8], out: &mut Vec<u8>);

    /// Whether input that was taken waits to be decoded: call [`Self::push`] again, with no input, until it does not.
    fn is_pending(&self) -> bool;

    /// Says that the input has ended: appends what is still held back, and names a cut as a problem.
    fn finish(&mut self, out: &mut Vec<u8>);

    /// What is wrong with the stream, for a person; `None` while it can be read on. What was decoded before stays good,
    /// but for a wrong checksum, which is told at the end and says that something is not as it was written.
    fn problem(&self) -> Option<&str>;
}
