//! The search in the background: sources are read once more for values that the columns do not hold.

use super::Host;
use super::clock::{Beat, Turn};
use super::copying::Buffer;
use crate::engine::protocol::Notice;
use crate::engine::{Background, ScanJob};
use crate::web::chunks::Chunks;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How often partial counts are told.
const TELL_MS: f64 = 100.0;

/// Scans what the search or filter `seq` left open. It ends by itself when a newer search, another document or none has taken its place: the
/// engine wants no more bytes then.
pub fn start(host: &Rc<Host>, seq: u32, which: Background) {
    let scan = Scan {
        host: Rc::clone(host),
        seq,
        which,
        turn: Turn::new(),
    };
    spawn_local(async move { scan.run().await });
}

struct Scan {
    host: Rc<Host>,
    seq: u32,
    which: Background,
    turn: Turn,
}

impl Scan {
    async fn run(&self) {
        let mut beat = Beat::new(TELL_MS);
        let mut buffer = Buffer::default();
        loop {
            let job = self.host.engine.borrow_mut().background_scan(self.which);
            let Some(mut job) = job else {
                return;
            };
            if !self.read(&mut job, &mut buffer, &mut beat).await {
                return;
            }
            let state = self.host.engine.borrow_mut().background_end(&job);
            match state {
                Some(state) if is_complete(&state) || beat.is_due() => self.tell(state),
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Reads a source as far as it may match; `false` when the search is over. One that cannot be read ends early.
    async fn read(&self, job: &mut ScanJob, buffer: &mut Buffer, beat: &mut Beat) -> bool {
        let source = usize::from(job.source());
        let Some(held) = self.host.sources.borrow().get(source).cloned() else {
            return true;
        };
        let chunks = Chunks::new(&held.text.stream());
        while !job.is_done()
            && let Ok(Some(chunk)) = chunks.next().await
        {
            let bytes = buffer.fill(&chunk);
            let state = self.host.engine.borrow_mut().background_chunk(job, bytes);
            let Some(state) = state else {
                chunks.cancel();
                return false;
            };
            if beat.is_due() {
                self.tell(state);
            }
            self.turn.give_way().await;
        }
        chunks.cancel();
        true
    }

    fn tell(&self, state: Notice) {
        self.host.notify(self.seq, state);
    }
}

fn is_complete(state: &Notice) -> bool {
    match state {
        Notice::Search(state) => state.complete,
        Notice::Filter(state) => state.complete,
        Notice::Progress(_) | Notice::Live { .. } => false,
    }
}
