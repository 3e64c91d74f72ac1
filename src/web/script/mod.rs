//! `window.spanlight`: the page as a script sees it, for embedders and tests.
//!
//! Everything but `version` and `ready` is a function that returns a promise; what it rejects with is an `Error` whose message can
//! be shown to a person. The page takes part through [`ScriptHost`], so that a script opens, closes and selects on the same path
//! as a person.
//!
//! - `answers`: what scripts get, as JSON of its own; 64-bit integers are decimal strings
//! - `questions`: what is asked of the worker directly
//! - `listeners`: `addEventListener`

mod answers;
mod listeners;
mod questions;

use super::link::WorkerLink;
use super::rest;
use super::source::{self, Source, SourceError};
use crate::engine::protocol::{Failure, Opened};
use js_sys::{Array, Object, Promise, Reflect};
use listeners::Listeners;
use std::cell::OnceCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

/// Something the page does for a script, and when it is done.
pub type Doing<T> = Pin<Box<dyn Future<Output = T>>>;

/// What the page does for a script.
pub trait ScriptHost {
    /// Opens sources as if they were dropped; done after the first paint with real rows (the waterfall when there is one
    /// trace, else the runs), or at once when there are none to paint.
    fn open(&self, sources: Vec<Source>, append: bool) -> Doing<Result<Opened, Failure>>;

    /// Forgets the document and shows the open screen.
    fn close(&self) -> Doing<Result<(), Failure>>;

    /// Shows a trace, and a span of it when one is named. Ids as written.
    fn select(&self, trace: String, span: Option<String>) -> Doing<Result<(), Failure>>;
}

/// What scripts can listen to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScriptEvent<'a> {
    /// Something was opened, by whomever.
    Open(&'a Opened),
    /// Another trace or span is selected, or none.
    Select {
        /// Trace id as written.
        trace: Option<&'a str>,
        /// Span id as written.
        span: Option<&'a str>,
    },
    /// Something failed that the user was told of.
    Error(&'a str),
}

/// `window.spanlight`, as the page holds it.
#[derive(Clone)]
pub struct Script {
    listeners: Rc<Listeners>,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").finish_non_exhaustive()
    }
}

/// What the functions share.
struct Shared {
    host: Rc<dyn ScriptHost>,
    link: WorkerLink,
    listeners: Rc<Listeners>,
}

impl Script {
    /// Puts the object on the window.
    pub fn install(link: WorkerLink, host: Rc<dyn ScriptHost>) -> Self {
        let listeners = Rc::<Listeners>::default();
        let object = Object::new();
        set(&object, "version", &env!("CARGO_PKG_VERSION").into());
        let shared = Rc::new(Shared {
            host,
            link,
            listeners: Rc::clone(&listeners),
        });
        shared.add_functions(&object);
        shared.add_ready(&object);
        drop(Object::freeze(&object));
        if let Some(window) = web_sys::window() {
            set(&window, "spanlight", &object);
        }
        Self { listeners }
    }

    /// Tells listeners.
    pub fn emit(&self, event: &ScriptEvent<'_>) {
        let (kind, detail) = match event {
            ScriptEvent::Open(opened) => ("open", answers::opened(opened, &[])),
            ScriptEvent::Select { trace, span } => ("select", answers::selection(*trace, *span)),
            ScriptEvent::Error(message) => ("error", answers::error(message)),
        };
        self.listeners.tell(kind, &detail);
    }
}

impl Shared {
    /// Adds `ready`, a promise: who looks at it wants the page and its worker to be ready for files, so that looking loads what
    /// is not there yet.
    fn add_ready(self: &Rc<Self>, object: &Object) {
        let (shared, kept) = (Rc::clone(self), OnceCell::new());
        let closure = Closure::<dyn Fn() -> Promise>::new(move || {
            let ready = kept.get_or_init(|| {
                let link = shared.link.clone();
                link.wake();
                future_to_promise(async move {
                    rest::arrive().await;
                    let ready = link.ready().await;
                    ready.map_err(|lost| thrown(&lost.message))?;
                    Ok(JsValue::UNDEFINED)
                })
            });
            ready.clone()
        });
        let getter = Object::new();
        set(&getter, "get", closure.as_ref());
        set(&getter, "enumerable", &JsValue::TRUE);
        Object::define_property(object, &"ready".into(), &getter);
        // As long as the page.
        closure.forget();
    }

    fn add_functions(self: &Rc<Self>, object: &Object) {
        self.add(object, "open", |shared, sources, options| async move {
            shared.open(sources, options).await
        });
        self.add(object, "close", |shared, _, _| async move {
            shared
                .host
                .close()
                .await
                .map_err(|failure| thrown(&failure.message))?;
            Ok(JsValue::UNDEFINED)
        });
        self.add(object, "summary", |shared, _, _| async move {
            questions::summary(&shared.link).await
        });
        self.add(object, "runs", |shared, options, _| async move {
            questions::runs(&shared.link, &options).await
        });
        self.add(object, "spans", |shared, trace, _| async move {
            questions::spans(&shared.link, &text(&trace, "a trace id")?).await
        });
        self.add(object, "span", |shared, trace, span| async move {
            let trace = text(&trace, "a trace id")?;
            questions::span(&shared.link, &trace, &text(&span, "a span id")?).await
        });
        self.add(object, "view", |shared, name, options| async move {
            let name = text(&name, "'treemap', 'routing', 'what_if', 'graph' or 'stats'")?;
            questions::view(&shared.link, name, &options).await
        });
        self.add(object, "select", |shared, target, _| async move {
            shared.select(&target).await
        });
        self.add(
            object,
            "addEventListener",
            |shared, kind, listener| async move {
                let kind = text(&kind, "'open', 'select' or 'error'")?;
                shared.listeners.add(&kind, listener.dyn_into().ok())?;
                Ok(JsValue::UNDEFINED)
            },
        );
        self.add(
            object,
            "removeEventListener",
            |shared, kind, listener| async move {
                shared
                    .listeners
                    .remove(&text(&kind, "'open', 'select' or 'error'")?, &listener);
                Ok(JsValue::UNDEFINED)
            },
        );
    }

    /// Adds a function of up to two arguments that returns a promise.
    fn add<F>(
        self: &Rc<Self>,
        object: &Object,
        name: &str,
        function: impl Fn(Rc<Self>, JsValue, JsValue) -> F + 'static,
    ) where
        F: Future<Output = Result<JsValue, JsValue>> + 'static,
    {
        let shared = Rc::clone(self);
        let closure = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |first, second| {
            // Behind a pointer, what answers stays apart from what waits for the page's second part.
            let answer: Doing<Result<JsValue, JsValue>> =
                Box::pin(function(Rc::clone(&shared), first, second));
            future_to_promise(async move {
                rest::arrive().await;
                answer.await
            })
        });
        set(object, name, closure.as_ref());
        // As long as the page.
        closure.forget();
    }

    async fn open(&self, sources: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
        let append = member(&options, "append").is_truthy();
        let values = if Array::is_array(&sources) {
            Array::from(&sources)
        } else {
            // One source by itself is what is meant.
            Array::of1(&sources)
        };
        let mut given = Vec::new();
        let mut missing: Vec<(String, SourceError)> = Vec::new();
        for value in values.iter() {
            let name = value
                .as_string()
                .or_else(|| member(&value, "name").as_string())
                .unwrap_or_default();
            match source::from_value(value).await {
                Ok(source) => given.push(source),
                Err(error) => missing.push((name, error)),
            }
        }
        if given.is_empty() {
            let message = missing.first().map_or_else(
                || "nothing was given to open".to_owned(),
                |(_, error)| error.to_string(),
            );
            return Err(thrown(&message));
        }
        match self.host.open(given, append).await {
            Ok(opened) => Ok(answers::opened(&opened, &missing)),
            Err(failure) => Err(thrown(&failure.message)),
        }
    }

    async fn select(&self, target: &JsValue) -> Result<JsValue, JsValue> {
        let trace = text(&member(target, "trace"), "{trace, span} with a trace id")?;
        let span = member(target, "span").as_string();
        self.host
            .select(trace, span)
            .await
            .map_err(|failure| thrown(&failure.message))?;
        Ok(JsValue::UNDEFINED)
    }
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails for a frozen object only.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// A member of a value; undefined when the value has none.
fn member(value: &JsValue, name: &str) -> JsValue {
    if value.is_object() {
        Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    } else {
        JsValue::UNDEFINED
    }
}

fn text(value: &JsValue, expected: &str) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| {
        thrown(&format!(
            "expected {expected}, found {}",
            source::in_words(value)
        ))
    })
}

fn thrown(message: &str) -> JsValue {
    js_sys::Error::new(message).into()
}
