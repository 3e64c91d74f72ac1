use super::*;
use crate::analysis::ledger::tests::{Counted, counted as document};
use crate::scene::routing::tests::shares as drawn;

const RUN: &str = "run 0..600 agent=ops is=agent
  chat 0..100 is=llm model=m tokens=300/100
  chat 10..20 is=llm model=n tokens=90/10
  chat 15..30 is=llm model=x tokens=50/50
  wrap 300..400 is=llm model=m tokens=7/3
    chat 301..399 is=llm model=m
  chat 500..510 is=llm model=n
  search 500..501 is=tool tool=search";

fn of(document: &Counted, width: Width, most: u16) -> Shares {
    let asked = Asked {
        width,
        room: 600,
        zone: None,
        most,
    };
    drawn(document, asked)
}

/// Stretches as number, amount, and model, ends and amount of each part.
fn picture(drawn: &Shares) -> Vec<String> {
    let part = |part: &SharePart| {
        let model = &drawn.models[usize::from(part.model)].label;
        let mark = if part.unknown { "?" } else { "" };
        let (from, to) = part.ends;
        format!("{model} {from}-{to} {}{mark}", part.value)
    };
    let stretches = drawn.stretches.iter();
    stretches
        .map(|stretch| {
            let parts: Vec<String> = stretch.parts.iter().map(part).collect();
            format!("{}: {} = {}", stretch.at, stretch.value, parts.join(", "))
        })
        .collect()
}

#[test]
fn a_request_counts_where_it_began() {
    let document = document(RUN);
    let calls = of(&document, Width::Calls, 9);
    assert_eq!((calls.step, calls.count), (10, 60));
    assert_eq!(
        picture(&calls),
        [
            "0: 1 call = m 0-10000 1 call",
            "1: 2 calls = n 0-5000 1 call, x 5000-10000 1 call",
            "30: 1 call = m 0-10000 1 call",
            "50: 1 call = n 0-10000 1 call",
        ]
    );
    let heads: Vec<String> = (calls.models.iter())
        .map(|head| format!("{} {} {}", head.label, head.value, head.note))
        .collect();
    assert_eq!(heads, ["m 2 calls 40 %", "n 2 calls 40 %", "x 1 call 20 %"]);
    assert_eq!(calls.stretches[1].when, "10 ns to 20 ns");
    assert_eq!(
        calls.caption,
        "each request where it began, in steps of 10 ns"
    );
    assert_eq!(
        calls
            .ticks
            .iter()
            .map(|tick| tick.1.as_str())
            .collect::<Vec<_>>(),
        [
            "0", "100 ns", "200 ns", "300 ns", "400 ns", "500 ns", "600 ns"
        ]
    );
}

#[test]
fn tokens_and_cost_of_a_request_stand_with_it_and_what_is_unknown_has_no_share() {
    let document = document(RUN);
    let tokens = of(&document, Width::Tokens, 9);
    assert_eq!(
        picture(&tokens),
        [
            "0: 400 = m 0-10000 400",
            "1: 200 = n 0-5000 100, x 5000-10000 100",
            "30: 10 = m 0-10000 10",
            "50: - = n 0-0 -?",
        ],
        "the wrapper says what its call used"
    );
    assert!(tokens.caption.ends_with("; hatched: unknown"));
    let cost = of(&document, Width::Cost, 9);
    assert_eq!(
        picture(&cost),
        [
            "0: $500.00 = m 0-10000 $500.00",
            "1: ≥ $11.00 = n 0-10000 $11.00, x 10000-10000 -?",
            "30: $13.00 = m 0-10000 $13.00",
            "50: ≥ $0.5000 = n 0-0 -?, no model 0-10000 $0.5000",
        ],
        "x has no price, and a tool has no model"
    );
    let exact: Vec<&str> = (cost.stretches.iter())
        .flat_map(|stretch| stretch.parts.iter().map(|part| part.exact.as_str()))
        .collect();
    assert_eq!(exact, ["500", "11", "", "13", "", "0.5"]);
    let time = of(&document, Width::Time, 9);
    assert_eq!(time.stretches[0].value, "100 ns");
}

#[test]
fn what_is_too_many_stands_together() {
    let calls = of(&document(RUN), Width::Calls, 2);
    assert_eq!(
        picture(&calls)[1],
        "1: 2 calls = 2 other models 0-10000 2 calls"
    );
    let heads: Vec<&str> = calls
        .models
        .iter()
        .map(|head| head.label.as_str())
        .collect();
    assert_eq!(heads, ["m", "2 other models"]);
    assert_eq!((calls.models[1].ink, calls.models[1].calls), (0, 3));
}

#[test]
fn an_instant_is_one_stretch_and_nothing_is_none() {
    let one = of(
        &document("chat 5..5 is=llm model=m tokens=3/1"),
        Width::Calls,
        9,
    );
    assert_eq!((one.step, one.count), (1, 1));
    assert_eq!(picture(&one), ["0: 1 call = m 0-10000 1 call"]);
    let none = of(&document("work 0..9"), Width::Cost, 9);
    assert!(none.stretches.is_empty() && none.models.is_empty());
    assert_eq!(of(&document(""), Width::Cost, 9), Shares::default());
}

#[test]
fn steps_are_round_times_of_a_clock() {
    let hour = 3_600_000_000_000_i64;
    let range = |from: i64, to: i64| TimeRange::new(Timestamp(from), Timestamp(to));
    let east = Some(Zone::Minutes(60));
    // From 00:30 to 22:30 UTC, an hour later on the wall.
    let day = buckets(range(hour / 2, hour * 45 / 2), east);
    assert_eq!((day.begin, day.step, day.count), (hour / 2, hour / 2, 44));
    let days = buckets(range(hour * 30, hour * 24 * 50), east);
    assert_eq!((days.begin, days.step), (hour * 23, hour * 24));
    assert_eq!(
        when((hour * 23, hour * 24), Timestamp(0), east),
        "1970-01-02 00:00:00 to 1970-01-03 00:00:00"
    );
    assert_eq!(
        when((1_500_000_000, 20_000_000), Timestamp(0), east),
        "1970-01-01 01:00:01.50 to 01:00:01.52"
    );
    // However long it is, there are neither few nor many.
    for power in 7..62_u32 {
        for digit in [1_i64, 3] {
            let length = (1_i64 << power).saturating_mul(digit).min(i64::MAX / 4);
            for zone in [None, east] {
                let found = buckets(range(12_345, 12_345 + length), zone);
                let is_fitting = (24..=62).contains(&found.count);
                let is_longest = found.step > 10_000 * 24 * hour;
                assert!(is_fitting || is_longest, "{length} {found:?}");
                assert_eq!(found.of(Timestamp(12_345)), 0);
                assert_eq!(found.of(Timestamp(12_345 + length)), found.count - 1);
                assert_eq!(found.of(Timestamp(i64::MIN)), 0);
            }
        }
    }
}
