//! Trace and span ids as they come over the wire.
//!
//! OTLP JSON says hex (32 and 16 digits, any case); protobuf's own JSON mapping gives base64, and some producers write
//! other texts. An id that is not 16 or 8 bytes gets a surrogate made from its text, and the text is kept: that is what
//! is shown, copied and linked.

use super::strings::{Interner, StrId, fold, hash_bytes};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A 128-bit trace id (W3C trace context), or the surrogate of an odd one.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct TraceId(pub u128);

/// A 64-bit span id, or the surrogate of an odd one. Zero means "none" (OTLP treats all zeros as absent).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct SpanId(pub u64);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A trace id with its original text where that is neither 16 bytes of hex nor of base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireTraceId {
    /// The id or its surrogate.
    pub id: TraceId,
    /// The original text of an odd id; `None` for a regular one.
    pub original: Option<StrId>,
}

/// A span id with its original text where that is neither 8 bytes of hex nor of base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireSpanId {
    /// The id or its surrogate.
    pub id: SpanId,
    /// The original text of an odd id; `None` for a regular one.
    pub original: Option<StrId>,
}

impl WireTraceId {
    /// Reads a trace id; `None` when absent: empty or all zeros.
    pub fn parse(text: &str, strings: &mut Interner) -> Option<Self> {
        let bytes = text.as_bytes();
        let regular = match bytes.len() {
            32 => parse_hex(bytes),
            22 | 24 => parse_base64::<16>(bytes).map(u128::from_be_bytes),
            _ => None,
        };
        match regular {
            Some(id) if id != 0 => Some(Self {
                id: TraceId(id),
                original: None,
            }),
            None if !is_zeros(bytes) => {
                let high = hash_bytes(bytes);
                let low = fold(high, 0xD6E8_FEB8_6659_FD93) | 1;
                Some(Self {
                    id: TraceId(u128::from(high) << 64 | u128::from(low)),
                    original: Some(strings.intern(text)),
                })
            }
            _ => None,
        }
    }
}

impl WireSpanId {
    /// Reads a span id; `None` when absent: empty or all zeros.
    pub fn parse(text: &str, strings: &mut Interner) -> Option<Self> {
        let bytes = text.as_bytes();
        let regular = match bytes.len() {
            16 => parse_hex(bytes).map(|id| id as u64),
            11 | 12 => parse_base64::<8>(bytes).map(u64::from_be_bytes),
            _ => None,
        };
        match regular {
            Some(id) if id != 0 => Some(Self {
                id: SpanId(id),
                original: None,
            }),
            None if !is_zeros(bytes) => Some(Self {
                id: SpanId(hash_bytes(bytes) | 1),
                original: Some(strings.intern(text)),
            }),
            _ => None,
        }
    }
}

fn is_zeros(bytes: &[u8]) -> bool {
    bytes.iter().all(|&b| b == b'0')
}

/// Up to 32 hex digits of any case as a number.
pub fn parse_hex(digits: &[u8]) -> Option<u128> {
    let mut value = 0_u128;
    for &digit in digits {
        let nibble = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            b'A'..=b'F' => digit - b'A' + 10,
            _ => return None,
        };
        value = value << 4 | u128::from(nibble);
    }
    Some(value)
}

/// Exactly `N` bytes of base64 (standard or URL alphabet, padding optional).
fn parse_base64<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut out = [0_u8; N];
    let (mut buffer, mut bits, mut written) = (0_u32, 0_u32, 0_usize);
    let digits = text.iter().position(|&b| b == b'=').unwrap_or(text.len());
    if text[digits..].iter().any(|&b| b != b'=') {
        return None;
    }
    for &byte in &text[..digits] {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        buffer = buffer << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            *out.get_mut(written)? = (buffer >> bits) as u8;
            written += 1;
        }
    }
    (written == N).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Option<(u64, bool)> {
        let mut strings = Interner::default();
        WireSpanId::parse(text, &mut strings).map(|wire| (wire.id.0, wire.original.is_some()))
    }

    #[test]
    fn hex_of_any_case_and_base64_are_the_same_id() {
        assert_eq!(
            span("051581bf3cb55c13"),
            Some((0x0515_81bf_3cb5_5c13, false))
        );
        assert_eq!(span("051581BF3CB55C13"), span("051581bf3cb55c13"));
        assert_eq!(span("BRWBvzy1XBM="), span("051581bf3cb55c13"));
        let mut strings = Interner::default();
        let hex = WireTraceId::parse("5b8aa5a2d2c872e8321cf37308d69df2", &mut strings);
        assert_eq!(
            hex,
            WireTraceId::parse("W4qlotLIcugyHPNzCNad8g==", &mut strings)
        );
        assert_eq!(
            hex.map(|wire| wire.id.to_string()).as_deref(),
            Some("5b8aa5a2d2c872e8321cf37308d69df2")
        );
    }

    #[test]
    fn empty_and_zeros_are_absent() {
        assert_eq!(span(""), None);
        assert_eq!(span("0000000000000000"), None);
        assert_eq!(span("AAAAAAAAAAA="), None);
        assert_eq!(WireTraceId::parse("", &mut Interner::default()), None);
    }

    #[test]
    fn an_odd_id_keeps_its_text() {
        let mut strings = Interner::default();
        let wire = WireSpanId::parse("abcd1234efgh5678", &mut strings).unwrap();
        assert_eq!(
            wire.original.map(|id| strings.text(id)),
            Some("abcd1234efgh5678")
        );
        assert_eq!(
            WireSpanId::parse("abcd1234efgh5678", &mut strings),
            Some(wire)
        );
    }
}
