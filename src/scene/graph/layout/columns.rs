//! Which column a node stands in.

use super::{Arc, Boxed, Zone};
use crate::model::order::sort;

/// Columns of actors in which each stands right of all that call it; with more of them, each stands as far as it is from
/// where the calls begin.
const DEEPEST: u32 = 6;
/// Nodes that a column has room for, whatever their number.
const ROOM: usize = 14;

/// The column of each node, from zero without gaps.
pub fn columns(boxes: &[Boxed], arcs: &[Arc]) -> Vec<u32> {
    let actors = in_order(boxes, Zone::Actor);
    let calls = Calls::new(boxes, arcs);
    let mut column = vec![0_u32; boxes.len()];
    let longest = longest(&calls, &actors, &mut column);
    if longest > DEEPEST {
        nearest(&calls, &actors, &mut column);
    }
    // Columns side by side where one would be too high.
    let room = room(boxes.len());
    let mut next = 0;
    let mut level = 0;
    while let Some(here) = level_of(&actors, &column, level) {
        let mut members = here;
        by_callers(&calls, boxes, &mut members, &column, level);
        let many = members.len().div_ceil(room) as u32;
        for (&node, at) in members.iter().zip(0_u32..) {
            // Marked, so that it is not taken for one of a later level.
            column[node as usize] = MARK + next + at % many;
        }
        next += many;
        level += 1;
    }
    for &node in &actors {
        column[node as usize] -= MARK;
    }
    let (tools, models) = (in_order(boxes, Zone::Tool), in_order(boxes, Zone::Model));
    if tools.len() + models.len() <= room {
        for &node in tools.iter().chain(&models) {
            column[node as usize] = next;
        }
    } else {
        for mut members in [tools, models] {
            by_callers(&calls, boxes, &mut members, &column, next);
            let many = members.len().div_ceil(room) as u32;
            for (&node, at) in members.iter().zip(0_u32..) {
                column[node as usize] = next + at % many;
            }
            next += many;
        }
    }
    column
}

/// More columns than there are.
const MARK: u32 = 1 << 24;

/// Nodes that one column has room for: more where there are many, so that the whole is no ribbon.
fn room(nodes: usize) -> usize {
    let even = ((nodes * 6) as f64).sqrt().ceil() as usize;
    even.max(ROOM)
}

/// The nodes of a zone by their numbers.
fn in_order(boxes: &[Boxed], zone: Zone) -> Vec<u32> {
    let nodes = (0_u32..).zip(boxes);
    let mut nodes: Vec<u32> = nodes
        .filter(|(_, node)| node.zone == zone)
        .map(|(at, _)| at)
        .collect();
    let number = |at: u32| boxes.get(at as usize).map(|node| node.order);
    sort(&mut nodes, &|a, b| number(a).cmp(&number(b)));
    nodes
}

fn level_of(actors: &[u32], column: &[u32], level: u32) -> Option<Vec<u32>> {
    let at = |node: u32| column.get(node as usize).copied();
    let is_last = actors
        .iter()
        .all(|&node| at(node).is_none_or(|at| at >= MARK || at < level));
    let members = actors.iter().copied();
    (!is_last).then(|| members.filter(|&node| at(node) == Some(level)).collect())
}

/// Puts nodes in the order of those that call them, so that neighbours share callers.
fn by_callers(calls: &Calls, boxes: &[Boxed], members: &mut [u32], column: &[u32], level: u32) {
    let key = |node: u32| {
        let callers = calls.callers(node).iter();
        let before = callers.filter(|&&caller| {
            let at = column.get(caller as usize).copied().unwrap_or(0);
            at >= MARK || at < level
        });
        let number = |at: u32| boxes.get(at as usize).map_or(0, |node| node.order);
        let first = before.map(|&caller| number(caller)).min();
        (first.unwrap_or(u32::MAX), number(node))
    };
    sort(members, &|a, b| key(a).cmp(&key(b)));
}

/// Who calls whom, by number.
struct Calls {
    callees: Vec<Vec<u32>>,
    callers: Vec<Vec<u32>>,
}

impl Calls {
    fn new(boxes: &[Boxed], arcs: &[Arc]) -> Self {
        let mut new = Self {
            callees: vec![Vec::new(); boxes.len()],
            callers: vec![Vec::new(); boxes.len()],
        };
        for arc in arcs.iter().filter(|arc| arc.from != arc.to) {
            if let Some(list) = new.callees.get_mut(arc.from as usize) {
                list.push(arc.to);
            }
            if let Some(list) = new.callers.get_mut(arc.to as usize) {
                list.push(arc.from);
            }
        }
        let number = |at: u32| boxes.get(at as usize).map(|node| node.order);
        for list in new.callees.iter_mut().chain(&mut new.callers) {
            sort(list, &|a, b| number(a).cmp(&number(b)));
            list.dedup();
        }
        new
    }

    fn callees(&self, node: u32) -> &[u32] {
        self.callees.get(node as usize).map_or(&[], Vec::as_slice)
    }

    fn callers(&self, node: u32) -> &[u32] {
        self.callers.get(node as usize).map_or(&[], Vec::as_slice)
    }

    /// Actors in the order to begin with: those that nobody calls, then by number.
    fn beginnings(&self, actors: &[u32]) -> Vec<u32> {
        let (first, others): (Vec<u32>, Vec<u32>) = actors
            .iter()
            .partition(|&&node| self.callers(node).is_empty());
        [first, others].concat()
    }
}

/// Puts each actor right of all that call it, calls that lead back left out; gives the last column.
fn longest(calls: &Calls, actors: &[u32], column: &mut [u32]) -> u32 {
    // 0: not met, 1: below the one at hand, 2: done.
    let mut state = vec![0_u8; column.len()];
    let is_actor = mask(actors, column.len());
    let mut done: Vec<u32> = Vec::new();
    let mut back: Vec<(u32, u32)> = Vec::new();
    for start in calls.beginnings(actors) {
        let mut path: Vec<(u32, usize)> = vec![(start, 0)];
        if state[start as usize] != 0 {
            continue;
        }
        state[start as usize] = 1;
        while let Some((node, next)) = path.last_mut() {
            let Some(&callee) = calls.callees(*node).get(*next) else {
                state[*node as usize] = 2;
                done.push(*node);
                path.pop();
                continue;
            };
            *next += 1;
            match state.get(callee as usize) {
                Some(0) if is_actor[callee as usize] => {
                    state[callee as usize] = 1;
                    path.push((callee, 0));
                }
                Some(1) => back.push((*node, callee)),
                _ => {}
            }
        }
    }
    let mut last = 0;
    // Callers are done after those they call.
    for &node in done.iter().rev() {
        let here = column[node as usize];
        last = last.max(here);
        for &callee in calls.callees(node) {
            let leads_on = is_actor[callee as usize] && !back.contains(&(node, callee));
            if leads_on && let Some(at) = column.get_mut(callee as usize) {
                *at = (*at).max(here + 1);
            }
        }
    }
    last
}

/// Puts each actor in the column after the first that calls it.
fn nearest(calls: &Calls, actors: &[u32], column: &mut [u32]) {
    let is_actor = mask(actors, column.len());
    let mut met = vec![false; column.len()];
    for start in calls.beginnings(actors) {
        if std::mem::replace(&mut met[start as usize], true) {
            continue;
        }
        column[start as usize] = 0;
        let mut queue = vec![start];
        let mut at = 0;
        while let Some(&node) = queue.get(at) {
            at += 1;
            for &callee in calls.callees(node) {
                if is_actor[callee as usize] && !std::mem::replace(&mut met[callee as usize], true)
                {
                    column[callee as usize] = column[node as usize] + 1;
                    queue.push(callee);
                }
            }
        }
    }
}

fn mask(nodes: &[u32], len: usize) -> Vec<bool> {
    let mut mask = vec![false; len];
    for &node in nodes {
        if let Some(is_in) = mask.get_mut(node as usize) {
            *is_in = true;
        }
    }
    mask
}
