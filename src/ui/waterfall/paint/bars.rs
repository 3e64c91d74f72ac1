//! The right side: one bar per row with its marks and label (design section 7).

use super::Painter;
use super::glyphs::{Glyph, Outline};
use super::tree::{BASELINE, marked};
use crate::model::{SpanFlags, StatusCode};
use crate::scene::waterfall::{Crossed, Line};
use crate::ui::canvas::{Anchor, Font, Ink};
use crate::ui::waterfall::geometry::{Place, ROW, THINNEST, label_left, place};
use crate::ui::waterfall::sheet::{Sheet, duration, member};

/// Top and height of a leaf's bar.
const LEAF: (f64, f64) = (5.0, 14.0);
/// Top and height of a container's bar.
const CONTAINER: (f64, f64) = (9.0, 6.0);
/// Top and height of a container's self time.
const SELF: (f64, f64) = (6.0, 12.0);
/// Events closer than this merge.
const EVENT_ROOM: f64 = 8.0 / 3.0;
/// More bars than this are drawn without outlines.
const MANY: u32 = 10_000;

/// The visible part of a bar.
#[derive(Clone, Copy)]
struct Shown {
    left: f64,
    right: f64,
    starts: bool,
    ends: bool,
}

/// The colour of a line.
fn ink(sheet: &Sheet, line: &Line) -> Ink {
    let by = sheet.scene.colour;
    marked(line, Ink::member(by, member(line, by)))
}

impl Painter<'_> {
    /// Left and right edge of the area for bars.
    pub(super) fn area(&self) -> (f64, f64) {
        (self.frame.columns.tree() + 1.0, self.surface.width())
    }

    pub(super) fn bar(&mut self, sheet: &Sheet, line: &Line, y: f64) {
        let area = self.area();
        let shown = match place(&self.frame.axis, (line.start, line.end), area) {
            Place::Before => return self.outside(sheet, line, y, false),
            Place::After => return self.outside(sheet, line, y, true),
            Place::Inside {
                left,
                right,
                starts,
                ends,
            } => Shown {
                left,
                right,
                starts,
                ends,
            },
        };
        self.fill(sheet, line, y, shown);
        if self.palette.forced {
            let width = (shown.right - shown.left).max(THINNEST);
            self.over
                .frame(Ink::Ink1, [shown.left, y + LEAF.0, width, LEAF.1], 1.0);
        }
        self.marks(sheet, line, y, shown);
        self.label(sheet, line, y, shown);
    }

    /// A triangle at the edge and the start time.
    fn outside(&mut self, sheet: &Sheet, line: &Line, y: f64, after: bool) {
        let (left, right) = self.area();
        let middle = y + ROW / 2.0;
        let start = sheet.texts(line).start.as_str();
        if after {
            self.glyphs
                .push(Ink::Ink3, Glyph::TriangleRight(right - 14.0, middle));
            self.body.text(
                Font::Small,
                Ink::Ink3,
                Anchor::End,
                (right - 24.0, y + BASELINE),
                start,
            );
        } else {
            self.glyphs
                .push(Ink::Ink3, Glyph::TriangleLeft(left + 10.0, middle));
            self.body.text(
                Font::Small,
                Ink::Ink3,
                Anchor::Start,
                (left + 20.0, y + BASELINE),
                start,
            );
        }
    }

    fn fill(&mut self, sheet: &Sheet, line: &Line, y: f64, shown: Shown) {
        let Shown {
            left,
            right,
            starts,
            ends,
        } = shown;
        let full = ink(sheet, line);
        let width = right - left;
        if line.flags.contains(SpanFlags::PLACEHOLDER) {
            self.glyphs.outline(Outline {
                ink: Ink::LineControl,
                place: [
                    left + 0.5,
                    y + LEAF.0 + 0.5,
                    (width - 1.0).max(1.0),
                    LEAF.1 - 1.0,
                ],
                thick: 1.0,
                radius: 1.0,
                dashed: true,
            });
            return;
        }
        let running = line.flags.contains(SpanFlags::RUNNING) && ends;
        if line.children == 0 {
            if running {
                self.glyphs.fade(full, [left, y + LEAF.0, width, LEAF.1]);
            } else {
                self.body.rect(full, left, y + LEAF.0, width, LEAF.1);
            }
            return;
        }
        let faint = full.faint();
        if running {
            self.glyphs
                .fade(faint, [left, y + CONTAINER.0, width, CONTAINER.1]);
        } else {
            self.body
                .rect(faint, left, y + CONTAINER.0, width, CONTAINER.1);
        }
        for part in &line.self_parts {
            if running && part.1 >= line.end {
                let left = self.frame.axis.x(part.0).max(left);
                self.glyphs
                    .fade(full, [left, y + SELF.0, (right - left).max(1.0), SELF.1]);
            } else {
                self.part(full, *part, (y + SELF.0, SELF.1), shown);
            }
        }
        if starts {
            self.over.rect(full, left, y + LEAF.0, THINNEST, LEAF.1);
        }
        if ends && !running {
            self.over
                .rect(full, right - THINNEST, y + LEAF.0, THINNEST, LEAF.1);
        }
    }

    /// A part of a bar at full height, at least a pixel wide.
    fn part(
        &mut self,
        ink: Ink,
        (start, end): (i64, i64),
        (top, height): (f64, f64),
        shown: Shown,
    ) {
        let left = self.frame.axis.x(start).max(shown.left);
        let right = self.frame.axis.x(end).min(shown.right).max(left + 1.0);
        if left < shown.right && right > shown.left {
            self.body
                .rect(ink, left, top, right.min(shown.right) - left, height);
        }
    }

    fn marks(&mut self, sheet: &Sheet, line: &Line, y: f64, shown: Shown) {
        let Shown {
            left,
            right,
            starts,
            ..
        } = shown;
        let width = right - left;
        let middle = y + ROW / 2.0;
        let plain = self.frame.scroll.total > MANY && line.status != StatusCode::Error;
        if line.start == line.end && !line.flags.contains(SpanFlags::RUNNING) && !plain {
            // An instant: a pin, not a bar.
            self.glyphs.push(
                ink(sheet, line),
                Glyph::Dot(left + width / 2.0, y + LEAF.0 + 1.0),
            );
        }
        if starts && line.flags.contains(SpanFlags::BEFORE_PARENT) {
            self.over.rect(Ink::Warn, left, y + 2.0, 1.5, 20.0);
            self.glyphs
                .push(Ink::Warn, Glyph::TriangleLeft(left - 6.0, middle));
        }
        if line.flags.contains(SpanFlags::NO_START)
            || line.flags.contains(SpanFlags::ENDS_BEFORE_START)
        {
            self.glyphs.outline(Outline {
                ink: Ink::Warn,
                place: [left - 2.5, y + 2.5, width + 5.0, 19.0],
                thick: 1.0,
                radius: 2.0,
                dashed: true,
            });
        }
        if line.status == StatusCode::Error {
            self.glyphs.outline(Outline {
                ink: Ink::Error,
                place: [left - 1.0, y + LEAF.0 - 1.0, width + 2.0, LEAF.1 + 2.0],
                thick: 2.0,
                radius: 1.0,
                dashed: false,
            });
        }
        if line.crossed == Crossed::Here && shown.ends {
            self.glyphs
                .push(Ink::Error, Glyph::Flag(right, y + 1.0, ROW - 2.0));
        }
        if self.frame.selected == Some(line.row) {
            self.glyphs.outline(Outline {
                ink: Ink::Ink1,
                place: [left - 3.25, y + 1.75, width + 6.5, 20.5],
                thick: 1.5,
                radius: 3.0,
                dashed: false,
            });
        }
        for part in &line.critical {
            // Between two calls of a container the path passes through it for a moment: below half a pixel that is noise.
            let length = part.1.saturating_sub(part.0) as f64;
            if length * 2.0 >= self.frame.axis.scale.ns_per_px() || line.children == 0 {
                self.part(Ink::Ink1, *part, (y + 21.5, 1.5), shown);
            }
        }
        self.events(line, y);
    }

    /// Diamonds on the bar's top edge; those within a third of a diamond merge, so that at most three stand in one's room.
    fn events(&mut self, line: &Line, y: f64) {
        let (from, to) = self.area();
        let ink = if line.flags.contains(SpanFlags::EXCEPTION) || line.status == StatusCode::Error {
            Ink::Error
        } else {
            Ink::Ink1
        };
        let mut last = f64::NEG_INFINITY;
        for event in &line.events {
            let x = self.frame.axis.x(*event);
            if x >= from && x <= to && x - last >= EVENT_ROOM {
                last = x;
                self.glyphs.push(ink, Glyph::Diamond(x, y + LEAF.0));
            }
        }
    }

    fn label(&mut self, sheet: &Sheet, line: &Line, y: f64, shown: Shown) {
        let text = sheet.texts(line).label.as_str();
        if text.is_empty() {
            return;
        }
        let (left, right) = self.area();
        let width = self.measure.width(self.context, Font::Small, text);
        // Room for what stands out of the bar at either side.
        let outline = if self.frame.selected == Some(line.row) {
            2.0
        } else {
            0.0
        };
        let mark = if line.flags.contains(SpanFlags::BEFORE_PARENT) {
            8.0
        } else {
            0.0
        };
        let flag = if line.crossed == Crossed::Here {
            10.0
        } else {
            0.0
        };
        let bar = (shown.left - outline - mark, shown.right + outline + flag);
        let Some(x) = label_left(bar, width, (left + 4.0, right - 12.0)) else {
            return;
        };
        let ink = if line.status == StatusCode::Error {
            Ink::Error
        } else if duration(line).is_none() {
            Ink::Ink3
        } else if self.frame.selected == Some(line.row) {
            Ink::Ink1
        } else {
            Ink::Ink2
        };
        self.body
            .text(Font::Small, ink, Anchor::Start, (x, y + BASELINE), text);
    }
}
