//! The place in the document: what a link restores, and where ids stand.

use super::{AppState, How, PendingLink, RunsOrder, Screen, Selection, Tab, Tone};
use crate::engine::address::{Address, AddressSource, StatsPlace, View};
use crate::engine::protocol::{Reply, Request, RunRow, Summary};
use crate::ui::dom::effect;
use crate::web::address::{AddressBar, Step};
use crate::web::source::Origin;
use leptos::prelude::untrack;
use wasm_bindgen_futures::spawn_local;

impl AppState {
    /// What a link to the place shown says. It tracks what it reads.
    pub fn address(self) -> Address {
        let (screen, order) = (self.screen.get(), self.runs_order.get());
        let counted = match self.tab.get() {
            Tab::Main => None,
            Tab::Cost => Some(View::Cost),
            Tab::Routing => Some(View::Routing),
            Tab::Agents => Some(View::Agents),
            Tab::Statistics => Some(View::Statistics),
        };
        // A view of all runs is about none of them.
        let of_all = counted.is_some() && screen == Screen::Runs;
        Address {
            sources: self.document.with(|document| {
                document
                    .as_ref()
                    .map(|summary| self.address_sources(summary))
                    .unwrap_or_default()
            }),
            view: match (screen, counted) {
                (Screen::Run | Screen::Runs, Some(view)) => view,
                (Screen::Run, None) => View::Waterfall,
                (Screen::Report, _) => View::Report,
                _ => View::Runs,
            },
            trace: self.run.with(|run| {
                let run = run.as_ref().filter(|_| !of_all);
                run.map(|run| run.trace_id.clone())
            }),
            span: self.selection.with(|selection| {
                let selection = selection.as_ref().filter(|_| !of_all);
                selection.map(|selection| selection.span_id.clone())
            }),
            window: self.window.get(),
            level: (screen == Screen::Run).then(|| self.settings.with(|settings| settings.level)),
            only_matches: screen == Screen::Run
                && self.is_narrowed()
                && !self.runs_filter.with(String::is_empty),
            filter: self.runs_filter.get(),
            search: self.search.get(),
            group: self.runs_group.get(),
            sort: order.sort,
            descending: order.descending,
            route: match counted {
                Some(View::Routing) => self.route.get(),
                _ => (false, 0),
            },
            steps: counted == Some(View::Agents) && screen == Screen::Run && self.steps.get(),
            stats: match counted {
                Some(View::Statistics) => self.stats_place(of_all),
                _ => StatsPlace::default(),
            },
        }
    }

    /// What a link says of the view of statistics: a path only where it belongs to what is shown.
    fn stats_place(self, of_all: bool) -> StatsPlace {
        let mut stats = self.stats.get();
        let trace = self.run.with(|run| {
            let run = run.as_ref().filter(|_| !of_all);
            run.map(|run| run.trace_id.clone())
        });
        if !stats.flame || stats.path_of != trace {
            stats.path.clear();
        }
        stats
    }

    /// Keeps the page's address and what is shown in step, beginning with what the address says.
    pub fn follow_address(self, bar: &AddressBar) {
        bar.on_move(move |address| self.move_to(address));
        let start = bar.read();
        if !start.sources.is_empty() {
            self.move_to(start);
        }
        let bar = bar.clone();
        self.bar.set_value(Some(bar.clone()));
        effect(move || {
            let mut address = self.address();
            let screen = self.screen.get();
            if matches!(screen, Screen::Runs | Screen::Run) {
                self.last_view.set_value(screen);
            }
            let works = self.progress.with(Option::is_some);
            let asks = self.pending.with(Option::is_some) && (works || screen == Screen::Open);
            let document = self.document.with(Option::is_some);
            // What is shown is not, or not yet, what the address stands for.
            if asks || self.moving.get_value() || !document || screen == Screen::Failed {
                return;
            }
            if screen == Screen::Open {
                // Going back from there leads to the document.
                address = Address::default();
            }
            let before = bar.read();
            let same_place = before.view == address.view
                && before.trace == address.trace
                && before.sources == address.sources;
            let step = if same_place {
                Step::Replace
            } else {
                Step::Push
            };
            bar.write(&address, step);
        });
    }

    /// The place shown as a link; empty before the page has an address.
    pub fn link_here(self) -> String {
        let address = untrack(|| self.address());
        self.bar
            .with_value(|bar| bar.as_ref().map(|bar| bar.link(&address)))
            .unwrap_or_default()
    }

    /// Says that nothing is open any more, as a place of its own.
    pub(super) fn leave_address(self) {
        if let Some(bar) = self.bar.get_value() {
            bar.write(&Address::default(), Step::Push);
        }
    }

    /// Goes to a place in the place of wherever the page is going now.
    fn move_to(self, address: Address) {
        let turn = self.next_move();
        self.moving.set_value(true);
        spawn_local(async move {
            self.go_to(address, turn).await;
            if self.is_latest_move(turn) {
                self.moving.set_value(false);
            }
        });
    }

    /// Begins another move: what the page was going to is no longer wanted.
    pub(super) fn next_move(self) -> u32 {
        self.moving.set_value(false);
        self.moves.update_value(|moves| {
            *moves = moves.wrapping_add(1);
            *moves
        })
    }

    fn is_latest_move(self, turn: u32) -> bool {
        self.moves.get_value() == turn
    }

    /// Goes to a place: in the open document, or by asking for the files it needs.
    async fn go_to(self, address: Address, turn: u32) {
        if address.sources.is_empty() {
            self.pending.set(None);
            self.screen.set(Screen::Open);
            return;
        }
        let open = self
            .document
            .with_untracked(|document| document.as_ref().map(|open| self.address_sources(open)));
        let missing = missing(&address.sources, &open.unwrap_or_default());
        if missing.is_empty() {
            let found = self.find(&address).await;
            if self.is_latest_move(turn) {
                self.pending.set(None);
                self.show(&address, found);
            }
            return;
        }
        let needed = address.sources.clone();
        // Before anything is awaited: what is dropped meanwhile is opened for this link.
        self.pending.set(Some(PendingLink {
            missing,
            address,
            mismatch: false,
        }));
        let opening = self.begin("", 0);
        let at_hand = self.sources_at_hand(&needed).await;
        if !self.is_opening_turn(opening) {
            return;
        }
        if let Some(sources) = at_hand {
            self.open(sources, How::Replace);
        } else {
            self.end(opening);
            self.screen.set(Screen::Open);
        }
    }

    /// Shows a run, and a span of it.
    ///
    /// # Errors
    /// There is no such run or span, in words.
    pub async fn go_to_ids(self, trace_id: &str, span_id: Option<&str>) -> Result<(), String> {
        let run = self
            .find_run(trace_id)
            .await
            .ok_or_else(|| format!("there is no trace {trace_id} in the document"))?;
        let selection = match span_id {
            None => None,
            Some(span_id) => Some(
                self.locate(trace_id, span_id)
                    .await
                    .ok_or_else(|| format!("there is no span {span_id} in trace {trace_id}"))?,
            ),
        };
        if selection.is_some() {
            self.tab.set_if_new(Tab::Main);
        }
        self.open_run(run);
        self.select(selection);
        Ok(())
    }

    /// Whether a document just read has all that a link needs; else says what is missing.
    pub(super) fn meets(self, pending: &PendingLink, summary: &Summary) -> bool {
        let open = self.address_sources(summary);
        let missing = missing(&pending.address.sources, &open);
        if missing.is_empty() {
            return true;
        }
        self.pending.set(Some(PendingLink {
            address: pending.address.clone(),
            mismatch: missing.len() == pending.address.sources.len(),
            missing,
        }));
        false
    }

    /// Goes to the place of a link though its files are not all there, or are others.
    pub fn restore_anyway(self) {
        if let Some(pending) = self.pending.get_untracked() {
            self.pending.set(None);
            spawn_local(async move { self.restore(&pending.address, None).await });
        }
    }

    /// Forgets the link whose files are missing.
    pub fn forget_link(self) {
        self.pending.set(None);
        if self.document.with_untracked(Option::is_none) {
            self.leave_address();
        }
        self.back_to_document();
    }

    /// Names and sizes of the open document's files that a link cannot carry.
    pub fn local_files(self) -> Vec<(String, u64)> {
        let sources = self.document.with_untracked(|document| {
            document
                .as_ref()
                .map(|summary| self.address_sources(summary))
                .unwrap_or_default()
        });
        sources
            .into_iter()
            .filter_map(|source| match source {
                AddressSource::File { name, size, .. } => Some((name, size)),
                _ => None,
            })
            .collect()
    }

    /// Shows a place of the document that the worker holds; `summary` when the page does not show that document yet.
    pub(super) async fn restore(self, address: &Address, summary: Option<&Summary>) {
        let found = self.find(address).await;
        if let Some(summary) = summary {
            self.document.set(Some(summary.clone()));
        }
        self.show(address, found);
    }

    /// The run and the span of a place, as far as the document holds them.
    async fn find(self, address: &Address) -> (Option<RunRow>, Option<Selection>) {
        let Some(trace) = &address.trace else {
            return (None, None);
        };
        let run = self.find_run(trace).await;
        let selection = match (&address.span, &run) {
            (Some(span), Some(_)) => self.locate(trace, span).await,
            _ => None,
        };
        (run, selection)
    }

    /// Shows a place of the open document whose run and span have been looked for.
    fn show(self, address: &Address, (run, selection): (Option<RunRow>, Option<Selection>)) {
        if address.trace.is_some() && run.is_none() {
            let text = "The open files do not hold its trace id.";
            self.toast(Tone::Warning, "The run of this link is not here", text);
        } else if address.span.is_some() && selection.is_none() {
            let text = "The run does not hold its span id.";
            self.toast(Tone::Warning, "The span of this link is not here", text);
        }
        self.live.set(Vec::new());
        self.failed.set(None);
        self.runs_filter.set(address.filter.clone());
        self.runs_group.set_if_new(address.group);
        self.runs_order.set(RunsOrder {
            sort: address.sort,
            descending: address.descending,
        });
        if self
            .search
            .with_untracked(|sought| *sought != address.search)
        {
            self.search.set(address.search.clone());
        }
        if address.view == View::Routing {
            self.route.set_if_new(address.route);
        }
        if address.view == View::Agents {
            self.steps.set_if_new(address.steps);
        }
        if address.view == View::Statistics {
            self.stats.set_if_new(address.stats.clone());
        }
        self.tab.set_if_new(match address.view {
            View::Cost => Tab::Cost,
            View::Routing => Tab::Routing,
            View::Agents => Tab::Agents,
            View::Statistics => Tab::Statistics,
            _ => Tab::Main,
        });
        let screen = match (address.view, &run) {
            (View::Report, _) => Screen::Report,
            (View::Runs, _) | (_, None) => Screen::Runs,
            (_, Some(_)) => Screen::Run,
        };
        match run {
            Some(run) => {
                if screen == Screen::Run {
                    if let Some(level) = address.level {
                        self.show_level(level);
                    }
                    if address.only_matches {
                        self.show_only_matches(true);
                    }
                }
                self.open_run(run);
                self.window.set(address.window);
            }
            None => self.run.set(None),
        }
        self.selection.set(selection);
        self.screen.set(screen);
    }

    /// The run with this trace id.
    pub(super) async fn find_run(self, trace_id: &str) -> Option<RunRow> {
        let request = Request::Locate {
            trace: trace_id.to_owned(),
            span: None,
        };
        match self.ask(request).await.ok()?.reply {
            Reply::Located { run, .. } => run.map(|run| *run),
            _ => None,
        }
    }

    /// The span with these ids.
    pub async fn locate(self, trace_id: &str, span_id: &str) -> Option<Selection> {
        let request = Request::Locate {
            trace: trace_id.to_owned(),
            span: Some(span_id.to_owned()),
        };
        match self.ask(request).await.ok()?.reply {
            Reply::Located { trace, span, .. } => Some(Selection {
                row: span?,
                trace: trace?,
                trace_id: trace_id.to_owned(),
                span_id: span_id.to_owned(),
            }),
            _ => None,
        }
    }

    fn address_sources(self, summary: &Summary) -> Vec<AddressSource> {
        self.desk.with_value(|desk| {
            summary
                .sources
                .iter()
                .enumerate()
                .map(
                    |(index, source)| match desk.sources.get(index).map(|held| &held.origin) {
                        Some(Origin::Url(url)) => AddressSource::Url(url.clone()),
                        Some(Origin::Sample(name)) => AddressSource::Sample(name.clone()),
                        Some(Origin::Local) | None => AddressSource::File {
                            name: source.name.clone(),
                            size: source.size,
                            fingerprint: source.fingerprint.clone(),
                        },
                    },
                )
                .collect()
        })
    }
}

/// Which of the needed sources are not among the open ones. A file is known by its fingerprint, whatever its name.
fn missing(needed: &[AddressSource], open: &[AddressSource]) -> Vec<AddressSource> {
    needed
        .iter()
        .filter(|needed| !open.iter().any(|open| same(needed, open)))
        .cloned()
        .collect()
}

fn same(needed: &AddressSource, open: &AddressSource) -> bool {
    match (needed, open) {
        (
            AddressSource::File {
                name,
                size,
                fingerprint,
            },
            AddressSource::File {
                name: open_name,
                size: open_size,
                fingerprint: open_fingerprint,
            },
        ) => {
            if fingerprint.is_empty() || open_fingerprint.is_empty() {
                name == open_name && size == open_size
            } else {
                fingerprint == open_fingerprint && size == open_size
            }
        }
        (needed, open) => needed == open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, size: u64, fingerprint: &str) -> AddressSource {
        AddressSource::File {
            name: name.to_owned(),
            size,
            fingerprint: fingerprint.to_owned(),
        }
    }

    #[test]
    fn a_file_is_known_by_its_fingerprint_whatever_its_name() {
        let needed = [
            file("a.json", 5, "aa"),
            AddressSource::Sample("s.json".into()),
        ];
        let open = [
            AddressSource::Sample("s.json".into()),
            file("b.json", 5, "aa"),
        ];
        assert!(missing(&needed, &open).is_empty());
        let changed = [
            file("a.json", 5, "bb"),
            AddressSource::Sample("s.json".into()),
        ];
        assert_eq!(missing(&needed, &changed), vec![file("a.json", 5, "aa")]);
        assert_eq!(missing(&needed, &[]).len(), 2);
    }

    #[test]
    fn without_a_fingerprint_name_and_size_must_do() {
        let needed = [file("a.json", 5, "")];
        assert!(missing(&needed, &[file("a.json", 5, "aa")]).is_empty());
        assert_eq!(missing(&needed, &[file("b.json", 5, "aa")]).len(), 1);
        assert_eq!(missing(&needed, &[file("a.json", 6, "aa")]).len(), 1);
    }
}
