//! Lines and columns of places, counted only when somebody asks.

use super::report::Place;
use super::scan;

/// Line breaks of everything that has been passed.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Lines {
    /// Line breaks before `upto`.
    breaks: u64,
    /// Byte behind the last of them.
    line_start: u64,
}

impl Lines {
    /// Passes `data`, whose first byte is byte `at` of the source.
    pub(super) fn pass(&mut self, data: &[u8], at: u64) {
        let breaks = scan::count(data, b'\n') as u64;
        if breaks > 0 {
            self.breaks += breaks;
            let last = data.iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
            self.line_start = at + last as u64 + 1;
        }
    }

    /// The place `pos` bytes into `data`, whose first byte is byte `at` of the source and was not passed yet.
    pub(super) fn place(mut self, data: &[u8], at: u64, pos: usize) -> Place {
        self.pass(data.get(..pos).unwrap_or(data), at);
        let byte = at + pos as u64;
        Place {
            byte,
            line: self.breaks + 1,
            column: byte.saturating_sub(self.line_start) + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_the_same_however_the_text_came() {
        let text = b"ab\ncd\n\nefgh";
        for cut in 0..text.len() {
            let mut lines = Lines::default();
            lines.pass(&text[..cut], 0);
            let place = lines.place(&text[cut..], cut as u64, text.len() - cut);
            assert_eq!(
                place,
                Place {
                    byte: 11,
                    line: 4,
                    column: 5
                }
            );
        }
    }
}
