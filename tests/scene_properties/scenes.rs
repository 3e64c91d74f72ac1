//! Scenes: within their viewport, and the same in whatever order the spans came.

use super::drawing::{lines, store};
use proptest::prelude::*;
use spanlight::analysis::budget::Limit;
use spanlight::model::{SpanFlags, SpanRow, Timestamp, TraceRow};
use spanlight::scene::Scenes;
use spanlight::scene::minimap::MinimapRequest;
use spanlight::scene::scale::Scale;
use spanlight::scene::waterfall::{ColourBy, Level, WaterfallRequest};

fn request() -> impl Strategy<Value = WaterfallRequest> {
    (
        0..50_u32,
        0..60_u32,
        -50..1500_i64,
        1..1500_i64,
        1.0..2000.0_f64,
    )
        .prop_map(|(first_line, lines, start, len, width)| WaterfallRequest {
            trace: TraceRow(0),
            first_line,
            lines,
            window: (start, start + len),
            width,
            critical_path: true,
            level: Level::Everything,
            only_matches: false,
            colour: ColourBy::Service,
            budget: Limit::default(),
        })
}

proptest! {
    #[test]
    fn lines_are_those_asked_for(lines in lines(), request in request()) {
        let store = store(&lines);
        let scene = Scenes::default().waterfall(&store, &request, None);
        let rows = store.rows();
        let first = request.first_line.min(rows);
        prop_assert_eq!(scene.total_lines, rows);
        prop_assert_eq!(scene.lines.len() as u32, request.lines.min(rows - first));
        let len = request.window.1 - request.window.0;
        let (from, to) = (request.window.0 - len / 2, request.window.1 + len / 2);
        for (line, number) in scene.lines.iter().zip(first..) {
            prop_assert_eq!(line.line, number);
            prop_assert!(0 <= line.start && line.start <= line.end && line.end <= scene.duration_ns);
            for part in line.self_parts.iter().chain(&line.critical) {
                prop_assert!(line.start <= part.0 && part.0 < part.1 && part.1 <= line.end);
            }
            for part in &line.self_parts {
                prop_assert!(from <= part.0 && part.1 <= to);
            }
            for &event in &line.events {
                prop_assert!(from <= event && event <= to);
            }
        }
        if let Some(first) = scene.lines.first() {
            prop_assert_eq!(scene.pinned.len() as u32, first.depth.min(12));
            prop_assert!(scene.pinned.iter().all(|pinned| pinned.line < first.line));
        }
    }

    #[test]
    fn rectangles_stay_in_the_viewport(lines in lines(), width in 0..300_u16, lanes in 0..12_u8) {
        let store = store(&lines);
        let request = MinimapRequest { trace: TraceRow(0), width, lanes, colour: ColourBy::Service, budget: Limit::default() };
        let (minimap, rects) = Scenes::default().minimap(&store, &request, None, None);
        let mut last = None;
        for rect in &rects {
            prop_assert!(rect.width >= 1 && rect.x + rect.width <= minimap.width);
            prop_assert!(rect.lane < minimap.lanes && minimap.lanes <= lanes.max(1));
            // In order, and none upon another.
            let at = (rect.lane, rect.x);
            prop_assert!(last.is_none_or(|last| last <= at));
            last = Some((rect.lane, rect.x + rect.width));
        }
        // A pixel of a lane is drawn when a span touches it, and only then.
        let scale = Scale::new(minimap.window, f64::from(minimap.width));
        let origin = store.traces()[0].range.start;
        let pixel = |time: Timestamp| scale.px(time.since(origin).0);
        let spans: Vec<(u8, f64, f64)> = (0..store.rows())
            .map(SpanRow)
            .filter(|&row| !store.flags(row).contains(SpanFlags::PLACEHOLDER))
            .map(|row| {
                let lane = store.depth(row).min(u32::from(lanes.max(1)) - 1) as u8;
                let extent = store.extent(row);
                (lane, pixel(extent.start), pixel(extent.end))
            })
            .collect();
        for lane in 0..minimap.lanes {
            for x in 0..minimap.width {
                let drawn = rects.iter().any(|rect| rect.lane == lane && (rect.x..rect.x + rect.width).contains(&x));
                let (left, right) = (f64::from(x), f64::from(x) + 1.0);
                let touch = |slack: f64| spans.iter().any(|&(of, from, to)| {
                    of == lane && from < right + slack && (to > left - slack || from >= left - slack && from < right)
                });
                // What begins or ends at the very edge of a pixel may be drawn in either.
                prop_assert!(if drawn { touch(1e-6) } else { !touch(-1e-6) }, "lane {} pixel {}", lane, x);
            }
        }
        let errors = store.traces()[0].errors;
        prop_assert_eq!(minimap.errors.is_empty(), errors == 0);
        prop_assert!(minimap.errors.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(minimap.errors.iter().all(|&at| at < minimap.width));
    }

    #[test]
    fn the_order_of_spans_does_not_matter(lines in lines(), request in request(), seed in any::<u64>()) {
        let mut shuffled = lines.clone();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let (one, other) = (store(&lines), store(&shuffled));
        let minimap = MinimapRequest { trace: TraceRow(0), width: 300, lanes: 5, colour: ColourBy::Service, budget: Limit::default() };
        prop_assert_eq!(
            Scenes::default().waterfall(&one, &request, None),
            Scenes::default().waterfall(&other, &request, None)
        );
        prop_assert_eq!(
            Scenes::default().minimap(&one, &minimap, None, None),
            Scenes::default().minimap(&other, &minimap, None, None)
        );
    }
}
