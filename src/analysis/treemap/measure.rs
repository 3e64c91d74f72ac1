//! What areas stand for, and sums that know what they lack.

use crate::model::TokenUsage;

/// What the area stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Measure {
    /// 10^-12 US dollars.
    #[default]
    Cost,
    /// Tokens in.
    Input,
    /// Tokens out.
    Output,
    /// Tokens in that a cache had.
    CacheRead,
    /// Tokens out that were reasoning.
    Reasoning,
    /// Tokens in and out.
    Tokens,
    /// Nanoseconds in which a span was at work and none below it.
    Duration,
    /// Requests to models.
    Calls,
    /// 10^-12 US dollars that the cache saved, less what writing to it cost more.
    CacheSaved,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 9] = [
        Self::Cost,
        Self::Input,
        Self::Output,
        Self::CacheRead,
        Self::Reasoning,
        Self::Tokens,
        Self::Duration,
        Self::Calls,
        Self::CacheSaved,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Input => "input",
            Self::Output => "output",
            Self::CacheRead => "cache_read",
            Self::Reasoning => "reasoning",
            Self::Tokens => "tokens",
            Self::Duration => "duration",
            Self::Calls => "calls",
            Self::CacheSaved => "cache_saved",
        }
    }

    /// Whether amounts are 10^-12 US dollars.
    pub fn is_money(self) -> bool {
        matches!(self, Self::Cost | Self::CacheSaved)
    }

    /// The measure of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// Tokens of a row by this measure, and whether some are unknown.
    pub(super) fn of(self, usage: &TokenUsage) -> (Option<i128>, bool) {
        let whole = |count: Option<u64>| (count.map(i128::from), count.is_none());
        // Most calls have no such part, and producers then leave it out.
        let part = |count: Option<u64>| {
            let count = i128::from(count.unwrap_or(0));
            let is_empty = usage.is_empty();
            ((!is_empty).then_some(count), is_empty)
        };
        match self {
            Self::Input => whole(usage.input),
            Self::Output => whole(usage.output),
            Self::CacheRead => part(usage.cache_read),
            Self::Reasoning => part(usage.reasoning),
            _ => {
                let known = [usage.input, usage.output].into_iter().flatten();
                let is_any = usage.input.or(usage.output).is_some();
                let lacks = usage.input.is_none() || usage.output.is_none();
                (is_any.then(|| known.map(i128::from).sum()), lacks)
            }
        }
    }
}

/// A sum that knows whether anything of it is known, and whether anything is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    amount: i128,
    known: bool,
    lacking: bool,
}

impl Sum {
    /// Nothing, all of it known.
    pub(super) const NOTHING: Self = Self {
        amount: 0,
        known: false,
        lacking: false,
    };

    /// Adds an amount, of which some may be unknown.
    pub fn add(&mut self, amount: Option<i128>, lacking: bool) {
        if let Some(amount) = amount {
            // 2^32 amounts of 64 bits have room.
            self.amount = self.amount.saturating_add(amount);
            self.known = true;
        }
        self.lacking |= lacking;
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: Self) {
        self.add(other.known.then_some(other.amount), other.lacking);
    }

    /// What is known of it; `None` when nothing is.
    pub fn value(self) -> Option<i128> {
        self.known.then_some(self.amount)
    }

    /// Whether nothing is unknown.
    pub fn is_complete(self) -> bool {
        !self.lacking
    }
}
