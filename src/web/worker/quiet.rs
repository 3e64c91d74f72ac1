//! Work that can wait until nobody asks for anything else.

use super::Host;
use super::clock::{now, sleep};
use crate::engine::protocol::Request;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How often to look.
const LOOK_MS: i32 = 100;
/// What stands beside a picture can be that late: whoever looks at the picture may go on to the next one.
const BESIDE_MS: f64 = 500.0;

/// Comes back when nobody has asked for anything for so long and nothing is being opened.
pub async fn quiet(host: &Host, ms: f64) {
    while !host.openings.borrow().is_empty() || now() - host.asked_at.get() < ms {
        sleep(LOOK_MS).await;
    }
}

/// Answers a question that [can wait](crate::engine::Engine::can_wait), so that one that cannot does not wait for it.
pub fn answer_later(host: &Rc<Host>, seq: u32, request: Request) {
    let host = Rc::clone(host);
    spawn_local(async move {
        quiet(&host, BESIDE_MS).await;
        host.answer(seq, request);
    });
}
