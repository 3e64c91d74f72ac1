use super::*;
use crate::semantics::prices::PriceTable;
use proptest::prelude::*;

fn costs_of(inputs: &[CostInput<'_>], book: &PriceBook) -> Costs {
    let reporting = inputs.iter().filter(|input| input.reported.is_some());
    let reporting: Vec<u32> = reporting.map(|input| input.rows.start).collect();
    Costs::of_inputs(inputs.iter().cloned(), &reporting, book)
}

fn book() -> PriceBook {
    let table = PriceTable::parse("m\t\t1\t2\n@tool\tsearch\t0.5").unwrap();
    PriceBook::new(PriceTable::default(), table)
}

fn usage(input: u64, output: u64) -> TokenUsage {
    TokenUsage {
        input: Some(input),
        output: Some(output),
        ..TokenUsage::default()
    }
}

fn call(rows: Range<u32>, model: &str, tokens: u64) -> CostInput<'_> {
    CostInput {
        rows,
        billed: Billed::Call {
            model: Some(model),
            usage: usage(tokens, 0),
        },
        reported: None,
    }
}

fn report(rows: Range<u32>, amount: i64) -> CostInput<'static> {
    CostInput {
        rows,
        billed: Billed::Other,
        reported: Some(PicoUsd(amount)),
    }
}

fn value(costs: &Costs, rows: Range<u32>) -> (Option<i64>, bool) {
    let amount = costs.total(rows).amount;
    (amount.value().map(|value| value.0), amount.is_complete())
}

#[test]
fn a_parent_s_report_repeats_those_below_it() {
    // 0 agent, reports 30
    // 1   chat, reports 10
    // 2   chat, reports 20
    // 3   chat, computed
    let inputs = [
        report(0..4, 30),
        report(1..2, 10),
        report(2..3, 20),
        call(3..4, "m", 5),
    ];
    let costs = costs_of(&inputs, &book());
    assert_eq!(costs.of(SpanRow(0)), None);
    assert_eq!(value(&costs, 0..4), (Some(10 + 20 + 5_000_000), true));
    assert_eq!(value(&costs, 1..3), (Some(30), true));
    let total = costs.total(0..4);
    assert_eq!((total.reported, total.computed, total.estimated), (2, 1, 0));
}

#[test]
fn calls_below_the_only_report_are_within_it() {
    let inputs = [
        report(0..3, 30),
        call(1..2, "m", 5),
        call(2..3, "unheard-of", 5),
        call(3..4, "m", 7),
    ];
    let costs = costs_of(&inputs, &book());
    assert_eq!(value(&costs, 0..3), (Some(30), true));
    assert_eq!(value(&costs, 0..4), (Some(30 + 7_000_000), true));
    let within = costs.of(SpanRow(1)).unwrap();
    assert!(!within.counts);
    let (reported, computed) = costs.compare(0..3).unwrap();
    assert_eq!(
        (reported.0, computed.value()),
        (30, Some(PicoUsd(5_000_000)))
    );
    assert!(!computed.is_complete(), "one model has no price");
    assert_eq!(costs.compare(3..4), None);
}

#[test]
fn a_call_whose_inside_reports_is_not_computed_again() {
    let inputs = [call(0..2, "m", 5), report(1..2, 30)];
    let costs = costs_of(&inputs, &book());
    assert_eq!(value(&costs, 0..2), (Some(30), true));
}

#[test]
fn reported_goes_before_computed_and_both_can_be_compared() {
    let input = CostInput {
        reported: Some(PicoUsd(4_000_000)),
        ..call(0..1, "m", 5)
    };
    let costs = costs_of(&[input], &book());
    let cost = costs.of(SpanRow(0)).unwrap();
    assert_eq!((cost.source, cost.counts), (CostSource::Reported, true));
    let (reported, computed) = costs.compare(0..1).unwrap();
    assert_eq!(
        (reported.0, computed.value()),
        (4_000_000, Some(PicoUsd(5_000_000)))
    );
}

#[test]
fn what_is_unknown_makes_the_total_at_least() {
    let mut book = book();
    let no_usage = CostInput {
        rows: 2..3,
        billed: Billed::Call {
            model: Some("m"),
            usage: TokenUsage::default(),
        },
        reported: None,
    };
    let inputs = [call(0..1, "m", 1), call(1..2, "unheard-of", 1), no_usage];
    let costs = costs_of(&inputs, &book);
    assert_eq!(value(&costs, 0..1), (Some(1_000_000), true));
    assert_eq!(value(&costs, 0..2), (Some(1_000_000), false));
    assert_eq!(value(&costs, 1..2), (None, false));
    assert_eq!(value(&costs, 2..3), (None, false));
    assert_eq!(value(&costs, 3..9), (None, true));
    book.assume(true);
    let costs = costs_of(&inputs, &book);
    assert_eq!(value(&costs, 0..2), (Some(6_000_000), true));
    assert_eq!(costs.total(0..2).estimated, 1);
    assert_eq!(value(&costs, 2..3), (None, false), "tokens are not assumed");
}

#[test]
fn a_tool_costs_what_the_user_says() {
    let tool = |name| CostInput {
        rows: 0..1,
        billed: Billed::Tool(name),
        reported: None,
    };
    let costs = costs_of(&[tool("search")], &book());
    assert_eq!(value(&costs, 0..1), (Some(500_000_000_000), true));
    let within = CostInput {
        rows: 1..2,
        ..tool("search")
    };
    let costs = costs_of(&[report(0..2, 7), within], &book());
    assert_eq!(value(&costs, 0..2), (Some(500_000_000_007), true));
    let costs = costs_of(&[tool("grep")], &book());
    assert_eq!(costs.of(SpanRow(0)), None);
}

#[test]
fn sums_without_room_are_at_least() {
    let inputs = [report(0..1, i64::MAX - 1), report(1..2, i64::MAX - 1)];
    let costs = costs_of(&inputs, &book());
    assert_eq!(value(&costs, 0..1), (Some(i64::MAX - 1), true));
    assert_eq!(value(&costs, 0..2), (Some(i64::MAX), false));
}

/// A span of a drawn forest.
#[derive(Debug, Clone)]
struct Drawn {
    /// Index of an earlier span, or itself for a root.
    parent: usize,
    tokens: Option<u64>,
    reported: Option<i64>,
    is_call: bool,
    has_price: bool,
    key: u64,
}

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let span = (
        any::<prop::sample::Index>(),
        proptest::option::of(0..1_000_000_u64),
        proptest::option::weighted(0.3, 0..1_000_000_000_i64),
        any::<bool>(),
        proptest::bool::weighted(0.8),
        any::<u64>(),
    );
    proptest::collection::vec(span, 0..40).prop_map(|spans| {
        let spans = spans.into_iter().enumerate();
        spans
            .map(
                |(at, (parent, tokens, reported, is_call, has_price, key))| Drawn {
                    parent: parent.index(at + 1),
                    tokens,
                    reported,
                    is_call,
                    has_price,
                    key,
                },
            )
            .collect()
    })
}

/// The spans in depth-first order, siblings by `key`: per row its span and the end of its subtree.
fn ordered(spans: &[Drawn], key: impl Fn(usize) -> u64) -> Vec<(usize, u32)> {
    fn visit(at: usize, children: &[Vec<usize>], rows: &mut Vec<(usize, u32)>) {
        let row = rows.len();
        rows.push((at, 0));
        for &child in &children[at] {
            visit(child, children, rows);
        }
        rows[row].1 = rows.len() as u32;
    }
    let mut children = vec![Vec::new(); spans.len()];
    let mut roots = Vec::new();
    for (at, span) in spans.iter().enumerate() {
        match span.parent {
            parent if parent == at => roots.push(at),
            parent => children[parent].push(at),
        }
    }
    for siblings in children.iter_mut().chain([&mut roots]) {
        siblings.sort_by_key(|&at| key(at));
    }
    let mut rows = Vec::new();
    for root in roots {
        visit(root, &children, &mut rows);
    }
    rows
}

fn inputs(spans: &[Drawn], rows: &[(usize, u32)]) -> Vec<CostInput<'static>> {
    let input = |(&(at, end), row): (&(usize, u32), u32)| {
        let span = &spans[at];
        CostInput {
            rows: row..end,
            billed: if span.is_call {
                Billed::Call {
                    model: Some(if span.has_price { "m" } else { "unheard-of" }),
                    usage: span
                        .tokens
                        .map_or(TokenUsage::default(), |tokens| usage(tokens, tokens / 2)),
                }
            } else {
                Billed::Other
            },
            reported: span.reported.map(PicoUsd),
        }
    };
    rows.iter().zip(0..).map(input).collect()
}

proptest! {
    #[test]
    fn parts_are_the_total_and_order_changes_nothing(spans in drawn()) {
        let book = book();
        let rows = ordered(&spans, |at| at as u64);
        let costs = costs_of(&inputs(&spans, &rows), &book);
        // Every total is the sum of its parts.
        for (row, &(_, end)) in (0..).zip(&rows) {
            let mut parts = Total::default();
            for (_, cost) in costs.iter().filter(|(part, cost)| (row..end).contains(&part.0) && cost.counts) {
                parts.add_total(cost.amount);
            }
            prop_assert_eq!(costs.total(row..end).amount, parts);
        }
        // No span counts twice: of a span and those above it at most one reports a cost that counts, and nothing below
        // that counts.
        for (row, &(_, end)) in (0..).zip(&rows) {
            let own = costs.of(SpanRow(row));
            if own.is_some_and(|cost| cost.counts && cost.source == CostSource::Reported) {
                prop_assert_eq!(costs.total(row..end).amount, own.unwrap().amount);
            }
        }
        // Siblings in another order.
        let again_rows = ordered(&spans, |at| spans[at].key);
        let again = costs_of(&inputs(&spans, &again_rows), &book);
        for (row, &(at, end)) in (0..).zip(&rows) {
            let (other, &(_, other_end)) = (0..).zip(&again_rows).find(|(_, (known, _))| *known == at).unwrap();
            prop_assert_eq!(costs.total(row..end), again.total(other..other_end));
        }
    }
}
