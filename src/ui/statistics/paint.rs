//! The flame graph, drawn.

use super::flame::NONE;
use crate::scene::drawn::{Drawn, Mark, Shape};
use crate::ui::canvas::{Anchor, Font, Ink, Pen, Point, Stroke};

/// Narrower frames have no name.
const NAMED: f64 = 30.0;
/// Between a frame and its name.
const BEFORE: f64 = 8.0;
/// Between a name and an amount.
const BETWEEN: f64 = 6.0;
/// Between two frames.
const GAP: f64 = 1.0;

/// Whether a place lies on a mark.
pub fn hold(mark: &Mark, at: Point) -> bool {
    let [left, top, width, height] = mark.place.map(f64::from);
    (left..left + width.max(1.0)).contains(&at.x) && (top..top + height).contains(&at.y)
}

/// Draws all frames; of the chosen one and of that below the pointer the outline.
pub fn paint(
    pen: &mut Pen<'_>,
    (width, height): (f64, f64),
    drawn: &Drawn,
    (selected, hover): (u32, Option<usize>),
) {
    pen.fill([0.0, 0.0, width, height], pen.ink(Ink::Bg0));
    for mark in &drawn.marks {
        frame(pen, mark);
    }
    if let Some(mark) = hover.and_then(|hover| drawn.marks.get(hover)) {
        outline(pen, mark, Ink::LineControl, 1.0);
    }
    let is_selected = |mark: &&Mark| mark.node == selected && selected != NONE;
    for mark in drawn.marks.iter().filter(is_selected) {
        outline(pen, mark, Ink::Ink1, 2.0);
    }
}

/// What is seen of a mark.
fn seen(mark: &Mark) -> [f64; 4] {
    let [left, top, width, height] = mark.place.map(f64::from);
    // The narrowest are seen, too.
    [left, top, (width - GAP).max(0.75), height - GAP]
}

fn frame(pen: &mut Pen<'_>, mark: &Mark) {
    let place = seen(mark);
    let [left, top, width, height] = place;
    if mark.shape == Shape::Rest {
        pen.fill(place, pen.ink(Ink::Bg2));
        if width > 4.0 {
            outline(pen, mark, Ink::Line2, 1.0);
        }
    } else {
        pen.fill(place, pen.ink(Ink::Bg1));
        pen.fill(place, pen.soft(mark.ink));
        let edge = if width > 9.0 { 3.0 } else { width.min(1.5) };
        pen.fill([left, top, edge, height], pen.full(mark.ink));
    }
    if pen.is_forced() {
        outline(pen, mark, Ink::Line2, 1.0);
    }
    if width < NAMED {
        return;
    }
    let (from, foot) = (left + BEFORE, top + 13.5);
    let room = width - BEFORE - 4.0;
    let (name, used) = pen.fit(Font::Body, &mark.label, room);
    // A letter or two say nothing.
    if name.len() < mark.label.len() && name.chars().count() < 4 {
        return;
    }
    pen.text(
        Font::Body,
        pen.ink(Ink::Ink1),
        Anchor::Start,
        (from, foot),
        &name,
    );
    let left_over = room - used - BETWEEN;
    if pen.width(Font::Small, &mark.value) <= left_over {
        let at = (from + used + BETWEEN, foot);
        pen.text(
            Font::Small,
            pen.ink(Ink::Ink2),
            Anchor::Start,
            at,
            &mark.value,
        );
    }
}

fn outline(pen: &mut Pen<'_>, mark: &Mark, ink: Ink, thick: f64) {
    let stroke = Stroke::solid(pen.ink(ink), thick);
    pen.frame(seen(mark), stroke);
}
