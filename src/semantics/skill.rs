//! Calls of tools that load a skill: one of their arguments is the path of a `SKILL.md`, and the skill is called as the
//! folder it stands in.

/// The file that describes a skill.
const FILE: &[u8] = b"SKILL.md";

/// Longer arguments are no request to read a file.
const LONGEST: usize = 2048;

/// The skill whose file these arguments name; `None` when they name none. The text may stand as in the file, its quotes
/// escaped.
pub fn skill_in(text: &[u8]) -> Option<&[u8]> {
    if text.len() > LONGEST {
        return None;
    }
    let mut from = 0;
    loop {
        let at = from + find(text.get(from..)?)?;
        from = at + FILE.len();
        if let Some(skill) = folder(text.get(..at)?, text.get(from..)?) {
            return Some(skill);
        }
    }
}

/// The last folder of a path that ends where `before` does; `None` when that is no path by itself.
fn folder<'a>(before: &'a [u8], behind: &[u8]) -> Option<&'a [u8]> {
    let ends = behind
        .first()
        .is_none_or(|&byte| is_quote(byte) || byte == b'\\');
    let outside = |byte: &u8| is_quote(*byte) || byte.is_ascii_whitespace();
    let start = before.iter().rposition(outside);
    // Words before it would make it a part of a sentence.
    let begins = start.is_none_or(|at| before.get(at).is_some_and(|&byte| is_quote(byte)));
    if !ends || !begins {
        return None;
    }
    let path = before.get(start.map_or(0, |at| at + 1)..)?;
    let mut folders = path.split(|&byte| byte == b'/' || byte == b'\\');
    // Behind the last separator stands the file itself.
    if !folders.next_back()?.is_empty() {
        return None;
    }
    folders.rfind(|folder| !folder.is_empty())
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// How far the name may be moved so that the byte at its end is one of its own, by that byte.
const STEPS: [u8; 256] = {
    let last = FILE.len() - 1;
    let mut steps = [FILE.len() as u8; 256];
    let mut at = 0;
    while at < last {
        steps[FILE[at] as usize] = (last - at) as u8;
        at += 1;
    }
    steps
};

/// Where the file's name stands. Most texts are passed over in steps of its length.
fn find(text: &[u8]) -> Option<usize> {
    let mut end = FILE.len();
    while let Some(&last) = text.get(end - 1) {
        if last == b'd' && text.get(end - FILE.len()..end) == Some(FILE) {
            return Some(end - FILE.len());
        }
        end += usize::from(STEPS[usize::from(last)]);
    }
    None
}

/// Whether a tool of this name changes files rather than reads them.
pub fn changes_files(tool: &str) -> bool {
    let words = [
        "write", "edit", "create", "update", "delete", "remove", "patch", "append",
    ];
    let tool = tool.to_ascii_lowercase();
    words.iter().any(|word| tool.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn skill(text: &str) -> Option<&str> {
        skill_in(text.as_bytes()).map(|skill| std::str::from_utf8(skill).unwrap())
    }

    #[test]
    fn the_folder_of_the_file_is_the_skill() {
        for text in [
            r#"{"path": "skills/triage/SKILL.md"}"#,
            r#"{\"path\": \"/opt/skills/triage/SKILL.md\"}"#,
            "{'path': 'skills/triage/SKILL.md'}",
            "skills/triage/SKILL.md",
            r#"{"path": "C:\\skills\\triage\\SKILL.md"}"#,
        ] {
            assert_eq!(skill(text), Some("triage"), "{text}");
        }
    }

    #[test]
    fn what_only_mentions_a_skill_loads_none() {
        for text in [
            "",
            "SKILL.md",
            r#"{"path": "skills/triage/SKILL.mdx"}"#,
            r#"{"description": "read skills/triage/SKILL.md and follow it"}"#,
            r#"{"path": "skills/triage/MY_SKILL.md"}"#,
            "SSKILL.m/SKILLL.md",
        ] {
            assert_eq!(skill(text), None, "{text}");
        }
        assert!(changes_files("Write_File") && !changes_files("read_file"));
    }

    proptest! {
        #[test]
        fn the_file_is_found_where_it_stands(text in "[SKILmd./a]{0,40}") {
            let naive = text.find("SKILL.md");
            prop_assert_eq!(find(text.as_bytes()), naive);
        }
    }
}
