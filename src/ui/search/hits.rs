//! The list of hits below the search field.

use super::Search;
use super::words::where_matched;
use crate::engine::protocol::Hit;
use crate::scene::format;
use crate::ui::dom::{El, button, div, el, span};
use std::rc::Rc;

/// How many hits the list holds at first, and more at a time.
pub const PAGE: u32 = 100;

/// The list.
pub fn hits(search: &Rc<Search>) -> El {
    let (listed, footed) = (search.clone(), search.clone());
    let rows = move || {
        let hits = listed.hits.get();
        hits.iter()
            .enumerate()
            .map(|(index, hit)| row(&listed, index, hit))
            .collect::<Vec<El>>()
    };
    let list = el("ul")
        .attr("id", "search-hits")
        .attr("role", "listbox")
        .attr("aria-label", "Hits")
        .child(rows);
    div("search-list")
        // The focus stays in the field.
        .on("mousedown", |event| event.prevent_default())
        .child((list, move || footer(&footed)))
}

fn row(search: &Rc<Search>, index: usize, hit: &Hit) -> El {
    let name = if hit.name.is_empty() {
        "(no name)"
    } else {
        &hit.name
    };
    let (active, chosen) = (search.clone(), search.clone());
    el("li")
        .attr("id", format!("search-hit-{index}"))
        .attr("role", "option")
        .attr_of("aria-selected", move || active.active.get() == Some(index))
        .attr("data-span-id", hit.span_id.clone())
        .on("click", move |_| chosen.choose(index))
        .child((
            span("ellipsis").child(name),
            span("hint ellipsis").child(where_matched(&hit.matched)),
            span("hint ellipsis search-run").child(hit.run.as_str()),
        ))
}

/// What is not in the list, and how far the sources have been read.
fn footer(search: &Rc<Search>) -> El {
    let state = search.app.search_state.get();
    let listed = search.hits.with(Vec::len) as u32;
    let scanning = (!state.complete && state.total_bytes > 0).then(|| {
        let share = format::share(state.scanned_bytes, state.total_bytes);
        let all = format::bytes(state.total_bytes);
        el("span").child(format!("Reading values: {share} of {all}"))
    });
    let grown = search.clone();
    let more = (state.hits > listed && listed > 0).then(|| {
        button("textlink", move || {
            grown
                .limit
                .set(grown.limit.get_untracked().saturating_add(PAGE));
        })
        .child(format!(
            "{} of {} listed, show more",
            format::count(u64::from(listed)),
            format::count(u64::from(state.hits))
        ))
    });
    let none = (state.hits == 0 && state.complete).then(|| {
        el("span")
            .child("No name, id, key or value contains this. key=value seeks in one attribute.")
    });
    let filtered = search.app.runs_filter.with(|text| !text.trim().is_empty());
    let filtered = filtered.then(|| el("span").child("Only what passes the filter"));
    div("search-foot hint").child((scanning, more, none, filtered))
}

/// Scrolls an entry into view.
pub fn show(index: usize) {
    let entry = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(&format!("search-hit-{index}")));
    if let Some(entry) = entry {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        entry.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
