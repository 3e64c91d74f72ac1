//! Small shapes, collected and drawn grouped by colour: chevrons, icons, diamonds, triangles, service marks.

use crate::model::order::sort_items;
use crate::ui::canvas::{Ink, Palette};
use crate::ui::icon::Icon;
use std::f64::consts::PI;
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, Path2d};

/// A shape by its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Glyph {
    /// An icon of this side, its top left corner.
    Icon(Icon, f64, f64, f64),
    /// A diamond 8 px wide, its middle.
    Diamond(f64, f64),
    /// A triangle 5 px wide that points left, its tip.
    TriangleLeft(f64, f64),
    /// A triangle 5 px wide that points right, its tip.
    TriangleRight(f64, f64),
    /// The mark of a service: an upright pill 4 px wide and 12 high, its left edge at half height.
    Service(f64, f64),
    /// The mark of an agent: a dot 8 px wide, its left edge at half height.
    Agent(f64, f64),
    /// The mark of a model: a square 8 px wide, its left edge at half height.
    Model(f64, f64),
    /// A flag on a pole: the pole's left edge and top, and how high it is.
    Flag(f64, f64, f64),
    /// The dot of an instant, its middle.
    Dot(f64, f64),
}

/// Shapes of one layer.
#[derive(Debug, Default)]
pub struct Glyphs {
    shapes: Vec<(Ink, Glyph)>,
    /// Outlines: ink, left, top, width, height, thickness, radius, dashed.
    outlines: Vec<Outline>,
    /// Bars with an open end that fades: ink, left, top, width, height.
    fades: Vec<(Ink, [f64; 4])>,
}

/// The outline of a box, drawn over its edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// Colour.
    pub ink: Ink,
    /// Left, top, width, height.
    pub place: [f64; 4],
    /// Thickness.
    pub thick: f64,
    /// Radius of the corners.
    pub radius: f64,
    /// Dashed.
    pub dashed: bool,
}

/// How long the open end of a running span fades.
const FADE: f64 = 12.0;

impl Glyphs {
    /// Adds a shape.
    pub fn push(&mut self, ink: Ink, glyph: Glyph) {
        self.shapes.push((ink, glyph));
    }

    /// Adds an outline.
    pub fn outline(&mut self, outline: Outline) {
        self.outlines.push(outline);
    }

    /// Adds a box whose right end fades.
    pub fn fade(&mut self, ink: Ink, place: [f64; 4]) {
        self.fades.push((ink, place));
    }

    /// Draws the boxes with an open end.
    pub fn flush_fades(&mut self, context: &CanvasRenderingContext2d, palette: &Palette) {
        for (ink, [left, top, width, height]) in self.fades.drain(..) {
            context.set_fill_style_str(palette.css(ink));
            let fade = FADE.min(width);
            context.fill_rect(left, top, width - fade, height);
            let steps = 6;
            for step in 0..steps {
                context.set_global_alpha(1.0 - (f64::from(step) + 0.5) / f64::from(steps));
                let slice = fade / f64::from(steps);
                context.fill_rect(
                    left + width - fade + f64::from(step) * slice,
                    top,
                    slice,
                    height,
                );
            }
            context.set_global_alpha(1.0);
        }
    }

    /// Draws everything else and empties the layer.
    pub fn flush(&mut self, context: &CanvasRenderingContext2d, palette: &Palette) {
        self.flush_fades(context, palette);
        let order = |shape: &(Ink, Glyph)| (shape.0, matches!(shape.1, Glyph::Icon(..)));
        sort_items(&mut self.shapes, |a, b| order(a).cmp(&order(b)));
        let shapes = std::mem::take(&mut self.shapes);
        for group in shapes.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((ink, _)) = group.first() else {
                continue;
            };
            context.set_fill_style_str(palette.css(*ink));
            context.begin_path();
            let icons = group
                .iter()
                .filter(|(_, glyph)| !trace(context, *glyph))
                .count();
            context.fill();
            if icons > 0 {
                context.set_stroke_style_str(palette.css(*ink));
                for (_, glyph) in group {
                    stroke_icon(context, *glyph);
                }
            }
        }
        self.shapes = shapes;
        self.shapes.clear();
        for outline in self.outlines.drain(..) {
            stroke_outline(context, palette, &outline);
        }
    }
}

/// Adds the filled shape to the path; `false` for an icon, which is stroked.
fn trace(context: &CanvasRenderingContext2d, glyph: Glyph) -> bool {
    match glyph {
        Glyph::Icon(..) => return false,
        Glyph::Diamond(x, y) => {
            context.move_to(x, y - 4.0);
            context.line_to(x + 4.0, y);
            context.line_to(x, y + 4.0);
            context.line_to(x - 4.0, y);
            context.close_path();
        }
        Glyph::TriangleLeft(x, y) => triangle(context, x, y, 5.0),
        Glyph::TriangleRight(x, y) => triangle(context, x, y, -5.0),
        Glyph::Service(x, y) => {
            context.move_to(x, y - 4.0);
            let _ = context.arc(x + 2.0, y - 4.0, 2.0, PI, 2.0 * PI);
            context.line_to(x + 4.0, y + 4.0);
            let _ = context.arc(x + 2.0, y + 4.0, 2.0, 0.0, PI);
            context.close_path();
        }
        Glyph::Agent(x, y) => {
            context.move_to(x + 8.0, y);
            let _ = context.arc(x + 4.0, y, 4.0, 0.0, 2.0 * PI);
        }
        Glyph::Model(x, y) => {
            let square = context.round_rect_with_f64(x, y - 4.0, 8.0, 8.0, 2.0);
            if square.is_err() {
                context.rect(x, y - 4.0, 8.0, 8.0);
            }
        }
        Glyph::Flag(x, y, height) => {
            context.move_to(x, y);
            context.line_to(x + 9.5, y + 4.0);
            context.line_to(x + 1.5, y + 8.0);
            context.line_to(x + 1.5, y + height);
            context.line_to(x, y + height);
            context.close_path();
        }
        Glyph::Dot(x, y) => {
            context.move_to(x + 3.5, y);
            let _ = context.arc(x, y, 3.5, 0.0, 2.0 * PI);
        }
    }
    true
}

fn triangle(context: &CanvasRenderingContext2d, x: f64, y: f64, base: f64) {
    context.move_to(x, y);
    context.line_to(x + base, y - 4.0);
    context.line_to(x + base, y + 4.0);
    context.close_path();
}

thread_local! {
    static PATHS: std::cell::RefCell<Vec<(Icon, Path2d)>> = const { std::cell::RefCell::new(Vec::new()) };
}

fn stroke_icon(context: &CanvasRenderingContext2d, glyph: Glyph) {
    let Glyph::Icon(icon, side, x, y) = glyph else {
        return;
    };
    PATHS.with_borrow_mut(|paths| {
        if !paths.iter().any(|(known, _)| *known == icon)
            && let Ok(path) = Path2d::new_with_path_string(icon.path())
        {
            paths.push((icon, path));
        }
        let Some((_, path)) = paths.iter().find(|(known, _)| *known == icon) else {
            return;
        };
        context.save();
        let _ = context.translate(x, y);
        let _ = context.scale(side / 24.0, side / 24.0);
        context.set_line_width(2.0);
        context.set_line_cap("round");
        context.set_line_join("round");
        context.stroke_with_path(path);
        context.restore();
    });
}

fn stroke_outline(context: &CanvasRenderingContext2d, palette: &Palette, outline: &Outline) {
    let [left, top, width, height] = outline.place;
    context.set_stroke_style_str(palette.css(outline.ink));
    context.set_line_width(outline.thick);
    if outline.dashed {
        let _ = context.set_line_dash(&js_sys::Array::of2(
            &JsValue::from(3.0),
            &JsValue::from(2.0),
        ));
    }
    context.begin_path();
    if context
        .round_rect_with_f64(left, top, width, height, outline.radius)
        .is_err()
    {
        context.rect(left, top, width, height);
    }
    context.stroke();
    if outline.dashed {
        let _ = context.set_line_dash(&js_sys::Array::new());
    }
}
