//! What the page shows, as few signals; everything else follows from them.
//!
//! The store lives in the worker. Here stand the answers that several views need, and what a person chose. Rows
//! ([`SpanRow`], [`TraceRow`]) are valid for one document number only; ids stay, so after an append the opened run and
//! the selection are found again by their ids.

pub mod fetching;
pub mod kept;
mod masking;
mod notices;
pub mod opening;
pub mod place;
pub mod recent;
pub mod settings;
mod show;
pub mod toast;

pub use opening::{FailedOpening, How, PendingLink, RUNS_PAGE};
pub use recent::Recent;
pub use settings::{Settings, Theme};
pub use toast::{Toast, ToastAction, Tone};

use crate::engine::address::StatsPlace;
use crate::engine::protocol::{
    Failure, FilterState, Progress, Request, RunRow, RunsPage, RunsQuery, RunsSort, SearchState,
    Summary,
};
use crate::ingest::report::ImportReport;
use crate::model::{SpanRow, TraceRow};
use crate::scene::drawn::Limit;
use crate::scene::waterfall::{ColourBy, Level};
use crate::ui::field::{Field, Held};
use crate::web::address::AddressBar;
use crate::web::link::{Answer, WorkerLink};
use crate::web::script::{Script, ScriptEvent};
use crate::web::storage::kept::Kept;
use std::ops::Deref;

/// A part of time, as offsets from the start of the run in nanoseconds: start and end.
pub type Window = (i64, i64);

/// What colours stand for, and its members by span count: number, name and spans.
pub type Legend = (ColourBy, Vec<(u16, String, u32)>);

/// How many windows [`AppState::window_back`] remembers.
const WINDOW_HISTORY: usize = 64;

/// Name of the settings in this browser.
const SETTINGS: &str = "settings";

type GoOn = Box<dyn FnOnce()>;

/// Which page is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Screen {
    /// Where files are opened.
    #[default]
    Open,
    /// The table of runs.
    Runs,
    /// One run.
    Run,
    /// The import report.
    Report,
    /// Nothing could be read.
    Failed,
}

/// What is shown of a run, or of all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// The waterfall, or the table of runs.
    #[default]
    Main,
    /// What it cost.
    Cost,
    /// Which agents asked which models.
    Routing,
    /// Who called whom.
    Agents,
    /// Counts and times of everything that has a name.
    Statistics,
}

/// A dialog over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// The keys.
    Keys,
    /// The settings.
    Settings,
    /// The prices.
    Prices,
    /// How the figures of the run came about.
    Figures,
}

/// The selected span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Its row, valid for the open document.
    pub row: SpanRow,
    /// Its trace, valid for the open document.
    pub trace: TraceRow,
    /// Trace id as written.
    pub trace_id: String,
    /// Span id as written; empty when absent.
    pub span_id: String,
}

/// The order of the runs table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunsOrder {
    /// By which column.
    pub sort: RunsSort,
    /// From the largest.
    pub descending: bool,
}

/// What the page shows, for as long as the page lives. There is one state a page, and this is a way to its [`Signals`] that
/// weighs nothing: copy it freely.
#[derive(Debug, Clone, Copy)]
pub struct AppState;

thread_local! {
    /// Never freed: the page needs it to its end.
    static PAGE: &'static Signals = Box::leak(Box::new(Signals::new()));
}

impl Deref for AppState {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        PAGE.with(|page| *page)
    }
}

/// The signals of [`AppState`].
#[derive(Debug)]
pub struct Signals {
    /// Counts of the open document; `None` when nothing is open.
    pub document: Field<Option<Summary>>,
    /// What was read of all files of the document.
    pub report: Field<Option<ImportReport>>,
    /// Which page is shown.
    pub screen: Field<Screen>,
    /// What is shown of it.
    pub tab: Field<Tab>,
    /// Of the routing view: rows are tasks; what colours stand for, as an index of
    /// [`crate::scene::routing::MEASURES`].
    pub route: Field<(bool, u8)>,
    /// Of the view of agents: the steps of the run in order of time.
    pub steps: Field<bool>,
    /// Of the view of statistics.
    pub stats: Field<StatsPlace>,
    /// The opened run.
    pub run: Field<Option<RunRow>>,
    /// The selected span. Set it with [`AppState::select`].
    pub selection: Field<Option<Selection>>,
    /// The visible time of the opened run; `None` for all of it. Set it with [`AppState::zoom_to`], or directly while a
    /// gesture lasts.
    pub window: Field<Option<Window>>,
    /// What colours of the opened run stand for.
    pub legend: Field<Legend>,
    /// Earlier windows of the opened run, the latest last.
    windows: Field<Vec<Option<Window>>>,
    /// What is sought; empty for no search.
    pub search: Field<String>,
    /// What the search has found.
    pub search_state: Field<SearchState>,
    /// Counts what makes every answer another one: sets of prices, covered secrets.
    pub priced: Field<u32>,
    /// What is wrong with the patterns of [`Settings::mask_patterns`].
    pub mask_problems: Field<Vec<String>>,
    /// The filter of runs and spans; see [`crate::ui::filter`].
    pub runs_filter: Field<String>,
    /// What the worker says of it.
    pub filter_state: Field<FilterState>,
    /// The order of the runs table.
    pub runs_order: Field<RunsOrder>,
    /// By which column it is grouped.
    pub runs_group: Field<Option<RunsSort>>,
    /// How far an opening is; `None` when none is at work.
    pub progress: Field<Option<Progress>>,
    /// Runs read so far while a file is being opened.
    pub live: Field<Vec<RunRow>>,
    /// [`AppState::progress`] is to be shown: the opening has lasted a moment.
    pub progress_shown: Field<bool>,
    /// How long the openings of the document took, from the first byte to the finished store.
    pub opened_in_ms: Field<f64>,
    /// What was opened before, the latest first.
    pub recent: Field<Vec<Recent>>,
    /// Files that stay in this browser, the latest first.
    pub kept: Field<Vec<Kept>>,
    /// Why nothing could be read, for [`Screen::Failed`].
    pub failed: Field<Option<FailedOpening>>,
    /// A link whose files this tab does not have yet.
    pub pending: Field<Option<PendingLink>>,
    /// Short messages at the foot of the page.
    pub toasts: Field<Vec<Toast>>,
    /// What a person has chosen; kept in this browser.
    pub settings: Field<Settings>,
    /// The colours are the dark ones, be it by choice or as the system says.
    pub dark: Field<bool>,
    /// What assistive technology is told next; see [`AppState::announce`].
    pub announcement: Field<String>,
    /// Requests that left this page's origin, each asked for by the user.
    pub requests: Field<u32>,
    /// An open dialog.
    pub dialog: Field<Option<Dialog>>,
    /// The table or the run that was shown last.
    last_view: Held<Screen>,
    /// The page's address.
    bar: Held<Option<AddressBar>>,
    /// How often the page went somewhere by its address or began to open something; the latest counts.
    moves: Held<u32>,
    /// The page is on its way to what its address says.
    moving: Held<bool>,
    /// `window.spanlight`, once it is installed.
    script: Held<Option<Script>>,
    /// The worker, started when first asked.
    link: Held<Option<WorkerLink>>,
    /// What the opened document was read from and what is being opened.
    desk: Held<opening::Desk>,
    /// Who waits for a paint of real rows of a document.
    first_paint: Held<Vec<(u32, GoOn)>>,
    /// Runs that came with the document, and how they were asked for.
    given_runs: Held<Option<(RunsQuery, RunsPage)>>,
}

impl Signals {
    /// An empty page.
    fn new() -> Self {
        Self {
            document: Field::new(None),
            report: Field::new(None),
            screen: Field::new(Screen::Open),
            tab: Field::new(Tab::Main),
            route: Field::new((false, 0)),
            steps: Field::new(false),
            stats: Field::default(),
            run: Field::new(None),
            selection: Field::new(None),
            window: Field::new(None),
            legend: Field::new((ColourBy::Kind, Vec::new())),
            windows: Field::new(Vec::new()),
            search: Field::new(String::new()),
            search_state: Field::new(SearchState::default()),
            runs_filter: Field::new(String::new()),
            priced: Field::new(0),
            mask_problems: Field::default(),
            filter_state: Field::new(FilterState::default()),
            runs_order: Field::new(RunsOrder {
                sort: RunsSort::Start,
                descending: true,
            }),
            runs_group: Field::new(None),
            progress: Field::new(None),
            live: Field::new(Vec::new()),
            progress_shown: Field::new(false),
            opened_in_ms: Field::new(0.0),
            recent: Field::new(recent::load()),
            kept: Field::new(Vec::new()),
            failed: Field::new(None),
            pending: Field::new(None),
            toasts: Field::new(Vec::new()),
            settings: Field::new(Settings::kept()),
            dark: Field::new(false),
            announcement: Field::new(String::new()),
            requests: Field::new(0),
            dialog: Field::new(None),
            last_view: Held::new(Screen::Runs),
            bar: Held::new(None),
            moves: Held::new(0),
            moving: Held::new(false),
            script: Held::new(None),
            link: Held::new(None),
            desk: Held::new(opening::Desk::default()),
            first_paint: Held::new(Vec::new()),
            given_runs: Held::new(None),
        }
    }
}

impl AppState {
    /// The state of the page.
    pub fn current() -> Self {
        Self
    }

    /// Shows a run from its beginning to its end, nothing selected.
    pub fn open_run(self, run: RunRow) {
        let same = self.run.with_untracked(|open| {
            open.as_ref()
                .is_some_and(|open| open.trace_id == run.trace_id)
        });
        if !same {
            self.windows.set(Vec::new());
            self.window.set(None);
            self.selection.set(None);
        }
        self.run.set(Some(run));
        self.screen.set(Screen::Run);
    }

    /// What rows of the shown run are valid for: the document's number and the trace.
    pub fn shown_run(self) -> (Option<u32>, Option<TraceRow>) {
        (
            self.document
                .with(|open| open.as_ref().map(|open| open.document)),
            self.run.with(|run| run.as_ref().map(|run| run.trace)),
        )
    }

    /// What the opened run may cost.
    pub fn limit(self) -> Limit {
        let run = self.shown_run();
        self.settings.with(|settings| settings.limit(run))
    }

    /// What marks rows at present: the search and its hits, the filter and its spans.
    pub fn marked_by(self) -> ((String, u32), (String, u32)) {
        let sought = self
            .search_state
            .with(|search| (search.query.clone(), search.hits));
        let filtered = self
            .filter_state
            .with(|filter| (filter.text.clone(), filter.spans));
        (sought, filtered)
    }

    /// Selects a span of the opened run, or nothing.
    pub fn select(self, selection: Option<Selection>) {
        let selection = selection.map(|selection| self.within_run(selection));
        if self.selection.get_untracked() != selection {
            self.selection.set(selection);
        }
    }

    /// A span as one of the run shown, where that is stitched from several traces and holds it.
    pub(super) fn within_run(self, mut selection: Selection) -> Selection {
        self.run.with_untracked(|run| {
            let whole = run.as_ref().filter(|run| run.holds(selection.trace));
            if let Some(run) = whole {
                selection.trace = run.trace;
                selection.trace_id.clone_from(&run.trace_id);
            }
        });
        selection
    }

    /// Shows a part of the run's time and remembers the present one for [`AppState::window_back`].
    pub fn zoom_to(self, window: Option<Window>) {
        let present = self.window.get_untracked();
        if present == window {
            return;
        }
        self.remember_window(present);
        self.window.set(window);
    }

    /// Remembers a window to come back to: call it with the window as it was before a gesture.
    pub fn remember_window(self, window: Option<Window>) {
        self.windows.update(|windows| {
            if windows.last() == Some(&window) {
                return;
            }
            if windows.len() == WINDOW_HISTORY {
                windows.remove(0);
            }
            windows.push(window);
        });
    }

    /// Goes back to the window before; says whether there was one.
    pub fn window_back(self) -> bool {
        let present = self.window.get_untracked();
        let mut earlier = None;
        self.windows.update(|windows| {
            // A gesture that came back to where it began is no step.
            earlier = std::iter::from_fn(|| windows.pop()).find(|window| *window != present);
        });
        if let Some(window) = earlier {
            self.window.set(window);
        }
        earlier.is_some()
    }

    /// Whether there is a window to go back to.
    pub fn can_go_back(self) -> bool {
        !self.windows.get().is_empty()
    }

    /// Shows a level of spans in the waterfall from now on.
    pub fn show_level(self, level: Level) {
        if self.settings.with_untracked(|settings| settings.level) != level {
            self.settings.update(|settings| settings.level = level);
        }
    }

    /// Whether the waterfall shows only spans that the filter lets pass, where there is one.
    pub fn is_narrowed(self) -> bool {
        self.settings.with(|settings| settings.only_matches)
    }

    /// Shows only spans that the filter lets pass in the waterfall from now on, or all.
    pub fn show_only_matches(self, only: bool) {
        self.settings
            .update(|settings| settings.only_matches = only);
    }

    /// Goes back from a page about the document (report, failure, opening) to the document itself, if one is open.
    pub fn back_to_document(self) {
        if self.document.with_untracked(Option::is_none) {
            self.screen.set(Screen::Open);
            return;
        }
        let run = self.run.with_untracked(Option::is_some);
        self.screen.set(match self.last_view.get_value() {
            Screen::Run if run => Screen::Run,
            _ => Screen::Runs,
        });
    }

    /// Tells assistive technology something, politely.
    pub fn announce(self, text: impl Into<String>) {
        self.announcement.set(text.into());
    }

    /// To be called by a view after it has painted real rows of a document: who waits for them goes on.
    pub fn painted(self, document: u32) {
        let waiting = self.first_paint.update_value(std::mem::take);
        let (ready, later): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(awaited, _)| *awaited <= document);
        self.first_paint.set_value(later);
        for (_, go_on) in ready {
            go_on();
        }
    }

    /// Calls `go_on` once a view has painted real rows of this document, or a later one.
    pub fn after_paint(self, document: u32, go_on: impl FnOnce() + 'static) {
        self.first_paint
            .update_value(|waiting| waiting.push((document, Box::new(go_on))));
    }

    /// Tells the listeners of `window.spanlight` from now on.
    pub fn set_script(self, script: Script) {
        self.script.set_value(Some(script));
    }

    pub(crate) fn emit(self, event: &ScriptEvent<'_>) {
        if let Some(script) = self.script.get_value() {
            script.emit(event);
        }
    }

    /// The worker.
    pub fn link(self) -> WorkerLink {
        if let Some(link) = self.link.get_value() {
            return link;
        }
        let link = WorkerLink::new();
        self.link.set_value(Some(link.clone()));
        self.listen(&link);
        link
    }

    /// Asks the worker.
    ///
    /// # Errors
    /// The worker's own failure, or that the worker is lost.
    pub async fn ask(self, request: Request) -> Result<Answer, Failure> {
        self.link().ask(request).await
    }
}
