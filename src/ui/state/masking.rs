//! Secrets that are covered, while the user wants that. The worker covers them: here it is told, and asked again for what is shown.

use super::{AppState, Screen};
use crate::engine::protocol::{Reply, Request};
use crate::ui::dom::on_change;
use wasm_bindgen_futures::spawn_local;

impl AppState {
    /// Tells the worker whether secrets are covered, whenever that is another answer.
    pub fn follow_mask(self) {
        let wanted = move || {
            (self.settings).with(|settings| (settings.masked, settings.mask_patterns.clone()))
        };
        let mut is_start = true;
        on_change(wanted, move |(masked, _)| {
            // A worker that was told nothing covers nothing, and need not be started for that. Later it says what is wrong
            // with a pattern, also before anything is covered.
            if *masked || !is_start {
                self.tell_mask();
            }
            is_start = false;
        });
    }

    /// Tells the worker whether secrets are covered. Requests are answered in their order, so nothing that is asked
    /// later comes uncovered.
    pub fn tell_mask(self) {
        let asked = self.link().ask(self.mask_request());
        spawn_local(async move {
            if let Ok(Reply::Masked(wrong)) = asked.await.map(|answer| answer.reply) {
                self.mask_problems.set(wrong);
            }
            self.ask_again().await;
        });
    }

    /// Tells it to a worker that may be a new one, before it opens anything.
    pub(super) fn mask_first(self) {
        if self.settings.with_untracked(|settings| settings.masked) {
            drop(self.link().ask(self.mask_request()));
        }
    }

    fn mask_request(self) -> Request {
        self.settings.with_untracked(|settings| Request::SetMask {
            on: settings.masked,
            patterns: settings.mask_patterns.clone(),
        })
    }

    /// Asks again for everything that is shown.
    async fn ask_again(self) {
        // What a file that was not read holds is not asked for again.
        if self.screen.get_untracked() == Screen::Failed {
            self.failed.set(None);
            self.back_to_document();
        }
        if self.document.with_untracked(Option::is_none) {
            return;
        }
        if let Ok(Reply::Summary(summary)) = (self.ask(Request::Summary).await).map(|it| it.reply) {
            self.document.set(Some(*summary));
        }
        let run = self
            .run
            .with_untracked(|run| run.as_ref().map(|run| run.trace_id.clone()));
        if let Some(id) = run
            && let Some(run) = self.find_run(&id).await
        {
            self.run.set(Some(run));
        }
        self.priced.update(|number| *number += 1);
    }
}
