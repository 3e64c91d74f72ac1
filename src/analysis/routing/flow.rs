//! How requests went: for which task, by which agent, to which model, and what came of them.

use super::amounts::{Amounts, each};
use crate::analysis::calls::Calls;
use crate::analysis::ledger::Ledger;
use crate::analysis::numbering::Numbering;
use crate::analysis::part::Part;
use crate::analysis::treemap::{Level, Members};
use crate::model::{SpanFlags, SpanRow, TraceStore};

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    /// It was answered, or nothing says that it was not.
    Answered,
    /// It failed.
    Failed,
    /// It was refused because a budget was spent.
    OverBudget,
    /// It has not ended.
    Running,
}

impl Outcome {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [
        Self::Answered,
        Self::Failed,
        Self::OverBudget,
        Self::Running,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::OverBudget => "stopped by a budget",
            Self::Running => "still running",
        }
    }

    /// The word for it in a filter.
    pub fn word(self) -> &'static str {
        match self {
            Self::OverBudget => "budget",
            Self::Running => "running",
            other => other.as_str(),
        }
    }

    /// What came of a request.
    pub fn of(store: &TraceStore, calls: &Calls, row: SpanRow) -> Self {
        if calls.refused(store, row) {
            Self::OverBudget
        } else if calls.failed(store, row) {
            Self::Failed
        } else if store.flags(row).contains(SpanFlags::RUNNING) {
            Self::Running
        } else {
            Self::Answered
        }
    }
}

/// Everything that went one way.
#[derive(Debug, Clone)]
pub struct Path {
    /// Task, agent and model, or [`NONE`](crate::analysis::ledger::NONE), and the [`Outcome`].
    pub members: [u32; 4],
    /// What went this way.
    pub amounts: Amounts,
}

/// All ways of a part of the document.
#[derive(Debug)]
pub struct Paths<'d> {
    levels: [Members<'d>; 3],
    list: Vec<Path>,
}

/// Numbers of the ways so far.
#[derive(Debug, Default)]
struct Ways {
    tasks: Numbering,
    models: Numbering,
    outcomes: Numbering,
}

impl<'d> Paths<'d> {
    /// Looks at a part of the document.
    pub fn new(ledger: Ledger<'d>, part: &Part) -> Self {
        let mut new = Self {
            levels: [&Level::Task, &Level::Agent, &Level::Model]
                .map(|level| Members::new(level, ledger)),
            list: Vec::new(),
        };
        let mut ways = Ways::default();
        each(ledger, part, &mut |row, amounts| {
            new.path(&mut ways, ledger, row).amounts.add(amounts);
        });
        new
    }

    fn path(&mut self, ways: &mut Ways, ledger: Ledger<'_>, row: SpanRow) -> &mut Path {
        let [task, agent, model] = [0, 1, 2].map(|at: usize| self.levels[at].of(row));
        let outcome = Outcome::of(ledger.store, ledger.calls, row);
        let way = ways.tasks.number(Numbering::pair(task, agent));
        let way = ways.models.number(Numbering::pair(way, model));
        let at = ways.outcomes.number(Numbering::pair(way, outcome as u32)) as usize;
        if at == self.list.len() {
            self.list.push(Path {
                members: [task, agent, model, outcome as u32],
                amounts: Amounts::at(row),
            });
        }
        &mut self.list[at]
    }

    /// The ways, in no order that means anything.
    pub fn list(&self) -> &[Path] {
        &self.list
    }

    /// What a member of a column is called; `None` for none.
    pub fn name(&self, column: usize, member: u32) -> Option<String> {
        let Some(level) = self.levels.get(column) else {
            let outcome = Outcome::ALL.get(member as usize)?;
            return Some(outcome.as_str().to_owned());
        };
        level.text(member)
    }
}
