//! Opened files that stay in this browser when the user chose so, and come back for a link or after a reload.

use super::{AppState, How, Tone};
use crate::engine::address::AddressSource;
use crate::engine::protocol::Summary;
use crate::ui::words::sentence;
use crate::web::source::{Origin, Source, sample};
use crate::web::storage::kept;
use wasm_bindgen_futures::{JsFuture, spawn_local};

impl AppState {
    /// Looks at what is kept.
    pub fn look_at_kept(self) {
        if kept::is_supported() {
            spawn_local(async move {
                // Nothing is shown where nothing can be listed.
                self.kept.set(kept::list().await.unwrap_or_default());
            });
        }
    }

    /// Keeps the local files of the open document, when the user chose so.
    pub fn keep_open_files(self) {
        let chosen = self.settings.with_untracked(|settings| settings.keep_files);
        let Some(open) = self.document.get_untracked().filter(|_| chosen) else {
            return;
        };
        self.keep(&open);
    }

    pub(super) fn keep(self, summary: &Summary) {
        if !self.settings.with_untracked(|settings| settings.keep_files) {
            return;
        }
        let files: Vec<(Source, String)> = self.desk.with_value(|desk| {
            let held = desk.sources.iter().zip(&summary.sources);
            held.filter(|(source, _)| source.origin == Origin::Local)
                .map(|(source, told)| (source.clone(), told.fingerprint.clone()))
                .collect()
        });
        spawn_local(async move {
            for (source, fingerprint) in files {
                if let Err(error) = kept::keep(&source, &fingerprint).await {
                    let title = format!("{} is not kept in this browser", source.name);
                    self.toast(Tone::Warning, title, sentence(&error.to_string()));
                }
            }
            self.look_at_kept();
        });
    }

    /// Forgets all kept files.
    pub fn clear_kept(self) {
        spawn_local(async move {
            match kept::clear().await {
                Ok(()) => self.announce("No file is kept."),
                Err(error) => {
                    let text = sentence(&error.to_string());
                    self.toast(Tone::Error, "The kept files were not cleared", text);
                }
            }
            self.look_at_kept();
        });
    }

    /// The fingerprints of kept files of these names; `None` when one is not kept. It tracks what is kept.
    pub fn kept_under(self, names: &[String]) -> Option<Vec<String>> {
        self.kept.with(|kept| {
            let find = |name: &String| {
                let found = kept.iter().find(|file| file.name == *name)?;
                Some(found.fingerprint.clone())
            };
            names.iter().map(find).collect()
        })
    }

    /// Opens kept files by their fingerprints.
    pub fn open_kept(self, fingerprints: Vec<String>) {
        spawn_local(async move {
            let mut sources = Vec::with_capacity(fingerprints.len());
            for fingerprint in fingerprints {
                if let Ok(Some(source)) = kept::restore(&fingerprint).await {
                    sources.push(source);
                } else {
                    let text = "Another tab may have cleared it. Choose the file again.";
                    self.toast(Tone::Warning, "The file is no longer kept", text);
                    self.look_at_kept();
                    return;
                }
            }
            self.open(sources, How::Replace);
        });
    }

    /// A file that was opened in this tab before, unless it has changed or gone since.
    async fn seen(self, fingerprint: &str) -> Option<Source> {
        let source = self.desk.with_value(|desk| {
            let mut seen = desk.seen.iter();
            let found = seen.find(|(seen, _)| seen == fingerprint);
            found.map(|(_, source)| source.clone())
        })?;
        let first = source.blob.slice_with_f64_and_f64(0.0, 1.0).ok()?;
        let readable = JsFuture::from(first.array_buffer()).await.is_ok();
        readable.then_some(source)
    }

    /// The sources of a link that can be had without asking: samples, files that were open in this tab, and files that are kept. `None` when one cannot.
    pub(super) async fn sources_at_hand(self, needed: &[AddressSource]) -> Option<Vec<Source>> {
        let mut sources = Vec::with_capacity(needed.len());
        for source in needed {
            sources.push(match source {
                AddressSource::Sample(name) => sample(name).await.ok()?,
                AddressSource::File { fingerprint, .. } => match self.seen(fingerprint).await {
                    Some(source) => source,
                    None => kept::restore(fingerprint).await.ok().flatten()?,
                },
                // Fetched only when the user says so.
                AddressSource::Url(_) => return None,
            });
        }
        Some(sources)
    }
}
