//! The user's prices, and the tables as a list to look at.

use super::Engine;
use super::meaning::Meaning;
use super::protocol::{PriceLine, PriceList, PriceState, Reply};
use super::runs::RunsOrder;
use super::views::Kept;
use crate::analysis::treemap::Tally;
use crate::semantics::prices::{PriceRow, PriceTable, Rates, import};

impl Engine {
    /// Takes the user's table in place of the one before, or adds its rows to that, and costs the document anew. A text
    /// that is no table changes nothing.
    pub(super) fn set_prices(&mut self, text: &str, add: bool, assume: bool) -> Reply {
        let (imported, problem) = match import(text) {
            Ok(imported) => (Some(imported), None),
            Err(_) if text.trim().is_empty() => (None, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let left_out = imported.as_ref().map_or(0, |imported| imported.left_out);
        if problem.is_none() {
            let mut table = if add {
                std::mem::take(&mut self.prices.user)
            } else {
                PriceTable::default()
            };
            if let Some(imported) = imported {
                for row in imported.table.rows() {
                    table.add(row.clone());
                }
                for price in imported.table.tools() {
                    table.add_tool(price.clone());
                }
                if !imported.table.date.is_empty() {
                    table.date.clone_from(&imported.table.date);
                }
            }
            self.prices.user = table;
            self.prices.assume(assume);
            self.cost_anew();
        }
        let user = &self.prices.user;
        Reply::Prices(PriceState {
            text: if user.is_empty() {
                String::new()
            } else {
                user.to_text()
            },
            models: user.rows().len() as u32,
            tools: user.tools().len() as u32,
            left_out,
            problem,
        })
    }

    fn cost_anew(&mut self) {
        let document = &mut self.document;
        document.meaning = Meaning::new(&document.store, &self.prices);
        document.tally = Tally::default();
        document.kept = Kept::default();
        document.course = None;
        document.crossed = None;
        // Rows stand by cost, and spans pass by it.
        document.runs = RunsOrder::default();
        self.filter_anew();
    }

    /// Prices of models whose name holds every word, the user's first.
    pub(super) fn price_list(&self, words: &str, limit: u32) -> Reply {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let (user, built_in) = (&self.prices.user, &self.prices.built_in);
        let own = user.rows().iter().map(|row| (row, true));
        let others = built_in.rows().iter().map(|row| (row, false));
        let holds = |(row, _): &(&PriceRow, bool)| {
            let (model, provider) = (row.model.to_lowercase(), row.provider.to_lowercase());
            words
                .iter()
                .all(|word| model.contains(word) || provider.contains(word))
        };
        let found: Vec<(&PriceRow, bool)> = own.chain(others).filter(holds).collect();
        Reply::PriceList(PriceList {
            date: built_in.date.clone(),
            source: built_in.source.clone(),
            built_in: built_in.rows().len() as u32,
            found: found.len() as u32,
            lines: found
                .iter()
                .take(limit as usize)
                .map(|(row, own)| line(row, *own))
                .collect(),
        })
    }
}

fn line(row: &PriceRow, own: bool) -> PriceLine {
    let Rates {
        input,
        output,
        cache_read,
        cache_write,
        ..
    } = row.rates;
    let million = |rate: Option<crate::model::PicoUsd>| {
        let dollars = rate.and_then(|rate| rate.times(1_000_000));
        dollars
            .map(|dollars| dollars.to_string())
            .unwrap_or_default()
    };
    let mut table = PriceTable::default();
    table.add(row.clone());
    let text = table.to_text();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    PriceLine {
        model: row.model.clone(),
        provider: row.provider.clone(),
        prices: [Some(input), Some(output), cache_read, cache_write]
            .map(million)
            .to_vec(),
        own,
        text: lines.collect::<Vec<_>>().join("\n"),
    }
}
