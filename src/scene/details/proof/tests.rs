use super::*;
use crate::model::text::parse;
use crate::scene::details::TextValue;
use crate::semantics::prices::PriceTable;
use std::fmt::Write as _;

/// A document with prices: a million tokens of `m` cost 2 dollars going in, 8 coming out, above 100 tokens twice that.
struct Fixture {
    store: TraceStore,
    calls: Calls,
    costs: Costs,
    book: PriceBook,
}

impl Fixture {
    fn new(drawing: &str) -> Self {
        let store = parse(drawing).finish();
        let table = "# date 2026-11-21\nm\tacme\t2\t8\t0.2\n>100\t\t4\t16\t0.4";
        let book = PriceBook::new(PriceTable::default(), PriceTable::parse(table).unwrap());
        let calls = Calls::new(&store);
        let costs = Costs::new(&store, &calls, &book);
        Self {
            store,
            calls,
            costs,
            book,
        }
    }

    fn worked(&self) -> Worked<'_> {
        Worked {
            store: &self.store,
            calls: &self.calls,
            costs: &self.costs,
            book: &self.book,
        }
    }

    fn lines(&self, row: u32, attributes: &[(&str, &str)]) -> Vec<Line> {
        let attributes: Vec<Attribute> = (attributes.iter())
            .map(|(key, text)| Attribute {
                key: (*key).to_owned(),
                value: TextValue {
                    text: (*text).to_owned(),
                    ..TextValue::default()
                },
                ..Attribute::default()
            })
            .collect();
        lines(&self.worked(), SpanRow(row), &attributes)
    }
}

/// The cells of all lines of a kind, joined.
fn of(lines: &[Line], kind: LineKind) -> Vec<String> {
    let found = lines.iter().filter(|line| line.kind == kind);
    found.map(|line| line.cells.join(" | ")).collect()
}

#[test]
fn a_bill_is_shown_product_by_product() {
    let known = Fixture::new("agent 0..9 is=agent\n  chat 1..5 is=llm model=m tokens=50/10");
    let lines = known.lines(1, &[("gen_ai.usage.input_tokens", "50")]);
    assert_eq!(
        of(&lines, LineKind::Term),
        ["input | 50 | 2 | $0.0001", "output | 10 | 8 | $0.00008"]
    );
    assert_eq!(of(&lines, LineKind::Sum), ["total | 60 |  | $0.00018"]);
    assert_eq!(
        of(&lines, LineKind::Title)[0],
        "Tokens and cost | price 2026-11-21, acme"
    );
    assert!(of(&lines, LineKind::Note)[0].contains("row m in the built-in table of 2026-11-21"));
    let values = of(&lines, LineKind::Value);
    assert!(
        values
            .contains(&"input tokens | 50 | gen_ai.usage.input_tokens | OpenTelemetry".to_owned()),
        "{values:?}"
    );
}

#[test]
fn long_input_says_its_tier() {
    let known = Fixture::new("chat 1..5 is=llm model=m tokens=101/0");
    let lines = known.lines(0, &[]);
    assert_eq!(of(&lines, LineKind::Term)[0], "input | 101 | 4 | $0.000404");
    let notes = of(&lines, LineKind::Note).join(" ");
    assert!(notes.contains("above 100 tokens"), "{notes}");
}

#[test]
fn what_is_unknown_says_why() {
    let known = Fixture::new(
        "a 1..5 is=llm model=n tokens=5/1\nb 6..7 is=llm model=m\nc 8..9 is=llm tokens=5/1",
    );
    let unpriced = known.lines(0, &[]);
    assert!(of(&unpriced, LineKind::Prices)[0].contains("model n"));
    assert_eq!(of(&unpriced, LineKind::Sum), ["total | 6 |  | -"]);
    let unknown = known.lines(1, &[]);
    assert!(of(&unknown, LineKind::Note)[0].contains("unknown, not zero"));
    assert!(of(&unknown, LineKind::Sum).is_empty());
    let nameless = known.lines(2, &[]);
    assert!(of(&nameless, LineKind::Note)[0].contains("names a model"));
}

#[test]
fn reported_and_computed_are_compared() {
    let known = Fixture::new("chat 1..5 is=llm model=m tokens=50/10 cost=0.0002");
    let lines = known.lines(0, &[("gen_ai.usage.cost", "0.0002")]);
    assert_eq!(
        of(&lines, LineKind::Figure),
        [
            "reported | gen_ai.usage.cost | $0.0002",
            "computed | tokens times prices | $0.00018",
            "difference | reported \u{2212} computed | $0.00002"
        ]
    );
}

#[test]
fn a_parent_that_repeats_and_a_twin_say_where_they_count() {
    let drawing = "agent 0..90 is=agent tokens=40/9 model=m\n  a 1..50 is=llm scope=x tokens=30/3 model=m\n  \
                   b 2..40 is=llm scope=y tokens=30/3 model=m\n  c 60..70 is=llm tokens=10/6 model=m";
    let known = Fixture::new(drawing);
    let agent = known.lines(0, &[]);
    assert!(of(&agent, LineKind::Note)[0].contains("repeat those of spans below"));
    assert_eq!(of(&agent, LineKind::Below), ["2 spans | $0.000152"]);
    let twin = known.lines(2, &[]);
    assert!(of(&twin, LineKind::Note)[0].contains("same call"));
    assert!(of(&twin, LineKind::Call)[0].starts_with("a | m | 33"));
    let kept = known.lines(1, &[]);
    assert!(of(&kept, LineKind::Call)[0].contains("33 tokens recorded"));
}

#[test]
fn sums_name_every_call_and_what_they_lack() {
    let known = Fixture::new(
        "agent 0..90 is=agent\n  a 1..5 is=llm tokens=30/3 model=m\n  b 6..7 is=llm model=m\n  c 8..9 is=llm tokens=1/1 model=n",
    );
    let lines = sums(&known.worked(), &(0..4), 0);
    let calls = of(&lines, LineKind::Call);
    assert_eq!(calls.len(), 3);
    assert!(
        calls[1].contains("no usage") && calls[2].contains("no price"),
        "{calls:?}"
    );
    assert_eq!(
        of(&lines, LineKind::Sum),
        ["total | \u{2265} 35 |  | \u{2265} $0.000084"]
    );
    assert!(of(&lines, LineKind::Note)[0].starts_with("1 call had no usage"));
    assert!(of(&lines, LineKind::Prices)[0].contains("n (1 call)"));
}

#[test]
fn many_calls_come_page_by_page() {
    let mut drawing = "agent 0..9000 is=agent\n".to_owned();
    for at in 1..=250 {
        let _ = writeln!(drawing, "  c {at}..{at} is=llm tokens=1/1 model=m");
    }
    let known = Fixture::new(&drawing);
    let mut offset = 0;
    let mut seen = 0;
    loop {
        let lines = sums(&known.worked(), &(0..251), offset);
        seen += of(&lines, LineKind::Call).len();
        match lines.last().filter(|line| line.kind == LineKind::More) {
            Some(more) => offset = more.cells[0].parse().unwrap(),
            None => break,
        }
    }
    assert_eq!(seen, 250);
}

#[test]
fn values_without_a_key_say_their_rule() {
    let known =
        Fixture::new("researcher 0..9 is=agent agent=researcher\n  step 1..2 is=chain\n  x 3..4");
    let values = |row| of(&known.lines(row, &[]), LineKind::Value);
    assert_eq!(values(0)[1], "agent | researcher |  | the span's name");
    assert_eq!(
        values(1)[1],
        "agent | researcher |  | owned by the nearest agent above: researcher"
    );
    assert!(
        known
            .lines(2, &[])
            .iter()
            .all(|line| line.cells[0] != "kind")
    );
}
