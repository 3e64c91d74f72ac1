//! Rectangles and texts of one layer, drawn grouped by colour and font: on a canvas without GPU half the time of drawing
//! them as they come.

use super::{Anchor, Font, Ink, Measure, Palette};
use crate::model::order::sort_items;
use web_sys::CanvasRenderingContext2d;

#[derive(Debug)]
struct Rect {
    ink: Ink,
    /// Left, top, width, height.
    place: [f64; 4],
}

#[derive(Debug)]
struct Label {
    font: Font,
    ink: Ink,
    anchor: Anchor,
    at: (f64, f64),
    text: String,
}

/// One layer: within it order is lost, so what covers something else belongs to the next layer.
#[derive(Debug, Default)]
pub struct Batch {
    rects: Vec<Rect>,
    labels: Vec<Label>,
}

impl Batch {
    /// Adds a rectangle.
    pub fn rect(&mut self, ink: Ink, left: f64, top: f64, width: f64, height: f64) {
        self.rects.push(Rect {
            ink,
            place: [left, top, width, height],
        });
    }

    /// Adds the outline of a rectangle, drawn inside it.
    pub fn frame(&mut self, ink: Ink, [left, top, width, height]: [f64; 4], thick: f64) {
        self.rect(ink, left, top, width, thick);
        self.rect(ink, left, top + height - thick, width, thick);
        self.rect(ink, left, top + thick, thick, height - 2.0 * thick);
        self.rect(
            ink,
            left + width - thick,
            top + thick,
            thick,
            height - 2.0 * thick,
        );
    }

    /// Adds a text; `at` is the end of its baseline that `anchor` names.
    pub fn text(
        &mut self,
        font: Font,
        ink: Ink,
        anchor: Anchor,
        at: (f64, f64),
        text: impl Into<String>,
    ) {
        self.labels.push(Label {
            font,
            ink,
            anchor,
            at,
            text: text.into(),
        });
    }

    /// Draws all and empties the layer, rectangles before texts.
    pub fn flush(
        &mut self,
        context: &CanvasRenderingContext2d,
        palette: &Palette,
        measure: &Measure,
    ) {
        sort_items(&mut self.rects, |a, b| a.ink.cmp(&b.ink));
        let mut ink = None;
        for rect in self.rects.drain(..) {
            if ink != Some(rect.ink) {
                ink = Some(rect.ink);
                context.set_fill_style_str(palette.css(rect.ink));
            }
            let [left, top, width, height] = rect.place;
            context.fill_rect(left, top, width, height);
        }
        let state = |label: &Label| (label.font, label.ink, label.anchor as u8);
        sort_items(&mut self.labels, |a, b| state(a).cmp(&state(b)));
        let mut state = None;
        for label in self.labels.drain(..) {
            let now = (label.font, label.ink, label.anchor);
            if state != Some(now) {
                state = Some(now);
                context.set_font(measure.css(label.font));
                context.set_fill_style_str(palette.css(label.ink));
                context.set_text_align(match label.anchor {
                    Anchor::Start => "left",
                    Anchor::Middle => "center",
                    Anchor::End => "right",
                });
            }
            let _ = context.fill_text(&label.text, label.at.0, label.at.1);
        }
    }
}
