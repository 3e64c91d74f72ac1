//! The bar above the waterfall: what is expanded, legend, time.

use super::legend::Legend;
use super::stage::Stage;
use crate::scene::waterfall::OutlineAction;
use crate::ui::icon::Icon;
use crate::ui::state::AppState;
use leptos::prelude::*;
use std::rc::Rc;

/// Deeper levels are not offered: nobody counts that far.
const DEEPEST: u32 = 20;

/// The bar above the waterfall.
#[component]
pub fn Controls(
    /// The waterfall.
    stage: StoredValue<Rc<Stage>, LocalStorage>,
    /// The inspector is open.
    inspector: RwSignal<bool>,
) -> impl IntoView {
    let app = AppState::current();
    let signals = stage.with_value(|stage| stage.signals());
    let critical = Signal::derive(move || app.settings.with(|settings| settings.critical_path));
    let utc = Signal::derive(move || app.settings.with(|settings| settings.utc));
    let flip_critical = move |_| {
        app.settings
            .update(|settings| settings.critical_path = !settings.critical_path);
    };
    let set_utc = move |on: bool| app.settings.update(|settings| settings.utc = on);
    let outline = move |action: OutlineAction| stage.with_value(|stage| stage.outline_all(action));
    view! {
        <div class="wf-bar" role="toolbar" aria-label="Waterfall">
            <Depth max_depth=signals.max_depth outline=Callback::new(outline) />
            <Legend services=signals.legend critical=critical />
            <div class="wf-time">
                <button
                    class="quiet"
                    aria-label="Back to the time shown before"
                    title="Back to the time shown before (Backspace)"
                    aria-disabled=move || (!app.can_go_back()).to_string()
                    on:click=move |_| {
                        app.window_back();
                    }
                >
                    {Icon::ArrowLeft.view(16)}
                </button>
                <button
                    class="quiet"
                    aria-label="Show all of the time"
                    title="Show all of the time (0)"
                    aria-disabled=move || app.window.get().is_none().to_string()
                    on:click=move |_| stage.with_value(|stage| stage.fit())
                >
                    {Icon::Maximize.view(16)}
                </button>
                <div class="segment" role="group" aria-label="Instants in">
                    <button aria-pressed=move || utc.get().to_string() on:click=move |_| set_utc(true)>"UTC"</button>
                    <button aria-pressed=move || (!utc.get()).to_string() on:click=move |_| set_utc(false)>"Local"</button>
                </div>
                <button
                    class="button small toggle"
                    aria-pressed=move || critical.get().to_string()
                    title="Mark what the run waited for"
                    on:click=flip_critical
                >
                    {Icon::Route.view(14)}
                    <span class="wide-only">"Critical path"</span>
                </button>
                <button
                    class="quiet"
                    aria-label="Inspector"
                    title="Inspector"
                    aria-pressed=move || inspector.get().to_string()
                    on:click=move |_| inspector.update(|open| *open = !*open)
                >
                    {Icon::PanelRight.view(16)}
                </button>
            </div>
        </div>
    }
}

/// Which levels are shown.
#[component]
fn Depth(max_depth: RwSignal<u32>, outline: Callback<OutlineAction>) -> impl IntoView {
    let choose = move |event: web_sys::Event| {
        let select = event_target::<web_sys::HtmlSelectElement>(&event);
        match select.value().as_str() {
            "all" => outline.run(OutlineAction::ExpandAll),
            "roots" => outline.run(OutlineAction::CollapseAll),
            level => {
                if let Ok(level) = level.parse() {
                    outline.run(OutlineAction::ToDepth(level));
                }
            }
        }
        // It says what to do, not what is: single rows are opened and closed beside it.
        select.set_value("");
    };
    let levels = move || {
        (1..=max_depth.get().min(DEEPEST))
            .map(|level| {
                let text = format!("To level {}", level + 1);
                view! { <option value=level.to_string()>{text}</option> }.into_any()
            })
            .collect::<Vec<AnyView>>()
    };
    view! {
        <div class="wf-outline">
            <div class="segment">
                <button title="Show every span" on:click=move |_| outline.run(OutlineAction::ExpandAll)>"Expand all"</button>
                <button title="Show roots only" on:click=move |_| outline.run(OutlineAction::CollapseAll)>"Collapse all"</button>
            </div>
            <select class="select small" aria-label="Show levels" on:change=choose prop:value="">
                <option value="" disabled selected hidden>"Levels"</option>
                <option value="all">"All levels"</option>
                <option value="roots">"Roots only"</option>
                {levels}
            </select>
        </div>
    }
}
