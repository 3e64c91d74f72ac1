//! Rectangles: which parts of a node are drawn by themselves, and where.

use super::colours::Colours;
use super::{Drawing, FRAME, GAP, HEADER, LEAST, Place, SHORT_LABEL, amount, percent, squarify};
use crate::analysis::ledger::NONE;
use crate::analysis::treemap::Node;
use crate::scene::drawn::{Mark, Shape, ink};
use crate::scene::format::count;

/// What of a node's parts is drawn.
struct Chosen {
    /// Those that are drawn by themselves, the largest first.
    parts: Vec<u32>,
    /// Their amounts, and behind them that of the others, if there are any.
    values: Vec<f64>,
    /// How many others there are, and the first of them.
    rest: usize,
    first: Option<u32>,
    /// What the others amount to.
    small: i128,
}

impl Drawing<'_, '_> {
    /// Fills a place with the parts of a node; `parent` is the mark it stands in, or [`NONE`].
    pub(super) fn fill(&mut self, at: u32, place: Place, parent: u32) {
        let Some(node) = self.node(at) else {
            return;
        };
        if node.depth >= self.deepest {
            self.push(at, node, inset(place), Shape::Cell, parent);
            return;
        }
        let area = place[2] * place[3];
        let Chosen {
            parts,
            values,
            rest,
            first,
            small,
        } = self.chosen(at, area);
        let mut places = squarify(&values, place).into_iter();
        for (part, place) in parts.into_iter().zip(places.by_ref()) {
            self.part(part, place, parent);
        }
        if let (Some(place), Some(first)) = (places.next(), first)
            && let Some(node) = self.node(first)
        {
            // A member that the group belongs to is that of all its parts; a price is only the mean of theirs.
            let around = self.marks.get(parent as usize).map(|group| group.ink);
            let ink = around.filter(|_| !matches!(self.colours, Colours::Prices(_)));
            let ink = ink.unwrap_or(ink::NEUTRAL);
            self.push(first, node, inset(place), Shape::Rest, parent);
            if let Some(mark) = self.marks.last_mut() {
                mark.node = NONE;
                mark.ink = ink;
                mark.member = None;
                mark.label = format!("{} small", count(rest as u64));
                mark.value = amount(self.measure, small);
                mark.cached = 0;
            }
        }
    }

    /// Chooses what of a node's parts is drawn by itself in so many square pixels: most of a million are too small even to be put
    /// in order.
    fn chosen(&self, at: u32, area: f64) -> Chosen {
        let value = |part: u32| self.treemap.value(part).filter(|&value| value > 0);
        let mut all: Vec<(u32, f64)> = Vec::new();
        let mut whole = 0_i128;
        for part in self.parts_of(at) {
            if let Some(value) = value(part) {
                all.push((part, value as f64));
                whole += value;
            }
        }
        let seen_from = LEAST * whole as f64 / area;
        let seen = all.iter().filter(|(_, value)| *value >= seen_from);
        let most = (area * self.density).ceil() as usize;
        let (mut parts, _) = self.largest(seen.map(|(part, _)| *part), most.max(1));
        // Those that are not drawn: how many, and the first.
        let last = parts.last().copied();
        let is_rest = |&(part, value): &(u32, f64)| {
            value < seen_from || last.is_none_or(|last| self.treemap.compare(last, part).is_lt())
        };
        let mut rest = all.len() - parts.len();
        let first = all
            .iter()
            .filter(|part| is_rest(part))
            .map(|(part, _)| *part)
            .min();
        if rest == 1 && all.len() > 1 {
            // One alone needs no name of its own.
            parts.extend(first);
            rest = 0;
        }
        let small = whole - parts.iter().filter_map(|&part| value(part)).sum::<i128>();
        let mut values: Vec<f64> = parts
            .iter()
            .filter_map(|&part| value(part))
            .map(|value| value as f64)
            .collect();
        if rest > 0 {
            values.push(small as f64);
        }
        Chosen {
            parts,
            values,
            rest,
            first,
            small,
        }
    }

    /// One part: a cell, or a group with what is in it.
    pub(super) fn part(&mut self, at: u32, place: Place, parent: u32) {
        let Some(node) = self.node(at) else {
            return;
        };
        let place = inset(place);
        let [left, top, width, height] = place;
        let is_named = width >= SHORT_LABEL.0 && height >= HEADER + SHORT_LABEL.1;
        let is_group = node.depth < self.deepest && width >= 12.0 && height >= 12.0;
        if !is_group {
            self.push(at, node, place, Shape::Cell, parent);
            return;
        }
        let shape = if is_named { Shape::Group } else { Shape::Frame };
        self.push(at, node, place, shape, parent);
        let here = self.marks.len() as u32 - 1;
        let above = if is_named { HEADER } else { FRAME };
        let inner = [
            left + FRAME,
            top + above,
            width - 2.0 * FRAME,
            height - above - FRAME,
        ];
        self.fill(at, inner, here);
    }

    fn push(&mut self, at: u32, node: Node, place: Place, shape: Shape, parent: u32) {
        let here = self.marks.len() as u32;
        let level = self.treemap.level(node.depth);
        let figures = self.figures.of(self.treemap, at);
        self.marks.push(Mark {
            place: place.map(|length| length as f32),
            shape,
            parent: if parent == NONE { here } else { parent },
            node: at,
            ink: self.colours.of(&node, &figures),
            member: self.treemap.name(&node),
            label: level.map_or_else(|| "Everything".to_owned(), |level| level.label(node.member)),
            value: self.amount(node.sum),
            cached: percent(figures.cached, figures.input),
            first: node.first,
        });
    }
}

/// A cell with half the gap taken off at each side; one that is too narrow keeps what it has.
fn inset([left, top, width, height]: Place) -> Place {
    let half = |length: f64| (GAP / 2.0).min(length / 4.0);
    let (x, y) = (half(width), half(height));
    [left + x, top + y, width - 2.0 * x, height - 2.0 * y]
}
