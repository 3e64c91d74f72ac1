//! Counts with their nouns, ids and bytes as the page writes them.

/// `1 call`, `2 calls`, `12,345 calls`.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count))
}

/// `1 file was`, `2 files were`.
pub fn counted_of(count: u64, noun: &str, one: &str, many: &str) -> String {
    let verb = if count == 1 { one } else { many };
    format!("{} {verb}", counted(count, noun))
}

/// A whole number with commas between thousands.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in 1000s: `640 B`, `418 KB`, `3.1 MB`, `98.8 MB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    // 999,950 bytes would be written as 1000.0 KB.
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    // Kilobytes are whole: nobody weighs them more finely.
    if unit == 0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// An id by its first 8 and last 4 characters.
pub fn short_id(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    if letters.len() <= 14 {
        return id.to_owned();
    }
    let head: String = letters[..8].iter().collect();
    let tail: String = letters[letters.len() - 4..].iter().collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(counted(0, "span"), "0 spans");
        assert_eq!(counted(1, "span"), "1 span");
        assert_eq!(counted(1_234_567, "span"), "1,234,567 spans");
        assert_eq!(counted_of(1, "file", "was", "were"), "1 file was");
        assert_eq!(counted_of(2, "file", "was", "were"), "2 files were");
    }

    #[test]
    fn bytes_are_counted_in_thousands() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1 KB"),
            (418_400, "418 KB"),
            (999_960, "1.0 MB"),
            (98_800_000, "98.8 MB"),
            (2_000_000_000, "2.0 GB"),
        ];
        for (count, text) in cases {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn long_ids_keep_both_ends() {
        assert_eq!(short_id("00f067aa0ba902b7"), "00f067aa…02b7");
        assert_eq!(short_id("odd id"), "odd id");
        assert_eq!(short_id("ääääääääääääääääää"), "ääääääää…ääää");
    }
}
