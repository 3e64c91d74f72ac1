//! What of a graph is on screen, and what stands where: zoom, pan, hits and neighbours.
//!
//! `screen = scale * place + shift`, across and down each by its own scale: letters keep their size, so a low view is
//! better squeezed than made small all over. All lengths are pixels.

use super::layout::on;
use super::{Edge, Node};

/// Scales at which something can be made out.
const SCALES: (f64, f64) = (0.03, 4.0);
/// A graph is not drawn larger than this to fill the screen.
const FITTED: f64 = 1.2;
/// How much more a graph is squeezed down than across, and across than down.
const SQUEEZED: (f64, f64) = (2.4, 1.5);
/// How much of the graph stays in sight however far it is moved.
const KEPT: f64 = 60.0;
/// How far from an edge it is still hit.
const NEAR: f64 = 6.0;
/// Points of a curve that are looked at.
const POINTS: u8 = 24;

/// A part of the graph on screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lens {
    /// Pixels on screen for one of the graph, across and down.
    pub scale: (f64, f64),
    /// Where the graph's corner is.
    pub shift: (f64, f64),
}

impl Default for Lens {
    fn default() -> Self {
        Self {
            scale: (1.0, 1.0),
            shift: (0.0, 0.0),
        }
    }
}

/// What is at a place, or is chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// Nothing.
    #[default]
    Nothing,
    /// A node, by its place in the list.
    Node(u32),
    /// An edge.
    Edge(u32),
}

impl Lens {
    /// All of a graph in the middle of a view.
    pub fn fitted(size: [f32; 2], (width, height): (f64, f64)) -> Self {
        let [wide, high] = size.map(|length| f64::from(length).max(1.0));
        let across = (width / wide).clamp(SCALES.0, FITTED);
        let down = (height / high).clamp(SCALES.0, FITTED);
        let across = across.min(down * SQUEEZED.0);
        let down = down.min(across * SQUEEZED.1);
        Self {
            scale: (across, down),
            shift: ((width - wide * across) / 2.0, (height - high * down) / 2.0),
        }
    }

    /// A place of the graph on screen.
    pub fn at(&self, [x, y]: [f32; 2]) -> (f64, f64) {
        (
            f64::from(x) * self.scale.0 + self.shift.0,
            f64::from(y) * self.scale.1 + self.shift.1,
        )
    }

    /// A box of the graph on screen.
    pub fn place(&self, [left, top, width, height]: [f32; 4]) -> [f64; 4] {
        let (x, y) = self.at([left, top]);
        [
            x,
            y,
            f64::from(width) * self.scale.0,
            f64::from(height) * self.scale.1,
        ]
    }

    /// Larger by a factor about a place on screen, which stays where it is.
    #[must_use]
    pub fn zoomed(self, (x, y): (f64, f64), factor: f64) -> Self {
        let (across, down) = self.scale;
        let most = SCALES.1 / across.max(down);
        let least = SCALES.0 / across.min(down);
        let by = factor.clamp(least.min(1.0), most.max(1.0));
        Self {
            scale: (across * by, down * by),
            shift: (x - (x - self.shift.0) * by, y - (y - self.shift.1) * by),
        }
    }

    /// Moved by a distance on screen; some of the graph stays in sight.
    #[must_use]
    pub fn moved(self, by: (f64, f64), size: [f32; 2], view: (f64, f64)) -> Self {
        let keep = |shift: f64, length: f32, scale: f64, room: f64| {
            let least = KEPT - f64::from(length) * scale;
            shift.clamp(least.min(0.0), (room - KEPT).max(least.min(0.0)))
        };
        Self {
            shift: (
                keep(self.shift.0 + by.0, size[0], self.scale.0, view.0),
                keep(self.shift.1 + by.1, size[1], self.scale.1, view.1),
            ),
            ..self
        }
    }

    /// Moved as little as is needed for a box to be in sight.
    #[must_use]
    pub fn showing(self, place: [f32; 4], view: (f64, f64)) -> Self {
        let [left, top, width, height] = self.place(place);
        let by = |from: f64, length: f64, room: f64| {
            let margin = 24.0_f64.min((room - length).max(0.0) / 2.0);
            if from < margin {
                margin - from
            } else if from + length > room - margin {
                room - margin - from - length
            } else {
                0.0
            }
        };
        Self {
            shift: (
                self.shift.0 + by(left, width, view.0),
                self.shift.1 + by(top, height, view.1),
            ),
            ..self
        }
    }

    /// What is at a place on screen: a node, else the nearest edge.
    pub fn hit(&self, nodes: &[Node], edges: &[Edge], (x, y): (f64, f64)) -> Part {
        let holds = |node: &Node| {
            let [left, top, width, height] = self.place(node.place);
            (left..left + width).contains(&x) && (top..top + height).contains(&y)
        };
        if let Some(node) = nodes.iter().position(holds) {
            return Part::Node(node as u32);
        }
        let mut nearest = (NEAR, Part::Nothing);
        for (edge, at) in edges.iter().zip(0_u32..) {
            let distance = self.distance(&edge.path, (x, y));
            if distance < nearest.0 {
                nearest = (distance, Part::Edge(at));
            }
        }
        nearest.1
    }

    /// How far a place on screen is from a way.
    fn distance(&self, path: &[[f32; 2]], (x, y): (f64, f64)) -> f64 {
        let mut least = f64::INFINITY;
        let mut before: Option<(f64, f64)> = None;
        for curve in parts(path) {
            for step in 0..=POINTS {
                let point = self.at(on(curve, f32::from(step) / f32::from(POINTS)));
                if let Some(before) = before {
                    least = least.min(to_line((x, y), before, point));
                }
                before = Some(point);
            }
        }
        least
    }
}

/// The curves of a way.
pub fn parts(path: &[[f32; 2]]) -> impl Iterator<Item = [[f32; 2]; 4]> + '_ {
    let starts = (0..path.len().saturating_sub(3)).step_by(3);
    starts.filter_map(|at| path.get(at..at + 4)?.try_into().ok())
}

/// The distance of a place from a line between two others.
fn to_line((x, y): (f64, f64), (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> f64 {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let long = dx * dx + dy * dy;
    let along = if long > 0.0 {
        (((x - x1) * dx + (y - y1) * dy) / long).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (x - x1 - along * dx).hypot(y - y1 - along * dy)
}

/// The nearest node in a direction; without one to start from the one that begins first.
pub fn neighbour(nodes: &[Node], from: Option<u32>, (x, y): (f32, f32)) -> Option<u32> {
    let middle = |node: &Node| {
        let [left, top, width, height] = node.place;
        (left + width / 2.0, top + height / 2.0)
    };
    let Some(from) = from else {
        let corner = |node: &Node| node.place[0] + node.place[1] / 1000.0;
        let mut best: Option<(f32, u32)> = None;
        for (node, at) in nodes.iter().zip(0..) {
            if best.is_none_or(|(known, _)| corner(node) < known) {
                best = Some((corner(node), at));
            }
        }
        return best.map(|(_, at)| at);
    };
    let (x0, y0) = middle(nodes.get(from as usize)?);
    let mut nearest: Option<(f32, u32)> = None;
    for (node, at) in nodes.iter().zip(0..) {
        let (x1, y1) = middle(node);
        let along = (x1 - x0) * x + (y1 - y0) * y;
        let aside = ((x1 - x0) * y - (y1 - y0) * x).abs();
        // What lies aside is farther than it is.
        let distance = along + 2.0 * aside;
        if along > 1.0 && nearest.is_none_or(|(known, _)| distance < known) {
            nearest = Some((distance, at));
        }
    }
    nearest.map(|(_, at)| at)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "scales that have no rounding")]
mod tests {
    use super::*;

    fn node(left: f32, top: f32) -> Node {
        Node {
            place: [left, top, 100.0, 40.0],
            ..Node::default()
        }
    }

    #[test]
    fn a_graph_is_fitted_and_stays_under_the_pointer() {
        let lens = Lens::fitted([400.0, 100.0], (200.0, 200.0));
        assert_eq!((lens.scale, lens.shift), ((0.5, 0.75), (0.0, 62.5)));
        let closer = lens.zoomed((50.0, 100.0), 3.0);
        let under = |lens: Lens| {
            (
                (50.0 - lens.shift.0) / lens.scale.0,
                (100.0 - lens.shift.1) / lens.scale.1,
            )
        };
        assert!((under(lens).0 - under(closer).0).abs() < 1e-9);
        assert!((under(lens).1 - under(closer).1).abs() < 1e-9);
        let away = lens.moved((1e6, -1e6), [400.0, 100.0], (200.0, 200.0));
        assert_eq!(away.shift, (140.0, -15.0));
        let shown = away.showing([0.0, 0.0, 100.0, 40.0], (200.0, 200.0));
        assert!((shown.at([0.0, 0.0]).0 - 126.0).abs() < 1e-9);
        let low = Lens::fitted([600.0, 600.0], (900.0, 300.0));
        assert_eq!(low.scale, (1.2, 0.5), "squeezed, not small");
    }

    #[test]
    fn nodes_are_hit_before_edges() {
        let nodes = [node(0.0, 0.0), node(300.0, 0.0)];
        let edge = Edge {
            path: vec![[100.0, 20.0], [200.0, 20.0], [200.0, 20.0], [300.0, 20.0]],
            ..Edge::default()
        };
        let hit = |x, y| Lens::default().hit(&nodes, std::slice::from_ref(&edge), (x, y));
        assert_eq!(hit(99.0, 20.0), Part::Node(0));
        assert_eq!(hit(200.0, 24.0), Part::Edge(0));
        assert_eq!(hit(200.0, 30.0), Part::Nothing);
    }

    #[test]
    fn arrows_lead_to_the_neighbour_in_their_direction() {
        let nodes = [
            node(0.0, 0.0),
            node(200.0, 60.0),
            node(200.0, 0.0),
            node(0.0, 90.0),
        ];
        let right = (1.0, 0.0);
        assert_eq!(neighbour(&nodes, None, right), Some(0));
        assert_eq!(neighbour(&nodes, Some(0), right), Some(2));
        assert_eq!(neighbour(&nodes, Some(0), (0.0, 1.0)), Some(3));
        assert_eq!(neighbour(&nodes, Some(1), right), None);
        assert_eq!(neighbour(&[], None, right), None);
    }
}
