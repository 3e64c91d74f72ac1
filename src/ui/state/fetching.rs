//! Sources that are fetched before they are opened: addresses and samples.

use super::{AppState, How, Tone};
use crate::engine::protocol::Progress;
use crate::ui::words::sentence;
use crate::web::source::{Source, SourceError, fetch, sample};
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

impl AppState {
    /// Fetches an address and opens what it answers.
    pub fn fetch(self, url: String, how: How) {
        spawn_local(async move {
            let turn = self.begin(&url, 0);
            if leaves_origin(&url) {
                self.requests.update(|requests| *requests += 1);
            }
            let controller = AbortController::new().ok();
            let signal = controller.as_ref().map(AbortController::signal);
            self.desk.update_value(|desk| desk.fetching = controller);
            let heard = url.clone();
            let fetched = fetch(&url, signal.as_ref(), move |done, total| {
                if self.desk.with_value(|desk| desk.turn) == turn {
                    self.progress.set(Some(Progress {
                        file: heard.clone(),
                        done_bytes: done,
                        total_bytes: total.unwrap_or_default(),
                        spans: 0,
                    }));
                }
            })
            .await;
            self.go_on_with(fetched.map(|source| vec![source]), turn, how)
                .await;
        });
    }

    /// Opens samples that come with the page, by file name, as a document of their own.
    pub fn open_samples(self, names: Vec<String>) {
        spawn_local(async move {
            let turn = self.begin(names.first().map_or("", String::as_str), 0);
            let mut sources = Ok(Vec::new());
            for name in names {
                match (sample(&name).await, &mut sources) {
                    (Ok(source), Ok(sources)) => sources.push(source),
                    (Err(error), _) => {
                        sources = Err(error);
                        break;
                    }
                    (_, Err(_)) => break,
                }
            }
            self.go_on_with(sources, turn, How::Replace).await;
        });
    }

    async fn go_on_with(self, fetched: Result<Vec<Source>, SourceError>, turn: u32, how: How) {
        if !self.is_opening_turn(turn) {
            return;
        }
        self.desk.update_value(|desk| desk.fetching = None);
        match fetched {
            Ok(sources) => drop(self.open_now(sources, how).await),
            Err(error) => {
                self.end(turn);
                if error != SourceError::Aborted {
                    self.toast(
                        Tone::Error,
                        "Nothing was fetched",
                        sentence(&error.to_string()),
                    );
                }
            }
        }
    }
}

/// Whether a request to this address leaves the page's origin.
pub fn leaves_origin(url: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let base = window.location().href().unwrap_or_default();
    let origin = window.location().origin().unwrap_or_default();
    web_sys::Url::new_with_base(url, &base).is_ok_and(|url| url.origin() != origin)
}
