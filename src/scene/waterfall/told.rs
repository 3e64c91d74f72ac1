//! What lines say of an agent run: kind, agent, model, tokens and cost.

use super::{ColourBy, Line, Waterfall};
use crate::analysis::calls::{CallRole, Calls, owner};
use crate::analysis::cost::Costs;
use crate::analysis::levels::{Level, Levels};
pub use crate::analysis::roles::Role;
use crate::analysis::roles::{drawn_kind, role};
use crate::analysis::totals::within;
use crate::model::order::RowMap;
use crate::model::{OperationKind, SpanRow, Total, TraceRow, TraceStore};
use crate::scene::members::{Members, model_of};
use crate::semantics::prices::short_model;
use serde::{Deserialize, Serialize};

/// Subtrees with more owners of tokens than this are added up once.
const MANY: usize = 64;

/// What one line says of an agent run. Tokens and cost are those of the span and everything below it, each call once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What the span is drawn as; see [`drawn_kind`].
    pub operation: OperationKind,
    /// What it does beside that: hand-off, delegation, queue, load of a skill.
    pub role: Option<Role>,
    /// The agent that is given the task, or the skill; empty where nothing says which.
    pub to: String,
    /// What it is called by its meaning: the agent, the tool, the call without its model; empty where that is the span's
    /// name, and at the level that shows spans as they were recorded.
    pub title: String,
    /// The agent at work; empty outside of agents.
    pub agent: String,
    /// Its number, see [`Members`].
    pub agent_member: Option<u16>,
    /// The model of a call, as recorded; empty for anything else.
    pub model: String,
    /// The same without what says who serves it and of which date.
    pub short_model: String,
    /// Its number.
    pub model_member: Option<u16>,
    /// Whether another span tells of the same call: it wraps it, or is its twin.
    pub again: Again,
    /// Whether tokens are the span's own, and not only those of spans below.
    pub owns: bool,
    /// Tokens in and out; `None` when none are known.
    pub tokens: Option<u64>,
    /// Whether those of every call are known.
    pub tokens_complete: bool,
    /// Cost in 10^-12 US dollars; `None` when unknown or nothing was called.
    pub cost: Option<i64>,
    /// Whether that of every call is known.
    pub cost_complete: bool,
}

/// How a span repeats the call that another span records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Again {
    /// It does not.
    #[default]
    No,
    /// It wraps the call.
    Wrapper,
    /// It records the same call.
    Twin,
}

/// What told of lines is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The document.
    pub store: &'a TraceStore,
    /// Its calls.
    pub calls: &'a Calls,
    /// Their costs.
    pub costs: &'a Costs,
}

/// Tells of lines; keeps the sums of large subtrees, and what is numbered once. One per document.
#[derive(Debug, Default)]
pub struct Teller {
    wide: RowMap<Total<u64>>,
    /// By trace: whether anything is told of it.
    traces: RowMap<bool>,
    members: Option<Members>,
    /// By trace and [`ColourBy`].
    legends: RowMap<Vec<(u16, String, u32)>>,
}

impl Teller {
    /// Agents and models by number. They keep their numbers when prices change.
    pub fn members(&mut self, of: Sources<'_>) -> &Members {
        self.members
            .get_or_insert_with(|| Members::new(of.store, of.calls, of.costs))
    }

    /// What colours can stand for in a trace: as asked, or what it can tell.
    pub fn colour(&mut self, of: Sources<'_>, trace: TraceRow, by: ColourBy) -> ColourBy {
        let by = by.told(self.is_told(of.store, trace));
        if matches!(by, ColourBy::Agent | ColourBy::Model) && self.legend(of, trace, by).is_empty()
        {
            return ColourBy::Kind;
        }
        by
    }

    fn legend(&mut self, of: Sources<'_>, trace: TraceRow, by: ColourBy) -> &[(u16, String, u32)] {
        let members = self
            .members
            .get_or_insert_with(|| Members::new(of.store, of.calls, of.costs));
        let key = trace.0.wrapping_mul(8) | by as u32;
        self.legends.find_or_insert(key, || {
            let rows = of
                .store
                .trace(trace)
                .map_or(0..0, |trace| trace.rows.clone());
            let mut legend = members.legend(of.store, of.calls, rows, by);
            for (_, name, _) in &mut legend {
                *name = super::lines::cut(name);
            }
            legend
        })
    }

    /// Whether anything of an agent run is told of a trace.
    fn is_told(&mut self, store: &TraceStore, trace: TraceRow) -> bool {
        *self.traces.find_or_insert(trace.0, || {
            let rows = store.trace(trace).map_or(0..0, |trace| trace.rows.clone());
            let mut kinds = rows.map(|row| store.operation_kind(SpanRow(row)));
            kinds.any(|kind| kind != OperationKind::Other)
        })
    }

    /// Fills in what the lines of a scene say, and the legend of its colours. `levels` are those of its trace.
    pub fn tell(&mut self, of: Sources<'_>, levels: &Levels, scene: &mut Waterfall) {
        scene.is_told = self.is_told(of.store, scene.trace);
        scene.colour = self.colour(of, scene.trace, scene.colour);
        scene.legend = self.legend(of, scene.trace, scene.colour).to_vec();
        if !scene.is_told {
            return;
        }
        let at_level = scene.level != Level::Everything;
        for line in scene.lines.iter_mut().chain(&mut scene.pinned) {
            let whole = if at_level {
                whole(of.store, levels, line)
            } else {
                line.row
            };
            line.told = self.of(of, line.row, whole);
            if at_level {
                let title = title(of.store, line.row);
                line.told.title = title.map(super::lines::cut).unwrap_or_default();
            }
        }
    }

    /// What is told of one span.
    pub fn one(&mut self, of: Sources<'_>, row: SpanRow) -> Told {
        self.of(of, row, row)
    }

    /// What a row says; tokens and cost are those of the subtree of `whole`.
    fn of(&mut self, of: Sources<'_>, row: SpanRow, whole: SpanRow) -> Told {
        let Sources {
            store,
            calls,
            costs,
        } = of;
        let text = |id| super::lines::cut(store.text(id));
        let tokens = self.tokens(store, calls, whole);
        let cost = costs.total(store.subtree(whole)).amount;
        let operation = drawn_kind(store, row);
        let role = role(store, row).filter(|role| role.role != Role::Agent);
        let to = role.and_then(|role| role.to).unwrap_or_default();
        let model = model_of(store, calls, row);
        let agent = owner(store, row);
        let members = self.members(of);
        Told {
            operation,
            role: role.map(|role| role.role),
            to: super::lines::cut(to),
            title: String::new(),
            agent: agent.map(text).unwrap_or_default(),
            agent_member: members.agent(agent),
            model: model.map(text).unwrap_or_default(),
            short_model: model.map_or_else(String::new, |model| {
                super::lines::cut(short_model(store.text(model)))
            }),
            model_member: members.model(model),
            again: match calls.role(row).filter(|_| operation == OperationKind::Llm) {
                Some(CallRole::Wrapper) => Again::Wrapper,
                Some(CallRole::TwinOf(_)) => Again::Twin,
                _ => Again::No,
            },
            owns: whole != row || calls.owns_usage(row),
            tokens: tokens.value(),
            tokens_complete: tokens.is_complete(),
            cost: cost.value().map(|amount| amount.0),
            cost_complete: cost.is_complete(),
        }
    }

    fn tokens(&mut self, store: &TraceStore, calls: &Calls, row: SpanRow) -> Total<u64> {
        let rows = store.subtree(row);
        let owners = within(calls.owners(), &rows);
        let sum = || {
            let mut sum = Total::default();
            for &row in owners {
                let usage = calls.usage(store, SpanRow(row));
                let known = usage.input.is_some() || usage.output.is_some();
                let both = usage
                    .input
                    .unwrap_or(0)
                    .checked_add(usage.output.unwrap_or(0));
                sum.add(both.filter(|_| known));
            }
            for _ in within(calls.without_usage(), &rows) {
                sum.add(None);
            }
            sum
        };
        if owners.len() <= MANY {
            return sum();
        }
        *self.wide.find_or_insert(row.0, sum)
    }
}

/// The outermost of the spans folded into a line that it stands below: what that one used, the line used.
fn whole(store: &TraceStore, levels: &Levels, line: &Line) -> SpanRow {
    if line.folded == 0 || line.unfolded {
        return line.row;
    }
    let folded = levels.folded_into(line.row);
    let around = folded.filter(|&folded| store.subtree(folded).contains(&line.row.0));
    around.chain([line.row]).min().unwrap_or(line.row)
}

/// What a span is called by its meaning, when that is not its name.
fn title(store: &TraceStore, row: SpanRow) -> Option<&str> {
    let name = store.name(row);
    let meaning = store.meaning(row);
    let title = match meaning.kind {
        OperationKind::Agent => store.text(meaning.agent?),
        OperationKind::Tool => store.tool(row)?,
        OperationKind::Handoff => name
            .strip_prefix("agent.delegate.")
            .filter(|to| !to.is_empty())
            .and(Some("delegate"))?,
        OperationKind::Llm | OperationKind::Embedding | OperationKind::Rerank => {
            let models = [meaning.request_model, meaning.response_model];
            let mut models = models.into_iter().flatten().map(|id| store.text(id));
            models
                .find_map(|model| name.strip_suffix(model))?
                .trim_end()
        }
        _ => return None,
    };
    (!title.is_empty() && title != name).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::budget::Limit;
    use crate::model::text::parse;
    use crate::scene::waterfall::WaterfallRequest;
    use crate::scene::{Scenes, Sight};
    use crate::semantics::prices::PriceBook;

    /// One line a row at a level: title or name, agent and its number, model and its number, tokens, what is folded in.
    fn picture(drawing: &str, level: Level) -> Vec<String> {
        let store = parse(drawing).finish();
        let calls = Calls::new(&store);
        let book = PriceBook::default();
        let costs = Costs::new(&store, &calls, &book);
        let trace = TraceRow(0);
        let mut scenes = Scenes::default();
        let sight = Sight {
            level,
            ..Sight::default()
        };
        scenes.show(&store, &calls, trace, sight);
        let request = WaterfallRequest {
            trace,
            first_line: 0,
            lines: 99,
            window: (0, 100),
            width: 100.0,
            critical_path: false,
            level,
            only_matches: false,
            colour: ColourBy::Kind,
            budget: Limit::default(),
        };
        let mut scene = scenes.waterfall(&store, &request, None);
        let of = Sources {
            store: &store,
            calls: &calls,
            costs: &costs,
        };
        Teller::default().tell(of, scenes.levels_of(trace).unwrap(), &mut scene);
        let number = |member: Option<u16>| member.map_or("-".to_owned(), |at| at.to_string());
        let line = |line: &Line| {
            let told = &line.told;
            let name = if told.title.is_empty() {
                &line.name
            } else {
                &told.title
            };
            let indent = "  ".repeat(line.depth as usize);
            format!(
                "{indent}{name} {}{} {}{} {:?} {:?} +{}",
                told.agent,
                number(told.agent_member),
                told.short_model,
                number(told.model_member),
                told.tokens.unwrap_or(0),
                told.again,
                line.folded,
            )
        };
        scene.lines.iter().map(line).collect()
    }

    const RUN: &str = "\
invoke_agent 0..100 is=agent agent=lead
  model 1..30 is=llm model=claude-x tokens=5/2
    claude-x 2..29 is=llm model=claude-x
  toolCall 31..60 is=tool tool=search
    noise 32..40";

    #[test]
    fn a_level_tells_what_spans_mean() {
        assert_eq!(
            picture(RUN, Level::Steps),
            [
                "lead lead0 - 7 No +0",
                // The wrapper's tokens are the call's.
                "  claude-x lead0 x0 7 No +1",
                "  search lead0 - 0 No +0",
            ]
        );
    }

    #[test]
    fn everything_is_told_as_it_was_recorded() {
        assert_eq!(
            picture(RUN, Level::Everything),
            [
                "invoke_agent lead0 - 7 No +0",
                "  model lead0 x0 7 Wrapper +0",
                "    claude-x lead0 x0 0 No +0",
                "  toolCall lead0 - 0 No +0",
                "    noise lead0 - 0 No +0",
            ]
        );
    }

    #[test]
    fn a_call_is_named_without_its_model() {
        let lines = picture("chat-gpt-4 0..9 is=llm model=gpt-4", Level::Steps);
        assert!(lines[0].starts_with("chat- "), "{lines:?}");
    }
}
