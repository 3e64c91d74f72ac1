//! The treemap, drawn.

use super::NONE;
use super::motion::{Moment, Motion, Place};
use crate::scene::drawn::{Drawn, Mark, Shape, ink};
use crate::scene::treemap::{HEADER, LABEL, SHORT_LABEL};
use crate::ui::canvas::{Anchor, Font, Ink, Pen, Stroke, is_light};

/// Draws all marks; of the chosen node and of the mark below the pointer the outline.
pub fn paint(
    pen: &mut Pen<'_>,
    size: (f64, f64),
    drawn: &Drawn,
    (selected, hover): (u32, Option<usize>),
) {
    ground(pen, size);
    marks(pen, size, drawn, &|place| place);
    if let Some(mark) = hover.and_then(|hover| drawn.marks.get(hover)) {
        frame(pen, mark.place.map(f64::from), Ink::LineControl, 1.0);
    }
    // What stands for several has no node either.
    let is_selected = |mark: &&Mark| selected != NONE && mark.node == selected;
    for mark in drawn.marks.iter().filter(is_selected) {
        frame(pen, mark.place.map(f64::from), Ink::Ink1, 2.0);
    }
}

/// Draws two pictures of which one grows out of the other, or shrinks into it.
pub fn moving(
    pen: &mut Pen<'_>,
    size: (f64, f64),
    (motion, moment): (&Motion, &Moment),
    drawn: &Drawn,
) {
    ground(pen, size);
    let (outer, inner, seen) = if motion.inward {
        (&*motion.from, drawn, moment.done)
    } else {
        (drawn, &*motion.from, 1.0 - moment.done)
    };
    marks(pen, size, outer, &|place| moment.outer(place));
    pen.set_opacity(seen);
    marks(pen, size, inner, &|place| moment.inner(place, size));
    pen.set_opacity(1.0);
}

fn ground(pen: &mut Pen<'_>, (width, height): (f64, f64)) {
    pen.fill([0.0, 0.0, width, height], pen.ink(Ink::Bg0));
}

/// A mark and where it is drawn.
type Placed<'d> = (&'d Mark, Place);

/// Groups below cells, and cells in one colour after the other: a canvas takes longer to be told a colour than to fill.
fn marks(
    pen: &mut Pen<'_>,
    (width, height): (f64, f64),
    drawn: &Drawn,
    to: &dyn Fn(Place) -> Place,
) {
    let mut seen: Vec<Placed<'_>> = Vec::new();
    for mark in &drawn.marks {
        let place = to(mark.place.map(f64::from));
        let is_seen = place[0] < width
            && place[1] < height
            && place[0] + place[2] > 0.0
            && place[1] + place[3] > 0.0;
        match mark.shape {
            _ if !is_seen => {}
            Shape::Group => group(pen, mark, place),
            Shape::Frame => frame(pen, place, Ink::Line2, 1.0),
            Shape::Cell | Shape::Rest => seen.push((mark, place)),
        }
    }
    cells(pen, &seen);
    let crossed = drawn
        .crossed_mark
        .and_then(|at| drawn.marks.get(at as usize));
    if let Some(mark) = crossed {
        let [left, top, width, height] = to(mark.place.map(f64::from));
        frame(pen, [left, top, width, height], Ink::Ink1, 2.0);
        let inner = [left + 2.0, top + 2.0, width - 4.0, height - 4.0];
        frame(pen, inner, Ink::Error, 2.0);
    }
}

fn group(pen: &mut Pen<'_>, mark: &Mark, place: Place) {
    let [left, top, width, _] = place;
    pen.fill([left, top, width, HEADER], pen.ink(Ink::Bg1));
    frame(pen, place, Ink::Line2, 1.0);
    let mut from = left + 8.0;
    if mark.ink != ink::NEUTRAL {
        pen.fill([from, top + 7.0, 8.0, 8.0], pen.full(mark.ink));
        from += 13.0;
    }
    let room = left + width - 8.0 - from;
    let colour = pen.ink(Ink::Ink1);
    let at = (from, top + 15.0);
    let used = text(pen, Font::Parent, colour, &mark.label, at, room);
    let after = (from + used + 6.0, top + 15.0);
    let colour = pen.ink(Ink::Ink2);
    amount(pen, colour, &mark.value, after, room - used - 6.0);
}

fn cells(pen: &mut Pen<'_>, cells: &[Placed<'_>]) {
    for (_, place) in cells {
        pen.fill(*place, pen.ink(Ink::Bg1));
    }
    for ink in 0..ink::COUNT {
        let of_ink = || cells.iter().filter(|(mark, _)| mark.ink == ink);
        for (_, place) in of_ink() {
            pen.fill(*place, pen.soft(ink));
        }
        for (mark, [left, top, width, height]) in of_ink() {
            if *width > 20.0 && mark.shape == Shape::Cell {
                pen.fill([*left, *top, 3.0, *height], pen.full(ink));
            }
        }
    }
    for (mark, [left, top, width, height]) in cells {
        if mark.cached > 0 && *width > 12.0 && *height > 12.0 {
            let share = f64::from(mark.cached) / 100.0;
            let foot = [left + 3.0, top + height - 3.0, (width - 3.0) * share, 3.0];
            pen.fill(foot, pen.ink(Ink::Ink3));
        }
    }
    for (mark, place) in cells {
        if pen.is_forced() || mark.shape == Shape::Rest {
            frame(pen, *place, Ink::Line2, 1.0);
        }
    }
    for (mark, [left, top, width, height]) in cells {
        if *width >= SHORT_LABEL.0 && *height >= SHORT_LABEL.1 {
            let (colour, at) = (lettering(pen, mark), (left + 9.0, top + 15.0));
            text(pen, Font::Parent, colour, &mark.label, at, width - 14.0);
        }
    }
    for (mark, [left, top, width, height]) in cells {
        if *width >= LABEL.0 && *height >= LABEL.1 {
            let (colour, at) = (lettering(pen, mark), (left + 9.0, top + 30.0));
            amount(pen, colour, &mark.value, at, width - 14.0);
        }
    }
}

/// The colour of what is written on a cell.
fn lettering<'p>(pen: &Pen<'p>, mark: &Mark) -> &'p str {
    let is_as_the_ground = is_light(pen.full(mark.ink)) == is_light(pen.ink(Ink::Bg0));
    if mark.ink < ink::HEAT || is_as_the_ground {
        pen.ink(Ink::Ink1)
    } else {
        pen.ink(Ink::Bg0)
    }
}

/// Writes a name, or as much of it as says something; gives the width of that.
fn text(pen: &mut Pen<'_>, font: Font, colour: &str, text: &str, at: (f64, f64), room: f64) -> f64 {
    const LEAST: usize = 4;
    let (fitting, width) = pen.fit(font, text, room);
    if fitting.len() < text.len() && fitting.chars().count() < LEAST {
        return 0.0;
    }
    pen.text(font, colour, Anchor::Start, at, &fitting);
    width
}

/// Writes an amount if all of it has room: a part of one would be another.
fn amount(pen: &mut Pen<'_>, colour: &str, text: &str, at: (f64, f64), room: f64) {
    if pen.width(Font::Body, text) <= room {
        pen.text(Font::Body, colour, Anchor::Start, at, text);
    }
}

fn frame(pen: &mut Pen<'_>, place: Place, ink: Ink, thick: f64) {
    let stroke = Stroke::solid(pen.ink(ink), thick);
    pen.frame(place, stroke);
}
