//! What the worker says unasked: how far it is, what it found, and that it is gone.

use super::{AppState, FailedOpening, PendingLink, Screen};
use crate::engine::protocol::Notice;
use crate::web::link::{Lost, WorkerLink};
use crate::web::script::ScriptEvent;
use leptos::prelude::untrack;

impl AppState {
    pub(super) fn listen(self, link: &WorkerLink) {
        link.on_notice(move |seq, notice| match notice {
            Notice::Progress(progress) if self.is_opening(seq) => {
                self.progress.set(Some(progress));
            }
            Notice::Live { rows, .. } if self.is_opening(seq) => {
                let first = self.document.with_untracked(Option::is_none) && !rows.is_empty();
                self.live.set(rows);
                if first && self.screen.get_untracked() == Screen::Open {
                    self.screen.set(Screen::Runs);
                }
            }
            Notice::Search(found) => {
                if self.search.with_untracked(|sought| *sought == found.query) {
                    self.search_state.set(found);
                }
            }
            Notice::Filter(found) => self.take_filter(found),
            Notice::Progress(_) | Notice::Live { .. } => {}
        });
        link.on_lost(move |lost| self.worker_lost(lost));
    }

    fn is_opening(self, seq: u32) -> bool {
        self.desk.with_value(|desk| {
            desk.opening
                .as_ref()
                .is_some_and(|opening| opening.seq() == seq)
        })
    }

    /// The worker is gone with the document. The page says so and keeps the sources to open them again.
    fn worker_lost(self, lost: Lost) {
        let address = untrack(|| self.address());
        let open = self.document.with_untracked(Option::is_some);
        let names: Vec<String> = self.desk.with_value(|desk| {
            desk.sources
                .iter()
                .map(|source| source.name.clone())
                .collect()
        });
        self.desk.update_value(|desk| {
            desk.turn += 1;
            desk.opening = None;
        });
        self.progress.set(None);
        self.progress_shown.set(false);
        self.emit(&ScriptEvent::Error(&lost.message));
        self.forget_document();
        if open {
            self.pending.set(Some(PendingLink {
                missing: address.sources.clone(),
                address,
                mismatch: false,
            }));
        }
        self.failed.set(Some(FailedOpening {
            message: lost.message,
            report: None,
            lost: if lost.can_restart { names } else { Vec::new() },
        }));
        self.screen.set(Screen::Failed);
        if lost.can_restart
            && let Some(link) = self.link.get_value()
        {
            link.restart();
        }
    }
}
