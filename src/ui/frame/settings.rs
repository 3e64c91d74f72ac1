//! The settings dialog.

use super::top_bar::theme_name;
use crate::ui::open::keep;
use crate::ui::state::{AppState, Theme};
use leptos::prelude::*;
use leptos::{ev, html};

/// What the dialog holds.
pub fn settings(state: AppState) -> AnyView {
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
    (
        row("Theme", "", segment("Theme", theme.into_iter().collect())),
        row(
            "Times",
            "How instants are shown; a copied instant is always UTC.",
            segment("Times", zone.into_iter().collect()),
        ),
        html::div().class("settings-row").child(keep(state)),
    )
        .into_any()
}

fn row(name: &'static str, hint: &'static str, control: AnyView) -> AnyView {
    html::div()
        .class("settings-row")
        .child((
            html::div().child((
                html::div().child(name),
                (!hint.is_empty()).then(|| html::p().class("hint").child(hint)),
            )),
            control,
        ))
        .into_any()
}

fn segment(name: &'static str, options: Vec<AnyView>) -> AnyView {
    html::div()
        .class("segment")
        .attr("role", "group")
        .attr("aria-label", name)
        .child(options)
        .into_any()
}

fn option(
    name: &'static str,
    chosen: impl Fn() -> bool + Send + Sync + 'static,
    choose: impl Fn() + 'static,
) -> AnyView {
    html::button()
        .attr("type", "button")
        .attr("aria-pressed", move || chosen().to_string())
        .on(ev::click, move |_| choose())
        .child(name)
        .into_any()
}
