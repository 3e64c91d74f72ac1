//! What plotters draws charts with axes on: the canvas of a view, or a picture that is saved.
//!
//! Lengths are CSS pixels. Texts are measured on the canvas: the library's own way puts an element with a style attribute
//! into the page, which a strict Content-Security-Policy forbids.

use super::{Anchor, Font, Pen, Step, Stroke, Surface};
use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
use std::cell::RefCell;
use std::fmt;
use web_sys::CanvasRenderingContext2d;

/// Size of labels in pixels: that of [`Font::Small`].
pub const LABEL: f64 = 11.0;

/// Something to draw a chart on.
pub struct Sheet<'s> {
    ground: Ground<'s>,
    size: (u32, u32),
}

enum Ground<'s> {
    /// What is seen.
    Canvas(CanvasBackend, CanvasRenderingContext2d),
    /// What is saved.
    Picture(RefCell<Pen<'s>>),
}

type Failed = DrawingErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>;

impl fmt::Debug for Sheet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sheet").field("size", &self.size).finish()
    }
}

impl Sheet<'_> {
    /// The canvas of a view; `None` when the browser gives no context.
    pub fn of_canvas(surface: &Surface) -> Option<Self> {
        let canvas = CanvasBackend::with_canvas_object(surface.element().clone())?;
        Some(Self {
            ground: Ground::Canvas(canvas, surface.context().clone()),
            // What a part of a pixel is left of would stay black.
            size: (
                surface.width().ceil() as u32,
                surface.height().ceil() as u32,
            ),
        })
    }
}

impl<'s> Sheet<'s> {
    /// A picture of a size, drawn by a pen.
    pub fn of_picture(pen: &'s mut Pen<'_>, size: (u32, u32)) -> Self {
        Self {
            ground: Ground::Picture(RefCell::new(pen.lent())),
            size,
        }
    }
}

/// A colour of the style sheet as plotters takes it; black where the system forces its own.
pub fn colour(css: &str) -> RGBColor {
    let part = |at: usize| {
        let digits = css
            .strip_prefix('#')
            .and_then(|digits| digits.get(at..at + 2));
        digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .unwrap_or(0)
    };
    RGBColor(part(0), part(2), part(4))
}

fn css(colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Draws with a pen in a colour that may be seen through.
fn draw(pen: &RefCell<Pen<'_>>, colour: BackendColor, run: impl FnOnce(&mut Pen<'_>, &str)) {
    let mut pen = pen.borrow_mut();
    if colour.alpha > 0.0 {
        pen.set_opacity(colour.alpha);
        run(&mut pen, &css(colour));
        pen.set_opacity(1.0);
    }
}

fn steps(path: impl IntoIterator<Item = BackendCoord>) -> Vec<Step> {
    let points = path.into_iter().enumerate();
    points
        .map(|(at, (x, y))| match at {
            0 => Step::Move(x.into(), y.into()),
            _ => Step::Line(x.into(), y.into()),
        })
        .collect()
}

impl DrawingBackend for Sheet<'_> {
    type ErrorType = <CanvasBackend as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Result<(), Failed> {
        Ok(())
    }

    fn present(&mut self) -> Result<(), Failed> {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, colour: BackendColor) -> Result<(), Failed> {
        match &mut self.ground {
            Ground::Canvas(canvas, _) => canvas.draw_pixel(at, colour),
            Ground::Picture(pen) => {
                let place = [at.0.into(), at.1.into(), 1.0, 1.0];
                draw(pen, colour, |pen, css| pen.fill(place, css));
                Ok(())
            }
        }
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Result<(), Failed> {
        match &mut self.ground {
            Ground::Canvas(canvas, _) => canvas.draw_line(from, to, style),
            Ground::Picture(_) => self.draw_path([from, to], style),
        }
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), Failed> {
        match &mut self.ground {
            Ground::Canvas(canvas, _) => canvas.draw_rect(from, to, style, fill),
            Ground::Picture(pen) => {
                let [left, top, right, foot] = [from.0, from.1, to.0, to.1].map(f64::from);
                let place = [left, top, right - left, foot - top];
                draw(pen, style.color(), |pen, css| {
                    if fill {
                        pen.fill(place, css);
                    } else {
                        let thick = f64::from(style.stroke_width());
                        pen.frame(place, Stroke::solid(css, thick));
                    }
                });
                Ok(())
            }
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), Failed> {
        match &mut self.ground {
            Ground::Canvas(canvas, _) => canvas.draw_path(path, style),
            Ground::Picture(pen) => {
                let (steps, thick) = (steps(path), f64::from(style.stroke_width()));
                draw(pen, style.color(), |pen, css| {
                    pen.path(&steps, None, Some(Stroke::solid(css, thick)));
                });
                Ok(())
            }
        }
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), Failed> {
        match &mut self.ground {
            Ground::Canvas(canvas, _) => canvas.fill_polygon(path, style),
            Ground::Picture(pen) => {
                let mut steps = steps(path);
                steps.push(Step::Close);
                draw(pen, style.color(), |pen, css| {
                    pen.path(&steps, Some(css), None);
                });
                Ok(())
            }
        }
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        at: BackendCoord,
    ) -> Result<(), Failed> {
        match &mut self.ground {
            Ground::Canvas(canvas, _) => canvas.draw_text(text, style, at),
            Ground::Picture(pen) => {
                let anchor = style.anchor();
                let across = match anchor.h_pos {
                    HPos::Left => Anchor::Start,
                    HPos::Center => Anchor::Middle,
                    HPos::Right => Anchor::End,
                };
                // From there to the line that letters stand on.
                let down = match anchor.v_pos {
                    VPos::Top => LABEL * 0.85,
                    VPos::Center => LABEL * 0.36,
                    VPos::Bottom => LABEL * -0.15,
                };
                let at = (at.0.into(), f64::from(at.1) + down);
                draw(pen, style.color(), |pen, css| {
                    pen.text(Font::Small, css, across, at, text);
                });
                Ok(())
            }
        }
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), Failed> {
        let width = match &self.ground {
            Ground::Canvas(_, context) => {
                context.set_font(&format!("{}px {}", style.size(), style.family().as_str()));
                let measured = context.measure_text(text);
                measured.map_or(0.0, |measured| measured.width())
            }
            Ground::Picture(pen) => pen.borrow_mut().width(Font::Small, text),
        };
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}
