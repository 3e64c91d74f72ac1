//! The settings dialog.

use super::top_bar::theme_name;
use crate::ui::dom::{El, Parts, button, div, el, parts};
use crate::ui::open::keep;
use crate::ui::state::{AppState, Dialog, Theme};
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

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
    let mask = [(false, "Shown"), (true, "Covered")].map(|(masked, name)| {
        option(
            name,
            move || state.settings.with(|settings| settings.masked == masked),
            move || state.settings.update(|settings| settings.masked = masked),
        )
    });
    parts((
        row("Theme", "", Vec::from(theme)),
        row(
            "Times",
            "How instants are shown; a copied instant is always UTC.",
            Vec::from(zone),
        ),
        row(
            "Secrets",
            "Keys, tokens, e-mail, card and phone numbers, on screen and in what is copied. Ids and names of files stay.",
            Vec::from(mask),
        ),
        patterns(state),
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

/// What else is covered.
fn patterns(state: AppState) -> El {
    let area = el("textarea")
        .class("mono")
        .attr("id", "mask-patterns")
        .attr("rows", "2")
        .attr("spellcheck", "false")
        .attr("placeholder", "CUST-[0-9]+")
        .attr("aria-describedby", "mask-problems");
    let field: HtmlTextAreaElement = area.html().clone().unchecked_into();
    field.set_value(
        &state
            .settings
            .with_untracked(|settings| settings.mask_patterns.clone()),
    );
    let area = area.on("input", move |_| {
        let text = field.value();
        state
            .settings
            .update(|settings| settings.mask_patterns = text);
    });
    let problems = move || state.mask_problems.with(|problems| problems.join("; "));
    div("mask-patterns").child((
        el("label")
            .attr("for", "mask-patterns")
            .child("Covered as well: patterns, one a line"),
        area,
        el("p").class("hint").child(
            "Regular expressions, found anywhere in a text: plain words stand for themselves, (?i) before them for any case; \
             . ( ) [ { * + ? | ^ $ and \\ want a \\ before them.",
        ),
        el("p")
            .class("hint is-err")
            .attr("id", "mask-problems")
            .attr("role", "status")
            .text_of(problems),
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
