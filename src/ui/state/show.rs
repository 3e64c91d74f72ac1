//! Going to spans: of a search, of a view, of a script, of traces that were one request.

use super::{AppState, Screen, Selection, Tab, Tone};
use crate::engine::protocol::{Reply, Request};
use crate::model::SpanRow;
use crate::model::stitched::STITCHED;
use crate::scene::scale::Window;
use wasm_bindgen_futures::spawn_local;

impl AppState {
    /// Shows traces of one request as one run, or apart; the selected span stays selected where the other has it.
    pub fn show_stitched(self, trace_id: String) {
        let selected = self.selection.get_untracked();
        spawn_local(async move {
            let Some(run) = self.find_run(&trace_id).await else {
                let text = "An id that so many traces share is not that of one request.";
                self.toast(Tone::Warning, "Not shown as one run", text);
                return;
            };
            // What was selected tells which trace to go to when they stand apart.
            let details = match selected {
                Some(selected) => self.ask(Request::Details { row: selected.row }).await.ok(),
                None => None,
            };
            let kept = match details.map(|answer| answer.reply) {
                Some(Reply::Details(details)) => Some(Selection {
                    row: details.row,
                    trace: details.trace,
                    trace_id: details.trace_id,
                    span_id: details.span_id,
                }),
                _ => None,
            };
            let mut target = run;
            if !target.is_stitched()
                && let Some(kept) = &kept
                && kept.trace != target.trace
                && let Some(run) = self
                    .find_run(&kept.trace_id)
                    .await
                    .filter(|run| !run.is_stitched())
            {
                target = run;
            }
            self.open_run(target);
            self.select(kept.filter(|kept| !kept.span_id.is_empty()));
        });
    }

    /// Shows the traces of the request that a span works for as one run.
    pub fn show_request_of(self, row: SpanRow) {
        spawn_local(async move {
            let answer = self.ask(Request::Details { row }).await;
            if let Ok(Reply::Details(details)) = answer.map(|answer| answer.reply) {
                self.show_stitched(format!("{STITCHED}{}", details.trace_id));
            }
        });
    }

    /// Opens the run of the span with these ids and selects it; `false` when the document does not hold it.
    pub async fn go_to_span(self, trace_id: &str, span_id: &str) -> bool {
        match self.locate(trace_id, span_id).await {
            Some(selection) => self.show_span(selection).await,
            None => false,
        }
    }

    /// Opens the run of a span and selects it; `false` when the document does not hold it.
    pub async fn show_span(self, selection: Selection) -> bool {
        let in_run = self.screen.get_untracked() == Screen::Run;
        let selection = if in_run {
            self.within_run(selection)
        } else {
            selection
        };
        let Some(run) = self.find_run(&selection.trace_id).await else {
            return false;
        };
        self.tab.set_if_new(Tab::Main);
        self.open_run(run);
        self.select(Some(selection));
        true
    }

    /// Shows the first of some spans in the waterfall of its run, with all that pass a filter marked; an empty filter
    /// leaves the present one. Says nothing when another document was opened meanwhile.
    pub fn show_spans(self, first: SpanRow, filter: String) {
        self.show_spans_of(first, filter, None);
    }

    /// As [`AppState::show_spans`], with the window on a stretch of time, in nanoseconds since the epoch, as far as the run
    /// lasts.
    pub fn show_spans_of(self, first: SpanRow, filter: String, time: Option<(i64, i64)>) {
        spawn_local(async move {
            let Ok(answer) = self.ask(Request::Details { row: first }).await else {
                return;
            };
            if let Reply::Details(details) = answer.reply {
                let span = Some(details.span_id.as_str()).filter(|id| !id.is_empty());
                // A run that is stitched stays so.
                let shown = self.run.get_untracked();
                let in_run = self.screen.get_untracked() == Screen::Run;
                let whole = shown.filter(|run| in_run && run.holds(details.trace));
                let trace = whole.map_or(details.trace_id, |run| run.trace_id);
                if self.go_to_ids(&trace, span).await.is_ok() {
                    self.tab.set_if_new(Tab::Main);
                    // With the place it belongs to: going back leads to what was seen without it.
                    if !filter.is_empty() {
                        self.runs_filter.set_if_new(filter);
                    }
                    if let Some(window) = time.and_then(|time| self.window_of(time)) {
                        self.zoom_to(Some(window));
                    }
                }
            }
        });
    }

    /// The part of the open run's time that lies in a stretch of time; `None` when none does.
    fn window_of(self, (from, to): (i64, i64)) -> Option<Window> {
        self.run.with_untracked(|run| {
            let run = run.as_ref()?;
            let since = |time: i64| time.saturating_sub(run.start_ns).clamp(0, run.duration_ns);
            let window = (since(from), since(to));
            (window.0 < window.1).then_some(window)
        })
    }
}
