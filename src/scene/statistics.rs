//! The table of statistics: a row an operation, agent, tool or model, with everything that is counted of it.
//!
//! Of a [`DrawRequest`] it takes the part, the first level (what rows stand for, as [`By::name`]), the order, `most` and
//! `plain`; of [`Drawn`] it fills in the rows, their total and how many were left out.

use super::drawn::{DrawRequest, Drawn, Item, filter_of, filter_of_name, ink};
use super::format::{UNKNOWN, at_least, cost, count, count_short, duration};
use super::members::Members;
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::part::Part;
use crate::analysis::stats::{By, StatsRow, stats};
use crate::model::{OperationKind, PicoUsd, StrId, order};
use std::cmp::Ordering;

/// The columns behind the name.
pub const COLUMNS: [&str; 10] = [
    "Count",
    "Errors",
    "Total",
    "Self",
    "p50",
    "p95",
    "p99",
    "Tokens in",
    "Tokens out",
    "Cost",
];
/// The column of errors.
pub const ERRORS: usize = 1;
/// The column of durations added up, by which rows stand at first.
pub const TOTAL: usize = 2;
/// The first column that is no count, and the first that is no duration.
const TIMES: usize = 2;
const TOKENS: usize = 7;
const COST: usize = 9;

/// Rows that are shown before somebody asks for more.
pub const ROWS: u32 = 200;
/// Rows that are saved.
const SAVED: usize = 100_000;

/// What rows can stand for: names to ask with, and what they are shown as.
pub const BY: [(&str, &str); 4] = [
    ("operation", "Operation"),
    ("agent", "Agent"),
    ("tool", "Tool"),
    ("model", "Model"),
];

/// A filter that keeps the spans of a row.
pub fn filter_of_row(by: &str, name: Option<&str>) -> String {
    match (by, name) {
        ("operation", Some(name)) => filter_of_name(name),
        ("operation", None) => String::new(),
        (by, name) => filter_of(&[by.to_owned()], &[name.map(str::to_owned)]),
    }
}

/// Counts a part of the document.
pub fn statistics(
    ledger: Ledger<'_>,
    members: &Members,
    part: &Part,
    request: &DrawRequest,
) -> Drawn {
    let by = request.levels.first().and_then(|name| By::parse(name));
    let by = by.unwrap_or_default();
    let mut rows = stats(ledger, part, by);
    let total = total(&rows);
    let column = usize::from(request.sort);
    order::sort_items(&mut rows, |a, b| compare(a, b, column, request.ascending));
    let most = match request.most {
        _ if request.plain => SAVED,
        0 => ROWS as usize,
        most => most as usize,
    };
    let left_out = rows.len().saturating_sub(most) as u32;
    // Bars stand for the column that rows are in order of.
    let measured = column.checked_sub(1).unwrap_or(TOTAL);
    let largest = rows.iter().filter_map(|row| amount(row, measured)).max();
    rows.truncate(most);
    let cells = if request.plain { plain } else { cells };
    let item = |row: StatsRow| Item {
        node: row.member,
        ink: ink_of(members, by, &row),
        label: label(by, row.name.as_deref()),
        cells: cells(&row),
        share: thousandths(amount(&row, measured), largest),
        first: row.first,
        member: row.name,
        ..Item::default()
    };
    let mut total_cells = if rows.is_empty() {
        Vec::new()
    } else {
        cells(&total)
    };
    // There is none of all of them.
    for cell in total_cells.iter_mut().take(TOKENS).skip(TIMES + 2) {
        cell.clear();
    }
    Drawn {
        items: rows.into_iter().map(item).collect(),
        left_out,
        total: total_cells,
        keys: vec![by.name().to_owned()],
        ..Drawn::default()
    }
}

fn label(by: By, name: Option<&str>) -> String {
    match name {
        Some("") => "(no name)".to_owned(),
        Some(name) => name.to_owned(),
        None => format!("no {}", by.name()),
    }
}

fn ink_of(members: &Members, by: By, row: &StatsRow) -> u8 {
    let name = (row.member != NONE).then_some(StrId(row.member));
    match by {
        By::Agent => ink::of(members.agent(name), ink::AGENT),
        By::Model => ink::of(members.model(name), ink::MODEL),
        By::Tool if name.is_some() => ink::KIND + OperationKind::Tool as u8,
        By::Tool => ink::NEUTRAL,
        By::Operation => row.kind.map_or(ink::NEUTRAL, |kind| ink::KIND + kind as u8),
    }
}

/// All rows as one; what runs inside another counts in both, in durations as in the rows.
fn total(rows: &[StatsRow]) -> StatsRow {
    let mut total = StatsRow::default();
    for row in rows {
        total.count = total.count.saturating_add(row.count);
        total.errors = total.errors.saturating_add(row.errors);
        total.total_ns += row.total_ns;
        total.self_ns += row.self_ns;
        total.usage.add_total(&row.usage);
        total.cost.add(row.cost.value(), !row.cost.is_complete());
    }
    total
}

/// What a column says of a row; `None` when it is unknown, or nothing of the kind happened.
fn amount(row: &StatsRow, column: usize) -> Option<i128> {
    // A row of what has no name only gathers tokens and cost.
    let counted = row.count > 0;
    match column {
        0 => counted.then_some(i128::from(row.count)),
        ERRORS => counted.then_some(i128::from(row.errors)),
        TOTAL => counted.then_some(row.total_ns),
        3 => counted.then_some(row.self_ns),
        4..TOKENS => row.percentiles.get(column - 4)?.map(i128::from),
        TOKENS => row.usage.input.value().map(i128::from),
        8 => row.usage.output.value().map(i128::from),
        _ => row.cost.value(),
    }
}

/// Rows by a column, 0 being the name: what is unknown comes last in both directions.
fn compare(a: &StatsRow, b: &StatsRow, column: usize, ascending: bool) -> Ordering {
    let directed = |order: Ordering| if ascending { order } else { order.reverse() };
    let by_name = |a: &StatsRow, b: &StatsRow| a.name.cmp(&b.name);
    let lacks = |a: bool, b: bool| a.cmp(&b);
    let by_column = match column.checked_sub(1) {
        None => lacks(a.name.is_none(), b.name.is_none()).then(directed(by_name(a, b))),
        Some(column) => {
            let (one, other) = (amount(a, column), amount(b, column));
            lacks(one.is_none(), other.is_none()).then(directed(one.cmp(&other)))
        }
    };
    by_column
        .then(lacks(a.name.is_none(), b.name.is_none()))
        .then(b.total_ns.cmp(&a.total_ns))
        .then(by_name(a, b))
}

fn thousandths(part: Option<i128>, whole: Option<i128>) -> u16 {
    match (part, whole) {
        (Some(part), Some(whole)) if whole > 0 && part > 0 => {
            (part.saturating_mul(1000) / whole).clamp(0, 1000) as u16
        }
        _ => 0,
    }
}

fn nanoseconds(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn is_complete(row: &StatsRow, column: usize) -> bool {
    match column {
        TOKENS => row.usage.input.is_complete(),
        8 => row.usage.output.is_complete(),
        COST => row.cost.is_complete(),
        _ => true,
    }
}

/// The columns as they are shown.
fn cells(row: &StatsRow) -> Vec<String> {
    let cell = |column: usize| {
        let Some(value) = amount(row, column) else {
            return UNKNOWN.to_owned();
        };
        let whole = u64::try_from(value).unwrap_or(0);
        let text = match column {
            0..TIMES => count(whole),
            TIMES..TOKENS => duration(nanoseconds(value)),
            TOKENS..COST => count_short(whole),
            _ => cost(PicoUsd(nanoseconds(value))),
        };
        at_least(Some(text), is_complete(row, column))
    };
    (0..COLUMNS.len()).map(cell).collect()
}

/// The columns as numbers for other programs, and whether nothing of them is unknown.
fn plain(row: &StatsRow) -> Vec<String> {
    let cell = |column: usize| match amount(row, column) {
        None => String::new(),
        Some(value) if column == COST => PicoUsd(nanoseconds(value)).to_string(),
        Some(value) => value.to_string(),
    };
    let is_complete = row.usage.is_complete() && row.cost.is_complete();
    let last = if is_complete { "yes" } else { "no" };
    (0..COLUMNS.len())
        .map(cell)
        .chain(std::iter::once(last.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::filter::Filter;
    use crate::analysis::ledger::tests::counted;

    const RUN: &str = "run 0..100 agent=ops is=agent
  chat 0..10 is=llm model=m tokens=3/1
  chat 50..90 is=llm model=m error
  search 20..30 is=tool
  sub 60..70 agent=sre is=agent
    chat 60..64 is=llm model=n tokens=10/0";

    fn drawn(request: &DrawRequest) -> Drawn {
        let counted = counted(RUN);
        statistics(
            counted.ledger(),
            &Members::default(),
            &counted.part(),
            request,
        )
    }

    fn by(level: &str, sort: u8, ascending: bool) -> DrawRequest {
        DrawRequest {
            levels: vec![level.to_owned()],
            sort,
            ascending,
            ..DrawRequest::default()
        }
    }

    fn names(drawn: &Drawn) -> String {
        let labels: Vec<&str> = drawn.items.iter().map(|item| item.label.as_str()).collect();
        labels.join(", ")
    }

    #[test]
    fn rows_stand_in_the_order_that_is_asked_for() {
        assert_eq!(
            names(&drawn(&by("operation", 3, false))),
            "run, chat, search, sub"
        );
        assert_eq!(
            names(&drawn(&by("operation", 0, true))),
            "chat, run, search, sub"
        );
        assert_eq!(
            names(&drawn(&by("operation", 0, false))),
            "sub, search, run, chat"
        );
        assert_eq!(
            names(&drawn(&by("operation", 2, false))),
            "chat, run, search, sub"
        );
        // What has no tokens is last either way.
        let tokens = names(&drawn(&by("operation", 8, true)));
        assert_eq!(tokens, "chat, run, search, sub");
        assert_eq!(names(&drawn(&by("agent", 8, true))), "ops, sre");
        assert_eq!(names(&drawn(&by("agent", 8, false))), "sre, ops");
    }

    #[test]
    fn cells_say_what_is_unknown() {
        let drawn = drawn(&by("operation", 3, false));
        let cells: Vec<String> = drawn
            .items
            .iter()
            .map(|item| item.cells.join(" | "))
            .collect();
        assert_eq!(
            cells,
            [
                "1 | 0 | 100 ns | 40 ns | 100 ns | 100 ns | 100 ns | - | - | -",
                "3 | 1 | 54 ns | 54 ns | 10 ns | 40 ns | 40 ns | ≥ 13 | ≥ 1 | ≥ $6.00",
                "1 | 0 | 10 ns | 10 ns | 10 ns | 10 ns | 10 ns | - | - | $0.5000",
                "1 | 0 | 10 ns | 6 ns | 10 ns | 10 ns | 10 ns | - | - | -",
            ]
        );
        assert_eq!(
            drawn.total.join(" | "),
            "6 | 1 | 174 ns | 110 ns |  |  |  | ≥ 13 | ≥ 1 | ≥ $6.50"
        );
        assert_eq!(drawn.items[1].share, 540, "of the longest");
    }

    #[test]
    fn what_has_no_name_here_gathers_only_tokens_and_cost() {
        let drawn = drawn(&by("tool", 0, true));
        assert_eq!(names(&drawn), "search, no tool");
        assert_eq!(
            drawn.items[1].cells.join(" | "),
            "- | - | - | - | - | - | - | ≥ 13 | ≥ 1 | ≥ $6.00"
        );
        let plain = self::drawn(&DrawRequest {
            plain: true,
            ..by("tool", 0, true)
        });
        assert_eq!(
            plain.items[1].cells.join(" | "),
            " |  |  |  |  |  |  | 13 | 1 | 6 | no"
        );
    }

    #[test]
    fn rows_are_left_out_and_counted() {
        let request = DrawRequest {
            most: 3,
            ..by("operation", 3, false)
        };
        let drawn = drawn(&request);
        assert_eq!((drawn.items.len(), drawn.left_out), (3, 1));
        assert_eq!(drawn.total[0], "6", "the total is of all");
    }

    #[test]
    fn nothing_has_no_total() {
        let counted = counted("a 0..1");
        let none = statistics(
            counted.ledger(),
            &Members::default(),
            &Part::default(),
            &DrawRequest::default(),
        );
        assert_eq!((none.items.len(), none.total.len()), (0, 0));
    }

    #[test]
    fn rows_have_filters() {
        assert_eq!(BY.map(|(name, _)| name), By::ALL.map(By::name));
        for (by, _) in BY {
            for name in [Some("a \"b\\"), Some(""), None] {
                let filter = filter_of_row(by, name);
                assert_eq!(filter.is_empty(), by == "operation" && name.is_none());
                assert!(Filter::parse(&filter).is_ok(), "{filter}");
            }
        }
    }
}
