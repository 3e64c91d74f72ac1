//! The top bar: document, pages, search, link, theme, settings, help; and how far an opening is.

use crate::engine::protocol::{Progress, Summary};
use crate::ingest::report::ImportReport;
use crate::model::decimal::decimal;
use crate::scene::format::{bytes, count, counted};
use crate::ui::clipboard;
use crate::ui::dom::{El, button, div, el, span, svg, switch};
use crate::ui::icon::Icon;
use crate::ui::menu::{MenuLook, MenuPart, choice, item, menu};
use crate::ui::pick;
use crate::ui::search::search_box;
use crate::ui::state::{AppState, Dialog, How, Screen, Theme};
use crate::ui::warnings::is_notable;

/// The top bar.
pub fn top_bar(state: AppState) -> El {
    let has_document = move || state.document.with(Option::is_some);
    let works = move || state.progress_shown.get();
    el("header").class("topbar").attr("data-region", "").child((
        brand(state),
        switch(has_document, move |has| has.then(|| source_menu(state))),
        pages(state),
        switch(works, move |works| works.then(|| work(state))),
        div("grow"),
        switch(has_document, move |has| {
            has.then(|| {
                (
                    search_box(state),
                    mask_button(state),
                    quiet(Icon::Link, "Copy a link to what is shown", move || {
                        copy_link(state);
                    }),
                )
            })
        }),
        theme_menu(state),
        quiet(Icon::Settings, "Settings", move || {
            state.dialog.set(Some(Dialog::Settings));
        }),
        quiet(Icon::CircleQuestionMark, "Keys (?)", move || {
            state.dialog.set(Some(Dialog::Keys));
        }),
        switch(works, move |works| works.then(|| work_bar(state))),
    ))
}

/// The logo: three bars of a waterfall.
fn logo() -> El {
    let bar = |x: &'static str, y: &'static str, width: &'static str, opacity: &'static str| {
        svg("rect")
            .attr("x", x)
            .attr("y", y)
            .attr("width", width)
            .attr("height", "2.6")
            .attr("rx", "1.3")
            .attr("opacity", opacity)
    };
    svg("svg")
        .attr("width", "18")
        .attr("height", "18")
        .attr("viewBox", "0 0 18 18")
        .attr("aria-hidden", "true")
        .child((
            bar("1", "3", "10", "1"),
            bar("5", "7.7", "12", "0.6"),
            bar("8", "12.4", "6", "1"),
        ))
}

fn brand(state: AppState) -> El {
    button("brand", move || state.screen.set(Screen::Open))
        .attr("title", "Open files")
        .attr("aria-label", "Spanlight: open files")
        .child((logo(), el("span").child("Spanlight")))
}

fn quiet(icon: Icon, name: &'static str, run: impl Fn() + 'static) -> El {
    button("quiet", run)
        .attr("title", name)
        .attr("aria-label", name)
        .child(icon.el(16))
}

fn mask_button(state: AppState) -> El {
    let masked = move || state.settings.with(|settings| settings.masked);
    button("quiet mask", move || {
        state
            .settings
            .update(|settings| settings.masked = !settings.masked);
    })
    .attr_of("aria-pressed", masked)
    .attr("aria-label", "Cover secrets")
    .attr_of("title", move || {
        if masked() {
            "Secrets are covered: show them"
        } else {
            "Cover secrets: keys, tokens, e-mail, card and phone numbers"
        }
    })
    .child(Icon::EyeOff.el(16))
}

fn pages(state: AppState) -> El {
    let there = move || state.document.with(Option::is_some) || !state.live.with(Vec::is_empty);
    let current = move || there() && matches!(state.screen.get(), Screen::Runs | Screen::Run);
    let open = move || {
        if leptos::prelude::untrack(there) {
            state.screen.set(Screen::Runs);
        }
    };
    el("nav").attr("aria-label", "Pages").child(
        button("navitem", open)
            .attr_of("aria-current", move || current().then_some("page"))
            .attr_of("aria-disabled", move || (!there()).then_some(true))
            .attr_of("title", move || (!there()).then_some("Open a file first"))
            .child("Runs"),
    )
}

/// The document's button and what can be done with it.
fn source_menu(state: AppState) -> El {
    let look = MenuLook {
        place: "source",
        button: "",
        list: "",
        name: "",
    };
    let name = move || {
        let name = state
            .document
            .with(|document| document.as_ref().map(document_name));
        name.unwrap_or_default()
    };
    let runs = move || {
        let runs = state
            .document
            .with(|document| document.as_ref().map(|open| u64::from(open.traces)));
        runs.map(|runs| counted(runs, "run")).unwrap_or_default()
    };
    let warnings = move || {
        let warnings = state
            .report
            .with(|report| report.as_ref().map_or(0, notable));
        (warnings > 0).then(|| {
            span("notable")
                .attr("title", "Warnings in the import report")
                .child((Icon::TriangleAlert.el(14), count(warnings)))
        })
    };
    let label = (
        Icon::FileJson.el(14),
        span("name ellipsis").text_of(name),
        span("muted long").text_of(runs),
        warnings,
        Icon::ChevronDown.el(12),
    );
    menu(look, label, move || source_parts(state))
}

fn source_parts(state: AppState) -> Vec<MenuPart> {
    let line = |icon: Icon, name: &'static str, key: &'static str| {
        (
            icon.el(14),
            name,
            (!key.is_empty()).then(|| span("hint").child(el("kbd").child(key))),
        )
    };
    vec![
        item(line(Icon::Info, "Import report", ""), move || {
            state.screen.set(Screen::Report);
        }),
        MenuPart::Rule,
        item(line(Icon::FileJson, "Open files", "O"), || {
            pick::files(How::Replace);
        }),
        item(line(Icon::Plus, "Add files", ""), || {
            pick::files(How::Add);
        }),
        item(line(Icon::Plus, "Add a folder", ""), || {
            pick::folder(How::Add);
        }),
        item(
            line(Icon::Clock, "Samples and recent files", ""),
            move || {
                state.screen.set(Screen::Open);
            },
        ),
        MenuPart::Rule,
        item(line(Icon::X, "Close", ""), move || state.close()),
    ]
}

/// The name of a document: that of its file, or how many there are.
pub fn document_name(summary: &Summary) -> String {
    match summary.sources.as_slice() {
        [only] => file_name(&only.name).to_owned(),
        sources => counted(sources.len() as u64, "file"),
    }
}

/// The last part of a path or address.
fn file_name(name: &str) -> &str {
    let name = name.trim_end_matches('/');
    name.rsplit('/').next().unwrap_or(name)
}

fn notable(report: &ImportReport) -> u64 {
    let warnings = report.warnings().filter(|warning| is_notable(warning.kind));
    let failed = report.files.iter().filter(|file| file.error.is_some());
    (warnings.count() + failed.count()) as u64
}

fn theme_menu(state: AppState) -> El {
    let look = MenuLook {
        place: "menu-place",
        button: "quiet",
        list: "right",
        name: "Theme",
    };
    let icon = |theme: Theme| match theme {
        Theme::System => Icon::Monitor,
        Theme::Light => Icon::Sun,
        Theme::Dark => Icon::Moon,
    };
    let chosen = move || icon(state.settings.with(|settings| settings.theme)).el(16);
    menu(look, chosen, move || {
        let current = state.settings.with_untracked(|settings| settings.theme);
        [Theme::System, Theme::Light, Theme::Dark]
            .into_iter()
            .map(|theme| {
                let mark = (theme == current).then(|| span("hint").child(Icon::Check.el(14)));
                choice(
                    theme == current,
                    (icon(theme).el(14), theme_name(theme), mark),
                    move || state.settings.update(|settings| settings.theme = theme),
                )
            })
            .collect()
    })
}

/// What a theme is called.
pub fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "System",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

/// Copies a link to what is shown and says what its reader needs.
pub fn copy_link(state: AppState) {
    let local = state.local_files();
    let needs = match local.as_slice() {
        [] => String::new(),
        [(name, size)] => format!("Who opens it needs {name} ({}).", bytes(*size)),
        files => format!(
            "Who opens it needs {} ({}).",
            counted(files.len() as u64, "file"),
            bytes(files.iter().map(|(_, size)| size).sum())
        ),
    };
    clipboard::copy_and_say(state, state.link_here(), "Link", needs);
}

/// How far the opening is, in words, and a way to stop it.
fn work(state: AppState) -> El {
    let words = move || {
        let words = state
            .progress
            .with(|progress| progress.as_ref().map(in_words));
        words.unwrap_or_default()
    };
    div("work").child((
        Icon::Loader.el(14),
        span("ellipsis").text_of(words),
        button("button small", move || state.cancel_open()).child("Cancel"),
    ))
}

/// `claims.jsonl 48.2 of 98.8 MB, 51,204 spans`
pub fn in_words(progress: &Progress) -> String {
    let mut text = file_name(&progress.file).to_owned();
    let (done, total) = (bytes(progress.done_bytes), bytes(progress.total_bytes));
    if progress.total_bytes == 0 {
        if progress.done_bytes > 0 {
            text = format!("{text} {done}");
        }
    } else if let (Some((value, unit)), Some((_, total_unit))) =
        (done.split_once(' '), total.split_once(' '))
        && unit == total_unit
    {
        text = format!("{text} {value} of {total}");
    } else {
        text = format!("{text} {done} of {total}");
    }
    if progress.spans > 0 {
        text = format!("{text}, {}", counted(progress.spans, "span"));
    }
    text
}

fn work_bar(state: AppState) -> El {
    let share = move || {
        state.progress.with(|progress| match progress {
            Some(progress) if progress.total_bytes > 0 => {
                (progress.done_bytes as f64 / progress.total_bytes as f64).min(1.0)
            }
            _ => 0.0,
        })
    };
    div("work-bar")
        .attr("role", "progressbar")
        .attr("aria-label", "Opening")
        .attr_of("aria-valuenow", move || decimal(share() * 100.0, 0))
        .child(el("div").style_of("transform", move || {
            format!("scaleX({})", decimal(share(), 4))
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(done: u64, total: u64, spans: u64) -> Progress {
        Progress {
            file: "folder/claims.jsonl".to_owned(),
            done_bytes: done,
            total_bytes: total,
            spans,
        }
    }

    #[test]
    fn progress_says_its_unit_once() {
        let words = in_words(&progress(48_200_000, 98_800_000, 51_204));
        assert_eq!(words, "claims.jsonl 48.2 of 98.8 MB, 51,204 spans");
        let words = in_words(&progress(418_000, 98_800_000, 1));
        assert_eq!(words, "claims.jsonl 418 KB of 98.8 MB, 1 span");
        assert_eq!(in_words(&progress(0, 0, 0)), "claims.jsonl");
    }
}
