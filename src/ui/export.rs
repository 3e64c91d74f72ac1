//! Saving what a view shows: its picture as PNG or SVG, its table as comma-separated values or on the clipboard.
//!
//! What is covered on the page is covered in what is saved: pictures and tables are made of the same texts.

use super::canvas::{Look, Pen, Surface};
use super::clipboard::copy_and_say;
use super::dom::{El, span};
use super::frame::document_name;
use super::icon::Icon;
use super::menu::{MenuLook, MenuPart, item, menu};
use super::state::{AppState, Tone};
use crate::scene::format::{bytes, count, counted};
use crate::scene::table::Table;
use js_sys::Array;
use leptos::prelude::set_timeout;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Pixels of a saved picture for each pixel of the page.
const SHARPNESS: f64 = 2.0;
/// No browser has a canvas that is wider or higher.
const LARGEST: f64 = 16_000.0;
/// Letters of a file's name.
const LONGEST_NAME: usize = 80;

/// A view that can be saved.
pub trait Picture {
    /// What it is called in the name of a file, such as `cost`.
    fn name(&self) -> &'static str;

    /// What it is called, as the title of an SVG.
    fn title(&self) -> String;

    /// Width and height of the picture in CSS pixels; `None` for a view that is a table only, or has nothing to show yet.
    fn size(&self) -> Option<(f64, f64)>;

    /// Draws all of it, its ground included.
    fn draw(&self, pen: &mut Pen<'_>);

    /// Gives its table, now or later.
    fn table(&self, done: Box<dyn FnOnce(Table)>);
}

/// The menu of what can be saved.
pub fn export_menu(app: AppState, picture: Rc<dyn Picture>) -> El {
    let look = MenuLook {
        place: "menu-place",
        button: "button small",
        list: "right",
        name: "",
    };
    let label = (Icon::Download.el(14), "Export");
    menu(look, label, move || {
        let line = |name: &'static str, hint: &'static str| (name, span("hint").child(hint));
        let (png, svg, csv, copied) = (
            picture.clone(),
            picture.clone(),
            picture.clone(),
            picture.clone(),
        );
        let mut lines = Vec::new();
        if picture.size().is_some() {
            lines.push(item(line("PNG", "picture"), move || {
                save_png(app, &*png);
            }));
            lines.push(item(line("SVG", "drawing"), move || {
                save_svg(app, &*svg);
            }));
            lines.push(MenuPart::Rule);
        }
        lines.push(item(line("CSV", "table"), move || save_csv(app, &*csv)));
        lines.push(item("Copy table", move || {
            copied.table(Box::new(move |table| {
                copy_and_say(app, table.tabbed(), "Table", rows(app, &table));
            }));
        }));
        lines
    })
}

fn save_png(app: AppState, picture: &dyn Picture) {
    let name = file_name(app, picture.name(), "png");
    let drawn = picture.size().and_then(|(width, height)| {
        let surface = Surface::offscreen()?;
        let sharpness = SHARPNESS.min(LARGEST / width).min(LARGEST / height);
        surface.set_size(width, height);
        surface.begin_at(sharpness);
        picture.draw(&mut Look::default().on_canvas(&surface));
        let size = format!(
            "{} × {} pixels",
            count((width * sharpness).round() as u64),
            count((height * sharpness).round() as u64)
        );
        let saved = name.clone();
        let done = Closure::once_into_js(move |blob: JsValue| match blob.dyn_into::<Blob>() {
            Ok(blob) => save(app, &blob, &saved, &size),
            Err(_) => refused(app, &saved),
        });
        surface.element().to_blob(done.unchecked_ref()).ok()
    });
    if drawn.is_none() {
        refused(app, &name);
    }
}

fn save_svg(app: AppState, picture: &dyn Picture) {
    let name = file_name(app, picture.name(), "svg");
    let (Some(size), Some(surface)) = (picture.size(), Surface::offscreen()) else {
        refused(app, &name);
        return;
    };
    let mut look = Look::default();
    let mut svg = look.svg(size, &picture.title());
    picture.draw(&mut look.into_svg(&surface, &mut svg));
    save_text(app, &svg.finish(), "image/svg+xml", &name, "");
}

fn save_csv(app: AppState, picture: &dyn Picture) {
    let name = file_name(app, picture.name(), "csv");
    picture.table(Box::new(move |table| {
        let rows = rows(app, &table);
        save_text(app, &table.csv(), "text/csv;charset=utf-8", &name, &rows);
    }));
}

/// What is to be known of a table.
fn rows(app: AppState, table: &Table) -> String {
    let mut text = counted(table.rows.len() as u64, "row");
    if table.left_out > 0 {
        let more = count(u64::from(table.left_out));
        text = format!("{text}, {more} more left out");
    }
    if app.settings.with_untracked(|settings| settings.masked) {
        text.push_str(", secrets covered");
    }
    text
}

fn save_text(app: AppState, text: &str, kind: &str, name: &str, note: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    match Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options) {
        Ok(blob) => save(app, &blob, name, note),
        Err(_) => refused(app, name),
    }
}

/// Hands a file to the browser, which saves it as it saves every file.
fn save(app: AppState, blob: &Blob, name: &str, note: &str) {
    let saved = (|| {
        let address = Url::create_object_url_with_blob(blob).ok()?;
        let document = web_sys::window()?.document()?;
        let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        // Some browsers read the bytes a while after the click.
        let forget = move || drop(Url::revoke_object_url(&address));
        set_timeout(forget, Duration::from_secs(60));
        Some(())
    })();
    if saved.is_none() {
        refused(app, name);
        return;
    }
    let mut text = bytes(blob.size() as u64);
    if !note.is_empty() {
        text = format!("{note}, {text}");
    }
    app.toast(Tone::Done, format!("{name} saved"), text);
}

fn refused(app: AppState, name: &str) {
    let text = "The browser has no room for it. A smaller window makes a smaller picture.";
    app.toast(Tone::Error, format!("{name} not saved"), text);
}

/// The name of a file: the document's, then the view's.
fn file_name(app: AppState, view: &str, ending: &str) -> String {
    let document = app
        .document
        .with_untracked(|document| document.as_ref().map(document_name));
    name_of(&document.unwrap_or_default(), view, ending)
}

fn name_of(document: &str, view: &str, ending: &str) -> String {
    let mut stem = document;
    for known in [".gz", ".zst", ".jsonl", ".json", ".ndjson", ".txt", ".har"] {
        stem = stem.strip_suffix(known).unwrap_or(stem);
    }
    // Letters of any script, but nothing that a system of files reads as anything else.
    let plain = |letter: char| {
        if letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-') {
            letter
        } else {
            '-'
        }
    };
    let stem: String = stem.chars().take(LONGEST_NAME).map(plain).collect();
    let stem = stem.trim_matches(['.', '-']);
    let stem = if stem.is_empty() { "trace" } else { stem };
    format!("{stem}-{view}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_the_document_and_the_view() {
        assert_eq!(name_of("run.jsonl.gz", "cost", "csv"), "run-cost.csv");
        assert_eq!(name_of("../a b:c?.json", "cost", "png"), "a-b-c-cost.png");
        assert_eq!(name_of("...", "cost", "svg"), "trace-cost.svg");
        assert_eq!(name_of("3 files", "cost", "svg"), "3-files-cost.svg");
    }
}
