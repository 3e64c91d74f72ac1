use super::*;
use crate::analysis::ledger::tests::{Counted, counted as document};
use crate::scene::members::Members;
use std::fmt::Write as _;

const RUN: &str = "run 0..100 agent=ops is=agent
  chat 0..10 is=llm model=m tokens=3/1 error
  chat 50..90 is=llm model=m tokens=4/0
  sre 11..49 agent=sre is=agent
    chat 12..20 is=llm model=n tokens=200/5
    embed 20..21 is=embedding model=e";

fn shown(document: &Counted, piece: &Piece) -> Shown {
    let ledger = document.ledger();
    let members = Members::new(ledger.store, ledger.calls, ledger.costs);
    let of = Sources {
        ledger,
        members: &members,
        part: &document.part(),
    };
    routing(of, piece)
}

fn matrix(measure: u8, assigned: &[(&str, &str)]) -> Matrix {
    let pair = |(agent, model): &(&str, &str)| ((*agent).to_owned(), (*model).to_owned());
    let piece = Piece::Matrix {
        tasks: false,
        measure,
        most: ROWS,
        assigned: assigned.iter().map(pair).collect(),
    };
    match shown(&document(RUN), &piece) {
        Shown::Matrix(matrix) => *matrix,
        other => panic!("{other:?}"),
    }
}

fn alternatives(drawing: &str, compared: &[&str]) -> Alternatives {
    let compared = compared.iter().map(|&model| model.to_owned()).collect();
    match shown(&document(drawing), &Piece::Alternatives { compared }) {
        Shown::Alternatives(alternatives) => alternatives,
        other => panic!("{other:?}"),
    }
}

pub(super) fn shares(document: &Counted, asked: shares::Asked) -> Shares {
    let piece = Piece::Shares {
        width: asked.width,
        room: asked.room,
        zone: asked.zone,
        most: asked.most,
    };
    match shown(document, &piece) {
        Shown::Shares(shares) => shares,
        other => panic!("{other:?}"),
    }
}

pub(super) fn flow(document: &Counted, width: Width) -> Flow {
    match shown(document, &Piece::Flow { width, room: 900 }) {
        Shown::Flow(flow) => flow,
        other => panic!("{other:?}"),
    }
}

fn heads(heads: &[Head]) -> Vec<String> {
    let text = |head: &Head| format!("{} {} {} {}", head.label, head.value, head.calls, head.note);
    heads.iter().map(text).collect()
}

#[test]
fn the_matrix_has_heads_cells_and_totals() {
    let matrix = matrix(0, &[]);
    assert_eq!(
        heads(&matrix.rows),
        ["sre $21.00 2 70 % of cost", "ops $9.00 2 30 % of cost"]
    );
    assert_eq!(
        heads(&matrix.columns),
        [
            "n $21.00 1 $100,000 in, $200,000 out",
            "m $9.00 2 $1,000,000 in, $2,000,000 out",
            "e - 1 "
        ]
    );
    let cells: Vec<_> = (matrix.cells.iter())
        .map(|cell| (cell.row, cell.column, cell.value.as_str(), cell.ink))
        .collect();
    assert_eq!(
        cells,
        [
            (0, 0, "$21.00", ink::HEAT + 6),
            (0, 2, "-", ink::NEUTRAL),
            (1, 1, "$9.00", ink::HEAT),
        ]
    );
    assert_eq!(
        matrix.cells[2].lines,
        ["2 calls · 7 in · 1 out", "p50 10 ns · p95 40 ns", "1 error"]
    );
    assert_eq!(matrix.cells[1].lines[0], "1 call, no usage");
    assert_eq!(
        (matrix.heat.as_slice(), matrix.unknown),
        (["$9.00".to_owned(), "$21.00".to_owned()].as_slice(), 1)
    );
    assert_eq!(
        (matrix.total.value.as_str(), matrix.total.calls),
        ("$30.00", 4)
    );
    assert_eq!(matrix.total.full, "30 USD, 213 tokens, 4 calls");
    assert_eq!(
        (
            matrix.outcome.before.as_str(),
            matrix.outcome.after.as_str()
        ),
        ("$30.00", "")
    );
}

#[test]
fn every_measure_has_amounts_and_an_order() {
    let values = |measure: u8| {
        let matrix = matrix(measure, &[]);
        let values = matrix.cells.iter().map(|cell| cell.value.clone());
        (
            matrix.rows[0].label.clone(),
            values.collect::<Vec<_>>().join(" "),
        )
    };
    assert_eq!(values(1), ("ops".to_owned(), "2 1 1".to_owned()));
    assert_eq!(values(2), ("sre".to_owned(), "205 - 8".to_owned()));
    assert_eq!(values(3), ("ops".to_owned(), "10 ns 8 ns 1 ns".to_owned()));
    assert_eq!(values(4), ("ops".to_owned(), "1 0 0".to_owned()));
}

#[test]
fn rows_beyond_those_asked_for_are_counted() {
    let drawing: Vec<String> = (0..500)
        .map(|at| {
            format!(
                "chat {at}..{} is=llm agent=a{at} model=m tokens=1/1",
                at + 1
            )
        })
        .collect();
    let piece = Piece::default();
    let Shown::Matrix(matrix) = shown(&document(&drawing.join("\n")), &piece) else {
        panic!("a matrix");
    };
    assert_eq!((matrix.rows.len(), matrix.left_out), (60, (440, 0)));
    assert_eq!((matrix.cells.len(), matrix.total.calls), (60, 500));
    assert_eq!((matrix.choices.len(), matrix.more_choices), (61, 440));
}

#[test]
fn nothing_is_an_empty_matrix() {
    let piece = Piece::default();
    let Shown::Matrix(matrix) = shown(&document("run 0..1"), &piece) else {
        panic!("a matrix");
    };
    assert!(matrix.rows.is_empty() && matrix.cells.is_empty() && matrix.heat.is_empty());
    let flow = flow(&document("run 0..1"), Width::Cost);
    assert!(flow.nodes.is_empty() && flow.links.is_empty());
    assert_eq!(
        aside("run 0..1").times[0].texts,
        ["0 ns 0 %", "0 ns 0 %", "1 ns 100 %"]
    );
    assert!(aside("run 1..1").times.is_empty());
}

#[test]
fn heat_has_equal_factors_or_equal_parts() {
    let some = |amounts: &[i128]| amounts.iter().copied().map(Some).collect::<Vec<_>>();
    let steps = |amounts: &[i128], by_factor: bool| {
        let steps = matrix::heat(&some(amounts), by_factor);
        steps.into_iter().flatten().collect::<Vec<_>>()
    };
    assert_eq!(steps(&[1, 10, 100, 1000, 0], true), [0, 2, 4, 6, 0]);
    assert_eq!(steps(&[7], true), [3]);
    assert_eq!(steps(&[127, 128], true), [3, 3], "nearly the same");
    assert_eq!(steps(&[100, 150, 200], true), [0, 4, 6]);
    assert_eq!(steps(&[0, 0], false), [0, 0]);
    assert_eq!(steps(&[1, 2, 900], false), [0, 3, 6]);
    assert_eq!(matrix::heat(&[None, Some(3)], false), [None, Some(3)]);
}

#[test]
fn another_model_changes_what_it_is_assigned_to() {
    let routed = matrix(0, &[("ops", "n")]);
    let outcome = &routed.outcome;
    assert_eq!(
        (
            outcome.before.as_str(),
            outcome.after.as_str(),
            outcome.change.as_str(),
            outcome.percent.as_str(),
            outcome.sign
        ),
        ("$30.00", "$21.90", "\u{2212}$8.10", "\u{2212}27 %", -1)
    );
    let texts: Vec<_> = (routed.choices.iter())
        .map(|choice| {
            (
                choice.name.as_str(),
                choice.before.as_str(),
                choice.after.as_str(),
            )
        })
        .collect();
    assert_eq!(
        texts,
        [
            ("*", "$30.00", "$21.90"),
            ("sre", "$21.00", ""),
            ("ops", "$9.00", "$0.9000")
        ]
    );
    assert_eq!(routed.choices[2].observed, "1 call of it loaded, took 8 ns");
    assert_eq!(routed.choices[2].model, "n");
    let after: Vec<_> = routed
        .cells
        .iter()
        .map(|cell| cell.after.as_str())
        .collect();
    assert_eq!(after, ["", "", "$0.9000"]);
    let notes = matrix(0, &[("*", "n"), ("ops", "nothing")]).notes;
    assert_eq!(
        notes,
        [
            "There is no price of nothing.",
            "sre on n: 1 call with up to 200 tokens of input exceeds its 100."
        ]
    );
}

#[test]
fn what_stands_aside_is_said_with_its_evidence() {
    let aside = aside(RUN);
    assert_eq!(aside.retries.len(), 1);
    assert_eq!(
        (
            aside.retries[0].text.as_str(),
            aside.retries[0].evidence.as_str()
        ),
        ("ops: m again", "50 ns after a call that failed began")
    );
    assert_eq!(aside.summary, "0 fallbacks · 1 retry");
    let alternatives = alternatives(RUN, &["m", "no such model"]);
    assert_eq!(alternatives.models, ["n", "m", "e"]);
    let told: Vec<_> = (alternatives.listed.iter())
        .map(|one| {
            (
                one.model.as_str(),
                one.after.as_str(),
                one.percent.as_str(),
                one.share,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("n", "$21.90", "\u{2212}27 %", 100),
            ("m", "$219.00", "+630 %", 1000),
            ("no such model", "-", "", 0)
        ]
    );
    // 40 of 59 ns; in models 10, 40 and 8, of which none are side by side.
    assert_eq!(
        aside.times[0].texts,
        ["58 ns 58 %", "1 ns 1.0 %", "41 ns 41 %"]
    );
    let agents: Vec<_> = aside.times.iter().map(|bar| bar.label.as_str()).collect();
    assert_eq!(agents, ["", "ops", "sre"]);
}

/// What a drawing looks like without its numbers of rows.
fn picture(flow: &Flow) -> Vec<String> {
    let node = |node: &Node| {
        format!(
            "{} {} {} {:?}",
            node.column, node.label, node.value, node.place
        )
    };
    let link = |link: &Link| {
        let label = |at: u16| flow.nodes[usize::from(at)].label.clone();
        format!(
            "{} {} {} {:?}",
            label(link.from),
            label(link.to),
            link.value,
            link.ends
        )
    };
    let links = flow.links.iter().map(link);
    flow.nodes.iter().map(node).chain(links).collect()
}

#[test]
fn ways_lead_from_task_to_outcome() {
    let flow = flow(&document(RUN), Width::Calls);
    let nodes: Vec<_> = (flow.nodes.iter())
        .map(|node| format!("{} {} {}", node.column, node.label, node.value))
        .collect();
    assert_eq!(
        nodes,
        [
            "0 run 2 calls",
            "0 sre 2 calls",
            "1 ops 2 calls",
            "1 sre 2 calls",
            "2 m 2 calls",
            "2 e 1 call",
            "2 n 1 call",
            "3 answered 3 calls",
            "3 failed 1 call"
        ]
    );
    assert_eq!(flow.caption, "task, agent, model, outcome. Width is calls");
    let by_cost = self::flow(&document(RUN), Width::Cost);
    assert_eq!(by_cost.full, "30 USD, 213 tokens, 4 calls");
    assert!(
        by_cost.caption.ends_with("; dashed: unknown"),
        "{}",
        by_cost.caption
    );
    let unknown: Vec<_> = by_cost
        .links
        .iter()
        .filter(|link| link.width == 0.0)
        .collect();
    assert_eq!(
        unknown.len(),
        2,
        "of the embedding: to its model and from there"
    );
}

#[test]
fn what_stands_below_the_pointer_is_found() {
    let flow = flow(&document(RUN), Width::Calls);
    let [left, top, width, height] = flow.nodes[2].place;
    assert_eq!(flow.at(left + width / 2.0, top + height / 2.0), Some(2));
    for (at, link) in flow.links.iter().enumerate() {
        let (left, right) = flow.span(link).unwrap();
        // Near its ends, where no other band is.
        for (x, y) in [(left + 4.0, link.ends[0]), (right - 5.0, link.ends[1])] {
            assert_eq!(flow.at(x, y), Some(flow.nodes.len() + at), "{link:?}");
        }
    }
    assert_eq!(flow.at(-50.0, 0.0), None);
}

#[test]
fn the_order_of_spans_changes_no_drawing() {
    let mut lines: Vec<&str> = RUN.lines().collect();
    let tail = lines.split_off(3);
    let other = [&lines[..1], &lines[2..3], &lines[1..2], &tail[..]]
        .concat()
        .join("\n");
    for width in Width::ALL {
        assert_eq!(
            picture(&flow(&document(RUN), width)),
            picture(&flow(&document(&other), width))
        );
    }
}

/// Complaints about a drawing.
pub(super) fn faults(flow: &Flow) -> Vec<String> {
    const NEAR: f32 = 0.01;
    let mut faults = Vec::new();
    let box_of = |[left, top, width, height]: [f32; 4]| (left, top, left + width, top + height);
    let boxes: Vec<_> = (flow.nodes.iter())
        .flat_map(|node| [box_of(node.place), box_of(node.room)])
        .collect();
    for (at, a) in boxes.iter().enumerate() {
        if a.0 < -NEAR || a.1 < -NEAR || a.2 > flow.size.0 + NEAR || a.3 > flow.size.1 + NEAR {
            faults.push(format!("{a:?} leaves {:?}", flow.size));
        }
        for b in &boxes[at + 1..] {
            let apart =
                a.2 <= b.0 + NEAR || b.2 <= a.0 + NEAR || a.3 <= b.1 + NEAR || b.3 <= a.1 + NEAR;
            if !apart {
                faults.push(format!("{a:?} lies over {b:?}"));
            }
        }
    }
    for (at, node) in flow.nodes.iter().enumerate() {
        for is_out in [false, true] {
            let at_node =
                |link: &&Link| usize::from(if is_out { link.from } else { link.to }) == at;
            let mut links: Vec<&Link> = flow.links.iter().filter(at_node).collect();
            if links.is_empty() {
                let is_end = node.column == if is_out { 3 } else { 0 };
                if !is_end {
                    faults.push(format!("{} leads nowhere", node.label));
                }
                continue;
            }
            let mut sum = Sum::default();
            for link in &links {
                add(&mut sum, link.sum);
            }
            let calls: u32 = links.iter().map(|link| link.calls).sum();
            if (sum, calls) != (node.sum, node.calls) {
                faults.push(format!(
                    "{} has {:?}, its bands {sum:?}",
                    node.label, node.sum
                ));
            }
            let end = |link: &Link| link.ends[usize::from(!is_out)];
            links.sort_by(|a, b| end(a).total_cmp(&end(b)));
            let mut from = node.place[1] - 0.1;
            for link in links {
                if end(link) - link.width / 2.0 < from - NEAR {
                    faults.push(format!("a band of {} lies over another", node.label));
                }
                if link.width > 0.0 && link.width < 2.5 {
                    faults.push(format!("a band is {} wide", link.width));
                }
                from = end(link) + link.width / 2.0;
            }
            if from > node.place[1] + node.place[3] + 0.1 {
                faults.push(format!("bands of {} leave it", node.label));
            }
        }
    }
    faults
}

fn add(sum: &mut Sum, part: Sum) {
    sum.add(part.value(), !part.is_complete());
}

#[test]
fn bands_are_conserved_and_nothing_overlaps() {
    for width in Width::ALL {
        assert_eq!(faults(&flow(&document(RUN), width)), Vec::<String>::new());
    }
    // Many of everything.
    let mut drawing = String::new();
    for at in 0..400_u32 {
        let (agent, model, tokens) = (
            at % 37,
            ["m", "n", "other"][(at % 3) as usize],
            at * at % 977,
        );
        let failed = if at % 11 == 0 { " error" } else { "" };
        let _ = write!(
            drawing,
            "t{} {at}..{} is=workflow trace={}\n  chat {at}..{} is=llm agent=a{agent} model={model} tokens={tokens}/1{failed}\n",
            at % 29,
            at + 5,
            at + 1,
            at + 2
        );
    }
    let document = document(&drawing);
    for width in Width::ALL {
        let flow = flow(&document, width);
        assert_eq!(faults(&flow), Vec::<String>::new(), "{width:?}");
        let others: Vec<_> = flow.nodes.iter().filter(|node| node.others > 0).collect();
        assert_eq!(others.len(), 2, "tasks and agents");
        assert_eq!(others[1].label, "26 more");
    }
}

fn aside(drawing: &str) -> Aside {
    match shown(&document(drawing), &Piece::Aside) {
        Shown::Aside(aside) => aside,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_refused_for_a_budget_is_no_plain_failure() {
    let drawing =
        "run 0..9 is=agent agent=a\n  c 1..2 is=llm model=m error\n  d 3..4 is=llm model=m spent";
    let flow = flow(&document(drawing), Width::Calls);
    let outcomes = flow.nodes.iter().filter(|node| node.column == 3);
    let told: Vec<_> = outcomes
        .map(|node| format!("{} {}", node.label, node.value))
        .collect();
    assert_eq!(told, ["failed 1 call", "stopped by a budget 1 call"]);
}
