//! What stands in columns: nodes, and the passages of edges that go by.

use super::{Arc, Boxed, GAP, LOOP, NODE_HEIGHT, PASSAGE};
use crate::model::order::sort;

/// Something in a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Its column.
    pub column: u32,
    /// The node; `None` of a passage.
    pub node: Option<u32>,
    /// Height, with what a loop needs above it.
    pub height: f32,
    /// How much of the height stands above the node itself.
    pub above: f32,
}

/// Columns with what is in them, and what is joined from one to the next.
#[derive(Debug, Default)]
pub struct Items {
    pub all: Vec<Item>,
    /// Items of each column from the top.
    pub columns: Vec<Vec<u32>>,
    /// Joined items of the column to the left, and to the right.
    pub left: Vec<Vec<u32>>,
    pub right: Vec<Vec<u32>>,
    /// The item of each node.
    pub of_node: Vec<u32>,
    /// Of each edge that is no loop the items it goes through from left to right, ends included; those of one column for an
    /// edge within it.
    pub chains: Vec<Vec<u32>>,
}

impl Items {
    /// Puts nodes and passages into their columns. Edges that leave a node for the same side share their passages.
    pub fn new(boxes: &[Boxed], arcs: &[Arc], column: &[u32]) -> Self {
        let many = column.iter().max().map_or(0, |last| last + 1);
        let mut new = Self {
            columns: vec![Vec::new(); many as usize],
            ..Self::default()
        };
        let mut loops = vec![false; boxes.len()];
        for arc in arcs.iter().filter(|arc| arc.from == arc.to) {
            if let Some(has_loop) = loops.get_mut(arc.from as usize) {
                *has_loop = true;
            }
        }
        let mut nodes: Vec<u32> = (0..boxes.len() as u32).collect();
        let number = |at: u32| boxes.get(at as usize).map_or(0, |node| node.order);
        sort(&mut nodes, &|a, b| number(a).cmp(&number(b)));
        new.of_node = vec![0; boxes.len()];
        for &node in &nodes {
            let above = if loops[node as usize] { LOOP } else { 0.0 };
            new.of_node[node as usize] = new.push(Item {
                column: column[node as usize],
                node: Some(node),
                height: NODE_HEIGHT + above,
                above,
            });
        }
        new.chains = vec![Vec::new(); arcs.len()];
        let mut order: Vec<u32> = (0..arcs.len() as u32).collect();
        let key = |at: u32| {
            let arc = &arcs[at as usize];
            (number(arc.from), number(arc.to), arc.kind)
        };
        sort(&mut order, &|a, b| key(a).cmp(&key(b)));
        // Passages by the node at their left end, the way they are gone through, and the column.
        let mut known: Vec<((u32, bool, u32), u32)> = Vec::new();
        for &at in &order {
            let arc = &arcs[at as usize];
            if arc.from != arc.to {
                let chain = new.chain(arc, column, &mut known);
                new.join(&chain);
                new.chains[at as usize] = chain;
            }
        }
        new.begin();
        new
    }

    /// The order to begin with: passages in the middle, so that what branches off from them does so to both sides.
    fn begin(&mut self) {
        for column in &mut self.columns {
            let is_node = |item: &u32| self.all[*item as usize].node.is_some();
            let (nodes, passages): (Vec<u32>, Vec<u32>) =
                column.iter().partition(|item| is_node(item));
            let (upper, lower) = nodes.split_at(nodes.len() / 2);
            *column = [upper, &passages, lower].concat();
        }
    }

    fn chain(
        &mut self,
        arc: &Arc,
        column: &[u32],
        known: &mut Vec<((u32, bool, u32), u32)>,
    ) -> Vec<u32> {
        let (from, to) = (column[arc.from as usize], column[arc.to as usize]);
        let is_back = from > to;
        let (left, right) = if is_back {
            (arc.to, arc.from)
        } else {
            (arc.from, arc.to)
        };
        let mut chain = vec![self.of_node[left as usize]];
        for between in from.min(to) + 1..from.max(to) {
            let key = (left, is_back, between);
            let passage = known
                .iter()
                .find(|(of, _)| *of == key)
                .map(|&(_, item)| item);
            chain.push(passage.unwrap_or_else(|| {
                let item = self.push(Item {
                    column: between,
                    node: None,
                    height: PASSAGE,
                    above: 0.0,
                });
                known.push((key, item));
                item
            }));
        }
        chain.push(self.of_node[right as usize]);
        chain
    }

    fn push(&mut self, item: Item) -> u32 {
        let at = self.all.len() as u32;
        if let Some(column) = self.columns.get_mut(item.column as usize) {
            column.push(at);
        }
        self.all.push(item);
        self.left.push(Vec::new());
        self.right.push(Vec::new());
        at
    }

    fn join(&mut self, chain: &[u32]) {
        for pair in chain.windows(2) {
            let &[a, b] = pair else { continue };
            if self.all[a as usize].column != self.all[b as usize].column
                && !self.right[a as usize].contains(&b)
            {
                self.right[a as usize].push(b);
                self.left[b as usize].push(a);
            }
        }
    }

    /// What must be free between two items of a column, one above the other.
    pub fn gap(&self, above: u32, below: u32) -> f32 {
        let is_node = |at: u32| self.all[at as usize].node.is_some();
        if is_node(above) && is_node(below) {
            GAP
        } else {
            GAP / 2.0
        }
    }
}
