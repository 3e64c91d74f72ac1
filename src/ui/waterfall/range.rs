//! The measured range and what can be done with it.

use super::stage::Stage;
use crate::scene::format;
use crate::ui::icon::Icon;
use leptos::prelude::*;
use std::rc::Rc;

/// Beside a measured range: its length, and to zoom to it.
#[component]
pub fn RangeBox(
    /// The waterfall.
    stage: StoredValue<Rc<Stage>, LocalStorage>,
) -> impl IntoView {
    let range = stage.with_value(|stage| stage.signals().range);
    move || {
        range.get().map(|((start, end), middle)| {
            let zoom = move |_| {
                stage.with_value(|stage| {
                    stage.drop_range();
                    stage.go_to_window((start, end));
                });
            };
            let close = move |_| {
                stage.with_value(|stage| stage.drop_range());
            };
            let left = format!("{}px", middle.max(0.0));
            view! {
                <div class="wf-range" role="group" aria-label="Measured range" style:left=left>
                    <b>{format::duration(end.saturating_sub(start))}</b>
                    <button class="button small" on:click=zoom>"Zoom"</button>
                    <button class="quiet" aria-label="Forget the range" title="Forget the range (Esc)" on:click=close>
                        {Icon::X.view(14)}
                    </button>
                </div>
            }
        })
    }
}
