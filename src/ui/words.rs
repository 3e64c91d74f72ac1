//! Small words around the figures of [`crate::scene::format`].

use crate::model::Timestamp;
use crate::scene::format::{Zone, counted};

/// `1 file was`, `2 files were`.
pub fn counted_of(count: u64, noun: &str, one: &str, many: &str) -> String {
    let verb = if count == 1 { one } else { many };
    format!("{} {verb}", counted(count, noun))
}

/// A message as a sentence: it begins with a capital and ends with a full stop.
pub fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let begin = letters.next().map(|first| first.to_uppercase().to_string());
    let end = if message.is_empty() || message.ends_with(['.', '?', ':']) {
        ""
    } else {
        "."
    };
    format!("{}{}{end}", begin.unwrap_or_default(), letters.as_str())
}

/// The zone in which an instant is shown: UTC, or the browser's own at that instant.
pub fn zone(utc: bool, time: Timestamp) -> Zone {
    if utc {
        return Zone::Utc;
    }
    let milliseconds = time.0 as f64 / 1e6;
    let date = js_sys::Date::new(&milliseconds.into());
    // The offset counts minutes west of Greenwich; a date beyond JavaScript's range has none.
    let west = date.get_timezone_offset();
    if west.is_finite() {
        Zone::Minutes(-(west as i32))
    } else {
        Zone::Utc
    }
}

/// Now.
pub fn now() -> Timestamp {
    Timestamp((js_sys::Date::now() * 1e6) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_agree_with_their_counts() {
        assert_eq!(counted_of(1, "file", "was", "were"), "1 file was");
        assert_eq!(counted_of(2, "file", "was", "were"), "2 files were");
    }

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("expected an array"), "Expected an array.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(""), "");
        assert_eq!(sentence("ärger"), "Ärger.");
    }
}
