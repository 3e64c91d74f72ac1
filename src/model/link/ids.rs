//! Spans by their ids.

use super::super::strings::fold;

/// (trace, span id) to node, by open addressing; keys stand in the columns.
#[derive(Debug, Default)]
pub(super) struct IdTable {
    /// `node + 1` or 0 for free; a power of two, at most half full.
    slots: Vec<u32>,
}

impl IdTable {
    pub(super) fn with_capacity(count: usize) -> Self {
        Self {
            slots: vec![0; (count * 2).next_power_of_two().max(2)],
        }
    }

    /// Puts `node` in; gives back the node with the same key that it replaces.
    pub(super) fn insert(
        &mut self,
        traces: &[u32],
        ids: &[u64],
        node: u32,
        trace: u32,
        id: u64,
    ) -> Option<u32> {
        let slot = self.slot(traces, ids, trace, id);
        let earlier = self.slots[slot].checked_sub(1);
        self.slots[slot] = node + 1;
        earlier
    }

    pub(super) fn find(&self, traces: &[u32], ids: &[u64], trace: u32, id: u64) -> Option<u32> {
        self.slots[self.slot(traces, ids, trace, id)].checked_sub(1)
    }

    fn slot(&self, traces: &[u32], ids: &[u64], trace: u32, id: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = fold(id ^ 0x9E37_79B9_7F4A_7C15, u64::from(trace) << 1 | 1) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return slot,
                entry => {
                    let node = entry as usize - 1;
                    if ids[node] == id && traces[node] == trace {
                        return slot;
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
    }
}
