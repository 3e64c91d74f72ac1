//! The waterfall of the opened run: span tree on the left, bars on a shared time axis on the right.
//!
//! The worker holds the trace; here stands the last [`crate::scene::waterfall::Waterfall`] of a few screens, painted on one
//! canvas under the present scroll position and window while the next scene is on its way. What it costs depends on the
//! rows on screen alone.
//!
//! - [`Stage`]: the object at work; `gestures`, `keys` and `moves` are what it answers
//! - [`view`], [`geometry`], [`scroll`], [`sheet`]: what is where, without a browser
//! - [`previews`]: what tools were called with
//! - `paint`: drawing
//! - `mirror`: the rows on screen as a DOM tree grid

mod controls;
pub mod geometry;
mod gestures;
mod head;
mod keys;
pub mod legend;
mod mirror;
mod moves;
mod paint;
pub mod previews;
mod range;
pub mod scroll;
pub mod sheet;
mod stage;
mod tip;
pub mod view;

pub use paint::icon;
pub use stage::Stage;

use crate::scene::waterfall::OutlineAction;
use crate::ui::canvas::{Plot, plot_canvas};
use crate::ui::curve::curves;
use crate::ui::dom::{El, button, div, effect, el, listen, on_change, on_later_change, switch};
use crate::ui::field::Field;
use crate::ui::minimap::minimap;
use crate::ui::state::{AppState, Settings};
use controls::controls;
use geometry::Column;
use head::{chosen, head};
use range::range_box;
use std::rc::{Rc, Weak};
use tip::tip_box;

/// The waterfall with its bar and minimap. Fills its box. `inspector`: whether the inspector is open.
pub fn waterfall(app: AppState, inspector: Rc<Field<bool>>) -> El {
    let stage = Stage::new(app, inspector);
    let plot: Weak<dyn Plot> = Rc::downgrade(&(stage.clone() as Rc<dyn Plot>));
    let handle = stage.handle();
    let rows = stage.mirror.body(move || handle.mark());
    let (lines, counted, failed) = (stage.clone(), stage.clone(), stage.clone());
    let label = move || {
        app.run.with(|run| {
            run.as_ref()
                .map_or_else(String::new, |run| format!("Spans of {}", run.root_name))
        })
    };
    let grid = div("wf")
        .attr("role", "treegrid")
        .attr("data-region", "[role=row][tabindex='0']")
        .attr_of("aria-label", label)
        .attr_of("aria-rowcount", move || {
            (u64::from(lines.shown.total.get()) + 1).to_string()
        })
        .attr_of("aria-colcount", move || {
            let columns = counted.shown.columns.get();
            let shown = Column::ALL
                .into_iter()
                .filter(|column| columns.has(*column));
            shown.count().to_string()
        })
        .child((
            plot_canvas(&plot, &stage.handle(), "wf-canvas"),
            head(&stage),
            rows,
            range_box(&stage),
            tip_box(&stage),
            nothing(&stage),
            move || {
                let message = failed.shown.failure.get()?;
                Some(
                    el("p")
                        .class("wf-failure")
                        .attr("role", "alert")
                        .child(message),
                )
            },
        ));
    let below = stage.clone();
    let root = div("waterfall").child((
        controls(&stage),
        minimap(app),
        grid,
        switch(
            move || app.settings.with(|settings| settings.curves),
            move |shown| shown.then(|| curves(app, &below)),
        ),
    ));
    keys::hear_keys(&stage, root.html());
    follow(app, &stage);
    root
}

/// What stands where the filter lets no span of the run pass.
fn nothing(stage: &Rc<Stage>) -> impl Fn() -> Option<El> + 'static {
    let stage = stage.clone();
    move || {
        let app = stage.app;
        if stage.shown.total.get() > 0 || stage.shown.hidden.get().is_none() {
            return None;
        }
        let reads = app.filter_state.with(|filter| !filter.complete);
        let words = if reads {
            "No span of this run passes the filter so far. Values are still being read."
        } else {
            "No span of this run passes the filter."
        };
        Some(div("wf-nothing").child((
            el("p").attr("role", "status").child(words),
            button("button", move || app.show_only_matches(false)).child("Show all spans"),
        )))
    }
}

/// Lets the stage follow the state of the page.
fn follow(app: AppState, stage: &Rc<Stage>) {
    let it = stage.clone();
    on_change(move || app.shown_run(), move |_| it.show_run());
    let it = stage.clone();
    effect(move || {
        let selection = app.selection.get();
        it.selection_changed(selection.as_ref());
    });
    let it = stage.clone();
    effect(move || {
        app.window.track();
        it.window_changed();
    });
    let it = stage.clone();
    on_later_change(move || app.marked_by(), move |_| it.outdate());
    let it = stage.clone();
    on_later_change(
        move || {
            let looks = |settings: &Settings| (settings.level, settings.only_matches);
            (
                app.settings.with(looks),
                app.filter_state.with(|filter| filter.text.clone()),
            )
        },
        move |_| it.outline_all(OutlineAction::Get),
    );
    let it = stage.clone();
    on_later_change(
        move || (app.priced.get(), app.limit()),
        move |_| it.answers_are_others(),
    );
    let it = stage.clone();
    effect(move || {
        let widths = chosen(app);
        it.set_chosen(widths);
    });
    let it = stage.clone();
    effect(move || {
        app.dark.track();
        it.restyle();
    });
    let query = web_sys::window()
        .and_then(|window| window.match_media("(forced-colors: active)").ok().flatten());
    if let Some(query) = query {
        let it = stage.clone();
        listen(&query, "change", Box::new(move |_| it.restyle()));
    }
}
