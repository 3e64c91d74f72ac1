use super::*;
use crate::analysis::budget::Limit;
use crate::analysis::facts::error_rows;
use crate::model::text::parse;
use crate::model::{PicoUsd, SpanRow, TraceRow};
use std::fmt::Write as _;

fn scene(drawing: &str, width: u16, lanes: u8) -> (Minimap, Vec<MinimapRect>) {
    let store = parse(drawing).finish();
    let request = MinimapRequest {
        trace: TraceRow(0),
        width,
        lanes,
        colour: ColourBy::Service,
        budget: Limit::default(),
    };
    let hits = RowSet::from_rows(store.rows(), |row| store.name(SpanRow(row)) == "hit");
    minimap(&store, &request, &error_rows(&store), Some(&hits), None)
}

/// One text line a lane, one character a pixel: the service's index, `-` for none.
#[track_caller]
fn picture(drawing: &str, width: u16, lanes: u8, expected: &[&str]) {
    let (scene, rects) = scene(drawing, width, lanes);
    let mut drawn = vec![vec![' '; usize::from(width)]; usize::from(scene.lanes)];
    for rect in &rects {
        assert!(rect.width >= 1 && rect.x + rect.width <= width);
        for x in rect.x..rect.x + rect.width {
            let at = &mut drawn[usize::from(rect.lane)][usize::from(x)];
            assert_eq!(*at, ' ', "rectangles of a lane do not overlap");
            *at = char::from_digit(u32::from(rect.member), 10).unwrap_or('-');
        }
    }
    let drawn: Vec<String> = drawn
        .into_iter()
        .map(|line| line.into_iter().collect())
        .collect();
    assert_eq!(drawn, expected);
}

// The window has 2 % of room on either side: 1000 ns over 104 pixels are 10 ns a pixel and 2 pixels of room.
#[test]
fn lanes_are_depths_and_colours_services() {
    let drawing = "a 0..1000\n  b 0..500 service=db\n    deep 100..200\n      deeper 120..180 service=db\n  c 500..1000";
    let spaces = |count| " ".repeat(count);
    picture(
        drawing,
        104,
        3,
        &[
            &format!("{}{}{}", spaces(2), "0".repeat(100), spaces(2)),
            &format!(
                "{}{}{}{}",
                spaces(2),
                "1".repeat(50),
                "0".repeat(50),
                spaces(2)
            ),
            &format!("{}{}{}", spaces(12), "0".repeat(10), spaces(82)),
        ],
    );
}

#[test]
fn the_service_that_covers_most_of_a_pixel_wins() {
    let drawing = "a 0..1000\n  b 0..3 service=db\n  c 3..10\n  d 10..17 service=db\n  e 17..20\n  i 995..995 service=db";
    let (_, rects) = scene(drawing, 104, 9);
    let lane: Vec<_> = rects.iter().filter(|rect| rect.lane == 1).collect();
    assert_eq!(lane.len(), 3);
    assert_eq!((lane[0].x, lane[0].member), (2, 0));
    assert_eq!((lane[1].x, lane[1].member), (3, 1));
    assert_eq!(
        (lane[2].x, lane[2].width, lane[2].member),
        (101, 1, 1),
        "an instant"
    );
}

#[test]
fn cost_adds_up_to_all_of_it() {
    let amounts = [(90, 10), (10, 20), (10, 5), (500, 5), (40, 0)];
    assert_eq!(
        adding_up(amounts.into_iter(), 100),
        [(10, 625), (90, 875), (99, 1000)]
    );
    assert!(adding_up([(3, 0)].into_iter(), 100).is_empty());
    assert_eq!(
        adding_up([(0, i64::MAX), (1, i64::MAX)].into_iter(), 2),
        [(0, 500), (1, 1000)]
    );
}

#[test]
fn colours_stand_for_agents_too() {
    let drawing = "a 0..1000 is=agent agent=one\n  b 0..500 is=llm cost=1\n  c 500..1000 is=agent agent=two\n    d 600..800 is=llm cost=3";
    let store = parse(drawing).finish();
    let calls = Calls::new(&store);
    let book = crate::semantics::prices::PriceBook::default();
    let costs = Costs::new(&store, &calls, &book);
    let request = MinimapRequest {
        trace: TraceRow(0),
        width: 104,
        lanes: 3,
        colour: ColourBy::Agent,
        budget: Limit::usual(2 * PicoUsd::DOLLAR.0),
    };
    let colours = Colours {
        members: &Members::new(&store, &calls, &costs),
        calls: &calls,
        costs: &costs,
    };
    let none = RowSet::new(0);
    let (scene, rects) = minimap(&store, &request, &none, None, Some(colours));
    let drawn: Vec<_> = rects
        .iter()
        .map(|rect| (rect.lane, rect.x, rect.width, rect.member))
        .collect();
    // The second costs more.
    assert_eq!(
        drawn,
        [
            (0, 2, 100, 1),
            (1, 2, 50, 1),
            (1, 52, 50, 0),
            (2, 62, 20, 0)
        ]
    );
    assert_eq!(scene.spent, [(52, 250), (82, 1000)]);
    assert_eq!(scene.crossed, Some(82));
}

#[test]
fn errors_stand_where_they_end_and_hits_where_they_start() {
    let drawing =
        "a 0..1000\n  b 100..300 error\n  hit 405..700\n  hit 406..800\n  run 950.. error";
    let (scene, _) = scene(drawing, 104, 9);
    assert_eq!(scene.errors, [32, 102]);
    assert_eq!(scene.hits, [42]);
    assert_eq!((scene.window, scene.lanes), ((-20, 1020), 2));
}

#[test]
fn odd_sizes_and_traces_are_harmless() {
    for (width, lanes) in [(0, 0), (1, 1), (u16::MAX, u8::MAX)] {
        for drawing in ["a 5..5", "a 5..", "x 0..9 parent=ff\n  y 1..2", ""] {
            let (scene, rects) = scene(drawing, width, lanes);
            assert!(rects.iter().all(|rect| rect.x + rect.width <= scene.width));
        }
    }
}

#[test]
fn a_restless_lane_is_taken_together() {
    let mut drawing = String::from("a 0..5000\n");
    for at in 0..5000 {
        let _ = writeln!(drawing, "  s {at}..{} service=s{}", at + 1, at % 2);
    }
    let (_, rects) = scene(&drawing, 8000, 9);
    assert!(
        rects.len() <= MAX_RECTS && rects.len() > 1000,
        "{}",
        rects.len()
    );
}
