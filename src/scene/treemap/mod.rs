//! The cost treemap: rectangles whose areas are amounts, and the table beside them.

mod budget;
mod cache;
mod colours;
mod pair;
mod ranked;
mod squarify;
#[cfg(test)]
mod tests;

pub use budget::words;
pub use squarify::{Place, squarify};

use super::drawn::{DrawRequest, Drawn, Mark, Shape, ink};
use super::format::{at_least, cost, count, count_short, duration};
use super::members::Members;
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::part::Part;
use crate::analysis::treemap::{AllFigures, Level, Measure, Node, Sum, Treemap};
use crate::model::{PicoUsd, order};
use colours::Colours;

/// What the area can stand for, with the words for it.
pub const MEASURES: [(Measure, &str); 9] = [
    (Measure::Cost, "Cost"),
    (Measure::Tokens, "Tokens"),
    (Measure::Input, "Tokens in"),
    (Measure::Output, "Tokens out"),
    (Measure::CacheRead, "Tokens cached"),
    (Measure::Reasoning, "Tokens of reasoning"),
    (Measure::Duration, "Time"),
    (Measure::Calls, "Calls"),
    (Measure::CacheSaved, "Cache saved"),
];

/// The measure of what the cache saved, as an index of [`MEASURES`].
pub const CACHE_SAVED: u8 = 8;
const _: () = assert!(matches!(
    MEASURES[CACHE_SAVED as usize].0,
    Measure::CacheSaved
));

/// What colours can stand for.
pub const COLOURS: [&str; 4] = ["Model", "Agent", "Kind", "Price per token"];

/// Levels that every document can have, in the words of the page and of scripts.
pub const LEVELS: [&str; 10] = [
    "agent", "model", "kind", "tool", "step", "span", "run", "session", "user", "service",
];

/// Height of a group's name.
pub const HEADER: f64 = 22.0;
/// Between two cells.
const GAP: f64 = 2.0;
/// Around the cells of a group.
const FRAME: f64 = 1.0;
/// Cells with less room join into one.
const LEAST: f64 = 5.0 * 5.0;
/// Parts that are drawn on their own at most, the largest of each group in the measure of its area: more say nothing to the eye,
/// and take longer to draw than a frame lasts.
const CELLS: f64 = 3000.0;
/// Levels that are drawn at once.
const DRAWN: u8 = 3;
/// Room for a name and an amount, and for a name alone.
pub const LABEL: (f64, f64) = (46.0, 36.0);
/// See [`LABEL`].
pub const SHORT_LABEL: (f64, f64) = (30.0, 20.0);

/// A treemap while it is drawn.
struct Drawing<'m, 'd> {
    treemap: &'m Treemap<'d>,
    parts: (Vec<u32>, Vec<u32>),
    figures: AllFigures,
    colours: Colours<'m>,
    measure: Measure,
    /// Depth of the cells.
    deepest: u8,
    /// How many parts a square pixel may have.
    density: f64,
    marks: Vec<Mark>,
}

/// The measure of a request.
fn measure(request: &DrawRequest) -> Measure {
    let chosen = MEASURES.get(usize::from(request.measure));
    chosen.map_or(Measure::Cost, |(measure, _)| *measure)
}

/// Draws a part of the document. `document` is left for the engine to fill.
pub fn treemap(ledger: Ledger<'_>, members: &Members, part: &Part, request: &DrawRequest) -> Drawn {
    // A key that only another document had is one that no span has.
    let parse = |name: &String| {
        Level::parse(ledger.store, name).unwrap_or_else(|| Level::Attribute(name.clone()))
    };
    let levels: Vec<Level> = request.levels.iter().map(parse).collect();
    let measure = measure(request);
    let colour = colours::level(request.colour);
    let treemap = Treemap::coloured(ledger, part, &levels, measure, colour.as_ref());
    let figures = treemap.figures(part);
    let colours = Colours::new(members, &treemap, &figures, request.colour);
    let parts = treemap.parts();
    let root = entered(&treemap, &parts, &request.path);
    let from = treemap.node(root).map_or(0, |node| node.depth);
    let mut drawing = Drawing {
        deepest: (levels.len() as u8).min(from.saturating_add(DRAWN)),
        density: CELLS / (f64::from(request.size.0) * f64::from(request.size.1)).max(1.0),
        treemap: &treemap,
        parts,
        figures,
        colours,
        measure,
        marks: Vec::new(),
    };
    let (width, height) = request.size;
    let place = [0.0, 0.0, f64::from(width), f64::from(height)];
    let pair = pair::Pair::find(&drawing, root, request);
    match &pair {
        _ if request.plain => {}
        Some(pair) => pair.fill(&mut drawing, place),
        None => drawing.fill(root, place, NONE),
    }
    let path = treemap.path(root);
    let mut drawn = Drawn {
        crumbs: drawing.crumbs(root),
        entered: path,
        unknown: drawing.told(root, &|value| value.is_none()),
        legend: drawing.colours.legend(&treemap, &drawing.marks),
        keys: keys(ledger),
        own_budget: budget::own(ledger, request),
        ..Drawn::default()
    };
    drawn.cache = cache::tell(ledger, part);
    drawn.lost = drawing.told(root, &|value| value.is_some_and(|value| value < 0));
    budget::tell(ledger, part, request, &mut drawn);
    let crossed = drawn.crossed.and_then(|row| treemap.node_of(row));
    drawn.crossed_mark = crossed.and_then(|node| drawing.mark_of(node));
    match &pair {
        Some(pair) => pair.table(&drawing, root, request, &mut drawn),
        None => ranked::fill(&drawing, root, request, &mut drawn),
    }
    drawn.marks = drawing.marks;
    drawn
}

/// The node of a path, as far as there is one.
fn entered(
    treemap: &Treemap<'_>,
    (first, next): &(Vec<u32>, Vec<u32>),
    path: &[Option<String>],
) -> u32 {
    let mut at = 0_u32;
    for name in path {
        let mut part = first.get(at as usize).copied().filter(|&part| part != NONE);
        let found = loop {
            let Some(here) = part else {
                return at;
            };
            let node = treemap.node(here);
            if node.is_some_and(|node| treemap.name(&node) == *name) {
                break here;
            }
            part = next
                .get(here as usize)
                .copied()
                .filter(|&part| part != NONE);
        };
        at = found;
    }
    at
}

/// Keys of attributes, as many as a list can be looked through.
fn keys(ledger: Ledger<'_>) -> Vec<String> {
    const MOST: usize = 200;
    let keys = ledger.store.dictionary().keys();
    let mut keys: Vec<String> = keys.iter().map(|(_, key)| key.to_owned()).collect();
    keys.retain(|key| !key.is_empty());
    order::sort_items(&mut keys, Ord::cmp);
    keys.truncate(MOST);
    keys
}

impl Drawing<'_, '_> {
    fn node(&self, at: u32) -> Option<Node> {
        self.treemap.node(at)
    }

    /// The parts of a node.
    fn parts_of(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        let next = |at: u32| self.parts.1.get(at as usize).copied();
        let first = self.parts.0.get(at as usize).copied();
        std::iter::successors(first, move |&at| next(at)).take_while(|&at| at != NONE)
    }

    /// The largest of some nodes in order, and how many there are in all: most of a million need not be put in order.
    fn largest(&self, mut nodes: impl Iterator<Item = u32>, most: usize) -> (Vec<u32>, usize) {
        order::first(&mut nodes, most, &|a, b| self.treemap.compare(a, b))
    }

    /// The innermost mark that holds a node.
    fn mark_of(&self, node: u32) -> Option<u32> {
        let mut at = node;
        loop {
            let found = self.marks.iter().rposition(|mark| mark.node == at);
            if let Some(found) = found {
                return Some(found as u32);
            }
            at = self.node(at).filter(|node| node.depth > 0)?.parent;
        }
    }

    /// Fills a place with the parts of a node; `parent` is the mark it stands in, or [`NONE`].
    fn fill(&mut self, at: u32, place: Place, parent: u32) {
        let Some(node) = self.node(at) else {
            return;
        };
        if node.depth >= self.deepest {
            self.push(at, node, inset(place), Shape::Cell, parent);
            return;
        }
        let value = |part: u32| self.treemap.value(part).filter(|&value| value > 0);
        // What is drawn is as long as this is: most of a million parts are too small to be put in order.
        let mut all: Vec<(u32, f64)> = Vec::new();
        let mut whole = 0_i128;
        for part in self.parts_of(at) {
            if let Some(value) = value(part) {
                all.push((part, value as f64));
                whole += value;
            }
        }
        let area = place[2] * place[3];
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
        let places = squarify(&values, place);
        let mut places = places.into_iter();
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

    /// One part: a cell, or a group with what is in it.
    fn part(&mut self, at: u32, place: Place, parent: u32) {
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

    /// An amount with its unit, `-` when unknown.
    fn amount(&self, sum: Sum) -> String {
        at_least(
            sum.value().map(|value| amount(self.measure, value)),
            sum.is_complete(),
        )
    }

    fn crumbs(&self, root: u32) -> Vec<String> {
        let mut crumbs = Vec::new();
        let mut at = root;
        while let Some(node) = self.node(at).filter(|node| node.depth > 0) {
            crumbs.extend(
                self.treemap
                    .level(node.depth)
                    .map(|level| level.label(node.member)),
            );
            at = node.parent;
        }
        crumbs.reverse();
        crumbs
    }

    /// Cells below a node whose amounts have no area, in words: those that are unknown, or less than nothing.
    fn told(&self, root: u32, is_it: &dyn Fn(Option<i128>) -> bool) -> String {
        const NAMED: usize = 3;
        /// Cells that are looked at.
        const MOST: usize = 300;
        let is_below = |mut at: u32| {
            while let Some(node) = self.node(at) {
                if at == root {
                    return true;
                }
                if node.depth == 0 {
                    return false;
                }
                at = node.parent;
            }
            false
        };
        let is_cell = |at| {
            let node = self.node(at);
            node.is_some_and(|node| node.depth == self.deepest && node.spans > 0)
        };
        let mut cells = (0..self.treemap.count())
            .filter(|&at| is_it(self.treemap.value(at)) && is_cell(at) && is_below(at));
        let (cells, all) = order::first(&mut cells, MOST, &|a, b| self.treemap.compare(a, b));
        // Spans of one name are told together.
        let mut told: Vec<(String, u64)> = Vec::new();
        for &at in &cells {
            let requests = u64::from(self.node(at).map_or(0, |node| node.calls));
            let path = self.crumbs(at).join(", ");
            match told.iter_mut().find(|(known, _)| *known == path) {
                Some((_, sum)) => *sum += requests,
                None => told.push((path, requests)),
            }
        }
        let more = told.len().saturating_sub(NAMED) + (all - cells.len());
        let mut words: Vec<String> = (told.into_iter().take(NAMED))
            .map(|(path, requests)| {
                format!("{path} ({})", super::format::counted(requests, "call"))
            })
            .collect();
        if more > 0 {
            words.push(format!("{} more", count(more as u64)));
        }
        words.join("; ")
    }
}

/// A cell with half the gap taken off at each side; one that is too narrow keeps what it has.
fn inset([left, top, width, height]: Place) -> Place {
    let half = |length: f64| (GAP / 2.0).min(length / 4.0);
    let (x, y) = (half(width), half(height));
    [left + x, top + y, width - 2.0 * x, height - 2.0 * y]
}

/// An amount in the unit of its measure.
fn amount(measure: Measure, value: i128) -> String {
    let whole = u64::try_from(value).unwrap_or(0);
    match measure {
        Measure::Cost | Measure::CacheSaved => {
            cost(PicoUsd(i64::try_from(value).unwrap_or(i64::MAX)))
        }
        Measure::Duration => duration(i64::try_from(value).unwrap_or(i64::MAX)),
        Measure::Calls => count(whole),
        _ => count_short(whole),
    }
}

fn percent(part: u64, whole: u64) -> u8 {
    if whole == 0 {
        return 0;
    }
    (u128::from(part) * 100 / u128::from(whole)).min(100) as u8
}

/// A part of a whole in thousandths.
fn thousandths(part: i128, whole: i128) -> u16 {
    if whole <= 0 {
        return 0;
    }
    u16::try_from(part.max(0).saturating_mul(1000) / whole)
        .unwrap_or(1000)
        .min(1000)
}
