//! The structure of JSON, sixteen bytes a step.
//!
//! Every function has a vector path (`simd128` in WebAssembly, SSE2 on `x86_64`) and a scalar twin, which also finishes
//! the last bytes and serves other machines; tests compare the two on random and on hostile bytes. Positions are byte
//! indices of the given slice. Nothing here fails: "not found" is the length of the slice or a named outcome.
//!
//! This is the one file of the crate with `unsafe`: loading sixteen bytes into a vector register.

/// How a string ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StringEnd {
    /// The closing quote stands at `at`.
    Closed {
        /// Index of the quote.
        at: usize,
        /// Whether a backslash stands before it.
        escaped: bool,
    },
    /// The bytes end inside the string.
    Open,
    /// A line break stands at `at`; JSON does not allow one in a string.
    Broken {
        /// Index of the line break.
        at: usize,
    },
}

/// The end of the string whose first byte behind the opening quote is at `from`.
pub(super) fn string_end(data: &[u8], from: usize) -> StringEnd {
    let mut at = from;
    let mut escaped = false;
    while let Some(block) = vector::load(data, at) {
        let quotes = vector::equal(block, b'"');
        let slashes = vector::equal(block, b'\\');
        let breaks = vector::equal(block, b'\n');
        let mut stops = vector::mask(vector::or(vector::or(quotes, slashes), breaks));
        let mut step = 16;
        while stops != 0 {
            let lane = stops.trailing_zeros() as usize;
            match data.get(at + lane) {
                Some(b'\\') => {
                    escaped = true;
                    // The next byte is escaped, whatever it is; a line break still ends the string.
                    if lane == 15 {
                        step = 15;
                        break;
                    }
                    if data.get(at + lane + 1) == Some(&b'\n') {
                        return StringEnd::Broken { at: at + lane + 1 };
                    }
                    stops &= !(0b11 << lane);
                }
                Some(b'"') => {
                    return StringEnd::Closed {
                        at: at + lane,
                        escaped,
                    };
                }
                _ => return StringEnd::Broken { at: at + lane },
            }
        }
        if step == 15 {
            // The escape spans two blocks: look at the escaped byte, then go on behind it.
            match data.get(at + 16) {
                None => return StringEnd::Open,
                Some(b'\n') => return StringEnd::Broken { at: at + 16 },
                Some(_) => at += 17,
            }
        } else {
            at += 16;
        }
    }
    match scalar::string_end(data, at) {
        StringEnd::Closed { at, escaped: later } => StringEnd::Closed {
            at,
            escaped: escaped || later,
        },
        end => end,
    }
}

/// The first byte at or after `from` that is not JSON whitespace.
pub(super) fn skip_whitespace(data: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(block) = vector::load(data, at) {
        let spaces = vector::or(vector::equal(block, b' '), vector::equal(block, b'\n'));
        let others = vector::or(vector::equal(block, b'\r'), vector::equal(block, b'\t'));
        let solid = !vector::mask(vector::or(spaces, others)) & 0xFFFF;
        if solid != 0 {
            return at + solid.trailing_zeros() as usize;
        }
        at += 16;
    }
    scalar::skip_whitespace(data, at)
}

/// The first quote, brace or bracket at or after `from`, or the length.
pub(super) fn structural(data: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(block) = vector::load(data, at) {
        // `[` and `{` differ in one bit, and so do `]` and `}`.
        let folded = vector::with_bit(block, 0x20);
        let brackets = vector::or(vector::equal(folded, b'{'), vector::equal(folded, b'}'));
        let found = vector::mask(vector::or(brackets, vector::equal(block, b'"')));
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
    }
    scalar::structural(data, at)
}

/// The first `byte` at or after `from`, or the length.
pub(super) fn find(data: &[u8], from: usize, byte: u8) -> usize {
    let mut at = from;
    while let Some(block) = vector::load(data, at) {
        let found = vector::mask(vector::equal(block, byte));
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
    }
    scalar::find(data, at, byte)
}

/// How many line breaks stand in `data`.
pub(super) fn count_line_breaks(data: &[u8]) -> u64 {
    let mut count = 0;
    let mut at = 0;
    while let Some(block) = vector::load(data, at) {
        count += u64::from(vector::mask(vector::equal(block, b'\n')).count_ones());
        at += 16;
    }
    count + scalar::count_line_breaks(data.get(at..).unwrap_or_default())
}

/// Whether `data` holds `expected` at `from`.
#[inline(always)]
pub(super) fn holds(data: &[u8], from: usize, expected: &[u8]) -> bool {
    let Some(found) = data.get(from..from + expected.len()) else {
        return false;
    };
    if expected.len() < 16 {
        return found == expected;
    }
    let mut at = 0;
    loop {
        let (Some(a), Some(b)) = (vector::load(found, at), vector::load(expected, at)) else {
            return scalar::same(found, expected, at);
        };
        if !vector::same(a, b) {
            return false;
        }
        at += 16;
        if at == expected.len() {
            return true;
        }
        // The last block overlaps the one before.
        at = at.min(expected.len() - 16);
    }
}

/// One byte a step: the meaning of the functions above.
mod scalar {
    use super::StringEnd;

    pub(super) fn string_end(data: &[u8], from: usize) -> StringEnd {
        let mut at = from;
        let mut escaped = false;
        loop {
            match data.get(at) {
                None => return StringEnd::Open,
                Some(b'"') => return StringEnd::Closed { at, escaped },
                Some(b'\n') => return StringEnd::Broken { at },
                Some(b'\\') => {
                    escaped = true;
                    match data.get(at + 1) {
                        None => return StringEnd::Open,
                        Some(b'\n') => return StringEnd::Broken { at: at + 1 },
                        Some(_) => at += 2,
                    }
                }
                Some(_) => at += 1,
            }
        }
    }

    pub(super) fn skip_whitespace(data: &[u8], from: usize) -> usize {
        position(data, from, |byte| {
            !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
        })
    }

    pub(super) fn structural(data: &[u8], from: usize) -> usize {
        position(data, from, |byte| {
            matches!(byte, b'"' | b'{' | b'}' | b'[' | b']')
        })
    }

    pub(super) fn find(data: &[u8], from: usize, wanted: u8) -> usize {
        position(data, from, |byte| byte == wanted)
    }

    pub(super) fn count_line_breaks(data: &[u8]) -> u64 {
        data.iter().map(|&byte| u64::from(byte == b'\n')).sum()
    }

    pub(super) fn same(a: &[u8], b: &[u8], from: usize) -> bool {
        a.get(from..) == b.get(from..)
    }

    fn position(data: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        data.iter()
            .skip(from)
            .position(|&byte| wanted(byte))
            .map_or(data.len(), |offset| from + offset)
    }
}

/// Sixteen bytes in a register, in WebAssembly.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vector {
    use core::arch::wasm32::{
        u8x16_all_true, u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_load, v128_or,
    };

    pub(super) type Block = v128;

    #[allow(unsafe_code, reason = "a vector load; its argument stands beside it")]
    #[inline(always)]
    pub(super) fn load(data: &[u8], at: usize) -> Option<Block> {
        let bytes = data.get(at..)?.first_chunk::<16>()?;
        // SAFETY: `bytes` is a reference to sixteen readable bytes, and `v128_load` needs no alignment.
        Some(unsafe { v128_load(bytes.as_ptr().cast()) })
    }

    #[inline(always)]
    pub(super) fn equal(block: Block, byte: u8) -> Block {
        u8x16_eq(block, u8x16_splat(byte))
    }

    #[inline(always)]
    pub(super) fn with_bit(block: Block, bit: u8) -> Block {
        v128_or(block, u8x16_splat(bit))
    }

    #[inline(always)]
    pub(super) fn or(a: Block, b: Block) -> Block {
        v128_or(a, b)
    }

    #[inline(always)]
    pub(super) fn mask(block: Block) -> u32 {
        u32::from(u8x16_bitmask(block))
    }

    #[inline(always)]
    pub(super) fn same(a: Block, b: Block) -> bool {
        u8x16_all_true(u8x16_eq(a, b))
    }
}

/// Sixteen bytes in a register, natively.
#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    reason = "vector instructions; each argument stands beside its block"
)]
mod vector {
    use core::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };

    pub(super) type Block = __m128i;

    #[inline(always)]
    pub(super) fn load(data: &[u8], at: usize) -> Option<Block> {
        let bytes = data.get(at..)?.first_chunk::<16>()?;
        // SAFETY: SSE2 is part of every x86_64; `bytes` is a reference to sixteen readable bytes, and this load needs no alignment.
        Some(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
    }

    #[inline(always)]
    pub(super) fn equal(block: Block, byte: u8) -> Block {
        // SAFETY: SSE2 is part of every x86_64, and the instruction touches no memory.
        unsafe { _mm_cmpeq_epi8(block, _mm_set1_epi8(byte.cast_signed())) }
    }

    #[inline(always)]
    pub(super) fn with_bit(block: Block, bit: u8) -> Block {
        // SAFETY: SSE2 is part of every x86_64, and the instruction touches no memory.
        unsafe { _mm_or_si128(block, _mm_set1_epi8(bit.cast_signed())) }
    }

    #[inline(always)]
    pub(super) fn or(a: Block, b: Block) -> Block {
        // SAFETY: SSE2 is part of every x86_64, and the instruction touches no memory.
        unsafe { _mm_or_si128(a, b) }
    }

    #[inline(always)]
    pub(super) fn mask(block: Block) -> u32 {
        // SAFETY: SSE2 is part of every x86_64, and the instruction touches no memory.
        unsafe { _mm_movemask_epi8(block).cast_unsigned() & 0xFFFF }
    }

    #[inline(always)]
    pub(super) fn same(a: Block, b: Block) -> bool {
        // SAFETY: SSE2 is part of every x86_64, and the instruction touches no memory.
        mask(unsafe { _mm_cmpeq_epi8(a, b) }) == 0xFFFF
    }
}

/// No registers: every load says "none", and the scalar twin does the work.
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
mod vector {
    #[derive(Clone, Copy)]
    pub(super) enum Block {}

    pub(super) fn load(_: &[u8], _: usize) -> Option<Block> {
        None
    }

    pub(super) fn equal(block: Block, _: u8) -> Block {
        block
    }

    pub(super) fn with_bit(block: Block, _: u8) -> Block {
        block
    }

    pub(super) fn or(a: Block, _: Block) -> Block {
        a
    }

    pub(super) fn mask(block: Block) -> u32 {
        match block {}
    }

    pub(super) fn same(a: Block, _: Block) -> bool {
        match a {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compare(data: &[u8]) {
        for from in 0..=data.len().min(40) {
            assert_eq!(string_end(data, from), scalar::string_end(data, from));
            assert_eq!(
                skip_whitespace(data, from),
                scalar::skip_whitespace(data, from)
            );
            assert_eq!(structural(data, from), scalar::structural(data, from));
            assert_eq!(find(data, from, b'x'), scalar::find(data, from, b'x'));
        }
        assert_eq!(count_line_breaks(data), scalar::count_line_breaks(data));
    }

    #[test]
    fn an_escaped_backslash_at_every_offset_ends_the_string() {
        for before in 0..70 {
            let mut text = vec![b'a'; before];
            text.extend(br#"\\" tail"#);
            assert_eq!(
                string_end(&text, 0),
                StringEnd::Closed {
                    at: before + 2,
                    escaped: true
                }
            );
            compare(&text);
        }
    }

    #[test]
    fn bytes_are_compared_to_the_last() {
        let text: Vec<u8> = (0..100).collect();
        for len in 0..100 {
            assert!(holds(&text, 0, &text[..len]));
            for wrong in 0..len {
                let mut other = text[..len].to_vec();
                other[wrong] ^= 1;
                assert!(!holds(&text, 0, &other), "{len} {wrong}");
            }
        }
        assert!(!holds(&text, 90, &text[90..].repeat(2)));
        assert!(!holds(&text, 200, b"x"));
    }

    proptest! {
        #[test]
        fn vector_and_scalar_agree_on_structure(data in proptest::collection::vec(
            prop_oneof![4 => Just(b'a'), 1 => Just(b'\\'), 1 => Just(b'"'), 1 => Just(b'\n'), 1 => Just(b'x'),
                2 => Just(b' '), 1 => Just(b'{'), 1 => Just(b']')], 0..200)) {
            compare(&data);
        }

        #[test]
        fn vector_and_scalar_agree_on_any_bytes(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            compare(&data);
        }
    }
}
