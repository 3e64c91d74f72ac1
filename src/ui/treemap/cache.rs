//! What the cache saved: a line that turns the picture to where, and back to what everything cost.

use super::Map;
use crate::scene::treemap::CACHE_SAVED;
use crate::ui::dom::{El, button, div, span};
use std::rc::Rc;

/// The measure of what everything cost.
const COST: u8 = 0;

/// The line.
pub fn cache(map: &Rc<Map>) -> El {
    let map = map.clone();
    div("cost-cache").child(move || {
        let told = map.drawn.with(|drawn| drawn.cache.clone());
        if told.text.is_empty() {
            return None;
        }
        if !told.is_any {
            return Some(span("hint").attr("title", told.why).child(told.text));
        }
        let (shown, turned) = (map.clone(), map.clone());
        let is_shown = move || shown.choice.with(|choice| choice.measure == CACHE_SAVED);
        let turn = move || {
            turned.choose(|choice| {
                let is_shown = choice.measure == CACHE_SAVED;
                choice.measure = if is_shown { COST } else { CACHE_SAVED };
                (choice.sort, choice.ascending) = (1, false);
            });
        };
        Some(
            button("button small", turn)
                .attr("title", told.why)
                .attr_of("aria-pressed", move || {
                    Some(if is_shown() { "true" } else { "false" })
                })
                .child(told.text),
        )
    })
}
