//! Statistics of a run, or of all that pass the filter: a table of everything that has a name, or the flame graph.

mod around;
mod flame;
mod paint;
mod save;
mod table;

use crate::scene::drawn::{Item, filter_of_name};
use crate::ui::dom::{El, div, switch};
use crate::ui::field::Field;
use crate::ui::routing::segment;
use crate::ui::state::AppState;
use std::cell::Cell;
use std::rc::Rc;

thread_local! {
    /// Whether the flame graph was seen last.
    static IS_FLAME: Cell<bool> = const { Cell::new(false) };
}

/// Statistics of a run, or of all that pass the filter.
pub fn statistics(app: AppState, of_run: bool) -> El {
    let is_flame = Rc::new(Field::new(IS_FLAME.get()));
    let chosen = is_flame.clone();
    div("stat-page").child(switch(
        move || chosen.get(),
        move |flame| {
            if flame {
                flame::flame(app, of_run, &is_flame)
            } else {
                table::table(app, of_run, &is_flame)
            }
        },
    ))
}

/// Table or flame graph.
fn modes(is_flame: &Rc<Field<bool>>) -> El {
    let (chosen, choosing) = (is_flame.clone(), is_flame.clone());
    segment(
        "Shown as",
        &["Table", "Flame graph"],
        move || usize::from(chosen.get()),
        move |at| {
            IS_FLAME.set(at == 1);
            choosing.set_if_new(at == 1);
        },
    )
}

/// Shows the spans of a frame in the waterfall: all of them marked where no other frame has their name.
fn show_frame(app: AppState, item: &Item) {
    let filter = item.member.as_deref().map(filter_of_name);
    app.show_spans(item.first, filter.unwrap_or_default());
}
