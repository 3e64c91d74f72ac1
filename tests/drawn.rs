//! What the views that count draw, on every OTLP file of the corpus: totals are those of the summary, nothing overlaps, and
//! no order of files changes anything.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]
#![allow(clippy::panic, reason = "a test says what it expects by failing")]

mod support;

use serde_json::{Value, json};
use spanlight::model::PicoUsd;
use spanlight::scene::drawn::{DrawRequest, Drawn, Mark};
use spanlight::scene::routing::{Flow, Piece, Shares, Shown, WHOLE, Width};
use support::open::{Open, both_ways, each_file, is_near, sum};

#[test]
fn totals_of_drawn_treemaps_are_those_of_the_summary() {
    each_file(|open, name, summary| {
        let wanted = summary["cost_usd"].as_f64();
        let request = DrawRequest {
            levels: ["agent", "model", "span"].map(str::to_owned).into(),
            size: (900, 600),
            sort: 1,
            ..DrawRequest::default()
        };
        // What is saved adds up, to the last unit.
        let saved = open.draw(DrawRequest {
            plain: true,
            ..request.clone()
        });
        let known = (saved.items.iter()).filter_map(|item| PicoUsd::parse(&item.cells[0]));
        let amounts: Vec<i64> = known.map(|amount| amount.0).collect();
        let total: i64 = amounts.iter().sum();
        let total = (!amounts.is_empty()).then(|| PicoUsd(total).to_string());
        let total = total.map(|total| total.parse::<f64>().unwrap());
        assert_eq!(total, wanted, "{name}");
        // What is seen fills the place, if anything costs anything.
        let drawn = open.draw(request);
        let cells =
            (drawn.marks.iter()).filter(|mark| mark.parent as usize == mark_at(&drawn, mark));
        let area: f32 = cells.map(|mark| mark.place[2] * mark.place[3]).sum();
        let is_seen = wanted.is_some_and(|cost| cost > 0.0);
        assert_eq!(is_seen, area > 0.9 * 900.0 * 600.0, "{name}: {area}");
        // Two of them side by side differ by what they differ by.
        let members: Vec<Option<String>> = (drawn.items.iter().take(2))
            .map(|item| item.member.clone())
            .collect();
        if members.len() == 2 {
            let pair = open.draw(DrawRequest {
                pair: members,
                plain: true,
                ..DrawRequest {
                    levels: vec!["agent".to_owned(), "model".to_owned()],
                    ..DrawRequest::default()
                }
            });
            let amount = |at: usize| {
                let cells = pair.items.iter().map(|item| &item.cells[at]);
                let known = cells.filter_map(|cell| PicoUsd::parse(cell));
                known.map(|amount| amount.0).sum::<i64>()
            };
            let of = |side: usize| PicoUsd::parse(&pair.total[side]).map_or(0, |amount| amount.0);
            assert_eq!((amount(0), amount(1)), (of(0), of(1)), "{name}");
        }
    });
}

/// The place of a mark among all.
fn mark_at(drawn: &Drawn, mark: &Mark) -> usize {
    let is_it = |other: &Mark| std::ptr::eq(other, mark);
    drawn.marks.iter().position(is_it).unwrap()
}

/// The dollars and the tokens of a text such as `0.1 USD, 1,234 tokens, 5 calls`.
fn in_full(text: &str) -> (Option<f64>, Option<u64>) {
    let mut parts = text.split(", ");
    let mut part = |unit: &str| parts.next().unwrap().strip_suffix(unit).unwrap().to_owned();
    let dollars = part(" USD").parse().ok();
    (dollars, part(" tokens").replace(',', "").parse().ok())
}

#[test]
fn totals_of_the_routing_scene_are_those_of_the_summary() {
    each_file(|open, name, summary| {
        let tokens = [&summary["total_input"], &summary["total_output"]].map(Value::as_u64);
        let tokens = tokens.into_iter().flatten().reduce(|a, b| a + b);
        let wanted = (summary["cost_usd"].as_f64(), tokens);
        let requests = open.view("routing", &json!({}))["cells"].take();
        let requests = sum(&requests, "calls").unwrap_or(0.0);
        for (tasks, measure) in [(false, 0), (true, 1), (false, 2), (true, 3), (true, 4)] {
            let shown = open.route(Piece::Matrix {
                tasks,
                measure,
                most: 1000,
                assigned: Vec::new(),
            });
            let Shown::Matrix(matrix) = shown else {
                panic!("{name}: no matrix");
            };
            assert_eq!(in_full(&matrix.total.full), wanted, "{name}");
            let calls = f64::from(matrix.total.calls);
            assert!((calls - requests).abs() < 0.5, "{name}");
            for heads in [&matrix.rows, &matrix.columns] {
                let calls: u32 = heads.iter().map(|head| head.calls).sum();
                assert_eq!(calls, matrix.total.calls, "{name}");
            }
            let calls: u32 = matrix.cells.iter().map(|cell| cell.calls).sum();
            assert_eq!(calls, matrix.total.calls, "{name}");
            assert_eq!(matrix.outcome.after, "", "{name}");
            if measure == 0 {
                assert_eq!(matrix.outcome.before, matrix.total.value, "{name}");
            }
        }
        for width in Width::ALL {
            let Shown::Flow(flow) = open.route(Piece::Flow { width, room: 800 }) else {
                panic!("{name}: no flow");
            };
            if !flow.nodes.is_empty() {
                assert_eq!(in_full(&flow.full), wanted, "{name}");
            }
            check_flow(&flow, requests, name);
        }
    });
}

/// Shares over time with all their models.
fn shares(width: Width, zone: Option<i16>) -> Piece {
    Piece::Shares {
        width,
        room: 800,
        zone,
        most: u16::MAX,
    }
}

#[test]
fn totals_of_shares_over_time_are_those_of_the_matrix() {
    each_file(|open, name, summary| {
        let Shown::Matrix(matrix) = open.route(Piece::default()) else {
            panic!("{name}: no matrix");
        };
        let (cost, tokens) = in_full(&matrix.total.full);
        assert_eq!(cost, summary["cost_usd"].as_f64(), "{name}");
        for (width, zone) in (Width::ALL.into_iter()).zip([None, Some(120), None, Some(-30)]) {
            let Shown::Shares(drawn) = open.route(shares(width, zone)) else {
                panic!("{name}: no shares");
            };
            check_shares(&drawn, name);
            let parts = || (drawn.stretches.iter()).flat_map(|stretch| &stretch.parts);
            let calls: u32 = parts().map(|part| part.calls).sum();
            assert_eq!(calls, matrix.total.calls, "{name}");
            for (head, column) in drawn.models.iter().zip(0_u16..) {
                let calls: u32 = (parts().filter(|part| part.model == column))
                    .map(|part| part.calls)
                    .sum();
                let of_model = matrix.columns.iter().find(|other| other.name == head.name);
                assert_eq!(Some(calls), of_model.map(|model| model.calls), "{name}");
            }
            // Exactly: in 10^-12 dollars, tokens, calls and nanoseconds.
            let known = parts().filter(|part| !part.exact.is_empty());
            let amounts: Vec<i64> = known
                .map(|part| match width {
                    Width::Cost => PicoUsd::parse(&part.exact).unwrap().0,
                    _ => part.exact.parse().unwrap(),
                })
                .collect();
            let total: i64 = amounts.iter().sum();
            match width {
                Width::Cost => {
                    let total = (!amounts.is_empty()).then(|| PicoUsd(total).to_string());
                    let total = total.map(|total| total.parse::<f64>().unwrap());
                    assert_eq!(
                        total.filter(|cost| *cost > 0.0),
                        cost.filter(|cost| *cost > 0.0),
                        "{name}"
                    );
                }
                Width::Tokens => {
                    assert_eq!(total as u64, tokens.unwrap_or(0), "{name}");
                }
                Width::Calls => assert_eq!(total, i64::from(matrix.total.calls), "{name}"),
                Width::Time => assert!(total >= 0, "{name}"),
            }
        }
    });
}

/// Stretches ascend, and their parts stand on each other up to the whole.
fn check_shares(drawn: &Shares, name: &str) {
    let mut last = None;
    for stretch in &drawn.stretches {
        assert!(
            stretch.at < drawn.count && last < Some(stretch.at),
            "{name}"
        );
        last = Some(stretch.at);
        let mut below = 0;
        for part in &stretch.parts {
            assert!(usize::from(part.model) < drawn.models.len(), "{name}");
            assert!(part.ends.0 == below && part.ends.1 >= below, "{name}");
            below = part.ends.1;
        }
        assert!(below == 0 || below == WHOLE, "{name} {}", stretch.when);
    }
    let is_inside = |tick: &(f32, String)| (0.0..=1.0).contains(&tick.0);
    assert!(drawn.ticks.iter().all(is_inside), "{name}");
}

/// Every column holds all calls, every band is as wide at both ends, and nothing lies over anything else.
fn check_flow(flow: &Flow, requests: f64, name: &str) {
    if flow.nodes.is_empty() {
        return;
    }
    for column in 0..4 {
        let nodes = flow.nodes.iter().filter(|node| node.column == column);
        let calls: u32 = nodes.map(|node| node.calls).sum();
        assert!((f64::from(calls) - requests).abs() < 0.5, "{name} {column}");
    }
    for (at, node) in (0_u16..).zip(&flow.nodes) {
        let sides = [(1, 3), (0, 0)].map(|(is_out, end)| {
            let is_here = |link: &&_| {
                let link: &spanlight::scene::routing::Link = link;
                at == if is_out == 1 { link.from } else { link.to }
            };
            let links = || flow.links.iter().filter(is_here);
            let width: f32 = links().map(|link| link.width).sum();
            assert!(width <= node.place[3] + 0.1, "{name} {}", node.label);
            let calls: u32 = links().map(|link| link.calls).sum();
            assert_eq!(
                calls,
                if node.column == end { 0 } else { node.calls },
                "{name}"
            );
            calls
        });
        assert!(sides != [0, 0] || node.calls == 0, "{name} {}", node.label);
    }
    let boxes: Vec<[f32; 4]> = (flow.nodes.iter())
        .flat_map(|node| [node.place, node.room])
        .collect();
    for (at, [left, top, width, height]) in boxes.iter().enumerate() {
        let (right, foot) = (left + width, top + height);
        let is_inside = *left >= 0.0 && *top >= 0.0 && right <= flow.size.0 + 0.1;
        assert!(is_inside && foot <= flow.size.1, "{name}");
        for [x, y, wide, high] in boxes.iter().skip(at + 1) {
            let is_apart = right <= x + 0.1
                || x + wide <= left + 0.1
                || foot <= y + 0.1
                || y + high <= top + 0.1;
            assert!(is_apart, "{name}");
        }
    }
}

/// The number of a cell; `None` for an empty one.
fn number(cell: &str) -> Option<f64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap())
}

#[test]
fn totals_of_the_statistics_scene_are_those_of_the_summary() {
    each_file(|open, name, summary| {
        for by in ["operation", "agent", "tool", "model"] {
            let drawn = open.statistics(by, 3, false, true);
            let total = |column: usize| drawn.total.get(column).and_then(|cell| number(cell));
            for (column, wanted) in [
                (7, &summary["total_input"]),
                (8, &summary["total_output"]),
                (9, &summary["cost_usd"]),
            ] {
                assert_eq!(total(column), wanted.as_f64(), "{name} {by} {column}");
                let cells = drawn.items.iter().map(|item| number(&item.cells[column]));
                let known: Vec<f64> = cells.flatten().collect();
                let sum = (!known.is_empty()).then(|| known.iter().sum());
                assert!(is_near(sum, wanted), "{name} {by} {column}");
            }
            // What the page shows is what scripts get.
            let rows = open.view("stats", &json!({"by": by}))["rows"].take();
            let mut rows = rows.as_array().unwrap().clone();
            assert_eq!(rows.len(), drawn.items.len(), "{name} {by}");
            for item in &drawn.items {
                let is_it = |row: &Value| row["name"].as_str() == item.member.as_deref();
                let row = rows.swap_remove(rows.iter().position(is_it).unwrap());
                for (column, member) in [
                    (0, "count"),
                    (1, "errors"),
                    (2, "total_ns"),
                    (3, "self_ns"),
                    (4, "p50_ns"),
                    (5, "p95_ns"),
                    (6, "p99_ns"),
                    (7, "input"),
                    (8, "output"),
                    (9, "cost_usd"),
                ] {
                    let said = &row[member];
                    let said = said
                        .as_f64()
                        .or_else(|| said.as_str().map(|text| text.parse().unwrap()));
                    // A row that only gathers tokens and cost has no counts.
                    let said = said.filter(|_| column > 3 || row["count"] != json!(0));
                    assert_eq!(
                        number(&item.cells[column]),
                        said,
                        "{name} {by} {} {member}",
                        item.label
                    );
                }
            }
            let shown = open.statistics(by, 3, false, false);
            let names = |drawn: &Drawn| -> Vec<String> {
                drawn.items.iter().map(|item| item.label.clone()).collect()
            };
            assert!(names(&drawn).starts_with(&names(&shown)), "{name} {by}");
        }
    });
}

#[test]
fn totals_of_the_flame_graph_are_those_of_the_summary() {
    each_file(|open, name, summary| {
        let table = open.flame(DrawRequest {
            plain: true,
            ..DrawRequest::default()
        });
        let tops = table.items.iter().filter(|item| item.cells[1].is_empty());
        let sum = |column: usize| {
            let cells = tops.clone().map(|item| number(&item.cells[column]));
            cells.flatten().reduce(|a, b| a + b)
        };
        assert!(is_near(sum(7), &summary["cost_usd"]), "{name}");
        let parts = [&summary["total_input"], &summary["total_output"]];
        let parts = parts.into_iter().filter_map(Value::as_f64);
        assert_eq!(sum(6), parts.reduce(|a, b| a + b), "{name}");
        let spans: f64 = (table.items.iter())
            .filter_map(|item| number(&item.cells[3]))
            .sum();
        let named = open.statistics("operation", 3, false, true);
        let counted = named.total.first().map_or("0", String::as_str);
        assert_eq!(Some(spans), number(counted), "{name}");
        for measure in 0..4 {
            let drawn = open.flame(DrawRequest {
                measure,
                size: (900, 0),
                ..DrawRequest::default()
            });
            check_frames(&drawn, 900.0, name);
        }
    });
}

/// A frame lies below the one it stands in and within it; nothing overlaps.
fn check_frames(drawn: &Drawn, room: f32, name: &str) {
    let mut ends: Vec<(f32, f32)> = Vec::new();
    for (at, mark) in drawn.marks.iter().enumerate() {
        let [left, top, width, high] = mark.place;
        let above = mark.parent as usize;
        let [outer, over, wide, _] = if above == at {
            [0.0, top - high, room, high]
        } else {
            assert!(above < at, "{name}");
            drawn.marks[above].place
        };
        assert!((over + high - top).abs() < 0.01, "{name} {}", mark.label);
        assert!(left + 0.05 >= outer, "{name} {}", mark.label);
        assert!(left + width <= outer + wide + 0.05, "{name} {}", mark.label);
        ends.push((top * 2.0 * room + left, top * 2.0 * room + left + width));
    }
    ends.sort_by(|a, b| a.partial_cmp(b).unwrap());
    for pair in ends.windows(2) {
        assert!(pair[0].1 <= pair[1].0 + 0.6, "{name} {pair:?}");
    }
}

#[test]
fn no_order_of_files_changes_a_drawing() {
    let (mut one, mut other) = both_ways();
    for by in ["operation", "agent", "tool", "model"] {
        let request = DrawRequest {
            size: (700, 0),
            ..DrawRequest::default()
        };
        assert_eq!(one.flame(request.clone()).marks, other.flame(request).marks);
        for sort in 0..11 {
            let rows = |open: &mut Open| -> Vec<(String, Vec<String>)> {
                let drawn = open.statistics(by, sort, sort % 2 == 0, false);
                let items = drawn.items.into_iter();
                items.map(|item| (item.label, item.cells)).collect()
            };
            assert_eq!(rows(&mut one), rows(&mut other), "{by} {sort}");
        }
    }
    for piece in [
        Piece::default(),
        Piece::Matrix {
            tasks: true,
            measure: 2,
            most: 30,
            assigned: vec![("*".to_owned(), "gpt-4.1-mini".to_owned())],
        },
        Piece::Flow {
            width: Width::Cost,
            room: 900,
        },
        Piece::Flow {
            width: Width::Time,
            room: 500,
        },
        Piece::Aside,
        Piece::Alternatives {
            compared: vec!["gpt-4.1".to_owned()],
        },
        shares(Width::Cost, Some(60)),
        shares(Width::Tokens, None),
    ] {
        assert_eq!(
            one.route(piece.clone()),
            other.route(piece.clone()),
            "{piece:?}"
        );
    }
}
