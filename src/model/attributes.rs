//! Attribute keys, and values of low cardinality, each pair once.
//!
//! A span holds one `u32` per attribute. Short values of keys that repeat themselves stand in the dictionary and answer
//! a search at once; long values, and the values of a key that takes too many different ones, stay in the source
//! ("unindexed") and are read back by their span's byte range.

use super::strings::{Interner, StrId, hash_bytes};

/// Longest value in bytes that enters the dictionary.
pub const MAX_INDEXED_BYTES: usize = 128;

/// How many different values one key may bring; later ones stay in the source.
pub const MAX_VALUES_PER_KEY: u32 = 4096;

/// Index of a (key, value) pair in an [`AttributeDictionary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttrId(pub u32);

/// Stands for "the value is in the source".
const UNINDEXED: u32 = u32::MAX;

/// All keys and the values of low cardinality.
#[derive(Debug, Clone)]
pub struct AttributeDictionary {
    keys: Interner,
    values: Interner,
    pairs: Vec<(u32, u32)>,
    /// Open addressing over the pairs with a value, by key and the value's text; a power of two, at most half full.
    table: Vec<Slot>,
    /// What is known of each key; indexed by key.
    by_key: Vec<KeyState>,
}

#[derive(Debug, Clone, Copy, Default)]
struct KeyState {
    /// Different values seen.
    distinct: u32,
    /// The pair for values that stay in the source, `index + 1` or 0.
    unindexed: u32,
}

/// A place of the table.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// `index + 1` of a pair, or 0.
    pair: u32,
    /// Bits of its hash: most other pairs are told apart without a look at their texts.
    tag: u32,
}

impl Default for AttributeDictionary {
    fn default() -> Self {
        Self {
            keys: Interner::default(),
            values: Interner::default(),
            pairs: Vec::new(),
            table: vec![Slot::default(); 64],
            by_key: vec![KeyState::default()],
        }
    }
}

impl AttributeDictionary {
    /// The id of a key.
    pub fn key(&mut self, key: &str) -> StrId {
        let id = self.keys.intern(key);
        if self.by_key.len() < self.keys.len() {
            self.by_key.resize(self.keys.len(), KeyState::default());
        }
        id
    }

    /// The id of a key when it is known.
    pub fn find_key(&self, key: &str) -> Option<StrId> {
        self.keys.get(key)
    }

    /// Whether values of `key` still enter the dictionary; when not, [`Self::unindexed`] needs no look at the value.
    pub fn takes_values(&self, key: StrId) -> bool {
        self.by_key
            .get(key.0 as usize)
            .is_some_and(|state| state.distinct < MAX_VALUES_PER_KEY)
    }

    /// The pair of `key` and `value` (its text: numbers and booleans as written), or the unindexed pair of `key` when
    /// the value is too long or the key has too many.
    pub fn pair(&mut self, key: StrId, value: &str) -> AttrId {
        if value.len() > MAX_INDEXED_BYTES || !self.takes_values(key) {
            return self.unindexed(key);
        }
        let hash = pair_hash(key.0, value.as_bytes());
        let slot = match self.find(key.0, value.as_bytes(), hash) {
            Ok(id) => return id,
            Err(slot) => slot,
        };
        let value = self.values.intern(value);
        let id = self.add(key.0, value.0);
        self.table[slot] = Slot {
            pair: id.0 + 1,
            tag: tag(hash),
        };
        if let Some(state) = self.by_key.get_mut(key.0 as usize) {
            state.distinct += 1;
        }
        if self.pairs.len() * 2 > self.table.len() {
            self.grow();
        }
        id
    }

    /// The pair of `key` and the text of these bytes when it is known; bytes that are not UTF-8 are not.
    pub(crate) fn known_pair(&self, key: StrId, value: &[u8]) -> Option<AttrId> {
        self.find(key.0, value, pair_hash(key.0, value)).ok()
    }

    /// Whether this is the value of a pair.
    #[inline]
    pub(crate) fn has_value(&self, id: AttrId, value: &[u8]) -> bool {
        let pair = self.pairs.get(id.0 as usize);
        pair.is_some_and(|&(_, known)| {
            known != UNINDEXED && self.values.bytes(StrId(known)) == value
        })
    }

    /// The pair of `key` and a value that stays in the source.
    pub fn unindexed(&mut self, key: StrId) -> AttrId {
        let known = self.by_key.get(key.0 as usize).copied();
        match known {
            Some(KeyState { unindexed: 0, .. }) | None => {
                let id = self.add(key.0, UNINDEXED);
                if let Some(state) = self.by_key.get_mut(key.0 as usize) {
                    state.unindexed = id.0 + 1;
                }
                id
            }
            Some(state) => AttrId(state.unindexed - 1),
        }
    }

    /// The key's text of a pair; empty for an unknown pair.
    pub fn key_text(&self, id: AttrId) -> &str {
        self.pairs
            .get(id.0 as usize)
            .map_or("", |&(key, _)| self.keys.text(StrId(key)))
    }

    /// Whether the value of a pair stands in the dictionary.
    pub fn is_indexed(&self, id: AttrId) -> bool {
        let pair = self.pairs.get(id.0 as usize);
        pair.is_some_and(|&(_, value)| value != UNINDEXED)
    }

    /// The value's text of a pair; `None` when it is in the source.
    pub fn value_text(&self, id: AttrId) -> Option<&str> {
        match self.pairs.get(id.0 as usize) {
            Some(&(_, value)) if value != UNINDEXED => Some(self.values.text(StrId(value))),
            _ => None,
        }
    }

    /// Key and value ids of every pair in order of arrival; the value is `None` when it is in the source.
    pub fn pairs(&self) -> impl Iterator<Item = (AttrId, StrId, Option<StrId>)> {
        self.pairs.iter().zip(0..).map(|(&(key, value), index)| {
            let value = (value != UNINDEXED).then_some(StrId(value));
            (AttrId(index), StrId(key), value)
        })
    }

    /// How many pairs are known.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether no pair is known.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// All keys.
    pub fn keys(&self) -> &Interner {
        &self.keys
    }

    /// All indexed values.
    pub fn values(&self) -> &Interner {
        &self.values
    }

    /// Bytes held, for the memory figure.
    pub fn heap_bytes(&self) -> usize {
        self.keys.heap_bytes()
            + self.values.heap_bytes()
            + self.pairs.capacity() * 8
            + self.table.capacity() * size_of::<Slot>()
            + self.by_key.capacity() * size_of::<KeyState>()
    }

    fn add(&mut self, key: u32, value: u32) -> AttrId {
        let id = self.pairs.len() as u32;
        self.pairs.push((key, value));
        AttrId(id)
    }

    /// The pair of key and text, or the free slot where it belongs.
    fn find(&self, key: u32, text: &[u8], hash: u64) -> Result<AttrId, usize> {
        let mask = self.table.len() - 1;
        let (mut slot, tag) = (hash as usize & mask, tag(hash));
        loop {
            let entry = self.table[slot];
            let Some(index) = entry.pair.checked_sub(1) else {
                return Err(slot);
            };
            if entry.tag == tag {
                let (known_key, value) = self.pairs[index as usize];
                if known_key == key && self.values.bytes(StrId(value)) == text {
                    return Ok(AttrId(index));
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        let mut table = vec![Slot::default(); size];
        for (&(key, value), pair) in self.pairs.iter().zip(1..) {
            if value == UNINDEXED {
                continue;
            }
            let hash = pair_hash(key, self.values.bytes(StrId(value)));
            let mut slot = hash as usize & (size - 1);
            while table[slot].pair != 0 {
                slot = (slot + 1) & (size - 1);
            }
            let tag = tag(hash);
            table[slot] = Slot { pair, tag };
        }
        self.table = table;
    }
}

/// Places in the table come from the low bits, tags from all of those above.
fn pair_hash(key: u32, text: &[u8]) -> u64 {
    let hash = hash_bytes(text) ^ u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash.rotate_right(32)
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_pairs_are_one_and_long_values_stay_in_the_source() {
        let mut dictionary = AttributeDictionary::default();
        let model = dictionary.key("gen_ai.request.model");
        let a = dictionary.pair(model, "gpt-4o");
        assert_eq!(dictionary.pair(model, "gpt-4o"), a);
        assert_eq!(dictionary.key_text(a), "gen_ai.request.model");
        assert_eq!(dictionary.value_text(a), Some("gpt-4o"));
        let long = dictionary.pair(model, &"x".repeat(MAX_INDEXED_BYTES + 1));
        assert_eq!(dictionary.value_text(long), None);
        assert_eq!(dictionary.unindexed(model), long);
    }

    #[test]
    fn a_key_with_too_many_values_stops_taking_them() {
        let mut dictionary = AttributeDictionary::default();
        let key = dictionary.key("id");
        for i in 0..MAX_VALUES_PER_KEY {
            let id = dictionary.pair(key, &i.to_string());
            assert!(dictionary.value_text(id).is_some());
        }
        assert!(!dictionary.takes_values(key));
        let id = dictionary.pair(key, "0");
        assert_eq!(dictionary.value_text(id), None);
        let other = dictionary.key("other");
        assert!(dictionary.takes_values(other));
    }
}
