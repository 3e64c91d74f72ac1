//! Numbers for keys, in the order in which they come.

use crate::model::strings::fold;

/// Different keys, each with a number. A map of the standard library is made anew for every type of key, and slower.
#[derive(Debug, Clone)]
pub struct Numbering {
    keys: Vec<u64>,
    /// Open addressing, `number + 1` or 0; a power of two, at most half full.
    table: Vec<u32>,
}

impl Default for Numbering {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            table: vec![0; 64],
        }
    }
}

impl Numbering {
    /// The number of a key: the next one for a key that is new.
    pub fn number(&mut self, key: u64) -> u32 {
        let slot = match self.find(key) {
            Ok(number) => return number,
            Err(slot) => slot,
        };
        self.keys.push(key);
        let number = self.keys.len() as u32;
        if let Some(slot) = self.table.get_mut(slot) {
            *slot = number;
        }
        if self.keys.len() * 2 > self.table.len() {
            self.grow();
        }
        number - 1
    }

    /// The number of a key that is known.
    pub fn get(&self, key: u64) -> Option<u32> {
        self.find(key).ok()
    }

    /// Two numbers as one key.
    pub fn pair(high: u32, low: u32) -> u64 {
        u64::from(high) << 32 | u64::from(low)
    }

    /// All keys by number.
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The number of a key, or the free slot where it belongs.
    fn find(&self, key: u64) -> Result<u32, usize> {
        let mask = self.table.len() - 1;
        let mut slot = fold(key, 0x9E37_79B9_7F4A_7C15) as usize & mask;
        while let Some(number) = self.table.get(slot).and_then(|slot| slot.checked_sub(1)) {
            if self.keys.get(number as usize) == Some(&key) {
                return Ok(number);
            }
            slot = (slot + 1) & mask;
        }
        Err(slot)
    }

    fn grow(&mut self) {
        self.table = vec![0; self.table.len() * 2];
        for at in 0..self.keys.len() {
            let slot = self.keys.get(at).map(|&key| self.find(key));
            if let Some(Err(slot)) = slot
                && let Some(slot) = self.table.get_mut(slot)
            {
                *slot = at as u32 + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_number() {
        let mut numbering = Numbering::default();
        for round in 0..2 {
            for at in 0..5000_u32 {
                let key = Numbering::pair(at % 7, at / 7);
                assert_eq!(numbering.number(key), at, "round {round}");
            }
        }
        assert_eq!(numbering.keys().len(), 5000);
        assert_eq!(numbering.keys()[8], Numbering::pair(1, 1));
    }
}
