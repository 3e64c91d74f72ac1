//! The runs by number, in the order and with the filter of the table: pages of them, fetched from the worker when looked at.

use crate::engine::protocol::{Reply, Request, RunRow, RunsPage, RunsQuery};
use crate::model::order::RowMap;
use crate::ui::dom::effect;
use crate::ui::field::{Field, Held};
use crate::ui::state::{AppState, RUNS_PAGE as PAGE};
use leptos::prelude::{set_timeout, untrack};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// While a search still finds more, its counts are fetched again this often.
const RECOUNT: Duration = Duration::from_millis(400);

type Pages = RowMap<Rc<Vec<RunRow>>>;

/// The runs. Clones are the same.
#[derive(Debug, Clone)]
pub struct RunPages(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    state: AppState,
    pages: Field<Pages>,
    /// Runs that pass the filter.
    matched: Field<u32>,
    /// Runs that pass, and a line for each group.
    lines: Field<u32>,
    /// The document whose rows these are; `None` before the first have come.
    document: Field<Option<u32>>,
    /// Duration of the longest run of the document; at least 1.
    longest: Field<i64>,
    /// Number of the query that `pages` answer, and the pages asked for it.
    turn: Held<u32>,
    asked: Held<Vec<u32>>,
    /// `pages` still answer the query before; they are shown until the first page of this one comes.
    stale: Held<bool>,
    /// A count of hits is due.
    due: Held<bool>,
}

thread_local! {
    static CURRENT: RunPages = RunPages::new(AppState::current());
}

impl RunPages {
    fn new(state: AppState) -> Self {
        Self(Rc::new(Inner {
            state,
            pages: Field::new(Pages::default()),
            matched: Field::new(0),
            lines: Field::new(0),
            document: Field::new(None),
            longest: Field::new(1),
            turn: Held::new(0),
            asked: Held::new(Vec::new()),
            stale: Held::new(false),
            due: Held::new(false),
        }))
    }

    /// The runs of the page.
    pub fn current() -> Self {
        CURRENT.with(Clone::clone)
    }

    /// Follows the document, the order, the filter and the search from now on, as long as the part of the page that is being
    /// made.
    pub fn follow(&self) {
        let (runs, state) = (self.clone(), self.0.state);
        let mut asked = None;
        effect(move || {
            let number = state
                .document
                .with(|document| document.as_ref().map(|open| open.document));
            let query = (
                (number, state.priced.get()),
                // A filter that is none changes nothing; one that finds more changes the list.
                state.filter_state.with(|filter| match filter.problem {
                    Some(_) => None,
                    None => Some((filter.text.clone(), filter.runs)),
                }),
                (state.runs_order.get(), state.runs_group.get()),
                state.search.with(|search| !search.is_empty()),
            );
            if asked.as_ref() == Some(&query) {
                return;
            }
            let other = asked.as_ref().is_none_or(|before| before.0.0 != number);
            asked = Some(query);
            runs.begin_query();
            if number.is_some() {
                untrack(|| runs.want(0, PAGE));
                if other {
                    let longest = (state.document)
                        .with_untracked(|document| document.as_ref().map(|open| open.longest_ns));
                    runs.0.longest.set_if_new(longest.unwrap_or(0).max(1));
                }
            }
        });
        self.follow_search();
    }

    /// Counts hits again while a search goes on, and at its end.
    fn follow_search(&self) {
        let (runs, state) = (self.clone(), self.0.state);
        effect(move || {
            let found = state.search_state.get();
            if found.query.is_empty() || state.document.with_untracked(Option::is_none) {
                return;
            }
            if found.complete {
                runs.recount();
            } else if !runs.0.due.get_value() {
                runs.0.due.set_value(true);
                let runs = runs.clone();
                set_timeout(
                    move || {
                        runs.0.due.set_value(false);
                        runs.recount();
                    },
                    RECOUNT,
                );
            }
        });
    }

    /// Runs that pass the filter.
    pub fn matched(&self) -> u32 {
        self.0.matched.get()
    }

    /// The document whose rows these are; `None` before the first have come.
    pub fn document(&self) -> Option<u32> {
        self.0.document.get()
    }

    /// Whether the rows are those of what is open or being read: until its first ones come, those of the document before stay.
    pub fn are_current(&self) -> bool {
        (self.0.state.document).with(|document| {
            document
                .as_ref()
                .is_none_or(|open| self.document() == Some(open.document))
        })
    }

    /// Duration of the longest run of the document; at least 1.
    pub fn longest(&self) -> i64 {
        self.0.longest.get()
    }

    /// How many rows the list has now: of the document, or of what is being read while there is none.
    pub fn count(&self) -> u32 {
        if self.is_live() {
            self.0.state.live.with(Vec::len) as u32
        } else {
            self.0.lines.get()
        }
    }

    /// Whether the rows are those of a file that is still being read.
    pub fn is_live(&self) -> bool {
        self.0.state.document.with(Option::is_none)
    }

    /// The run at a place of the list; `None` while it is on its way.
    pub fn row(&self, index: u32) -> Option<RunRow> {
        if self.is_live() {
            return self
                .0
                .state
                .live
                .with(|live| live.get(index as usize).cloned());
        }
        self.0.pages.with(|pages| {
            let page = pages.find(index / PAGE)?;
            page.get((index % PAGE) as usize).cloned()
        })
    }

    /// The run at a place of the list, untracked.
    pub fn row_untracked(&self, index: u32) -> Option<RunRow> {
        untrack(|| self.row(index))
    }

    /// Opens the run at a place of the list, when it is there; of a group shows its runs alone.
    pub fn open(&self, index: u32) {
        let Some(run) = self
            .row_untracked(index)
            .filter(|_| !untrack(|| self.is_live()))
        else {
            return;
        };
        match &run.group {
            None => self.0.state.open_run(run),
            Some(group) if !group.filter.is_empty() => {
                self.0.state.runs_filter.set(group.filter.clone());
            }
            Some(_) => {}
        }
    }

    /// The place of a run among the rows that are here.
    pub fn place_of(&self, trace_id: &str) -> Option<u32> {
        self.0.pages.with(|pages| {
            let all = pages.rows().iter().zip(pages.values());
            all.into_iter().find_map(|(page, rows)| {
                let at = rows.iter().position(|row| row.trace_id == trace_id)?;
                Some(page * PAGE + at as u32)
            })
        })
    }

    /// Fetches the pages of these rows that are not here.
    pub fn want(&self, first: u32, end: u32) {
        if self.0.state.document.with_untracked(Option::is_none) || end <= first {
            return;
        }
        for page in first / PAGE..=(end - 1) / PAGE {
            let new = self.0.asked.with_value(|asked| !asked.contains(&page));
            if new {
                self.0.asked.update_value(|asked| asked.push(page));
                match self.0.state.take_first_runs(&self.query(page)) {
                    Some(answer) => self.take(page, answer),
                    None => spawn_local(self.clone().fetch(page)),
                }
            }
        }
    }

    fn begin_query(&self) {
        self.0.turn.update_value(|turn| *turn += 1);
        self.0.asked.set_value(Vec::new());
        self.0.stale.set_value(true);
    }

    /// Fetches the pages again that are here.
    fn recount(&self) {
        let here: Vec<u32> = self.0.pages.with_untracked(|pages| pages.rows().to_vec());
        self.0.turn.update_value(|turn| *turn += 1);
        self.0.asked.set_value(here.clone());
        for page in here {
            spawn_local(self.clone().fetch(page));
        }
    }

    /// What a page of the list is asked for with.
    fn query(&self, page: u32) -> RunsQuery {
        RunsQuery {
            filter: self.0.state.runs_filter.get_untracked(),
            offset: page * PAGE,
            ..self.0.state.first_runs()
        }
    }

    async fn fetch(self, page: u32) {
        let turn = self.0.turn.get_value();
        let query = self.query(page);
        let answer = self.0.state.ask(Request::Runs(query)).await;
        if self.0.turn.get_value() != turn {
            return;
        }
        match answer.map(|answer| answer.reply) {
            Ok(Reply::Runs(answer)) => self.take(page, answer),
            // It is asked for again when it is looked at again.
            _ => self
                .0
                .asked
                .update_value(|asked| asked.retain(|other| *other != page)),
        }
    }

    fn take(&self, page: u32, answer: RunsPage) {
        let stale = self.0.stale.get_value();
        self.0.stale.set_value(false);
        self.0.pages.update(|pages| {
            if stale {
                *pages = Pages::default();
            }
            pages.insert(page, Rc::new(answer.rows));
        });
        self.0.document.set_if_new(Some(answer.document));
        self.0.matched.set_if_new(answer.matched);
        self.0.lines.set_if_new(answer.lines);
    }
}
