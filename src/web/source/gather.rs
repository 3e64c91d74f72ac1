//! What a drop, a paste or a file input brings.

use super::{Source, folder, is_address, is_plausible};
use js_sys::Reflect;
use std::future::Future;
use wasm_bindgen::JsValue;
use web_sys::{ClipboardEvent, DataTransfer, File, FileList, FileSystemEntry, HtmlInputElement};

/// What was brought.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// To be opened, in order.
    pub sources: Vec<Source>,
    /// Addresses that were dropped or pasted; nothing was fetched.
    pub urls: Vec<String>,
    /// Names of files in folders that were left out, because their names say that they hold no traces or because they
    /// could not be read.
    pub skipped: Vec<String>,
}

impl Gathered {
    /// Whether there is nothing to open.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.urls.is_empty()
    }

    fn add_text(&mut self, name: &str, text: &str) {
        if is_address(text) {
            self.urls.push(text.trim().to_owned());
        } else if !text.trim().is_empty()
            && let Ok(source) = Source::from_text(name, text)
        {
            self.sources.push(source);
        }
    }
}

/// What was dropped: files, folders with all that is in them, text. Call it in the event's handler; the future may be
/// awaited later.
pub fn dropped(transfer: &DataTransfer) -> impl Future<Output = Gathered> + 'static {
    // The browser empties the transfer when the handler returns.
    let text = transfer.get_data("text/plain").unwrap_or_default();
    let entries: Vec<Result<FileSystemEntry, File>> = entries(transfer);
    async move {
        let mut gathered = Gathered::default();
        for entry in entries {
            match entry {
                Ok(entry) => folder::add(entry, &mut gathered).await,
                Err(file) => gathered.sources.push(Source::from_file(file)),
            }
        }
        if gathered.sources.is_empty() && gathered.skipped.is_empty() {
            gathered.add_text("dropped text", &text);
        }
        gathered
    }
}

/// What was pasted: files, or else text.
pub fn pasted(event: &ClipboardEvent) -> Gathered {
    let mut gathered = Gathered::default();
    let Some(transfer) = event.clipboard_data() else {
        return gathered;
    };
    gathered
        .sources
        .extend(files(transfer.files().as_ref()).map(Source::from_file));
    if gathered.sources.is_empty() {
        let text = transfer.get_data("text/plain").unwrap_or_default();
        gathered.add_text("pasted text", &text);
    }
    gathered
}

/// What was chosen in a file input. It is emptied, so that choosing the same file again is noticed.
pub fn picked(input: &HtmlInputElement) -> Gathered {
    let mut gathered = Gathered::default();
    for file in files(input.files().as_ref()) {
        // Set when the input asks for folders.
        let path = Reflect::get(&file, &JsValue::from_str("webkitRelativePath"))
            .ok()
            .and_then(|path| path.as_string())
            .filter(|path| !path.is_empty());
        match path {
            Some(path) if is_plausible(&path) => {
                gathered.sources.push(Source::new(path, file.into()));
            }
            Some(path) => gathered.skipped.push(path),
            None => gathered.sources.push(Source::from_file(file)),
        }
    }
    input.set_value("");
    gathered
}

fn entries(transfer: &DataTransfer) -> Vec<Result<FileSystemEntry, File>> {
    let items = transfer.items();
    let mut entries = Vec::new();
    for index in 0..items.length() {
        let Some(item) = items.get(index).filter(|item| item.kind() == "file") else {
            continue;
        };
        if let Ok(Some(entry)) = item.webkit_get_as_entry() {
            entries.push(Ok(entry));
        } else if let Ok(Some(file)) = item.get_as_file() {
            entries.push(Err(file));
        }
    }
    if entries.is_empty() {
        entries.extend(files(transfer.files().as_ref()).map(Err));
    }
    entries
}

fn files(list: Option<&FileList>) -> impl Iterator<Item = File> {
    let files: Vec<File> = list
        .map(|list| {
            (0..list.length())
                .filter_map(|index| list.get(index))
                .collect()
        })
        .unwrap_or_default();
    files.into_iter()
}
