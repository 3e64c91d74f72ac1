//! The structure of JSON, sixteen bytes a step.
//!
//! Every function has a vector path (`simd128` in WebAssembly, SSE2 on `x86_64`) and a scalar twin, which also finishes
//! the last bytes; tests compare the two on random and on hostile bytes. Positions are byte
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
    let (blocks, _) = data.get(from..).unwrap_or_default().as_chunks::<16>();
    let mut at = from;
    let mut escaped = false;
    // Whether the first byte of the block is escaped.
    let mut carried = false;
    for bytes in blocks {
        let block = vector::load(bytes);
        let quotes = vector::equal(block, b'"');
        let slashes = vector::equal(block, b'\\');
        let breaks = vector::equal(block, b'\n');
        let mut stops = vector::mask(vector::or(vector::or(quotes, slashes), breaks));
        if stops == 0 {
            carried = false;
            at += 16;
            continue;
        }
        if carried {
            if bytes[0] == b'\n' {
                return StringEnd::Broken { at };
            }
            stops &= !1;
            carried = false;
        }
        while stops != 0 {
            let lane = stops.trailing_zeros() as usize & 15;
            match bytes[lane] {
                b'"' => {
                    return StringEnd::Closed {
                        at: at + lane,
                        escaped,
                    };
                }
                b'\\' => {
                    escaped = true;
                    carried = lane == 15;
                    // The next byte is escaped, whatever it is; but a line break ends the string all the same.
                    if !carried && bytes[lane + 1] == b'\n' {
                        return StringEnd::Broken { at: at + lane + 1 };
                    }
                    stops &= !(0b11 << lane);
                }
                _ => return StringEnd::Broken { at: at + lane },
            }
        }
        at += 16;
    }
    if carried {
        match data.get(at) {
            None => return StringEnd::Open,
            Some(b'\n') => return StringEnd::Broken { at },
            Some(_) => at += 1,
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
    let is_solid = |block| {
        let spaces = vector::or(vector::equal(block, b' '), vector::equal(block, b'\n'));
        let others = vector::or(vector::equal(block, b'\r'), vector::equal(block, b'\t'));
        !vector::mask(vector::or(spaces, others)) & 0xFFFF
    };
    match first(data, from, is_solid) {
        Ok(at) => at,
        Err(rest) => scalar::skip_whitespace(data, rest),
    }
}

/// The first quote, brace or bracket at or after `from`, or the length.
pub(super) fn structural(data: &[u8], from: usize) -> usize {
    let is_structural = |block| {
        // `[` and `{` differ in one bit, and so do `]` and `}`.
        let folded = vector::with_bit(block, 0x20);
        let brackets = vector::or(vector::equal(folded, b'{'), vector::equal(folded, b'}'));
        vector::mask(vector::or(brackets, vector::equal(block, b'"')))
    };
    match first(data, from, is_structural) {
        Ok(at) => at,
        Err(rest) => scalar::structural(data, rest),
    }
}

/// The first `byte` at or after `from`, or the length.
pub(super) fn find(data: &[u8], from: usize, byte: u8) -> usize {
    match first(data, from, |block| vector::mask(vector::equal(block, byte))) {
        Ok(at) => at,
        Err(rest) => scalar::find(data, rest, byte),
    }
}

/// The first byte at or after `from` whose bit is set in what `mask` makes of its block; an error gives where less than
/// a block is left.
#[inline(always)]
fn first(data: &[u8], from: usize, mask: impl Fn(vector::Block) -> u32) -> Result<usize, usize> {
    let (blocks, _) = data.get(from..).unwrap_or_default().as_chunks::<16>();
    let mut at = from;
    for bytes in blocks {
        let found = mask(vector::load(bytes));
        if found != 0 {
            return Ok(at + found.trailing_zeros() as usize);
        }
        at += 16;
    }
    Err(at)
}

/// How often `byte` stands in `data`.
pub(super) fn count(data: &[u8], byte: u8) -> usize {
    let (blocks, rest) = data.as_chunks::<16>();
    let mut count = scalar::count(rest, byte);
    for bytes in blocks {
        let found = vector::mask(vector::equal(vector::load(bytes), byte));
        count += found.count_ones() as usize;
    }
    count
}

/// Bytes that are expected to stand somewhere: compared sixteen at a time.
#[derive(Debug, Default, Clone)]
pub(super) struct Pattern {
    /// The bytes, and zeros up to a multiple of sixteen.
    padded: Vec<u8>,
    len: usize,
    /// A bit for each byte of the last sixteen that belongs to it.
    last: u32,
}

impl Pattern {
    /// Longest pattern that is kept; longer ones become empty.
    const LONGEST: usize = 512;

    /// Expects `bytes` from now on.
    pub(super) fn learn(&mut self, bytes: &[u8]) {
        self.padded.clear();
        self.len = 0;
        if bytes.len() <= Self::LONGEST {
            self.len = bytes.len();
            self.padded.extend_from_slice(bytes);
            self.padded.resize(bytes.len().next_multiple_of(16), 0);
            self.last = u32::MAX >> (31 - (bytes.len() + 15) % 16);
        }
    }

    /// How many bytes it has; zero when nothing is expected.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether it is not empty and stands in `data` at `at`.
    #[inline(always)]
    pub(super) fn stands_at(&self, data: &[u8], at: usize) -> bool {
        let (expected, _) = self.padded.as_chunks::<16>();
        let (Some(found), Some((last, before))) =
            (data.get(at..at + self.padded.len()), expected.split_last())
        else {
            return self.stands_at_end(data, at);
        };
        let (blocks, _) = found.as_chunks::<16>();
        let mut blocks = blocks.iter();
        for (expected, found) in before.iter().zip(&mut blocks) {
            if vector::same(vector::load(expected), vector::load(found)) != 0xFFFF {
                return false;
            }
        }
        // The bits behind the pattern say nothing.
        blocks.next().is_some_and(|found| {
            vector::same(vector::load(last), vector::load(found)) & self.last == self.last
        })
    }

    /// The same, byte by byte: where less than sixteen bytes are left, and without vectors.
    fn stands_at_end(&self, data: &[u8], at: usize) -> bool {
        let pattern = self.padded.get(..self.len).unwrap_or_default();
        !pattern.is_empty() && data.get(at..at + self.len) == Some(pattern)
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

    pub(super) fn count(data: &[u8], wanted: u8) -> usize {
        data.iter().map(|&byte| usize::from(byte == wanted)).sum()
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
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_load, v128_or};

    pub(super) type Block = v128;

    #[allow(unsafe_code, reason = "a vector load; its argument stands beside it")]
    #[inline(always)]
    pub(super) fn load(bytes: &[u8; 16]) -> Block {
        // SAFETY: `bytes` is a reference to sixteen readable bytes, and `v128_load` needs no alignment.
        unsafe { v128_load(bytes.as_ptr().cast()) }
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
    pub(super) fn same(a: Block, b: Block) -> u32 {
        u32::from(u8x16_bitmask(u8x16_eq(a, b)))
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
    pub(super) fn load(bytes: &[u8; 16]) -> Block {
        // SAFETY: SSE2 is part of every x86_64; `bytes` is a reference to sixteen readable bytes, and this load needs
        // no alignment.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
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
    pub(super) fn same(a: Block, b: Block) -> u32 {
        // SAFETY: SSE2 is part of every x86_64, and the instruction touches no memory.
        mask(unsafe { _mm_cmpeq_epi8(a, b) })
    }
}

/// No registers: the same on sixteen bytes one by one.
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
mod vector {
    pub(super) type Block = [u8; 16];

    pub(super) fn load(bytes: &[u8; 16]) -> Block {
        *bytes
    }

    pub(super) fn equal(block: Block, byte: u8) -> Block {
        block.map(|lane| if lane == byte { 0xFF } else { 0 })
    }

    pub(super) fn with_bit(block: Block, bit: u8) -> Block {
        block.map(|lane| lane | bit)
    }

    pub(super) fn or(a: Block, b: Block) -> Block {
        std::array::from_fn(|lane| a[lane] | b[lane])
    }

    pub(super) fn mask(block: Block) -> u32 {
        let bits = block.iter().rev();
        bits.fold(0, |mask, lane| mask << 1 | u32::from(lane >> 7))
    }

    pub(super) fn same(a: Block, b: Block) -> u32 {
        mask(std::array::from_fn(|lane| {
            if a[lane] == b[lane] { 0xFF } else { 0 }
        }))
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
        assert_eq!(count(data, b'\n'), scalar::count(data, b'\n'));
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
    fn a_pattern_is_compared_to_its_last_byte() {
        let text: Vec<u8> = (0..100).collect();
        let mut pattern = Pattern::default();
        assert!(!pattern.stands_at(&text, 0));
        for len in 1..100 {
            for at in [0, 1, 100 - len] {
                pattern.learn(text.get(at..at + len).unwrap_or(&[7]));
                let found = pattern.stands_at(&text, at);
                assert_eq!(found, pattern.stands_at_end(&text, at));
                assert_eq!(found, at + len <= 100 || text[at] == 7);
            }
            for wrong in 0..len {
                let mut other = text[..len].to_vec();
                other[wrong] ^= 1;
                pattern.learn(&other);
                assert!(!pattern.stands_at(&text, 0), "{len} {wrong}");
            }
        }
        pattern.learn(&text[90..]);
        assert!(!pattern.stands_at(&text, 95) && !pattern.stands_at(&text, 200));
        pattern.learn(&[1; 1000]);
        assert_eq!(pattern.len(), 0);
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
