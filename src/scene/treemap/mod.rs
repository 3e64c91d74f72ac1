//! The cost treemap: rectangles whose areas are amounts, and the table beside them.

mod budget;
mod cache;
mod cells;
mod colours;
mod pair;
mod ranked;
mod squarify;
#[cfg(test)]
mod tests;
mod told;

pub use budget::words;
pub use squarify::{Place, squarify};

use super::drawn::{DrawRequest, Drawn, Mark};
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

    /// An amount with its unit, `-` when unknown.
    fn amount(&self, sum: Sum) -> String {
        at_least(
            sum.value().map(|value| amount(self.measure, value)),
            sum.is_complete(),
        )
    }
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
