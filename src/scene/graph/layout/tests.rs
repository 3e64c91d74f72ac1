#![allow(
    clippy::float_cmp,
    reason = "places are whole numbers, and the same again or not"
)]

use super::labels::{on, overlap};
use super::*;
use proptest::prelude::*;

/// Nodes of kinds, and edges between some of them that such kinds can have.
fn graphs() -> impl Strategy<Value = (Vec<Boxed>, Vec<Arc>)> {
    (1_usize..12, 0_usize..30, 0_usize..14).prop_flat_map(|(actors, tools, models)| {
        let all = (actors + tools + models) as u32;
        let ends = (0..actors as u32, 0..all, 0_u8..6);
        let widths = prop::collection::vec(100.0_f32..220.0, all as usize);
        (widths, prop::collection::vec(ends, 0..80)).prop_map(move |(widths, ends)| {
            let zone = |at: usize| match at {
                at if at < actors => Zone::Actor,
                at if at < actors + tools => Zone::Tool,
                _ => Zone::Model,
            };
            let boxes = widths.iter().enumerate().map(|(at, &width)| Boxed {
                zone: zone(at),
                width: width.round(),
                order: at as u32 * 7 % 97,
            });
            let mut arcs: Vec<Arc> = ends
                .into_iter()
                .map(|(from, to, kind)| Arc {
                    from,
                    to,
                    kind,
                    label: 30.0,
                })
                .collect();
            arcs.sort_by_key(|arc| (arc.from, arc.to, arc.kind));
            arcs.dedup_by_key(|arc| (arc.from, arc.to, arc.kind));
            (boxes.collect(), arcs)
        })
    })
}

/// Points of a way, close to each other.
fn points(path: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let parts = (0..path.len().saturating_sub(1)).step_by(3);
    let curve = |at: usize| [path[at], path[at + 1], path[at + 2], path[at + 3]];
    parts
        .flat_map(|at| (0..=20_u8).map(move |step| on(curve(at), f32::from(step) / 20.0)))
        .collect()
}

fn inside([left, top, width, height]: [f32; 4], [x, y]: [f32; 2], within: f32) -> bool {
    x > left + within && x < left + width - within && y > top + within && y < top + height - within
}

fn touches([left, top, width, height]: [f32; 4], [x, y]: [f32; 2]) -> bool {
    let on_side = x == left || x == left + width;
    (on_side && y > top && y < top + height) || (y == top && x > left && x < left + width)
}

#[track_caller]
fn check(boxes: &[Boxed], arcs: &[Arc]) -> Layout {
    let layout = layout(boxes, arcs);
    assert_eq!(layout.places.len(), boxes.len());
    for (at, place) in layout.places.iter().enumerate() {
        assert!(place[0] >= 0.0 && place[1] >= 0.0, "{place:?}");
        assert!(place[0] + place[2] <= layout.size[0] && place[1] + place[3] <= layout.size[1]);
        assert!(place[2] >= boxes[at].width && place[3] >= NODE_HEIGHT);
        for other in &layout.places[..at] {
            assert!(!overlap(*place, *other), "{place:?} {other:?}");
        }
    }
    for (arc, path) in arcs.iter().zip(&layout.paths) {
        let (from, to) = (
            layout.places[arc.from as usize],
            layout.places[arc.to as usize],
        );
        let (first, last) = (path[0], path[path.len() - 1]);
        assert!(
            touches(from, first) && touches(to, last),
            "{arc:?} {path:?}"
        );
        for point in points(path) {
            let within = layout.places.iter().any(|place| inside(*place, point, 0.5));
            assert!(!within, "{arc:?} runs through a node at {point:?}");
            assert!(point[0] >= 0.0 && point[1] >= 0.0);
        }
    }
    for (at, path) in layout.paths.iter().enumerate() {
        assert!(!layout.paths[..at].contains(path), "two edges are one line");
    }
    let labels = arcs.iter().zip(&layout.labels);
    let labels: Vec<[f32; 4]> = labels
        .filter_map(|(arc, label)| {
            let [x, y] = (*label)?;
            Some([
                x - arc.label / 2.0,
                y - LABEL_HEIGHT / 2.0,
                arc.label,
                LABEL_HEIGHT,
            ])
        })
        .collect();
    for (at, label) in labels.iter().enumerate() {
        assert!(!labels[..at].iter().any(|other| overlap(*label, *other)));
        assert!(!layout.places.iter().any(|place| overlap(*label, *place)));
    }
    layout
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_overlaps_and_edges_touch_their_nodes_alone((boxes, arcs) in graphs()) {
        check(&boxes, &arcs);
    }

    #[test]
    fn the_order_they_are_given_in_changes_nothing(
        (boxes, arcs) in graphs(),
        turn in 0_usize..40,
    ) {
        let turned = |at: u32| (at + turn as u32) % boxes.len() as u32;
        let mut other_boxes = boxes.clone();
        for (at, node) in (0..).zip(&boxes) {
            other_boxes[turned(at) as usize] = *node;
        }
        let other_arcs: Vec<Arc> = arcs
            .iter()
            .rev()
            .map(|arc| Arc { from: turned(arc.from), to: turned(arc.to), ..*arc })
            .collect();
        let (one, other) = (layout(&boxes, &arcs), layout(&other_boxes, &other_arcs));
        prop_assert_eq!(one.size, other.size);
        for (at, place) in (0..).zip(&one.places) {
            prop_assert_eq!(*place, other.places[turned(at) as usize]);
        }
        for (path, again) in one.paths.iter().zip(other.paths.iter().rev()) {
            prop_assert_eq!(path, again);
        }
        for (label, again) in one.labels.iter().zip(other.labels.iter().rev()) {
            prop_assert_eq!(label, again);
        }
    }
}

fn actor(order: u32) -> Boxed {
    Boxed {
        zone: Zone::Actor,
        width: 120.0,
        order,
    }
}

fn arc(from: u32, to: u32) -> Arc {
    Arc {
        from,
        to,
        kind: 0,
        label: 30.0,
    }
}

/// The column of each node, told by its left side.
fn columns_of(layout: &Layout) -> Vec<usize> {
    let mut sides: Vec<f32> = layout.places.iter().map(|place| place[0]).collect();
    sides.sort_by(f32::total_cmp);
    sides.dedup();
    let column = |place: &[f32; 4]| sides.iter().position(|side| *side == place[0]).unwrap();
    layout.places.iter().map(column).collect()
}

#[test]
fn who_is_called_stands_to_the_right() {
    let tool = Boxed {
        zone: Zone::Tool,
        ..actor(9)
    };
    let boxes = [actor(0), actor(1), actor(2), tool];
    let layout = check(&boxes, &[arc(0, 1), arc(1, 2), arc(0, 2), arc(0, 3)]);
    assert_eq!(columns_of(&layout), [0, 1, 2, 3]);
}

#[test]
fn a_circle_and_a_loop_are_drawn() {
    let boxes = [actor(0), actor(1), actor(2)];
    let layout = check(&boxes, &[arc(0, 1), arc(1, 2), arc(2, 0), arc(1, 1)]);
    assert_eq!(columns_of(&layout), [0, 1, 2]);
    let back = &layout.paths[2];
    assert!(back[0][0] > back[back.len() - 1][0], "it leads back");
}

#[test]
fn a_swarm_is_not_one_long_row() {
    let boxes: Vec<Boxed> = (0..10).map(actor).collect();
    let pairs = (0..10).flat_map(|from| (0..10).map(move |to| arc(from, to)));
    let arcs: Vec<Arc> = pairs.filter(|arc| arc.from != arc.to).collect();
    let layout = check(&boxes, &arcs);
    assert_eq!(columns_of(&layout).into_iter().max(), Some(1));
}

#[test]
fn forty_nodes_have_the_shape_of_a_screen() {
    let mut boxes: Vec<Boxed> = (0..8).map(actor).collect();
    let mut arcs: Vec<Arc> = (1..8).map(|to| arc(0, to)).collect();
    for at in 8..40_u32 {
        let zone = if at < 34 { Zone::Tool } else { Zone::Model };
        boxes.push(Boxed { zone, ..actor(at) });
        arcs.push(arc(at % 8, at));
    }
    arcs.extend(
        (0..8)
            .map(|from| arc(from, 34))
            .filter(|arc| arc.from != 34 % 8),
    );
    let [width, height] = check(&boxes, &arcs).size;
    assert!(width < 1500.0 && height < 900.0, "{width} x {height}");
}

#[test]
fn five_hundred_agents_are_laid_out() {
    let mut boxes: Vec<Boxed> = (0..500).map(actor).collect();
    let mut arcs: Vec<Arc> = (1..500).map(|to| arc(0, to)).collect();
    for at in 500..506_u32 {
        boxes.push(Boxed {
            zone: Zone::Model,
            ..actor(at)
        });
    }
    arcs.extend((0..500).map(|from| arc(from, 500 + from % 6)));
    let layout = layout(&boxes, &arcs);
    for (at, place) in layout.places.iter().enumerate() {
        assert!(
            !layout.places[..at]
                .iter()
                .any(|other| overlap(*place, *other))
        );
    }
}
