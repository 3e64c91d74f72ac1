//! The part of the page's module that is loaded when it is first needed: the build splits the module (`cargo xtask build`), so
//! that a first visit loads what the empty page shows and no more.
//!
//! Nothing has to wait for it: a function that is called before the rest is there loads it and blocks meanwhile. Waiting here
//! first spares the page that.

use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/src/web/rest.js")]
extern "C" {
    fn rest() -> Promise;
}

/// Waits until all of the page's functions are there, for as long as it takes; a notice tells when it takes another try.
pub async fn arrive() {
    // It is never rejected.
    drop(JsFuture::from(rest()).await);
}
