//! Strings as they stand in a file, and what they say.

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
    let repaired;
    let (mut rest, lossy) = if let Ok(text) = std::str::from_utf8(raw) {
        (text, false)
    } else {
        repaired = String::from_utf8_lossy(raw);
        (&*repaired, true)
    };
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escape.chars();
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let (char, used) = unicode_escape(chars.as_str());
                out.push(char);
                chars = chars.as_str().get(used..).unwrap_or_default().chars();
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    lossy
}

/// The character behind `\u`, and how many bytes it took; half a surrogate pair becomes U+FFFD.
fn unicode_escape(rest: &str) -> (char, usize) {
    let unit = |from: usize| {
        let digits = rest.get(from..from + 4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    };
    let Some(first) = unit(0) else {
        return (char::REPLACEMENT_CHARACTER, 0);
    };
    if (0xD800..0xDC00).contains(&first)
        && rest.get(4..6) == Some("\\u")
        && let Some(second) = unit(6)
        && (0xDC00..0xE000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
            10,
        );
    }
    (
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
        4,
    )
}
