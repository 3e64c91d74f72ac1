//! One way to draw for every view, on a canvas or into an SVG text: the same painter makes what is seen and what is saved.
//!
//! Lengths are CSS pixels; colours are CSS texts, mostly those of [`Pen::ink`], [`Pen::full`] and [`Pen::soft`].

use super::{Font, Ink, Measure, Palette, Shades, Surface};
use crate::scene::svg::{Anchor, Lettering, Step, Stroke, Svg, hatching, rounded};
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d;

/// Between two lines of a hatched area.
const HATCHING: f64 = 6.0;

/// Colours and widths of letters of the present theme, kept from one picture to the next.
#[derive(Debug, Default)]
pub struct Look {
    palette: Palette,
    shades: Shades,
    measure: Measure,
}

impl Look {
    /// Reads colours and fonts again with the next picture: call it when the theme changes.
    pub fn forget(&mut self) {
        self.palette = Palette::default();
    }

    fn read(&mut self) {
        if self.palette == Palette::default() {
            self.palette = Palette::read();
            self.shades = Shades::read();
        }
        self.measure.set_family(&self.palette.family);
    }

    /// Draws on a canvas whose [`Surface::begin`] was called.
    pub fn on_canvas<'p>(&'p mut self, surface: &'p Surface) -> Pen<'p> {
        self.read();
        surface.context().set_text_baseline("alphabetic");
        self.pen(surface, None)
    }

    /// An empty picture of a size with a title, to draw into.
    pub fn svg(&mut self, (width, height): (f64, f64), title: &str) -> Svg {
        self.read();
        Svg::new(width, height, &self.palette.family, title)
    }

    /// Draws into a picture. The canvas only measures texts.
    pub fn into_svg<'p>(&'p mut self, surface: &'p Surface, svg: &'p mut Svg) -> Pen<'p> {
        self.read();
        self.pen(surface, Some(svg))
    }

    fn pen<'p>(&'p mut self, surface: &'p Surface, svg: Option<&'p mut Svg>) -> Pen<'p> {
        Pen {
            context: surface.context(),
            svg,
            palette: &self.palette,
            shades: &self.shades,
            measure: &mut self.measure,
            filling: String::new(),
            lettering: None,
        }
    }
}

/// What draws.
#[derive(Debug)]
pub struct Pen<'p> {
    context: &'p CanvasRenderingContext2d,
    /// The picture, when it is none on the canvas.
    svg: Option<&'p mut Svg>,
    palette: &'p Palette,
    shades: &'p Shades,
    measure: &'p mut Measure,
    /// The colour that the canvas fills with, so that it is told another one only.
    filling: String,
    /// The font and the anchor that the canvas writes with, and how often it had measured when it was told so.
    lettering: Option<(Font, Anchor, u32)>,
}

impl<'p> Pen<'p> {
    /// A colour of the style sheet.
    pub fn ink(&self, ink: Ink) -> &'p str {
        self.palette.css(ink)
    }

    /// A colour of [`crate::scene::drawn::ink`] in full.
    pub fn full(&self, number: u8) -> &'p str {
        self.shades.full(number)
    }

    /// A colour of [`crate::scene::drawn::ink`] as an area that text stands on.
    pub fn soft(&self, number: u8) -> &'p str {
        self.shades.soft(number)
    }

    /// The same pen for a while, in other hands.
    pub fn lent(&mut self) -> Pen<'_> {
        self.forget();
        Pen {
            context: self.context,
            svg: self.svg.as_deref_mut(),
            palette: self.palette,
            shades: self.shades,
            measure: self.measure,
            filling: String::new(),
            lettering: None,
        }
    }

    /// The fonts of the page, as in CSS.
    pub fn family(&self) -> &'p str {
        &self.palette.family
    }

    /// The system forces its own few colours: areas need an outline.
    pub fn is_forced(&self) -> bool {
        self.palette.forced
    }

    /// The width of a text.
    pub fn width(&mut self, font: Font, text: &str) -> f64 {
        self.measure.width(self.context, font, text)
    }

    /// The text, or as much of it as fits before an ellipsis, with its width; empty when not even that has room.
    pub fn fit(&mut self, font: Font, text: &str, room: f64) -> (String, f64) {
        self.measure.fit(self.context, font, text, room)
    }

    /// How much of everything that follows is seen, from 0 to 1.
    pub fn set_opacity(&mut self, opacity: f64) {
        match &mut self.svg {
            Some(svg) => svg.set_opacity(opacity),
            None => self.context.set_global_alpha(opacity),
        }
    }

    /// A filled rectangle: left, top, width, height.
    pub fn fill(&mut self, place: [f64; 4], colour: &str) {
        if let Some(svg) = &mut self.svg {
            svg.fill(place, colour);
            return;
        }
        self.fill_with(colour);
        let [left, top, width, height] = place;
        self.context.fill_rect(left, top, width, height);
    }

    /// The outline of a rectangle, drawn inside it.
    pub fn frame(&mut self, place: [f64; 4], stroke: Stroke<'_>) {
        let [left, top, width, height] = place;
        let (thick, half) = (stroke.thick, stroke.thick / 2.0);
        let inner = [
            left + half,
            top + half,
            (width - thick).max(0.0),
            (height - thick).max(0.0),
        ];
        if let Some(svg) = &mut self.svg {
            svg.outline(inner, stroke);
            return;
        }
        self.strokes(stroke, || {
            let [left, top, width, height] = inner;
            self.context.stroke_rect(left, top, width, height);
        });
    }

    /// A rectangle with round corners, filled, outlined, or both.
    pub fn rounded(
        &mut self,
        place: [f64; 4],
        radius: f64,
        fill: Option<&str>,
        stroke: Option<Stroke<'_>>,
    ) {
        self.path(&rounded(place, radius), fill, stroke);
    }

    /// Slanted lines all over a rectangle.
    pub fn hatch(&mut self, place: [f64; 4], colour: &str) {
        let lines = hatching(place, HATCHING);
        self.path(&lines, None, Some(Stroke::solid(colour, 1.0)));
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Stroke<'_>) {
        let steps = [Step::Move(from.0, from.1), Step::Line(to.0, to.1)];
        self.path(&steps, None, Some(stroke));
    }

    /// A path, filled, drawn as a line, or both.
    pub fn path(&mut self, steps: &[Step], fill: Option<&str>, stroke: Option<Stroke<'_>>) {
        if let Some(svg) = &mut self.svg {
            svg.path(steps, fill, stroke);
            return;
        }
        let context = self.context;
        context.begin_path();
        for step in steps {
            match *step {
                Step::Move(x, y) => context.move_to(x, y),
                Step::Line(x, y) => context.line_to(x, y),
                Step::Cubic(a, b, end) => {
                    context.bezier_curve_to(a.0, a.1, b.0, b.1, end.0, end.1);
                }
                Step::Close => context.close_path(),
            }
        }
        self.draw(fill, stroke);
    }

    /// A circle, filled, outlined, or both.
    pub fn circle(
        &mut self,
        centre: (f64, f64),
        radius: f64,
        fill: Option<&str>,
        stroke: Option<Stroke<'_>>,
    ) {
        if let Some(svg) = &mut self.svg {
            svg.circle(centre, radius, fill, stroke);
            return;
        }
        self.context.begin_path();
        // Refused only for a radius below 0.
        let _ = self.context.arc(
            centre.0,
            centre.1,
            radius.max(0.0),
            0.0,
            std::f64::consts::TAU,
        );
        self.draw(fill, stroke);
    }

    /// A line of text; `at` is the point of its baseline that `anchor` names.
    pub fn text(&mut self, font: Font, colour: &str, anchor: Anchor, at: (f64, f64), text: &str) {
        self.write(font, colour, anchor, at, text, false);
    }

    /// A line of text with a line through it.
    pub fn struck(&mut self, font: Font, colour: &str, anchor: Anchor, at: (f64, f64), text: &str) {
        self.write(font, colour, anchor, at, text, true);
    }

    fn write(
        &mut self,
        font: Font,
        colour: &str,
        anchor: Anchor,
        at: (f64, f64),
        text: &str,
        struck: bool,
    ) {
        let drawn = if self.svg.is_some() || struck {
            self.width(font, text)
        } else {
            0.0
        };
        if let Some(svg) = &mut self.svg {
            let (weight, size) = font.weight_and_size();
            let lettering = Lettering {
                size,
                weight,
                colour,
                anchor,
                struck,
                width: drawn,
            };
            svg.text(text, at, &lettering);
            return;
        }
        self.fill_with(colour);
        let context = self.context;
        // Measuring tells the canvas another font.
        let lettering = Some((font, anchor, self.measure.measured()));
        if self.lettering != lettering {
            self.lettering = lettering;
            context.set_font(self.measure.css(font));
            context.set_text_align(match anchor {
                Anchor::Start => "left",
                Anchor::Middle => "center",
                Anchor::End => "right",
            });
        }
        let _ = context.fill_text(text, at.0, at.1);
        if struck {
            let left = match anchor {
                Anchor::Start => at.0,
                Anchor::Middle => at.0 - drawn / 2.0,
                Anchor::End => at.0 - drawn,
            };
            context.fill_rect(left, at.1 - 4.5, drawn, 1.0);
        }
    }

    /// Draws with nothing seen outside of a rectangle.
    pub fn clipped(&mut self, place: [f64; 4], draw: impl FnOnce(&mut Self)) {
        if let Some(svg) = &mut self.svg {
            svg.begin_clip(place);
        } else {
            let [left, top, width, height] = place;
            self.context.save();
            self.context.begin_path();
            self.context.rect(left, top, width, height);
            self.context.clip();
        }
        draw(self);
        self.end();
    }

    /// Draws larger by a factor, moved by a distance afterwards: how a view is panned and zoomed.
    pub fn moved(&mut self, by: (f64, f64), factor: f64, draw: impl FnOnce(&mut Self)) {
        if let Some(svg) = &mut self.svg {
            svg.begin_move(by, factor);
        } else {
            self.context.save();
            // Refused for no number.
            let _ = self.context.translate(by.0, by.1);
            let _ = self.context.scale(factor, factor);
        }
        draw(self);
        self.end();
    }

    fn end(&mut self) {
        if let Some(svg) = &mut self.svg {
            svg.end();
        } else {
            self.context.restore();
            self.forget();
        }
    }

    /// The canvas may draw in another colour or font than it was told.
    fn forget(&mut self) {
        self.filling.clear();
        self.lettering = None;
    }

    fn fill_with(&mut self, colour: &str) {
        if self.filling != colour {
            self.context.set_fill_style_str(colour);
            colour.clone_into(&mut self.filling);
        }
    }

    /// Fills and strokes the path of the canvas.
    fn draw(&mut self, fill: Option<&str>, stroke: Option<Stroke<'_>>) {
        if let Some(colour) = fill {
            self.fill_with(colour);
            self.context.fill();
        }
        let Some(stroke) = stroke else {
            return;
        };
        self.strokes(stroke, || self.context.stroke());
    }

    fn strokes(&self, stroke: Stroke<'_>, draw: impl FnOnce()) {
        let context = self.context;
        context.set_stroke_style_str(stroke.colour);
        context.set_line_width(stroke.thick);
        if stroke.dash > 0.0 {
            let _ = context.set_line_dash(&Array::of1(&JsValue::from_f64(stroke.dash)));
        }
        draw();
        if stroke.dash > 0.0 {
            let _ = context.set_line_dash(&Array::new());
        }
    }
}
