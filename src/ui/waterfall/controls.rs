//! The bar above the waterfall: what is expanded, legend, time.

use super::legend::legend;
use super::stage::Stage;
use crate::scene::waterfall::OutlineAction;
use crate::ui::dom::{El, button, div, el};
use crate::ui::icon::Icon;
use crate::ui::state::AppState;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

/// Deeper levels are not offered: nobody counts that far.
const DEEPEST: u32 = 20;

/// The bar above the waterfall.
pub fn controls(stage: &Rc<Stage>) -> El {
    div("wf-bar")
        .attr("role", "toolbar")
        .attr("aria-label", "Waterfall")
        .child((outline(stage), legend(stage), time(stage)))
}

/// Which levels are shown.
fn outline(stage: &Rc<Stage>) -> El {
    let (expanded, collapsed) = (stage.clone(), stage.clone());
    div("wf-outline").child((
        div("segment").child((
            button("", move || expanded.outline_all(OutlineAction::ExpandAll))
                .attr("title", "Show every span")
                .child("Expand all"),
            button("", move || {
                collapsed.outline_all(OutlineAction::CollapseAll);
            })
            .attr("title", "Show roots only")
            .child("Collapse all"),
        )),
        levels(stage),
    ))
}

fn levels(stage: &Rc<Stage>) -> El {
    let option =
        |value: &str, text: String| el("option").attr("value", value.to_owned()).child(text);
    let (deep, chosen) = (stage.clone(), stage.clone());
    let numbered = move || {
        (1..=deep.shown.max_depth.get().min(DEEPEST))
            .map(|level| option(&level.to_string(), format!("To level {}", level + 1)))
            .collect::<Vec<El>>()
    };
    let select = el("select")
        .class("select small")
        .attr("aria-label", "Show levels")
        .child((
            option("", "Levels".to_owned())
                .attr("disabled", "")
                .attr("selected", "")
                .attr("hidden", ""),
            option("roots", "Roots only".to_owned()),
            numbered,
            option("all", "All levels".to_owned()),
        ));
    select.on("change", move |event| {
        let Some(select) = event
            .target()
            .and_then(|select| select.dyn_into::<HtmlSelectElement>().ok())
        else {
            return;
        };
        let action = match select.value().as_str() {
            "roots" => OutlineAction::CollapseAll,
            level => level
                .parse()
                .map_or(OutlineAction::ExpandAll, OutlineAction::ToDepth),
        };
        chosen.outline_all(action);
        // It says what to do, not what is: single rows are opened and closed beside it.
        select.set_value("");
    })
}

/// Time: the way back, all of it, whose clock, critical path; and the inspector.
fn time(stage: &Rc<Stage>) -> El {
    let app = stage.app;
    let (fitted, shown, turned) = (stage.clone(), stage.clone(), stage.clone());
    div("wf-time").child((
        button("quiet", move || {
            app.window_back();
        })
        .attr("aria-label", "Back to the time shown before")
        .attr("title", "Back to the time shown before (Backspace)")
        .attr_of("aria-disabled", move || !app.can_go_back())
        .child(Icon::ArrowLeft.el(16)),
        button("quiet", move || fitted.fit())
            .attr("aria-label", "Show all of the time")
            .attr("title", "Show all of the time (0)")
            .attr_of("aria-disabled", move || app.window.with(Option::is_none))
            .child(Icon::Maximize.el(16)),
        div("segment")
            .attr("role", "group")
            .attr("aria-label", "Instants in")
            .child((zone(app, "UTC", true), zone(app, "Local", false))),
        button("button small toggle", move || {
            app.settings
                .update(|settings| settings.critical_path = !settings.critical_path);
        })
        .attr("title", "Mark what the run waited for")
        .attr("aria-label", "Critical path")
        .attr_of("aria-pressed", move || {
            app.settings.with(|settings| settings.critical_path)
        })
        .child((
            Icon::Route.el(14),
            el("span").class("wide-only").child("Critical path"),
        )),
        button("quiet", move || {
            turned.inspector.set(!turned.inspector.get_untracked());
        })
        .attr("aria-label", "Inspector")
        .attr("title", "Inspector")
        .attr_of("aria-pressed", move || shown.inspector.get())
        .child(Icon::PanelRight.el(16)),
    ))
}

fn zone(app: AppState, name: &'static str, utc: bool) -> El {
    button("", move || {
        app.settings.update(|settings| settings.utc = utc);
    })
    .attr_of("aria-pressed", move || {
        app.settings.with(|settings| settings.utc == utc)
    })
    .child(name)
}
