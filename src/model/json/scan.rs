//! Where JSON values end. No depth of nesting is a recursion.

/// White space of JSON.
pub(super) const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The first byte at or after `at` that is no white space.
pub(super) fn space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let solid = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    rest.iter()
        .position(solid)
        .map_or(bytes.len(), |from| at + from)
}

/// Behind the colon at or after `at`.
pub(super) fn colon(bytes: &[u8], at: usize) -> Option<usize> {
    let at = space(bytes, at);
    (bytes.get(at) == Some(&b':')).then_some(at + 1)
}

/// Behind the value that begins at `at`; `None` when none does.
pub(super) fn value(bytes: &[u8], mut at: usize) -> Option<usize> {
    // The brackets that are open.
    let mut open = Vec::new();
    loop {
        let first = *bytes.get(at)?;
        match first {
            b'{' | b'[' => {
                at = space(bytes, at + 1);
                if bytes.get(at) == Some(&closing(first)) {
                    at += 1;
                } else {
                    open.push(first);
                    at = member(bytes, at, first)?;
                    continue;
                }
            }
            b'"' => at = string(bytes, at)?,
            _ => at = scalar(bytes, at)?,
        }
        // A value has ended: so may what it stands in.
        loop {
            let Some(&bracket) = open.last() else {
                return Some(at);
            };
            at = space(bytes, at);
            let next = *bytes.get(at)?;
            if next == b',' {
                at = member(bytes, space(bytes, at + 1), bracket)?;
                break;
            }
            if next != closing(bracket) {
                return None;
            }
            open.pop();
            at += 1;
        }
    }
}

/// Where the value of the member at `at` begins, in a bracket of this kind.
fn member(bytes: &[u8], at: usize, bracket: u8) -> Option<usize> {
    if bracket == b'[' {
        return Some(at);
    }
    let key = string(bytes, at)?;
    Some(space(bytes, colon(bytes, key)?))
}

fn closing(bracket: u8) -> u8 {
    if bracket == b'{' { b'}' } else { b']' }
}

/// Behind the string that begins at `at`.
pub(super) fn string(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let mut at = at + 1;
    loop {
        let rest = bytes.get(at..)?;
        at += rest
            .iter()
            .position(|&byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at = escape(bytes, at + 1)?,
            _ => return None,
        }
    }
}

/// Behind an escape, whose backslash stands before `at`.
fn escape(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 1),
        b'u' => {
            let digits = bytes.get(at + 1..at + 5)?;
            (digits.iter().all(u8::is_ascii_hexdigit)).then_some(at + 5)
        }
        _ => None,
    }
}

/// Behind the number or word that begins at `at`.
fn scalar(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    for word in ["true", "false", "null"] {
        if rest.starts_with(word.as_bytes()) {
            return Some(at + word.len());
        }
    }
    let mut at = at + usize::from(rest.first() == Some(&b'-'));
    let whole = digits(bytes, at)?;
    if bytes[at] == b'0' && whole > at + 1 {
        return None;
    }
    at = whole;
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = digits(bytes, at + 1 + usize::from(sign))?;
    }
    Some(at)
}

/// Behind the digits at `at`, of which there must be one.
fn digits(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let many = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (many > 0).then_some(at + many)
}
