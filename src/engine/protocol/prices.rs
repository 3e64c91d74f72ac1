//! Prices in use, for the dialog that shows them.

use serde::{Deserialize, Serialize};

/// The user's prices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceState {
    /// All of them as a table's text; empty for none.
    pub text: String,
    /// How many models have one.
    pub models: u32,
    /// How many tools have one.
    pub tools: u32,
    /// Entries of what was just taken that have no price per token.
    pub left_out: u32,
    /// Why nothing was taken.
    pub problem: Option<String>,
}

/// Prices to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// Day of the built-in table; empty when that was not loaded.
    pub date: String,
    /// Where it comes from.
    pub source: String,
    /// How many models it has.
    pub built_in: u32,
    /// How many lines there are.
    pub found: u32,
    /// The first of them.
    pub lines: Vec<PriceLine>,
}

/// The price of one model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLine {
    /// Model.
    pub model: String,
    /// Provider; empty when unknown.
    pub provider: String,
    /// US dollars per million tokens of input, output, cache read and cache write; empty where there is none.
    pub prices: Vec<String>,
    /// Whether it is the user's.
    pub own: bool,
    /// As a line of a table.
    pub text: String,
}
