//! Which lines are on screen. The position is a pixel of the whole list as `f64`: exact for every line, whatever heights a
//! browser allows for elements.

use super::geometry::ROW;

/// Least height of the thumb.
const SHORTEST_THUMB: f64 = 28.0;

/// The scrolled list.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scroll {
    /// Pixels above the first visible one.
    pub top: f64,
    /// Lines in all.
    pub total: u32,
    /// Height of the visible part.
    pub height: f64,
}

impl Scroll {
    /// Greatest [`Scroll::top`].
    pub fn limit(&self) -> f64 {
        (f64::from(self.total) * ROW + ROW / 2.0 - self.height).max(0.0)
    }

    /// Scrolls to a pixel, as far as there is something.
    pub fn to(&mut self, top: f64) {
        self.top = if top.is_finite() {
            top.clamp(0.0, self.limit()).round()
        } else {
            0.0
        };
    }

    /// The line at a pixel of the visible part, whether or not it exists.
    pub fn line_at(&self, y: f64) -> u32 {
        ((self.top + y).max(0.0) / ROW) as u32
    }

    /// Top edge of a line in the visible part.
    pub fn y(&self, line: u32) -> f64 {
        f64::from(line) * ROW - self.top
    }

    /// First line that is visible, and the one after the last.
    pub fn visible(&self) -> (u32, u32) {
        let first = self.line_at(0.0).min(self.total);
        let after = self.line_at(self.height).saturating_add(1).min(self.total);
        (first, after)
    }

    /// Lines that fit whole.
    pub fn page(&self) -> u32 {
        ((self.height / ROW) as u32).max(1)
    }

    /// Scrolls just so far that the line is visible below what is pinned at the top.
    pub fn show(&mut self, line: u32, pinned: f64) {
        let y = f64::from(line) * ROW;
        if y < self.top + pinned {
            self.to(y - pinned);
        } else if y + ROW > self.top + self.height {
            self.to(y + ROW - self.height);
        }
    }

    /// Scrolls a line to the middle, unless it is visible already.
    pub fn reveal(&mut self, line: u32, pinned: f64) {
        let y = f64::from(line) * ROW;
        if y < self.top + pinned || y + ROW > self.top + self.height {
            self.to(y - ((self.height - ROW) / 2.0).max(pinned));
        }
    }

    /// Top and height of the thumb in a track as high as the visible part; `None` when all lines fit.
    pub fn thumb(&self) -> Option<(f64, f64)> {
        let limit = self.limit();
        if limit <= 0.0 {
            return None;
        }
        let thumb = (self.height * self.height / (limit + self.height))
            .clamp(SHORTEST_THUMB.min(self.height), self.height);
        Some((self.top / limit * (self.height - thumb), thumb))
    }

    /// Position for a thumb whose top edge stands at `y`.
    pub fn at_thumb(&self, y: f64) -> f64 {
        match self.thumb() {
            Some((_, thumb)) if self.height > thumb => y / (self.height - thumb) * self.limit(),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn million() -> Scroll {
        Scroll {
            top: 0.0,
            total: 1_000_000,
            height: 720.0,
        }
    }

    #[test]
    fn every_line_of_a_million_can_be_reached() {
        let mut scroll = million();
        scroll.to(f64::INFINITY);
        assert!(scroll.top.abs() < 1e-9);
        scroll.to(1e12);
        assert_eq!(scroll.visible().1, 1_000_000);
        assert!(scroll.y(999_999) + ROW <= 720.0);
        scroll.to(500_000.0 * ROW);
        assert_eq!(scroll.visible().0, 500_000);
        assert!(scroll.y(500_000).abs() < 1e-9);
    }

    #[test]
    fn a_short_list_does_not_scroll() {
        let mut scroll = Scroll {
            total: 3,
            ..million()
        };
        scroll.to(50.0);
        assert!(scroll.top.abs() < 1e-9);
        assert_eq!(scroll.visible(), (0, 3));
        assert_eq!(scroll.thumb(), None);
    }

    #[test]
    fn showing_a_line_scrolls_no_farther_than_needed() {
        let mut scroll = million();
        scroll.show(29, 0.0);
        assert!(scroll.top.abs() < 1e-9);
        scroll.show(30, 0.0);
        assert!((scroll.top - ROW).abs() < 1e-9);
        scroll.show(1, 48.0);
        assert!(scroll.top.abs() < 1e-9);
    }

    #[test]
    fn the_thumb_leads_to_where_it_stands() {
        let mut scroll = million();
        scroll.to(scroll.at_thumb(300.0));
        let (top, height) = scroll.thumb().unwrap();
        assert!((top - 300.0).abs() < 0.01);
        assert!((height - 28.0).abs() < 1e-9);
    }
}
