//! What is not a row: ruler, grid, header, pointer line, measured range, thumb.

use super::Painter;
use crate::scene::axis::{self, AxisTime};
use crate::scene::format;
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
        for tick in &ticks.ticks {
            let x = self.surface.snap(self.frame.axis.x(tick.at));
            if x < left || x >= right {
                continue;
            }
            self.body.rect(Ink::Line2, x, HEADER - 6.0, 1.0, 6.0);
            let text = tick.label.as_str();
            let room = self.measure.width(self.context, Font::Small, text) + 5.0;
            if x + room <= right {
                self.body
                    .text(Font::Small, Ink::Ink3, Anchor::Start, (x + 5.0, 15.0), text);
            }
        }
        self.flush();
    }

    /// The line under the pointer with its time, and the measured range.
    pub(super) fn pointer(&mut self) {
        let height = self.surface.height();
        let (left, right) = self.area();
        if let Some((start, end)) = self.frame.range {
            let from = self.frame.axis.x(start).clamp(left, right);
            let to = self.frame.axis.x(end).clamp(left, right);
            self.ground
                .rect(Ink::Veil, left, HEADER, from - left, height - HEADER);
            self.ground
                .rect(Ink::Veil, to, HEADER, right - to, height - HEADER);
            for x in [from, to] {
                self.body
                    .rect(Ink::Ink1, self.surface.snap(x), 0.0, 1.0, height);
            }
            self.chip(
                f64::midpoint(from, to),
                &format::duration(end.saturating_sub(start)),
                (left, right),
                true,
            );
        } else if let Some(x) = self.frame.pointer.filter(|x| *x >= left && *x <= right) {
            self.ground.rect(
                Ink::Ink3,
                self.surface.snap(x),
                HEADER,
                1.0,
                height - HEADER,
            );
            let time = self.frame.axis.time(x);
            let text = fine(time, self.frame.axis.scale.ns_per_px());
            self.chip(x, &text, (left, right), false);
        }
        self.flush();
    }

    /// A text in the ruler, its middle at `x`.
    fn chip(&mut self, x: f64, text: &str, (left, right): (f64, f64), strong: bool) {
        let width = self.measure.width(self.context, Font::Small, text) + 12.0;
        let start = (x - width / 2.0).clamp(left, (right - width).max(left));
        let (ground, ink) = if strong {
            (Ink::Ink1, Ink::Bg0)
        } else {
            (Ink::Bg3, Ink::Ink1)
        };
        self.ground.rect(ground, start, 3.0, width, 17.0);
        self.body
            .text(Font::Small, ink, Anchor::Start, (start + 6.0, 15.0), text);
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
