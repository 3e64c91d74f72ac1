//! Opened files that stay in this browser, because the user chose so: in origin-private storage, which no other site and no
//! program sees.
//!
//! A file is stored under its fingerprint, its name beside it:
//!
//! ```text
//! kept/0123456789abcdef        the bytes as given
//! kept/0123456789abcdef.json   {"name": "claims.json", "size": 98800000, "kept_at": 1763712000000}
//! ```
//!
//! The second is written last, so what was cut off by a closed tab is not listed. Several tabs share the folder; where room runs
//! out, what was kept longest ago goes first.

use crate::model::json::{Json, JsonText};
use crate::model::order::sort_items;
use crate::web::link::in_words;
use crate::web::source::Source;
use js_sys::{AsyncIterator, IteratorNext, Promise, Reflect};
use std::fmt;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, File, FileSystemDirectoryHandle, FileSystemFileHandle,
    FileSystemGetDirectoryOptions, FileSystemGetFileOptions, FileSystemRemoveOptions,
    WritableStream,
};

/// The folder in origin-private storage.
const FOLDER: &str = "kept";

/// A file that stays in this browser.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Name as given.
    pub name: String,
    /// Bytes as given.
    pub size: u64,
    /// As in [`crate::engine::protocol::SourceSummary::fingerprint`].
    pub fingerprint: String,
    /// When it was kept, in milliseconds since the epoch.
    pub kept_at: f64,
}

/// What stands beside a kept file.
#[derive(Debug)]
struct Label {
    name: String,
    size: u64,
    kept_at: f64,
}

/// Why something could not be kept or given back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeepError {
    /// This browser, or this address, has no such storage.
    Unsupported,
    /// There is no room, even with nothing else kept.
    NoRoom,
    /// What the browser says.
    Other(String),
}

impl fmt::Display for KeepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported => f.write_str("this browser cannot keep files for this page"),
            Self::NoRoom => f.write_str("there is no room left to keep the file in this browser"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for KeepError {}

impl From<JsValue> for KeepError {
    fn from(error: JsValue) -> Self {
        match error.dyn_ref::<DomException>() {
            Some(exception) if exception.name() == "QuotaExceededError" => Self::NoRoom,
            _ => Self::Other(in_words(&error)),
        }
    }
}

/// Whether files can be kept here: not in old browsers, and not from an insecure address.
pub fn is_supported() -> bool {
    let has = |object: &JsValue, name: &str| {
        object.is_object() && Reflect::has(object, &JsValue::from_str(name)).unwrap_or(false)
    };
    let member = |object: &JsValue, name: &str| {
        Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    };
    let Some(window) = web_sys::window() else {
        return false;
    };
    let handle = member(&window, "FileSystemFileHandle");
    has(&member(&window.navigator(), "storage"), "getDirectory")
        && has(&member(&handle, "prototype"), "createWritable")
}

/// Keeps a source. One that is kept already becomes the latest.
///
/// # Errors
/// There is no such storage, no room, or the source cannot be read.
pub async fn keep(source: &Source, fingerprint: &str) -> Result<(), KeepError> {
    let folder = folder().await?;
    loop {
        match put(&folder, source, fingerprint).await {
            Err(KeepError::NoRoom) if drop_oldest(&folder, fingerprint).await? => {}
            done => return done,
        }
    }
}

/// What is kept, the latest first.
///
/// # Errors
/// There is no such storage.
pub async fn list() -> Result<Vec<Kept>, KeepError> {
    match present_folder().await? {
        Some(folder) => list_in(&folder).await,
        None => Ok(Vec::new()),
    }
}

/// A kept file; `None` when it is not, or no longer, there.
///
/// # Errors
/// There is no such storage.
pub async fn restore(fingerprint: &str) -> Result<Option<Source>, KeepError> {
    let Some(folder) = present_folder().await? else {
        return Ok(None);
    };
    let Some(label) = label(&folder, fingerprint).await else {
        return Ok(None);
    };
    let Ok(file) = file(&folder, fingerprint).await else {
        return Ok(None);
    };
    Ok((file.size() as u64 == label.size).then(|| Source::new(label.name, file.into())))
}

/// Forgets all kept files.
///
/// # Errors
/// There is no such storage, or another tab is writing to it.
pub async fn clear() -> Result<(), KeepError> {
    let root = root().await?;
    let options = FileSystemRemoveOptions::new();
    options.set_recursive(true);
    match JsFuture::from(root.remove_entry_with_options(FOLDER, &options)).await {
        Ok(_) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn put(
    folder: &FileSystemDirectoryHandle,
    source: &Source,
    fingerprint: &str,
) -> Result<(), KeepError> {
    let is_there = file(folder, fingerprint)
        .await
        .is_ok_and(|file| file.size() as u64 == source.size());
    if !is_there {
        let writable = writable(folder, fingerprint).await?;
        // Closes it at the end, and throws away what was written when it fails.
        JsFuture::from(source.blob.stream().pipe_to(&writable)).await?;
    }
    let label = JsonText::object()
        .text("name", &source.name)
        .count("size", source.size())
        .number("kept_at", js_sys::Date::now())
        .end();
    let label =
        Source::from_text("", &label).map_err(|error| KeepError::Other(error.to_string()))?;
    let writable = writable(folder, &label_name(fingerprint)).await?;
    JsFuture::from(label.blob.stream().pipe_to(&writable)).await?;
    Ok(())
}

/// Removes what was kept longest ago, but not `except`; whether there was anything to remove.
async fn drop_oldest(folder: &FileSystemDirectoryHandle, except: &str) -> Result<bool, KeepError> {
    let all = list_in(folder).await?;
    let Some(oldest) = all.iter().rfind(|kept| kept.fingerprint != except) else {
        return Ok(false);
    };
    for name in [label_name(&oldest.fingerprint), oldest.fingerprint.clone()] {
        JsFuture::from(folder.remove_entry(&name)).await?;
    }
    Ok(true)
}

async fn list_in(folder: &FileSystemDirectoryHandle) -> Result<Vec<Kept>, KeepError> {
    let names: AsyncIterator = folder.keys();
    let mut all = Vec::new();
    loop {
        let next: IteratorNext = JsFuture::from(names.next()?).await?.unchecked_into();
        if next.done() {
            break;
        }
        let name = next.value().as_string().unwrap_or_default();
        if let Some(fingerprint) = name.strip_suffix(".json")
            && let Some(label) = label(folder, fingerprint).await
        {
            all.push(Kept {
                name: label.name,
                size: label.size,
                fingerprint: fingerprint.to_owned(),
                kept_at: label.kept_at,
            });
        }
    }
    sort_items(&mut all, |one, other| other.kept_at.total_cmp(&one.kept_at));
    Ok(all)
}

async fn label(folder: &FileSystemDirectoryHandle, fingerprint: &str) -> Option<Label> {
    let file = file(folder, &label_name(fingerprint)).await.ok()?;
    let text = JsFuture::from(file.text()).await.ok()?.as_string()?;
    let label = Json::parse(&text)?;
    Some(Label {
        name: label.get("name")?.as_text()?,
        size: label.get("size")?.as_number()? as u64,
        kept_at: label.get("kept_at")?.as_number()?,
    })
}

fn label_name(fingerprint: &str) -> String {
    format!("{fingerprint}.json")
}

async fn file(folder: &FileSystemDirectoryHandle, name: &str) -> Result<File, JsValue> {
    let handle: FileSystemFileHandle = wait(folder.get_file_handle(name)).await?;
    wait(handle.get_file()).await
}

async fn writable(
    folder: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<WritableStream, JsValue> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let handle: FileSystemFileHandle =
        wait(folder.get_file_handle_with_options(name, &options)).await?;
    wait(handle.create_writable()).await
}

/// The folder of kept files, made by the first file.
async fn folder() -> Result<FileSystemDirectoryHandle, KeepError> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let root = root().await?;
    Ok(wait(root.get_directory_handle_with_options(FOLDER, &options)).await?)
}

/// The folder of kept files; `None` when nothing was ever kept, which looking does not change.
async fn present_folder() -> Result<Option<FileSystemDirectoryHandle>, KeepError> {
    let root = root().await?;
    match wait(root.get_directory_handle(FOLDER)).await {
        Ok(folder) => Ok(Some(folder)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn root() -> Result<FileSystemDirectoryHandle, KeepError> {
    if !is_supported() {
        return Err(KeepError::Unsupported);
    }
    let window = web_sys::window().ok_or(KeepError::Unsupported)?;
    Ok(wait(window.navigator().storage().get_directory()).await?)
}

async fn wait<T: JsCast>(promise: Promise) -> Result<T, JsValue> {
    JsFuture::from(promise).await.map(JsCast::unchecked_into)
}

fn is_missing(error: &JsValue) -> bool {
    error
        .dyn_ref::<DomException>()
        .is_some_and(|exception| exception.name() == "NotFoundError")
}
