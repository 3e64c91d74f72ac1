//! Ids from bytes: hexadecimal sixteen digits at a time, everything else as the model reads it.

use super::text::Text;
use crate::model::{Interner, SpanId, TraceId, WireSpanId, WireTraceId};

/// Reads a trace id; `None` when absent: empty or all zeros.
pub(super) fn trace_id(
    text: Text<'_>,
    strings: &mut Interner,
    scratch: &mut String,
) -> Option<WireTraceId> {
    if let Ok(digits) = <&[u8; 32]>::try_from(text.raw)
        && let (Some(high), Some(low)) = (hex(digits, 0), hex(digits, 16))
    {
        let id = u128::from(high) << 64 | u128::from(low);
        return (id != 0).then_some(WireTraceId {
            id: TraceId(id),
            original: None,
        });
    }
    WireTraceId::parse(text.decode(scratch).0, strings)
}

/// Reads a span id; `None` when absent: empty or all zeros.
pub(super) fn span_id(
    text: Text<'_>,
    strings: &mut Interner,
    scratch: &mut String,
) -> Option<WireSpanId> {
    if let Ok(digits) = <&[u8; 16]>::try_from(text.raw)
        && let Some(id) = hex(digits, 0)
    {
        return (id != 0).then_some(WireSpanId {
            id: SpanId(id),
            original: None,
        });
    }
    if text.raw.is_empty() {
        return None;
    }
    WireSpanId::parse(text.decode(scratch).0, strings)
}

/// Sixteen hexadecimal digits of any case from `from` on.
#[inline(always)]
fn hex(digits: &[u8], from: usize) -> Option<u64> {
    let (words, _) = digits.get(from..from + 16)?.as_chunks::<8>();
    let &[first, second] = <&[[u8; 8]; 2]>::try_from(words).ok()?;
    let high = eight_nibbles(u64::from_be_bytes(first))?;
    let low = eight_nibbles(u64::from_be_bytes(second))?;
    Some(high << 32 | low)
}

/// Eight hexadecimal digits, the first in the highest byte, as 32 bits.
#[inline(always)]
fn eight_nibbles(word: u64) -> Option<u64> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x80 * ONES;
    if word & TOPS != 0 {
        return None;
    }
    // In each byte of seven bits: adding 0x80 - x sets the top bit where the byte is x or more.
    let at_least = |word: u64, x: u64| word.wrapping_add((0x80 - x) * ONES) & TOPS;
    let lower = word | (0x20 * ONES);
    let digit = at_least(word, 0x30) & !at_least(word, 0x3A);
    let letter = at_least(lower, 0x61) & !at_least(lower, 0x67);
    if digit | letter != TOPS {
        return None;
    }
    // Letters are nine short of their value in the low nibble.
    let nibbles = (word & (0x0F * ONES)) + (letter >> 7) * 9;
    let bytes = (nibbles | nibbles >> 4) & 0x00FF_00FF_00FF_00FF;
    let pairs = (bytes | bytes >> 8) & 0x0000_FFFF_0000_FFFF;
    Some((pairs | pairs >> 16) & 0xFFFF_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(raw: &str) -> Text<'_> {
        Text {
            raw: raw.as_bytes(),
            escaped: false,
        }
    }

    fn check(raw: &str) {
        let (mut ours, mut theirs, mut scratch) =
            (Interner::default(), Interner::default(), String::new());
        assert_eq!(
            span_id(text(raw), &mut ours, &mut scratch),
            WireSpanId::parse(raw, &mut theirs),
            "{raw}"
        );
        assert_eq!(
            trace_id(text(raw), &mut ours, &mut scratch),
            WireTraceId::parse(raw, &mut theirs),
            "{raw}"
        );
    }

    #[test]
    fn every_byte_in_every_place_is_judged_as_the_model_does() {
        for place in 0..16 {
            for byte in 0..128_u8 {
                let mut raw = *b"0123456789abcdEF";
                raw[place] = byte;
                check(std::str::from_utf8(&raw).unwrap());
            }
        }
        check("0000000000000000");
        check("");
        check("ÄÖÜäöüßé");
        check("00000000000000000000000000000000");
    }

    proptest! {
        #[test]
        fn ids_of_any_kind_agree_with_the_model(raw in "[0-9a-fA-F]{16}|[0-9a-f]{32}|[0-9A-Za-z+/]{11}=|[ -~]{0,33}") {
            check(&raw);
        }
    }
}
