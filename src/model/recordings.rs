//! What spans say of themselves, in columns: one number a row, and sparse columns of what differs from call to call.

use super::column::Column;
use super::meaning::{CallId, Meaning, MeaningId, OperationKind, Packed, Recorded};
use super::money::PicoUsd;
use super::rows::SpanRow;
use super::span::SpanFlags;
use super::sparse::Sparse;
use super::store::TraceStore;
use super::usage::TokenUsage;

/// Stands for a number that the sparse column holds.
const RARE: u16 = u16::MAX;

/// The columns, staged or in the order of the rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recordings {
    /// [`RARE`] for one whose number does not fit.
    meanings: Column<u16>,
    rare_meanings: Sparse<u32>,
    /// Input and output.
    usage: Sparse<Packed<2>>,
    /// Of rows with usage, what many lack: cache read, cache write, reasoning.
    usage_parts: Sparse<Packed<3>>,
    /// Usage with a number of 2^32 - 1 or more, whole.
    large_usage: Sparse<TokenUsage>,
    costs: Sparse<PicoUsd>,
    call_ids: Sparse<CallId>,
}

impl Recordings {
    /// Adds the next row.
    pub(crate) fn push(&mut self, meaning: MeaningId, recorded: &Recorded) {
        let row = self.meanings.len() as u32;
        self.push_meaning(row, meaning);
        if !recorded.usage.is_empty() {
            self.push_usage(row, &recorded.usage);
        }
        if let Some(cost) = recorded.cost {
            self.costs.push(row, cost);
        }
        if let Some(id) = recorded.call_id {
            self.call_ids.push(row, id);
        }
    }

    fn push_meaning(&mut self, row: u32, meaning: MeaningId) {
        match u16::try_from(meaning.0) {
            Ok(number) if number != RARE => self.meanings.push(number),
            _ => {
                self.meanings.push(RARE);
                self.rare_meanings.push(row, meaning.0);
            }
        }
    }

    fn push_usage(&mut self, row: u32, usage: &TokenUsage) {
        let parts = [usage.cache_read, usage.cache_write, usage.reasoning];
        let packed = Packed::pack([usage.input, usage.output]).zip(Packed::pack(parts));
        let Some((whole, packed)) = packed else {
            self.large_usage.push(row, *usage);
            return;
        };
        self.usage.push(row, whole);
        if parts.iter().any(Option::is_some) {
            self.usage_parts.push(row, packed);
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
            rare_meanings: reorder(&self.rare_meanings, by),
            usage: reorder(&self.usage, by),
            usage_parts: reorder(&self.usage_parts, by),
            large_usage: reorder(&self.large_usage, by),
            costs: reorder(&self.costs, by),
            call_ids: reorder(&self.call_ids, by),
        }
    }

    #[inline]
    pub(crate) fn meaning(&self, row: u32) -> MeaningId {
        let number = self.meanings.get(row as usize).unwrap_or_default();
        MeaningId(self.widened(row, number))
    }

    pub(crate) fn meanings(&self) -> impl Iterator<Item = MeaningId> {
        let numbers = self.meanings.iter().zip(0..);
        numbers.map(|(number, row)| MeaningId(self.widened(row, number)))
    }

    #[inline]
    fn widened(&self, row: u32, number: u16) -> u32 {
        if number == RARE {
            return self.rare_meanings.get(row).unwrap_or_default();
        }
        u32::from(number)
    }

    pub(crate) fn usage(&self, row: u32) -> TokenUsage {
        let Some(whole) = self.usage.get(row) else {
            return self.large_usage.get(row).unwrap_or_default();
        };
        let [input, output] = whole.unpack();
        let parts = self.usage_parts.get(row);
        let [cache_read, cache_write, reasoning] = parts.map_or([None; 3], Packed::unpack);
        TokenUsage {
            input,
            output,
            cache_read,
            cache_write,
            reasoning,
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
        self.meanings.len() * 2
            + self.rare_meanings.heap_bytes()
            + self.usage.heap_bytes()
            + self.usage_parts.heap_bytes()
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
    #[inline]
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
    #[inline]
    pub fn operation_kind(&self, row: SpanRow) -> OperationKind {
        let id = self.recordings.meaning(row.0);
        let meaning = self.meanings.all().get(id.0 as usize);
        meaning.map_or(OperationKind::Other, |meaning| meaning.kind)
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
            over_budget: self.flags(row).contains(SpanFlags::OVER_BUDGET),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_what_they_say_in_any_order_and_of_any_size() {
        let recorded = |row: u32| Recorded {
            usage: TokenUsage {
                input: (!row.is_multiple_of(3)).then_some(u64::from(row) << (row % 40)),
                output: (!row.is_multiple_of(5)).then_some(u64::from(row)),
                reasoning: row.is_multiple_of(7).then_some(1),
                ..TokenUsage::default()
            },
            cost: row.is_multiple_of(11).then_some(PicoUsd(i64::from(row))),
            call_id: CallId::new(if row.is_multiple_of(2) { b"msg_1" } else { b"" }),
            ..Recorded::default()
        };
        let meaning = |row: u32| MeaningId(row * 1000);
        let mut columns = Recordings::default();
        for row in 0..300 {
            columns.push(meaning(row), &recorded(row));
        }
        let by: Vec<u32> = (0..=300).rev().collect();
        let columns = columns.gather(&by);
        assert_eq!(columns.meaning(0), MeaningId(0));
        assert!(columns.usage(0).is_empty());
        for (&node, row) in by.iter().zip(0..).skip(1) {
            let wanted = recorded(node);
            assert_eq!(columns.meaning(row), meaning(node));
            assert_eq!(columns.usage(row), wanted.usage);
            assert_eq!(
                (columns.cost(row), columns.call_id(row)),
                (wanted.cost, wanted.call_id)
            );
        }
        let with_usage = by
            .iter()
            .zip(0..)
            .skip(1)
            .filter(|&(&node, _)| !recorded(node).usage.is_empty());
        assert!(columns.usage_rows().eq(with_usage.map(|(_, row)| row)));
        assert!(
            columns
                .meanings()
                .skip(1)
                .eq(by.iter().skip(1).map(|&node| meaning(node)))
        );
    }
}
