//! Values whose name stands beside them: `{"key": "password", "value": …}` in either order, and names with `name`.
//!
//! One pass over the text, whether it is JSON or not, with a stack of open brackets. JSON within a text of JSON is walked as
//! well: its quotes stand behind backslashes.

use super::Part;
use super::rules::is_secret_name;

/// How often JSON stands in a text of JSON: backslashes before the quotes of each.
const ESCAPES: [usize; 3] = [0, 1, 3];

/// Finds the values: texts without their quotes, and in `bare` numbers and words.
pub fn find(json: &str, parts: &mut Vec<Part>, bare: &mut Vec<Part>) {
    walk(json, (0, json.len()), 0, parts, bare);
}

/// An object or list that is open.
struct Frame {
    is_object: bool,
    /// The name of the member at hand.
    member: Part,
    /// Its `key` or `name` promises a secret.
    is_secret: bool,
    /// Which of the candidates stand in its `value`.
    values: Option<(usize, usize)>,
    /// The member at hand is `value`.
    in_value: bool,
}

/// Something that stands in a `value`.
struct Candidate {
    part: Part,
    is_bare: bool,
}

struct Walk<'a> {
    json: &'a str,
    open: Vec<Frame>,
    /// Open frames whose `value` is at hand.
    within: usize,
    found: Vec<Candidate>,
    /// Where ranges of candidates to be covered begin and end.
    covered: Vec<(usize, i32)>,
}

fn walk(json: &str, (from, to): Part, level: usize, parts: &mut Vec<Part>, bare: &mut Vec<Part>) {
    let Some(&escapes) = ESCAPES.get(level) else {
        return;
    };
    let bytes = json.as_bytes();
    let mut walk = Walk {
        json,
        open: Vec::new(),
        within: 0,
        found: Vec::new(),
        covered: Vec::new(),
    };
    let mut inner = Vec::new();
    let mut at = from;
    while at < to {
        match bytes[at] {
            b'{' | b'[' => {
                walk.open.push(Frame {
                    is_object: bytes[at] == b'{',
                    member: (at, at),
                    is_secret: false,
                    values: None,
                    in_value: false,
                });
                at += 1;
            }
            b'}' | b']' => {
                walk.close();
                at += 1;
            }
            b'\\' | b'"' => {
                let slashes = run(bytes, (at, to), |byte| byte == b'\\');
                let quote = at + slashes;
                if quote >= to || bytes[quote] != b'"' || slashes != escapes {
                    at = quote.max(at + 1);
                    continue;
                }
                let start = quote + 1;
                let Some(end) = text_end(bytes, (start, to), escapes) else {
                    break;
                };
                let behind = end + escapes + 1;
                let blanks = run(bytes, (behind, to), |byte| byte.is_ascii_whitespace());
                let is_name = bytes.get(behind + blanks) == Some(&b':');
                walk.text((start, end), is_name);
                let text = json.get(start..end).unwrap_or_default().trim_start();
                if !is_name && text.starts_with(['{', '[']) {
                    inner.push((start, end));
                }
                at = behind;
            }
            b':' | b',' => at += 1,
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
                let length = run(bytes, (at, to), is_part).max(1);
                walk.scalar((at, at + length));
                at += length;
            }
        }
    }
    while !walk.open.is_empty() {
        walk.close();
    }
    walk.finish(parts, bare);
    for part in inner {
        self::walk(json, part, level + 1, parts, bare);
    }
}

/// How many bytes pass from the beginning of a part.
fn run(bytes: &[u8], (from, to): Part, passes: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..to).unwrap_or_default();
    rest.iter()
        .position(|&byte| !passes(byte))
        .unwrap_or(rest.len())
}

/// Where a text ends: before the next quote behind just as many backslashes.
fn text_end(bytes: &[u8], (from, to): Part, escapes: usize) -> Option<usize> {
    let mut slashes = 0;
    for (at, &byte) in bytes.get(..to)?.iter().enumerate().skip(from) {
        match byte {
            b'\\' => slashes += 1,
            // Pairs of backslashes before it are the text's own.
            b'"' if slashes % (2 * (escapes + 1)) == escapes => return Some(at - escapes),
            _ => slashes = 0,
        }
    }
    None
}

impl Walk<'_> {
    fn part(&self, part: Part) -> &str {
        self.json.get(part.0..part.1).unwrap_or_default()
    }

    fn text(&mut self, part: Part, is_name: bool) {
        let is_value = self.part(part) == "value";
        let promises = is_secret_name(self.part(part));
        let member = self.open.last().map(|frame| frame.member);
        let names = member.is_some_and(|member| matches!(self.part(member), "key" | "name"));
        let found = self.found.len();
        let Some(frame) = self.open.last_mut() else {
            return;
        };
        if is_name && frame.is_object {
            if frame.in_value {
                self.within -= 1;
            }
            frame.member = part;
            frame.in_value = is_value;
            if is_value {
                self.within += 1;
                frame.values.get_or_insert((found, found));
            }
            return;
        }
        frame.is_secret |= names && promises;
        self.candidate(part, false);
    }

    fn scalar(&mut self, part: Part) {
        if !matches!(self.part(part), "null" | "true" | "false") {
            self.candidate(part, true);
        }
    }

    fn candidate(&mut self, part: Part, is_bare: bool) {
        if self.within == 0 {
            return;
        }
        self.found.push(Candidate { part, is_bare });
        let found = self.found.len();
        if let Some((_, end)) = self.open.last_mut().and_then(|frame| frame.values.as_mut()) {
            *end = found;
        }
    }

    fn close(&mut self) {
        let Some(frame) = self.open.pop() else {
            return;
        };
        let found = self.found.len();
        if frame.in_value {
            self.within -= 1;
        }
        if let Some((start, end)) = frame.values {
            let end = if frame.in_value { found } else { end };
            if frame.is_secret && start < end {
                self.covered.push((start, 1));
                self.covered.push((end, -1));
            }
        }
        // What it held belongs to the value of the one around it.
        if let Some(around) = self.open.last_mut()
            && around.in_value
            && let Some((_, end)) = &mut around.values
        {
            *end = found;
        }
    }

    fn finish(mut self, parts: &mut Vec<Part>, bare: &mut Vec<Part>) {
        crate::model::order::sort_items(&mut self.covered, |a, b| a.0.cmp(&b.0));
        let mut covered = self.covered.iter().peekable();
        let mut open = 0;
        for (at, candidate) in self.found.iter().enumerate() {
            while let Some((_, change)) = covered.next_if(|(place, _)| *place <= at) {
                open += change;
            }
            if open > 0 {
                let list = if candidate.is_bare {
                    &mut *bare
                } else {
                    &mut *parts
                };
                list.push(candidate.part);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is covered, in order.
    fn found(json: &str) -> Vec<&str> {
        let (mut parts, mut bare) = (Vec::new(), Vec::new());
        find(json, &mut parts, &mut bare);
        parts.extend(bare);
        parts.sort_unstable();
        parts.iter().map(|part| &json[part.0..part.1]).collect()
    }

    #[test]
    fn a_name_may_stand_before_or_behind_its_value() {
        for json in [
            r#"{"key":"db.password","value":{"stringValue":"hunter2"}}"#,
            r#"{"value":{"stringValue":"hunter2"},"key":"db.password"}"#,
            r#"{"value":"hunter2","name":"db.password"}"#,
            r#"[{"name" : "Cookie", "value" : "hunter2"}]"#,
            r#"{"x":{"value":"hunter2","name":"token","more":["a"]},"value":"b"}"#,
            r#"{"args":"{\"value\":\"hunter2\",\"name\":\"token\"}","value":"b"}"#,
            r#"{"a":"[{\"b\":\"{\\\"name\\\":\\\"api_key\\\",\\\"value\\\":\\\"hunter2\\\"}\"}]"}"#,
        ] {
            assert_eq!(found(json), ["hunter2"], "{json}");
        }
        let list = r#"{"value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":7}]}},"key":"password"}"#;
        assert_eq!(found(list), ["a", "7"]);
    }

    #[test]
    fn other_names_promise_nothing() {
        for json in [
            r#"{"key":"model","value":{"stringValue":"gpt"}}"#,
            r#"{"name":"get token","attributes":[{"key":"a","value":{"stringValue":"b"}}]}"#,
            r#"{"value":"a","name":"b"},{"name":"password"}"#,
            r#"{"value":"a","deep":{"name":"password"}}"#,
            r#"{"key":"password","value":null}"#,
        ] {
            assert!(found(json).is_empty(), "{json}");
        }
    }

    #[test]
    fn what_is_cut_is_covered_as_far_as_it_goes() {
        assert_eq!(
            found(r#"{"key":"password","value":{"stringValue":"abc","#),
            ["abc"]
        );
        for json in [
            "",
            "{",
            "}}}",
            r#"{"value":"#,
            r#"{"value":"a\"#,
            "\\",
            "\"\\\"",
            "{\"value\":é",
        ] {
            let _ = found(json);
        }
    }
}
