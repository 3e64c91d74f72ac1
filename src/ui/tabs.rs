//! The views of a run, or of all runs, as tabs.

use super::dom::{El, button, div};
use super::state::{AppState, Tab};
use std::rc::Rc;

/// The tabs; `main` is what the first is called, and `of` whose views they are.
pub fn tabs(app: AppState, main: &'static str, of: &str) -> El {
    let tab = |name: &str, tab: Tab| {
        let is_shown = move || app.tab.get() == tab;
        button("", move || app.tab.set_if_new(tab))
            .attr("role", "tab")
            .attr_of("aria-selected", is_shown)
            .attr_of("tabindex", move || if is_shown() { "0" } else { "-1" })
            .child(name)
    };
    let buttons = [
        tab(main, Tab::Main),
        tab("Cost", Tab::Cost),
        tab("Routing", Tab::Routing),
        tab("Agents", Tab::Agents),
        tab("Statistics", Tab::Statistics),
    ];
    let order = Rc::new(buttons.clone());
    div("views")
        .attr("role", "tablist")
        .attr("aria-label", format!("Views {of}"))
        .on_key(move |event| {
            let is_shown =
                |button: &El| button.element().get_attribute("tabindex").as_deref() == Some("0");
            let at = order.iter().position(is_shown).unwrap_or(0);
            let last = order.len() - 1;
            let to = match event.key().as_str() {
                "ArrowLeft" => at.saturating_sub(1),
                "ArrowRight" => (at + 1).min(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            if let Some(button) = order.get(to) {
                button.html().click();
                let _ = button.html().focus();
            }
        })
        .child(buttons.into_iter().collect::<Vec<El>>())
}
