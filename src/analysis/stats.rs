//! Counts, durations, tokens and cost per operation, agent, tool or model.

use super::ledger::{Ledger, NONE};
use super::numbering::Numbering;
use super::part::Part;
use super::percentile::{nearest_rank, sorted};
use super::routing::matrix::by_name;
use super::self_time::SelfTimes;
use super::totals::agent_runs;
use super::treemap::{Level, Members, Sum};
use crate::analysis::calls::is_repeated_tool;
use crate::analysis::roles::drawn_kind;
use crate::model::{OperationKind, SpanFlags, SpanRow, StatusCode, StrId, UsageTotal, order};

/// What the rows stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// Spans of one name.
    #[default]
    Operation,
    /// Runs of an agent, as the summary counts them.
    Agent,
    /// Calls of a tool.
    Tool,
    /// Requests to a model.
    Model,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Operation, Self::Agent, Self::Tool, Self::Model];

    /// What a name stands for.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Agent => "agent",
            Self::Tool => "tool",
            Self::Model => "model",
        }
    }
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatsRow {
    /// What it is called; `None` gathers the tokens and the cost of what has no name here, so that rows add up.
    pub name: Option<String>,
    /// How many there are.
    pub count: u32,
    /// Of them, those that failed.
    pub errors: u32,
    /// Their durations together, in nanoseconds.
    pub total_ns: i128,
    /// The time in which they were at work and nothing below them was.
    pub self_ns: i128,
    /// Durations at 50, 95 and 99 of a hundred, by nearest rank; `None` when none has ended.
    pub percentiles: [Option<i64>; 3],
    /// Tokens that belong to the name.
    pub usage: UsageTotal,
    /// Cost that belongs to the name.
    pub cost: Sum,
    /// Number of the name; [`NONE`] for none.
    pub member: u32,
    /// What its spans are drawn as; `None` when that is more than one kind, and for rows that are no operations.
    pub kind: Option<OperationKind>,
    /// The first of the spans that are counted in it, be it only for their tokens or cost.
    pub first: SpanRow,
}

/// A row while it is gathered.
#[derive(Default)]
struct Gathered {
    durations: Vec<i64>,
    row: StatsRow,
    has_first: bool,
}

impl Gathered {
    fn touch(&mut self, row: SpanRow) {
        if !self.has_first || row < self.row.first {
            self.row.first = row;
            self.has_first = true;
        }
    }
}

/// The rows of a part, those that took the longest first.
pub fn stats(ledger: Ledger<'_>, part: &Part, by: By) -> Vec<StatsRow> {
    let store = ledger.store;
    let members = match by {
        By::Operation => None,
        By::Agent => Some(Members::new(&Level::Agent, ledger)),
        By::Tool => Some(Members::new(&Level::Tool, ledger)),
        By::Model => Some(Members::new(&Level::Model, ledger)),
    };
    let member = |row: SpanRow| match &members {
        Some(members) => members.of(row),
        None => store.name_id(row).0,
    };
    let mut numbers = Numbering::default();
    let mut rows: Vec<Gathered> = Vec::new();
    let mut self_times = SelfTimes::default();
    let mut count =
        |rows: &mut Vec<Gathered>, numbers: &mut Numbering, row: SpanRow, member: u32| {
            let at = at(rows, numbers, member);
            at.touch(row);
            if by == By::Operation {
                let kind = drawn_kind(store, row);
                let is_same = at.row.count == 0 || at.row.kind == Some(kind);
                at.row.kind = is_same.then_some(kind);
            }
            at.row.count += 1;
            let failed = match by {
                By::Model => ledger.calls.failed(store, row),
                _ => store.status(row) == StatusCode::Error,
            };
            at.row.errors += u32::from(failed);
            at.row.self_ns += i128::from(self_times.of(store, row).self_time().0);
            at.row.total_ns += i128::from(store.extent(row).duration().0);
            if !store.flags(row).contains(SpanFlags::RUNNING) {
                at.durations.push(store.duration(row).0);
            }
        };
    match by {
        By::Operation => {
            for row in part.spans(store) {
                count(&mut rows, &mut numbers, row, member(row));
            }
        }
        By::Agent => {
            for range in part.ranges() {
                agent_runs(store, range.clone(), &mut |row, agent| {
                    count(&mut rows, &mut numbers, row, agent.0);
                });
            }
        }
        By::Tool => {
            let is_call =
                |row: &SpanRow| store.tool(*row).is_some() && !is_repeated_tool(store, *row);
            for row in part.spans(store).filter(is_call) {
                count(&mut rows, &mut numbers, row, member(row));
            }
        }
        By::Model => {
            for row in part.among(ledger.units()) {
                count(&mut rows, &mut numbers, row, member(row));
            }
        }
    }
    ledger.each_usage(part, &mut |row, usage| {
        let at = at(&mut rows, &mut numbers, member(row));
        at.touch(row);
        at.row.usage.add(&usage);
    });
    ledger.each_cost(part, &mut |row, cost| {
        let amount = cost.amount.value().map(|amount| i128::from(amount.0));
        let at = at(&mut rows, &mut numbers, member(row));
        at.touch(row);
        at.row.cost.add(amount, !cost.amount.is_complete());
    });
    let named = rows.into_iter().zip(numbers.keys());
    let mut rows: Vec<StatsRow> = named
        .map(|(row, &key)| {
            let durations = sorted(&row.durations);
            let member = key as u32;
            StatsRow {
                member,
                name: (member != NONE).then(|| store.text(StrId(member)).to_owned()),
                percentiles: [50, 95, 99].map(|percent| nearest_rank(&durations, percent)),
                ..row.row
            }
        })
        .collect();
    order::sort_items(&mut rows, |a, b| {
        let by_time = b.total_ns.cmp(&a.total_ns);
        (a.name.is_none().cmp(&b.name.is_none()))
            .then(by_time)
            .then_with(|| by_name(a.name.as_deref(), b.name.as_deref()))
    });
    rows
}

fn at<'r>(rows: &'r mut Vec<Gathered>, numbers: &mut Numbering, member: u32) -> &'r mut Gathered {
    let at = numbers.number(u64::from(member)) as usize;
    if at == rows.len() {
        rows.push(Gathered::default());
    }
    &mut rows[at]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::ledger::tests::counted;

    const RUN: &str = "run 0..100 agent=ops is=agent
  chat 0..10 is=llm model=m tokens=3/1
  chat 50..90 is=llm model=m error
  search 20..30 is=tool
  search 30..60 is=tool error
  sub 60..70 agent=sre is=agent
    chat 60..64 is=llm model=n tokens=10/0
chat 200..205 trace=2 is=llm model=n tokens=1/1";

    fn picture(by: By) -> String {
        let counted = counted(RUN);
        let rows = stats(counted.ledger(), &counted.part(), by).into_iter();
        let line = |row: StatsRow| {
            let [p50, p95, _] = row.percentiles.map(|value| value.unwrap_or(-1));
            format!(
                "{} x{} {} errors, {} of {} ns, p50 {p50} p95 {p95}, {:?} in, {:?}\n",
                row.name.unwrap_or("-".into()),
                row.count,
                row.errors,
                row.self_ns,
                row.total_ns,
                row.usage.input.value(),
                row.cost.value().map(|value| value / 1_000_000_000_000),
            )
        };
        rows.map(line).collect()
    }

    #[test]
    fn a_row_knows_its_first_span_and_its_kind() {
        let counted =
            counted("b 0..9\n  x 1..2 is=llm\n  x 3..4 is=tool\n  x 5..6\n  y 7..8 is=tool");
        let rows = stats(counted.ledger(), &counted.part(), By::Operation);
        let facts: Vec<(Option<&str>, u32, Option<OperationKind>)> = (rows.iter())
            .map(|row| (row.name.as_deref(), row.first.0, row.kind))
            .collect();
        assert_eq!(
            facts,
            [
                (Some("b"), 0, Some(OperationKind::Other)),
                (Some("x"), 1, None),
                (Some("y"), 4, Some(OperationKind::Tool)),
            ]
        );
    }

    #[test]
    fn operations_are_names() {
        assert_eq!(
            picture(By::Operation),
            "run x1 0 errors, 20 of 100 ns, p50 100 p95 100, None in, None\n\
             chat x4 1 errors, 59 of 59 ns, p50 5 p95 40, Some(14) in, Some(6)\n\
             search x2 1 errors, 40 of 40 ns, p50 10 p95 30, None in, Some(1)\n\
             sub x1 0 errors, 6 of 10 ns, p50 10 p95 10, None in, None\n"
        );
    }

    #[test]
    fn agents_tools_and_models_have_rows_of_their_own() {
        assert_eq!(
            picture(By::Agent),
            "ops x1 0 errors, 20 of 100 ns, p50 100 p95 100, Some(3) in, Some(6)\n\
             sre x1 0 errors, 6 of 10 ns, p50 10 p95 10, Some(10) in, Some(1)\n\
             - x0 0 errors, 0 of 0 ns, p50 -1 p95 -1, Some(1) in, Some(0)\n"
        );
        assert_eq!(
            picture(By::Tool),
            "search x2 1 errors, 40 of 40 ns, p50 10 p95 30, None in, Some(1)\n\
             - x0 0 errors, 0 of 0 ns, p50 -1 p95 -1, Some(14) in, Some(6)\n"
        );
        assert_eq!(
            picture(By::Model),
            "m x2 1 errors, 50 of 50 ns, p50 10 p95 40, Some(3) in, Some(5)\n\
             n x2 0 errors, 9 of 9 ns, p50 4 p95 5, Some(11) in, Some(1)\n\
             - x0 0 errors, 0 of 0 ns, p50 -1 p95 -1, None in, Some(1)\n"
        );
    }
}
