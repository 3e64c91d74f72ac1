//! What is counted of a document, as columns: made by the first view that counts, so that other levels and measures only
//! add up numbers. It holds for one document and one set of prices.

use super::level::{Members, Names};
use super::{Level, Measure};
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::part::Part;
use crate::analysis::self_time::SelfTimes;
use crate::model::{Nanos, SpanFlags, SpanRow, TokenUsage};
use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

/// Columns of levels that are kept: those of a drawing, and some to come back to.
const KEPT: usize = 8;

/// Columns of one document.
#[derive(Debug, Default)]
pub struct Tally {
    entries: OnceCell<Vec<Entry>>,
    /// Self times by row, in nanoseconds; below 0 for what is no span.
    times: OnceCell<Vec<i64>>,
    /// What the cache saved by entry, in 10^-12 dollars.
    pub(super) saved: OnceCell<Vec<i64>>,
    /// Members of levels, the latest last.
    columns: RefCell<Vec<Column>>,
}

/// The members of a level, by entry or by row.
#[derive(Debug, Clone)]
struct Column {
    level: Level,
    by: By,
    names: Rc<Names>,
    members: Rc<[u32]>,
}

/// What a column has a value for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Every entry.
    Entry,
    /// Every row.
    Row,
}

impl By {
    pub fn of(measure: Measure) -> Self {
        if measure == Measure::Duration {
            Self::Row
        } else {
            Self::Entry
        }
    }
}

/// Bits of [`Entry::is`].
mod is {
    /// A cost counts here.
    pub const COST: u8 = 1;
    /// Some of it is known.
    pub const KNOWN: u8 = 2;
    /// Some of it is not.
    pub const LACKING: u8 = 4;
    /// Tokens count here, or none are known of a call.
    pub const USAGE: u8 = 8;
    /// A request to a model.
    pub const UNIT: u8 = 16;
    /// Tokens have no room in the entry.
    pub const LARGE: u8 = 32;
}

/// A part of a usage that is unknown.
const ABSENT: u32 = u32::MAX;

/// What counts at one span.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub row: SpanRow,
    /// 10^-12 dollars.
    cost: i64,
    /// Tokens in, out, read from a cache, of reasoning.
    tokens: [u32; 4],
    /// Requests that its cost and its tokens are those of.
    calls: [u32; 2],
    is: u8,
}

/// What a measure counts at one span.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub known: Option<i128>,
    pub lacking: bool,
    pub calls: u32,
}

impl Entry {
    pub fn is_unit(&self) -> bool {
        self.is & is::UNIT > 0
    }

    /// Whether none of the tokens are known that count here, or none count.
    pub fn lacks_usage(&self) -> bool {
        self.is & is::USAGE == 0 || (self.tokens == [ABSENT; 4] && self.is & is::LARGE == 0)
    }

    /// What a measure counts here, at this entry; `None` for nothing.
    pub fn amount(&self, ledger: Ledger<'_>, measure: Measure, at: usize) -> Option<Amount> {
        match measure {
            Measure::Cost => self.cost(),
            Measure::Calls => self.is_unit().then_some(Amount {
                known: Some(1),
                lacking: false,
                calls: 1,
            }),
            Measure::CacheSaved => (self.is & is::USAGE > 0).then(|| {
                let saved = ledger.tally.saved(ledger, at);
                Amount {
                    known: saved.map(i128::from),
                    lacking: saved.is_none(),
                    calls: self.calls[1],
                }
            }),
            // Self times have a column of their own.
            Measure::Duration => None,
            _ => self.usage(ledger).map(|usage| {
                let (known, lacking) = measure.of(&usage);
                Amount {
                    known,
                    lacking,
                    calls: self.calls[1],
                }
            }),
        }
    }

    /// What counts as cost here; `None` for nothing.
    pub fn cost(&self) -> Option<Amount> {
        (self.is & is::COST > 0).then(|| Amount {
            known: (self.is & is::KNOWN > 0).then_some(i128::from(self.cost)),
            lacking: self.is & is::LACKING > 0,
            calls: self.calls[0],
        })
    }

    /// Tokens that count here; `None` where none could.
    pub fn usage(&self, ledger: Ledger<'_>) -> Option<TokenUsage> {
        if self.is & is::USAGE == 0 {
            return None;
        }
        if self.is & is::LARGE > 0 {
            return Some(ledger.calls.usage(ledger.store, self.row));
        }
        let part = |at: usize| {
            let part = self.tokens.get(at).copied().filter(|&part| part != ABSENT);
            part.map(u64::from)
        };
        Some(TokenUsage {
            input: part(0),
            output: part(1),
            cache_read: part(2),
            reasoning: part(3),
            ..TokenUsage::default()
        })
    }
}

impl Tally {
    /// Everything that counts, by row.
    pub(super) fn entries(&self, ledger: Ledger<'_>) -> &[Entry] {
        self.entries.get_or_init(|| entries(ledger))
    }

    /// The places of a part's entries.
    pub(super) fn within(&self, ledger: Ledger<'_>, part: &Part) -> Vec<Range<usize>> {
        let entries = self.entries(ledger);
        let before = |row: u32| entries.partition_point(|entry| entry.row.0 < row);
        let ranges = part.ranges().iter();
        ranges
            .map(|range| before(range.start)..before(range.end))
            .collect()
    }

    /// The time in which a span was at work and none below it; `None` for what is no span.
    pub(super) fn time(&self, ledger: Ledger<'_>, row: SpanRow) -> Option<Nanos> {
        let times = self.times.get_or_init(|| {
            let store = ledger.store;
            let mut times = SelfTimes::default();
            let time = |row: SpanRow| {
                if store.flags(row).contains(SpanFlags::PLACEHOLDER) {
                    return -1;
                }
                times.of(store, row).self_time().0
            };
            (0..store.rows()).map(SpanRow).map(time).collect()
        });
        let time = times.get(row.0 as usize).copied();
        time.filter(|&time| time >= 0).map(Nanos)
    }

    /// Names and members of a level; spans need no column of members.
    pub(super) fn level(
        &self,
        ledger: Ledger<'_>,
        level: &Level,
        by: By,
    ) -> (Rc<Names>, Rc<[u32]>) {
        let mut columns = self.columns.borrow_mut();
        let at = columns
            .iter()
            .position(|known| known.level == *level && known.by == by);
        let column = if let Some(at) = at {
            columns.remove(at)
        } else {
            let members = Members::new(level, ledger);
            let column = match by {
                // Each is its own row.
                _ if *level == Level::Span => Rc::default(),
                By::Entry => {
                    let entries = self.entries(ledger).iter();
                    entries.map(|entry| members.of(entry.row)).collect()
                }
                By::Row => {
                    let rows = (0..ledger.store.rows()).map(SpanRow);
                    rows.map(|row| members.of(row)).collect()
                }
            };
            Column {
                level: level.clone(),
                by,
                names: Rc::new(members.into_names()),
                members: column,
            }
        };
        let found = (column.names.clone(), column.members.clone());
        if columns.len() == KEPT {
            columns.remove(0);
        }
        columns.push(column);
        found
    }
}

/// Goes through costs, tokens and requests side by side: each is in order of rows.
fn entries(ledger: Ledger<'_>) -> Vec<Entry> {
    let (store, calls) = (ledger.store, ledger.calls);
    let mut costs = ledger
        .costs
        .iter()
        .filter(|(_, cost)| cost.counts)
        .peekable();
    let mut owners = calls.owners().iter().copied().peekable();
    let mut without = calls.without_usage().iter().copied().peekable();
    let units = ledger.units();
    let mut next_unit = 0;
    let mut entries = Vec::with_capacity(units.len());
    loop {
        let heads = [
            costs.peek().map(|(row, _)| row.0),
            owners.peek().copied(),
            without.peek().copied(),
            units.get(next_unit).copied(),
        ];
        let Some(row) = heads.into_iter().flatten().min() else {
            return entries;
        };
        let is_unit = heads[3] == Some(row);
        // Units from this row on; most spans that count have nothing below them.
        let units_here = || match units.get(next_unit..) {
            Some(rest) => {
                let end = store.subtree(SpanRow(row)).end;
                if end == row + 1 {
                    u32::from(is_unit)
                } else {
                    rest.partition_point(|&unit| unit < end) as u32
                }
            }
            None => 0,
        };
        let mut entry = Entry {
            row: SpanRow(row),
            cost: 0,
            tokens: [ABSENT; 4],
            calls: [0; 2],
            is: if is_unit { is::UNIT } else { 0 },
        };
        let is_owner = owners.next_if_eq(&row).is_some();
        let is_without = without.next_if_eq(&row).is_some();
        if is_owner {
            let usage = calls.usage_of_owner(store, SpanRow(row));
            let parts = [usage.input, usage.output, usage.cache_read, usage.reasoning];
            for (slot, part) in entry.tokens.iter_mut().zip(parts) {
                match part.map(u32::try_from) {
                    Some(Ok(part)) if part != ABSENT => *slot = part,
                    Some(_) => entry.is |= is::LARGE,
                    None => {}
                }
            }
            if entry.tokens == [ABSENT; 4] && !usage.is_empty() {
                // What is written to a cache has no place here.
                entry.is |= is::LARGE;
            }
        }
        if is_owner || is_without {
            entry.is |= is::USAGE;
            entry.calls[1] = if is_unit { 1 } else { units_here() };
        }
        if let Some((_, cost)) = costs.next_if(|(at, _)| at.0 == row) {
            entry.is |= is::COST;
            if let Some(amount) = cost.amount.value() {
                entry.cost = amount.0;
                entry.is |= is::KNOWN;
            }
            if !cost.amount.is_complete() {
                entry.is |= is::LACKING;
            }
            let is_tool = !(is_owner || is_without) && ledger.is_tool_price(SpanRow(row), cost);
            entry.calls[0] = if is_tool { 0 } else { units_here() };
        }
        next_unit += usize::from(is_unit);
        entries.push(entry);
    }
}

/// No member.
pub(super) fn member(members: &[u32], at: usize) -> u32 {
    members.get(at).copied().unwrap_or(NONE)
}
