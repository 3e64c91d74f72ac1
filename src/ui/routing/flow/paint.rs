//! The flow as it is drawn: bands, nodes, and labels in the room that was made for them.

use crate::scene::drawn::ink;
use crate::scene::routing::{Flow, Link, Node};
use crate::ui::canvas::{Anchor, Font, Ink, Pen, Step, Stroke};

/// How much of a band's colour is seen; below the pointer or selected.
const SEEN: (f64, f64) = (0.3, 0.55);

/// Draws everything.
pub fn paint(
    pen: &mut Pen<'_>,
    (width, height): (f64, f64),
    flow: &Flow,
    selected: Option<usize>,
    hover: Option<usize>,
) {
    pen.fill([0.0, 0.0, width, height], pen.ink(Ink::Bg0));
    for (link, at) in flow.links.iter().zip(flow.nodes.len()..) {
        let is_marked = hover == Some(at) || selected == Some(at);
        band(pen, flow, link, is_marked, selected == Some(at));
    }
    for (at, node) in flow.nodes.iter().enumerate() {
        let place = node.place.map(f64::from);
        pen.fill(place, colour(pen, node));
        if node.unknown {
            pen.fill(place, pen.ink(Ink::Bg0));
            pen.hatch(place, pen.ink(Ink::Hatch));
            pen.frame(place, Stroke::solid(pen.ink(Ink::Ink3), 1.0));
        } else if pen.is_forced() {
            pen.frame(place, Stroke::solid(pen.ink(Ink::Ink1), 1.0));
        }
        if selected == Some(at) || hover == Some(at) {
            let [left, top, width, height] = place;
            let around = [left - 3.0, top - 3.0, width + 6.0, height + 6.0];
            let stroke = if selected == Some(at) {
                Stroke::solid(pen.ink(Ink::Ink1), 2.0)
            } else {
                Stroke::solid(pen.ink(Ink::LineControl), 1.0)
            };
            pen.frame(around, stroke);
        }
    }
    for node in &flow.nodes {
        label(pen, node);
    }
}

fn colour<'p>(pen: &Pen<'p>, node: &Node) -> &'p str {
    match (node.column, node.name.as_deref()) {
        (3, Some("failed" | "stopped by a budget")) => pen.ink(Ink::Error),
        (0 | 3, _) => pen.ink(Ink::Ink2),
        _ => pen.full(node.ink),
    }
}

fn band(pen: &mut Pen<'_>, flow: &Flow, link: &Link, is_marked: bool, is_selected: bool) {
    let ends = (
        flow.nodes.get(usize::from(link.from)),
        flow.nodes.get(usize::from(link.to)),
    );
    let (Some((left, right)), (Some(from), Some(to))) = (flow.span(link), ends) else {
        return;
    };
    // Tasks and outcomes have no colour of their own.
    let node = if to.ink == ink::NEUTRAL && to.column == 3 {
        from
    } else {
        to
    };
    let colour = colour(pen, node);
    let (left, right) = (f64::from(left), f64::from(right));
    let middle = f64::midpoint(left, right);
    let [y0, y1] = link.ends.map(f64::from);
    if link.width <= 0.0 {
        let curve = [
            Step::Move(left, y0),
            Step::Cubic((middle, y0), (middle, y1), (right, y1)),
        ];
        let thick = if is_marked { 2.0 } else { 1.25 };
        pen.path(
            &curve,
            None,
            Some(Stroke::dashed(pen.ink(Ink::Ink2), thick, 4.0)),
        );
        return;
    }
    let half = f64::from(link.width) / 2.0;
    let outline = [
        Step::Move(left, y0 - half),
        Step::Cubic((middle, y0 - half), (middle, y1 - half), (right, y1 - half)),
        Step::Line(right, y1 + half),
        Step::Cubic((middle, y1 + half), (middle, y0 + half), (left, y0 + half)),
        Step::Close,
    ];
    pen.set_opacity(if is_marked { SEEN.1 } else { SEEN.0 });
    pen.path(&outline, Some(colour), None);
    pen.set_opacity(1.0);
    if is_selected {
        pen.path(&outline, None, Some(Stroke::solid(pen.ink(Ink::Ink1), 1.5)));
    } else if pen.is_forced() {
        pen.path(
            &outline,
            None,
            Some(Stroke::solid(pen.ink(Ink::Line2), 1.0)),
        );
    }
}

/// A name with its amount, in the room that was made for it.
fn label(pen: &mut Pen<'_>, node: &Node) {
    let [left, top, width, _] = node.room.map(f64::from);
    let (strong, weak) = (pen.ink(Ink::Ink1), pen.ink(Ink::Ink2));
    if matches!(node.column, 0 | 3) {
        let (anchor, x) = if node.column == 0 {
            (Anchor::End, left + width)
        } else {
            (Anchor::Start, left)
        };
        let (name, _) = pen.fit(Font::Name, &node.label, width);
        pen.text(Font::Name, strong, anchor, (x, top + 12.0), &name);
        let (value, _) = pen.fit(Font::Small, &node.value, width);
        pen.text(Font::Small, weak, anchor, (x, top + 26.0), &value);
        return;
    }
    let amount = pen.width(Font::Body, &node.value);
    let (name, used) = pen.fit(
        Font::Parent,
        &node.label,
        (width - amount - 6.0).max(width / 2.0),
    );
    let fits = used + 6.0 + amount <= width;
    pen.text(
        Font::Parent,
        strong,
        Anchor::Start,
        (left, top + 12.0),
        &name,
    );
    if fits {
        pen.text(
            Font::Body,
            weak,
            Anchor::Start,
            (left + used + 6.0, top + 12.0),
            &node.value,
        );
    }
}
