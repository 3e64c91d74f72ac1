//! 64-bit integers as OTLP JSON writes them: decimal strings, or numbers where a producer did not know better.

/// An integer read from text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Integer {
    /// Exactly this.
    Exact(i64),
    /// Outside of what 64 bits with a sign hold: the nearest that they do.
    Clamped(i64),
    /// Not a number.
    Odd,
}

/// Reads an integer. A fraction is cut off; an exponent is applied exactly, never through `f64`.
pub(super) fn integer(text: &[u8]) -> Integer {
    match digits(text) {
        Some(value) => match i64::try_from(value) {
            Ok(value) => Integer::Exact(value),
            Err(_) => Integer::Clamped(i64::MAX),
        },
        None => general(text),
    }
}

/// Up to 19 digits and nothing else.
fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    let (chunks, rest) = text.as_chunks::<8>();
    let mut value = 0_u64;
    for chunk in chunks {
        value = value * 100_000_000 + eight_digits(u64::from_le_bytes(*chunk))?;
    }
    for &byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value)
}

/// Eight ASCII digits, the first in the lowest byte, joined pairwise: 8 x 1, 4 x 2, 2 x 4.
#[inline(always)]
fn eight_digits(word: u64) -> Option<u64> {
    let digits = word ^ 0x3030_3030_3030_3030;
    // A digit is below ten: adding 0x76 to it leaves the top bit clear.
    if (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_FFFF_0000_FFFF;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xFFFF_FFFF)
}

/// Sign, fraction and exponent.
fn general(text: &[u8]) -> Integer {
    let (negative, unsigned) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let mut parts = unsigned.splitn(2, |&byte| byte == b'e' || byte == b'E');
    let mantissa = parts.next().unwrap_or_default();
    let exponent = match parts.next() {
        None => 0,
        Some(text) => match small(text) {
            Some(exponent) => exponent,
            None => return Integer::Odd,
        },
    };
    let point = mantissa.iter().position(|&byte| byte == b'.');
    let whole = mantissa.get(..point.unwrap_or(mantissa.len()));
    let fraction = point.and_then(|at| mantissa.get(at + 1..));
    let all = || {
        whole
            .unwrap_or_default()
            .iter()
            .chain(fraction.unwrap_or_default())
    };
    if whole.is_none_or(<[u8]>::is_empty) || !all().all(u8::is_ascii_digit) {
        return Integer::Odd;
    }
    let wanted = i64::try_from(whole.map_or(0, <[u8]>::len))
        .unwrap_or(i64::MAX)
        .saturating_add(exponent);
    let mut value = 0_u64;
    let mut full = false;
    let digits = all().map(|byte| u64::from(byte - b'0'));
    let wanted = usize::try_from(wanted).unwrap_or(0);
    for digit in digits.chain(std::iter::repeat(0)).take(wanted) {
        match value.checked_mul(10).and_then(|v| v.checked_add(digit)) {
            Some(next) => value = next,
            None => full = true,
        }
    }
    match (negative, i64::try_from(value)) {
        (false, Ok(value)) if !full => Integer::Exact(value),
        (true, Ok(value)) if !full => Integer::Exact(-value),
        (false, _) => Integer::Clamped(i64::MAX),
        (true, _) => Integer::Clamped(i64::MIN),
    }
}

/// An exponent; anything beyond four digits is as good as infinite.
fn small(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, byte| {
        (value * 10 + i64::from(byte - b'0')).min(10_000)
    });
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_producers_write() {
        let cases: [(&str, Integer); 16] = [
            (
                "1544712660000000000",
                Integer::Exact(1_544_712_660_000_000_000),
            ),
            ("0", Integer::Exact(0)),
            ("1.7e18", Integer::Exact(1_700_000_000_000_000_000)),
            (
                "1.5447126600000001e+18",
                Integer::Exact(1_544_712_660_000_000_100),
            ),
            (
                "1544712660000000000.0",
                Integer::Exact(1_544_712_660_000_000_000),
            ),
            ("12.9", Integer::Exact(12)),
            ("-5", Integer::Exact(-5)),
            ("123e-2", Integer::Exact(1)),
            ("1e-9", Integer::Exact(0)),
            ("9223372036854775807", Integer::Exact(i64::MAX)),
            ("9223372036854775808", Integer::Clamped(i64::MAX)),
            ("18446744073709551616", Integer::Clamped(i64::MAX)),
            ("1e99999999", Integer::Clamped(i64::MAX)),
            ("-1e30", Integer::Clamped(i64::MIN)),
            ("12a", Integer::Odd),
            ("2024-01-01T00:00:00Z", Integer::Odd),
        ];
        for (text, expected) in cases {
            assert_eq!(integer(text.as_bytes()), expected, "{text}");
        }
        for odd in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "0x10",
            "NaN",
            "1.2.3",
            "12345678a",
            "1234567/",
        ] {
            assert_eq!(integer(odd.as_bytes()), Integer::Odd, "{odd}");
        }
        assert_eq!(
            integer(b"00000000000000000000000000012"),
            Integer::Exact(12)
        );
    }

    proptest! {
        #[test]
        fn every_integer_comes_back(value in any::<i64>()) {
            prop_assert_eq!(integer(value.to_string().as_bytes()), if value == i64::MIN { Integer::Clamped(value) } else { Integer::Exact(value) });
        }

        #[test]
        fn text_that_is_no_number_is_odd(text in "[0-9a-z.:/-]{8,19}") {
            if text.parse::<f64>().is_err() {
                prop_assert_eq!(integer(text.as_bytes()), Integer::Odd);
            }
        }
    }
}
