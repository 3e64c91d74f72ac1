//! The ways that requests went, from task to agent to model to outcome, as bands whose widths are amounts.
//!
//! ```text
//!        task        agent         model       outcome
//!                    lead $0.01    gpt-4o $0.01
//!   plan ▮━━━━━━━━━━━▮━━━━━━━━━━━━▮━━━━━━━━━━━━▮ answered
//!                    coder $0.04   sonnet $0.04
//!   code ▮━━━━━━━━━━━▮━━━━━━━━━━━━▮━━━━━━━━━━━━▮ failed
//! ```
//!
//! What comes into a node goes out of it: both are the sum of the same ways. Nodes stand by amount, others by where what
//! goes into them stands, ties by name, so no order of spans changes a drawing.

mod layout;

use super::{Sources, agent_ink, in_full, model_ink, took};
use crate::analysis::ledger::NONE;
use crate::analysis::numbering::Numbering;
use crate::analysis::routing::amounts::Amounts;
use crate::analysis::routing::flow::{Path, Paths};
use crate::analysis::routing::matrix::by_name;
use crate::analysis::treemap::Sum;
use crate::model::{SpanRow, order};
use crate::scene::drawn::ink;
use crate::scene::format::{count, counted};
use serde::{Deserialize, Serialize};

/// What the width of a band stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Width {
    /// Dollars.
    #[default]
    Cost,
    /// Requests.
    Calls,
    /// Tokens in and out.
    Tokens,
    /// The time that requests took.
    Time,
}

impl Width {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Cost, Self::Calls, Self::Tokens, Self::Time];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Calls => "calls",
            Self::Tokens => "tokens",
            Self::Time => "time",
        }
    }

    pub(super) fn of(self, amounts: &Amounts) -> Sum {
        match self {
            Self::Cost => amounts.cost,
            Self::Tokens => amounts.tokens,
            Self::Time => amounts.time,
            Self::Calls => {
                let mut calls = Sum::default();
                calls.add(Some(i128::from(amounts.calls)), false);
                calls
            }
        }
    }

    pub(super) fn text(self, sum: Sum) -> String {
        match self {
            Self::Cost => super::dollars(sum),
            Self::Calls => counted(super::whole(sum.value().unwrap_or(0)), "call"),
            Self::Tokens => super::tokens(sum),
            Self::Time => took(sum),
        }
    }
}

/// The columns, from left to right.
pub const COLUMNS: [&str; 4] = ["task", "agent", "model", "outcome"];

/// Nodes of a column, at most; what is less stands together.
const NODES: usize = 12;

/// The drawing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// Width and height in pixels.
    pub size: (f32, f32),
    /// Nodes by column, from top to bottom.
    pub nodes: Vec<Node>,
    /// Bands between them.
    pub links: Vec<Link>,
    /// What is to be said of the drawing.
    pub caption: String,
    /// The whole with all its digits.
    pub full: String,
}

/// A task, agent, model or outcome.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Index of [`COLUMNS`].
    pub column: u8,
    /// Left, top, width, height in pixels.
    pub place: [f32; 4],
    /// The room of its label: left, top, width, height. Of the first column it ends at the right.
    pub room: [f32; 4],
    /// Its colour.
    pub ink: u8,
    /// As recorded; `None` for what has none.
    pub name: Option<String>,
    /// How many it stands for, when those are too many.
    pub others: u32,
    /// What is shown of it.
    pub label: String,
    /// Its amount.
    pub value: String,
    /// Whether no amount of it is known.
    pub unknown: bool,
    /// Requests.
    pub calls: u32,
    /// The first span of it.
    pub first: SpanRow,
    /// Its amount.
    #[serde(skip)]
    pub(super) sum: Sum,
}

/// A band between two nodes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Indices of its nodes.
    pub from: u16,
    /// See [`Link::from`].
    pub to: u16,
    /// Where it begins and ends: the middles, from the top.
    pub ends: [f32; 2],
    /// How wide it is; 0 when its amount is unknown.
    pub width: f32,
    /// Its amount.
    pub value: String,
    /// Requests.
    pub calls: u32,
    /// The first span of it.
    pub first: SpanRow,
    /// Its amount.
    #[serde(skip)]
    pub(super) sum: Sum,
}

impl Flow {
    /// The band or node at a place: a node as its index, a band as the number of nodes and its index.
    pub fn at(&self, x: f32, y: f32) -> Option<usize> {
        const NEAR: f32 = 3.0;
        let holds = |[left, top, width, height]: [f32; 4], near: f32| {
            (left - near..left + width + near).contains(&x)
                && (top - near..top + height + near).contains(&y)
        };
        let node = (self.nodes.iter()).position(|node| holds(node.place, NEAR));
        node.or_else(|| {
            let is_at = |link: &Link| {
                let middle = self.height_at(link, x)?;
                Some((middle - y).abs() <= (link.width / 2.0).max(NEAR))
            };
            let link = self.links.iter().position(|link| is_at(link) == Some(true));
            link.map(|link| self.nodes.len() + link)
        })
        .or_else(|| self.nodes.iter().position(|node| holds(node.room, 0.0)))
    }

    /// Where the sides of a band begin and end: left and right.
    pub fn span(&self, link: &Link) -> Option<(f32, f32)> {
        let [left, _, width, _] = self.nodes.get(usize::from(link.from))?.place;
        Some((left + width, self.nodes.get(usize::from(link.to))?.place[0]))
    }

    /// The middle of a band at a distance from the left; `None` beside it. It is drawn as a cubic curve with both handles
    /// halfway.
    fn height_at(&self, link: &Link, x: f32) -> Option<f32> {
        let (left, right) = self.span(link)?;
        if !(left..right).contains(&x) {
            return None;
        }
        let wanted = (x - left) / (right - left);
        let (mut low, mut high) = (0.0_f32, 1.0_f32);
        for _ in 0..16 {
            let t = f32::midpoint(low, high);
            let back = 1.0 - t;
            // Both handles at one half.
            let along = 1.5 * t * back * back + 1.5 * t * t * back + t * t * t;
            if along < wanted {
                low = t;
            } else {
                high = t;
            }
        }
        let [from, to] = link.ends;
        Some(from + (to - from) * low * low * (3.0 - 2.0 * low))
    }
}

/// Nodes of one column while they are added up.
#[derive(Debug, Default)]
struct Column {
    numbers: Numbering,
    nodes: Vec<Member>,
    /// The node of each number.
    places: Vec<u16>,
}

#[derive(Debug, Default, Clone)]
struct Member {
    id: u32,
    name: Option<String>,
    sum: Sum,
    calls: u32,
    first: SpanRow,
    /// Where it stands by what it is joined to, in thousandths.
    weight: i128,
    others: u32,
}

/// Draws the ways of a part of the document.
pub(super) fn flow(of: Sources<'_>, width: Width, room: u16) -> Flow {
    let paths = Paths::new(of.ledger, of.part);
    let mut columns: [Column; 4] = Default::default();
    let (mut money, mut tokens, mut calls) = (Sum::default(), Sum::default(), 0);
    for path in paths.list() {
        for (at, column) in columns.iter_mut().enumerate() {
            column.add(at, path, width, &paths);
        }
        money.merge(path.amounts.cost);
        tokens.merge(path.amounts.tokens);
        calls += path.amounts.calls;
    }
    for (at, column) in columns.iter_mut().enumerate() {
        column.rank(at);
    }
    // Agents stand by amount; tasks and models by the agents that they are joined to.
    for (at, beside) in [(0, 1), (2, 1)] {
        let places = std::mem::take(&mut columns[beside].places);
        let numbers = columns[beside].numbers.clone();
        let place = |member: u32| {
            let number = numbers.get(u64::from(member));
            number
                .and_then(|number| places.get(number as usize))
                .copied()
        };
        let joined = paths.list().iter().filter_map(|path| {
            let weight = width.of(&path.amounts).value().unwrap_or(0) + 1;
            Some((path.members[at], place(path.members[beside])?, weight))
        });
        columns[at].stand_by(joined);
        columns[beside].places = places;
    }
    let mut flow = Flow {
        size: (f32::from(room), 0.0),
        full: in_full(money, tokens, calls),
        ..Flow::default()
    };
    let mut before = [0_u16; 4];
    for (at, column) in columns.iter().enumerate() {
        before[at] = flow.nodes.len() as u16;
        flow.nodes.extend(
            column
                .nodes
                .iter()
                .map(|member| node(of, at, member, width)),
        );
    }
    let ends = |path: &Path, at: usize| before[at] + columns[at].place(path.members[at]);
    for at in 0..3 {
        let mut numbers = Numbering::default();
        let from = flow.links.len();
        for path in paths.list() {
            let (left, right) = (ends(path, at), ends(path, at + 1));
            let number = numbers.number(Numbering::pair(left.into(), right.into())) as usize;
            if from + number == flow.links.len() {
                flow.links.push(Link {
                    from: left,
                    to: right,
                    first: path.amounts.first,
                    ..Link::default()
                });
            }
            let link = &mut flow.links[from + number];
            link.sum.merge(width.of(&path.amounts));
            link.calls += path.amounts.calls;
            link.first = link.first.min(path.amounts.first);
        }
    }
    order::sort_items(&mut flow.links, |a, b| (a.from, a.to).cmp(&(b.from, b.to)));
    for link in &mut flow.links {
        link.value = width.text(link.sum);
    }
    let least = layout::place(&mut flow);
    flow.caption = caption(&flow, width, least);
    flow
}

fn caption(flow: &Flow, width: Width, least: Option<i128>) -> String {
    let mut text = format!("task, agent, model, outcome. Width is {}", width.as_str());
    if let Some(least) = least {
        let mut sum = Sum::default();
        sum.add(Some(least), false);
        text.push_str("; under ");
        text.push_str(&width.text(sum));
        text.push_str(" drawn at 2.5 px");
    }
    if flow.links.iter().any(|link| link.sum.value().is_none()) {
        text.push_str("; dashed: unknown");
    }
    text
}

fn node(of: Sources<'_>, column: usize, member: &Member, width: Width) -> Node {
    let word = COLUMNS.get(column).copied().unwrap_or_default();
    let none = format!("no {word}");
    Node {
        column: column as u8,
        ink: match column {
            _ if member.others > 0 => ink::NEUTRAL,
            1 => agent_ink(of, member.id),
            2 => model_ink(of, member.id),
            _ => ink::NEUTRAL,
        },
        label: match member.others {
            0 => super::matrix::label(member.name.as_deref(), &none),
            others => format!("{} more", count(u64::from(others))),
        },
        name: member.name.clone(),
        others: member.others,
        value: width.text(member.sum),
        unknown: member.sum.value().is_none(),
        calls: member.calls,
        first: member.first,
        sum: member.sum,
        ..Node::default()
    }
}

impl Column {
    fn add(&mut self, at: usize, path: &Path, width: Width, paths: &Paths<'_>) {
        let member = path.members.get(at).copied().unwrap_or(NONE);
        let number = self.numbers.number(u64::from(member)) as usize;
        if number == self.nodes.len() {
            self.nodes.push(Member {
                id: member,
                name: paths.name(at, member),
                first: path.amounts.first,
                ..Member::default()
            });
        }
        let node = &mut self.nodes[number];
        node.sum.merge(width.of(&path.amounts));
        node.calls += path.amounts.calls;
        node.first = node.first.min(path.amounts.first);
    }

    /// Puts nodes in order of what is known of them (outcomes have their own order), and those that are too many together.
    fn rank(&mut self, at: usize) {
        order::sort_items(&mut self.nodes, |a, b| {
            if at == 3 {
                return a.id.cmp(&b.id);
            }
            (b.sum.value().cmp(&a.sum.value()))
                .then(b.calls.cmp(&a.calls))
                .then_with(|| by_name(a.name.as_deref(), b.name.as_deref()))
        });
        self.number();
        if self.nodes.len() > NODES {
            let others = self.nodes.split_off(NODES - 1);
            let mut rest = Member {
                id: NONE,
                others: others.len() as u32,
                first: SpanRow(NONE),
                ..Member::default()
            };
            for other in others {
                rest.sum.merge(other.sum);
                rest.calls += other.calls;
                rest.first = rest.first.min(other.first);
            }
            self.nodes.push(rest);
        }
    }

    /// Notes where each number stands.
    fn number(&mut self) {
        let mut places = vec![0; self.numbers.keys().len()];
        for (node, place) in self.nodes.iter().zip(0_u16..) {
            if let Some(number) = self.numbers.get(u64::from(node.id)) {
                places[number as usize] = place.min(NODES as u16 - 1);
            }
        }
        self.places = places;
    }

    /// The node of a member.
    fn place(&self, member: u32) -> u16 {
        let number = self.numbers.get(u64::from(member));
        let place = number.and_then(|number| self.places.get(number as usize));
        place.copied().unwrap_or(0)
    }

    /// Puts nodes where those stand that they are joined to; what is one of many stays at the end.
    fn stand_by(&mut self, joined: impl Iterator<Item = (u32, u16, i128)>) {
        let mut sums = vec![(0_i128, 0_i128); self.nodes.len()];
        for (member, place, weight) in joined {
            if let Some(sum) = sums.get_mut(usize::from(self.place(member))) {
                sum.0 += i128::from(place) * weight;
                sum.1 += weight;
            }
        }
        for (node, (sum, weight)) in self.nodes.iter_mut().zip(sums) {
            node.weight = sum * 1000 / weight.max(1);
        }
        let before: Vec<u32> = self.nodes.iter().map(|node| node.id).collect();
        // Stable: what stands alike stays by amount.
        order::sort_items(&mut self.nodes, |a, b| {
            ((a.others > 0).cmp(&(b.others > 0))).then(a.weight.cmp(&b.weight))
        });
        let now: Vec<u16> = (before.iter())
            .map(|member| {
                let is_it = |node: &Member| node.id == *member;
                self.nodes.iter().position(is_it).unwrap_or(0) as u16
            })
            .collect();
        for place in &mut self.places {
            *place = now.get(usize::from(*place)).copied().unwrap_or(0);
        }
    }
}
