//! The settings dialog.

use super::top_bar::theme_name;
use crate::ui::dom::{El, Parts, button, div, el, parts};
use crate::ui::open::keep;
use crate::ui::state::{AppState, Dialog, Theme};

/// What the dialog holds.
pub fn settings(state: AppState) -> Parts {
    let theme = [Theme::System, Theme::Light, Theme::Dark].map(|theme| {
        option(
            theme_name(theme),
            move || state.settings.with(|settings| settings.theme == theme),
            move || state.settings.update(|settings| settings.theme = theme),
        )
    });
    let zone = [(true, "UTC"), (false, "Local")].map(|(utc, name)| {
        option(
            name,
            move || state.settings.with(|settings| settings.utc == utc),
            move || state.settings.update(|settings| settings.utc = utc),
        )
    });
    parts((
        row("Theme", "", Vec::from(theme)),
        row(
            "Times",
            "How instants are shown; a copied instant is always UTC.",
            Vec::from(zone),
        ),
        div("settings-row").child((
            el("div").child((
                "Prices",
                el("p")
                    .class("hint")
                    .child("What tokens of a model and calls of a tool cost."),
            )),
            button("button", move || state.dialog.set(Some(Dialog::Prices))).child("Show prices"),
        )),
        div("settings-row").child(keep(state)),
    ))
}

fn row(name: &'static str, hint: &'static str, options: Vec<El>) -> El {
    let hint = (!hint.is_empty()).then(|| el("p").class("hint").child(hint));
    let segment = div("segment")
        .attr("role", "group")
        .attr("aria-label", name)
        .child(options);
    div("settings-row").child((el("div").child((name, hint)), segment))
}

fn option(
    name: &'static str,
    chosen: impl Fn() -> bool + 'static,
    choose: impl Fn() + 'static,
) -> El {
    button("", choose)
        .attr_of("aria-pressed", chosen)
        .child(name)
}
