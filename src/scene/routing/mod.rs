//! Who was asked what: the matrix of agents (or tasks) and models, the ways that requests went, what other models would have
//! cost, which models served when, and what else is to be known of models.
//!
//! The page asks for five pieces, each when something it depends on has changed: the [`Matrix`] with what another choice
//! of models would have cost, the [`Flow`], the [`Shares`] over time, what stands [`Aside`], and the [`Alternatives`].

mod alternatives;
mod aside;
mod choices;
mod flow;
mod matrix;
mod shares;
#[cfg(test)]
mod tests;

pub use crate::analysis::routing::flow::Outcome as CallOutcome;
pub use alternatives::{Alternative, Alternatives};
pub use aside::{Aside, TimeBar, Told};
pub use choices::{Choice, Outcome};
pub use flow::{COLUMNS, Flow, Link, Node, Width};
pub use matrix::{Head, Matrix, RoutedCell};
pub use shares::{MODELS, SharePart, Shares, Stretch, WHOLE};

use super::drawn::ink;
use super::format::{UNKNOWN, at_least, cost, count, count_short, counted, duration};
use super::members::Members;
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::part::Part;
use crate::analysis::treemap::{Level, Sum};
use crate::model::{PicoUsd, StrId, TraceRow};
use serde::{Deserialize, Serialize};

/// What is to be shown, and of what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteRequest {
    /// Of one run; `None` for all that pass the filter.
    pub trace: Option<TraceRow>,
    /// The filter; empty for none.
    pub filter: String,
    /// The piece.
    pub piece: Piece,
}

/// A piece of the view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// The matrix, and what another choice of models would have cost.
    Matrix {
        /// Rows are tasks, not agents.
        tasks: bool,
        /// What colours stand for, as an index of [`MEASURES`].
        measure: u8,
        /// Rows at most.
        most: u16,
        /// Agents or tasks (`*` for all) and the models they are assigned to.
        assigned: Vec<(String, String)>,
    },
    /// The ways from task to outcome.
    Flow {
        /// What widths stand for.
        width: Width,
        /// Room in pixels from left to right.
        room: u16,
    },
    /// Shares of models over time.
    Shares {
        /// What shares are of.
        width: Width,
        /// Room of the axis in pixels.
        room: u16,
        /// The clock on the wall in minutes east of UTC; `None` counts time from the begin of the run.
        zone: Option<i16>,
        /// Models at most; what is less stands together.
        most: u16,
    },
    /// Times and attempts.
    Aside,
    /// Everything on one model.
    Alternatives {
        /// Models beside those of the document that everything is priced on.
        compared: Vec<String>,
    },
}

impl Default for Piece {
    fn default() -> Self {
        Self::Matrix {
            tasks: false,
            measure: 0,
            most: ROWS,
            assigned: Vec::new(),
        }
    }
}

/// Rows that are shown before somebody asks for more.
pub const ROWS: u16 = 60;

/// What the colour of a cell can stand for.
pub const MEASURES: [&str; 5] = ["Cost", "Calls", "Tokens", "Latency", "Errors"];

/// What is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Routed {
    /// The document that rows are valid for.
    pub document: u32,
    /// The piece.
    pub shown: Shown,
}

/// A piece as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Shown {
    /// See [`Piece::Matrix`].
    Matrix(Box<Matrix>),
    /// See [`Piece::Flow`].
    Flow(Flow),
    /// See [`Piece::Shares`].
    Shares(Shares),
    /// See [`Piece::Aside`].
    Aside(Aside),
    /// See [`Piece::Alternatives`].
    Alternatives(Alternatives),
}

/// What a scene is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'d> {
    /// The document.
    pub ledger: Ledger<'d>,
    /// Its agents and models by number.
    pub members: &'d Members,
    /// What it is about.
    pub part: &'d Part,
}

/// Shows a piece of a part of the document.
pub fn routing(of: Sources<'_>, piece: &Piece) -> Shown {
    match piece {
        Piece::Matrix {
            tasks,
            measure,
            most,
            assigned,
        } => {
            let assigned = choices::assignments(assigned);
            let rows = if *tasks { Level::Task } else { Level::Agent };
            let mut matrix = matrix::matrix(of, &rows, *measure, *most);
            choices::fill(of, &rows, &assigned, *most, &mut matrix);
            Shown::Matrix(Box::new(matrix))
        }
        Piece::Flow { width, room } => Shown::Flow(flow::flow(of, *width, *room)),
        Piece::Shares {
            width,
            room,
            zone,
            most,
        } => Shown::Shares(shares::shares(
            of,
            shares::Asked {
                width: *width,
                room: *room,
                zone: *zone,
                most: *most,
            },
        )),
        Piece::Aside => Shown::Aside(aside::aside(of)),
        Piece::Alternatives { compared } => {
            Shown::Alternatives(alternatives::alternatives(of, compared))
        }
    }
}

/// 10^-12 dollars; what has no room is the most there is.
fn pico(value: i128) -> PicoUsd {
    PicoUsd(i64::try_from(value).unwrap_or(i64::MAX))
}

/// What is known of an amount of money.
fn dollars(sum: Sum) -> String {
    at_least(
        sum.value().map(|value| cost(pico(value))),
        sum.is_complete(),
    )
}

fn whole(value: i128) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn tokens(sum: Sum) -> String {
    let amount = sum.value().map(|value| count_short(whole(value)));
    at_least(amount, sum.is_complete())
}

fn took(sum: Sum) -> String {
    let amount = sum
        .value()
        .map(|ns| duration(i64::try_from(ns).unwrap_or(i64::MAX)));
    at_least(amount, sum.is_complete())
}

/// Amounts with all their digits, for a tooltip.
fn in_full(money: Sum, tokens: Sum, calls: u32) -> String {
    let dollars = money
        .value()
        .map_or_else(|| UNKNOWN.to_owned(), |value| pico(value).to_string());
    let tokens = tokens
        .value()
        .map_or_else(|| UNKNOWN.to_owned(), |value| count(whole(value)));
    format!(
        "{dollars} USD, {tokens} tokens, {}",
        counted(u64::from(calls), "call")
    )
}

/// The colour of an agent by its number of a name.
fn agent_ink(of: Sources<'_>, id: u32) -> u8 {
    ink::of(of.members.agent(named(id)), ink::AGENT)
}

/// The colour of a model by its number of a name.
fn model_ink(of: Sources<'_>, id: u32) -> u8 {
    ink::of(of.members.model(named(id)), ink::MODEL)
}

fn named(id: u32) -> Option<StrId> {
    (id != NONE).then_some(StrId(id))
}
