//! The matrix of agents (or tasks) and models.

use crate::analysis::ledger::Ledger;
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::analysis::percentile::sorted;
use crate::analysis::treemap::{Level, Members, Sum};
use crate::model::{SpanFlags, SpanRow, UsageTotal, order};
use std::cmp::Ordering;

/// What one row of the matrix asked of one model.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// Member of the rows; [`NONE`](crate::analysis::ledger::NONE) for what has none.
    pub row: u32,
    /// Model; [`NONE`](crate::analysis::ledger::NONE) where none is known.
    pub column: u32,
    /// Requests to the model.
    pub calls: u32,
    /// Spans that own tokens.
    pub calls_with_usage: u32,
    /// Their tokens; unknown for calls without any.
    pub usage: UsageTotal,
    /// What they cost.
    pub cost: Sum,
    /// Durations of the requests that have ended, in order, in nanoseconds.
    pub durations: Vec<i64>,
    /// Requests that failed.
    pub errors: u32,
    /// The first span of it.
    pub first: SpanRow,
}

/// The cells in which anything happened.
#[derive(Debug)]
pub struct Matrix<'d> {
    rows: Members<'d>,
    columns: Members<'d>,
    cells: Vec<Cell>,
}

impl<'d> Matrix<'d> {
    /// Looks at a part of the document, with agents or tasks as rows and models as columns.
    pub fn new(ledger: Ledger<'d>, part: &Part, rows: &Level) -> Self {
        let mut new = Self {
            rows: Members::new(rows, ledger),
            columns: Members::new(&Level::Model, ledger),
            cells: Vec::new(),
        };
        let mut numbers = Numbering::default();
        for row in part.among(ledger.units()) {
            let is_running = ledger.store.flags(row).contains(SpanFlags::RUNNING);
            let cell = new.cell(&mut numbers, row);
            cell.calls += 1;
            cell.errors += u32::from(ledger.calls.failed(ledger.store, row));
            if !is_running {
                cell.durations.push(ledger.store.duration(row).0);
            }
        }
        ledger.each_usage(part, &mut |row, usage| {
            let cell = new.cell(&mut numbers, row);
            cell.calls_with_usage += u32::from(!usage.is_empty());
            cell.usage.add(&usage);
        });
        ledger.each_cost(part, &mut |row, cost| {
            let amount = cost.amount.value().map(|amount| i128::from(amount.0));
            let cell = new.cell(&mut numbers, row);
            cell.cost.add(amount, !cost.amount.is_complete());
        });
        for cell in &mut new.cells {
            cell.durations = sorted(&cell.durations);
        }
        new
    }

    fn cell(&mut self, numbers: &mut Numbering, row: SpanRow) -> &mut Cell {
        let (member, model) = (self.rows.of(row), self.columns.of(row));
        let at = numbers.number(Numbering::pair(member, model)) as usize;
        if at == self.cells.len() {
            self.cells.push(Cell {
                row: member,
                column: model,
                first: row,
                ..Cell::default()
            });
        }
        let cell = &mut self.cells[at];
        cell.first = cell.first.min(row);
        cell
    }

    /// The name of a cell's row and of its column.
    pub fn names(&self, cell: &Cell) -> (Option<String>, Option<String>) {
        (self.rows.text(cell.row), self.columns.text(cell.column))
    }

    /// The cells by the names of their rows, then columns; what has no name comes last.
    pub fn cells(&self) -> Vec<&Cell> {
        let mut by: Vec<u32> = (0..self.cells.len() as u32).collect();
        let names: Vec<_> = self.cells.iter().map(|cell| self.names(cell)).collect();
        order::sort(&mut by, &|a, b| {
            let (a, b) = (&names[a as usize], &names[b as usize]);
            by_name(a.0.as_deref(), b.0.as_deref())
                .then_with(|| by_name(a.1.as_deref(), b.1.as_deref()))
        });
        by.into_iter().map(|at| &self.cells[at as usize]).collect()
    }
}

/// Names in order, what has none behind them.
pub fn by_name(a: Option<&str>, b: Option<&str>) -> Ordering {
    (a.is_none(), a).cmp(&(b.is_none(), b))
}
