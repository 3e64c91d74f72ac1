//! CRC-32 as gzip uses it (polynomial 0xEDB88320, reflected), four bytes a step.

/// A running checksum.
#[derive(Debug, Clone)]
pub(super) struct Crc {
    tables: Box<[[u32; 256]; 4]>,
    state: u32,
}

impl Crc {
    pub(super) fn new() -> Self {
        let mut tables = Box::new([[0_u32; 256]; 4]);
        for index in 0..256_u32 {
            let mut value = index;
            for _ in 0..8 {
                let low = value & 1;
                value = (value >> 1) ^ (low * 0xEDB8_8320);
            }
            tables[0][index as usize] = value;
        }
        for table in 1..4 {
            for index in 0..256 {
                let before = tables[table - 1][index];
                tables[table][index] = before >> 8 ^ tables[0][(before & 0xFF) as usize];
            }
        }
        Self {
            tables,
            state: u32::MAX,
        }
    }

    /// Begins anew.
    pub(super) fn reset(&mut self) {
        self.state = u32::MAX;
    }

    /// Takes more bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        let [first, second, third, fourth] = &*self.tables;
        let at = |table: &[u32; 256], word: u32| table[(word & 0xFF) as usize];
        let (words, rest) = bytes.as_chunks::<4>();
        let mut state = self.state;
        for word in words {
            state ^= u32::from_le_bytes(*word);
            state = at(fourth, state)
                ^ at(third, state >> 8)
                ^ at(second, state >> 16)
                ^ at(first, state >> 24);
        }
        for &byte in rest {
            state = state >> 8 ^ at(first, state ^ u32::from(byte));
        }
        self.state = state;
    }

    /// The checksum of everything so far.
    pub(super) fn value(&self) -> u32 {
        !self.state
    }
}
