//! The list of hits below the search field.

use super::Search;
use super::words::where_matched;
use crate::engine::protocol::Hit;
use crate::scene::format;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// How many hits the list holds at first, and more at a time.
pub const PAGE: u32 = 100;

/// The list.
pub fn hits(search: Search) -> AnyView {
    let rows = move || {
        search.hits.with(|hits| {
            hits.iter()
                .enumerate()
                .map(|(index, hit)| row(search, index, hit))
                .collect::<Vec<AnyView>>()
        })
    };
    html::div()
        .class("search-list")
        .child((
            html::ul()
                .id("search-hits")
                .attr("role", "listbox")
                .attr("aria-label", "Hits")
                // The focus stays in the field.
                .on(ev::mousedown, |event| event.prevent_default())
                .child(rows),
            move || footer(search),
        ))
        .into_any()
}

fn row(search: Search, index: usize, hit: &Hit) -> AnyView {
    let name = if hit.name.is_empty() {
        "(no name)"
    } else {
        &hit.name
    };
    html::li()
        .id(format!("search-hit-{index}"))
        .attr("role", "option")
        .attr("aria-selected", move || {
            (search.active.get() == Some(index)).to_string()
        })
        .attr("data-span-id", hit.span_id.clone())
        .on(ev::click, move |_| search.choose(index))
        .child((
            html::span().class("ellipsis").child(name.to_owned()),
            html::span()
                .class("hint ellipsis")
                .child(where_matched(&hit.matched)),
            html::span()
                .class("hint ellipsis search-run")
                .child(hit.run.clone()),
        ))
        .into_any()
}

/// What is not in the list, and how far the sources have been read.
fn footer(search: Search) -> AnyView {
    let state = search.app.search_state.get();
    let listed = search.hits.with(Vec::len) as u32;
    let scanning = (!state.complete && state.total_bytes > 0).then(|| {
        let share = format::share(state.scanned_bytes, state.total_bytes);
        html::span().child(format!(
            "Reading values: {share} of {}",
            format::bytes(state.total_bytes)
        ))
    });
    let more = (state.hits > listed && listed > 0).then(|| {
        html::button()
            .class("textlink")
            .on(ev::mousedown, |event| event.prevent_default())
            .on(ev::click, move |_| {
                search.limit.update(|limit| *limit += PAGE);
            })
            .child(format!(
                "{} of {} listed, show more",
                format::count(u64::from(listed)),
                format::count(u64::from(state.hits))
            ))
    });
    let none = (state.hits == 0 && state.complete).then(|| {
        html::span()
            .child("No name, id, key or value contains this. key=value seeks in one attribute.")
    });
    html::div()
        .class("search-foot hint")
        .child((scanning, more, none))
        .into_any()
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
