//! A plain row of bits.

/// Bits without counts.
#[derive(Debug, Clone)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    pub fn get(&self, at: u32) -> bool {
        let word = self.0.get(at as usize / 64).copied().unwrap_or(0);
        word >> (at % 64) & 1 == 1
    }

    pub fn set(&mut self, at: u32, on: bool) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word = *word & !(1 << (at % 64)) | u64::from(on) << (at % 64);
        }
    }

    /// The first set bit from `at` on, `end` when there is none before it.
    pub fn next(&self, at: u32, end: u32) -> u32 {
        let mut at = at;
        while at < end {
            let word = self.0.get(at as usize / 64).copied().unwrap_or(0) >> (at % 64);
            if word != 0 {
                return end.min(at + word.trailing_zeros());
            }
            at = (at / 64 + 1) * 64;
        }
        end
    }
}
