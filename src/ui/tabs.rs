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
    let buttons = [tab(main, Tab::Main), tab("Cost", Tab::Cost)];
    let order = Rc::new(buttons.clone());
    div("views")
        .attr("role", "tablist")
        .attr("aria-label", format!("Views {of}"))
        .on_key(move |event| {
            let to = match event.key().as_str() {
                "ArrowLeft" | "Home" => 0,
                "ArrowRight" | "End" => 1,
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
