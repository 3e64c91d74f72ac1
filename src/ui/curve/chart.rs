//! The three charts on their canvas, drawn with plotters.

use crate::model::PicoUsd;
use crate::scene::curve::{Curve, Rise};
use crate::scene::format::{cost, count_short, share};
use crate::scene::members::ColourBy;
use crate::ui::canvas::{Ink, LABEL, Palette, Sheet, Surface, colour};
use crate::ui::waterfall::geometry::{Axis, PAD};

use plotters::chart::{ChartBuilder, LabelAreaPosition};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{PathElement, Rectangle};
use plotters::series::AreaSeries;
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

/// Above and below a curve.
const ROOM: (u32, u32) = (9, 6);
/// Contexts fuller than this, in millionths, stand out.
const FULL: u32 = 800_000;
/// The axis of contexts has room for this at least, in millionths.
const LEAST: u32 = 10_000;
/// The part of its chart that a call has at least, to be seen.
const SEEN: f64 = 0.06;
/// A chart has room for a third label from this height on.
const TALL: u32 = 40;

/// Colours of the theme as plotters takes them.
struct Colours {
    ground: RGBColor,
    line: RGBColor,
    ink: RGBColor,
    text: RGBColor,
    model: RGBColor,
    warn: RGBColor,
}

/// Paints everything; `hover` is the pixel below the pointer.
pub fn paint(surface: &Surface, palette: &Palette, scene: &Curve, axis: &Axis, hover: Option<f64>) {
    // What cannot be drawn leaves the ground: a canvas reports nothing that could be mended.
    let _ = paint_all(surface, palette, scene, axis, hover);
}

fn paint_all(
    surface: &Surface,
    palette: &Palette,
    scene: &Curve,
    axis: &Axis,
    hover: Option<f64>,
) -> Option<()> {
    let colours = Colours {
        ground: colour(palette.css(Ink::Bg0)),
        line: colour(palette.css(Ink::Line)),
        ink: colour(palette.css(Ink::Ink2)),
        text: colour(palette.css(Ink::Ink3)),
        model: colour(palette.css(Ink::member(ColourBy::Kind, Some(0)))),
        warn: colour(palette.css(Ink::Warn)),
    };
    let sheet = Sheet::of_canvas(surface)?;
    let all = sheet.into_drawing_area();
    all.fill(&colours.ground).ok()?;
    let strips = all.split_evenly((3, 1));
    let view = View {
        palette,
        colours: &colours,
        scene,
        axis,
    };
    if let [tokens, cost_strip, contexts] = strips.as_slice() {
        view.rise(tokens, &scene.tokens, &|amount| count_short(amount as u64))?;
        view.rise(cost_strip, &scene.cost, &|amount| {
            cost(PicoUsd(amount as i64))
        })?;
        view.contexts(contexts)?;
    }
    if let Some(x) = hover {
        let height = surface.height() as i32;
        let line = PathElement::new(
            [(x as i32, 0), (x as i32, height)],
            ShapeStyle::from(&colours.ink),
        );
        all.draw(&line).ok()?;
    }
    Some(())
}

struct View<'v> {
    palette: &'v Palette,
    colours: &'v Colours,
    scene: &'v Curve,
    axis: &'v Axis,
}

impl View<'_> {
    /// Where a pixel of the scene stands now: window and width may be others since it was made.
    fn x(&self, pixel: u16) -> f64 {
        let (start, end) = self.scene.window;
        let share = f64::from(pixel) / f64::from(self.scene.width.max(1));
        let time = start.saturating_add((share * end.saturating_sub(start) as f64) as i64);
        self.axis.scale.px(time)
    }

    fn text(&self) -> TextStyle<'_> {
        let font = FontDesc::new(
            FontFamily::Name(&self.palette.family),
            LABEL,
            FontStyle::Normal,
        );
        TextStyle::from(font).color(&self.colours.text)
    }

    fn rise(
        &self,
        area: &DrawingArea<Sheet<'_>, Shift>,
        rise: &Rise,
        label: &dyn Fn(f64) -> String,
    ) -> Option<()> {
        let most = rise.most as f64;
        let mut chart = self.chart(area, most.max(1.0), &|amount| {
            if most > 0.0 {
                label(*amount)
            } else {
                String::new()
            }
        })?;
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(rise.points.len() * 2);
        let mut before = None;
        for &(pixel, amount) in &rise.points {
            let x = self.x(pixel);
            // It rises at once.
            points.extend(before.map(|before| (x, before)));
            points.push((x, amount as f64));
            before = Some(amount as f64);
        }
        points.extend(before.map(|before| (self.x(self.scene.width), before)));
        if most > 0.0 {
            let series = AreaSeries::new(points, 0.0, self.colours.ink.mix(0.12));
            chart
                .draw_series(series.border_style(ShapeStyle::from(&self.colours.ink)))
                .ok()?;
        }
        Some(())
    }

    fn contexts(&self, area: &DrawingArea<Sheet<'_>, Shift>) -> Option<()> {
        let is_known = self.scene.fullest > 0;
        let top = f64::from(self.scene.fullest.max(LEAST));
        let label = |amount: &f64| {
            if is_known {
                share(*amount as u64, 1_000_000)
            } else {
                String::new()
            }
        };
        let mut chart = self.chart(area, top, &label)?;
        let bars = self.scene.contexts.iter().map(|mark| {
            let (left, right) = (self.x(mark.x.0), self.x(mark.x.1));
            let colour = if mark.millionths >= FULL {
                self.colours.warn
            } else {
                self.colours.model
            };
            Rectangle::new(
                [
                    (left, 0.0),
                    (
                        right.max(left + 1.0),
                        f64::from(mark.millionths).max(top * SEEN),
                    ),
                ],
                colour.filled(),
            )
        });
        chart.draw_series(bars).ok()?;
        Some(())
    }

    /// A chart over the time of the bars above, with its axis from nothing to `most` beside them.
    fn chart<'a, 's>(
        &self,
        area: &'a DrawingArea<Sheet<'s>, Shift>,
        most: f64,
        label: &dyn Fn(&f64) -> String,
    ) -> Option<
        plotters::chart::ChartContext<
            'a,
            Sheet<'s>,
            plotters::coord::cartesian::Cartesian2d<
                plotters::coord::types::RangedCoordf64,
                plotters::coord::types::RangedCoordf64,
            >,
        >,
    > {
        let width = self.axis.scale.width();
        let is_tall = area.dim_in_pixel().1 >= TALL;
        let mut chart = ChartBuilder::on(area)
            .margin_top(ROOM.0)
            .margin_bottom(ROOM.1)
            .margin_right(PAD as u32)
            .set_label_area_size(LabelAreaPosition::Left, self.axis.left as u32)
            .build_cartesian_2d(0.0..width, 0.0..most)
            .ok()?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .disable_x_axis()
            .y_labels(if is_tall { 3 } else { 2 })
            .y_max_light_lines(0)
            .bold_line_style(ShapeStyle::from(&self.colours.line))
            .axis_style(ShapeStyle::from(&self.colours.line))
            .y_label_style(self.text())
            // In a low chart the two would lie over each other.
            .y_label_formatter(&|amount| {
                if is_tall || *amount > 0.0 {
                    label(amount)
                } else {
                    String::new()
                }
            })
            .draw()
            .ok()?;
        Some(chart)
    }
}
