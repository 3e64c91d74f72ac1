//! Heads of columns that rows are put in order of.

use super::dom::{El, button, el, span};
use super::icon::Icon;
use std::rc::Rc;

/// The column that rows stand in order of, and whether from the smallest.
pub type Order = (u8, bool);

/// What the heads of one table share: which order there is, and how another one is chosen.
#[derive(Clone)]
pub struct Sorting {
    /// Gives the present order; what it reads is followed.
    pub order: Rc<dyn Fn() -> Order>,
    /// Chooses another one.
    pub choose: Rc<dyn Fn(Order)>,
}

impl std::fmt::Debug for Sorting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sorting")
    }
}

/// What pressing the head of a column leads to. Names, the first column, begin with A, amounts with the largest.
fn turned((column, ascending): Order, pressed: u8) -> Order {
    (
        pressed,
        if column == pressed {
            !ascending
        } else {
            pressed == 0
        },
    )
}

/// The head of a column. The first one is that of names.
pub fn sort_head(sorting: &Sorting, column: u8, text: impl Fn() -> String + 'static) -> El {
    let ascending = {
        let order = sorting.order.clone();
        move || {
            let (sorted, ascending) = order();
            (sorted == column).then_some(ascending)
        }
    };
    let (arrow, sorting) = (ascending.clone(), sorting.clone());
    let press = move || {
        let order = leptos::prelude::untrack(|| (sorting.order)());
        (sorting.choose)(turned(order, column));
    };
    el("th")
        .attr("scope", "col")
        .class(if column == 0 { "" } else { "num" })
        .attr_of("aria-sort", move || {
            ascending().map(|ascending| if ascending { "ascending" } else { "descending" })
        })
        .child(button("", press).child((span("").text_of(text), move || {
            arrow().map(|ascending| {
                let icon = if ascending {
                    Icon::ArrowUp
                } else {
                    Icon::ArrowDown
                };
                icon.el(12)
            })
        })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_a_and_amounts_with_the_largest() {
        assert_eq!(turned((3, false), 0), (0, true));
        assert_eq!(turned((0, true), 0), (0, false));
        assert_eq!(turned((0, true), 3), (3, false));
        assert_eq!(turned((3, false), 3), (3, true));
    }
}
