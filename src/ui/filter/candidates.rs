//! What may stand at the caret of a filter, as a list.

use super::Bar;
use crate::engine::protocol::Candidate;
use crate::scene::format::count;
use crate::ui::dom::{El, div, el, span};
use std::rc::Rc;

/// The list.
pub(super) fn list(bar: &Rc<Bar>) -> El {
    let candidates = bar
        .list
        .with_untracked(|list| list.as_ref().map(|list| list.candidates.clone()));
    let rows: Vec<El> = (candidates.iter().flatten().enumerate())
        .map(|(index, candidate)| row(bar, index, candidate))
        .collect();
    let list = el("ul")
        .attr("id", format!("{}-list", bar.id))
        .attr("role", "listbox")
        .attr("aria-label", "Completions")
        .child(rows);
    div("search-list filter-list")
        // The focus stays in the field.
        .on("mousedown", |event| event.prevent_default())
        .child((
            list,
            div("search-foot hint").child("Arrows to choose, Enter or Tab to take, Esc to close"),
        ))
}

fn row(bar: &Rc<Bar>, index: usize, candidate: &Candidate) -> El {
    let (active, chosen) = (bar.clone(), bar.clone());
    let counted = candidate.count.map(|known| count(u64::from(known)));
    let said = counted.unwrap_or_else(|| candidate.hint.clone());
    el("li")
        .attr("id", format!("{}-{index}", bar.id))
        .attr("role", "option")
        .attr_of("aria-selected", move || active.active.get() == Some(index))
        .on("click", move |_| chosen.choose(index))
        .child((
            span("mono ellipsis").child(candidate.text.as_str()),
            span("hint ellipsis").child(said),
        ))
}

/// Scrolls a candidate into view.
pub(super) fn show(id: &str, index: usize) {
    let entry = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(&format!("{id}-{index}")));
    if let Some(entry) = entry {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        entry.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
