//! What can be opened, in whatever way it comes: all of it becomes a [`Source`].
//!
//! Nothing is fetched that the user did not ask for: an address in a drop or a paste is handed back as [`Gathered::urls`],
//! and only [`fetch()`] makes a request.

mod fetch;
mod folder;
mod gather;
mod value;

pub use fetch::{fetch, sample};
pub use gather::{Gathered, dropped, pasted, picked};
pub use value::{from_value, in_words};

use std::fmt;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

/// Bytes with a name, held by the browser: on disk when it is a file.
#[derive(Debug, Clone)]
pub struct Source {
    /// File name, with its folder when it came in one; the address; or "pasted text".
    pub name: String,
    /// The bytes as given, perhaps compressed.
    pub blob: Blob,
    /// When the file was last changed, in milliseconds since the epoch; `None` when it is no file.
    pub last_modified: Option<f64>,
    /// Where it came from, for a link.
    pub origin: Origin,
}

/// Where a source came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    /// A file, a paste or a script: a link cannot carry it.
    #[default]
    Local,
    /// Fetched from this address, as it was given.
    Url(String),
    /// A sample of the page, by file name.
    Sample(String),
}

impl Source {
    /// A local source of this name; a `File` brings the time of its last change along.
    pub fn new(name: impl Into<String>, blob: Blob) -> Self {
        let last_modified = blob.dyn_ref::<File>().map(File::last_modified);
        Self {
            name: name.into(),
            blob,
            last_modified,
            origin: Origin::Local,
        }
    }

    /// A file under its own name.
    pub fn from_file(file: File) -> Self {
        Self::new(file.name(), file.into())
    }

    /// Text under a name.
    ///
    /// # Errors
    /// The browser has no room left.
    pub fn from_text(name: impl Into<String>, text: &str) -> Result<Self, SourceError> {
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        let blob =
            Blob::new_with_str_sequence(&parts).map_err(|error| SourceError::other(&error))?;
        Ok(Self::new(name, blob))
    }

    /// Bytes as given.
    pub fn size(&self) -> u64 {
        self.blob.size() as u64
    }
}

/// Why something cannot become a source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceError {
    /// A value of a script that is none of the kinds that can be opened.
    Unsupported {
        /// What it is.
        found: String,
    },
    /// Not an address that can be fetched.
    NotAnAddress {
        /// As given.
        url: String,
    },
    /// No answer, or one that this page may not read.
    Unreachable {
        /// As given.
        url: String,
        /// What the browser says.
        reason: String,
    },
    /// The server refused.
    Status {
        /// As given.
        url: String,
        /// HTTP status.
        status: u16,
        /// Its words; may be empty.
        words: String,
    },
    /// The user stopped it.
    Aborted,
    /// What the browser says.
    Other(String),
}

impl SourceError {
    fn other(error: &JsValue) -> Self {
        Self::Other(super::link::in_words(error))
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported { found } => write!(
                f,
                "expected a File, Blob, ArrayBuffer, Uint8Array, address or {{name, data}}, found {found}"
            ),
            Self::NotAnAddress { url } => {
                write!(f, "expected an http or https address, found {url}")
            }
            Self::Unreachable { url, reason } => write!(
                f,
                "could not fetch ({reason}): there is no answer, or the server does not allow this page to read it (CORS): {url}"
            ),
            Self::Status { url, status, words } => {
                let gap = if words.is_empty() { "" } else { " " };
                write!(
                    f,
                    "could not fetch: the server answered {status}{gap}{words}: {url}"
                )
            }
            Self::Aborted => f.write_str("stopped"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for SourceError {}

/// Whether a file found in a folder may hold traces, by its name. Files that are given one by one are always tried.
pub fn is_plausible(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    if file.starts_with('.') {
        return false;
    }
    match file.rsplit_once('.') {
        None => true,
        Some((_, ending)) => {
            matches!(
                ending,
                "json" | "jsonl" | "ndjson" | "txt" | "log" | "gz" | "zst"
            )
        }
    }
}

/// Whether a text is an address rather than content: one short line that starts like an absolute address or a path.
pub fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 4096
        && !text.contains(char::is_whitespace)
        && ["http://", "https://", "blob:", "./", "../", "/"]
            .iter()
            .any(|start| text.starts_with(start))
}
