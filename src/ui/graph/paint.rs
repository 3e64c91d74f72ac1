//! The graph with a pen. Boxes and ways are scaled, letters and lines are not: they are read at every scale.

use crate::model::OperationKind;
use crate::scene::drawn::ink;
use crate::scene::graph::lens::{Lens, Part, parts};
use crate::scene::graph::{Edge, EdgeKind, GraphScene, Node, NodeKind};
use crate::ui::canvas::{Anchor, Font, Ink, Pen, Step, Stroke};

/// What is chosen and what is below the pointer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lit {
    /// Chosen.
    pub chosen: Part,
    /// Below the pointer.
    pub hover: Part,
}

/// How much is seen of what has nothing to do with what is lit.
const FAINT: f64 = 0.3;
/// How much is seen of edges, which cross each other.
const EDGE: f64 = 0.8;
/// Length of an arrow's head.
const HEAD: f64 = 8.0;
/// Labels of edges are written from this scale on.
const LABELLED: f64 = 0.4;
/// Heights at which a box has room for a name, and for a line below it.
const NAMED: (f64, f64) = (10.5, 33.0);
/// Below this width a box has no room to spare around its texts, below this height for large letters.
const NARROW: (f64, f64) = (140.0, 15.0);
/// With more edges those of a single call have no label.
pub const FEW: usize = 40;

impl Lit {
    /// What decides about everything else: what is below the pointer, else what is chosen.
    fn part(self) -> Part {
        if self.hover == Part::Nothing {
            self.chosen
        } else {
            self.hover
        }
    }

    fn lights_edge(self, at: u32, edge: &Edge) -> bool {
        match self.part() {
            Part::Nothing => true,
            Part::Node(node) => edge.from == node || edge.to == node,
            Part::Edge(lit) => lit == at,
        }
    }

    fn lights_node(self, at: u32, edges: &[Edge]) -> bool {
        match self.part() {
            Part::Nothing => true,
            Part::Node(node) => {
                node == at
                    || edges.iter().any(|edge| {
                        [edge.from, edge.to] == [node, at] || [edge.from, edge.to] == [at, node]
                    })
            }
            Part::Edge(lit) => edges
                .get(lit as usize)
                .is_some_and(|edge| edge.from == at || edge.to == at),
        }
    }

    fn marks(self, part: Part) -> (bool, bool) {
        (self.chosen == part, self.hover == part)
    }
}

/// Paints everything with its ground.
pub fn paint(
    pen: &mut Pen<'_>,
    (width, height): (f64, f64),
    scene: &GraphScene,
    lens: &Lens,
    lit: Lit,
) {
    pen.fill([0.0, 0.0, width, height], pen.ink(Ink::Bg0));
    let edges = || (0_u32..).zip(&scene.edges);
    // What is lit is painted over the rest.
    for is_lit in [false, true] {
        for (at, edge) in edges().filter(|&(at, edge)| lit.lights_edge(at, edge) == is_lit) {
            let is_marked = is_lit && lit.part() != Part::Nothing;
            // Edges that share a way would add up, were they faint by opacity.
            let is_plain = is_lit && !is_marked;
            pen.set_opacity(if is_plain { EDGE } else { 1.0 });
            let colour = match (is_lit, lit.marks(Part::Edge(at)).0) {
                (_, true) => pen.ink(Ink::Ink1),
                (false, _) => pen.ink(Ink::Line),
                (true, _) => colour(pen, scene, edge),
            };
            way(pen, edge, lens, colour, lit.marks(Part::Edge(at)).0);
        }
    }
    pen.set_opacity(1.0);
    let mut written: Vec<[f64; 4]> = Vec::new();
    for (at, edge) in edges() {
        let is_marked = lit.part() != Part::Nothing;
        let is_written = if is_marked {
            lit.lights_edge(at, edge)
        } else {
            lens.scale.1 >= LABELLED && (scene.edges.len() <= FEW || edge.label != "1")
        };
        if is_written {
            label(pen, edge, lens, &mut written);
        }
    }
    for (node, at) in scene.nodes.iter().zip(0_u32..) {
        let [left, top, wide, high] = lens.place(node.place);
        if left + wide < 0.0 || top + high < 0.0 || left > width || top > height {
            continue;
        }
        pen.set_opacity(if lit.lights_node(at, &scene.edges) {
            1.0
        } else {
            FAINT
        });
        draw_node(
            pen,
            node,
            [left, top, wide, high],
            lit.marks(Part::Node(at)),
        );
    }
    pen.set_opacity(1.0);
}

fn colour<'p>(pen: &Pen<'p>, scene: &GraphScene, edge: &Edge) -> &'p str {
    let from = scene.nodes.get(edge.from as usize);
    match edge.kind {
        EdgeKind::Handoff => pen.full(ink::KIND + OperationKind::Handoff as u8),
        EdgeKind::Correlation | EdgeKind::Link => pen.ink(Ink::Ink3),
        _ => match from.map(|node| node.ink) {
            Some(own) if own != ink::NEUTRAL => pen.full(own),
            _ => pen.ink(Ink::Ink3),
        },
    }
}

fn way(pen: &mut Pen<'_>, edge: &Edge, lens: &Lens, colour: &str, is_chosen: bool) {
    let thick = f64::from(edge.thick) * lens.scale.1.clamp(0.6, 1.5);
    let thick = if is_chosen { thick.max(2.0) } else { thick };
    let head = (HEAD + thick * 1.2) * lens.scale.1.clamp(0.6, 1.0);
    let mut steps = Vec::new();
    let mut tip = None;
    for curve in parts(&edge.path) {
        let [start, a, b, end] = curve.map(|point| lens.at(point));
        if steps.is_empty() {
            steps.push(Step::Move(start.0, start.1));
        }
        steps.push(Step::Cubic(a, b, end));
        tip = Some((b, end));
    }
    let Some((before, end)) = tip else {
        return;
    };
    let (dx, dy) = (end.0 - before.0, end.1 - before.1);
    let long = dx.hypot(dy).max(0.01);
    let (dx, dy) = (dx / long, dy / long);
    // The line ends within the head, not beside its tip.
    let neck = (end.0 - dx * head * 0.92, end.1 - dy * head * 0.92);
    if let Some(Step::Cubic(_, pull, to)) = steps.last_mut() {
        *pull = (pull.0 - dx * head * 0.92, pull.1 - dy * head * 0.92);
        *to = neck;
    }
    let stroke = if edge.kind.is_inferred() {
        Stroke::dashed(colour, thick, 5.0)
    } else {
        Stroke::solid(colour, thick)
    };
    pen.path(&steps, None, Some(stroke));
    let base = (end.0 - dx * head, end.1 - dy * head);
    let half = head * 0.42;
    let corners = [
        Step::Move(end.0, end.1),
        Step::Line(base.0 - dy * half, base.1 + dx * half),
        Step::Line(base.0 + dy * half, base.1 - dx * half),
        Step::Close,
    ];
    pen.path(&corners, Some(colour), None);
}

/// Writes a label where none was written yet.
fn label(pen: &mut Pen<'_>, edge: &Edge, lens: &Lens, written: &mut Vec<[f64; 4]>) {
    let Some(middle) = edge.label_at else {
        return;
    };
    let (x, y) = lens.at(middle);
    let width = pen.width(Font::Small, &edge.label) + 6.0;
    let place = [x - width / 2.0, y - 7.0, width, 14.0];
    let is_over = |other: &[f64; 4]| {
        place[0] < other[0] + other[2]
            && other[0] < place[0] + place[2]
            && (place[1] - other[1]).abs() < 14.0
    };
    if written.iter().any(is_over) {
        return;
    }
    written.push(place);
    pen.rounded(place, 3.0, Some(pen.ink(Ink::Bg0)), None);
    let colour = if edge.failed { Ink::Error } else { Ink::Ink2 };
    pen.text(
        Font::Small,
        pen.ink(colour),
        Anchor::Middle,
        (x, y + 4.0),
        &edge.label,
    );
}

fn draw_node(pen: &mut Pen<'_>, node: &Node, place: [f64; 4], (is_chosen, is_below): (bool, bool)) {
    let [left, top, width, height] = place;
    let radius = (height / 5.0).min(6.0);
    let ground = pen.ink(Ink::Bg1);
    if node.joined > 0 {
        // A second box behind it.
        let behind = [left + 4.0, top - 4.0, width - 4.0, height];
        let line = Stroke::solid(pen.ink(Ink::Line2), 1.0);
        pen.rounded(behind, radius, Some(ground), Some(line));
    }
    let line = if is_chosen {
        Stroke::solid(pen.ink(Ink::Ink1), 2.0)
    } else if is_below {
        Stroke::solid(pen.ink(Ink::LineControl), 1.5)
    } else {
        Stroke::solid(pen.ink(Ink::Line2), 1.0)
    };
    pen.rounded(place, radius, Some(ground), Some(line));
    if height < NAMED.0 || width < 26.0 {
        let mark = (left + width / 2.0, top + height / 2.0);
        draw_mark(pen, node, mark, (height / 12.0).min(1.0));
        return;
    }
    let has_value = height >= NAMED.1 && !node.value.is_empty();
    let line = if has_value {
        top + height / 2.0 - 8.0
    } else {
        top + height / 2.0
    };
    let is_narrow = width < NARROW.0;
    let (mark, from, margin) = if is_narrow {
        (10.0, 19.0, 3.0)
    } else {
        (15.0, 27.0, 8.0)
    };
    draw_mark(pen, node, (left + mark, line), (height / 12.0).min(1.0));
    let from = left + from;
    let room = left + width - margin - from;
    let (font, down) = if height < NARROW.1 {
        (Font::Small, 3.5)
    } else {
        (Font::Name, 4.0)
    };
    let (name, _) = pen.fit(font, &node.label, room);
    pen.text(
        font,
        pen.ink(Ink::Ink1),
        Anchor::Start,
        (from, line + down),
        &name,
    );
    if has_value {
        let (value, _) = pen.fit(Font::Small, &node.value, room);
        let at = (from, line + 20.0);
        pen.text(Font::Small, pen.ink(Ink::Ink3), Anchor::Start, at, &value);
    }
    if node.failed {
        fault(pen, (left + width - 4.0, top + 2.0));
    }
}

/// The mark of a node about a middle.
fn draw_mark(pen: &mut Pen<'_>, node: &Node, (x, y): (f64, f64), scale: f64) {
    let colour = pen.full(node.ink);
    let half = 4.0 * scale;
    match node.kind {
        NodeKind::Agent => pen.circle((x, y), half, Some(colour), None),
        NodeKind::Model => {
            pen.rounded(
                [x - half, y - half, 2.0 * half, 2.0 * half],
                2.0 * scale,
                Some(colour),
                None,
            );
        }
        NodeKind::Service => {
            let pill = [x - 2.0 * scale, y - 6.0 * scale, 4.0 * scale, 12.0 * scale];
            pen.rounded(pill, 2.0 * scale, Some(colour), None);
        }
        NodeKind::Tool => pen.moved(
            (x - 6.5 * scale, y - 6.5 * scale),
            scale * 13.0 / 24.0,
            |pen| {
                pen.path(&WRENCH, None, Some(Stroke::solid(colour, 2.2)));
            },
        ),
    }
}

/// A cross in a circle, on the corner of the box: some of it failed.
fn fault(pen: &mut Pen<'_>, (x, y): (f64, f64)) {
    let stroke = Stroke::solid(pen.ink(Ink::Error), 1.25);
    pen.circle((x, y), 5.0, Some(pen.ink(Ink::Bg0)), Some(stroke));
    pen.line((x - 2.0, y - 2.0), (x + 2.0, y + 2.0), stroke);
    pen.line((x + 2.0, y - 2.0), (x - 2.0, y + 2.0), stroke);
}

/// [`crate::ui::icon::Icon::Wrench`] as curves.
const WRENCH: [Step; 15] = [
    Step::Move(14.70, 6.30),
    Step::Cubic((14.32, 6.69), (14.32, 7.31), (14.70, 7.70)),
    Step::Line(16.30, 9.30),
    Step::Cubic((16.69, 9.68), (17.31, 9.68), (17.70, 9.30)),
    Step::Line(21.47, 5.53),
    Step::Cubic((22.50, 7.81), (22.01, 10.48), (20.25, 12.25)),
    Step::Cubic((18.48, 14.01), (15.81, 14.50), (13.53, 13.47)),
    Step::Line(6.62, 20.38),
    Step::Cubic((5.79, 21.21), (4.45, 21.21), (3.62, 20.38)),
    Step::Cubic((2.79, 19.55), (2.79, 18.21), (3.62, 17.38)),
    Step::Line(10.53, 10.47),
    Step::Cubic((9.50, 8.19), (9.99, 5.52), (11.75, 3.75)),
    Step::Cubic((13.52, 1.99), (16.19, 1.50), (18.47, 2.53)),
    Step::Line(14.71, 6.29),
    Step::Close,
];
