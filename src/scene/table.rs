//! A table as text, to be saved or pasted elsewhere.
//!
//! Comma-separated values are those of RFC 4180. A program that opens them takes a text that begins like a formula for one,
//! and texts come from traces: such a text gets an apostrophe before it, which those programs take for the sign of a text.

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number as digits, with a sign, point or exponent; empty when unknown.
    Number(String),
}

/// A table with a head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns.
    pub head: Vec<String>,
    /// Cells of each row.
    pub rows: Vec<Vec<Cell>>,
    /// Rows that had no room.
    pub left_out: u32,
}

impl Table {
    /// Comma-separated values: lines end in carriage return and line feed.
    pub fn csv(&self) -> String {
        self.lines(',', "\r\n", |into, text| {
            if text.contains([',', '"', '\r', '\n']) {
                into.push('"');
                into.push_str(&text.replace('"', "\"\""));
                into.push('"');
            } else {
                into.push_str(text);
            }
        })
    }

    /// Values between tabs, as spreadsheets paste them: tabs and ends of lines within a text become spaces.
    pub fn tabbed(&self) -> String {
        self.lines('\t', "\n", |into, text| {
            let space = |letter| match letter {
                '\t' | '\r' | '\n' => ' ',
                letter => letter,
            };
            into.extend(text.chars().map(space));
        })
    }

    fn lines(&self, between: char, end: &str, write: impl Fn(&mut String, &str)) -> String {
        let mut text = String::new();
        for (at, name) in self.head.iter().enumerate() {
            if at > 0 {
                text.push(between);
            }
            write(&mut text, &guarded(name));
        }
        text.push_str(end);
        for row in &self.rows {
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    text.push(between);
                }
                match cell {
                    Cell::Text(cell) => write(&mut text, &guarded(cell)),
                    Cell::Number(digits) => write(&mut text, digits),
                }
            }
            text.push_str(end);
        }
        text
    }
}

/// A text that no program takes for a formula.
fn guarded(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let mark = if is_formula { "'" } else { "" };
    format!("{mark}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[&str]) -> Table {
        Table {
            head: vec!["name".to_owned(), "cost".to_owned()],
            rows: (cells.iter())
                .map(|&cell| vec![Cell::Text(cell.to_owned()), Cell::Number("-1.5".to_owned())])
                .collect(),
            left_out: 0,
        }
    }

    #[test]
    fn what_would_break_a_line_is_quoted() {
        let csv = table(&["a", "b,c", "say \"x\"", "two\nlines", ""]).csv();
        assert_eq!(
            csv,
            "name,cost\r\na,-1.5\r\n\"b,c\",-1.5\r\n\"say \"\"x\"\"\",-1.5\r\n\"two\nlines\",-1.5\r\n,-1.5\r\n"
        );
    }

    #[test]
    fn texts_are_no_formulas_and_numbers_stay_numbers() {
        let formulas = ["=1+1", "+1", "-2", "@x", "\tx", "a=1"];
        let csv = table(&formulas).csv();
        let first: Vec<&str> = (csv.lines().skip(1))
            .filter_map(|line| line.strip_suffix(",-1.5"))
            .collect();
        assert_eq!(first, ["'=1+1", "'+1", "'-2", "'@x", "'\tx", "a=1"]);
        let hyperlink = table(&["=HYPERLINK(\"http://x\",\"y\")"]).csv();
        assert!(hyperlink.contains("\"'=HYPERLINK(\"\"http"));
    }

    #[test]
    fn a_pasted_text_stays_in_its_cell() {
        let tabbed = table(&["a\tb\r\nc", "=x"]).tabbed();
        assert_eq!(tabbed, "name\tcost\na b  c\t-1.5\n'=x\t-1.5\n");
    }
}
