use super::*;
use crate::analysis::budget::Limit;
use crate::analysis::calls::Calls;
use crate::analysis::outline::Stamp;
use crate::model::text::parse;
use crate::model::{PicoUsd, TraceRow, TraceStore};
use crate::scene::waterfall::{ColourBy, Level, OutlineAction, WaterfallRequest};
use crate::scene::{Scenes, Sight};
use std::fmt::Write as _;

const TREE: &str = "\
agent 1000..2000
  chat 1100..1400 service=llm event=1200 event=1201
  tool 1400..1500 error service=tools
    http 1410..1490 service=tools error
  plan 1600..
";

fn request(first_line: u32, lines: u32) -> WaterfallRequest {
    WaterfallRequest {
        trace: TraceRow(0),
        first_line,
        lines,
        window: (0, 1000),
        width: 1000.0,
        critical_path: false,
        level: Level::Everything,
        only_matches: false,
        colour: ColourBy::Service,
        budget: Limit::default(),
    }
}

/// One line a row: number, indent, name, bar, and whatever else there is to draw.
fn picture(scene: &Waterfall) -> String {
    let mut out = String::new();
    for line in scene
        .pinned
        .iter()
        .map(|line| ("^", line))
        .chain(scene.lines.iter().map(|line| ("", line)))
    {
        let (pin, line) = line;
        let indent = "  ".repeat(line.depth as usize);
        let _ = write!(
            out,
            "{pin}{} {indent}{} {}..{}",
            line.line, line.name, line.start, line.end
        );
        if line.children > 0 {
            let sign = if line.expanded { '-' } else { '+' };
            let _ = write!(out, " {sign}{}/{}", line.children, line.descendants);
        }
        for (word, parts) in [("self", &line.self_parts), ("critical", &line.critical)] {
            if !parts.is_empty() {
                let _ = write!(out, " {word}={parts:?}");
            }
        }
        if !line.events.is_empty() {
            let _ = write!(out, " events={:?}", line.events);
        }
        if !line.error.is_empty() {
            let _ = write!(out, " !{}", line.error);
        }
        for (word, count) in [("errors", line.hidden_errors), ("hits", line.hidden_hits)] {
            if count > 0 {
                let _ = write!(out, " hidden {word}={count}");
            }
        }
        if line.hit {
            out.push_str(" hit");
        }
        out.push('\n');
    }
    out
}

#[test]
fn lines_say_everything_their_bars_show() {
    let store = parse(TREE).finish();
    let scene = Scenes::default().waterfall(&store, &request(0, 10), None);
    assert_eq!(
        picture(&scene),
        "0 agent 0..1000 -3/4 self=[(0, 100), (500, 600)]\n\
         1   chat 100..400 events=[200]\n\
         2   tool 400..500 -1/1 self=[(400, 410), (490, 500)] !error\n\
         3     http 410..490 !error\n\
         4   plan 600..1000\n"
    );
    assert_eq!((scene.origin_ns, scene.duration_ns), (1000, 1000));
    assert_eq!((scene.total_lines, scene.max_depth), (5, 2));
    let legend: Vec<_> = scene
        .services
        .iter()
        .map(|(_, name, spans)| (name.as_str(), *spans))
        .collect();
    assert_eq!(legend, [("app", 2), ("tools", 2), ("llm", 1)]);
}

#[test]
fn a_collapsed_line_counts_what_it_hides() {
    let store = parse(TREE).finish();
    let mut scenes = Scenes::default();
    let hits = RowSet::from_rows(store.rows(), |row| row == 0 || row == 1 || row == 3);
    scenes.outline(&store, TraceRow(0), OutlineAction::Collapse(SpanRow(2)));
    let scene = scenes.waterfall(&store, &request(0, 10), Some(&hits));
    assert_eq!(
        picture(&scene),
        "0 agent 0..1000 -3/4 self=[(0, 100), (500, 600)] hit\n\
         1   chat 100..400 events=[200] hit\n\
         2   tool 400..500 +1/1 self=[(400, 410), (490, 500)] !error hidden errors=1 hidden hits=1\n\
         3   plan 600..1000\n"
    );
}

#[test]
fn ancestors_of_the_first_line_are_pinned() {
    let store = parse(TREE).finish();
    let scene = Scenes::default().waterfall(&store, &request(3, 1), None);
    assert_eq!(
        picture(&scene),
        "^0 agent 0..1000 -3/4 self=[(0, 100), (500, 600)]\n\
         ^2   tool 400..500 -1/1 self=[(400, 410), (490, 500)] !error\n\
         3     http 410..490 !error\n"
    );
}

#[test]
fn the_critical_path_comes_when_asked_for() {
    let store = parse(TREE).finish();
    let asked = WaterfallRequest {
        critical_path: true,
        ..request(0, 2)
    };
    let mut scenes = Scenes::default();
    assert_eq!(
        picture(&scenes.waterfall(&store, &asked, None)),
        "0 agent 0..1000 -3/4 self=[(0, 100), (500, 600)] critical=[(0, 100), (500, 600)]\n\
         1   chat 100..400 critical=[(100, 400)] events=[200]\n"
    );
    assert!(scenes.critical_path(TraceRow(0)).is_some());
    let scene = scenes.waterfall(&store, &request(0, 1), None);
    assert!(scene.lines[0].critical.is_empty());
}

#[test]
fn parts_stop_half_a_window_beyond_the_window() {
    let store = parse("a 0..1000\n  b 100..200\n  c 800..900").finish();
    let zoomed = WaterfallRequest {
        window: (400, 500),
        ..request(0, 1)
    };
    let scene = Scenes::default().waterfall(&store, &zoomed, None);
    assert_eq!(picture(&scene), "0 a 0..1000 -2/2 self=[(350, 550)]\n");
}

#[test]
fn an_orphan_stands_under_the_id_it_asks_for() {
    let store = parse("a 0..100\nlost 20..30 parent=ab").finish();
    let scene = Scenes::default().waterfall(&store, &request(0, 10), None);
    assert_eq!(
        picture(&scene),
        "0 a 0..100\n1 00000000000000ab 20..30 -1/1\n2   lost 20..30\n"
    );
    assert_eq!(scene.placeholders, 1);
}

#[test]
fn nonsense_in_a_request_is_harmless() {
    let store = parse(TREE).finish();
    let mut scenes = Scenes::default();
    for (window, width) in [
        ((i64::MIN, i64::MAX), f64::NAN),
        ((i64::MAX, i64::MIN), -1.0),
        ((0, 0), 0.0),
        ((-5, -9), f64::INFINITY),
    ] {
        let odd = WaterfallRequest {
            window,
            width,
            critical_path: true,
            ..request(u32::MAX, u32::MAX)
        };
        assert_eq!(scenes.waterfall(&store, &odd, None).lines.len(), 0);
        let odd = WaterfallRequest {
            first_line: 0,
            ..odd
        };
        assert_eq!(scenes.waterfall(&store, &odd, None).lines.len(), 5);
    }
    let elsewhere = WaterfallRequest {
        trace: TraceRow(8),
        ..request(0, 9)
    };
    assert_eq!(scenes.waterfall(&store, &elsewhere, None).total_lines, 0);
    assert_eq!(
        scenes
            .waterfall(&TraceStore::default(), &request(0, 9), None)
            .total_lines,
        0
    );
}

#[test]
fn long_names_are_cut_between_characters() {
    let name = "é".repeat(400);
    let store = parse(&format!("{name} 0..1")).finish();
    let scene = Scenes::default().waterfall(&store, &request(0, 1), None);
    let shown = &scene.lines[0].name;
    assert!(
        shown.len() <= MAX_TEXT + 3 && shown.ends_with("é…"),
        "{shown}"
    );
}

#[test]
fn of_a_deep_chain_the_innermost_ancestors_are_pinned() {
    let mut drawing = String::new();
    for at in 1..=100_u32 {
        let parent = if at > 1 {
            format!(" parent={:x}", at - 1)
        } else {
            String::new()
        };
        let _ = writeln!(drawing, "s{at} {at}..{} id={at:x}{parent}", 300 - at);
    }
    let store = parse(&drawing).finish();
    let scene = Scenes::default().waterfall(&store, &request(90, 1), None);
    assert_eq!(scene.pinned.len(), MAX_PINNED);
    assert_eq!(scene.pinned.last().map(|line| line.depth), Some(89));
}

fn sight(level: Level, passing: Option<&RowSet>, stamp: u32) -> Sight<'_> {
    Sight {
        level,
        passing,
        stamp: Stamp([stamp; 4]),
    }
}

#[test]
fn a_filtered_line_keeps_its_self_time_and_counts_what_is_hidden_below() {
    let store = parse(TREE).finish();
    let calls = Calls::new(&store);
    let mut scenes = Scenes::default();
    let passing = RowSet::from_rows(store.rows(), |row| row == 1);
    let trace = TraceRow(0);
    scenes.show(
        &store,
        &calls,
        trace,
        sight(Level::Everything, Some(&passing), 1),
    );
    let scene = scenes.waterfall(&store, &request(0, 10), Some(&passing));
    assert_eq!(
        picture(&scene),
        "0 agent 0..1000 -1/1 self=[(0, 100), (500, 600)] hidden errors=2\n\
         1   chat 100..400 events=[200] hit\n"
    );
    let aside: Vec<bool> = scene.lines.iter().map(|line| line.aside).collect();
    assert_eq!(
        (aside, scene.hidden_by_filter),
        (vec![true, false], Some(3))
    );
    scenes.show(&store, &calls, trace, sight(Level::Everything, None, 1));
    let scene = scenes.waterfall(&store, &request(0, 10), Some(&passing));
    assert_eq!((scene.lines.len(), scene.hidden_by_filter), (5, None));
}

#[test]
fn what_is_hidden_below_very_many_shown_children_is_counted_exactly() {
    let mut drawing = String::from("lead 0..90000 is=agent agent=a\n");
    for at in 0..9_000 {
        let _ = writeln!(
            drawing,
            "  t 1..2 is=tool tool=t{}",
            if at % 3 == 0 { " error" } else { "" }
        );
        if at % 1_000 == 0 {
            let _ = writeln!(drawing, "  noise 1..2 error");
        }
    }
    let store = parse(&drawing).finish();
    let calls = Calls::new(&store);
    let mut scenes = Scenes::default();
    let hits = RowSet::from_rows(store.rows(), |row| row > 0);
    let mut counts = |stamp, hits: &RowSet| {
        scenes.show(
            &store,
            &calls,
            TraceRow(0),
            sight(Level::Steps, None, stamp),
        );
        let scene = scenes.waterfall(&store, &request(0, 1), Some(hits));
        (scene.lines[0].hidden_errors, scene.lines[0].hidden_hits)
    };
    assert_eq!(counts(1, &hits), (9, 9));
    assert_eq!(counts(1, &hits), (9, 9), "as kept");
    let none = RowSet::new(store.rows());
    assert_eq!(counts(2, &none), (9, 0), "other hits");
    let some = RowSet::from_rows(store.rows(), |row| {
        store.name(SpanRow(row)) == "noise" && row > 5_000
    });
    assert_eq!(counts(3, &some), (9, 4));
}

/// The lines marked at a level, `~` where only something below crossed the budget, and when that was.
fn crossed(level: Level, action: Option<OutlineAction>) -> (Vec<String>, Option<(i64, i64)>) {
    let store = parse(
        "run 1000..2000 is=agent agent=a\n  lead 1000..1900 is=chain\n    wrap 1100..1400 is=llm\n      chat 1110..1390 is=llm tokens=1/1\n    next 1500..1600 is=llm",
    )
    .finish();
    let calls = Calls::new(&store);
    let mut scenes = Scenes::default();
    let sight = Sight {
        level,
        ..Sight::default()
    };
    scenes.show(&store, &calls, TraceRow(0), sight);
    if let Some(action) = action {
        scenes.outline(&store, TraceRow(0), action);
    }
    // The wrapper, which steps fold into the call.
    scenes.crossed = Some(Crossing {
        row: SpanRow(2),
        spent: 8,
        budget: PicoUsd(7),
    });
    let asked = WaterfallRequest {
        level,
        ..request(0, 10)
    };
    let scene = scenes.waterfall(&store, &asked, None);
    let marked = scene.lines.iter().filter_map(|line| match line.crossed {
        Crossed::No => None,
        Crossed::Here => Some(line.name.clone()),
        Crossed::Below => Some(format!("~{}", line.name)),
    });
    (marked.collect(), scene.crossed)
}

#[test]
fn the_call_that_crossed_the_budget_is_marked_or_the_line_that_hides_it() {
    let all = crossed(Level::Everything, None);
    assert_eq!(all, (vec!["wrap".to_owned()], Some((400, 7))));
    assert_eq!(crossed(Level::Steps, None).0, ["chat"]);
    assert_eq!(crossed(Level::Agents, None).0, ["~run"]);
    let collapse = Some(OutlineAction::Collapse(SpanRow(1)));
    assert_eq!(crossed(Level::Everything, collapse).0, ["~lead"]);
}
