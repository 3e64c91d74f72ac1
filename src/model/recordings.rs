//! What spans say of themselves, in columns: one number a row, and sparse columns of what differs from call to call.

use super::column::Column;
use super::meaning::{CallId, Meaning, MeaningId, OperationKind, PackedUsage, Recorded};
use super::money::PicoUsd;
use super::sparse::Sparse;
use super::store::{SpanRow, TraceStore};
use super::usage::TokenUsage;

/// The columns, staged or in the order of the rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recordings {
    meanings: Column<u32>,
    usage: Sparse<PackedUsage>,
    /// Usage with a number of 2^32 - 1 or more.
    large_usage: Sparse<TokenUsage>,
    costs: Sparse<PicoUsd>,
    call_ids: Sparse<CallId>,
}

impl Recordings {
    /// Adds the next row.
    pub(crate) fn push(&mut self, meaning: MeaningId, recorded: &Recorded) {
        let row = self.meanings.len() as u32;
        self.meanings.push(meaning.0);
        if !recorded.usage.is_empty() {
            match PackedUsage::pack(&recorded.usage) {
                Some(packed) => self.usage.push(row, packed),
                None => self.large_usage.push(row, recorded.usage),
            }
        }
        if let Some(cost) = recorded.cost {
            self.costs.push(row, cost);
        }
        if let Some(id) = recorded.call_id {
            self.call_ids.push(row, id);
        }
    }

    /// The rows in another order, one column at a time; rows that are not here say nothing.
    pub(crate) fn gather(self, by: &[u32]) -> Self {
        let mut meanings = Column::default();
        for &node in by {
            meanings.push(self.meanings.get(node as usize).unwrap_or_default());
        }
        drop(self.meanings);
        Self {
            meanings,
            usage: reorder(&self.usage, by),
            large_usage: reorder(&self.large_usage, by),
            costs: reorder(&self.costs, by),
            call_ids: reorder(&self.call_ids, by),
        }
    }

    #[inline]
    pub(crate) fn meaning(&self, row: u32) -> MeaningId {
        MeaningId(self.meanings.get(row as usize).unwrap_or_default())
    }

    pub(crate) fn meanings(&self) -> impl Iterator<Item = MeaningId> {
        self.meanings.iter().map(MeaningId)
    }

    pub(crate) fn usage(&self, row: u32) -> TokenUsage {
        match self.usage.get(row) {
            Some(packed) => packed.unpack(),
            None => self.large_usage.get(row).unwrap_or_default(),
        }
    }

    /// Rows that carry a usage, in order.
    pub(crate) fn usage_rows(&self) -> impl Iterator<Item = u32> {
        let mut large = self.large_usage.iter().map(|(row, _)| row).peekable();
        let mut usual = self.usage.iter().map(|(row, _)| row).peekable();
        std::iter::from_fn(move || match (usual.peek(), large.peek()) {
            (Some(a), Some(b)) if b < a => large.next(),
            (Some(_), _) => usual.next(),
            (None, _) => large.next(),
        })
    }

    pub(crate) fn cost(&self, row: u32) -> Option<PicoUsd> {
        self.costs.get(row)
    }

    /// Rows that report a cost, in order.
    pub(crate) fn cost_rows(&self) -> impl Iterator<Item = u32> {
        self.costs.iter().map(|(row, _)| row)
    }

    pub(crate) fn call_id(&self, row: u32) -> Option<CallId> {
        self.call_ids.get(row)
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.meanings.len() * 4
            + self.usage.heap_bytes()
            + self.large_usage.heap_bytes()
            + self.costs.heap_bytes()
            + self.call_ids.heap_bytes()
    }
}

fn reorder<T: Copy>(column: &Sparse<T>, by: &[u32]) -> Sparse<T> {
    let mut ordered = Sparse::default();
    if !column.is_empty() {
        for (&node, row) in by.iter().zip(0..) {
            if let Some(value) = column.get(node) {
                ordered.push(row, value);
            }
        }
    }
    ordered
}

/// What the spans say of themselves. What follows from several spans is worked out in `analysis`.
impl TraceStore {
    /// Kind, models, agent and tool of a row.
    pub fn meaning(&self, row: SpanRow) -> Meaning {
        self.meanings.get(self.recordings.meaning(row.0))
    }

    /// Which of the distinct meanings a row has: an index into [`Self::meanings`].
    pub fn meaning_id(&self, row: SpanRow) -> MeaningId {
        self.recordings.meaning(row.0)
    }

    /// The meanings of all rows in order.
    pub fn meaning_ids(&self) -> impl Iterator<Item = MeaningId> {
        self.recordings.meanings()
    }

    /// All distinct meanings.
    pub fn meanings(&self) -> &[Meaning] {
        self.meanings.all()
    }

    /// The canonical kind of a row; `Other` for a placeholder.
    pub fn operation_kind(&self, row: SpanRow) -> OperationKind {
        self.meaning(row).kind
    }

    /// The recorded model: the one that answered before the one that was asked for; `None` when neither was recorded.
    pub fn model(&self, row: SpanRow) -> Option<&str> {
        self.meaning(row).model().map(|id| self.text(id))
    }

    /// The tool that a row calls: the recorded name, else the span's; `None` for a row that is no tool.
    pub fn tool(&self, row: SpanRow) -> Option<&str> {
        let meaning = self.meaning(row);
        (meaning.kind == OperationKind::Tool).then(|| match meaning.tool {
            Some(tool) => self.text(tool),
            None => self.name(row),
        })
    }

    /// Tokens as recorded on the row, by the canonical rules; empty when it says nothing of them. A parent may repeat
    /// the sum of its children here.
    pub fn recorded_usage(&self, row: SpanRow) -> TokenUsage {
        self.recordings.usage(row.0)
    }

    /// Rows on which tokens are recorded, in order.
    pub fn usage_rows(&self) -> impl Iterator<Item = u32> {
        self.recordings.usage_rows()
    }

    /// The cost that the producer reported for the row; `None` when it reported none.
    pub fn reported_cost(&self, row: SpanRow) -> Option<PicoUsd> {
        self.recordings.cost(row.0)
    }

    /// Rows that report a cost, in order.
    pub fn cost_rows(&self) -> impl Iterator<Item = u32> {
        self.recordings.cost_rows()
    }

    /// Of a model call the answer's id, of a tool the id of its call.
    pub fn call_id(&self, row: SpanRow) -> Option<CallId> {
        self.recordings.call_id(row.0)
    }

    /// Everything a row says of itself, for a builder; session and user belong to its trace.
    pub(crate) fn recorded(&self, row: SpanRow) -> Recorded {
        Recorded {
            meaning: self.meaning(row),
            usage: self.recorded_usage(row),
            cost: self.reported_cost(row),
            call_id: self.call_id(row),
            session: None,
            user: None,
        }
    }
}
