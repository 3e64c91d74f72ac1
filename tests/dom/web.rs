//! The browser glue: sources, the address, storage, and whose turn it is.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use spanlight::engine::address::{Address, AddressSource, View};
use spanlight::web::address::{AddressBar, Step};
use spanlight::web::latest::Turn;
use spanlight::web::source::{
    Gathered, Source, SourceError, dropped, fetch, from_value, is_address, is_plausible, picked,
    sample,
};
use spanlight::web::storage::{Settings, kept};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Blob, DataTransfer, Document, File, HtmlInputElement, Window};

fn window() -> Window {
    web_sys::window().unwrap()
}

fn document() -> Document {
    window().document().unwrap()
}

fn file(name: &str, text: &str) -> File {
    File::new_with_str_sequence(&Array::of1(&text.into()), name).unwrap()
}

fn named(name: &str, data: &JsValue) -> JsValue {
    let object = Object::new();
    Reflect::set(&object, &"name".into(), &name.into()).unwrap();
    Reflect::set(&object, &"data".into(), data).unwrap();
    object.into()
}

async fn text_of(source: &Source) -> String {
    JsFuture::from(source.blob.text())
        .await
        .unwrap()
        .as_string()
        .unwrap()
}

async fn pause(ms: i32) {
    let wait = js_sys::Promise::new(&mut |resolve, _| {
        window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms)
            .unwrap();
    });
    JsFuture::from(wait).await.unwrap();
}

#[wasm_bindgen_test]
async fn every_value_of_a_script_becomes_a_source() {
    let bytes = Uint8Array::from("{}x".as_bytes());
    let parts = Array::of1(&"{}".into());
    let blob = Blob::new_with_str_sequence(&parts).unwrap();
    let cases: [(JsValue, &str, &str); 8] = [
        (file("a.json", "{}").into(), "a.json", "{}"),
        (blob.clone().into(), "unnamed", "{}"),
        (bytes.buffer().into(), "unnamed", "{}x"),
        (bytes.subarray(0, 2).into(), "unnamed", "{}"),
        (
            named("b.json", &"{\"a\": 1}".into()),
            "b.json",
            "{\"a\": 1}",
        ),
        (named("c.json", &bytes), "c.json", "{}x"),
        (named("d.json", &file("x", "[]").into()), "d.json", "[]"),
        (named("", &blob.into()), "", "{}"),
    ];
    for (value, name, text) in cases {
        let source = from_value(value).await.unwrap();
        assert_eq!(source.name, name);
        assert_eq!(text_of(&source).await, text, "{name}");
    }
    let source = from_value(file("a.json", "{}").into()).await.unwrap();
    assert!(source.last_modified.is_some_and(|time| time > 1e12));
}

#[wasm_bindgen_test]
async fn the_values_own_words_are_not_asked() {
    let function = js_sys::Function::new_no_args("throw new Error('it was asked')");
    let bytes = Uint8Array::new_with_length(2);
    Reflect::set(&bytes, &"toString".into(), &function).unwrap();
    assert_eq!(from_value(bytes.into()).await.unwrap().size(), 2);
    let object = Object::new();
    Reflect::set(&object, &"toString".into(), &function).unwrap();
    assert!(from_value(object.into()).await.is_err());
}

#[wasm_bindgen_test]
async fn values_of_another_window_are_as_good() {
    let frame = document().create_element("iframe").unwrap();
    document().body().unwrap().append_child(&frame).unwrap();
    let other: JsValue = Reflect::get(&frame, &"contentWindow".into()).unwrap();
    let class: js_sys::Function = Reflect::get(&other, &"Blob".into())
        .unwrap()
        .unchecked_into();
    let parts = Array::of1(&Array::of1(&"{}".into()));
    let blob = Reflect::construct(&class, &parts).unwrap();
    assert!(blob.dyn_ref::<Blob>().is_none(), "it is of another window");
    let source = from_value(named("far.json", &blob)).await.unwrap();
    assert_eq!(text_of(&source).await, "{}");
    let class: js_sys::Function = Reflect::get(&other, &"ArrayBuffer".into())
        .unwrap()
        .unchecked_into();
    let buffer = Reflect::construct(&class, &Array::of1(&4.into())).unwrap();
    assert!(buffer.dyn_ref::<ArrayBuffer>().is_none());
    assert_eq!(from_value(buffer).await.unwrap().size(), 4);
    frame.remove();
}

#[wasm_bindgen_test]
async fn what_cannot_be_opened_says_what_it_is() {
    for value in [
        JsValue::NULL,
        JsValue::UNDEFINED,
        JsValue::from(42),
        Object::new().into(),
        named("a", &JsValue::NULL),
        named("a", &JsValue::from(1)),
        named("a", &Object::new().into()),
    ] {
        let error = from_value(value.clone()).await.unwrap_err();
        assert!(
            matches!(error, SourceError::Unsupported { .. }),
            "{value:?}: {error}"
        );
        assert!(error.to_string().starts_with("expected a File"));
    }
}

#[wasm_bindgen_test]
async fn only_addresses_of_the_web_are_fetched() {
    for url in [
        "javascript:alert(1)",
        "data:,{}",
        "file:///etc/passwd",
        "http://[",
    ] {
        let error = fetch(url, None, |_, _| {}).await.unwrap_err();
        assert!(matches!(error, SourceError::NotAnAddress { .. }), "{url}");
    }
    for name in ["../index.html", "a/b", "", ".hidden", "a?b"] {
        let name_is_refused = sample(name).await.is_err();
        assert!(name_is_refused, "{name}");
    }
    let missing = fetch("./no-such-file.json", None, |_, _| {}).await;
    assert!(
        matches!(missing, Err(SourceError::Status { status: 404, .. })),
        "{missing:?}"
    );
}

#[wasm_bindgen_test]
async fn a_fetched_address_is_whole_and_tells_how_far_it_is() {
    let text = "{\"resourceSpans\": []}".repeat(500_000);
    let blob = Blob::new_with_str_sequence(&Array::of1(&text.as_str().into())).unwrap();
    let url = web_sys::Url::create_object_url_with_blob(&blob).unwrap();
    let told = RefCell::new(Vec::new());
    let source = fetch(&url, None, |done, total| {
        told.borrow_mut().push((done, total));
    })
    .await
    .unwrap();
    assert_eq!(text_of(&source).await, text);
    let told = told.into_inner();
    assert_eq!(told.last().unwrap().0, text.len() as u64);
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

#[wasm_bindgen_test]
async fn drops_and_picks_are_gathered() {
    let transfer = DataTransfer::new().unwrap();
    transfer
        .items()
        .add_with_file(&file("a.json", "{}"))
        .unwrap();
    transfer
        .items()
        .add_with_file(&file("b.exe", "MZ"))
        .unwrap();
    let gathered: Gathered = dropped(&transfer).await;
    let names: Vec<&str> = gathered
        .sources
        .iter()
        .map(|source| &*source.name)
        .collect();
    assert_eq!(
        names,
        ["a.json", "b.exe"],
        "what is dropped itself is tried"
    );

    let transfer = DataTransfer::new().unwrap();
    transfer
        .set_data("text/plain", "https://example.org/trace.json\n")
        .unwrap();
    let gathered = dropped(&transfer).await;
    assert_eq!(gathered.urls, ["https://example.org/trace.json"]);
    assert!(gathered.sources.is_empty(), "nothing is fetched by itself");

    let transfer = DataTransfer::new().unwrap();
    transfer.set_data("text/plain", "{\"a\": 1}").unwrap();
    let gathered = dropped(&transfer).await;
    assert_eq!(gathered.sources[0].name, "dropped text");
    assert!(dropped(&DataTransfer::new().unwrap()).await.is_empty());

    let input: HtmlInputElement = document().create_element("input").unwrap().unchecked_into();
    input.set_type("file");
    let transfer = DataTransfer::new().unwrap();
    transfer
        .items()
        .add_with_file(&file("c.json", "{}"))
        .unwrap();
    input.set_files(transfer.files().as_ref());
    assert_eq!(picked(&input).sources[0].name, "c.json");
    assert!(picked(&input).is_empty(), "the input was emptied");
}

#[wasm_bindgen_test]
fn names_say_what_a_folder_may_hold() {
    for name in [
        "a.json",
        "x/b.JSONL",
        "c.json.gz",
        "d.zst",
        "spans",
        "a/b/traces.log",
    ] {
        assert!(is_plausible(name), "{name}");
    }
    for name in ["a.png", ".DS_Store", "x/.git", "b.json.bak", "index.html"] {
        assert!(!is_plausible(name), "{name}");
    }
    assert!(is_address(" https://example.org/a\n") && is_address("./a.json"));
    assert!(!is_address("{\"url\": 1}") && !is_address("https://a b") && !is_address(""));
}

#[wasm_bindgen_test]
fn a_newer_request_replaces_the_waiting_one() {
    let mut turn = Turn::default();
    assert_eq!(turn.offer(1), Some(1));
    assert_eq!(turn.offer(2), None);
    assert_eq!(turn.offer(3), None);
    assert_eq!(turn.came_back(), Some(3), "2 was outdated");
    assert_eq!(turn.offer(4), None, "3 is in flight");
    assert_eq!(turn.came_back(), Some(4));
    assert_eq!(turn.came_back(), None);
    assert_eq!(turn.offer(5), Some(5));
}

#[wasm_bindgen_test]
fn settings_survive_junk() {
    let storage = window().local_storage().unwrap().unwrap();
    for junk in ["", "{", "[1]", "null", "\u{0}"] {
        storage.set_item("spanlight", junk).unwrap();
        assert_eq!(Settings.get("theme"), None, "{junk}");
        Settings.set("theme", "\"dark\"");
        assert_eq!(Settings.get("theme").as_deref(), Some("\"dark\""));
    }
    Settings.set("widths", "[120,60]");
    assert_eq!(Settings.get("widths").as_deref(), Some("[120,60]"));
    assert_eq!(Settings.get("theme").as_deref(), Some("\"dark\""));
    Settings.remove("theme");
    assert_eq!(Settings.get("theme"), None);
    Settings.clear();
    assert_eq!(Settings.get("widths"), None);
}

#[wasm_bindgen_test]
async fn kept_files_come_back_until_they_are_cleared() {
    assert!(kept::is_supported());
    kept::clear().await.unwrap();
    let text = "0123456789".repeat(300_000);
    let first = Source::from_text("größe & co.json", &text).unwrap();
    let second = Source::from_text("b.json", "{}").unwrap();
    kept::keep(&first, "00000000000000aa").await.unwrap();
    pause(5).await;
    kept::keep(&second, "00000000000000bb").await.unwrap();
    let listed = kept::list().await.unwrap();
    let names: Vec<&str> = listed.iter().map(|kept| &*kept.name).collect();
    assert_eq!(names, ["b.json", "größe & co.json"], "the latest first");
    assert_eq!(listed[1].size, 3_000_000);

    let restored = kept::restore("00000000000000aa").await.unwrap().unwrap();
    assert_eq!(restored.name, "größe & co.json");
    assert_eq!(text_of(&restored).await, text);
    // What was restored can be kept again.
    pause(5).await;
    kept::keep(&restored, "00000000000000aa").await.unwrap();
    let listed = kept::list().await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].name, "größe & co.json");
    assert_eq!(text_of(&restored).await, text);

    assert!(kept::restore("00000000000000cc").await.unwrap().is_none());
    kept::clear().await.unwrap();
    kept::clear().await.unwrap();
    assert!(kept::list().await.unwrap().is_empty());
    assert!(kept::restore("00000000000000aa").await.unwrap().is_none());
}

#[wasm_bindgen_test]
async fn the_address_follows_and_goes_back() {
    let bar = AddressBar::new(window());
    let start = bar.read();
    let moves = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&moves);
    bar.on_move(move |address| heard.borrow_mut().push(address));
    let length = window().history().unwrap().length().unwrap();

    let run = Address {
        sources: vec![AddressSource::Sample("a.json".to_owned())],
        view: View::Waterfall,
        trace: Some("ab".to_owned()),
        ..Address::default()
    };
    bar.write(&run, Step::Push);
    assert_eq!(bar.read(), run);
    let hash = || window().location().hash().unwrap();
    assert_eq!(hash(), "#sample=a.json&view=waterfall&trace=ab");

    let mut zoomed = run.clone();
    for end in 1..400 {
        zoomed.window = Some((0, end));
        bar.write(&zoomed, Step::Replace);
    }
    assert_eq!(bar.read(), zoomed, "at once for who reads");
    assert!(!hash().contains("time"), "gathered");
    pause(300).await;
    assert!(hash().ends_with("time=0..399"));
    bar.write(&zoomed, Step::Push);
    assert_eq!(
        window().history().unwrap().length().unwrap(),
        length + 1,
        "one entry in all"
    );
    assert!(
        bar.link(&run)
            .ends_with("#sample=a.json&view=waterfall&trace=ab")
    );

    window().history().unwrap().back().unwrap();
    pause(100).await;
    assert_eq!(*moves.borrow(), [start]);
    window().history().unwrap().forward().unwrap();
    pause(100).await;
    assert_eq!(moves.borrow().last(), Some(&zoomed));
    bar.write(&Address::default(), Step::Replace);
    pause(300).await;
    assert_eq!(hash(), "");
}
