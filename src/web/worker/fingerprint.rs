//! The fingerprint by which a link finds its file again.
//!
//! FNV-1a over the size and the first and the last 64 KiB, 64 bits, as 16 hex digits: the same file gives the same one, and two
//! files of one name and size hardly ever do. It guards against mistakes, not against forgery.

/// How much of either end counts.
pub const END: u64 = 64 << 10;

/// The fingerprint of a file of `size` bytes, given its first and its last [`END`] bytes (all of it when it is shorter).
pub fn fingerprint(size: u64, first: &[u8], last: &[u8]) -> String {
    let hash = size
        .to_le_bytes()
        .iter()
        .chain(first)
        .chain(last)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}
