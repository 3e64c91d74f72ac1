//! How messages are written between page and worker: compact bytes instead of JSON.
//!
//! Both ends are of one build (they compare versions before anything else), so a message needs no names: fields stand in the order
//! of their declaration. The code that reads JSON objects by name would weigh more than 100 KB in the two modules, and this is
//! read several times faster.
//!
//! | value | bytes |
//! |---|---|
//! | unsigned, length, variant | base 128, low groups first, the high bit says that more follow |
//! | signed | zigzag, then as unsigned |
//! | `f64` | 8, little endian |
//! | `bool`, `Option` | 1, then the value when there is one |
//! | text | length, UTF-8 |
//! | sequence, map | length, elements |
//! | struct, tuple | fields |

mod read;
mod write;

pub use read::from_bytes;
pub use write::{Texts, to_bytes, to_bytes_with};

use serde::de::{Expected, Unexpected};
use std::fmt;

/// A message that cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireError(String);

impl WireError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WireError {}

impl serde::ser::Error for WireError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl serde::de::Error for WireError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    // A message of another build, or a defect: which of them it was helps nobody, and the usual words would bring the printing of
    // every type into the page, floats with their tables among them.

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("a value of another type")
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("a value out of range")
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::new("another number of fields")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("an unknown variant")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("an unknown field")
    }

    fn missing_field(_: &'static str) -> Self {
        Self::new("a field is missing")
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::new("a field stands twice")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Nothing,
        One(i64),
        Two(u8, String),
        Named { left: Option<f64>, right: bool },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Message {
        numbers: (u8, u16, u32, u64, i8, i16, i32, i64),
        extremes: Vec<i64>,
        text: String,
        shapes: Vec<Shape>,
        map: BTreeMap<String, u32>,
        letter: char,
        nested: Option<Box<Message>>,
        half: f32,
        unit: (),
    }

    fn message(nested: Option<Message>) -> Message {
        Message {
            numbers: (255, 65_535, u32::MAX, u64::MAX, -128, -32_768, i32::MIN, -1),
            extremes: vec![i64::MIN, -65, -64, -1, 0, 1, 63, 64, i64::MAX],
            text: "größe \u{1F600} \u{0}".to_owned(),
            shapes: vec![
                Shape::Nothing,
                Shape::One(-5),
                Shape::Two(7, String::new()),
                Shape::Named {
                    left: Some(f64::NEG_INFINITY),
                    right: true,
                },
                Shape::Named {
                    left: None,
                    right: false,
                },
            ],
            map: [("a".to_owned(), 1), ("b".to_owned(), 300)].into(),
            letter: 'ß',
            nested: nested.map(Box::new),
            half: 0.5,
            unit: (),
        }
    }

    #[test]
    fn everything_comes_back() {
        let message = message(Some(message(None)));
        let bytes = to_bytes(&message).unwrap();
        assert_eq!(from_bytes::<Message>(&bytes), Ok(message));
    }

    #[test]
    fn it_is_compact() {
        assert_eq!(
            to_bytes(&(1_u64, -1_i64, "ab", true)).unwrap(),
            [1, 1, 2, b'a', b'b', 1]
        );
        assert_eq!(to_bytes(&300_u32).unwrap(), [0xac, 2]);
        assert_eq!(to_bytes(&Shape::One(-64)).unwrap(), [1, 127]);
    }

    #[test]
    fn a_cut_or_changed_message_is_an_error_and_no_panic() {
        let bytes = to_bytes(&message(Some(message(None)))).unwrap();
        for end in 0..bytes.len() {
            assert!(from_bytes::<Message>(&bytes[..end]).is_err(), "{end}");
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = value;
                drop(from_bytes::<Message>(&changed));
            }
        }
        let mut longer = bytes;
        longer.push(0);
        assert!(from_bytes::<Message>(&longer).is_err());
        // A length that promises more than there is reserves nothing.
        assert!(from_bytes::<Vec<u64>>(&[0xff, 0xff, 0xff, 0xff, 0x7f]).is_err());
        assert!(from_bytes::<u8>(&[0xac, 2]).is_err());
        assert!(from_bytes::<u64>(&[0xff; 11]).is_err());
    }
}
