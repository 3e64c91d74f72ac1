//! The treemap on its canvas.

use crate::scene::drawn::{Drawn, Mark, Shape, ink};
use crate::scene::treemap::{HEADER, LABEL, SHORT_LABEL};
use crate::ui::canvas::{Font, Ink, Measure, Palette, Shades, Surface, is_light};
use web_sys::CanvasRenderingContext2d;

/// What painting needs.
struct Brush<'p> {
    context: &'p CanvasRenderingContext2d,
    palette: &'p Palette,
    shades: &'p Shades,
    measure: &'p mut Measure,
}

/// Paints all marks; of the chosen node and of the mark below the pointer the outline.
pub fn paint(
    surface: &Surface,
    palette: &Palette,
    shades: &Shades,
    measure: &mut Measure,
    drawn: &Drawn,
    (selected, hover): (u32, Option<usize>),
) {
    let context = surface.context();
    context.set_fill_style_str(palette.css(Ink::Bg0));
    context.fill_rect(0.0, 0.0, surface.width(), surface.height());
    let mut brush = Brush {
        context,
        palette,
        shades,
        measure,
    };
    context.set_text_baseline("alphabetic");
    for mark in &drawn.marks {
        match mark.shape {
            Shape::Group => brush.group(mark),
            Shape::Frame => brush.frame(mark, Ink::Line2, 1.0),
            Shape::Cell | Shape::Rest => brush.cell(mark),
        }
    }
    if let Some(mark) = hover.and_then(|hover| drawn.marks.get(hover)) {
        brush.frame(mark, Ink::LineControl, 1.0);
    }
    for mark in drawn.marks.iter().filter(|mark| mark.node == selected) {
        brush.frame(mark, Ink::Ink1, 2.0);
    }
}

impl Brush<'_> {
    fn group(&mut self, mark: &Mark) {
        let [left, top, width, _] = mark.place.map(f64::from);
        self.context.set_fill_style_str(self.palette.css(Ink::Bg1));
        self.context.fill_rect(left, top, width, HEADER);
        self.frame(mark, Ink::Line2, 1.0);
        let mut from = left + 8.0;
        if mark.ink != ink::NEUTRAL {
            self.context.set_fill_style_str(self.full(mark));
            self.context.fill_rect(from, top + 7.0, 8.0, 8.0);
            from += 13.0;
        }
        let room = left + width - 8.0 - from;
        let used = self.text(
            Font::Parent,
            Ink::Ink1,
            &mark.label,
            (from, top + 15.0),
            room,
        );
        let after = from + used + 6.0;
        self.amount(
            Ink::Ink2,
            &mark.value,
            (after, top + 15.0),
            room - used - 6.0,
        );
    }

    fn cell(&mut self, mark: &Mark) {
        let [left, top, width, height] = mark.place.map(f64::from);
        self.context.set_fill_style_str(self.palette.css(Ink::Bg1));
        self.context.fill_rect(left, top, width, height);
        self.context.set_fill_style_str(self.shades.soft(mark.ink));
        self.context.fill_rect(left, top, width, height);
        if width > 9.0 {
            self.context.set_fill_style_str(self.full(mark));
            self.context.fill_rect(left, top, 3.0, height);
        }
        if mark.cached > 0 && width > 12.0 && height > 12.0 {
            self.context.set_fill_style_str(self.palette.css(Ink::Ink3));
            let share = f64::from(mark.cached) / 100.0;
            self.context
                .fill_rect(left + 3.0, top + height - 3.0, (width - 3.0) * share, 3.0);
        }
        if self.palette.forced || mark.shape == Shape::Rest {
            self.frame(mark, Ink::Line2, 1.0);
        }
        if width < SHORT_LABEL.0 || height < SHORT_LABEL.1 {
            return;
        }
        let is_as_the_ground = || is_light(self.full(mark)) == is_light(self.palette.css(Ink::Bg0));
        let ink = if mark.ink < ink::HEAT || is_as_the_ground() {
            Ink::Ink1
        } else {
            Ink::Bg0
        };
        let room = width - 14.0;
        self.text(
            Font::Parent,
            ink,
            &mark.label,
            (left + 9.0, top + 15.0),
            room,
        );
        if width >= LABEL.0 && height >= LABEL.1 {
            self.amount(ink, &mark.value, (left + 9.0, top + 30.0), room);
        }
    }

    /// Writes a name, or as much of it as says something; gives the width of that.
    fn text(&mut self, font: Font, ink: Ink, text: &str, at: (f64, f64), room: f64) -> f64 {
        const LEAST: usize = 4;
        let (fitting, width) = self.measure.fit(self.context, font, text, room);
        if fitting.len() < text.len() && fitting.chars().count() < LEAST {
            return 0.0;
        }
        self.write(font, ink, &fitting, at);
        width
    }

    /// Writes an amount if all of it has room: a part of one would be another.
    fn amount(&mut self, ink: Ink, text: &str, at: (f64, f64), room: f64) {
        if self.measure.width(self.context, Font::Body, text) <= room {
            self.write(Font::Body, ink, text, at);
        }
    }

    fn write(&self, font: Font, ink: Ink, text: &str, at: (f64, f64)) {
        self.context.set_font(self.measure.css(font));
        self.context.set_fill_style_str(self.palette.css(ink));
        let _ = self.context.fill_text(text, at.0, at.1);
    }

    fn frame(&self, mark: &Mark, ink: Ink, thick: f64) {
        let [left, top, width, height] = mark.place.map(f64::from);
        self.context.set_stroke_style_str(self.palette.css(ink));
        self.context.set_line_width(thick);
        let half = thick / 2.0;
        self.context.stroke_rect(
            left + half,
            top + half,
            (width - thick).max(0.0),
            (height - thick).max(0.0),
        );
    }

    fn full(&self, mark: &Mark) -> &str {
        self.shades.full(mark.ink)
    }
}
