//! What a span belongs together with: its place among the steps, its role, and the calls of models and tools that asked
//! for each other.
//!
//! Ids of calls decide. Where a producer writes none, name and order within the run of an agent do, and what is inferred
//! so is marked.

use super::conversation::{Piece, PieceKind};
use super::proof::{Line, LineKind, Worked};
use super::{Details, TextValue, outcome};
use crate::analysis::calls::CallRole;
use crate::analysis::pairs::{Around, skills, tools_after, tools_by_id};
use crate::analysis::roles::role;
use crate::analysis::totals::within;
use crate::model::{CallId, OperationKind, SpanRow, StatusCode};
use crate::scene::format::count;
use crate::semantics::content::{self, message::Message, part::Part};
use std::collections::{BTreeMap, BTreeSet};

/// How a pair was inferred.
const BY_NAME: &str = "inferred from name and order";
const BY_ORDER: &str = "inferred from order";
/// Words before a call are handed out up to this length.
const WORDS: usize = 16 * 1024;
/// Tools named behind a call whose answer was not recorded.
const FEW: usize = 8;

/// The texts of calls of models around a tool's, as far as they could be read.
#[derive(Debug, Clone, Default)]
pub struct AroundTexts {
    /// The calls.
    pub around: Around,
    /// Their JSON by row.
    pub texts: BTreeMap<u32, String>,
    /// An earlier call of a model, and how many of its messages this one repeats; see [`super::repeats`].
    pub repeats: Option<(SpanRow, u32)>,
}

/// Fills in the relations of a span, of a trace with these steps, whose content stands in `details`, and why its tool was called when the call says so.
pub fn relate(worked: &Worked<'_>, steps: &[u32], details: &mut Details, around: &AroundTexts) {
    let row = details.row;
    let mut relations = Relations {
        worked,
        steps,
        row,
        found: Vec::new(),
    };
    if let Some(role) = role(worked.store, row) {
        let cells = [
            role.role.as_str(),
            role.to.unwrap_or_default(),
            role.because,
        ];
        relations.line(LineKind::Role, &cells);
    }
    if let Ok(at) = steps.binary_search(&step_of(worked, row).0) {
        let (number, all) = (count(at as u64 + 1), count(steps.len() as u64));
        relations.line(LineKind::Step, &[&number, &all]);
    }
    if let Some(said) = outcome::said(details) {
        let words = said.words.map(|at| at.to_string()).unwrap_or_default();
        relations.line(LineKind::Said, &[said.value, said.key, &words]);
    }
    for (tool, skill) in skills(worked.store, row) {
        relations.link(LineKind::Skill, worked.store.text(skill), tool, "");
    }
    if worked.store.operation_kind(row) == OperationKind::Tool {
        if let Some(why) = relations.asked(around) {
            explain(&mut details.content, why);
        }
        relations.shown(around);
    } else {
        relations.ran(&details.content);
    }
    let has_all = |piece: &Piece| piece.kind != PieceKind::Omitted;
    if let Some((row, messages)) = around
        .repeats
        .filter(|_| details.content.iter().all(has_all))
    {
        relations.link(LineKind::Repeats, &messages.to_string(), row, "");
    }
    relations.number();
    details.relations = relations.lines();
}

/// Puts the words before a call where a tool's own reason stands; its own one stays.
fn explain(content: &mut Vec<Piece>, why: Piece) {
    if content.is_empty()
        || content
            .iter()
            .any(|piece| piece.kind == PieceKind::Rationale)
    {
        return;
    }
    let is_head = |piece: &Piece| {
        matches!(
            piece.kind,
            PieceKind::Topic | PieceKind::Fact | PieceKind::Parameter
        )
    };
    let at = content.iter().position(|piece| !is_head(piece));
    content.insert(at.unwrap_or(content.len()), why);
}

/// A line and the row it leads to.
struct Found {
    line: Line,
    to: Option<SpanRow>,
}

struct Relations<'a> {
    worked: &'a Worked<'a>,
    /// Of the whole trace.
    steps: &'a [u32],
    row: SpanRow,
    found: Vec<Found>,
}

impl Relations<'_> {
    fn line(&mut self, kind: LineKind, cells: &[&str]) {
        let cells = cells.iter().map(|&cell| cell.to_owned()).collect();
        let line = Line {
            kind,
            cells,
            ..Line::default()
        };
        self.found.push(Found { line, to: None });
    }

    /// A line that leads to a span: at which piece, its name, its step, how the pair was found, and whether it failed.
    fn link(&mut self, kind: LineKind, piece: &str, to: SpanRow, how: &str) {
        let store = self.worked.store;
        let trace = store.trace(store.trace_of(to));
        let trace = trace.map(|trace| store.trace_id_text(trace));
        let failed = if store.status(to) == StatusCode::Error {
            "error"
        } else {
            ""
        };
        self.line(
            kind,
            &[
                piece,
                store.tool(to).unwrap_or_else(|| store.name(to)),
                "",
                how,
                failed,
            ],
        );
        if let Some(last) = self.found.last_mut() {
            last.to = Some(to);
            last.line.trace_id = trace.unwrap_or_default();
            last.line.span_id = store.span_id_text(to).unwrap_or_default();
        }
    }

    /// Numbers the steps that lines lead to.
    fn number(&mut self) {
        for found in &mut self.found {
            let step = found.to.map(|row| step_of(self.worked, row).0);
            let number = step.and_then(|row| self.steps.binary_search(&row).ok());
            if let (Some(number), Some(cell)) = (number, found.line.cells.get_mut(2)) {
                *cell = count(number as u64 + 1);
            }
        }
    }

    fn lines(self) -> Vec<Line> {
        self.found.into_iter().map(|found| found.line).collect()
    }

    /// The call of a model that asked for this tool, and what it said before.
    fn asked(&mut self, around: &AroundTexts) -> Option<Piece> {
        let store = self.worked.store;
        let id = store.call_id(self.row);
        let name = store.tool(self.row).unwrap_or_default();
        let mut nearest: Option<(SpanRow, Vec<Message>)> = None;
        let mut are_calls_recorded = false;
        for &(row, is_same) in &around.around.before {
            let Some(text) = around.texts.get(&row.0) else {
                continue;
            };
            let mut messages = content::read(text, &[]).messages;
            messages.retain(|message| message.output);
            let is_it = |found: &str| id.is_some() && CallId::new(found.as_bytes()) == id;
            let by_id = |part: &Part| matches!(part, Part::Call { id, .. } if is_it(id));
            if let Some(asked) = words_before(&messages, by_id) {
                self.link(LineKind::AskedBy, "", row, "");
                return asked.words;
            }
            let mut parts = messages.iter().flat_map(|message| &message.parts);
            are_calls_recorded |= parts.any(|part| matches!(part, Part::Call { .. }));
            if is_same && nearest.is_none() && !messages.is_empty() {
                nearest = Some((row, messages));
            }
        }
        if let Some((row, messages)) = nearest.filter(|_| are_calls_recorded) {
            let by_name =
                |part: &Part| matches!(part, Part::Call { name: asked, .. } if asked == name);
            let asked = words_before(&messages, by_name)?;
            self.link(LineKind::AskedBy, "", row, BY_NAME);
            return asked.words;
        }
        // Where no answer says what it asks for the order alone tells.
        let mut before = around.around.before.iter();
        if let Some(&(row, _)) = before.find(|(_, is_same)| *is_same) {
            self.link(LineKind::AskedBy, "", row, BY_ORDER);
        }
        None
    }

    /// The first call of a model that was given the result of this tool.
    fn shown(&mut self, around: &AroundTexts) {
        let store = self.worked.store;
        let id = store.call_id(self.row);
        let name = store.tool(self.row).unwrap_or_default();
        let mut likely = None;
        for &(row, is_same) in &around.around.behind {
            let Some(text) = around.texts.get(&row.0) else {
                continue;
            };
            let messages = content::read(text, &[]).messages;
            let given = messages.iter().filter(|message| !message.output);
            for part in given.flat_map(|message| &message.parts) {
                let Part::Result {
                    id: found,
                    name: tool,
                    ..
                } = part
                else {
                    continue;
                };
                if id.is_some() && CallId::new(found.as_bytes()) == id {
                    self.link(LineKind::ShownTo, "", row, "");
                    return;
                }
                let is_likely = is_same && id.is_none() && (tool == name || tool.is_empty());
                if is_likely && likely.is_none() {
                    likely = Some(row);
                }
            }
        }
        if let Some(row) = likely {
            self.link(LineKind::ShownTo, "", row, BY_NAME);
        }
    }

    /// The tools that the calls and results of a conversation belong to, piece by piece.
    fn ran(&mut self, content: &[Piece]) {
        let is_call = |piece: &Piece| piece.kind == PieceKind::Call;
        let is_result =
            |piece: &Piece| matches!(piece.kind, PieceKind::Result | PieceKind::Failure);
        let pieces = || {
            let pieces = content.iter().enumerate();
            pieces.filter(|(_, piece)| is_call(piece) || is_result(piece))
        };
        let id = |piece: &Piece| CallId::new(piece.note.as_bytes());
        let wanted: BTreeSet<CallId> = pieces().filter_map(|(_, piece)| id(piece)).collect();
        let known = tools_by_id(self.worked.store, self.steps, &wanted);
        let answer = content
            .iter()
            .position(|piece| piece.kind == PieceKind::Output);
        let is_llm = self.worked.store.operation_kind(self.row) == OperationKind::Llm;
        let mut open: Vec<SpanRow> = if is_llm {
            tools_after(self.worked.store, self.worked.calls, self.row)
        } else {
            Vec::new()
        };
        open.retain(|tool| !known.values().any(|found| found == tool));
        // The span around a call holds what the call was.
        let above = self.worked.store.parent(self.row);
        let is_inner =
            above.is_some_and(|row| self.worked.store.operation_kind(row) == OperationKind::Llm);
        if !is_inner && !content.iter().any(is_call) {
            for tool in open.drain(..).take(FEW) {
                self.link(LineKind::Ran, "", tool, BY_ORDER);
            }
        }
        for (at, piece) in pieces() {
            let place = at.to_string();
            if let Some(&tool) = id(piece).and_then(|id| known.get(&id)) {
                self.link(LineKind::Ran, &place, tool, "");
            } else if is_call(piece) && answer.is_some_and(|answer| at > answer) {
                let store = self.worked.store;
                // One with an id of its own is another call.
                let is_it = |tool: &SpanRow| {
                    store.tool(*tool) == Some(&*piece.label)
                        && (piece.note.is_empty() || store.call_id(*tool).is_none())
                };
                if let Some(found) = open.iter().position(is_it) {
                    let tool = open.remove(found);
                    self.link(LineKind::Ran, &place, tool, BY_NAME);
                }
            }
        }
    }
}

/// The row that counts as the step of a span: of a call that several spans record the one that stays.
fn step_of(worked: &Worked<'_>, row: SpanRow) -> SpanRow {
    match worked.calls.role(row) {
        Some(CallRole::TwinOf(kept)) => kept,
        Some(CallRole::Wrapper) => {
            let below = within(worked.calls.calls(), &worked.store.subtree(row));
            below.first().map_or(row, |&row| SpanRow(row))
        }
        _ => row,
    }
}

/// The call that is sought, found in a message.
struct Asked {
    /// What the message says before it; `None` when it says nothing.
    words: Option<Piece>,
}

/// What a message says before the call that is sought; `None` when no message asks for it.
fn words_before(messages: &[Message], is_it: impl Fn(&Part) -> bool) -> Option<Asked> {
    let mut parts = messages.iter().map(|message| &message.parts);
    let (at, parts) = parts.find_map(|parts| Some((parts.iter().position(&is_it)?, parts)))?;
    let before = parts.get(..at).unwrap_or_default();
    let thought = before.iter().rev().find_map(|part| match part {
        Part::Reasoning(text) if !text.trim().is_empty() => {
            Some(("Reasoning before the call", text))
        }
        _ => None,
    });
    let said = || {
        before.iter().rev().find_map(|part| match part {
            Part::Text(text) if !text.trim().is_empty() => Some(("Text before the call", text)),
            _ => None,
        })
    };
    let words = thought.or_else(said).map(|(label, text)| {
        let mut end = text.len().min(WORDS);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end).unwrap_or_default().to_owned();
        Piece {
            kind: PieceKind::Rationale,
            label: label.to_owned(),
            note: String::new(),
            value: TextValue {
                bytes: text.len() as u64,
                text,
                pointer: String::new(),
            },
        }
    });
    Some(Asked { words })
}
