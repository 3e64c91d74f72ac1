//! What was opened before: names only, kept in this browser.

use super::AppState;
use crate::engine::protocol::Opened;
use crate::model::json::{Json, JsonText};
use crate::web::source::{Origin, Source};
use crate::web::storage;

/// Name of the list in the settings.
const KEY: &str = "recent";

/// How many are kept.
const AT_MOST: usize = 8;

/// An opening of earlier.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recent {
    /// Names of the sources.
    pub names: Vec<String>,
    /// Runs in the document.
    pub runs: u32,
    /// Bytes of the sources.
    pub bytes: u64,
    /// When, in milliseconds since the epoch.
    pub at_ms: f64,
    /// The address when it was fetched.
    pub url: Option<String>,
    /// The file names when it was a sample.
    pub samples: Vec<String>,
}

impl Recent {
    /// What [`Self::written`] wrote; what is missing is empty or 0.
    fn read(json: Json<'_>) -> Self {
        let number = |name| json.get(name).and_then(Json::as_number).unwrap_or(0.0);
        let texts = |name| {
            let elements = json.get(name).map(Json::elements).unwrap_or_default();
            elements.into_iter().filter_map(Json::as_text).collect()
        };
        Self {
            names: texts("names"),
            runs: number("runs") as u32,
            bytes: number("bytes") as u64,
            at_ms: number("at_ms"),
            url: json.get("url").and_then(Json::as_text),
            samples: texts("samples"),
        }
    }

    fn written(&self) -> String {
        JsonText::object()
            .json("names", &JsonText::texts(&self.names))
            .count("runs", self.runs)
            .count("bytes", self.bytes)
            .number("at_ms", self.at_ms)
            .maybe_text("url", self.url.as_deref())
            .json("samples", &JsonText::texts(&self.samples))
            .end()
    }
}

/// What was opened before, the latest first.
pub fn load() -> Vec<Recent> {
    let list = storage::Settings.get(KEY).unwrap_or_default();
    let list = Json::parse(&list).map(Json::elements).unwrap_or_default();
    list.into_iter().map(Recent::read).collect()
}

impl AppState {
    /// Puts an opening on the list of recent ones.
    pub(super) fn remember(self, sources: &[Source], opened: &Opened) {
        let mut recent = Recent {
            runs: opened.summary.traces,
            bytes: sources.iter().map(Source::size).sum(),
            at_ms: js_sys::Date::now(),
            ..Recent::default()
        };
        for source in sources {
            recent.names.push(source.name.clone());
            match &source.origin {
                Origin::Url(url) => recent.url = Some(url.clone()),
                Origin::Sample(name) => recent.samples.push(name.clone()),
                Origin::Local => {}
            }
        }
        let mut list = self.recent.get_untracked();
        list.retain(|earlier| earlier.names != recent.names);
        list.insert(0, recent);
        list.truncate(AT_MOST);
        storage::Settings.set(KEY, &JsonText::array(&list, Recent::written));
        self.recent.set(list);
    }

    /// Forgets what was opened before.
    pub fn clear_recent(self) {
        storage::Settings.remove(KEY);
        self.recent.set(Vec::new());
    }
}
