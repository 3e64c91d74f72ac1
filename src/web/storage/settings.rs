//! Settings in local storage: one JSON object under one key.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use web_sys::Storage;

/// The key in local storage.
const KEY: &str = "spanlight";

/// Settings by name. Whatever cannot be read counts as absent: storage that is switched off, text that is not ours, a value of
/// another type. Names of another version are kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings;

impl Settings {
    /// The value of a name; `None` when it was never set, or is not of the type asked for.
    pub fn get<T: DeserializeOwned>(self, name: &str) -> Option<T> {
        serde_json::from_value(read()?.remove(name)?).ok()
    }

    /// Sets the value of a name. Does nothing where the browser keeps nothing.
    pub fn set<T: Serialize>(self, name: &str, value: &T) {
        if let Ok(value) = serde_json::to_value(value) {
            let mut all = read().unwrap_or_default();
            all.insert(name.to_owned(), value);
            write(all);
        }
    }

    /// Forgets the value of a name.
    pub fn remove(self, name: &str) {
        if let Some(mut all) = read()
            && all.remove(name).is_some()
        {
            write(all);
        }
    }

    /// Forgets everything.
    pub fn clear(self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(KEY);
        }
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn read() -> Option<Map<String, Value>> {
    let text = storage()?.get_item(KEY).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

fn write(all: Map<String, Value>) {
    if let Some(storage) = storage() {
        // A full storage keeps what it has.
        let _ = storage.set_item(KEY, &Value::Object(all).to_string());
    }
}
