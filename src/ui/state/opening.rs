//! Opening, adding, closing: from sources to the document that the page shows.
//!
//! The worker builds each opening beside the open document and swaps it in when it succeeds. The page does the same: it
//! finds the opened run and the selection again by their ids first and then changes all signals together.

use super::{AppState, Screen, ToastAction, Tone};
use crate::engine::address::{Address, AddressSource};
use crate::engine::protocol::{Failure, Opened, Progress, Request, RunsPage, RunsQuery, Summary};
use crate::ingest::report::{FileReport, ImportReport};
use crate::scene::format::counted;
use crate::ui::prices;
use crate::ui::words::counted_of;
use crate::web::link::Abort;
use crate::web::script::ScriptEvent;
use crate::web::source::{Gathered, Origin, Source};
use leptos::prelude::set_timeout;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

/// An opening that is over within this time shows no progress.
const PROGRESS_AFTER: Duration = Duration::from_millis(200);

/// Rows of a page of the table of runs.
pub const RUNS_PAGE: u32 = 100;

/// How many files are at hand for going back. The browser holds them on disk, where they came from.
const SEEN: usize = 64;

/// What becomes of the open document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum How {
    /// The sources become a document of their own.
    #[default]
    Replace,
    /// They are added to the open document; without one they become one.
    Add,
}

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedOpening {
    /// For a person.
    pub message: String,
    /// What was found in each file; `None` when it did not come to that.
    pub report: Option<ImportReport>,
    /// The worker is gone with its document, and these names can be opened again; empty otherwise.
    pub lost: Vec<String>,
}

/// A link whose files this tab does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingLink {
    /// All that the link says.
    pub address: Address,
    /// Sources that are still missing.
    pub missing: Vec<AddressSource>,
    /// Something was opened for it, which is not what it was made from.
    pub mismatch: bool,
}

/// What lies on the desk: sources of the open document and what is being opened.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// Sources of the open document in order.
    pub sources: Vec<Source>,
    /// What the worker reads.
    pub opening: Option<Abort>,
    /// What is being fetched for it.
    pub fetching: Option<AbortController>,
    /// Tells one fetch or opening from the next.
    pub turn: u32,
    /// The turn at which the document was closed last.
    closed: u32,
    /// Local files that a person opened in this tab with their fingerprints, the latest last: to go back needs no second drop.
    pub seen: Vec<(String, Source)>,
}

impl AppState {
    /// Opens sources and shows them; what goes wrong is shown, too.
    pub fn open(self, sources: Vec<Source>, how: How) {
        spawn_local(async move {
            // What went wrong is shown already.
            if let Ok(opened) = self.open_now(sources, how).await {
                self.see(&opened.summary);
            }
        });
    }

    /// Keeps the local files of the open document at hand.
    fn see(self, summary: &Summary) {
        self.desk.update_value(|desk| {
            for (source, told) in desk.sources.iter().zip(&summary.sources) {
                let known = desk.seen.iter().any(|(seen, _)| *seen == told.fingerprint);
                if source.origin == Origin::Local && !told.fingerprint.is_empty() && !known {
                    desk.seen.push((told.fingerprint.clone(), source.clone()));
                }
            }
            let too_many = desk.seen.len().saturating_sub(SEEN);
            desk.seen.drain(..too_many);
        });
    }

    /// Opens what a drop, a paste or a choice brought. An address is not fetched before it is confirmed.
    pub fn open_gathered(self, gathered: Gathered, how: How) {
        let skipped = gathered.skipped.len() as u64;
        if let Some(url) = gathered.urls.first().cloned()
            && gathered.sources.is_empty()
        {
            let fetch = ToastAction::new("Fetch", {
                let url = url.clone();
                move || self.fetch(url.clone(), how)
            });
            self.toast_with(Tone::Note, "This is an address", url, Some(fetch));
            return;
        }
        if gathered.is_empty() {
            let text = if skipped > 0 {
                format!(
                    "{} left out by name. Choose single files to open them anyway.",
                    counted_of(skipped, "file", "was", "were")
                )
            } else {
                "Drop files or folders, or paste the text of a trace.".to_owned()
            };
            self.toast(Tone::Warning, "Nothing to open", text);
            return;
        }
        if skipped > 0 {
            let title = format!("{} left out", counted_of(skipped, "file", "was", "were"));
            let names: Vec<&str> = gathered
                .skipped
                .iter()
                .take(3)
                .map(String::as_str)
                .collect();
            self.toast(Tone::Note, title, names.join(", "));
        }
        self.open(gathered.sources, how);
    }

    /// Opens sources and shows them; comes back when they are shown.
    ///
    /// # Errors
    /// Nothing could be read, or it was stopped; this has been shown. The open document stays.
    pub async fn open_now(self, sources: Vec<Source>, how: How) -> Result<Opened, Failure> {
        let how = self.settle(how);
        let total = sources.iter().map(Source::size).sum();
        let turn = self.begin(sources.first().map_or("", |source| &source.name), total);
        self.mask_first();
        prices::restore(self);
        let runs = self.first_runs();
        let task = self.link().open(how == How::Add, runs.clone(), &sources);
        self.desk
            .update_value(|desk| desk.opening = Some(task.aborter()));
        let answer = task.await;
        if !self.end(turn) {
            return match answer {
                // Too late to be stopped: the worker holds it, so the page shows it until another takes its place.
                Ok(opened) if !self.desk.with_value(|desk| desk.closed > turn) => {
                    self.opened((sources, runs), how, &opened).await;
                    Ok(opened)
                }
                // The worker is gone, which has been told.
                Err(failure) if !failure.aborted => Err(failure),
                _ => Err(self.stopped(turn)),
            };
        }
        match answer {
            Ok(opened) => {
                self.opened((sources, runs), how, &opened).await;
                Ok(opened)
            }
            Err(failure) => {
                self.not_opened(&failure);
                Err(failure)
            }
        }
    }

    /// Why an opening did not come to its end.
    fn stopped(self, turn: u32) -> Failure {
        let (closed, another) = self.desk.with_value(|desk| {
            let another = desk.opening.is_some() || desk.fetching.is_some();
            (desk.closed > turn, another)
        });
        let message = match (closed, another) {
            (true, _) => "the opening was stopped: the document was closed",
            (_, true) => "the opening was stopped: another one took its place",
            _ => "the opening was stopped; what was open before is still open",
        };
        Failure {
            message: message.to_owned(),
            aborted: true,
            ..Failure::default()
        }
    }

    /// What becomes of the open document. A link whose files come one after the other gathers them.
    fn settle(self, how: How) -> How {
        // The worker holds a document as soon as it was read; the page shows it a moment later, when it has asked what to
        // show of it, and what comes meanwhile belongs to the same link.
        let held = self.desk.with_value(|desk| !desk.sources.is_empty());
        let shown = self.document.with_untracked(Option::is_some);
        self.pending.with_untracked(|pending| match pending {
            Some(link) if held && link.missing.len() < link.address.sources.len() => How::Add,
            None if shown => how,
            _ => How::Replace,
        })
    }

    /// Stops what is being fetched or opened; the open document stays.
    pub fn cancel_open(self) {
        self.stop();
        self.progress.set(None);
        self.live.set(Vec::new());
        if self.document.with_untracked(Option::is_none)
            && self.screen.get_untracked() == Screen::Runs
        {
            self.screen.set(Screen::Open);
        }
        self.announce("Stopped.");
    }

    /// Closes the document.
    pub fn close(self) {
        spawn_local(async move {
            // The document is gone from the page already, and with the worker it is gone in any case.
            drop(self.close_now().await);
        });
    }

    /// Closes the document; comes back when the worker has forgotten it.
    ///
    /// # Errors
    /// The worker could not be asked.
    pub async fn close_now(self) -> Result<(), Failure> {
        self.stop();
        self.next_move();
        self.desk.update_value(|desk| {
            desk.closed = desk.turn;
            desk.sources.clear();
        });
        self.progress.set(None);
        self.forget_document();
        self.pending.set(None);
        self.screen.set(Screen::Open);
        self.leave_address();
        self.ask(Request::Close).await.map(drop)
    }

    /// Opens what the page still holds after the worker was lost, and goes back to where it was.
    pub fn reopen(self) {
        let sources = self.desk.with_value(|desk| desk.sources.clone());
        self.open(sources, How::Replace);
    }

    pub(super) fn forget_document(self) {
        self.document.set(None);
        self.report.set(None);
        self.run.set(None);
        self.selection.set(None);
        self.window.set(None);
        self.windows.set(Vec::new());
        self.live.set(Vec::new());
        self.failed.set(None);
        self.search.set(String::new());
        self.runs_filter.set(String::new());
        self.stats.update_untracked(|stats| stats.path.clear());
    }

    /// Begins a fetch or an opening in the place of one that is at work, and gives its number.
    pub(super) fn begin(self, name: &str, total_bytes: u64) -> u32 {
        self.stop();
        self.next_move();
        let turn = self.desk.with_value(|desk| desk.turn);
        self.live.set(Vec::new());
        self.progress.set(Some(Progress {
            file: name.to_owned(),
            total_bytes,
            ..Progress::default()
        }));
        set_timeout(
            move || {
                if self.is_opening_turn(turn) && self.progress.with_untracked(Option::is_some) {
                    self.progress_shown.set(true);
                }
            },
            PROGRESS_AFTER,
        );
        turn
    }

    /// Ends a fetch or an opening; `false` when another has taken its place.
    pub(super) fn end(self, turn: u32) -> bool {
        let current = self.is_opening_turn(turn);
        if current {
            self.desk.update_value(|desk| {
                desk.turn += 1;
                desk.opening = None;
                desk.fetching = None;
            });
            self.progress.set(None);
            self.progress_shown.set(false);
        }
        current
    }

    /// Whether nothing has taken the place of a fetch or an opening.
    pub(super) fn is_opening_turn(self, turn: u32) -> bool {
        self.desk.with_value(|desk| desk.turn) == turn
    }

    fn stop(self) {
        self.desk.update_value(|desk| {
            desk.turn += 1;
            if let Some(opening) = desk.opening.take() {
                opening.abort();
            }
            if let Some(fetching) = desk.fetching.take() {
                fetching.abort();
            }
        });
        self.progress_shown.set(false);
    }

    async fn opened(self, asked: (Vec<Source>, RunsQuery), how: How, opened: &Opened) {
        let (sources, runs) = asked;
        let files = opened.report.files.len() as u64;
        let unread = opened
            .report
            .files
            .iter()
            .filter(|file| file.error.is_some() && file.spans == 0 && file.log_records == 0)
            .count() as u64;
        self.remember(&sources, opened);
        self.desk.update_value(|desk| match how {
            How::Replace => desk.sources = sources,
            How::Add => desk.sources.extend(sources),
        });
        self.report.update(|report| match (how, report) {
            (How::Add, Some(report)) => report.files.extend(opened.report.files.iter().cloned()),
            (_, report) => *report = Some(opened.report.clone()),
        });
        self.opened_in_ms.update(|before| match how {
            How::Replace => *before = opened.elapsed_ms,
            How::Add => *before += opened.elapsed_ms,
        });
        self.given_runs.set_value(Some((runs, opened.runs.clone())));
        match how {
            How::Replace => self.show_document(opened).await,
            How::Add => self.show_added(&opened.summary).await,
        }
        self.keep(&opened.summary);
        self.emit(&ScriptEvent::Open(opened));
        if unread > 0 {
            let title = format!("{} not read", counted_of(unread, "file", "was", "were"));
            let text = format!("{} of {files} read.", files - unread);
            let why = ToastAction::new("See why", move || self.screen.set(Screen::Report));
            self.toast_with(Tone::Warning, title, text, Some(why));
        }
        self.announce(format!(
            "{} and {} open.",
            counted(u64::from(opened.summary.traces), "run"),
            counted(u64::from(opened.summary.spans), "span")
        ));
    }

    /// Shows why a file of the open document was not read.
    pub fn show_failed_file(self, file: &FileReport) {
        self.failed.set(Some(FailedOpening {
            message: String::new(),
            report: Some(ImportReport {
                files: vec![file.clone()],
            }),
            lost: Vec::new(),
        }));
        self.screen.set(Screen::Failed);
    }

    fn not_opened(self, failure: &Failure) {
        self.live.set(Vec::new());
        if failure.aborted {
            return;
        }
        self.failed.set(Some(FailedOpening {
            message: failure.message.clone(),
            report: failure.report.clone(),
            lost: Vec::new(),
        }));
        self.screen.set(Screen::Failed);
        self.announce(failure.message.clone());
        self.emit(&ScriptEvent::Error(&failure.message));
    }

    /// Shows a document that has just been read, or the place in it that a link names.
    async fn show_document(self, opened: &Opened) {
        let summary = &opened.summary;
        if let Some(pending) = self.pending.get_untracked()
            && self.meets(&pending, summary)
        {
            self.pending.set(None);
            self.forget_document_but_report();
            self.restore(&pending.address, Some(summary)).await;
            return;
        }
        let only = (opened.runs.rows.first()).filter(|_| summary.traces == 1);
        self.forget_document_but_report();
        self.document.set(Some(summary.clone()));
        match only {
            Some(run) => self.open_run(run.clone()),
            None if summary.spans == 0 => self.screen.set(Screen::Report),
            None => self.screen.set(Screen::Runs),
        }
    }

    /// The first page of the table of runs as it is sorted and grouped.
    pub fn first_runs(self) -> RunsQuery {
        let order = self.runs_order.get_untracked();
        RunsQuery {
            sort: order.sort,
            descending: order.descending,
            group: self.runs_group.get_untracked(),
            limit: RUNS_PAGE,
            ..RunsQuery::default()
        }
    }

    /// The runs that came with the open document, where they are what is asked for; they are given once.
    pub fn take_first_runs(self, query: &RunsQuery) -> Option<RunsPage> {
        let shown = (self.document).with_untracked(|open| open.as_ref().map(|open| open.document));
        let (_, page) = self
            .given_runs
            .update_value(Option::take)
            .filter(|(asked, page)| asked == query && Some(page.document) == shown)?;
        Some(page)
    }

    fn forget_document_but_report(self) {
        let report = self.report.get_untracked();
        self.forget_document();
        self.report.set(report);
    }

    /// Shows what was added where the page stands.
    async fn show_added(self, summary: &Summary) {
        if let Some(pending) = self.pending.get_untracked()
            && self.meets(&pending, summary)
        {
            self.pending.set(None);
            self.restore(&pending.address, Some(summary)).await;
            return;
        }
        let run = self.run.get_untracked();
        let selection = self.selection.get_untracked();
        let run = match run {
            Some(run) => self.find_run(&run.trace_id).await,
            None => None,
        };
        let selection = match selection {
            Some(selection) => self.locate(&selection.trace_id, &selection.span_id).await,
            None => None,
        };
        self.document.set(Some(summary.clone()));
        self.selection.set(selection);
        self.live.set(Vec::new());
        let shown = self.screen.get_untracked();
        if shown != Screen::Run || run.is_none() {
            self.screen.set(Screen::Runs);
        }
        self.run.set(run);
    }
}
