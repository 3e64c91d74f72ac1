//! Everything that touches the browser and draws nothing: the only place, beside `ui`, that names `web_sys` and `js_sys`.
//!
//! | module | for |
//! |---|---|
//! | [`link`] | the page's end of the worker: requests, notices, loss and restart |
//! | [`latest`] | at most one request of a view in flight, a newer one replacing the waiting one |
//! | [`source`] | what can be opened: files, folders, pasted text, addresses, samples, values of a script |
//! | [`address`] | the fragment of the page's address: read, push, replace, back and forward |
//! | [`script`] | `window.spanlight` |
//! | [`rest`] | the part of the page that is loaded when it is first needed |
//! | [`storage`] | settings in local storage; files in origin-private storage |
//! | [`worker`] | the other end: the engine, fed and asked |
//!
//! Browser handles belong to one thread: nothing here is `Send`.

pub mod address;
mod blob_parts;
mod chunks;
pub mod latest;
pub mod link;
mod oneshot;
pub mod rest;
pub mod script;
pub mod source;
pub mod storage;
pub mod worker;
