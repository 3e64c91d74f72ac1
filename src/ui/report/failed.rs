//! A file that was not read: where it went wrong, what was tried, what to do.

use super::text;
use crate::ingest::report::{FileError, FileReport};
use crate::scene::format::{count, counted};
use crate::ui::clipboard;
use crate::ui::icon::Icon;
use crate::ui::keys::key;
use crate::ui::pick;
use crate::ui::state::{AppState, FailedOpening, How};
use crate::ui::words::sentence;
use leptos::prelude::*;
use leptos::{ev, html};

/// The page of what was not read.
pub fn failed_page(state: AppState) -> AnyView {
    let body = move || {
        let failed = state.failed.get()?;
        let files: Vec<FileReport> = failed
            .report
            .as_ref()
            .map(|report| {
                let unread = report.files.iter().filter(|file| file.error.is_some());
                unread.cloned().collect()
            })
            .unwrap_or_default();
        Some(if files.is_empty() {
            without_file(state, &failed)
        } else {
            let several = files.len() > 1;
            let pages: Vec<AnyView> = files
                .into_iter()
                .enumerate()
                .map(|(index, file)| one_file(state, &file, index == 0, several))
                .collect();
            pages.into_any()
        })
    };
    html::div().class("failed-page").child(body).into_any()
}

/// The opening failed as a whole, or the worker is gone.
fn without_file(state: AppState, failed: &FailedOpening) -> AnyView {
    let lost = failed.lost.clone();
    let title = if lost.is_empty() {
        "Nothing was opened"
    } else {
        "The document is gone from memory"
    };
    let again = (!lost.is_empty()).then(|| {
        let name = match lost.as_slice() {
            [only] => format!("Reopen {only}"),
            files => format!("Reopen {}", counted(files.len() as u64, "file")),
        };
        html::button()
            .class("button primary")
            .attr("type", "button")
            .on(ev::click, move |_| state.reopen())
            .child(name)
    });
    (
        html::div().class("failed-title").child((
            Icon::CircleX.view(24),
            html::div().child((
                html::h1().child(title),
                html::p().child(sentence(&failed.message)),
            )),
        )),
        html::div().class("failed-columns").child(
            html::div().class("todo").child(
                html::div()
                    .class("actions")
                    .child((again, other_actions(state, lost.is_empty()))),
            ),
        ),
    )
        .into_any()
}

fn one_file(state: AppState, file: &FileReport, first: bool, several: bool) -> AnyView {
    let error = file.error.clone().unwrap_or_default();
    let part = file.spans > 0 || file.log_records > 0;
    let title = if part {
        format!("{} was not read to the end", file.name)
    } else {
        format!("{} was not read", file.name)
    };
    let told = sentence(&format!(
        "expected {}, found {}",
        error.expected, error.found
    ));
    let report = text::error_report(file);
    let copy = html::button()
        .class("button")
        .attr("type", "button")
        .on(ev::click, move |_| {
            clipboard::copy(state, report.clone(), "Error report");
        })
        .child((Icon::Copy.view(14), "Copy error report"));
    html::section()
        .class(if first { "" } else { "other-files" })
        .attr("aria-label", file.name.clone())
        .child((
            html::div().class("failed-title").child((
                Icon::CircleX.view(24),
                html::div().child((html::h1().child(title), html::p().child(told))),
            )),
            excerpt(state, &file.name, &error),
            html::div().class("failed-columns").child((
                tried(&error),
                html::div().class("todo").child((
                    html::h3().child("What to do"),
                    html::p().child(sentence(&error.remedy)),
                    html::div()
                        .class("actions")
                        .child((other_actions(state, first && !several), copy)),
                    html::p().class("hint").child(
                        "The report holds names, sizes and positions, no content of the file.",
                    ),
                )),
            )),
        ))
        .into_any()
}

fn other_actions(state: AppState, primary: bool) -> AnyView {
    let open = state.document.with_untracked(Option::is_some);
    (
        html::button()
            .class(if primary { "button primary" } else { "button" })
            .attr("type", "button")
            .on(ev::click, move |_| {
                pick::files(if open { How::Add } else { How::Replace });
            })
            .child("Choose another file"),
        open.then(|| {
            html::button()
                .class("button")
                .attr("type", "button")
                .on(ev::click, move |_| state.back_to_document())
                .child(("Back to the open document", key("Esc")))
        }),
    )
        .into_any()
}

fn excerpt(state: AppState, name: &str, error: &FileError) -> AnyView {
    if error.excerpt.is_empty() {
        return ().into_any();
    }
    let place = error.place.map(|place| {
        format!(
            "line {}, column {}, byte {}",
            count(place.line),
            count(place.column),
            count(place.byte)
        )
    });
    let at_line = error.place.map(|place| place.line);
    let mut lines: Vec<AnyView> = Vec::new();
    for (number, text) in &error.excerpt {
        let here = at_line == Some(*number);
        let class = if here { "line here" } else { "line" };
        lines.push(
            html::div()
                .class(class)
                .child((
                    html::i().child(number.to_string()),
                    html::span().child(text.clone()),
                ))
                .into_any(),
        );
        if here && let Some(place) = error.place {
            let caret = format!(
                "{}^ expected {}",
                indent(text, place.column),
                error.expected
            );
            lines.push(
                html::div()
                    .class("line caret")
                    .child((html::i(), html::span().child(caret)))
                    .into_any(),
            );
        }
    }
    let path = error.path.clone();
    let copied = path.clone();
    let path = (!path.is_empty()).then(|| {
        (
            html::code().child(path),
            html::button()
                .class("quiet")
                .attr("type", "button")
                .title("Copy the path")
                .attr("aria-label", "Copy the path")
                .on(ev::click, move |_| {
                    clipboard::copy(state, copied.clone(), "Path");
                })
                .child(Icon::Copy.view(14)),
        )
    });
    html::figure()
        .class("excerpt")
        .child((
            html::header().child((
                html::b().child(name.to_owned()),
                html::span().class("muted").child(place),
                path,
            )),
            html::pre().attr("tabindex", "0").child(lines),
        ))
        .into_any()
}

/// White space up to a column in bytes, from one; tabs stay tabs, so that the caret stands below its character.
fn indent(text: &str, column: u64) -> String {
    let before = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    text.char_indices()
        .take_while(|(at, _)| *at < before)
        .map(|(_, letter)| if letter == '\t' { '\t' } else { ' ' })
        .collect()
}

fn tried(error: &FileError) -> AnyView {
    let rows: Vec<AnyView> = error
        .tried
        .iter()
        .map(|(format, why)| {
            html::tr()
                .child((
                    html::td().child(format.clone()),
                    html::td().child(why.clone()),
                ))
                .into_any()
        })
        .collect();
    if rows.is_empty() {
        return html::div().into_any();
    }
    html::div()
        .child((
            html::h3().child("Formats tried"),
            html::table()
                .class("tried")
                .child(html::tbody().child(rows)),
        ))
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_below_its_character() {
        assert_eq!(indent("    \"spans\": 42", 14), " ".repeat(13));
        // Tab, the two bytes of ä, colon: column 5 is the fourth character.
        assert_eq!(indent("\tä: 1", 5), "\t  ");
        assert_eq!(indent("ab", 9), "  ");
        assert_eq!(indent("", 1), "");
    }
}
