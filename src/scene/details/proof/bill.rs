//! Tokens and cost of one span: keys, tiers, price, products, sum; reported against computed.

use super::LineKind::{Call, Figure, Head, Prices, Sum, Term, Title};
use super::{Lines, Worked, exact, named};
use crate::analysis::calls::CallRole;
use crate::analysis::cost::{CostSource, SpanCost};
use crate::model::{PicoUsd, SpanRow, TokenUsage};
use crate::scene::format::{UNKNOWN, count};
use crate::semantics::Provenance;
use crate::semantics::prices::{Derivation, Origin, Price};

/// Says how the figures of a span came about; nothing of a span that has none.
pub(super) fn bill(worked: &Worked<'_>, row: SpanRow, keys: &Provenance, lines: &mut Lines) {
    let cost = worked.costs.of(row);
    let role = worked.calls.role(row);
    let recorded = worked.store.recorded_usage(row);
    if role.is_none() && cost.is_none() && recorded.is_empty() {
        return;
    }
    lines.push(Title, &["Tokens and cost", ""]);
    let title = lines.0.len() - 1;
    let is_owner = worked.calls.owns_usage(row);
    let is_unknown = worked.calls.without_usage().binary_search(&row.0).is_ok();
    if is_owner || is_unknown {
        let source = tokens(worked, row, is_unknown, lines);
        if let Some(cells) = lines.0.get_mut(title)
            && let Some(cell) = cells.cells.get_mut(1)
        {
            *cell = source;
        }
    } else {
        not_here(worked, role, &recorded, lines);
    }
    twins(worked, row, lines);
    tool(worked, row, lines);
    if let Some(cost) = cost {
        compared(worked, row, cost, keys, lines);
    }
}

/// The products of tokens and prices, or why there are none; says which price it was.
fn tokens(worked: &Worked<'_>, row: SpanRow, is_unknown: bool, lines: &mut Lines) -> String {
    let usage = worked.calls.usage(worked.store, row);
    let model = worked.calls.model(worked.store, row);
    let model = model.map(|id| worked.store.text(id));
    let price = worked.book.find(model);
    if is_unknown || usage.is_empty() {
        lines.note(&format!(
            "No span of this call says how many tokens it used: tokens and cost are unknown, not zero, and every sum with \
             this call is \"at least\". {}",
            if worked.calls.failed(worked.store, row) {
                "It failed, and failed calls mostly report no usage."
            } else {
                "Many SDKs leave the usage out of streamed calls unless it is asked for."
            }
        ));
        return String::new();
    }
    lines.push(Head, &["", "Tokens", "$ per 1M", "Cost"]);
    let Some(price) = price else {
        unpriced(&usage, lines);
        match model {
            Some(model) => lines.push(
                Prices,
                &[&format!(
                    "No price is known for the model {model}: its cost is unknown. A row in the prices gives it one."
                )],
            ),
            None => lines.note(
                "No span of this call names a model, so no price can be found: its cost is unknown.",
            ),
        }
        return String::new();
    };
    let derived = price.derive(&usage);
    terms(&derived, &usage, lines);
    if usage.cached() > 0
        && let Some(saved) = price.saved_by_cache(&usage)
    {
        lines.push(
            Figure,
            &["cache saved", "against other input", &exact(saved)],
        );
    }
    lines.note(&told(price, model));
    if let Some(above) = derived.above {
        lines.note(&format!(
            "Its input is above {} tokens: the prices of long input hold for all tokens of the call.",
            count(above)
        ));
    }
    if price.origin == Origin::Assumed {
        lines.push(
            Prices,
            &["No table has this model: the price is assumed and the cost an estimate."],
        );
    }
    match (price.origin, price.date, price.row.provider.as_str()) {
        (Origin::Assumed, ..) => "estimated".to_owned(),
        (Origin::User, ..) => "your price".to_owned(),
        (Origin::BuiltIn, date, "") => format!("price {date}"),
        (Origin::BuiltIn, date, provider) => format!("price {date}, {provider}"),
    }
}

fn terms(derived: &Derivation<'_>, usage: &TokenUsage, lines: &mut Lines) {
    for term in &derived.bill.terms {
        let rate = per_million(term.rate);
        let name = match term.kind.as_str() {
            "input" if usage.cached() > 0 => "input, uncached",
            name => name,
        };
        lines.push(
            Term,
            &[name, &count(term.tokens), &rate, &exact(term.amount)],
        );
    }
    for (name, part) in [("input", usage.input), ("output", usage.output)] {
        if part.is_none() {
            lines.push(Term, &[name, UNKNOWN, "", UNKNOWN]);
        }
    }
    let total = derived.bill.total;
    let sum = total.value().map_or_else(|| UNKNOWN.to_owned(), exact);
    let sum = if total.is_complete() || total.value().is_none() {
        sum
    } else {
        format!("\u{2265} {sum}")
    };
    lines.push(Sum, &["total", &all(usage), "", &sum]);
    if let Some(reasoning) = usage.reasoning.filter(|&tokens| tokens > 0) {
        lines.note(&format!(
            "{} tokens of the output were reasoning, billed {}.",
            count(reasoning),
            if derived.bill.terms.len() > 4 {
                "at their own price"
            } else {
                "as output"
            }
        ));
    }
}

/// Tokens without prices.
fn unpriced(usage: &TokenUsage, lines: &mut Lines) {
    let uncached = usage.uncached_input().or(usage.input);
    for (name, tokens, always) in [
        ("input, uncached", uncached, true),
        ("cache read", usage.cache_read, false),
        ("cache write", usage.cache_write, false),
        ("output", usage.output, true),
    ] {
        if always || tokens.is_some() {
            let text = tokens.map_or_else(|| UNKNOWN.to_owned(), count);
            lines.push(Term, &[name, &text, UNKNOWN, UNKNOWN]);
        }
    }
    lines.push(Sum, &["total", &all(usage), "", UNKNOWN]);
}

/// All tokens, "at least" where one of the two numbers is unknown.
fn all(usage: &TokenUsage) -> String {
    let input = if usage.proves_beside() {
        usage.with_cached_added().input
    } else {
        usage.input
    };
    let sum = input.unwrap_or(0).saturating_add(usage.output.unwrap_or(0));
    let bound = if input.is_some() && usage.output.is_some() {
        ""
    } else {
        "\u{2265} "
    };
    format!("{bound}{}", count(sum))
}

/// Dollars per million tokens, as price lists write it.
fn per_million(rate: PicoUsd) -> String {
    let price = rate.times(1_000_000);
    price.map_or_else(|| UNKNOWN.to_owned(), |price| price.to_string())
}

/// Which row of which table the price is.
fn told(price: Price<'_>, model: Option<&str>) -> String {
    let recorded = model.unwrap_or_default();
    let row = price.row.model.as_str();
    let table = match price.origin {
        Origin::Assumed => return "Price: assumed, 5 in and 15 out per million tokens.".to_owned(),
        Origin::User => "your prices".to_owned(),
        Origin::BuiltIn if price.source.is_empty() => "the built-in table".to_owned(),
        Origin::BuiltIn => format!("the built-in table (from {})", price.source),
    };
    let date = match price.date {
        "" => String::new(),
        date => format!(" of {date}"),
    };
    let found = if row.eq_ignore_ascii_case(recorded) {
        String::new()
    } else {
        format!(", found for {recorded}")
    };
    format!("Price: the row {row}{found} in {table}{date}.")
}

/// Why the tokens of this span do not count here.
fn not_here(worked: &Worked<'_>, role: Option<CallRole>, recorded: &TokenUsage, lines: &mut Lines) {
    match role {
        Some(CallRole::TwinOf(kept)) => {
            lines.note(
                "This span records the same call as another one, where its tokens and cost are counted once:",
            );
            span(worked, kept, "counted here", lines);
        }
        Some(CallRole::Wrapper) => lines.note(
            "This span wraps a call that a span below it records; tokens and cost are counted there.",
        ),
        _ if !recorded.is_empty() => lines.note(
            "The tokens recorded here repeat those of spans below, where they are counted.",
        ),
        _ => {}
    }
    if !recorded.is_empty() {
        lines.push(
            Figure,
            &["recorded here, not counted", "tokens", &all(recorded)],
        );
    }
}

fn span(worked: &Worked<'_>, row: SpanRow, remark: &str, lines: &mut Lines) {
    super::sums::call(worked, row, Some(remark), lines);
    debug_assert!(lines.0.last().is_some_and(|line| line.kind == Call));
}

/// The spans that record the same call; of each number the larger one counts.
fn twins(worked: &Worked<'_>, row: SpanRow, lines: &mut Lines) {
    let mut twins = worked.calls.twins_of(row).peekable();
    if twins.peek().is_some() {
        lines.note(
            "Another span records the same call. Of each number the larger one counts, once:",
        );
    }
    for twin in twins {
        let usage = worked.store.recorded_usage(twin);
        let recorded = if usage.is_empty() {
            "no tokens recorded".to_owned()
        } else {
            format!("{} tokens recorded", all(&usage))
        };
        span(worked, twin, &recorded, lines);
    }
}

fn tool(worked: &Worked<'_>, row: SpanRow, lines: &mut Lines) {
    let Some(tool) = worked.store.tool(row) else {
        return;
    };
    if let Some(price) = worked.book.tool_price(tool) {
        let beside = format!("1 call of {tool} at your price");
        lines.push(Figure, &["computed", &beside, &exact(price)]);
    }
}

/// Reported cost, and that against the computed one.
fn compared(
    worked: &Worked<'_>,
    row: SpanRow,
    cost: &SpanCost,
    keys: &Provenance,
    lines: &mut Lines,
) {
    let reported = worked.store.reported_cost(row);
    let reported = reported.or_else(|| {
        let twins = worked.calls.twins_of(row);
        twins
            .into_iter()
            .find_map(|twin| worked.store.reported_cost(twin))
    });
    if let Some(reported) = reported {
        let names: Vec<&str> = keys.cost().iter().map(|key| key.name).collect();
        let from = match names.as_slice() {
            [] => "by the other span of the call".to_owned(),
            names => names.join(" + "),
        };
        lines.push(Figure, &["reported", &from, &exact(reported)]);
        let computed = worked.costs.compare(worked.store.subtree(row));
        match computed {
            Some((_, computed)) => {
                let amount = computed.value().unwrap_or_default();
                let bound = if computed.is_complete() {
                    ""
                } else {
                    "\u{2265} "
                };
                let beside = "tokens times prices";
                lines.push(
                    Figure,
                    &["computed", beside, &format!("{bound}{}", exact(amount))],
                );
                let difference = PicoUsd(reported.0.saturating_sub(amount.0));
                lines.push(
                    Figure,
                    &[
                        "difference",
                        "reported \u{2212} computed",
                        &exact(difference),
                    ],
                );
            }
            None => lines.note("Nothing can be computed to compare the reported cost with."),
        }
        if cost.source == CostSource::Reported {
            lines.note("What the trace reports counts in totals, not what is computed.");
        }
    }
    if !cost.counts {
        lines.note(
            "This cost is within the one that a span above reports and adds nothing to totals.",
        );
        let mut at = worked.store.parent(row);
        while let Some(above) = at {
            let reports = worked.costs.of(above);
            if reports.is_some_and(|cost| cost.source == CostSource::Reported && cost.counts) {
                let said = format!("reported by {}", named(worked.store, above));
                span(worked, above, &said, lines);
                break;
            }
            at = worked.store.parent(above);
        }
    }
}
