//! What is not a row: ruler, grid, header, pointer line, measured range, thumb.

use super::Painter;
use super::glyphs::Glyph;
use crate::scene::axis::{self, AxisTime};
use crate::ui::canvas::{Anchor, Font, Ink};
use crate::ui::waterfall::geometry::{HEADER, PAD};

/// Width of the thumb.
const THUMB: f64 = 6.0;

impl Painter<'_> {
    pub(super) fn ticks(&self) -> axis::Axis {
        let scale = self.frame.axis.scale;
        axis::axis(scale.window(), scale.width(), AxisTime::Offset)
    }

    /// Vertical rules, behind the bars.
    pub(super) fn grid(&mut self, ticks: &axis::Axis) {
        let height = self.surface.height();
        let (left, right) = self.area();
        for tick in &ticks.ticks {
            let x = self.surface.snap(self.frame.axis.x(tick.at));
            if x >= left && x < right {
                self.ground.rect(Ink::Line, x, HEADER, 1.0, height - HEADER);
            }
        }
        self.ground
            .rect(Ink::Line, left - 1.0, HEADER, 1.0, height - HEADER);
    }

    /// Heads of the columns are in the DOM; here is their ground and the ruler.
    pub(super) fn header(&mut self, ticks: &axis::Axis) {
        let (left, right) = self.area();
        let width = self.surface.width();
        self.ground.rect(Ink::Bg1, 0.0, 0.0, width, HEADER);
        self.ground.rect(Ink::Line, 0.0, HEADER - 1.0, width, 1.0);
        // Where labels of ticks would be covered.
        let mut taken = Vec::new();
        if let Some(base) = &ticks.base {
            let room = self.measure.width(self.context, Font::Small, base) + 12.0;
            taken.push((left, left + room));
            self.body.text(
                Font::Small,
                Ink::Ink2,
                Anchor::Start,
                (left + 5.0, 15.0),
                base.as_str(),
            );
        }
        taken.extend(self.pointer_time());
        taken.extend(self.budget());
        for tick in &ticks.ticks {
            let x = self.surface.snap(self.frame.axis.x(tick.at));
            if x < left || x >= right {
                continue;
            }
            self.body.rect(Ink::Line2, x, HEADER - 6.0, 1.0, 6.0);
            let text = tick.label.as_str();
            let end = x + 5.0 + self.measure.width(self.context, Font::Small, text);
            if end <= right && !taken.iter().any(|(from, to)| x < *to && end > *from) {
                self.body
                    .text(Font::Small, Ink::Ink3, Anchor::Start, (x + 5.0, 15.0), text);
            }
        }
        self.flush();
    }

    /// Where the run had cost more than it may: a flag in the ruler and a dashed line over all rows; says which part of the
    /// ruler the flag takes.
    fn budget(&mut self) -> Option<(f64, f64)> {
        let (at, _) = self.frame.sheet?.scene.crossed?;
        let (left, right) = self.area();
        let x = self.surface.snap(self.frame.axis.x(at));
        if x < left || x >= right {
            return None;
        }
        self.glyphs
            .push(Ink::Error, Glyph::Flag(x, 5.0, HEADER - 6.0));
        let mut y = HEADER;
        while y < self.surface.height() {
            self.over.rect(Ink::Error, x, y, 1.0, 4.0);
            y += 8.0;
        }
        Some((x - 4.0, x + 14.0))
    }

    /// The time under the pointer, in the ruler; says which part of the ruler it takes.
    fn pointer_time(&mut self) -> Option<(f64, f64)> {
        let (left, right) = self.area();
        let x = self.frame.pointer.filter(|x| *x >= left && *x <= right)?;
        let text = fine(self.frame.axis.time(x), self.frame.axis.scale.ns_per_px());
        let width = self.measure.width(self.context, Font::Small, &text) + 12.0;
        let start = (x - width / 2.0).clamp(left, (right - width).max(left));
        self.ground.rect(Ink::Bg3, start, 3.0, width, 17.0);
        self.body.text(
            Font::Small,
            Ink::Ink1,
            Anchor::Start,
            (start + 6.0, 15.0),
            text,
        );
        Some((start, start + width))
    }

    /// The line under the pointer, or the measured range.
    pub(super) fn pointer(&mut self) {
        let height = self.surface.height();
        let (left, right) = self.area();
        let body = height - HEADER;
        if let Some((start, end)) = self.frame.range {
            let from = self.frame.axis.x(start).clamp(left, right);
            let to = self.frame.axis.x(end).clamp(left, right);
            self.ground.rect(Ink::Veil, left, HEADER, from - left, body);
            self.ground.rect(Ink::Veil, to, HEADER, right - to, body);
            for x in [from, to] {
                self.body
                    .rect(Ink::Ink1, self.surface.snap(x), 0.0, 1.0, height);
            }
        } else if let Some(x) = self.frame.pointer.filter(|x| *x >= left && *x <= right) {
            self.ground
                .rect(Ink::Ink3, self.surface.snap(x), HEADER, 1.0, body);
        }
        self.flush();
    }

    pub(super) fn thumb(&mut self) {
        if let Some((top, height)) = self.frame.scroll.thumb() {
            let x = self.surface.width() - PAD + (PAD - THUMB) / 2.0;
            self.over.rect(
                Ink::LineControl,
                x,
                HEADER + top + 2.0,
                THUMB,
                (height - 4.0).max(1.0),
            );
        }
    }
}

/// An offset as fine as a pixel: `35.1234 s`, `1m 09.12s`.
fn fine(time: i64, ns_per_px: f64) -> String {
    let sign = if time < 0 { "\u{2212}" } else { "" };
    let ns = time.unsigned_abs();
    let (unit, name) = match ns {
        0..1_000 => return format!("{sign}{ns} ns"),
        1_000..1_000_000 => (1_000_u64, " µs"),
        1_000_000..1_000_000_000 => (1_000_000, " ms"),
        1_000_000_000..60_000_000_000 => (1_000_000_000, " s"),
        _ => (1_000_000_000, "s"),
    };
    let mut decimals = 0;
    let mut step = unit;
    while step >= 10 && step as f64 > ns_per_px.max(1.0) {
        step /= 10;
        decimals += 1;
    }
    let (whole, rest) = (ns / unit, ns % unit / step);
    let minutes = if name == "s" {
        format!("{}m ", whole / 60)
    } else {
        String::new()
    };
    let whole = if minutes.is_empty() {
        whole.to_string()
    } else {
        format!("{:02}", whole % 60)
    };
    match decimals {
        0 => format!("{sign}{minutes}{whole}{name}"),
        _ => format!("{sign}{minutes}{whole}.{rest:0decimals$}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::fine;

    #[test]
    fn a_time_is_as_fine_as_a_pixel() {
        assert_eq!(fine(999, 1e9), "999 ns");
        assert_eq!(fine(1_500, 1.0), "1.500 µs");
        assert_eq!(fine(35_123_456_789, 1e3), "35.123456 s");
        assert_eq!(fine(35_123_456_789, 5e8), "35.1 s");
        assert_eq!(fine(69_120_000_000, 2e7), "1m 09.12s");
        assert_eq!(fine(-2_000_000, 1e6), "\u{2212}2 ms");
        assert_eq!(fine(i64::MIN, 1e18), "\u{2212}153722867m 16s");
    }
}
