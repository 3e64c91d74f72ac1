//! What was read of the files: the import report, and the page of a file that was not read.

mod failed;
mod text;

pub use failed::failed_page;

use super::clipboard;
use super::icon::Icon;
use super::state::{AppState, Screen};
use super::warnings::{WarningText, warning_text};
use crate::engine::protocol::Summary;
use crate::ingest::report::{FileReport, ImportReport, Place, Warning};
use crate::scene::format::{UNKNOWN, bytes, count, counted, duration};
use leptos::prelude::*;
use leptos::{ev, html};

/// Which notes are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    All,
    Warnings,
    Notes,
}

/// The import report of the open document.
pub fn report_page(state: AppState) -> AnyView {
    let body = move || {
        let report = state.report.get().unwrap_or_default();
        let summary = state.document.get().unwrap_or_default();
        (
            head(state, &report, &summary),
            figures(&report, &summary),
            files(state, &report),
            notes(&report),
        )
            .into_any()
    };
    html::div().class("report-page").child(body).into_any()
}

fn head(state: AppState, report: &ImportReport, summary: &Summary) -> AnyView {
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
    html::header()
        .class("page-head")
        .child((
            html::div().child((
                html::h1().child(title),
                html::p().child(text::outcome(report)),
            )),
            html::button()
                .class("button")
                .attr("type", "button")
                .on(ev::click, move |_| {
                    clipboard::copy(state, copied.clone(), "Report");
                })
                .child((Icon::Copy.view(14), "Copy report")),
            html::button()
                .class("button primary")
                .attr("type", "button")
                .on(ev::click, move |_| state.screen.set(Screen::Runs))
                .child("Open runs"),
        ))
        .into_any()
}

fn figures(report: &ImportReport, summary: &Summary) -> AnyView {
    let documents = report.files.iter().map(|file| file.documents).sum();
    let read: u64 = report.files.iter().map(|file| file.spans).sum();
    let figure = |label: &'static str, value: String, note: String| {
        html::div()
            .child((
                html::dt().child(label),
                html::dd().child(value),
                html::dd().child(note),
            ))
            .into_any()
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
    html::dl().class("figures").child(tiles).into_any()
}

fn files(state: AppState, report: &ImportReport) -> AnyView {
    let heads = ["File", "Format", "Size", "Spans", "Logs", "Note"].map(|title| {
        let class = if matches!(title, "Size" | "Spans" | "Logs") {
            "num"
        } else {
            ""
        };
        html::th()
            .class(class)
            .attr("scope", "col")
            .child(title)
            .into_any()
    });
    let rows: Vec<AnyView> = report
        .files
        .iter()
        .map(|file| file_row(state, file))
        .collect();
    html::section()
        .class("report-section")
        .attr("aria-label", "Files")
        .child((
            html::div()
                .class("section-head")
                .child(html::h3().child("Files")),
            html::div()
                .class("wide-table")
                .child(html::table().class("files").child((
                    html::thead().child(html::tr().child(heads.into_iter().collect::<Vec<_>>())),
                    html::tbody().child(rows),
                ))),
        ))
        .into_any()
}

fn file_row(state: AppState, file: &FileReport) -> AnyView {
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
    let number = |value: u64| match value {
        0 => UNKNOWN.to_owned(),
        value => count(value),
    };
    let note = if file.error.is_some() {
        let file = file.clone();
        html::button()
            .class("textlink")
            .attr("type", "button")
            .on(ev::click, move |_| state.show_failed_file(&file))
            .child("See why")
            .into_any()
    } else {
        text::note(file).into_any()
    };
    html::tr()
        .child((
            html::td().child(html::span().class("file").child((
                html::span().class(class).child(icon.view(14)),
                file.name.clone(),
            ))),
            html::td()
                .class(if unread { "is-err" } else { "" })
                .child(format),
            html::td().class("num").child(size),
            html::td().class("num").child(number(file.spans)),
            html::td().class("num").child(number(file.log_records)),
            html::td().class("note").child(note),
        ))
        .into_any()
}

fn notes(report: &ImportReport) -> AnyView {
    let mut all: Vec<(Warning, WarningText)> = report
        .warnings()
        .map(|warning| (warning.clone(), warning_text(warning.kind)))
        .collect();
    if all.is_empty() {
        return ().into_any();
    }
    all.sort_by_key(|(_, text)| !text.notable);
    let notable = all.iter().filter(|(_, text)| text.notable).count();
    let listed = RwSignal::new(Listed::All);
    let kinds = [
        (Listed::All, "All", all.len()),
        (Listed::Warnings, "Warnings", notable),
        (Listed::Notes, "Notes", all.len() - notable),
    ];
    let buttons: Vec<AnyView> = kinds
        .into_iter()
        .map(|(which, name, many)| {
            html::button()
                .attr("type", "button")
                .attr("aria-pressed", move || (listed.get() == which).to_string())
                .on(ev::click, move |_| listed.set(which))
                .child(format!("{name} {}", count(many as u64)))
                .into_any()
        })
        .collect();
    let rows = move || -> Vec<AnyView> {
        all.iter()
            .filter(|(_, text)| match listed.get() {
                Listed::All => true,
                Listed::Warnings => text.notable,
                Listed::Notes => !text.notable,
            })
            .map(|(warning, text)| note_row(warning, *text))
            .collect()
    };
    html::section()
        .class("report-section")
        .attr("aria-label", "What to know")
        .child((
            html::div().class("section-head").child((
                html::h3().child("What to know"),
                html::div()
                    .class("segment")
                    .attr("role", "group")
                    .attr("aria-label", "Listed")
                    .child(buttons),
            )),
            html::ul().class("notes").child(rows),
        ))
        .into_any()
}

fn note_row(warning: &Warning, text: WarningText) -> AnyView {
    let (icon, class) = if text.notable {
        (Icon::TriangleAlert, "is-warn")
    } else {
        (Icon::Info, "muted")
    };
    html::li()
        .child((
            html::span().class(class).child(icon.view(14)),
            html::div().child((
                html::b().child(text.title),
                html::span()
                    .class("where")
                    .child(at(&warning.file, warning.place)),
            )),
            html::div()
                .class("told")
                .child(super::words::sentence(&warning.example)),
            html::div().class("remedy").child(text.remedy),
            html::div()
                .class("count")
                .child(counted(warning.count, text.noun)),
        ))
        .into_any()
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
