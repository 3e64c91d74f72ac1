//! Settings in local storage: one JSON object under one key.

use crate::model::json::{Json, JsonText};
use web_sys::Storage;

/// The key in local storage.
const KEY: &str = "spanlight";

/// Settings by name, each a JSON text. Whatever cannot be read counts as absent: storage that is switched off, text that is not
/// ours. Names of another version are kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings;

impl Settings {
    /// The value of a name; `None` when it was never set.
    pub fn get(self, name: &str) -> Option<String> {
        let all = read()?;
        let value = Json::parse(&all)?.get(name)?;
        Some(value.source().to_owned())
    }

    /// Sets the value of a name. Does nothing where the browser keeps nothing.
    pub fn set(self, name: &str, json: &str) {
        write(&without(name).json(name, json).end());
    }

    /// Forgets the value of a name.
    pub fn remove(self, name: &str) {
        write(&without(name).end());
    }

    /// Forgets everything.
    pub fn clear(self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(KEY);
        }
    }
}

/// All settings but one.
fn without(name: &str) -> JsonText {
    let all = read().unwrap_or_default();
    let members = Json::parse(&all).map(Json::members).unwrap_or_default();
    let mut others = JsonText::object();
    for (key, value) in members {
        if key != name {
            others = others.json(&key, value.source());
        }
    }
    others
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn read() -> Option<String> {
    let text = storage()?.get_item(KEY).ok().flatten()?;
    text.starts_with('{').then_some(text)
}

fn write(all: &str) {
    if let Some(storage) = storage() {
        // A full storage keeps what it has.
        let _ = storage.set_item(KEY, all);
    }
}
