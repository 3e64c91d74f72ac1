//! What tokens cost, and what a call's tokens come to: term by term, so that the parts are the total.

use crate::model::{PicoUsd, TokenUsage, Total};

/// What tokens are billed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Input that the cache did not touch.
    Input,
    /// Input read from the cache.
    CacheRead,
    /// Input written to the cache.
    CacheWrite,
    /// Output, reasoning included unless that has a price of its own.
    Output,
    /// Reasoning, where it has a price of its own.
    Reasoning,
}

impl TokenKind {
    /// The words a derivation uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::CacheRead => "cache read",
            Self::CacheWrite => "cache write",
            Self::Output => "output",
            Self::Reasoning => "reasoning",
        }
    }
}

/// Prices per token; never negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rates {
    /// Input that the cache did not touch.
    pub input: PicoUsd,
    /// Output.
    pub output: PicoUsd,
    /// Input read from the cache; `None`: as other input.
    pub cache_read: Option<PicoUsd>,
    /// Input written to the cache (for five minutes, where it depends); `None`: as other input.
    pub cache_write: Option<PicoUsd>,
    /// Reasoning; `None`: as other output.
    pub reasoning: Option<PicoUsd>,
}

/// One product of a bill: so many tokens at this price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// What the tokens are.
    pub kind: TokenKind,
    /// How many.
    pub tokens: u64,
    /// Price of one.
    pub rate: PicoUsd,
    /// Tokens times price, exactly.
    pub amount: PicoUsd,
}

/// What a call's tokens come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bill {
    /// The products, in a fixed order.
    pub terms: Vec<Term>,
    /// Their sum; not complete when a number of tokens with a price is unknown, or a product has no room.
    pub total: Total<PicoUsd>,
}

impl Rates {
    /// What `usage` comes to, product by product.
    pub fn bill(&self, usage: &TokenUsage) -> Bill {
        let mut bill = Bill::default();
        self.each_term(usage, &mut |kind, tokens, rate| {
            bill.add(kind, tokens, rate);
        });
        bill
    }

    /// What `usage` comes to, as the total of its [`Rates::bill`].
    pub fn total(&self, usage: &TokenUsage) -> Total<PicoUsd> {
        let mut total = Total::default();
        self.each_term(usage, &mut |_, tokens, rate| add(&mut total, tokens, rate));
        total
    }

    /// What the cache saved of a bill: what reading from it cost less than other input, less what writing to it cost more;
    /// below zero where that was more. `None` when it has no room.
    pub fn saved_by_cache(&self, usage: &TokenUsage) -> Option<PicoUsd> {
        let less = |tokens: Option<u64>, rate: Option<PicoUsd>| {
            let rate = self.input.0 - rate.unwrap_or(self.input).0;
            rate.checked_mul(i64::try_from(tokens.unwrap_or(0)).ok()?)
        };
        let read = less(usage.cache_read, self.cache_read)?;
        let written = less(usage.cache_write, self.cache_write)?;
        read.checked_add(written).map(PicoUsd)
    }

    /// What is billed, in a fixed order: cached input at its own price or as other input, and so with reasoning. Cached
    /// tokens that exceed the input are taken as standing beside it.
    fn each_term(
        &self,
        usage: &TokenUsage,
        found: &mut impl FnMut(TokenKind, Option<u64>, PicoUsd),
    ) {
        let usage = if usage.proves_beside() {
            usage.with_cached_added()
        } else {
            *usage
        };
        found(TokenKind::Input, usage.uncached_input(), self.input);
        for (kind, tokens, rate) in [
            (TokenKind::CacheRead, usage.cache_read, self.cache_read),
            (TokenKind::CacheWrite, usage.cache_write, self.cache_write),
        ] {
            if let Some(tokens @ 1..) = tokens {
                found(kind, Some(tokens), rate.unwrap_or(self.input));
            }
        }
        let reasoning = match (self.reasoning, usage.reasoning, usage.output) {
            (Some(rate), Some(tokens @ 1..), Some(output)) => Some((rate, tokens.min(output))),
            _ => None,
        };
        let apart = reasoning.map_or(0, |(_, tokens)| tokens);
        let output = usage.output.map(|output| output - apart);
        found(TokenKind::Output, output, self.output);
        if let Some((rate, tokens)) = reasoning {
            found(TokenKind::Reasoning, Some(tokens), rate);
        }
    }
}

impl Bill {
    fn add(&mut self, kind: TokenKind, tokens: Option<u64>, rate: PicoUsd) {
        if let Some(tokens) = tokens
            && let Some(amount) = rate.times(tokens)
        {
            self.terms.push(Term {
                kind,
                tokens,
                rate,
                amount,
            });
        }
        add(&mut self.total, tokens, rate);
    }
}

/// Adds a product; what costs nothing may stay unknown: an embedding has no output.
fn add(total: &mut Total<PicoUsd>, tokens: Option<u64>, rate: PicoUsd) {
    if tokens.is_some() || rate != PicoUsd(0) {
        total.add(tokens.and_then(|tokens| rate.times(tokens)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rates() -> Rates {
        Rates {
            input: PicoUsd(3_000_000),
            output: PicoUsd(15_000_000),
            cache_read: Some(PicoUsd(300_000)),
            cache_write: None,
            reasoning: None,
        }
    }

    #[test]
    fn cached_input_has_its_own_price_or_that_of_input() {
        let usage = TokenUsage {
            input: Some(1000),
            output: Some(100),
            cache_read: Some(600),
            cache_write: Some(300),
            reasoning: Some(50),
        };
        let bill = rates().bill(&usage);
        let terms: Vec<(TokenKind, u64, i64)> = (bill.terms.iter())
            .map(|term| (term.kind, term.tokens, term.amount.0))
            .collect();
        assert_eq!(
            terms,
            [
                (TokenKind::Input, 100, 300_000_000),
                (TokenKind::CacheRead, 600, 180_000_000),
                (TokenKind::CacheWrite, 300, 900_000_000),
                (TokenKind::Output, 100, 1_500_000_000),
            ]
        );
        assert_eq!(bill.total.value(), Some(PicoUsd(2_880_000_000)));
        assert!(bill.total.is_complete());
        let own = Rates {
            reasoning: Some(PicoUsd(1)),
            ..rates()
        };
        let bill = own.bill(&usage);
        assert_eq!(bill.terms[3].tokens, 50);
        assert_eq!(bill.terms[4].amount, PicoUsd(50));
    }

    #[test]
    fn cached_tokens_beside_the_input_are_not_taken_from_it() {
        let usage = TokenUsage {
            input: Some(77),
            output: Some(0),
            cache_read: Some(640),
            ..TokenUsage::default()
        };
        let bill = rates().bill(&usage);
        assert_eq!((bill.terms[0].tokens, bill.terms[1].tokens), (77, 640));
    }

    #[test]
    fn an_unknown_number_with_a_price_makes_it_at_least() {
        let bill = rates().bill(&TokenUsage {
            input: Some(10),
            ..TokenUsage::default()
        });
        assert_eq!(bill.total.value(), Some(PicoUsd(30_000_000)));
        assert!(!bill.total.is_complete());
        let bill = rates().bill(&TokenUsage::default());
        assert_eq!(
            (bill.total.value(), bill.total.is_complete()),
            (None, false)
        );
        let embedding = Rates {
            input: PicoUsd(100_000),
            ..Rates::default()
        };
        let bill = embedding.bill(&TokenUsage {
            input: Some(10),
            ..TokenUsage::default()
        });
        assert!(bill.total.is_complete());
    }

    #[test]
    fn what_has_no_room_is_not_counted_and_said() {
        let bill = rates().bill(&TokenUsage {
            input: Some(u64::MAX),
            output: Some(1),
            ..TokenUsage::default()
        });
        assert_eq!(bill.total.value(), Some(PicoUsd(15_000_000)));
        assert!(!bill.total.is_complete());
    }

    proptest! {
        #[test]
        fn what_the_cache_saved_is_what_a_bill_without_it_is_more(
            prices in proptest::collection::vec(0..1_000_000_000_i64, 3),
            own in proptest::collection::vec(any::<bool>(), 2),
            tokens in proptest::collection::vec(0..2_000_000_u64, 3),
        ) {
            let rates = Rates {
                input: PicoUsd(prices[0]),
                cache_read: own[0].then_some(PicoUsd(prices[1])),
                cache_write: own[1].then_some(PicoUsd(prices[2])),
                ..Rates::default()
            };
            let usage = TokenUsage {
                input: Some(tokens.iter().sum()),
                cache_read: Some(tokens[0]),
                cache_write: Some(tokens[1]),
                ..TokenUsage::default()
            };
            let without = TokenUsage { cache_read: None, cache_write: None, ..usage };
            let [with, without] = [usage, without].map(|usage| rates.total(&usage).value().unwrap());
            prop_assert_eq!(rates.saved_by_cache(&usage), Some(PicoUsd(without.0 - with.0)));
        }

        #[test]
        fn the_parts_are_the_total(
            prices in proptest::collection::vec(0..1_000_000_000_i64, 5),
            own in proptest::collection::vec(any::<bool>(), 3),
            tokens in proptest::collection::vec(proptest::option::of(0..2_000_000_u64), 5),
        ) {
            let optional = |at: usize| own[at].then_some(PicoUsd(prices[at + 2]));
            let rates = Rates {
                input: PicoUsd(prices[0]),
                output: PicoUsd(prices[1]),
                cache_read: optional(0),
                cache_write: optional(1),
                reasoning: optional(2),
            };
            let usage = TokenUsage {
                input: tokens[0],
                output: tokens[1],
                cache_read: tokens[2],
                cache_write: tokens[3],
                reasoning: tokens[4],
            };
            let bill = rates.bill(&usage);
            let parts: i64 = bill.terms.iter().map(|term| term.amount.0).sum();
            prop_assert_eq!(bill.total.value().map_or(0, |total| total.0), parts);
            prop_assert_eq!(rates.total(&usage), bill.total);
            for term in &bill.terms {
                prop_assert_eq!(term.amount.0, term.rate.0 * i64::try_from(term.tokens).unwrap());
            }
            // Every token is billed once.
            let of = |kinds: &[TokenKind]| -> u64 {
                let terms = bill.terms.iter().filter(|term| kinds.contains(&term.kind));
                terms.map(|term| term.tokens).sum()
            };
            if let Some(input) = usage.input {
                let all = if usage.proves_beside() { input + usage.cached() } else { input };
                prop_assert_eq!(of(&[TokenKind::Input, TokenKind::CacheRead, TokenKind::CacheWrite]), all);
            }
            if let Some(output) = usage.output {
                prop_assert_eq!(of(&[TokenKind::Output, TokenKind::Reasoning]), output);
            }
        }
    }
}
