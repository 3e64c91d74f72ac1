//! What a run may cost, as its root says; and words that say that something was refused because a budget was spent.
//!
//! `LiteLLM` raises `BudgetExceededError` ("Budget has been exceeded! Current cost: …"), its proxy answers with the type
//! `budget_exceeded` or with `ExceededBudget: …`; agents of one's own mostly use the first name too.

/// The attribute of a root that says what its run may cost, in dollars. No convention has one.
pub const RUN_BUDGET: &str = "request.budget_usd";

/// Longer texts are looked at so far.
const LONGEST: usize = 512;

/// How it is said, without case and what stands between words.
const SAID: [&str; 3] = ["budgetexceeded", "exceededbudget", "budgethasbeenexceeded"];

/// Budgets that are not of money, nor of what a run may use.
const OTHERS: [&str; 7] = [
    "retry",
    "thinking",
    "reasoning",
    "latency",
    "time",
    "error",
    "performance",
];

/// Whether the type of an error, or its message, says that a budget was spent.
pub fn is_spent(text: &str) -> bool {
    // Most texts say nothing of it.
    let mut letters = String::new();
    for letter in text.bytes().take(LONGEST) {
        if letter.is_ascii_alphanumeric() {
            letters.push(char::from(letter.to_ascii_lowercase()));
        }
    }
    SAID.iter().any(|said| {
        letters.match_indices(said).any(|(at, _)| {
            let before = letters.get(..at).unwrap_or_default();
            !OTHERS.iter().any(|other| before.ends_with(other))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::is_spent;

    #[test]
    fn a_spent_budget_is_told_by_types_and_messages() {
        for text in [
            "BudgetExceededError",
            "litellm.exceptions.BudgetExceededError",
            "budget_exceeded",
            "Budget has been exceeded! Current cost: 0.53, Max budget: 0.5",
            "ExceededBudget: User=u1 over budget. Spend=2.1, Budget=2.0",
            "agent stopped: budget exceeded ($0.50)",
        ] {
            assert!(is_spent(text), "{text}");
        }
    }

    #[test]
    fn other_errors_are_other_errors() {
        for text in [
            "",
            "TimeoutError",
            "max_tokens must be greater than thinking.budget_tokens",
            "RetryBudgetExceeded",
            "thinking budget exceeded",
            "Partial result (budget limit reached)",
        ] {
            assert!(!is_spent(text), "{text}");
        }
    }
}
