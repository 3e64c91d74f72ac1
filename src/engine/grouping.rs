//! Runs that stand together, such as those of a session, each group below a line that sums it up.

use super::meaning::Meaning;
use super::protocol::{RunGroup, RunMeaning, RunRow, RunsSort};
use crate::analysis::landmarks::ending;
use crate::model::live::Named;
use crate::model::{TraceRow, TraceStore};
use crate::scene::format::UNKNOWN;
use std::collections::BTreeMap;

/// Groups of a list, in order: the one with the first run of the list first.
#[derive(Debug, Default)]
pub(super) struct Groups {
    by: Option<RunsSort>,
    groups: Vec<Group>,
}

#[derive(Debug, Default)]
struct Group {
    /// What its runs have in common; empty when that is unknown.
    name: String,
    /// The first of its runs in the list, and how many there are.
    first: u32,
    runs: u32,
}

/// What stands in a line.
pub(super) enum Line {
    /// The run at this place of the list.
    Run(u32),
    /// The sum of this group.
    Group(u32),
}

impl Groups {
    /// Puts the runs of a list into groups. Those of a session come in order of time, all others as they stood.
    pub fn new(
        store: &TraceStore,
        meaning: &Meaning,
        by: Option<RunsSort>,
        list: &mut Vec<TraceRow>,
    ) -> Self {
        let Some(by) = by.filter(|by| is_group(*by)) else {
            return Self::default();
        };
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut names: Vec<String> = Vec::new();
        let mut members: Vec<Vec<TraceRow>> = Vec::new();
        for &row in list.iter() {
            let name = name_of(store, meaning, by, row);
            let at = *places.entry(name).or_insert_with_key(|name| {
                names.push(name.clone());
                members.push(Vec::new());
                members.len() - 1
            });
            if let Some(members) = members.get_mut(at) {
                members.push(row);
            }
        }
        list.clear();
        let mut groups = Vec::new();
        for (name, mut runs) in names.into_iter().zip(members) {
            if by == RunsSort::Session {
                // Rows of traces are in order of time.
                crate::model::order::sort_items(&mut runs, |a, b| a.0.cmp(&b.0));
            }
            groups.push(Group {
                name,
                first: list.len() as u32,
                runs: runs.len() as u32,
            });
            list.extend(runs);
        }
        Self {
            by: Some(by),
            groups,
        }
    }

    /// How many groups there are.
    pub fn len(&self) -> u32 {
        self.groups.len() as u32
    }

    /// What stands in a line of the list.
    pub fn line(&self, line: u32) -> Line {
        // The line of group n is n lines further down than its first run would be.
        let line_of = |at: usize| {
            let first = self.groups.get(at).map_or(u32::MAX, |group| group.first);
            first.saturating_add(at as u32)
        };
        let numbers: u32 = self.len();
        let (mut low, mut high) = (0, numbers as usize);
        while low < high {
            let middle = usize::midpoint(low, high);
            if line_of(middle) <= line {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        match low.checked_sub(1) {
            Some(group) if line_of(group) == line => Line::Group(group as u32),
            // Every group up to here takes a line.
            _ => Line::Run(line.saturating_sub(low as u32)),
        }
    }

    /// The sum of a group; `run` gives the run at a place of the list.
    pub fn row(
        &self,
        group: u32,
        run: &dyn Fn(u32) -> Option<RunRow>,
        list: &[TraceRow],
    ) -> Option<RunRow> {
        let group = self.groups.get(group as usize)?;
        let mut rows = (group.first..group.first.saturating_add(group.runs)).filter_map(run);
        let first = rows.next()?;
        let mut sum = rows.fold(first, |sum, run| add(sum, &run));
        sum.trace = list.get(group.first as usize).copied().unwrap_or_default();
        sum.trace_id = String::new();
        sum.stitch = None;
        sum.root_name = match group.name.as_str() {
            "" => UNKNOWN.to_owned(),
            name => name.to_owned(),
        };
        sum.group = Some(Box::new(RunGroup {
            runs: group.runs,
            filter: self.filter(&group.name),
        }));
        Some(sum)
    }

    /// A filter that the runs of a group pass.
    fn filter(&self, name: &str) -> String {
        let field = match self.by {
            Some(RunsSort::Session) => "session",
            Some(RunsSort::User) => "user",
            Some(RunsSort::Outcome) => "outcome",
            Some(RunsSort::Service) => "rootServiceName",
            // Several agents are in no span.
            _ => return String::new(),
        };
        match name {
            "" => format!("{{ {field} = nil }}"),
            name => format!(
                "{{ {field} = \"{}\" }}",
                name.replace('\\', "\\\\").replace('"', "\\\"")
            ),
        }
    }
}

fn is_group(by: RunsSort) -> bool {
    matches!(
        by,
        RunsSort::Service
            | RunsSort::Agents
            | RunsSort::Models
            | RunsSort::Session
            | RunsSort::User
            | RunsSort::Outcome
    )
}

/// What a run has in common with others; empty when that is unknown.
fn name_of(store: &TraceStore, meaning: &Meaning, by: RunsSort, row: TraceRow) -> String {
    let Some(trace) = store.trace(row) else {
        return String::new();
    };
    let text = |named: Option<Named>| {
        let text = named.map(|named| store.text(named.text).to_owned());
        text.unwrap_or_default()
    };
    match by {
        RunsSort::Agents => meaning.names(store, &trace.rows).0.join(", "),
        RunsSort::Models => meaning.names(store, &trace.rows).1.join(", "),
        RunsSort::Session => text(trace.session),
        RunsSort::User => text(trace.user),
        RunsSort::Outcome => ending(store, row).as_str().to_owned(),
        _ => (super::runs::service_name(store, trace).unwrap_or_default()).to_owned(),
    }
}

/// Two runs as one.
fn add(mut sum: RunRow, run: &RunRow) -> RunRow {
    sum.start_ns = match (sum.start_ns, run.start_ns) {
        (0, start) | (start, 0) => start,
        (a, b) => a.min(b),
    };
    sum.duration_ns = sum.duration_ns.saturating_add(run.duration_ns);
    sum.spans = sum.spans.saturating_add(run.spans);
    sum.errors = sum.errors.saturating_add(run.errors);
    sum.orphans = sum.orphans.saturating_add(run.orphans);
    sum.hits = sum.hits.saturating_add(run.hits);
    sum.running |= run.running;
    sum.ending = sum.ending.max(run.ending);
    if sum.service != run.service {
        (sum.service, sum.service_index) = (None, None);
    }
    if let (Some(sum), Some(run)) = (sum.meaning.as_deref_mut(), run.meaning.as_deref()) {
        add_meaning(sum, run);
    }
    sum
}

fn add_meaning(sum: &mut RunMeaning, run: &RunMeaning) {
    for (names, more) in [
        (&mut sum.agents, &run.agents),
        (&mut sum.models, &run.models),
    ] {
        for name in more {
            if let Err(at) = names.binary_search(name) {
                names.insert(at, name.clone());
            }
        }
    }
    if sum.session != run.session {
        sum.session = None;
    }
    if sum.user != run.user {
        sum.user = None;
    }
    sum.llm_calls = sum.llm_calls.saturating_add(run.llm_calls);
    sum.tool_calls = sum.tool_calls.saturating_add(run.tool_calls);
    for (tokens, more) in sum.tokens.iter_mut().zip(run.tokens) {
        *tokens = match (*tokens, more) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
    }
    sum.tokens_complete &= run.tokens_complete;
    // A run without calls costs nothing and says so by being complete.
    sum.cost = match (sum.cost, run.cost) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    };
    sum.cost_complete &= run.cost_complete;
    sum.cost_estimated |= run.cost_estimated;
}
