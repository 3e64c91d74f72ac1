//! Painting a sheet. In planes from back to front: rows, pinned rows, header, pointer. Nothing here asks or changes anything.

mod bars;
mod chrome;
mod glyphs;
mod tree;

use super::geometry::{Axis, Columns, HEADER, ROW};
use super::scroll::Scroll;
use super::sheet::Sheet;
use crate::model::SpanRow;
use crate::scene::waterfall::Line;
use crate::ui::canvas::{Batch, Ink, Measure, Palette, Surface};
use glyphs::Glyphs;
use tree::Above;
pub use tree::icon;
use web_sys::CanvasRenderingContext2d;

/// What a frame shows.
#[derive(Debug)]
pub struct Frame<'a> {
    /// The lines at hand; `None` before the first scene.
    pub sheet: Option<&'a Sheet>,
    /// Widths of the columns.
    pub columns: Columns,
    /// Where time stands.
    pub axis: Axis,
    /// Which lines are on screen.
    pub scroll: Scroll,
    /// The selected span.
    pub selected: Option<SpanRow>,
    /// The line under the pointer.
    pub hover: Option<u32>,
    /// The keyboard stands in the rows.
    pub focused: bool,
    /// Where the pointer is over the bars, in pixels.
    pub pointer: Option<f64>,
    /// A measured range, in nanoseconds.
    pub range: Option<(i64, i64)>,
}

/// Brush and paint.
pub(super) struct Painter<'a> {
    surface: &'a Surface,
    context: &'a CanvasRenderingContext2d,
    palette: &'a Palette,
    measure: &'a mut Measure,
    frame: &'a Frame<'a>,
    /// Backgrounds and lines behind everything.
    ground: Batch,
    /// Bars and texts.
    body: Batch,
    /// What lies on bars.
    over: Batch,
    glyphs: Glyphs,
}

/// Paints everything.
pub fn paint(surface: &Surface, palette: &Palette, measure: &mut Measure, frame: &Frame<'_>) {
    let context = surface.context();
    let mut painter = Painter {
        surface,
        context,
        palette,
        measure,
        frame,
        ground: Batch::default(),
        body: Batch::default(),
        over: Batch::default(),
        glyphs: Glyphs::default(),
    };
    painter.all();
}

impl Painter<'_> {
    fn all(&mut self) {
        let (width, height) = (self.surface.width(), self.surface.height());
        self.ground.rect(Ink::Bg0, 0.0, 0.0, width, height);
        self.flush();
        let ticks = self.ticks();
        if let Some(sheet) = self.frame.sheet {
            self.rows(sheet);
            self.grid(&ticks);
            self.flush();
            self.pinned(sheet);
        } else {
            self.grid(&ticks);
            self.flush();
        }
        self.header(&ticks);
        self.pointer();
        self.thumb();
        self.flush();
    }

    fn rows(&mut self, sheet: &Sheet) {
        let scroll = self.frame.scroll;
        let (first, after) = scroll.visible();
        let mut above = Above::None;
        for number in first..after {
            let Some(line) = sheet.line(number) else {
                above = Above::None;
                continue;
            };
            let y = self.surface.snap(HEADER + scroll.y(number));
            self.row_ground(line, y, Some(number) == self.frame.hover);
            self.tree_row(sheet, line, y, above);
            self.bar(sheet, line, y);
            above = Above::Member(self.owner(sheet, line).1);
        }
    }

    fn pinned(&mut self, sheet: &Sheet) {
        let pins = sheet.pins(&self.frame.scroll);
        if pins.is_empty() {
            return;
        }
        let width = self.surface.width();
        let foot = HEADER + pins.len() as f64 * ROW;
        self.ground
            .rect(Ink::Bg1, 0.0, HEADER, width, foot - HEADER);
        self.flush();
        let mut above = Above::None;
        for (index, line) in pins.into_iter().enumerate() {
            let y = HEADER + index as f64 * ROW;
            self.row_ground(line, y, false);
            self.tree_row(sheet, line, y, above);
            self.bar(sheet, line, y);
            above = Above::Member(self.owner(sheet, line).1);
        }
        self.over.rect(Ink::Line2, 0.0, foot - 1.0, width, 1.0);
        self.flush();
    }

    fn row_ground(&mut self, line: &Line, y: f64, hover: bool) {
        let width = self.surface.width();
        if self.frame.selected == Some(line.row) {
            self.ground.rect(Ink::Selected, 0.0, y, width, ROW);
            self.over.rect(Ink::Ink1, 0.0, y, 2.0, ROW);
            if self.frame.focused {
                self.over.frame(Ink::Focus, [0.0, y, width, ROW], 2.0);
            }
        } else if hover {
            self.ground.rect(Ink::Bg1, 0.0, y, width, ROW);
        }
    }

    fn flush(&mut self) {
        let (context, palette, measure) = (self.context, self.palette, &*self.measure);
        self.ground.flush(context, palette, measure);
        self.body.flush(context, palette, measure);
        self.glyphs.flush_fades(context, palette);
        self.over.flush(context, palette, measure);
        self.glyphs.flush(context, palette);
    }
}
