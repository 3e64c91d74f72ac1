//! `window.spanlight` against a host that records what it is asked.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use spanlight::engine::protocol::{Failure, Opened, RunsPage, Summary};
use spanlight::ingest::report::{FileError, FileReport, ImportReport, Warning, WarningKind};
use spanlight::web::link::WorkerLink;
use spanlight::web::script::{Doing, Script, ScriptEvent, ScriptHost};
use spanlight::web::source::Source;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// Opens whatever it gets, except a source called `bad`.
#[derive(Default)]
struct Recorder(Rc<RefCell<Vec<String>>>);

impl ScriptHost for Recorder {
    fn open(&self, sources: Vec<Source>, append: bool) -> Doing<Result<Opened, Failure>> {
        let names: Vec<&str> = sources.iter().map(|source| &*source.name).collect();
        self.0
            .borrow_mut()
            .push(format!("open {} {append}", names.join("+")));
        let bad = names.contains(&"bad");
        Box::pin(async move {
            if bad {
                return Err(Failure {
                    message: "bad was not read".to_owned(),
                    ..Failure::default()
                });
            }
            Ok(opened())
        })
    }

    fn close(&self) -> Doing<Result<(), Failure>> {
        self.0.borrow_mut().push("close".to_owned());
        Box::pin(async { Ok(()) })
    }

    fn select(&self, trace: String, span: Option<String>) -> Doing<Result<(), Failure>> {
        self.0.borrow_mut().push(format!("select {trace} {span:?}"));
        Box::pin(async { Ok(()) })
    }
}

fn opened() -> Opened {
    let warning = Warning {
        kind: WarningKind::Duplicate,
        count: 8,
        example: "span \"a\"\u{2028}".to_owned(),
        file: "a.json".to_owned(),
        place: None,
    };
    let read = FileReport {
        name: "a.json".to_owned(),
        format: "OTLP JSON".to_owned(),
        bytes: 5_000_000_000,
        spans: 62,
        warnings: vec![warning],
        ..FileReport::default()
    };
    let unread = FileReport {
        name: "b.png".to_owned(),
        error: Some(FileError {
            expected: "OTLP JSON".to_owned(),
            found: "a PNG picture".to_owned(),
            ..FileError::default()
        }),
        ..FileReport::default()
    };
    Opened {
        report: ImportReport {
            files: vec![read, unread],
        },
        summary: Summary {
            traces: 4,
            spans: 54,
            ..Summary::default()
        },
        runs: RunsPage::default(),
        elapsed_ms: 12.5,
    }
}

fn install() -> (Script, Rc<RefCell<Vec<String>>>) {
    let asked = Rc::<RefCell<Vec<String>>>::default();
    let host = Recorder(Rc::clone(&asked));
    // There is no worker beside the test page: what would be asked of it fails, what goes to the host does not.
    (Script::install(WorkerLink::new(), Rc::new(host)), asked)
}

fn spanlight() -> JsValue {
    Reflect::get(&js_sys::global(), &"spanlight".into()).unwrap()
}

/// Calls a function of the interface; what its promise comes to, or the message of what it rejects with.
async fn call(name: &str, arguments: &[JsValue]) -> Result<JsValue, String> {
    let function: Function = Reflect::get(&spanlight(), &name.into())
        .unwrap()
        .unchecked_into();
    let promise = function
        .apply(&JsValue::UNDEFINED, &arguments.iter().collect::<Array>())
        .unwrap();
    let promise: Promise = promise.dyn_into().unwrap();
    JsFuture::from(promise).await.map_err(|error| {
        let error: js_sys::Error = error.dyn_into().expect("it rejects with an Error");
        error.message().into()
    })
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn shown(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

#[wasm_bindgen_test]
async fn opening_gives_the_report() {
    let (_, asked) = install();
    let sources = json(r#"[{"name": "a.json", "data": "{}"}, {"name": "n", "data": "[]"}]"#);
    let report = call("open", std::slice::from_ref(&sources)).await.unwrap();
    assert_eq!(
        shown(&report),
        concat!(
            r#"{"files":[{"name":"a.json","format":"OTLP JSON","compression":"","bytes":5000000000,"spans":62,"log_records":0,"#,
            r#""warnings":[{"kind":"duplicate","count":8,"example":"span \"a\""#,
            "\u{2028}",
            r#"","file":"a.json"}]},"#,
            r#"{"name":"b.png","format":"","compression":"","bytes":0,"spans":0,"log_records":0,"#,
            r#""warnings":[{"kind":"unreadable_file","count":1,"example":"expected OTLP JSON, found a PNG picture","file":"b.png"}]}],"#,
            r#""traces":4,"spans":54,"#,
            r#""warnings":[{"kind":"duplicate","count":8,"example":"span \"a\""#,
            "\u{2028}",
            r#"","file":"a.json"},"#,
            r#"{"kind":"unreadable_file","count":1,"example":"expected OTLP JSON, found a PNG picture","file":"b.png"}],"#,
            r#""elapsed_ms":12.5}"#
        )
    );
    call("open", &[sources, json(r#"{"append": true}"#)])
        .await
        .unwrap();
    assert_eq!(
        *asked.borrow(),
        ["open a.json+n false", "open a.json+n true"]
    );
}

#[wasm_bindgen_test]
async fn what_cannot_be_opened_rejects_or_is_told() {
    let (_, asked) = install();
    for nothing in ["[]", "[42]", "null", "[{\"name\": \"a\"}]"] {
        let message = call("open", &[json(nothing)]).await.unwrap_err();
        assert!(!message.is_empty(), "{nothing}");
    }
    assert!(asked.borrow().is_empty(), "the host was not asked");
    let bad = json(r#"[{"name": "bad", "data": "x"}]"#);
    assert_eq!(call("open", &[bad]).await.unwrap_err(), "bad was not read");
    // One that is missing does not keep the other from being read, and is told.
    let mixed = json(r#"[{"name": "a.json", "data": "{}"}, "./no-such-file.json"]"#);
    let report = call("open", &[mixed]).await.unwrap();
    let text = shown(&report);
    assert!(
        text.contains(r#""name":"./no-such-file.json""#) && text.contains("answered 404"),
        "{text}"
    );
}

#[wasm_bindgen_test]
async fn the_rest_goes_to_the_host_or_the_worker() {
    let (_, asked) = install();
    call("close", &[]).await.unwrap();
    call("select", &[json(r#"{"trace": "ab", "span": "cd"}"#)])
        .await
        .unwrap();
    call("select", &[json(r#"{"trace": "ab"}"#)]).await.unwrap();
    assert_eq!(
        *asked.borrow(),
        ["close", "select ab Some(\"cd\")", "select ab None"]
    );
    assert!(call("select", &[json("{}")]).await.is_err());
    assert!(call("spans", &[JsValue::from(7)]).await.is_err());
    assert!(call("span", &["ab".into()]).await.is_err());
    let unknown = call("runs", &[json(r#"{"sort": "colour"}"#)]).await;
    assert!(unknown.unwrap_err().contains("'colour'"));
    let lost = call("summary", &[]).await.unwrap_err();
    assert!(lost.contains("worker"), "{lost}");
}

#[wasm_bindgen_test]
async fn the_object_is_as_documented() {
    install();
    let object = spanlight();
    assert!(Object::is_frozen(object.unchecked_ref::<Object>()));
    let version = Reflect::get(&object, &"version".into()).unwrap();
    assert_eq!(
        version.as_string().as_deref(),
        Some(env!("CARGO_PKG_VERSION"))
    );
    let ready = || Reflect::get(&object, &"ready".into()).unwrap();
    let promise: Promise = ready().dyn_into().unwrap();
    assert!(
        Object::is(&promise, &ready()),
        "one promise for all who look"
    );
    // Looking starts the worker, which this page does not have.
    let lost = JsFuture::from(promise).await.unwrap_err();
    let lost: js_sys::Error = lost.dyn_into().unwrap();
    assert!(String::from(lost.message()).contains("worker"));
}

#[wasm_bindgen_test]
async fn listeners_hear_until_they_are_removed() {
    let (script, _) = install();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let keep = Rc::clone(&heard);
    let listener = Closure::<dyn Fn(JsValue)>::new(move |event| {
        keep.borrow_mut().push(shown(&event));
    });
    let failing = Function::new_no_args("throw new Error('a listener that fails')");
    let function: &JsValue = listener.as_ref();
    call("addEventListener", &["select".into(), failing.into()])
        .await
        .unwrap();
    for kind in ["select", "select", "error"] {
        call("addEventListener", &[kind.into(), function.clone()])
            .await
            .unwrap();
    }
    let select = ScriptEvent::Select {
        trace: Some("ab"),
        span: None,
    };
    script.emit(&select);
    script.emit(&ScriptEvent::Error("worse"));
    script.emit(&ScriptEvent::Open(&opened()));
    assert_eq!(
        *heard.borrow(),
        [
            r#"{"type":"select","detail":{"trace":"ab","span":null}}"#,
            r#"{"type":"error","detail":{"message":"worse"}}"#
        ]
    );
    call("removeEventListener", &["select".into(), function.clone()])
        .await
        .unwrap();
    script.emit(&select);
    assert_eq!(heard.borrow().len(), 2);
    for wrong in [
        ["close".into(), function.clone()],
        ["open".into(), JsValue::NULL],
    ] {
        assert!(call("addEventListener", &wrong).await.is_err());
    }
}
