//! The tables that hold for this browser: the user's rows before the built-in ones, and what a call costs by them.

use super::rates::{Bill, Rates};
use super::table::{PriceRow, PriceTable};
use crate::model::{PicoUsd, TokenUsage, Total};

/// Where a price comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A row of the user.
    User,
    /// The built-in table.
    BuiltIn,
    /// The assumed price of a model without one: what comes of it is an estimate.
    Assumed,
}

/// All prices.
#[derive(Debug, Clone, Default)]
pub struct PriceBook {
    /// Rows of the user; they come first.
    pub user: PriceTable,
    /// The table that ships with the app.
    pub built_in: PriceTable,
    /// The price of models without one; `None`: their cost is unknown.
    assumed: Option<PriceRow>,
}

/// The prices of a model and where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price<'b> {
    /// The row; without name where prices are assumed.
    pub row: &'b PriceRow,
    /// The table's date; empty when unknown.
    pub date: &'b str,
    /// Where the table comes from; empty when unknown.
    pub source: &'b str,
    /// Whose row it is.
    pub origin: Origin,
}

/// How the computed cost of a call came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation<'b> {
    /// The price that was taken.
    pub price: Price<'b>,
    /// The limit of input that the call exceeds, when its price depends on that.
    pub above: Option<u64>,
    /// The products and their sum.
    pub bill: Bill,
}

impl<'b> Price<'b> {
    /// What a call comes to.
    pub fn derive(self, usage: &TokenUsage) -> Derivation<'b> {
        let (rates, above) = self.row.rates_for(usage.input);
        Derivation {
            price: self,
            above,
            bill: rates.bill(usage),
        }
    }

    /// What a call comes to, without the products: the total of [`Price::derive`].
    pub fn total(self, usage: &TokenUsage) -> Total<PicoUsd> {
        self.row.rates_for(usage.input).0.total(usage)
    }

    /// What the cache saved of it; see [`Rates::saved_by_cache`].
    pub fn saved_by_cache(self, usage: &TokenUsage) -> Option<PicoUsd> {
        self.row.rates_for(usage.input).0.saved_by_cache(usage)
    }
}

impl PriceBook {
    /// The assumed prices of models without a row: 5 US dollars per million tokens of input, 15 of output.
    pub const ASSUMED: Rates = Rates {
        input: PicoUsd(5_000_000),
        output: PicoUsd(15_000_000),
        cache_read: None,
        cache_write: None,
        reasoning: None,
    };

    /// Rows of the user before the built-in ones; prices of other models are unknown.
    pub fn new(user: PriceTable, built_in: PriceTable) -> Self {
        Self {
            user,
            built_in,
            assumed: None,
        }
    }

    /// Whether models without a row have the assumed prices.
    pub fn assume(&mut self, assume: bool) {
        self.assumed = assume.then(|| PriceRow {
            rates: Self::ASSUMED,
            ..PriceRow::default()
        });
    }

    /// The price of a model; `None` when no table has it and none is assumed.
    pub fn find(&self, model: Option<&str>) -> Option<Price<'_>> {
        let tables = [
            (&self.user, Origin::User),
            (&self.built_in, Origin::BuiltIn),
        ];
        for (table, origin) in tables {
            if let Some(row) = model.and_then(|model| table.find(model)) {
                return Some(Price {
                    row,
                    date: &table.date,
                    source: &table.source,
                    origin,
                });
            }
        }
        Some(Price {
            row: self.assumed.as_ref()?,
            date: "",
            source: "",
            origin: Origin::Assumed,
        })
    }

    /// The price of a tool's call; only the user knows such prices.
    pub fn tool_price(&self, tool: &str) -> Option<PicoUsd> {
        let tables = [&self.user, &self.built_in];
        let price = tables.into_iter().find_map(|table| table.find_tool(tool));
        price.map(|price| price.per_call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> PriceTable {
        PriceTable::parse(text).unwrap()
    }

    #[test]
    fn rows_of_the_user_come_first() {
        let mut book = PriceBook {
            user: table("# date 2026-12-01\ngpt-4o\tmine\t1\t2\n@tool\tsearch\t0.01"),
            built_in: table(
                "# date 2026-11-21\ngpt-4o-2024-08-06\topenai\t2.5\t10\ngpt-5\topenai\t1.25\t10",
            ),
            ..PriceBook::default()
        };
        let usage = TokenUsage {
            input: Some(1_000_000),
            output: Some(0),
            ..TokenUsage::default()
        };
        // A price set for a model holds for its dated versions too.
        let own = book.find(Some("gpt-4o-2024-08-06")).unwrap();
        assert_eq!((own.origin, own.date), (Origin::User, "2026-12-01"));
        assert_eq!(own.derive(&usage).bill.total.value(), Some(PicoUsd::DOLLAR));
        let other = book.find(Some("gpt-5")).unwrap();
        assert_eq!((other.origin, other.date), (Origin::BuiltIn, "2026-11-21"));
        assert_eq!(book.find(Some("unheard-of")), None);
        assert_eq!(book.find(None), None);
        book.assume(true);
        let assumed = book.find(None).unwrap();
        assert_eq!(assumed.origin, Origin::Assumed);
        let total = assumed.derive(&usage).bill.total;
        assert_eq!(total.value(), PicoUsd::DOLLAR.times(5));
        assert_eq!(book.tool_price("search"), PicoUsd::parse("0.01"));
        assert_eq!(book.tool_price("grep"), None);
    }
}
