//! Tokens that one call used, and sums of them.
//!
//! Canonical meaning, whatever the producer's was: `input` is all input, `cache_read` and `cache_write` are parts of
//! it; `output` is all output and `reasoning` a part of that. A number that was not recorded is unknown, not zero.

use super::total::Total;

/// Tokens of one call; `None` is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct TokenUsage {
    /// All input tokens, cached ones included.
    pub input: Option<u64>,
    /// All output tokens, reasoning included.
    pub output: Option<u64>,
    /// The part of the input that was read from the provider's cache.
    pub cache_read: Option<u64>,
    /// The part of the input that was written to the provider's cache.
    pub cache_write: Option<u64>,
    /// The part of the output that was reasoning.
    pub reasoning: Option<u64>,
}

impl TokenUsage {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Cache reads and writes, those unknown as none.
    pub fn cached(&self) -> u64 {
        let (read, write) = (self.cache_read.unwrap_or(0), self.cache_write.unwrap_or(0));
        read.saturating_add(write)
    }

    /// Whether the cached tokens cannot be parts of the input, so that the producer reported them beside it.
    pub fn proves_beside(&self) -> bool {
        self.input.is_some_and(|input| self.cached() > input)
    }

    /// The same usage with the cached tokens added to an input that was reported without them.
    #[must_use]
    pub fn with_cached_added(mut self) -> Self {
        self.input = self.input.map(|input| input.saturating_add(self.cached()));
        self
    }

    /// Input that went neither into nor through the cache; `None` when the input is unknown or below its parts.
    pub fn uncached_input(&self) -> Option<u64> {
        self.input?.checked_sub(self.cached())
    }

    /// Two records of one call joined: of each number the larger, since a record may lack one or hold a part of it.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        // `None` is below every `Some`.
        Self {
            input: self.input.max(other.input),
            output: self.output.max(other.output),
            cache_read: self.cache_read.max(other.cache_read),
            cache_write: self.cache_write.max(other.cache_write),
            reasoning: self.reasoning.max(other.reasoning),
        }
    }
}

/// Usage of several calls.
///
/// A call without input or output makes that sum "at least". Cache and reasoning are parts that most calls do not have
/// and producers then leave out, so a call without them counts as one that has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsageTotal {
    /// All input tokens.
    pub input: Total<u64>,
    /// All output tokens.
    pub output: Total<u64>,
    /// Input read from a cache.
    pub cache_read: Total<u64>,
    /// Input written to a cache.
    pub cache_write: Total<u64>,
    /// Output that was reasoning.
    pub reasoning: Total<u64>,
}

impl UsageTotal {
    /// Adds one call; an empty usage is a call of which nothing is known.
    pub fn add(&mut self, usage: &TokenUsage) {
        self.input.add(usage.input);
        self.output.add(usage.output);
        for (total, part) in [
            (&mut self.cache_read, usage.cache_read),
            (&mut self.cache_write, usage.cache_write),
            (&mut self.reasoning, usage.reasoning),
        ] {
            if part.is_some() {
                total.add(part);
            }
        }
    }

    /// Adds the calls of another sum.
    pub fn add_total(&mut self, other: &Self) {
        self.input.add_total(other.input);
        self.output.add_total(other.output);
        self.cache_read.add_total(other.cache_read);
        self.cache_write.add_total(other.cache_write);
        self.reasoning.add_total(other.reasoning);
    }

    /// Whether every call said how many tokens went in and came out.
    pub fn is_complete(&self) -> bool {
        self.input.is_complete() && self.output.is_complete()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input: u64, output: u64) -> TokenUsage {
        TokenUsage {
            input: Some(input),
            output: Some(output),
            ..TokenUsage::default()
        }
    }

    #[test]
    fn cached_tokens_beside_the_input_are_recognised_and_added() {
        let beside = TokenUsage {
            cache_read: Some(640),
            ..usage(77, 5)
        };
        assert!(beside.proves_beside());
        assert_eq!(beside.uncached_input(), None);
        let canonical = beside.with_cached_added();
        assert_eq!(canonical.input, Some(717));
        assert_eq!(canonical.uncached_input(), Some(77));
        assert!(!canonical.proves_beside());
        assert!(!TokenUsage::default().proves_beside());
    }

    #[test]
    fn twins_are_merged_field_by_field() {
        let first = TokenUsage {
            cache_write: Some(12),
            ..usage(100, 0)
        };
        let second = TokenUsage {
            reasoning: Some(3),
            ..usage(100, 40)
        };
        let merged = first.merged(second);
        assert_eq!(merged, second.merged(first));
        assert_eq!(
            merged,
            TokenUsage {
                cache_write: Some(12),
                reasoning: Some(3),
                ..usage(100, 40)
            }
        );
    }

    #[test]
    fn a_call_without_usage_makes_the_sums_at_least() {
        let mut total = UsageTotal::default();
        total.add(&usage(10, 2));
        assert!(total.is_complete());
        assert_eq!(total.cache_read.value(), None);
        assert!(total.cache_read.is_complete());
        total.add(&TokenUsage::default());
        assert!(!total.is_complete());
        assert_eq!(total.input.value(), Some(10));
        let mut twice = total;
        twice.add_total(&total);
        assert_eq!(twice.output.value(), Some(4));
    }
}
