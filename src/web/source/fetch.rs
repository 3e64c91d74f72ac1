//! Fetching a source from an address.

use super::{Origin, Source, SourceError};
use crate::web::blob_parts::BlobParts;
use crate::web::chunks::Chunks;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob, DomException, RequestInit, Response, Url};

/// Fetches an address, absolute or relative to the page. `progress` hears bytes so far and, where the server says so, of
/// how many; an aborted `signal` ends it with [`SourceError::Aborted`].
///
/// # Errors
/// The address is none, the server cannot be reached, refuses, or stops in between.
pub async fn fetch(
    url: &str,
    signal: Option<&AbortSignal>,
    progress: impl Fn(u64, Option<u64>),
) -> Result<Source, SourceError> {
    let address = absolute(url)?;
    let unreachable = |error: JsValue| named(url, &error);
    let init = RequestInit::new();
    init.set_signal(signal);
    let window = web_sys::window().ok_or_else(|| SourceError::Other("no window".to_owned()))?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(&address, &init))
        .await
        .map_err(unreachable)?
        .unchecked_into();
    if !response.ok() {
        return Err(SourceError::Status {
            url: url.to_owned(),
            status: response.status(),
            words: response.status_text(),
        });
    }
    let blob = body(&response, progress).await.map_err(unreachable)?;
    Ok(Source {
        origin: Origin::Url(url.to_owned()),
        ..Source::new(url, blob)
    })
}

/// One of the samples that come with the page, by its file name.
///
/// # Errors
/// As [`fetch()`]; also when the name is not that of a file.
pub async fn sample(name: &str) -> Result<Source, SourceError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.starts_with('.') || !name.bytes().all(plain) {
        return Err(SourceError::NotAnAddress {
            url: name.to_owned(),
        });
    }
    let source = fetch(&format!("samples/{name}"), None, |_, _| {}).await?;
    Ok(Source {
        name: name.to_owned(),
        origin: Origin::Sample(name.to_owned()),
        ..source
    })
}

fn absolute(url: &str) -> Result<String, SourceError> {
    let base = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.base_uri().ok().flatten())
        .unwrap_or_default();
    Url::new_with_base(url.trim(), &base)
        .ok()
        .filter(|url| matches!(&*url.protocol(), "http:" | "https:" | "blob:"))
        .map(|url| url.href())
        .ok_or_else(|| SourceError::NotAnAddress {
            url: url.to_owned(),
        })
}

async fn body(response: &Response, progress: impl Fn(u64, Option<u64>)) -> Result<Blob, JsValue> {
    // The length of what is sent, which is not that of the content when the server compresses it.
    let encoded = response.headers().get("content-encoding")?.is_some();
    let total = response
        .headers()
        .get("content-length")?
        .filter(|_| !encoded)
        .and_then(|length| length.parse().ok());
    let mut parts = BlobParts::default();
    let Some(stream) = response.body() else {
        return parts.finish();
    };
    let chunks = Chunks::new(&stream);
    let mut done = 0;
    while let Some(chunk) = chunks.next().await? {
        parts.push(&chunk)?;
        done += u64::from(chunk.length());
        progress(done, total);
    }
    parts.finish()
}

fn named(url: &str, error: &JsValue) -> SourceError {
    let aborted = error
        .dyn_ref::<DomException>()
        .is_some_and(|error| error.name() == "AbortError");
    if aborted {
        return SourceError::Aborted;
    }
    SourceError::Unreachable {
        url: url.to_owned(),
        reason: crate::web::link::in_words(error),
    }
}
