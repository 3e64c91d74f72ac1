//! The flame graph: spans merged by name (see [`crate::analysis::flame`]), each frame below the one it stands in.
//!
//! Of a [`DrawRequest`] it takes the part, the path that was gone into, the measure (an index of [`WIDTHS`]), the width and
//! `plain`; of [`Drawn`] it fills in marks with an item each, or for `plain` items alone.

mod words;

use super::drawn::{DrawRequest, Drawn, Item, Mark, Shape, ink};
use super::format::counted;
use crate::analysis::flame::{Flame, Frame, Width};
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::part::Part;
use crate::model::{OperationKind, StrId};
use words::legend;

/// What widths can stand for.
pub const WIDTHS: [(Width, &str); 4] = [
    (Width::Time, "Time"),
    (Width::Cost, "Cost"),
    (Width::Tokens, "Tokens"),
    (Width::Spans, "Spans"),
];

/// The cells of an item. Cost and tokens are those of everything below, too.
pub const FACTS: [&str; 6] = ["Spans", "Total", "Self", "Tokens", "Cost", "Share"];

/// Height of a frame in pixels.
pub const ROW: f32 = 20.0;
/// Frames below each other at most.
pub const LEVELS: usize = 120;
/// Narrower frames are drawn as one.
const SMALLEST: f64 = 2.0;
/// Marks at most.
const MARKS: usize = 20_000;
/// Frames that are saved.
const SAVED: usize = 100_000;

/// Merges and lays out a part of the document.
pub fn flame(ledger: Ledger<'_>, part: &Part, request: &DrawRequest) -> Drawn {
    let width = WIDTHS.get(usize::from(request.measure));
    let width = width.map_or(Width::Time, |(width, _)| *width);
    let flame = Flame::new(ledger, part, width);
    let mut drawing = Drawing {
        ledger,
        flame: &flame,
        width,
        alone: alone(&flame),
        whole: flame.whole(),
    };
    if request.plain {
        return drawing.table();
    }
    let mut drawn = Drawn::default();
    let mut root = None;
    for name in request.path.iter().flatten() {
        let Some(next) = flame.find(root, name, ledger) else {
            break;
        };
        root = Some(next);
        drawn.entered.push(Some(name.clone()));
        drawn.crumbs.push(drawing.label(next));
    }
    if let Some(root) = root {
        drawing.whole = flame.width(root);
    }
    drawing.lay_out(root, f64::from(request.size.0.max(1)), &mut drawn);
    drawn.legend = legend(&drawn.marks);
    drawn.total = vec![drawing.amount(drawing.whole)];
    drawn.unknown = drawing.unknown();
    drawn
}

struct Drawing<'d> {
    ledger: Ledger<'d>,
    flame: &'d Flame,
    width: Width,
    /// Names that only one frame has.
    alone: Vec<bool>,
    /// What the picture is wide.
    whole: i128,
}

/// For each frame whether no other has its name.
fn alone(flame: &Flame) -> Vec<bool> {
    let most = flame.frames().iter().map(|frame| frame.name).max();
    let mut times = vec![0_u8; most.map_or(0, |most| most as usize + 1)];
    for frame in flame.frames() {
        if let Some(times) = times.get_mut(frame.name as usize) {
            *times = times.saturating_add(1);
        }
    }
    let is_alone = |frame: &Frame| times.get(frame.name as usize) == Some(&1);
    flame.frames().iter().map(is_alone).collect()
}

/// A frame that is about to be drawn.
struct Place {
    frame: u32,
    left: f64,
    level: usize,
    /// The mark it stands in; none for the first level.
    above: Option<u32>,
}

impl Drawing<'_> {
    fn frame(&self, at: u32) -> Option<&Frame> {
        self.flame.frames().get(at as usize)
    }

    fn name(&self, at: u32) -> &str {
        let frame = self.frame(at);
        frame.map_or("", |frame| self.ledger.text(StrId(frame.name)))
    }

    fn label(&self, at: u32) -> String {
        let name = self.name(at);
        if name.is_empty() { "(no name)" } else { name }.to_owned()
    }

    /// Draws what was gone into, or everything, level by level.
    fn lay_out(&self, root: Option<u32>, wide: f64, drawn: &mut Drawn) {
        if self.whole <= 0 {
            return;
        }
        let scale = wide / self.whole as f64;
        // The places of one level, and of the next.
        let mut level = Vec::new();
        match root {
            Some(frame) => level.push(Place {
                frame,
                left: 0.0,
                level: 0,
                above: None,
            }),
            None => self.beside(None, (0.0, 0, None), scale, &mut level, drawn),
        }
        while !level.is_empty() {
            let mut next = Vec::new();
            for place in level {
                if drawn.marks.len() >= MARKS {
                    drawn.left_out = drawn.left_out.saturating_add(1);
                    continue;
                }
                let mark = drawn.marks.len() as u32;
                self.draw(&place, scale, drawn);
                let below = self.flame.below(Some(place.frame));
                if place.level + 1 < LEVELS {
                    let from = (place.left, place.level + 1, Some(mark));
                    self.beside(Some(place.frame), from, scale, &mut next, drawn);
                } else {
                    drawn.left_out = drawn.left_out.saturating_add(below.len() as u32);
                }
            }
            level = next;
        }
    }

    /// Places the frames below one from the left, and draws those that are too small as one.
    fn beside(
        &self,
        above: Option<u32>,
        (mut left, level, mark): (f64, usize, Option<u32>),
        scale: f64,
        places: &mut Vec<Place>,
        drawn: &mut Drawn,
    ) {
        let below = self.flame.below(above);
        let width = |at: &u32| self.flame.width(*at);
        let large = below.partition_point(|at| width(at) as f64 * scale >= SMALLEST);
        // One of them alone is drawn as what it is.
        let shown = |at: &&u32| width(at) > 0;
        let small: Vec<u32> = below.iter().skip(large).filter(shown).copied().collect();
        let is_one = small.len() == 1;
        let end = large + usize::from(is_one);
        for &frame in below.iter().take(end) {
            places.push(Place {
                frame,
                left,
                level,
                above: mark,
            });
            left += width(&frame) as f64 * scale;
        }
        let Some(&first) = small.first().filter(|_| !is_one) else {
            return;
        };
        let sum: i128 = small.iter().map(width).sum();
        let at = drawn.marks.len() as u32;
        drawn.marks.push(Mark {
            place: place(left, level, sum as f64 * scale),
            shape: Shape::Rest,
            parent: mark.unwrap_or(at),
            node: NONE,
            ink: ink::NEUTRAL,
            member: None,
            label: counted(small.len() as u64, "small frame"),
            value: self.amount(sum),
            cached: 0,
            first: self
                .frame(first)
                .map_or_else(Default::default, |frame| frame.first),
        });
        drawn.items.push(Item {
            node: NONE,
            cells: vec![String::new(); FACTS.len() - 1]
                .into_iter()
                .chain([self.share(sum)])
                .collect(),
            ..Item::default()
        });
    }

    fn draw(&self, of: &Place, scale: f64, drawn: &mut Drawn) {
        let Some(frame) = self.frame(of.frame) else {
            return;
        };
        let width = self.flame.width(of.frame);
        let at = drawn.marks.len() as u32;
        let name = self.name(of.frame).to_owned();
        drawn.marks.push(Mark {
            place: place(of.left, of.level, width as f64 * scale),
            shape: Shape::Cell,
            parent: of.above.unwrap_or(at),
            node: of.frame,
            ink: ink_of(frame.kind),
            member: Some(name.clone()),
            label: self.label(of.frame),
            value: self.amount(self.own(frame)),
            cached: 0,
            first: frame.first,
        });
        let is_alone = self.alone.get(of.frame as usize).copied().unwrap_or(false);
        drawn.items.push(Item {
            node: of.frame,
            member: is_alone.then_some(name),
            cells: self.cells(frame, width),
            has_parts: !self.flame.below(Some(of.frame)).is_empty(),
            first: frame.first,
            ..Item::default()
        });
    }
}

fn place(left: f64, level: usize, width: f64) -> [f32; 4] {
    [left as f32, level as f32 * ROW, width as f32, ROW]
}

fn ink_of(kind: Option<OperationKind>) -> u8 {
    kind.map_or(ink::NEUTRAL, |kind| ink::KIND + kind as u8)
}

#[cfg(test)]
mod tests;
