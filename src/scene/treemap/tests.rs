use super::*;
use crate::analysis::budget::Limit;
use crate::analysis::ledger::tests::{Counted, counted, of};
use crate::model::text::parse;
use crate::scene::drawn::{Shape, ink};
use proptest::prelude::*;

const RUN: &str = "run 0..100 agent=ops is=agent
  chat 0..10 is=llm model=m tokens=3/1
  sre 11..49 agent=sre is=agent
    chat 12..20 is=llm model=n tokens=20/5
    chat 30..40 is=llm model=x tokens=7/7
  chat 50..60 is=llm model=m tokens=5/0
later 200..230 trace=2 agent=ops is=agent
  chat 200..210 is=llm model=n tokens=1/1";

fn request(levels: &[&str]) -> DrawRequest {
    DrawRequest {
        levels: levels.iter().map(|&level| level.to_owned()).collect(),
        size: (800, 500),
        sort: 1,
        ..DrawRequest::default()
    }
}

fn draw(counted: &Counted, request: &DrawRequest) -> Drawn {
    let ledger = counted.ledger();
    let members = Members::new(ledger.store, ledger.calls, ledger.costs);
    treemap(ledger, &members, &counted.part(), request)
}

#[test]
fn groups_hold_cells_and_the_table_ranks_the_groups() {
    let counted = counted(RUN);
    let drawn = draw(&counted, &request(&["agent", "model"]));
    let marks: Vec<_> = drawn
        .marks
        .iter()
        .map(|mark| {
            (
                mark.shape,
                mark.label.as_str(),
                mark.value.as_str(),
                mark.parent,
            )
        })
        .collect();
    assert_eq!(
        marks,
        [
            (Shape::Group, "ops", "$10.30", 0),
            (Shape::Cell, "m", "$10.00", 0),
            (Shape::Cell, "n", "$0.3000", 0),
            (Shape::Group, "sre", "≥ $3.00", 3),
            (Shape::Cell, "n", "$3.00", 3),
        ]
    );
    assert_eq!(drawn.unknown, "sre, x (1 call)");
    let rows: Vec<_> = drawn
        .items
        .iter()
        .map(|item| (item.label.as_str(), item.cells.join(" "), item.share))
        .collect();
    assert_eq!(
        rows[0],
        ("ops", "$10.30 77 % 77 % 3 11 $10.30 $3.43".to_owned(), 774)
    );
    assert_eq!(rows[1].0, "sre");
    assert_eq!(drawn.total[0], "≥ $13.30");
    assert!(drawn.items.iter().all(|item| item.has_parts));
    // Models by cost: m before n.
    assert_eq!(
        drawn.legend,
        [
            (ink::MODEL, "m".to_owned()),
            (ink::MODEL + 1, "n".to_owned()),
            (0, "several or none".to_owned())
        ]
    );
}

#[test]
fn a_group_is_gone_into_and_rows_stand_in_any_order() {
    let counted = counted(RUN);
    let mut asked = request(&["agent", "model"]);
    asked.path = vec![Some("sre".to_owned())];
    let drawn = draw(&counted, &asked);
    assert_eq!(
        (drawn.crumbs.as_slice(), drawn.marks.len()),
        (&["sre".to_owned()][..], 1)
    );
    assert_eq!(drawn.items.len(), 2);
    assert!(drawn.items[1].unknown && !drawn.items[1].has_parts);
    asked.path = vec![Some("nobody".to_owned())];
    assert_eq!(draw(&counted, &asked).entered, Vec::<Option<String>>::new());
    let mut by_name = request(&["model"]);
    (by_name.sort, by_name.ascending) = (0, true);
    let names: Vec<_> = draw(&counted, &by_name)
        .items
        .into_iter()
        .map(|item| item.label)
        .collect();
    assert_eq!(names, ["m", "n", "x"]);
    let mut whole = request(&[]);
    whole.measure = 7;
    let drawn = draw(&counted, &whole);
    assert_eq!(
        (drawn.marks[0].label.as_str(), drawn.marks[0].value.as_str()),
        ("Everything", "5")
    );
}

#[test]
fn a_level_of_another_document_has_no_members() {
    let counted = counted(RUN);
    let drawn = draw(&counted, &request(&["org.of.another", "model"]));
    let labels: Vec<&str> = drawn.items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!(labels, ["no org.of.another"]);
    assert!(drawn.items[0].has_parts);
}

#[test]
fn empty_parts_draw_nothing() {
    let counted = counted("a 0..9");
    let drawn = draw(&counted, &request(&["agent", "model"]));
    assert_eq!((drawn.marks.len(), drawn.items.len()), (0, 0));
    assert_eq!(drawn.total[0], "-");
}

#[test]
fn five_hundred_agents_are_drawn_and_the_small_ones_join() {
    let lines: Vec<String> = (0..500)
        .map(|at| {
            let start = at * 10;
            let tokens = if at < 100 { 10_000 } else { 1 };
            format!(
                "chat {start}..{} trace={} is=llm model=m agent=a{at} tokens={tokens}/0",
                start + 5,
                at + 1
            )
        })
        .collect();
    let counted = of(parse(&lines.join("\n")).finish());
    let drawn = draw(&counted, &request(&["agent"]));
    assert_eq!(drawn.items.len(), 500);
    assert_eq!(drawn.marks.len(), 101);
    assert_eq!(drawn.marks[100].label, "400 small");
}

/// Agents, models and tokens of some calls.
fn calls() -> impl Strategy<Value = Vec<(u8, u8, u32)>> {
    proptest::collection::vec((0..6_u8, 0..2_u8, 1..100_000_u32), 1..80)
}

proptest! {
    #[test]
    fn cells_fill_the_place_and_keep_to_their_groups(calls in calls(), width in 20..1500_u16, height in 20..900_u16) {
        let lines: Vec<String> = (1..).zip(&calls).map(|(at, (agent, model, tokens))| {
            let model = ["m", "n"][usize::from(*model)];
            format!("chat {at}..{} trace={at} is=llm agent=a{agent} model={model} tokens={tokens}/0", at + 1)
        }).collect();
        let counted = of(parse(&lines.join("\n")).finish());
        let mut asked = request(&["agent", "model", "span"]);
        asked.size = (width, height);
        asked.measure = 1;
        let drawn = draw(&counted, &asked);
        let leaves: Vec<&Mark> = drawn.marks.iter().filter(|mark| matches!(mark.shape, Shape::Cell | Shape::Rest)).collect();
        for (at, mark) in drawn.marks.iter().enumerate() {
            let outer = if mark.parent as usize == at {
                [0.0, 0.0, f32::from(width), f32::from(height)]
            } else {
                drawn.marks[mark.parent as usize].place
            };
            let [left, top, wide, tall] = mark.place;
            prop_assert!(left >= outer[0] - 0.01 && top >= outer[1] - 0.01, "{mark:?}");
            prop_assert!(left + wide <= outer[0] + outer[2] + 0.01 && top + tall <= outer[1] + outer[3] + 0.01, "{mark:?}");
        }
        for (at, a) in leaves.iter().enumerate() {
            for b in &leaves[at + 1..] {
                let (a, b) = (a.place, b.place);
                let wide = (a[0] + a[2]).min(b[0] + b[2]) - a[0].max(b[0]);
                let tall = (a[1] + a[3]).min(b[1] + b[3]) - a[1].max(b[1]);
                prop_assert!(wide.min(tall) < 0.01, "{a:?} {b:?}");
            }
        }
        // Other lines, other order: the same picture.
        let back: Vec<String> = lines.iter().rev().cloned().collect();
        let again = draw(&of(parse(&back.join("\n")).finish()), &asked);
        let labels = |drawn: &Drawn| drawn.marks.iter().map(|mark| (mark.place, mark.value.clone())).collect::<Vec<_>>();
        prop_assert_eq!(labels(&again), labels(&drawn));
    }
}

#[test]
fn two_members_stand_side_by_side_on_one_scale() {
    let counted = counted(RUN);
    let asked = DrawRequest {
        pair: vec![Some("ops".to_owned()), Some("sre".to_owned())],
        sort: 3,
        ..request(&["agent", "model", "span"])
    };
    let drawn = draw(&counted, &asked);
    assert_eq!(drawn.pair, ["ops", "sre"]);
    let tops: Vec<&Mark> = (drawn.marks.iter().zip(0..))
        .filter(|(mark, at)| mark.parent == *at)
        .map(|(mark, _)| mark)
        .collect();
    let names: Vec<&str> = tops.iter().map(|mark| mark.label.as_str()).collect();
    assert_eq!(names, ["ops", "sre"]);
    // 10.30 and 3.00 dollars.
    let area = |mark: &Mark| mark.place[2] * mark.place[3];
    let ratio = area(tops[0]) / area(tops[1]);
    assert!((ratio - 10.3 / 3.0).abs() < 0.1, "{ratio}");
    assert!(tops[0].place[0] + tops[0].place[2] <= tops[1].place[0]);
    assert!(tops[1].place[0] + tops[1].place[2] <= 800.0);
    let rows: Vec<_> = (drawn.items.iter())
        .map(|item| (item.label.as_str(), item.cells.join(" "), item.side))
        .collect();
    assert_eq!(
        rows,
        [
            ("m", "$10.00 $0 \u{2212}$10.00 2 0".to_owned(), 0),
            ("n", "$0.3000 $3.00 +$2.70 1 1".to_owned(), 0),
            ("x", "$0 - - 0 1".to_owned(), 1),
        ],
        "no calls cost nothing, and what a call of x costs is unknown"
    );
    assert_eq!(
        drawn.total,
        ["$10.30", "≥ $3.00", "\u{2212}$7.30", "3", "2"]
    );
    let choices: Vec<&str> = drawn
        .choices
        .iter()
        .map(|item| item.label.as_str())
        .collect();
    assert_eq!(choices, ["ops", "sre"]);
    // Nothing belongs to one of them: the other stands alone.
    let asked = DrawRequest {
        pair: vec![Some("ops".to_owned()), Some("gone".to_owned())],
        ..asked
    };
    let drawn = draw(&counted, &asked);
    assert_eq!(drawn.pair, ["ops", "gone"]);
    assert_eq!(drawn.total[1], "$0");
    assert!(!drawn.marks.is_empty());
}

/// What the view says of the budget.
fn said(counted: &Counted, request: &DrawRequest, drawn: &Drawn, steps: &[u32]) -> String {
    match request.trace {
        Some(trace) => words(
            counted.ledger(),
            trace,
            request.budget,
            drawn.crossed,
            steps,
        ),
        None => drawn.budget.clone(),
    }
}

fn limit(dollars: &str) -> Limit {
    Limit::usual(PicoUsd::parse(dollars).unwrap().0)
}

#[test]
fn the_call_that_crossed_the_budget_is_marked() {
    let counted = counted(RUN);
    let words = |request: &DrawRequest| {
        let drawn = draw(&counted, request);
        let text = said(&counted, request, &drawn, &[1, 3, 4, 5]);
        let mark = drawn.crossed_mark.map(|at| &drawn.marks[at as usize]);
        (text, mark.map(|mark| (mark.label.clone(), mark.shape)))
    };
    let of = |dollars: &str, trace: Option<u32>| DrawRequest {
        budget: limit(dollars),
        trace: trace.map(crate::model::TraceRow),
        ..request(&["agent", "model", "span"])
    };
    let (text, mark) = words(&of("6", Some(0)));
    assert_eq!(text, "Crossed at step 2 of 4, at 20 ns, by chat with n.");
    assert_eq!(mark, Some(("chat".to_owned(), Shape::Cell)));
    let (text, mark) = words(&of("50", Some(0)));
    assert_eq!(text, "Kept: ≥ $13.00 spent, 26 %.");
    assert_eq!(mark, None);
    assert_eq!(words(&of("0", Some(0))).0, "");
    // Of all runs.
    assert_eq!(words(&of("0.2", None)).0, "2 runs cost more.");
    assert_eq!(words(&of("1", None)).0, "1 run cost more.");
    assert_eq!(
        words(&of("99", None)).0,
        "No run is known to have cost more."
    );
}

#[test]
fn a_budget_of_the_run_itself_holds_unless_another_is_final() {
    let counted = counted(
        "run 0..100 budget=0.5
  chat 0..10 is=llm cost=0.4
  chat 10..20 is=llm cost=0.3
other 0..100 trace=2 is=llm cost=2",
    );
    let said = |trace: Option<u32>, is_final: bool| {
        let asked = DrawRequest {
            budget: Limit {
                is_final,
                ..limit("1")
            },
            trace: trace.map(crate::model::TraceRow),
            ..request(&["span"])
        };
        let drawn = draw(&counted, &asked);
        (said(&counted, &asked, &drawn, &[1, 2]), drawn.own_budget)
    };
    let own = "0.5".to_owned();
    assert_eq!(
        said(Some(0), false),
        ("Crossed at step 2 of 2, at 20 ns, by chat.".to_owned(), own)
    );
    assert_eq!(said(Some(0), true).0, "Kept: $0.7000 spent, 70 %.");
    assert_eq!(said(Some(1), false).1, "");
    assert_eq!(
        said(None, false).0,
        "2 runs cost more. 1 has a budget of its own."
    );
}

#[test]
fn a_table_for_other_programs_adds_up() {
    let counted = counted(RUN);
    let asked = DrawRequest {
        plain: true,
        ..request(&["agent", "model"])
    };
    let drawn = draw(&counted, &asked);
    assert!(drawn.marks.is_empty());
    let rows: Vec<String> = (drawn.items.iter())
        .map(|item| item.cells.join("|"))
        .collect();
    assert_eq!(
        rows,
        [
            "10.3|0.774436|0.774436|3|11|10.3|3.433333333333|yes",
            "3|0.225564|1|2|39|3|1.5|no"
        ]
    );
}

#[test]
fn what_is_gone_into_keeps_its_path() {
    let counted = counted(RUN);
    let asked = DrawRequest {
        path: vec![Some("sre".to_owned())],
        ..request(&["agent", "model", "span"])
    };
    let drawn = draw(&counted, &asked);
    // Of every mark the way up ends at one that stands in none, which is a model.
    for mark in &drawn.marks {
        let mut at = mark;
        while !std::ptr::eq(at, &raw const drawn.marks[at.parent as usize]) {
            at = &drawn.marks[at.parent as usize];
        }
        assert!(["n", "x"].contains(&at.label.as_str()), "{}", at.label);
    }
}

#[test]
fn of_many_parts_the_largest_are_drawn_and_the_others_are_one() {
    let lines: Vec<String> = (0..5000)
        .map(|at| {
            format!(
                "chat{at} {at}..{} is=llm model=m tokens={}/1",
                at + 1,
                9000 + at
            )
        })
        .collect();
    let counted = counted(&lines.join("\n"));
    let asked = DrawRequest {
        size: (1600, 900),
        measure: 1,
        ..request(&["model", "span"])
    };
    let drawn = draw(&counted, &asked);
    let cells = drawn.marks.iter().filter(|mark| mark.shape == Shape::Cell);
    let smallest = cells
        .clone()
        .map(|mark| mark.place[2] * mark.place[3])
        .fold(f32::MAX, f32::min);
    // Each of them would have room enough to be seen.
    assert!(
        (2900..=3001).contains(&cells.count()),
        "{}",
        drawn.marks.len()
    );
    assert!(smallest > 25.0, "{smallest}");
    let rest = drawn
        .marks
        .iter()
        .find(|mark| mark.shape == Shape::Rest)
        .unwrap();
    assert_eq!(
        rest.label,
        format!("{} small", count(5002 - drawn.marks.len() as u64))
    );
}

/// A number of a cell as it is saved; what is unknown is less than all else.
fn saved(cell: &str) -> Option<f64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap())
}

#[test]
fn the_first_rows_are_those_of_the_whole_table_by_every_column() {
    let mut state = 5_u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let lines: Vec<String> = (0..900)
        .map(|at| {
            let (name, model) = (next(40), ["m", "n", "x"][next(3) as usize]);
            let tokens = next(2000);
            format!(
                "chat{name} {at}..{} is=llm model={model} tokens={tokens}/7",
                at + 1
            )
        })
        .collect();
    let counted = counted(&lines.join("\n"));
    for (sort, ascending) in (0..8).flat_map(|sort| [(sort, false), (sort, true)]) {
        let asked = DrawRequest {
            sort,
            ascending,
            ..request(&["span"])
        };
        let plain = draw(
            &counted,
            &DrawRequest {
                plain: true,
                ..asked.clone()
            },
        );
        assert_eq!(plain.items.len(), 900);
        let key = |item: &crate::scene::drawn::Item| match sort {
            0 => (Some(item.label.clone()), None),
            1..=3 => (None, saved(&item.cells[0])),
            column => (None, saved(&item.cells[usize::from(column) - 1])),
        };
        for pair in plain.items.windows(2) {
            let (a, b) = (key(&pair[0]), key(&pair[1]));
            assert!(
                if ascending { a <= b } else { a >= b },
                "{sort} {a:?} {b:?}"
            );
        }
        // Cumulative shares follow amounts, whatever the order of the rows.
        let mut ranked: Vec<(f64, f64)> = (plain.items.iter())
            .filter_map(|item| Some((saved(&item.cells[0])?, saved(&item.cells[2])?)))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
        let total: f64 = ranked.iter().map(|row| row.0).sum();
        let mut sum = 0.0;
        for (amount, share) in ranked {
            sum += amount;
            assert!((sum / total - share).abs() < 1e-5, "{sort} {sum} {share}");
        }
        let shown = draw(&counted, &asked);
        assert_eq!((shown.items.len(), shown.left_out), (500, 400));
        for (a, b) in shown.items.iter().zip(&plain.items) {
            assert_eq!((a.node, a.share), (b.node, b.share), "{sort} {ascending}");
        }
    }
}
