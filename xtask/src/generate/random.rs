//! Randomness from the seed alone: `SplitMix64` (Steele, Lea and Flood 2014), whose mixing function is a bijection.

/// A stream of random numbers.
#[derive(Debug)]
pub struct Random {
    state: u64,
    ids: u64,
}

impl Random {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            state: mix(seed),
            ids: mix(seed ^ 0x5eed),
        }
    }

    /// The next 64 random bits.
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// An identity that comes only once in 2^64 calls, and is never zero, which OTLP calls invalid.
    pub fn unique(&mut self) -> u64 {
        loop {
            self.ids = self.ids.wrapping_add(1);
            let id = mix(self.ids);
            if id != 0 {
                return id;
            }
        }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high.saturating_sub(low) + 1)
    }

    /// A number from `low` to `high` that is more often small: the square of an even one.
    pub fn skewed(&mut self, low: u64, high: u64) -> u64 {
        let share = self.next() >> 48;
        low + (high.saturating_sub(low)) * share / 0xffff * share / 0xffff
    }

    /// True in `permille` of 1000 cases.
    pub fn chance(&mut self, permille: u64) -> bool {
        self.next() % 1000 < permille
    }

    /// One of the items, of which there is at least one.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.next() % items.len() as u64) as usize]
    }
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
