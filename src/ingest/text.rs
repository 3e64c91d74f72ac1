//! Strings as they stand in a file, and what they say.

use crate::model::json::decode_into;

/// A string as it stands in the file, without its quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    /// The bytes between the quotes.
    pub raw: &'a [u8],
    /// Whether a backslash is among them.
    pub escaped: bool,
}

impl<'a> Text<'a> {
    /// The text, decoded into `scratch` where it does not stand as it is. The flag tells that bytes which are not UTF-8
    /// were replaced.
    pub(super) fn decode<'s>(self, scratch: &'s mut String) -> (&'s str, bool)
    where
        'a: 's,
    {
        if !self.escaped
            && let Ok(text) = std::str::from_utf8(self.raw)
        {
            return (text, false);
        }
        scratch.clear();
        let lossy = unescape(self.raw, scratch);
        (scratch, lossy)
    }
}

/// Appends the text of a JSON string without its quotes. True when bytes that are not UTF-8 were replaced.
fn unescape(raw: &[u8], out: &mut String) -> bool {
    if let Ok(text) = std::str::from_utf8(raw) {
        decode_into(text, out);
        return false;
    }
    decode_into(&String::from_utf8_lossy(raw), out);
    true
}
