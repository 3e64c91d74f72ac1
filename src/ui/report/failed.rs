//! A file that was not read: where it went wrong, what was tried, what to do.

use super::text;
use crate::ingest::report::{FileError, FileReport};
use crate::scene::format::{count, counted};
use crate::ui::clipboard;
use crate::ui::dom::{El, Parts, button, div, el, parts, span};
use crate::ui::icon::Icon;
use crate::ui::keys::key;
use crate::ui::pick;
use crate::ui::state::{AppState, FailedOpening, How};
use crate::ui::words::sentence;

/// The page of what was not read.
pub fn failed_page(state: AppState) -> El {
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
            vec![without_file(state, &failed)]
        } else {
            let several = files.len() > 1;
            files
                .into_iter()
                .enumerate()
                .map(|(index, file)| parts(one_file(state, &file, index == 0, several)))
                .collect()
        })
    };
    div("failed-page").child(body)
}

/// The opening failed as a whole, or the worker is gone.
fn without_file(state: AppState, failed: &FailedOpening) -> Parts {
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
        button("button primary", move || state.reopen()).child(name)
    });
    parts((
        div("failed-title").child((
            Icon::CircleX.el(24),
            el("div").child((
                el("h1").child(title),
                el("p").child(sentence(&failed.message)),
            )),
        )),
        div("failed-columns").child(
            div("todo").child(div("actions").child((again, other_actions(state, lost.is_empty())))),
        ),
    ))
}

fn one_file(state: AppState, file: &FileReport, first: bool, several: bool) -> El {
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
    let copy = button("button", move || {
        clipboard::copy(state, report.clone(), "Error report");
    })
    .child((Icon::Copy.el(14), "Copy error report"));
    el("section")
        .class(if first { "" } else { "other-files" })
        .attr("aria-label", file.name.clone())
        .child((
            div("failed-title").child((
                Icon::CircleX.el(24),
                el("div").child((el("h1").child(title), el("p").child(told))),
            )),
            excerpt(state, &file.name, &error),
            div("failed-columns").child((
                tried(&error),
                div("todo").child((
                    el("h3").child("What to do"),
                    el("p").child(sentence(&error.remedy)),
                    div("actions").child((other_actions(state, first && !several), copy)),
                    el("p").class("hint").child(
                        "The report holds names, sizes and positions, no content of the file.",
                    ),
                )),
            )),
        ))
}

fn other_actions(state: AppState, primary: bool) -> Parts {
    let open = state.document.with_untracked(Option::is_some);
    let class = if primary { "button primary" } else { "button" };
    let choose = move || pick::files(if open { How::Add } else { How::Replace });
    parts((
        button(class, choose).child("Choose another file"),
        open.then(|| {
            button("button", move || state.back_to_document())
                .child(("Back to the open document", key("Esc")))
        }),
    ))
}

fn excerpt(state: AppState, name: &str, error: &FileError) -> Option<El> {
    if error.excerpt.is_empty() {
        return None;
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
    let mut lines: Vec<El> = Vec::new();
    for (number, text) in &error.excerpt {
        let here = at_line == Some(*number);
        let class = if here { "line here" } else { "line" };
        lines.push(el("div").class(class).child((
            el("i").child(number.to_string()),
            el("span").child(text.clone()),
        )));
        if here && let Some(place) = error.place {
            let caret = format!(
                "{}^ expected {}",
                indent(text, place.column),
                error.expected
            );
            lines.push(div("line caret").child((el("i"), el("span").child(caret))));
        }
    }
    let path = error.path.clone();
    let copied = path.clone();
    let path = (!path.is_empty()).then(|| {
        (
            el("code").child(path),
            button("quiet", move || {
                clipboard::copy(state, copied.clone(), "Path");
            })
            .attr("title", "Copy the path")
            .attr("aria-label", "Copy the path")
            .child(Icon::Copy.el(14)),
        )
    });
    let figure = el("figure").class("excerpt").child((
        el("header").child((
            el("b").child(name.to_owned()),
            span("muted").child(place),
            path,
        )),
        el("pre").attr("tabindex", "0").child(lines),
    ));
    Some(figure)
}

/// White space up to a column in bytes, from one; tabs stay tabs, so that the caret stands below its character.
fn indent(text: &str, column: u64) -> String {
    let before = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    text.char_indices()
        .take_while(|(at, _)| *at < before)
        .map(|(_, letter)| if letter == '\t' { '\t' } else { ' ' })
        .collect()
}

fn tried(error: &FileError) -> El {
    let rows: Vec<El> = error
        .tried
        .iter()
        .map(|(format, why)| {
            el("tr").child((el("td").child(format.clone()), el("td").child(why.clone())))
        })
        .collect();
    if rows.is_empty() {
        return el("div");
    }
    el("div").child((
        el("h3").child("Formats tried"),
        el("table").class("tried").child(el("tbody").child(rows)),
    ))
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
