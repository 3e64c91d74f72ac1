//! The page's part in `window.spanlight`: a script opens, closes and selects on the same path as a person.

use super::dom::effect;
use super::state::{AppState, How};
use crate::engine::protocol::{Failure, Opened};
use crate::web::script::{Doing, Script, ScriptEvent, ScriptHost};
use crate::web::source::Source;
use js_sys::Promise;
use leptos::prelude::set_timeout;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// A page that cannot paint (it is hidden, or its view has no room) keeps no script waiting for longer.
const PAINT_AT_LATEST: Duration = Duration::from_secs(3);

#[derive(Debug)]
struct Host(AppState);

impl ScriptHost for Host {
    fn open(&self, sources: Vec<Source>, append: bool) -> Doing<Result<Opened, Failure>> {
        let state = self.0;
        Box::pin(async move {
            let how = if append { How::Add } else { How::Replace };
            let opened = state.open_now(sources, how).await?;
            if opened.summary.spans > 0 {
                painted(state, opened.summary.document).await;
            }
            Ok(opened)
        })
    }

    fn close(&self) -> Doing<Result<(), Failure>> {
        let state = self.0;
        Box::pin(state.close_now())
    }

    fn select(&self, trace: String, span: Option<String>) -> Doing<Result<(), Failure>> {
        let state = self.0;
        Box::pin(async move {
            state
                .go_to_ids(&trace, span.as_deref())
                .await
                .map_err(|message| Failure {
                    message,
                    ..Failure::default()
                })
        })
    }
}

/// Waits until real rows of a document are painted.
async fn painted(state: AppState, document: u32) {
    let hidden = web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden());
    if hidden {
        return;
    }
    let promise = Promise::new(&mut |resolve, _| {
        let late = resolve.clone();
        state.after_paint(document, move || drop(resolve.call0(&JsValue::UNDEFINED)));
        set_timeout(
            move || drop(late.call0(&JsValue::UNDEFINED)),
            PAINT_AT_LATEST,
        );
    });
    // It is never rejected.
    drop(JsFuture::from(promise).await);
}

/// Puts `window.spanlight` on the page and tells its listeners what happens.
pub fn install(state: AppState) {
    let link = state.link();
    let script = Script::install(link, Rc::new(Host(state)));
    state.set_script(script.clone());
    let mut told = None;
    effect(move || {
        let trace = state
            .run
            .with(|run| run.as_ref().map(|run| run.trace_id.clone()));
        let span = state
            .selection
            .with(|selection| selection.as_ref().map(|chosen| chosen.span_id.clone()));
        let selected = (trace, span);
        // Nothing has been selected yet when this runs first.
        if told.as_ref().is_some_and(|told| *told != selected) {
            script.emit(&ScriptEvent::Select {
                trace: selected.0.as_deref(),
                span: selected.1.as_deref(),
            });
        }
        told = Some(selected);
    });
}
