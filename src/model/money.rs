//! Money as integers, so that parts sum exactly to their total.

use super::total::Amount;
use std::fmt;

/// Digits behind the point of a US dollar: the unit is 10^-12 USD.
const DECIMALS: i64 = 12;

/// An amount in units of 10^-12 US dollars; up to 9.2 million dollars.
///
/// The price of a token is a whole number of them (a dollar per million tokens is 10^6 of them per token).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PicoUsd(pub i64);

impl PicoUsd {
    /// One dollar.
    pub const DOLLAR: Self = Self(1_000_000_000_000);

    /// Reads a decimal number of dollars (`0.00123`, `1.2e-5`, `-3`), digit by digit and never through `f64`; what is
    /// finer than 10^-12 is rounded half away from zero. `None` for what is no number (`NaN` and `Infinity` too) or too
    /// large.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_scaled(text, 0)
    }

    /// As [`Self::parse`], for a number of 10^`exponent` dollars: a price per million tokens is one of 10^-6 dollars per
    /// token.
    pub fn parse_scaled(text: &str, exponent: i64) -> Option<Self> {
        let (negative, unsigned) = sign(text.as_bytes());
        let at = unsigned.iter().position(|byte| matches!(byte, b'e' | b'E'));
        let (mantissa, shift) = match at {
            Some(at) => (&unsigned[..at], small_integer(&unsigned[at + 1..])?),
            None => (unsigned, 0),
        };
        let mut parts = mantissa.splitn(2, |&byte| byte == b'.');
        let whole = parts.next().unwrap_or_default();
        let fraction = parts.next().unwrap_or_default();
        let digits = || whole.iter().chain(fraction);
        if digits().next().is_none() || !digits().all(u8::is_ascii_digit) {
            return None;
        }
        // How many of the digits are whole units; those after are rounded away.
        let units = i64::try_from(whole.len()).ok()?;
        let units = units.checked_add(shift)?.checked_add(exponent + DECIMALS)?;
        let mut value = 0_i64;
        let mut left = units;
        for byte in digits() {
            let digit = i64::from(byte - b'0');
            if left <= 0 {
                // The first digit that does not count decides; zeros would have to stand before it if `left` is below.
                if left == 0 && digit >= 5 {
                    value = value.checked_add(1)?;
                }
                break;
            }
            left -= 1;
            value = value.checked_mul(10)?.checked_add(digit)?;
        }
        while left > 0 && value != 0 {
            left -= 1;
            value = value.checked_mul(10)?;
        }
        Some(Self(if negative { -value } else { value }))
    }

    /// `count` times this; `None` when there is no room for it.
    pub fn times(self, count: u64) -> Option<Self> {
        let count = i64::try_from(count).ok()?;
        self.0.checked_mul(count).map(Self)
    }

    /// The sum; `None` when there is no room for it.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

impl Amount for PicoUsd {
    const ZERO: Self = Self(0);
    const MAX: Self = Self(i64::MAX);

    fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// The exact number of dollars, without zeros at the end and with U+002D for a minus: `0.00123`. [`PicoUsd::parse`]
/// reads it back.
impl fmt::Display for PicoUsd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = Self::DOLLAR.0.unsigned_abs();
        let value = self.0.unsigned_abs();
        if self.0 < 0 {
            formatter.write_str("-")?;
        }
        write!(formatter, "{}", value / unit)?;
        let mut rest = value % unit;
        if rest == 0 {
            return Ok(());
        }
        let mut width = DECIMALS as usize;
        while rest.is_multiple_of(10) {
            rest /= 10;
            width -= 1;
        }
        write!(formatter, ".{rest:0width$}")
    }
}

/// Whether a minus stands before the rest.
fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    }
}

/// An exponent; beyond four digits it is as good as infinite.
fn small_integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0, |value, byte| {
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
        for (text, expected) in [
            ("0", Some(0)),
            ("0.00123", Some(1_230_000_000)),
            ("1.2e-5", Some(12_000_000)),
            ("1.2E+1", Some(12_000_000_000_000)),
            ("-3", Some(-3_000_000_000_000)),
            (".5", Some(500_000_000_000)),
            ("7.", Some(7_000_000_000_000)),
            ("0.0000000000005", Some(1)),
            ("0.00000000000049999", Some(0)),
            ("-0.0000000000005", Some(-1)),
            ("5e-13", Some(1)),
            ("5e-14", Some(0)),
            ("9e-99999999999", Some(0)),
            ("0e99999999999", Some(0)),
            ("0.00012345000000000000017", Some(123_450_000)),
            ("9223372.036854775807", Some(i64::MAX)),
            ("9223372.036854775808", None),
            ("1e99999999999", None),
            ("", None),
            (".", None),
            ("-", None),
            ("1e", None),
            ("1.2.3", None),
            ("NaN", None),
            ("Infinity", None),
            ("$1", None),
            ("1,5", None),
        ] {
            assert_eq!(PicoUsd::parse(text), expected.map(PicoUsd), "{text}");
        }
        let per_million = |text| PicoUsd::parse_scaled(text, -6);
        assert_eq!(per_million("0.004687"), Some(PicoUsd(4687)));
        assert_eq!(per_million("600"), Some(PicoUsd(600_000_000)));
    }

    #[test]
    fn amounts_are_written_without_needless_zeros() {
        for (value, text) in [
            (0, "0"),
            (1_230_000_000, "0.00123"),
            (-1, "-0.000000000001"),
            (12_500_000_000_000, "12.5"),
            (3_000_000_000_000, "3"),
        ] {
            assert_eq!(PicoUsd(value).to_string(), text);
        }
    }

    #[test]
    fn arithmetic_says_when_there_is_no_room() {
        assert_eq!(PicoUsd(2).times(3), Some(PicoUsd(6)));
        assert_eq!(PicoUsd(2).times(u64::MAX), None);
        assert_eq!(PicoUsd(i64::MAX).times(2), None);
        assert_eq!(PicoUsd(i64::MAX).checked_add(PicoUsd(1)), None);
    }

    proptest! {
        #[test]
        fn every_amount_comes_back(value in (i64::MIN + 1)..) {
            prop_assert_eq!(PicoUsd::parse(&PicoUsd(value).to_string()), Some(PicoUsd(value)));
        }

        #[test]
        fn scaling_moves_the_point(value in 0..1_000_000_u64, exponent in -9_i64..3) {
            let scaled = PicoUsd::parse_scaled(&value.to_string(), exponent);
            prop_assert_eq!(scaled, PicoUsd::parse(&format!("{value}e{exponent}")));
        }

        #[test]
        fn no_text_panics(text in "[-+0-9.eE]{0,30}") {
            let _ = PicoUsd::parse(&text);
        }
    }
}
