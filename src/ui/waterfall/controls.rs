//! The bar above the waterfall: which spans, what is expanded, colours, time.

use super::legend::members;
use super::stage::Stage;
use crate::scene::format::{count as count_of, counted};
use crate::scene::waterfall::{ColourBy, Level, OutlineAction};
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::icon::Icon;
use crate::ui::menu::{MenuLook, choice, menu_that_says};
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
        .child((
            shown(stage),
            matches(stage),
            outline(stage),
            colour(stage),
            time(stage),
        ))
}

/// Which spans are shown, and how many of how many; only of a run of agents.
fn shown(stage: &Rc<Stage>) -> El {
    let (told, counts) = (stage.clone(), stage.clone());
    let levels = [
        (Level::Everything, "Everything", "Every span (1)"),
        (
            Level::Steps,
            "Steps",
            "Agents, calls of models and tools, and what groups them, each once (2)",
        ),
        (Level::Agents, "Agents", "Agents alone (3)"),
    ];
    let buttons: Vec<El> = levels
        .into_iter()
        .map(|(level, name, title)| one_level(stage, level, name, title))
        .collect();
    let count = move || {
        let (level, [all, steps, agents]) = counts.shown.level.get();
        let some = match level {
            Level::Everything => return String::new(),
            Level::Steps => steps,
            Level::Agents => agents,
        };
        let all = counted(u64::from(all), "span");
        format!("{} of {all}", count_of(u64::from(some)))
    };
    div("wf-levels")
        .attr_of("hidden", move || (!told.shown.told.get()).then_some(""))
        .child((
            div("segment")
                .attr("role", "group")
                .attr("aria-label", "Spans shown")
                .child(buttons),
            el("span")
                .class("hint")
                .attr("role", "status")
                .text_of(count),
        ))
}

/// Whether only spans that the filter lets pass are shown, and how many others there are. Without a filter there is nothing
/// to choose.
fn matches(stage: &Rc<Stage>) -> El {
    let app = stage.app;
    let counts = stage.clone();
    let hidden = move || {
        let Some(hidden) = counts.shown.hidden.get() else {
            return String::new();
        };
        // What is still being read may yet pass.
        let reads = app.filter_state.with(|filter| !filter.complete);
        let so_far = if reads { " so far" } else { "" };
        format!("{} hidden{so_far}", count_of(u64::from(hidden)))
    };
    div("wf-matches")
        .attr_of("hidden", move || {
            app.runs_filter
                .with(|text| text.trim().is_empty())
                .then_some("")
        })
        .child((
            button("button small toggle", move || {
                app.show_only_matches(!app.is_narrowed());
            })
            .attr(
                "title",
                "Show only spans that the filter lets pass, and those above them (M)",
            )
            .attr("aria-label", "Only matches")
            .attr_of("aria-pressed", move || app.is_narrowed())
            .child((
                Icon::ListFilter.el(14),
                el("span").class("wide-only").child("Only matches"),
            )),
            el("span")
                .class("hint")
                .attr("role", "status")
                .text_of(hidden),
        ))
}

fn one_level(stage: &Rc<Stage>, level: Level, name: &'static str, title: &'static str) -> El {
    let (app, pressed, empty) = (stage.app, stage.clone(), stage.clone());
    let titled = stage.clone();
    let is_empty = move |stage: &Stage| stage.shown.level.get().1[level as usize] == 0;
    button("", move || app.show_level(level))
        .attr_of("title", move || {
            if is_empty(&titled) {
                "This run has none"
            } else {
                title
            }
        })
        .attr_of("aria-pressed", move || pressed.shown.level.get().0 == level)
        .attr_of("aria-disabled", move || is_empty(&empty).then_some(true))
        .child(name)
}

/// What colours stand for.
fn colour(stage: &Rc<Stage>) -> El {
    let look = MenuLook {
        place: "menu-place",
        button: "colour-by",
        list: "legend-list",
        name: "What colours stand for",
    };
    let (named, said, offered) = (stage.clone(), stage.clone(), stage.clone());
    let says = move || Some(format!("Colour {}", title(said.shown.colour.get())));
    let label = (
        span("wide-only").child("Colour "),
        el("b").child(move || title(named.shown.colour.get())),
        Icon::ChevronDown.el(12),
    );
    menu_that_says(look, says, label, move || {
        let told = offered.shown.told.get_untracked();
        let now = offered.shown.colour.get_untracked();
        let choices = ColourBy::ALL.into_iter().filter(|by| by.told(told) == *by);
        choices
            .map(|by| {
                let app = offered.app;
                choice(by == now, title(by), move || {
                    app.settings.update(|settings| settings.colour = by);
                })
            })
            .chain(members(offered.app))
            .collect()
    })
}

fn title(by: ColourBy) -> &'static str {
    match by {
        ColourBy::Kind => "Kind",
        ColourBy::Agent => "Agent",
        ColourBy::Model => "Model",
        ColourBy::Service => "Service",
        ColourBy::Status => "Status",
    }
}

/// What is expanded.
fn outline(stage: &Rc<Stage>) -> El {
    let (expanded, collapsed) = (stage.clone(), stage.clone());
    let act = |name: &'static str, icon: Icon, title: &'static str| {
        move |run: Box<dyn Fn()>| {
            button("quiet", run)
                .attr("aria-label", name)
                .attr("title", title)
                .child(icon.el(16))
        }
    };
    let expand = act("Expand all", Icon::ChevronsUpDown, "Expand all");
    let collapse = act(
        "Collapse all",
        Icon::ChevronsDownUp,
        "Collapse all: show roots only",
    );
    div("wf-outline").child((
        expand(Box::new(move || {
            expanded.outline_all(OutlineAction::ExpandAll);
        })),
        collapse(Box::new(move || {
            collapsed.outline_all(OutlineAction::CollapseAll);
        })),
        depth(stage),
    ))
}

fn depth(stage: &Rc<Stage>) -> El {
    let option =
        |value: &str, text: String| el("option").attr("value", value.to_owned()).child(text);
    let (deep, chosen) = (stage.clone(), stage.clone());
    let numbered = move || {
        (1..=deep.shown.max_depth.get().min(DEEPEST))
            .map(|level| option(&level.to_string(), format!("To depth {}", level + 1)))
            .collect::<Vec<El>>()
    };
    let select = el("select")
        .class("select small")
        .attr("aria-label", "Depth shown")
        .child((
            option("", "Depth".to_owned())
                .attr("disabled", "")
                .attr("selected", "")
                .attr("hidden", ""),
            option("roots", "Roots only".to_owned()),
            numbered,
            option("all", "All".to_owned()),
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
        button("button small toggle", move || {
            app.settings
                .update(|settings| settings.curves = !settings.curves);
        })
        .attr("title", "Tokens, cost and context over the run")
        .attr("aria-label", "Curves")
        .attr_of("aria-pressed", move || {
            app.settings.with(|settings| settings.curves)
        })
        .child((
            Icon::ChartLine.el(14),
            el("span").class("wide-only").child("Curves"),
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
