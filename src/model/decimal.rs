//! Floating-point numbers as plain decimal digits and back.
//!
//! The standard library prints and reads every number exactly, with tables and code of some 30 KB that a page would have to load;
//! widths in pixels and times in milliseconds need a few decimals.

use std::fmt::Write as _;

/// A number with at most `places` decimals (up to 6), without needless zeros: what style sheets and JSON take. Numbers beyond
/// 2^63 are cut off, and what is no number is 0.
pub fn decimal(value: f64, places: u32) -> String {
    let scale = 10_u64.pow(places.min(6));
    let scaled = (value.abs() * scale as f64).round() as u64;
    let (whole, mut part) = (scaled / scale, scaled % scale);
    let mut text = String::new();
    if value < 0.0 && scaled > 0 {
        text.push('-');
    }
    text.push_str(&whole.to_string());
    if part > 0 {
        let mut digits = places.min(6) as usize;
        while part % 10 == 0 {
            part /= 10;
            digits -= 1;
        }
        // Writing to a text does not fail.
        let _ = write!(text, ".{part:0digits$}");
    }
    text
}

/// A number of digits with an optional sign, decimals and exponent; its last digits may be off by rounding. `None` for anything
/// else, and for what is too large.
pub fn parse_decimal(text: &str) -> Option<f64> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => {
            let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
            (digits, exponent.parse::<i32>().ok()?)
        }
        None => (text, 0),
    };
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, digits),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return None;
    }
    let digit = |byte: u8| f64::from(byte - b'0');
    let add = |value: f64, byte: u8| value * 10.0 + digit(byte);
    let whole = whole.bytes().fold(0.0, add);
    let part = part
        .bytes()
        .rev()
        .fold(0.0, |value, byte| (value + digit(byte)) / 10.0);
    let mut value = sign * (whole + part);
    // Beyond these everything is infinite or zero.
    for _ in 0..exponent.clamp(-400, 400).abs() {
        value = if exponent > 0 {
            value * 10.0
        } else {
            value / 10.0
        };
    }
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_as_short_as_they_can_be() {
        for (value, places, text) in [
            (0.0, 3, "0"),
            (-0.0001, 3, "0"),
            (12.0, 3, "12"),
            (12.5, 3, "12.5"),
            (-1.0625, 3, "-1.063"),
            (0.001, 3, "0.001"),
            (0.0004, 3, "0"),
            (99.999_9, 3, "100"),
            (1_763_712_000_000.0, 0, "1763712000000"),
            (f64::NAN, 2, "0"),
        ] {
            assert_eq!(decimal(value, places), text, "{value} {places}");
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for value in [0.0, 320.0, -12.5, 0.125, 1_763_712_000_000.0] {
            assert_eq!(parse_decimal(&decimal(value, 6)), Some(value));
        }
        assert_eq!(parse_decimal("320.0"), Some(320.0));
        assert_eq!(parse_decimal("1e3"), Some(1000.0));
        assert_eq!(parse_decimal("-2.5E-1"), Some(-0.25));
        assert_eq!(parse_decimal("1e-999999"), Some(0.0));
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1e",
            "e3",
            "1e999",
            "1e99999999999",
            "NaN",
            "1.2.3",
            "--1",
        ] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
    }
}
