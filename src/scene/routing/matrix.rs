//! Rows, columns, cells and totals.

use super::choices::{Choice, Outcome};
use super::{Sources, agent_ink, dollars, in_full, model_ink, pico, tokens};
use crate::analysis::numbering::Numbering;
use crate::analysis::percentile::{nearest_rank, sorted};
use crate::analysis::routing::matrix::{Cell, Matrix as Counted, by_name};
use crate::analysis::treemap::{Level, Sum};
use crate::model::{SpanRow, Total, order};
use crate::scene::drawn::ink;
use crate::scene::format::{UNKNOWN, at_least, cost, count, count_short, counted, duration, share};
use crate::semantics::prices::Rates;
use serde::{Deserialize, Serialize};

/// The measure that only durations tell, as an index of [`MEASURES`](super::MEASURES).
const LATENCY: u8 = 3;

/// Columns at most.
const COLUMNS: usize = 24;

/// The matrix, and what another choice of models would have cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    /// Models, those with the largest amount first.
    pub columns: Vec<Head>,
    /// Agents or tasks, those with the largest amount first.
    pub rows: Vec<Head>,
    /// Rows and columns that were left out.
    pub left_out: (u32, u32),
    /// Cells in which anything happened, by row, then column.
    pub cells: Vec<RoutedCell>,
    /// The whole.
    pub total: Head,
    /// The least and the largest amount of a cell; empty when none is known.
    pub heat: Vec<String>,
    /// Cells of which the amount is unknown.
    pub unknown: u32,
    /// Agents (or tasks), and what they would have cost; all of them first.
    pub choices: Vec<Choice>,
    /// Those that were left out of the choices.
    pub more_choices: u32,
    /// What came of the choices.
    pub outcome: Outcome,
    /// What would have come of them in everything that is loaded, where that is more.
    pub outcome_of_all: Option<Outcome>,
    /// Limits of context that calls exceed, and what cannot be priced.
    pub notes: Vec<String>,
}

/// The name of a row or column with its totals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// As recorded; `None` for what has none.
    pub name: Option<String>,
    /// What is shown.
    pub label: String,
    /// What else is said of it: a model's prices, a row's share.
    pub note: String,
    /// Its colour.
    pub ink: u8,
    /// Its amount.
    pub value: String,
    /// Its requests.
    pub calls: u32,
    /// Its amounts with all their digits.
    pub full: String,
    /// The first span of it.
    pub first: SpanRow,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RoutedCell {
    /// Index of its row.
    pub row: u16,
    /// Index of its column.
    pub column: u16,
    /// Its colour: a step of heat, or none where the amount is unknown.
    pub ink: u8,
    /// The amount.
    pub value: String,
    /// What it would have cost on the model it is assigned to; empty when it is not assigned.
    pub after: String,
    /// What else is said of it.
    pub lines: Vec<String>,
    /// Requests in it.
    pub calls: u32,
    /// Its amounts with all their digits.
    pub full: String,
    /// The first span of it.
    pub first: SpanRow,
    /// Numbers of its row and its model.
    #[serde(skip)]
    pub(super) key: Option<(u32, u32)>,
}

/// Sums of a cell, a row, a column or everything.
#[derive(Debug, Clone, Default)]
struct Sums {
    cost: Sum,
    tokens: Sum,
    calls: u32,
    errors: u32,
    /// Empty unless they are what is measured: there is one for every call.
    durations: Vec<i64>,
    first: Option<SpanRow>,
}

impl Sums {
    fn add(&mut self, cell: &Cell, measure: u8) {
        self.cost.add(cell.cost.value(), !cell.cost.is_complete());
        for total in [cell.usage.input, cell.usage.output] {
            let amount = total.value().map(i128::from);
            self.tokens.add(amount, !total.is_complete());
        }
        self.calls += cell.calls;
        self.errors += cell.errors;
        if measure == LATENCY {
            self.durations.extend_from_slice(&cell.durations);
        }
        let first = self.first.map_or(cell.first, |first| first.min(cell.first));
        self.first = Some(first);
    }

    /// The amount by a measure in its smallest unit; `None` when unknown.
    fn amount(&self, measure: u8) -> Option<i128> {
        match measure {
            0 => self.cost.value(),
            1 => Some(i128::from(self.calls)),
            2 => self.tokens.value(),
            LATENCY => nearest_rank(&self.durations, 50).map(i128::from),
            _ => (self.calls > 0).then(|| i128::from(self.errors)),
        }
    }

    fn text(&self, measure: u8) -> String {
        match (measure, self.amount(measure)) {
            (0, _) => dollars(self.cost),
            (2, _) => tokens(self.tokens),
            (_, None) => UNKNOWN.to_owned(),
            (measure, Some(amount)) => in_unit(measure, amount),
        }
    }

    fn head(&self, label: String, measure: u8) -> Head {
        Head {
            label,
            value: self.text(measure),
            calls: self.calls,
            full: in_full(self.cost, self.tokens, self.calls),
            first: self.first.unwrap_or_default(),
            ..Head::default()
        }
    }
}

fn in_unit(measure: u8, amount: i128) -> String {
    let whole = super::whole(amount);
    match measure {
        0 => cost(pico(amount)),
        2 => count_short(whole),
        LATENCY => duration(i64::try_from(amount).unwrap_or(i64::MAX)),
        _ => count(whole),
    }
}

/// A row or a column while it is filled.
#[derive(Debug)]
struct Side {
    member: u32,
    name: Option<String>,
    sums: Sums,
}

/// Rows or columns.
#[derive(Debug, Default)]
struct Sides {
    numbers: Numbering,
    all: Vec<Side>,
}

impl Sides {
    fn add(&mut self, cell: &Cell, measure: u8, member: u32, name: Option<String>) {
        let at = self.numbers.number(u64::from(member)) as usize;
        if at == self.all.len() {
            self.all.push(Side {
                member,
                name,
                sums: Sums::default(),
            });
        }
        self.all[at].sums.add(cell, measure);
    }

    /// Puts those with the largest amount first and what has no name last; gives the new place of each number.
    fn order(&mut self, measure: u8) -> Vec<u32> {
        for side in &mut self.all {
            side.sums.durations = sorted(&side.sums.durations);
        }
        let amount = |side: &Side| (side.sums.amount(measure), side.sums.calls);
        order::sort_items(&mut self.all, |a, b| {
            (a.name.is_none().cmp(&b.name.is_none()))
                .then_with(|| amount(b).cmp(&amount(a)))
                .then_with(|| by_name(a.name.as_deref(), b.name.as_deref()))
        });
        let mut places = vec![0; self.all.len()];
        for (side, place) in self.all.iter().zip(0..) {
            if let Some(at) = self.numbers.get(u64::from(side.member)) {
                places[at as usize] = place;
            }
        }
        places
    }
}

/// Counts a part of the document.
pub(super) fn matrix(of: Sources<'_>, level: &Level, measure: u8, most: u16) -> Matrix {
    let tasks = *level == Level::Task;
    let counted = Counted::new(of.ledger, of.part, level);
    let cells = counted.cells();
    let mut all = Sums::default();
    let (mut rows, mut columns) = (Sides::default(), Sides::default());
    for cell in &cells {
        let (row, column) = counted.names(cell);
        all.add(cell, measure);
        rows.add(cell, measure, cell.row, row);
        columns.add(cell, measure, cell.column, column);
    }
    all.durations = sorted(&all.durations);
    let (row_places, column_places) = (rows.order(measure), columns.order(measure));
    let place = |sides: &Sides, places: &[u32], member: u32| {
        let number = sides.numbers.get(u64::from(member));
        let place = number.and_then(|number| places.get(number as usize));
        place.copied().unwrap_or(0)
    };
    let (rows_shown, columns_shown) = (usize::from(most).max(1), COLUMNS);
    let sums: Vec<Sums> = cells.iter().map(|cell| one(cell, measure)).collect();
    let amounts: Vec<Option<i128>> = sums.iter().map(|sums| sums.amount(measure)).collect();
    let steps = heat(&amounts, is_by_factor(measure));
    let mut shown: Vec<RoutedCell> = Vec::new();
    for ((cell, sums), step) in cells.iter().zip(&sums).zip(steps) {
        let row = place(&rows, &row_places, cell.row);
        let column = place(&columns, &column_places, cell.column);
        if row as usize >= rows_shown || column as usize >= columns_shown {
            continue;
        }
        shown.push(RoutedCell {
            row: row as u16,
            column: column as u16,
            ink: step.map_or(ink::NEUTRAL, |step| ink::HEAT + step),
            value: sums.text(measure),
            lines: lines(cell),
            calls: cell.calls,
            full: in_full(sums.cost, sums.tokens, sums.calls),
            first: cell.first,
            key: Some((cell.row, cell.column)),
            ..RoutedCell::default()
        });
    }
    order::sort_items(&mut shown, |a, b| (a.row, a.column).cmp(&(b.row, b.column)));
    let left_out = (
        rows.all.len().saturating_sub(rows_shown) as u32,
        columns.all.len().saturating_sub(columns_shown) as u32,
    );
    rows.all.truncate(rows_shown);
    columns.all.truncate(columns_shown);
    let none = if tasks { "no task" } else { "no agent" };
    let row_head = |side: &Side| Head {
        ink: if tasks {
            ink::NEUTRAL
        } else {
            agent_ink(of, side.member)
        },
        note: part_of(&side.sums, &all, measure),
        name: side.name.clone(),
        ..side.sums.head(label(side.name.as_deref(), none), measure)
    };
    let column_head = |side: &Side| Head {
        ink: model_ink(of, side.member),
        note: prices(of, side.name.as_deref()),
        name: side.name.clone(),
        ..side
            .sums
            .head(label(side.name.as_deref(), "no model"), measure)
    };
    Matrix {
        rows: rows.all.iter().map(row_head).collect(),
        columns: columns.all.iter().map(column_head).collect(),
        left_out,
        unknown: amounts.iter().filter(|amount| amount.is_none()).count() as u32,
        heat: limits(&amounts, measure),
        cells: shown,
        total: all.head("Total".to_owned(), measure),
        ..Matrix::default()
    }
}

fn one(cell: &Cell, measure: u8) -> Sums {
    let mut sums = Sums::default();
    sums.add(cell, measure);
    sums
}

/// What is shown of a name.
pub(super) fn label(name: Option<&str>, none: &str) -> String {
    match name {
        None => none.to_owned(),
        Some("") => "(no name)".to_owned(),
        Some(name) => name.to_owned(),
    }
}

/// The share of a row where shares add up.
fn part_of(part: &Sums, all: &Sums, measure: u8) -> String {
    let (part, all) = match (measure, part.amount(measure), all.amount(measure)) {
        (LATENCY, ..) => return String::new(),
        (_, Some(part), Some(all)) if all > 0 => (part, all),
        _ => return String::new(),
    };
    // What has no room is not a share that could be read.
    let shift = u32::from(all > i128::from(u64::MAX)) * 32;
    let of = ["cost", "calls", "tokens", "", "errors"];
    let what = of.get(usize::from(measure)).copied().unwrap_or_default();
    let share = share(super::whole(part >> shift), super::whole(all >> shift));
    format!("{share} of {what}")
}

/// Prices of a model per million tokens.
fn prices(of: Sources<'_>, model: Option<&str>) -> String {
    let Some(price) = model.and_then(|model| of.ledger.book.find(Some(model))) else {
        return String::new();
    };
    let Rates { input, output, .. } = price.row.rates;
    // A millionth of a dollar a token is a dollar a million of them.
    let million = |price: crate::model::PicoUsd| {
        let text = cost(pico(i128::from(price.0) * 1_000_000));
        text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
    };
    format!("{} in, {} out", million(input), million(output))
}

/// The least and the largest amount of the scale, in words.
fn limits(amounts: &[Option<i128>], measure: u8) -> Vec<String> {
    let known = || amounts.iter().flatten().copied();
    let factors = factors(amounts).filter(|_| is_by_factor(measure));
    if let Some((from, to)) = factors.filter(|_| known().min() < known().max()) {
        return [from, to].map(|end| in_unit(measure, end as i128)).into();
    }
    match (known().min(), known().max()) {
        (Some(least), Some(most)) => vec![in_unit(measure, least), in_unit(measure, most)],
        _ => Vec::new(),
    }
}

/// Whether amounts of a measure spread over magnitudes: cost and latency do.
fn is_by_factor(measure: u8) -> bool {
    matches!(measure, 0 | LATENCY)
}

/// The ends of a scale of equal factors; `None` without an amount above zero. It goes as far as three magnitudes below the
/// largest amount, and has room for a factor of two at least: what is nearly the same looks so.
fn factors(amounts: &[Option<i128>]) -> Option<(f64, f64)> {
    let known = || amounts.iter().flatten().filter(|amount| **amount > 0);
    let to = *known().max()?;
    let from = (*known().min()?).max(to / 1000) as f64;
    let to = to as f64;
    if to >= from * 2.0 {
        return Some((from, to));
    }
    let middle = (from * to).sqrt();
    let half = std::f64::consts::SQRT_2;
    Some((middle / half, middle * half))
}

/// A step of heat for each amount: equal factors for what spreads over magnitudes, as far as three of them below the
/// largest; else equal parts of the amounts there are.
pub(super) fn heat(amounts: &[Option<i128>], by_factor: bool) -> Vec<Option<u8>> {
    let top = ink::STEPS - 1;
    if by_factor {
        let factors = factors(amounts);
        let step = |amount: i128| {
            let Some((from, to)) = factors.filter(|_| amount > 0) else {
                return 0;
            };
            let step = (amount as f64 / from).ln() / (to / from).ln() * f64::from(ink::STEPS);
            (step as u8).min(top)
        };
        return amounts.iter().map(|amount| amount.map(step)).collect();
    }
    let mut known: Vec<i128> = amounts.iter().flatten().copied().collect();
    order::sort_items(&mut known, Ord::cmp);
    known.dedup();
    let step = |amount: i128| {
        let below = known.partition_point(|&other| other < amount);
        match known.len() {
            // Nothing differs: nothing is hot.
            0 | 1 => {
                if amount > 0 {
                    top / 2
                } else {
                    0
                }
            }
            all => (below * usize::from(top) / (all - 1)) as u8,
        }
    };
    amounts.iter().map(|amount| amount.map(step)).collect()
}

/// Calls and tokens; latency and errors.
fn lines(cell: &Cell) -> Vec<String> {
    let part = |total: Total<u64>, way: &str| {
        let known = at_least(total.value().map(count_short), total.is_complete());
        format!("{known} {way}")
    };
    let calls = counted(u64::from(cell.calls), "call");
    let usage = &cell.usage;
    let mut lines = if cell.calls == 0 && usage.input.is_empty() {
        // A tool's price, or what an agent reports beside its calls.
        vec!["no calls of its own".to_owned()]
    } else if usage.input.value().or(usage.output.value()).is_none() {
        vec![format!("{calls}, no usage")]
    } else {
        let (input, output) = (part(usage.input, "in"), part(usage.output, "out"));
        vec![[calls, input, output].join(" · ")]
    };
    let percentiles = [50, 95].map(|percent| nearest_rank(&cell.durations, percent));
    if let [Some(p50), Some(p95)] = percentiles {
        lines.push(format!("p50 {} · p95 {}", duration(p50), duration(p95)));
    }
    if cell.errors > 0 {
        lines.push(counted(u64::from(cell.errors), "error"));
    }
    lines
}
