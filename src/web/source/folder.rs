//! Files of dropped folders.

use super::{Gathered, Source, is_plausible};
use crate::model::order::sort_items;
use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// Files that are taken from folders at most.
const MOST_FILES: usize = 10_000;

/// Adds a dropped file or, depth first and by name, the plausible files of a dropped folder.
pub async fn add(entry: FileSystemEntry, gathered: &mut Gathered) {
    let given_itself = entry.is_file();
    let mut stack = vec![entry];
    while let Some(entry) = stack.pop() {
        let path = entry.full_path();
        let name = path.trim_start_matches('/').to_owned();
        if entry.is_directory() {
            match children(entry.unchecked_into()).await {
                Ok(mut entries) => {
                    sort_items(&mut entries, |a, b| b.name().cmp(&a.name()));
                    stack.append(&mut entries);
                }
                Err(_) => gathered.skipped.push(name),
            }
            continue;
        }
        let wanted = given_itself || is_plausible(&name);
        if !wanted || gathered.sources.len() >= MOST_FILES {
            gathered.skipped.push(name);
            continue;
        }
        match file(entry.unchecked_into()).await {
            Ok(file) => gathered.sources.push(Source::new(name, file.into())),
            Err(_) => gathered.skipped.push(name),
        }
    }
}

async fn file(entry: FileSystemFileEntry) -> Result<File, JsValue> {
    let file = called_back(|resolve, reject| {
        entry.file_with_callback_and_callback(resolve, reject);
    })
    .await?;
    Ok(file.unchecked_into())
}

/// All entries of a folder: the browser hands out some hundred at a time, and none at the end.
async fn children(folder: FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, JsValue> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let mut failed = None;
        let some = called_back(|resolve, reject| {
            failed = reader
                .read_entries_with_callback_and_callback(resolve, reject)
                .err();
        });
        let some = Array::from(&some.await?);
        if let Some(error) = failed {
            return Err(error);
        }
        if some.length() == 0 {
            return Ok(all);
        }
        all.extend(some.iter().map(JsValue::unchecked_into::<FileSystemEntry>));
    }
}

async fn called_back(mut call: impl FnMut(&Function, &Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| call(&resolve, &reject))).await
}
