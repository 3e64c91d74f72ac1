//! Where lines of a text break, so that only those on screen need to be in the page.

/// Starts of the lines of a text in a fixed-width font, as byte offsets; the last entry is the end of the text.
///
/// Lines break at line feeds, and before column `columns`: after a space where the second half of the line has one, else
/// in the middle of a word. Wide characters count two columns.
pub fn line_starts(text: &str, columns: usize) -> Vec<u32> {
    let columns = columns.max(2);
    let mut starts = vec![0];
    let mut line = 0;
    let mut column = 0;
    // After the last space of the line: byte and column.
    let mut space = (0, 0);
    for (at, character) in text.char_indices() {
        if character == '\n' {
            line = at + 1;
            column = 0;
            space = (line, 0);
            starts.push(line as u32);
            continue;
        }
        let width = width(character);
        if column + width > columns {
            if space.0 > line && space.1 * 2 > columns {
                line = space.0;
                column -= space.1;
            } else {
                line = at;
                column = 0;
            }
            space = (line, 0);
            starts.push(line as u32);
        }
        column += width;
        if character == ' ' {
            space = (at + 1, column);
        }
    }
    starts.push(text.len() as u32);
    starts
}

/// Columns of a character: East Asian wide characters and emoji take two (Unicode blocks, not the full table).
fn width(character: char) -> usize {
    match u32::from(character) {
        0x300..=0x36F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// The line with this number, without its line feed.
pub fn line<'a>(text: &'a str, starts: &[u32], number: usize) -> &'a str {
    let (Some(start), Some(end)) = (starts.get(number), starts.get(number + 1)) else {
        return "";
    };
    let line = text.get(*start as usize..*end as usize).unwrap_or("");
    line.strip_suffix('\n').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<&str> {
        let starts = line_starts(text, columns);
        (0..starts.len() - 1)
            .map(|number| line(text, &starts, number))
            .collect()
    }

    #[test]
    fn lines_break_at_line_feeds_and_at_the_edge() {
        assert_eq!(lines("ab\n\ncdefgh", 4), ["ab", "", "cdef", "gh"]);
        assert_eq!(lines("", 4), [""]);
        assert_eq!(lines("ab\n", 4), ["ab", ""]);
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(lines("one two three", 8), ["one two ", "three"]);
        assert_eq!(lines("a bcdefghijk", 6), ["a bcde", "fghijk"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(lines("日本語", 4), ["日本", "語"]);
    }

    #[test]
    fn nothing_is_lost() {
        let text = "line one\nzwei Wörter 日本 and\ta tab\n\n  end";
        for columns in 1..30 {
            let starts = line_starts(text, columns);
            assert!(starts.windows(2).all(|pair| pair[0] <= pair[1]));
            let joined: String = starts
                .windows(2)
                .map(|pair| &text[pair[0] as usize..pair[1] as usize])
                .collect();
            assert_eq!(joined, text);
        }
    }
}
