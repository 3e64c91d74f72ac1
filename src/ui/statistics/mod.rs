//! Statistics of a run, or of all that pass the filter: a table of everything that has a name, or the flame graph.

mod around;
mod flame;
mod paint;
mod save;
mod table;

use crate::engine::address::StatsPlace;
use crate::scene::drawn::{Item, filter_of_name};
use crate::ui::dom::{El, div, switch};
use crate::ui::routing::segment;
use crate::ui::state::AppState;

/// Statistics of a run, or of all that pass the filter.
pub fn statistics(app: AppState, of_run: bool) -> El {
    div("stat-page").child(switch(
        move || app.stats.with(|stats| stats.flame),
        move |flame| {
            if flame {
                flame::flame(app, of_run)
            } else {
                table::table(app, of_run)
            }
        },
    ))
}

/// Table or flame graph.
fn modes(app: AppState) -> El {
    segment(
        "Shown as",
        &["Table", "Flame graph"],
        move || usize::from(app.stats.with(|stats| stats.flame)),
        move |at| choose(app, |stats| stats.flame = at == 1),
    )
}

/// Changes what is chosen.
fn choose(app: AppState, change: impl FnOnce(&mut StatsPlace)) {
    let mut stats = app.stats.get_untracked();
    change(&mut stats);
    app.stats.set_if_new(stats);
}

/// Shows the spans of a frame in the waterfall: all of them marked where no other frame has their name.
fn show_frame(app: AppState, item: &Item) {
    let filter = item.member.as_deref().map(filter_of_name);
    app.show_spans(item.first, filter.unwrap_or_default());
}
