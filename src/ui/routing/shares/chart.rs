//! The chart with its axes, drawn with plotters: on the canvas, and into what is saved.

use super::height_label;
use crate::scene::routing::{SharePart, Shares, Stretch, WHOLE};
use crate::scene::svg::hatching;
use crate::ui::canvas::{Ink, LABEL, Pen, Sheet, Step, colour};
use plotters::chart::{ChartBuilder, LabelAreaPosition};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{PathElement, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

/// Room for the labels of shares, and beside the last stretch.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 8.0;
/// Room above the whole, and for the labels of time.
const TOP: f64 = 10.0;
const FOOT: f64 = 22.0;
/// Between two lines of a hatched area.
const HATCHING: f64 = 6.0;
/// How high the mark is above a stretch of which a part is unknown.
const MARK: f64 = 4.0;
/// Stretches at least this wide have a gap between them.
const WIDE: f64 = 4.0;

/// Colours of the theme and of the models.
pub struct Colours {
    ground: RGBColor,
    line: RGBColor,
    text: RGBColor,
    hatch: RGBColor,
    weak: RGBColor,
    strong: RGBColor,
    models: Vec<RGBColor>,
}

impl Colours {
    pub fn new(pen: &Pen<'_>, shares: &Shares) -> Self {
        let ink = |ink: Ink| colour(pen.ink(ink));
        let models = shares.models.iter();
        Self {
            ground: ink(Ink::Bg0),
            line: ink(Ink::Line),
            text: ink(Ink::Ink3),
            hatch: ink(Ink::Hatch),
            weak: ink(Ink::LineControl),
            strong: ink(Ink::Ink1),
            models: models.map(|model| colour(pen.full(model.ink))).collect(),
        }
    }
}

/// What stands out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marked {
    /// A stretch and its part.
    pub selected: Option<(usize, usize)>,
    /// The stretch below the pointer.
    pub hover: Option<usize>,
}

/// Where the chart stands in its room.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub width: f64,
    height: f64,
}

impl Place {
    pub fn new((width, height): (f64, f64)) -> Self {
        Self {
            width: (width - LEFT - RIGHT).max(1.0),
            height: (height - TOP - FOOT).max(1.0),
        }
    }

    /// The number of the stretch at a distance from the left, empty ones included.
    pub fn bucket(self, shares: &Shares, x: f64) -> Option<usize> {
        let at = (x - LEFT) / self.width * f64::from(shares.count);
        (at >= 0.0 && at < f64::from(shares.count)).then_some(at as usize)
    }

    /// The part of the whole at a distance from the top.
    pub fn part_of(self, y: f64) -> u16 {
        let part = 1.0 - (y - TOP) / self.height;
        (part * f64::from(WHOLE)).clamp(0.0, f64::from(WHOLE) - 1.0) as u16
    }

    /// Left and right of a stretch.
    fn sides(self, shares: &Shares, stretch: &Stretch) -> (f64, f64) {
        let step = self.width / f64::from(shares.count.max(1));
        let left = LEFT + step * f64::from(stretch.at);
        let gap = if step >= WIDE { 1.0 } else { 0.0 };
        // Pixels are whole: what is narrower than one would not be seen.
        let (left, right) = (left.round(), (left + step).round() - gap);
        (left, right.max(left + 1.0))
    }

    fn y(self, part: u16) -> f64 {
        TOP + self.height * (1.0 - f64::from(part) / f64::from(WHOLE))
    }
}

/// Paints everything.
pub fn paint(
    sheet: Sheet<'_>,
    size: (f64, f64),
    (colours, family): (&Colours, &str),
    shares: &Shares,
    marked: Marked,
) {
    let chart = Chart {
        all: sheet.into_drawing_area(),
        place: Place::new(size),
        colours,
        family,
        shares,
    };
    // What cannot be drawn leaves the ground: a canvas reports nothing that could be mended.
    let _ = chart.paint(marked);
}

struct Chart<'c, 's> {
    all: DrawingArea<Sheet<'s>, Shift>,
    place: Place,
    colours: &'c Colours,
    family: &'c str,
    shares: &'c Shares,
}

impl Chart<'_, '_> {
    fn paint(&self, marked: Marked) -> Option<()> {
        self.all.fill(&self.colours.ground).ok()?;
        self.axes()?;
        for (at, stretch) in self.shares.stretches.iter().enumerate() {
            self.stretch(stretch)?;
            if marked.hover == Some(at) {
                let (left, right) = self.place.sides(self.shares, stretch);
                let all = [
                    left - 1.0,
                    self.place.y(WHOLE) - 1.0,
                    right + 1.0,
                    self.place.y(0),
                ];
                self.rectangle(all, ShapeStyle::from(&self.colours.weak))?;
            }
        }
        let (at, part) = marked.selected?;
        let stretch = self.shares.stretches.get(at)?;
        let style = ShapeStyle::from(&self.colours.strong).stroke_width(2);
        self.rectangle(self.box_of(stretch, stretch.parts.get(part)?), style)
    }

    fn text(&self) -> TextStyle<'_> {
        let font = FontDesc::new(FontFamily::Name(self.family), LABEL, FontStyle::Normal);
        TextStyle::from(font).color(&self.colours.text)
    }

    /// Lines at shares, and ticks at times.
    fn axes(&self) -> Option<()> {
        let mut chart = ChartBuilder::on(&self.all)
            .margin_top(TOP as u32)
            .margin_right(RIGHT as u32)
            .margin_bottom(FOOT as u32)
            .set_label_area_size(LabelAreaPosition::Left, LEFT as u32)
            .build_cartesian_2d(0.0..self.place.width, 0.0..1.0)
            .ok()?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .disable_x_axis()
            .y_labels(3)
            .y_max_light_lines(0)
            .bold_line_style(ShapeStyle::from(&self.colours.line))
            .axis_style(ShapeStyle::from(&self.colours.line))
            .y_label_style(self.text())
            .y_label_formatter(&|part| height_label(*part))
            .draw()
            .ok()?;
        let foot = self.place.y(0);
        let (left, right) = (LEFT, LEFT + self.place.width);
        self.line([(left, foot), (right, foot)], self.colours.line)?;
        for (x, label) in &self.shares.ticks {
            let x = LEFT + f64::from(*x) * self.place.width;
            self.line([(x, foot), (x, foot + 4.0)], self.colours.line)?;
            // Labels at the ends stay within.
            let across = match x {
                x if x < left + 20.0 => HPos::Left,
                x if x > right - 24.0 => HPos::Right,
                _ => HPos::Center,
            };
            let style = self.text().pos(Pos::new(across, VPos::Top));
            let at = (x as i32, foot as i32 + 6);
            self.all.draw_text(label, &style, at).ok()?;
        }
        Some(())
    }

    fn stretch(&self, stretch: &Stretch) -> Option<()> {
        let (left, right) = self.place.sides(self.shares, stretch);
        let (top, foot) = (self.place.y(WHOLE), self.place.y(0));
        let is_bare = stretch.parts.iter().all(|part| part.ends.1 == 0);
        if is_bare && stretch.unknown {
            self.hatch([left, top, right, foot])?;
            return self.rectangle(
                [left, top, right, foot],
                ShapeStyle::from(&self.colours.weak),
            );
        }
        if is_bare {
            // Something that amounts to nothing.
            return self.rectangle([left, foot - 2.0, right, foot], self.colours.text.filled());
        }
        for part in &stretch.parts {
            let colour = self.colours.models.get(usize::from(part.model));
            let [left, top, right, foot] = self.box_of(stretch, part);
            // Neighbours may have one colour.
            let gap = if part.ends.1 < WHOLE && foot - top > 2.0 {
                1.0
            } else {
                0.0
            };
            if top < foot {
                self.rectangle([left, top + gap, right, foot], colour?.filled())?;
            }
        }
        if stretch.unknown {
            self.hatch([left, top - MARK - 1.0, right, top - 1.0])?;
        }
        Some(())
    }

    /// Left, top, right and foot of a part; what has no share is as high as its stretch.
    fn box_of(&self, stretch: &Stretch, part: &SharePart) -> [f64; 4] {
        let (left, right) = self.place.sides(self.shares, stretch);
        let (from, to) = part.ends;
        let is_bare = stretch.parts.iter().all(|part| part.ends.1 == 0);
        let to = if is_bare { WHOLE } else { to };
        let (top, foot) = (self.place.y(to).round(), self.place.y(from).round());
        [left, top, right, foot]
    }

    fn rectangle(&self, [left, top, right, foot]: [f64; 4], style: ShapeStyle) -> Option<()> {
        let corners = [(left as i32, top as i32), (right as i32, foot as i32)];
        self.all.draw(&Rectangle::new(corners, style)).ok()
    }

    fn line(&self, ends: [(f64, f64); 2], colour: RGBColor) -> Option<()> {
        let ends = ends.map(|(x, y)| (x as i32, y as i32));
        let line = PathElement::new(ends, ShapeStyle::from(&colour));
        self.all.draw(&line).ok()
    }

    fn hatch(&self, [left, top, right, foot]: [f64; 4]) -> Option<()> {
        let mut from = (left, top);
        for step in hatching([left, top, right - left, foot - top], HATCHING) {
            match step {
                Step::Line(x, y) => self.line([from, (x, y)], self.colours.hatch)?,
                Step::Move(x, y) => from = (x, y),
                Step::Cubic(..) | Step::Close => {}
            }
        }
        Some(())
    }
}
