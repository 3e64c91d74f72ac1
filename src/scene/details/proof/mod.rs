//! How the canonical values and figures of a span came about: keys, tokens by tier, prices, sums.
//!
//! One type of line with texts for cells keeps the message to the page, and the page, small.
//!
//! - `bill`: tokens and cost of one span
//! - `sums`: those of a subtree or a run, call by call
//! - `values`: every canonical value with the key it came from

mod bill;
mod sums;
#[cfg(test)]
mod tests;
mod values;

pub use sums::sums;

use crate::analysis::calls::Calls;
use crate::analysis::cost::Costs;
use crate::model::{PicoUsd, SpanRow, TraceStore};
use crate::scene::details::Attribute;
use crate::semantics::Provenance;
use crate::semantics::prices::PriceBook;
use serde::{Deserialize, Serialize};

/// What a line is, and what stands in its cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineKind {
    /// What follows: title, and a word beside it.
    #[default]
    Title,
    /// Head of the table of tokens.
    Head,
    /// A product of a bill: tier, tokens, dollars per million, dollars.
    Term,
    /// The sum of the products: the same cells.
    Sum,
    /// A figure by itself: name, what stands beside it, amount.
    Figure,
    /// A canonical value: name, value, key, and how it came from it.
    Value,
    /// A span whose figures are summed: name, model or tool, tokens, cost, remark.
    Call,
    /// A sentence.
    Note,
    /// A sentence that prices are the remedy for.
    Prices,
    /// That everything below has figures, which have a list of their own: how many spans, and their cost.
    Below,
    /// A span's place: number of the step, of how many.
    Step,
    /// What it does beside its kind: role, whom or what it concerns, what told it.
    Role,
    /// How it went by an attribute, where the status is silent: value, key, place of the attribute with the words about it
    /// (empty: none).
    Said,
    /// The call of a model that asked for a tool: empty, name, step, how the pair was inferred (empty: by id), "error"
    /// when it failed.
    AskedBy,
    /// The call of a model that was given a tool's result: the same cells.
    ShownTo,
    /// A tool that a piece of a conversation asked for or has the result of: the piece's place (empty: by none), then
    /// the same cells.
    Ran,
    /// The call of a model whose messages this one repeats: how many of them, behind those of the system, then the same
    /// cells.
    Repeats,
    /// A skill that an agent loaded: its name, then the same cells.
    Skill,
    /// More lines can be asked for: first and number.
    More,
}

/// One line of a derivation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// Its texts, as many as the kind says; empty where one is absent.
    pub cells: Vec<String>,
    /// Trace id of the span that it leads to; empty when it leads to none.
    pub trace_id: String,
    /// That span's id.
    pub span_id: String,
}

/// What was worked out of a document, to prove it from.
#[derive(Debug, Clone, Copy)]
pub struct Worked<'a> {
    /// The spans.
    pub store: &'a TraceStore,
    /// Which of them are calls, and own tokens.
    pub calls: &'a Calls,
    /// What they cost.
    pub costs: &'a Costs,
    /// The prices by which.
    pub book: &'a PriceBook,
}

/// Tokens, cost and values of a span. `attributes` are those of its text.
pub fn lines(worked: &Worked<'_>, row: SpanRow, attributes: &[Attribute]) -> Vec<Line> {
    let texts = attributes.iter().filter(|attribute| {
        use super::ValueKind::{Array, Bytes, Map};
        // What is nested is not read for its meaning.
        !matches!(attribute.kind, Array | Map | Bytes)
    });
    let pairs = texts.map(|attribute| (attribute.key.as_str(), attribute.value.text.as_str()));
    let provenance = Provenance::new(pairs);
    let mut lines = Lines::default();
    bill::bill(worked, row, &provenance, &mut lines);
    sums::below(worked, row, &mut lines);
    values::values(worked, row, &provenance, attributes, &mut lines);
    lines.0
}

/// Lines as they are written.
#[derive(Debug, Default)]
struct Lines(Vec<Line>);

impl Lines {
    fn push(&mut self, kind: LineKind, cells: &[&str]) {
        let cells = cells.iter().map(|&cell| cell.to_owned()).collect();
        self.0.push(Line {
            kind,
            cells,
            ..Line::default()
        });
    }

    fn note(&mut self, text: &str) {
        self.push(LineKind::Note, &[text]);
    }
}

/// An amount with all its digits: what is shown adds up as it stands.
fn exact(amount: PicoUsd) -> String {
    let text = amount.to_string();
    match text.strip_prefix('-') {
        Some(digits) => format!("\u{2212}${digits}"),
        None => format!("${text}"),
    }
}

/// What a span is called.
fn named(store: &TraceStore, row: SpanRow) -> &str {
    match store.name(row) {
        "" => "(no name)",
        name => name,
    }
}
