//! What the cache saved, in a line.

use crate::analysis::ledger::Ledger;
use crate::analysis::part::Part;
use crate::analysis::treemap::Saved;
use crate::model::PicoUsd;
use crate::scene::drawn::CacheTold;
use crate::scene::format::{cost, counted, share};

/// Says what the cache saved in a part of the document; nothing where no tokens are known.
pub(super) fn tell(ledger: Ledger<'_>, part: &Part) -> CacheTold {
    in_words(&Saved::new(ledger, part))
}

fn in_words(saved: &Saved) -> CacheTold {
    if saved.calls == 0 {
        return CacheTold::default();
    }
    if saved.cached == 0 {
        let calls = counted(u64::from(saved.calls), "call");
        return CacheTold {
            text: "Cache saved nothing".to_owned(),
            why: format!("Of {calls} with known tokens none read from a cache at a lower price."),
            is_any: false,
        };
    }
    let Some(amount) = saved.amount.value() else {
        return CacheTold {
            text: "Cache saved an unknown amount".to_owned(),
            why: "The models of calls with cached tokens have no price.".to_owned(),
            is_any: true,
        };
    };
    let without = saved.cost.value().map(|cost| cost + amount);
    // Of calls without known tokens or price neither is known.
    let whole = without.filter(|&without| without > 0);
    let part = whole.map_or(String::new(), |whole| {
        format!(" ({})", share(positive(amount.abs()), positive(whole)))
    });
    let text = if amount < 0 {
        format!("Cache cost {} more{part}", money(-amount))
    } else {
        format!("Cache saved {}{part}", money(amount))
    };
    let calls = counted(u64::from(saved.cached), "call");
    let mut why = vec![format!(
        "Cached input of {calls} at its own price instead of that of other input, less what writing to the cache cost more."
    )];
    why.extend(whole.map(|whole| {
        let spent = money(saved.cost.value().unwrap_or(0));
        format!("Without the cache {} instead of {spent}.", money(whole))
    }));
    if !saved.amount.is_complete() {
        why.push("Calls without known tokens or price are left out.".to_owned());
    }
    let why = why.join(" ");
    CacheTold {
        text,
        why,
        is_any: true,
    }
}

fn positive(amount: i128) -> u64 {
    u64::try_from(amount).unwrap_or(0)
}

fn money(amount: i128) -> String {
    cost(PicoUsd(i64::try_from(amount).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::ledger::tests::{Counted, priced};
    use crate::model::text::parse;

    /// What is told of calls, of a model whose cache is a tenth of its input, and a quarter more to write to.
    fn told(calls: &str) -> CacheTold {
        let table = "c\t\t1000000\t0\t100000\t1250000";
        let counted: Counted = priced(parse(calls).finish(), table);
        tell(counted.ledger(), &counted.part())
    }

    #[test]
    fn what_it_saved_is_told_with_the_bill_without_it() {
        let saved = told("chat 0..1 is=llm model=c tokens=100/1/80");
        assert_eq!(saved.text, "Cache saved $72.00 (72 %)");
        assert!(
            saved
                .why
                .ends_with("Without the cache $100.00 instead of $28.00.")
        );
        assert!(saved.is_any);
        let cost = told("chat 0..1 is=llm model=c tokens=100/1/0/80");
        assert_eq!(cost.text, "Cache cost $20.00 more (20 %)");
    }

    #[test]
    fn nothing_and_unknown_are_told_apart() {
        let nothing = told("chat 0..1 is=llm model=c tokens=100/1");
        assert_eq!(
            (nothing.text.as_str(), nothing.is_any),
            ("Cache saved nothing", false)
        );
        let unknown = told("chat 0..1 is=llm model=x tokens=100/1/80");
        assert_eq!(unknown.text, "Cache saved an unknown amount");
        assert_eq!(told("chat 0..1 is=llm model=c"), CacheTold::default());
        assert_eq!(told("chat 0..1"), CacheTold::default());
        let part = told("chat 0..1 is=llm model=c tokens=100/1/80\nchat 1..2 is=llm model=c");
        assert_eq!(part.text, "Cache saved $72.00 (72 %)");
        assert!(part.why.ends_with("left out."));
    }
}
