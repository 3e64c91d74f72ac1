use super::*;
use crate::analysis::ledger::tests::{Counted, counted, of};
use crate::model::text::parse;
use std::fmt::Write as _;

fn scene_of(counted: &Counted, request: &GraphRequest) -> GraphScene {
    let ledger = counted.ledger();
    let members = Members::new(ledger.store, ledger.calls, ledger.costs);
    graph_scene(ledger, &members, &counted.part(), request)
}

fn scene(drawing: &str) -> GraphScene {
    scene_of(&counted(drawing), &GraphRequest::default())
}

const RUN: &str = "\
ops 0..1000000000 agent=ops is=agent
  chat 0..10000000 is=llm model=m tokens=3/1
  read_file 11..12 is=tool skill=triage
  task 200000000..500000000 is=tool
    sre 210000000..490000000 agent=sre is=agent
      chat 220000000..300000000 is=llm model=m tokens=20/5
      diagnose 300000000..310000000 is=tool error
  transfer_to_reviewer 600000000..700000000 is=tool
  reviewer 800000000..900000000 agent=reviewer is=agent";

fn node<'s>(scene: &'s GraphScene, name: &str) -> &'s Node {
    scene.nodes.iter().find(|node| node.label == name).unwrap()
}

fn edge<'s>(scene: &'s GraphScene, from: &str, to: &str) -> &'s Edge {
    let name = |at: u32| scene.nodes[at as usize].label.as_str();
    let mut edges = scene.edges.iter();
    edges
        .find(|edge| name(edge.from) == from && name(edge.to) == to)
        .unwrap()
}

#[test]
fn nodes_and_edges_say_what_they_did() {
    let scene = scene(RUN);
    let ops = node(&scene, "ops");
    assert_eq!(ops.value, "1 call · $5.00");
    assert_eq!(ops.cells, ["5", "1", "4", "$5.00", "0"]);
    assert_eq!(ops.skills, "triage");
    assert_eq!(ops.filter, r#"{ agent = "ops" }"#);
    assert_eq!(ops.first, Some(SpanRow(0)));
    assert_eq!(node(&scene, "m").cells, ["2", "2", "29", "$35.00", "0"]);
    let diagnose = node(&scene, "diagnose");
    assert_eq!(diagnose.cells, ["1", "1", "", "", "1"]);
    assert!(diagnose.failed);
    let asked = edge(&scene, "sre", "m");
    assert_eq!(asked.cells, ["", "1", "25", "$30.00", "0"]);
    assert_eq!(asked.filter, r#"{ agent = "sre" && model = "m" }"#);
    assert_eq!(asked.spans, [(SpanRow(5), "chat, at 220 ms".to_owned())]);
    assert_eq!(edge(&scene, "ops", "reviewer").kind, EdgeKind::Delegation);
    let handed = scene
        .edges
        .iter()
        .find(|edge| edge.kind == EdgeKind::Handoff);
    assert!(handed.unwrap().evidence.contains("hand-off"));
}

#[test]
fn labels_have_room_in_their_boxes() {
    let scene = scene(RUN);
    for node in &scene.nodes {
        assert!(told::width(&node.label, &node.value) <= node.place[2]);
        let long = node.label.chars().count() as f32 * 7.0;
        assert!(long + 34.0 < node.place[2], "{}", node.label);
    }
}

#[test]
fn no_order_of_spans_changes_the_picture() {
    let lines: Vec<&str> = RUN.lines().collect();
    let ids = |line: &str, at: usize| {
        format!(
            "{} id={:x} parent={}",
            line.trim(),
            at + 1,
            ["", "1", "1", "1", "4", "5", "5", "1", "1",][at]
        )
    };
    let flat: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            ids(line, at)
                .replace(" parent=\n", "\n")
                .trim_end_matches("parent=")
                .trim_end()
                .to_owned()
        })
        .collect();
    let back: Vec<String> = flat.iter().rev().cloned().collect();
    let draw = |lines: &[String]| {
        scene_of(
            &of(parse(&lines.join("\n")).finish()),
            &GraphRequest::default(),
        )
    };
    assert_eq!(draw(&flat), draw(&back));
    assert_eq!(draw(&flat).edges.len(), scene(RUN).edges.len());
}

#[test]
fn many_agents_are_joined_and_unfolded() {
    let mut drawing = "lead 0..9999 agent=lead is=agent\n".to_owned();
    for at in 0..500 {
        let (end, early) = (at + 5, at + 1);
        let _ = writeln!(
            drawing,
            "  a{at} {at}..{end} agent=a{at} is=agent\n    chat {at}..{early} is=llm model=m tokens={at}/1"
        );
    }
    let counted = counted(&drawing);
    let scene = scene_of(&counted, &GraphRequest::default());
    assert_eq!(
        scene.nodes.len(),
        24 + 1 + 1,
        "agents, the rest of them, the model"
    );
    assert_eq!(node(&scene, "lead").joined, 0, "it leads them all");
    let rest = scene.nodes.last().unwrap();
    assert_eq!(
        (rest.label.as_str(), rest.joined, rest.filter.as_str()),
        ("477 more agents", 477, "")
    );
    let calls = |scene: &GraphScene| -> u32 {
        let edges = scene
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Call);
        edges
            .map(|edge| edge.cells[1].replace(',', "").parse::<u32>().unwrap())
            .sum()
    };
    assert_eq!(calls(&scene), 500);
    let request = GraphRequest {
        unfolded: 1,
        ..GraphRequest::default()
    };
    let all = scene_of(&counted, &request);
    assert_eq!(all.nodes.len(), 502);
    assert_eq!(calls(&all), 500);
}

#[test]
fn steps_stand_in_order_of_time() {
    let request = GraphRequest {
        steps: Some((0, 100)),
        ..GraphRequest::default()
    };
    let scene = scene_of(&counted(RUN), &request);
    let lanes: Vec<&str> = scene.lanes.iter().map(|lane| lane.label.as_str()).collect();
    assert_eq!(lanes, ["ops", "sre", "reviewer", "Tools", "Models"]);
    let steps = scene
        .steps
        .iter()
        .map(|step| format!("{} {} {}", step.lanes.0, step.lanes.1, step.label));
    assert_eq!(
        steps.collect::<Vec<_>>(),
        [
            "0 4 m",
            "0 3 read_file",
            "0 3 task",
            "0 1 sre",
            "1 4 m",
            "1 3 diagnose",
            "0 2 reviewer",
            "0 3 transfer_to_reviewer",
            "0 2 reviewer",
        ]
    );
    assert_eq!(scene.steps_at, (0, 9));
    assert_eq!(scene.steps[4].value, "80.0 ms · 25 tokens · $30.00");
    assert_eq!(
        (scene.steps[5].at.as_str(), scene.steps[5].failed),
        ("300 ms", true)
    );
    let request = GraphRequest {
        steps: Some((7, 100)),
        ..GraphRequest::default()
    };
    let last = scene_of(&counted(RUN), &request);
    assert_eq!((last.steps.len(), last.steps_at), (2, (7, 9)));
    assert_eq!(last.steps[..], scene.steps[7..]);
}

#[test]
fn without_anything_nothing_is_drawn() {
    assert_eq!(scene("").nodes, []);
    assert_eq!(scene("one 0..1").nodes, []);
    let only = scene("one 0..1 agent=a is=agent");
    assert_eq!((only.nodes.len(), only.edges.len()), (1, 0));
    assert_eq!(only.nodes[0].value, "1 span");
}
