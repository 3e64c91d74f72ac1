//! Lanes, ticks and brush (design section 7).

use crate::scene::minimap::{Minimap, MinimapRect};
use crate::ui::canvas::{Batch, Ink, Measure, Palette, Surface};

/// Height of a lane, and from one to the next.
const LANE: (f64, f64) = (4.0, 5.0);
/// Above the first lane.
const TOP: f64 = 3.0;
/// Width and height of an error tick.
const TICK: (f64, f64) = (1.5, 5.0);
/// Thickness of the line of cost.
const THIN: f64 = 1.25;
/// Width and height of a handle.
const HANDLE: (f64, f64) = (6.0, 18.0);

/// Draws what does not depend on the window.
pub fn lanes(picture: &Surface, palette: &Palette, scene: Option<(&Minimap, &[MinimapRect])>) {
    let (width, height) = (picture.width(), picture.height());
    let (mut ground, mut body, mut ticks) = (Batch::default(), Batch::default(), Batch::default());
    ground.rect(Ink::Bg0, 0.0, 0.0, width, height);
    if let Some((scene, rects)) = scene {
        // The scene may still be of the width before.
        let stretch = width / f64::from(scene.width.max(1));
        for rect in rects {
            let member = (rect.member != u8::MAX).then_some(u16::from(rect.member));
            body.rect(
                Ink::member(scene.colour, member),
                f64::from(rect.x) * stretch,
                TOP + f64::from(rect.lane) * LANE.1,
                f64::from(rect.width) * stretch,
                LANE.0,
            );
        }
        spent(&mut ticks, scene, (width, height), stretch);
        if let Some(x) = scene.crossed {
            // Where the budget was crossed, from top to foot.
            let x = (f64::from(x) + 0.5) * stretch;
            ticks.rect(Ink::Error, x - 0.5, 0.0, 1.0, height);
        }
        for (pixels, ink, top) in [
            (&scene.hits, Ink::Warn, 0.0),
            (&scene.errors, Ink::Error, height - TICK.1),
        ] {
            for x in pixels {
                ticks.rect(
                    ink,
                    f64::from(*x) * stretch - TICK.0 / 2.0,
                    top,
                    TICK.0,
                    TICK.1,
                );
            }
        }
    }
    let measure = Measure::default();
    ground.flush(picture.context(), palette, &measure);
    body.flush(picture.context(), palette, &measure);
    ticks.flush(picture.context(), palette, &measure);
}

/// The cost so far, as a line from the foot to the top.
fn spent(batch: &mut Batch, scene: &Minimap, (width, height): (f64, f64), stretch: f64) {
    let foot = height - TICK.1 - THIN;
    let y = |thousandths: u16| foot - (foot - TOP) * f64::from(thousandths) / 1000.0;
    let (mut left, mut before) = (0.0, 0);
    for &(x, thousandths) in &scene.spent {
        let x = (f64::from(x) + 0.5) * stretch;
        let (low, high) = (y(before), y(thousandths));
        batch.rect(Ink::Ink1, left, low, x - left, THIN);
        batch.rect(Ink::Ink1, x - THIN, high, THIN, low - high + THIN);
        (left, before) = (x, thousandths);
    }
    if !scene.spent.is_empty() {
        batch.rect(Ink::Ink1, left, y(before), width - left, THIN);
    }
}

/// Blits the lanes and draws the brush over them.
pub fn brush(surface: &Surface, picture: &Surface, palette: &Palette, (left, right): (f64, f64)) {
    let context = surface.context();
    let (width, height) = (surface.width(), surface.height());
    let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(
        picture.element(),
        0.0,
        0.0,
        width,
        height,
    );
    let (left, right) = (
        surface.snap(left.clamp(0.0, width)),
        surface.snap(right.clamp(0.0, width)),
    );
    let (mut veil, mut frame, mut handles) = (Batch::default(), Batch::default(), Batch::default());
    veil.rect(Ink::Veil, 0.0, 0.0, left, height);
    veil.rect(Ink::Veil, right, 0.0, width - right, height);
    frame.frame(
        Ink::LineControl,
        [left, 0.5, (right - left).max(2.0), height - 1.0],
        1.0,
    );
    let top = (height - HANDLE.1) / 2.0;
    for x in [left, right] {
        let x = (x - HANDLE.0 / 2.0).clamp(0.0, (width - HANDLE.0).max(0.0));
        handles.rect(Ink::Ink1, x, top, HANDLE.0, HANDLE.1);
    }
    let measure = Measure::default();
    veil.flush(context, palette, &measure);
    frame.flush(context, palette, &measure);
    handles.flush(context, palette, &measure);
    for x in [left, right] {
        let x = (x - HANDLE.0 / 2.0).clamp(0.0, (width - HANDLE.0).max(0.0));
        handles.rect(
            Ink::Bg0,
            x + HANDLE.0 / 2.0 - 0.5,
            top + 5.0,
            1.0,
            HANDLE.1 - 10.0,
        );
    }
    handles.flush(context, palette, &measure);
}
