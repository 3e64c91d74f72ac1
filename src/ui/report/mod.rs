//! What was read of the files: the import report, and the page of a file that was not read.

mod failed;
mod lint;
mod text;

pub use failed::failed_page;

use super::clipboard;
use super::dom::{El, button, div, el, parts, span};
use super::field::Field;
use super::icon::Icon;
use super::state::{AppState, Screen};
use super::warnings::{WarningText, warning_text};
use crate::engine::protocol::Summary;
use crate::ingest::report::{FileReport, ImportReport, Place, Warning};
use crate::model::order::sort_items;
use crate::scene::format::{UNKNOWN, bytes, count, counted, duration};
use std::rc::Rc;

/// Which notes are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    All,
    Warnings,
    Notes,
}

/// The import report of the open document.
pub fn report_page(state: AppState) -> El {
    let body = move || {
        let mut report = state.report.get().unwrap_or_default();
        let summary = state.document.get().unwrap_or_default();
        // Texts of the files that were told when they were opened.
        if state.settings.with(|settings| settings.masked) {
            let warnings = report.files.iter_mut().flat_map(|file| &mut file.warnings);
            for warning in warnings {
                "not shown while secrets are covered".clone_into(&mut warning.example);
            }
        }
        (
            head(state, &report, &summary),
            figures(&report, &summary),
            files(state, &report),
            notes(&report),
        )
    };
    div("report-page").child((body, lint::lint(state)))
}

fn head(state: AppState, report: &ImportReport, summary: &Summary) -> El {
    let elapsed = duration((state.opened_in_ms.get() * 1e6) as i64);
    let logs = match summary.log_records {
        0 => String::new(),
        logs => format!(" and {}", counted(u64::from(logs), "log record")),
    };
    let comma = if logs.is_empty() { " and" } else { "," };
    let title = format!(
        "Loaded {}{comma} {}{logs} in {elapsed}",
        counted(u64::from(summary.traces), "run"),
        counted(u64::from(summary.spans), "span"),
    );
    let copied = text::report(&title, report);
    el("header").class("page-head").child((
        el("div").child((el("h1").child(title), el("p").child(text::outcome(report)))),
        button("button", move || {
            clipboard::copy(state, copied.clone(), "Report");
        })
        .child((Icon::Copy.el(14), "Copy report")),
        button("button primary", move || state.screen.set(Screen::Runs)).child("Open runs"),
    ))
}

fn figures(report: &ImportReport, summary: &Summary) -> El {
    let documents = report.files.iter().map(|file| file.documents).sum();
    let read: u64 = report.files.iter().map(|file| file.spans).sum();
    let figure = |label: &'static str, value: String, note: String| {
        el("div").child((
            el("dt").child(label),
            el("dd").child(value),
            el("dd").child(note),
        ))
    };
    let duplicates = match summary.duplicate_spans {
        0 => "0".to_owned(),
        many => format!("\u{2212}{}", count(many)),
    };
    let services = summary.services.len() as u64;
    let tiles = vec![
        figure(
            "Documents",
            count(documents),
            counted(report.files.len() as u64, "file"),
        ),
        figure("Spans in the files", count(read), String::new()),
        figure("Duplicates merged", duplicates, String::new()),
        figure(
            "Spans kept",
            count(u64::from(summary.spans)),
            counted(u64::from(summary.orphans), "orphan"),
        ),
        figure(
            "Log records",
            count(u64::from(summary.log_records)),
            String::new(),
        ),
        figure(
            "Runs",
            count(u64::from(summary.traces)),
            counted(services, "service"),
        ),
    ];
    el("dl").class("figures").child(tiles)
}

fn files(state: AppState, report: &ImportReport) -> El {
    let heads = ["File", "Format", "Size", "Spans", "Logs", "Note"].map(|title| {
        let class = if matches!(title, "Size" | "Spans" | "Logs") {
            "num"
        } else {
            ""
        };
        el("th").class(class).attr("scope", "col").child(title)
    });
    let rows: Vec<El> = report
        .files
        .iter()
        .map(|file| file_row(state, file))
        .collect();
    el("section")
        .class("report-section")
        .attr("aria-label", "Files")
        .child((
            div("section-head").child(el("h3").child("Files")),
            div("wide-table").child(el("table").class("files").child((
                el("thead").child(el("tr").child(Vec::from(heads))),
                el("tbody").child(rows),
            ))),
        ))
}

fn file_row(state: AppState, file: &FileReport) -> El {
    let unread = file.error.is_some() && file.spans == 0 && file.log_records == 0;
    let warned = file.error.is_some()
        || file
            .warnings
            .iter()
            .any(|warning| warning_text(warning.kind).notable);
    let (icon, class) = match (unread, warned) {
        (true, _) => (Icon::CircleX, "is-err"),
        (false, true) => (Icon::TriangleAlert, "is-warn"),
        (false, false) => (Icon::Check, "is-ok"),
    };
    let format = match (unread, file.format.is_empty()) {
        (true, _) => "not read".to_owned(),
        (false, true) => UNKNOWN.to_owned(),
        (false, false) => file.format.clone(),
    };
    let size = if file.compression.is_empty() || file.text_bytes == 0 {
        bytes(file.bytes)
    } else {
        format!("{} → {}", bytes(file.bytes), bytes(file.text_bytes))
    };
    let number = |value: u64| {
        if unread {
            UNKNOWN.to_owned()
        } else {
            count(value)
        }
    };
    let masked = state.settings.with_untracked(|settings| settings.masked);
    let note = if file.error.is_some() && masked {
        parts("Why is not shown while secrets are covered")
    } else if file.error.is_some() {
        let file = file.clone();
        parts(button("textlink", move || state.show_failed_file(&file)).child("See why"))
    } else {
        parts(text::note(file))
    };
    el("tr").child((
        el("td").child(span("file").child((
            el("span").class(class).child(icon.el(14)),
            file.name.clone(),
        ))),
        el("td")
            .class(if unread { "is-err" } else { "" })
            .child(format),
        el("td").class("num").child(size),
        el("td").class("num").child(number(file.spans)),
        el("td").class("num").child(number(file.log_records)),
        el("td").class("note").child(note),
    ))
}

fn notes(report: &ImportReport) -> Option<El> {
    let mut all: Vec<(Warning, WarningText)> = report
        .warnings()
        .map(|warning| (warning.clone(), warning_text(warning.kind)))
        .collect();
    if all.is_empty() {
        return None;
    }
    sort_items(&mut all, |(_, a), (_, b)| b.notable.cmp(&a.notable));
    let notable = all.iter().filter(|(_, text)| text.notable).count();
    let listed = Rc::new(Field::new(Listed::All));
    let kinds = [
        (Listed::All, "All", all.len()),
        (Listed::Warnings, "Warnings", notable),
        (Listed::Notes, "Notes", all.len() - notable),
    ];
    let buttons: Vec<El> = kinds
        .into_iter()
        .map(|(which, name, many)| {
            let (shown, listed) = (Rc::clone(&listed), Rc::clone(&listed));
            button("", move || listed.set(which))
                .attr_of("aria-pressed", move || shown.get() == which)
                .child(format!("{name} {}", count(many as u64)))
        })
        .collect();
    let rows = move || -> Vec<El> {
        all.iter()
            .filter(|(_, text)| match listed.get() {
                Listed::All => true,
                Listed::Warnings => text.notable,
                Listed::Notes => !text.notable,
            })
            .map(|(warning, text)| note_row(warning, *text))
            .collect()
    };
    let switch = div("segment")
        .attr("role", "group")
        .attr("aria-label", "Listed")
        .child(buttons);
    let section = el("section")
        .class("report-section")
        .attr("aria-label", "What to know")
        .child((
            div("section-head").child((el("h3").child("What to know"), switch)),
            el("ul").class("notes").child(rows),
        ));
    Some(section)
}

fn note_row(warning: &Warning, text: WarningText) -> El {
    let (icon, class) = if text.notable {
        (Icon::TriangleAlert, "is-warn")
    } else {
        (Icon::Info, "muted")
    };
    el("li").child((
        el("span").class(class).child(icon.el(14)),
        el("div").child((
            el("b").child(text.title),
            span("where").child(at(&warning.file, warning.place)),
        )),
        div("told").child(super::words::sentence(&warning.example)),
        div("remedy").child(text.remedy),
        div("count").child(counted(warning.count, text.noun)),
    ))
}

/// `claims.jsonl, line 9,042, byte 8,803,312`
fn at(file: &str, place: Option<Place>) -> String {
    match place {
        Some(place) => format!(
            "{file}, line {}, byte {}",
            count(place.line),
            count(place.byte)
        ),
        None => file.to_owned(),
    }
}
