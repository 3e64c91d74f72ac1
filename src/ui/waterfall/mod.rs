//! The waterfall of the opened run: span tree on the left, bars on a shared time axis on the right.
//!
//! The worker holds the trace; here stands the last [`crate::scene::waterfall::Waterfall`] of a few screens, painted on one
//! canvas under the present scroll position and window while the next scene is on its way. What it costs depends on the
//! rows on screen alone.
//!
//! - [`Stage`]: the object at work; `gestures`, `keys` and `moves` are what it answers
//! - [`view`], [`geometry`], [`scroll`], [`sheet`]: what is where, without a browser
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
mod range;
pub mod scroll;
pub mod sheet;
mod stage;
mod tip;
pub mod view;

pub use stage::Stage;

use crate::ui::canvas::{Listener, Plot, PlotCanvas, listen};
use crate::ui::minimap::Minimap;
use crate::ui::state::AppState;
use controls::Controls;
use head::{Head, chosen};
use leptos::prelude::*;
use range::RangeBox;
use std::rc::{Rc, Weak};
use tip::TipBox;

/// The waterfall with its bar and minimap. Fills its box.
#[component]
pub fn Waterfall(
    /// The inspector is open.
    inspector: RwSignal<bool>,
) -> impl IntoView {
    let app = AppState::current();
    let stage = Stage::new(app, inspector);
    let plot: Weak<dyn Plot> = Rc::downgrade(&(stage.clone() as Rc<dyn Plot>));
    let handle = stage.handle();
    let stage = StoredValue::new_local(stage);
    follow(app, stage);
    let signals = stage.with_value(|stage| stage.signals());

    let root = NodeRef::<leptos::html::Div>::new();
    let rows = NodeRef::<leptos::html::Div>::new();
    let listeners: StoredValue<Vec<Listener>, LocalStorage> = StoredValue::new_local(Vec::new());
    root.on_load(move |root| {
        listeners.update_value(|listeners| {
            listeners.extend(stage.with_value(|stage| keys::listen_keys(stage, &root)));
        });
    });
    rows.on_load(move |rows| {
        stage.with_value(|stage| {
            let handle = stage.handle();
            stage.mirror.mount(&rows, move || handle.mark());
        });
    });
    let label = move || {
        app.run.with(|run| {
            run.as_ref()
                .map_or_else(String::new, |run| format!("Spans of {}", run.root_name))
        })
    };
    view! {
        <div class="waterfall" node_ref=root>
            <Controls stage=stage inspector=inspector />
            <Minimap />
            <div
                class="wf"
                role="treegrid"
                aria-label=label
                aria-rowcount=move || (u64::from(signals.total.get()) + 1).to_string()
                aria-colcount="4"
            >
                <PlotCanvas plot=plot handle=handle class="wf-canvas" />
                <Head stage=stage />
                <div class="wf-rows" role="rowgroup" node_ref=rows></div>
                <RangeBox stage=stage />
                <TipBox tip=signals.tip />
                {move || signals.failure.get().map(|message| view! { <p class="wf-failure" role="alert">{message}</p> })}
            </div>
        </div>
    }
}

/// Lets the stage follow the state of the page.
fn follow(app: AppState, stage: StoredValue<Rc<Stage>, LocalStorage>) {
    let shown = Memo::new(move |_| {
        let document = app
            .document
            .with(|open| open.as_ref().map(|open| open.document));
        let trace = app.run.with(|run| run.as_ref().map(|run| run.trace));
        (document, trace)
    });
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody has read follows nothing.
        shown.get();
        stage.with_value(|stage| stage.show_run());
    });
    Effect::new(move |_| {
        let selection = app.selection.get();
        stage.with_value(|stage| stage.selection_changed(selection.as_ref()));
    });
    Effect::new(move |_| {
        app.window.track();
        stage.with_value(|stage| stage.window_changed());
    });
    let hits = Memo::new(move |_| {
        app.search_state
            .with(|search| (search.query.clone(), search.hits))
    });
    Effect::new(move |_| {
        hits.with(|_| ());
        stage.with_value(|stage| stage.outdate());
    });
    Effect::new(move |_| {
        let widths = chosen(app);
        stage.with_value(|stage| stage.set_chosen(widths));
    });
    Effect::new(move |_| {
        app.dark.track();
        stage.with_value(|stage| stage.restyle());
    });
    let system: StoredValue<Option<Listener>, LocalStorage> = StoredValue::new_local(None);
    let query = web_sys::window()
        .and_then(|window| window.match_media("(forced-colors: active)").ok().flatten());
    if let Some(query) = query {
        system.set_value(Some(listen(&query, "change", move |_| {
            stage.with_value(|stage| stage.restyle());
        })));
    }
}
