//! A table of prices: what it holds and how a model is found in it.

use super::name::{candidates, without_suffix};
use super::rates::Rates;
use crate::model::{Interner, PicoUsd};

/// The prices of one model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceRow {
    /// Its name as the table writes it.
    pub model: String,
    /// Who asks this price; empty when the table does not say.
    pub provider: String,
    /// Prices per token.
    pub rates: Rates,
    /// Other prices for calls with much input, by ascending limit.
    pub tiers: Vec<Tier>,
    /// Whether the source has dropped the model since.
    pub retired: bool,
    /// How many tokens of input a call may have; `None` when the table does not say.
    pub context: Option<u64>,
}

/// Prices of a call whose input is longer than a limit; they hold for all of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// The limit in tokens: this many are not above it.
    pub above: u64,
    /// Prices per token.
    pub rates: Rates,
}

/// The price of one call of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolPrice {
    /// Its name; case counts.
    pub tool: String,
    /// Price of a call.
    pub per_call: PicoUsd,
}

impl PriceRow {
    /// The prices for a call with this much input, and the limit that it exceeds.
    pub fn rates_for(&self, input: Option<u64>) -> (&Rates, Option<u64>) {
        let exceeds = |tier: &&Tier| input.is_some_and(|input| input > tier.above);
        match self.tiers.iter().rev().find(exceeds) {
            Some(tier) => (&tier.rates, Some(tier.above)),
            None => (&self.rates, None),
        }
    }

    /// Adds prices for much input; those of the same limit are replaced.
    pub fn add_tier(&mut self, tier: Tier) {
        let at = (self.tiers).partition_point(|known| known.above < tier.above);
        match self.tiers.get_mut(at) {
            Some(known) if known.above == tier.above => *known = tier,
            _ => self.tiers.insert(at, tier),
        }
    }

    fn has_prices_of(&self, other: &Self) -> bool {
        self.rates == other.rates && self.tiers == other.tiers
    }
}

/// A dated table of prices.
#[derive(Debug, Clone, Default)]
pub struct PriceTable {
    /// The day it was made, as `2026-11-21`; empty when unknown.
    pub date: String,
    /// Where it comes from; empty when unknown.
    pub source: String,
    rows: Vec<PriceRow>,
    /// Names in lower case; text 0 is the empty one and row 0 is text 1.
    names: Interner,
    /// Names in lower case without date; text 0 is the empty one.
    undated: Interner,
    /// Per name without date, the row that has its price: `None` when dated rows differ and none is the latest.
    undated_rows: Vec<Option<u32>>,
    tools: Vec<ToolPrice>,
}

impl PriceTable {
    /// Adds a row; one of the same name (case ignored) is replaced.
    pub fn add(&mut self, row: PriceRow) {
        let name = row.model.trim().to_ascii_lowercase();
        if name.is_empty() {
            return;
        }
        let at = self.names.intern(&name).0 - 1;
        match self.rows.get_mut(at as usize) {
            Some(known) => *known = row,
            None => self.rows.push(row),
        }
        self.add_undated(&name, at);
    }

    fn add_undated(&mut self, name: &str, row: u32) {
        let mut rest = without_suffix(name);
        while let Some(short) = rest {
            let at = self.undated.intern(short).0 as usize - 1;
            let is_latest = |row: u32| {
                self.row(row)
                    .is_some_and(|row| row.model.ends_with("-latest"))
            };
            match self.undated_rows.get(at).copied() {
                None => self.undated_rows.push(Some(row)),
                Some(Some(known)) if is_latest(known) => {}
                Some(_) if is_latest(row) => self.undated_rows[at] = Some(row),
                Some(None) => {}
                Some(Some(known)) => {
                    let differ = match (self.row(known), self.row(row)) {
                        (Some(known), Some(row)) => !known.has_prices_of(row),
                        _ => true,
                    };
                    if differ {
                        self.undated_rows[at] = None;
                    }
                }
            }
            rest = without_suffix(short);
        }
    }

    fn row(&self, at: u32) -> Option<&PriceRow> {
        self.rows.get(at as usize)
    }

    /// Sets the price of a tool's call.
    pub fn add_tool(&mut self, price: ToolPrice) {
        match self.tools.iter_mut().find(|known| known.tool == price.tool) {
            Some(known) => *known = price,
            None => self.tools.push(price),
        }
    }

    /// The row of a model: under its name, without the prefix of who serves it, without date; at last, for a name
    /// without date, that of the dated rows when they agree or one is the latest.
    pub fn find(&self, model: &str) -> Option<&PriceRow> {
        let mut row = None;
        candidates(model, |name| {
            row = self
                .names
                .get(name)
                .filter(|id| id.0 > 0)
                .map(|id| id.0 - 1);
            row.is_some()
        });
        if row.is_none() {
            candidates(model, |name| {
                let id = self.undated.get(name).filter(|id| id.0 > 0);
                row = id.and_then(|id| *self.undated_rows.get(id.0 as usize - 1)?);
                row.is_some()
            });
        }
        self.row(row?)
    }

    /// The price of a tool's call.
    pub fn find_tool(&self, tool: &str) -> Option<&ToolPrice> {
        self.tools.iter().find(|price| price.tool == tool)
    }

    /// All rows, in order of arrival.
    pub fn rows(&self) -> &[PriceRow] {
        &self.rows
    }

    /// All prices of tools, in order of arrival.
    pub fn tools(&self) -> &[ToolPrice] {
        &self.tools
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.tools.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(model: &str, input: i64) -> PriceRow {
        PriceRow {
            model: model.to_owned(),
            rates: Rates {
                input: PicoUsd(input),
                ..Rates::default()
            },
            ..PriceRow::default()
        }
    }

    fn table(rows: &[(&str, i64)]) -> PriceTable {
        let mut table = PriceTable::default();
        for &(model, input) in rows {
            table.add(row(model, input));
        }
        table
    }

    fn found<'t>(table: &'t PriceTable, model: &str) -> Option<&'t str> {
        table.find(model).map(|row| row.model.as_str())
    }

    #[test]
    fn the_nearest_name_wins() {
        let table = table(&[
            ("gpt-4o", 2),
            ("gpt-4o-2024-05-13", 5),
            ("anthropic.claude-x-v1:0", 3),
            ("eu.anthropic.claude-x-v1:0", 4),
        ]);
        assert_eq!(found(&table, "openai/GPT-4o"), Some("gpt-4o"));
        assert_eq!(
            found(&table, "gpt-4o-2024-05-13"),
            Some("gpt-4o-2024-05-13")
        );
        assert_eq!(found(&table, "gpt-4o-2024-08-06"), Some("gpt-4o"));
        assert_eq!(
            found(&table, "us.anthropic.claude-x-v1:0"),
            Some("anthropic.claude-x-v1:0")
        );
        assert_eq!(
            found(&table, "eu.anthropic.claude-x-v1:0"),
            Some("eu.anthropic.claude-x-v1:0")
        );
        assert_eq!(found(&table, "gpt-4o-mini"), None);
        assert_eq!(found(&table, ""), None);
    }

    #[test]
    fn a_name_without_date_takes_dated_rows_that_agree() {
        let table = table(&[
            ("same-20250101", 1),
            ("same-20250202", 1),
            ("other-20250101", 1),
            ("other-20250202", 2),
            ("new-20250101", 1),
            ("new-20250202", 2),
            ("new-latest", 3),
            ("new-20250303", 4),
        ]);
        assert_eq!(found(&table, "same"), Some("same-20250101"));
        assert_eq!(found(&table, "vendor/same@latest"), Some("same-20250101"));
        assert_eq!(found(&table, "other"), None);
        assert_eq!(found(&table, "new"), Some("new-latest"));
    }

    #[test]
    fn a_row_of_the_same_name_is_replaced() {
        let mut table = table(&[("a", 1), ("A ", 2)]);
        assert_eq!(table.rows().len(), 1);
        assert_eq!(table.find("a").unwrap().rates.input, PicoUsd(2));
        table.add(row("  ", 1));
        assert_eq!(table.rows().len(), 1);
        let price = |amount| ToolPrice {
            tool: "search".to_owned(),
            per_call: PicoUsd(amount),
        };
        table.add_tool(price(1));
        table.add_tool(price(2));
        assert_eq!(table.tools(), [price(2)]);
        assert_eq!(table.find_tool("Search"), None);
    }

    #[test]
    fn long_input_has_the_prices_of_its_tier() {
        let mut row = row("a", 1);
        for above in [500, 200, 500] {
            row.add_tier(Tier {
                above,
                rates: Rates {
                    input: PicoUsd(above.cast_signed()),
                    ..Rates::default()
                },
            });
        }
        let of = |input| {
            let (rates, above) = row.rates_for(input);
            (rates.input.0, above)
        };
        assert_eq!(of(None), (1, None));
        assert_eq!(of(Some(200)), (1, None));
        assert_eq!(of(Some(201)), (200, Some(200)));
        assert_eq!(of(Some(u64::MAX)), (500, Some(500)));
    }
}
