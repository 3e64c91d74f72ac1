//! Elements that follow the state, and how fast tables fill.

use leptos::mount::mount_to_renderer;
use spanlight::ui::dom::{El, el, parts};
use spanlight::ui::field::Field;
use spanlight::ui::pace::{FRAME, Pace};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlInputElement};

fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

/// An element in a place of its own on the page.
fn show(make: impl FnOnce() -> El + 'static) -> Element {
    let place = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&place).unwrap();
    mount_to_renderer(&place, move || parts(make())).forget();
    place
}

async fn next_frame() {
    let frame = js_sys::Promise::new(&mut |resolve, _| {
        let window = web_sys::window().unwrap();
        window.request_animation_frame(&resolve).unwrap();
    });
    JsFuture::from(frame).await.unwrap();
}

#[wasm_bindgen_test]
async fn what_is_typed_is_not_written_over() {
    let amount = Rc::new(Field::new("1".to_owned()));
    let shown = amount.clone();
    let place = show(move || el("input").value_of(move || shown.get()));
    let input: HtmlInputElement = place.first_element_child().unwrap().unchecked_into();
    assert_eq!(input.value(), "1");
    input.focus().unwrap();
    // The focus alone keeps nothing.
    amount.set("2".to_owned());
    next_frame().await;
    assert_eq!(input.value(), "2");
    input.set_value("0.");
    amount.set("3".to_owned());
    next_frame().await;
    assert_eq!(input.value(), "0.");
    // Nobody types any more.
    input.blur().unwrap();
    amount.set("4".to_owned());
    next_frame().await;
    assert_eq!(input.value(), "4");
    place.remove();
}

#[wasm_bindgen_test]
async fn work_is_spread_over_frames_in_order() {
    let (pace, done) = (Pace::default(), Rc::new(RefCell::new(Vec::new())));
    for at in 0..5 {
        let done = done.clone();
        pace.take(FRAME / 2, move || done.borrow_mut().push(at));
    }
    assert_eq!(*done.borrow(), [0, 1], "a frame's share at once");
    for _ in 0..20 {
        next_frame().await;
    }
    assert_eq!(*done.borrow(), [0, 1, 2, 3, 4]);
    for at in 5..9 {
        let done = done.clone();
        pace.take(FRAME, move || done.borrow_mut().push(at));
    }
    pace.stop();
    for _ in 0..20 {
        next_frame().await;
    }
    assert_eq!(*done.borrow(), [0, 1, 2, 3, 4, 5], "the rest is forgotten");
}
