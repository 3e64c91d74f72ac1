//! Markdown as models write it, read into a stream of marks that a page makes elements of.
//!
//! Read are paragraphs, headings, lists, quotes, fenced and indented code, rules, tables, code spans, strong and emphasised
//! text, and links (after `CommonMark` 0.31, without its rarer corners). HTML stays the text it is. A link is its words and its address; an
//! image is the same and never fetched. Time and depth are bounded, whatever the text.

mod inline;

use inline::inline;

/// Blocks within blocks, and marks within marks, are read so deep.
const DEEPEST: usize = 8;
/// Most columns of a table.
const COLUMNS: usize = 40;

/// What stands next in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark<'a> {
    /// An element begins: its tag, such as `p`, `h2`, `li`, `pre`, `code`, `strong`, `table`.
    Open(&'static str),
    /// An ordered list begins, at this number.
    Ordered(u32),
    /// Characters.
    Text(&'a str),
    /// Where a link leads, or where an image is: to be read, not to be followed.
    Address(&'a str),
    /// The element that was opened last ends.
    Close,
}

/// Hands the marks of a text out, in order. Every opening is closed.
pub fn markdown<'a>(text: &'a str, out: &mut dyn FnMut(Mark<'a>)) {
    let lines: Vec<&str> = text.lines().collect();
    blocks(&lines, DEEPEST, false, out);
}

type Out<'o, 'a> = &'o mut dyn FnMut(Mark<'a>);

/// `tight`: paragraphs have no element of their own, as in the items of most lists.
fn blocks<'a>(lines: &[&'a str], deeper: usize, tight: bool, out: Out<'_, 'a>) {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or(&[]);
        at += if line.trim().is_empty() {
            1
        } else if let Some(taken) = special(rest, deeper, out) {
            taken
        } else {
            paragraph(rest, deeper, tight, out)
        };
    }
}

/// A block that is no paragraph; how many lines it takes.
fn special<'a>(lines: &[&'a str], deeper: usize, out: Out<'_, 'a>) -> Option<usize> {
    let line = lines.first()?;
    let text = line.trim_start();
    if let Some(taken) = code(lines, out) {
        return Some(taken);
    }
    if let Some((level, words)) = heading(text) {
        out(Mark::Open(level));
        inline(words, deeper, out);
        out(Mark::Close);
        return Some(1);
    }
    if is_rule(text) {
        out(Mark::Open("hr"));
        out(Mark::Close);
        return Some(1);
    }
    if deeper == 0 {
        return None;
    }
    if text.starts_with('>') {
        return Some(quote(lines, deeper, out));
    }
    if item(line).is_some() {
        return Some(list(lines, deeper, out));
    }
    table(lines, deeper, out)
}

fn heading(text: &str) -> Option<(&'static str, &str)> {
    let words = text.trim_start_matches('#');
    let level = match text.len() - words.len() {
        1 => "h1",
        2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        6 => "h6",
        _ => return None,
    };
    (words.is_empty() || words.starts_with([' ', '\t']))
        .then(|| (level, words.trim().trim_end_matches('#').trim_end()))
}

fn is_rule(text: &str) -> bool {
    let mut letters = text.chars().filter(|letter| !letter.is_whitespace());
    let Some(first) = letters.next().filter(|first| "-*_".contains(*first)) else {
        return false;
    };
    let mut count = 1;
    for letter in letters {
        if letter != first {
            return false;
        }
        count += 1;
    }
    count >= 3
}

/// Fenced or indented code.
fn code<'a>(lines: &[&'a str], out: Out<'_, 'a>) -> Option<usize> {
    let line = lines.first()?;
    let text = line.trim_start();
    let fence = ["```", "~~~"]
        .into_iter()
        .find(|fence| text.starts_with(fence));
    let Some(fence) = fence else {
        if !line.starts_with("    ") && !line.starts_with('\t') {
            return None;
        }
        let within = |line: &&&str| line.starts_with("    ") || line.starts_with('\t');
        let taken = lines.iter().take_while(within).count();
        out(Mark::Open("pre"));
        for line in lines.iter().take(taken) {
            let inner = line
                .strip_prefix("    ")
                .or_else(|| line.strip_prefix('\t'));
            out(Mark::Text(inner.unwrap_or(line)));
            out(Mark::Text("\n"));
        }
        out(Mark::Close);
        return Some(taken);
    };
    // Code spans may begin a line, too.
    if fence == "```" && text.trim_start_matches('`').contains('`') {
        return None;
    }
    let indent = line.len() - text.len();
    let inner = lines.iter().skip(1);
    let is_end = |line: &&&str| {
        let text = line.trim();
        text.starts_with(fence) && text.bytes().all(|byte| fence.as_bytes().contains(&byte))
    };
    let length = inner.clone().take_while(|line| !is_end(line)).count();
    out(Mark::Open("pre"));
    for line in inner.take(length) {
        let spaces = line.len() - line.trim_start().len();
        out(Mark::Text(line.get(spaces.min(indent)..).unwrap_or(line)));
        out(Mark::Text("\n"));
    }
    out(Mark::Close);
    Some((length + 2).min(lines.len()))
}

fn quote<'a>(lines: &[&'a str], deeper: usize, out: Out<'_, 'a>) -> usize {
    let inner: Vec<&str> = lines
        .iter()
        .map_while(|line| line.trim_start().strip_prefix('>'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    out(Mark::Open("blockquote"));
    blocks(&inner, deeper - 1, false, out);
    out(Mark::Close);
    inner.len()
}

/// The beginning of an item of a list.
struct Item<'a> {
    /// Its number; `None` in a list of points.
    number: Option<u32>,
    /// Columns before its marker.
    indent: usize,
    /// Bytes before its text.
    text_at: usize,
    text: &'a str,
}

fn item(line: &str) -> Option<Item<'_>> {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let (number, marker) = if text.starts_with(['-', '*', '+']) {
        (None, 1)
    } else {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number = text.get(..digits).filter(|_| digits < 10)?.parse().ok()?;
        text.get(digits..)?.strip_prefix(['.', ')'])?;
        (Some(number), digits + 1)
    };
    let rest = text.get(marker..)?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    let words = rest.trim_start();
    let spaces = (rest.len() - words.len()).clamp(1, 4);
    Some(Item {
        number,
        indent,
        text_at: indent + marker + spaces,
        text: words,
    })
}

fn list<'a>(lines: &[&'a str], deeper: usize, out: Out<'_, 'a>) -> usize {
    let Some(first) = lines.first().and_then(|line| item(line)) else {
        return 1;
    };
    let ordered = first.number;
    out(ordered.map_or(Mark::Open("ul"), Mark::Ordered));
    let mut at = 0;
    while let Some(head) = lines.get(at).and_then(|line| item(line)) {
        let other = head.number.is_some() != ordered.is_some();
        if other || head.indent + 1 < first.indent || head.indent > first.indent + 3 {
            break;
        }
        let mut inner = vec![head.text];
        at += 1;
        while let Some(line) = lines.get(at) {
            let text = line.trim_start();
            let indent = line.len() - text.len();
            let next = lines.get(at + 1);
            if text.is_empty() {
                // A blank line belongs to the item when the next one does.
                let goes_on = next.is_some_and(|next| {
                    let inside = next.len() - next.trim_start().len();
                    inside > head.indent + 1 && !next.trim().is_empty()
                });
                if !goes_on {
                    break;
                }
                inner.push("");
            } else if indent > head.indent + 1 {
                inner.push(line.get(indent.min(head.text_at)..).unwrap_or(text));
            } else if item(line).is_some() || starts_block(text) {
                break;
            } else {
                inner.push(text);
            }
            at += 1;
        }
        out(Mark::Open("li"));
        blocks(&inner, deeper - 1, !inner.contains(&""), out);
        out(Mark::Close);
        // Blank lines between items.
        let blank = lines
            .iter()
            .skip(at)
            .take_while(|line| line.trim().is_empty());
        let after = at + blank.count();
        if lines.get(after).is_some_and(|line| item(line).is_some()) {
            at = after;
        }
    }
    out(Mark::Close);
    at.max(1)
}

fn starts_block(text: &str) -> bool {
    heading(text).is_some() || text.starts_with("```") || text.starts_with('>') || is_rule(text)
}

/// A table: a line of heads, one of dashes, lines of cells.
fn table<'a>(lines: &[&'a str], deeper: usize, out: Out<'_, 'a>) -> Option<usize> {
    let (head, dashes) = (lines.first()?, lines.get(1)?);
    let is_dashes = |cell: &&str| {
        let bar = cell.trim().trim_matches(':');
        !bar.is_empty() && bar.bytes().all(|byte| byte == b'-')
    };
    let columns = cells(dashes);
    if !head.contains('|') || !dashes.contains('-') || !columns.iter().all(is_dashes) {
        return None;
    }
    if cells(head).len() != columns.len() || columns.len() > COLUMNS {
        return None;
    }
    let body = lines.iter().skip(2);
    // A line of more cells than there are heads is none of the table's: nothing of it may be lost.
    let length = body
        .clone()
        .take_while(|line| line.contains('|') && cells(line).len() <= columns.len())
        .count();
    out(Mark::Open("table"));
    row(head, "th", deeper, out);
    for line in body.take(length) {
        row(line, "td", deeper, out);
    }
    out(Mark::Close);
    Some(length + 2)
}

fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut found = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, byte) in line.bytes().enumerate() {
        if byte == b'|' && !escaped {
            found.push(line.get(start..at).unwrap_or("").trim());
            start = at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    found.push(line.get(start..).unwrap_or("").trim());
    found
}

fn row<'a>(line: &'a str, tag: &'static str, deeper: usize, out: Out<'_, 'a>) {
    out(Mark::Open("tr"));
    for cell in cells(line) {
        out(Mark::Open(tag));
        inline(cell, deeper, out);
        out(Mark::Close);
    }
    out(Mark::Close);
}

fn paragraph<'a>(lines: &[&'a str], deeper: usize, tight: bool, out: Out<'_, 'a>) -> usize {
    let more = lines.iter().skip(1);
    let within = |line: &&&str| {
        let text = line.trim_start();
        !text.is_empty()
            && !starts_block(text)
            && item(line).is_none_or(|item| item.text.is_empty())
    };
    let taken = 1 + more.take_while(within).count();
    if !tight {
        out(Mark::Open("p"));
    }
    for (at, line) in lines.iter().take(taken).enumerate() {
        if at > 0 {
            // Models mean their line breaks.
            out(Mark::Text("\n"));
        }
        inline(line.trim(), deeper, out);
    }
    if !tight {
        out(Mark::Close);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    fn drawn(text: &str) -> String {
        let mut out = String::new();
        let mut open = Vec::new();
        markdown(text, &mut |mark| match mark {
            Mark::Open(tag) => {
                let _ = write!(out, "<{tag}>");
                open.push(tag);
            }
            Mark::Ordered(start) => {
                let _ = write!(out, "<ol {start}>");
                open.push("ol");
            }
            Mark::Text(text) => out.push_str(text),
            Mark::Address(address) => {
                let _ = write!(out, "({address})");
            }
            Mark::Close => {
                let _ = write!(out, "</{}>", open.pop().unwrap());
            }
        });
        assert!(open.is_empty(), "{text}");
        out
    }

    #[test]
    fn blocks_are_told_apart() {
        let cases = [
            ("one\ntwo\n\nthree", "<p>one\ntwo</p><p>three</p>"),
            ("# A\n## B #\nc", "<h1>A</h1><h2>B</h2><p>c</p>"),
            ("#tag", "<p>#tag</p>"),
            ("---", "<hr></hr>"),
            ("> a\n> b", "<blockquote><p>a\nb</p></blockquote>"),
            (
                "```py\nif x:\n    y\n```\nz",
                "<pre>if x:\n    y\n</pre><p>z</p>",
            ),
            ("```\nno end", "<pre>no end\n</pre>"),
            ("    code\nz", "<pre>code\n</pre><p>z</p>"),
            ("- a\n- b\n  c\n", "<ul><li>a</li><li>b\nc</li></ul>"),
            (
                "- a\n  - b\n- c",
                "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
            ),
            ("3. a\n4. b\n\nc", "<ol 3><li>a</li><li>b</li></ol><p>c</p>"),
            ("1. a\n\n   b", "<ol 1><li><p>a</p><p>b</p></li></ol>"),
            ("text\n- a", "<p>text</p><ul><li>a</li></ul>"),
            ("a | b\n", "<p>a | b</p>"),
            (
                "| a | b |\n|---|:-:|\n| 1 | `x\\|y` |\nend",
                "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><code>x\\|y</code></td></tr></table><p>end</p>",
            ),
            ("1985 was fine", "<p>1985 was fine</p>"),
        ];
        for (text, expected) in cases {
            assert_eq!(drawn(text), expected, "{text}");
        }
    }

    #[test]
    fn marks_within_lines_are_told_apart() {
        let cases = [
            ("a **b *c* d** e", "a <strong>b <em>c</em> d</strong> e"),
            ("2 * 3 * 4", "2 * 3 * 4"),
            ("run_all_tests and _so_", "run_all_tests and <em>so</em>"),
            ("`a*b*` ``c`d``", "<code>a*b*</code> <code>c`d</code>"),
            (
                "[words](https://x.y/(z) \"t\") on",
                "words(https://x.y/(z)) on",
            ),
            ("![cat](javascript:alert(1))", "cat(javascript:alert(1))"),
            ("<https://x.y>", "https://x.y"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("\\*not\\*", "*not*"),
            ("~~old~~ ~", "<del>old</del> ~"),
            ("**open", "**open"),
            ("[a] (b)", "[a] (b)"),
        ];
        for (text, expected) in cases {
            assert_eq!(drawn(text), format!("<p>{expected}</p>"), "{text}");
        }
    }

    #[test]
    fn bad_cases_end_soon() {
        for bad in ["*a", "[", "`", "> ", "- ", "**", "_a_", "|-", "![](", "<"] {
            let _ = drawn(&bad.repeat(20_000));
            let _ = drawn(&format!("{bad}\n").repeat(5_000));
        }
    }

    #[test]
    fn a_line_of_more_cells_than_heads_ends_the_table() {
        let mut words = String::new();
        markdown("|\n-\n||a", &mut |mark| {
            if let Mark::Text(text) = mark {
                words.push_str(text);
            }
        });
        assert!(words.contains('a'), "{words}");
    }

    proptest! {
        /// No letter is lost or doubled but those that are marks.
        #[test]
        fn any_text_is_drawn(text in "[a-c\\n *_`#>\\[\\]()|~.1\\\\-]{0,60}") {
            let letters = |text: &str| text.chars().filter(|it| "abc".contains(*it)).collect::<String>();
            let mut found = String::new();
            markdown(&text, &mut |mark| match mark {
                Mark::Text(text) | Mark::Address(text) => found.push_str(text),
                _ => {}
            });
            // A link whose address is its words says them once; code after a fence names its language.
            if !text.contains("](") && !text.contains("```") && !text.contains("~~~") {
                prop_assert_eq!(letters(&found), letters(&text));
            }
        }
    }
}
