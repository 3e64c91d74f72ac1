//! A price table as text: a line a model, columns apart by tabs.
//!
//! ```text
//! # Spanlight prices 1
//! # date 2026-11-21
//! # source where the prices come from
//! # columns: model provider input output cache_read cache_write reasoning retired context
//! gpt-4o ⇥ openai ⇥ 2.5 ⇥ 10 ⇥ 1.25
//! >200000 ⇥ ⇥ 5 ⇥ 20 ⇥ 2.5
//! @tool ⇥ web_search ⇥ 0.01
//! ```
//!
//! Prices are US dollars per million tokens, those of tools per call. `-` or nothing: no such price. A line that begins
//! with `>` has the prices of the model above it for calls with more input tokens than this. `context` is how many tokens
//! of input a call may have.

use super::rates::Rates;
use super::table::{PriceRow, PriceTable, Tier, ToolPrice};
use crate::model::PicoUsd;
use std::fmt::{self, Write as _};

/// First line of a table.
const TITLE: &str = "# Spanlight prices 1";

/// Ten to this many dollars is the unit of a price in the text: a price per token in dollars per million of them.
const PER_MILLION: i64 = -6;

/// Why a text is no price table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceError {
    /// Line, counted from one; 0 when no line is to blame.
    pub line: u32,
    /// What was expected and what was found.
    pub what: String,
}

impl fmt::Display for PriceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => formatter.write_str(&self.what),
            line => write!(formatter, "line {line}: {}", self.what),
        }
    }
}

impl std::error::Error for PriceError {}

impl PriceTable {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// Names the first line that cannot be read: half a table would price some calls and not others.
    pub fn parse(text: &str) -> Result<Self, PriceError> {
        let mut table = Self::default();
        let mut row: Option<PriceRow> = None;
        for (line, at) in text.lines().zip(1..) {
            let error = |what| PriceError { line: at, what };
            if let Some(note) = line.strip_prefix('#') {
                table.take_note(note.trim());
                continue;
            }
            if line.trim().is_empty() {
                continue;
            }
            let mut fields = line.split('\t').map(str::trim);
            let name = fields.next().unwrap_or_default();
            if name == "@tool" {
                table.add_tool(tool(&mut fields).map_err(error)?);
            } else if let Some(above) = name.strip_prefix('>') {
                let tier = tier(above, &mut fields).map_err(error)?;
                let Some(row) = &mut row else {
                    return Err(error("a limit stands below its model".to_owned()));
                };
                row.add_tier(tier);
            } else {
                let next = model(name, &mut fields).map_err(error)?;
                if let Some(row) = row.replace(next) {
                    table.add(row);
                }
            }
        }
        if let Some(row) = row {
            table.add(row);
        }
        Ok(table)
    }

    fn take_note(&mut self, note: &str) {
        if let Some(date) = note.strip_prefix("date ") {
            date.trim().clone_into(&mut self.date);
        } else if let Some(source) = note.strip_prefix("source ") {
            source.trim().clone_into(&mut self.source);
        }
    }

    /// The table as text that [`Self::parse`] reads back.
    pub fn to_text(&self) -> String {
        let mut text = format!("{TITLE}\n");
        for (word, value) in [("date", &self.date), ("source", &self.source)] {
            if !value.is_empty() {
                let _ = writeln!(text, "# {word} {}", clean(value));
            }
        }
        text += "# US dollars per million tokens; of a tool, per call\n";
        text += "# columns: model provider input output cache_read cache_write reasoning retired context\n";
        for row in self.rows() {
            let context = row.context.map(|context| context.to_string());
            let end = [
                if row.retired { "retired" } else { "-" },
                context.as_deref().unwrap_or("-"),
            ];
            push_line(&mut text, &row.model, &row.provider, &row.rates, end);
            for tier in &row.tiers {
                let above = format!(">{}", tier.above);
                push_line(&mut text, &above, "", &tier.rates, ["-"; 2]);
            }
        }
        for price in self.tools() {
            let _ = writeln!(text, "@tool\t{}\t{}", clean(&price.tool), price.per_call);
        }
        text
    }
}

fn model<'t>(name: &str, fields: &mut impl Iterator<Item = &'t str>) -> Result<PriceRow, String> {
    let provider = fields.next().unwrap_or_default();
    let rates = rates(fields)?;
    let retired = match fields.next().unwrap_or_default() {
        "retired" => true,
        "" | "-" => false,
        other => return Err(format!("expected retired or nothing, found {other}")),
    };
    let context = match fields.next().unwrap_or_default() {
        "" | "-" => None,
        text => Some(
            text.parse()
                .map_err(|_| format!("expected a number of tokens, found {text}"))?,
        ),
    };
    if name.is_empty() {
        return Err("expected the name of a model".to_owned());
    }
    Ok(PriceRow {
        model: name.to_owned(),
        provider: if provider == "-" { "" } else { provider }.to_owned(),
        rates,
        tiers: Vec::new(),
        retired,
        context,
    })
}

fn tier<'t>(above: &str, fields: &mut impl Iterator<Item = &'t str>) -> Result<Tier, String> {
    let above = above.trim();
    let limit =
        (above.parse()).map_err(|_| format!("expected a number of tokens, found {above}"))?;
    let _provider = fields.next();
    Ok(Tier {
        above: limit,
        rates: rates(fields)?,
    })
}

fn tool<'t>(fields: &mut impl Iterator<Item = &'t str>) -> Result<ToolPrice, String> {
    let tool = fields.next().unwrap_or_default();
    if tool.is_empty() {
        return Err("expected the name of a tool".to_owned());
    }
    let price = fields.next().unwrap_or_default();
    Ok(ToolPrice {
        tool: tool.to_owned(),
        per_call: amount(price, 0, "per call")?,
    })
}

fn rates<'t>(fields: &mut impl Iterator<Item = &'t str>) -> Result<Rates, String> {
    let mut next = || match fields.next().unwrap_or_default() {
        "" | "-" => Ok(None),
        text => amount(text, PER_MILLION, "per million tokens").map(Some),
    };
    let input = next()?;
    let output = next()?;
    let (Some(input), Some(output)) = (input, output) else {
        return Err("expected a price of input and of output".to_owned());
    };
    Ok(Rates {
        input,
        output,
        cache_read: next()?,
        cache_write: next()?,
        reasoning: next()?,
    })
}

fn amount(text: &str, scale: i64, per: &str) -> Result<PicoUsd, String> {
    let amount = PicoUsd::parse_scaled(text, scale).filter(|amount| *amount >= PicoUsd(0));
    amount.ok_or_else(|| format!("expected a price in US dollars {per}, found {text}"))
}

fn push_line(text: &mut String, name: &str, provider: &str, rates: &Rates, end: [&str; 2]) {
    let dollars = |rate: PicoUsd| match rate.times(1_000_000) {
        Some(million) => million.to_string(),
        // No room for a million of them: 10^6 times as much is as many dollars.
        None => format!("{rate}e6"),
    };
    let optional = |rate: Option<PicoUsd>| rate.map_or_else(|| "-".to_owned(), dollars);
    let mut line = [
        clean(name),
        clean(provider),
        dollars(rates.input),
        dollars(rates.output),
        optional(rates.cache_read),
        optional(rates.cache_write),
        optional(rates.reasoning),
        end[0].to_owned(),
        end[1].to_owned(),
    ]
    .join("\t");
    while let Some(shorter) = line.strip_suffix("\t-") {
        line.truncate(shorter.len());
    }
    text.push_str(&line);
    text.push('\n');
}

/// A name without what would end its column or line.
fn clean(name: &str) -> String {
    name.replace(|c: char| c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "# Spanlight prices 1
# date 2026-11-21
# source somewhere
# US dollars per million tokens; of a tool, per call
# columns: model provider input output cache_read cache_write reasoning retired context
gpt-4o	openai	2.5	10	1.25	-	-	-	128000
old	openai	0.004687	10	-	-	-	retired
long		1	2	-	3
>200000		2	4	-	6
@tool	web search	0.01
";

    #[test]
    fn a_table_comes_back_as_it_was() {
        let table = PriceTable::parse(TEXT).unwrap();
        assert_eq!((table.date.as_str(), table.rows().len()), ("2026-11-21", 3));
        let row = table.find("gpt-4o").unwrap();
        assert_eq!(row.rates.cache_read, Some(PicoUsd(1_250_000)));
        assert_eq!(
            (row.context, table.find("old").unwrap().context),
            (Some(128_000), None)
        );
        assert_eq!(table.find("old").unwrap().rates.input, PicoUsd(4687));
        let long = table.find("long").unwrap();
        assert_eq!(
            long.rates_for(Some(200_001)).0.cache_write,
            Some(PicoUsd(6_000_000))
        );
        assert_eq!(table.to_text(), TEXT);
        let price = table.find_tool("web search").unwrap();
        assert_eq!(price.per_call, PicoUsd(10_000_000_000));
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        for (text, message) in [
            (
                "a\topenai\t1",
                "line 1: expected a price of input and of output",
            ),
            (
                "# x\n\na\t\tfree\t1",
                "line 3: expected a price in US dollars per million tokens, found free",
            ),
            (
                "a\t\t-1\t1",
                "line 1: expected a price in US dollars per million tokens, found -1",
            ),
            (">5\t\t1\t1", "line 1: a limit stands below its model"),
            (
                "a\t\t1\t1\n>x\t\t1\t1",
                "line 2: expected a number of tokens, found x",
            ),
            ("\t\t1\t1", "line 1: expected the name of a model"),
            (
                "a\t\t1\t1\t\t\t\tnew",
                "line 1: expected retired or nothing, found new",
            ),
            ("@tool\t\t1", "line 1: expected the name of a tool"),
            (
                "@tool\tx\t",
                "line 1: expected a price in US dollars per call, found ",
            ),
        ] {
            let error = PriceTable::parse(text).unwrap_err();
            assert_eq!(error.to_string(), message, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_table_comes_back(
            names in proptest::collection::btree_set("[a-z0-9./-]{1,12}", 0..8),
            prices in proptest::collection::vec(proptest::option::of(0..i64::MAX), 60),
            limit in any::<u64>(),
        ) {
            let mut price = prices.iter().map(|price| price.map(PicoUsd)).cycle();
            let mut rates = || Rates {
                input: price.next().flatten().unwrap_or_default(),
                output: price.next().flatten().unwrap_or_default(),
                cache_read: price.next().flatten(),
                cache_write: price.next().flatten(),
                reasoning: price.next().flatten(),
            };
            let mut table = PriceTable::default();
            for name in &names {
                table.add(PriceRow {
                    model: name.clone(),
                    rates: rates(),
                    tiers: if name.len() > 6 { vec![Tier { above: limit, rates: rates() }] } else { Vec::new() },
                    retired: name.len() > 9,
                    context: (name.len() > 4).then_some(limit),
                    ..PriceRow::default()
                });
            }
            let again = PriceTable::parse(&table.to_text()).unwrap();
            prop_assert_eq!(again.rows(), table.rows());
        }

        #[test]
        fn no_text_panics(text in "[a>@#0-9.\t\n-]{0,60}") {
            let _ = PriceTable::parse(&text);
        }
    }
}
