//! The runs by number, in the order and with the filter of the table: pages of them, fetched from the worker when looked at.

use crate::engine::protocol::{Reply, Request, RunRow, RunsPage, RunsQuery, RunsSort};
use crate::ui::state::AppState;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// Rows of one page.
const PAGE: u32 = 200;

/// While a search still finds more, its counts are fetched again this often.
const RECOUNT: Duration = Duration::from_millis(400);

/// The runs. A handful of handles: copy it freely.
#[derive(Debug, Clone, Copy)]
pub struct RunPages {
    state: AppState,
    pages: RwSignal<BTreeMap<u32, Arc<Vec<RunRow>>>>,
    /// Runs that pass the filter.
    pub matched: RwSignal<u32>,
    /// The document whose rows these are; `None` before the first have come.
    pub document: RwSignal<Option<u32>>,
    /// Duration of the longest run of the document; at least 1.
    pub longest: RwSignal<i64>,
    /// Number of the query that `pages` answer, and the pages asked for it.
    turn: StoredValue<u32>,
    asked: StoredValue<Vec<u32>>,
    /// `pages` still answer the query before; they are shown until the first page of this one comes.
    stale: StoredValue<bool>,
}

impl RunPages {
    /// The runs of the page's document, followed as long as the owner of this call lives.
    pub fn new(state: AppState) -> Self {
        let pages = Self {
            state,
            pages: RwSignal::new(BTreeMap::new()),
            matched: RwSignal::new(0),
            document: RwSignal::new(None),
            longest: RwSignal::new(1),
            turn: StoredValue::new(0),
            asked: StoredValue::new(Vec::new()),
            stale: StoredValue::new(false),
        };
        pages.follow();
        pages
    }

    /// The runs as provided to the components below the frame.
    pub fn current(state: AppState) -> Self {
        use_context().unwrap_or_else(|| Self::new(state))
    }

    fn follow(self) {
        let state = self.state;
        let number = Memo::new(move |_| {
            state
                .document
                .with(|document| document.as_ref().map(|open| open.document))
        });
        let sought = Memo::new(move |_| state.search.with(|search| !search.is_empty()));
        Effect::new(move || {
            let open = number.get().is_some();
            state.runs_filter.track();
            state.runs_order.track();
            // Read, not only tracked: a memo that nobody has read follows nothing.
            sought.get();
            self.begin_query();
            if open {
                self.want(0, PAGE);
            }
        });
        Effect::new(move || {
            self.longest.set(1);
            if number.get().is_some() {
                spawn_local(self.measure());
            }
        });
        self.follow_search();
    }

    /// Counts hits again while a search goes on, and at its end.
    fn follow_search(self) {
        let state = self.state;
        let found = Memo::new(move |_| {
            state
                .search_state
                .with(|found| (found.query.clone(), found.hits, found.complete))
        });
        let due = StoredValue::new(false);
        Effect::new(move || {
            let (query, _, complete) = found.get();
            if query.is_empty() || state.document.with_untracked(Option::is_none) {
                return;
            }
            if complete {
                self.recount();
            } else if !due.get_value() {
                due.set_value(true);
                set_timeout(
                    move || {
                        due.set_value(false);
                        self.recount();
                    },
                    RECOUNT,
                );
            }
        });
    }

    /// How many rows the list has now: of the document, or of what is being read while there is none.
    pub fn count(self) -> u32 {
        if self.is_live() {
            self.state.live.with(Vec::len) as u32
        } else {
            self.matched.get()
        }
    }

    /// Whether the rows are those of a file that is still being read.
    pub fn is_live(self) -> bool {
        self.state.document.with(Option::is_none)
    }

    /// The run at a place of the list; `None` while it is on its way.
    pub fn row(self, index: u32) -> Option<RunRow> {
        if self.is_live() {
            return self
                .state
                .live
                .with(|live| live.get(index as usize).cloned());
        }
        self.pages.with(|pages| {
            let page = pages.get(&(index / PAGE))?;
            page.get((index % PAGE) as usize).cloned()
        })
    }

    /// The run at a place of the list, untracked.
    pub fn row_untracked(self, index: u32) -> Option<RunRow> {
        untrack(|| self.row(index))
    }

    /// The place of a run among the rows that are here.
    pub fn place_of(self, trace_id: &str) -> Option<u32> {
        self.pages.with(|pages| {
            pages.iter().find_map(|(page, rows)| {
                let at = rows.iter().position(|row| row.trace_id == trace_id)?;
                Some(page * PAGE + at as u32)
            })
        })
    }

    /// Fetches the pages of these rows that are not here.
    pub fn want(self, first: u32, end: u32) {
        if self.state.document.with_untracked(Option::is_none) || end <= first {
            return;
        }
        for page in first / PAGE..=(end - 1) / PAGE {
            let new = self.asked.with_value(|asked| !asked.contains(&page));
            if new {
                self.asked.update_value(|asked| asked.push(page));
                spawn_local(self.fetch(page));
            }
        }
    }

    fn begin_query(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.asked.set_value(Vec::new());
        self.stale.set_value(true);
    }

    /// Fetches the pages again that are here.
    fn recount(self) {
        let here: Vec<u32> = self
            .pages
            .with_untracked(|pages| pages.keys().copied().collect());
        self.turn.update_value(|turn| *turn += 1);
        self.asked.set_value(here.clone());
        for page in here {
            spawn_local(self.fetch(page));
        }
    }

    async fn fetch(self, page: u32) {
        let turn = self.turn.get_value();
        let order = self.state.runs_order.get_untracked();
        let query = RunsQuery {
            sort: order.sort,
            descending: order.descending,
            filter: self.state.runs_filter.get_untracked(),
            offset: page * PAGE,
            limit: PAGE,
        };
        let answer = self.state.ask(Request::Runs(query)).await;
        if self.turn.try_get_value() != Some(turn) {
            return;
        }
        match answer.map(|answer| answer.reply) {
            Ok(Reply::Runs(answer)) => self.take(page, answer),
            // It is asked for again when it is looked at again.
            _ => self
                .asked
                .update_value(|asked| asked.retain(|other| *other != page)),
        }
    }

    fn take(self, page: u32, answer: RunsPage) {
        let stale = self.stale.get_value();
        self.stale.set_value(false);
        self.pages.update(|pages| {
            if stale {
                pages.clear();
            }
            pages.insert(page, Arc::new(answer.rows));
        });
        if self.document.get_untracked() != Some(answer.document) {
            self.document.set(Some(answer.document));
        }
        if self.matched.get_untracked() != answer.matched {
            self.matched.set(answer.matched);
        }
    }

    async fn measure(self) {
        let query = RunsQuery {
            sort: RunsSort::Duration,
            descending: true,
            limit: 1,
            ..RunsQuery::default()
        };
        if let Ok(answer) = self.state.ask(Request::Runs(query)).await
            && let Reply::Runs(page) = answer.reply
        {
            let longest = page.rows.first().map_or(1, |row| row.duration_ns.max(1));
            self.longest.try_set(longest);
        }
    }
}
