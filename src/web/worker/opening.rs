//! One opening: its sources in order, what is said meanwhile, and its end.

use super::clock::{Beat, Turn, now};
use super::held::Held;
use super::reading::{self, Read};
use super::{Host, failed, prices, warming};
use crate::engine::protocol::{Notice, Progress, Reply, RunsQuery, SourceHead};
use crate::web::chunks::Chunks;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

/// How often progress is told.
const PROGRESS_MS: f64 = 100.0;
/// When the first runs are told again; then each time later.
const LIVE_MS: f64 = 100.0;
/// How much later, and how late at most.
const LIVE_SLOWER: (f64, f64) = (1.5, 2_000.0);
/// Runs of a first look.
const LIVE_RUNS: usize = 100;

/// Stops an opening from outside.
#[derive(Debug, Default)]
pub struct Control {
    aborted: Cell<bool>,
    /// What is being read, to end a wait for a slow disk.
    reading: RefCell<Option<Chunks>>,
}

impl Control {
    /// Stops it at the next chunk.
    pub fn abort(&self) {
        self.aborted.set(true);
        if let Some(chunks) = self.reading.take() {
            chunks.cancel();
        }
    }

    /// Whether it shall stop.
    pub fn is_aborted(&self) -> bool {
        self.aborted.get()
    }

    /// Says what is being read now.
    pub fn set_reading(&self, chunks: Option<&Chunks>) {
        *self.reading.borrow_mut() = chunks.cloned();
    }
}

/// An opening at work, as its sources see it.
pub struct Opening {
    pub host: Rc<Host>,
    pub control: Rc<Control>,
    pub turn: Turn,
    seq: u32,
    progress: RefCell<Progress>,
    progress_beat: RefCell<Beat>,
    live_beat: RefCell<Beat>,
}

/// What an opening is to do.
#[derive(Debug)]
pub struct Wanted {
    /// Add to the open document.
    pub append: bool,
    /// Runs to be told at its end.
    pub runs: RunsQuery,
    /// What to read.
    pub sources: Vec<(SourceHead, Blob)>,
}

/// An opening that has not begun.
pub type Waiting = (Opening, Wanted);

/// Starts an opening, or lets it wait for those before it.
pub fn start(host: &Rc<Host>, seq: u32, wanted: Wanted) {
    let control = Rc::<Control>::default();
    let is_first = {
        let mut openings = host.openings.borrow_mut();
        openings.insert(seq, Rc::clone(&control));
        openings.len() == 1
    };
    let opening = Opening {
        host: Rc::clone(host),
        control,
        turn: Turn::new(),
        seq,
        progress: RefCell::new(Progress {
            total_bytes: wanted.sources.iter().map(|(head, _)| head.size).sum(),
            ..Progress::default()
        }),
        progress_beat: RefCell::new(Beat::new(PROGRESS_MS)),
        live_beat: RefCell::new(Beat::new(LIVE_MS)),
    };
    host.queue.borrow_mut().push_back((opening, wanted));
    if is_first {
        let host = Rc::clone(host);
        spawn_local(async move {
            // One after the other: there is one staging store.
            loop {
                let next = host.queue.borrow_mut().pop_front();
                let Some((opening, wanted)) = next else {
                    return;
                };
                let reply = opening.run(&wanted).await;
                host.openings.borrow_mut().remove(&opening.seq);
                let is_open = matches!(reply, Reply::Opened(_));
                host.reply(opening.seq, reply);
                if is_open && host.queue.borrow().is_empty() {
                    // The page is busy with the answer and asks for a scene in a moment.
                    host.engine.borrow_mut().look_ahead();
                    host.opened.set(host.opened.get().wrapping_add(1));
                    warming::count_ahead(&host);
                }
            }
        });
    }
}

impl Opening {
    async fn run(&self, wanted: &Wanted) -> Reply {
        if self.control.is_aborted() {
            return failed("stopped", true);
        }
        let began = now();
        let prices = if self.host.priced.get() {
            None
        } else {
            prices::ask(&self.host)
        };
        self.host.engine.borrow_mut().begin(wanted.append);
        let mut held = Vec::with_capacity(wanted.sources.len());
        for (head, blob) in &wanted.sources {
            self.progress.borrow_mut().file.clone_from(&head.name);
            let done_before = self.progress.borrow().done_bytes;
            match reading::read_source(self, head, blob).await {
                Read::Finished { text } => held.push(Rc::new(Held { text })),
                Read::Aborted => {
                    self.host.engine.borrow_mut().abort();
                    return failed("stopped", true);
                }
            }
            self.progress.borrow_mut().done_bytes = done_before + head.size;
        }
        self.tell_progress();
        if let Some(asked) = prices {
            let is_read = prices::take(&self.host, asked).await;
            self.host.priced.set(is_read);
        }
        self.end(began, wanted, held)
    }

    fn end(&self, began: f64, wanted: &Wanted, held: Vec<Rc<Held>>) -> Reply {
        let memory = memory_bytes();
        let mut engine = self.host.engine.borrow_mut();
        let mut reply = engine.commit(now() - began, memory);
        if let Reply::Opened(opened) = &mut reply {
            opened.runs = engine.runs(&RunsQuery {
                filter: String::new(),
                ..wanted.runs.clone()
            });
            // With the linking, which the engine cannot time.
            opened.elapsed_ms = now() - began;
            opened.summary.memory_bytes = memory_bytes();
            let mut sources = self.host.sources.borrow_mut();
            if !wanted.append {
                sources.clear();
            }
            sources.extend(held);
        }
        reply
    }

    /// Counts bytes as given, and says how far it is when it is time.
    pub fn advance(&self, bytes: u64) {
        self.progress.borrow_mut().done_bytes += bytes;
        if self.progress_beat.borrow_mut().is_due() {
            self.tell_progress();
        }
        self.tell_live();
    }

    fn tell_progress(&self) {
        let mut progress = self.progress.borrow_mut();
        progress.spans = self.host.engine.borrow().progress();
        self.host
            .notify(self.seq, Notice::Progress(progress.clone()));
    }

    fn tell_live(&self) {
        let engine = self.host.engine.borrow();
        let mut beat = self.live_beat.borrow_mut();
        if engine.progress() == 0 || !beat.is_due() {
            return;
        }
        beat.slow_down(LIVE_SLOWER.0, LIVE_SLOWER.1);
        let (total, rows) = engine.live_runs(LIVE_RUNS);
        drop(engine);
        self.host.notify(self.seq, Notice::Live { total, rows });
    }
}

/// WebAssembly memory of the worker; it never shrinks.
pub fn memory_bytes() -> u64 {
    #[cfg(target_arch = "wasm32")]
    let pages = core::arch::wasm32::memory_size(0);
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0_usize;
    pages as u64 * 65_536
}
