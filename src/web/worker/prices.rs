//! The built-in table of prices: a file of the site, asked for when the first document is opened and read beside it.

use super::Host;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, RequestInit, Response, Url};

/// The table beside the worker.
const TABLE: &str = "prices.txt";

/// How long a document waits for it, in milliseconds: without prices it is shown all the same.
const PATIENCE_MS: u32 = 3_000;

/// Asks for the table and reads it at once, while the document is read: what is read later than the time it has would be
/// cut off, however early it came. The answer has somebody who listens from the beginning, also when nobody waits for it.
pub fn ask(host: &Host) -> Option<JsFuture> {
    let location = Reflect::get(&js_sys::global(), &"location".into()).ok()?;
    let here = Reflect::get(&location, &"href".into()).ok()?.as_string()?;
    let address = Url::new_with_base(TABLE, &here).ok()?.href();
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let asked = JsFuture::from(host.scope.fetch_with_str_and_init(&address, &init));
    Some(JsFuture::from(future_to_promise(text(asked))))
}

/// Waits for the table and gives it to the engine; true when there is one.
pub async fn take(host: &Host, asked: JsFuture) -> bool {
    match asked.await.map(|text| text.as_string()) {
        Ok(Some(text)) => host.engine.borrow_mut().set_built_in_prices(&text),
        _ => false,
    }
}

/// The text of an answer; null when it is none.
async fn text(asked: JsFuture) -> Result<JsValue, JsValue> {
    let response: Response = asked.await?.unchecked_into();
    if !response.ok() {
        return Ok(JsValue::NULL);
    }
    JsFuture::from(response.text()?).await
}
