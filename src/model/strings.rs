//! Every text once: names, keys and short values become a [`StrId`].

use serde::{Deserialize, Serialize};

/// Index of a text in an [`Interner`]; equal ids of one interner mean equal texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StrId(pub u32);

impl StrId {
    /// The empty text, present in every interner.
    pub const EMPTY: StrId = StrId(0);
}

/// An append-only set of texts in one arena.
///
/// Holds at most 4 GiB of text; what would go beyond becomes [`StrId::EMPTY`].
#[derive(Debug, Clone)]
pub struct Interner {
    arena: String,
    ends: Vec<u32>,
    /// Open addressing, `id + 1` or 0 for free; length a power of two, at most half full.
    table: Vec<u32>,
}

impl Default for Interner {
    fn default() -> Self {
        let mut interner = Self {
            arena: String::new(),
            ends: Vec::new(),
            table: vec![0; 64],
        };
        interner.intern("");
        interner
    }
}

impl Interner {
    /// The id of `text`, added when it is new.
    pub fn intern(&mut self, text: &str) -> StrId {
        let hash = hash_bytes(text.as_bytes());
        let slot = match self.find(text.as_bytes(), hash) {
            Ok(id) => return id,
            Err(slot) => slot,
        };
        let (Ok(end), Ok(id)) = (
            u32::try_from(self.arena.len() + text.len()),
            u32::try_from(self.ends.len()),
        ) else {
            return StrId::EMPTY;
        };
        self.arena.push_str(text);
        self.ends.push(end);
        self.table[slot] = id + 1;
        if self.ends.len() * 2 > self.table.len() {
            self.grow();
        }
        StrId(id)
    }

    /// The id of `text` when it is known.
    pub fn get(&self, text: &str) -> Option<StrId> {
        self.get_bytes(text.as_bytes())
    }

    /// The text of `id`; empty for an id of another interner that is out of range here.
    pub fn text(&self, id: StrId) -> &str {
        let index = id.0 as usize;
        let start = match index.checked_sub(1) {
            Some(previous) => self.ends.get(previous).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.arena.get(start as usize..end as usize).unwrap_or("")
    }

    /// How many different texts are held, the empty one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether only the empty text is held.
    pub fn is_empty(&self) -> bool {
        self.ends.len() <= 1
    }

    /// All texts with their ids, in order of arrival.
    pub fn iter(&self) -> impl Iterator<Item = (StrId, &str)> {
        (0..self.ends.len() as u32).map(|id| (StrId(id), self.text(StrId(id))))
    }

    /// All texts one after the other, and where each ends: to search them at once.
    pub(crate) fn arena(&self) -> (&str, &[u32]) {
        (&self.arena, &self.ends)
    }

    /// Bytes held, for the memory figure.
    pub fn heap_bytes(&self) -> usize {
        self.arena.capacity() + (self.ends.capacity() + self.table.capacity()) * 4
    }

    /// The id of the text of these bytes when it is known; bytes that are not UTF-8 are not.
    pub(crate) fn get_bytes(&self, bytes: &[u8]) -> Option<StrId> {
        self.find(bytes, hash_bytes(bytes)).ok()
    }

    /// The bytes of the text of `id`.
    pub(crate) fn bytes(&self, id: StrId) -> &[u8] {
        let index = id.0 as usize;
        let start = match index.checked_sub(1) {
            Some(previous) => self.ends.get(previous).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(index).copied().unwrap_or(start);
        let bytes = self.arena.as_bytes();
        bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    fn find(&self, text: &[u8], hash: u64) -> Result<StrId, usize> {
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.table[slot] {
                0 => return Err(slot),
                entry if self.bytes(StrId(entry - 1)) == text => return Ok(StrId(entry - 1)),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        let mut table = vec![0_u32; size];
        for (id, text) in self.iter() {
            let mut slot = hash_bytes(text.as_bytes()) as usize & (size - 1);
            while table[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            table[slot] = id.0 + 1;
        }
        self.table = table;
    }
}

/// A quick hash of short texts: eight bytes a step. Not secure: a hostile file can make it slow, never wrong.
///
/// Products of 64 bits only: WebAssembly has no wider ones.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let step = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(K);
    let mut hash = (bytes.len() as u64).wrapping_mul(K);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = step(hash, u64::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        // The last eight bytes overlap the word before; fewer are put together of what there is.
        let last = match (
            bytes.last_chunk::<8>(),
            rest.first_chunk::<4>(),
            rest.last_chunk::<4>(),
        ) {
            (Some(word), ..) => u64::from_le_bytes(*word),
            (_, Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            _ => rest
                .iter()
                .fold(0, |word, &byte| word << 8 | u64::from(byte)),
        };
        hash = step(hash, last);
    }
    finish(hash)
}

/// Mixes two words into one.
pub fn fold(a: u64, b: u64) -> u64 {
    finish(a ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Spreads every bit over all of them.
fn finish(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_an_id_and_survive_growth() {
        let mut interner = Interner::default();
        let ids: Vec<_> = (0..1000)
            .map(|i| interner.intern(&format!("t{i}")))
            .collect();
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(interner.text(*id), format!("t{i}"));
            assert_eq!(interner.intern(&format!("t{i}")), *id);
        }
        assert_eq!(interner.len(), 1001);
        assert_eq!(interner.get("absent"), None);
        assert_eq!(interner.intern(""), StrId::EMPTY);
    }

    #[test]
    fn low_bits_of_hashes_see_every_byte() {
        // Tables take the low bits: texts that differ in one byte must not gather in one place.
        for len in [1, 5, 7, 8, 9, 15, 16, 23, 40] {
            for place in 0..len {
                let mut seen = std::collections::BTreeSet::new();
                for byte in 0..=255 {
                    let mut text = vec![b'a'; len];
                    text[place] = byte;
                    seen.insert(hash_bytes(&text) & 0xFF);
                }
                assert!(seen.len() > 120, "{len} {place}: {}", seen.len());
            }
        }
    }

    #[test]
    fn a_foreign_id_reads_as_empty() {
        assert_eq!(Interner::default().text(StrId(77)), "");
    }
}
