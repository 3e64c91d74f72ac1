//! Time and turns.

use std::cell::Cell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DedicatedWorkerGlobalScope;

/// How long the worker works before it looks for messages.
const TURN_MS: f64 = 12.0;

#[wasm_bindgen]
extern "C" {
    #[derive(Debug)]
    type MessageChannel;
    type MessagePort;

    #[wasm_bindgen(constructor)]
    fn new() -> MessageChannel;

    #[wasm_bindgen(method, getter)]
    fn port1(this: &MessageChannel) -> MessagePort;

    #[wasm_bindgen(method, getter)]
    fn port2(this: &MessageChannel) -> MessagePort;

    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &MessagePort, heard: &js_sys::Function);

    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &MessagePort, message: &JsValue);

    #[wasm_bindgen(method)]
    fn close(this: &MessagePort);
}

/// Milliseconds since the worker began; a tenth of a millisecond is the finest step of some browsers.
pub fn now() -> f64 {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// Waits.
pub async fn sleep(ms: i32) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let woken = js_sys::Promise::new(&mut |resolve, _| {
        // Refused for no function.
        drop(scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms));
    });
    drop(JsFuture::from(woken).await);
}

/// Lets messages in between long work. Not by a timer: nested timers wait four milliseconds.
#[derive(Debug)]
pub struct Turn {
    began: Cell<f64>,
    /// Made once: a channel takes longer to make than a message to come through it.
    channel: MessageChannel,
}

impl Turn {
    pub fn new() -> Self {
        Self {
            began: Cell::new(now()),
            channel: MessageChannel::new(),
        }
    }

    /// Waits until the messages that have come were handled, when it is time.
    pub async fn give_way(&self) {
        if now() - self.began.get() >= TURN_MS {
            self.next_task().await;
            self.began.set(now());
        }
    }

    /// Comes back after the tasks that are due.
    async fn next_task(&self) {
        let heard = js_sys::Promise::new(&mut |resolve, _| {
            self.channel.port1().set_onmessage(&resolve);
        });
        self.channel.port2().post_message(&JsValue::NULL);
        drop(JsFuture::from(heard).await);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // A port that listens keeps its channel.
        self.channel.port1().close();
    }
}

/// Says at most every so often that it is time again.
#[derive(Debug)]
pub struct Beat {
    every_ms: f64,
    last: Option<f64>,
}

impl Beat {
    pub fn new(every_ms: f64) -> Self {
        Self {
            every_ms,
            last: None,
        }
    }

    /// Whether it is time, the first time included; then the next beat comes after the interval.
    pub fn is_due(&mut self) -> bool {
        let now = now();
        let due = self.last.is_none_or(|last| now - last >= self.every_ms);
        if due {
            self.last = Some(now);
        }
        due
    }

    /// Makes the interval longer, up to `most_ms`.
    pub fn slow_down(&mut self, factor: f64, most_ms: f64) {
        self.every_ms = (self.every_ms * factor).min(most_ms);
    }
}
